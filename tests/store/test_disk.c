/* The disk's troubles: full, refusing to sync; and migrations that fail. */
#include "db/migrate.h"
#include "db/room.h"
#include "db/seal_vfs.h"
#include "tests/store/fixture.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <unistd.h>

static char *
big_text (gsize n)
{
  char *text = g_malloc (n + 1);

  memset (text, 'x', n);
  text[n] = '\0';
  return text;
}

static gboolean
big_job (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "INSERT INTO setting (name, value) SELECT 'n' || count(*), $1 FROM setting";
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done" };

  return fz_txn_run (txn, error, sql, "t", data) && fz_audit_append (txn, &entry, NULL, error);
}

/* Writes until the disk says no; returns how many were acknowledged. */
static gint64
write_until_full (FzStore *store, GError **error)
{
  g_autofree char *text = big_text (30000);
  gint64 done = 0;

  while (done < 2000 && fz_store_run (store, FZ_TXN_RECORD, big_job, text, error))
    done++;
  return done;
}

static void
assert_goes_on (Fixture *f, gint64 done)
{
  g_autofree char *text = big_text (1000);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, done);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit"), ==, done + 1);
  g_assert_true (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error));
  g_assert_no_error (error);
  g_assert_true (verify_log (f->store, &error));
  g_assert_no_error (error);
  fixture_reopen (f);
  g_assert_false (fz_store_is_read_only (f->store, NULL));
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, done + 1);
}

static void
test_full_disk (void)
{
  Fixture f = { 0 };
  g_autofree char *ballast = NULL;
  g_autoptr (GError) error = NULL;
  gint64 done;

  fixture_set_up (&f, NULL);
  g_assert_cmpint (g_mkdir (f.dir, 0700), ==, 0);
  g_assert_cmpint (mount ("none", f.dir, "tmpfs", 0, "size=12m"), ==, 0);
  f.store = fz_store_create (&f.options, &error);
  g_assert_no_error (error);
  ballast = file_in (f.dir, "ballast");
  g_assert_true (g_file_test (ballast, G_FILE_TEST_EXISTS));
  g_assert_true (fz_store_has_room (f.store, &error));
  done = write_until_full (f.store, &error);
  g_assert_cmpint (done, >, 10);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_assert_nonnull (strstr (error->message, "磁盘"));
  g_assert_false (g_file_test (ballast, G_FILE_TEST_EXISTS)); /* given up, and so: */
  assert_goes_on (&f, done);
  fixture_close (&f);
  g_assert_cmpint (umount (f.dir), ==, 0);
  fixture_tear_down (&f, NULL);
}

/* Where it may not be done, in many a container, the file-size limit below is the full disk. */
static gboolean
can_mount (void)
{
  g_autofree char *dir = g_dir_make_tmp ("fuzhen-mount-XXXXXX", NULL);
  gboolean can = dir != NULL && mount ("none", dir, "tmpfs", 0, "size=1m") == 0 && umount (dir) == 0;

  if (dir != NULL)
    g_rmdir (dir);
  return can;
}

static void
set_file_limit (rlim_t bytes)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = bytes;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}

static void
test_file_limit (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  gint64 done;

  signal (SIGXFSZ, SIG_IGN);
  set_file_limit (2 * 1024 * 1024);
  done = write_until_full (f->store, &error);
  g_assert_cmpint (done, >, 10);
  g_assert_cmpint (done, <, 2000);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  set_file_limit (RLIM_INFINITY);
  assert_goes_on (f, done);
}

static void
test_room (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  guint64 free_bytes = fz_store_free_bytes (f->store);

  g_assert_cmpuint (free_bytes, >, 0);
  g_assert_true (fz_store_has_room (f->store, NULL));
  fixture_close (f);
  f->options.room_bytes = G_MAXUINT64 / 2;
  fixture_reopen (f);
  g_assert_false (fz_store_has_room (f->store, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
}

/* --- a disk that refuses to sync: a VFS under the sealing one --- */

static sqlite3_vfs shim;
static sqlite3_vfs *plain;
static sqlite3_io_methods shim_methods[2]; /* the main file locks, the others do not: SQLite has a table for each */
static int (*plain_sync) (sqlite3_file *, int);
static gint failing_syncs;
static gint losing; /* a failed sync also loses what was written: the page cache dropped it */

static int
shim_sync (sqlite3_file *file, int flags)
{
  if (g_atomic_int_get (&failing_syncs) == 0)
    return plain_sync (file, flags);
  g_atomic_int_add (&failing_syncs, -1);
  if (g_atomic_int_get (&losing))
    file->pMethods->xTruncate (file, 0);
  return SQLITE_IOERR_FSYNC;
}

static int
shim_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  int rc = plain->xOpen (plain, name, file, flags, out_flags);
  sqlite3_io_methods *methods = &shim_methods[flags & SQLITE_OPEN_MAIN_DB ? 0 : 1];

  if (rc != SQLITE_OK || file->pMethods == NULL)
    return rc;
  plain_sync = file->pMethods->xSync;
  *methods = *file->pMethods;
  methods->xSync = shim_sync;
  file->pMethods = methods;
  return rc;
}

static void
install_shim (void)
{
  plain = sqlite3_vfs_find (NULL);
  shim = *plain;
  shim.zName = "shim";
  shim.xOpen = shim_open;
  g_assert_cmpint (sqlite3_vfs_register (&shim, 1), ==, SQLITE_OK);
}

static void
test_sync_fails_once (Fixture *f, gconstpointer unused)
{
  g_autofree char *text = big_text (100);
  g_autoptr (GError) error = NULL;

  /* The first sync of a fresh WAL is its header's: no frame is written yet, and the caller hears "not done". */
  g_atomic_int_set (&failing_syncs, 1);
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_clear_error (&error);
  g_assert_cmpint (g_atomic_int_get (&failing_syncs), ==, 0);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 0);
  g_assert_true (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error));
  /* Now the frames are in the file; opened anew and synced, the file says the entry is there, so the caller hears yes. */
  g_atomic_int_set (&failing_syncs, 1);
  fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_atomic_int_get (&failing_syncs), ==, 0);
  assert_goes_on (f, 2);
}

static void
test_sync_fails_on (Fixture *f, gconstpointer unused)
{
  g_autofree char *text = big_text (100);
  g_autoptr (GError) error = NULL;
  gint64 rows;

  g_assert_true (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error));
  g_atomic_int_set (&failing_syncs, 1000000);
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME);
  g_clear_error (&error);
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error)); /* nothing is believed meanwhile */
  g_clear_error (&error);
  g_atomic_int_set (&failing_syncs, 0);
  rows = read_int (f->store, "SELECT count(*) FROM setting");
  g_assert_cmpint (rows, >=, 1);
  g_assert_cmpint (rows, <=, 2);
  assert_goes_on (f, rows);
}

/* Work that was acknowledged is gone: nothing goes on as if it had never been. */
static void
test_sync_loses (Fixture *f, gconstpointer unused)
{
  g_autofree char *text = big_text (100);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error));
  g_atomic_int_set (&losing, 1);
  g_atomic_int_set (&failing_syncs, 1);
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, big_job, text, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_clear_error (&error);
  g_atomic_int_set (&losing, 0);
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, big_job, text, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
}

/* --- migration --- */

static const FzScript old_scripts[] = {
  { 1, "001_a.sql", "CREATE TABLE a (n INTEGER PRIMARY KEY NOT NULL) STRICT; INSERT INTO a VALUES (1), (2);" },
};
static const FzScript good_scripts[] = {
  { 1, "001_a.sql", "CREATE TABLE a (n INTEGER PRIMARY KEY NOT NULL) STRICT; INSERT INTO a VALUES (1), (2);" },
  { 2, "002_b.sql", "CREATE TABLE b (n INTEGER PRIMARY KEY NOT NULL) STRICT; INSERT INTO b SELECT n FROM a;" },
};
static const FzScript bad_scripts[] = {
  { 1, "001_a.sql", "CREATE TABLE a (n INTEGER PRIMARY KEY NOT NULL) STRICT;" },
  { 2, "002_b.sql", "CREATE TABLE b (n INTEGER PRIMARY KEY NOT NULL) STRICT; DELETE FROM a; DROP TABLE a;" },
  { 3, "003_c.sql", "CREATE TABLE c (n INTEGER); INSERT INTO nowhere VALUES (1);" },
};

static FzConnection *
open_raw (const char *path, gboolean create)
{
  g_autoptr (GError) error = NULL;
  FzConnection *connection = fz_connection_open (path, "migration", create, &error);

  g_assert_no_error (error);
  return connection;
}

static gint64
raw_int (FzConnection *connection, const char *sql)
{
  g_autoptr (GError) error = NULL;
  gint64 value = -1;

  fz_connection_read_int (connection, sql, -1, &value, &error);
  g_assert_no_error (error);
  return value;
}

static gboolean
refuse_at_the_end (int from, int to, gpointer data, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "the audit entry could not be written");
  return FALSE;
}

static void
assert_untouched (const char *path, const char *before, gsize n)
{
  g_autoptr (FzConnection) connection = NULL;
  g_autofree char *after = NULL;
  gsize m = 0;

  g_assert_true (g_file_get_contents (path, &after, &m, NULL));
  g_assert_cmpmem (before, n, after, m);
  connection = open_raw (path, FALSE);
  g_assert_cmpint (raw_int (connection, "SELECT count(*) FROM a"), ==, 2);
  g_assert_cmpint (raw_int (connection, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (raw_int (connection, "SELECT count(*) FROM sqlite_master WHERE name IN ('b', 'c')"), ==, 0);
}

static void
make_old_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzConnection) connection = open_raw (path, TRUE);

  g_assert_true (fz_migrate_run (connection, old_scripts, 1, NULL, &error));
  g_assert_true (fz_connection_checkpoint (connection, TRUE, &error));
  g_assert_no_error (error);
}

static void
try_migration (const char *path, const char *copy, const FzScript *scripts, guint n, FzMigrateLast last, gboolean good)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzConnection) connection = open_raw (path, FALSE);

  g_assert_cmpint (fz_migrate_file (connection, scripts, n, copy, last, NULL, &error), ==, good);
  if (good)
    g_assert_no_error (error);
  else
    g_assert_nonnull (error);
  if (!good && last == NULL)
    g_assert_nonnull (strstr (error->message, "003_c.sql"));
}

static void
test_migration (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = file_in (f->root, "old.fz");
  g_autofree char *copy = file_in (f->root, "old.fz.before-2");
  g_autofree char *before = NULL;
  g_autoptr (FzConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  fz_seal_vfs_register ("migration", NULL, f->key, f->identity, 1, &error);
  make_old_file (path);
  g_assert_true (g_file_get_contents (path, &before, &n, NULL));
  try_migration (path, copy, bad_scripts, 3, NULL, FALSE);
  assert_untouched (path, before, n);
  try_migration (path, copy, good_scripts, 2, refuse_at_the_end, FALSE);
  assert_untouched (path, before, n);
  try_migration (path, copy, good_scripts, 2, NULL, TRUE);
  connection = open_raw (path, FALSE);
  g_assert_cmpint (raw_int (connection, "SELECT sum(n) FROM b"), ==, 3);
  g_assert_cmpint (raw_int (connection, "PRAGMA user_version"), ==, 2);
  g_assert_false (fz_migrate_file (connection, old_scripts, 1, copy, NULL, NULL, &error)); /* made by a newer program */
  g_assert_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
  g_clear_pointer (&connection, fz_connection_free);
  connection = open_raw (copy, FALSE); /* the copy is the file as it was */
  g_assert_cmpint (raw_int (connection, "SELECT count(*) FROM a"), ==, 2);
  g_assert_cmpint (raw_int (connection, "PRAGMA user_version"), ==, 1);
  g_clear_pointer (&connection, fz_connection_free);
  fz_seal_vfs_unregister ("migration");
}

/* A number no program of ours ever wrote, and a file of another program. */
static void
test_strange_files (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = file_in (f->root, "old.fz");
  g_autofree char *copy = file_in (f->root, "no/such/folder/copy.fz");
  g_autoptr (FzConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  guint ran = 0;

  fz_seal_vfs_register ("migration", NULL, f->key, f->identity, 1, &error);
  connection = open_raw (path, TRUE);
  g_assert_true (fz_migrate_run (connection, old_scripts, 1, &ran, &error));
  g_assert_cmpuint (ran, ==, 1);
  g_assert_false (fz_migrate_file (connection, good_scripts, 2, copy, NULL, NULL, &error)); /* no copy, no migration */
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_clear_error (&error);
  g_assert_cmpint (raw_int (connection, "PRAGMA user_version"), ==, 1);
  g_assert_cmpint (raw_int (connection, "SELECT n FROM a WHERE n = 99"), ==, -1); /* no row: the fallback */
  g_assert_true (fz_connection_exec (connection, FZ_MASK_SETUP, "PRAGMA user_version = -3;", &error));
  g_assert_false (fz_migrate_run (connection, good_scripts, 2, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  /* a script may not leave the transaction it runs in, or bring in another file */
  g_assert_false (fz_connection_exec (connection, FZ_MASK_MIGRATE, "COMMIT;", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (fz_connection_exec (connection, FZ_MASK_MIGRATE, "ATTACH ':memory:' AS m;", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (fz_connection_exec (connection, FZ_MASK_MIGRATE, "DETACH m;", &error));
  g_clear_error (&error);
  g_assert_true (fz_connection_exec (connection, FZ_MASK_SETUP, "PRAGMA application_id = 7;", &error));
  g_clear_pointer (&connection, fz_connection_free);
  g_assert_null (fz_connection_open (path, "migration", FALSE, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  fz_connection_free (NULL);
  fz_seal_vfs_unregister ("migration");
}

/* Every shipped script runs on a new file, and a store brought up from version 1 has the same schema as a new one. */
static void
test_shipped_scripts (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = file_in (f->root, "old.fz");
  g_autofree char *copy = file_in (f->root, "copy.fz");
  g_autoptr (FzConnection) connection = NULL;
  g_autoptr (GError) error = NULL;

  fz_seal_vfs_register ("migration", NULL, f->key, f->identity, 1, &error);
  connection = open_raw (path, TRUE);
  g_assert_true (fz_migrate_run (connection, fz_schema_scripts, 1, NULL, &error));
  g_assert_true (fz_migrate_file (connection, fz_schema_scripts, fz_schema_n_scripts, copy, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (raw_int (connection, "PRAGMA user_version"), ==, fz_schema_n_scripts);
  g_assert_cmpint (raw_int (connection, "SELECT count(*) FROM sqlite_master"), ==,
                   read_int (f->store, "SELECT count(*) FROM sqlite_master"));
  g_clear_pointer (&connection, fz_connection_free);
  fz_seal_vfs_unregister ("migration");
}

#define ADD(name, set_up, test) g_test_add (name, Fixture, NULL, set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  install_shim ();
  if (can_mount ())
    g_test_add_func ("/disk/full", test_full_disk);
  ADD ("/disk/strange-files", fixture_set_up, test_strange_files);
  ADD ("/disk/file-limit", fixture_set_up_store, test_file_limit);
  ADD ("/disk/room", fixture_set_up_store, test_room);
  ADD ("/disk/sync-fails-once", fixture_set_up_store, test_sync_fails_once);
  ADD ("/disk/sync-fails-on", fixture_set_up_store, test_sync_fails_on);
  ADD ("/disk/sync-loses", fixture_set_up_store, test_sync_loses);
  ADD ("/migration/fails-and-leaves", fixture_set_up, test_migration);
  ADD ("/migration/shipped-scripts", fixture_set_up_store, test_shipped_scripts);
  return g_test_run ();
}
