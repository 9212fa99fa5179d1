#include "tests/platform/identity.h"

#include <openssl/evp.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <string.h>

#define MARK "-----BEGIN CERTIFICATE-----"

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)

void
sim_identity_free (SimIdentity *self)
{
  if (self == NULL)
    return;
  g_free (self->ca_pem);
  g_free (self->server_pem);
  g_free (self);
}

static void
add_extension (X509 *certificate, X509 *issuer, int nid, const char *value)
{
  X509V3_CTX context;
  X509_EXTENSION *extension = NULL;

  X509V3_set_ctx (&context, issuer, certificate, NULL, NULL, 0);
  extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  g_assert_nonnull (extension);
  g_assert_cmpint (X509_add_ext (certificate, extension, -1), ==, 1);
  X509_EXTENSION_free (extension);
}

static X509 *
new_certificate (EVP_PKEY *key, const char *name)
{
  X509 *certificate = X509_new ();
  gint64 serial = 0;

  g_assert_cmpint (RAND_bytes ((unsigned char *) &serial, sizeof serial), ==, 1);
  X509_set_version (certificate, X509_VERSION_3);
  ASN1_INTEGER_set_int64 (X509_get_serialNumber (certificate), (serial & G_MAXINT64) | 1);
  X509_gmtime_adj (X509_getm_notBefore (certificate), -24 * 3600);
  X509_gmtime_adj (X509_getm_notAfter (certificate), 30 * 24 * 3600);
  X509_set_pubkey (certificate, key);
  X509_NAME_add_entry_by_txt (X509_get_subject_name (certificate), "CN", MBSTRING_UTF8, (const unsigned char *) name,
                              -1, -1, 0);
  return certificate;
}

static char *
to_pem (X509 *certificate, EVP_PKEY *key)
{
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  char *bytes = NULL;
  long n = 0;

  PEM_write_bio_X509 (bio, certificate);
  if (key != NULL)
    PEM_write_bio_PrivateKey (bio, key, NULL, NULL, 0, NULL, NULL);
  n = BIO_get_mem_data (bio, &bytes);
  return g_strndup (bytes, (gsize) n);
}

SimIdentity *
sim_identity_new (void)
{
  SimIdentity *self = g_new0 (SimIdentity, 1);
  g_autoptr (EVP_PKEY) ca_key = EVP_EC_gen ("P-256");
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) ca = new_certificate (ca_key, "Simulated supervision platform authority");
  g_autoptr (X509) server = new_certificate (key, "Simulated supervision platform");

  X509_set_issuer_name (ca, X509_get_subject_name (ca));
  add_extension (ca, ca, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  add_extension (ca, ca, NID_key_usage, "critical,keyCertSign,cRLSign");
  add_extension (ca, ca, NID_subject_key_identifier, "hash");
  g_assert_cmpint (X509_sign (ca, ca_key, EVP_sha256 ()), >, 0);

  X509_set_issuer_name (server, X509_get_subject_name (ca));
  add_extension (server, ca, NID_basic_constraints, "critical,CA:FALSE");
  add_extension (server, ca, NID_key_usage, "critical,digitalSignature");
  add_extension (server, ca, NID_ext_key_usage, "serverAuth");
  add_extension (server, ca, NID_subject_alt_name, "IP:127.0.0.1,IP:::1,DNS:localhost");
  add_extension (server, ca, NID_authority_key_identifier, "keyid:always");
  g_assert_cmpint (X509_sign (server, ca_key, EVP_sha256 ()), >, 0);

  self->ca_pem = to_pem (ca, NULL);
  self->server_pem = to_pem (server, key);
  return self;
}

SimIdentity *
sim_identity_keep (const char *path, GError **error)
{
  g_autoptr (SimIdentity) self = NULL;
  g_autofree char *both = NULL;
  const char *second = NULL;

  if (g_file_get_contents (path, &both, NULL, NULL)) {
    second = strstr (both + strlen (MARK), MARK);
    if (second == NULL) {
      g_set_error (error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: not a kept identity", path);
      return NULL;
    }
    self = g_new0 (SimIdentity, 1);
    self->ca_pem = g_strndup (both, (gsize) (second - both));
    self->server_pem = g_strdup (second);
    return g_steal_pointer (&self);
  }
  self = sim_identity_new ();
  both = g_strconcat (self->ca_pem, self->server_pem, NULL);
  if (!g_file_set_contents_full (path, both, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, error))
    return NULL;
  return g_steal_pointer (&self);
}
