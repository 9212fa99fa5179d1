/* What a prescription says besides its lines: what is stated at the signing, the kind of sheet, coded reasons. 处方管理办法 art. 5, 6; Tianjin 2025
 * art. 23; national 2022 art. 18. */
#include "app/rx_mark.h"
#include "app/sheet.h"
#include "core/finding_answer.h"
#include "tests/desk/world.h"

#include <string.h>

#define CHILD 6 /* cases of the demo */
#define ADULT 0

/* Taken and typed, nothing signed. */
static void
begin (World *w, guint i, const char *visit)
{
  world_sign_in (w, fz_demo_world_doctor (w->world, i));
  world_arrive (w, i, visit);
  world_take (w, visit);
  world_type (w, i, visit);
}

static FzSheet *
prepare (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_sheet (w->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);

  g_assert_no_error (error);
  return sheet;
}

static FzFields *
read_rx (World *w, const char *id)
{
  g_autoptr (GError) error = NULL;
  FzFields *rx = fz_desk_read_prescription (w->session, id, &error);

  g_assert_no_error (error);
  return rx;
}

/* Changes one fact of the saved draft. */
static void
retype (World *w, const char *visit, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) before = fz_desk_get_draft (w->session, visit, &error), draft = fz_fields_dup (before, NULL);

  fz_fields_set (draft, key, value);
  g_assert_true (fz_desk_save_draft (w->session, visit, draft, &error));
}

/* --- what is taken beside --- */

/* Findings of the saved draft once the record says that this is taken; NULL: it says nothing. */
static GPtrArray *
check_beside (World *w, const char *visit, const char *taken)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = NULL;
  GPtrArray *findings;

  retype (w, visit, "record.current_drugs", taken);
  draft = fz_desk_get_draft (w->session, visit, &error);
  findings = fz_desk_check_draft (w->session, visit, draft, &error);
  g_assert_no_error (error);
  return findings;
}

/* Case 1 is aspirin with a statin: what the record says is taken counts like a line, with its dose or without, by name or brand. */
static void
what_is_taken_is_judged (World *w)
{
  static const char *const bleeds[] = { "华法林钠片", "无；华法林钠片 3mg qd", "复方丹参滴丸、华法林钠片3mg", "硫酸氢氯吡格雷片，波立维" };

  begin (w, 1, "V1");
  for (gsize i = 0; i < G_N_ELEMENTS (bleeds); i++) {
    g_autoptr (GPtrArray) findings = check_beside (w, "V1", bleeds[i]);

    g_assert_nonnull (fz_findings_find (findings, "INTERACTION"));
    g_assert_null (fz_findings_find (findings, "CURRENT_UNKNOWN"));
  }
  {
    g_autoptr (GPtrArray) none = check_beside (w, "V1", "无"), unsaid = check_beside (w, "V1", NULL), same = check_beside (w, "V1", "阿司匹林肠溶片");

    g_assert_null (fz_findings_find (none, "INTERACTION"));
    g_assert_null (fz_findings_find (none, "CURRENT_UNKNOWN"));
    g_assert_nonnull (fz_findings_find (unsaid, "CURRENT_UNKNOWN"));
    g_assert_nonnull (fz_findings_find (same, "RENEWAL"));
  }
}

/* --- what is stated at the signing --- */

/* Both are stated, each by itself, while signing; a tick in an older draft is not one, and no PIN is judged before. */
static void
child_is_accompanied_at_the_signing (World *w)
{
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) wrong = secret ("999999");
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (FzFields) draft = NULL, rx = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  begin (w, CHILD, "V1");
  retype (w, "V1", "rx.guardian_present", "yes");
  retype (w, "V1", "rx.specialist_present", "yes");
  draft = fz_desk_get_draft (w->session, "V1", &error);
  findings = fz_desk_check_draft (w->session, "V1", draft, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fz_findings_find (findings, "STATED_AT_SIGNING"));
  g_assert_null (fz_findings_find (findings, "CHILD_GUARDIAN"));
  sheet = prepare (w, "V1");
  g_assert_cmpuint (fz_sheet_get_n_statements (sheet), ==, 2);
  g_assert_nonnull (strstr (fz_sheet_get_statement (sheet, 0), "监护人"));
  g_assert_nonnull (strstr (fz_sheet_get_statement (sheet, 1), "专业医师沈雅琴"));
  for (guint stated = 0; stated < 2; stated++) {
    expect_error (!fz_desk_sign_sheet (w->session, sheet, wrong, NULL, &error), &error, FZ_ERROR_REFUSED, stated == 0 ? "监护人" : "专业医师");
    fz_sheet_state (sheet, stated, TRUE);
  }
  /* All are stated: now the PIN is judged, and what is taken back is not stated any more. */
  expect_error (!fz_desk_sign_sheet (w->session, sheet, wrong, NULL, &error), &error, FZ_ERROR_SIGNATURE, NULL);
  fz_sheet_state (sheet, 0, FALSE);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, wrong, NULL, &error), &error, FZ_ERROR_REFUSED, "监护人");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM prescription"), ==, 0);
  id = world_sign (w, g_steal_pointer (&sheet));
  rx = read_rx (w, id);
  g_assert_cmpstr (fz_fields_get (rx, "rx.guardian_present"), ==, "yes");
  g_assert_cmpstr (fz_fields_get (rx, "rx.specialist_present"), ==, "yes");
  g_assert_nonnull (strstr (fz_fields_get (rx, "patient.age_text"), "岁"));
  g_assert_cmpstr (fz_fields_get (rx, "patient.weight_kg"), ==, "18.5");
}

/* A child whose guardian was not named at registration is not prescribed for at all: nothing to state instead. */
static void
child_without_company_is_stopped (World *w)
{
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1003");
  facts = world_request (w, CHILD, "V1");
  fz_fields_set (facts, "specialist.name", NULL);
  fz_fields_set (facts, "specialist.licence", NULL);
  fz_fields_set (facts, "specialist.institution", NULL);
  world_try_arrive (w, facts, &error);
  g_assert_no_error (error);
  world_take (w, "V1");
  world_type (w, CHILD, "V1");
  expect_error (fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error) == NULL, &error,
                FZ_ERROR_REFUSED, "陪伴医师");
}

static void
adult_states_nothing (World *w)
{
  g_autoptr (FzSheet) sheet = NULL;

  begin (w, ADULT, "V1");
  sheet = prepare (w, "V1");
  g_assert_cmpuint (fz_sheet_get_n_statements (sheet), ==, 0);
  g_assert_null (strstr (fz_sheet_get_text (sheet, 2), "确认监护人在场"));
}

/* --- the kind of sheet --- */

static void
mark_of_the_sheet (World *w)
{
  g_autofree char *child = NULL, *adult = NULL;
  g_autoptr (FzFields) a = NULL, b = NULL;

  child = world_prescribe (w, CHILD, "V1");
  a = read_rx (w, child);
  g_assert_cmpstr (fz_fields_get (a, "rx.mark"), ==, "paediatric");
  g_assert_cmpstr (fz_fields_get (a, "rx.mark_label"), ==, "儿科");
  adult = world_prescribe (w, ADULT, "V2");
  b = read_rx (w, adult);
  g_assert_cmpstr (fz_fields_get (b, "rx.mark"), ==, "ordinary");
}

/* By full years on the day of signing; a paediatric department counts for itself; emergency never. */
static void
mark_by_age (World *w)
{
  static const struct {
    const char *years, *department, *mark;
  } cases[] = {
    { "0", "03", "paediatric" }, { "13", NULL, "paediatric" }, { "14", "03", "ordinary" }, { "16", "07", "paediatric" },
    { NULL, NULL, "ordinary" },  { "40", "20", "ordinary" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.test/v1");

    fz_fields_set (facts, "patient.age_years", cases[i].years);
    fz_fields_set (facts, "dept.id", cases[i].department);
    fz_fields_set (facts, "rx.mark", "emergency"); /* a draft does not choose it */
    fz_rx_mark_put (w->desk, facts);
    g_test_message ("%s %s", cases[i].years, cases[i].department);
    g_assert_cmpstr (fz_fields_get (facts, "rx.mark"), ==, cases[i].mark);
  }
}

/* --- what is typed --- */

/* A Chinese input method leaves full-width digits behind: the sheet and everything printed of it has plain ones. */
static void
full_width_dose_is_signed_plain (World *w)
{
  g_autoptr (FzFields) before = NULL, draft = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GError) error = NULL;
  gboolean plain = FALSE;

  begin (w, ADULT, "V1");
  before = fz_desk_get_draft (w->session, "V1", &error);
  g_assert_no_error (error);
  draft = fz_fields_dup (before, NULL);
  fz_fields_set_at (draft, "rx.item", 0, "dose", "５ｍｇ");
  findings = fz_desk_check_draft (w->session, "V1", draft, &error);
  g_assert_no_error (error);
  world_answer (findings, draft);
  g_assert_true (fz_desk_save_draft (w->session, "V1", draft, &error));
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fz_sheet_get_n (sheet); i++) {
    g_assert_null (strstr (fz_sheet_get_text (sheet, i), "５ｍｇ"));
    plain = plain || strstr (fz_sheet_get_text (sheet, i), "5mg") != NULL;
  }
  g_assert_true (plain);
}

/* --- coded reasons --- */

/* Two medicines that are used together with a reason only, and the draft with everything else answered. */
static const FzFinding *
begin_with_pair (World *w, const char *visit, GPtrArray **out_findings, FzFields **out_draft)
{
  static const char *const codes[] = { "FZ0014", "FZ0021" }, *const doses[] = { "10mg", "80mg" };
  g_autoptr (FzFields) before = NULL;
  g_autoptr (GError) error = NULL;
  const FzFinding *pair = NULL;

  begin (w, ADULT, visit);
  before = fz_desk_get_draft (w->session, visit, &error);
  *out_draft = fz_fields_dup (before, NULL);
  for (guint i = 0; i < 2; i++) {
    fz_fields_set_at (*out_draft, "rx.item", i, "drug", codes[i]);
    fz_fields_set_at (*out_draft, "rx.item", i, "dose", doses[i]);
    fz_fields_set_at (*out_draft, "rx.item", i, "freq", "qd");
    fz_fields_set_at (*out_draft, "rx.item", i, "route", "1");
    fz_fields_set_at (*out_draft, "rx.item", i, "days", "14");
  }
  *out_findings = fz_desk_check_draft (w->session, visit, *out_draft, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fz_fields_count (before, "override"); i++)
    for (guint k = 0; k < 4; k++) {
      static const char *const keys[] = { "rule", "field", "reason", "words" };

      fz_fields_set_at (*out_draft, "override", i, keys[k], NULL);
    }
  world_answer (*out_findings, *out_draft);
  for (guint i = 0; i < (*out_findings)->len && pair == NULL; i++) {
    const FzFinding *finding = (*out_findings)->pdata[i];

    if (finding->severity == FZ_SEVERITY_REASON && finding->kind == FZ_FINDING_INTERACTION)
      pair = finding;
  }
  g_assert_nonnull (pair);
  return pair;
}

static void
answer (FzFields *draft, const FzFinding *finding, const char *reason, const char *words, const char *day)
{
  for (guint i = 0; i < fz_fields_count (draft, "override"); i++)
    if (g_strcmp0 (fz_fields_get_at (draft, "override", i, "rule"), finding->rule) == 0 &&
        g_strcmp0 (fz_fields_get_at (draft, "override", i, "field"), finding->field) == 0) {
      fz_fields_set_at (draft, "override", i, "reason", reason);
      fz_fields_set_at (draft, "override", i, "words", words);
      fz_fields_set_at (draft, "override", i, "monitor_by", day);
      return;
    }
  g_assert_not_reached ();
}

/* One medicine that meets two others: the reason given for the one is no reason for the other. */
static void
each_pair_is_answered_by_itself (World *w)
{
  g_autoptr (GPtrArray) first = NULL, findings = NULL;
  g_autoptr (FzFields) draft = NULL;
  g_autoptr (GError) error = NULL;
  const FzFinding *here[2] = { NULL, NULL };
  g_autofree char *pair = NULL;
  guint n;

  begin_with_pair (w, "V1", &first, &draft);
  fz_fields_set (draft, "record.current_drugs", "螺内酯片、氯化钾缓释片");
  findings = fz_desk_check_draft (w->session, "V1", draft, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < findings->len && here[1] == NULL; i++)
    for (guint k = 0; k < i && here[1] == NULL; k++) {
      const FzFinding *a = findings->pdata[k], *b = findings->pdata[i];

      if (a->severity == FZ_SEVERITY_REASON && b->severity == FZ_SEVERITY_REASON && g_str_equal (a->rule, "INTERACTION") &&
          g_str_equal (b->rule, "INTERACTION") && g_strcmp0 (a->field, b->field) == 0) {
        here[0] = a;
        here[1] = b;
      }
    }
  g_assert_nonnull (here[1]);
  for (guint i = 0; i < fz_fields_count (draft, "override"); i++)
    fz_fields_set_at (draft, "override", i, "rule", "-"); /* what the pair of the sheet was answered with */
  pair = fz_finding_dup_pair (here[0]);
  n = fz_fields_count (draft, "override");
  fz_fields_set_at (draft, "override", n, "rule", here[0]->rule);
  fz_fields_set_at (draft, "override", n, "field", here[0]->field);
  fz_fields_set_at (draft, "override", n, "pair", pair);
  fz_fields_set_at (draft, "override", n, "reason", "R1");
  g_assert_true (fz_desk_check_reason (w->session, here[0], draft, &error));
  g_assert_no_error (error);
  g_assert_false (fz_desk_check_reason (w->session, here[1], draft, NULL));
}

/* Only a code of its own list, with everything the code asks; what is missing is said, and nothing is signed without it. */
static void
reasons_are_coded_and_complete (World *w)
{
  static const struct {
    const char *reason, *words, *day, *lacks;
  } cases[] = {
    { "R8", NULL, NULL, "从列表中选择" },
    { "因为需要", "x", NULL, "从列表中选择" },
    { "L1", NULL, NULL, "从列表中选择" }, /* why so much, not why in spite of this */
    { "R3", NULL, NULL, "具体情况" },
    { "R3", "  ", NULL, "具体情况" },
    { "R9", NULL, NULL, "具体情况" },
    { "R6", NULL, "2026-03-16", "监测什么" },
    { "R6", "血钾、肌酐", NULL, "最迟哪天" },
    { "R6", "血钾、肌酐", "2026-03-02", "最迟哪天" },  /* today is no promise */
    { "R6", "血钾、肌酐", "2026-06-01", "最迟哪天" },  /* 91 days */
    { "R6", "血钾、肌酐", "2026-02-30", "最迟哪天" },
    { "R6", "血钾、肌酐", "两周后", "最迟哪天" },
    { "R6", "血钾、肌酐", "2026-03-03", NULL },
    { "R6", "血钾、肌酐", "2026-05-31", NULL },
    { "R1", NULL, NULL, NULL },
    { "R3", "2024年指南", NULL, NULL },
  };
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (FzFields) draft = NULL;
  const FzFinding *pair = begin_with_pair (w, "V1", &findings, &draft);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL, why = NULL;
    g_autoptr (FzSheet) sheet = NULL;

    g_test_message ("%s %s %s", cases[i].reason, cases[i].words, cases[i].day);
    answer (draft, pair, cases[i].reason, cases[i].words, cases[i].day);
    g_assert_true (fz_desk_save_draft (w->session, "V1", draft, &error));
    g_assert_true (fz_desk_check_reason (w->session, pair, draft, &why) == (cases[i].lacks == NULL));
    sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
    if (cases[i].lacks != NULL)
      expect_error (sheet == NULL, &error, FZ_ERROR_INVALID, cases[i].lacks);
    g_assert_no_error (error);
  }
}

/* --- what is promised to be watched --- */

static char *
prescribe_with_promise (World *w, const char *visit)
{
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (FzFields) draft = NULL;
  g_autoptr (GError) error = NULL;

  begin_with_pair (w, visit, &findings, &draft);
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (finding->severity == FZ_SEVERITY_REASON && finding->kind == FZ_FINDING_INTERACTION)
      answer (draft, finding, "R6", "血钾、肌酐", "2026-03-16");
  }
  g_assert_true (fz_desk_save_draft (w->session, visit, draft, &error));
  return world_sign (w, prepare (w, visit));
}

static guint
count_monitors (World *w, gint64 *out_days)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_monitors (w->session, &error);

  g_assert_no_error (error);
  if (rows->len > 0 && out_days != NULL)
    g_assert_true (fz_fields_get_int (rows->pdata[0], "monitor.days", out_days));
  return rows->len;
}

static guint
count_deadlines (World *w, const char *kind)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);
  guint n = 0;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    n += g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), kind) == 0;
  return n;
}

static guint
position_of (World *w)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_monitors (w->session, NULL);
  gint64 position = 0;

  g_assert_cmpuint (rows->len, ==, 1);
  fz_fields_get_int (rows->pdata[0], "monitor.position", &position);
  return (guint) position;
}

/* Signed in the prescription, in the doctor's list until its result is signed, with medical affairs once it is over, and nobody else's. */
static void
a_promise_is_watched_and_kept (World *w)
{
  g_autofree char *rx = prescribe_with_promise (w, "V1"), *id = NULL;
  g_autoptr (FzFields) read = NULL;
  g_autoptr (GError) error = NULL;
  guint position = position_of (w);
  gint64 days = 0;

  g_assert_cmpuint (count_monitors (w, &days), ==, 1);
  g_assert_cmpint (days, ==, 14);
  g_assert_cmpuint (count_deadlines (w, "monitor"), ==, 1);
  g_assert_cmpuint (count_deadlines (w, "backup"), ==, 0); /* the rest is not the doctor's */
  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "D1002");
  g_assert_cmpuint (count_monitors (w, NULL), ==, 0);
  expect_error (fz_desk_prepare_monitoring (w->session, rx, position, "M1", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "本人");
  world_sign_in (w, "A3001");
  g_assert_cmpuint (count_deadlines (w, "monitor"), ==, 0);
  world_pass (w, 15 * 24 * 3600);
  world_sign_in (w, "A3001");
  g_assert_cmpuint (count_deadlines (w, "monitor"), ==, 1);
  world_sign_in (w, "D1001");
  g_assert_cmpuint (count_monitors (w, &days), ==, 1);
  g_assert_cmpint (days, ==, -1);
  expect_error (fz_desk_prepare_monitoring (w->session, rx, position, "M7", "x", &error) == NULL, &error, FZ_ERROR_INVALID, "选择");
  expect_error (fz_desk_prepare_monitoring (w->session, rx, position, "M1", "", &error) == NULL, &error, FZ_ERROR_INVALID, "数值");
  expect_error (fz_desk_prepare_monitoring (w->session, rx, position + 1, "M1", "x", &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);
  id = world_sign (w, fz_desk_prepare_monitoring (w->session, rx, position, "M1", "3月15日 血钾 4.6 mmol/L", &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count_monitors (w, NULL), ==, 0);
  g_assert_cmpuint (count_deadlines (w, "monitor"), ==, 0);
  read = read_rx (w, rx);
  g_assert_cmpstr (fz_fields_get_at (read, "override", position, "monitor_by"), ==, "2026-03-16");
  g_assert_cmpstr (fz_fields_get_at (read, "override", position, "monitor_outcome"), ==, "M1");
  g_assert_nonnull (fz_fields_get_at (read, "override", position, "monitored_at"));
  expect_error (fz_desk_prepare_monitoring (w->session, rx, position, "M1", "x", &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);
}

/* What fell is not watched; what was sent back is not either, until the doctor stands by it. */
static void
a_promise_falls_with_its_prescription (World *w)
{
  g_autofree char *rx = prescribe_with_promise (w, "V1"), *id = NULL, *fallen = NULL;
  g_autoptr (GError) error = NULL;

  world_review (w, "P2001", rx, "returned");
  world_sign_in (w, "D1001");
  g_assert_cmpuint (count_monitors (w, NULL), ==, 0);
  id = world_sign (w, fz_desk_prepare_confirmation (w->session, rx, "已核对，坚持原处方", &error));
  g_assert_cmpuint (count_monitors (w, NULL), ==, 1);
  fallen = world_sign (w, fz_desk_prepare_void (w->session, rx, "患者要求", &error));
  g_assert_cmpuint (count_monitors (w, NULL), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM monitor"), ==, 0);
}

int
main (int argc, char *argv[])
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/prescribe/taken", what_is_taken_is_judged);
  world_add_test ("/desk/prescribe/child", child_is_accompanied_at_the_signing);
  world_add_test ("/desk/prescribe/child-alone", child_without_company_is_stopped);
  world_add_test ("/desk/prescribe/adult", adult_states_nothing);
  world_add_test ("/desk/prescribe/mark", mark_of_the_sheet);
  world_add_test ("/desk/prescribe/mark-by-age", mark_by_age);
  world_add_test ("/desk/prescribe/full-width", full_width_dose_is_signed_plain);
  world_add_test ("/desk/prescribe/each-pair", each_pair_is_answered_by_itself);
  world_add_test ("/desk/prescribe/reasons", reasons_are_coded_and_complete);
  world_add_test ("/desk/prescribe/promise", a_promise_is_watched_and_kept);
  world_add_test ("/desk/prescribe/promise-falls", a_promise_falls_with_its_prescription);
  failed = g_test_run ();
  world_remove_template ();
  return failed;
}
