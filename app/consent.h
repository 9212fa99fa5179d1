/* app/consent.h: a consent as it is received, first or again (知情同意). National 2022 art. 12, Tianjin 2025 art. 11: a new text asks again. */
#pragma once

#include "app/desk_private.h"

/* The body of a consent from facts consent.*. (transfer full) */
FzFields *fz_consent_body (FzDesk *desk, const char *visit, const FzFields *facts, gint64 now_us);
/* Inside a RECORD job: a request that was taken in before comes once more. Only a newer consent may differ: then that is kept. `body` is
 * what the intake document would be now. CONFLICT says what differs, or that nothing does. */
gboolean fz_consent_take_again (FzDesk *desk, FzSession *session, FzTxn *txn, const char *visit, const FzFields *body,
                                const FzFields *facts, GError **error);
/* Inside a RECORD job: a newer consent of a visit that is there (consent.*), as the front sends it. INVALID, CONFLICT. */
gboolean fz_consent_receive (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *consent, GError **error);
