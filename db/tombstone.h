/* db/tombstone.h: what was lawfully removed, and the signed document that says so (到期清除). The rows are derived from documents of the kind
 * fuzhen.purge/v1; the store lets no picture and no detail of the log go that has none. Tianjin 2025 art. 21: process records 3 years, records 15. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

typedef enum {
  FZ_TOMBSTONE_IMAGE, /* key: SHA-256 of the bytes, hex */
  FZ_TOMBSTONE_DETAIL /* key: number of the audit entry */
} FzTombstoneKind;

/* In a RECORD job, after the document was kept. CONFLICT is INTERNAL here: the caller asked fz_tombstone_find() first. */
gboolean fz_tombstone_add (FzTxn *txn, FzTombstoneKind what, const char *key, const char *visit, guint64 document, GError **error);
/* *out_document: the number of the document that says it is gone; 0: nothing says so. */
gboolean fz_tombstone_find (FzTxn *txn, FzTombstoneKind what, const char *key, const char *visit, guint64 *out_document, GError **error);
/* Whosever it was: the first visit that names it. *out_document 0 and *out_visit NULL: nothing says that it is gone. (transfer full) */
gboolean fz_tombstone_first (FzTxn *txn, FzTombstoneKind what, const char *key, guint64 *out_document, char **out_visit, GError **error);
/* Rows what (image | detail), key, visit of one document, in the order of key and visit. */
GPtrArray *fz_tombstones_of (FzTxn *txn, guint64 document, GError **error);
/* How many there are; -1 on error. */
gint64 fz_tombstones_count (FzTxn *txn, GError **error);

/* --- what goes; each demands its tombstone in the same transaction --- */

/* The row with the key of the sealed file: from the commit on nobody opens it. The file itself goes by fz_purge_sweep(). NOT_FOUND. */
gboolean fz_attachment_forget (FzTxn *txn, const char *sha256, GError **error);
/* Payload and salt of an entry; its leaf, and so every proof, stays. NOT_FOUND. */
gboolean fz_audit_forget (FzTxn *txn, guint64 number, GError **error);
/* In a LOCAL job: unlinks sealed files whose key is gone. What could not be unlinked is tried again at the next call. */
gboolean fz_purge_sweep (FzTxn *txn, GError **error);
/* Outside a job, SLOW: writes the main file anew without what its pages still hold of removed rows, and empties the WAL. Other jobs wait meanwhile.
 * RETRY: no room for a second copy; nothing changed. */
gboolean fz_purge_scrub (FzStore *store, GError **error);

/* --- what may go --- */

/* Entries with details, after number `after`, older than `until_us`: rows number, action, subject_kind, subject, at, payload_sha256. */
GPtrArray *fz_audit_details (FzTxn *txn, guint64 after, gint64 until_us, guint limit, GError **error);
/* TRUE in *out_there when the entry has its details. */
gboolean fz_audit_has_details (FzTxn *txn, guint64 number, gboolean *out_there, GError **error);
/* TRUE in *out_there when the attachment has its row and a file as long as the row says. */
gboolean fz_attachment_is_there (FzTxn *txn, const char *sha256, gboolean *out_there, GError **error);
