/* app/evidence.h: the audit log as evidence for others (审计日志导出、存在性证明). Formats of C2SP: tlog-checkpoint, tlog-tiles, tlog-proof; what
 * is written here is judged by fuzhen-verify without this program. For the audit administrator; each is an act of its own. */
#pragma once

#include "app/desk_private.h"

typedef struct {
  guint64 size;
  char *root_hex;
  char *origin;
  char *checkpoint; /* the signed note over exactly this size */
} FzLogHead;

void fz_log_head_clear (FzLogHead *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzLogHead, fz_log_head_clear)

/* Signs a checkpoint over everything so far, the entry of this act included. */
gboolean fz_evidence_head (FzSession *session, FzLogHead *out, GError **error);
/* An inclusion proof of one entry as tlog-proof text, and the entry's exact bytes. INVALID: there is no such entry. */
gboolean fz_evidence_prove (FzSession *session, guint64 number, GBytes **out_entry, char **out_proof, GError **error);
/* Writes `checkpoint` and `tile/…` with entry bundles into a new or empty folder. CONFLICT when it is not empty; cancelled: what
 * was written stays and lacks its checkpoint. SLOW. */
gboolean fz_evidence_export (FzSession *session, const char *folder, GCancellable *cancellable,
                             void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, FzLogHead *out, GError **error);
