/* db/stamps.h: which documents wait for a time stamp of an authority outside (时间戳, RFC 3161). The stamps themselves are kept as validation
 * material (db/archive.h, kind time_stamp). */
#pragma once

#include "db/store.h"

/* The setting whose presence says that the hospital uses an authority. */
#define FZ_STAMP_SETTING "signer.tsa_url"

/* With every signature line of a person: it waits from now on, while an authority is used. */
gboolean fz_stamps_mark (FzTxn *txn, guint64 document, GError **error);
/* Ids, oldest first. (transfer full) */
GPtrArray *fz_stamps_list (FzTxn *txn, guint limit, GError **error);
/* A stamp over the document with so many lines was kept; it goes on waiting when it has more by now. */
gboolean fz_stamps_settle (FzTxn *txn, const char *document, guint lines, GError **error);
/* How many wait, of them since before `us`, and since when the oldest does (0: none waits). */
gboolean fz_stamps_count (FzTxn *txn, gint64 us, gint64 *out_n, gint64 *out_late, gint64 *out_oldest_us, GError **error);
/* Nobody is asked any more. */
gboolean fz_stamps_clear (FzTxn *txn, GError **error);
