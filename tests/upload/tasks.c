/* What the platform's interface cannot say or does not get becomes a task that a person ends with a reason: a void after the upload, a visit
 * that ended without verdict or diagnosis. */
#include "app/due.h"
#include "app/platform/generic.h"
#include "app/upload.h"
#include "db/audit.h"
#include "db/outbox.h"
#include "db/directory.h"
#include "tests/upload/live.h"

#include <glib/gstdio.h>
#include <string.h>

static gint64
row_of (World *w, const char *key)
{
  g_autofree char *sql = g_strdup_printf ("SELECT MAX(id) FROM outbox WHERE key = '%s'", key);

  return world_ask (w, sql);
}

static FzFields *
read_key (World *w, const char *key)
{
  g_autoptr (GError) error = NULL;
  FzFields *row = fz_desk_read_outbox (w->session, row_of (w, key), &error);

  g_assert_no_error (error);
  return row;
}

static void
expect_state (World *w, const char *key, const char *state)
{
  g_autoptr (FzFields) row = read_key (w, key);

  g_assert_cmpstr (fz_fields_get (row, "state"), ==, state);
}

static void
finish (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  world_take (w, visit);
  g_free (world_sign (w, fz_desk_prepare_finish (w->session, visit, &error)));
}

static void
void_by_doctor (World *w, const char *rx)
{
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1001");
  g_free (world_sign (w, fz_desk_prepare_void (w->session, rx, "患者要求取消", &error)));
}

/* Stops what tells how far it is, the first time. */
static void
stop_part (double done, gpointer stop)
{
  g_assert_cmpfloat (done, <, 1);
  g_cancellable_cancel (stop);
}

static void
stop_count (guint64 done, guint64 total, gpointer stop)
{
  g_assert_cmpuint (done, >=, 1); /* what other streams had in flight then ends too */
  g_assert_cmpuint (done, <, total);
  g_cancellable_cancel (stop);
}

/* What was sent has its outcome; the rest is queued as before, and nothing is unknown. */
static void
sending_stopped (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *trouble = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 queued;

  world_review (w, "P2001", rx, "approved");
  finish (w, "V1");
  drop_other_drugs (w);
  go_live (w, platform);
  queued = world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'queued'");
  world_sign_in (w, "S4001");
  g_assert_false (fz_desk_upload_once (w->session, stop, stop_count, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'unknown' OR state = 'sending'"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'accepted'"), >, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'queued'"), >, 0);
  trouble = drain (w);
  g_assert_null (trouble);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'accepted'"), ==, queued);
}

/* --- a void --- */

static void
void_after_the_upload (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *task_key = g_strconcat ("void:", rx, NULL);
  g_autofree char *sent_key = g_strconcat ("prescription:", rx, NULL);
  g_autoptr (FzFields) task = NULL, settled = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id, calls;
  guint64 from;

  world_review (w, "P2001", rx, "approved");
  finish (w, "V1");
  drop_other_drugs (w);
  go_live (w, platform);
  g_free (drain (w));
  world_sign_in (w, "A3001");
  expect_state (w, sent_key, "accepted");
  calls = platform_ask (platform, "SELECT COUNT(*) FROM call");
  void_by_doctor (w, rx);
  world_sign_in (w, "A3001");
  task = read_key (w, task_key);
  id = row_of (w, task_key);
  g_assert_cmpstr (fz_fields_get (task, "state"), ==, "blocked");
  g_assert_cmpstr (fz_fields_get (task, "task"), ==, "void");
  g_assert_cmpstr (fz_fields_get (task, "subject"), ==, rx);
  g_assert_nonnull (strstr (fz_fields_get (task, "problems"), "平台工作人员"));
  g_assert_cmpstr (fz_fields_get (task, "facts.rx.void_reason"), ==, "患者要求取消");
  /* It is nobody's to send, and only a reason ends it. */
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, calls);
  expect_error (!fz_desk_retry_upload (w->session, id, &error), &error, FZ_ERROR_CONFLICT, "人工");
  expect_error (!fz_desk_settle_upload (w->session, id, TRUE, "", &error), &error, FZ_ERROR_INVALID, NULL);
  from = world_audit_size (w);
  g_assert_true (fz_desk_settle_upload (w->session, id, TRUE, "3月2日电话告知平台客服，答复已备注作废。", &error));
  g_assert_cmpuint (world_audit_count (w, from, "upload.settle_sent", "done"), ==, 1);
  settled = read_key (w, task_key);
  g_assert_cmpstr (fz_fields_get (settled, "state"), ==, "settled_sent");
  g_assert_nonnull (strstr (fz_fields_get (settled, "words"), "电话告知"));
  expect_error (!fz_desk_settle_upload (w->session, id, TRUE, "再来一次", &error), &error, FZ_ERROR_CONFLICT, NULL);
}

/* Nobody fetched it: the platform's form cannot be filled in truthfully, so a person is told what to do, once. */
static void
expired_after_the_upload (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *task_key = g_strconcat ("expired:", rx, NULL), *stage = NULL;
  g_autoptr (FzFields) task = NULL, settled = NULL;
  g_autoptr (GError) error = NULL;
  gint64 calls;

  world_review (w, "P2001", rx, "approved");
  finish (w, "V1");
  drop_other_drugs (w);
  go_live (w, platform);
  g_free (drain (w));
  calls = platform_ask (platform, "SELECT COUNT(*) FROM call");
  world_pass (w, 5 * 86400);
  world_sign_in (w, "A3001");
  g_assert_true (fz_desk_tick (w->session, &error));
  stage = world_rx_stage (w, rx);
  g_assert_cmpstr (stage, ==, "expired");
  task = read_key (w, task_key);
  g_assert_cmpstr (fz_fields_get (task, "state"), ==, "blocked");
  g_assert_cmpstr (fz_fields_get (task, "task"), ==, "expired");
  g_assert_nonnull (strstr (fz_fields_get (task, "problems"), "核销人"));
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call WHERE method = 'uploadRecipeVerificationIndicators'"), ==, 0);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, calls);
  g_assert_true (fz_desk_settle_upload (w->session, row_of (w, task_key), TRUE, "已电话告知平台客服，答复已备注过期。", &error));
  g_assert_no_error (error);
  settled = read_key (w, task_key);
  g_assert_cmpstr (fz_fields_get (settled, "state"), ==, "settled_sent");
}

/* Not sent yet: it goes as void, and there is nothing to tell anybody. */
static void
void_before_the_upload (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *kept = world_prescribe (w, 1, "V2"), *task_key = g_strconcat ("void:", rx, NULL);
  g_autofree char *sent_key = g_strconcat ("prescription:", rx, NULL), *status = NULL;

  world_review (w, "P2001", rx, "approved");
  world_review (w, "P2001", kept, "approved");
  finish (w, "V1");
  finish (w, "V2");
  void_by_doctor (w, rx);
  g_assert_cmpint (row_of (w, task_key), ==, 0);
  drop_other_drugs (w);
  go_live (w, platform);
  g_free (drain (w));
  world_sign_in (w, "A3001");
  expect_state (w, sent_key, "accepted");
  status = g_strdup_printf ("SELECT COUNT(*) FROM accepted WHERE json_extract(json, '$.recipeID') = '%s' AND "
                            "json_extract(json, '$.recipeStatus') = '0'", rx);
  g_assert_cmpint (platform_ask (platform, status), ==, 1);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE json_extract(json, '$.recipeStatus') = '1'"), ==, 1);
  /* The ledger shows what was really sent. */
  {
    g_autoptr (FzFields) row = read_key (w, sent_key);

    g_assert_cmpstr (fz_fields_get (row, "facts.rx.valid"), ==, "no");
    g_assert_nonnull (strstr (fz_fields_get (row, "payload"), "\"recipeStatus\":\"0\""));
  }
}

typedef struct {
  gint64 id;
  const char *state;
} Known;

/* As if the platform had been called and this were what is known. */
static gboolean
put_answer (FzTxn *txn, gpointer data, GError **error)
{
  const Known *answer = data;
  FzAuditEntry entry = { .actor = "system", .action = "test.answer", .subject_kind = "outbox", .outcome = "done" };

  return fz_outbox_mark_sending (txn, answer->id, error) &&
         fz_outbox_settle (txn, answer->id, answer->state, NULL, g_str_equal (answer->state, "refused") ? "必填字段为空：patientName|noSuchField" : "没有应答", 0, TRUE, error) &&
         fz_audit_append (txn, &entry, NULL, error);
}

static void
answered (World *w, gint64 id, const char *state)
{
  Known answer = { id, state };
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, FZ_TXN_RECORD, put_answer, &answer, &error);
  g_assert_no_error (error);
}

/* The outcome is unknown: the void is a task at once, and if it proves not to have arrived it goes as void. */
static void
void_of_an_unknown_one (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *task_key = g_strconcat ("void:", rx, NULL);
  g_autofree char *sent_key = g_strconcat ("prescription:", rx, NULL);
  g_autoptr (GError) error = NULL;
  gint64 id;

  world_review (w, "P2001", rx, "approved");
  finish (w, "V1");
  id = row_of (w, sent_key);
  answered (w, id, "unknown");
  void_by_doctor (w, rx);
  world_sign_in (w, "A3001");
  expect_state (w, task_key, "blocked");
  g_assert_true (fz_desk_settle_upload (w->session, id, FALSE, "平台查无此单", &error));
  drop_other_drugs (w);
  go_live (w, platform);
  g_free (drain (w));
  expect_state (w, sent_key, "accepted");
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE json_extract(json, '$.recipeStatus') = '0'"), ==, 1);
  g_assert_true (fz_desk_settle_upload (w->session, row_of (w, task_key), FALSE, "已按失效状态上报，无须再告知。", &error));
  expect_state (w, task_key, "settled_not_sent");
}

/* A prescription that was never approved was never due: nothing to tell. */
static void
void_before_the_review (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1");

  void_by_doctor (w, rx);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key LIKE 'void:%' OR key LIKE 'prescription:%'"), ==, 0);
}

/* --- a visit that ends without verdict or diagnosis --- */

static void
terminate (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_termination (w->session, visit, "T02", "请到实体医院当面检查。", &error);

  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "未作出诊断"));
  g_free (world_sign (w, sheet));
}

static void
choose_verdict (World *w, const char *visit, const char *verdict)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1");
  g_autoptr (GError) error = NULL;

  fz_fields_set (draft, "eligibility.verdict", verdict);
  g_assert_true (fz_desk_save_draft (w->session, visit, draft, &error));
}

static void
the_doctors_own_answer_is_sent (World *w)
{
  static const char *const verdicts[] = { "eligible", "not_eligible" };
  g_autoptr (Platform) platform = platform_start (NULL, "1");

  world_sign_in (w, "D1001");
  for (guint i = 0; i < G_N_ELEMENTS (verdicts); i++) {
    g_autofree char *visit = g_strdup_printf ("V%u", i);

    world_arrive (w, i, visit);
    world_take (w, visit);
    choose_verdict (w, visit, verdicts[i]);
    terminate (w, visit);
  }
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'blocked'"), ==, 0);
  drop_other_drugs (w);
  go_live (w, platform);
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE method = 'uploadReferralIndicators' AND "
                                           "json_extract(json, '$.thisDiagnosis') = '未作出诊断' AND "
                                           "json_extract(json, '$.diagNoFillReason') LIKE '%检查%'"), ==, 2);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE json_extract(json, '$.bussID') = 'V0' AND "
                                           "json_extract(json, '$.referralFlag') = '1'"), ==, 1);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE json_extract(json, '$.bussID') = 'V1' AND "
                                           "json_extract(json, '$.referralFlag') = '0'"), ==, 1);
}

/* No answer: the row names what is missing, nothing is made up, and affairs decide with a reason that it is not sent. */
static void
without_an_answer_affairs_decide (World *w)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  terminate (w, "V1");
  world_sign_in (w, "A3001");
  rows = list_state (w, "blocked");
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_null (fz_fields_get (rows->pdata[0], "task"));
  g_assert_nonnull (strstr (fz_fields_get (rows->pdata[0], "problems"), "是否复诊"));
  id = row_of (w, "visit:V1");
  expect_error (!fz_desk_settle_upload (w->session, id, TRUE, "x", &error), &error, FZ_ERROR_CONFLICT, NULL);
  expect_error (!fz_desk_settle_upload (w->session, id, FALSE, NULL, &error), &error, FZ_ERROR_INVALID, NULL);
  g_assert_true (fz_desk_settle_upload (w->session, id, FALSE, "患者在判断之前终止，平台答复不需上报。", &error));
  expect_state (w, "visit:V1", "settled_not_sent");
  expect_error (!fz_desk_retry_upload (w->session, id, &error), &error, FZ_ERROR_CONFLICT, NULL);
}

/* A record that waits for a visit which is not to be sent can be ended too; one that waits for anything else cannot. */
static void
what_waits_for_it (World *w)
{
  g_autoptr (FzFields) row = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *named = NULL;
  gint64 record, visit;

  g_free (world_prescribe (w, 0, "V1"));
  finish (w, "V1");
  world_sign_in (w, "A3001");
  record = row_of (w, "record:V1");
  visit = row_of (w, "visit:V1");
  expect_error (!fz_desk_settle_upload (w->session, record, FALSE, "x", &error), &error, FZ_ERROR_CONFLICT, NULL);
  answered (w, visit, "refused");
  row = fz_desk_read_outbox (w->session, visit, &error);
  g_assert_no_error (error);
  named = g_strdup_printf ("%s patientName", fz_message_table_get_field_label (w->desk->knowledge->messages, fz_fields_get (row, "method"), "patientName"));
  g_assert_cmpstr (fz_fields_get (row, "named"), ==, named); /* the platform says names, the ledger also what they mean */
  expect_error (!fz_desk_settle_upload (w->session, record, FALSE, "x", &error), &error, FZ_ERROR_CONFLICT, NULL);
  g_assert_true (fz_desk_settle_upload (w->session, visit, FALSE, "平台答复不收此单", &error));
  g_assert_true (fz_desk_settle_upload (w->session, record, FALSE, "所属复诊不报送", &error));
  expect_state (w, "record:V1", "settled_not_sent");
}

/* --- a day once more --- */

static gboolean
forget (FzTxn *txn, gpointer data, GError **error)
{
  static const char needs[] = "DELETE FROM outbox_need WHERE outbox IN (SELECT id FROM outbox WHERE key LIKE 'record:%')";
  static const char remove[] = "DELETE FROM outbox WHERE key LIKE 'record:%' OR key LIKE 'visit:%'";
  FzAuditEntry entry = { .actor = "system", .action = "test.drop", .subject_kind = "outbox", .outcome = "done" };

  return fz_txn_run (txn, error, needs, "") && fz_txn_run (txn, error, remove, "") && fz_audit_append (txn, &entry, NULL, error);
}

/* What is missing is made again, what stands there is left alone, whatever its state; a second look finds nothing to add. */
static void
a_day_collected_again (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *key = g_strconcat ("prescription:", rx, NULL), *day = NULL, *today = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL, again = NULL, none = NULL;
  gint64 id;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  guint added = 0;

  world_review (w, "P2001", rx, "approved");
  finish (w, "V1");
  id = row_of (w, key);
  answered (w, id, "refused");
  fz_store_run (w->desk->store, FZ_TXN_RECORD, forget, NULL, &error);
  g_assert_no_error (error);
  today = fz_date_format (fz_date_in_beijing (fz_desk_now_us (w->desk)));
  day = fz_date_format (fz_date_add_days (fz_date_in_beijing (fz_desk_now_us (w->desk)), 1));
  world_sign_in (w, "D1001");
  expect_error (fz_desk_collect_uploads (w->session, today, &added, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_collect_uploads (w->session, day, &added, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  g_assert_null (fz_desk_collect_uploads (w->session, today, &added, stop, stop_part, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (added, ==, 0);
  g_assert_cmpint (row_of (w, "visit:V1"), ==, 0);
  rows = fz_desk_collect_uploads (w->session, today, &added, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added, ==, 2);
  g_assert_cmpint (row_of (w, "visit:V1"), >, 0);
  g_assert_cmpint (row_of (w, "record:V1"), >, 0);
  expect_state (w, key, "refused");
  g_assert_cmpint (row_of (w, key), ==, id);
  again = fz_desk_collect_uploads (w->session, today, &added, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added, ==, 0);
  g_assert_cmpuint (again->len, ==, 3);
  none = fz_desk_collect_uploads (w->session, "2020-01-01", &added, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added + none->len, ==, 0);
}

static const char *
preflight_state (GPtrArray *rows, const char *item)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "item"), item) == 0)
      return fz_fields_get (rows->pdata[i], "state");
  g_assert_not_reached ();
}

static void
what_would_be_in_the_way (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL, after = NULL, real = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (FzFields) papers = fz_fields_new ("fuzhen.changes/v1");

  world_sign_in (w, "A3001");
  g_assert_null (fz_desk_read_preflight (w->session, stop, stop_part, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  before = fz_desk_read_preflight (w->session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (preflight_state (before, "organ"), ==, "ok");
  g_assert_cmpstr (preflight_state (before, "staff"), ==, "ok");
  g_assert_cmpstr (preflight_state (before, "licence"), ==, "stop"); /* this hospital registered neither */
  g_assert_cmpstr (preflight_state (before, "departments"), ==, "stop");
  g_assert_cmpstr (preflight_state (before, "filing"), ==, "stop");
  g_assert_cmpstr (preflight_state (before, "mapping"), ==, "ok");
  g_assert_cmpstr (preflight_state (before, "catalogue"), ==, "warn"); /* nothing was sent yet */
  g_assert_cmpstr (preflight_state (before, "config"), ==, "stop");
  fz_fields_set (papers, "licence_until", "2099-12-31");
  fz_fields_set (papers, "department", "03.04");
  fz_fields_set (papers, "approved", "yes");
  fz_fields_set (papers, "name", "心内科");
  fz_desk_amend_institution (w->session, papers, &error);
  g_assert_no_error (error);
  go_live (w, platform);
  after = fz_desk_read_preflight (w->session, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (preflight_state (after, "config"), !=, "stop");
  g_assert_cmpstr (preflight_state (after, "authorities"), !=, "stop");
  g_assert_cmpstr (preflight_state (after, "pins"), ==, "ok");
  g_assert_cmpstr (preflight_state (after, "environment"), ==, "warn"); /* a simulator's */
  g_assert_cmpstr (preflight_state (after, "tls"), ==, "ok");
  g_assert_cmpstr (preflight_state (after, "client"), ==, "ok"); /* none is shown */
  g_assert_cmpstr (preflight_state (after, "lists"), ==, "ok");  /* none is asked */
  g_assert_cmpstr (preflight_state (after, "key"), ==, "warn");  /* the simulator's is the one that is printed in the standard */
  g_assert_cmpstr (preflight_state (after, "licence"), ==, "ok");
  g_assert_cmpstr (preflight_state (after, "departments"), ==, "ok");
  w->desk->demo = FALSE;
  go_live (w, platform); /* a hospital's own connection, not a demonstration's */
  real = fz_desk_read_preflight (w->session, NULL, NULL, NULL, &error);
  w->desk->demo = TRUE;
  g_assert_no_error (error);
  g_assert_cmpstr (preflight_state (real, "config"), ==, "ok");
  g_assert_cmpstr (preflight_state (real, "environment"), ==, "ok");
  g_assert_cmpstr (preflight_state (real, "key"), ==, "stop"); /* no platform gives that one to a hospital */
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, 0);
}

/* --- other moments than at once --- */

/* In another place, connected as `agreed` says. */
static void
connect_in (World *w, const char *place, const char *agreed)
{
  g_autofree char *path = g_build_filename (w->root, "platform.json", NULL);
  g_autofree char *text = g_strdup_printf ("{\"profile\":\"generic\",%s,\"app_key\":\"k\",\"app_secret\":\"0123456789abcdeffedcba9876543210\",\"unit_id\":\"U\"}", agreed);
  g_autoptr (GError) error = NULL;

  world_move (w, place);
  g_assert_true (fz_desk_reload (w->desk, &error));
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  fz_upload_configure (w->desk, path, &error);
  g_assert_no_error (error);
}

static gint64
rows_of (World *w, const char *key)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE key = '%s'", key);

  return world_ask (w, sql);
}

static void
expect_row (World *w, const char *key, const char *state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE key = '%s' AND state = '%s'", key, state);

  if (world_ask (w, sql) != 1)
    g_error ("%s is not %s", key, state);
}

/* Such a platform is told the prescription anew when it is voided, once; Tianjin gets a task. */
static void
every_change (World *w)
{
  g_autofree char *rx = NULL, *key = NULL, *task = NULL, *today = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (FzFields) row = NULL;
  g_autoptr (GError) error = NULL;
  guint added = 0;

  world_sign_in (w, "D1001");
  connect_in (w, "chongqing", "\"url\":\"https://127.0.0.1:9/upload\",\"trigger\":\"every_change\"");
  rx = world_prescribe (w, 0, "V1");
  key = g_strconcat ("prescription:", rx, NULL);
  task = g_strconcat ("void:", rx, NULL);
  world_review (w, "P2001", rx, "approved");
  finish (w, "V1");
  g_assert_cmpint (rows_of (w, key), ==, 1);
  answered (w, row_of (w, key), "accepted");
  void_by_doctor (w, rx);
  world_sign_in (w, "A3001");
  g_assert_cmpint (rows_of (w, key), ==, 2);
  g_assert_cmpint (rows_of (w, task), ==, 0);
  row = read_key (w, key);
  g_assert_cmpstr (fz_fields_get (row, "state"), ==, "queued");
  g_assert_nonnull (strstr (fz_fields_get (row, "payload"), "\"recipeStatus\":\"0\""));
  /* Made again from the documents of the day: nothing new to say. */
  today = fz_date_format (fz_date_in_beijing (fz_desk_now_us (w->desk)));
  again = fz_desk_collect_uploads (w->session, today, &added, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (rows_of (w, key), ==, 2);
}

static gint64
leaves_at (World *w, const char *key)
{
  g_autofree char *sql = g_strdup_printf ("SELECT next_at FROM outbox WHERE key = '%s'", key);

  return world_ask (w, sql);
}

/* Agreed so, the prescription leaves when the pharmacist has countersigned it, before its visit ends; record and visit follow in the night. */
static void
on_approval (World *w)
{
  gint64 night = fz_date_beijing_start_us ((FzDate){ 2026, 3, 3 }) + (gint64) 30 * 60 * G_USEC_PER_SEC;
  g_autofree char *rx = NULL, *key = NULL, *sql = NULL;

  world_sign_in (w, "D1001");
  connect_in (w, "chongqing", "\"url\":\"https://127.0.0.1:9/upload\",\"trigger\":\"on_approval\"");
  rx = world_prescribe (w, 0, "V1");
  key = g_strconcat ("prescription:", rx, NULL);
  g_assert_cmpint (rows_of (w, key), ==, 0); /* signed, and not in effect */
  world_review (w, "P2001", rx, "approved");
  g_assert_cmpint (leaves_at (w, key), ==, w->world->now_us);
  g_assert_cmpint (leaves_at (w, "record:V1"), ==, night);
  sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox_need WHERE outbox = (SELECT id FROM outbox WHERE key = '%s') AND key NOT LIKE 'drug:%%'", key);
  g_assert_cmpint (world_ask (w, sql), ==, 0);
  finish (w, "V1");
  g_assert_cmpint (leaves_at (w, "visit:V1"), ==, night);
}

/* The files of one ending. */
static guint
files_in (const char *folder, const char *ending, char **out_first)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ending) && ++n == 1 && out_first != NULL)
      *out_first = g_strndup (name, strlen (name) - strlen (".json"));
  return n;
}

static void
write_receipt (const char *folder, const char *name, const char *key, const char *status)
{
  g_autofree char *path = g_strdup_printf ("%s/%s.receipt.json", folder, name);
  g_autofree char *text = g_strdup_printf ("{\"receipt\":{\"key\":\"%s\",\"status\":\"%s\",\"message\":\"平台的话\"}}", key, status);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gpointer
tick_on (gpointer data)
{
  World *w = data;

  for (guint i = 0; i < 100; i++) {
    g_autofree char *words = NULL, *state = fz_upload_state (w->desk, &words);

    g_assert_cmpstr (state, !=, "alarm"); /* two that fetch at once would be in each other's way */
    g_assert_true (fz_upload_tick (w->desk, NULL));
  }
  return NULL;
}

/* The window's clock works in a thread of its own while somebody stops and starts: for the sanitizers. */
static void
fetched_beside_a_stop (World *w)
{
  g_autofree char *folder = g_build_filename (w->root, "collect", NULL), *agreed = g_strdup_printf ("\"environment\":\"test\",\"folder\":\"%s\"", folder);
  GThread *clock;

  world_sign_in (w, "S4001");
  connect_in (w, "fujian", agreed);
  drop_other_drugs (w);
  clock = g_thread_new ("clock", tick_on, w);
  for (guint i = 0; i < 100; i++) {
    fz_desk_upload_start (w->session, NULL); /* refused while a look is under way */
    fz_desk_upload_stop (w->session);
  }
  g_thread_join (clock);
}

/* Sealed into the folder, one of a stream at a time; a receipt for another key says nothing; what was removed is laid there again; a restart loses nothing. */
static void
fetched_from_a_folder (World *w)
{
  g_autofree char *folder = g_build_filename (w->root, "collect", NULL), *agreed = g_strdup_printf ("\"environment\":\"test\",\"folder\":\"%s\"", folder), *name = NULL, *path = NULL, *text = NULL;
  g_autofree char *trouble = NULL, *second = NULL;
  const char *key;

  world_sign_in (w, "D1001");
  connect_in (w, "fujian", agreed);
  g_free (world_prescribe (w, 0, "V1"));
  finish (w, "V1");
  drop_other_drugs (w);
  trouble = drain (w);
  g_assert_null (trouble);
  expect_row (w, "visit:V1", "sending");
  expect_row (w, "record:V1", "queued"); /* behind its visit */
  g_assert_cmpuint (files_in (folder, ".json", &name), ==, 1);
  path = g_strdup_printf ("%s/%s.json", folder, name);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "uploadReferralIndicators"));
  g_assert_null (strstr (text, "patientName")); /* sealed */
  key = strchr (name, '-') + 1;
  write_receipt (folder, name, "0000", "accepted");
  g_free (drain (w));
  expect_row (w, "visit:V1", "sending");
  write_receipt (folder, name, key, "retry");
  g_free (drain (w));
  expect_row (w, "visit:V1", "sending");
  g_assert_cmpint (g_unlink (path), ==, 0);
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  expect_row (w, "visit:V1", "sending");
  g_free (drain (w));
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  write_receipt (folder, name, key, "accepted");
  g_free (drain (w));
  expect_row (w, "visit:V1", "accepted");
  expect_row (w, "record:V1", "sending");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (files_in (folder, ".json", &second), ==, 1);
  write_receipt (folder, second, strchr (second, '-') + 1, "refused");
  g_free (drain (w));
  expect_row (w, "record:V1", "refused");
  g_assert_cmpuint (files_in (folder, ".json", NULL), ==, 0);
}

static gboolean
drop_everything (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .action = "test.drop", .subject_kind = "outbox", .outcome = "done" };

  return fz_txn_run (txn, error, "DELETE FROM outbox", "") && fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
put_lying (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .action = "test.lying", .subject_kind = "outbox", .outcome = "done" };

  return fz_txn_run (txn, error,
                     "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200) "
                     "INSERT INTO outbox (key, stream, method, subject, facts, payload, state, attempts, next_at, made_at, changed_at) "
                     "SELECT 'lying:' || i, 'lying:' || i, 'uploadDrugCatalogue', 'x', 'fuzhen.facts/v1' || char(10), CAST('[]' AS BLOB), 'sending', 1, 1, 1, 1 FROM n", "") &&
         fz_audit_append (txn, &entry, NULL, error);
}

/* However many lie there, the receipt of the oldest is read. */
static void
the_oldest_in_the_folder (World *w)
{
  g_autofree char *folder = g_build_filename (w->root, "collect", NULL), *agreed = g_strdup_printf ("\"environment\":\"test\",\"folder\":\"%s\"", folder);
  g_autoptr (GBytes) payload = g_bytes_new_static ("[]", 2);
  g_autofree char *key = fz_generic_key ("uploadDrugCatalogue", payload), *oldest = NULL;
  g_autoptr (GError) error = NULL;
  gint64 first;

  world_sign_in (w, "D1001");
  connect_in (w, "fujian", agreed);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, drop_everything, NULL, &error) && fz_store_run (w->desk->store, FZ_TXN_RECORD, put_lying, NULL, &error));
  first = world_ask (w, "SELECT MIN(id) FROM outbox");
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (gint64 id = first; id < first + 1200; id++) {
    g_autofree char *path = g_strdup_printf ("%s/%d-%s.json", folder, (int) id, key);

    g_assert_true (g_file_set_contents_full (path, "", 0, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
  oldest = g_strdup_printf ("%d-%s", (int) first, key);
  write_receipt (folder, oldest, key, "accepted");
  g_free (drain (w));
  expect_row (w, "lying:1", "accepted");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'sending'"), ==, 1199);
}

/* --- where each value is from --- */

static void
each_value_has_an_origin (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *key = g_strconcat ("prescription:", rx, NULL);
  g_autoptr (GPtrArray) trace = NULL;
  g_autoptr (GError) error = NULL;

  world_review (w, "P2001", rx, "approved");
  finish (w, "V1");
  world_sign_in (w, "D1001");
  world_arrive (w, 1, "V2");
  g_free (world_sign (w, fz_desk_prepare_refusal (w->session, "V2", "J03", "请到实体医院就诊。", NULL)));
  drop_other_drugs (w);
  expect_traced (w);
  trace = fz_desk_trace_upload (w->session, row_of (w, key), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < trace->len; i++) /* as veiled as the row itself */
    if (g_str_equal (fz_fields_get (trace->pdata[i], "field"), "patientCertID"))
      g_assert_nonnull (strchr (fz_fields_get (trace->pdata[i], "value"), '*'));
  world_sign_in (w, "S4002");
  expect_error (fz_desk_trace_upload (w->session, row_of (w, key), &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
}

/* --- what was filed --- */

static void
file_business (World *w, const char *business, const char *filed)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;

  fz_fields_set (changes, "business", business);
  fz_fields_set (changes, "filed", filed);
  fz_desk_amend_institution (w->session, changes, &error);
  g_assert_no_error (error);
}

static gint64
waiting_drugs (World *w)
{
  return world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key LIKE 'drug:%'");
}

static const char *
standing_line (GPtrArray *rows, const char *what)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "business") == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "what"), what) == 0)
      return fz_fields_get (rows->pdata[i], "name");
  return NULL;
}

/* Nothing said: everything is due, and a line says that nothing was said. Follow-ups filed and prescriptions not: the prescription is a task that
 * names the business, what stood in the ledger stays, and once it is filed a person has it built anew. */
static void
only_what_was_filed (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *key = g_strconcat ("prescription:", rx, NULL), *today = NULL;
  g_autoptr (GPtrArray) before = NULL, after = NULL, preflight = NULL, collected = NULL;
  g_autoptr (FzFields) row = NULL;
  g_autoptr (GError) error = NULL;
  gint64 drugs = waiting_drugs (w), id;
  guint added = 0;

  finish (w, "V1");
  world_sign_in (w, "A3001");
  before = fz_desk_list_deadlines (w->session, &error);
  g_assert_nonnull (standing_line (before, "unknown"));
  file_business (w, "nursing", "yes");
  file_business (w, "revisit", "yes");
  expect_state (w, "visit:V1", "queued");
  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "A3001");
  row = read_key (w, key);
  g_assert_cmpstr (fz_fields_get (row, "state"), ==, "blocked");
  g_assert_nonnull (strstr (fz_fields_get (row, "problems"), "“在线处方”"));
  g_assert_false (fz_fields_has (row, "payload"));
  id = row_of (w, key);
  g_assert_true (fz_desk_retry_upload (w->session, id, &error)); /* not filed yet: as it was */
  expect_state (w, key, "blocked");
  after = fz_desk_list_deadlines (w->session, &error);
  g_assert_null (standing_line (after, "unknown"));
  preflight = fz_desk_read_preflight (w->session, NULL, NULL, NULL, &error);
  g_assert_cmpstr (preflight_state (preflight, "filing"), ==, "warn"); /* nursing is filed by hand */
  /* The catalogue is due with prescriptions only, and is made up for once they are filed. */
  drop_other_drugs (w);
  today = fz_date_format (fz_date_in_beijing (fz_desk_now_us (w->desk)));
  collected = fz_desk_collect_uploads (w->session, today, &added, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (added, ==, 0);
  g_assert_cmpint (waiting_drugs (w), <, drugs);
  file_business (w, "prescription", "yes");
  g_assert_true (fz_desk_retry_upload (w->session, id, &error));
  expect_state (w, key, "queued");
  g_clear_pointer (&collected, g_ptr_array_unref);
  collected = fz_desk_collect_uploads (w->session, today, &added, NULL, NULL, NULL, &error);
  g_assert_cmpint (waiting_drugs (w), ==, drugs);
  /* Taken back: what comes now is a task again, what is there stays. */
  file_business (w, "prescription", "no");
  file_business (w, "revisit", "no");
  expect_state (w, key, "queued");
  world_sign_in (w, "D1001");
  world_arrive (w, 1, "V2");
  g_free (world_sign (w, fz_desk_prepare_refusal (w->session, "V2", "J03", "请到实体医院就诊。", NULL)));
  world_sign_in (w, "A3001");
  expect_state (w, "visit:V2", "blocked");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/upload/expired/after", expired_after_the_upload);
  world_add_test ("/upload/void/after", void_after_the_upload);
  world_add_test ("/upload/void/before", void_before_the_upload);
  world_add_test ("/upload/void/unknown", void_of_an_unknown_one);
  world_add_test ("/upload/void/not-reviewed", void_before_the_review);
  world_add_test ("/upload/terminated/answer", the_doctors_own_answer_is_sent);
  world_add_test ("/upload/terminated/no-answer", without_an_answer_affairs_decide);
  world_add_test ("/upload/terminated/waiting", what_waits_for_it);
  world_add_test ("/upload/collect/day", a_day_collected_again);
  world_add_test ("/upload/every-change", every_change);
  world_add_test ("/upload/on-approval", on_approval);
  world_add_test ("/upload/fetched", fetched_from_a_folder);
  world_add_test ("/upload/fetched/oldest", the_oldest_in_the_folder);
  world_add_test ("/upload/fetched/stop", fetched_beside_a_stop);
  world_add_test ("/upload/origins", each_value_has_an_origin);
  world_add_test ("/upload/filing", only_what_was_filed);
  world_add_test ("/upload/stopped", sending_stopped);
  world_add_test ("/upload/preflight", what_would_be_in_the_way);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
