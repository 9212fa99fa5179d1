/* app/signin.h: parts of signing in that a change of password shares (登录). */
#pragma once

#include "app/desk_private.h"

/* The try is used up on disk before the password is judged; a right one sets the count back. SIGNATURE: wrong; LOCKED: too many. SLOW. The outs are
 * (transfer full). */
gboolean fz_signin_judge_password (FzDesk *desk, const char *number, const FzSecret *password, FzSecret **out_person_key, FzSecret **out_store_key,
                                   GError **error);
