#include "db/store_private.h"

#include "core/fields.h"
#include "db/audit.h"
#include "db/durable.h"
#include "db/migrate.h"
#include "db/probe.h"
#include "db/room.h"
#include "db/seal_vfs.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_ORIGIN "fuzhen.local"
/* quick_check reads some 400 MB a second; above this size it belongs into the night. */
#define QUICK_CHECK_PAGES (256 * 1024 * 1024 / FZ_STORE_PAGE_BYTES)

/* --- clock, randomness, room: asked from any thread --- */

gint64
fz_store_now_us (FzStore *self)
{
  FzClock clock;
  gpointer data;

  g_mutex_lock (&self->clock_mutex);
  clock = self->clock;
  data = self->clock_data;
  g_mutex_unlock (&self->clock_mutex);
  return clock != NULL ? clock (data) : g_get_real_time ();
}

void
fz_store_set_clock (FzStore *self, FzClock clock, gpointer data)
{
  g_mutex_lock (&self->clock_mutex);
  self->clock = clock;
  self->clock_data = data;
  g_mutex_unlock (&self->clock_mutex);
}

static gboolean
is_scripted (FzStore *self)
{
  gboolean scripted;

  g_mutex_lock (&self->clock_mutex);
  scripted = self->clock != NULL;
  g_mutex_unlock (&self->clock_mutex);
  return scripted;
}

gint64
fz_store_mono_ms (FzStore *store)
{
  return (is_scripted (store) ? fz_store_now_us (store) : g_get_monotonic_time ()) / 1000;
}

const char *
fz_store_get_boot (FzStore *store)
{
  return is_scripted (store) ? "scripted" : store->boot;
}

void
fz_store_set_time_trust (FzStore *self, const char *word)
{
  g_atomic_pointer_set (&self->time_trust, g_intern_string (word));
}

void
fz_store_random (FzStore *store, void *out, gsize n)
{
  if (store->random != NULL)
    store->random (out, n, store->random_data);
  else
    randombytes_buf (out, n);
}

gboolean
fz_store_is_read_only (FzStore *self, char **out_why)
{
  if (out_why != NULL)
    *out_why = g_strdup (self->read_only_why);
  return self->read_only_why != NULL;
}

const char *
fz_store_get_dir (FzStore *self)
{
  return self->dir;
}

const guint8 *
fz_store_get_identity (FzStore *self)
{
  return self->identity;
}

guint64
fz_store_free_bytes (FzStore *self)
{
  return fz_room_free_bytes (self->dir);
}

gboolean
fz_store_has_room (FzStore *self, GError **error)
{
  return fz_room_check (self->dir, self->room_bytes, error);
}

/* --- making and ending the object --- */

static char *
read_boot (void)
{
  char *text = NULL;

  if (!g_file_get_contents ("/proc/sys/kernel/random/boot_id", &text, NULL, NULL))
    return g_strdup ("unknown");
  return g_strstrip (text);
}

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

static FzStore *
store_new (const FzStoreOptions *options)
{
  static gint serial;
  FzStore *self = g_new0 (FzStore, 1);

  self->dir = g_strdup (options->dir);
  self->state_dir = g_strdup (options->state_dir);
  self->path = g_build_filename (options->dir, "store.fz", NULL);
  self->vfs = g_strdup_printf ("fuzhen-%d", g_atomic_int_add (&serial, 1));
  memcpy (self->identity, options->identity, sizeof self->identity);
  self->key_version = options->key_version;
  self->key = fz_secret_copy (options->key);
  self->room_bytes = options->room_bytes != 0 ? options->room_bytes : FZ_STORE_ROOM_BYTES;
  self->random = options->random;
  self->random_data = options->random_data;
  self->clock = options->clock;
  self->clock_data = options->clock_data;
  self->boot = read_boot ();
  fz_frontier_init (&self->frontier);
  g_mutex_init (&self->clock_mutex);
  return self;
}

static void
store_free (FzStore *self)
{
  g_clear_pointer (&self->connection, fz_connection_free);
  fz_seal_vfs_unregister (self->vfs);
  g_clear_pointer (&self->lock, fz_desk_lock_free);
  fz_secret_free (self->key);
  fz_secret_free (self->log_seed);
  fz_secret_free (self->desk_seed);
  g_clear_pointer (&self->log_verifier, fz_verifier_unref);
  g_clear_pointer (&self->desk_verifier, fz_verifier_unref);
  g_mutex_clear (&self->clock_mutex);
  g_free (self->origin);
  g_free (self->boot);
  g_free (self->vfs);
  g_free (self->path);
  g_free (self->state_dir);
  g_free (self->dir);
  g_free (self->read_only_why);
  g_free (self);
}

static gboolean
prepare_folders (FzStore *self, GError **error)
{
  if (!fz_durable_folder (self->dir, error) || !fz_durable_folder (self->state_dir, error))
    return FALSE;
  self->lock = fz_desk_lock_take (self->dir, error);
  return self->lock != NULL &&
         fz_seal_vfs_register (self->vfs, NULL, self->key, self->identity, self->key_version, error);
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
  if (self->connection == NULL || !run_scripts (self, error) ||
      !fz_job_run_here (self, FZ_TXN_LOCAL, make_keys, text, error) || !fz_desk_key_load (self, error) ||
      !fz_job_run_here (self, FZ_TXN_RECORD, first_entry, text, error) ||
      !fz_connection_checkpoint (self->connection, TRUE, error))
    return FALSE;
  g_clear_pointer (&self->connection, fz_connection_free);
  return TRUE;
}

static gboolean
put_in_place (FzStore *self, const char *fresh, GError **error)
{
  g_autofree char *wal = g_strconcat (fresh, "-wal", NULL);

  unlink (wal); /* empty since the TRUNCATE checkpoint, and kept only because the connection asks so */
  return fz_durable_sync_file (fresh, error) && fz_durable_rename (fresh, self->path, error);
}

static gboolean
create (FzStore *self, const char *origin, GError **error)
{
  g_autofree char *fresh = g_strconcat (self->path, ".new", NULL);

  if (!prepare_folders (self, error))
    return FALSE;
  if (access (self->path, F_OK) == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _("数据文件夹 %s 里已有一个本地库。\n请换一个空文件夹。"), self->dir);
    return FALSE;
  }
  remove_fresh (fresh);
  if (fill (self, fresh, origin, error) && put_in_place (self, fresh, error))
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
    g_prefix_error (error, _("%s 第 %" G_GINT64_FORMAT " 页："), self->path, page);
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
  return good;
}

static gboolean
load_log (FzStore *self, GError **error)
{
  return fz_desk_key_load (self, error) && fz_audit_load (self, error);
}

gboolean
fz_store_reopen (FzStore *self, GError **error)
{
  self->connection = fz_connection_open (self->path, self->vfs, FALSE, error);
  /* The checkpoint writes and syncs everything recovered, so that what is read from here on is on the disk. */
  if (self->connection != NULL && fz_connection_checkpoint (self->connection, TRUE, error) && load_log (self, error))
    return TRUE;
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

/* A store that a head contradicts is shown and never written, so it is not migrated either. */
static gboolean
judge_heads (FzStore *self, GError **error)
{
  g_autoptr (GError) why = NULL;

  if (fz_head_check (self, &why))
    return bring_up_to_date (self, error);
  self->read_only_why = g_strdup (why->message);
  g_warning ("store opened read-only: %s", why->message);
  return TRUE;
}

static gboolean
open_store (FzStore *self, GError **error)
{
  if (!open_checked (self, error) || !judge_heads (self, error))
    return FALSE;
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
  self = store_new (options);
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
  self = store_new (options);
  if (!prepare_folders (self, error) || !open_store (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* --- close --- */

static gboolean
seal (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_checkpoint (txn, error);
}

static void
write_newest_heads (FzStore *self)
{
  g_autofree char *text = NULL;
  g_autoptr (GBytes) note = NULL;

  if (!fz_audit_newest_note (self, &text, NULL) || text == NULL)
    return;
  note = g_bytes_new (text, strlen (text));
  self->head_behind = !fz_head_write (self, note, NULL);
}

static void
seal_and_tidy (FzStore *self)
{
  g_autoptr (GError) error = NULL;

  if (self->connection == NULL || self->read_only_why != NULL || self->log_verifier == NULL)
    return;
  if (!fz_job_run_here (self, FZ_TXN_LOCAL, seal, NULL, &error))
    g_warning ("log not sealed at close: %s", error->message);
  else if (self->head_behind)
    write_newest_heads (self);
  if (self->connection != NULL)
    fz_connection_checkpoint (self->connection, TRUE, NULL);
}

void
fz_store_close (FzStore *self)
{
  gboolean was_open;

  if (self == NULL)
    return;
  was_open = self->thread != NULL;
  fz_job_stop_thread (self);
  if (was_open)
    seal_and_tidy (self);
  store_free (self);
}
