/* tests/signer/authority.h: a small CA of its own (root, one below it) with SM2 or P-256 keys. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

typedef struct _Authority Authority;
typedef struct {
  const char *name;      /* CN */
  gint64 from_us, until_us;
  const char *key_usage; /* NULL: digitalSignature,nonRepudiation */
  long serial;
  const char *purpose;   /* extended key usage; NULL: none */
  const char *also;      /* subjectAltName; NULL: none */
} AuthorityLeaf;

/* `group`: SM2 or P-256; both certificates are in force for ten years around at_us. */
Authority *authority_new (const char *group, gint64 at_us);
void authority_free (Authority *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Authority, authority_free)
/* (transfer full) */
EVP_PKEY *authority_key_new (const char *group);
/* The same as an X509 of OpenSSL. (transfer full) */
X509 *authority_issue_x509 (Authority *self, EVP_PKEY *key, const AuthorityLeaf *leaf);
GBytes *authority_issue (Authority *self, EVP_PKEY *key, const AuthorityLeaf *leaf);
/* PEM: the root; the one below it. */
char *authority_root_pem (const Authority *self);
char *authority_between_pem (const Authority *self);
/* PEM of a list that revokes this serial (0: nobody) since at_us. */
char *authority_list_pem (const Authority *self, long serial, gint64 at_us, gint64 made_us, gint64 until_us);
/* PEM of the key under this PIN (NULL: open), and of the certificate. */
char *authority_key_pem (EVP_PKEY *key, const char *pin);
char *authority_certificate_pem (GBytes *der);
