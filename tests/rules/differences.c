/* Where the five texts differ (assets/regulations/differences.csv), row by row: for each text that says something, what carries it is there
 * under that article and with that value; a text that is silent has no clause of its own on it; and where clauses differ, the same facts get
 * different verdicts, as the row says (cases/differences.csv). */
#include "core/csv.h"
#include "core/json.h"
#include "core/portal.h"
#include "core/register.h"
#include "core/regulation.h"
#include "tests/rules/fixture.h"

#include <string.h>

#define TABLE "assets/regulations/differences.csv"
#define CASES "tests/rules/cases/differences.csv"

/* In the order of the columns; a day on which the national text and that local one are in force. */
static const struct {
  const char *code, *layer;
  FzDate on;
} texts[] = { { "TJ", "tianjin-2025", { 2026, 6, 1 } }, { "CN", "national-2022", { 2022, 6, 1 } }, { "SC", "sichuan-2020", { 2022, 6, 1 } },
              { "CQ", "chongqing-2023", { 2026, 6, 1 } }, { "FJ", "fujian-2024", { 2025, 6, 1 } } };

#define N_TEXTS G_N_ELEMENTS (texts)

/* The rows of the comparison as it was read from the texts: nine sections, the open questions, what is the same. */
static const struct {
  const char *section;
  guint rows;
} sections[] = { { "1-", 8 }, { "2-", 12 }, { "3-", 14 }, { "4-", 14 }, { "5-", 7 }, { "6-", 12 }, { "7-", 5 }, { "8-", 8 }, { "9-", 3 }, { "Q-", 9 }, { "S-", 8 } };

static FzCsv *table, *cases, *coverage;
static FzRuleLayer *layers[N_TEXTS], *upper;
static char *wordings[N_TEXTS], *terminations, *consent;

/* --- reading --- */

static FzCsv *
read_csv (const char *path)
{
  g_autofree char *text = read_source (path);
  g_autoptr (GError) error = NULL;
  FzCsv *csv = fz_csv_parse ((const guint8 *) text, strlen (text), path, &error);

  g_assert_no_error (error);
  return csv;
}

static guint
text_of (const char *code)
{
  for (guint i = 0; i < N_TEXTS; i++)
    if (g_str_equal (texts[i].code, code))
      return i;
  g_error ("no text %s", code);
}

typedef struct {
  guint i, text;
  const char *row, *code, *carried;
  char **articles;
} Line;

static G_GNUC_PRINTF (2, 3) void
wrong (const Line *line, const char *format, ...)
{
  va_list arguments;
  g_autofree char *words = NULL;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_error ("%s line %u (%s %s): %s", TABLE, fz_csv_get_line (table, line->i), line->row, line->code, words);
}

static Line
line_at (guint i)
{
  Line line = { i, 0, fz_csv_get (table, i, "row"), fz_csv_get (table, i, "code"), fz_csv_get (table, i, "carried"), NULL };

  line.text = text_of (line.code);
  line.articles = *fz_csv_get (table, i, "articles") != '\0' ? g_strsplit (fz_csv_get (table, i, "articles"), " ", -1) : g_new0 (char *, 1);
  return line;
}

static gboolean
cites (const Line *line, const char *row)
{
  return g_strv_contains ((const char *const *) line->articles, row);
}

/* --- what may carry a row --- */

static const FzFields *
find_clause (const FzRuleLayer *layer, const char *id)
{
  for (guint i = 0; i < fz_rule_layer_get_n_clauses (layer); i++)
    if (g_strcmp0 (fz_fields_get (fz_rule_layer_get_clause (layer, i), "id"), id) == 0)
      return fz_rule_layer_get_clause (layer, i);
  return NULL;
}

static const FzFields *
find_parameter (const FzRuleLayer *layer, const char *name)
{
  for (guint i = 0; i < fz_rule_layer_get_n_parameters (layer); i++)
    if (g_strcmp0 (fz_fields_get (fz_rule_layer_get_parameter (layer, i), "name"), name) == 0)
      return fz_rule_layer_get_parameter (layer, i);
  return NULL;
}

/* DOC_YEARS: a clause of this very text, citing one of the articles. */
static void
prove_clause (const Line *line, const char *id)
{
  const FzFields *clause = find_clause (layers[line->text], id);

  if (clause == NULL)
    wrong (line, "there is no clause %s", id);
  if (!cites (line, fz_fields_get (clause, "row")))
    wrong (line, "%s cites %s", id, fz_fields_get (clause, "row"));
}

/* independent_years=3, upper.child_limit_years=6; lists as a|b. Every dated value. */
static void
prove_value (const Line *line, const char *name, const char *value)
{
  gboolean above = g_str_has_prefix (name, "upper.");
  const FzFields *parameter = find_parameter (above ? upper : layers[line->text], above ? name + strlen ("upper.") : name);

  if (parameter == NULL)
    wrong (line, "there is no parameter %s", name);
  for (guint i = 0; i < fz_fields_count (parameter, "value"); i++) {
    g_autofree char *list = g_strdup_printf ("value.%02u.text", i);
    g_autoptr (GString) said = g_string_new (fz_fields_get_at (parameter, "value", i, "value"));

    for (guint k = 0; k < fz_fields_count (parameter, list); k++)
      g_string_append_printf (said, "%s%s", k > 0 ? "|" : "", fz_fields_get_at (parameter, list, k, NULL));
    if (!g_str_equal (said->str, value))
      wrong (line, "%s is %s", name, said->str);
  }
}

/* question:card_numbers_min: the chosen reading stands with its question. */
static void
prove_question (const Line *line, const char *name)
{
  gboolean above = g_str_has_prefix (name, "upper.");
  const FzFields *parameter = find_parameter (above ? upper : layers[line->text], above ? name + strlen ("upper.") : name);

  if (parameter == NULL || fz_fields_get (parameter, "question") == NULL)
    wrong (line, "%s asks no question", name);
}

/* since=2026-01-01, until=…, until_basis=…, successor=none, short=TJ: of the layer itself. */
static gboolean
prove_layer (const Line *line, const char *name, const char *value)
{
  const FzRuleLayer *layer = layers[line->text];
  FzDate until = { 0 };
  gboolean ends = fz_rule_layer_get_until (layer, &until);
  g_autofree char *since = fz_date_format (fz_rule_layer_get_since (layer)), *last = ends ? fz_date_format (until) : NULL;
  const struct {
    const char *name, *value;
  } facts[] = { { "since", since },
                { "until", last },
                { "until_basis", !ends ? NULL : fz_rule_layer_is_until_computed (layer) ? "computed" : "stated" },
                { "short", fz_rule_layer_get_short (layer) },
                { "successor", fz_rule_layer_get_successor (layer) != NULL ? fz_rule_layer_get_successor (layer) : "none" } };

  for (guint i = 0; i < G_N_ELEMENTS (facts); i++)
    if (g_str_equal (facts[i].name, name)) {
      if (g_strcmp0 (facts[i].value, value) != 0)
        wrong (line, "%s is %s", name, facts[i].value);
      return TRUE;
    }
  return FALSE;
}

/* authority, general, coverage: what became of one of the articles. */
static void
prove_status (const Line *line, const char *word)
{
  for (guint i = 0; i < fz_csv_get_n_rows (coverage); i++) {
    const char *status = fz_csv_get (coverage, i, "status");
    gboolean ours = !g_str_equal (status, "authority") && !g_str_equal (status, "general");

    if (cites (line, fz_csv_get (coverage, i, "row")) && (g_str_equal (word, "coverage") ? ours : g_str_equal (word, status)))
      return;
  }
  wrong (line, "none of the articles is “%s” in the matrix", word);
}

static char *
heading_of (const char *row)
{
  static const char *const digits[] = { "", "一", "二", "三", "四", "五", "六", "七", "八", "九" };
  gboolean part = g_str_has_prefix (row + 3, "A1-");
  guint64 n = 0;
  g_autofree char *number = NULL;

  if (!g_ascii_string_to_unsigned (part ? row + 6 : row + 3, 10, 1, 99, &n, NULL))
    return NULL;
  number = n < 10 ? g_strdup (digits[n]) : g_strconcat (n < 20 ? "" : digits[n / 10], "十", digits[n % 10], NULL);
  return part ? g_strconcat ("附录1第", number, "部分", NULL) : g_strconcat ("第", number, "条", NULL);
}

/* wording:7个工作日: the text itself says so in one of the articles. */
static void
prove_wording (const Line *line, const char *words)
{
  for (guint i = 0; line->articles[i] != NULL; i++) {
    g_autofree char *heading = heading_of (line->articles[i]);
    g_autofree char *article = heading != NULL ? fz_regulation_dup_article (wordings[line->text], heading) : NULL;

    if (article != NULL && strstr (article, words) != NULL)
      return;
  }
  wrong (line, "the text does not say “%s” there", words);
}

static char *
read_register (const Line *line, const char *name)
{
  g_autofree char *file = g_strdup_printf ("assets/registers/%s.json", name), *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), file, NULL);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    wrong (line, "there is no register %s", name);
  return text;
}

/* 7workdays; NULL: the register has no such deadline. */
static char *
deadline_length (const char *json, const char *word)
{
  g_autoptr (FzJson) root = fz_json_parse (json, strlen (json), 1024 * 1024, NULL);
  const FzJson *deadlines = fz_json_get_array (root, "deadlines", NULL);

  for (guint i = 0; i < fz_json_count (deadlines); i++) {
    const FzJson *one = fz_json_get_item (deadlines, i);
    gint64 n = 0;

    if (g_strcmp0 (fz_json_get_string (one, "word", NULL), word) == 0 && fz_json_get_int (one, "n", &n, NULL))
      return g_strdup_printf ("%d%s", (int) n, fz_json_get_string (one, "unit", NULL));
  }
  return NULL;
}

static gboolean
has_choice (const FzRegister *reg, const char *key, const char *code)
{
  const FzRegisterField *field = fz_register_find_field (reg, key);

  for (guint i = 0; field != NULL && i < field->n_choices; i++)
    if (g_str_equal (field->codes[i], code))
      return TRUE;
  return FALSE;
}

/* register:licence, register:published.kind=fee (a choice of a field), register:licence.upload=7workdays (a deadline and its length). */
static void
prove_register (const Line *line, const char *token)
{
  g_auto (GStrv) parts = g_strsplit_set (token, ".=", 3);
  g_autofree char *json = read_register (line, parts[0]), *length = parts[1] != NULL ? deadline_length (json, parts[1]) : NULL;
  g_autoptr (FzRegister) reg = fz_register_parse (parts[0], json, strlen (json), NULL);
  gboolean cited = FALSE;

  for (guint i = 0; fz_register_get_rows (reg)[i] != NULL; i++)
    cited = cited || cites (line, fz_register_get_rows (reg)[i]);
  if (!cited)
    wrong (line, "the register %s serves none of the articles", parts[0]);
  if (parts[1] == NULL)
    return;
  if (length == NULL && (parts[2] == NULL || !has_choice (reg, parts[1], parts[2])))
    wrong (line, "the register %s has no such deadline or choice: %s", parts[0], token);
  if (length != NULL && parts[2] != NULL && !g_str_equal (length, parts[2]))
    wrong (line, "the deadline %s is %s", parts[1], length);
}

/* portal:licence.tianjin=7workdays: a duty of the portal and its term there. */
static void
prove_portal (const Line *line, const char *token)
{
  g_auto (GStrv) parts = g_strsplit_set (token, ".=", 3);
  g_autofree char *json = read_source ("assets/portal/duties.json"), *length = NULL;
  g_autoptr (FzPortal) portal = fz_portal_parse ("duties.json", json, strlen (json), NULL);
  const FzPortalDuty *duty = fz_portal_find (portal, parts[0]);
  const FzPortalTerm *term = duty != NULL && parts[1] != NULL ? fz_portal_term (duty, parts[1]) : NULL;

  if (duty == NULL || (parts[1] != NULL && (term == NULL || g_strcmp0 (term->place, parts[1]) != 0))) {
    wrong (line, "the portal has no such duty or term: %s", token);
    return;
  }
  length = term != NULL ? g_strdup_printf ("%uworkdays", term->workdays) : NULL;
  if (parts[1] != NULL && g_strcmp0 (length, parts[2]) != 0)
    wrong (line, "the term of %s is %s", parts[0], length);
}

static void
prove_termination (const Line *line, const char *code)
{
  g_autofree char *start = g_strdup_printf ("\n%s,", code);

  if (strstr (terminations, start) == NULL)
    wrong (line, "there is no reason %s for a termination", code);
}

static void
prove_consent (const Line *line, const char *words)
{
  if (strstr (consent, words) == NULL)
    wrong (line, "the consent text does not mention %s", words);
}

static void
prove (const Line *line, const char *token)
{
  static const struct {
    const char *prefix;
    void (*prove) (const Line *line, const char *rest);
  } kinds[] = { { "register:", prove_register },       { "portal:", prove_portal }, { "wording:", prove_wording }, { "question:", prove_question },
                { "termination:", prove_termination }, { "consent:", prove_consent } };
  g_auto (GStrv) pair = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (token, kinds[i].prefix)) {
      kinds[i].prove (line, token + strlen (kinds[i].prefix));
      return;
    }
  if (g_str_equal (token, "encouraged"))
    prove_wording (line, "鼓励");
  else if (g_str_equal (token, "authority") || g_str_equal (token, "general") || g_str_equal (token, "coverage"))
    prove_status (line, token);
  else if (strchr (token, '=') == NULL)
    prove_clause (line, token);
  else {
    pair = g_strsplit (token, "=", 2);
    if (!prove_layer (line, pair[0], pair[1]))
      prove_value (line, pair[0], pair[1]);
  }
}

/* --- the table --- */

static guint
count_rows (const char *section)
{
  g_autoptr (GHashTable) rows = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < fz_csv_get_n_rows (table); i++)
    if (g_str_has_prefix (fz_csv_get (table, i, "row"), section))
      g_hash_table_add (rows, (gpointer) fz_csv_get (table, i, "row"));
  return g_hash_table_size (rows);
}

/* Every row of the comparison, and in a row of the nine sections every text once, in one order. */
static void
every_row_is_there (void)
{
  guint all = 0;

  for (guint i = 0; i < G_N_ELEMENTS (sections); i++) {
    g_assert_cmpuint (count_rows (sections[i].section), ==, sections[i].rows);
    all += sections[i].rows;
  }
  g_assert_cmpuint (count_rows (""), ==, all);
  for (guint i = 0, k = 0; i < fz_csv_get_n_rows (table) && g_ascii_isdigit (*fz_csv_get (table, i, "row")); i++, k = (k + 1) % N_TEXTS) {
    g_assert_cmpstr (fz_csv_get (table, i, "code"), ==, texts[k].code);
    g_assert_cmpstr (fz_csv_get (table, i, "row"), ==, fz_csv_get (table, i - k, "row"));
  }
}

/* A text that says nothing has nothing of its own on the subject. */
static void
check_silent (const Line *line)
{
  if (*line->carried != '\0' || *fz_csv_get (table, line->i, "words") != '\0')
    wrong (line, "says something without an article");
  for (guint i = 0; i < fz_csv_get_n_rows (table); i++) {
    g_auto (GStrv) tokens = g_strsplit (fz_csv_get (table, i, "carried"), " ", -1);

    if (!g_str_equal (fz_csv_get (table, i, "row"), line->row))
      continue;
    for (guint k = 0; tokens[k] != NULL; k++)
      if (find_clause (layers[line->text], tokens[k]) != NULL)
        wrong (line, "is silent, and has a clause %s", tokens[k]);
  }
}

static void
each_line_is_carried (void)
{
  guint silent = 0, proved = 0;

  for (guint i = 0; i < fz_csv_get_n_rows (table); i++) {
    Line line = line_at (i);
    g_auto (GStrv) articles = line.articles, tokens = g_strsplit (line.carried, " ", -1);

    if (*fz_csv_get (table, i, "topic") == '\0' || *fz_csv_get (table, i, "topic_en") == '\0')
      wrong (&line, "has no topic in both languages");
    if (articles[0] == NULL) {
      check_silent (&line);
      silent++;
      continue;
    }
    if (*line.carried == '\0' || *fz_csv_get (table, i, "words") == '\0' || *fz_csv_get (table, i, "words_en") == '\0')
      wrong (&line, "does not say what it asks, in both languages, or what carries it");
    for (guint k = 0; articles[k] != NULL; k++)
      if (!g_str_has_prefix (articles[k], line.code))
        wrong (&line, "cites %s", articles[k]);
    for (guint k = 0; tokens[k] != NULL; k++, proved++)
      prove (&line, tokens[k]);
  }
  g_test_message ("%u lines, %u of them silent, %u proofs", fz_csv_get_n_rows (table), silent, proved);
  g_assert_cmpuint (silent, >, 80);
  g_assert_cmpuint (proved, >, 400);
}

/* --- the same facts, five verdicts --- */

static const char *
verdict_of (const FzRulebook *book, FzDate on, const char *facts_text, const char *id)
{
  g_autoptr (FzFields) facts = parse_facts (facts_text), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (GPtrArray) findings = fz_findings_new ();

  for (guint m = 0; m < FZ_N_MOMENTS; m++)
    g_assert_true (fz_rulebook_check (book, (FzMoment) m, facts, on, findings, verdicts, NULL, NULL));
  for (guint i = 0; i < fz_fields_count (verdicts, "rule"); i++)
    if (g_strcmp0 (fz_fields_get_at (verdicts, "rule", i, "id"), id) == 0)
      return g_intern_string (fz_fields_get_at (verdicts, "rule", i, "verdict"));
  return "absent";
}

static void
each_case_differs_as_said (void)
{
  FzRulebook *books[N_TEXTS];

  for (guint t = 0; t < N_TEXTS; t++)
    books[t] = shipped_rulebook (texts[t].layer);
  for (guint i = 0; i < fz_csv_get_n_rows (cases); i++)
    for (guint t = 0; t < N_TEXTS; t++) {
      const char *id = fz_csv_get (cases, i, "clause"), *want = fz_csv_get (cases, i, texts[t].code);
      const char *got = verdict_of (books[t], texts[t].on, fz_csv_get (cases, i, "facts"), id);

      if (!g_str_equal (got, want))
        g_error ("%s line %u: %s under %s is %s, not %s (%s)", CASES, fz_csv_get_line (cases, i), id, texts[t].code, got, want, fz_csv_get (cases, i, "why"));
    }
  for (guint t = 0; t < N_TEXTS; t++)
    fz_rulebook_unref (books[t]);
}

static gboolean
case_differs (guint i)
{
  for (guint t = 1; t < N_TEXTS; t++)
    if (!g_str_equal (fz_csv_get (cases, i, texts[0].code), fz_csv_get (cases, i, texts[t].code)))
      return TRUE;
  return FALSE;
}

/* Whether all five stacks ask it, by a layer of their own or by one below. */
static gboolean
asked_everywhere (const char *id)
{
  if (find_clause (upper, id) != NULL || find_clause (layers[text_of ("CN")], id) != NULL)
    return TRUE;
  for (guint t = 0; t < N_TEXTS; t++)
    if (find_clause (layers[t], id) == NULL)
      return FALSE;
  return TRUE;
}

/* A row with a clause that some place does not ask is shown by facts that fare differently. */
static void
each_difference_is_shown (void)
{
  guint shown = 0;

  for (guint i = 0; i < fz_csv_get_n_rows (table); i++) {
    Line line = line_at (i);
    g_auto (GStrv) tokens = g_strsplit (line.carried, " ", -1);
    gboolean differs = FALSE, found = FALSE;

    for (guint k = 0; tokens[k] != NULL; k++)
      differs = differs || (find_clause (layers[line.text], tokens[k]) != NULL && !asked_everywhere (tokens[k]));
    for (guint c = 0; c < fz_csv_get_n_rows (cases); c++)
      found = found || (g_str_equal (fz_csv_get (cases, c, "row"), line.row) && case_differs (c));
    if (differs && g_ascii_isdigit (*line.row) && !found)
      wrong (&line, "differs, and %s shows it by no case", CASES);
    shown += differs && found;
    g_strfreev (line.articles);
  }
  g_assert_cmpuint (shown, >=, 30);
}

static void
load (void)
{
  table = read_csv (TABLE);
  cases = read_csv (CASES);
  coverage = read_csv ("assets/regulations/coverage.csv");
  upper = shipped_layer ("upper");
  terminations = read_source ("assets/codes/termination-reasons.csv");
  consent = read_source ("assets/consent/2026-01.txt");
  for (guint t = 0; t < N_TEXTS; t++) {
    g_autofree char *path = g_strdup_printf ("assets/regulations/%s.txt", texts[t].layer);

    layers[t] = shipped_layer (texts[t].layer);
    wordings[t] = read_source (path);
  }
}

static void
unload (void)
{
  fz_csv_unref (table);
  fz_csv_unref (cases);
  fz_csv_unref (coverage);
  fz_rule_layer_unref (upper);
  g_free (terminations);
  g_free (consent);
  for (guint t = 0; t < N_TEXTS; t++) {
    fz_rule_layer_unref (layers[t]);
    g_free (wordings[t]);
  }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  load ();
  g_test_add_func ("/rules/differences/every-row", every_row_is_there);
  g_test_add_func ("/rules/differences/carried", each_line_is_carried);
  g_test_add_func ("/rules/differences/verdicts", each_case_differs_as_said);
  g_test_add_func ("/rules/differences/shown", each_difference_is_shown);
  result = g_test_run ();
  unload ();
  return result;
}
