/* A visit from taking to its end, and everything that must not happen on the way. Tianjin 2025 art. 11, 13, 14, 17, 18, 20, 23. */
#include "app/setup.h"
#include "app/sheet.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/setting.h"
#include "db/store_private.h"
#include "tests/desk/world.h"

#include <string.h>

/* --- taking --- */

typedef struct {
  const char *number, *key, *value;
} Change;

static gboolean
change_staff (FzTxn *txn, gpointer data, GError **error)
{
  const Change *change = data;
  g_autoptr (FzFields) kept = fz_staff_get (txn, change->number, error), facts = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;
  FzAuditEntry entry = { .actor = "system", .action = "staff.change", .subject_kind = "staff", .subject = change->number, .outcome = "done" };

  if (facts == NULL)
    return FALSE;
  fz_fields_set (facts, change->key, change->value);
  return fz_staff_set_facts (txn, change->number, facts, error) && fz_audit_append (txn, &entry, NULL, error);
}

static void
set_staff (World *w, const char *number, const char *key, const char *value)
{
  const Change change = { number, key, value };
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, FZ_TXN_RECORD, change_staff, (gpointer) &change, &error);
  g_assert_no_error (error);
}

/* Each gate by itself, checked at the taking and not at the sign-in; mended, the same visit is taken. */
static void
gates_of_taking (World *w)
{
  static const struct {
    const char *key, *bad, *good, *words;
  } gates[] = {
    { "licence", NULL, "DEMO110100000001", "执业证书编号" },
    { "licence_from", "2026-03-03", "2012-07-01", "尚未生效" },
    { "licence_from", NULL, "2012-07-01", "无法核对" },
    { "licence_until", "2026-03-01", "2035-06-30", "有效期" },
    { "registered_at", NULL, "津示范医院（演示）", "不能接诊" },
    { "registered_at", "别处医院", "津示范医院（演示）", "多机构" },
    { "registration_consent", "no", "yes", "同意" },
    { "registration_consent", NULL, "yes", "无法核对" },
    { "independent_since", "2023-03-03", "2023-03-02", "不满3年" },
    { "register_checked_on", NULL, "2026-01-05", "电子注册" },
  };
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  for (guint i = 0; i < G_N_ELEMENTS (gates); i++) {
    g_autofree char *stage = NULL;

    set_staff (w, "D1001", gates[i].key, gates[i].bad);
    expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, gates[i].words);
    stage = world_visit_stage (w, "V1");
    g_assert_cmpstr (stage, ==, "waiting");
    set_staff (w, "D1001", gates[i].key, gates[i].good);
  }
  world_take (w, "V1");
}

typedef struct {
  const char *version, *text;
} Consent;

static gboolean
add_consent (FzTxn *txn, gpointer data, GError **error)
{
  const Consent *consent = data;
  FzAuditEntry entry = { .actor = "system", .action = "import.consent", .subject_kind = "store", .outcome = "done" };

  return fz_consent_text_add (txn, consent->version, consent->text, error) &&
         fz_setting_set (txn, "consent.version", consent->version, error) && fz_audit_append (txn, &entry, NULL, error);
}

/* A newer text asks again; who signed it in time is taken. */
static void
newer_consent_asks_again (World *w)
{
  const Consent newer = { "2099-01", "新的知情同意书。\n" };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) text = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_pass (w, 60);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, add_consent, (gpointer) &newer, &error));
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, "现行版本");
  text = fz_desk_consent_text (w->session, &error);
  g_assert_cmpstr (fz_fields_get (text, "version"), ==, "2099-01");
  g_clear_pointer (&w->consent_version, g_free);
  g_free (w->consent_sha256);
  w->consent_version = g_strdup ("2099-01");
  w->consent_sha256 = g_strdup (fz_fields_get (text, "sha256"));
  world_arrive (w, 0, "V2");
  world_take (w, "V2");
}

/* Half an hour away, or another person at the desk, and the doctor proves to be there again. */
/* What the platform takes is known before the signature, since a signed record is not shortened any more. */
static void
too_long_for_the_platform (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) before = NULL, draft = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  guint most = fz_desk_text_limit (w->desk, "record.assist");

  g_assert_cmpuint (most, ==, 200);
  g_assert_cmpuint (fz_desk_text_limit (w->desk, "record.present_history"), ==, 500);
  g_assert_cmpuint (fz_desk_text_limit (w->desk, "record.past_history"), ==, 0);
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  before = fz_desk_get_draft (w->session, "V1", &error);
  g_assert_no_error (error);
  draft = fz_fields_dup (before, NULL);
  for (guint i = 0; i < most; i++)
    g_string_append (text, "查");
  fz_fields_set (draft, "record.assist", text->str);
  g_assert_true (fz_desk_save_draft (w->session, "V1", draft, &error));
  findings = fz_desk_check_draft (w->session, "V1", draft, &error);
  g_assert_no_error (error);
  g_assert_null (fz_findings_find (findings, "PLATFORM_LENGTH"));
  g_clear_pointer (&findings, g_ptr_array_unref);
  g_string_append (text, "查");
  fz_fields_set (draft, "record.assist", text->str);
  g_assert_true (fz_desk_save_draft (w->session, "V1", draft, &error));
  findings = fz_desk_check_draft (w->session, "V1", draft, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_findings_find (findings, "PLATFORM_LENGTH")->field, ==, "record.assist");
  expect_error (fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error) == NULL, &error,
                FZ_ERROR_REFUSED, "201");
}

static void
presence_ends (World *w)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  world_pass (w, 30 * MINUTE - 1);
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT, &error);
  g_assert_no_error (error);
  fz_sheet_free (sheet);
  world_pass (w, 1);
  expect_error (fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT, &error) == NULL, &error, FZ_ERROR_REFUSED, "30分钟");
  expect_error (fz_desk_prepare_finish (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, "30分钟");
  world_type (w, 0, "V1"); /* typing does not begin a new half hour */
  expect_error (fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  world_take (w, "V1");
  world_sign_in (w, "P2001");
  world_sign_in (w, "D1001");
  expect_error (fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  world_take (w, "V1");
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT, &error);
  g_assert_no_error (error);
  fz_sheet_free (sheet);
}

/* --- the sheet --- */

static FzSheet *
ready_sheet (World *w)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fz_sheet_get_n (sheet), ==, 3);
  return sheet;
}

static void
nothing_signed (World *w)
{
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.prescription/v1'"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM prescription"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method <> 'uploadDrugCatalogue'"), ==, 0);
}

static void
sheet_is_good_once (World *w)
{
  g_autoptr (FzSheet) sheet = ready_sheet (w);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error));
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "已使用");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM prescription"), ==, 1);
}

static void
sheet_lasts_a_minute (World *w)
{
  g_autoptr (FzSheet) sheet = ready_sheet (w);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (GError) error = NULL;

  world_pass (w, 61);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "60秒");
  nothing_signed (w);
}

/* The PIN is for these bytes and this person: another session of another person cannot use the sheet. */
static void
sheet_is_one_persons (World *w)
{
  g_autoptr (FzSheet) sheet = ready_sheet (w);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1002");
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1002");
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, NULL);
  nothing_signed (w);
}

/* The draft changed after the sheet was shown: what is signed is what was shown. */
static void
sheet_is_what_was_shown (World *w)
{
  g_autoptr (FzSheet) sheet = ready_sheet (w);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (FzFields) draft = fz_desk_get_draft (w->session, "V1", NULL), changed = fz_fields_dup (draft, NULL), rx = NULL;
  g_autoptr (GPtrArray) ids = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *shown = g_strdup (fz_sheet_get_text (sheet, 2));

  fz_fields_set (changed, "rx.item.00.dose", "10mg");
  g_assert_true (fz_desk_save_draft (w->session, "V1", changed, &error));
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, pin, &ids, &error));
  rx = fz_desk_read_prescription (w->session, ids->pdata[2], &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (rx, "rx.item.00.dose_number"), ==, "5");
  g_assert_nonnull (strstr (shown, "每次 5mg"));
  /* Bytes that were changed after preparing are refused: they are no longer what the fields say. */
  {
    FzSheet *next = fz_desk_prepare_addendum (w->session, "V1", "补记", &error);
    FzPiece *piece = next->pieces->pdata[0];
    g_autofree char *text = g_strndup (g_bytes_get_data (piece->text, NULL), g_bytes_get_size (piece->text));
    gint64 documents = world_ask (w, "SELECT COUNT(*) FROM document");

    text[strlen (text) - 2] ^= 1;
    g_bytes_unref (piece->text);
    piece->text = g_bytes_new (text, strlen (text));
    expect_error (!fz_desk_sign_sheet (w->session, next, pin, NULL, &error), &error, FZ_ERROR_SIGNATURE, NULL);
    g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document"), ==, documents);
    fz_sheet_free (next);
  }
}

/* --- who may see, who may review --- */

static void
another_doctors_visit (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1");
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1");
  guint64 from;

  world_sign_in (w, "D1002");
  from = world_audit_size (w);
  expect_error (fz_desk_read_visit (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, "其他医师");
  g_assert_cmpuint (world_audit_size (w), ==, from + 1);
  g_assert_cmpuint (world_audit_count (w, from, "case.read", "denied"), ==, 1);
  from = world_audit_size (w);
  expect_error (fz_desk_read_prescription (w->session, rx, &error) == NULL, &error, FZ_ERROR_REFUSED, "其他医师");
  g_assert_cmpuint (world_audit_size (w), ==, from + 1);
  g_assert_cmpuint (world_audit_count (w, from, "prescription.read", "denied"), ==, 1);
  from = world_audit_size (w);
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, "其他医师");
  expect_error (fz_desk_prepare_void (w->session, rx, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_prepare_termination (w->session, "V1", "T01", "去医院", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (!fz_desk_save_draft (w->session, "V1", draft, &error), &error, FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_get_draft (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_read_evidence (w->session, "V1", 0, 64, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  g_assert_cmpuint (world_audit_count (w, from, NULL, "denied"), ==, 6);
  g_assert_cmpuint (world_audit_size (w), ==, from + 6);
}

/* The prescriber with a second account under the same identity number stays the same natural person (T22). */
static void
own_prescription_by_a_second_account (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *stage = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.staff/v1");
  g_autoptr (FzSecret) password = secret ("Second-Account-2026"), pin = secret ("845120"), key_file = NULL;
  static const char *const copied[] = { "title", "licence_from", "licence_until", "dispensing_since", "review_trained_on", "register_checked_on" };
  g_autoptr (GPtrArray) people = fz_demo_people (NULL);
  FzSession *second;

  for (guint i = 0; i < people->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (copied); k++)
      if (g_strcmp0 (fz_fields_get (people->pdata[i], "number"), "P2001") == 0)
        fz_fields_set (facts, copied[k], fz_fields_get (people->pdata[i], copied[k]));
  fz_fields_set (facts, "number", "P2009");
  fz_fields_set (facts, "name", "林若溪");
  fz_fields_set (facts, "role", "pharmacist");
  fz_fields_set (facts, "id_number", "119900198511122229"); /* D1001's */
  fz_fields_set (facts, "licence", "DEMO120100000009");
  g_assert_true (fz_setup_add_staff (w->desk, facts, &error));
  g_assert_true (fz_setup_enrol (w->desk, "P2009", password, pin, &key_file, NULL, &error));
  second = fz_desk_sign_in (w->desk, "P2009", password, key_file, &error);
  g_assert_no_error (error);
  g_clear_pointer (&w->session, fz_session_unref);
  w->session = second;
  expect_error (fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "本人");
  {
    const char *const reasons[] = { "F7", NULL };

    expect_error (fz_desk_prepare_review (w->session, rx, "returned", reasons, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "本人");
  }
  stage = world_rx_stage (w, rx);
  g_assert_cmpstr (stage, ==, "signed");
}

/* --- the way of a prescription --- */

static void
returned_and_written_anew (World *w)
{
  g_autofree char *old = world_prescribe (w, 0, "V1"), *stage = NULL, *again = NULL, *last = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) draft = NULL, changed = NULL;
  FzSheet *sheet;

  world_review (w, "P2001", old, "returned");
  stage = world_rx_stage (w, old);
  g_assert_cmpstr (stage, ==, "returned");
  world_sign_in (w, "D1001");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  draft = fz_desk_get_draft (w->session, "V1", &error);
  changed = fz_fields_dup (draft, NULL);
  fz_fields_set (changed, "rx.replaces", old);
  g_assert_true (fz_desk_save_draft (w->session, "V1", changed, &error));
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  again = world_sign (w, sheet);
  world_review (w, "P2001", again, "approved");
  /* Handed out once. */
  world_dispense (w, again);
  expect_error (fz_desk_prepare_dispense (w->session, again, changed, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_prepare_preparation (w->session, again, changed, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  last = world_rx_stage (w, again);
  g_assert_cmpstr (last, ==, "dispensed");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.dispense/v2'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRecipeIndicators'"), ==, 1);
}

static void
terminated (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *stage = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("P2001");
  g_autoptr (FzSheet) sheet = NULL, approval = NULL;

  g_free (world_sign (w, fz_desk_prepare_termination (w->session, "V1", "T01", "请到实体医院就诊。", &error)));
  world_type (w, 0, "V1");
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_PRESCRIPTION, &error);
  if (sheet != NULL) {
    g_autoptr (FzSecret) own = fz_demo_pin ("D1001");

    expect_error (!fz_desk_sign_sheet (w->session, sheet, own, NULL, &error), &error, FZ_ERROR_REFUSED, NULL);
  } else
    expect_error (TRUE, &error, FZ_ERROR_REFUSED, NULL);
  world_sign_in (w, "P2001");
  approval = fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error);
  if (approval != NULL)
    expect_error (!fz_desk_sign_sheet (w->session, approval, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "终止");
  else
    expect_error (TRUE, &error, FZ_ERROR_REFUSED, NULL);
  stage = world_rx_stage (w, rx);
  g_assert_cmpstr (stage, ==, "signed");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM signature WHERE position > 0"), ==, 0);
}

/* The clock ends a prescription by its own date, not a second before. */
static void
expired_by_the_clock (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *before = NULL, *on_edge = NULL, *after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("P2001");
  g_autoptr (FzSheet) sheet = NULL;
  FzDate day;

  g_assert_true (fz_date_parse (TESTED_DAY, &day, NULL));
  fz_fields_unref (fz_desk_read_prescription (w->session, rx, &error));
  world_sign_in (w, "P2001");
  world_pass (w, (fz_date_beijing_start_us (fz_date_add_days (day, 3)) - fz_session_now_us (w->session)) / FZ_US_PER_SECOND - 1);
  g_assert_true (fz_desk_tick (w->session, &error));
  before = world_rx_stage (w, rx);
  g_assert_cmpstr (before, ==, "signed");
  w->world->now_us += FZ_US_PER_SECOND / 2; /* half a second after the last whole one */
  g_assert_true (fz_desk_tick (w->session, &error));
  g_assert_no_error (error);
  on_edge = world_rx_stage (w, rx);
  g_assert_cmpstr (on_edge, ==, "signed");
  w->world->now_us += FZ_US_PER_SECOND;
  sheet = fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error);
  if (sheet != NULL)
    expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "有效期");
  else
    expect_error (TRUE, &error, FZ_ERROR_REFUSED, NULL);
  g_assert_true (fz_desk_tick (w->session, &error));
  g_assert_no_error (error);
  after = world_rx_stage (w, rx);
  g_assert_cmpstr (after, ==, "expired");
}

/* --- no audit, no act --- */

/* A full log cannot take an entry: the frontier says a size that the rows do not have, so appending fails as it would on damage. */
static void
no_audit_no_act (World *w)
{
  g_autoptr (FzSheet) sheet = ready_sheet (w);
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autoptr (GError) error = NULL;
  guint64 kept = w->desk->store->frontier.size;
  gint64 documents = world_ask (w, "SELECT COUNT(*) FROM document"), drafts = world_ask (w, "SELECT COUNT(*) FROM draft");

  w->desk->store->frontier.size = kept + 5;
  g_assert_false (fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (fz_desk_read_visit (w->session, "V1", &error)); /* a read nobody can write down is not given */
  g_clear_error (&error);
  w->desk->store->frontier.size = kept;
  nothing_signed (w);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document"), ==, documents);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM draft"), ==, drafts);
  g_assert_true (fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error)); /* the same sheet, once the log is well */
}

static gboolean
change_without_entry (FzTxn *txn, gpointer data, GError **error)
{
  return fz_profile_put (txn, "secretly", data, error);
}

static void
a_record_without_entry_is_undone (World *w)
{
  g_autoptr (FzFields) body = fz_fields_new ("fuzhen.profile/v1");
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  fz_fields_set (body, "a", "b");
  expect_error (!fz_store_run (w->desk->store, FZ_TXN_RECORD, change_without_entry, body, &error), &error, FZ_ERROR_INTERNAL, "审计");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM profile WHERE name = 'secretly'"), ==, 0);
}

/* After a crash the page begins where its doctor typed last, also at what is kept of the place. */
static void
the_last_draft_is_first (World *w)
{
  static const char *const visits[] = { "V1", "V2" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) drafts = NULL;
  g_autoptr (FzFields) before = NULL, draft = NULL, after = NULL;

  world_sign_in (w, "D1001");
  for (guint i = 0; i < G_N_ELEMENTS (visits); i++) {
    world_arrive (w, i, visits[i]);
    world_take (w, visits[i]);
    world_type (w, i, visits[i]);
    world_pass (w, MINUTE);
  }
  drafts = fz_desk_list_drafts (w->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (drafts->len, ==, 2);
  g_assert_cmpstr (drafts->pdata[0], ==, "V2");
  before = fz_desk_get_draft (w->session, "V1", &error);
  draft = fz_fields_dup (before, NULL);
  fz_fields_set (draft, "at.key", "record.assist");
  fz_fields_set_int (draft, "at.cursor", 7);
  g_assert_true (fz_desk_save_draft (w->session, "V1", draft, &error));
  g_clear_pointer (&drafts, g_ptr_array_unref);
  drafts = fz_desk_list_drafts (w->session, &error);
  g_assert_cmpstr (drafts->pdata[0], ==, "V1");
  after = fz_desk_get_draft (w->session, "V1", &error);
  g_assert_cmpstr (fz_fields_get (after, "at.key"), ==, "record.assist");
  world_sign_in (w, "D1002");
  g_clear_pointer (&drafts, g_ptr_array_unref);
  drafts = fz_desk_list_drafts (w->session, &error);
  g_assert_cmpuint (drafts->len, ==, 0);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/visit/gates", gates_of_taking);
  world_add_test ("/desk/visit/consent", newer_consent_asks_again);
  world_add_test ("/desk/visit/too-long", too_long_for_the_platform);
  world_add_test ("/desk/visit/presence", presence_ends);
  world_add_test ("/desk/visit/sheet-once", sheet_is_good_once);
  world_add_test ("/desk/visit/sheet-minute", sheet_lasts_a_minute);
  world_add_test ("/desk/visit/sheet-person", sheet_is_one_persons);
  world_add_test ("/desk/visit/sheet-bytes", sheet_is_what_was_shown);
  world_add_test ("/desk/visit/another-doctor", another_doctors_visit);
  world_add_test ("/desk/visit/second-account", own_prescription_by_a_second_account);
  world_add_test ("/desk/visit/returned", returned_and_written_anew);
  world_add_test ("/desk/visit/terminated", terminated);
  world_add_test ("/desk/visit/expired", expired_by_the_clock);
  world_add_test ("/desk/visit/no-audit-no-act", no_audit_no_act);
  world_add_test ("/desk/visit/no-entry-no-change", a_record_without_entry_is_undone);
  world_add_test ("/desk/visit/last-draft", the_last_draft_is_first);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
