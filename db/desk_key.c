#include "db/desk_key.h"

#include "db/store_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
add (FzTxn *txn, gint64 serial, const char *purpose, const char *name, GError **error)
{
  static const char sql[] = "INSERT INTO desk_key (serial, purpose, name, public_key, seed, from_at) VALUES ($1, $2, $3, $4, $5, $6)";
  g_autoptr (FzSecret) seed = fz_secret_new (FZ_ED25519_SEED_BYTES);
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  FzMask before = fz_txn_swap_mask (txn, FZ_MASK_AUDIT);
  gboolean good;

  fz_store_random (txn->store, fz_secret_get_writable (seed), FZ_ED25519_SEED_BYTES);
  fz_seed_public_key (seed, public_key);
  good = fz_txn_run (txn, error, sql, "ittbbi", serial, purpose, name, public_key, sizeof public_key,
                     fz_secret_get (seed), (gsize) FZ_ED25519_SEED_BYTES, txn->now_us);
  fz_txn_swap_mask (txn, before);
  return good;
}

gboolean
fz_desk_key_create (FzTxn *txn, const char *origin, GError **error)
{
  g_autofree char *desk_name = g_strconcat (origin, "/desk", NULL);

  return add (txn, 1, "log", origin, error) && add (txn, 2, "desk", desk_name, error);
}

static gboolean
take_row (FzStmt *stmt, FzSecret **out_seed, FzVerifier **out_verifier, GError **error)
{
  g_autoptr (GBytes) public_key = fz_stmt_dup_bytes (stmt, 1);
  const void *seed = sqlite3_column_blob (stmt->raw, 2);
  guint8 computed[FZ_ED25519_PUBLIC_BYTES];

  *out_seed = fz_secret_new_from (seed, FZ_ED25519_SEED_BYTES); /* the CHECK holds the length at 32 */
  fz_seed_public_key (*out_seed, computed);
  *out_verifier = fz_verifier_new (fz_stmt_text (stmt, 0), computed, NULL);
  if (*out_verifier != NULL && memcmp (computed, g_bytes_get_data (public_key, NULL), sizeof computed) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("本台密钥与其公钥不符。\n请系统管理员用备份恢复（fuzhen restore）。"));
  return FALSE;
}

static gboolean
load_one (FzStore *store, const char *purpose, FzSecret **out_seed, FzVerifier **out_verifier, GError **error)
{
  static const char sql[] = "SELECT name, public_key, seed FROM desk_key WHERE purpose = $1 ORDER BY serial DESC LIMIT 1";
  g_autoptr (GError) cause = NULL;
  FzTxn txn;
  FzStmt *stmt;
  gboolean good = FALSE;

  g_clear_pointer (out_seed, fz_secret_free);
  g_clear_pointer (out_verifier, fz_verifier_unref);
  fz_txn_init (&txn, store, FZ_TXN_READ);
  store->connection->mask = FZ_MASK_SETUP; /* the one place that may read a seed */
  stmt = fz_txn_query (&txn, &cause, sql, "t", purpose);
  if (stmt != NULL && fz_stmt_next (stmt, &cause))
    good = take_row (stmt, out_seed, out_verifier, &cause);
  else if (cause == NULL)
    g_set_error (&cause, FZ_ERROR, FZ_ERROR_CORRUPT, _("本地库里没有本台密钥。\n请系统管理员用备份恢复（fuzhen restore）。"));
  store->connection->mask = FZ_MASK_READ;
  fz_txn_clear (&txn);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return good;
}

gboolean
fz_desk_key_load (FzStore *store, GError **error)
{
  if (!load_one (store, "log", &store->log_seed, &store->log_verifier, error) ||
      !load_one (store, "desk", &store->desk_seed, &store->desk_verifier, error))
    return FALSE;
  g_free (store->origin);
  store->origin = g_strdup (fz_verifier_get_name (store->log_verifier));
  return TRUE;
}

/* A file of before this table is opened first and brought up to date then: it has the first store key still. */
gboolean
fz_desk_key_load_words (FzStore *store, GError **error)
{
  static const char there[] = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'kept_secret'";
  static const char sql[] = "SELECT secret FROM kept_secret WHERE name = 'person_word'";
  g_autoptr (GError) cause = NULL;
  gint64 known = 0;
  FzStmt *stmt;
  FzTxn txn;

  g_clear_pointer (&store->word_key, fz_secret_free);
  if (!fz_connection_read_int (store->connection, there, 0, &known, error))
    return FALSE;
  fz_txn_init (&txn, store, FZ_TXN_READ);
  store->connection->mask = FZ_MASK_SETUP;
  stmt = known > 0 ? fz_txn_query (&txn, &cause, sql, "") : NULL;
  if (stmt != NULL && fz_stmt_next (stmt, &cause))
    store->word_key = fz_secret_new_from (sqlite3_column_blob (stmt->raw, 0), FZ_STORE_KEY_BYTES); /* the CHECK holds the length */
  store->connection->mask = FZ_MASK_READ;
  fz_txn_clear (&txn);
  if (cause == NULL && store->word_key == NULL)
    store->word_key = fz_secret_copy (store->key);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return store->word_key != NULL;
}

gboolean
fz_desk_key_keep_words (FzTxn *txn, const FzSecret *word_key, GError **error)
{
  static const char sql[] = "INSERT INTO kept_secret (name, secret) SELECT 'person_word', $1 WHERE NOT EXISTS (SELECT 1 FROM kept_secret WHERE name = 'person_word')";
  FzMask before = fz_txn_swap_mask (txn, FZ_MASK_AUDIT);
  gboolean good = fz_txn_run (txn, error, sql, "b", fz_secret_get (word_key), fz_secret_size (word_key));

  fz_txn_swap_mask (txn, before);
  return good;
}

FzVerifier *
fz_desk_key_dup_verifier (FzTxn *txn, GError **error)
{
  return fz_verifier_ref (txn->store->desk_verifier);
}

char *
fz_desk_key_sign_line (FzTxn *txn, const void *text, gsize n, GError **error)
{
  return fz_note_sign_line (txn->store->desk_verifier, txn->store->desk_seed, text, n, error);
}
