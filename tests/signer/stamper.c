#include "tests/signer/stamper.h"

#include <openssl/rand.h>
#include <openssl/ts.h>
#include <string.h>

#define PAGE "<html>请登录</html>" /* of a proxy, for instance */

struct _Stamper {
  EVP_PKEY *key;
  X509 *certificate;
  GBytes *first; /* the first answer */
  gint64 at_us;
  long serial;
};

Stamper *
stamper_new (Authority *authority, gint64 from_us, gint64 until_us)
{
  Stamper *self = g_new0 (Stamper, 1);
  AuthorityLeaf leaf = { "测试时间戳", from_us, until_us, "critical,digitalSignature", 900, "critical,timeStamping" };

  self->key = authority_key_new ("P-256");
  self->certificate = authority_issue_x509 (authority, self->key, &leaf);
  return self;
}

void
stamper_free (Stamper *self)
{
  EVP_PKEY_free (self->key);
  X509_free (self->certificate);
  g_clear_pointer (&self->first, g_bytes_unref);
  g_free (self);
}

static ASN1_INTEGER *
on_serial (TS_RESP_CTX *context, void *data)
{
  ASN1_INTEGER *out = ASN1_INTEGER_new ();

  ASN1_INTEGER_set (out, ++((Stamper *) data)->serial);
  return out;
}

static int
on_time (TS_RESP_CTX *context, void *data, long *seconds, long *microseconds)
{
  gint64 at_us = ((Stamper *) data)->at_us;

  *seconds = (long) (at_us / G_USEC_PER_SEC);
  *microseconds = (long) (at_us % G_USEC_PER_SEC);
  return 1;
}

/* The library takes no nonce away. */
static TS_REQ *
without_nonce (TS_REQ *take)
{
  TS_REQ *out = TS_REQ_new ();

  TS_REQ_set_version (out, 1);
  TS_REQ_set_msg_imprint (out, TS_REQ_get_msg_imprint (take));
  TS_REQ_set_cert_req (out, 1);
  TS_REQ_free (take);
  return out;
}

/* What it takes for the request. */
static BIO *
request_of (const void *bytes, gsize n, StamperMishap mishap)
{
  const guint8 *at = bytes;
  TS_REQ *request = d2i_TS_REQ (NULL, &at, (long) n);
  TS_MSG_IMPRINT *imprint;
  guint8 hash[32];
  BIO *out = BIO_new (BIO_s_mem ());

  g_assert_nonnull (request);
  if (mishap == STAMPER_WITHOUT_NONCE)
    request = without_nonce (request);
  imprint = TS_REQ_get_msg_imprint (request);
  if (mishap == STAMPER_OTHER_NONCE)
    g_assert_cmpint (ASN1_INTEGER_set ((ASN1_INTEGER *) TS_REQ_get_nonce (request), 7), ==, 1);
  if (mishap == STAMPER_NO_CERTIFICATE)
    TS_REQ_set_cert_req (request, 0);
  if (mishap == STAMPER_OTHER_HASH) {
    RAND_bytes (hash, sizeof hash);
    TS_MSG_IMPRINT_set_msg (imprint, hash, sizeof hash);
  }
  g_assert_cmpint (i2d_TS_REQ_bio (out, request), ==, 1);
  TS_REQ_free (request);
  return out;
}

static GBytes *
make (Stamper *self, const void *bytes, gsize n, StamperMishap mishap)
{
  TS_RESP_CTX *context = TS_RESP_CTX_new ();
  BIO *request = request_of (bytes, n, mishap);
  ASN1_OBJECT *policy = OBJ_txt2obj ("1.2.3.4.1", 1);
  TS_RESP *reply;
  guint8 *der = NULL;
  int n_der;
  GBytes *out;

  g_assert_cmpint (TS_RESP_CTX_set_signer_cert (context, self->certificate), ==, 1);
  g_assert_cmpint (TS_RESP_CTX_set_signer_key (context, self->key), ==, 1);
  g_assert_cmpint (TS_RESP_CTX_set_def_policy (context, policy), ==, 1);
  g_assert_cmpint (TS_RESP_CTX_set_signer_digest (context, EVP_sha256 ()), ==, 1);
  g_assert_cmpint (TS_RESP_CTX_add_md (context, mishap == STAMPER_REFUSES ? EVP_sha512 () : EVP_sha256 ()), ==, 1);
  TS_RESP_CTX_set_serial_cb (context, on_serial, self);
  TS_RESP_CTX_set_time_cb (context, on_time, self);
  reply = TS_RESP_create_response (context, request);
  g_assert_nonnull (reply);
  n_der = i2d_TS_RESP (reply, &der);
  g_assert_cmpint (n_der, >, 0);
  out = g_bytes_new (der, (gsize) n_der);
  OPENSSL_free (der);
  TS_RESP_free (reply);
  BIO_free (request);
  ASN1_OBJECT_free (policy);
  TS_RESP_CTX_free (context);
  return out;
}

static GBytes *
spoil (GBytes *good, StamperMishap mishap)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (good, &n);
  g_autofree guint8 *copy = g_malloc0 (2 * 1024 * 1024);

  memcpy (copy, bytes, n);
  switch ((int) mishap) {
  case STAMPER_CUT:
    return g_bytes_new (copy, n - 1);
  case STAMPER_MORE:
    return g_bytes_new (copy, n + 1);
  case STAMPER_GARBLED:
    RAND_bytes (copy, (int) n);
    return g_bytes_new (copy, n);
  case STAMPER_EMPTY:
    return g_bytes_new (copy, 0);
  case STAMPER_HUGE:
    return g_bytes_new (copy, 2 * 1024 * 1024);
  case STAMPER_PAGE:
    return g_bytes_new_static (PAGE, strlen (PAGE));
  default:
    return g_bytes_ref (good);
  }
}

GBytes *
stamper_answer (Stamper *self, const void *request, gsize n, gint64 at_us, StamperMishap mishap)
{
  g_autoptr (GBytes) good = NULL;

  self->at_us = at_us;
  good = make (self, request, n, mishap);
  if (self->first == NULL)
    self->first = g_bytes_ref (good);
  return mishap == STAMPER_OLD_ANSWER ? g_bytes_ref (self->first) : spoil (good, mishap);
}
