/* db/spool.h: rows of the outbox that lie outside the store while nobody is signed in, for a sender that holds no key of the store (后台上报的交接夹).
 *
 * In one folder, all 0600: `service.key` and `service.pub`, the sender's X25519 pair; `lock`, which one process holds; and of the one bundle that may lie
 * there NUMBER.rows (a head, then a row a record) and NUMBER.answers (db/record_file.h, under a key of this bundle), and NUMBER.key: that key, sealed to the
 * sender. The store keeps number and key, so only the two of them can write an answer that counts.
 *
 * The store's transaction that gives the rows away stands between two files: until NUMBER.key.part is renamed nobody can send anything, after it the rows are
 * the sender's, and its answers say of each row what was begun before the first byte left. So a cut at any step leaves rows that were surely not sent, or rows
 * of which the answers tell until the store has them; and when a file is missing or damaged, nobody knows, and that is what the ledger says. So it is as well of
 * rows that were given and not published when another store cleared the folder before this one looked again. Whoever owns this account can take
 * answers away and have rows sent twice; nobody can make one count that the platform did not give. */
#pragma once

#include "core/error.h"
#include "db/record_file.h"

#define FZ_SPOOL_KEY_BYTES 32
/* Of all rows of a bundle, about: what is more waits in the store. */
#define FZ_SPOOL_MAX_BYTES (32 * 1024 * 1024)

typedef struct {
  char *dir, *number;
  FzRecordFile *rows;    /* the head, then the rows */
  FzRecordFile *answers; /* a head, then what was done */
} FzSpoolBundle;
void fz_spool_bundle_free (FzSpoolBundle *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSpoolBundle, fz_spool_bundle_free)

/* Makes the folder and the sender's pair where there is none. *out_public in hex (transfer full); *out_new (may be NULL) TRUE: made just now. */
gboolean fz_spool_prepare (const char *dir, char **out_public, gboolean *out_new, GError **error);
/* The sender's public key in hex. NOT_FOUND: no sender has prepared this folder. (transfer full) */
char *fz_spool_read_public (const char *dir, GError **error);

/* --- the desk; all with the folder's lock (db/desk_lock.h) held --- */

/* Everything but the sender's way in. `rows` are frozen; the first is the head. */
gboolean fz_spool_write (const char *dir, const char *number, const FzSecret *key, const char *public_key, FzFields *const *rows, guint n, GError **error);
/* The sender's way in. */
gboolean fz_spool_publish (const char *dir, const char *number, GError **error);
/* TRUE: the sender never had a way in. */
gboolean fz_spool_is_unpublished (const char *dir, const char *number);
/* What became of it. NOT_FOUND or CORRUPT: a part is missing or damaged; *out_bundle then holds what can be read, or NULL. */
gboolean fz_spool_read (const char *dir, const char *number, const FzSecret *key, FzSpoolBundle **out_bundle, GError **error);
/* The sender has no way in any more: before any of its rows goes back. The desk that takes them back still needs the answers: NUMBER.key stays as NUMBER.taking, so that
 * no other store's hand-over clears them away. Again: nothing. */
gboolean fz_spool_shut (const char *dir, const char *number, GError **error);
/* Every answer is in the store: nobody needs the files of this bundle. */
gboolean fz_spool_taken (const char *dir, const char *number, GError **error);
/* All files of bundles that have no way in and that nobody is taking back. What another store gave to this folder is its own. */
gboolean fz_spool_clear (const char *dir, GError **error);
/* Does a bundle lie there that the sender has a way in to, or that its desk has begun to take back? */
gboolean fz_spool_is_taken (const char *dir);
/* The desk wants its rows back: a sender at work ends after the row it is at. */
gboolean fz_spool_recall (const char *dir, gboolean wanted, GError **error);

/* A window that has this folder, as long as its process lives: so the sender notices one that ended without giving its rows. NULL: that can't be said. */
typedef struct _FzSpoolWatch FzSpoolWatch;
FzSpoolWatch *fz_spool_watch_new (const char *dir);
/* `gave` TRUE: it ended as it should. Frees it. */
void fz_spool_watch_end (FzSpoolWatch *self, gboolean gave);

/* --- the sender --- */

/* TRUE, once: the last window that had this folder is gone, and what waits is in its store. */
gboolean fz_spool_is_deserted (const char *dir);

gboolean fz_spool_is_recalled (const char *dir);
/* The bundle that lies there; NULL without error: none. SIGNATURE: it is not for this folder's key; CORRUPT. */
FzSpoolBundle *fz_spool_open (const char *dir, GError **error);
