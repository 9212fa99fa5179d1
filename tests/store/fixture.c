#include "tests/store/fixture.h"

#include "db/seal_vfs.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>

char *
file_in (const char *dir, const char *name)
{
  return g_build_filename (dir, name, NULL);
}

void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = file_in (path, name);

    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      remove_folder (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

void
copy_folder (const char *from, const char *to)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  g_assert_cmpint (g_mkdir_with_parents (to, 0700), ==, 0);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *source = file_in (from, name);
    g_autofree char *target = file_in (to, name);
    g_autofree char *bytes = NULL;
    gsize n = 0;

    if (g_file_test (source, G_FILE_TEST_IS_DIR)) {
      copy_folder (source, target);
      continue;
    }
    g_assert_true (g_file_get_contents (source, &bytes, &n, NULL));
    g_assert_true (g_file_set_contents (target, bytes, (gssize) n, NULL));
  }
}

void
flip_bit (const char *path, gsize offset)
{
  g_autofree char *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  g_assert_cmpuint (offset, <, n);
  bytes[offset] ^= 4;
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
}

/* In memory where that can be had: thousands of fsyncs that nothing depends on. */
static char *
make_root (void)
{
  char *root = g_mkdtemp_full (g_strdup ("/dev/shm/fuzhen-store-XXXXXX"), 0700);
  g_autoptr (GError) error = NULL;

  if (root != NULL)
    return root;
  root = g_dir_make_tmp ("fuzhen-store-XXXXXX", &error);
  g_assert_no_error (error);
  return root;
}

static void
set_up_at (Fixture *self, char *root)
{
  self->root = root;
  self->dir = file_in (self->root, "data");
  self->state_dir = file_in (self->root, "state");
  self->key = fz_secret_random (FZ_STORE_KEY_BYTES);
  memset (self->identity, 0x5a, sizeof self->identity);
  self->options = (FzStoreOptions) { .dir = self->dir, .state_dir = self->state_dir, .key = self->key,
                                     .identity = self->identity, .key_version = 1, .origin = "fuzhen.h1.desk1",
                                     .room_bytes = 1 };
}

void
fixture_set_up (Fixture *self, gconstpointer unused)
{
  set_up_at (self, make_root ());
}

static void
create (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->store = fz_store_create (&self->options, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->store);
}

void
fixture_set_up_store (Fixture *self, gconstpointer unused)
{
  fixture_set_up (self, unused);
  create (self);
}

void
fixture_set_up_store_at (Fixture *self, char *root)
{
  set_up_at (self, root);
  create (self);
}

void
fixture_close (Fixture *self)
{
  g_clear_pointer (&self->store, fz_store_close);
}

void
fixture_tear_down (Fixture *self, gconstpointer unused)
{
  fixture_close (self);
  fz_secret_free (self->key);
  remove_folder (self->root);
  g_free (self->root);
  g_free (self->dir);
  g_free (self->state_dir);
}

void
fixture_reopen (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  fixture_close (self);
  self->store = fz_store_open (&self->options, &error);
  g_assert_no_error (error);
  g_assert_nonnull (self->store);
}

char *
fixture_fail_open (Fixture *self, FzErrorCode code)
{
  g_autoptr (GError) error = NULL;
  FzStore *store = fz_store_open (&self->options, &error);

  g_assert_null (store);
  g_assert_error (error, FZ_ERROR, (int) code);
  return g_strdup (error->message);
}

static gboolean
sql_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_txn_run (txn, error, data, "");
}

gboolean
run_sql (FzStore *store, FzTxnMode mode, const char *sql, GError **error)
{
  g_autofree char *text = g_strdup (sql);

  return fz_store_run (store, mode, sql_job, text, error);
}

typedef struct {
  const char *sql;
  gint64 value;
} ReadInt;

static gboolean
read_int_job (FzTxn *txn, gpointer data, GError **error)
{
  ReadInt *read = data;
  FzStmt *stmt = fz_txn_query (txn, error, read->sql, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  read->value = fz_stmt_int (stmt, 0);
  return TRUE;
}

gint64
read_int (FzStore *store, const char *sql)
{
  ReadInt read = { sql, 0 };
  g_autoptr (GError) error = NULL;

  fz_store_run (store, FZ_TXN_READ, read_int_job, &read, &error);
  g_assert_no_error (error);
  return read.value;
}

typedef struct {
  const char *sql;
  char *text;
} ReadText;

static gboolean
read_text_job (FzTxn *txn, gpointer data, GError **error)
{
  ReadText *read = data;
  FzStmt *stmt = fz_txn_query (txn, error, read->sql, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  read->text = fz_stmt_dup_text (stmt, 0);
  return TRUE;
}

char *
read_text (FzStore *store, const char *sql)
{
  ReadText read = { sql, NULL };
  g_autoptr (GError) error = NULL;

  fz_store_run (store, FZ_TXN_READ, read_text_job, &read, &error);
  g_assert_no_error (error);
  return read.text;
}

static gboolean
append_job (FzTxn *txn, gpointer data, GError **error)
{
  for (guint i = 0; i < GPOINTER_TO_UINT (data); i++) {
    g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit.test/v1");
    FzAuditEntry entry = { .actor = "D001", .role = "doctor", .session = "s1", .action = "case.read",
                           .subject_kind = "visit", .subject = "V1", .outcome = "done", .payload = payload };

    fz_fields_set_int (payload, "step", i);
    if (!fz_audit_append (txn, &entry, NULL, error))
      return FALSE;
  }
  return TRUE;
}

void
append_entries (FzStore *store, guint n)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (store, FZ_TXN_RECORD, append_job, GUINT_TO_POINTER (n), &error);
  g_assert_no_error (error);
}

static gboolean
checkpoint_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_checkpoint (txn, error);
}

void
sign_checkpoint (FzStore *store)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (store, FZ_TXN_LOCAL, checkpoint_job, NULL, &error);
  g_assert_no_error (error);
  read_int (store, "SELECT 1"); /* the head files are written before the next job begins */
}

typedef struct {
  FzAuditCheck *check;
  gboolean done;
} Verify;

static gboolean
verify_job (FzTxn *txn, gpointer data, GError **error)
{
  Verify *verify = data;

  return fz_audit_check_step (verify->check, txn, 17, &verify->done, error);
}

gboolean
verify_log (FzStore *store, GError **error)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  Verify verify = { check, FALSE };

  while (!verify.done)
    if (!fz_store_run (store, FZ_TXN_READ, verify_job, &verify, error))
      return FALSE;
  return TRUE;
}

static char *
tamper_raw (Fixture *self, const char *sql)
{
  g_autofree char *path = file_in (self->dir, "store.fz");
  g_autoptr (GError) error = NULL;
  char *message = NULL;
  sqlite3 *db = NULL;

  fz_seal_vfs_register ("tamper", NULL, self->options.key, self->options.identity, self->options.key_version, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE, "tamper"), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = OFF;", 0, 0, 0), ==, SQLITE_OK);
  if (sqlite3_exec (db, sql, NULL, NULL, NULL) != SQLITE_OK)
    message = g_strdup (sqlite3_errmsg (db));
  g_assert_cmpint (sqlite3_wal_checkpoint_v2 (db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  fz_seal_vfs_unregister ("tamper");
  return message;
}

void
tamper (Fixture *self, const char *sql)
{
  g_autofree char *message = tamper_raw (self, sql);

  g_assert_cmpstr (message, ==, NULL);
}

char *
tamper_fails (Fixture *self, const char *sql)
{
  char *message = tamper_raw (self, sql);

  g_assert_nonnull (message);
  return message;
}
