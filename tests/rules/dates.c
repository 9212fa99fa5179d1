/* Days: who is a child of 6 or younger, who has worked three years, when a text begins and ends; on birthdays and the days around them,
 * from 29 February, at midnight in Beijing, wherever the computer thinks it is. */
#include "core/predicate.h"
#include "tests/rules/fixture.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static FzVerdict
ask (const char *word, const char *params, const char *key, const char *value, FzDate on)
{
  g_autoptr (FzFields) p = parse_facts (params), facts = fz_fields_new ("fuzhen.facts/v1");
  FzQuestion q = { facts, p, on, NULL, NULL };

  fz_fields_set (facts, key, value);
  return fz_predicate_find (word) (&q);
}

static int
rounds (int ci, int full)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? full : ci;
}

/* GLib's calendar is the second opinion; it too takes 28 February for 29 February in other years. */
static FzDate
birthday (FzDate birth, int years)
{
  GDate date;
  FzDate out;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) birth.day, (GDateMonth) birth.month, (GDateYear) birth.year);
  g_date_add_years (&date, (guint) years);
  out = (FzDate) { g_date_get_year (&date), (int) g_date_get_month (&date), g_date_get_day (&date) };
  return out;
}

static void
check_birth (FzDate birth)
{
  static const struct {
    const char *params;
    int until; /* the birthday that ends it */
  } readings[] = { { "key=b|years=6|inclusive=yes", 7 }, { "key=b|years=6|inclusive=no", 6 }, { "key=b|years=17|inclusive=yes", 18 } };
  g_autofree char *text = fz_date_format (birth);

  for (guint i = 0; i < G_N_ELEMENTS (readings); i++)
    for (int shift = -2; shift <= 2; shift++) {
      FzDate on = fz_date_add_days (birthday (birth, readings[i].until), shift);
      FzVerdict verdict = ask ("age_within", readings[i].params, "b", text, on);

      g_assert_true (ask ("age_beyond", readings[i].params, "b", text, on) == (verdict == FZ_VERDICT_PASS ? FZ_VERDICT_FAIL : FZ_VERDICT_PASS));

      if ((verdict == FZ_VERDICT_PASS) != (shift < 0))
        g_error ("born %s, %s, %d days from the birthday", text, readings[i].params, shift);
    }
}

static FzDate
random_day (void)
{
  return fz_date_from_days (g_test_rand_int_range (-10000, 30000));
}

static void
birthdays (void)
{
  for (int year = 1984; year <= 2028; year += 4)
    check_birth ((FzDate) { year, 2, 29 });
  check_birth ((FzDate) { 2000, 2, 28 });
  check_birth ((FzDate) { 2019, 12, 31 });
  check_birth ((FzDate) { 2020, 1, 1 });
  for (int i = 0; i < rounds (500, 100000); i++)
    check_birth (random_day ());
}

static void
three_years (void)
{
  for (int i = 0; i < rounds (500, 100000); i++) {
    FzDate since = i == 0 ? (FzDate) { 2024, 2, 29 } : random_day (), day = birthday (since, 3);
    g_autofree char *text = fz_date_format (since);

    g_assert_cmpint (ask ("years_since", "key=s|years=3", "s", text, day), ==, FZ_VERDICT_PASS);
    g_assert_cmpint (ask ("years_since", "key=s|years=3", "s", text, fz_date_add_days (day, -1)), ==, FZ_VERDICT_FAIL);
  }
}

/* 16:00 at Greenwich is midnight in Beijing. */
static void
midnight (void)
{
  for (int i = 0; i < rounds (300, 50000); i++) {
    FzDate day = random_day (), before = fz_date_add_days (day, -1);
    g_autofree char *eve = fz_date_format (before), *last = g_strconcat (eve, "T15:59:59Z", NULL), *first = g_strconcat (eve, "T16:00:00Z", NULL);

    g_assert_cmpint (ask ("day_reached", "key=t", "t", last, before), ==, FZ_VERDICT_PASS);
    g_assert_cmpint (ask ("day_reached", "key=t", "t", first, before), ==, FZ_VERDICT_FAIL);
    g_assert_cmpint (ask ("day_reached", "key=t", "t", first, day), ==, FZ_VERDICT_PASS);
    g_assert_cmpint (ask ("day_not_passed", "key=t", "t", last, day), ==, FZ_VERDICT_FAIL);
    g_assert_cmpint (ask ("day_not_passed", "key=t", "t", first, day), ==, FZ_VERDICT_PASS);
  }
}

/* The same questions give the same answers under clocks set for other places. */
static void
anywhere (void)
{
  static const char *const zones[] = { "UTC0", "America/Los_Angeles", "Pacific/Kiritimati", "Asia/Shanghai", "<-12>12", "<+14>-14" };

  for (guint i = 0; i < G_N_ELEMENTS (zones); i++) {
    g_setenv ("TZ", zones[i], TRUE);
    tzset ();
    birthdays ();
    three_years ();
    midnight ();
  }
  g_unsetenv ("TZ");
  tzset ();
}

/* The limit and whether it is inclusive are dated parameters of the shipped rules: a clause follows them from their day on. */
static void
child_limit_is_a_parameter (void)
{
  static const char *const readings[] = { "true", "false" };
  static const char wanted[] = "\"name\": \"child_limit_inclusive\"";
  g_autofree char *upper = read_source ("assets/rules/upper.json");
  const char *at = strstr (upper, wanted), *value;

  g_assert_nonnull (at);
  value = strstr (at, "\"value\": true");
  g_assert_nonnull (value);
  for (guint i = 0; i < G_N_ELEMENTS (readings); i++) {
    g_autoptr (GString) text = g_string_new_len (upper, value - upper);
    g_autoptr (FzRuleLayer) bottom = NULL, national = shipped_layer ("national-2022"), local = shipped_layer ("tianjin-2025");
    g_autoptr (FzRulebook) book = NULL;
    g_autoptr (GError) error = NULL;
    FzRuleLayer *layers[3];

    g_string_append_printf (text, "\"value\": %s%s", readings[i], value + strlen ("\"value\": true"));
    bottom = fz_rule_layer_parse ("upper.json", text->str, text->len, &error);
    g_assert_no_error (error);
    layers[0] = bottom, layers[1] = national, layers[2] = local;
    book = fz_rulebook_new (layers, 3, &error);
    g_assert_no_error (error);
    for (int shift = -1; shift <= 1; shift++) {
      g_autoptr (GPtrArray) findings = fz_findings_new ();
      g_autoptr (FzFields) facts = parse_facts ("patient.birth_date=2020-02-29|rx.guardian_present=no|rx.item.00.child_medicine=yes");
      FzDate on = fz_date_add_days (birthday ((FzDate) { 2020, 2, 29 }, i == 0 ? 7 : 6), shift);

      g_assert_true (fz_rulebook_check (book, FZ_MOMENT_PRESCRIBE, facts, on, findings, NULL, NULL, &error));
      g_assert_true ((fz_findings_find (findings, "CHILD_GUARDIAN") != NULL) == (shift < 0));
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/dates/birthdays", birthdays);
  g_test_add_func ("/rules/dates/three-years", three_years);
  g_test_add_func ("/rules/dates/midnight", midnight);
  g_test_add_func ("/rules/dates/anywhere", anywhere);
  g_test_add_func ("/rules/dates/child-limit", child_limit_is_a_parameter);
  return g_test_run ();
}
