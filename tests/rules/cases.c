/* The rule cases: facts and the verdict a clause must give, in cases/<layer>.csv. A clause without a passing and a failing case
 * turns the test red, so a new clause brings its cases. */
#include "core/csv.h"
#include "tests/rules/fixture.h"

#include <string.h>

/* A layer with the profile its cases are asked under. */
static const struct {
  const char *name, *profile;
} layers[] = { { "upper", "national-2022" },         { "national-2022", "national-2022" },   { "tianjin-2025", "tianjin-2025" },
               { "sichuan-2020", "sichuan-2020" },   { "chongqing-2023", "chongqing-2023" }, { "fujian-2024", "fujian-2024" } };

typedef struct {
  const char *layer;
  FzRulebook *rulebook;
  FzCsv *csv;
} Sheet;

static gboolean
is_of_layer (const FzFields *clause, const char *layer)
{
  return g_strcmp0 (fz_fields_get (clause, "layer"), layer) == 0;
}

static const FzFields *
find_clause (const Sheet *sheet, const char *id)
{
  for (guint i = 0; i < fz_rulebook_get_n_clauses (sheet->rulebook); i++) {
    const FzFields *clause = fz_rulebook_get_clause (sheet->rulebook, i);

    if (is_of_layer (clause, sheet->layer) && g_strcmp0 (fz_fields_get (clause, "id"), id) == 0)
      return clause;
  }
  g_error ("%s has no clause %s", sheet->layer, id);
}

static const char *
verdict_of (const FzFields *verdicts, const char *id)
{
  for (guint i = 0; i < fz_fields_count (verdicts, "rule"); i++)
    if (g_strcmp0 (fz_fields_get_at (verdicts, "rule", i, "id"), id) == 0)
      return fz_fields_get_at (verdicts, "rule", i, "verdict");
  return "absent";
}

/* A failed clause is found with its own words and weight; what cannot be judged is found too, and says so. */
static void
check_finding (GPtrArray *findings, const FzFields *clause, const char *verdict)
{
  const FzFinding *finding = fz_findings_find (findings, fz_fields_get (clause, "id"));

  if (g_str_equal (verdict, "pass") || g_str_equal (verdict, "not_applicable")) {
    g_assert_null (finding);
    return;
  }
  g_assert_nonnull (finding);
  g_assert_cmpstr (fz_severity_to_word (finding->severity), ==, fz_fields_get (clause, "severity"));
  if (strchr (fz_fields_get (clause, "message"), '{') == NULL)
    g_assert_nonnull (strstr (finding->message, fz_fields_get (clause, "message")));
  g_assert_null (strpbrk (finding->message, "{}[]"));
  if (g_strcmp0 (fz_fields_get (clause, "field"), "rx.total_fen") == 0)
    g_assert_nonnull (strstr (finding->message, ".01元")); /* the case is one fen over a round sum, and people read yuan */
  g_assert_nonnull (strstr (finding->clause, fz_fields_get (clause, "article")));
  g_assert_true (finding->cannot_check == g_str_equal (verdict, "unknown"));
}

/* In every moment the clause is asked. */
static void
run_case (const Sheet *sheet, guint row)
{
  const char *id = fz_csv_get (sheet->csv, row, "clause"), *expected = fz_csv_get (sheet->csv, row, "verdict");
  const FzFields *clause = find_clause (sheet, id);
  g_autoptr (FzFields) facts = parse_facts (fz_csv_get (sheet->csv, row, "facts"));
  FzDate on = { 0 };

  g_assert_true (fz_date_parse (fz_csv_get (sheet->csv, row, "on"), &on, NULL));
  g_assert_cmpuint (fz_fields_count (clause, "moment"), >, 0);
  for (guint i = 0; i < fz_fields_count (clause, "moment"); i++) {
    g_autoptr (GPtrArray) findings = fz_findings_new ();
    g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1");
    g_autoptr (GError) error = NULL;
    FzMoment moment = FZ_N_MOMENTS;

    g_assert_true (fz_moment_from_word (fz_fields_get_at (clause, "moment", i, NULL), &moment));
    if (!fz_rulebook_check (sheet->rulebook, moment, facts, on, findings, verdicts, NULL, &error))
      g_error ("%s line %u: %s", sheet->layer, fz_csv_get_line (sheet->csv, row), error->message);
    if (!g_str_equal (verdict_of (verdicts, id), expected))
      g_error ("%s line %u, %s at %s: expected %s, got %s (%s)", sheet->layer, fz_csv_get_line (sheet->csv, row), id,
               fz_moment_to_word (moment), expected, verdict_of (verdicts, id), fz_csv_get (sheet->csv, row, "why"));
    check_finding (findings, clause, expected);
  }
}

/* A clause that nothing satisfies, or nothing breaks, would say nothing. */
static void
check_both_sides (const Sheet *sheet, GHashTable *seen)
{
  for (guint i = 0; i < fz_rulebook_get_n_clauses (sheet->rulebook); i++) {
    const FzFields *clause = fz_rulebook_get_clause (sheet->rulebook, i);
    const char *id = fz_fields_get (clause, "id");
    g_autofree char *pass = g_strconcat (id, " pass", NULL), *fail = g_strconcat (id, " fail", NULL);

    if (!is_of_layer (clause, sheet->layer))
      continue;
    if (!g_hash_table_contains (seen, pass) || !g_hash_table_contains (seen, fail))
      g_error ("%s of %s has no passing or no failing case", id, sheet->layer);
  }
}

static void
every_case (gconstpointer data)
{
  guint n = GPOINTER_TO_UINT (data);
  g_autoptr (FzRulebook) rulebook = shipped_rulebook (layers[n].profile);
  g_autofree char *path = g_strdup_printf ("tests/rules/cases/%s.csv", layers[n].name), *text = read_source (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCsv) csv = fz_csv_parse ((const guint8 *) text, strlen (text), path, &error);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Sheet sheet = { layers[n].name, rulebook, csv };

  g_assert_no_error (error);
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    run_case (&sheet, row);
    g_hash_table_add (seen, g_strdup_printf ("%s %s", fz_csv_get (csv, row, "clause"), fz_csv_get (csv, row, "verdict")));
  }
  check_both_sides (&sheet, seen);
  g_test_message ("%s: %u cases", layers[n].name, fz_csv_get_n_rows (csv));
}

/* A finding of a list points at the line that breaks the rule. */
static void
points_at_the_line (void)
{
  static const char *const cases[][3] = {
    { "rx.item.00.days=7|rx.item.01.days=90", "QTY_LONG_12W", "rx.item.01.days" },
    { "rx.item.00.route=1|rx.item.01.route=404", "RX_ROUTE_BARRED", "rx.item.01.route" },
    { "diagnosis.00.code=I10.x00|diagnosis.01.code=E11.9|prior.00.code=I10.x00", "RX_SAME_CATEGORY", "diagnosis.01" },
    { "rx.item.00.freq=qd|rx.item.01.drug=x", "RX_FREQ", "rx.item.01.freq" },
  };
  g_autoptr (FzRulebook) rulebook = shipped_rulebook ("tianjin-2025");
  FzDate on = { 2026, 3, 2 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) facts = parse_facts (cases[i][0]);
    g_autoptr (GPtrArray) findings = fz_findings_new ();

    g_assert_true (fz_rulebook_check (rulebook, FZ_MOMENT_PRESCRIBE, facts, on, findings, NULL, NULL, NULL));
    g_assert_cmpstr (fz_findings_find (findings, cases[i][1])->field, ==, cases[i][2]);
  }
}

/* Outside the dates of the local text the national one governs, and past its end somebody is told; outside those of both nothing can be
 * judged, and the check says so rather than pass. */
static void
outside_its_dates (void)
{
  g_autoptr (FzRulebook) rulebook = shipped_rulebook ("tianjin-2025");
  g_autoptr (FzFields) facts = parse_facts ("doctor.licence=1");
  static const struct {
    FzDate on;
    gboolean good, local, ended;
  } cases[] = { { { 2022, 2, 7 }, FALSE, FALSE, FALSE },  { { 2022, 2, 8 }, TRUE, FALSE, FALSE },   { { 2025, 12, 31 }, TRUE, FALSE, FALSE },
                { { 2026, 1, 1 }, TRUE, TRUE, FALSE },    { { 2028, 12, 31 }, TRUE, TRUE, FALSE },  { { 2029, 1, 1 }, TRUE, FALSE, TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GPtrArray) findings = fz_findings_new ();
    g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1");
    g_autoptr (GError) error = NULL;

    g_assert_true (fz_rulebook_check (rulebook, FZ_MOMENT_TAKE, facts, cases[i].on, findings, verdicts, NULL, &error) == cases[i].good);
    g_assert_true (cases[i].good == (error == NULL));
    g_assert_true ((fz_findings_find (findings, "RULEBOOK_ENDED") != NULL) == cases[i].ended);
    g_assert_cmpint (g_strcmp0 (verdict_of (verdicts, "DOC_YEARS"), "absent") != 0, ==, cases[i].local);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    g_autofree char *path = g_strdup_printf ("/rules/cases/%s", layers[i].name);

    g_test_add_data_func (path, GUINT_TO_POINTER (i), every_case);
  }
  g_test_add_func ("/rules/points-at-the-line", points_at_the_line);
  g_test_add_func ("/rules/outside-its-dates", outside_its_dates);
  return g_test_run ();
}
