/* app/policy_read.h: policies in force and who confirmed that they read and understood that version (制度学习). Tianjin 2025 art. 6. Nobody is barred from anything by it. */
#pragma once

#include "app/desk_private.h"
#include "core/register.h"

/* In a job, before this person makes this move: INVALID when policies are in force and none of them has the name and version that is asked about or confirmed; REFUSED when another than
 * who asked says that they understood. Answering and closing a question are always TRUE, as is all of other registers. */
gboolean fz_policy_read_check (const FzSession *session, FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, const char *move, GError **error);
/* In a job: `add` for each policy in force that a doctor or pharmacist of this list has not confirmed; `who`: their numbers, no more than a line. `number`: of this one only;
 * NULL: of all. */
typedef void (*FzPolicyUnread) (const FzFields *policy, const char *who, gpointer data);
gboolean fz_policies_put_unread (FzTxn *txn, GPtrArray *staff, const char *number, FzPolicyUnread add, gpointer data, GError **error);
