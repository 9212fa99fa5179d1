#include "core/age_bound.h"

#include <string.h>

#include <glib/gi18n-lib.h>

gboolean
fz_age_bound_parse (const char *text, FzAgeBound *out)
{
  gsize n = strlen (text);
  g_autofree char *number = n > 0 ? g_strndup (text, n - 1) : NULL;
  guint64 count = 0;

  *out = (FzAgeBound){ 0 };
  if (n == 0)
    return TRUE;
  if (strchr ("dmy", text[n - 1]) == NULL || !g_ascii_string_to_unsigned (number, 10, 0, 9999, &count, NULL))
    return FALSE;
  *out = (FzAgeBound){ (int) count, text[n - 1] };
  return TRUE;
}

static FzDate
day_reached (const FzAgeBound *self, FzDate birth)
{
  return self->unit == 'd' ? fz_date_add_days (birth, self->count) : fz_date_add_months (birth, self->count * (self->unit == 'y' ? 12 : 1));
}

FzAnswer
fz_age_bound_reached (const FzAgeBound *self, const FzDate *birth, int years, FzDate on)
{
  int in_a_year = self->unit == 'y' ? 1 : self->unit == 'm' ? 12 : 365;

  if (birth != NULL)
    return fz_date_compare (day_reached (self, *birth), on) <= 0 ? FZ_ANSWER_YES : FZ_ANSWER_NO;
  if (years < 0)
    return FZ_ANSWER_UNKNOWN;
  if (years * in_a_year >= self->count)
    return FZ_ANSWER_YES;
  /* A year of 366 days more or less does not matter: the doubt is left to a person. */
  return (years + 1) * (in_a_year + (self->unit == 'd')) <= self->count ? FZ_ANSWER_NO : FZ_ANSWER_UNKNOWN;
}

char *
fz_age_bound_text (const FzAgeBound *self)
{
  switch (self->unit) {
  case 'd':
    return g_strdup_printf (_("%d天"), self->count);
  case 'm':
    return g_strdup_printf (_("%d个月"), self->count);
  default:
    return g_strdup_printf (_("%d岁"), self->count);
  }
}
