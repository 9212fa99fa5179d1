/* core/admission.h: leave for an account to be used (账号启用), folded from its document, pure and total.
 *
 * The security administrator adds an account or hands out a new enrolment code, which gives somebody rights; so it counts only once another natural
 * person signed `fuzhen.admission/v1` for it: medical affairs, or the security or system administrator, and never the one whose account it is. Until then
 * nobody signs in by it. Taking rights away is at once and by one. The accounts a store was made with, and those of a recovery by two shares, need none.
 * Each has a subject of its own, `@ADM-000001`. GB/T 22239-2019 8.1.4.2, 8.1.5.3.
 *
 * Facts: admission.{id,state (admitted | declined),number,role,person,decided_at,by,by_number,words}. */
#pragma once

#include "core/document.h"

#define FZ_ADMISSION_KIND "fuzhen.admission/v1"

gboolean fz_admission_may_decide (FzRole role);
/* What stands after the document; `before` must be NULL, for there is one decision. REFUSED: not by this person or role, or decided already. INVALID: a key
 * is missing or odd. UNSUPPORTED: another kind. (transfer full), frozen. */
FzFields *fz_admission_fold (const FzFields *before, const FzDocument *document, GError **error);
/* TRUE when it admits exactly this account: facts number, role, person. */
gboolean fz_admission_admits (const FzFields *admission, const FzFields *staff);
