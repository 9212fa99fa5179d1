/* Each case of each layer under all five profiles: where the layer is in the stack and in force on its day, the verdict is the layer's
 * own; where no layer of the stack has that subject, it is not asked at all. So the differences between the five are real, and nothing
 * of one jurisdiction leaks into another. */
#include "core/csv.h"
#include "tests/rules/fixture.h"

#include <string.h>

static const char *const layers[] = { "upper", "national-2022", "tianjin-2025", "sichuan-2020", "chongqing-2023", "fujian-2024" };
#define N_PROFILES (G_N_ELEMENTS (layers) - 1) /* each but the lowest names one */

static FzRulebook *books[N_PROFILES];
static guint n_asked, n_absent, n_ended;

static gboolean
has_moment (const FzFields *clause, FzMoment moment)
{
  for (guint i = 0; i < fz_fields_count (clause, "moment"); i++)
    if (g_strcmp0 (fz_fields_get_at (clause, "moment", i, NULL), fz_moment_to_word (moment)) == 0)
      return TRUE;
  return FALSE;
}

/* Days are written so that text order is their order. */
static gboolean
in_force (const FzFields *clause, const char *on)
{
  const char *until = fz_fields_get (clause, "until");

  return strcmp (fz_fields_get (clause, "from"), on) <= 0 && (until == NULL || strcmp (on, until) <= 0);
}

/* What the stack has of that subject, asked of its clauses and not of the engine; sets whether the case's own layer is one of them. */
static gboolean
stack_has (const FzRulebook *book, const char *id, FzMoment moment, const char *on, const char *layer, gboolean *own)
{
  gboolean found = FALSE;

  for (guint i = 0; i < fz_rulebook_get_n_clauses (book); i++) {
    const FzFields *clause = fz_rulebook_get_clause (book, i);

    if (g_strcmp0 (fz_fields_get (clause, "id"), id) != 0 || !has_moment (clause, moment) || !in_force (clause, on))
      continue;
    found = TRUE;
    *own = *own || g_strcmp0 (fz_fields_get (clause, "layer"), layer) == 0;
  }
  return found;
}

/* Some text asks it then; at other moments there is nothing to compare. */
static gboolean
anybody_asks (const char *id, FzMoment moment)
{
  for (guint p = 0; p < N_PROFILES; p++)
    for (guint i = 0; i < fz_rulebook_get_n_clauses (books[p]); i++) {
      const FzFields *clause = fz_rulebook_get_clause (books[p], i);

      if (g_strcmp0 (fz_fields_get (clause, "id"), id) == 0 && has_moment (clause, moment))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_governed (const FzRulebook *book, FzDate on)
{
  for (guint i = 1; i < fz_rulebook_get_n_layers (book); i++)
    if (fz_rule_layer_in_force (fz_rulebook_get_layer (book, i), on))
      return TRUE;
  return FALSE;
}

static const char *
verdict_of (const FzFields *verdicts, const char *id)
{
  for (guint i = 0; i < fz_fields_count (verdicts, "rule"); i++)
    if (g_strcmp0 (fz_fields_get_at (verdicts, "rule", i, "id"), id) == 0)
      return fz_fields_get_at (verdicts, "rule", i, "verdict");
  return "absent";
}

typedef struct {
  const char *layer, *id, *on, *expected;
  const FzFields *facts;
  guint line;
} Case;

static GHashTable *seen; /* "<profile> <clause> <verdict>" of every case under every profile */

static void
check_one (const FzRulebook *book, const Case *a_case, FzMoment moment)
{
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (GError) error = NULL;
  gboolean own = FALSE, has = stack_has (book, a_case->id, moment, a_case->on, a_case->layer, &own);
  const char *got, *want = has ? a_case->expected : "absent";
  FzDate on = { 0 };

  g_assert_true (fz_date_parse (a_case->on, &on, NULL));
  if (!fz_rulebook_check (book, moment, a_case->facts, on, findings, verdicts, NULL, &error)) {
    g_assert_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
    g_assert_false (is_governed (book, on));
    n_ended++;
    return;
  }
  g_assert_true (is_governed (book, on));
  got = verdict_of (verdicts, a_case->id);
  g_hash_table_add (seen, g_strdup_printf ("%s %s %s", fz_rulebook_get_name (book), a_case->id, got));
  /* Another layer may ask the same subject in its own way; only the own layer's answer is known here. */
  if ((own || !has) && g_strcmp0 (got, want) != 0)
    g_error ("cases/%s.csv line %u, %s at %s under %s: expected %s, got %s", a_case->layer, a_case->line, a_case->id,
             fz_moment_to_word (moment), fz_rulebook_get_name (book), want, got);
  g_assert_true (has == !g_str_equal (got, "absent"));
  *(has ? &n_asked : &n_absent) += 1;
}

static void
every_case_under_every_profile (gconstpointer data)
{
  const char *layer = data;
  g_autofree char *path = g_strdup_printf ("tests/rules/cases/%s.csv", layer), *text = read_source (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzCsv) csv = fz_csv_parse ((const guint8 *) text, strlen (text), path, &error);

  g_assert_no_error (error);
  n_asked = n_absent = n_ended = 0;
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    g_autoptr (FzFields) facts = parse_facts (fz_csv_get (csv, row, "facts"));
    Case a_case = { layer, fz_csv_get (csv, row, "clause"), fz_csv_get (csv, row, "on"), fz_csv_get (csv, row, "verdict"), facts,
                    fz_csv_get_line (csv, row) };

    for (guint m = 0; m < FZ_N_MOMENTS; m++)
      for (guint p = 0; p < N_PROFILES && anybody_asks (a_case.id, (FzMoment) m); p++)
        check_one (books[p], &a_case, (FzMoment) m);
  }
  g_assert_cmpuint (n_asked, >=, fz_csv_get_n_rows (csv));
  g_assert_true (n_absent > 0 || g_str_equal (layer, "upper") || g_str_equal (layer, "national-2022"));
  g_test_message ("%s: %u cases, asked %u times, absent %u, no text in force %u", layer, fz_csv_get_n_rows (csv), n_asked, n_absent, n_ended);
}

/* Under each profile every subject it asks was met and was failed by some case. After the cases. */
static void
both_sides_everywhere (void)
{
  static const char *const sides[] = { "pass", "fail" };
  guint subjects = 0;

  for (guint p = 0; p < N_PROFILES; p++)
    for (guint i = 0; i < fz_rulebook_get_n_clauses (books[p]); i++, subjects++)
      for (guint k = 0; k < G_N_ELEMENTS (sides); k++) {
        const char *id = fz_fields_get (fz_rulebook_get_clause (books[p], i), "id");
        g_autofree char *key = g_strdup_printf ("%s %s %s", fz_rulebook_get_name (books[p]), id, sides[k]);

        if (!g_hash_table_contains (seen, key))
          g_error ("%s has no %sing case under %s", id, sides[k], fz_rulebook_get_name (books[p]));
      }
  g_test_message ("%u clauses over five profiles, each with a passing and a failing case", subjects);
}

/* The differences between the five texts, as read by hand: in which profiles a subject is asked at all. */
static const struct {
  const char *id, *profiles; /* codes of the profiles; "all" */
} differences[] = {
  /* staff */
  { "DOC_YEARS", "TJ SC CQ" },
  { "DOC_CONSENT", "TJ SC CQ" },
  { "DOC_REGISTER_CHECKED", "TJ SC CQ" },
  { "DOC_REGISTER_SAME", "CQ" },
  { "DOC_CATEGORY", "CQ" },
  { "DOC_SCOPE", "CQ" },
  { "DOC_DEPARTMENT", "CQ" },
  { "DOC_INSURED", "CQ" },
  { "DOC_INSURANCE_UNTIL", "CQ" },
  { "DEPT_SENIOR", "CQ" },
  { "DEPT_ASSOCIATE", "CQ" },
  { "DUTY_PHARMACIST", "CQ" },
  { "DOC_SHIFT_CONSENT", "FJ" },
  { "DOC_MULTI_SITE", "all" },
  { "DOC_IN_PERSON", "all" },
  /* the institution */
  { "ORG_LICENCE", "SC CQ" },
  { "DEPT_APPROVED", "SC CQ FJ" },
  { "DEPT_PHYSICAL", "CQ FJ" },
  { "ORG_NOT_PAUSED", "CQ" },
  /* the patient */
  { "PAT_IDENTITY", "all" },
  { "PAT_CONSENT", "all" },
  { "PAT_CONSENT_SIGNED", "FJ" },
  { "PAT_CARD", "CQ" },
  { "MINOR_NAME", "SC FJ" },
  { "MINOR_PRESENT", "FJ" },
  { "EXPRESS_GUARDIAN", "FJ" },
  { "EXPRESS_PRESENT", "FJ" },
  { "CAPACITY_STATED", "SC" },
  { "INCAPABLE_COMPANION", "SC" },
  { "CONSENT_COMPANION", "SC" },
  { "CHILD_COMPANION", "SC" },
  { "CHILD_GUARDIAN", "all" },
  { "CHILD_SPECIALIST", "all" },
  { "CHILD_SPECIALIST_NAMED", "TJ SC CQ FJ" },
  { "ELG_EVIDENCE", "all" },
  /* the record */
  { "REC_CHIEF_COMPLAINT", "all" },
  { "REC_BASE", "SC" },
  { "REC_MARITAL", "SC" },
  { "REC_MENSTRUAL", "SC" },
  { "REC_OFFLINE", "SC" },
  { "REC_CURRENT_DRUGS", "SC" },
  /* the prescription */
  { "RX_NOT_GENERATED", "all" },
  { "RX_SPECIAL_DRUGS", "TJ SC CQ FJ" },
  { "RX_ROUTE_BARRED", "all" },
  { "RX_FORM_BARRED", "FJ" },
  { "RX_FORM_CATALOGUE", "FJ" },
  { "RX_STORAGE", "FJ" },
  { "RX_ON_DEMAND", "FJ" },
  { "RX_PURCHASE_ONLY", "FJ" },
  { "RX_PURCHASE_LINES", "FJ" },
  { "RX_OVERSIZED", "FJ" },
  { "RX_BOTH_SIGNATURES", "SC" },
  { "RX_DOCTOR_SIGNATURE", "CQ" },
  { "REV_OTHER", "all" },
};

/* A day on which the national text and that local one are in force. */
static const struct {
  const char *code;
  FzDate on;
} profiles[] = { { "CN", { 2022, 6, 1 } }, { "TJ", { 2026, 6, 1 } }, { "SC", { 2022, 6, 1 } }, { "CQ", { 2026, 6, 1 } }, { "FJ", { 2025, 6, 1 } } };

static gboolean
is_asked (const FzRulebook *book, FzDate on, const char *id)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1"), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (GPtrArray) findings = fz_findings_new ();

  for (guint m = 0; m < FZ_N_MOMENTS; m++)
    g_assert_true (fz_rulebook_check (book, (FzMoment) m, facts, on, findings, verdicts, NULL, NULL));
  return !g_str_equal (verdict_of (verdicts, id), "absent");
}

static void
differences_are_those_read (void)
{
  for (guint p = 0; p < G_N_ELEMENTS (profiles); p++)
    for (guint i = 0; i < G_N_ELEMENTS (differences); i++) {
      gboolean wanted = g_str_equal (differences[i].profiles, "all") || strstr (differences[i].profiles, profiles[p].code) != NULL;

      if (is_asked (books[p], profiles[p].on, differences[i].id) != wanted)
        g_error ("%s is %s under %s", differences[i].id, wanted ? "not asked" : "asked", profiles[p].code);
    }
}

/* 3年以上独立临床工作 in Tianjin and Chongqing; any clinical work in Sichuan; nothing of the kind in the national rules and in Fujian. */
static void
years_are_counted_as_written (void)
{
  static const struct {
    const char *facts, *verdicts[N_PROFILES];
  } doctors[] = {
    { "doctor.clinical_since=2015-01-01|doctor.independent_since=2015-01-01", { "absent", "pass", "pass", "pass", "absent" } },
    { "doctor.clinical_since=2015-01-01|doctor.independent_since=2025-01-01", { "absent", "fail", "pass", "fail", "absent" } },
    { "doctor.clinical_since=2021-01-01|doctor.independent_since=2015-01-01", { "absent", "pass", "fail", "pass", "absent" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (doctors); i++)
    for (guint p = 0; p < G_N_ELEMENTS (profiles); p++) {
      g_autoptr (FzFields) facts = parse_facts (doctors[i].facts), verdicts = fz_fields_new ("fuzhen.verdicts/v1");
      g_autoptr (GPtrArray) findings = fz_findings_new ();

      g_assert_true (fz_rulebook_check (books[p], FZ_MOMENT_TAKE, facts, profiles[p].on, findings, verdicts, NULL, NULL));
      g_assert_cmpstr (verdict_of (verdicts, "DOC_YEARS"), ==, doctors[i].verdicts[p]);
    }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint p = 0; p < N_PROFILES; p++)
    books[p] = shipped_rulebook (layers[p + 1]);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++) {
    g_autofree char *path = g_strdup_printf ("/rules/differential/%s", layers[i]);

    g_test_add_data_func (path, layers[i], every_case_under_every_profile);
  }
  g_test_add_func ("/rules/differential/both-sides", both_sides_everywhere);
  g_test_add_func ("/rules/differential/differences", differences_are_those_read);
  g_test_add_func ("/rules/differential/years", years_are_counted_as_written);
  result = g_test_run ();
  g_hash_table_unref (seen);
  for (guint p = 0; p < N_PROFILES; p++)
    fz_rulebook_unref (books[p]);
  return result;
}
