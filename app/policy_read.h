/* app/policy_read.h: policies in force and who confirmed that they read and understood that version (制度学习). Tianjin 2025 art. 6. Nobody is barred from anything by it. */
#pragma once

#include "app/desk_private.h"
#include "core/register.h"

/* In a job: a policy as it binds: what was approved last. While a revision is drafted the version before it stands as it did, in force; ended, what is shown is the version that was in force,
 * not what was drafted and never approved. NULL in `out_bound` (transfer full): nothing of it was ever approved. An entry of another register comes back as it is. */
gboolean fz_policy_bound (FzTxn *txn, const FzFields *entry, FzFields **out_bound, GError **error);
/* The same of a policy's documents in order: those that are not to be shown are taken out. */
void fz_policy_keep_bound (GPtrArray *documents);
/* In a job, before this person makes this move: INVALID when policies are in force and none of them has the name and version that is asked about or confirmed; REFUSED when another than
 * who asked says that they understood. Without any policy in force what is confirmed is not compared. Answering and closing a question are always TRUE, as is all of other registers. */
gboolean fz_policy_read_check (const FzSession *session, FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *move, GError **error);
/* In a job: `add` for each policy in force that a doctor or pharmacist of this list has not confirmed; `who`: their numbers, no more than a line. `number`: of this one only;
 * NULL: of all. */
typedef void (*FzPolicyUnread) (const FzFields *policy, const char *who, gpointer data);
gboolean fz_policies_put_unread (FzTxn *txn, GPtrArray *staff, const char *number, FzPolicyUnread add, gpointer data, GError **error);
