/* db/rotate.h: the store key replaced, while the store is open (更换库密钥).
 *
 * The pages go into store.fz.key-<version + 1>, sealed with the new key, with an audit entry and a checkpoint that only this file has. Then
 * the key file is written anew: it names the new version, and that one rename is the moment at which the rotation has happened. Then the
 * new pages take the store's name. Cut short anywhere, the next opening finds a key file that names either version, takes the pages of that
 * version and removes the others: nothing is lost and nothing is half. Nobody writes between the last copied page and the end. */
#pragma once

#include "db/audit.h"
#include "db/backup.h"
#include "db/keyfile.h"

typedef struct {
  FzKeyFile *keys;
  const FzSecret *next;       /* the new store key, FZ_STORE_KEY_BYTES */
  const FzAuditEntry *entry;  /* of the new file */
  void (*progress) (double done, gpointer data); /* may be NULL */
  gpointer progress_data;
  GCancellable *cancellable;  /* may be NULL; heard until the key file is written */
} FzRotation;

/* Blocks; call it from a thread that is neither the database's nor the window's. Jobs go on while pages are copied and wait at the end. RETRY: no
 * room, or the disk failed; nothing changed. UNKNOWN_OUTCOME: the program must be started anew, which ends it one way or the other; until then nothing more is
 * written. REFUSED: the
 * store is read-only, cancelled, or recovery shares without a box; CORRUPT: a box that somebody else put into the key file. */
gboolean fz_store_rotate (FzStore *store, const FzRotation *rotation, GError **error);
