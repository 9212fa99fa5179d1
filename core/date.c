#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BEIJING_US (G_GINT64_CONSTANT (8) * 3600 * FZ_US_PER_SECOND)
#define DAYS_PER_ERA 146097   /* 400 years */
#define DAYS_TO_1970 719468   /* from 0000-03-01 */

static gint64
floor_div (gint64 a, gint64 b)
{
  return a / b - (a % b < 0 ? 1 : 0);
}

static gboolean
is_leap (int year)
{
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int
fz_date_days_in_month (int year, int month)
{
  static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

  g_return_val_if_fail (month >= 1 && month <= 12, 0);
  return days[month - 1] + (month == 2 && is_leap (year) ? 1 : 0);
}

gboolean
fz_date_valid (FzDate date)
{
  return date.year >= 1800 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1
         && date.day <= fz_date_days_in_month (date.year, date.month);
}

int
fz_date_compare (FzDate a, FzDate b)
{
  if (a.year != b.year)
    return a.year < b.year ? -1 : 1;
  if (a.month != b.month)
    return a.month < b.month ? -1 : 1;
  return (a.day > b.day) - (a.day < b.day);
}

/* Years are counted from March, so that the leap day is the last of its year and months need no table. */
gint64
fz_date_to_days (FzDate date)
{
  gint64 year = date.month <= 2 ? (gint64) date.year - 1 : date.year;
  gint64 era = floor_div (year, 400);
  gint64 year_of_era = year - era * 400;
  gint64 month_from_march = (date.month + 9) % 12;
  gint64 day_of_year = (153 * month_from_march + 2) / 5 + date.day - 1;

  return era * DAYS_PER_ERA + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - DAYS_TO_1970;
}

FzDate
fz_date_from_days (gint64 days)
{
  gint64 shifted = days + DAYS_TO_1970;
  gint64 era = floor_div (shifted, DAYS_PER_ERA);
  gint64 day_of_era = shifted - era * DAYS_PER_ERA;
  gint64 year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  gint64 day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  gint64 month_from_march = (5 * day_of_year + 2) / 153;
  FzDate date;

  date.day = (int) (day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month = (int) (month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  date.year = (int) (year_of_era + era * 400 + (date.month <= 2 ? 1 : 0));
  return date;
}

gint64
fz_date_days_between (FzDate a, FzDate b)
{
  return fz_date_to_days (b) - fz_date_to_days (a);
}

FzDate
fz_date_add_days (FzDate date, gint64 days)
{
  return fz_date_from_days (fz_date_to_days (date) + days);
}

FzDate
fz_date_add_months (FzDate date, int months)
{
  gint64 count = (gint64) date.year * 12 + date.month - 1 + months;
  FzDate later = { (int) floor_div (count, 12), (int) (count - floor_div (count, 12) * 12) + 1, date.day };

  later.day = MIN (later.day, fz_date_days_in_month (later.year, later.month));
  return later;
}

int
fz_date_weekday (FzDate date)
{
  gint64 days = fz_date_to_days (date) + 3; /* 1970-01-01 was a Thursday */

  return (int) (days - floor_div (days, 7) * 7) + 1;
}

char *
fz_date_format (FzDate date)
{
  return g_strdup_printf ("%04d-%02d-%02d", date.year, date.month, date.day);
}

static gboolean
read_digits (const char *text, guint n, int *out)
{
  *out = 0;
  for (guint i = 0; i < n; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      *out = *out * 10 + (text[i] - '0');
    }
  return TRUE;
}

gboolean
fz_date_parse (const char *text, FzDate *out, GError **error)
{
  FzDate date;

  if (text != NULL && strlen (text) == 10 && text[4] == '-' && text[7] == '-' && read_digits (text, 4, &date.year)
      && read_digits (text + 5, 2, &date.month) && read_digits (text + 8, 2, &date.day) && fz_date_valid (date))
    {
      *out = date;
      return TRUE;
    }
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("“%s”不是有效日期，请按 2026-01-31 的样式填写"), text != NULL ? text : "");
  return FALSE;
}

FzDate
fz_date_in_beijing (gint64 utc_us)
{
  return fz_date_from_days (floor_div (utc_us + BEIJING_US, FZ_US_PER_DAY));
}

gint64
fz_date_beijing_start_us (FzDate date)
{
  return fz_date_to_days (date) * FZ_US_PER_DAY - BEIJING_US;
}

gboolean
fz_date_is_over (const char *on, const char *at, gint64 now_us)
{
  FzDate day;

  if (on == NULL || !fz_date_parse (on, &day, NULL))
    return FALSE;
  if (at == NULL)
    return fz_date_compare (day, fz_date_in_beijing (now_us)) < 0;
  return now_us >= fz_date_beijing_start_us (day) + (g_ascii_strtoll (at, NULL, 10) * 60 + g_ascii_strtoll (at + 3, NULL, 10)) * 60 * FZ_US_PER_SECOND;
}

char *
fz_beijing_time_format (gint64 utc_us)
{
  FzDate date = fz_date_in_beijing (utc_us);
  int second = (int) ((utc_us - fz_date_beijing_start_us (date)) / FZ_US_PER_SECOND);

  return g_strdup_printf ("%04d-%02d-%02d %02d:%02d:%02d", date.year, date.month, date.day, second / 3600,
                          second / 60 % 60, second % 60);
}
