/* app/portal.h: duties that a person fulfils in the platform's portal (门户填报). They arise by themselves: in the transaction of the move of a register
 * that they come from, or when staff or departments are found to be other than they were last told (by fz_portal_tick()). Each is an entry of the
 * register `portal-duty`; what the program does to it (arise, join, export) is signed by the desk's key, what a person does by that person. */
#pragma once

#include "app/desk_private.h"
#include "core/portal.h"

/* In the job that keeps one more document of an entry: `body` is the document, `before` (NULL: it opens it) and `after` the entry. Another
 * person in charge alone is nothing to file. */
gboolean fz_portal_note_entry (FzDesk *desk, FzTxn *txn, const FzFields *body, const FzFields *before, const FzFields *after, GError **error);
/* Staff and departments against what was noted last. At sign-in and by the window's clock. */
gboolean fz_portal_tick (FzDesk *desk, GError **error);

/* --- for the files of the portal alone --- */

/* One move of a duty by the desk itself; `entry` NULL: it arises. `values`: field.<key>. */
gboolean fz_portal_put (FzDesk *desk, FzTxn *txn, const FzFields *entry, const char *move, const FzFields *values, GError **error);
const FzRegister *fz_portal_register (FzDesk *desk);
/* staff.* of a person as the portal's columns say it: kind, status, sex and birth_date (from the identity number), titles in words. */
FzFields *fz_portal_staff (FzDesk *desk, const FzFields *person, FzDate today);
gboolean fz_portal_is_told (const FzFields *person); /* doctors and pharmacists */
