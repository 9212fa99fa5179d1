/* The norm's items: what belongs to which, what the checks say beside each, what a pharmacist must decide. */
#include "core/review_norm.h"

#include <string.h>

static FzCodes *
table (const char *name)
{
  g_autofree char *path = g_strdup_printf ("%s/assets/codes/%s.csv", g_getenv ("FUZHEN_SOURCE_ROOT"), name);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  FzCodes *codes;
  gsize n = 0;

  g_file_get_contents (path, &text, &n, &error);
  g_assert_no_error (error);
  codes = fz_codes_parse ((const guint8 *) text, n, name, FALSE, &error);
  g_assert_no_error (error);
  return codes;
}

static FzReviewNorm *
norm (void)
{
  g_autoptr (FzCodes) items = table ("review-items"), rules = table ("review-rules");
  g_autoptr (GError) error = NULL;
  FzReviewNorm *self = fz_review_norm_new (items, rules, &error);

  g_assert_no_error (error);
  return self;
}

static void
add (GPtrArray *findings, const char *rule, FzSeverity severity, gboolean cannot_check, const char *field)
{
  const FzFinding values = { .rule = rule, .kind = FZ_FINDING_RULE, .severity = severity, .field = field, .message = "一句话。",
                             .cannot_check = cannot_check };

  fz_findings_add (findings, &values);
}

static int
item_at (const FzFields *judged, const char *code)
{
  for (guint i = 0; i < fz_fields_count (judged, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (judged, "item", i, "code"), code) == 0)
      return (int) i;
  return -1;
}

static void
expect (const FzFields *judged, const char *code, const char *engine, const char *attention)
{
  int at = item_at (judged, code);

  g_assert_cmpint (at, >=, 0);
  g_assert_cmpstr (fz_fields_get_at (judged, "item", (guint) at, "engine"), ==, engine);
  g_assert_cmpstr (fz_fields_get_at (judged, "item", (guint) at, "attention"), ==, attention);
}

/* --- the tables --- */

static void
test_items_by_kind (void)
{
  static const struct {
    const char *kind;
    guint n;
    const char *has, *has_not;
  } kinds[] = { { "western", 20, "A8", "H1" }, { "patent", 21, "F9", "H1" }, { "herbal", 16, "H5", "A1" } };
  g_autoptr (FzReviewNorm) self = norm ();
  g_autoptr (GPtrArray) none = fz_findings_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (FzFields) rx = fz_fields_new ("fuzhen.rx_facts/v1"), judged = fz_fields_new ("fuzhen.items/v1");

    fz_fields_set (rx, "rx.kind", kinds[i].kind);
    fz_review_norm_put (self, rx, none, TRUE, judged);
    g_assert_cmpuint (fz_fields_count (judged, "item"), ==, kinds[i].n);
    g_assert_cmpint (item_at (judged, kinds[i].has), >=, 0);
    g_assert_cmpint (item_at (judged, kinds[i].has_not), <, 0);
    g_assert_cmpint (item_at (judged, "L3"), >=, 0);
  }
}

static void
test_rules_find_their_item (void)
{
  static const struct {
    const char *rule, *western, *herbal;
  } rows[] = { { "DOSE_DAILY_MAX", "A3", "H2" }, { "DOSE_MISSING", "F7", "F7" },        { "DUP_INGREDIENT", "A5", "H5" },
               { "INTERACTION", "A5", "H5" },    { "ALLERGY_UNKNOWN", "A7", "H4" },     { "QTY_7D", "F8", "F8" },
               { "RX_HERBS_APART", "F4", "F4" }, { "ANTIBACTERIAL_SPECIAL", "L3", "L3" }, { "DOC_LICENCE_UNTIL", "L1", "L1" },
               { "REV_TITLE", NULL, NULL } };
  g_autoptr (FzReviewNorm) self = norm ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpstr (fz_review_norm_item_of (self, rows[i].rule, "western"), ==, rows[i].western);
    g_assert_cmpstr (fz_review_norm_item_of (self, rows[i].rule, "herbal"), ==, rows[i].herbal);
  }
  g_assert_true (fz_review_norm_wants_confirmation (self, "DOSE_DAILY_MAX"));
  g_assert_false (fz_review_norm_wants_confirmation (self, "QTY_7D"));
  g_assert_true (fz_review_norm_is_routine (self, "QTY_7D"));
}

/* A clause that is asked when prescribing or reviewing and stands beside no item would be a finding nobody is led to. */
static void
look_at_layer (const FzReviewNorm *self, const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GRegex) clause = g_regex_new ("\"id\": \"([A-Z0-9_]+)\"", (GRegexCompileFlags) 0, (GRegexMatchFlags) 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_regex_match (clause, text, (GRegexMatchFlags) 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL), n++) {
    g_autofree char *id = g_match_info_fetch (match, 1);

    if (!fz_review_norm_knows (self, id))
      g_error ("%s: no row of review-rules.csv speaks of %s", path, id);
  }
  g_assert_cmpuint (n, >, 5);
}

static void
test_every_clause_is_placed (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/rules", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (FzReviewNorm) self = norm ();
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    if (g_str_has_suffix (name, ".json")) {
      look_at_layer (self, path);
      n++;
    }
  }
  g_assert_cmpuint (n, >=, 6);
}

static void
test_bad_tables (void)
{
  static const char rules[] = "code,label,label_en,item,herbal,reason,law,routine,confirm\nDOSE_,剂量,Dose,Z9,,,no,no,no\n";
  static const char items[] = "code,label,label_en,group,applies,by\nA3,剂量,Dose,A,western,oracle\n";
  g_autoptr (FzCodes) good_items = table ("review-items"), good_rules = table ("review-rules");
  g_autoptr (FzCodes) bad_rules = fz_codes_parse ((const guint8 *) rules, strlen (rules), "rules", FALSE, NULL);
  g_autoptr (FzCodes) bad_items = fz_codes_parse ((const guint8 *) items, strlen (items), "items", FALSE, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (fz_review_norm_new (good_items, bad_rules, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "Z9"));
  g_clear_error (&error);
  g_assert_null (fz_review_norm_new (bad_items, good_rules, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "A3"));
}

/* --- what the checks say --- */

static FzFields *
prescription (void)
{
  FzFields *rx = fz_fields_new ("fuzhen.rx_facts/v1");

  fz_fields_set (rx, "rx.kind", "western");
  return rx;
}

static void
answer (FzFields *rx, guint i, const char *rule, const char *field)
{
  fz_fields_set_at (rx, "override", i, "rule", rule);
  fz_fields_set_at (rx, "override", i, "field", field);
  fz_fields_set_at (rx, "override", i, "reason_label", "病情需要");
}

static void
test_engine_words (void)
{
  g_autoptr (FzReviewNorm) self = norm ();
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) rx = prescription (), judged = fz_fields_new ("fuzhen.items/v1");

  add (findings, "DOSE_DAILY_MAX", FZ_SEVERITY_REASON, FALSE, "rx.item.00.dose");
  add (findings, "QTY_7D", FZ_SEVERITY_REASON, FALSE, NULL);
  add (findings, "INTERACTION_UNCOVERED", FZ_SEVERITY_NOTE, TRUE, NULL);
  add (findings, "DRUG_UNKNOWN", FZ_SEVERITY_NOTE, FALSE, NULL);
  answer (rx, 0, "DOSE_DAILY_MAX", "rx.item.00.dose");
  answer (rx, 1, "QTY_7D", NULL);
  fz_review_norm_put (self, rx, findings, TRUE, judged);
  expect (judged, "A3", "finding", "yes"); /* a reason was given: it is weighed all the same */
  expect (judged, "F8", "finding", "no");  /* the everyday reason, given */
  expect (judged, "A5", "unknown", "no");
  expect (judged, "F6", "note", "no");
  expect (judged, "F1", "pass", "no");
  expect (judged, "A8", "person", "no");
  expect (judged, "A7", "pass", "no");
  g_assert_nonnull (strstr (fz_fields_get_at (judged, "item", (guint) item_at (judged, "A3"), "words"), "病情需要"));
}

static void
test_unanswered_and_unsigned (void)
{
  g_autoptr (FzReviewNorm) self = norm ();
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) rx = prescription (), judged = fz_fields_new ("fuzhen.items/v1");

  add (findings, "QTY_7D", FZ_SEVERITY_REASON, FALSE, NULL);
  add (findings, "PREGNANCY", FZ_SEVERITY_REASON, TRUE, NULL);
  fz_review_norm_put (self, rx, findings, FALSE, judged);
  expect (judged, "F8", "finding", "yes");
  expect (judged, "A7", "unknown", "yes"); /* could not judge, and asks a reason: a person must look */
  expect (judged, "F1", "finding", "yes");
}

/* --- deciding --- */

static FzFields *
decisions (const char *code, const char *word)
{
  FzFields *facts = fz_fields_new ("fuzhen.review_decisions/v1");

  fz_fields_set_at (facts, "item", 0, "code", code);
  fz_fields_set_at (facts, "item", 0, "decision", word);
  fz_fields_set_at (facts, "item", 0, "remark", "已电话核实");
  return facts;
}

static FzFields *
judged_with_dose (void)
{
  g_autoptr (FzReviewNorm) self = norm ();
  g_autoptr (GPtrArray) findings = fz_findings_new ();
  g_autoptr (FzFields) rx = prescription ();
  FzFields *judged = fz_fields_new ("fuzhen.items/v1");

  add (findings, "DOSE_DAILY_MAX", FZ_SEVERITY_REASON, FALSE, "rx.item.00.dose");
  fz_review_norm_put (self, rx, findings, TRUE, judged);
  return judged;
}

static void
refused (const FzFields *judged, const FzFields *said, const char *verdict, const char *const *reasons, const char *words)
{
  g_autoptr (FzFields) body = fz_fields_new ("fuzhen.review/v1");
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_review_norm_decide (judged, said, verdict, reasons, body, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_approving_asks_for_decisions (void)
{
  g_autoptr (FzFields) judged = judged_with_dose (), body = fz_fields_new ("fuzhen.review/v1");
  g_autoptr (FzFields) other = decisions ("A5", "accepted"), against = decisions ("A3", "objected"), yes = decisions ("A3", "accepted");
  g_autoptr (FzFields) unknown = decisions ("A3", "perhaps"), nowhere = decisions ("H1", "accepted");
  g_autoptr (GError) error = NULL;

  refused (judged, NULL, "approved", NULL, "A3");
  refused (judged, other, "approved", NULL, "A3");
  refused (judged, against, "approved", NULL, "A3");
  refused (judged, unknown, "approved", NULL, "A3");
  refused (judged, nowhere, "approved", NULL, "H1");
  g_assert_true (fz_review_norm_decide (judged, yes, "approved", NULL, body, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fz_fields_count (body, "item"), ==, fz_fields_count (judged, "item"));
  for (guint i = 0; i < fz_fields_count (body, "item"); i++)
    g_assert_cmpstr (fz_fields_get_at (body, "item", i, "decision"), ==, "accepted");
  g_assert_cmpstr (fz_fields_get_at (body, "item", (guint) item_at (body, "A3"), "remark"), ==, "已电话核实");
  g_assert_cmpstr (fz_fields_get_at (body, "item", (guint) item_at (body, "A3"), "engine"), ==, "finding");
}

static void
test_returning (void)
{
  static const char *const dose[] = { "A3", NULL }, *const other[] = { "A1", NULL };
  g_autoptr (FzFields) judged = judged_with_dose (), against = decisions ("A3", "objected");
  g_autoptr (FzFields) first = fz_fields_new ("fuzhen.review/v1"), second = fz_fields_new ("fuzhen.review/v1");
  g_autoptr (GError) error = NULL;

  refused (judged, against, "returned", other, "A3");
  g_assert_true (fz_review_norm_decide (judged, NULL, "returned", dose, first, &error));
  g_assert_cmpstr (fz_fields_get_at (first, "item", (guint) item_at (first, "A3"), "decision"), ==, "objected");
  /* Returned for another point: what was not decided says so. */
  g_assert_true (fz_review_norm_decide (judged, NULL, "returned", other, second, &error));
  g_assert_cmpstr (fz_fields_get_at (second, "item", (guint) item_at (second, "A1"), "decision"), ==, "objected");
  g_assert_cmpstr (fz_fields_get_at (second, "item", (guint) item_at (second, "A3"), "decision"), ==, "undecided");
  g_assert_cmpstr (fz_fields_get_at (second, "item", (guint) item_at (second, "A7"), "decision"), ==, "accepted");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/review-norm/items-by-kind", test_items_by_kind);
  g_test_add_func ("/review-norm/rules-find-their-item", test_rules_find_their_item);
  g_test_add_func ("/review-norm/every-clause-is-placed", test_every_clause_is_placed);
  g_test_add_func ("/review-norm/bad-tables", test_bad_tables);
  g_test_add_func ("/review-norm/engine-words", test_engine_words);
  g_test_add_func ("/review-norm/unanswered-and-unsigned", test_unanswered_and_unsigned);
  g_test_add_func ("/review-norm/approving-asks-for-decisions", test_approving_asks_for_decisions);
  g_test_add_func ("/review-norm/returning", test_returning);
  return g_test_run ();
}
