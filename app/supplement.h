/* app/supplement.h: what comes after a request was taken in (补充资料、付费状态): signed by the desk's key, which says only that it was received then. What was
 * signed already stays as it was; the doctor sees what was added. */
#pragma once

#include "app/desk_private.h"
#include "app/intake_bundle.h"

/* Is there still something to complete: the visit waits, or is being seen and its record is not signed. */
gboolean fz_supplement_fits (const FzFields *visit);
/* Inside a RECORD job. `part`: guardian.* and evidence.NN.* as of a request, with the `files` of the evidence probed (app/intake.h). The same file once more
 * changes nothing. REFUSED: it does not fit any more; INVALID: what is wrong with it. */
gboolean fz_supplement_receive (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *part, GPtrArray *files, const char *event, GError **error);
/* What the till says, payment.{state (paid|refunded|partly_refunded),amount_fen,at,method?,transaction?}; it takes the place of what it said before. */
gboolean fz_payment_receive (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *facts, const char *event, GError **error);
/* payment.{state,label} of a visit that came by the front and costs something, `unpaid` when nothing was said of it; of any other only what was said. */
gboolean fz_payment_put (FzTxn *txn, FzFields *visit, GError **error);
/* The hospital's rule: may a visit be taken that is not paid for? It may, unless affairs said otherwise. */
gboolean fz_payment_is_asked (FzTxn *txn, gboolean *out, GError **error);
