#include "tests/platform_client/certificate.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

static void
extend (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension;

  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  g_assert_cmpint (X509_add_ext (certificate, extension, -1), ==, 1);
  X509_EXTENSION_free (extension);
}

static X509 *
certificate_new (const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key, const char *alternative, const EVP_MD *digest, int from_days, int until_days)
{
  X509 *self = X509_new ();
  X509_NAME *subject = X509_get_subject_name (self);

  g_assert_cmpint (X509_set_version (self, 2), ==, 1);
  ASN1_INTEGER_set (X509_get_serialNumber (self), g_random_int_range (1, G_MAXINT));
  X509_time_adj_ex (X509_getm_notBefore (self), from_days, 0, NULL);
  X509_time_adj_ex (X509_getm_notAfter (self), until_days, 0, NULL);
  X509_NAME_add_entry_by_txt (subject, "CN", MBSTRING_UTF8, (const guchar *) name, -1, -1, 0);
  X509_set_issuer_name (self, issuer != NULL ? X509_get_subject_name (issuer) : subject);
  X509_set_pubkey (self, key);
  extend (self, issuer != NULL ? issuer : self, NID_basic_constraints, issuer != NULL ? "critical,CA:FALSE" : "critical,CA:TRUE");
  if (alternative != NULL)
    extend (self, issuer != NULL ? issuer : self, NID_subject_alt_name, alternative);
  g_assert_cmpint (X509_sign (self, issuer_key, digest), >, 0);
  return self;
}

static char *
to_pem (X509 *certificate, EVP_PKEY *key)
{
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  char *text;
  long n;

  g_assert_cmpint (PEM_write_bio_X509 (out, certificate), ==, 1);
  if (key != NULL)
    g_assert_cmpint (PEM_write_bio_PKCS8PrivateKey (out, key, NULL, NULL, 0, NULL, NULL), ==, 1);
  n = BIO_get_mem_data (out, &text);
  return g_strndup (text, (gsize) n);
}

static TestIdentity *
identity_new (const char *address, TestFlaw flaw, int from_days, int until_days)
{
  TestIdentity *self = g_new0 (TestIdentity, 1);
  g_autoptr (EVP_PKEY) ca_key = EVP_EC_gen ("P-256"), key = EVP_EC_gen ("P-256");
  g_autofree char *alternative = g_strdup_printf ("IP:%s", address);
  const EVP_MD *digest = flaw == FLAW_SHA1 ? EVP_sha1 () : EVP_sha256 ();
  g_autoptr (X509) ca = certificate_new ("Test Authority", ca_key, NULL, ca_key, NULL, EVP_sha256 (), -100, 100);
  g_autoptr (X509) leaf = flaw == FLAW_SELF_SIGNED ? certificate_new ("test", key, NULL, key, alternative, digest, from_days, until_days)
                                                   : certificate_new ("test", key, ca, ca_key, alternative, digest, from_days, until_days);

  self->ca_pem = to_pem (ca, NULL);
  self->leaf_pem = to_pem (leaf, key);
  self->ca = g_steal_pointer (&ca);
  self->ca_key = g_steal_pointer (&ca_key);
  self->leaf = g_steal_pointer (&leaf);
  return self;
}

TestIdentity *
test_identity_new (const char *address, int from_days, int until_days)
{
  return identity_new (address, FLAW_NONE, from_days, until_days);
}

TestIdentity *
test_identity_new_flawed (const char *address, TestFlaw flaw)
{
  return identity_new (address, flaw, -1, 30);
}

char *
test_identity_list (const TestIdentity *self, const TestIdentity *by, gboolean revoked, int from_days, int until_days)
{
  X509_CRL *list = X509_CRL_new ();
  g_autoptr (BIO) out = BIO_new (BIO_s_mem ());
  ASN1_TIME *from = X509_time_adj_ex (NULL, from_days, 0, NULL), *until = X509_time_adj_ex (NULL, until_days, 0, NULL);
  char *text;
  long n;

  g_assert_cmpint (X509_CRL_set_version (list, 1), ==, 1);
  X509_CRL_set_issuer_name (list, X509_get_subject_name (self->ca));
  X509_CRL_set1_lastUpdate (list, from);
  X509_CRL_set1_nextUpdate (list, until);
  if (revoked) {
    X509_REVOKED *row = X509_REVOKED_new ();

    X509_REVOKED_set_serialNumber (row, X509_get_serialNumber (self->leaf));
    X509_REVOKED_set_revocationDate (row, from);
    g_assert_cmpint (X509_CRL_add0_revoked (list, row), ==, 1);
  }
  g_assert_cmpint (X509_CRL_sign (list, by != NULL ? by->ca_key : self->ca_key, EVP_sha256 ()), >, 0);
  g_assert_cmpint (PEM_write_bio_X509_CRL (out, list), ==, 1);
  ASN1_TIME_free (from);
  ASN1_TIME_free (until);
  X509_CRL_free (list);
  n = BIO_get_mem_data (out, &text);
  return g_strndup (text, (gsize) n);
}

void
test_identity_free (TestIdentity *self)
{
  X509_free (self->ca);
  EVP_PKEY_free (self->ca_key);
  X509_free (self->leaf);
  g_free (self->ca_pem);
  g_free (self->leaf_pem);
  g_free (self);
}
