/* app/signer/openssl.h: what the files of this folder share of OpenSSL; not for other folders. */
#pragma once

#include <glib.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY_CTX, EVP_PKEY_CTX_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)

/* For signing or checking with this key; for SM2 with the identity of GM/T 0009. NULL: this OpenSSL cannot. */
EVP_MD_CTX *fz_openssl_digest_context (EVP_PKEY *key, gboolean sm2);
/* NULL is fine. */
void fz_openssl_digest_context_free (EVP_MD_CTX *self);
