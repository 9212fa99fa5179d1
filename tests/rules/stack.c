/* Layers over each other: the stricter rule wins, what has ended is not asked, and a layer above can only tighten. */
#include "tests/rules/fixture.h"

#include <string.h>

/* A layer of one line a part, so that a message's line can be foretold: parameters stand in line 4, clauses in line 5. */
static char *
layer_json (const char *name, const char *rank, const char *over, const char *since, const char *until, const char *parameters, const char *clauses)
{
  gboolean held = g_str_equal (rank, "national") || g_str_equal (rank, "local");
  g_autofree char *below = over != NULL ? g_strdup_printf ("\"%s\"", over) : g_strdup ("null");
  g_autofree char *end = until != NULL ? g_strdup_printf ("\"%s\"", until) : g_strdup ("null");

  return g_strdup_printf ("{\"format\":\"fuzhen.rulebook/v2\",\"name\":\"%s\",\"layer\":\"%s\",\"short\":\"TT\",\"title\":\"T-%s\",\"title_en\":\"t\",\n"
                          "\"over\":%s,\"regulation\":%s,\"source\":\"s\",\"successor\":null,\n"
                          "\"since\":\"%s\",\"until\":%s,\"until_basis\":%s,\"terminations\":[],\"consent\":null,\n"
                          "\"parameters\":[%s],\n"
                          "\"clauses\":[%s]}",
                          name, rank, name, below, held ? "\"r\"" : "null", since, end, until != NULL ? "\"computed\"" : "null", parameters, clauses);
}

static FzRuleLayer *
layer_of (const char *name, const char *rank, const char *over, const char *since, const char *until, const char *parameters, const char *clauses)
{
  g_autofree char *json = layer_json (name, rank, over, since, until, parameters, clauses), *file = g_strconcat (name, ".json", NULL);
  g_autoptr (GError) error = NULL;
  FzRuleLayer *layer = fz_rule_layer_parse (file, json, strlen (json), &error);

  g_assert_no_error (error);
  return layer;
}

static char *
clause_json (const char *id, const char *row, const char *severity, const char *from, const char *until, const char *require)
{
  g_autofree char *end = until != NULL ? g_strdup_printf ("\"%s\"", until) : g_strdup ("null");
  g_autofree char *source = row != NULL ? g_strdup_printf ("\"%s\"", row) : g_strdup ("null");

  return g_strdup_printf ("{\"id\":\"%s\",\"row\":%s,\"text\":\"《%s》\",\"article\":\"第一条\",\"article_sha256\":%s,\"zh\":\"z\",\"en\":\"e\","
                          "\"severity\":\"%s\",\"kind\":\"rule\",\"from\":\"%s\",\"until\":%s,\"field\":\"a\",\"moments\":[\"take\"],\"when\":[],"
                          "\"require\":%s,\"message\":\"%s {value}\"}",
                          id, source, row != NULL ? row : "U", row != NULL ? "\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\"" : "null",
                          severity, from, end, require, row != NULL ? row : "U");
}

#define UPPER_SINCE "2000-01-01"
#define AT_MOST(max) "{\"is\":\"int_at_most\",\"key\":\"a\",\"max\":" max "}"
#define PARAMETER(name, stricter, values) "{\"name\":\"" name "\",\"zh\":\"z\",\"en\":\"e\",\"question\":null,\"stricter\":\"" stricter "\",\"values\":[" values "]}"

typedef struct {
  FzRuleLayer *layers[4];
  guint n;
} Stack;

static void
stack_clear (Stack *stack)
{
  for (guint i = 0; i < stack->n; i++)
    fz_rule_layer_unref (stack->layers[i]);
  stack->n = 0;
}

static FzRulebook *
take_stack (Stack *stack, GError **error)
{
  FzRulebook *book = fz_rulebook_new (stack->layers, stack->n, error);

  stack_clear (stack);
  return book;
}

/* upper: a at most 100 (note); national: at most 50 (reason); local, 2026 to 2027: at most 10 (stop). */
static FzRulebook *
three_layers (void)
{
  g_autofree char *upper = clause_json ("LIMIT", NULL, "note", UPPER_SINCE, NULL, AT_MOST ("100"));
  g_autofree char *national = clause_json ("LIMIT", "TT-50", "reason", "2020-01-01", NULL, AT_MOST ("50"));
  g_autofree char *local = clause_json ("LIMIT", "TT-10", "stop", "2026-01-01", "2027-12-31", AT_MOST ("10"));
  Stack stack = { { layer_of ("u", "upper", NULL, UPPER_SINCE, NULL, "", upper), layer_of ("n", "national", "u", "2020-01-01", NULL, "", national),
                    layer_of ("l", "local", "n", "2026-01-01", "2027-12-31", "", local) },
                  3 };
  g_autoptr (GError) error = NULL;
  FzRulebook *book = take_stack (&stack, &error);

  g_assert_no_error (error);
  return book;
}

static void
stricter_wins (void)
{
  static const struct {
    FzDate on;
    const char *facts, *verdict, *rows, *severity, *clause, *message;
  } cases[] = {
    { { 2026, 5, 1 }, "a=10", "pass", "TT-10 TT-50", NULL, NULL, NULL },
    { { 2026, 5, 1 }, "a=11", "fail", "TT-10 TT-50", "stop", "《TT-10》第一条", "TT-10 11" },
    { { 2026, 5, 1 }, "a=51", "fail", "TT-10 TT-50", "stop", "《TT-10》第一条；《TT-50》第一条", "TT-10 51" },
    { { 2026, 5, 1 }, "a=101", "fail", "TT-10 TT-50", "stop", "《TT-10》第一条；《TT-50》第一条；《U》第一条", "TT-10 101" },
    { { 2026, 5, 1 }, "b=1", "unknown", "TT-10 TT-50", "stop", "《TT-10》第一条；《TT-50》第一条；《U》第一条", "TT-10 —" },
    /* before and after the local text the national one stands alone */
    { { 2025, 12, 31 }, "a=11", "pass", "TT-50", NULL, NULL, NULL },
    { { 2028, 1, 1 }, "a=11", "pass", "TT-50", NULL, NULL, NULL },
    { { 2028, 1, 1 }, "a=51", "fail", "TT-50", "reason", "《TT-50》第一条", "TT-50 51" },
  };
  g_autoptr (FzRulebook) book = three_layers ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) facts = parse_facts (cases[i].facts), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
    g_autoptr (GPtrArray) findings = fz_findings_new ();
    const FzFinding *finding;

    g_assert_true (fz_rulebook_check (book, FZ_MOMENT_TAKE, facts, cases[i].on, findings, verdicts, NULL, NULL));
    g_assert_cmpuint (fz_fields_count (verdicts, "rule"), ==, 1);
    g_assert_cmpstr (fz_fields_get (verdicts, "rule.00.verdict"), ==, cases[i].verdict);
    g_assert_cmpstr (fz_fields_get (verdicts, "rule.00.rows"), ==, cases[i].rows);
    finding = fz_findings_find (findings, "LIMIT");
    g_assert_true ((finding == NULL) == (cases[i].severity == NULL));
    if (finding == NULL)
      continue;
    g_assert_cmpstr (fz_severity_to_word (finding->severity), ==, cases[i].severity);
    g_assert_cmpstr (finding->clause, ==, cases[i].clause);
    g_assert_nonnull (strstr (finding->message, cases[i].message));
    g_assert_true (finding->cannot_check == g_str_equal (cases[i].verdict, "unknown"));
  }
}

/* Two moments in one document: one group and one finding a subject. */
static void
moments_merge (void)
{
  g_autoptr (FzRulebook) book = shipped_rulebook ("tianjin-2025");
  g_autoptr (FzFields) facts = parse_facts ("x=1"), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (GHashTable) ids = g_hash_table_new (g_str_hash, g_str_equal), rules = g_hash_table_new (g_str_hash, g_str_equal);
  FzDate on = { 2026, 5, 1 };
  guint first;

  g_assert_true (fz_rulebook_check (book, FZ_MOMENT_TAKE, facts, on, findings, verdicts, NULL, NULL));
  first = fz_fields_count (verdicts, "rule");
  g_assert_true (fz_rulebook_check (book, FZ_MOMENT_PRESCRIBE, facts, on, findings, verdicts, NULL, NULL));
  g_assert_cmpuint (fz_fields_count (verdicts, "rule"), >, first);
  for (guint i = 0; i < fz_fields_count (verdicts, "rule"); i++)
    g_assert_true (g_hash_table_add (ids, (gpointer) fz_fields_get_at (verdicts, "rule", i, "id")));
  for (guint i = 0; i < findings->len; i++)
    g_assert_true (g_hash_table_add (rules, (gpointer) ((FzFinding *) findings->pdata[i])->rule));
  g_assert_true (g_hash_table_contains (ids, "DOC_LICENCE"));
}

static void
ended_is_said_once (void)
{
  g_autoptr (FzRulebook) book = three_layers ();
  g_autoptr (FzFields) facts = parse_facts ("a=1");
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (GError) error = NULL;
  FzDate last = { 2027, 12, 31 }, after = { 2028, 1, 1 }, before = { 2019, 12, 31 };
  const FzFinding *finding;

  g_assert_true (fz_rulebook_check (book, FZ_MOMENT_TAKE, facts, last, findings, NULL, NULL, NULL));
  g_assert_cmpuint (findings->len, ==, 0);
  g_assert_true (fz_rulebook_check (book, FZ_MOMENT_TAKE, facts, after, findings, NULL, NULL, NULL));
  g_assert_true (fz_rulebook_check (book, FZ_MOMENT_REVIEW, facts, after, findings, NULL, NULL, NULL));
  g_assert_cmpuint (findings->len, ==, 1);
  finding = findings->pdata[0];
  g_assert_cmpstr (finding->rule, ==, "RULEBOOK_ENDED");
  g_assert_cmpint (finding->severity, ==, FZ_SEVERITY_NOTE);
  g_assert_nonnull (strstr (finding->message, "T-l"));
  g_assert_nonnull (strstr (finding->message, "2027-12-31"));
  g_assert_nonnull (strstr (finding->message, "T-n"));
  g_assert_true (fz_rulebook_find_governing (book, after) == fz_rulebook_get_layer (book, 1));
  g_assert_true (fz_rulebook_find_ended (book, after) == fz_rulebook_get_layer (book, 2));
  g_assert_false (fz_rulebook_check (book, FZ_MOMENT_TAKE, facts, before, findings, NULL, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
}

#define NATIONAL_VALUES "{\"from\":\"2020-01-01\",\"until\":\"2026-06-30\",\"value\":3},{\"from\":\"2026-07-01\",\"until\":null,\"value\":5}"

/* The national parameter is 3, from July 2026 5; its clause takes it. A layer above may ask for more, never for less. */
static FzRulebook *
with_local_values (const char *stricter, const char *values, GError **error)
{
  g_autofree char *years = clause_json ("YEARS", "TT-01", "stop", "2020-01-01", NULL, "{\"is\":\"int_at_least\",\"key\":\"a\",\"min\":{\"parameter\":\"years\"}}");
  g_autofree char *upper = clause_json ("ANY", NULL, "note", UPPER_SINCE, NULL, AT_MOST ("100"));
  g_autofree char *own = clause_json ("OWN", "TT-02", "note", "2026-01-01", NULL, AT_MOST ("100"));
  g_autofree char *parameters = values != NULL ? g_strdup_printf (PARAMETER ("years", "%s", "%s"), stricter, values) : g_strdup ("");
  Stack stack = { { layer_of ("u", "upper", NULL, UPPER_SINCE, NULL, "", upper),
                    layer_of ("n", "national", "u", "2020-01-01", NULL, PARAMETER ("years", "more", NATIONAL_VALUES), years),
                    layer_of ("l", "local", "n", "2026-01-01", NULL, parameters, own) },
                  3 };

  return take_stack (&stack, error);
}

static void
parameters_are_dated (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRulebook) plain = with_local_values (NULL, NULL, &error);
  g_autoptr (FzRulebook) stricter = with_local_values ("more", "{\"from\":\"2026-01-01\",\"until\":null,\"value\":6}", &error);
  static const struct {
    FzDate on;
    const char *plain, *stricter;
  } cases[] = { { { 2025, 12, 31 }, "3", "3" }, { { 2026, 1, 1 }, "3", "6" }, { { 2026, 6, 30 }, "3", "6" }, { { 2026, 7, 1 }, "5", "6" } };

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) a = fz_fields_new ("fuzhen.value/v1"), b = fz_fields_new ("fuzhen.value/v1");
    g_autofree char *fact = g_strconcat ("a=", cases[i].plain, NULL);
    g_autoptr (FzFields) facts = parse_facts (fact), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
    g_autoptr (GPtrArray) findings = fz_findings_new ();

    g_assert_nonnull (fz_rulebook_read_parameter (plain, "years", cases[i].on, a));
    g_assert_nonnull (fz_rulebook_read_parameter (stricter, "years", cases[i].on, b));
    g_assert_cmpstr (fz_fields_get (a, "years"), ==, cases[i].plain);
    g_assert_cmpstr (fz_fields_get (b, "years"), ==, cases[i].stricter);
    g_assert_true (fz_rulebook_check (plain, FZ_MOMENT_TAKE, facts, cases[i].on, findings, NULL, NULL, NULL));
    g_assert_null (fz_findings_find (findings, "YEARS"));
    g_assert_true (fz_rulebook_check (stricter, FZ_MOMENT_TAKE, facts, cases[i].on, findings, verdicts, NULL, NULL));
    g_assert_true ((fz_findings_find (findings, "YEARS") == NULL) == g_str_equal (cases[i].plain, cases[i].stricter));
  }
}

static void
nothing_is_loosened (void)
{
  static const struct {
    const char *stricter, *values;
    gboolean good;
  } cases[] = {
    { "more", "{\"from\":\"2026-01-01\",\"until\":null,\"value\":5}", TRUE },
    { "more", "{\"from\":\"2026-01-01\",\"until\":null,\"value\":4}", FALSE }, /* from July too little */
    { "more", "{\"from\":\"2026-01-01\",\"until\":\"2026-06-30\",\"value\":3},{\"from\":\"2026-07-01\",\"until\":null,\"value\":5}", TRUE },
    { "more", "{\"from\":\"2026-01-01\",\"until\":\"2026-07-01\",\"value\":3},{\"from\":\"2026-07-02\",\"until\":null,\"value\":5}", FALSE },
    { "less", "{\"from\":\"2026-01-01\",\"until\":null,\"value\":9}", FALSE },
    { "more", "{\"from\":\"2026-01-01\",\"until\":null,\"value\":true}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRulebook) book = with_local_values (cases[i].stricter, cases[i].values, &error);

    g_assert_true ((book != NULL) == cases[i].good);
    if (book != NULL)
      continue;
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_true (g_str_has_prefix (error->message, "l.json:4: $.parameters[0]"));
  }
}

/* National layers that cannot be stacked on `u`, and the place and words of the refusal. */
static void
refused_in_a_stack (void)
{
  static const struct {
    const char *name, *rank, *over, *parameters, *require, *place;
  } cases[] = {
    { "n", "national", "v", "", AT_MOST ("1"), "n.json:2: $.over" },
    { "n", "local", "u", "", AT_MOST ("1"), "n.json:1: $.layer" },
    { "n", "national", "u", "", "{\"is\":\"int_at_most\",\"key\":\"a\",\"max\":{\"parameter\":\"nowhere\"}}", "n.json:5: $.clauses[0].require.max.parameter" },
    { "n", "national", "u", PARAMETER ("p", "none", "{\"from\":\"2020-01-01\",\"until\":null,\"value\":true}"),
      "{\"is\":\"int_at_most\",\"key\":\"a\",\"max\":{\"parameter\":\"p\"}}", "n.json:5: $.clauses[0].require.max.parameter" },
    { "n", "national", "u", PARAMETER ("fixed", "none", "{\"from\":\"2020-01-01\",\"until\":null,\"value\":2}"), AT_MOST ("1"), "n.json:4: $.parameters[0].name" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *upper = clause_json ("ANY", NULL, "note", UPPER_SINCE, NULL, AT_MOST ("100"));
    g_autofree char *own = clause_json ("OWN", "TT-01", "note", "2020-01-01", NULL, cases[i].require);
    Stack stack = { { layer_of ("u", "upper", NULL, UPPER_SINCE, NULL, PARAMETER ("fixed", "none", "{\"from\":\"2000-01-01\",\"until\":null,\"value\":1}"), upper),
                      layer_of (cases[i].name, cases[i].rank, cases[i].over, "2020-01-01", NULL, cases[i].parameters, own) },
                    2 };
    g_autoptr (GError) error = NULL;

    g_assert_null (take_stack (&stack, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    if (!g_str_has_prefix (error->message, cases[i].place))
      g_error ("%s: %s", cases[i].place, error->message);
  }
}

/* --- the hospital's own layer --- */

static char *
hospital_json (const char *parameters, const char *terminations, const char *consent, const char *clauses)
{
  return g_strdup_printf ("{\"format\":\"fuzhen.rulebook/v2\",\"name\":\"own\",\"layer\":\"hospital\",\"short\":\"HO\",\"title\":\"院内规定\",\"title_en\":\"Own rules\",\n"
                          "\"over\":\"tianjin-2025\",\"regulation\":null,\"source\":\"s\",\"since\":\"2026-03-01\",\"until\":null,\"until_basis\":null,\"successor\":null,\n"
                          "\"parameters\":[%s],\n\"terminations\":[%s],\n\"consent\":%s,\n\"clauses\":[%s]}",
                          parameters, terminations, consent, clauses);
}

static void
hospital_layer_adds (void)
{
  g_autofree char *clause = clause_json ("H_FEW", NULL, "stop", "2026-03-01", NULL, "{\"is\":\"count_at_most\",\"list\":\"rx.item\",\"max\":3}");
  g_autofree char *json = hospital_json ("", "{\"code\":\"H01\",\"label\":\"夜间\",\"emergency\":false,\"guidance\":\"次日门诊\"},{\"code\":\"T01\",\"label\":null,\"emergency\":true,\"guidance\":\"急诊\"}",
                                         "{\"version\":\"2026-02\",\"text\":\"告知\"}", clause);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzRuleLayer) own = fz_rule_layer_parse ("own.json", json, strlen (json), &error);
  g_autoptr (FzRulebook) book = own != NULL ? stack_on_shipped (own, &error) : NULL, plain = shipped_rulebook ("tianjin-2025");
  guint n;

  g_assert_no_error (error);
  n = fz_rulebook_get_n_layers (book);
  g_assert_cmpuint (n, ==, 4);
  g_assert_cmpstr (fz_rulebook_get_name (book), ==, "tianjin-2025");
  g_assert_cmpstr (fz_rulebook_get_sha256 (book), !=, fz_rulebook_get_sha256 (plain));
  g_assert_cmpuint (fz_rulebook_get_n_clauses (book), ==, fz_rulebook_get_n_clauses (plain) + 1);
  g_assert_cmpuint (fz_rule_layer_get_n_terminations (own), ==, 2);
  g_assert_cmpstr (fz_fields_get (fz_rule_layer_get_termination (own, 0), "label"), ==, "夜间");
  g_assert_cmpstr (fz_rule_layer_get_consent_version (own), ==, "2026-02");
  g_assert_true (g_str_has_prefix (fz_rulebook_get_manifest (book), "fuzhen.rulebook/v2\nupper "));
}

static void
hospital_layer_is_bounded (void)
{
  g_autofree char *other = clause_json ("DOC_YEARS", NULL, "stop", "2026-03-01", NULL, AT_MOST ("1"));
  const struct {
    const char *terminations, *consent, *clauses, *place;
  } cases[] = {
    { "", "null", other, "own.json:6: $.clauses[0].id" },
    { "{\"code\":\"H1\",\"label\":\"x\",\"emergency\":false,\"guidance\":\"g\"}", "null", "", "own.json:4: $.terminations[0].code" },
    { "{\"code\":\"T01\",\"label\":\"x\",\"emergency\":false,\"guidance\":\"g\"}", "null", "", "own.json:4: $.terminations[0].label" },
    { "{\"code\":\"H01\",\"label\":null,\"emergency\":false,\"guidance\":\"g\"}", "null", "", "own.json:4: $.terminations[0].label" },
    { "{\"code\":\"H01\",\"label\":\"x\",\"emergency\":false,\"guidance\":\"\"}", "null", "", "own.json:4: $.terminations[0].guidance" },
    { "{\"code\":\"H01\",\"label\":\"x\",\"emergency\":false,\"guidance\":\"g\"},{\"code\":\"H01\",\"label\":\"y\",\"emergency\":false,\"guidance\":\"g\"}", "null", "",
      "own.json:4: $.terminations[1].code" },
    { "", "{\"version\":\"\",\"text\":\"t\"}", "", "own.json:5: $.consent.version" },
    { "", "{\"text\":\"t\"}", "", "own.json:5: $.consent.version" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *json = hospital_json ("", cases[i].terminations, cases[i].consent, cases[i].clauses);
    g_autoptr (GError) error = NULL;

    g_assert_null (fz_rule_layer_parse ("own.json", json, strlen (json), &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    if (!g_str_has_prefix (error->message, cases[i].place))
      g_error ("%s: %s", cases[i].place, error->message);
  }
}

/* --- the wording --- */

static void
articles_are_held_against_the_text (void)
{
  g_autofree char *text = read_source ("assets/regulations/tianjin-2025.txt"), *json = read_source ("assets/rules/tianjin-2025.json");
  g_autofree char *sha256 = fz_regulation_article_sha256 (text, "第十三条");
  static const char *const changes[][2] = { { "\"第十三条\"", "\"第四十二条\"" }, { "\"第十三条\"", "\"第十四条\"" }, { NULL, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" } };
  g_autoptr (FzRuleLayer) good = shipped_layer ("tianjin-2025");
  g_autoptr (GError) none = NULL;

  g_assert_true (fz_rule_layer_check_articles (good, text, &none));
  g_assert_no_error (none);
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (GString) changed = g_string_new (json);
    g_autoptr (GError) error = NULL;
    g_autoptr (FzRuleLayer) layer = NULL;
    g_auto (GStrv) place = NULL;

    g_assert_cmpuint (g_string_replace (changed, changes[i][0] != NULL ? changes[i][0] : sha256, changes[i][1], 1), ==, 1);
    layer = fz_rule_layer_parse ("t.json", changed->str, changed->len, &error);
    g_assert_no_error (error);
    g_assert_false (fz_rule_layer_check_articles (layer, text, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    place = g_strsplit (error->message, ":", 3);
    g_assert_cmpstr (place[0], ==, "t.json");
    g_assert_cmpint (atoi (place[1]), >, 1);
    g_assert_nonnull (strstr (error->message, i == 0 ? ".article" : ".article_sha256"));
  }
}

static void
articles_are_cut (void)
{
  static const char text[] = "标题\n\n第一章 总 则\n\n第一条  甲　乙\n丙。\n第二条丁，见第一条。\n第二章\n第十条 戊\n附录1\n一、己（一）庚\n二、辛\n附录2\n一、壬\n";
  static const char *const cases[][2] = { { "第一条", "第一条甲乙丙。" }, { "第二条", "第二条丁，见第一条。" }, { "第十条", "第十条戊" },
                                          { "附录1第一部分", "一、己（一）庚" }, { "附录1第二部分", "二、辛" }, { "附录2第一部分", "一、壬" },
                                          { "第三条", NULL },                    { "第", NULL },             { "", NULL } };
  g_auto (GStrv) list = fz_regulation_list_articles (text);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree char *article = fz_regulation_dup_article (text, cases[i][0]);

    g_assert_cmpstr (article, ==, cases[i][1]);
  }
  g_assert_cmpuint (g_strv_length (list), ==, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/stack/stricter-wins", stricter_wins);
  g_test_add_func ("/rules/stack/moments-merge", moments_merge);
  g_test_add_func ("/rules/stack/ended", ended_is_said_once);
  g_test_add_func ("/rules/stack/parameters", parameters_are_dated);
  g_test_add_func ("/rules/stack/nothing-is-loosened", nothing_is_loosened);
  g_test_add_func ("/rules/stack/refused", refused_in_a_stack);
  g_test_add_func ("/rules/stack/hospital-adds", hospital_layer_adds);
  g_test_add_func ("/rules/stack/hospital-bounded", hospital_layer_is_bounded);
  g_test_add_func ("/rules/stack/articles-held", articles_are_held_against_the_text);
  g_test_add_func ("/rules/stack/articles-cut", articles_are_cut);
  return g_test_run ();
}
