/* The whole log rewritten by somebody who also has the log's own key, or puts a newer one in its place: every entry, node and checkpoint agrees with
 * the others, and only a head that was kept elsewhere knows better. */
#include "tests/attack/forger.h"

#include "core/merkle.h"
#include "core/note.h"

#include <string.h>

typedef struct {
  Burglar *burglar;
  FzSecret *seed;
  FzVerifier *who;
  FzFrontier frontier;
  char *newest; /* note */
} Forger;

static sqlite3_stmt *
prepare (Forger *self, const char *sql)
{
  sqlite3_stmt *stmt = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (self->burglar->db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  return stmt;
}

static void
steal_key (Forger *self)
{
  sqlite3_stmt *stmt = prepare (self, "SELECT name, seed FROM desk_key WHERE purpose = 'log' ORDER BY serial DESC LIMIT 1");
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  self->seed = fz_secret_new_from (sqlite3_column_blob (stmt, 1), FZ_ED25519_SEED_BYTES);
  fz_seed_public_key (self->seed, public_key);
  self->who = fz_verifier_new ((const char *) sqlite3_column_text (stmt, 0), public_key, NULL);
  sqlite3_finalize (stmt);
}

/* As a yearly rotation would look: the same name, the next serial. */
static void
make_key (Forger *self)
{
  sqlite3_stmt *stmt;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  g_autofree char *name = g_strdup (fz_verifier_get_name (self->who));

  fz_secret_free (self->seed);
  fz_verifier_unref (self->who);
  self->seed = fz_secret_random (FZ_ED25519_SEED_BYTES);
  fz_seed_public_key (self->seed, public_key);
  self->who = fz_verifier_new (name, public_key, NULL);
  stmt = prepare (self, "INSERT INTO desk_key (serial, purpose, name, public_key, seed, from_at) SELECT max(serial) + 1, 'log', ?1, ?2, ?3, max(from_at) FROM desk_key");
  sqlite3_bind_text (stmt, 1, name, -1, SQLITE_STATIC);
  sqlite3_bind_blob (stmt, 2, public_key, sizeof public_key, SQLITE_STATIC);
  sqlite3_bind_blob (stmt, 3, fz_secret_get (self->seed), FZ_ED25519_SEED_BYTES, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_DONE);
  sqlite3_finalize (stmt);
}

static void
hash_anew (Forger *self)
{
  sqlite3_stmt *read = prepare (self, "SELECT number, leaf FROM audit ORDER BY number");
  sqlite3_stmt *write = prepare (self, "UPDATE audit SET nodes = ?2 WHERE number = ?1");
  sqlite3_stmt *sign = prepare (self, "UPDATE checkpoint SET note = ?2 WHERE size = ?1");

  while (sqlite3_step (read) == SQLITE_ROW) {
    FzHash completed[FZ_MERKLE_MAX_LEVELS], root;
    FzHash leaf = fz_merkle_leaf (sqlite3_column_blob (read, 1), (gsize) sqlite3_column_bytes (read, 1));
    guint n = fz_frontier_append (&self->frontier, &leaf, completed);
    g_autofree char *text = NULL, *line = NULL;

    sqlite3_bind_int64 (write, 1, sqlite3_column_int64 (read, 0));
    sqlite3_bind_blob (write, 2, n > 0 ? (const void *) completed : "", (int) (n * sizeof (FzHash)), SQLITE_STATIC);
    g_assert_cmpint (sqlite3_step (write), ==, SQLITE_DONE);
    sqlite3_reset (write);
    root = fz_frontier_root (&self->frontier);
    text = fz_checkpoint_text (fz_verifier_get_name (self->who), self->frontier.size, &root, G_GINT64_CONSTANT (1772413200000000));
    line = fz_note_sign_line (self->who, self->seed, text, strlen (text), NULL);
    g_free (self->newest);
    self->newest = g_strconcat (text, "\n", line, NULL);
    sqlite3_bind_int64 (sign, 1, (gint64) self->frontier.size);
    sqlite3_bind_blob (sign, 2, self->newest, (int) strlen (self->newest), SQLITE_STATIC);
    g_assert_cmpint (sqlite3_step (sign), ==, SQLITE_DONE);
    sqlite3_reset (sign);
  }
  sqlite3_finalize (read);
  sqlite3_finalize (write);
  sqlite3_finalize (sign);
}

char *
forge_log (Burglar *burglar, gboolean newer_key)
{
  Forger self = { .burglar = burglar };

  fz_frontier_init (&self.frontier);
  burglar_do (burglar, "UPDATE audit SET actor = 'D9999', leaf = CAST(replace(CAST(leaf AS TEXT), 'actor ' || actor || char(10), 'actor D9999' || char(10)) AS BLOB)"
                       " WHERE number = 7");
  steal_key (&self);
  if (newer_key)
    make_key (&self);
  hash_anew (&self);
  burglar_do (burglar, "DELETE FROM checkpoint WHERE size > (SELECT max(number) + 1 FROM audit)");
  fz_secret_free (self.seed);
  fz_verifier_unref (self.who);
  return self.newest;
}
