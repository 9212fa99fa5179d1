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
  gboolean stamp;                  /* it judges a time stamp and no line */
  gint64 at_us;                    /* of a time stamp: its time; of a line: when it is proven to have been there; 0: nothing proves it */
  guint lines;                     /* of a time stamp: it covers the text and so many lines from the first on */
} FzLineVerdict;
void fz_line_verdict_free (FzLineVerdict *self);

/* One FzLineVerdict for each TimeStampResp (GBytes), whose subject is the authority: VALID; INDETERMINATE when nothing in `roots` vouches for it;
 * INVALID when it is none, fits no beginning of this note, or is older than the time the document says. */
GPtrArray *fz_verify_stamps (const guint8 *note, gsize n, GPtrArray *replies, const FzChain *roots, GError **error);
/* One FzLineVerdict for each line that is not Ed25519; one INDETERMINATE when there is neither such a line nor a stamp. `pool`: what was kept with
 * the document, trusted in nothing; `roots`: given from outside; `stamps`: of fz_verify_stamps(), NULL or empty: only the document's own word says
 * when it was signed. INVALID: the bytes are no signed document. */
GPtrArray *fz_verify_ca (const guint8 *note, gsize n, const FzChain *pool, const FzChain *roots, const GPtrArray *stamps, gint64 now_us, GError **error);
