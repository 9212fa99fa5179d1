#include "db/backup.h"

#include "core/fields.h"
#include "db/page_copy.h"
#include "db/store_private.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* Of the whole: what is over when the pages are copied, when they are packed. */
#define COPIED 0.6
#define PACKED 0.8

/* --- copying, checking the copy and packing it --- */

static gboolean
copy_pages (FzPageCopy *copy, FzBackupProgress progress, gpointer data, GError **error)
{
  FzBackupMeter meter = { progress, data, 0, COPIED, 0, 1000 };
  gboolean good = fz_page_copy_begin (copy, error);

  while (good && !copy->done) {
    good = fz_store_run (copy->store, FZ_TXN_READ, fz_page_copy_step_job, copy, error);
    good = good && fz_backup_meter_add (&meter, (gint64) (1000 * copy->part) - meter.done, error);
  }
  fz_page_copy_end (copy);
  return good;
}


static gboolean
wrong_copy (GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("备份副本与本地库的审计日志不一致，备份未保存。\n请系统管理员检查磁盘。"));
  return FALSE;
}

/* Opened as a store is opened: quick_check, keys, log. */
static FzStore *
open_copy (FzPageCopy *copy, GError **error)
{
  FzStore *store = copy->store;
  FzStoreOptions options = { .dir = store->dir, .state_dir = store->state_dir, .key = store->key,
                             .identity = store->identity, .key_version = store->key_version };
  g_autoptr (FzStore) view = fz_store_open_beside (&options, copy->path, error);
  FzHash root;

  if (view == NULL)
    return NULL;
  root = fz_frontier_root (&view->frontier);
  if (view->frontier.size != copy->info.log_size || memcmp (root.bytes, copy->info.log_root.bytes, FZ_HASH_BYTES) != 0)
    return wrong_copy (error), NULL;
  return g_steal_pointer (&view);
}

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "SELECT file_name FROM attachment ORDER BY number";
  g_autoptr (GError) cause = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");

  if (stmt == NULL)
    return FALSE;
  while (fz_stmt_next (stmt, &cause))
    g_ptr_array_add (data, fz_stmt_dup_text (stmt, 0));
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* The copy tells which evidence it needs, so that neither more nor less is packed than its rows name. */
static GPtrArray *
check_copy (FzPageCopy *copy, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzStore) view = open_copy (copy, error);

  if (view == NULL || !fz_job_run_here (view, FZ_TXN_READ, list_job, names, error) ||
      !fz_connection_checkpoint (view->connection, TRUE, error))
    return NULL;
  return g_steal_pointer (&names);
}

static GBytes *
print_about (const FzStore *store, const FzBackupInfo *info, GError **error)
{
  g_autoptr (FzFields) about = fz_fields_new ("fuzhen.backup.about/v1");
  g_autofree char *identity = g_malloc (2 * FZ_STORE_IDENTITY_BYTES + 1);
  g_autofree char *root = g_malloc (2 * FZ_HASH_BYTES + 1);

  sodium_bin2hex (identity, 2 * FZ_STORE_IDENTITY_BYTES + 1, store->identity, FZ_STORE_IDENTITY_BYTES);
  sodium_bin2hex (root, 2 * FZ_HASH_BYTES + 1, info->log_root.bytes, FZ_HASH_BYTES);
  fz_fields_set (about, "identity", identity);
  fz_fields_set_int (about, "key_version", store->key_version);
  fz_fields_set_int (about, "log_size", (gint64) info->log_size);
  fz_fields_set (about, "log_root", root);
  fz_fields_set_time (about, "made_at", info->made_at);
  return fz_fields_print (about, error);
}

static gboolean
add_evidence (FzBackupWriter *writer, FzStore *store, GPtrArray *names, GError **error)
{
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *name = g_strconcat ("evidence/", g_ptr_array_index (names, i), NULL);
    g_autofree char *path = g_build_filename (store->dir, name, NULL);

    if (!fz_backup_writer_add_file (writer, name, path, error))
      return FALSE;
  }
  return TRUE;
}

static gint64
size_of (const char *path)
{
  GStatBuf info;

  return g_stat (path, &info) == 0 ? info.st_size : 0;
}

static gint64
size_of_all (const FzPageCopy *copy, GPtrArray *names)
{
  gint64 total = size_of (copy->path);

  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = g_build_filename (copy->store->dir, "evidence", g_ptr_array_index (names, i), NULL);

    total += size_of (path);
  }
  return total;
}

static gboolean
pack (FzPageCopy *copy, FzBackupWriter *writer, GPtrArray *names, FzBackupProgress progress, gpointer data, GError **error)
{
  FzBackupMeter meter = { progress, data, COPIED, PACKED, 0, size_of_all (copy, names) };
  FzStore *store = copy->store;
  g_autoptr (GBytes) about = print_about (store, &copy->info, error);
  g_autofree char *keys = g_build_filename (store->dir, "keys.fz", NULL);
  gsize n = 0;
  const void *text = about != NULL ? g_bytes_get_data (about, &n) : NULL;

  fz_backup_writer_set_meter (writer, &meter);
  return text != NULL && fz_backup_writer_add_bytes (writer, "about", text, n, error) &&
         fz_backup_writer_add_file (writer, "keys.fz", keys, error) &&
         fz_backup_writer_add_file (writer, "store.fz", copy->path, error) &&
         add_evidence (writer, store, names, error);
}

/* What was written is read once more from the disk. */
static gboolean
read_back (FzPageCopy *copy, const char *file, FzBackupProgress progress, gpointer data, GError **error)
{
  FzBackupMeter meter = { progress, data, PACKED, 1, 0, 0 };
  g_autoptr (FzBackupReader) reader = fz_backup_reader_open (file, error);

  if (reader != NULL)
    fz_backup_reader_set_meter (reader, &meter, 1);
  if (reader == NULL || !fz_backup_reader_check (reader, copy->store->key, error))
    return FALSE;
  copy->info.bytes = (guint64) size_of (file);
  return TRUE;
}

/* Who saves over a former backup has that one until the new one is known to be good, wherever it is stopped. */
static gboolean
write_file (FzPageCopy *copy, const char *file, GPtrArray *names, FzBackupProgress progress, gpointer data, GError **error)
{
  g_autoptr (FzBackupWriter) writer = fz_backup_writer_new (file, copy->store->key, error);
  const char *fresh = writer != NULL && pack (copy, writer, names, progress, data, error) ? fz_backup_writer_seal (writer, error) : NULL;

  return fresh != NULL && read_back (copy, fresh, progress, data, error) && fz_backup_writer_finish (writer, error);
}

static void
remove_copy (const char *path)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);

  unlink (path);
  unlink (wal);
}

gboolean
fz_backup_run (FzStore *store, const char *file, FzBackupProgress progress, gpointer data, FzBackupInfo *out_info,
               GError **error)
{
  g_autofree char *path = g_strconcat (file, ".pages", NULL);
  g_autoptr (GPtrArray) names = NULL;
  FzPageCopy copy = { .store = store, .path = path, .vfs = store->vfs };
  gboolean good;

  remove_copy (path);
  good = copy_pages (&copy, progress, data, error);
  names = good ? check_copy (&copy, error) : NULL;
  good = names != NULL && write_file (&copy, file, names, progress, data, error);
  remove_copy (path);
  if (good && out_info != NULL)
    *out_info = copy.info;
  return good;
}

/* --- in a thread of its own --- */

typedef struct {
  FzStore *store;
  char *file;
} Request;

static void
request_free (gpointer data)
{
  Request *request = data;

  g_free (request->file);
  g_free (request);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Request *request = data;
  FzBackupInfo *info = g_new0 (FzBackupInfo, 1);
  GError *error = NULL;

  if (fz_backup_run (request->store, request->file, NULL, NULL, info, &error)) {
    g_task_return_pointer (task, info, g_free);
    return;
  }
  g_free (info);
  g_task_return_error (task, error);
}

void
fz_backup_run_async (FzStore *store, const char *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Request *request = g_new0 (Request, 1);

  request->store = store;
  request->file = g_strdup (file);
  g_task_set_task_data (task, request, request_free);
  g_task_run_in_thread (task, run_in_thread);
}

gboolean
fz_backup_run_finish (GAsyncResult *result, FzBackupInfo *out_info, GError **error)
{
  g_autofree FzBackupInfo *info = g_task_propagate_pointer (G_TASK (result), error);

  if (info != NULL && out_info != NULL)
    *out_info = *info;
  return info != NULL;
}
