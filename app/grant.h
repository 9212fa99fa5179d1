/* app/grant.h: leave by a second person before an act that nobody may do alone (双人授权). What people do with it stands in app/desk.h, what a
 * grant is in core/grant.h. An act that needs one calls fz_grant_check() before it begins, which says how to ask for one, and fz_grant_use()
 * in the transaction in which it happens, which counts. */
#pragma once

#include "app/desk_private.h"
#include "app/submit.h"
#include "core/grant.h"

/* Outside a job. TRUE when this person holds a grant of that kind for exactly this. Else REFUSED with how to ask for one, and the attempt is audited as
 * denied. `scope`: flat keys of core/grant.h. */
gboolean fz_grant_check (FzSession *session, FzGrantKind kind, const FzFields *scope, GError **error);
/* In a RECORD job: uses one of this person's grants that covers the scope, the one that ends first; counts it and audits it (`grant.use`, of
 * profiling `profiling.use`; the subject is the grant). `kind` is a word. REFUSED with how to ask for one, and the job must fail: nothing is
 * ever done without. `out_id` may be NULL. (transfer full) */
gboolean fz_grant_use (FzSession *session, FzTxn *txn, const char *kind, const FzFields *scope, char **out_id, GError **error);

/* The sheet that asks for one. `lines` (NULL-terminated; NULL: from the scope) is what it is about as people read it, `list` (may be NULL) what the
 * scope's subject names by its SHA-256, kept with the request. */
FzSheet *fz_grant_prepare (FzSession *session, const FzFields *facts, const char *const *lines, GBytes *list, GError **error);
/* A FzSheetKeep. */
gboolean fz_grant_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error);
/* Folded from its documents. NOT_FOUND. */
FzFields *fz_grant_read (FzTxn *txn, const char *id, GError **error);
/* Folds every grant again and adds a line for each that is not what is kept. */
gboolean fz_grants_compare (FzDesk *desk, GPtrArray *differences, GError **error);
/* Calls `add` with each that waits for a decision, with grant.due_on: the day by which another person should have spoken. */
gboolean fz_grants_put_due (FzDesk *desk, FzTxn *txn, void (*add) (const FzFields *grant, gpointer data), gpointer data, GError **error);
/* A number of assets/codes/grant-policy.csv; -1: not there. */
gint64 fz_grant_policy (FzDesk *desk, const char *code);
