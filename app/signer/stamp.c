#include "app/signer/stamp.h"

#include "app/signer/certificate_private.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <openssl/err.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <string.h>

#define NONCE_BYTES 8
#define HASH_BYTES 32

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TS_REQ, TS_REQ_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TS_RESP, TS_RESP_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TS_MSG_IMPRINT, TS_MSG_IMPRINT_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TS_VERIFY_CTX, TS_VERIFY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ASN1_INTEGER, ASN1_INTEGER_free)

void
fz_stamp_clear (FzStamp *self)
{
  g_clear_pointer (&self->authority, g_free);
}

char *
fz_stamp_path (const char *document, guint i)
{
  return i == 1 ? g_strconcat (document, ".tsr", NULL) : g_strdup_printf ("%s.%u.tsr", document, i);
}

/* --- asking --- */

static ASN1_INTEGER *
nonce_new (void)
{
  guint8 bytes[NONCE_BYTES];
  BIGNUM *number;
  ASN1_INTEGER *out;

  if (RAND_bytes (bytes, sizeof bytes) != 1)
    return NULL;
  bytes[0] = (bytes[0] & 0x7f) | 0x40; /* never negative, never short */
  number = BN_bin2bn (bytes, sizeof bytes, NULL);
  out = BN_to_ASN1_INTEGER (number, NULL);
  BN_free (number);
  return out;
}

static void
hash_of (const void *bytes, gsize n, guint8 out[HASH_BYTES])
{
  g_assert (EVP_Digest (bytes, n, out, NULL, EVP_sha256 (), NULL) == 1);
}

static TS_MSG_IMPRINT *
imprint_new (const void *bytes, gsize n)
{
  guint8 hash[HASH_BYTES];
  TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new ();
  X509_ALGOR *algorithm = X509_ALGOR_new ();

  hash_of (bytes, n, hash);
  X509_ALGOR_set0 (algorithm, OBJ_nid2obj (NID_sha256), V_ASN1_NULL, NULL);
  TS_MSG_IMPRINT_set_algo (imprint, algorithm);
  TS_MSG_IMPRINT_set_msg (imprint, hash, HASH_BYTES);
  X509_ALGOR_free (algorithm);
  return imprint;
}

GBytes *
fz_stamp_ask (const void *bytes, gsize n_bytes, GError **error)
{
  g_autoptr (TS_REQ) request = TS_REQ_new ();
  g_autoptr (TS_MSG_IMPRINT) imprint = imprint_new (bytes, n_bytes);
  g_autoptr (ASN1_INTEGER) nonce = nonce_new ();
  guint8 *der = NULL;
  int n = -1;
  GBytes *out;

  if (nonce != NULL && TS_REQ_set_version (request, 1) == 1 && TS_REQ_set_msg_imprint (request, imprint) == 1 &&
      TS_REQ_set_nonce (request, nonce) == 1 && TS_REQ_set_cert_req (request, 1) == 1)
    n = i2d_TS_REQ (request, &der);
  if (n <= 0) {
    ERR_clear_error ();
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("本机的 OpenSSL 不能生成时间戳请求。"));
    return NULL;
  }
  out = g_bytes_new (der, (gsize) n);
  OPENSSL_free (der);
  return out;
}

/* --- what came back --- */

static TS_RESP *
parse (GBytes *reply)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (reply, &n), *at = bytes;
  TS_RESP *self = n > 0 && n <= FZ_STAMP_MAX_BYTES ? d2i_TS_RESP (NULL, &at, (long) n) : NULL;

  if (self != NULL && at == bytes + n)
    return self;
  TS_RESP_free (self);
  return NULL;
}

/* NULL: there is not exactly one signer with its certificate in it. */
static FzCertificate *
signer_of (PKCS7 *token)
{
  STACK_OF (X509) *signers = token != NULL && PKCS7_type_is_signed (token) ? PKCS7_get0_signers (token, NULL, 0) : NULL;
  FzCertificate *out = NULL;
  guint8 *der = NULL;
  int n = sk_X509_num (signers) == 1 ? i2d_X509 (sk_X509_value (signers, 0), &der) : 0;

  if (n > 0) {
    g_autoptr (GBytes) bytes = g_bytes_new (der, (gsize) n);

    out = fz_certificate_from_der (bytes, TRUE, NULL);
  }
  OPENSSL_free (der);
  sk_X509_free (signers);
  return out;
}

/* The certificates that came with it: they may bridge a gap and are trusted in nothing. */
static FzChain *
certificates_of (PKCS7 *token)
{
  FzChain *out = fz_chain_new ();
  STACK_OF (X509) *all = token->d.sign->cert;

  for (int i = 0; i < sk_X509_num (all); i++) {
    guint8 *der = NULL;
    int n = i2d_X509 (sk_X509_value (all, i), &der);

    if (n > 0) {
      g_autoptr (GBytes) bytes = g_bytes_new (der, (gsize) n);

      fz_chain_add_der (out, bytes);
    }
    OPENSSL_free (der);
  }
  return out;
}

static gboolean
names_hash (TS_TST_INFO *info, const guint8 *hash)
{
  TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint (info);
  const ASN1_OBJECT *algorithm = NULL;
  ASN1_OCTET_STRING *said = imprint != NULL ? TS_MSG_IMPRINT_get_msg (imprint) : NULL;

  if (said == NULL)
    return FALSE;
  X509_ALGOR_get0 (&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo (imprint));
  return OBJ_obj2nid (algorithm) == NID_sha256 && ASN1_STRING_length (said) == HASH_BYTES &&
         memcmp (ASN1_STRING_get0_data (said), hash, HASH_BYTES) == 0;
}

/* Its own certificate as the only root, as of its time: what is judged here is the signature and that the certificate is one for time stamping;
 * whether to believe in it is another question. */
static X509_STORE *
store_of (const FzCertificate *signer, gint64 at_us)
{
  X509_STORE *store = X509_STORE_new ();
  X509_VERIFY_PARAM *how = X509_STORE_get0_param (store);

  X509_STORE_add_cert (store, signer->x509);
  X509_VERIFY_PARAM_set_time (how, (time_t) (at_us / FZ_US_PER_SECOND));
  X509_VERIFY_PARAM_set_flags (how, X509_V_FLAG_PARTIAL_CHAIN);
  return store;
}

/* `request` NULL: years later, there is no nonce to compare. */
static gboolean
holds (TS_RESP *reply, GBytes *request, const FzCertificate *signer, gint64 at_us)
{
  g_autoptr (TS_VERIFY_CTX) context = TS_VERIFY_CTX_new ();
  int flags = TS_VFY_VERSION | TS_VFY_SIGNATURE;
  gboolean good;

  if (request != NULL) {
    gsize n = 0;
    const guint8 *at = g_bytes_get_data (request, &n);
    g_autoptr (TS_REQ) asked = d2i_TS_REQ (NULL, &at, (long) n);

    if (asked == NULL || TS_REQ_to_TS_VERIFY_CTX (asked, context) == NULL)
      return FALSE;
    flags |= TS_VFY_IMPRINT | TS_VFY_NONCE;
  }
  TS_VERIFY_CTX_set_store (context, store_of (signer, at_us)); /* the context's now */
  TS_VERIFY_CTX_set_flags (context, flags);
  good = TS_RESP_verify_response (context, reply) == 1;
  ERR_clear_error ();
  return good;
}

static FzLink
fail (char **why, const char *words)
{
  *why = g_strdup (words);
  return FZ_LINK_BAD;
}

static FzLink
judge (GBytes *bytes, GBytes *request, const guint8 *hash, const FzChain *trusted, FzStamp *out, char **why)
{
  g_autoptr (TS_RESP) reply = parse (bytes);
  TS_TST_INFO *info = reply != NULL ? TS_RESP_get_tst_info (reply) : NULL;
  PKCS7 *token = info != NULL ? TS_RESP_get_token (reply) : NULL;
  g_autoptr (FzCertificate) signer = signer_of (token);
  g_autoptr (FzChain) beside = NULL;

  ERR_clear_error ();
  if (reply == NULL)
    return fail (why, _ ("不是完整的时间戳答复"));
  if (info == NULL || token == NULL)
    return fail (why, _ ("时间戳机构没有同意"));
  if (signer == NULL)
    return fail (why, _ ("没有签发者的证书"));
  if (hash != NULL && !names_hash (info, hash))
    return fail (why, _ ("不是为这些内容签发的"));
  if (!fz_certificate_time (TS_TST_INFO_get_time (info), &out->at_us))
    return fail (why, _ ("其中的时间不能识别"));
  if (!holds (reply, request, signer, out->at_us))
    return fail (why, _ ("签名、随机数或证书用途不符"));
  out->authority = g_strdup (fz_certificate_get_subject (signer));
  beside = certificates_of (token);
  return fz_chain_judge (signer, beside, trusted, out->at_us, why);
}

FzLink
fz_stamp_judge (GBytes *reply, const void *bytes, gsize n, const FzChain *trusted, FzStamp *out, char **why)
{
  guint8 hash[HASH_BYTES];

  *why = NULL;
  hash_of (bytes, n, hash);
  return judge (reply, NULL, hash, trusted, out, why);
}

gboolean
fz_stamp_accept (GBytes *request, GBytes *reply, const FzChain *trusted, gint64 now_us, FzStamp *out, GError **error)
{
  g_autofree char *why = NULL;
  FzLink link = judge (reply, request, NULL, trusted, out, &why);
  gint64 off = out->at_us - now_us;

  if (link != FZ_LINK_GOOD)
    g_set_error (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("时间戳不可用：%s。"),
                 link == FZ_LINK_NO_ROOT ? _ ("签发证书不是已导入的时间戳机构的") : why);
  else if (off > FZ_STAMP_SKEW_US || off < -FZ_STAMP_SKEW_US)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REJECTED, _ ("时间戳不可用：其中的时间与本机时间相差超过 5 分钟。请核对本机时间。"));
  else
    return TRUE;
  fz_stamp_clear (out);
  return FALSE;
}
