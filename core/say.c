#include "core/say.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DAY_LENGTH 10 /* YYYY-MM-DD */

typedef struct {
  FzDate day;
  int hour, minute, second;
} When;

static const char *
month_word (int month)
{
  static const char *const months[] = { N_ ("1月"), N_ ("2月"), N_ ("3月"), N_ ("4月"), N_ ("5月"), N_ ("6月"),
                                        N_ ("7月"), N_ ("8月"), N_ ("9月"), N_ ("10月"), N_ ("11月"), N_ ("12月") };

  g_return_val_if_fail (month >= 1 && month <= 12, "");
  return _ (months[month - 1]);
}

const char *
fz_say_weekday (int weekday)
{
  static const char *const days[] = { N_ ("周一"), N_ ("周二"), N_ ("周三"), N_ ("周四"), N_ ("周五"), N_ ("周六"), N_ ("周日") };

  g_return_val_if_fail (weekday >= 1 && weekday <= 7, "");
  return _ (days[weekday - 1]);
}

/* {年} {月} {日} {时} {分} {秒} are numbers of two digits, the year of four. A translation, which has no Chinese letters, says {year} {hour} {minute} {second}
 * and has {d} and {m}, a day and a month of as many digits as they need, {mon} and {weekday}, their words. */
static char *
fill (const char *pattern, const When *when)
{
  GString *out = g_string_new (pattern);
  const struct {
    const char *name;
    int digits, value;
  } numbers[] = {
    { "{年}", 4, when->day.year }, { "{year}", 4, when->day.year },
    { "{月}", 2, when->day.month }, { "{m}", 1, when->day.month },
    { "{日}", 2, when->day.day }, { "{d}", 1, when->day.day },
    { "{时}", 2, when->hour }, { "{hour}", 2, when->hour },
    { "{分}", 2, when->minute }, { "{minute}", 2, when->minute },
    { "{秒}", 2, when->second }, { "{second}", 2, when->second },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++) {
    g_autofree char *number = g_strdup_printf ("%0*d", numbers[i].digits, numbers[i].value);

    g_string_replace (out, numbers[i].name, number, 0);
  }
  g_string_replace (out, "{mon}", month_word (when->day.month), 0);
  g_string_replace (out, "{周}", fz_say_weekday (fz_date_weekday (when->day)), 0);
  g_string_replace (out, "{weekday}", fz_say_weekday (fz_date_weekday (when->day)), 0);
  return g_string_free (out, FALSE);
}

static When
when_at (gint64 us)
{
  FzDate day = fz_date_in_beijing (us);
  int second = (int) ((us - fz_date_beijing_start_us (day)) / FZ_US_PER_SECOND);

  return (When){ day, second / 3600, second / 60 % 60, second % 60 };
}

static char *
say_day (const When *when)
{
  return fill (_ ("{年}-{月}-{日}"), when);
}

static char *
say_moment (const When *when)
{
  return fill (_ ("{年}-{月}-{日} {时}:{分}"), when);
}

static char *
say_exactly (const When *when)
{
  return fill (_ ("{年}-{月}-{日} {时}:{分}:{秒}"), when);
}

char *
fz_say_day (FzDate day)
{
  return say_day (&(When){ .day = day });
}

char *
fz_say_heading_day (FzDate day)
{
  return fill (_ ("{年}年{m}月{d}日 {周}"), &(When){ .day = day });
}

char *
fz_say_moment (gint64 us)
{
  When when = when_at (us);

  return say_moment (&when);
}

char *
fz_say_moment_exactly (gint64 us)
{
  When when = when_at (us);

  return say_exactly (&when);
}

char *
fz_say_second (gint64 us)
{
  When when = when_at (us);

  return fill (_ ("{月}-{日} {时}:{分}:{秒}"), &when);
}

char *
fz_say_near (gint64 us, gint64 now_us)
{
  When when = when_at (us);
  FzDate today = fz_date_in_beijing (now_us);

  if (fz_date_compare (when.day, today) == 0)
    return fill (_ ("{时}:{分}"), &when);
  return when.day.year == today.year ? fill (_ ("{月}-{日} {时}:{分}"), &when) : say_day (&when);
}

/* "HH:MM" or "HH:MM:SS"; the number of its parts, 0 when it is none. */
static guint
read_time (const char *text, When *out)
{
  int values[3] = { 0 };
  gsize n = strlen (text);

  if (n != 5 && n != 8)
    return 0;
  for (gsize i = 0; i < n; i++)
    if (i % 3 == 2 ? text[i] != ':' : !g_ascii_isdigit (text[i]))
      return 0;
    else if (i % 3 != 2)
      values[i / 3] = values[i / 3] * 10 + (text[i] - '0');
  if (values[0] > 23 || values[1] > 59 || values[2] > 59)
    return 0;
  out->hour = values[0];
  out->minute = values[1];
  out->second = values[2];
  return n == 8 ? 3 : 2;
}

char *
fz_say_value (const char *text)
{
  g_autofree char *day = g_strndup (text, DAY_LENGTH);
  When when = { 0 };
  guint parts;

  if (text == NULL)
    return NULL;
  if (!fz_date_parse (day, &when.day, NULL))
    return g_strdup (text);
  if (text[DAY_LENGTH] == '\0')
    return say_day (&when);
  parts = text[DAY_LENGTH] == ' ' ? read_time (text + DAY_LENGTH + 1, &when) : 0;
  return parts == 0 ? g_strdup (text) : parts == 2 ? say_moment (&when) : say_exactly (&when);
}
