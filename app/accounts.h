/* app/accounts.h: people's accounts as the security administrator keeps them (人员账号). Tianjin 2025 art. 13-15. */
#pragma once

#include "app/enrol.h"

/* The keys an account is made of, NULL-terminated: number, name, role, id_number, licence, title … (assets/schema/hospital.json). */
const char *const *fz_account_keys (void);
/* Adds rows, all or none, and a one-time code for each: GPtrArray of FzEnrolCode. `problems` (of char *) gets what is wrong with each bad
 * row; INVALID then. SLOW. */
GPtrArray *fz_account_add (FzSession *session, GPtrArray *rows, GPtrArray *problems, GError **error);
/* Rows from a CSV file with these columns: GPtrArray of FzFields. */
GPtrArray *fz_account_rows_from_csv (const char *name, const guint8 *bytes, gsize n, GError **error);
/* A new code; the old password, PIN, signing key and second factor end, and so does a lock. SLOW. */
FzEnrolCode *fz_account_reset (FzSession *session, const char *number, GError **error);
/* The account ends: no sign-in, no signature from now on. What was signed stays valid. */
gboolean fz_account_leave (FzSession *session, const char *number, GError **error);
