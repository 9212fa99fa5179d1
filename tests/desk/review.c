/* The pharmacist's desk: item by item, twice where it must be, one pharmacist to a prescription, in fair order. */
#include "app/review_policy.h"
#include "tests/desk/world.h"

#include <string.h>

static FzFields *
read_rx (World *w, const char *rx)
{
  g_autoptr (GError) error = NULL;
  FzFields *seen = fz_desk_read_prescription (w->session, rx, &error);

  g_assert_no_error (error);
  return seen;
}

static int
item_at (const FzFields *facts, const char *code)
{
  for (guint i = 0; i < fz_fields_count (facts, "item"); i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "item", i, "code"), code) == 0)
      return (int) i;
  g_error ("there is no item %s", code);
}

/* Signed by the doctor of case 0 with one and a half times the usual limit, and the reason for it. */
static char *
prescribe_more (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) typed = NULL, draft = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, visit);
  world_take (w, visit);
  world_type (w, 0, visit);
  typed = fz_desk_get_draft (w->session, visit, &error);
  draft = fz_fields_dup (typed, NULL);
  fz_fields_set_at (draft, "rx.item", 0, "dose", "15mg");
  fz_fields_set_at (draft, "rx.item", 0, "quantity", NULL);
  findings = fz_desk_check_draft (w->session, visit, draft, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fz_findings_find (findings, "DOSE_DAILY_MAX"));
  world_answer (findings, draft);
  g_assert_true (fz_desk_save_draft (w->session, visit, draft, &error));
  return world_sign (w, fz_desk_prepare_sheet (w->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error));
}

static char *
confirm (World *w, const char *number, const char *rx, const char *words)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_confirmation (w->session, rx, words, &error);
  g_assert_no_error (error);
  return world_sign (w, sheet);
}

/* --- item by item --- */

static void
clean_one_with_one_key (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *stage = NULL;
  g_autoptr (FzFields) seen = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "P2001");
  seen = read_rx (w, rx);
  g_assert_cmpuint (fz_fields_count (seen, "item"), ==, 20);
  for (guint i = 0; i < fz_fields_count (seen, "item"); i++)
    g_assert_cmpstr (fz_fields_get_at (seen, "item", i, "attention"), ==, "no");
  g_assert_cmpstr (fz_fields_get_at (seen, "item", (guint) item_at (seen, "F1"), "engine"), ==, "pass");
  g_free (world_sign (w, fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error)));
  stage = world_rx_stage (w, rx);
  g_assert_cmpstr (stage, ==, "effective");
}

static void
no_approval_without_a_decision (World *w)
{
  static const char *const dose[] = { "A3", NULL };
  g_autofree char *rx = prescribe_more (w, "V1");
  g_autoptr (FzFields) seen = NULL, objecting = fz_fields_new ("fuzhen.review_decisions/v1");
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GError) error = NULL;

  g_free (confirm (w, "D1001", rx, NULL));
  world_sign_in (w, "P2001");
  seen = read_rx (w, rx);
  g_assert_cmpstr (fz_fields_get_at (seen, "item", (guint) item_at (seen, "A3"), "engine"), ==, "finding");
  g_assert_cmpstr (fz_fields_get_at (seen, "item", (guint) item_at (seen, "A3"), "attention"), ==, "yes");
  expect_error (fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "A3");
  fz_fields_set_at (objecting, "item", 0, "code", "A3");
  fz_fields_set_at (objecting, "item", 0, "decision", "objected");
  expect_error (fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, objecting, &error) == NULL, &error, FZ_ERROR_INVALID, "A3");
  sheet = fz_desk_prepare_review (w->session, rx, "returned", dose, "请核对剂量", objecting, &error);
  g_assert_no_error (error);
  /* What is signed says what the checks found and what the pharmacist made of it. */
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "系统：有问题　药师：不合理"));
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "系统：不由系统检查　药师：合理"));
}

/* --- twice where it must be --- */

static void
expect_stage (World *w, const char *rx, const char *expected)
{
  g_autofree char *stage = world_rx_stage (w, rx);

  g_assert_cmpstr (stage, ==, expected);
}

static gboolean
is_marked (World *w, FzList list, const char *mark)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list (w->session, list, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    for (guint k = 0; k < fz_fields_count (rows->pdata[i], "mark"); k++)
      if (g_strcmp0 (fz_fields_get_at (rows->pdata[i], "mark", k, NULL), mark) == 0)
        return TRUE;
  return FALSE;
}

static void
dose_signed_for_twice (World *w)
{
  g_autofree char *rx = prescribe_more (w, "V1");
  g_autoptr (FzFields) seen = NULL, decisions = NULL, after = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  g_assert_true (is_marked (w, FZ_LIST_MINE, "confirm"));
  world_sign_in (w, "P2001");
  seen = read_rx (w, rx);
  g_assert_true (fz_fields_is_yes (seen, "rx.confirm_due"));
  decisions = fz_demo_world_accept (seen);
  expect_error (fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, decisions, &error) == NULL, &error, FZ_ERROR_REFUSED, "再次签名");
  /* Nobody signs for another's prescription, and the attempt is in the log. */
  world_sign_in (w, "D1002");
  before = world_audit_size (w);
  expect_error (fz_desk_prepare_confirmation (w->session, rx, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "本人");
  g_assert_cmpuint (world_audit_count (w, before, "prescription.confirm", "denied"), ==, 1);
  g_free (confirm (w, "D1001", rx, NULL));
  g_assert_false (is_marked (w, FZ_LIST_MINE, "confirm"));
  expect_error (fz_desk_prepare_confirmation (w->session, rx, NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);
  world_pass (w, MINUTE);
  world_review (w, "P2001", rx, "approved");
  expect_stage (w, rx, "effective");
  after = read_rx (w, rx);
  g_assert_false (fz_fields_is_yes (after, "rx.confirm_due"));
  g_assert_true (fz_fields_has (after, "rx.confirmed_at"));
}

static void
returned_and_stood_by (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1");
  g_autoptr (FzFields) seen = NULL;
  g_autoptr (GError) error = NULL;

  world_review (w, "P2001", rx, "returned");
  world_sign_in (w, "D1001");
  expect_error (fz_desk_prepare_confirmation (w->session, rx, "", &error) == NULL, &error, FZ_ERROR_INVALID, "核实");
  g_free (confirm (w, "D1001", rx, "已与患者核对，用法无误。"));
  expect_stage (w, rx, "signed");
  world_sign_in (w, "P2002");
  seen = read_rx (w, rx);
  g_assert_cmpstr (fz_fields_get (seen, "rx.confirm_words"), ==, "已与患者核对，用法无误。");
  g_assert_false (fz_fields_has (seen, "rx.pharmacist_name"));
  world_review (w, "P2002", rx, "approved");
  expect_stage (w, rx, "effective");
  world_sign_in (w, "D1001");
  expect_error (fz_desk_prepare_confirmation (w->session, rx, "x", &error) == NULL, &error, FZ_ERROR_CONFLICT, NULL);
}

/* --- one pharmacist to a prescription --- */

static const FzFields *
row_of (GPtrArray *rows, const char *rx)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "rx.id"), rx) == 0)
      return rows->pdata[i];
  g_error ("%s does not wait for review", rx);
}

static void
expect_held (World *w, const char *rx, const char *by)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list (w->session, FZ_LIST_REVIEW, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (row_of (rows, rx), "rx.claimed_by"), ==, by);
}

/* The desk went down under P2001, who had one open: nobody let go of it. */
static void
held_until_its_time (World *w)
{
  static const char *const dose[] = { "F7", NULL };
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *other = world_prescribe (w, 1, "V2");
  g_autoptr (FzFields) first = NULL, second = NULL, third = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "P2001");
  first = read_rx (w, rx);
  g_assert_true (fz_fields_is_yes (first, "rx.claimed_mine"));
  g_clear_pointer (&w->session, fz_session_unref);
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "P2002");
  expect_held (w, rx, "韩秉文");
  expect_held (w, other, NULL);
  second = read_rx (w, rx); /* looking is allowed */
  g_assert_cmpstr (fz_fields_get (second, "rx.claimed_by"), ==, "韩秉文");
  g_assert_false (fz_fields_is_yes (second, "rx.claimed_mine"));
  expect_error (fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, "韩秉文");
  expect_error (fz_desk_prepare_review (w->session, rx, "returned", dose, "x", NULL, &error) == NULL, &error, FZ_ERROR_CONFLICT, "韩秉文");
  g_assert_true (fz_desk_release_review (w->session, rx, &error)); /* only one's own comes free */
  expect_held (w, rx, "韩秉文");
  world_pass (w, 10 * MINUTE);
  third = read_rx (w, rx);
  g_assert_true (fz_fields_is_yes (third, "rx.claimed_mine"));
  g_free (world_sign (w, fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error)));
  expect_stage (w, rx, "effective");
}

static void
comes_free (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *other = world_prescribe (w, 1, "V2");
  g_autoptr (FzFields) seen = NULL, next = NULL, again = NULL, last = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  world_sign_in (w, "P2001");
  before = world_audit_size (w);
  seen = read_rx (w, rx);
  fz_fields_unref (read_rx (w, rx)); /* held for a good while yet: one entry */
  g_assert_cmpuint (world_audit_count (w, before, "review.claim", "done"), ==, 1);
  expect_held (w, rx, "韩秉文");
  next = read_rx (w, other); /* the next one: the first comes free */
  expect_held (w, rx, NULL);
  expect_held (w, other, "韩秉文");
  g_assert_true (fz_desk_release_review (w->session, other, &error)); /* by hand */
  expect_held (w, other, NULL);
  again = read_rx (w, rx);
  world_sign_in (w, "P2002"); /* by leaving */
  expect_held (w, rx, NULL);
  last = read_rx (w, rx);
  g_assert_true (fz_fields_is_yes (last, "rx.claimed_mine"));
  g_assert_cmpstr (fz_fields_get (last, "rx.first_look_by"), ==, "韩秉文");
}

static void
high_risk_is_looked_at_twice (World *w)
{
  g_autofree char *rx = prescribe_more (w, "V1");
  g_autoptr (FzFields) seen = NULL, decisions = NULL;
  g_autoptr (FzSheet) sheet = NULL, second = NULL;
  g_autoptr (GError) error = NULL;

  g_free (confirm (w, "D1001", rx, NULL));
  world_sign_in (w, "P2001");
  seen = read_rx (w, rx);
  g_assert_true (fz_fields_is_yes (seen, "rx.high_risk"));
  decisions = fz_demo_world_accept (seen);
  expect_error (fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, decisions, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一位药师");
  world_pass (w, 30);
  sheet = fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, decisions, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "首次 韩秉文（工号 P2001）"));
  /* Another pharmacist is a second pair of eyes at once. */
  world_sign_in (w, "P2002");
  fz_fields_unref (read_rx (w, rx));
  second = fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, decisions, &error);
  g_assert_no_error (error);
  g_assert_nonnull (second);
}

/* A child's prescription, and one that soon expires, stand before older ones; page by page the order is the same. */
static void
fair_order (World *w)
{
  g_autofree char *old = world_prescribe (w, 0, "V1"), *late = NULL;
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1"), child = fz_fields_new ("fuzhen.rx/v1"), adult = NULL;
  g_autoptr (GPtrArray) all = NULL, page = NULL, rest = NULL;
  g_autoptr (GError) error = NULL;

  world_pass (w, MINUTE);
  late = world_prescribe (w, 1, "V2");
  fz_fields_set (child, "rx.signed_at", "2026-03-02T01:20:00Z");
  fz_fields_set (child, "patient.age_years", "40");
  adult = fz_fields_dup (child, NULL);
  fz_fields_set (child, "patient.age_years", "5");
  g_assert_cmpint (fz_review_turn_us (w->desk, adult) - fz_review_turn_us (w->desk, child), ==, G_GINT64_CONSTANT (15) * 60 * FZ_US_PER_SECOND);
  fz_fields_set (adult, "rx.valid_until", "2026-03-02T01:50:00Z");
  g_assert_cmpint (fz_review_turn_us (w->desk, adult), <, fz_review_turn_us (w->desk, child));
  world_sign_in (w, "P2001");
  all = fz_desk_list (w->session, FZ_LIST_REVIEW, NULL, &error);
  g_assert_cmpuint (all->len, ==, 2);
  g_assert_cmpstr (fz_fields_get (all->pdata[0], "rx.id"), ==, old);
  g_assert_cmpstr (fz_fields_get (all->pdata[1], "rx.id"), ==, late);
  fz_fields_set_int (filter, "limit", 1);
  page = fz_desk_list (w->session, FZ_LIST_REVIEW, filter, &error);
  fz_fields_set (filter, "after", fz_fields_get (page->pdata[0], "cursor"));
  rest = fz_desk_list (w->session, FZ_LIST_REVIEW, filter, &error);
  g_assert_cmpuint (rest->len, ==, 1);
  g_assert_cmpstr (fz_fields_get (rest->pdata[0], "rx.id"), ==, late);
}

/* --- somebody must be there --- */

static void
amend (World *w, const char *number, const char *key, const char *value)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;

  fz_fields_set (changes, key, value);
  g_assert_true (fz_desk_amend_staff (w->session, number, changes, &error));
  g_assert_no_error (error);
}

/* By the status line; the list of deadlines says the same. */
static gboolean
is_missing (World *w)
{
  g_autoptr (FzFields) status = fz_desk_status (w->session);
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, NULL);
  gboolean listed = FALSE;

  g_assert_nonnull (rows);
  for (guint i = 0; i < rows->len; i++)
    listed = listed || g_str_equal (fz_fields_get (rows->pdata[i], "kind"), "duty");
  g_assert_true (listed == fz_fields_is_yes (status, "duty.missing"));
  return listed;
}

static void
business_hours (World *w)
{
  g_autoptr (FzFields) hours = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;
  gint64 now_us;

  world_sign_in (w, "A3001");
  g_assert_false (is_missing (w)); /* no hours are kept */
  fz_fields_set (hours, "business_from", "8:00");
  fz_fields_set (hours, "business_until", "17:30");
  expect_error (!fz_desk_amend_institution (w->session, hours, &error), &error, FZ_ERROR_INVALID, "08:00");
  fz_fields_set (hours, "business_from", "17:30");
  expect_error (!fz_desk_amend_institution (w->session, hours, &error), &error, FZ_ERROR_INVALID, "08:00");
  fz_fields_set (hours, "business_from", "08:00");
  g_assert_true (fz_desk_amend_institution (w->session, hours, &error));
  g_assert_true (is_missing (w)); /* nine o'clock, and no roster */
  now_us = fz_session_now_us (w->session);
  g_assert_true (fz_desk_put_duty (w->session, "P2001", now_us - FZ_US_PER_SECOND, now_us + G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND, &error));
  g_assert_false (is_missing (w));
  world_pass (w, 2 * 3600);
  g_assert_true (is_missing (w)); /* eleven: the duty is over */
  world_pass (w, 7 * 3600);
  g_assert_false (is_missing (w)); /* after hours */
}

static void
another_institutions_pharmacist (World *w)
{
  g_autoptr (GError) error = NULL;
  gint64 now_us;

  world_sign_in (w, "A3001");
  now_us = fz_session_now_us (w->session);
  amend (w, "P2002", "employer", "乙药学服务公司");
  expect_error (!fz_desk_put_duty (w->session, "P2002", now_us, now_us + 3600 * FZ_US_PER_SECOND, &error), &error, FZ_ERROR_REFUSED, "协议");
  amend (w, "P2002", "agreement_until", "2026-03-01");
  expect_error (!fz_desk_put_duty (w->session, "P2002", now_us, now_us + 3600 * FZ_US_PER_SECOND, &error), &error, FZ_ERROR_REFUSED, "协议");
  amend (w, "P2002", "agreement_until", "2026-03-02");
  g_assert_true (fz_desk_put_duty (w->session, "P2002", now_us, now_us + 3600 * FZ_US_PER_SECOND, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/review/items/clean", clean_one_with_one_key);
  world_add_test ("/desk/review/items/undecided", no_approval_without_a_decision);
  world_add_test ("/desk/review/twice/dose", dose_signed_for_twice);
  world_add_test ("/desk/review/twice/returned", returned_and_stood_by);
  world_add_test ("/desk/review/claim/time", held_until_its_time);
  world_add_test ("/desk/review/claim/free", comes_free);
  world_add_test ("/desk/review/claim/second-look", high_risk_is_looked_at_twice);
  world_add_test ("/desk/review/order", fair_order);
  world_add_test ("/desk/review/duty/hours", business_hours);
  world_add_test ("/desk/review/duty/third-party", another_institutions_pharmacist);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
