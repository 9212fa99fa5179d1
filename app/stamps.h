/* app/stamps.h: time stamps of an authority outside for what is signed here (时间戳服务, RFC 3161). Off unless the security administrator names one.
 * Asked for after the signature is durable, by the clock's thread: nobody waits for it, and only a hash leaves the house. What does not come within
 * the hours of key-policy.csv is a task for a person. Electronic Signature Law art. 13 (later changes can be detected); 电子病历应用管理规范 art. 14
 * (a reliable source of time). */
#pragma once

#include "app/desk_private.h"
#include "app/signer/certificate.h"

/* tsa.{url,tls_ca,n_waiting,n_late,oldest_at,problem,again_at}; without tsa.url none is used. Frozen. */
FzFields *fz_stamps_state (FzSession *session, GError **error);
/* `pem`: the certificates that its stamps must lead to, from the authority by a way that can be trusted; `tls_ca`: PEM file of those who vouch for
 * its server, NULL: the system's. Tries it at once. INVALID names what is wrong; REJECTED, OFFLINE: it gave no good stamp, nothing is set. */
gboolean fz_stamps_use (FzSession *session, const char *url, const char *pem, gsize n, const char *tls_ca, GError **error);
/* Asks no more; what waits is let go, what was kept stays. */
gboolean fz_stamps_end (FzSession *session, GError **error);
/* Asks for all that wait now, whatever was tried before. *out_n: how many came. */
gboolean fz_stamps_ask_now (FzSession *session, guint *out_n, GError **error);

/* The same by the clock, a few at a time; after a failure not again for some minutes. Trouble outside is noted and is no error here. */
gboolean fz_stamps_tick (FzDesk *desk, GError **error);
/* How many have waited longer than allowed, and the day the first of them was due; 0: none. */
gboolean fz_stamps_late (FzDesk *desk, FzTxn *txn, gint64 *out_n, gint64 *out_due_us, GError **error);
