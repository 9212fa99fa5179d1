/* The pin of a certificate's key. A file of its own because it needs OpenSSL's X.509. */
#include "app/platform/config.h"

#include <openssl/x509.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)

char *
fz_public_key_pin (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;
  g_autoptr (X509) x509 = NULL;
  const guint8 *at;
  guint8 *info = NULL;
  int n;
  char *pin;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL)
    return NULL;
  at = der->data;
  x509 = d2i_X509 (NULL, &at, (long) der->len);
  n = x509 != NULL ? i2d_X509_PUBKEY (X509_get_X509_PUBKEY (x509), &info) : 0;
  if (n <= 0)
    return NULL;
  pin = g_compute_checksum_for_data (G_CHECKSUM_SHA256, info, (gsize) n);
  OPENSSL_free (info);
  return pin;
}
