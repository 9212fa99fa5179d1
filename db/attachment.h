/* db/attachment.h: evidence and other files kept sealed beside the store (附件). Each is a stream of chunks under a key of its
 * own in <dir>/evidence/, named by a keyed hash; hash, key, size and kind stand in the store. The bytes are kept as they
 * came. A file written by a job that was rolled back is harmless: nobody has its key, and the next put replaces it. */
#pragma once

#include "db/store.h"

#define FZ_ATTACHMENT_MAX_BYTES (64 * 1024 * 1024)

/* Writes the file (synced) and its row; the same bytes again only give their hash. INVALID when too long, RETRY when the
 * disk is full. *out_sha256 is lower-case hex (transfer full). Needs LOCAL or RECORD. */
gboolean fz_attachment_put (FzTxn *txn, GBytes *bytes, const char *media_type, char **out_sha256, GError **error);
/* NOT_FOUND; CORRUPT when the file is missing, cut or changed. *out_media_type may be NULL (transfer full). */
GBytes *fz_attachment_get (FzTxn *txn, const char *sha256, char **out_media_type, GError **error);
