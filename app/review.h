/* app/review.h: a prescription opened for its papers. */
#pragma once

#include "app/desk_private.h"
#include "core/document.h"

/* The signed note of a prescription; audited as an export. */
GBytes *fz_review_note (FzSession *session, const char *id, GError **error);
/* The facts of a prescription with signature.NN, for paper. `right` is asked and audited; `within` runs in the same transaction before its
 * entry and may fill the payload (nor it nor the payload is asked for when this prescription is not theirs to see). */
typedef gboolean (*FzReviewWithin) (FzTxn *txn, const char *id, FzFields *payload, gpointer data, GError **error);
FzFields *fz_review_facts (FzSession *session, const char *id, const char *right, FzReviewWithin within, FzFields *payload, gpointer data,
                           GError **error);
/* signature.NN.{key,role,name,valid} as the lines verify now against these people's keys. */
void fz_review_put_signatures (const FzDocument *document, GPtrArray *staff, FzFields *facts);
/* What the rules and checks say now of a signed prescription, as for signing it: gravest first; audited as a reading. */
GPtrArray *fz_review_findings (FzSession *session, const char *id, GError **error);
