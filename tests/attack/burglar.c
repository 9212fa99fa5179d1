#include "tests/attack/burglar.h"

#include "app/trust.h"
#include "db/audit.h"
#include "db/seal_vfs.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

static char *
outside (World *w, const char *word)
{
  g_autofree char *hex = g_malloc0 (2 * FZ_STORE_IDENTITY_BYTES + 1), *name = NULL;

  sodium_bin2hex (hex, 2 * FZ_STORE_IDENTITY_BYTES + 1, fz_keyfile_get_identity (w->desk->keys), FZ_STORE_IDENTITY_BYTES);
  name = g_strconcat (word, "-", hex, NULL);
  return g_build_filename (w->state, name, NULL);
}

void
loot_take (Loot *self, World *w)
{
  static const char *const names[] = { "store.fz", "store.fz-wal", "head", "keys.fz" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    self->paths[i] = g_build_filename (w->data, names[i], NULL);
  self->paths[4] = outside (w, "head");
  for (guint i = 0; i < G_N_ELEMENTS (self->paths); i++) {
    char *bytes = NULL;
    gsize n = 0;

    if (g_file_get_contents (self->paths[i], &bytes, &n, NULL))
      self->bytes[i] = g_bytes_new_take (bytes, n);
  }
}

void
loot_put_back (const Loot *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->paths); i++) {
    gsize n = 0;
    const char *bytes = self->bytes[i] != NULL ? g_bytes_get_data (self->bytes[i], &n) : NULL;

    if (bytes == NULL)
      g_unlink (self->paths[i]);
    else
      g_assert_true (g_file_set_contents_full (self->paths[i], bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  }
}

void
loot_clear (Loot *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->paths); i++) {
    g_free (self->paths[i]);
    g_clear_pointer (&self->bytes[i], g_bytes_unref);
  }
}

static void
sha256 (sqlite3_context *context, int n, sqlite3_value **values)
{
  guint8 digest[crypto_hash_sha256_BYTES];
  char hex[2 * sizeof digest + 1];
  const void *bytes = sqlite3_value_blob (values[0]);

  crypto_hash_sha256 (digest, bytes, (gsize) sqlite3_value_bytes (values[0]));
  sqlite3_result_text (context, sodium_bin2hex (hex, sizeof hex, digest, sizeof digest), -1, SQLITE_TRANSIENT);
}

static int
note_guard (void *data, int n, char **values, char **names)
{
  Burglar *self = data;

  g_ptr_array_add (self->guards, g_strdup (values[0]));
  g_ptr_array_add (self->guards, g_strdup (values[1]));
  return 0;
}

void
burglar_do (Burglar *self, const char *sql)
{
  char *message = NULL;

  if (sqlite3_exec (self->db, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("the recipe itself fails: %s: %s", message, sql);
}

void
burglar_enter (Burglar *self, World *w, const FzSecret *store_key)
{
  g_autofree char *path = g_build_filename (w->data, "store.fz", NULL);
  g_autoptr (GError) error = NULL;

  fz_seal_vfs_register ("burglar", NULL, store_key, fz_keyfile_get_identity (w->desk->keys), fz_keyfile_get_key_version (w->desk->keys), &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open_v2 (path, &self->db, SQLITE_OPEN_READWRITE, "burglar"), ==, SQLITE_OK);
  burglar_do (self, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON");
  g_assert_cmpint (sqlite3_create_function (self->db, "sha256", 1, SQLITE_UTF8, NULL, sha256, NULL, NULL), ==, SQLITE_OK);
  self->guards = g_ptr_array_new_with_free_func (g_free);
  g_assert_cmpint (sqlite3_exec (self->db, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'", note_guard, self, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < self->guards->len; i += 2) {
    g_autofree char *drop = g_strdup_printf ("DROP TRIGGER %s", (char *) self->guards->pdata[i]);

    burglar_do (self, drop);
  }
}

void
burglar_leave (Burglar *self)
{
  for (guint i = 1; i < self->guards->len; i += 2)
    burglar_do (self, self->guards->pdata[i]);
  g_assert_cmpint (sqlite3_wal_checkpoint_v2 (self->db, "main", SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (self->db), ==, SQLITE_OK);
  g_ptr_array_unref (self->guards);
  fz_seal_vfs_unregister ("burglar");
}

/* --- what is noticed --- */

typedef struct {
  FzAuditCheck *check;
  gboolean done;
} Verify;

static gboolean
verify_step (FzTxn *txn, gpointer data, GError **error)
{
  Verify *verify = data;

  return fz_audit_check_step (verify->check, txn, 400, &verify->done, error);
}

static void
say (GString *found, const char *words)
{
  g_string_append_printf (found, "%s%s", found->len > 0 ? " | " : "", words);
}

static void
look (World *w, GString *found)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  Verify verify = { check, FALSE };
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (GError) error = NULL, why = NULL;
  g_autofree char *read_only = NULL;
  guint visits = 0;

  if (fz_store_is_read_only (w->desk->store, &read_only))
    say (found, read_only);
  while (!verify.done && error == NULL)
    fz_store_run (w->desk->store, FZ_TXN_READ, verify_step, &verify, &error);
  if (error != NULL)
    say (found, error->message);
  if (!fz_rebuild_compare (w->desk, NULL, &visits, &differences, &why))
    say (found, why->message);
  for (guint i = 0; differences != NULL && i < differences->len; i++)
    say (found, differences->pdata[i]);
}

char *
burglary_found (World *w, const FzSecret *store_key)
{
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (fz_desk_open_store (w->desk, store_key, &error)) {
    look (w, found);
    fz_desk_close_store (w->desk);
  } else {
    say (found, error->message);
  }
  return found->len > 0 ? g_string_free (g_steal_pointer (&found), FALSE) : NULL;
}
