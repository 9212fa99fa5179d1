/* app/spool.h: uploads while no window is open (后台上报). The desk gives what is queued to a folder when it closes its store, and takes everything back
 * when it uploads again; in between `fuzhen upload --spool DIR` sends, with the platform's keys and none of the store's (db/spool.h). For that time the
 * ledger's rows are in `sending`: whatever happens to the folder, none of them is ever sent again unknowingly. */
#pragma once

#include "app/desk_private.h"

/* --- the desk --- */

/* Gives to this folder from now on; NULL: to none. NOT_FOUND: no sender has prepared it. CONFLICT: rows lie in the folder of now. */
gboolean fz_spool_set (FzDesk *desk, const char *dir, GError **error);
/* In a job: upload.spool, the folder, for the status. */
gboolean fz_spool_put_status (FzTxn *txn, FzFields *status, GError **error);
/* When the store is about to close, after the engine's end. Nothing when no folder is set or rows lie there already. */
gboolean fz_spool_hand_over (FzDesk *desk, GError **error);
/* *out_back TRUE: nothing (more) lies outside. FALSE: the sender is at a row; ask again in a moment. What cannot be read becomes unknown. */
gboolean fz_spool_take_back (FzDesk *desk, gboolean *out_back, GError **error);
/* In a job: TRUE: rows lie outside. */
gboolean fz_spool_is_out (FzTxn *txn, gboolean *out, GError **error);

/* --- the sender --- */

/* Sends what lies in the folder and is due, sitting out pauses of at most patience_us. *out_trouble: what stands in the way; NULL: nothing. LOCKED: the
 * desk or another sender has the folder. */
gboolean fz_spool_send (const char *dir, gint64 patience_us, GCancellable *cancellable, guint *out_accepted, guint *out_refused, guint *out_unknown, char **out_trouble,
                        GError **error);
