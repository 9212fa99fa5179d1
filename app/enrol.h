/* app/enrol.h: a person's first sign-in (首次登录). The security administrator, `init` or `restore` hands out a one-time code, good for 72 hours;
 * with it the person makes password, PIN, signing key and second factor. Nobody else ever knows them (电子签名法 art. 13). */
#pragma once

#include "app/desk_private.h"

#define FZ_ENROL_HOURS 72

/* The store is open and the caller has judged rights. Ends the person's slot, closes their present signing key (kept as past_key.NN of
 * the staff facts, so that what it signed can still be judged) and replaces an older code. `actor` NULL: by the desk itself.
 * REFUSED: the person has left. SLOW. */
FzEnrolCode *fz_enrol_issue (FzDesk *desk, FzSession *actor, const char *number, GError **error);
/* Opens the store with the code, then fz_setup_enrol(); the code is good once. Exactly one of out_key_file and out_totp is not NULL. SIGNATURE: wrong
 * number or code, with one text; LOCKED after five; REFUSED: too late, or the person left; INVALID: password or PIN too simple. SLOW. */
gboolean fz_enrol_with_code (FzDesk *desk, const char *number, const FzSecret *code, const FzSecret *password, const FzSecret *pin,
                             FzSecret **out_key_file, FzSecret **out_totp, GError **error);
/* Ends the person's slot and code on this desk; the account's row is not touched. */
gboolean fz_enrol_forget (FzDesk *desk, const char *number, GError **error);
/* The row's own facts again, without what the table keeps beside them. (transfer full) */
FzFields *fz_enrol_facts (const FzFields *staff);
/* In a job: the present key into past_key.NN of `facts`, closed now; nothing when there is none. REFUSED: too many of them. */
gboolean fz_enrol_close_key (FzTxn *txn, const FzFields *staff, FzFields *facts, GError **error);
