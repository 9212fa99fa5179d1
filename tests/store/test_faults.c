/* Every call to the disk fails once. A whole life of a store is played, each time with another call failing; whatever comes
 * back, an error says so, the store opens afterwards, its log verifies, and what was acknowledged is in it.
 *
 * Two doors: SQLite's, by a VFS under the sealing one, and our own, by the linker's --wrap of open, write, fsync and rename. */
#include "db/attachment.h"
#include "db/backup.h"
#include "db/keyfile.h"
#include "db/shares.h"
#include "tests/store/fixture.h"

#include <errno.h>
#include <locale.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

/* --- the fault: call number `at`, and with `sticky` every later one --- */

typedef enum { DOOR_NONE, DOOR_SQLITE, DOOR_OURS } Door;

static struct {
  Door door;
  gint at;
  gboolean sticky;
  gint calls; /* atomic */
} fault;

static gboolean
fails (Door door)
{
  gint call;

  if (fault.door != door)
    return FALSE;
  call = g_atomic_int_add (&fault.calls, 1);
  return call == fault.at || (fault.sticky && call > fault.at);
}

/* --- SQLite's door --- */

static sqlite3_vfs shim;
static sqlite3_vfs *plain;
static sqlite3_io_methods shim_methods[2];
static sqlite3_io_methods plain_methods;

static int
shim_read (sqlite3_file *file, void *out, int n, sqlite3_int64 offset)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_READ : plain_methods.xRead (file, out, n, offset);
}

static int
shim_write (sqlite3_file *file, const void *from, int n, sqlite3_int64 offset)
{
  return fails (DOOR_SQLITE) ? (fault.at % 2 ? SQLITE_FULL : SQLITE_IOERR_WRITE) : plain_methods.xWrite (file, from, n, offset);
}

static int
shim_sync (sqlite3_file *file, int flags)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_FSYNC : plain_methods.xSync (file, flags);
}

static int
shim_truncate (sqlite3_file *file, sqlite3_int64 size)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_TRUNCATE : plain_methods.xTruncate (file, size);
}

static int
shim_size (sqlite3_file *file, sqlite3_int64 *size)
{
  return fails (DOOR_SQLITE) ? SQLITE_IOERR_FSTAT : plain_methods.xFileSize (file, size);
}

static int
shim_open (sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *out_flags)
{
  sqlite3_io_methods *methods = &shim_methods[flags & SQLITE_OPEN_MAIN_DB ? 0 : 1];
  int rc;

  file->pMethods = NULL;
  if (fails (DOOR_SQLITE))
    return SQLITE_CANTOPEN;
  rc = plain->xOpen (plain, name, file, flags, out_flags);
  if (rc != SQLITE_OK || file->pMethods == NULL)
    return rc;
  plain_methods = *file->pMethods;
  *methods = plain_methods;
  methods->xRead = shim_read;
  methods->xWrite = shim_write;
  methods->xSync = shim_sync;
  methods->xTruncate = shim_truncate;
  methods->xFileSize = shim_size;
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

/* --- our door; the linker sends db's calls here --- */

int __real_open64 (const char *path, int flags, ...);
int __wrap_open64 (const char *path, int flags, ...);
ssize_t __real_write (int fd, const void *from, size_t n);
ssize_t __wrap_write (int fd, const void *from, size_t n);
int __real_fsync (int fd);
int __wrap_fsync (int fd);
int __real_rename (const char *from, const char *to);
int __wrap_rename (const char *from, const char *to);

int
__wrap_open64 (const char *path, int flags, ...)
{
  va_list arguments;
  int mode;

  va_start (arguments, flags);
  mode = va_arg (arguments, int);
  va_end (arguments);
  if (fails (DOOR_OURS)) {
    errno = EACCES;
    return -1;
  }
  return __real_open64 (path, flags, mode);
}

ssize_t
__wrap_write (int fd, const void *from, size_t n)
{
  if (fails (DOOR_OURS)) {
    errno = ENOSPC;
    return -1;
  }
  /* A short write is no error, only less. */
  return __real_write (fd, from, n > 1000 ? n / 2 : n);
}

int
__wrap_fsync (int fd)
{
  if (fails (DOOR_OURS)) {
    errno = EIO;
    return -1;
  }
  return __real_fsync (fd);
}

int
__wrap_rename (const char *from, const char *to)
{
  if (fails (DOOR_OURS)) {
    errno = ENOSPC;
    return -1;
  }
  return __real_rename (from, to);
}

/* --- the life --- */

typedef struct {
  Fixture f;
  FzKeyFile *keys;
  FzSecret *store_key;
  char **shares;
  char *backup;
  char *restored;
  gboolean created;
  gboolean backed_up;
  gboolean restored_whole;
  gint64 acknowledged; /* rows */
} Life;

static gboolean
act_job (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "INSERT INTO setting (name, value) SELECT 'n' || count(*), 'x' FROM setting";
  g_autoptr (GBytes) bytes = g_bytes_new_static ("evidence", 8);
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit.test/v1");
  g_autofree char *sha256 = NULL;
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done", .payload = payload };

  fz_fields_set (payload, "detail", "x");
  return fz_txn_run (txn, error, sql, "") && fz_attachment_put (txn, bytes, "text/plain", &sha256, error) &&
         fz_audit_append (txn, &entry, NULL, error) && fz_audit_checkpoint (txn, error);
}

static gboolean
act (Life *life, GError **error)
{
  for (guint i = 0; i < 3; i++) {
    if (!fz_store_run (life->f.store, FZ_TXN_RECORD, act_job, NULL, error))
      return FALSE;
    life->acknowledged++;
  }
  return TRUE;
}

static gboolean
make (Life *life, GError **error)
{
  FzKeyFileOptions options = { .dir = life->f.dir, .state_dir = life->f.state_dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  g_autoptr (FzSecret) password = fz_secret_new_from ("pw", 2);
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  life->keys = fz_keyfile_create (&options, &life->store_key, error);
  if (life->keys == NULL || !fz_keyfile_add_person (life->keys, "D001", password, password, life->store_key, public_key, error))
    return FALSE;
  life->shares = fz_keyfile_make_shares (life->keys, life->store_key, 2, error);
  if (life->shares == NULL)
    return FALSE;
  life->f.options.key = life->store_key;
  life->f.options.identity = fz_keyfile_get_identity (life->keys);
  life->f.store = fz_store_create (&life->f.options, error);
  return life->f.store != NULL;
}

static gboolean
restore (Life *life, GError **error)
{
  g_autofree char *state_dir = file_in (life->f.root, "other-state");
  FzRestoreOptions options = { .file = life->backup, .dir = life->restored, .state_dir = state_dir,
                               .share_a = life->shares[0], .share_b = life->shares[1] };

  life->restored_whole = fz_backup_restore (&options, NULL, NULL, error);
  return life->restored_whole;
}

static gboolean
play (Life *life, GError **error)
{
  if (!make (life, error) || !act (life, error))
    return FALSE;
  life->backed_up = fz_backup_run (life->f.store, life->backup, NULL, NULL, NULL, error);
  if (!life->backed_up || !act (life, error))
    return FALSE;
  fixture_close (&life->f);
  life->f.store = fz_store_open (&life->f.options, error);
  return life->f.store != NULL && act (life, error) && verify_log (life->f.store, error) && restore (life, error);
}

/* --- afterwards, on a good disk --- */

static void
check_store (Life *life)
{
  g_autofree char *path = file_in (life->f.dir, "store.fz");
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  fixture_close (&life->f);
  if (life->store_key == NULL || life->f.options.identity == NULL)
    return;
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_assert_cmpint (life->acknowledged, ==, 0);
    life->f.store = fz_store_create (&life->f.options, &error);
  } else {
    life->f.store = fz_store_open (&life->f.options, &error);
  }
  g_assert_no_error (error);
  fz_store_is_read_only (life->f.store, &why);
  g_assert_cmpstr (why, ==, NULL);
  g_assert_true (verify_log (life->f.store, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read_int (life->f.store, "SELECT count(*) FROM setting"), >=, life->acknowledged);
  g_assert_cmpint (read_int (life->f.store, "SELECT count(*) FROM setting"), <=, life->acknowledged + 1);
  g_assert_cmpint (read_int (life->f.store, "SELECT count(*) FROM audit"), ==,
                   read_int (life->f.store, "SELECT count(*) + 1 FROM setting"));
}

static void
check_backup (Life *life)
{
  g_autofree char *scratch = file_in (life->f.root, "scratch");
  g_autoptr (GError) error = NULL;

  if (life->backed_up)
    g_assert_true (fz_backup_verify (life->backup, life->shares[0], life->shares[1], scratch, NULL, &error));
  g_assert_no_error (error);
}

static void
check_restored (Life *life)
{
  g_autofree char *state_dir = file_in (life->f.root, "other-state");
  FzStoreOptions options = life->f.options;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzStore) store = NULL;

  if (!life->backed_up || (!life->restored_whole && !restore (life, &error) && error->code == FZ_ERROR_CONFLICT))
    return; /* it got its name, and only the last fsync of the folder failed */
  g_assert_no_error (error);
  options.dir = life->restored;
  options.state_dir = state_dir;
  store = fz_store_open (&options, &error);
  g_assert_no_error (error);
  g_assert_false (fz_store_is_read_only (store, NULL));
}

static void
life_clear (Life *life)
{
  fixture_close (&life->f);
  g_clear_pointer (&life->keys, fz_keyfile_free);
  g_clear_pointer (&life->store_key, fz_secret_free);
  g_clear_pointer (&life->shares, fz_shares_free);
  g_free (life->backup);
  g_free (life->restored);
  fixture_tear_down (&life->f, NULL);
}

/* TRUE when the fault lay beyond the life's last call. */
static gboolean
live_once (Door door, gint at, gboolean sticky)
{
  Life life = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean good;
  gboolean beyond;

  fixture_set_up (&life.f, NULL);
  life.backup = file_in (life.f.root, "backup.fzb");
  life.restored = file_in (life.f.root, "restored");
  fault.at = at;
  fault.sticky = sticky;
  g_atomic_int_set (&fault.calls, 0);
  fault.door = door;
  good = play (&life, &error);
  fault.door = DOOR_NONE;
  beyond = g_atomic_int_get (&fault.calls) <= at;
  if (!good)
    g_assert_true (error != NULL && error->domain == FZ_ERROR && strlen (error->message) > 0);
  check_store (&life);
  check_backup (&life);
  check_restored (&life);
  life_clear (&life);
  return beyond;
}

/* Every one of the first calls, then every step-th: the calls of a second job are those of the first. */
static void
test_faults (gconstpointer data)
{
  Door door = (Door) GPOINTER_TO_INT (data);
  gboolean full = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
  gint step = full ? 1 : door == DOOR_SQLITE ? 13 : 3;
  gint offset = full ? 0 : g_test_rand_int_range (0, step);
  guint lives = 0;

  for (gint at = offset; !live_once (door, at, lives % 2 == 1); at += step)
    lives++;
  g_test_message ("%u lives, from call %d in steps of %d", lives, offset, step);
  g_assert_cmpuint (lives, >, 20);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8"); /* so that a failure prints what the person would read */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE); /* thousands of fsyncs that nothing depends on */
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  install_shim ();
  g_test_add_data_func ("/faults/sqlite", GINT_TO_POINTER (DOOR_SQLITE), test_faults);
  g_test_add_data_func ("/faults/ours", GINT_TO_POINTER (DOOR_OURS), test_faults);
  return g_test_run ();
}
