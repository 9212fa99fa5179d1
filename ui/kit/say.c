#include "ui/kit/say.h"

#define GROUPED_FROM 10000

char *
fz_say_count (gint64 n)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "%" G_GINT64_FORMAT, n);
  if (n >= GROUPED_FROM)
    for (gssize at = (gssize) out->len - 3; at > 0; at -= 3)
      g_string_insert_c (out, at, ',');
  return g_string_free (out, FALSE);
}

char *
fz_say_percent (gint64 part, gint64 whole)
{
  gint64 tenths;

  if (whole <= 0)
    return g_strdup ("—");
  tenths = (part * 1000 + whole / 2) / whole;
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%d%%", tenths / 10, (int) (tenths % 10));
}

char *
fz_say_money (gint64 fen)
{
  g_autofree char *yuan = fz_say_count (ABS (fen) / 100);

  return g_strdup_printf ("%s¥%s.%02d", fen < 0 ? "-" : "", yuan, (int) (ABS (fen) % 100));
}
