/* app/certify.h: certificates of people's keys (证书): that the institution's key says whose a key is, in which role, from when until when
 * (电子签名法 art. 13). The institution's key is the desk's (db/desk_key.h); it issues at enrolment and at renewal, never in a person's name. */
#pragma once

#include "app/desk_private.h"

/* A number of assets/codes/key-policy.csv; -1: not there. */
gint64 fz_key_policy (FzDesk *desk, const char *code);
/* In a job: a certificate for this key of this person from now on. `staff`: the row's facts. */
gboolean fz_certify (FzDesk *desk, FzTxn *txn, const FzFields *staff, const char *vkey, GError **error);
/* In a job, before anything of this session is signed and again in the transaction that keeps it: the key is still the person's, not revoked, its
 * certificate has not ended. *out_validation (may be NULL): the certificate in the archive, -1 for none. REFUSED says what to do. */
gboolean fz_certify_check (FzSession *session, FzTxn *txn, gint64 *out_validation, GError **error);
