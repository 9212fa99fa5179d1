/* app/roles.h: which roles one natural person may hold, each by an account of its own (不相容角色): codes/role-conflicts.csv. A person is known by the
 * identity number, not by the account. Doctor, pharmacist and affairs may be one person; what one of them did, the other account of the same person
 * does not review (core/case.c). The three administrators exclude each other and everybody who sees patients. 等保 AC-6. */
#pragma once

#include "app/desk_private.h"

/* REFUSED with the other account and why. `staff`: everybody of the directory; `rows`: people about to be added, of which those before `i` count
 * too. Accounts that have ended do not count. */
gboolean fz_roles_check (FzDesk *desk, GPtrArray *staff, GPtrArray *rows, guint i, GError **error);
