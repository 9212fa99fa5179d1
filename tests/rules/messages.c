/* A finding says its figures: what was found, the number it is held against as it stands that day, and which lines; and what it says is kept
 * with the inputs, so that the same words come again. A message that asks for a figure nobody can give does not load. */
#include "tests/rules/fixture.h"

#include <string.h>

static GPtrArray *
judge (const FzRulebook *book, FzMoment moment, const FzFields *facts, FzDate on, FzFields *given)
{
  GPtrArray *findings = fz_findings_new ();
  g_autoptr (GError) error = NULL;

  if (!fz_rulebook_check (book, moment, facts, on, findings, NULL, given, &error))
    g_error ("%s", error->message);
  return findings;
}

/* Fujian art. 20: the three patterns, each with its figures and its limit. */
static void
fujian_patterns (void)
{
  static const char purchases[] = "evidence.00.kind=purchase_record|evidence.01.kind=purchase_record|visit.n_evidence=2|visit.has_purchases=yes",
                    lines[] = "|rx.n_items=2|rx.n_purchased=2|rx.purchased_names=氨氯地平、二甲双胍|rx.purchased_share_pct=100",
                    asked[] = "rx.n_items=3|rx.n_requested=3|rx.requested_names=阿司匹林、氯吡格雷、阿托伐他汀|rx.requested_share_pct=100";
  static const struct {
    const char *facts[3], *id, *words;
  } cases[] = {
    { { asked, "", "" }, "RX_ON_DEMAND",
      "处方3种药品中有3种（阿司匹林、氯吡格雷、阿托伐他汀）是患者或家属点名要求的，占100%，超过提示线99%。请核实是否按诊疗需要开具并说明理由。" },
    { { purchases, lines, "" }, "RX_PURCHASE_ONLY",
      "留存的2份资料全部是购药记录，没有病历资料；处方2种药品中有2种（氨氯地平、二甲双胍）见于购药记录。请核实既往诊断并说明理由。" },
    { { purchases, lines, "|rx.n_requested=1|rx.requested_names=氨氯地平" }, "RX_PURCHASE_ONLY",
      "留存的2份资料全部是购药记录，没有病历资料；处方2种药品中有2种（氨氯地平、二甲双胍）见于购药记录，有1种（氨氯地平）是点名要求的。请核实既往诊断并说明理由。" },
    { { purchases, "", "" }, "RX_PURCHASE_ONLY", "留存的2份资料全部是购药记录，没有病历资料。请核实既往诊断并说明理由。" },
    { { purchases, lines, "" }, "RX_PURCHASE_LINES",
      "处方2种药品中有2种（氨氯地平、二甲双胍）见于患者的购药记录，占100%，超过提示线99%。请核实是否按诊疗需要开具并说明理由。" },
    { { purchases, "", "" }, "RX_PURCHASE_LINES", "资料不全，无法核对：处方—种药品中有—种（—）见于患者的购药记录" },
    { { "rx.total_fen=62350", "", "" }, "RX_OVERSIZED", "处方金额623.50元，超过提示线500.00元，请核实是否符合治疗需要。" },
  };
  static const FzDate on = { 2025, 6, 2 };
  g_autoptr (FzRulebook) book = shipped_rulebook ("fujian-2024");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *text = g_strconcat (cases[i].facts[0], cases[i].facts[1], cases[i].facts[2], NULL);
    g_autoptr (FzFields) facts = parse_facts (text), given = fz_fields_new ("fuzhen.given/v1");
    g_autoptr (GPtrArray) then = judge (book, FZ_MOMENT_PRESCRIBE, facts, on, given), now = judge (book, FZ_MOMENT_PRESCRIBE, given, on, NULL);
    const FzFinding *finding = fz_findings_find (then, cases[i].id), *again = fz_findings_find (now, cases[i].id);

    g_assert_nonnull (finding);
    if (!g_str_has_prefix (finding->message, cases[i].words))
      g_error ("%s says “%s”", cases[i].id, finding->message);
    g_assert_cmpstr (again->message, ==, finding->message);
  }
}

/* What the hospital reads more strictly is what its people are told. */
static void
limits_of_the_day (void)
{
  static const char own_json[] =
    "{\"format\":\"fuzhen.rulebook/v2\",\"name\":\"own\",\"layer\":\"hospital\",\"short\":\"HO\",\"title\":\"院内规定\",\"title_en\":\"Own\","
    "\"over\":\"tianjin-2025\",\"regulation\":null,\"source\":\"test\",\"since\":\"2026-04-01\",\"until\":null,\"until_basis\":null,"
    "\"successor\":null,\"parameters\":[{\"name\":\"max_items\",\"zh\":\"z\",\"en\":\"e\",\"question\":null,\"stricter\":\"less\","
    "\"values\":[{\"from\":\"2026-04-01\",\"until\":null,\"value\":3}]}],\"terminations\":[],\"consent\":null,\"clauses\":[]}";
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRuleLayer) own = fz_rule_layer_parse ("own.json", own_json, strlen (own_json), &error);
  g_autoptr (FzRulebook) book = stack_on_shipped (own, &error);
  g_autoptr (FzFields) facts = parse_facts ("rx.item.00.days=90|rx.item.01.x=1|rx.item.02.x=1|rx.item.03.x=1|rx.item.04.x=1|rx.item.05.x=1");
  g_autoptr (GPtrArray) before = judge (book, FZ_MOMENT_PRESCRIBE, facts, (FzDate) { 2026, 3, 31 }, NULL),
                        after = judge (book, FZ_MOMENT_PRESCRIBE, facts, (FzDate) { 2026, 4, 1 }, NULL);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_findings_find (before, "RX_FIVE")->message, "不得超过5种"));
  g_assert_nonnull (strstr (fz_findings_find (after, "RX_FIVE")->message, "不得超过3种"));
  g_assert_nonnull (strstr (fz_findings_find (after, "QTY_LONG_12W")->message, "用量90日，超过84日"));
}

/* No message writes out a number that is the clause's own dated parameter: it would go on saying the old one. */
static void
no_number_by_heart (void)
{
  static const char *const layers[] = { "upper", "national-2022", "tianjin-2025", "sichuan-2020", "chongqing-2023", "fujian-2024" };
  guint seen = 0;

  for (guint k = 0; k < G_N_ELEMENTS (layers); k++) {
    g_autoptr (FzRuleLayer) layer = shipped_layer (layers[k]);

    for (guint i = 0; i < fz_rule_layer_get_n_clauses (layer); i++) {
      const FzFields *clause = fz_rule_layer_get_clause (layer, i);
      const char *message = fz_fields_get (clause, "message"), *parameter = fz_fields_get (clause, "parameter.max");

      if (parameter == NULL)
        parameter = fz_fields_get (clause, "parameter.years");
      if (parameter == NULL)
        continue;
      seen++;
      if (strpbrk (message, "0123456789") != NULL)
        g_error ("%s of %s writes out a number beside its parameter %s", fz_fields_get (clause, "id"), layers[k], parameter);
    }
  }
  g_assert_cmpuint (seen, >=, 10);
}

static void
unknown_figures_do_not_load (void)
{
  static const struct {
    const char *field, *require, *message;
    gboolean good;
  } cases[] = {
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有{value}", TRUE },
    { "null", "{\"is\":\"present\",\"key\":\"k\"}", "有{value}", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "限{limit}", FALSE },
    { "\"f\"", "{\"is\":\"int_at_most\",\"key\":\"k\",\"max\":3}", "限{limit}", TRUE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有{values}", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有{}", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有{value", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有value}", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有{rx.n_items}种", TRUE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有[{rx.n_items}种]", TRUE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有[{rx.n_items}种", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "有{rx.n_items}种]", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "[[{rx.n_items}]]", FALSE },
    { "\"f\"", "{\"is\":\"present\",\"key\":\"k\"}", "[种]", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *json = g_strdup_printf (
      "{\"format\":\"fuzhen.rulebook/v2\",\"name\":\"own\",\"layer\":\"hospital\",\"short\":\"HO\",\"title\":\"t\",\"title_en\":\"t\",\"over\":\"tianjin-2025\","
      "\"regulation\":null,\"source\":\"s\",\"since\":\"2026-01-01\",\"until\":null,\"until_basis\":null,\"successor\":null,\"parameters\":[],"
      "\"terminations\":[],\"consent\":null,\"clauses\":[{\"id\":\"H_A\",\"row\":null,\"text\":\"t\",\"article\":\"a\",\"article_sha256\":null,\"zh\":\"z\","
      "\"en\":\"e\",\"severity\":\"note\",\"kind\":\"rule\",\"from\":\"2026-01-01\",\"until\":null,\"field\":%s,\"moments\":[\"take\"],\"when\":[],"
      "\"require\":%s,\n\"message\":\"%s\"}]}",
      cases[i].field, cases[i].require, cases[i].message);
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRuleLayer) layer = fz_rule_layer_parse ("own.json", json, strlen (json), &error);

    if ((layer != NULL) != cases[i].good)
      g_error ("“%s” %s", cases[i].message, layer != NULL ? "loads" : error->message);
    if (layer == NULL)
      g_assert_true (g_str_has_prefix (error->message, "own.json:2: $.clauses[0].message："));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/messages/fujian-20", fujian_patterns);
  g_test_add_func ("/rules/messages/limits", limits_of_the_day);
  g_test_add_func ("/rules/messages/by-heart", no_number_by_heart);
  g_test_add_func ("/rules/messages/unknown", unknown_figures_do_not_load);
  return g_test_run ();
}
