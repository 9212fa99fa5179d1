/* What was read is enough: judged again with nothing but the kept inputs, under the same rules on the same day, every subject has the
 * same verdict; for random facts under all profiles. And nothing else is kept. */
#include "tests/rules/fixture.h"

#include <string.h>

static const char *const profiles[] = { "national-2022", "tianjin-2025", "sichuan-2020", "chongqing-2023", "fujian-2024" };

static const char *const words[] = { "yes",        "no",         "1",          "2",   "7",       "28",      "90",  "eligible", "2020-02-29", "2026-03-02", "2026-03-01T16:00:00Z", "2023-03-02",
                                     "2019-03-03", "2030-01-01", "2026-02-30", "I10", "I10.x00", "I10.x01", "A20.9", "oral",   "narcotic",   "herbal",     "404",                  "231",
                                     "purchase_record", "张三", "活动后胸痛2天，否认发热。伴呼吸困难", "否认胸痛、晕厥，血压平稳", "无明显诱因意识丧失", "复查。今晨黑便，无腹痛；血糖 3.2" };

static const char *
random_word (const FzFields *clause)
{
  guint n = fz_fields_count (clause, "params.value");

  if (n > 0 && g_test_rand_bit ())
    return fz_fields_get_at (clause, "params.value", (guint) g_test_rand_int_range (0, (int) n), NULL);
  return words[g_test_rand_int_range (0, G_N_ELEMENTS (words))];
}

static void
put (FzFields *facts, const char *key, const FzFields *clause)
{
  if (key != NULL && g_test_rand_int_range (0, 4) > 0)
    fz_fields_set (facts, key, random_word (clause));
}

static void
put_list (FzFields *facts, const char *list, const FzFields *clause, const char *prefix)
{
  static const char *const items[] = { "item", "flag" };
  guint n = (guint) g_test_rand_int_range (0, 4);

  for (guint i = 0; list != NULL && i < n; i++) {
    g_autofree char *code = g_strdup_printf ("%s.%02u.code", list, i), *extra = g_strdup_printf ("%s.%02u.extra", list, i);

    put (facts, code, clause);
    put (facts, extra, clause);
    for (guint j = 0; j < G_N_ELEMENTS (items); j++) {
      g_autofree char *param = g_strconcat (prefix, items[j], NULL);
      const char *item = fz_fields_get (clause, param);
      g_autofree char *key = item != NULL ? g_strdup_printf ("%s.%02u.%s", list, i, item) : NULL;

      put (facts, key, clause);
    }
  }
}

/* Every fact that a question of the clause may look at, there or not. */
static void
put_question (FzFields *facts, const FzFields *clause, const char *prefix)
{
  static const char *const singles[] = { "key", "other" }, *const lists[] = { "list", "prior" };
  g_autofree char *keys = g_strconcat (prefix, "keys", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (singles); i++) {
    g_autofree char *param = g_strconcat (prefix, singles[i], NULL);

    put (facts, fz_fields_get (clause, param), clause);
  }
  for (guint i = 0; i < fz_fields_count (clause, keys); i++)
    put (facts, fz_fields_get_at (clause, keys, i, NULL), clause);
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++) {
    g_autofree char *param = g_strconcat (prefix, lists[i], NULL);

    put_list (facts, fz_fields_get (clause, param), clause, prefix);
  }
}

static FzFields *
random_facts (const FzRulebook *book)
{
  FzFields *facts = fz_fields_new ("fuzhen.facts/v1");

  for (guint i = 0; i < fz_rulebook_get_n_clauses (book); i++) {
    const FzFields *clause = fz_rulebook_get_clause (book, i);

    put_question (facts, clause, "params.");
    for (guint j = 0; j < fz_fields_count (clause, "when"); j++) {
      g_autofree char *prefix = g_strdup_printf ("when.%02u.params.", j);

      put_question (facts, clause, prefix);
    }
  }
  fz_fields_set (facts, "nobody.asked", "secret");
  return facts;
}

static FzFields *
judge (const FzRulebook *book, guint moments, const FzFields *facts, FzDate on, FzFields *given)
{
  FzFields *verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (GError) error = NULL;

  for (guint moment = 0; moment < FZ_N_MOMENTS; moment++)
    if ((moments & (1u << moment)) != 0 && !fz_rulebook_check (book, (FzMoment) moment, facts, on, findings, verdicts, given, &error))
      g_error ("%s", error->message);
  return verdicts;
}

/* A kept value is the fact itself, or parts of a running text. */
static void
check_kept (const char *key, const char *value, gpointer data)
{
  const char *fact = fz_fields_get (data, key);
  g_auto (GStrv) parts = g_strsplit (value, "，", -1);

  g_assert_nonnull (fact);
  g_assert_cmpstr (key, !=, "nobody.asked");
  g_assert_cmpuint (strlen (value), <=, strlen (fact));
  for (guint i = 0; parts[i] != NULL; i++)
    g_assert_nonnull (strstr (fact, parts[i]));
}

static void
replayed (gconstpointer data)
{
  g_autoptr (FzRulebook) book = shipped_rulebook (data);
  int n = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 20000 : 150;
  guint failing = 0, unknown = 0, passing = 0;

  for (int i = 0; i < n; i++) {
    g_autoptr (FzFields) facts = random_facts (book), given = fz_fields_new ("fuzhen.given/v1"), again = fz_fields_new ("fuzhen.given/v1");
    g_autoptr (FzFields) then = NULL, now = NULL;
    FzDate on = fz_date_add_days ((FzDate) { 2022, 2, 8 }, g_test_rand_int_range (0, 3000));
    guint moments = 1u << g_test_rand_int_range (0, FZ_N_MOMENTS) | 1u << g_test_rand_int_range (0, FZ_N_MOMENTS);

    then = judge (book, moments, facts, on, given);
    now = judge (book, moments, given, on, again);
    g_assert_true (fz_fields_equal (then, now));
    g_assert_true (fz_fields_equal (given, again));
    fz_fields_foreach (given, check_kept, facts);
    for (guint j = 0; j < fz_fields_count (then, "rule"); j++) {
      const char *verdict = fz_fields_get_at (then, "rule", j, "verdict");

      passing += g_str_equal (verdict, "pass");
      failing += g_str_equal (verdict, "fail");
      unknown += g_str_equal (verdict, "unknown");
    }
  }
  g_test_message ("%s: %d cases, verdicts %u pass, %u fail, %u unknown", (const char *) data, n, passing, failing, unknown);
  g_assert_cmpuint (MIN (MIN (passing, failing), unknown), >, (guint) n / 10);
}

/* The most that one document asks has room in its list of verdicts: on a day when all layers are in force, what is asked at taking and
 * prescribing, and of a whole sheet, whose documents share their verdicts. */
static void
room_for_verdicts (gconstpointer data)
{
  static const guint moments[] = { 1u << FZ_MOMENT_TAKE | 1u << FZ_MOMENT_PRESCRIBE,
                                   1u << FZ_MOMENT_ELIGIBILITY | 1u << FZ_MOMENT_RECORD | 1u << FZ_MOMENT_PRESCRIBE };
  g_autoptr (FzRulebook) book = shipped_rulebook (data);
  FzDate until = { 0 }, on = fz_rulebook_get_until (book, &until) && fz_date_compare (until, (FzDate) { 2026, 6, 1 }) < 0 ? until : (FzDate) { 2026, 6, 1 };

  for (guint i = 0; i < G_N_ELEMENTS (moments); i++) {
    g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1"), verdicts = judge (book, moments[i], facts, on, NULL);

    g_test_message ("%s: %s asks %u subjects", (const char *) data, i == 0 ? "taking and prescribing" : "a whole sheet", fz_fields_count (verdicts, "rule"));
    g_assert_cmpuint (fz_fields_count (verdicts, "rule"), <=, 95);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (profiles); i++) {
    g_autofree char *replay = g_strconcat ("/rules/replay/", profiles[i], NULL), *room = g_strconcat ("/rules/room/", profiles[i], NULL);

    g_test_add_data_func (replay, profiles[i], replayed);
    g_test_add_data_func (room, profiles[i], room_for_verdicts);
  }
  return g_test_run ();
}
