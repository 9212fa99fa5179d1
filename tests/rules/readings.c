/* Where the wording leaves a question, the reading is a dated parameter with that question beside it. A hospital may choose the stricter
 * reading and never the looser one; what it chooses changes verdicts from its day on. */
#include "tests/rules/fixture.h"

#include <inttypes.h>
#include <string.h>

static const char *const layers[] = { "upper", "national-2022", "tianjin-2025", "sichuan-2020", "chongqing-2023", "fujian-2024" };

/* A hospital layer of one parameter over a profile. */
static FzRulebook *
with_reading (const char *over, const FzFields *parameter, const char *since, const char *until, const char *value, GError **error)
{
  g_autofree char *end = until != NULL ? g_strdup_printf ("\"%s\"", until) : g_strdup ("null");
  g_autofree char *json = g_strdup_printf (
    "{\"format\":\"fuzhen.rulebook/v2\",\"name\":\"own\",\"layer\":\"hospital\",\"short\":\"HO\",\"title\":\"院内规定\",\"title_en\":\"Own\","
    "\"over\":\"%s\",\"regulation\":null,\"source\":\"test\",\"since\":\"%s\",\"until\":%s,\"until_basis\":%s,\"successor\":null,"
    "\"parameters\":[{\"name\":\"%s\",\"zh\":\"%s\",\"en\":\"x\",\"question\":null,\"stricter\":\"%s\","
    "\"values\":[{\"from\":\"%s\",\"until\":%s,\"value\":%s}]}],\"terminations\":[],\"consent\":null,\"clauses\":[]}",
    over, since, end, until != NULL ? "\"stated\"" : "null", fz_fields_get (parameter, "name"), fz_fields_get (parameter, "zh"),
    fz_fields_get (parameter, "stricter"), since, end, value);
  g_autoptr (FzRuleLayer) own = fz_rule_layer_parse ("own.json", json, strlen (json), error);

  return own != NULL ? stack_on_shipped (own, error) : NULL;
}

static const FzFields *
find_parameter (const FzRuleLayer *layer, const char *name)
{
  for (guint i = 0; i < fz_rule_layer_get_n_parameters (layer); i++)
    if (g_strcmp0 (fz_fields_get (fz_rule_layer_get_parameter (layer, i), "name"), name) == 0)
      return fz_rule_layer_get_parameter (layer, i);
  g_error ("%s has no parameter %s", fz_rule_layer_get_name (layer), name);
}

/* The open questions of the five texts, by the parameter that holds the chosen reading. */
static void
each_question_is_kept (void)
{
  static const char *const questions[][3] = {
    { "upper", "child_limit_years", "含本数" },           { "upper", "child_limit_inclusive", NULL },
    { "tianjin-2025", "independent_years", "满3年" },     { "chongqing-2023", "independent_years", "满3年" },
    { "sichuan-2020", "clinical_years", "没有“独立”" },   { "sichuan-2020", "minor_limit_years", "民事行为能力" },
    { "chongqing-2023", "card_numbers_min", "任选其一" }, { "chongqing-2023", "special_drug_classes", "用药风险较高" },
    { "fujian-2024", "barred_forms", "皮下注射" },        { "fujian-2024", "catalogue_form_groups", "吸入" },
    { "fujian-2024", "review_record_years", "15年" },     { "fujian-2024", "requested_share_max_pct", "未定比例" },
    { "fujian-2024", "large_prescription_fen", "未定金额" }, { "sichuan-2020", "refund_working_days", "原则上" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++) {
    g_autoptr (FzRuleLayer) layer = shipped_layer (questions[i][0]);
    const char *question = fz_fields_get (find_parameter (layer, questions[i][1]), "question");

    g_assert_nonnull (question);
    if (questions[i][2] != NULL && strstr (question, questions[i][2]) == NULL)
      g_error ("%s of %s no longer asks about %s", questions[i][1], questions[i][0], questions[i][2]);
  }
}

/* One step to each side of a number: the stricter one is taken, the looser one refused by name. */
static void
try_both_sides (const char *over, const FzRuleLayer *layer, const FzFields *parameter, const char *since, const char *until)
{
  gboolean more = g_strcmp0 (fz_fields_get (parameter, "stricter"), "more") == 0;
  gint64 value = 0;
  g_autofree char *up = NULL, *down = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) stricter = NULL, looser = NULL;

  g_assert_true (fz_fields_get_int_at (parameter, "value", 0, "value", &value));
  up = g_strdup_printf ("%" PRId64, value + 1);
  down = g_strdup_printf ("%" PRId64, value - 1);
  stricter = with_reading (over, parameter, since, until, more ? up : down, &error);
  g_assert_no_error (error);
  looser = with_reading (over, parameter, since, until, more ? down : up, &error);
  if (looser != NULL)
    g_error ("%s of %s may be weakened", fz_fields_get (parameter, "name"), fz_rule_layer_get_name (layer));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "own.json:1:"));
}

static void
only_stricter_readings (void)
{
  guint tried = 0;

  for (guint k = 0; k < G_N_ELEMENTS (layers); k++) {
    g_autoptr (FzRuleLayer) layer = shipped_layer (layers[k]);
    FzDate since = fz_rule_layer_get_since (layer), until = { 0 };
    gboolean ends = fz_rule_layer_get_until (layer, &until);
    g_autofree char *from = k == 0 ? g_strdup ("2026-03-02") : fz_date_format (since), *to = ends ? fz_date_format (until) : NULL;

    for (guint i = 0; i < fz_rule_layer_get_n_parameters (layer); i++) {
      const FzFields *parameter = fz_rule_layer_get_parameter (layer, i);

      if (g_strcmp0 (fz_fields_get (parameter, "type"), "int") != 0 || g_strcmp0 (fz_fields_get (parameter, "stricter"), "none") == 0)
        continue;
      try_both_sides (k == 0 ? "national-2022" : layers[k], layer, parameter, from, to);
      tried++;
    }
  }
  g_assert_cmpuint (tried, >=, 18);
}

static const char *
verdict_of (FzRulebook *book, FzMoment moment, const char *facts_text, FzDate on, const char *id)
{
  g_autoptr (FzFields) facts = parse_facts (facts_text), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (GPtrArray) findings = fz_findings_new ();

  g_assert_true (fz_rulebook_check (book, moment, facts, on, findings, verdicts, NULL, NULL));
  for (guint i = 0; i < fz_fields_count (verdicts, "rule"); i++)
    if (g_strcmp0 (fz_fields_get_at (verdicts, "rule", i, "id"), id) == 0)
      return g_intern_string (fz_fields_get_at (verdicts, "rule", i, "verdict"));
  return "absent";
}

/* Chongqing art. 32: any one of three numbers by default; all three when the hospital reads it so, from the day it says. */
static void
chongqing_cards (void)
{
  static const char all[] = "patient.insurance_card=C1|patient.health_card=E1|patient.health_record=A1", one[] = "patient.health_card=E1";
  static const FzDate before = { 2026, 3, 31 }, after = { 2026, 4, 1 };
  g_autoptr (FzRuleLayer) layer = shipped_layer ("chongqing-2023");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) book = with_reading ("chongqing-2023", find_parameter (layer, "card_numbers_min"), "2026-04-01", NULL, "3", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (verdict_of (book, FZ_MOMENT_TAKE, one, before, "PAT_CARD"), ==, "pass");
  g_assert_cmpstr (verdict_of (book, FZ_MOMENT_TAKE, one, after, "PAT_CARD"), ==, "fail");
  g_assert_cmpstr (verdict_of (book, FZ_MOMENT_TAKE, all, after, "PAT_CARD"), ==, "pass");
}

/* A hospital that reads the rule for young children wider binds itself wider: the limit moves by a year, birthday by birthday. */
static void
children_of_seven (void)
{
  static const FzDate on = { 2026, 3, 2 };
  g_autoptr (FzRuleLayer) upper = shipped_layer ("upper");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) shipped = shipped_rulebook ("tianjin-2025"),
                         own = with_reading ("tianjin-2025", find_parameter (upper, "child_limit_years"), "2026-01-01", "2028-12-31", "7", &error);
  static const char seven[] = "patient.birth_date=2019-03-02|rx.guardian_present=no", eight[] = "patient.birth_date=2018-03-02|rx.guardian_present=no";

  g_assert_no_error (error);
  g_assert_cmpstr (verdict_of (shipped, FZ_MOMENT_PRESCRIBE, seven, on, "CHILD_GUARDIAN"), ==, "not_applicable");
  g_assert_cmpstr (verdict_of (own, FZ_MOMENT_PRESCRIBE, seven, on, "CHILD_GUARDIAN"), ==, "fail");
  g_assert_cmpstr (verdict_of (own, FZ_MOMENT_PRESCRIBE, eight, on, "CHILD_GUARDIAN"), ==, "not_applicable");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/readings/questions", each_question_is_kept);
  g_test_add_func ("/rules/readings/only-stricter", only_stricter_readings);
  g_test_add_func ("/rules/readings/chongqing-cards", chongqing_cards);
  g_test_add_func ("/rules/readings/children", children_of_seven);
  return g_test_run ();
}
