/* app/password.h: a person's own password and PIN made anew, and how long a password is good for (口令更换, 等保 ID-2). What people do with it
 * stands in app/desk.h. */
#pragma once

#include "app/desk_private.h"

/* In the job of signing in. *out_until_us: when the password must have been changed, 0 in a demo, whose passwords are published. One of whom
 * nothing is known begins to count now. */
gboolean fz_password_until (FzDesk *desk, FzTxn *txn, const char *number, gint64 *out_until_us, GError **error);
/* In the job of enrolling: a new one counts from now, and what was used before stays barred. */
gboolean fz_password_is_new (FzTxn *txn, const char *number, GError **error);
