/* db/audit.h: the append-only audit log in the same transaction as the act (审计).
 * Leaf: the canonical text of the entry, `fuzhen.audit/v1`, with the keys
 *   action, actor (staff number or `system`), at, boot, desk, document_sha256, mono_ms, number, outcome (done | denied | failed), payload_sha256,
 *   reason, role, session, signer, subject (id), subject_kind, time_trust; absent = no line.
 * payload_sha256 = SHA-256(32 random bytes, payload); payload and salt stand in a row of their own (a lawful purge removes
 * them and leaves the leaf). Row N keeps the interior tree nodes that leaf N completes. Append-only by three triggers. */
#pragma once

#include "core/fields.h"
#include "core/merkle.h"
#include "db/store.h"

typedef struct {
  const char *actor;        /* staff number, or "system" */
  const char *role;         /* may be NULL */
  const char *session;      /* may be NULL */
  const char *action;       /* a word of the closed list in the schema's comment: `prescription.sign`, `case.read` … */
  const char *subject_kind; /* visit, prescription, document, staff, store, outbox … */
  const char *subject;      /* id; may be NULL */
  const char *document_sha256; /* of the signed text the entry speaks of: places it in the log; may be NULL */
  const char *signer;       /* of a further signature under that text: its key's name; else NULL */
  const char *outcome;      /* done, denied, failed */
  const char *reason;       /* may be NULL */
  const FzFields *payload;  /* details; may be NULL */
} FzAuditEntry;

/* Appends one entry; *out_number (may be NULL) counts from 0. */
gboolean fz_audit_append (FzTxn *txn, const FzAuditEntry *entry, guint64 *out_number, GError **error);

/* Signs a checkpoint over the log as it will be after this transaction, keeps it, and once the job is answered writes it to
 * both head files (new file, fsync, rename, fsync of the folder) before the next job begins. Log key and origin live in the store. Does nothing when the log
 * has not grown since the last one. Append first, then sign; a job that only signs is a LOCAL one. */
gboolean fz_audit_checkpoint (FzTxn *txn, GError **error);
/* The same in a transaction of its own, once the job is answered and before the next one begins: whoever waits for the job waits for
 * its durability and not for the log's signature. Entries are safe without it; a cut between the two leaves a log that is longer than
 * its newest checkpoint, as between any two of them, and the next sign-in signs it. */
void fz_audit_checkpoint_after (FzTxn *txn);

/* Size, root and newest signed checkpoint note (may be NULL). */
gboolean fz_audit_head (FzTxn *txn, guint64 *out_size, FzHash *out_root, char **out_checkpoint, GError **error);
/* When the newest entry was written; 0 for an empty log. A clock that stands before it was set back. */
gboolean fz_audit_last_us (FzTxn *txn, gint64 *out_us, GError **error);
/* The log's verifier key and origin. (transfer full) */
FzVerifier *fz_audit_dup_verifier (FzTxn *txn, GError **error);
char *fz_audit_dup_origin (FzTxn *txn, GError **error);

/* Reads entries from..from+count-1 in order. */
typedef gboolean (*FzAuditVisit) (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error);
gboolean fz_audit_foreach (FzTxn *txn, guint64 from, guint64 count, FzAuditVisit visit, gpointer data, GError **error);
/* The first entry written at `us` or later, the log's size when there is none; found by halving, so only as good as the clock: after it was set back
 * what is looked for may stand before it. */
gboolean fz_audit_first_since (FzTxn *txn, gint64 us, guint64 *out_number, GError **error);
/* The exact leaf bytes of one entry, and an inclusion proof against the head. */
GBytes *fz_audit_dup_leaf (FzTxn *txn, guint64 number, GError **error);
GArray *fz_audit_prove (FzTxn *txn, guint64 number, guint64 size, GError **error);

/* fz_merkle_prove_slice() over this log; `since` 0: not asked. INVALID. */
GArray *fz_audit_prove_slice (FzTxn *txn, const guint64 *numbers, guint n, guint64 since, guint64 size, GError **error);
GArray *fz_audit_prove_consistency (FzTxn *txn, guint64 old_size, guint64 size, GError **error);
/* A checkpoint note of this log that was kept elsewhere: CORRUPT says how the log contradicts it (it is longer than the log, has another root, is
 * not signed by the log's key). *out_size (may be NULL) is what it covers, set as soon as it could be read. */
gboolean fz_audit_agrees (FzTxn *txn, GBytes *note, guint64 *out_size, GError **error);

/* Full verification: every leaf, number, node, payload hash, the root, every stored checkpoint. CORRUPT names the first bad
 * entry. Steps in pages: call until *done. */
typedef struct _FzAuditCheck FzAuditCheck;
FzAuditCheck *fz_audit_check_new (void);
void fz_audit_check_free (FzAuditCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzAuditCheck, fz_audit_check_free)
gboolean fz_audit_check_step (FzAuditCheck *self, FzTxn *txn, guint rows, gboolean *done, GError **error);
guint64 fz_audit_check_get_position (const FzAuditCheck *self);
