#include "app/upload.h"

#include "app/due.h"
#include "app/platform/sync_thread.h"
#include "app/time_trust.h"
#include "db/audit.h"
#include "db/outbox.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define PATIENCE_US (10 * FZ_US_PER_SECOND)
#define GRACE_US (3 * FZ_US_PER_SECOND)

struct _FzUpload {
  FzSyncThread *thread;
  GMutex mutex; /* over state and words, which the window reads */
  char *state;
  char *words;
};

static gboolean
audit_upload (FzTxn *txn, const char *action, gint64 id, const char *outcome, const char *reason, const FzFields *payload, GError **error)
{
  g_autofree char *subject = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = action, .subject_kind = "outbox", .subject = id > 0 ? subject : NULL,
                         .outcome = outcome, .reason = reason, .payload = payload };

  return fz_audit_append (txn, &entry, NULL, error);
}

/* --- the source: every function is one job on the database thread --- */

typedef struct {
  const FzUploadRow *row;
  const FzOutcome *outcome;
  FzUploadRow *claimed;
  gint64 again_us, next_us;
  FzDesk *desk;
  GBytes *changed; /* what to send instead, since the prescription was voided */
} Step;

static gboolean
claim_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;
  FzOutboxDue due = { 0 };
  gint64 wait = G_MAXINT64;
  g_autoptr (GError) why = NULL;

  if (fz_outbox_next (txn, &due, &wait, &why)) {
    FzUploadRow *row = g_new0 (FzUploadRow, 1);

    row->id = due.id;
    row->method = g_steal_pointer (&due.method);
    row->stream = g_steal_pointer (&due.stream);
    row->payload = g_steal_pointer (&due.payload);
    row->attempts = (guint) due.attempts;
    step->claimed = row;
    fz_outbox_due_clear (&due);
    return TRUE;
  }
  step->next_us = wait == G_MAXINT64 ? 0 : wait;
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
claim (gpointer data, gint64 now_us, FzUploadRow **out_row, gint64 *out_next_us, GError **error)
{
  FzDesk *desk = data;
  Step step = { 0 };

  if (!fz_store_run (desk->store, FZ_TXN_READ, claim_job, &step, error))
    return FALSE;
  *out_row = step.claimed;
  *out_next_us = step.next_us;
  return TRUE;
}

static gboolean
begin_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  return fz_due_refresh (step->desk, txn, step->row->id, &step->changed, error) &&
         fz_outbox_mark_sending (txn, step->row->id, error) &&
         audit_upload (txn, "upload.begin", step->row->id, "done", NULL, NULL, error);
}

static gboolean
begin (gpointer data, FzUploadRow *row, GError **error)
{
  FzDesk *desk = data;
  Step step = { .row = row, .desk = desk };
  gboolean good = fz_store_run (desk->store, FZ_TXN_RECORD, begin_job, &step, error);

  if (good && step.changed != NULL) {
    g_bytes_unref (row->payload);
    row->payload = g_bytes_ref (step.changed);
  }
  g_clear_pointer (&step.changed, g_bytes_unref);
  return good;
}

static const char *
state_after (FzOutcomeKind kind)
{
  switch (kind) {
  case FZ_OUTCOME_ACCEPTED:
    return "accepted";
  case FZ_OUTCOME_REFUSED:
    return "refused";
  case FZ_OUTCOME_UNKNOWN:
    return "unknown";
  case FZ_OUTCOME_CONFIGURATION:
  case FZ_OUTCOME_RETRY:
  case FZ_OUTCOME_OFFLINE:
  default:
    return "queued";
  }
}

static gboolean
settle_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;
  const FzOutcome *outcome = step->outcome;
  const char *state = state_after (outcome->kind);
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_upload/v1");

  fz_fields_set (payload, "code", outcome->code);
  fz_fields_set (payload, "words", outcome->text);
  fz_fields_set (payload, "method", step->row->method);
  return fz_outbox_settle (txn, step->row->id, state, outcome->code, outcome->text,
                           g_str_equal (state, "queued") ? step->again_us : fz_txn_now_us (txn),
                           outcome->kind != FZ_OUTCOME_CONFIGURATION, error) &&
         audit_upload (txn, "upload.settle", step->row->id, g_str_equal (state, "accepted") ? "done" : "failed",
                       fz_outcome_word (outcome->kind), payload, error);
}

static gboolean
put_back_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  return fz_outbox_settle (txn, step->row->id, "queued", step->outcome->code, step->outcome->text, step->again_us, FALSE, error);
}

/* Offline means that no byte left: the row is as it was, and `upload.begin` stands as the one entry of the try. A platform that is away
 * for a night would else fill the log with pairs that say nothing. */
static gboolean
settle (gpointer data, const FzUploadRow *row, const FzOutcome *outcome, gint64 again_at_us, GError **error)
{
  FzDesk *desk = data;
  Step step = { .row = row, .outcome = outcome, .again_us = again_at_us };

  if (outcome->kind == FZ_OUTCOME_OFFLINE)
    return fz_store_run (desk->store, FZ_TXN_LOCAL, put_back_job, &step, error);
  return fz_store_run (desk->store, FZ_TXN_RECORD, settle_job, &step, error);
}

static const char *
state_word (FzUploadState state)
{
  static const char *const words[] = { "idle", "sending", "waiting", "paused", "alarm", "stopped" };

  return words[state];
}

static void
changed (gpointer data, const FzUploadStatus *status)
{
  FzDesk *desk = data;

  if (desk->upload == NULL)
    return;
  g_mutex_lock (&desk->upload->mutex);
  g_free (desk->upload->state);
  g_free (desk->upload->words);
  desk->upload->state = g_strdup (state_word (status->state));
  desk->upload->words = g_strdup (status->text);
  g_mutex_unlock (&desk->upload->mutex);
}

static void
heard (gpointer data, gint64 date_us)
{
  fz_time_trust_heard (data, date_us);
}

static const FzUploadSource source = { claim, begin, settle, changed, heard };

/* --- configuration: a file named in the store's settings --- */

typedef struct {
  const char *path;
  const char *unit_id;
  char *found;
  FzDesk *desk;
} Setting;

static gboolean
read_setting (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;
  g_autoptr (GError) why = NULL;

  setting->found = fz_setting_dup (txn, "platform.config", &why);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
write_setting (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;

  return fz_setting_set (txn, "platform.config", setting->path, error) &&
         audit_upload (txn, "platform.configure", 0, "done", NULL, NULL, error);
}

gboolean
fz_upload_configure (FzDesk *desk, const char *config_path, GError **error)
{
  g_autoptr (FzPlatformConfig) config = fz_platform_config_load (config_path, desk->demo, error);
  g_autofree char *absolute = g_canonicalize_filename (config_path, NULL);
  Setting setting = { .path = absolute };

  return config != NULL && fz_store_run (desk->store, FZ_TXN_RECORD, write_setting, &setting, error);
}

static FzPlatformConfig *
load_config (FzDesk *desk, GError **error)
{
  Setting setting = { 0 };
  g_autofree char *path = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_setting, &setting, error))
    return NULL;
  path = setting.found;
  if (path == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("尚未设置监管平台的接入配置，数据在本地排队，不会丢失。请系统管理员设置后再上报。"));
    return NULL;
  }
  return fz_platform_config_load (path, desk->demo, error);
}

/* --- running --- */

static gboolean
recover_job (FzTxn *txn, gpointer data, GError **error)
{
  gint64 n = 0;
  g_autofree char *reason = NULL;

  if (!fz_outbox_recover (txn, &n, error))
    return FALSE;
  reason = g_strdup_printf ("%" G_GINT64_FORMAT " rows", n);
  return audit_upload (txn, "upload.recover", 0, "done", reason, NULL, error);
}

static gboolean
has_sending (FzTxn *txn, gpointer data, GError **error)
{
  gboolean *some = data;
  g_autoptr (FzFields) counts = fz_outbox_counts (txn, error);

  *some = counts != NULL && fz_fields_has (counts, "sending");
  return counts != NULL;
}

gboolean
fz_upload_recover (FzDesk *desk, GError **error)
{
  gboolean some = FALSE;

  if (!fz_store_run (desk->store, FZ_TXN_READ, has_sending, &some, error))
    return FALSE;
  return !some || fz_store_is_read_only (desk->store, NULL) || fz_store_run (desk->store, FZ_TXN_RECORD, recover_job, NULL, error);
}

gboolean
fz_upload_drain_desk (FzDesk *desk, guint *out_accepted, guint *out_refused, guint *out_unknown, char **out_trouble, GError **error)
{
  g_autoptr (FzPlatformConfig) config = load_config (desk, error);
  FzUploadSummary summary = { 0 };

  if (config == NULL ||
      !fz_upload_drain (config, desk->knowledge->messages, &source, desk, PATIENCE_US, desk->stop, &summary, error))
    return FALSE;
  *out_accepted = summary.accepted;
  *out_refused = summary.refused;
  *out_unknown = summary.unknown;
  *out_trouble = summary.alarm != NULL ? g_strdup (summary.alarm)
                 : summary.gave_up     ? g_strdup (_ ("监管平台没有响应，未发送的数据留在本地队列。"))
                                       : NULL;
  fz_upload_summary_clear (&summary);
  return TRUE;
}

gboolean
fz_desk_upload_once (FzSession *session, GError **error)
{
  guint accepted, refused, unknown;
  g_autofree char *trouble = NULL;

  if (!fz_session_may (session, "upload.run", "store", NULL, error) ||
      !fz_upload_drain_desk (session->desk, &accepted, &refused, &unknown, &trouble, error))
    return FALSE;
  if (trouble == NULL)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_OFFLINE, trouble);
  return FALSE;
}

gboolean
fz_desk_upload_start (FzSession *session, GError **error)
{
  FzDesk *desk = session->desk;
  g_autoptr (FzPlatformConfig) config = NULL;
  struct _FzUpload *upload;

  if (!fz_session_may (session, "upload.run", "store", NULL, error))
    return FALSE;
  if (desk->upload != NULL)
    return TRUE;
  config = load_config (desk, error);
  if (config == NULL)
    return FALSE;
  upload = g_new0 (struct _FzUpload, 1);
  g_mutex_init (&upload->mutex);
  desk->upload = upload;
  upload->thread = fz_sync_thread_start (config, desk->knowledge->messages, &source, desk, error);
  if (upload->thread != NULL)
    return TRUE;
  fz_upload_stop (desk);
  return FALSE;
}

void
fz_upload_stop (FzDesk *desk)
{
  struct _FzUpload *upload = desk->upload;

  if (upload == NULL)
    return;
  if (upload->thread != NULL)
    fz_sync_thread_stop (upload->thread, GRACE_US);
  desk->upload = NULL;
  g_mutex_clear (&upload->mutex);
  g_free (upload->state);
  g_free (upload->words);
  g_free (upload);
}

void
fz_desk_upload_stop (FzSession *session)
{
  fz_upload_stop (session->desk);
}

void
fz_upload_kick (FzDesk *desk)
{
  if (desk->upload != NULL && desk->upload->thread != NULL)
    fz_sync_thread_kick (desk->upload->thread);
}

char *
fz_upload_state (FzDesk *desk, char **out_words)
{
  struct _FzUpload *upload = desk->upload;
  char *state;

  *out_words = NULL;
  if (upload == NULL)
    return g_strdup ("none");
  g_mutex_lock (&upload->mutex);
  state = g_strdup (upload->state != NULL ? upload->state : "idle");
  *out_words = g_strdup (upload->words);
  g_mutex_unlock (&upload->mutex);
  return state;
}
