/* app/admission.h: accounts that count only once a second person signed for them (账号启用): core/admission.h says what it is, app/desk.h what people do
 * with it. The row of a person holds what waits, `opening.{id,act (add|reset),at,by,by_name,by_person}`; the decision is a document, and nothing of it is kept beside. */
#pragma once

#include "app/desk_private.h"

/* In a RECORD job: the row's facts begin to wait for a second person, because `actor` handed out an enrolment code; `had_key`: it takes the place of a
 * signing key. `actor` NULL (a new store, a recovery by two shares): they wait for nobody. */
gboolean fz_admission_begin (FzTxn *txn, FzSession *actor, FzFields *facts, gboolean had_key, GError **error);
/* In a job: REFUSED while nobody else signed for this account, or somebody declined. CORRUPT: what was signed is another account's or role's. */
gboolean fz_admission_check (FzTxn *txn, const FzFields *staff, GError **error);
/* waits | admitted | declined; NULL without error: it needs none. (transfer none), a constant. */
const char *fz_admission_state (FzTxn *txn, const FzFields *staff, GError **error);
/* In a job: whether the account counts: nobody has to decide on it, or somebody admitted it. FALSE is an error. */
gboolean fz_admission_counts (FzTxn *txn, const FzFields *staff, gboolean *out_counts, GError **error);
/* Calls `add` with each row that waits, with opening.due_on, unless this person may not decide on it. */
gboolean fz_admission_put_due (FzSession *session, FzTxn *txn, void (*add) (const FzFields *staff, gpointer data), gpointer data, GError **error);
