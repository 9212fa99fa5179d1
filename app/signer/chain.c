/* Chains of certificates and what revokes them: half of certificate.h. */
#include "app/signer/certificate_private.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#define MAX_BLOCKS 200

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_CRL, X509_CRL_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE, X509_STORE_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_STORE_CTX, X509_STORE_CTX_free)

FzChain *
fz_chain_new (void)
{
  FzChain *self = g_new0 (FzChain, 1);

  self->certificates = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_certificate_free);
  self->lists = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

void
fz_chain_free (FzChain *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->certificates);
  g_ptr_array_unref (self->lists);
  g_free (self);
}

const FzCertificate *
fz_chain_find (const FzChain *self, const char *sha256)
{
  for (guint i = 0; i < self->certificates->len; i++)
    if (g_strcmp0 (fz_certificate_get_sha256 (self->certificates->pdata[i]), sha256) == 0)
      return self->certificates->pdata[i];
  return NULL;
}

static void
take_certificate (FzChain *self, FzCertificate *take)
{
  if (fz_chain_find (self, take->sha256) == NULL)
    g_ptr_array_add (self->certificates, take);
  else
    fz_certificate_free (take);
}

void
fz_chain_add_der (FzChain *self, GBytes *der)
{
  FzCertificate *certificate = fz_certificate_from_der (der, TRUE, NULL);

  if (certificate != NULL)
    take_certificate (self, certificate);
}

/* --- PEM --- */

static X509_CRL *
read_list (GBytes *der)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (der, &n), *at = bytes;
  X509_CRL *list = n <= FZ_REVOCATION_MAX_BYTES ? d2i_X509_CRL (NULL, &at, (long) n) : NULL;

  if (list != NULL && at == bytes + n)
    return list;
  X509_CRL_free (list);
  ERR_clear_error ();
  return NULL;
}

static gboolean
add_block (FzChain *self, const char *name, GBytes *der, guint number, GError **error)
{
  g_autoptr (GError) why = NULL;
  FzCertificate *certificate;
  g_autoptr (X509_CRL) list = NULL;

  if (g_str_equal (name, PEM_STRING_X509) || g_str_equal (name, PEM_STRING_X509_OLD)) {
    certificate = fz_certificate_from_der (der, TRUE, &why);
    if (certificate != NULL) {
      take_certificate (self, certificate);
      return TRUE;
    }
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 段：%s"), number, why->message);
    return FALSE;
  }
  if (!g_str_equal (name, PEM_STRING_X509_CRL))
    return TRUE; /* a key stands in a key file, and is not ours to read here */
  list = read_list (der);
  if (list == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 段不是可以识别的证书吊销列表。"), number);
    return FALSE;
  }
  g_ptr_array_add (self->lists, g_bytes_ref (der));
  return TRUE;
}

gboolean
fz_chain_add_pem (FzChain *self, const char *pem, gsize n, GError **error)
{
  g_autoptr (BIO) in = n <= FZ_REVOCATION_MAX_BYTES ? BIO_new_mem_buf (pem, (int) n) : NULL;
  char *name = NULL, *header = NULL;
  guint8 *data = NULL;
  long n_data = 0;
  guint blocks = 0;
  gboolean good = TRUE;

  while (good && in != NULL && blocks < MAX_BLOCKS && PEM_read_bio (in, &name, &header, &data, &n_data) == 1) {
    g_autoptr (GBytes) der = g_bytes_new (data, (gsize) n_data);

    good = add_block (self, name, der, ++blocks, error);
    OPENSSL_free (name);
    OPENSSL_free (header);
    OPENSSL_free (data);
  }
  ERR_clear_error ();
  if (!good)
    return FALSE;
  if (self->certificates->len + self->lists->len > 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件中没有 PEM 格式的证书或吊销列表。"));
  return FALSE;
}

static void
print_block (BIO *out, const char *name, GBytes *der)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (der, &n);

  PEM_write_bio (out, name, "", bytes, (long) n);
}

char *
fz_chain_print (const FzChain *self)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  char *text = NULL;
  long n;

  for (guint i = 0; i < self->certificates->len; i++)
    print_block (out, PEM_STRING_X509, ((FzCertificate *) self->certificates->pdata[i])->der);
  for (guint i = 0; i < self->lists->len; i++)
    print_block (out, PEM_STRING_X509_CRL, self->lists->pdata[i]);
  n = BIO_get_mem_data (out, &text);
  return g_strndup (text, (gsize) MAX (n, 0));
}

/* --- up to a root --- */

static FzLink
link_of (int fault)
{
  switch (fault) {
  case X509_V_OK:
    return FZ_LINK_GOOD;
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_CERT_UNTRUSTED:
    return FZ_LINK_NO_ROOT;
  default:
    return FZ_LINK_BAD;
  }
}

FzLink
fz_chain_judge (const FzCertificate *leaf, const FzChain *pool, const FzChain *roots, gint64 at_us, char **why)
{
  g_autoptr (X509_STORE) store = X509_STORE_new ();
  g_autoptr (X509_STORE_CTX) context = X509_STORE_CTX_new ();
  STACK_OF (X509) *between = sk_X509_new_null ();
  FzLink link = FZ_LINK_BAD;
  int fault = X509_V_ERR_UNSPECIFIED;

  for (guint i = 0; roots != NULL && i < roots->certificates->len; i++)
    X509_STORE_add_cert (store, ((FzCertificate *) roots->certificates->pdata[i])->x509);
  for (guint i = 0; pool != NULL && i < pool->certificates->len; i++)
    sk_X509_push (between, ((FzCertificate *) pool->certificates->pdata[i])->x509);
  if (X509_STORE_CTX_init (context, store, leaf->x509, between) == 1) {
    X509_VERIFY_PARAM *how = X509_STORE_CTX_get0_param (context);

    X509_VERIFY_PARAM_set_time (how, (time_t) (at_us / FZ_US_PER_SECOND));
    X509_VERIFY_PARAM_set_flags (how, X509_V_FLAG_PARTIAL_CHAIN); /* what was given from outside is trusted, root or not */
    fault = X509_verify_cert (context) == 1 ? X509_V_OK : X509_STORE_CTX_get_error (context);
    link = link_of (fault);
  }
  if (why != NULL)
    *why = fault != X509_V_OK ? g_strdup (X509_verify_cert_error_string (fault)) : NULL;
  sk_X509_free (between);
  ERR_clear_error ();
  return link;
}

/* --- revocation --- */

/* By hand for SM2: the library asks no identity of a list. */
static gboolean
list_signed_by (X509_CRL *list, const FzCertificate *issuer)
{
  EVP_PKEY *key = X509_get0_pubkey (issuer->x509);
  const ASN1_BIT_STRING *signature = NULL;
  const X509_ALGOR *algorithm = NULL;
  EVP_MD_CTX *context;
  guint8 *signed_part = NULL;
  int n;
  gboolean good;

  if (key == NULL || X509_NAME_cmp (X509_CRL_get_issuer (list), X509_get_subject_name (issuer->x509)) != 0)
    return FALSE;
  X509_CRL_get0_signature (list, &signature, &algorithm);
  if (X509_CRL_get_signature_nid (list) != NID_SM2_with_SM3)
    return X509_CRL_verify (list, key) == 1;
  n = i2d_re_X509_CRL_tbs (list, &signed_part);
  context = n > 0 ? fz_openssl_digest_context (key, TRUE) : NULL;
  good = context != NULL && EVP_DigestVerifyInit (context, NULL, EVP_sm3 (), NULL, key) == 1 &&
         EVP_DigestVerify (context, signature->data, (gsize) signature->length, signed_part, (gsize) n) == 1;
  fz_openssl_digest_context_free (context);
  OPENSSL_free (signed_part);
  return good;
}

static const FzCertificate *
issuer_in (const FzCertificate *leaf, const FzChain *chain)
{
  for (guint i = 0; chain != NULL && i < chain->certificates->len; i++) {
    const FzCertificate *issuer = chain->certificates->pdata[i];
    EVP_PKEY *key = X509_get0_pubkey (issuer->x509);

    if (X509_NAME_cmp (X509_get_subject_name (issuer->x509), X509_get_issuer_name (leaf->x509)) == 0 && key != NULL &&
        X509_verify (leaf->x509, key) == 1)
      return issuer;
  }
  return NULL;
}

static gboolean
covers (const X509_CRL *list, gint64 at_us, gint64 *made_us)
{
  gint64 until = G_MAXINT64;

  return fz_certificate_time (X509_CRL_get0_lastUpdate (list), made_us) &&
         (X509_CRL_get0_nextUpdate (list) == NULL || fz_certificate_time (X509_CRL_get0_nextUpdate (list), &until)) &&
         (*made_us >= at_us || until >= at_us);
}

gint64
fz_chain_lists_until (const FzChain *self)
{
  gint64 first = G_MAXINT64;

  for (guint i = 0; i < self->lists->len; i++) {
    g_autoptr (X509_CRL) list = read_list (self->lists->pdata[i]);
    gint64 until = G_MAXINT64;

    if (list != NULL && X509_CRL_get0_nextUpdate (list) != NULL && fz_certificate_time (X509_CRL_get0_nextUpdate (list), &until))
      first = MIN (first, until);
  }
  ERR_clear_error ();
  return first;
}

FzRevocation
fz_chain_revocation (const FzCertificate *leaf, const FzChain *pool, const FzChain *roots, gint64 at_us, gint64 *out_at_us)
{
  const FzCertificate *issuer = issuer_in (leaf, pool);
  FzRevocation found = FZ_REVOCATION_UNKNOWN;
  gint64 newest = G_MININT64;

  issuer = issuer != NULL ? issuer : issuer_in (leaf, roots);
  for (guint i = 0; issuer != NULL && i < pool->lists->len; i++) {
    g_autoptr (X509_CRL) list = read_list (pool->lists->pdata[i]);
    X509_REVOKED *row = NULL;
    gint64 made = 0;

    if (list == NULL || !list_signed_by (list, issuer) || !covers (list, at_us, &made) || made <= newest)
      continue;
    newest = made;
    found = FZ_REVOCATION_GOOD;
    if (X509_CRL_get0_by_cert (list, &row, leaf->x509) == 1) { /* 2: taken off the list again */
      found = FZ_REVOCATION_REVOKED;
      if (!fz_certificate_time (X509_REVOKED_get0_revocationDate (row), out_at_us))
        *out_at_us = G_MININT64;
    }
  }
  ERR_clear_error ();
  return found;
}

/* --- what is imported to be trusted --- */

static gboolean
list_is_ours (const FzChain *self, GBytes *der)
{
  g_autoptr (X509_CRL) list = read_list (der);

  for (guint i = 0; list != NULL && i < self->certificates->len; i++)
    if (list_signed_by (list, self->certificates->pdata[i]))
      return TRUE;
  return FALSE;
}

gboolean
fz_chain_check_ca (const FzChain *self, gint64 now_us, GError **error)
{
  guint issuers = 0;

  for (guint i = 0; i < self->certificates->len; i++) {
    const FzCertificate *one = self->certificates->pdata[i];

    if (now_us < one->from_us || now_us > one->until_us) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("证书“%s”现在不在有效期内。请向发证机构取得现行的证书链。"), one->subject);
      return FALSE;
    }
    issuers += X509_check_ca (one->x509) != 0;
  }
  for (guint i = 0; i < self->lists->len; i++)
    if (!list_is_ours (self, self->lists->pdata[i])) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("第 %u 份吊销列表不是这些证书签发的。"), i + 1);
      return FALSE;
    }
  if (issuers > 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件中没有发证机构的证书。请导入发证机构的根证书和各级签发证书。"));
  return FALSE;
}
