/* app/claim.h: one pharmacist to a prescription (审方占用). Opening one for review holds it for some minutes (codes/review-policy.csv), so that
 * two do not judge the same; it comes free by hand, when the screen is locked or left, and by time. Who looked at it first stays known: a high
 * risk asks a second look, later or by another pharmacist. A working state like a draft, no document: what was decided is in the review. */
#pragma once

#include "app/desk_private.h"

/* What is held now; NULL without error: nothing ever was. */
FzFields *fz_claims_read (FzTxn *txn, GError **error);
/* Takes it for this session, if nobody else holds it; audited. The session's other prescription comes free. Not held by this session
 * afterwards is no error: fz_claim_describe() says by whom it is. */
gboolean fz_claim_take (FzSession *session, FzTxn *txn, const char *rx, GError **error);
/* rx.{claimed_by,claimed_until,claimed_mine} while it is held, rx.{first_look_by,first_look_number,first_look_at} once it was opened. */
void fz_claim_describe (const FzFields *claims, const FzSession *session, const char *rx, gint64 now_us, FzFields *facts);
/* Everything this session holds, without a word when that fails: time frees it as well. */
void fz_claim_let_go (FzSession *session);
