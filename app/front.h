/* app/front.h: the hospital's own front, where patients ask and read (医院前端): what this desk tells it. A message is queued in the transaction of what
 * it tells of and goes on its own (app/front_thread.h); the front knows each key once and for all, so that it may be sent again after a cut. What comes
 * in is app/front_in.h. The contract: assets/help/zh/front.md, assets/schema/front-out.json. */
#pragma once

#include "app/desk_private.h"
#include "core/document.h"

/* Where the file with address and key stands. */
#define FZ_FRONT_SETTING "front.config"

/* Is a front set up, and did this visit come from it? Else nothing can be told there: a page says so. */
gboolean fz_front_reaches (FzTxn *txn, const char *visit, gboolean *out, GError **error);
/* Inside a job that writes: queues one message. `key` names it for ever ([A-Za-z0-9._:-], at most 120); messages of one visit arrive in the order of these
 * calls. Facts by kind (? may be absent):
 *   visit.accepted      doctor, department?, taken_at
 *   visit.released      reason?                                  the doctor gave it back, it waits again
 *   visit.rejected      by (doctor, timeout), code, label, guidance?
 *   visit.ended         outcome (finished, withdrawn, terminated), code?, label?, guidance?, ended_at
 *   prescription.ready  prescription, valid_until, doctor, pharmacist, line.NN.{name, strength?, quantity, usage}
 *   prescription.ended  prescription, state (returned, refused, voided, expired, dispensed), reason?
 *   chat                message, at, kind (text, image, link), text?, sha256?, media?, size_bytes?, by
 *   chat.mark           message, mark (delivered, seen), at
 *   refund.state        entry, event, state, label, amount_fen?, reason?, refunded_on?, receipt?
 *   complaint.state     entry, event, state, label, reply?, replied_on?
 * Of a chat with `sha256` the picture (db/attachment.h) goes before it. INTERNAL: an unknown kind or fact, or one is missing. UNSUPPORTED: the front
 * cannot be told of this visit. CONFLICT: the key is used. */
gboolean fz_front_put (FzDesk *desk, FzTxn *txn, const char *kind, const char *visit, const char *key, const FzFields *facts, GError **error);
/* Facts state (queued, delivered: the front has it, refused, settled), code?, words?; NULL without error: no such key. */
FzFields *fz_front_state (FzTxn *txn, const char *key, GError **error);
/* What documents of a visit mean to the patient: called where they are kept (app/submit.c). `fold`: with them. */
gboolean fz_front_tell (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *rx, const FzDocument *document, GError **error);

/* What becomes of a refund or complaint that came by the front, as its entry stands: told with each move that changes where it stands (app/entry_move.c). One that
 * came otherwise is told otherwise. */
gboolean fz_front_tell_entry (FzDesk *desk, FzTxn *txn, const FzFields *before, const FzFields *after, const FzDocument *document, GError **error);
/* The same when it comes by `event`, of a visit or of none (""). */
gboolean fz_front_tell_received (FzDesk *desk, FzTxn *txn, const char *event, const char *visit, const FzFields *entry, GError **error);

/* The JSON of a message (app/front_body.c). (transfer full) */
typedef struct {
  const char *kind, *visit, *key;
  gint64 turn, at_us;
} FzFrontHead;
char *fz_front_body (const FzFrontHead *head, const FzFields *facts, GError **error);
