#include "core/retention.h"

static const char *const words[FZ_N_RETENTION_CLASSES] = { [FZ_RETENTION_IMAGE] = "image", [FZ_RETENTION_DETAIL] = "detail",
                                                           [FZ_RETENTION_TALK] = "talk" };

const char *
fz_retention_class_to_word (FzRetentionClass class)
{
  return words[class];
}

gboolean
fz_retention_class_from_word (const char *word, FzRetentionClass *out)
{
  for (FzRetentionClass i = 0; i < FZ_N_RETENTION_CLASSES; i++)
    if (g_strcmp0 (words[i], word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

gint64
fz_retention_years (const FzCodes *table, int row)
{
  gint64 years = 0;

  return row >= 0 && g_ascii_string_to_signed (fz_codes_get (table, (guint) row, "years"), 10, 1, 100, &years, NULL) ? years : 0;
}

int
fz_retention_find (const FzCodes *table, const char *class, const char *place)
{
  int longest = -1;

  for (guint i = 0; i < fz_codes_get_n (table); i++) {
    const char *where = fz_codes_get (table, i, "place");
    gboolean binds = g_str_equal (where, "all") || g_strcmp0 (where, place) == 0;

    if (!binds || !g_str_equal (fz_codes_get (table, i, "class"), class))
      continue;
    if (fz_retention_years (table, (int) i) == 0) /* one that cannot be read may be the longest */
      return -1;
    if (longest < 0 || fz_retention_years (table, (int) i) >= fz_retention_years (table, longest))
      longest = (int) i;
  }
  return longest;
}

FzDate
fz_retention_last_day (FzDate since, gint64 years)
{
  FzDate last = { since.year + (int) years, since.month, since.day };

  return fz_date_valid (last) ? last : (FzDate) { last.year, 3, 1 };
}

gboolean
fz_retention_is_over (FzDate since, gint64 years, FzDate today)
{
  return years > 0 && fz_date_compare (today, fz_retention_last_day (since, years)) > 0;
}
