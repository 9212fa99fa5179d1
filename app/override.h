/* app/override.h: the reason a doctor gives for signing in spite of a finding (理由): a code of its list, and what the code asks besides: words, and
 * for what will be watched the day until when. Lists: codes/override-reasons, and codes/long-reasons for the quantity. */
#pragma once

#include "app/desk_private.h"

/* TRUE when every finding that asks a reason has a complete one in `draft`; INVALID says of which finding what is missing. */
gboolean fz_overrides_check (FzSession *session, GPtrArray *findings, const FzFields *draft, GError **error);
/* This code promises to watch something. */
gboolean fz_override_asks_day (const FzDesk *desk, const char *code);
