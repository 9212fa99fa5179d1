#include "db/desk_key.h"

#include "db/archive.h"
#include "db/audit.h"
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
  g_autoptr (FzSecret) seed = NULL;
  g_autoptr (FzVerifier) verifier = NULL;
  FzTxn txn;
  FzStmt *stmt;
  gboolean good = FALSE;

  fz_txn_init (&txn, store, FZ_TXN_READ);
  store->connection->mask = FZ_MASK_SETUP; /* one of the two places that may read a seed */
  stmt = fz_txn_query (&txn, &cause, sql, "t", purpose);
  if (stmt != NULL && fz_stmt_next (stmt, &cause))
    good = take_row (stmt, &seed, &verifier, &cause);
  else if (cause == NULL)
    g_set_error (&cause, FZ_ERROR, FZ_ERROR_CORRUPT, _("本地库里没有本台密钥。\n请系统管理员用备份恢复（fuzhen restore）。"));
  store->connection->mask = FZ_MASK_READ;
  fz_txn_clear (&txn);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  if (!good)
    return FALSE;
  fz_secret_free (*out_seed);
  g_clear_pointer (out_verifier, fz_verifier_unref);
  *out_seed = g_steal_pointer (&seed);
  *out_verifier = g_steal_pointer (&verifier);
  return TRUE;
}

/* --- keys of before --- */

static void
past_free (gpointer data)
{
  FzPastKey *past = data;

  fz_verifier_unref (past->verifier);
  g_free (past);
}

/* Which log key vouches for which part of the log. */
static gboolean
load_past (FzStore *store, GError **error)
{
  static const char there[] = "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'key_succession'";
  static const char sql[] = "SELECT desk_key.name, desk_key.public_key, key_succession.at_size FROM key_succession "
                            "JOIN desk_key ON desk_key.serial = key_succession.former WHERE desk_key.purpose = 'log' ORDER BY desk_key.serial";
  g_autoptr (GPtrArray) past = g_ptr_array_new_with_free_func (past_free);
  g_autoptr (GError) cause = NULL;
  gint64 known = 0;
  FzStmt *stmt;
  FzTxn txn;

  if (!fz_connection_read_int (store->connection, there, 0, &known, error))
    return FALSE;
  fz_txn_init (&txn, store, FZ_TXN_READ);
  stmt = known > 0 ? fz_txn_query (&txn, &cause, sql, "") : NULL;
  while (stmt != NULL && fz_stmt_next (stmt, &cause)) {
    g_autoptr (GBytes) public_key = fz_stmt_dup_bytes (stmt, 1);
    FzPastKey *key = g_new0 (FzPastKey, 1);

    key->verifier = fz_verifier_new (fz_stmt_text (stmt, 0), g_bytes_get_data (public_key, NULL), &cause);
    key->at_size = (guint64) fz_stmt_int (stmt, 2);
    if (key->verifier != NULL)
      g_ptr_array_add (past, key);
    else
      g_free (key);
  }
  fz_txn_clear (&txn);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  g_clear_pointer (&store->past_log, g_ptr_array_unref);
  store->past_log = g_steal_pointer (&past);
  return TRUE;
}

/* A key of before vouches for what it saw and for nothing later; the present one only for what came after. */
gboolean
fz_desk_key_check_log (FzStore *store, const FzNote *note, guint64 size, GError **error)
{
  for (guint i = 0; store->past_log != NULL && i < store->past_log->len; i++) {
    const FzPastKey *past = store->past_log->pdata[i];

    if (size <= past->at_size)
      return fz_note_check (note, past->verifier, error);
  }
  return fz_note_check (note, store->log_verifier, error);
}

GPtrArray *
fz_desk_key_list (FzTxn *txn, GError **error)
{
  static const char sql[] = "SELECT desk_key.serial, purpose, name, public_key, from_at, key_succession.signed_at, key_succession.at_size "
                            "FROM desk_key LEFT JOIN key_succession ON key_succession.former = desk_key.serial ORDER BY desk_key.serial";
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GError) cause = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");

  if (stmt == NULL)
    return NULL;
  while (fz_stmt_next (stmt, &cause)) {
    g_autoptr (GBytes) public_key = fz_stmt_dup_bytes (stmt, 3);
    g_autoptr (FzVerifier) verifier = fz_verifier_new (fz_stmt_text (stmt, 2), g_bytes_get_data (public_key, NULL), &cause);
    g_autofree char *vkey = verifier != NULL ? fz_verifier_dup_vkey (verifier) : NULL;
    FzFields *row = fz_fields_new ("fuzhen.desk_key/v1");

    fz_fields_set_int (row, "serial", fz_stmt_int (stmt, 0));
    fz_fields_set (row, "purpose", fz_stmt_text (stmt, 1));
    fz_fields_set (row, "name", fz_stmt_text (stmt, 2));
    fz_fields_set (row, "vkey", vkey);
    fz_fields_set_time (row, "from", fz_stmt_int (stmt, 4));
    if (!fz_stmt_is_null (stmt, 5)) {
      fz_fields_set_time (row, "until", fz_stmt_int (stmt, 5));
      fz_fields_set_int (row, "at_size", fz_stmt_int (stmt, 6));
    }
    g_ptr_array_add (rows, row);
  }
  if (cause == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&cause));
  return NULL;
}

/* --- a successor --- */

static gboolean
newest_serials (FzTxn *txn, const char *purpose, gint64 *out_former, gint64 *out_next, GError **error)
{
  static const char sql[] = "SELECT (SELECT max(serial) FROM desk_key WHERE purpose = $1), (SELECT max(serial) + 1 FROM desk_key)";
  FzStmt *stmt = fz_txn_query (txn, error, sql, "t", purpose);

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out_former = fz_stmt_int (stmt, 0);
  *out_next = fz_stmt_int (stmt, 1);
  fz_stmt_end (stmt);
  return TRUE;
}

static GBytes *
sign_succession (FzTxn *txn, const char *purpose, const FzFields *about, gint64 serial, const char *name, guint64 size, GError **error)
{
  static const char sql[] = "SELECT public_key FROM desk_key WHERE serial = $1";
  gboolean log = g_str_equal (purpose, "log");
  FzStore *store = txn->store;
  const FzVerifier *former = log ? store->log_verifier : store->desk_verifier;
  g_autoptr (FzFields) body = fz_fields_dup (about, "fuzhen.key_succession/v1");
  g_autoptr (FzVerifier) successor = NULL;
  g_autoptr (GBytes) public_key = NULL, text = NULL;
  g_autofree char *old_vkey = fz_verifier_dup_vkey (former), *new_vkey = NULL, *line = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "i", serial);

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return NULL;
  public_key = fz_stmt_dup_bytes (stmt, 0);
  fz_stmt_end (stmt);
  successor = fz_verifier_new (name, g_bytes_get_data (public_key, NULL), error);
  if (successor == NULL)
    return NULL;
  new_vkey = fz_verifier_dup_vkey (successor);
  fz_fields_set (body, "purpose", log ? "log" : "institution");
  fz_fields_set (body, "former", old_vkey);
  fz_fields_set (body, "successor", new_vkey);
  fz_fields_set_int (body, "log_size", (gint64) size);
  fz_fields_set_time (body, "made_at", txn->now_us);
  text = fz_fields_print (body, error);
  line = text != NULL ? fz_note_sign_line (former, log ? store->log_seed : store->desk_seed, g_bytes_get_data (text, NULL), g_bytes_get_size (text), error)
                      : NULL;
  return line != NULL ? fz_note_join (text, (const char *const[]) { line, NULL }) : NULL;
}

/* Runs on the database thread, before the next job: nothing is signed in between. */
static void
take_up (FzStore *store, gpointer data)
{
  g_autoptr (GError) why = NULL;

  if (!fz_desk_key_load (store, &why))
    g_warning ("the successor is used from the next start on: %s", why->message);
}

gboolean
fz_desk_key_succeed (FzTxn *txn, const char *purpose, const FzFields *about, GBytes **out_note, GError **error)
{
  static const char sql[] = "INSERT INTO key_succession (serial, former, at_size, signed_at, validation) VALUES ($1, $2, $3, $4, $5)";
  g_autofree char *name = g_strdup (fz_verifier_get_name (g_str_equal (purpose, "log") ? txn->store->log_verifier : txn->store->desk_verifier));
  g_autoptr (GBytes) note = NULL;
  gint64 former = 0, serial = 0, kept = -1;
  guint64 size = 0;
  FzMask before;
  gboolean good;

  if (!fz_audit_checkpoint (txn, error) || !fz_audit_head (txn, &size, NULL, NULL, error) || !newest_serials (txn, purpose, &former, &serial, error) ||
      !add (txn, serial, purpose, name, error))
    return FALSE;
  note = sign_succession (txn, purpose, about, serial, name, size, error);
  if (note == NULL || !fz_archive_put (txn, "succession", g_bytes_get_data (note, NULL), g_bytes_get_size (note), &kept, error))
    return FALSE;
  before = fz_txn_swap_mask (txn, FZ_MASK_AUDIT);
  good = fz_txn_run (txn, error, sql, "iiiii", serial, former, (gint64) size, txn->now_us, kept);
  fz_txn_swap_mask (txn, before);
  if (!good)
    return FALSE;
  fz_txn_after_commit (txn, take_up, NULL, NULL);
  if (out_note != NULL)
    *out_note = g_steal_pointer (&note);
  return TRUE;
}

char *
fz_desk_key_sign_former_line (FzTxn *txn, gint64 since_us, const void *text, gsize n, GError **error)
{
  static const char sql[] = "SELECT desk_key.name, desk_key.public_key, desk_key.seed FROM key_succession JOIN desk_key ON desk_key.serial = key_succession.former "
                            "WHERE desk_key.purpose = 'desk' AND key_succession.signed_at > $1 ORDER BY desk_key.serial DESC LIMIT 1";
  g_autoptr (FzSecret) seed = NULL;
  g_autoptr (FzVerifier) verifier = NULL;
  g_autoptr (GError) cause = NULL;
  FzMask before = fz_txn_swap_mask (txn, FZ_MASK_SETUP);
  FzStmt *stmt = fz_txn_query (txn, &cause, sql, "i", since_us);
  gboolean found = stmt != NULL && fz_stmt_next (stmt, &cause) && take_row (stmt, &seed, &verifier, &cause);

  fz_stmt_end (stmt);
  fz_txn_swap_mask (txn, before);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return found ? fz_note_sign_line (verifier, seed, text, n, error) : NULL;
}

gboolean
fz_desk_key_load (FzStore *store, GError **error)
{
  if (!load_one (store, "log", &store->log_seed, &store->log_verifier, error) ||
      !load_one (store, "desk", &store->desk_seed, &store->desk_verifier, error) || !load_past (store, error))
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
