/* Working days: the shipped calendar against days that the notices name, terms over holidays and make-up days, and years that
 * nobody announced. */
#include "core/calendar.h"
#include "tests/rules/fixture.h"

#include <string.h>

static FzCalendar *
shipped (void)
{
  g_autofree char *text = read_source ("assets/calendar/cn.csv");
  g_autoptr (GError) error = NULL;
  FzCalendar *calendar = fz_calendar_parse ((const guint8 *) text, strlen (text), "cn.csv", &error);

  g_assert_no_error (error);
  return calendar;
}

static FzDate
day (const char *text)
{
  FzDate date = { 0 };

  g_assert_true (fz_date_parse (text, &date, NULL));
  return date;
}

static void
named_days (void)
{
  static const struct {
    const char *day;
    gboolean works;
  } cases[] = { { "2026-01-03", FALSE }, { "2026-01-04", TRUE },  { "2026-02-14", TRUE },  { "2026-02-15", FALSE }, { "2026-02-23", FALSE },
                { "2026-02-24", TRUE },  { "2026-02-28", TRUE },  { "2026-03-01", FALSE }, { "2026-03-02", TRUE },  { "2026-05-09", TRUE },
                { "2026-09-20", TRUE },  { "2026-09-28", TRUE },  { "2026-10-07", FALSE }, { "2026-10-08", TRUE },  { "2026-10-10", TRUE },
                { "2026-10-11", FALSE }, { "2025-10-08", FALSE }, { "2025-10-11", TRUE },  { "2025-12-31", TRUE } };
  g_autoptr (FzCalendar) calendar = shipped ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    gboolean works = FALSE;

    g_assert_true (fz_calendar_is_workday (calendar, day (cases[i].day), &works, &error));
    if (works != cases[i].works)
      g_error ("%s", cases[i].day);
  }
}

static void
terms (void)
{
  static const struct {
    const char *from, *to;
    guint n;
  } cases[] = { { "2026-03-02", "2026-03-03", 1 },
                { "2026-03-06", "2026-03-09", 1 },  /* over a weekend */
                { "2026-02-13", "2026-02-14", 1 },  /* a make-up Saturday counts */
                { "2026-02-14", "2026-02-24", 1 },  /* over Spring Festival */
                { "2026-09-30", "2026-10-15", 7 },  /* National Day, and the tenth is a working Saturday */
                { "2025-12-29", "2026-01-09", 8 },  /* over the year */
                { "2026-03-01", "2026-03-02", 0 },  /* a Sunday: the next working day */
                { "2026-03-02", "2026-03-02", 0 } };
  g_autoptr (FzCalendar) calendar = shipped ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *got = NULL;
    FzDate on = { 0 };
    guint between = 0;

    g_assert_true (fz_calendar_add_workdays (calendar, day (cases[i].from), cases[i].n, &on, &error));
    got = fz_date_format (on);
    g_assert_cmpstr (got, ==, cases[i].to);
    if (cases[i].n == 0)
      continue;
    g_assert_true (fz_calendar_workdays_between (calendar, day (cases[i].from), on, &between, &error));
    g_assert_cmpuint (between, ==, cases[i].n);
  }
}

/* Slow but obvious: adding one by one is the same as adding n. */
static void
steps_add_up (void)
{
  g_autoptr (FzCalendar) calendar = shipped ();
  FzDate from = { 2025, 1, 1 };

  for (int i = 0; i < 500; i++, from = fz_date_add_days (from, 1)) {
    guint n = (guint) g_test_rand_int_range (1, 30);
    FzDate whole = { 0 }, step = from;

    g_assert_true (fz_calendar_add_workdays (calendar, from, n, &whole, NULL));
    for (guint k = 0; k < n; k++)
      g_assert_true (fz_calendar_add_workdays (calendar, step, 1, &step, NULL));
    g_assert_cmpint (fz_date_compare (whole, step), ==, 0);
  }
}

static void
missing_year (void)
{
  g_autoptr (FzCalendar) calendar = shipped ();
  g_autoptr (GError) error = NULL, again = NULL;
  FzDate on = { 0 };
  guint n = 0;

  g_assert_false (fz_calendar_covers (calendar, 2027));
  g_assert_false (fz_calendar_add_workdays (calendar, day ("2026-12-30"), 7, &on, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "2027"));
  g_assert_false (fz_calendar_workdays_between (calendar, day ("2026-12-30"), day ("2027-01-05"), &n, &again));
  g_assert_error (again, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

static void
bad_files (void)
{
  static const char *const cases[][2] = { { "day,kind,name,source\n2026-02-30,rest,x,y\n", "2" },
                                          { "day,kind,name,source\n2026-02-01,rest,x,y\n2026-02-01,work,x,y\n", "3" },
                                          { "day,kind,name,source\n2026-02-01,holiday,x,y\n", "kind" },
                                          { "day,kind,name\n2026-02-01,rest,x\n", "source" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (fz_calendar_parse ((const guint8 *) cases[i][0], strlen (cases[i][0]), "bad.csv", &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, cases[i][1]));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/calendar/named-days", named_days);
  g_test_add_func ("/calendar/terms", terms);
  g_test_add_func ("/calendar/steps-add-up", steps_add_up);
  g_test_add_func ("/calendar/missing-year", missing_year);
  g_test_add_func ("/calendar/bad-files", bad_files);
  return g_test_run ();
}
