#include "app/signer/certificate_private.h"

#include "core/date.h"
#include "core/say.h"

#include <glib/gi18n-lib.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <string.h>
#include <time.h>

static gboolean
time_of (const ASN1_TIME *when, gint64 *out_us)
{
  struct tm parts;

  if (ASN1_TIME_to_tm (when, &parts) != 1)
    return FALSE;
  *out_us = (gint64) timegm (&parts) * FZ_US_PER_SECOND;
  return TRUE;
}

gboolean
fz_certificate_time (const ASN1_TIME *when, gint64 *out_us)
{
  return when != NULL && time_of (when, out_us);
}

static char *
name_of (const X509_NAME *name)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long n;

  X509_NAME_print_ex (out, name, 0, (XN_FLAG_RFC2253 | ASN1_STRFLGS_UTF8_CONVERT) & ~(unsigned long) ASN1_STRFLGS_ESC_MSB);
  n = BIO_get_mem_data (out, &text);
  return g_utf8_make_valid (text, n);
}

static void
read_key (FzCertificate *self)
{
  EVP_PKEY *key = X509_get0_pubkey (self->x509);
  char group[64] = "";
  guint8 point[FZ_POINT_BYTES];
  gsize n = 0;

  if (key == NULL)
    return;
  if (EVP_PKEY_is_a (key, "ED25519")) {
    n = sizeof point;
    if (EVP_PKEY_get_raw_public_key (key, point, &n) != 1 || n != FZ_ED25519_PUBLIC_BYTES)
      return;
    self->algorithm = FZ_ALGORITHM_ED25519;
  } else {
    if (EVP_PKEY_get_group_name (key, group, sizeof group, NULL) != 1)
      return;
    if (!g_str_equal (group, "SM2") && !g_str_equal (group, "prime256v1") && !g_str_equal (group, "P-256"))
      return;
    /* Always the whole point, as the key id is made of it. */
    EVP_PKEY_set_utf8_string_param (key, OSSL_PKEY_PARAM_EC_POINT_CONVERSION_FORMAT, "uncompressed");
    if (EVP_PKEY_get_octet_string_param (key, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, point, sizeof point, &n) != 1 || n != FZ_POINT_BYTES)
      return;
    self->algorithm = g_str_equal (group, "SM2") ? FZ_ALGORITHM_SM2_SM3 : FZ_ALGORITHM_ECDSA_P256;
  }
  self->public_key = g_bytes_new (point, n);
}

/* A CA signs certificates under the same identity (GM/T 0015). */
static void
set_identity (X509 *x509)
{
  ASN1_OCTET_STRING *identity = ASN1_OCTET_STRING_new ();

  ASN1_OCTET_STRING_set (identity, (const guint8 *) FZ_SM2_IDENTITY, (int) strlen (FZ_SM2_IDENTITY));
  X509_set0_distinguishing_id (x509, identity);
}

FzCertificate *
fz_certificate_from_der (GBytes *der, gboolean any_key, GError **error)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (der, &n), *at = bytes;
  g_autoptr (FzCertificate) self = g_new0 (FzCertificate, 1);

  self->x509 = n <= FZ_CERTIFICATE_MAX_BYTES ? d2i_X509 (NULL, &at, (long) n) : NULL;
  if (self->x509 == NULL || at != bytes + n || !fz_certificate_time (X509_get0_notBefore (self->x509), &self->from_us) ||
      !fz_certificate_time (X509_get0_notAfter (self->x509), &self->until_us)) {
    ERR_clear_error ();
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("这不是一张可以识别的数字证书。"));
    return NULL;
  }
  if (X509_get_signature_nid (self->x509) == NID_SM2_with_SM3)
    set_identity (self->x509);
  self->der = g_bytes_ref (der);
  self->sha256 = fz_sha256_hex (bytes, n);
  self->subject = name_of (X509_get_subject_name (self->x509));
  self->issuer = name_of (X509_get_issuer_name (self->x509));
  read_key (self);
  ERR_clear_error ();
  if (any_key || self->public_key != NULL)
    return g_steal_pointer (&self);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("证书“%s”的密钥不是 SM2、ECDSA P-256 或 Ed25519，不能用于签名。"), self->subject);
  return NULL;
}

void
fz_certificate_free (FzCertificate *self)
{
  if (self == NULL)
    return;
  X509_free (self->x509);
  g_clear_pointer (&self->der, g_bytes_unref);
  g_clear_pointer (&self->public_key, g_bytes_unref);
  g_free (self->sha256);
  g_free (self->subject);
  g_free (self->issuer);
  g_free (self);
}

GBytes *
fz_certificate_get_der (const FzCertificate *self)
{
  return self->der;
}

const char *
fz_certificate_get_sha256 (const FzCertificate *self)
{
  return self->sha256;
}

const char *
fz_certificate_get_subject (const FzCertificate *self)
{
  return self->subject;
}

const char *
fz_certificate_get_issuer (const FzCertificate *self)
{
  return self->issuer;
}

gint64
fz_certificate_get_from_us (const FzCertificate *self)
{
  return self->from_us;
}

gint64
fz_certificate_get_until_us (const FzCertificate *self)
{
  return self->until_us;
}

gboolean
fz_certificate_get_key (const FzCertificate *self, FzAlgorithm *out_algorithm, GBytes **out_public_key)
{
  if (self->public_key == NULL)
    return FALSE;
  if (out_algorithm != NULL)
    *out_algorithm = self->algorithm;
  if (out_public_key != NULL)
    *out_public_key = g_bytes_ref (self->public_key);
  return TRUE;
}

gboolean
fz_certificate_is_self_issued (const FzCertificate *self)
{
  return X509_NAME_cmp (X509_get_subject_name (self->x509), X509_get_issuer_name (self->x509)) == 0;
}

/* Without the extension any use is allowed (RFC 5280 4.2.1.3). */
gboolean
fz_certificate_signs (const FzCertificate *self)
{
  return (X509_get_extension_flags (self->x509) & EXFLAG_KUSAGE) == 0 ||
         (X509_get_key_usage (self->x509) & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) != 0;
}

gboolean
fz_certificate_check_usable (const FzCertificate *self, const char *token, gint64 now_us, GError **error)
{
  gboolean early = now_us < self->from_us, late = now_us > self->until_us;
  g_autofree char *when = fz_say_moment_exactly (early ? self->from_us : self->until_us);

  if (early)
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”中的证书自 %s 起才有效，现在不能签名。请核对本机时间。"), token, when);
  else if (late)
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”中的证书已于 %s 到期，不能签名。请向发证机构办理更新。"), token, when);
  else if (!fz_certificate_signs (self))
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("“%s”中的证书不是签名证书，不能签名。请换用签名证书。"), token);
  else
    return TRUE;
  return FALSE;
}
