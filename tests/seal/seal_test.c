/* tests/seal/seal_test.c: the sealing VFS in every journal mode; keys, identities, copies. */
#include <glib/gstdio.h>
#include <string.h>

#include "tests/seal/sealed_store.h"

/* A copy of every file of the store as it stands, as a second process would find them after a kill. */
static SealedStore *
copy_of (const SealedStore *self)
{
  static const char *suffixes[] = { "", "-wal", "-journal" };
  SealedStore *copy = sealed_store_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autofree char *from = g_strconcat (self->path, suffixes[i], NULL);
    g_autofree char *to = g_strconcat (copy->path, suffixes[i], NULL);
    if (g_file_test (from, G_FILE_TEST_EXISTS)) {
      g_autoptr (GBytes) bytes = sealed_read_file (from);
      sealed_write_file (to, bytes);
    }
  }
  return copy;
}

static void
assert_sound (sqlite3 *db, int rows)
{
  g_autofree char *check = sealed_text (db, "PRAGMA integrity_check");
  g_autofree char *count = sealed_text (db, "SELECT count(*) FROM visit WHERE name GLOB 'PLANTED*'");
  g_autofree char *expected = g_strdup_printf ("%d", rows);

  g_assert_cmpstr (check, ==, "ok");
  g_assert_cmpstr (count, ==, expected);
}

static void
test_round_trip (gconstpointer data)
{
  const char *mode = data;
  g_autoptr (SealedStore) store = sealed_store_new ();

  {
    g_autoptr (sqlite3) db = sealed_store_open (store, mode);
    sealed_fill (db, 40);
    sealed_assert_no_mark (store->dir);
    sealed_exec (db, "BEGIN; DELETE FROM visit WHERE id % 2; UPDATE visit SET note='x'");
    sealed_assert_no_mark (store->dir);
    sealed_exec (db, "ROLLBACK");
    assert_sound (db, 40);
  }
  g_autoptr (sqlite3) db = sealed_store_open (store, mode);
  assert_sound (db, 40);
  sealed_exec (db, "DELETE FROM visit WHERE id > 20; VACUUM");
  assert_sound (db, 20);
  sealed_assert_no_mark (store->dir);
}

/* A cache of ten pages spills uncommitted pages into the WAL or the file, rewrites them there and rolls back to savepoints. */
static void
test_spill (gconstpointer data)
{
  const char *mode = data;
  g_autoptr (SealedStore) store = sealed_store_new ();
  {
    g_autoptr (sqlite3) db = sealed_store_open (store, mode);
    sealed_exec (db, "PRAGMA cache_size=10; PRAGMA cache_spill=10");
    sealed_fill (db, 100);
    sealed_exec (db, "BEGIN; UPDATE visit SET seal=zeroblob(300); SAVEPOINT a; UPDATE visit SET note=printf('%.3000c','s');"
                     "DELETE FROM visit WHERE id % 3; ROLLBACK TO a; UPDATE visit SET seal=zeroblob(301); COMMIT");
    assert_sound (db, 100);
    sealed_exec (db, "BEGIN; UPDATE visit SET note=''; DELETE FROM visit; ROLLBACK");
    assert_sound (db, 100);
    /* A statement that fails half way needs its own journal, which leaves memory at 64 KiB. */
    g_assert_cmpint (sealed_try (db, "UPDATE visit SET note=printf('%.9000c','t'), id=CASE id WHEN 100 THEN 1 ELSE id END"), ==,
                     SQLITE_CONSTRAINT_PRIMARYKEY);
    assert_sound (db, 100);
  }
  g_autoptr (sqlite3) db = sealed_store_open (store, mode);
  g_autofree char *sum = sealed_text (db, "SELECT sum(length(seal)) FROM visit");
  g_assert_cmpstr (sum, ==, "30100");
  assert_sound (db, 100);
}

static void
test_recovers_wal (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (sqlite3) db = sealed_store_open (store, "wal");
  sealed_exec (db, "PRAGMA wal_autocheckpoint=0");
  sealed_fill (db, 30);

  g_autoptr (SealedStore) copy = copy_of (store);
  int rc = SQLITE_OK;
  g_autoptr (sqlite3) again = sealed_open (copy->path, store->vfs, &rc);
  g_assert_cmpint (rc, ==, SQLITE_OK);
  assert_sound (again, 30);
  sealed_exec (again, "PRAGMA wal_checkpoint(TRUNCATE)");
  assert_sound (again, 30);
}

static void
test_recovers_hot_journal (gconstpointer data)
{
  const char *mode = data;
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (sqlite3) db = sealed_store_open (store, mode);
  sealed_fill (db, 60);
  /* The spill syncs the journal and writes half of the transaction into the file. */
  sealed_exec (db, "PRAGMA cache_size=5; PRAGMA cache_spill=5; BEGIN; UPDATE visit SET note='half', name='half' || id");

  g_autoptr (SealedStore) copy = copy_of (store);
  int rc = SQLITE_OK;
  g_autoptr (sqlite3) again = sealed_open (copy->path, store->vfs, &rc);
  g_assert_cmpint (rc, ==, SQLITE_OK);
  assert_sound (again, 60);
}

static void
test_wrong_key (gconstpointer data)
{
  const char *mode = data;
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (SealedStore) other = sealed_store_new ();
  g_autoptr (sqlite3) db = sealed_store_open (store, mode);
  sealed_fill (db, 10);
  g_autoptr (SealedStore) copy = copy_of (store);
  g_autofree char *wal = g_strconcat (copy->path, "-wal", NULL);
  g_autoptr (FzSecret) wrong = fz_secret_random (32);
  g_autoptr (GError) error = NULL;
  g_assert_true (fz_seal_vfs_register ("wrong-key", NULL, wrong, store->identity, 1, &error));
  g_assert_true (fz_seal_vfs_register ("wrong-identity", NULL, store->key, other->identity, 1, &error));
  g_assert_true (fz_seal_vfs_register ("wrong-version", NULL, store->key, store->identity, 2, &error));
  static const char *names[] = { "wrong-key", "wrong-identity", "wrong-version" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    int rc = SQLITE_OK;
    g_autofree char *text = sealed_contents (copy->path, names[i], &rc);
    g_assert_null (text);
    g_assert_cmpint (rc, ==, SQLITE_IOERR_AUTH);
    fz_seal_vfs_unregister (names[i]);
    g_assert_null (sqlite3_vfs_find (names[i]));
  }
  /* Trying them took nothing away. */
  g_assert_cmpint (g_file_test (wal, G_FILE_TEST_EXISTS), ==, g_str_equal (mode, "wal"));
  int rc = SQLITE_OK;
  g_autoptr (sqlite3) again = sealed_open (copy->path, store->vfs, &rc);
  assert_sound (again, 10);
}

static void
test_stock_sqlite_cannot_read (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  {
    g_autoptr (sqlite3) db = sealed_store_open (store, "delete");
    sealed_fill (db, 3);
  }
  sqlite3 *db = NULL;
  g_assert_cmpint (sqlite3_open_v2 (store->path, &db, SQLITE_OPEN_READWRITE, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sealed_try (db, "SELECT * FROM visit"), ==, SQLITE_NOTADB);
  sqlite3_close (db);
}

static void
test_backup (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (sqlite3) db = sealed_store_open (store, "wal");
  sealed_fill (db, 50);
  g_autofree char *path = g_build_filename (store->dir, "backup.fz", NULL);
  {
    int rc = SQLITE_OK;
    g_autoptr (sqlite3) to = sealed_open (path, store->vfs, &rc);
    sqlite3_backup *backup = sqlite3_backup_init (to, "main", db, "main");
    g_assert_nonnull (backup);
    while ((rc = sqlite3_backup_step (backup, 5)) == SQLITE_OK) {
    }
    g_assert_cmpint (rc, ==, SQLITE_DONE);
    g_assert_cmpint (sqlite3_backup_finish (backup), ==, SQLITE_OK);
  }
  int rc = SQLITE_OK;
  g_autoptr (sqlite3) copy = sealed_open (path, store->vfs, &rc);
  assert_sound (copy, 50);
  sealed_assert_no_mark (store->dir);
}

/* Also the way a key is changed: the copy goes through a VFS with the new one. */
static void
test_vacuum_into (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (SealedStore) next = sealed_store_new ();
  g_autoptr (sqlite3) db = sealed_store_open (store, "wal");
  sealed_fill (db, 50);
  g_autofree char *same = g_build_filename (store->dir, "copy.fz", NULL);
  g_autofree char *to_same = g_strdup_printf ("VACUUM INTO '%s'", same);
  g_autofree char *to_next = g_strdup_printf ("VACUUM INTO 'file:%s?vfs=%s'", next->path, next->vfs);
  sealed_exec (db, to_same);
  sealed_exec (db, to_next);
  sealed_assert_no_mark (store->dir);
  sealed_assert_no_mark (next->dir);

  int rc = SQLITE_OK;
  g_autoptr (sqlite3) copy = sealed_open (same, store->vfs, &rc);
  assert_sound (copy, 50);
  sealed_exec (copy, "INSERT INTO visit (name) VALUES ('PLANTED')");
  assert_sound (copy, 51);
  g_autoptr (sqlite3) rotated = sealed_open (next->path, next->vfs, &rc);
  assert_sound (rotated, 50);
  g_assert_null (sealed_open (next->path, store->vfs, &rc));
  g_assert_cmpint (rc, ==, SQLITE_IOERR_AUTH);
}

/* Without room for nonce and tag nothing may be written, in any mode. */
static void
test_refuses_unreserved (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  static const char *modes[] = { "PRAGMA journal_mode=DELETE", "PRAGMA locking_mode=EXCLUSIVE; PRAGMA journal_mode=WAL" };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++) {
    sqlite3 *db = NULL;
    sqlite3_open_v2 (store->path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, store->vfs);
    int rc = sealed_try (db, modes[i]);
    if (rc == SQLITE_OK)
      rc = sealed_try (db, "CREATE TABLE visit (id INTEGER PRIMARY KEY)");
    g_assert_cmpint (rc, ==, SQLITE_IOERR_WRITE);
    sqlite3_close (db);
  }
}

/* Normal locking asks for shared memory, which would let pages and index past the seal. */
static void
test_wal_needs_exclusive (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (sqlite3) db = sealed_store_open (store, "delete");
  sealed_fill (db, 1);
  sealed_exec (db, "PRAGMA locking_mode=NORMAL; SELECT * FROM visit");
  g_autofree char *mode = sealed_text (db, "PRAGMA journal_mode=WAL");
  g_assert_cmpstr (mode, ==, "delete");
  assert_sound (db, 1);
}

static void
test_keeps_wal (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autofree char *wal = g_strconcat (store->path, "-wal", NULL);
  int keep = 1;
  {
    g_autoptr (sqlite3) db = sealed_store_open (store, "wal");
    g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep), ==, SQLITE_OK);
    sealed_fill (db, 5);
    char *name = NULL;
    g_assert_cmpint (sqlite3_file_control (db, "main", SQLITE_FCNTL_VFSNAME, &name), ==, SQLITE_OK);
    g_assert_true (g_str_has_prefix (name, "seal/"));
    sqlite3_free (name);
  }
  g_assert_true (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_autoptr (sqlite3) db = sealed_store_open (store, "wal");
  assert_sound (db, 5);
}

/* Temporary tables on disk: a file without a name is sealed as well, at any size and offset. */
static void
test_temporary_file (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (sqlite3) db = sealed_store_open (store, "delete");
  sealed_fill (db, 60);
  sealed_exec (db, "PRAGMA temp_store=FILE; CREATE TEMP TABLE scratch AS SELECT * FROM visit; PRAGMA temp.cache_size=3;"
                   "UPDATE scratch SET note=note || note; CREATE INDEX temp.scratch_note ON scratch (note, name)");
  g_autofree char *count = sealed_text (db, "SELECT count(*), sum(length(note)) - 2 * (SELECT sum(length(note)) FROM visit) "
                                            "FROM scratch");
  g_assert_cmpstr (count, ==, "60|0");
}

static sqlite3_file *
open_raw (const SealedStore *store, const char *name, int flags, int *rc)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (store->vfs);
  sqlite3_file *file = g_malloc0 ((gsize) vfs->szOsFile);

  *rc = vfs->xOpen (vfs, name, file, flags, NULL);
  if (*rc == SQLITE_OK)
    return file;
  g_assert_null (file->pMethods);
  g_free (file);
  return NULL;
}

/* What SQLite never asks for is refused: half pages, a page without room, reads over a page's end, names of several stores. */
static void
test_by_hand (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  const char *name = sqlite3_create_filename (store->path, store->path, store->path, 0, NULL);
  guint8 page[4096] = { 0 };
  guint8 out[4096];
  int rc;
  sqlite3_file *file = open_raw (store, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB, &rc);
  const sqlite3_io_methods *io = file->pMethods;

  g_assert_cmpint (io->xWrite (file, page, 512, 0), ==, SQLITE_IOERR_WRITE);
  g_assert_cmpint (io->xWrite (file, page, 4096, 512), ==, SQLITE_IOERR_WRITE);
  for (guint i = 0; i < 3; i++) { /* size of a page, high and low byte, and the reserve */
    memset (page, 0, sizeof page);
    page[16] = i == 0 ? 2 : 16;
    page[17] = i == 1;
    page[20] = i == 2 ? 39 : 40;
    g_assert_cmpint (io->xWrite (file, page, 4096, 0), ==, SQLITE_IOERR_WRITE);
  }
  page[20] = 40;
  g_assert_cmpint (io->xWrite (file, page, 4096, 0), ==, SQLITE_OK);
  g_assert_cmpint (io->xWrite (file, page, 4096, 4096), ==, SQLITE_OK);
  g_assert_cmpint (io->xRead (file, out, 4, 16), ==, SQLITE_OK);
  g_assert_cmpmem (out, 4, page + 16, 4);
  g_assert_cmpint (io->xRead (file, out, 200, 4000), ==, SQLITE_IOERR_DATA); /* over the end of a page */
  g_assert_cmpint (io->xRead (file, out, 4096, 8192), ==, SQLITE_IOERR_DATA); /* a page that is not there */
  g_assert_cmpint (io->xTruncate (file, 6000), ==, SQLITE_OK);
  g_assert_cmpint (io->xRead (file, out, 16, 4096), ==, SQLITE_IOERR_DATA); /* half a page */
  g_assert_cmpint (io->xSectorSize (file), >, 0);
  g_assert_cmpint (io->xClose (file), ==, SQLITE_OK);
  g_free (file);
  g_assert_null (open_raw (store, name, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_SUPER_JOURNAL, &rc));
  g_assert_cmpint (rc, ==, SQLITE_CANTOPEN);
  sqlite3_free_filename (name);
}

/* A long WAL that was emptied is cut to what a busy hour needs. */
static void
test_cuts_long_wal (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autofree char *wal = g_strconcat (store->path, "-wal", NULL);
  g_autoptr (sqlite3) db = sealed_store_open (store, "wal");
  GStatBuf before;
  GStatBuf after;

  sealed_exec (db, "PRAGMA wal_autocheckpoint = 0; CREATE TABLE large (b BLOB); BEGIN;"
                   "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) "
                   "INSERT INTO large SELECT randomblob(100000) FROM n; COMMIT;");
  g_assert_cmpint (g_stat (wal, &before), ==, 0);
  sealed_exec (db, "PRAGMA wal_checkpoint (TRUNCATE)");
  g_assert_cmpint (g_stat (wal, &after), ==, 0);
  g_assert_cmpint (before.st_size, >, 5 * 1024 * 1024);
  g_assert_cmpint (after.st_size, <, 5 * 1024 * 1024);
  g_assert_cmpint (after.st_size, >, 4 * 1024 * 1024);
  sealed_exec (db, "INSERT INTO large VALUES (x'01')");
  g_autofree char *count = sealed_text (db, "SELECT count(*) FROM large");
  g_assert_cmpstr (count, ==, "61");
}

static void
test_refuses_registration (void)
{
  g_autoptr (SealedStore) store = sealed_store_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) short_key = fz_secret_random (16);

  g_assert_false (fz_seal_vfs_register ("short", NULL, short_key, store->identity, 1, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (&error);
  g_assert_false (fz_seal_vfs_register ("base", "no-such-vfs", store->key, store->identity, 1, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (&error);
  g_assert_false (fz_seal_vfs_register (store->vfs, NULL, store->key, store->identity, 1, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
  /* Somebody else's VFS is not ours to remove. */
  fz_seal_vfs_unregister ("unix");
  g_assert_nonnull (sqlite3_vfs_find ("unix"));
}

static void
add_for_modes (const char *path, GTestDataFunc test, const char *const *modes)
{
  for (; *modes != NULL; modes++) {
    g_autofree char *name = g_strdup_printf ("%s/%s", path, *modes);
    g_test_add_data_func (name, *modes, test);
  }
}

int
main (int argc, char **argv)
{
  static const char *const all[] = { "wal", "delete", "truncate", "persist", NULL };
  static const char *const rollback[] = { "delete", "truncate", "persist", NULL };

  g_test_init (&argc, &argv, NULL);
  add_for_modes ("/seal/round-trip", test_round_trip, all);
  add_for_modes ("/seal/spill", test_spill, all);
  add_for_modes ("/seal/recovers-hot-journal", test_recovers_hot_journal, rollback);
  add_for_modes ("/seal/wrong-key", test_wrong_key, all);
  g_test_add_func ("/seal/recovers-wal", test_recovers_wal);
  g_test_add_func ("/seal/stock-sqlite-cannot-read", test_stock_sqlite_cannot_read);
  g_test_add_func ("/seal/backup", test_backup);
  g_test_add_func ("/seal/vacuum-into", test_vacuum_into);
  g_test_add_func ("/seal/refuses-unreserved", test_refuses_unreserved);
  g_test_add_func ("/seal/wal-needs-exclusive", test_wal_needs_exclusive);
  g_test_add_func ("/seal/keeps-wal", test_keeps_wal);
  g_test_add_func ("/seal/temporary-file", test_temporary_file);
  g_test_add_func ("/seal/refuses-registration", test_refuses_registration);
  g_test_add_func ("/seal/by-hand", test_by_hand);
  g_test_add_func ("/seal/cuts-long-wal", test_cuts_long_wal);
  return g_test_run ();
}
