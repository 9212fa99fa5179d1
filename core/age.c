#include "core/age.h"

#include <glib/gi18n-lib.h>

#define MONTHS_SHOWN_BELOW_YEARS 7

gboolean
fz_age_on (FzDate birth, FzDate on, FzAge *out, GError **error)
{
  int months = (on.year - birth.year) * 12 + on.month - birth.month;

  if (fz_date_compare (on, birth) < 0)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("出生日期晚于所算日期，请核对出生日期"));
      return FALSE;
    }
  /* From the birth each time, not month by month: the 31st must not wear down to the 28th. */
  if (fz_date_compare (fz_date_add_months (birth, months), on) > 0)
    months--;
  out->years = months / 12;
  out->months = months % 12;
  out->days = (int) fz_date_days_between (fz_date_add_months (birth, months), on);
  return TRUE;
}

FzDate
fz_age_limit_end (FzDate birth, int limit_years, gboolean inclusive)
{
  return fz_date_add_months (birth, 12 * (limit_years + (inclusive ? 1 : 0)));
}

gboolean
fz_age_within (FzDate birth, FzDate on, int limit_years, gboolean inclusive)
{
  return fz_date_compare (on, fz_age_limit_end (birth, limit_years, inclusive)) < 0;
}

char *
fz_age_text (FzAge age)
{
  if (age.years >= MONTHS_SHOWN_BELOW_YEARS || (age.years > 0 && age.months == 0))
    return g_strdup_printf (_("%d岁"), age.years);
  if (age.years > 0)
    return g_strdup_printf (_("%d岁%d个月"), age.years, age.months);
  if (age.months > 0 && age.days > 0)
    return g_strdup_printf (_("%d个月%d天"), age.months, age.days);
  if (age.months > 0)
    return g_strdup_printf (_("%d个月"), age.months);
  return g_strdup_printf (_("%d天"), age.days);
}
