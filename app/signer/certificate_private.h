/* app/signer/certificate_private.h: a certificate from inside, for certificate.c, chain.c and stamp.c. */
#pragma once

#include "app/signer/certificate.h"
#include "app/signer/openssl.h"
#include "core/fields.h"

#include <openssl/x509v3.h>

#define FZ_CERTIFICATE_MAX_BYTES (64 * 1024)
#define FZ_REVOCATION_MAX_BYTES (16 * 1024 * 1024)

struct _FzCertificate {
  X509 *x509;
  GBytes *der, *public_key; /* public_key NULL: no algorithm of ours */
  FzAlgorithm algorithm;
  char *sha256, *subject, *issuer;
  gint64 from_us, until_us;
};

gboolean fz_certificate_time (const ASN1_TIME *when, gint64 *out_us);
