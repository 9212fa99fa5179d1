/* db/seal_vfs.h: pages sealed on their way to disk (页加密). A SQLite VFS over another one: every page of the main file and every
 * frame of the WAL is XChaCha20-Poly1305 with a random nonce, bound to the file's identity, the page number and the key
 * version. A flipped bit, a swapped page or a wrong key is an I/O error, never wrong data.
 *
 * What the caller owes, on every connection through it:
 *   page size 4096 and SQLITE_FCNTL_RESERVE_BYTES before the first write: a page without room is refused (SQLITE_IOERR_WRITE);
 *   locking_mode=EXCLUSIVE before the first read of a WAL: there is no shared memory here, so one connection at a time;
 *   secure_delete=ON: SQLite then writes every page it counts, and one that was never written counts as damaged;
 *   a file made by VACUUM INTO is synced by the caller: SQLite does not.
 * What comes back: SQLITE_IOERR_AUTH from opening, when no part of the file opens with this key, identity and version;
 * SQLITE_IOERR_DATA from any call, when a page or frame is damaged.
 * What it cannot see: an older state of a page or of the whole file put back, a file cut to nothing, and a WAL that ends
 * early: recovery stops at the first damaged frame as stock SQLite does. The audit log's heads are there for these. */
#pragma once

#include "core/error.h"
#include "core/secret.h"

#define FZ_SEAL_RESERVED_BYTES 40 /* nonce 24, tag 16, in each page's reserved area */
#define FZ_SEAL_IDENTITY_BYTES 16

/* Registers a VFS called `name` over the VFS called `base` (NULL: the default) for one key; files opened through it are
 * sealed. The identity of a store is random and kept by the caller (key file); main file and WAL share it.
 * fz_seal_vfs_unregister() wipes the key; no file may be open then. INTERNAL when SQLite refuses the name. */
gboolean fz_seal_vfs_register (const char *name, const char *base, const FzSecret *key,
                               const guint8 identity[FZ_SEAL_IDENTITY_BYTES], guint32 key_version, GError **error);
void fz_seal_vfs_unregister (const char *name);
