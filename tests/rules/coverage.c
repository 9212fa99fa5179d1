/* The matrix article -> clause or capability -> where -> tests (assets/regulations/coverage.csv): every article of the five texts has its
 * row, every row names what exists, and every clause stands in the row it cites. The checker itself is tried on spoilt copies. */
#include "core/csv.h"
#include "core/regulation.h"
#include "tests/rules/fixture.h"

#include <string.h>

static const struct {
  const char *layer, *code;
  guint appendices; /* beyond the one that has parts */
} texts[] = { { "tianjin-2025", "TJ", 0 }, { "national-2022", "CN", 0 }, { "sichuan-2020", "SC", 0 }, { "chongqing-2023", "CQ", 4 }, { "fujian-2024", "FJ", 0 } };

/* --- reading --- */

static FzCsv *
parse_csv (const char *text, const char *name)
{
  g_autoptr (GError) error = NULL;
  FzCsv *csv = fz_csv_parse ((const guint8 *) text, strlen (text), name, &error);

  g_assert_no_error (error);
  return csv;
}

static char *
read_coverage (void)
{
  return read_source ("assets/regulations/coverage.csv");
}

/* 第二十三条 -> 23. */
static guint
number_of (const char *words)
{
  static const char *const digits[] = { "一", "二", "三", "四", "五", "六", "七", "八", "九" };
  guint n = 0, digit = 0;

  for (const char *p = words; *p != '\0'; p = g_utf8_next_char (p)) {
    if (g_str_has_prefix (p, "十")) {
      n += 10 * MAX (1, digit);
      digit = 0;
    }
    for (guint i = 0; i < G_N_ELEMENTS (digits); i++)
      if (g_str_has_prefix (p, digits[i]))
        digit = i + 1;
  }
  return n + digit;
}

static char *
row_of (const char *code, const char *article)
{
  const char *part = strstr (article, "附录1第");

  if (part != NULL)
    return g_strdup_printf ("%s-A1-%u", code, number_of (part + strlen ("附录1第")));
  return g_strdup_printf ("%s-%02u", code, number_of (article));
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/* The rows that the five texts call for, from their own headings. */
static GHashTable *
rows_of_texts (void)
{
  GHashTable *rows = new_set ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *path = g_strdup_printf ("assets/regulations/%s.txt", texts[i].layer), *text = read_source (path);
    g_auto (GStrv) articles = fz_regulation_list_articles (text);

    for (guint k = 0; articles[k] != NULL; k++)
      g_hash_table_add (rows, row_of (texts[i].code, articles[k]));
    for (guint k = 2; k <= texts[i].appendices; k++) {
      g_autofree char *heading = g_strdup_printf ("\n附录%u\n", k);

      g_assert_nonnull (strstr (text, heading));
      g_hash_table_add (rows, g_strdup_printf ("%s-A%u", texts[i].code, k));
    }
  }
  return rows;
}

/* "<row> <clause>" of every clause of the five layers. */
static GHashTable *
clauses_of_layers (void)
{
  GHashTable *pairs = new_set ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (FzRuleLayer) layer = shipped_layer (texts[i].layer);

    for (guint k = 0; k < fz_rule_layer_get_n_clauses (layer); k++) {
      const FzFields *clause = fz_rule_layer_get_clause (layer, k);

      g_hash_table_add (pairs, g_strdup_printf ("%s %s", fz_fields_get (clause, "row"), fz_fields_get (clause, "id")));
    }
  }
  return pairs;
}

/* --- checking --- */

typedef struct {
  GHashTable *wanted, *pairs, *kinds, *seen;
  GPtrArray *problems;
  const FzCsv *csv;
  guint row;
} Check;

static const char *
cell (const Check *check, const char *column)
{
  return fz_csv_get (check->csv, check->row, column);
}

static G_GNUC_PRINTF (2, 3) void
complain (Check *check, const char *format, ...)
{
  va_list arguments;
  g_autofree char *words = NULL;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (check->problems, g_strdup_printf ("line %u, %s: %s", fz_csv_get_line (check->csv, check->row), cell (check, "row"), words));
}

/* `where` may name a function after the file: app/review.c:fz_… . */
static void
check_paths (Check *check, const char *column)
{
  g_auto (GStrv) words = g_strsplit (cell (check, column), " ", -1);

  for (guint i = 0; words[i] != NULL; i++) {
    g_auto (GStrv) parts = g_strsplit (words[i], ":", 2);
    g_autofree char *path = *words[i] != '\0' ? g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), parts[0], NULL) : NULL;

    if (path != NULL && !g_file_test (path, G_FILE_TEST_IS_REGULAR))
      complain (check, "%s names %s, which is not there", column, words[i]);
  }
}

static const char *
layer_of (const char *row)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (g_str_has_prefix (row, texts[i].code))
      return texts[i].layer;
  return "";
}

static void
check_clauses (Check *check)
{
  g_auto (GStrv) ids = g_strsplit (cell (check, "clauses"), " ", -1);
  g_autofree char *cases = g_strdup_printf ("tests/rules/cases/%s.csv", layer_of (cell (check, "row")));

  for (guint i = 0; ids[i] != NULL && *ids[i] != '\0'; i++) {
    g_autofree char *pair = g_strdup_printf ("%s %s", cell (check, "row"), ids[i]);

    if (!g_hash_table_remove (check->pairs, pair))
      complain (check, "no clause %s cites it, or it stands here twice", ids[i]);
    if (strstr (cell (check, "tests"), cases) == NULL)
      complain (check, "has clauses, but not their cases among its tests");
  }
}

static void
check_status (Check *check)
{
  const char *status = cell (check, "status"), *kind = g_hash_table_lookup (check->kinds, cell (check, "row"));
  gboolean partly = g_str_equal (status, "partly"), enforced = partly || g_str_equal (status, "enforced");

  if (!enforced && !g_str_equal (status, "authority") && !g_str_equal (status, "general") && !g_str_equal (status, "planned"))
    complain (check, "unknown status %s", status);
  if ((g_strcmp0 (kind, "regulator") == 0) != g_str_equal (status, "authority"))
    complain (check, "%s, but the article binds %s", status, g_strcmp0 (kind, "regulator") == 0 ? "only the authority" : "the institution");
  if (g_str_equal (status, "general") && g_strcmp0 (kind, "general") != 0)
    complain (check, "says general, but the article asks something");
  if (enforced && (*cell (check, "where") == '\0' || *cell (check, "tests") == '\0'))
    complain (check, "is enforced nowhere or not tested");
  if (partly && *cell (check, "note") == '\0')
    complain (check, "does not say what is missing");
  if (!enforced && (*cell (check, "note") == '\0' || *cell (check, "clauses") != '\0'))
    complain (check, "is not enforced and does not say why, or has clauses all the same");
}

static void
check_row (Check *check)
{
  if (!g_hash_table_contains (check->wanted, cell (check, "row")))
    complain (check, "no text has this article");
  if (!g_hash_table_add (check->seen, g_strdup (cell (check, "row"))))
    complain (check, "stands twice");
  check_status (check);
  check_clauses (check);
  check_paths (check, "where");
  check_paths (check, "tests");
}

static void
report_rest (GHashTable *rest, GHashTable *seen, const char *words, GPtrArray *problems)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, rest);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (seen == NULL || !g_hash_table_contains (seen, key))
      g_ptr_array_add (problems, g_strdup_printf ("%s: %s", (char *) key, words));
}

/* The table of articles is tab-separated; its first two columns are row and kind. */
static GHashTable *
kinds_of_rows (void)
{
  g_autofree char *text = read_source ("assets/regulations/clauses.tsv");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GHashTable *kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  for (guint i = 1; lines[i] != NULL && *lines[i] != '\0'; i++) {
    g_auto (GStrv) cells = g_strsplit (lines[i], "\t", 3);

    g_assert_cmpuint (g_strv_length (cells), ==, 3);
    g_hash_table_insert (kinds, g_strdup (cells[0]), g_strdup (cells[1]));
  }
  return kinds;
}

static GPtrArray *
problems_of (const char *text)
{
  g_autoptr (FzCsv) csv = parse_csv (text, "coverage.csv");
  g_autoptr (GHashTable) wanted = rows_of_texts (), pairs = clauses_of_layers (), kinds = kinds_of_rows (), seen = new_set ();
  GPtrArray *problems = g_ptr_array_new_with_free_func (g_free);
  Check check = { wanted, pairs, kinds, seen, problems, csv, 0 };

  for (; check.row < fz_csv_get_n_rows (csv); check.row++)
    check_row (&check);
  report_rest (wanted, seen, "the article has no row", problems);
  report_rest (kinds, seen, "the table of articles has it, the matrix does not", problems);
  report_rest (pairs, NULL, "the clause is not in its row", problems);
  return problems;
}

/* --- tests --- */

static void
every_article_has_its_row (void)
{
  g_autofree char *text = read_coverage ();
  g_autoptr (GPtrArray) problems = problems_of (text);

  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (char *) problems->pdata[i]);
  g_assert_cmpuint (problems->len, ==, 0);
}

static char *
replace_once (const char *text, const char *from, const char *to)
{
  const char *at = strstr (text, from);

  g_assert_nonnull (at);
  return g_strdup_printf ("%.*s%s%s", (int) (at - text), text, to, at + strlen (from));
}

static void
a_spoilt_matrix_is_noticed (void)
{
  static const char *const edits[][2] = {
    { "\nCQ-30,", "\nCQ-99," },                              /* an article gone, another that no text has */
    { "\nTJ-13,enforced,DOC_LICENCE ", "\nTJ-13,enforced," }, /* a clause that no row lists */
    { "\nTJ-13,enforced,", "\nTJ-13,enforced,NO_SUCH " },     /* a row that lists what is no clause */
    { "\nTJ-03,authority,", "\nTJ-03,general," },             /* what binds only the authority says so */
    { "\nTJ-03,authority,", "\nTJ-03,done," },
    { "assets/rules/tianjin-2025.json", "assets/rules/tianjin-1925.json" },
    { "tests/rules/cases/fujian-2024.csv", "tests/rules/cases/fujian-1924.csv" },
    { "\nCQ-A2,planned,", "\nCQ-A2,enforced," }, /* enforced, but nowhere */
    { "\nCQ-A2,planned,", "\nCQ-A2,general," },
    { "\nTJ-02,general,", "\nTJ-01,general," }, /* twice */
  };
  g_autofree char *text = read_coverage ();

  for (guint i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autofree char *spoilt = replace_once (text, edits[i][0], edits[i][1]);
    g_autoptr (GPtrArray) problems = problems_of (spoilt);

    if (problems->len == 0)
      g_error ("nobody notices %s for %s", edits[i][1], edits[i][0]);
  }
}

static gboolean
is_chinese (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_get_script (g_utf8_get_char (p)) == G_UNICODE_SCRIPT_HAN)
      return TRUE;
  return FALSE;
}

/* Every row says in both languages what became of its article. */
static void
every_note_in_both_languages (void)
{
  g_autofree char *text = read_coverage (), *words = read_source ("assets/regulations/coverage-en.csv");
  g_autoptr (FzCsv) csv = parse_csv (text, "coverage.csv"), english = parse_csv (words, "coverage-en.csv");
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < fz_csv_get_n_rows (english); i++) {
    const char *en = fz_csv_get (english, i, "en");

    if (!g_hash_table_insert (known, (gpointer) fz_csv_get (english, i, "note"), (gpointer) en) || *en == '\0' || is_chinese (en))
      g_error ("coverage-en.csv:%u: twice, empty or not English", fz_csv_get_line (english, i));
  }
  g_assert_cmpuint (fz_csv_get_n_rows (csv), ==, 223);
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++) {
    const char *note = fz_csv_get (csv, i, "note");

    if (!is_chinese (note) || !g_hash_table_contains (known, note))
      g_error ("coverage.csv:%u: %s: no note, or none in English in coverage-en.csv: %s", fz_csv_get_line (csv, i), fz_csv_get (csv, i, "row"), note);
  }
}

/* What a clause cites is an article of its text, word for word as it was read. */
static void
every_citation_is_right (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (FzRuleLayer) layer = shipped_layer (texts[i].layer);
    g_autofree char *path = g_strdup_printf ("assets/regulations/%s.txt", texts[i].layer), *text = read_source (path);
    g_autoptr (GError) error = NULL;

    g_assert_cmpstr (fz_rule_layer_get_regulation (layer), ==, texts[i].layer);
    g_assert_true (fz_rule_layer_check_articles (layer, text, &error));
    g_assert_no_error (error);
    for (guint k = 0; k < fz_rule_layer_get_n_clauses (layer); k++) {
      const FzFields *clause = fz_rule_layer_get_clause (layer, k);
      g_autofree char *row = row_of (texts[i].code, fz_fields_get (clause, "article"));

      g_assert_cmpstr (fz_fields_get (clause, "row"), ==, row);
    }
  }
}

/* Two years from the day of force, less a day, where the text says only 有效期2年; stated where it names the day. */
static void
texts_end_on_their_day (void)
{
  static const struct {
    const char *layer;
    FzDate last;
    gboolean computed;
  } ends[] = { { "tianjin-2025", { 2028, 12, 31 }, FALSE }, { "sichuan-2020", { 2023, 1, 31 }, TRUE }, { "fujian-2024", { 2026, 2, 7 }, TRUE } };
  g_autoptr (FzFields) facts = parse_facts ("doctor.licence=1");

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++) {
    g_autoptr (FzRulebook) book = shipped_rulebook (ends[i].layer);
    FzRuleLayer *layer = fz_rulebook_get_layer (book, fz_rulebook_get_n_layers (book) - 1);
    FzDate until = { 0 }, after = fz_date_add_days (ends[i].last, 1);
    g_autoptr (GPtrArray) on_last = fz_findings_new (), past = fz_findings_new ();
    const FzFinding *ended;

    g_assert_true (fz_rule_layer_get_until (layer, &until));
    g_assert_cmpint (fz_date_compare (until, ends[i].last), ==, 0);
    g_assert_true (fz_rule_layer_is_until_computed (layer) == ends[i].computed);
    if (ends[i].computed)
      g_assert_cmpint (fz_date_compare (fz_date_add_months (fz_rule_layer_get_since (layer), 24), after), ==, 0);
    g_assert_true (fz_rulebook_check (book, FZ_MOMENT_TAKE, facts, ends[i].last, on_last, NULL, NULL, NULL));
    g_assert_true (fz_rulebook_check (book, FZ_MOMENT_TAKE, facts, after, past, NULL, NULL, NULL));
    g_assert_null (fz_findings_find (on_last, "RULEBOOK_ENDED"));
    ended = fz_findings_find (past, "RULEBOOK_ENDED");
    g_assert_nonnull (ended);
    g_assert_nonnull (strstr (ended->message, fz_rule_layer_get_title (layer)));
  }
}

/* Every clause of a moment judged together fits one signed document, under each profile. */
static void
one_document_holds_all (void)
{
  static const FzMoment moments[] = { FZ_MOMENT_ELIGIBILITY, FZ_MOMENT_RECORD, FZ_MOMENT_PRESCRIBE, FZ_MOMENT_REVIEW };
  g_autoptr (FzFields) facts = parse_facts ("doctor.person=p1");

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (FzRulebook) book = shipped_rulebook (texts[i].layer);
    g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1");
    g_autoptr (GPtrArray) findings = fz_findings_new ();
    g_autoptr (GError) error = NULL;
    FzDate on = fz_rulebook_get_since (book);

    for (guint m = 0; m < G_N_ELEMENTS (moments); m++)
      if (!fz_rulebook_check (book, moments[m], facts, on, findings, verdicts, NULL, &error))
        g_error ("%s: %s", texts[i].layer, error->message);
    g_assert_cmpuint (fz_fields_count (verdicts, "rule"), >, 20);
    g_assert_cmpuint (fz_fields_count (verdicts, "rule"), <=, 82); /* room for the hospital's own */
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/coverage/every-article", every_article_has_its_row);
  g_test_add_func ("/rules/coverage/spoilt", a_spoilt_matrix_is_noticed);
  g_test_add_func ("/rules/coverage/both-languages", every_note_in_both_languages);
  g_test_add_func ("/rules/coverage/citations", every_citation_is_right);
  g_test_add_func ("/rules/coverage/ends", texts_end_on_their_day);
  g_test_add_func ("/rules/coverage/one-document", one_document_holds_all);
  return g_test_run ();
}
