#include "db/audit.h"

#include "db/journal_private.h"
#include "db/store_private.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#define SALT_BYTES 32

static const char *
desk_of (const char *origin)
{
  const char *dot = strrchr (origin, '.');

  return dot != NULL ? dot + 1 : origin;
}

/* SHA-256 of salt and payload, in hex: the salt keeps a short payload from being guessed out of the leaf. */
static char *
hash_payload (const guint8 salt[SALT_BYTES], GBytes *payload)
{
  crypto_hash_sha256_state state;
  guint8 digest[crypto_hash_sha256_BYTES];
  char hex[2 * sizeof digest + 1];
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (payload, &n);

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, salt, SALT_BYTES);
  crypto_hash_sha256_update (&state, bytes, n);
  crypto_hash_sha256_final (&state, digest);
  return g_strdup (sodium_bin2hex (hex, sizeof hex, digest, sizeof digest));
}

char *
fz_audit_hash_payload (GBytes *salt, GBytes *payload)
{
  return g_bytes_get_size (salt) == SALT_BYTES ? hash_payload (g_bytes_get_data (salt, NULL), payload) : NULL;
}

static FzFields *
make_leaf (FzTxn *txn, const FzAuditEntry *entry, guint64 number, const char *payload_sha256)
{
  FzStore *store = txn->store;
  FzFields *leaf = fz_fields_new ("fuzhen.audit/v1");

  fz_fields_set (leaf, "action", entry->action);
  fz_fields_set (leaf, "actor", entry->actor);
  fz_fields_set_time (leaf, "at", txn->now_us);
  fz_fields_set (leaf, "boot", fz_store_get_boot (store));
  fz_fields_set (leaf, "desk", desk_of (store->origin));
  fz_fields_set (leaf, "document_sha256", entry->document_sha256);
  fz_fields_set_int (leaf, "mono_ms", fz_store_mono_ms (store));
  fz_fields_set_int (leaf, "number", (gint64) number);
  fz_fields_set (leaf, "outcome", entry->outcome);
  fz_fields_set (leaf, "payload_sha256", payload_sha256);
  fz_fields_set (leaf, "reason", entry->reason);
  fz_fields_set (leaf, "role", entry->role);
  fz_fields_set (leaf, "session", entry->session);
  fz_fields_set (leaf, "signer", entry->signer);
  fz_fields_set (leaf, "subject", entry->subject);
  fz_fields_set (leaf, "subject_kind", entry->subject_kind);
  fz_fields_set (leaf, "time_trust", g_atomic_pointer_get (&store->time_trust));
  return leaf;
}

static gboolean
check_entry (const FzAuditEntry *entry, GError **error)
{
  if (entry->actor != NULL && entry->action != NULL && entry->subject_kind != NULL && entry->outcome != NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "audit entry lacks actor, action, subject_kind or outcome");
  return FALSE;
}

static gboolean
insert_entry (FzTxn *txn, const FzAuditEntry *entry, guint64 number, GBytes *leaf, GError **error)
{
  static const char sql[] = "INSERT INTO audit (number, entry_at, actor, action, subject_kind, subject, outcome, leaf, nodes) "
                            "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
  FzHash completed[FZ_MERKLE_MAX_LEVELS];
  g_autoptr (GBytes) nodes = NULL;
  FzHash hash;
  guint n;
  gsize size = 0;
  const void *bytes = g_bytes_get_data (leaf, &size);

  hash = fz_merkle_leaf (bytes, size);
  n = fz_frontier_append (&txn->frontier, &hash, completed);
  nodes = g_bytes_new (completed, n * sizeof (FzHash));
  return fz_txn_run (txn, error, sql, "iitttttBB", (gint64) number, txn->now_us, entry->actor, entry->action,
                     entry->subject_kind, entry->subject, entry->outcome, leaf, nodes);
}

static gboolean
insert_payload (FzTxn *txn, guint64 number, const guint8 salt[SALT_BYTES], GBytes *payload, GError **error)
{
  static const char sql[] = "INSERT INTO audit_payload (number, salt, payload) VALUES ($1, $2, $3)";

  return fz_txn_run (txn, error, sql, "ibB", (gint64) number, salt, (gsize) SALT_BYTES, payload);
}

static gboolean
append (FzTxn *txn, const FzAuditEntry *entry, guint64 number, GError **error)
{
  guint8 salt[SALT_BYTES];
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (FzFields) leaf = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *payload_sha256 = NULL;

  if (entry->payload != NULL) {
    payload = fz_fields_print (entry->payload, error);
    if (payload == NULL)
      return FALSE;
    fz_store_random (txn->store, salt, sizeof salt);
    payload_sha256 = hash_payload (salt, payload);
  }
  leaf = make_leaf (txn, entry, number, payload_sha256);
  bytes = fz_fields_print (leaf, error);
  return bytes != NULL && insert_entry (txn, entry, number, bytes, error) &&
         (payload == NULL || insert_payload (txn, number, salt, payload, error));
}

gboolean
fz_audit_append (FzTxn *txn, const FzAuditEntry *entry, guint64 *out_number, GError **error)
{
  FzFrontier before = txn->audit_appended > 0 ? txn->frontier : txn->store->frontier;
  FzMask mask;
  gboolean good;

  if (fz_txn_only_reads (txn)) {
    good = check_entry (entry, error);
    if (good)
      fz_journal_note (txn, entry);
    if (out_number != NULL)
      *out_number = before.size; /* the log's own next: nothing of such a job is kept that could name it */
    return good;
  }
  mask = fz_txn_swap_mask (txn, txn->mode == FZ_TXN_READ ? FZ_MASK_READ : FZ_MASK_AUDIT);
  txn->frontier = before;
  good = check_entry (entry, error) && append (txn, entry, before.size, error);
  fz_txn_swap_mask (txn, mask);
  if (!good) {
    txn->frontier = before;
    txn->audit_failed = TRUE;
    return FALSE;
  }
  txn->audit_appended++;
  if (out_number != NULL)
    *out_number = before.size;
  return TRUE;
}

/* --- checkpoints --- */

static gboolean
keep_checkpoint (FzTxn *txn, guint64 size, GBytes *note, GError **error)
{
  static const char sql[] = "INSERT INTO checkpoint (size, signed_at, note) VALUES ($1, $2, $3)";
  FzMask mask = fz_txn_swap_mask (txn, txn->mode == FZ_TXN_READ ? FZ_MASK_READ : FZ_MASK_AUDIT);
  gboolean good = fz_txn_run (txn, error, sql, "iiB", (gint64) size, txn->now_us, note);

  fz_txn_swap_mask (txn, mask);
  if (!good)
    return FALSE;
  txn->sealed_size = size;
  g_clear_pointer (&txn->head, g_bytes_unref);
  txn->head = g_bytes_ref (note);
  return TRUE;
}

gboolean
fz_audit_checkpoint (FzTxn *txn, GError **error)
{
  FzStore *store = txn->store;
  const FzFrontier *frontier = txn->audit_appended > 0 ? &txn->frontier : &store->frontier;
  FzHash root = fz_frontier_root (frontier);
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) note = NULL;

  /* Nothing new to vouch for; and a log in dispute is vouched for by nobody. */
  if (frontier->size == MAX (store->sealed_size, txn->sealed_size) || fz_txn_only_reads (txn))
    return TRUE;
  text = fz_checkpoint_text (store->origin, frontier->size, &root, txn->now_us);
  line = fz_note_sign_line (store->log_verifier, store->log_seed, text, strlen (text), error);
  if (line == NULL)
    return FALSE;
  bytes = g_bytes_new (text, strlen (text));
  note = fz_note_join (bytes, (const char *const[]) { line, NULL });
  return keep_checkpoint (txn, frontier->size, note, error);
}

void
fz_audit_checkpoint_after (FzTxn *txn)
{
  txn->seal_after = !fz_txn_only_reads (txn);
}

gboolean
fz_audit_head (FzTxn *txn, guint64 *out_size, FzHash *out_root, char **out_checkpoint, GError **error)
{
  static const char sql[] = "SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1";
  const FzFrontier *frontier = txn->audit_appended > 0 ? &txn->frontier : &txn->store->frontier;
  g_autoptr (GError) cause = NULL;
  FzFrontier sealed;
  FzStmt *stmt;

  /* A log that nothing can be signed over any more is shown as far as it was: note and size must speak of the same. */
  if (fz_txn_only_reads (txn) && out_checkpoint != NULL) {
    if (!fz_audit_frontier_at (txn, txn->store->sealed_size, &sealed, error))
      return FALSE;
    frontier = &sealed;
  }
  if (out_size != NULL)
    *out_size = frontier->size;
  if (out_root != NULL)
    *out_root = fz_frontier_root (frontier);
  if (out_checkpoint == NULL)
    return TRUE;
  stmt = fz_txn_query (txn, error, sql, "");
  if (stmt == NULL)
    return FALSE;
  *out_checkpoint = fz_stmt_next (stmt, &cause) ? fz_stmt_dup_text (stmt, 0) : NULL;
  fz_stmt_end (stmt);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

FzVerifier *
fz_audit_dup_verifier (FzTxn *txn, GError **error)
{
  return fz_verifier_ref (txn->store->log_verifier);
}

char *
fz_audit_dup_origin (FzTxn *txn, GError **error)
{
  return g_strdup (txn->store->origin);
}

static gboolean
newest_note (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_head (txn, NULL, NULL, data, error);
}

gboolean
fz_audit_newest_note (FzStore *store, char **out_note, GError **error)
{
  return fz_job_run_here (store, FZ_TXN_READ, newest_note, out_note, error);
}
