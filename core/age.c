#include "core/age.h"

#include <glib/gi18n-lib.h>
#include <string.h>

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

/* How much of it is written: years alone from school age, months below, days in the first year. */
static FzAge
shown (FzAge age)
{
  return (FzAge){ age.years, age.years >= MONTHS_SHOWN_BELOW_YEARS ? 0 : age.months, age.years > 0 ? 0 : age.days };
}

char *
fz_age_text (FzAge age)
{
  g_autoptr (GString) text = g_string_new (NULL);

  age = shown (age);
  if (age.years > 0)
    g_string_append_printf (text, "%d岁", age.years);
  if (age.months > 0)
    g_string_append_printf (text, "%d个月", age.months);
  if (age.days > 0 || text->len == 0)
    g_string_append_printf (text, "%d天", age.days);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* "12岁…" gives 12 and moves on; 0 when another unit stands there. */
static int
read_part (const char **at, const char *unit)
{
  char *end = NULL;
  gint64 n = g_ascii_isdigit (**at) ? g_ascii_strtoll (*at, &end, 10) : -1;

  if (n < 0 || n > 999 || !g_str_has_prefix (end, unit))
    return 0;
  *at = end + strlen (unit);
  return (int) n;
}

gboolean
fz_age_parse (const char *text, FzAge *out)
{
  FzAge age = { 0 };
  g_autofree char *again = NULL;

  if (text == NULL)
    return FALSE;
  for (const char *at = text; *at != '\0';) {
    const char *before = at;

    age.years += read_part (&at, "岁");
    age.months += read_part (&at, "个月");
    age.days += read_part (&at, "天");
    if (at == before)
      break;
  }
  again = fz_age_text (age);
  if (!g_str_equal (again, text))
    return FALSE; /* another spelling is shown as it stands */
  *out = age;
  return TRUE;
}

char *
fz_age_label (FzAge age)
{
  age = shown (age);
  if (age.years > 0 && age.months > 0)
    return g_strdup_printf (_("%d 岁 %d 个月"), age.years, age.months);
  if (age.years > 0)
    return age.years == 1 ? g_strdup (_("1岁")) : g_strdup_printf (_("%d岁"), age.years);
  if (age.months > 0 && age.days > 0)
    return g_strdup_printf (_("%d 个月 %d 天"), age.months, age.days);
  if (age.months > 0)
    return age.months == 1 ? g_strdup (_("1个月")) : g_strdup_printf (_("%d个月"), age.months);
  return age.days == 1 ? g_strdup (_("1天")) : g_strdup_printf (_("%d天"), age.days);
}
