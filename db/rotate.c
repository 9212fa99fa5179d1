#include "db/rotate.h"

#include "db/durable.h"
#include "db/page_copy.h"
#include "db/room.h"
#include "db/seal_vfs.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static char *
staged_path (const FzStore *store, guint32 version)
{
  return g_strdup_printf ("%s.key-%u", store->path, version);
}

/* An empty log goes with its file; it is not there is good enough. */
static gboolean
remove_pages (const char *path, GError **error)
{
  g_autofree char *wal = g_strconcat (path, "-wal", NULL), *journal = g_strconcat (path, "-journal", NULL);

  unlink (wal);
  unlink (journal);
  if (unlink (path) == 0 || errno == ENOENT)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能删除更换密钥留下的文件 %s：%s。\n请检查文件夹权限后重试。"), path, g_strerror (errno));
  return FALSE;
}

/* --- at the next opening --- */

/* The old pages' log was brought in before the new ones were copied; under the new key it would open to nothing. */
static gboolean
take_name (FzStore *store, const char *staged, GError **error)
{
  g_autofree char *wal = g_strconcat (store->path, "-wal", NULL);

  unlink (wal);
  return fz_durable_rename (staged, store->path, error);
}

gboolean
fz_rotate_settle (FzStore *store, GError **error)
{
  g_autofree char *mine = staged_path (store, store->key_version), *start = g_strconcat (store->path, ".key-", NULL);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (access (store->path, F_OK) != 0)
    return TRUE;
  if (access (mine, F_OK) == 0 && !take_name (store, mine, error))
    return FALSE;
  dir = g_dir_open (store->dir, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (store->dir, name, NULL);

    if (g_str_has_prefix (path, start) && !remove_pages (path, error))
      return FALSE;
  }
  return TRUE;
}

/* --- the copy --- */

typedef struct {
  FzStore *store;
  const FzRotation *rotation;
  char *staged;
  FzStore *view; /* of the new pages; headless */
  FzPageCopy copy;
} Rotate;

static void
rotate_clear (Rotate *self)
{
  fz_page_copy_end (&self->copy);
  g_clear_pointer (&self->view, fz_store_close);
  g_free (self->staged);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rotate, rotate_clear)

static FzStoreOptions
options_of (const FzStore *store, const FzSecret *next)
{
  return (FzStoreOptions) { .dir = store->dir, .state_dir = store->state_dir, .key = next, .identity = store->identity,
                            .key_version = store->key_version + 1, .base_vfs = store->base_vfs, .clock = store->clock,
                            .clock_data = store->clock_data, .random = store->random, .random_data = store->random_data };
}

/* As many bytes again, and what a day of work needs beside them. */
static gboolean
check_room (const FzStore *store, GError **error)
{
  GStatBuf info;

  return fz_room_check (store->dir, (g_stat (store->path, &info) == 0 ? (guint64) info.st_size : 0) + store->room_bytes, error);
}

static gboolean
is_cancelled (const Rotate *self, GError **error)
{
  if (!g_cancellable_is_cancelled (self->rotation->cancellable))
    return FALSE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("已取消更换密钥，原密钥继续使用，没有任何改动。"));
  return TRUE;
}

/* All but the last pages, while others have their turn. */
static gboolean
copy_most (Rotate *self, GError **error)
{
  const FzRotation *rotation = self->rotation;

  if (!fz_page_copy_begin (&self->copy, error))
    return FALSE;
  while (self->copy.left > FZ_COPY_PAGES_A_JOB) {
    if (is_cancelled (self, error) || !fz_store_run (self->store, FZ_TXN_READ, fz_page_copy_step_job, &self->copy, error))
      return FALSE;
    if (rotation->progress != NULL)
      rotation->progress (0.9 * self->copy.part, rotation->progress_data);
  }
  return TRUE;
}

/* --- while nobody else writes --- */

static gboolean
entry_job (FzTxn *txn, gpointer data, GError **error)
{
  const Rotate *self = data;

  return fz_desk_key_keep_words (txn, self->store->word_key, error) && fz_audit_append (txn, self->rotation->entry, NULL, error) &&
         fz_audit_checkpoint (txn, error);
}

static gboolean
copy_rest (Rotate *self, GError **error)
{
  fz_job_settle (self->store); /* a checkpoint that is still due belongs into both */
  while (!self->copy.done)
    if (!fz_job_run_here (self->store, FZ_TXN_READ, fz_page_copy_step_job, &self->copy, error))
      return FALSE;
  fz_page_copy_end (&self->copy);
  /* The files that stay behind by their old name must hold everything: the log is not carried over. */
  return fz_connection_checkpoint (self->store->connection, TRUE, error);
}

/* Opened as a store is opened: quick_check, keys, log. */
static gboolean
check_copy (Rotate *self, GError **error)
{
  FzStoreOptions options = options_of (self->store, self->rotation->next);
  FzHash had = fz_frontier_root (&self->store->frontier), has;

  fz_store_close (g_steal_pointer (&self->view)); /* the one that only lent its seal */
  self->view = fz_store_open_beside (&options, self->staged, error);
  if (self->view == NULL)
    return FALSE;
  self->view->headless = TRUE;
  has = fz_frontier_root (&self->view->frontier);
  if (self->view->frontier.size == self->store->frontier.size && memcmp (has.bytes, had.bytes, FZ_HASH_BYTES) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("用新密钥写出的副本与本地库的审计日志不一致，没有更换密钥。\n请系统管理员检查磁盘。"));
  return FALSE;
}

static gboolean
finish_copy (Rotate *self, GError **error)
{
  g_autofree char *wal = g_strconcat (self->staged, "-wal", NULL);

  if (!fz_job_run_here (self->view, FZ_TXN_RECORD, entry_job, self, error) || !fz_connection_checkpoint (self->view->connection, TRUE, error))
    return FALSE;
  g_clear_pointer (&self->view->connection, fz_connection_free);
  unlink (wal);
  g_clear_pointer (&self->view, fz_store_close);
  return fz_durable_sync_file (self->staged, error) && fz_durable_sync_folder (self->store->dir, error);
}

/* --- from the old key to the new one --- */

static gboolean
change_seal (FzStore *store, const FzSecret *next, GError **error)
{
  FzStoreOptions options = options_of (store, next);
  g_autoptr (FzStore) fresh = fz_store_new (&options); /* for the name of its seal */
  char *vfs = store->vfs;

  fz_seal_vfs_unregister (store->vfs);
  store->vfs = g_steal_pointer (&fresh->vfs);
  fresh->vfs = vfs;
  fz_secret_free (store->key);
  store->key = fz_secret_copy (next);
  store->key_version++;
  return fz_seal_vfs_register (store->vfs, store->base_vfs, store->key, store->identity, store->key_version, error);
}

/* The heads know nothing of the entry yet. */
static void
write_heads (FzStore *store)
{
  g_autofree char *note = NULL;

  if (!fz_audit_newest_note (store, &note, NULL) || note == NULL)
    return;
  g_clear_pointer (&store->head_due, g_bytes_unref);
  store->head_due = g_bytes_new (note, strlen (note));
  fz_head_settle (store);
}

static gboolean
adopt (Rotate *self, GError **error)
{
  FzStore *store = self->store;

  fz_backup_tidy (store);
  g_clear_pointer (&store->connection, fz_connection_free);
  if (!take_name (store, self->staged, error) || !change_seal (store, self->rotation->next, error) || !fz_store_reopen (store, error))
    return FALSE;
  write_heads (store);
  return TRUE;
}

/* Nothing more may be written to pages that the next opening could leave behind. */
static gboolean
stop_writing (FzStore *store, GError **error)
{
  store->read_only_why = g_strdup (_ ("更换库密钥的最后一步没有得到磁盘确认，本次运行不再写入任何记录。\n请退出并重新打开程序，它会自行完成或撤回更换。"));
  g_clear_error (error);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME, store->read_only_why);
  return FALSE;
}

static gboolean
commit (Rotate *self, GError **error)
{
  FzStore *store = self->store;
  FzKeyFile *keys = self->rotation->keys;
  g_autoptr (GError) why = NULL;

  if (fz_keyfile_rotate (keys, store->key, self->rotation->next, &why))
    return adopt (self, &why) || stop_writing (store, error);
  if (fz_keyfile_read_version (keys) != store->key_version)
    return stop_writing (store, error); /* only the fsync failed: which of the two a power cut would leave, nobody knows */
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
last_steps (Rotate *self, GError **error)
{
  return copy_rest (self, error) && check_copy (self, error) && finish_copy (self, error) && !is_cancelled (self, error) && commit (self, error);
}

static gboolean
prepare (Rotate *self, GError **error)
{
  FzStore *store = self->store;
  FzStoreOptions options = options_of (store, self->rotation->next);

  if (store->read_only_why != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, store->read_only_why);
    return FALSE;
  }
  if (!fz_keyfile_may_rotate (self->rotation->keys, store->key, error))
    return FALSE;
  self->staged = staged_path (store, store->key_version + 1);
  if (!check_room (store, error) || !remove_pages (self->staged, error))
    return FALSE;
  self->view = fz_store_new (&options);
  self->copy = (FzPageCopy) { .store = store, .path = self->staged, .vfs = self->view->vfs };
  return fz_seal_vfs_register (self->view->vfs, store->base_vfs, self->rotation->next, store->identity, options.key_version, error);
}

gboolean
fz_store_rotate (FzStore *store, const FzRotation *rotation, GError **error)
{
  g_auto (Rotate) self = { .store = store, .rotation = rotation };
  gboolean good;

  if (!prepare (&self, error) || !copy_most (&self, error))
    good = FALSE;
  else {
    fz_job_pause_thread (store);
    good = last_steps (&self, error);
    fz_job_start_thread (store);
  }
  /* What may be the store at the next opening stays. */
  if (!good && store->read_only_why == NULL && self.staged != NULL) {
    fz_page_copy_end (&self.copy);
    g_clear_pointer (&self.view, fz_store_close);
    remove_pages (self.staged, NULL);
  }
  if (good && rotation->progress != NULL)
    rotation->progress (1.0, rotation->progress_data);
  return good;
}
