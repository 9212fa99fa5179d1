/* Restore and drill: a backup file opened with two shares. */
#include "db/backup.h"

#include "core/fields.h"
#include "db/audit.h"
#include "db/durable.h"
#include "db/keyfile.h"
#include "db/outbox.h"
#include "db/setting.h"
#include "db/store_private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  FzBackupReader *reader;
  FzKeyFile *keys;
  FzSecret *store_key;
  FzBackupInfo about;
} Opened;

static void
opened_clear (Opened *self)
{
  fz_backup_reader_free (self->reader);
  fz_keyfile_free (self->keys);
  fz_secret_free (self->store_key);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Opened, opened_clear)

/* --- opening --- */

static gboolean
scan_about (GBytes *bytes, FzBackupInfo *out, GError **error)
{
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);
  g_autoptr (FzFields) about = fz_fields_parse (text, n, NULL);
  const char *root = about != NULL ? fz_fields_get (about, "log_root") : NULL;
  gint64 size = -1;
  gsize decoded = 0;

  if (root != NULL && g_strcmp0 (fz_fields_get_kind (about), "fuzhen.backup.about/v1") == 0 &&
      fz_fields_get_int (about, "log_size", &size) && size >= 0 && fz_fields_get_time (about, "made_at", &out->made_at) &&
      sodium_hex2bin (out->log_root.bytes, FZ_HASH_BYTES, root, strlen (root), NULL, &decoded, NULL) == 0 &&
      decoded == FZ_HASH_BYTES) {
    out->log_size = (guint64) size;
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("备份文件的说明部分读不出来。\n请换一份备份。"));
  return FALSE;
}

static gboolean
open_backup (const char *file, const char *share_a, const char *share_b, const FzBackupMeter *meter, guint passes, Opened *out, GError **error)
{
  g_autoptr (GBytes) about = NULL;
  g_autoptr (GBytes) keys = NULL;
  GStatBuf info;

  out->reader = fz_backup_reader_open (file, error);
  about = out->reader != NULL ? fz_backup_reader_load (out->reader, "about", FZ_FIELDS_MAX_BYTES, error) : NULL;
  keys = about != NULL ? fz_backup_reader_load (out->reader, "keys.fz", FZ_FIELDS_MAX_BYTES, error) : NULL;
  out->keys = keys != NULL ? fz_keyfile_parse (keys, error) : NULL;
  out->store_key = out->keys != NULL ? fz_keyfile_open_with_shares (out->keys, share_a, share_b, error) : NULL;
  if (out->store_key != NULL && meter != NULL)
    fz_backup_reader_set_meter (out->reader, meter, passes);
  if (out->store_key == NULL || !fz_backup_reader_check (out->reader, out->store_key, error) ||
      !scan_about (about, &out->about, error))
    return FALSE;
  out->about.bytes = g_stat (file, &info) == 0 ? (guint64) info.st_size : 0;
  return TRUE;
}

static gboolean
is_pages (const FzBackupSection *section)
{
  return strcmp (section->name, "store.fz") == 0;
}

static void
remove_pages (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);

  unlink (path);
  unlink (wal);
}

/* A log left beside the name by an attempt that was cut short would be played into the fresh pages. */
static gboolean
extract_pages (Opened *opened, const char *path, GError **error)
{
  remove_pages (path);
  for (guint i = 0; i < fz_backup_reader_count (opened->reader); i++) {
    const FzBackupSection *section = fz_backup_reader_get (opened->reader, i);

    if (is_pages (section))
      return fz_backup_reader_extract (opened->reader, section, path, error);
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("备份文件里没有本地库。\n请换一份备份。"));
  return FALSE;
}

static FzStoreOptions
options_of (const Opened *opened, const char *dir, const char *state_dir)
{
  return (FzStoreOptions) { .dir = dir, .state_dir = state_dir, .key = opened->store_key,
                            .identity = fz_keyfile_get_identity (opened->keys),
                            .key_version = fz_keyfile_get_key_version (opened->keys) };
}

static gboolean
check_root (const FzStore *view, const FzBackupInfo *about, GError **error)
{
  FzHash root = fz_frontier_root (&view->frontier);

  if (view->frontier.size == about->log_size && memcmp (root.bytes, about->log_root.bytes, FZ_HASH_BYTES) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("备份里的审计日志与其说明不一致。\n请换一份备份。"));
  return FALSE;
}

gboolean
fz_backup_look (const char *file, const char *share_a, const char *share_b, FzBackupProgress progress, gpointer data,
                guint8 out_identity[FZ_STORE_IDENTITY_BYTES], GError **error)
{
  FzBackupMeter meter = { progress, data, 0, 1, 0, 0 };
  g_auto (Opened) opened = { 0 };

  if (!open_backup (file, share_a, share_b, &meter, 1, &opened, error))
    return FALSE;
  memcpy (out_identity, fz_keyfile_get_identity (opened.keys), FZ_STORE_IDENTITY_BYTES);
  return TRUE;
}

/* --- the drill --- */

typedef struct {
  FzAuditCheck *check;
  gboolean done;
} Check;

static gboolean
check_job (FzTxn *txn, gpointer data, GError **error)
{
  Check *check = data;

  return fz_audit_check_step (check->check, txn, 1000, &check->done, error);
}

static gboolean
check_whole_log (FzStore *view, GError **error)
{
  g_autoptr (FzAuditCheck) audit = fz_audit_check_new ();
  Check check = { audit, FALSE };

  while (!check.done)
    if (!fz_job_run_here (view, FZ_TXN_READ, check_job, &check, error))
      return FALSE;
  return TRUE;
}

static gboolean
check_pages (Opened *opened, const char *path, const char *scratch_dir, GError **error)
{
  FzStoreOptions options = options_of (opened, scratch_dir, scratch_dir);
  g_autoptr (FzStore) view = NULL;

  if (!extract_pages (opened, path, error))
    return FALSE;
  view = fz_store_open_beside (&options, path, error);
  return view != NULL && check_root (view, &opened->about, error) && check_whole_log (view, error);
}

gboolean
fz_backup_verify (const char *file, const char *share_a, const char *share_b, const char *scratch_dir,
                  FzBackupInfo *out_info, GError **error)
{
  g_auto (Opened) opened = { 0 };
  g_autofree char *path = g_build_filename (scratch_dir, "drill.fz", NULL);
  gboolean good = open_backup (file, share_a, share_b, NULL, 0, &opened, error) && fz_durable_folder (scratch_dir, error) &&
                  check_pages (&opened, path, scratch_dir, error);

  remove_pages (path);
  if (good && out_info != NULL)
    *out_info = opened.about;
  return good;
}

/* --- restore --- */

/* The head this desk remembers of the store, whoever signed it: it is only written down, not trusted. */
static void
read_found_head (const FzRestoreOptions *options, Opened *opened, FzRestoreInfo *info, FzHash *out_root)
{
  g_autofree char *path = fz_head_outside_path (options->state_dir, fz_keyfile_get_identity (opened->keys));
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);
  g_autoptr (FzNote) note = NULL;
  g_autoptr (FzCheckpoint) head = NULL;
  gsize n = 0;
  const guint8 *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  note = text != NULL ? fz_note_parse (text, n, NULL) : NULL;
  text = note != NULL ? g_bytes_get_data (fz_note_get_text (note), &n) : NULL;
  head = text != NULL ? fz_checkpoint_parse (text, n, NULL) : NULL;
  if (head == NULL)
    return;
  info->found_head = TRUE;
  info->found_head_size = head->size;
  info->gap = head->size > info->backup.log_size ? head->size - info->backup.log_size : 0;
  *out_root = head->root;
}

typedef struct {
  const FzRestoreOptions *options;
  const FzRestoreInfo *info;
  FzHash found_root;
} Entry;

/* It lies with a sender of another state of the store. */
static gboolean
forget_spool (FzTxn *txn, GError **error)
{
  return fz_setting_set (txn, "spool.dir", NULL, error) && fz_setting_set (txn, "spool.public", NULL, error) && fz_setting_set (txn, "spool.number", NULL, error) &&
         fz_setting_set (txn, "spool.key", NULL, error);
}

static FzFields *
describe (const Entry *entry)
{
  FzFields *payload = fz_fields_new ("fuzhen.audit.restore/v1");
  char hex[2 * FZ_HASH_BYTES + 1];

  fz_fields_set_int (payload, "backup_size", (gint64) entry->info->backup.log_size);
  fz_fields_set_time (payload, "backup_made_at", entry->info->backup.made_at);
  fz_fields_set_bool (payload, "head_found", entry->info->found_head);
  if (entry->info->found_head) {
    fz_fields_set_int (payload, "head_size", (gint64) entry->info->found_head_size);
    fz_fields_set (payload, "head_root", sodium_bin2hex (hex, sizeof hex, entry->found_root.bytes, FZ_HASH_BYTES));
  }
  fz_fields_set_int (payload, "gap", (gint64) entry->info->gap);
  return payload;
}

static gboolean
entry_job (FzTxn *txn, gpointer data, GError **error)
{
  const Entry *entry = data;
  g_autoptr (FzFields) payload = describe (entry);
  gint64 doubted = 0;
  FzAuditEntry audit = { .actor = entry->options->actor != NULL ? entry->options->actor : "system",
                         .action = "store.restore", .subject_kind = "store", .outcome = "done",
                         .reason = entry->options->reason, .payload = payload };

  /* Even a head of the same size says nothing: it is written every quarter of an hour, and rows are sent in between. */
  if (!fz_outbox_doubt (txn, _ ("从备份恢复：备份之后可能已经发送，平台是否收到未知。"), &doubted, error) || !forget_spool (txn, error))
    return FALSE;
  fz_fields_set_int (payload, "uploads_unknown", doubted);
  return fz_audit_append (txn, &audit, NULL, error) && fz_audit_checkpoint (txn, error);
}

static gboolean
extract_evidence (Opened *opened, const char *dir, GError **error)
{
  g_autofree char *folder = g_build_filename (dir, "evidence", NULL);

  if (!fz_durable_folder (folder, error))
    return FALSE;
  for (guint i = 0; i < fz_backup_reader_count (opened->reader); i++) {
    const FzBackupSection *section = fz_backup_reader_get (opened->reader, i);
    g_autofree char *path = g_build_filename (dir, section->name, NULL);

    if (g_str_has_prefix (section->name, "evidence/") && !fz_backup_reader_extract (opened->reader, section, path, error))
      return FALSE;
  }
  return fz_durable_sync_folder (folder, error) && fz_durable_sync_folder (dir, error);
}

/* The entry and both heads are on the disk before the file gets its name: until then there is no store here. */
static gboolean
put_store (const FzRestoreOptions *options, Opened *opened, Entry *entry, GError **error)
{
  g_autofree char *fresh = g_build_filename (options->dir, "store.fz.new", NULL);
  FzStoreOptions store_options = options_of (opened, options->dir, options->state_dir);
  g_autoptr (FzDeskLock) lock = fz_desk_lock_take (options->dir, error);
  g_autoptr (FzStore) view = NULL;
  g_autofree char *path = g_build_filename (options->dir, "store.fz", NULL);

  if (lock == NULL || !extract_pages (opened, fresh, error))
    return FALSE;
  store_options.clock = options->clock;
  store_options.clock_data = options->clock_data;
  view = fz_store_open_beside (&store_options, fresh, error);
  if (view == NULL || !check_root (view, &opened->about, error) ||
      !fz_job_run_here (view, FZ_TXN_RECORD, entry_job, entry, error) || !fz_store_check_heads_written (view, error))
    return FALSE;
  g_free (view->path);
  view->path = g_steal_pointer (&path);
  return fz_store_adopt (view, fresh, error);
}

static gboolean
check_empty (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "store.fz", NULL);

  if (access (path, F_OK) != 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _("数据文件夹 %s 里已有本地库。\n请恢复到一个空文件夹。"), dir);
  return FALSE;
}

/* A key file without its store was left by a restore that was cut short; it steps aside and is not lost. */
static gboolean
put_keys (const FzRestoreOptions *options, Opened *opened, GError **error)
{
  g_autofree char *path = g_build_filename (options->dir, "keys.fz", NULL);
  g_autofree char *aside = g_strconcat (path, ".before-restore", NULL);
  g_autoptr (FzKeyFile) moved = NULL;

  if (access (path, F_OK) == 0 && !fz_durable_rename (path, aside, error))
    return FALSE;
  moved = fz_keyfile_move_to_device (opened->keys, options->dir, options->state_dir, error);
  return moved != NULL;
}

/* The store gets its name last: until then there is no store here, and restore can simply be run again. */
static gboolean
restore (const FzRestoreOptions *options, Opened *opened, FzRestoreInfo *info, GError **error)
{
  Entry entry = { .options = options, .info = info };

  info->backup = opened->about;
  read_found_head (options, opened, info, &entry.found_root);
  return fz_durable_folder (options->dir, error) && fz_durable_folder (options->state_dir, error) &&
         extract_evidence (opened, options->dir, error) && put_keys (options, opened, error) &&
         put_store (options, opened, &entry, error);
}

gboolean
fz_backup_restore (const FzRestoreOptions *options, FzRestoreInfo *out_info, FzSecret **out_store_key, GError **error)
{
  FzBackupMeter meter = { options->progress, options->progress_data, 0, 1, 0, 0 }; /* the file is read twice: against its last line, and into its place */
  g_auto (Opened) opened = { 0 };
  FzRestoreInfo info = { 0 };

  if (!check_empty (options->dir, error) ||
      !open_backup (options->file, options->share_a, options->share_b, &meter, 2, &opened, error) ||
      !restore (options, &opened, &info, error))
    return FALSE;
  if (out_info != NULL)
    *out_info = info;
  if (out_store_key != NULL)
    *out_store_key = g_steal_pointer (&opened.store_key);
  return TRUE;
}
