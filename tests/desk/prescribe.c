/* What a prescription says besides its lines: what is stated at the signing, the kind of sheet, coded reasons. 处方管理办法 art. 5, 6; Tianjin 2025
 * art. 23; national 2022 art. 18. */
#include "app/rx_mark.h"
#include "app/sheet.h"
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

int
main (int argc, char *argv[])
{
  int failed;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/prescribe/child", child_is_accompanied_at_the_signing);
  world_add_test ("/desk/prescribe/child-alone", child_without_company_is_stopped);
  world_add_test ("/desk/prescribe/adult", adult_states_nothing);
  world_add_test ("/desk/prescribe/mark", mark_of_the_sheet);
  world_add_test ("/desk/prescribe/mark-by-age", mark_by_age);
  failed = g_test_run ();
  world_remove_template ();
  return failed;
}
