/* What happens to a visit while it waits, besides being taken: a newer consent arrives, the patient withdraws, the time is over. */
#include "tests/desk/world.h"

#include "db/audit.h"
#include "db/directory.h"
#include "db/setting.h"

#include <string.h>

#define HOUR (60 * MINUTE)

static void
expect_stage (World *w, const char *visit, const char *expected)
{
  g_autofree char *stage = world_visit_stage (w, visit);

  g_assert_cmpstr (stage, ==, expected);
}

static gint64
documents_of (World *w, const char *kind)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.%s/v1'", kind);

  return world_ask (w, sql);
}

/* --- consent --- */

static gboolean
add_text (FzTxn *txn, gpointer version, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .action = "import.consent", .subject_kind = "store", .outcome = "done" };

  return fz_consent_text_add (txn, version, "新的知情同意书。\n", error) &&
         fz_setting_set (txn, "consent.version", version, error) && fz_audit_append (txn, &entry, NULL, error);
}

/* A newer text is in force; it stands in `w` for what is signed from now on. */
static void
new_text (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) text = NULL;

  world_pass (w, 60);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, add_text, (gpointer) "2099-01", &error));
  text = fz_desk_consent_text (w->session, &error);
  g_assert_no_error (error);
  g_free (w->consent_version);
  g_free (w->consent_sha256);
  w->consent_version = g_strdup (fz_fields_get (text, "version"));
  w->consent_sha256 = g_strdup (fz_fields_get (text, "sha256"));
}

static FzFields *
signed_now (World *w, const FzFields *request)
{
  FzFields *consent = fz_fields_new ("fuzhen.consent_typed/v1");

  fz_fields_set (consent, "consent.text_version", w->consent_version);
  fz_fields_set (consent, "consent.text_sha256", w->consent_sha256);
  fz_fields_set (consent, "consent.signer", fz_fields_get (request, "patient.name"));
  fz_fields_set (consent, "consent.relation", "self");
  fz_fields_set_time (consent, "consent.at", fz_desk_now_us (w->desk) / FZ_US_PER_SECOND * FZ_US_PER_SECOND);
  fz_fields_set (consent, "consent.method", "paper");
  return consent;
}

static void
signed_again_at_the_desk (World *w)
{
  static const struct {
    const char *key, *value;
    FzErrorCode code;
    const char *words;
  } bad[] = { { "consent.signer", "别人", FZ_ERROR_INVALID, "签署人" },
              { "consent.relation", "mother", FZ_ERROR_INVALID, "监护人" },
              { "consent.method", "by_heart", FZ_ERROR_INVALID, "签署方式" },
              { "consent.at", "2099-01-01T00:00:00Z", FZ_ERROR_INVALID, "签署时间" },
              { "consent.at", NULL, FZ_ERROR_INVALID, "签署时间" },
              { "consent.at", "2020-01-01T00:00:00Z", FZ_ERROR_CONFLICT, "不晚于" },
              { "consent.text_version", "2026-01", FZ_ERROR_CONFLICT, "现行版本" },
              { "consent.text_sha256", "2f3870be274f6c49b3e31a0c6728957f1f3870be274f6c49b3e31a0c6728957f", FZ_ERROR_CONFLICT, "现行版本" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) request = NULL, consent = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V1");
  world_try_arrive (w, request, &error);
  g_assert_no_error (error);
  new_text (w);
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, "现行版本");
  consent = signed_now (w, request);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (FzFields) spoilt = fz_fields_dup (consent, NULL);

    fz_fields_set (spoilt, bad[i].key, bad[i].value);
    expect_error (!fz_desk_renew_consent (w->session, "V1", spoilt, &error), &error, bad[i].code, bad[i].words);
    g_assert_cmpint (documents_of (w, "consent"), ==, 1);
  }
  from = world_audit_size (w);
  fz_desk_renew_consent (w->session, "V1", consent, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "consent.receive", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "visit.consent", "done"), ==, 1);
  g_assert_cmpint (documents_of (w, "consent"), ==, 2);
  expect_error (!fz_desk_renew_consent (w->session, "V1", consent, &error), &error, FZ_ERROR_CONFLICT, "不晚于");
  world_take (w, "V1");
}

/* The front sends the request once more with what was signed anew: that is taken, and nothing else may have changed. */
static void
signed_again_in_a_bundle (World *w)
{
  static const struct {
    const char *key, *value;
  } changes[] = { { "visit.complaint", "别的" }, { "patient.mobile", "19900000099" }, { "visit.price_fen", "1" }, { "prior.00.institution", "别处" },
                  { "allergy.07", "磺胺" } };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) request = NULL, again = NULL, consent = NULL;

  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V1");
  world_try_arrive (w, request, &error);
  g_assert_no_error (error);
  expect_error (!world_try_arrive (w, request, &error), &error, FZ_ERROR_INVALID, "已经收过");
  new_text (w);
  consent = signed_now (w, request);
  again = fz_fields_dup (request, NULL);
  {
    g_autoptr (FzFields) part = fz_fields_dup_below (consent, "consent", "fuzhen.part/v1");

    fz_fields_merge (again, "consent", part);
  }
  for (guint i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (FzFields) other = fz_fields_dup (again, NULL);

    fz_fields_set (other, g_str_equal (changes[i].key, "allergy.07") ? "allergy.00" : changes[i].key, changes[i].value);
    expect_error (!world_try_arrive (w, other, &error), &error, FZ_ERROR_INVALID, "也不同");
  }
  g_assert_cmpint (documents_of (w, "consent"), ==, 1);
  g_assert_true (world_try_arrive (w, again, &error));
  g_assert_cmpint (documents_of (w, "consent"), ==, 2);
  g_assert_cmpint (documents_of (w, "intake"), ==, 1);
  expect_error (!world_try_arrive (w, again, &error), &error, FZ_ERROR_INVALID, "已经收过");
  world_take (w, "V1");
}

/* The same through the files of a real bundle, a birthday later: the age has changed and is no difference. */
static void
bundle_files_once_more (World *w)
{
  g_autofree char *sample = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema/samples/visit-1", NULL);
  g_autofree char *folder = g_build_filename (w->root, "bundle", NULL), *json = g_build_filename (folder, "visit.json", NULL), *text = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (GPtrArray) problems = NULL, none = NULL, twice = NULL;
  g_autoptr (GError) error = NULL;
  guint taken = 0;

  world_sign_in (w, "D1001");
  copy_tree (sample, folder);
  g_assert_true (fz_desk_intake (w->session, folder, &taken, &none, &error));
  g_assert_cmpuint (none->len, ==, 0);
  g_assert_cmpuint (taken, ==, 1);
  world_pass (w, 366 * 24 * (gint64) HOUR);
  g_assert_true (fz_desk_intake (w->session, folder, &taken, &twice, &error));
  g_assert_cmpuint (taken, ==, 0);
  g_assert_cmpuint (twice->len, ==, 1);
  g_assert_true (g_file_get_contents (json, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "2026-01-05T07:56:10+08:00", "2026-04-01T09:00:00+08:00", 0), ==, 1);
  g_assert_true (g_file_set_contents (json, changed->str, -1, NULL));
  g_assert_true (fz_desk_intake (w->session, folder, &taken, &problems, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < problems->len; i++)
    g_test_message ("%s", (const char *) problems->pdata[i]);
  g_assert_cmpuint (taken, ==, 1);
  g_assert_cmpint (documents_of (w, "consent"), ==, 2);
}

/* --- withdrawal --- */

static void
expect_folder (World *w, const char *visit, const char *stage)
{
  g_autofree char *path = g_build_filename (w->data, "out", visit, "state.json", NULL), *text = NULL;
  g_autofree char *expected = g_strdup_printf ("\"stage\":\"%s\"", stage);
  g_autoptr (GError) error = NULL;
  guint written = 0;

  g_assert_true (fz_desk_write_handouts (w->session, &written, &error));
  g_assert_cmpuint (written, >, 0);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  for (char *from = text, *to = text; (*to = *from) != '\0'; from++)
    to += *from != ' ';
  g_assert_nonnull (strstr (text, expected));
}

static void
withdrawn_by_the_patient (World *w)
{
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  expect_error (!fz_desk_withdraw_visit (w->session, "V1", "", &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_desk_withdraw_visit (w->session, "NOPE", "x", &error), &error, FZ_ERROR_NOT_FOUND, NULL);
  from = world_audit_size (w);
  g_assert_true (fz_desk_withdraw_visit (w->session, "V1", "患者来电：已到医院就诊。", &error));
  g_assert_cmpuint (world_audit_count (w, from, "withdrawal.receive", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "visit.withdraw", "done"), ==, 1);
  expect_stage (w, "V1", "withdrawn");
  expect_error (!world_try_take (w, "V1", &error), &error, FZ_ERROR_REFUSED, NULL);
  expect_error (!fz_desk_withdraw_visit (w->session, "V1", "x", &error), &error, FZ_ERROR_REFUSED, NULL);
  expect_folder (w, "V1", "withdrawn");
}

/* While a doctor is seeing it: by affairs or that doctor, not by another; what was typed goes. */
static void
withdrawn_while_seen (World *w)
{
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM draft"), ==, 1);
  world_sign_in (w, "D1002");
  from = world_audit_size (w);
  expect_error (!fz_desk_withdraw_visit (w->session, "V1", "x", &error), &error, FZ_ERROR_REFUSED, "其他医师");
  g_assert_cmpuint (world_audit_count (w, from, "visit.withdraw", "denied"), ==, 1);
  g_assert_cmpuint (world_audit_size (w), ==, from + 1);
  world_sign_in (w, "A3001");
  g_assert_true (fz_desk_withdraw_visit (w->session, "V1", "患者在线留言要求撤销。", &error));
  expect_stage (w, "V1", "withdrawn");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM draft"), ==, 0);
}

/* What was signed stands: after the record the way out is the doctor's. */
static void
not_after_the_record (World *w)
{
  g_autoptr (GError) error = NULL;

  g_free (world_prescribe (w, 0, "V1"));
  expect_error (!fz_desk_withdraw_visit (w->session, "V1", "x", &error), &error, FZ_ERROR_REFUSED, NULL);
  expect_stage (w, "V1", "recorded");
}

/* --- time-out --- */

static void
set_limit (World *w, gint64 minutes)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  fz_desk_set_queue_limit (w->session, minutes, &error);
  g_assert_no_error (error);
}

static void
time_is_over (World *w)
{
  g_autoptr (FzFields) facts = NULL, status = NULL, late = NULL;
  g_autoptr (GError) error = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "OLD");
  world_pass (w, 2 * HOUR);
  world_tick (w);
  expect_stage (w, "OLD", "waiting"); /* no limit is set */
  world_sign_in (w, "A3001");
  expect_error (!fz_desk_set_queue_limit (w->session, 9, &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_desk_set_queue_limit (w->session, -60, &error), &error, FZ_ERROR_INVALID, NULL);
  set_limit (w, 180);
  status = fz_desk_status (w->session);
  g_assert_cmpstr (fz_fields_get (status, "queue.limit_minutes"), ==, "180");
  /* Asked long ago and received just now: the wait begins now. */
  late = world_request (w, 3, "LATE");
  fz_fields_set_time (late, "visit.applied_at", fz_desk_now_us (w->desk) / FZ_US_PER_SECOND * FZ_US_PER_SECOND - 48 * HOUR * FZ_US_PER_SECOND);
  world_try_arrive (w, late, &error);
  g_assert_no_error (error);
  world_arrive (w, 0, "TAKEN");
  world_sign_in (w, "D1001");
  world_take (w, "TAKEN");
  world_tick (w);
  expect_stage (w, "OLD", "waiting");
  world_pass (w, HOUR + 1);
  from = world_audit_size (w);
  world_tick (w);
  g_assert_cmpuint (world_audit_count (w, from, "refusal.receive", "done"), ==, 1);
  expect_stage (w, "OLD", "refused");
  expect_stage (w, "LATE", "waiting");
  expect_stage (w, "TAKEN", "taken");
  expect_folder (w, "OLD", "refused");
  facts = fz_desk_read_visit (w->session, "OLD", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (facts, "end.by"), ==, "timeout");
  g_assert_cmpuint (strlen (fz_fields_get (facts, "end.guidance")), >, 30);
  g_assert_null (strchr (fz_fields_get (facts, "end.guidance"), '{'));
  expect_error (!world_try_take (w, "OLD", &error), &error, FZ_ERROR_REFUSED, NULL);
  world_pass (w, 2 * HOUR);
  world_tick (w);
  expect_stage (w, "LATE", "refused");
  expect_stage (w, "TAKEN", "taken");
  set_limit (w, 0);
  world_arrive (w, 0, "NEW");
  world_pass (w, 240 * HOUR);
  world_tick (w);
  expect_stage (w, "NEW", "waiting");
}

/* Handed back to the queue the wait begins anew, and all that are late go in one tick. */
static void
handed_back_and_many (World *w)
{
  g_autoptr (GError) error = NULL;

  set_limit (w, 60);
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "BACK");
  world_take (w, "BACK");
  world_pass (w, 3 * HOUR);
  world_take (w, "BACK");
  g_free (world_sign (w, fz_desk_prepare_handover (w->session, "BACK", "需请专科接诊", &error)));
  world_tick (w);
  expect_stage (w, "BACK", "waiting");
  for (guint i = 0; i < 4; i++) {
    g_autofree char *visit = g_strdup_printf ("M%u", i);

    world_arrive (w, i, visit);
  }
  world_pass (w, HOUR + 1);
  world_tick (w);
  expect_stage (w, "BACK", "refused");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM visit WHERE stage = 'refused'"), ==, 5);
}

/* The clock's reason is nobody's to give. */
static void
not_a_doctors_reason (World *w)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  rows = fz_desk_codes (w->session, "refusal", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    g_assert_cmpstr (fz_fields_get (rows->pdata[i], "code"), !=, "J08");
  expect_error (fz_desk_prepare_refusal (w->session, "V1", "J08", "x", &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/waiting/consent/desk", signed_again_at_the_desk);
  world_add_test ("/desk/waiting/consent/bundle", signed_again_in_a_bundle);
  world_add_test ("/desk/waiting/consent/files", bundle_files_once_more);
  world_add_test ("/desk/waiting/withdrawn/waiting", withdrawn_by_the_patient);
  world_add_test ("/desk/waiting/withdrawn/seen", withdrawn_while_seen);
  world_add_test ("/desk/waiting/withdrawn/recorded", not_after_the_record);
  world_add_test ("/desk/waiting/time-out/one", time_is_over);
  world_add_test ("/desk/waiting/time-out/many", handed_back_and_many);
  world_add_test ("/desk/waiting/time-out/reason", not_a_doctors_reason);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
