#include "app/spool.h"

#include "app/due.h"
#include "app/platform/profile.h"
#include "app/upload.h"
#include "core/date.h"
#include "db/desk_lock.h"
#include "db/outbox.h"
#include "db/setting.h"
#include "db/spool.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define DIR "spool.dir"
#define PUBLIC "spool.public"
#define NUMBER "spool.number"
#define KEY "spool.key"
#define TROUBLE "spool.trouble" /* why the last one that closed could not hand over */
#define ROW "fuzhen.spool_row/v1"

/* --- what the store knows --- */

typedef struct {
  char *dir, *public_key, *number, *config;
  FzSecret *key;
} Known;

static void
known_clear (Known *self)
{
  g_free (self->dir);
  g_free (self->public_key);
  g_free (self->number);
  g_free (self->config);
  fz_secret_free (self->key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Known, known_clear)

static gboolean
read_known (FzTxn *txn, gpointer data, GError **error)
{
  Known *self = data;
  g_autofree char *key = NULL;

  if (!fz_setting_read (txn, DIR, &self->dir, error) || !fz_setting_read (txn, PUBLIC, &self->public_key, error) || !fz_setting_read (txn, NUMBER, &self->number, error) ||
      !fz_setting_read (txn, "platform.config", &self->config, error) || !fz_setting_read (txn, KEY, &key, error))
    return FALSE;
  if (key != NULL) {
    self->key = fz_secret_new (FZ_SPOOL_KEY_BYTES);
    for (guint i = 0; i < FZ_SPOOL_KEY_BYTES && strlen (key) == 2 * FZ_SPOOL_KEY_BYTES; i++)
      fz_secret_get_writable (self->key)[i] = (guint8) (g_ascii_xdigit_value (key[2 * i]) << 4 | g_ascii_xdigit_value (key[2 * i + 1]));
    fz_secret_wipe (key, strlen (key));
  }
  return TRUE;
}

gboolean
fz_spool_is_out (FzTxn *txn, gboolean *out, GError **error)
{
  g_autofree char *number = NULL;

  if (!fz_setting_read (txn, NUMBER, &number, error))
    return FALSE;
  *out = number != NULL;
  return TRUE;
}

static gboolean
put_trouble (FzTxn *txn, FzFields *status, GError **error)
{
  g_autofree char *trouble = NULL;

  if (!fz_setting_read (txn, TROUBLE, &trouble, error))
    return FALSE;
  fz_fields_set (status, "upload.spool_trouble", trouble);
  return TRUE;
}

gboolean
fz_spool_put_status (FzTxn *txn, FzFields *status, GError **error)
{
  g_autofree char *dir = NULL;

  if (!fz_setting_read (txn, DIR, &dir, error))
    return FALSE;
  fz_fields_set (status, "upload.spool", dir);
  return put_trouble (txn, status, error);
}

typedef struct {
  const char *dir, *public_key;
} Choice;

static gboolean
set_job (FzTxn *txn, gpointer data, GError **error)
{
  Choice *choice = data;
  gboolean out = FALSE;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_spool/v1");

  if (!fz_spool_is_out (txn, &out, error))
    return FALSE;
  if (out) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("已交给后台的记录还没有收回：请先登录窗口（或 fuzhen upload --once）收回，再更改交接夹。"));
    return FALSE;
  }
  fz_fields_set (payload, "dir", choice->dir);
  return fz_setting_set (txn, DIR, choice->dir, error) && fz_setting_set (txn, PUBLIC, choice->public_key, error) && fz_setting_set (txn, TROUBLE, NULL, error) &&
         fz_upload_audit (txn, "upload.spool", 0, "done", NULL, payload, error);
}

gboolean
fz_spool_set (FzDesk *desk, const char *dir, GError **error)
{
  g_autofree char *absolute = dir != NULL ? g_canonicalize_filename (dir, NULL) : NULL;
  g_autoptr (GError) why = NULL;
  g_autofree char *public_key = dir != NULL ? fz_spool_read_public (absolute, &why) : NULL;
  Choice choice = { absolute, public_key };

  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("%s 还不是后台上报的交接夹。\n请先在这台电脑上运行一次 fuzhen upload --spool %s。"), absolute, absolute);
    return FALSE;
  }
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return fz_store_run (desk->store, FZ_TXN_RECORD, set_job, &choice, error);
}

/* --- giving --- */

typedef struct {
  FzDesk *desk;
  const Known *known;
  char *number;
  FzSecret *key;
  GPtrArray *records; /* the head, then rows */
  gsize bytes;
} Giving;

/* One row as the sender needs it; what it said before is kept, so that a row that comes back untouched is as it was. */
static FzFields *
row_for_sender (FzTxn *txn, const FzFields *row, GBytes *changed, GError **error)
{
  static const char *const kept[] = { "id", "key", "stream", "method", "attempts", "code", "words", "next_at", "payload" };
  g_autoptr (FzFields) out = fz_fields_new (ROW);
  g_autoptr (GPtrArray) needs = NULL;
  gint64 id = 0;

  fz_fields_get_int (row, "id", &id);
  needs = fz_outbox_needs (txn, id, error);
  if (needs == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    fz_fields_set (out, kept[i], fz_fields_get (row, kept[i]));
  if (changed != NULL) {
    g_autofree char *text = g_strndup (g_bytes_get_data (changed, NULL), g_bytes_get_size (changed));

    fz_fields_set (out, "payload", text);
  }
  for (guint i = 0; i < needs->len; i++)
    fz_fields_set_at (out, "need", i + 1, "key", needs->pdata[i]);
  fz_fields_freeze (out);
  return g_steal_pointer (&out);
}

static gboolean
give_row (FzTxn *txn, Giving *giving, gint64 id, GError **error)
{
  g_autoptr (GBytes) changed = NULL, printed = NULL;
  g_autoptr (FzFields) row = NULL, record = NULL;
  gboolean blocked = FALSE;

  if (!fz_due_refresh (giving->desk, txn, id, &changed, &blocked, error) || blocked)
    return blocked;
  row = fz_outbox_get (txn, id, error);
  record = row != NULL ? row_for_sender (txn, row, changed, error) : NULL;
  if (record == NULL)
    return FALSE;
  printed = fz_fields_print (record, NULL);
  if (printed == NULL) /* longer than a record may be: it waits for the window */
    return TRUE;
  giving->bytes += g_bytes_get_size (printed);
  g_ptr_array_add (giving->records, g_steal_pointer (&record));
  return fz_outbox_mark_sending (txn, id, error);
}

static gboolean
note_giving (FzTxn *txn, const Giving *giving, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_spool/v1");
  g_autoptr (GString) hex = g_string_sized_new (2 * FZ_SPOOL_KEY_BYTES + 1); /* never moved: what is wiped is all there is */
  gboolean good;

  fz_fields_set (payload, "number", giving->number);
  fz_fields_set_int (payload, "rows", (gint64) giving->records->len - 1);
  for (guint i = 0; i < FZ_SPOOL_KEY_BYTES; i++)
    g_string_append_printf (hex, "%02x", fz_secret_get (giving->key)[i]);
  good = fz_setting_set (txn, NUMBER, giving->number, error) && fz_setting_set (txn, KEY, hex->str, error) &&
         fz_upload_audit (txn, "upload.give", 0, "done", NULL, payload, error);
  fz_secret_wipe (hex->str, hex->len);
  return good;
}

/* The files are whole before the rows are given away, and open to nobody until they are. */
static gboolean
give_job (FzTxn *txn, gpointer data, GError **error)
{
  Giving *giving = data;
  g_autoptr (GPtrArray) queued = fz_outbox_list (txn, "queued", 0, G_MAXINT, error);
  gint64 id = 0;

  if (queued == NULL)
    return FALSE;
  for (guint i = queued->len; i-- > 0 && giving->bytes < FZ_SPOOL_MAX_BYTES;)
    if (!fz_fields_get_int (queued->pdata[i], "id", &id) || !give_row (txn, giving, id, error))
      return FALSE;
  if (giving->records->len == 1) {
    g_clear_pointer (&giving->number, g_free);
    return fz_setting_set (txn, TROUBLE, NULL, error) && fz_upload_audit (txn, "upload.give", 0, "done", NULL, NULL, error);
  }
  return fz_setting_set (txn, TROUBLE, NULL, error) &&
         fz_spool_write (giving->known->dir, giving->number, giving->key, giving->known->public_key, (FzFields **) giving->records->pdata, giving->records->len, error) &&
         note_giving (txn, giving, error);
}

static FzFields *
head_of (const FzDesk *desk, const Known *known, const FzPlatformConfig *config)
{
  FzFields *head = fz_fields_new (ROW);
  const char *place = desk->institution != NULL ? fz_fields_get (desk->institution, "jurisdiction") : NULL;

  fz_fields_set (head, "config", known->config);
  fz_fields_set_bool (head, "test", fz_platform_config_is_test (config));
  fz_fields_set (head, "place", place);
  fz_fields_set (head, "demo", desk->demo ? "yes" : NULL);
  fz_fields_freeze (head);
  return head;
}

static gboolean
has_queued (FzTxn *txn, gpointer data, GError **error)
{
  gboolean *some = data;
  g_autoptr (FzFields) counts = fz_outbox_counts (txn, error);

  *some = counts != NULL && fz_fields_has (counts, "queued");
  return counts != NULL;
}

static gboolean
give (FzDesk *desk, const Known *known, const FzPlatformConfig *config, GError **error)
{
  Giving giving = { .desk = desk, .known = known };
  guint8 random[8];
  gboolean good;

  fz_random_bytes (random, sizeof random);
  giving.number = g_strdup_printf ("%02x%02x%02x%02x%02x%02x%02x%02x", random[0], random[1], random[2], random[3], random[4], random[5], random[6], random[7]);
  giving.key = fz_secret_random (FZ_SPOOL_KEY_BYTES);
  giving.records = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_ptr_array_add (giving.records, head_of (desk, known, config));
  good = fz_spool_clear (known->dir, error) && fz_store_run (desk->store, FZ_TXN_RECORD, give_job, &giving, error) &&
         (giving.number == NULL || fz_spool_publish (known->dir, giving.number, error));
  fz_secret_free (giving.key);
  g_ptr_array_unref (giving.records);
  g_free (giving.number);
  return good;
}

static gboolean
hand_over (FzDesk *desk, GError **error)
{
  g_auto (Known) known = { 0 };
  g_autoptr (FzDeskLock) lock = NULL;
  g_autoptr (FzPlatformConfig) config = NULL;
  gboolean some = FALSE;
  g_autofree char *public_key = NULL;

  /* A platform that fetches has its own folder, and what lies there is in `sending` as well. */
  if (fz_store_is_read_only (desk->store, NULL) || fz_message_table_get_trigger (desk->knowledge->messages) == FZ_TRIGGER_PULL)
    return TRUE;
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_known, &known, error) || !fz_store_run (desk->store, FZ_TXN_READ, has_queued, &some, error))
    return FALSE;
  if (known.dir == NULL || known.config == NULL || known.number != NULL || !some)
    return TRUE;
  config = fz_upload_read_config (desk, error);
  if (config == NULL)
    return FALSE;
  public_key = fz_spool_read_public (known.dir, error);
  if (public_key == NULL)
    return FALSE;
  if (g_strcmp0 (public_key, known.public_key) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("交接夹 %s 的公钥与设置时不同，没有交出任何记录。\n请系统管理员核实后重新设置：fuzhen upload spool 文件夹。"), known.dir);
    return FALSE;
  }
  lock = fz_desk_lock_take (known.dir, error);
  if (lock == NULL || !fz_spool_is_taken (known.dir))
    return lock != NULL && give (desk, &known, config, error);
  /* Its owner would find its rows gone, and not know of any of them whether it was sent. */
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT,
               _ ("交接夹 %s 里还有另一个数据文件夹（或恢复备份之前的这一个）交出、没有收回的记录，这次没有交出。\n请打开那个数据文件夹的窗口收回；它已停用的，请系统管理员另设一个交接夹：fuzhen upload spool 文件夹。"), known.dir);
  return FALSE;
}

/* The error goes to a window that is closing: the reason stands in the log, and in the next one until a hand-over succeeds. */
static gboolean
note_failure (FzTxn *txn, gpointer data, GError **error)
{
  return fz_setting_set (txn, TROUBLE, data, error) && fz_upload_audit (txn, "upload.give", 0, "failed", data, NULL, error);
}

gboolean
fz_spool_hand_over (FzDesk *desk, GError **error)
{
  g_autoptr (GError) why = NULL;
  gboolean gave = hand_over (desk, &why);

  fz_spool_watch_end (g_steal_pointer (&desk->spool_watch), gave);
  if (gave)
    return TRUE;
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, note_failure, why->message, NULL))
    g_warning ("spool: not entered in the log");
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* --- taking back --- */

typedef struct {
  FzDesk *desk;
  GPtrArray *records;  /* rows, after the head */
  GHashTable *answers; /* id -> FzFields: what was last said of it */
  gboolean damaged;    /* a row of which nothing is said may have been sent all the same */
  guint from, to;
  guint sent, unknown;
} Taking;

#define PAGE 50

/* Nothing is said of it, and all that was said can be read. */
static gboolean
put_untouched (FzTxn *txn, const FzFields *row, gint64 id, GError **error)
{
  gint64 next_us = 0;

  fz_fields_get_time (row, "next_at", &next_us);
  return fz_outbox_settle (txn, id, "queued", fz_fields_get (row, "code"), fz_fields_get (row, "words"), next_us, FALSE, error);
}

static gboolean
put_unknown (FzTxn *txn, gint64 id, GError **error)
{
  return fz_outbox_settle (txn, id, "unknown", NULL, _ ("交给后台发送之后没有答复，平台是否收到未知。"), fz_txn_now_us (txn), TRUE, error) &&
         fz_upload_audit (txn, "upload.recover", id, "done", "unknown", NULL, error);
}

static gboolean
put_answer (FzTxn *txn, const FzFields *row, const FzFields *answer, gint64 id, GError **error)
{
  const char *state = fz_fields_get (answer, "state"), *word = fz_fields_get (answer, "outcome");
  gint64 next_us = 0, reached = 0;
  FzOutcome outcome = { .code = (char *) fz_fields_get (answer, "code"), .text = (char *) fz_fields_get (answer, "words") };
  FzUploadSettled settled = { .id = id, .method = fz_fields_get (row, "method"), .state = state, .word = word, .outcome = &outcome, .sent_at = fz_fields_get (answer, "at") };

  fz_fields_get_time (answer, "next_at", &next_us);
  fz_fields_get_int (answer, "reached", &reached);
  settled.next_us = g_str_equal (state, "queued") ? next_us : fz_txn_now_us (txn);
  settled.reached = reached != 0;
  if (g_strcmp0 (word, "offline") == 0)
    return fz_outbox_settle (txn, id, "queued", outcome.code, outcome.text, next_us, FALSE, error);
  return fz_upload_settle (txn, &settled, error);
}

static gboolean
take_row (FzTxn *txn, Taking *taking, const FzFields *row, GError **error)
{
  gint64 id = 0;
  g_autoptr (FzFields) now = NULL;
  const FzFields *answer;
  const char *state;

  if (!fz_fields_get_int (row, "id", &id))
    return FALSE;
  now = fz_outbox_get (txn, id, error);
  if (now == NULL)
    return FALSE;
  if (g_strcmp0 (fz_fields_get (now, "state"), "sending") != 0)
    return TRUE; /* taken back before a cut */
  answer = g_hash_table_lookup (taking->answers, fz_fields_get (row, "id"));
  state = answer != NULL ? fz_fields_get (answer, "state") : taking->damaged ? "sending" : "untouched";
  if (g_str_equal (state, "untouched"))
    return put_untouched (txn, row, id, error);
  if (g_str_equal (state, "sending") || (taking->damaged && g_str_equal (state, "queued"))) {
    taking->unknown++;
    return put_unknown (txn, id, error);
  }
  taking->sent++;
  return put_answer (txn, row, answer, id, error);
}

static gboolean
take_page (FzTxn *txn, gpointer data, GError **error)
{
  Taking *taking = data;

  for (guint i = taking->from; i < taking->to; i++)
    if (!take_row (txn, taking, taking->records->pdata[i], error))
      return FALSE;
  return fz_upload_audit (txn, "upload.take_back", 0, "done", NULL, NULL, error);
}

/* Rows that no file tells of any more; those become unknown. Then nothing lies outside. */
static gboolean
end_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_upload_recover_in (txn, error) && fz_setting_set (txn, NUMBER, NULL, error) && fz_setting_set (txn, KEY, NULL, error) &&
         fz_upload_audit (txn, "upload.take_back", 0, "done", NULL, NULL, error);
}

static void
read_answers (Taking *taking, const FzRecordFile *file)
{
  const GPtrArray *all = fz_record_file_get_records (file);

  for (guint i = 1; i < all->len; i++)
    if (fz_fields_get (all->pdata[i], "id") != NULL)
      g_hash_table_insert (taking->answers, (char *) fz_fields_get (all->pdata[i], "id"), all->pdata[i]);
}

static gboolean
take (FzDesk *desk, const Known *known, GError **error)
{
  g_autoptr (FzSpoolBundle) bundle = NULL;
  g_autoptr (GError) why = NULL;
  g_autoptr (GHashTable) answers = g_hash_table_new (g_str_hash, g_str_equal);
  Taking taking = { .desk = desk, .answers = answers };

  taking.damaged = known->key == NULL || !fz_spool_read (known->dir, known->number, known->key, &bundle, &why);
  if (why != NULL && !g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT) && !g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&why)); /* it cannot be read just now */
    return FALSE;
  }
  if (bundle != NULL) {
    taking.damaged = taking.damaged && !fz_spool_is_unpublished (known->dir, known->number);
    taking.records = (GPtrArray *) fz_record_file_get_records (bundle->rows);
    read_answers (&taking, bundle->answers);
  }
  if (!fz_spool_shut (known->dir, known->number, error))
    return FALSE;
  for (taking.from = 1; taking.records != NULL && taking.from < taking.records->len; taking.from = taking.to) {
    taking.to = MIN (taking.from + PAGE, taking.records->len);
    if (!fz_store_run (desk->store, FZ_TXN_RECORD, take_page, &taking, error))
      return FALSE;
  }
  return fz_spool_taken (known->dir, known->number, error) && fz_store_run (desk->store, FZ_TXN_RECORD, end_job, NULL, error) && fz_spool_clear (known->dir, error);
}

static gboolean
take_lying (FzDesk *desk, const Known *known, gboolean *out_back, GError **error)
{
  g_autoptr (FzDeskLock) lock = NULL;
  g_autoptr (GError) why = NULL;

  if (known->number == NULL)
    return TRUE;
  if (!g_file_test (known->dir, G_FILE_TEST_IS_DIR)) /* gone with all in it */
    return fz_store_run (desk->store, FZ_TXN_RECORD, end_job, NULL, error);
  lock = fz_desk_lock_take (known->dir, &why);
  if (lock == NULL && g_error_matches (why, FZ_ERROR, FZ_ERROR_LOCKED)) {
    *out_back = FALSE;
    return fz_spool_recall (known->dir, TRUE, error);
  }
  if (lock == NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return fz_spool_recall (known->dir, FALSE, error) && take (desk, known, error);
}

gboolean
fz_spool_take_back (FzDesk *desk, gboolean *out_back, GError **error)
{
  g_auto (Known) known = { 0 };

  *out_back = TRUE;
  if (!fz_store_run (desk->store, FZ_TXN_READ, read_known, &known, error) || !take_lying (desk, &known, out_back, error))
    return FALSE;
  if (*out_back && known.dir != NULL && desk->spool_watch == NULL)
    desk->spool_watch = fz_spool_watch_new (known.dir);
  return TRUE;
}
