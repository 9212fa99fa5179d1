/* Making a store, opening one, and judging what was opened. */
#include "db/store_private.h"

#include "core/fields.h"
#include "db/audit.h"
#include "db/durable.h"
#include "db/migrate.h"
#include "db/probe.h"
#include "db/room.h"
#include "db/seal_vfs.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_ORIGIN "fuzhen.local"
/* quick_check reads some 400 MB a second; above this size it belongs into the night. */
#define QUICK_CHECK_PAGES (256 * 1024 * 1024 / FZ_STORE_PAGE_BYTES)

static gboolean
check_options (const FzStoreOptions *options, GError **error)
{
  if (options->dir != NULL && options->state_dir != NULL && options->key != NULL && options->identity != NULL &&
      fz_secret_size (options->key) == FZ_STORE_KEY_BYTES)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, "store options lack dir, state_dir, identity or a key of %d bytes",
               FZ_STORE_KEY_BYTES);
  return FALSE;
}

gboolean
fz_store_prepare_folders (FzStore *self, GError **error)
{
  if (!fz_durable_folder (self->dir, error) || !fz_durable_folder (self->state_dir, error))
    return FALSE;
  self->lock = fz_desk_lock_take (self->dir, error);
  return self->lock != NULL &&
         fz_seal_vfs_register (self->vfs, self->base_vfs, self->key, self->identity, self->key_version, error);
}

/* --- create --- */

static gboolean
first_entry (FzTxn *txn, gpointer data, GError **error)
{
  FzStore *store = txn->store;
  const char *origin = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit.store/v1");
  g_autofree char *subject = fz_sha256_hex (store->identity, sizeof store->identity);
  FzAuditEntry entry = { .actor = "system", .action = "store.create", .subject_kind = "store", .subject = subject,
                         .outcome = "done", .payload = payload };

  fz_fields_set (payload, "origin", origin);
  fz_fields_set_int (payload, "schema_version", (gint64) fz_schema_n_scripts);
  return fz_audit_append (txn, &entry, NULL, error) && fz_audit_checkpoint (txn, error);
}

/* A store without its heads could only ever be looked at: it must not get its name. */
gboolean
fz_store_check_heads_written (FzStore *self, GError **error)
{
  if (!self->head_behind)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("外部日志头未能写入 %s。\n请检查磁盘后重试。"), self->state_dir);
  return FALSE;
}

static gboolean
make_keys (FzTxn *txn, gpointer data, GError **error)
{
  return fz_desk_key_create (txn, data, error);
}

static gboolean
run_scripts (FzStore *self, GError **error)
{
  FzConnection *connection = self->connection;

  return fz_connection_exec (connection, FZ_MASK_SETUP, "BEGIN IMMEDIATE;", error) &&
         fz_migrate_run (connection, fz_schema_scripts, fz_schema_n_scripts, NULL, error) &&
         fz_connection_exec (connection, FZ_MASK_SETUP, "COMMIT;", error);
}

static void
remove_fresh (const char *fresh)
{
  g_autofree char *wal = g_strconcat (fresh, "-wal", NULL);

  unlink (fresh);
  unlink (wal);
}

/* The whole store under a temporary name: schema, keys, first audit entry, checkpoint in both head files. */
static gboolean
fill (FzStore *self, const char *fresh, const char *origin, GError **error)
{
  g_autofree char *text = g_strdup (origin);

  self->connection = fz_connection_open (fresh, self->vfs, TRUE, error);
  return self->connection != NULL && run_scripts (self, error) &&
         fz_job_run_here (self, FZ_TXN_LOCAL, make_keys, text, error) && fz_desk_key_load (self, error) &&
         fz_job_run_here (self, FZ_TXN_RECORD, first_entry, text, error) && fz_store_check_heads_written (self, error);
}

gboolean
fz_store_adopt (FzStore *self, const char *fresh, GError **error)
{
  g_autofree char *wal = g_strconcat (fresh, "-wal", NULL);

  if (!fz_connection_checkpoint (self->connection, TRUE, error))
    return FALSE;
  g_clear_pointer (&self->connection, fz_connection_free);
  unlink (wal); /* empty since the TRUNCATE checkpoint, and kept only because the connection asks so */
  return fz_durable_sync_file (fresh, error) && fz_durable_rename (fresh, self->path, error);
}

static gboolean
create (FzStore *self, const char *origin, GError **error)
{
  g_autofree char *fresh = g_strconcat (self->path, ".new", NULL);

  if (!fz_store_prepare_folders (self, error))
    return FALSE;
  if (access (self->path, F_OK) == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _("数据文件夹 %s 里已有一个本地库。\n请换一个空文件夹。"), self->dir);
    return FALSE;
  }
  remove_fresh (fresh);
  if (fill (self, fresh, origin, error) && fz_store_adopt (self, fresh, error))
    return TRUE;
  g_clear_pointer (&self->connection, fz_connection_free);
  remove_fresh (fresh);
  return FALSE;
}

/* --- open --- */

/* Damage found by SQLite, told with its place: the page in the main file where that can be found. */
static gboolean
name_bad_page (FzStore *self, GError **error)
{
  gint64 page;

  if (error == NULL || *error == NULL || (*error)->code != FZ_ERROR_CORRUPT)
    return FALSE;
  page = fz_probe_first_bad_page (self->vfs, self->path);
  if (page > 0)
    g_prefix_error (error, _("%s 第 %lld 页："), self->path, (long long) page);
  return FALSE;
}

static gboolean
migrated (int from, int to, gpointer data, GError **error)
{
  FzTxn *txn = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit.migrate/v1");
  FzAuditEntry entry = { .actor = "system", .action = "store.migrate", .subject_kind = "store", .outcome = "done",
                         .payload = payload };

  fz_fields_set_int (payload, "schema_from", from);
  fz_fields_set_int (payload, "schema_to", to);
  txn->store->connection->mask = FZ_MASK_WRITE;
  return fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
bring_up_to_date (FzStore *self, GError **error)
{
  g_autofree char *copy = g_strdup_printf ("%s.before-%u", self->path, fz_schema_n_scripts);
  FzTxn txn;
  gboolean good;

  fz_txn_init (&txn, self, FZ_TXN_RECORD);
  good = fz_migrate_file (self->connection, fz_schema_scripts, fz_schema_n_scripts, copy, migrated, &txn, error);
  if (good)
    fz_txn_settle (&txn);
  fz_txn_clear (&txn);
  fz_head_settle (self);
  return good;
}

typedef struct {
  FzAuditCheck *check;
  gboolean done;
} Locate;

static gboolean
locate_step (FzTxn *txn, gpointer data, GError **error)
{
  Locate *locate = data;

  return fz_audit_check_step (locate->check, txn, 1000, &locate->done, error);
}

/* A log whose tree cannot be taken up is read once from its beginning, to name its first bad entry rather than the node that was missed. */
static gboolean
name_bad_entry (FzStore *self, GError **error)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  Locate locate = { check, FALSE };
  g_autoptr (GError) why = NULL;

  if (error == NULL || *error == NULL || (*error)->code != FZ_ERROR_CORRUPT)
    return FALSE;
  while (!locate.done && why == NULL)
    fz_job_run_here (self, FZ_TXN_READ, locate_step, &locate, &why);
  if (why == NULL || why->code != FZ_ERROR_CORRUPT)
    return FALSE;
  g_clear_error (error);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
load_log (FzStore *self, GError **error)
{
  return fz_desk_key_load (self, error) && fz_desk_key_load_words (self, error) &&
         (fz_audit_load (self, error) || name_bad_entry (self, error));
}

/* What was acknowledged before must still be there. */
static gboolean
check_nothing_lost (FzStore *self, const FzFrontier *before, GError **error)
{
  FzHash had = fz_frontier_root (before);
  FzFrontier then;
  FzHash has;

  if (self->frontier.size >= before->size && fz_audit_load_frontier (self, before->size, &then, NULL)) {
    has = fz_frontier_root (&then);
    if (memcmp (has.bytes, had.bytes, FZ_HASH_BYTES) == 0)
      return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _("磁盘出错后，已保存的记录在本地库里找不到了，已停止使用。\n请系统管理员检查磁盘，并用备份恢复（fuzhen restore）。"));
  return FALSE;
}

gboolean
fz_store_reopen (FzStore *self, GError **error)
{
  FzFrontier before = self->frontier;

  self->connection = fz_connection_open (self->path, self->vfs, FALSE, error);
  /* The checkpoint writes and syncs everything recovered, so that what is read from here on is on the disk. */
  if (self->connection != NULL && fz_connection_checkpoint (self->connection, TRUE, error) && load_log (self, error) &&
      check_nothing_lost (self, &before, error))
    return TRUE;
  self->frontier = before; /* asked for again by the next try */
  g_clear_pointer (&self->connection, fz_connection_free);
  return FALSE;
}

static gboolean
check_pages (FzStore *self, GError **error)
{
  gint64 pages = 0;

  if (!fz_connection_read_int (self->connection, "PRAGMA page_count", 0, &pages, error))
    return FALSE;
  return pages > QUICK_CHECK_PAGES || fz_connection_quick_check (self->connection, error);
}

static gboolean
open_checked (FzStore *self, GError **error)
{
  if (access (self->path, F_OK) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("数据文件夹 %s 里没有本地库。\n请先执行 fuzhen init 或 fuzhen demo。"),
                 self->dir);
    return FALSE;
  }
  if (!fz_probe_key (self->vfs, self->path, error))
    return FALSE;
  self->connection = fz_connection_open (self->path, self->vfs, FALSE, error);
  if (self->connection != NULL && check_pages (self, error) && load_log (self, error))
    return TRUE;
  g_clear_pointer (&self->connection, fz_connection_free);
  return name_bad_page (self, error);
}

static void
only_read (FzStore *self, const char *why)
{
  self->read_only_why = g_strdup (why);
  fz_connection_leave_alone (self->connection);
  g_info ("store opened read-only: %s", why); /* whoever signs in is told */
}

/* A store that a head contradicts is shown and never written, so it is not migrated either. */
static gboolean
judge_heads (FzStore *self, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (fz_head_check (self, &why))
    return bring_up_to_date (self, error);
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_RETRY)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  only_read (self, why->message);
  return TRUE;
}

/* What is left of a damaged store can be read: a page gives what was written on it or an error, never something else. Its log is taken up as far
 * as that goes; nothing is compared with the heads, which could not make it worse. */
static gboolean
open_damaged (FzStore *self, GError *damage, GError **error)
{
  g_autoptr (GError) why = NULL;

  self->connection = fz_connection_open (self->path, self->vfs, FALSE, NULL);
  if (self->connection == NULL || !fz_desk_key_load (self, NULL) || !fz_desk_key_load_words (self, NULL)) {
    g_clear_pointer (&self->connection, fz_connection_free);
    g_propagate_error (error, g_error_copy (damage));
    return FALSE;
  }
  if (!fz_audit_load (self, NULL))
    fz_frontier_init (&self->frontier);
  fz_head_say (&why, _ ("本地库"), damage->message);
  only_read (self, why->message);
  return TRUE;
}

/* On a disk that takes nothing the store is as sound as it was, and can only be looked at. */
static gboolean
judge (FzStore *self, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (!fz_room_is_read_only (self->dir))
    return judge_heads (self, error);
  if (fz_head_check (self, &why))
    fz_head_say (&why, self->dir, _ ("所在的磁盘是只读的"));
  only_read (self, why->message);
  return TRUE;
}

static gboolean
open_store (FzStore *self, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (open_checked (self, &why)) {
    if (!judge (self, error))
      return FALSE;
  } else if (!self->damaged_too || why->code != FZ_ERROR_CORRUPT) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  } else if (!open_damaged (self, why, error))
    return FALSE;
  if (self->read_only_why == NULL)
    fz_room_lay_ballast (self->dir, self->room_bytes);
  fz_job_start_thread (self);
  return TRUE;
}

FzStore *
fz_store_create (const FzStoreOptions *options, GError **error)
{
  g_autoptr (FzStore) self = NULL;

  if (!check_options (options, error))
    return NULL;
  self = fz_store_new (options);
  if (!create (self, options->origin != NULL ? options->origin : DEFAULT_ORIGIN, error) || !open_store (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

FzStore *
fz_store_open (const FzStoreOptions *options, GError **error)
{
  g_autoptr (FzStore) self = NULL;

  if (!check_options (options, error))
    return NULL;
  self = fz_store_new (options);
  if (!fz_store_prepare_folders (self, error) || !fz_rotate_settle (self, error) || !open_store (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

FzStore *
fz_store_open_beside (const FzStoreOptions *options, const char *path, GError **error)
{
  g_autoptr (FzStore) self = NULL;

  if (!check_options (options, error))
    return NULL;
  self = fz_store_new (options);
  if (!fz_seal_vfs_register (self->vfs, self->base_vfs, self->key, self->identity, self->key_version, error))
    return NULL;
  g_free (self->path);
  self->path = g_strdup (path);
  return open_checked (self, error) ? g_steal_pointer (&self) : NULL;
}
