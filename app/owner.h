/* app/owner.h: who answers for an entry of a register (负责人): whom its field `owner` names, else who opened it. Where a register gives that key to somebody else (被反馈人, 核对人,
 * 经办人), who opened it. What the program opened belongs to the first person
 * who does something with it. */
#pragma once

#include "core/register.h"

#include "app/desk_private.h"

/* The values of a move with its owner, who signs unless another is named or somebody owns the entry already; `entry` may be NULL. (transfer full) */
FzFields *fz_owner_put_default (const FzSession *session, const FzRegister *reg, const FzFields *entry, const FzFields *values);
/* Why a value of kind staff cannot be kept (nobody of the house, or an owner who left), beginning with the field's label, which *out_label is; NULL: it can. (transfer full) */
char *fz_owner_problem (const FzRegister *reg, const FzFields *values, GPtrArray *staff, const char **out_label);
/* The same inside a job. INVALID: a value of kind staff names nobody of the house, or an owner who left. */
gboolean fz_owner_check (FzTxn *txn, const FzRegister *reg, const FzFields *values, GError **error);
gboolean fz_owner_is (const FzRegister *reg, const FzFields *entry, const char *number, const char *person);
/* TRUE: two states of an entry hold the same values, whoever answers for it by the common field: that is the house's business, and nothing that was told. */
gboolean fz_owner_says_the_same (const FzRegister *reg, const FzFields *before, const FzFields *after);
/* The owner's name; NULL: the program opened it and nobody took it on. Borrowed from `entry` or `staff`. */
const char *fz_owner_name (const FzRegister *reg, const FzFields *entry, GPtrArray *staff);
