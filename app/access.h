/* app/access.h: opening a case that is not one's own, in need (紧急查阅): core/access.h says what it is, app/desk.h what people do with it. Nothing of it is
 * kept beside its documents: there are few, and they are folded when somebody asks. */
#pragma once

#include "app/desk_private.h"

/* In a job: *out_open TRUE when this person opened that visit and the time is not over. FALSE only with an error. */
gboolean fz_access_is_open (FzSession *session, FzTxn *txn, const char *visit, gboolean *out_open, GError **error);
/* Calls `add` with each that waits for its review. */
gboolean fz_access_put_due (FzTxn *txn, void (*add) (const FzFields *access, gpointer data), gpointer data, GError **error);
