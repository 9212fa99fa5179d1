/* app/signer/stamp.h: time stamps of an authority outside (时间戳, RFC 3161): the request, and judging what came back, at once or years later.
 * A stamp says that these bytes were there at its time, which the signer's own clock cannot. RSA and ECDSA; OpenSSL 3.0 judges no SM2 ones. */
#pragma once

#include "app/signer/certificate.h"

#define FZ_STAMP_MAX_BYTES (64 * 1024)
/* How far its clock may be from ours: as far as ours may be from a trusted one before nothing is signed. */
#define FZ_STAMP_SKEW_US (G_GINT64_CONSTANT (300) * G_USEC_PER_SEC)

/* What a good one says. */
typedef struct {
  gint64 at_us;
  char *authority; /* subject of its certificate */
} FzStamp;
void fz_stamp_clear (FzStamp *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzStamp, fz_stamp_clear)

/* Where stamps stand beside an exported document: FILE.tsr the newest (1), FILE.2.tsr the one before it, and so on. (transfer full) */
char *fz_stamp_path (const char *document, guint i);

/* TimeStampReq, DER, of SHA-256 over the bytes, with a fresh nonce and asking for the certificate. */
GBytes *fz_stamp_ask (const void *bytes, gsize n, GError **error);
/* Judges the TimeStampResp to this request: granted, the same hash and nonce, signed by a certificate for time stamping that was in force then and
 * leads to `trusted`, and a time near now_us. REJECTED says what is wrong; it is kept nowhere then. */
gboolean fz_stamp_accept (GBytes *request, GBytes *reply, const FzChain *trusted, gint64 now_us, FzStamp *out, GError **error);
/* One that was kept, over these bytes. GOOD; NO_ROOT: its signature holds, and whether to trust it nobody outside said; BAD, with `why` (transfer full). */
FzLink fz_stamp_judge (GBytes *reply, const void *bytes, gsize n, const FzChain *trusted, FzStamp *out, char **why);
