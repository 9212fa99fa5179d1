/* Days and ages: every day of four centuries against GLib's calendar, ages around birthdays, the limit "6岁以下". */
#include "core/age.h"

#include <string.h>

static void
assert_date (FzDate date, int year, int month, int day)
{
  g_assert_cmpint (date.year, ==, year);
  g_assert_cmpint (date.month, ==, month);
  g_assert_cmpint (date.day, ==, day);
}

static void
test_calendar (void)
{
  GDate other;
  FzDate first = { 1800, 1, 1 }, last = { 2200, 12, 31 }, before = { 1799, 12, 31 };
  gint64 day = fz_date_to_days (first);

  assert_date (fz_date_from_days (0), 1970, 1, 1);
  g_date_clear (&other, 1);
  g_date_set_dmy (&other, 1, G_DATE_JANUARY, 1800);
  for (; day <= fz_date_to_days (last); day++, g_date_add_days (&other, 1))
    {
      FzDate date = fz_date_from_days (day);

      assert_date (date, g_date_get_year (&other), (int) g_date_get_month (&other), g_date_get_day (&other));
      g_assert_cmpint (fz_date_to_days (date), ==, day);
      g_assert_cmpint (fz_date_weekday (date), ==, (int) g_date_get_weekday (&other));
      g_assert_true (fz_date_valid (date));
      g_assert_cmpint (fz_date_compare (before, date), <, 0);
      g_assert_cmpint (fz_date_compare (date, before), >, 0);
      g_assert_cmpint (fz_date_compare (date, date), ==, 0);
      before = date;
    }
}

static void
test_parse (void)
{
  static const char *const bad[] = { "", "2026-02-29", "1900-02-29", "2026-00-01", "2026-13-01", "2026-01-00", "2026-04-31", "26-01-01",
                                     "2026-1-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "20260101", "1799-12-31", "2026-01-0x", "-026-01-01" };
  static const char *const good[] = { "2026-11-22", "2000-02-29", "1880-01-01", "9999-12-31" };
  FzDate date = { 1, 2, 3 };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", bad[i]);
      g_assert_false (fz_date_parse (bad[i], &date, &error));
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
      assert_date (date, 1, 2, 3);
    }
  g_assert_false (fz_date_parse (NULL, &date, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autofree char *text = NULL;

      g_assert_true (fz_date_parse (good[i], &date, NULL));
      text = fz_date_format (date);
      g_assert_cmpstr (text, ==, good[i]);
    }
}

static void
test_arithmetic (void)
{
  assert_date (fz_date_add_days ((FzDate){ 2024, 2, 28 }, 1), 2024, 2, 29);
  assert_date (fz_date_add_days ((FzDate){ 2024, 1, 1 }, -1), 2023, 12, 31);
  assert_date (fz_date_add_months ((FzDate){ 2024, 1, 31 }, 1), 2024, 2, 29);
  assert_date (fz_date_add_months ((FzDate){ 2024, 1, 31 }, 13), 2025, 2, 28);
  assert_date (fz_date_add_months ((FzDate){ 2024, 1, 15 }, -1), 2023, 12, 15);
  assert_date (fz_date_add_months ((FzDate){ 2024, 3, 31 }, -13), 2023, 2, 28);
  assert_date (fz_date_add_months ((FzDate){ 2024, 11, 30 }, 1), 2024, 12, 30);
  g_assert_cmpint (fz_date_days_between ((FzDate){ 2024, 2, 1 }, (FzDate){ 2024, 3, 1 }), ==, 29);
}

static void
test_beijing (void)
{
  const gint64 midnight = G_GINT64_CONSTANT (1767196800000000); /* 2025-12-31T16:00:00Z */
  g_autofree char *text = fz_beijing_time_format (midnight - 1), *old = fz_beijing_time_format (-FZ_US_PER_DAY);

  assert_date (fz_date_in_beijing (midnight), 2026, 1, 1);
  assert_date (fz_date_in_beijing (midnight - 1), 2025, 12, 31);
  assert_date (fz_date_in_beijing (-1), 1970, 1, 1);
  assert_date (fz_date_in_beijing (-8 * 3600 * FZ_US_PER_SECOND - 1), 1969, 12, 31);
  g_assert_cmpint (fz_date_beijing_start_us ((FzDate){ 2026, 1, 1 }), ==, midnight);
  g_assert_cmpstr (text, ==, "2025-12-31 23:59:59");
  g_assert_cmpstr (old, ==, "1969-12-31 08:00:00");
}

static void
assert_age (const char *birth, const char *on, int years, int months, int days, const char *text)
{
  FzDate from = { 0 }, to = { 0 };
  FzAge age, again = { 0 };
  g_autofree char *shown = NULL;

  g_assert_true (fz_date_parse (birth, &from, NULL) && fz_date_parse (on, &to, NULL));
  g_assert_true (fz_age_on (from, to, &age, NULL));
  g_test_message ("%s on %s: %d/%d/%d", birth, on, age.years, age.months, age.days);
  g_assert_cmpint (age.years, ==, years);
  g_assert_cmpint (age.months, ==, months);
  g_assert_cmpint (age.days, ==, days);
  shown = fz_age_text (age);
  g_assert_cmpstr (shown, ==, text);
  g_assert_true (fz_age_parse (shown, &again));
  g_assert_cmpint (again.years, ==, years);
}

static void
test_ages (void)
{
  static const char *const odd[] = { "", "岁", "5", "5 岁", "05岁", "5岁5天", "2个月3岁", "3岁2个月1天", "8岁2个月", "-3岁", "3 years", "1岁1岁", "99999岁" };
  FzAge age = { 7, 7, 7 };
  g_autoptr (GError) error = NULL;

  assert_age ("2020-05-10", "2020-05-10", 0, 0, 0, "0天");
  assert_age ("2020-05-10", "2020-06-09", 0, 0, 30, "30天");
  assert_age ("2020-05-10", "2020-06-10", 0, 1, 0, "1个月");
  assert_age ("2020-05-10", "2021-05-09", 0, 11, 29, "11个月29天");
  assert_age ("2020-05-10", "2021-05-10", 1, 0, 0, "1岁");
  assert_age ("2020-05-10", "2023-07-11", 3, 2, 1, "3岁2个月");
  assert_age ("2020-05-10", "2027-05-09", 6, 11, 29, "6岁11个月");
  assert_age ("2020-05-10", "2027-05-10", 7, 0, 0, "7岁");
  assert_age ("1949-12-31", "2026-11-22", 76, 10, 22, "76岁");
  /* Born on 29 February. */
  assert_age ("2020-02-29", "2021-02-27", 0, 11, 29, "11个月29天");
  assert_age ("2020-02-29", "2021-02-28", 1, 0, 0, "1岁");
  assert_age ("2020-02-29", "2021-03-01", 1, 0, 1, "1岁");
  assert_age ("2020-02-29", "2024-02-28", 3, 11, 30, "3岁11个月");
  assert_age ("2020-02-29", "2024-02-29", 4, 0, 0, "4岁");
  /* Born on the 31st. */
  assert_age ("2025-01-31", "2025-02-27", 0, 0, 27, "27天");
  assert_age ("2025-01-31", "2025-02-28", 0, 1, 0, "1个月");
  assert_age ("2025-01-31", "2025-03-30", 0, 1, 30, "1个月30天");
  assert_age ("2025-01-31", "2025-03-31", 0, 2, 0, "2个月");
  /* Read back only what is written so: anything else is shown as it stands. */
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
    g_assert_false (fz_age_parse (odd[i], &age));
  g_assert_false (fz_age_parse (NULL, &age));
  g_assert_false (fz_age_on ((FzDate){ 2026, 1, 2 }, (FzDate){ 2026, 1, 1 }, &age, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_cmpint (age.years, ==, 7);
}

/* Age never falls, grows by a day at a time, and years change on birthdays only. */
static void
test_age_walk (void)
{
  for (guint i = 0; i < 40; i++)
    {
      FzDate birth = fz_date_from_days (g_test_rand_int_range (-20000, 20000));
      FzAge last = { 0, 0, -1 };

      for (int n = 0; n < 3000; n++)
        {
          FzDate on = fz_date_add_days (birth, n);
          gboolean same_month;
          FzAge age;

          g_assert_true (fz_age_on (birth, on, &age, NULL));
          same_month = age.years == last.years && age.months == last.months;
          g_assert_true (same_month ? age.days == last.days + 1 : age.days == 0);
          g_assert_true (age.months >= 0 && age.months < 12 && age.days >= 0 && age.days < 31);
          g_assert_cmpint (age.years * 12 + age.months - last.years * 12 - last.months, ==, same_month ? 0 : 1);
          if (age.years != last.years && birth.day < 29)
            g_assert_true (on.month == birth.month && on.day == birth.day);
          last = age;
        }
    }
}

static gboolean
within (const char *birth, const char *on, int limit, gboolean inclusive)
{
  FzDate from = { 0 }, to = { 0 };

  g_assert_true (fz_date_parse (birth, &from, NULL) && fz_date_parse (on, &to, NULL));
  return fz_age_within (from, to, limit, inclusive);
}

static void
test_limit (void)
{
  g_assert_true (within ("2020-05-10", "2026-05-09", 6, FALSE));
  g_assert_false (within ("2020-05-10", "2026-05-10", 6, FALSE));
  g_assert_true (within ("2020-05-10", "2026-05-10", 6, TRUE));
  g_assert_true (within ("2020-05-10", "2027-05-09", 6, TRUE));
  g_assert_false (within ("2020-05-10", "2027-05-10", 6, TRUE));
  g_assert_true (within ("2020-02-29", "2027-02-27", 6, TRUE));
  g_assert_false (within ("2020-02-29", "2027-02-28", 6, TRUE));
  g_assert_true (within ("2020-02-29", "2028-02-28", 7, TRUE));
  g_assert_false (within ("2020-02-29", "2028-02-29", 7, TRUE));
  g_assert_true (within ("2020-05-10", "2020-05-09", 6, TRUE));
  assert_date (fz_age_limit_end ((FzDate){ 2020, 5, 10 }, 6, TRUE), 2027, 5, 10);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/date/calendar", test_calendar);
  g_test_add_func ("/date/parse", test_parse);
  g_test_add_func ("/date/arithmetic", test_arithmetic);
  g_test_add_func ("/date/beijing", test_beijing);
  g_test_add_func ("/age/ages", test_ages);
  g_test_add_func ("/age/walk", test_age_walk);
  g_test_add_func ("/age/limit", test_limit);
  return g_test_run ();
}
