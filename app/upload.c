#include "app/upload.h"

#include "app/front_thread.h"
#include "app/platform/profile.h"
#include "app/platform/sync_thread.h"
#include "app/reporting.h"
#include "app/spool.h"
#include "db/outbox.h"
#include "db/setting.h"
#include "db/spool.h"

#include <glib/gi18n-lib.h>

#define PATIENCE_US (10 * FZ_US_PER_SECOND)
#define GRACE_US (3 * FZ_US_PER_SECOND)

struct _FzUpload {
  FzSyncThread *thread;
  FzPlatformConfig *fetched; /* of a platform that fetches: no thread, the window's clock does it */
  char *state;
  char *words;
};

/* Over every desk's `upload` and what it points to: it is stopped by the window, and read, kicked and told of by other threads. Held for a moment only. */
static GMutex guard;

static const char *
state_word (FzUploadState state)
{
  static const char *const words[] = { "idle", "sending", "waiting", "alarm", "stopped" };

  return words[state];
}

void
fz_upload_note (gpointer data, const FzUploadStatus *status)
{
  FzDesk *desk = data;

  g_mutex_lock (&guard);
  if (desk->upload != NULL) {
    g_free (desk->upload->state);
    g_free (desk->upload->words);
    desk->upload->state = g_strdup (state_word (status->state));
    desk->upload->words = g_strdup (status->text);
  }
  g_mutex_unlock (&guard);
}

/* --- configuration: a file named in the store's settings --- */

typedef struct {
  const char *path, *trigger, *environment;
  char *found, *found_environment;
  FzDesk *desk;
  FzSession *session; /* who sets it; NULL: the desk itself, as the demonstration does */
} Setting;

/* A demonstration reports to a simulator, whatever its configuration says. */
static const char *
environment_of (const FzDesk *desk, const FzPlatformConfig *config)
{
  return desk->demo ? "demo" : fz_platform_config_is_test (config) ? "test" : "production";
}

static gboolean
read_setting (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;

  return fz_setting_read (txn, "platform.config", &setting->found, error) && fz_setting_read (txn, "platform.environment", &setting->found_environment, error);
}

/* What the other platform took, or may have taken, would stand in the ledger as if this one had it. */
static gboolean
is_same_environment (FzTxn *txn, const char *environment, GError **error)
{
  gboolean elsewhere = FALSE;

  if (!fz_outbox_any_elsewhere (txn, environment, &elsewhere, error))
    return FALSE;
  if (elsewhere)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED,
                         g_str_equal (environment, "test") ? _ ("这个库已经向正式平台上报过，不能改接测试平台。\n测试请用另一个数据文件夹（fuzhen init）。")
                                                           : _ ("这个库已经向测试平台上报过，那些记录不算已上报，不能改接正式平台。\n正式使用请新建数据文件夹（fuzhen init），再设置正式的接入配置。"));
  return !elsewhere;
}

static gboolean
write_setting (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;

  return is_same_environment (txn, setting->environment, error) && fz_setting_set (txn, "platform.environment", setting->environment, error) &&
         fz_setting_set (txn, "platform.config", setting->path, error) && fz_setting_set (txn, "platform.trigger", setting->trigger, error) &&
         (setting->session != NULL ? fz_session_audit (setting->session, txn, "platform.configure", "outbox", NULL, "done", NULL, NULL, error)
                                   : fz_upload_audit (txn, "platform.configure", 0, "done", NULL, NULL, error));
}

static gboolean
write_environment (FzTxn *txn, gpointer data, GError **error)
{
  Setting *setting = data;

  return fz_setting_set (txn, "platform.environment", setting->environment, error) && fz_outbox_name_environment (txn, setting->environment, error) &&
         fz_upload_audit (txn, "platform.configure", 0, "done", NULL, NULL, error);
}

/* A store that did not note it has sent to the environment that its configuration names, and to no other; of a demonstration what stood there before is its
 * own as well. */
static gboolean
note_environment (FzDesk *desk, const char *found, const char *environment, GError **error)
{
  Setting setting = { .environment = environment };

  if ((found != NULL && (!desk->demo || g_str_equal (found, environment))) || fz_store_is_read_only (desk->store, NULL))
    return TRUE;
  return fz_store_run (desk->store, FZ_TXN_RECORD, write_environment, &setting, error);
}

/* A platform that fetches is not sent to, nor the other way round. */
static gboolean
is_the_way (const FzMessageTable *table, const FzPlatformConfig *config, GError **error)
{
  gboolean fetched = fz_message_table_get_trigger (table) == FZ_TRIGGER_PULL;

  if (fetched == (fz_platform_config_get_folder (config) != NULL))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID,
                       fetched ? _ ("本院所在地区的监管平台由前置机来取数据，接入配置要写存放数据的文件夹（folder），不写 url。")
                               : _ ("本院所在地区的监管平台由本程序主动上报，接入配置要写 url，不写 folder。"));
  return FALSE;
}

/* A configuration for another wire would send what the other side cannot read. */
FzPlatformConfig *
fz_upload_load_config (const char *path, const FzMessageTable *table, gboolean demo, GError **error)
{
  g_autoptr (FzPlatformConfig) config = fz_platform_config_load (path, demo, error);
  const char *wire = fz_message_table_get_wire (table);

  if (config == NULL)
    return NULL;
  if (g_str_equal (fz_platform_config_get_profile (config), wire))
    return is_the_way (table, config, error) ? g_steal_pointer (&config) : NULL;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("本院所在地区的监管平台用 %s 格式上报，而接入配置的 profile 是 %s。请改正接入配置。"), wire,
               fz_platform_config_get_profile (config));
  return NULL;
}

static gboolean
read_taken (FzTxn *txn, gpointer data, GError **error)
{
  static const char *const states[] = { "accepted", "settled_sent", "unknown", "sending" };
  g_autoptr (FzFields) counts = fz_outbox_counts (txn, error);
  gboolean *taken = data;

  for (guint i = 0; counts != NULL && i < G_N_ELEMENTS (states); i++)
    *taken = *taken || fz_fields_has (counts, states[i]);
  return counts != NULL;
}

/* Before another configuration takes its place: what went out under the one there was. */
static gboolean
note_past (FzDesk *desk, GError **error)
{
  Setting setting = { 0 };
  g_autofree char *path = NULL, *environment = NULL;
  g_autoptr (FzPlatformConfig) config = NULL;
  gboolean taken = FALSE;

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_setting, &setting, error) || !fz_store_run (desk->store, FZ_TXN_READ, read_taken, &taken, error))
    return FALSE;
  path = setting.found;
  environment = setting.found_environment;
  if (path == NULL || !taken || (environment != NULL && !desk->demo))
    return TRUE;
  config = fz_platform_config_load (path, desk->demo, NULL);
  if (config != NULL || desk->demo)
    return note_environment (desk, environment, environment_of (desk, config), error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这个库上报过，而它用过的接入配置 %s 已读不到，无法确认报到了测试平台还是正式平台。\n请把那份文件放回原处再设置；确实没有的，请新建数据文件夹（fuzhen init）。"), path);
  return FALSE;
}

static gboolean
configure (FzDesk *desk, FzSession *session, const char *config_path, GError **error)
{
  g_autoptr (FzPlatformConfig) config = fz_upload_load_config (config_path, desk->knowledge->messages, desk->demo, error);
  g_autofree char *absolute = g_canonicalize_filename (config_path, NULL);
  Setting setting = { .session = session, .path = absolute, .trigger = config != NULL ? fz_platform_config_get_trigger (config) : NULL,
                      .environment = config != NULL ? environment_of (desk, config) : NULL };

  return config != NULL && note_past (desk, error) && fz_store_run (desk->store, FZ_TXN_RECORD, write_setting, &setting, error) && fz_reporting_choose (desk, error);
}

gboolean
fz_upload_configure (FzDesk *desk, const char *config_path, GError **error)
{
  return configure (desk, NULL, config_path, error);
}

gboolean
fz_desk_set_platform (FzSession *session, const char *config_path, GError **error)
{
  return fz_session_may (session, "upload.configure", "store", NULL, error) && configure (session->desk, session, config_path, error);
}

FzPlatformConfig *
fz_upload_read_config (FzDesk *desk, GError **error)
{
  Setting setting = { 0 };
  g_autofree char *path = NULL, *environment = NULL;
  g_autoptr (FzPlatformConfig) config = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_setting, &setting, error))
    return NULL;
  path = setting.found;
  environment = setting.found_environment;
  if (path == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("尚未设置监管平台的接入配置，数据在本地排队，不会丢失。请系统管理员设置后再上报。"));
    return NULL;
  }
  config = fz_upload_load_config (path, desk->knowledge->messages, desk->demo, error);
  if (config == NULL || !note_environment (desk, environment, environment_of (desk, config), error))
    return NULL;
  if (environment == NULL || desk->demo || g_str_equal (environment, environment_of (desk, config)))
    return g_steal_pointer (&config);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("接入配置 %s 的环境（environment）在设置之后被改动，没有发送。\n请系统管理员核对文件并重新设置。"), path);
  return NULL;
}

/* --- running --- */

/* One entry a row, so that each row's history is whole. */
gboolean
fz_upload_recover_in (FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) left = fz_outbox_list (txn, "sending", 0, G_MAXINT, error);
  gint64 n = 0, id = 0;

  for (guint i = 0; left != NULL && i < left->len; i++)
    if (!fz_fields_get_int (left->pdata[i], "id", &id) || !fz_upload_audit (txn, "upload.recover", id, "done", "unknown", NULL, error))
      return FALSE;
  return left != NULL && fz_outbox_recover (txn, &n, error);
}

static gboolean
recover_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_upload_recover_in (txn, error);
}

static gboolean
has_sending (FzTxn *txn, gpointer data, GError **error)
{
  gboolean *some = data, out = FALSE;
  g_autoptr (FzFields) counts = fz_outbox_counts (txn, error);

  if (counts == NULL || !fz_spool_is_out (txn, &out, error))
    return FALSE;
  *some = !out && fz_fields_has (counts, "sending");
  return TRUE;
}

gboolean
fz_upload_recover (FzDesk *desk, GError **error)
{
  gboolean some = FALSE;

  /* What lies in a folder is not lost by a restart: it is laid there again under the same key until its receipt comes. */
  if (fz_message_table_get_trigger (desk->knowledge->messages) == FZ_TRIGGER_PULL)
    return TRUE;
  if (!fz_store_run (desk->store, FZ_TXN_READ, has_sending, &some, error))
    return FALSE;
  return !some || fz_store_is_read_only (desk->store, NULL) || fz_store_run (desk->store, FZ_TXN_RECORD, recover_job, NULL, error);
}

void
fz_upload_watch_tell (FzUploadWatch *self)
{
  if (self == NULL)
    return;
  self->done++;
  if (self->progress != NULL)
    self->progress (MIN (self->done, self->total), self->total, self->data);
}

static gboolean
count_queued (FzTxn *txn, gpointer data, GError **error)
{
  FzUploadWatch *watch = data;
  g_autoptr (FzFields) counts = fz_outbox_counts (txn, error);
  gint64 queued = 0;

  if (counts != NULL && fz_fields_get_int (counts, "queued", &queued))
    watch->total = (guint64) queued;
  return counts != NULL;
}

gboolean
fz_upload_drain_desk (FzDesk *desk, FzUploadWatch *watch, guint *out_accepted, guint *out_refused, guint *out_unknown, char **out_trouble, GError **error)
{
  g_autoptr (FzPlatformConfig) config = NULL;
  FzUploadSummary summary = { 0 };
  gboolean good;

  if (desk->upload != NULL || !g_atomic_int_compare_and_exchange (&desk->draining, 0, 1)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("上报已在运行，到期的会自动发出，不必另发一次。"));
    return FALSE;
  }
  desk->uploads = TRUE;
  g_atomic_int_set (&desk->spool_asked, 1);
  config = fz_upload_read_config (desk, error);
  desk->drain = watch;
  if (watch != NULL && config != NULL && !fz_store_run (desk->store, FZ_TXN_READ, count_queued, watch, error))
    good = FALSE;
  else if (config != NULL && fz_platform_config_get_folder (config) != NULL)
    good = fz_upload_pull (desk, config, &summary, error);
  else
    good = config != NULL && fz_upload_recover (desk, error) && fz_upload_drain (config, desk->knowledge->messages, &fz_upload_source, desk, PATIENCE_US, watch != NULL ? watch->stop : NULL, &summary, error);
  desk->drain = NULL;
  g_atomic_int_set (&desk->draining, 0);
  if (!good)
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
fz_desk_upload_once (FzSession *session, GCancellable *stop, void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  FzUploadWatch watch = { stop, progress, data, 0, 0 };
  guint accepted, refused, unknown;
  g_autofree char *trouble = NULL;

  if (!fz_session_may (session, "upload.run", "store", NULL, error) ||
      !fz_upload_drain_desk (session->desk, &watch, &accepted, &refused, &unknown, &trouble, error) || g_cancellable_set_error_if_cancelled (stop, error))
    return FALSE;
  if (trouble == NULL)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_OFFLINE, trouble);
  return FALSE;
}

gboolean
fz_desk_set_spool (FzSession *session, const char *dir, GError **error)
{
  g_autofree char *own = g_build_filename (session->desk->state_dir, "spool", NULL), *public_key = NULL;
  gboolean is_own = g_strcmp0 (dir, "") == 0;

  return fz_session_may (session, "upload.configure", "store", NULL, error) && (!is_own || fz_spool_prepare (own, &public_key, NULL, error)) &&
         fz_spool_set (session->desk, is_own ? own : dir, error);
}

/* One that stands still, for an alarm or a pause after a failure, is started anew with what its configuration says now. */
static gboolean
is_at_work (FzDesk *desk)
{
  g_autofree char *words = NULL, *state = fz_upload_state (desk, &words);

  return !g_str_equal (state, "none") && !g_str_equal (state, "alarm") && !g_str_equal (state, "waiting");
}

/* The other wire of this desk; a hospital without a front of its own has none. */
static void
start_front (FzDesk *desk)
{
  g_autoptr (GError) why = NULL;

  if (!fz_front_start (desk, &why) && !g_error_matches (why, FZ_ERROR, FZ_ERROR_UNSUPPORTED))
    g_warning ("front: %s", why->message);
}

static struct _FzUpload *
put (FzDesk *desk, struct _FzUpload *upload)
{
  struct _FzUpload *before;

  g_mutex_lock (&guard);
  before = desk->upload;
  desk->upload = upload;
  g_mutex_unlock (&guard);
  return before;
}

gboolean
fz_desk_upload_start (FzSession *session, GError **error)
{
  FzDesk *desk = session->desk;
  g_autoptr (FzPlatformConfig) config = NULL;
  struct _FzUpload *upload;
  FzSyncThread *thread;

  if (!fz_session_may (session, "upload.run", "store", NULL, error))
    return FALSE;
  start_front (desk);
  if (is_at_work (desk))
    return TRUE;
  if (g_atomic_int_get (&desk->draining) != 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("正在发送一次，完成后再启动上报。"));
    return FALSE;
  }
  config = fz_upload_read_config (desk, error);
  if (config == NULL)
    return FALSE;
  fz_upload_stop (desk);
  /* What the stopped one could not write down is marked before another one sends. */
  if (!fz_upload_recover (desk, error))
    return FALSE;
  desk->uploads = TRUE;
  g_atomic_int_set (&desk->spool_asked, 1);
  upload = g_new0 (struct _FzUpload, 1);
  if (fz_platform_config_get_folder (config) != NULL)
    upload->fetched = fz_platform_config_ref (config);
  put (desk, upload);
  if (fz_platform_config_get_folder (config) != NULL)
    return fz_upload_tick (desk, error);
  thread = fz_sync_thread_start (config, desk->knowledge->messages, &fz_upload_source, desk, error);
  g_mutex_lock (&guard);
  upload->thread = thread;
  g_mutex_unlock (&guard);
  if (thread != NULL)
    return TRUE;
  fz_upload_stop (desk);
  return FALSE;
}

void
fz_upload_stop (FzDesk *desk)
{
  struct _FzUpload *upload = put (desk, NULL);

  if (upload == NULL)
    return;
  if (upload->thread != NULL)
    fz_sync_thread_stop (upload->thread, GRACE_US);
  g_clear_pointer (&upload->fetched, fz_platform_config_unref);
  g_free (upload->state);
  g_free (upload->words);
  g_free (upload);
}

gboolean
fz_upload_tick (FzDesk *desk, GError **error)
{
  FzUploadSummary summary = { 0 };
  FzUploadStatus status = { .state = FZ_UPLOAD_IDLE };
  g_autoptr (GError) why = NULL;
  g_autoptr (FzPlatformConfig) config = NULL;

  g_mutex_lock (&guard);
  config = desk->upload != NULL && desk->upload->fetched != NULL ? fz_platform_config_ref (desk->upload->fetched) : NULL;
  g_mutex_unlock (&guard);
  if (config == NULL || !g_atomic_int_compare_and_exchange (&desk->draining, 0, 1))
    return TRUE;
  if (!fz_upload_pull (desk, config, &summary, &why)) {
    status.state = FZ_UPLOAD_ALARM;
    status.text = why->message;
  }
  g_atomic_int_set (&desk->draining, 0);
  fz_upload_note (desk, &status);
  fz_upload_summary_clear (&summary);
  return TRUE;
}

void
fz_desk_upload_stop (FzSession *session)
{
  fz_upload_stop (session->desk);
}

void
fz_upload_kick (FzDesk *desk)
{
  fz_front_kick (desk);
  g_mutex_lock (&guard);
  if (desk->upload != NULL && desk->upload->thread != NULL)
    fz_sync_thread_kick (desk->upload->thread);
  g_mutex_unlock (&guard);
}

char *
fz_upload_state (FzDesk *desk, char **out_words)
{
  const struct _FzUpload *upload;
  char *state;

  g_mutex_lock (&guard);
  upload = desk->upload;
  state = g_strdup (upload == NULL ? "none" : upload->state != NULL ? upload->state : "idle");
  *out_words = upload != NULL ? g_strdup (upload->words) : NULL;
  g_mutex_unlock (&guard);
  return state;
}
