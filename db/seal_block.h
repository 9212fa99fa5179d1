/* db/seal_block.h: one block of a sealed file (密封块). Private to db/seal_*.c.
 *
 * A sealed block is ciphertext, then a random nonce of 24 bytes, then a tag of 16. What the block is and where it stands is
 * the associated data, so that a block moved to another place, file, key version or WAL generation does not open. */
#pragma once

#include <glib.h>

#define FZ_SEAL_KEY_BYTES 32
#define FZ_SEAL_NONCE_BYTES 24
#define FZ_SEAL_TAG_BYTES 16
#define FZ_SEAL_TRAILER_BYTES (FZ_SEAL_NONCE_BYTES + FZ_SEAL_TAG_BYTES)

typedef enum {
  FZ_SEAL_KIND_PAGE = 1, /* page of the main file; number counts from 1 */
  FZ_SEAL_KIND_WAL,      /* the WAL's header (block 0) and its frames, from 1 */
  FZ_SEAL_KIND_JOURNAL,  /* block of the rollback journal, from 0 */
  FZ_SEAL_KIND_TEMP      /* block of a file that has no name */
} FzSealKind;

typedef struct {
  const guint8 *key;      /* FZ_SEAL_KEY_BYTES, in locked memory, borrowed */
  const guint8 *identity; /* 16 bytes, borrowed */
  guint32 key_version;
  FzSealKind kind;
  guint64 generation; /* the WAL's salts for a frame, else 0 */
  guint64 number;
} FzSealPlace;

/* Seals n bytes of `plain` into `sealed` (n + FZ_SEAL_TRAILER_BYTES; may start where plain starts). */
void fz_seal_block_close (const FzSealPlace *place, const guint8 *plain, gsize n, guint8 *sealed);
/* Opens n + FZ_SEAL_TRAILER_BYTES of `sealed` into n bytes of `plain` (may be the same memory). FALSE: not authentic, and
 * `plain` holds zeros. */
gboolean fz_seal_block_open (const FzSealPlace *place, const guint8 *sealed, gsize n, guint8 *plain);
