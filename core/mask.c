#include "core/mask.h"

#include <string.h>

/* Keeps `head` and `tail` characters, a star for each other one. Text that is not UTF-8 shows nothing at all. */
static char *
keep_ends (const char *text, glong head, glong tail)
{
  glong n = g_utf8_validate (text, -1, NULL) ? g_utf8_strlen (text, -1) : 0;
  GString *out = g_string_new (NULL);
  const char *p = text;

  if (n == 0)
    return g_string_free (g_string_append (out, *text != '\0' ? "***" : ""), FALSE);
  for (glong i = 0; i < n; i++, p = g_utf8_next_char (p))
    if (i < head || i >= n - tail)
      g_string_append_unichar (out, g_utf8_get_char (p));
    else
      g_string_append_c (out, '*');
  return g_string_free (out, FALSE);
}

static glong
length (const char *text)
{
  return g_utf8_validate (text, -1, NULL) ? g_utf8_strlen (text, -1) : 0;
}

char *
fz_mask_name (const char *name)
{
  g_autofree char *first = NULL;

  if (name == NULL || *name == '\0')
    return g_strdup ("");
  if (length (name) < 2)
    return g_strdup ("*");
  first = g_utf8_substring (name, 0, 1);
  return g_strconcat (first, "*", NULL);
}

char *
fz_mask_id (const char *number)
{
  glong n;

  if (number == NULL)
    return g_strdup ("");
  n = length (number);
  if (n >= 15)
    return keep_ends (number, 6, 4);
  return n >= 8 ? keep_ends (number, 2, 2) : keep_ends (number, 0, 0);
}

char *
fz_mask_phone (const char *phone)
{
  if (phone == NULL)
    return g_strdup ("");
  if (length (phone) >= 11)
    return keep_ends (phone, 3, 4);
  return length (phone) >= 6 ? keep_ends (phone, 0, 2) : keep_ends (phone, 0, 0);
}

char *
fz_mask_address (const char *address)
{
  static const char *const ends[] = { "区", "县", "市", "旗" };
  glong keep = 3;
  g_autofree char *head = NULL;

  if (address == NULL || !g_utf8_validate (address, -1, NULL))
    return g_strdup ("");
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    const char *start = length (address) > keep ? g_utf8_offset_to_pointer (address, keep) : NULL;
    const char *end = start != NULL ? strstr (start, ends[i]) : NULL;
    glong n = end != NULL ? g_utf8_pointer_to_offset (address, end) + 1 : 0;

    if (n > 0 && n <= 12) {
      keep = n;
      break;
    }
  }
  head = g_utf8_substring (address, 0, MIN (keep, length (address)));
  return g_strconcat (head, "***", NULL);
}
