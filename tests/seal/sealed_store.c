/* tests/seal/sealed_store.c: a folder, a sealing VFS and a small database to damage. */
#include "tests/seal/sealed_store.h"

#include <glib/gstdio.h>
#include <string.h>

SealedStore *
sealed_store_new (void)
{
  static int count;
  SealedStore *self = g_new0 (SealedStore, 1);
  g_autoptr (GError) error = NULL;

  self->dir = g_dir_make_tmp ("fuzhen-seal-XXXXXX", &error);
  g_assert_no_error (error);
  self->path = g_build_filename (self->dir, "store.fz", NULL);
  self->vfs = g_strdup_printf ("seal-%d", count++);
  self->key = fz_secret_random (32);
  g_autoptr (FzSecret) identity = fz_secret_random (sizeof self->identity);
  memcpy (self->identity, fz_secret_get (identity), sizeof self->identity);
  fz_seal_vfs_register (self->vfs, NULL, self->key, self->identity, 1, &error);
  g_assert_no_error (error);
  return self;
}

void
sealed_store_free (SealedStore *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->dir, 0, NULL);

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
    g_autofree char *path = g_build_filename (self->dir, name, NULL);
    g_unlink (path);
  }
  g_rmdir (self->dir);
  fz_seal_vfs_unregister (self->vfs);
  fz_secret_free (self->key);
  g_free (self->vfs);
  g_free (self->path);
  g_free (self->dir);
  g_free (self);
}

int
sealed_try (sqlite3 *db, const char *sql)
{
  return sqlite3_exec (db, sql, NULL, NULL, NULL);
}

void
sealed_exec (sqlite3 *db, const char *sql)
{
  if (sealed_try (db, sql) != SQLITE_OK)
    g_error ("%s: %s (%d)", sql, sqlite3_errmsg (db), sqlite3_extended_errcode (db));
}

sqlite3 *
sealed_open (const char *path, const char *vfs, int *rc)
{
  sqlite3 *db = NULL;
  int reserve = FZ_SEAL_RESERVED_BYTES;

  *rc = sqlite3_open_v2 (path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE | SQLITE_OPEN_URI,
                         vfs);
  if (*rc == SQLITE_OK)
    *rc = sqlite3_file_control (db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
  if (*rc == SQLITE_OK)
    *rc = sealed_try (db, "PRAGMA locking_mode=EXCLUSIVE; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; "
                          "PRAGMA cell_size_check=ON");
  if (*rc == SQLITE_OK)
    return db;
  sqlite3_close (db);
  return NULL;
}

sqlite3 *
sealed_store_open (const SealedStore *self, const char *journal_mode)
{
  int rc = SQLITE_OK;
  sqlite3 *db = sealed_open (self->path, self->vfs, &rc);

  g_assert_cmpint (rc, ==, SQLITE_OK);
  g_autofree char *set = g_strdup_printf ("PRAGMA journal_mode=%s", journal_mode);
  g_autofree char *got = sealed_text (db, set);
  g_assert_cmpstr (got, ==, journal_mode);
  sealed_exec (db, "PRAGMA synchronous=FULL");
  return db;
}

/* Rows joined by newlines, columns by bars; NULL on any error. */
static char *
query_text (sqlite3 *db, const char *sql, int *rc)
{
  sqlite3_stmt *stmt = NULL;
  GString *out = g_string_new (NULL);

  *rc = sqlite3_prepare_v2 (db, sql, -1, &stmt, NULL);
  while (*rc == SQLITE_OK && (*rc = sqlite3_step (stmt)) == SQLITE_ROW) {
    if (out->len > 0)
      g_string_append_c (out, '\n');
    for (int i = 0; i < sqlite3_column_count (stmt); i++)
      g_string_append_printf (out, "%s%s", i > 0 ? "|" : "", (const char *) sqlite3_column_text (stmt, i));
    *rc = SQLITE_OK;
  }
  sqlite3_finalize (stmt);
  if (*rc == SQLITE_DONE) {
    *rc = SQLITE_OK;
    return g_string_free (out, FALSE);
  }
  g_string_free (out, TRUE);
  return NULL;
}

char *
sealed_text (sqlite3 *db, const char *sql)
{
  int rc = SQLITE_OK;
  char *text = query_text (db, sql, &rc);

  if (text == NULL)
    g_error ("%s: %s (%d)", sql, sqlite3_errmsg (db), rc);
  return text;
}

void
sealed_fill (sqlite3 *db, int rows)
{
  sealed_exec (db, "CREATE TABLE IF NOT EXISTS visit (id INTEGER PRIMARY KEY, name TEXT, note TEXT, seal BLOB);"
                   "CREATE INDEX IF NOT EXISTS visit_name ON visit (name)");
  for (int i = 0; i < rows; i++) {
    g_autofree char *sql
        = g_strdup_printf ("INSERT INTO visit (name, note, seal) VALUES ('%s-%d', printf('%%.*c%s', %d, 'n'), zeroblob(%d))",
                           SEALED_STORE_MARK, i, SEALED_STORE_MARK, i % 2 ? 5000 : 20, i % 3 * 40);
    sealed_exec (db, sql);
  }
}

char *
sealed_contents (const char *path, const char *vfs, int *rc)
{
  g_autoptr (sqlite3) db = sealed_open (path, vfs, rc);

  if (db == NULL)
    return NULL;
  g_autofree char *schema = query_text (db, "SELECT type, name, sql FROM sqlite_schema ORDER BY name", rc);
  if (schema == NULL)
    return NULL;
  g_autofree char *rows = query_text (db, "SELECT id, name, note, hex(seal) FROM visit NOT INDEXED ORDER BY id", rc);
  if (rows == NULL)
    return NULL;
  g_autofree char *names = query_text (db, "SELECT name, id FROM visit INDEXED BY visit_name ORDER BY name", rc);
  return names != NULL ? g_strjoin ("\n--\n", schema, rows, names, NULL) : NULL;
}

GBytes *
sealed_read_file (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *bytes = NULL;
  gsize n = 0;

  g_file_get_contents (path, &bytes, &n, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (bytes, n);
}

void
sealed_write_file (const char *path, GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  gsize n = 0;
  const char *data = g_bytes_get_data (bytes, &n);

  g_file_set_contents_full (path, n > 0 ? data : "", (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

void
sealed_assert_no_mark (const char *dir)
{
  static const char *marks[] = { "PLANTED", "张三", "SQLite format", "CREATE TABLE", "nnnnnnnn" };
  g_autoptr (GDir) entries = g_dir_open (dir, 0, NULL);
  int files = 0;

  for (const char *name = g_dir_read_name (entries); name != NULL; name = g_dir_read_name (entries), files++) {
    g_autofree char *path = g_build_filename (dir, name, NULL);
    g_autoptr (GBytes) bytes = sealed_read_file (path);
    gsize n = 0;
    const char *data = g_bytes_get_data (bytes, &n);
    for (gsize i = 0; i < G_N_ELEMENTS (marks) && n > 0; i++) {
      if (memmem (data, n, marks[i], strlen (marks[i])) != NULL)
        g_error ("%s holds the plain text %s", path, marks[i]);
    }
  }
  g_assert_cmpint (files, >, 0);
}
