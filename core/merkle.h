/* core/merkle.h: the RFC 6962 Merkle tree of the audit log (审计日志) and C2SP checkpoints over it. SHA-256 throughout.
 * A row that completes interior nodes keeps them, lowest level first, so no second table and no update is needed. */
#pragma once

#include "core/note.h"

#define FZ_HASH_BYTES 32
#define FZ_MERKLE_MAX_LEVELS 63

typedef struct {
  guint8 bytes[FZ_HASH_BYTES];
} FzHash;

FzHash fz_merkle_leaf (const void *entry, gsize n);
FzHash fz_merkle_node (const FzHash *left, const FzHash *right);
/* The root of no entries: SHA-256 of nothing. */
FzHash fz_merkle_empty (void);

/* The roots of the complete subtrees of a tree of `size` leaves, largest first. */
typedef struct {
  guint64 size;
  guint count;
  FzHash peak[FZ_MERKLE_MAX_LEVELS];
} FzFrontier;

void fz_frontier_init (FzFrontier *self);
/* Appends; writes the interior nodes this leaf completes, lowest first, into `completed` and returns how many. */
guint fz_frontier_append (FzFrontier *self, const FzHash *leaf, FzHash completed[FZ_MERKLE_MAX_LEVELS]);
FzHash fz_frontier_root (const FzFrontier *self);

/* Reads a complete node: level 0 are the leaves; index counts from 0 within the level. */
typedef gboolean (*FzNodeReader) (guint level, guint64 index, FzHash *out, gpointer data, GError **error);
/* Rebuilds the frontier of the first `size` leaves from stored nodes. */
gboolean fz_frontier_load (FzFrontier *self, guint64 size, FzNodeReader reader, gpointer data, GError **error);
/* Proofs as RFC 6962 orders them. (transfer full) GArray of FzHash. INVALID when index >= size or old > size. */
GArray *fz_merkle_prove_inclusion (guint64 index, guint64 size, FzNodeReader reader, gpointer data, GError **error);
GArray *fz_merkle_prove_consistency (guint64 old_size, guint64 size, FzNodeReader reader, gpointer data, GError **error);
/* Of several entries at once (`numbers` rising, may be none), and at once that the log's first `since` entries (0: not asked) are those of that
 * older size: one hash for each part of the tree that holds neither. Of two parts the one with something in it comes first, left before right;
 * so for one number it is fz_merkle_prove_inclusion(). Checked by fuzhen-verify, which needs no more than this order. */
GArray *fz_merkle_prove_slice (const guint64 *numbers, guint n, guint64 since, guint64 size, FzNodeReader reader, gpointer data, GError **error);
gboolean fz_merkle_check_inclusion (guint64 index, guint64 size, const FzHash *leaf, const FzHash *root, const FzHash *proof, guint n_proof);
gboolean fz_merkle_check_consistency (guint64 old_size, guint64 size, const FzHash *old_root, const FzHash *root, const FzHash *proof, guint n_proof);

/* C2SP tlog-checkpoint text: origin, size, base64 root; then one extension line `time 2026-…Z`. */
char *fz_checkpoint_text (const char *origin, guint64 size, const FzHash *root, gint64 utc_us);
typedef struct {
  char *origin;
  guint64 size;
  FzHash root;
  gint64 at_us; /* 0 when the extension line is absent */
} FzCheckpoint;
/* Parses the text part of a checkpoint; unknown extension lines are accepted as the format asks. */
FzCheckpoint *fz_checkpoint_parse (const guint8 *text, gsize n, GError **error);
void fz_checkpoint_free (FzCheckpoint *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCheckpoint, fz_checkpoint_free)
