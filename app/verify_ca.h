/* app/verify_ca.h: judges a CA's line under a document (验证 CA 签名) by certificates that were kept when it was made, years later and from files
 * alone. The words are those of fuzhen-verify. Electronic Signature Law art. 13, 16. */
#pragma once

#include "app/signer/certificate.h"
#include "core/fields.h"

typedef enum { /* from best to worst */
  FZ_VERDICT_CA_VALID,
  FZ_VERDICT_CA_EXPIRED_SINCE,   /* good when it was made, the certificate has ended since */
  FZ_VERDICT_CA_REVOKED_LATER,
  FZ_VERDICT_CA_INDETERMINATE,   /* no line, no certificate, no root from outside, nothing that says whether it was revoked, or no proof of when */
  FZ_VERDICT_CA_REVOKED_BEFORE,
  FZ_VERDICT_CA_INVALID
} FzVerdictCa;
/* VALID, INDETERMINATE … (transfer none) */
const char *fz_verdict_ca_word (FzVerdictCa self);

typedef struct {
  FzVerdictCa verdict;
  char *signer, *subject, *reason; /* NULL: not known, nothing to say */
} FzLineVerdict;
void fz_line_verdict_free (FzLineVerdict *self);

/* One FzLineVerdict for each line that is not Ed25519; one INDETERMINATE when there is none. `pool`: what was kept with the document, trusted
 * in nothing; `roots`: given from outside. INVALID: the bytes are no signed document. */
GPtrArray *fz_verify_ca (const guint8 *note, gsize n, const FzChain *pool, const FzChain *roots, gint64 now_us, GError **error);
