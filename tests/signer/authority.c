#include "tests/signer/authority.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <string.h>
#include <time.h>

#define YEARS_5 (G_GINT64_CONSTANT (5) * 365 * 86400 * G_USEC_PER_SEC)

struct _Authority {
  EVP_PKEY *root_key, *key;
  X509 *root, *between;
};

EVP_PKEY *
authority_key_new (const char *group)
{
  return g_str_equal (group, "SM2") ? EVP_PKEY_Q_keygen (NULL, NULL, "SM2") : EVP_EC_gen (group);
}

static gboolean
is_sm2 (EVP_PKEY *key)
{
  return EVP_PKEY_is_a (key, "SM2");
}

static const EVP_MD *
digest_of (EVP_PKEY *key)
{
  return is_sm2 (key) ? EVP_sm3 () : EVP_sha256 ();
}

/* With SM2 under the identity that GM/T 0015 gives certificates and lists; X509_sign() would take none. */
static EVP_MD_CTX *
signing_context (EVP_PKEY *key)
{
  EVP_MD_CTX *self = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *of_key = EVP_PKEY_CTX_new (key, NULL);

  EVP_MD_CTX_set_pkey_ctx (self, of_key);
  if (is_sm2 (key))
    g_assert_cmpint (EVP_PKEY_CTX_set1_id (of_key, "1234567812345678", 16), ==, 1);
  g_assert_cmpint (EVP_DigestSignInit (self, NULL, digest_of (key), NULL, key), ==, 1);
  return self;
}

static void
free_context (EVP_MD_CTX *self)
{
  EVP_PKEY_CTX *of_key = EVP_MD_CTX_get_pkey_ctx (self);

  EVP_MD_CTX_free (self);
  EVP_PKEY_CTX_free (of_key);
}

static void
set_time (ASN1_TIME *out, gint64 us)
{
  ASN1_TIME_adj (out, (time_t) (us / G_USEC_PER_SEC), 0, 0);
}

static void
extend (X509 *self, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;

  X509V3_set_ctx (&context, issuer, self, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  g_assert_cmpint (X509_add_ext (self, extension, -1), ==, 1);
  X509_EXTENSION_free (extension);
}

static X509 *
issue (const AuthorityLeaf *about, gboolean ca, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
  X509 *self = X509_new ();
  EVP_MD_CTX *context = signing_context (issuer_key);

  X509_set_version (self, 2);
  ASN1_INTEGER_set (X509_get_serialNumber (self), about->serial);
  set_time (X509_getm_notBefore (self), about->from_us);
  set_time (X509_getm_notAfter (self), about->until_us);
  X509_NAME_add_entry_by_txt (X509_get_subject_name (self), "CN", MBSTRING_UTF8, (const guchar *) about->name, -1, -1, 0);
  X509_set_issuer_name (self, X509_get_subject_name (issuer != NULL ? issuer : self));
  X509_set_pubkey (self, key);
  extend (self, issuer != NULL ? issuer : self, NID_basic_constraints, ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend (self, issuer != NULL ? issuer : self, NID_key_usage,
          ca ? "critical,keyCertSign,cRLSign" : about->key_usage != NULL ? about->key_usage : "critical,digitalSignature,nonRepudiation");
  if (about->purpose != NULL)
    extend (self, issuer != NULL ? issuer : self, NID_ext_key_usage, about->purpose);
  if (about->also != NULL)
    extend (self, issuer != NULL ? issuer : self, NID_subject_alt_name, about->also);
  g_assert_cmpint (X509_sign_ctx (self, context), >, 0);
  free_context (context);
  return self;
}

Authority *
authority_new (const char *group, gint64 at_us)
{
  Authority *self = g_new0 (Authority, 1);
  AuthorityLeaf root = { "测试根证书", at_us - YEARS_5, at_us + YEARS_5, NULL, 1 }, between = { "测试签发证书", at_us - YEARS_5, at_us + YEARS_5, NULL, 2 };

  self->root_key = authority_key_new (group);
  self->key = authority_key_new (group);
  self->root = issue (&root, TRUE, self->root_key, NULL, self->root_key);
  self->between = issue (&between, TRUE, self->key, self->root, self->root_key);
  return self;
}

void
authority_free (Authority *self)
{
  if (self == NULL)
    return;
  EVP_PKEY_free (self->root_key);
  EVP_PKEY_free (self->key);
  X509_free (self->root);
  X509_free (self->between);
  g_free (self);
}

static GBytes *
der_of (X509 *certificate)
{
  guint8 *der = NULL;
  int n = i2d_X509 (certificate, &der);
  GBytes *out;

  g_assert_cmpint (n, >, 0);
  out = g_bytes_new (der, (gsize) n);
  OPENSSL_free (der);
  return out;
}

X509 *
authority_issue_x509 (Authority *self, EVP_PKEY *key, const AuthorityLeaf *leaf)
{
  return issue (leaf, FALSE, key, self->between, self->key);
}

GBytes *
authority_issue (Authority *self, EVP_PKEY *key, const AuthorityLeaf *leaf)
{
  X509 *certificate = authority_issue_x509 (self, key, leaf);
  GBytes *der = der_of (certificate);

  X509_free (certificate);
  return der;
}

static char *
take_text (BIO *take)
{
  char *text = NULL, *out;
  long n = BIO_get_mem_data (take, &text);

  out = g_strndup (text, (gsize) n);
  BIO_free_all (take);
  return out;
}

static char *
pem_of (X509 *certificate)
{
  BIO *out = BIO_new (BIO_s_mem ());

  g_assert_cmpint (PEM_write_bio_X509 (out, certificate), ==, 1);
  return take_text (out);
}

char *
authority_root_pem (const Authority *self)
{
  return pem_of (self->root);
}

char *
authority_between_pem (const Authority *self)
{
  return pem_of (self->between);
}

char *
authority_certificate_pem (GBytes *der)
{
  BIO *out = BIO_new (BIO_s_mem ());

  PEM_write_bio (out, PEM_STRING_X509, "", g_bytes_get_data (der, NULL), (long) g_bytes_get_size (der));
  return take_text (out);
}

char *
authority_key_pem (EVP_PKEY *key, const char *pin)
{
  BIO *out = BIO_new (BIO_s_mem ());

  g_assert_cmpint (PEM_write_bio_PKCS8PrivateKey (out, key, pin != NULL ? EVP_aes_256_cbc () : NULL, pin, pin != NULL ? (int) strlen (pin) : 0,
                                                  NULL, NULL), ==, 1);
  return take_text (out);
}

char *
authority_list_pem (const Authority *self, long serial, gint64 at_us, gint64 made_us, gint64 until_us)
{
  X509_CRL *list = X509_CRL_new ();
  ASN1_TIME *when = ASN1_TIME_new ();
  BIO *out = BIO_new (BIO_s_mem ());

  X509_CRL_set_version (list, 1);
  X509_CRL_set_issuer_name (list, X509_get_subject_name (self->between));
  set_time (when, made_us);
  X509_CRL_set1_lastUpdate (list, when);
  set_time (when, until_us);
  X509_CRL_set1_nextUpdate (list, when);
  if (serial != 0) {
    X509_REVOKED *row = X509_REVOKED_new ();
    ASN1_INTEGER *number = ASN1_INTEGER_new ();

    ASN1_INTEGER_set (number, serial);
    X509_REVOKED_set_serialNumber (row, number);
    set_time (when, at_us);
    X509_REVOKED_set_revocationDate (row, when);
    X509_CRL_add0_revoked (list, row);
    ASN1_INTEGER_free (number);
  }
  {
    EVP_MD_CTX *context = signing_context (self->key);

    g_assert_cmpint (X509_CRL_sign_ctx (list, context), >, 0);
    free_context (context);
  }
  PEM_write_bio_X509_CRL (out, list);
  X509_CRL_free (list);
  ASN1_TIME_free (when);
  return take_text (out);
}
