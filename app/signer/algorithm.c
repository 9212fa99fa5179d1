#include "app/signer/algorithm.h"

#include "app/signer/openssl.h"

#include <glib/gi18n-lib.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <string.h>

static const struct {
  const char *word, *tag, *type, *group;
} table[FZ_N_ALGORITHMS] = {
  [FZ_ALGORITHM_ED25519] = { "ed25519", NULL, NULL, NULL },
  [FZ_ALGORITHM_SM2_SM3] = { "sm2", "fuzhen-sm2-sm3", "SM2", "SM2" },
  [FZ_ALGORITHM_ECDSA_P256] = { "ecdsa", "fuzhen-ecdsa-p256-sha256", "EC", "P-256" },
};

const char *
fz_algorithm_tag (FzAlgorithm self)
{
  return table[self].tag;
}

const char *
fz_algorithm_word (FzAlgorithm self)
{
  return table[self].word;
}

gboolean
fz_algorithm_from_word (const char *word, FzAlgorithm *out)
{
  for (guint i = 0; i < FZ_N_ALGORITHMS; i++)
    if (g_strcmp0 (word, table[i].word) == 0) {
      *out = i;
      return TRUE;
    }
  return FALSE;
}

static EVP_PKEY *
key_of (FzAlgorithm self, GBytes *public_key)
{
  gsize n = 0;
  const guint8 *point = g_bytes_get_data (public_key, &n);
  g_autoptr (EVP_PKEY_CTX) context = EVP_PKEY_CTX_new_from_name (NULL, table[self].type, NULL);
  OSSL_PARAM params[] = { OSSL_PARAM_construct_utf8_string (OSSL_PKEY_PARAM_GROUP_NAME, (char *) table[self].group, 0),
                          OSSL_PARAM_construct_octet_string (OSSL_PKEY_PARAM_PUB_KEY, (void *) point, n), OSSL_PARAM_construct_end () };
  EVP_PKEY *key = NULL;

  if (n != FZ_POINT_BYTES || point[0] != 4 || context == NULL || EVP_PKEY_fromdata_init (context) != 1 ||
      EVP_PKEY_fromdata (context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    ERR_clear_error ();
    return NULL;
  }
  return key;
}

EVP_MD_CTX *
fz_openssl_digest_context (EVP_PKEY *key, gboolean sm2)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  EVP_PKEY_CTX *of_key = EVP_PKEY_CTX_new (key, NULL);

  EVP_MD_CTX_set_pkey_ctx (context, of_key); /* which does not take it */
  if (sm2 && EVP_PKEY_CTX_set1_id (of_key, FZ_SM2_IDENTITY, (int) strlen (FZ_SM2_IDENTITY)) != 1)
    fz_openssl_digest_context_free (g_steal_pointer (&context));
  return context;
}

void
fz_openssl_digest_context_free (EVP_MD_CTX *self)
{
  EVP_PKEY_CTX *of_key = self != NULL ? EVP_MD_CTX_get_pkey_ctx (self) : NULL;

  EVP_MD_CTX_free (self);
  EVP_PKEY_CTX_free (of_key);
}

gboolean
fz_algorithm_key_id (FzAlgorithm self, const char *name, GBytes *public_key, guint32 *out, GError **error)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (public_key, &n);
  g_autoptr (EVP_PKEY) key = NULL;

  if (self == FZ_ALGORITHM_ED25519 && n == FZ_ED25519_PUBLIC_BYTES) {
    g_autoptr (FzVerifier) who = fz_verifier_new (name, bytes, error);

    *out = who != NULL ? fz_verifier_get_key_id (who) : 0;
    return who != NULL;
  }
  key = self != FZ_ALGORITHM_ED25519 ? key_of (self, public_key) : NULL;
  if (key != NULL && fz_note_name_valid (name)) {
    *out = fz_note_key_id_of (name, table[self].tag, bytes, n);
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”的公钥不是可用的 %s 公钥。"), name, table[self].word);
  return FALSE;
}

static gboolean
check_ed25519 (GBytes *public_key, const void *text, gsize n, const guint8 *signature, gsize n_signature)
{
  gsize n_key = 0;
  const guint8 *bytes = g_bytes_get_data (public_key, &n_key);
  g_autoptr (FzVerifier) who = n_key == FZ_ED25519_PUBLIC_BYTES ? fz_verifier_new ("key", bytes, NULL) : NULL;

  return who != NULL && n_signature == FZ_ED25519_SIGNATURE_BYTES && fz_verifier_check (who, text, n, signature);
}

/* The one DER spelling of r and s: a signature must not be changed without notice. */
static gboolean
is_canonical (const guint8 *signature, gsize n)
{
  const guint8 *at = signature;
  ECDSA_SIG *halves = n < 128 ? d2i_ECDSA_SIG (NULL, &at, (long) n) : NULL;
  guint8 *again = NULL;
  int n_again = halves != NULL ? i2d_ECDSA_SIG (halves, &again) : -1;
  gboolean same = n_again > 0 && (gsize) n_again == n && memcmp (again, signature, n) == 0;

  OPENSSL_free (again);
  ECDSA_SIG_free (halves);
  return same;
}

gboolean
fz_algorithm_check (FzAlgorithm self, GBytes *public_key, const void *text, gsize n, const guint8 *signature, gsize n_signature)
{
  g_autoptr (EVP_PKEY) key = NULL;
  EVP_MD_CTX *context;
  gboolean good;

  if (self == FZ_ALGORITHM_ED25519)
    return check_ed25519 (public_key, text, n, signature, n_signature);
  key = is_canonical (signature, n_signature) ? key_of (self, public_key) : NULL;
  context = key != NULL ? fz_openssl_digest_context (key, self == FZ_ALGORITHM_SM2_SM3) : NULL;
  good = context != NULL &&
         EVP_DigestVerifyInit (context, NULL, self == FZ_ALGORITHM_SM2_SM3 ? EVP_sm3 () : EVP_sha256 (), NULL, key) == 1 &&
         EVP_DigestVerify (context, signature, n_signature, text, n) == 1;
  fz_openssl_digest_context_free (context);
  ERR_clear_error ();
  return good;
}

/* Z: SM3 (bits of the identity as 2 bytes, identity, a, b, xG, yG, xA, yA), the curve's numbers as GM/T 0003.5 gives them. */
gboolean
fz_sm2_digest (GBytes *public_key, const void *text, gsize n, guint8 out[32])
{
  static const guint8 curve[] = {
    0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00,
    0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xfc, 0x28, 0xe9, 0xfa, 0x9e, 0x9d, 0x9f, 0x5e, 0x34, 0x4d, 0x5a, 0x9e, 0x4b,
    0xcf, 0x65, 0x09, 0xa7, 0xf3, 0x97, 0x89, 0xf5, 0x15, 0xab, 0x8f, 0x92, 0xdd, 0xbc, 0xbd, 0x41, 0x4d, 0x94, 0x0e, 0x93, 0x32, 0xc4,
    0xae, 0x2c, 0x1f, 0x19, 0x81, 0x19, 0x5f, 0x99, 0x04, 0x46, 0x6a, 0x39, 0xc9, 0x94, 0x8f, 0xe3, 0x0b, 0xbf, 0xf2, 0x66, 0x0b, 0xe1,
    0x71, 0x5a, 0x45, 0x89, 0x33, 0x4c, 0x74, 0xc7, 0xbc, 0x37, 0x36, 0xa2, 0xf4, 0xf6, 0x77, 0x9c, 0x59, 0xbd, 0xce, 0xe3, 0x6b, 0x69,
    0x21, 0x53, 0xd0, 0xa9, 0x87, 0x7c, 0xc6, 0x2a, 0x47, 0x40, 0x02, 0xdf, 0x32, 0xe5, 0x21, 0x39, 0xf0, 0xa0
  };
  static const guint8 bits[] = { 0, 8 * (sizeof FZ_SM2_IDENTITY - 1) };
  gsize n_key = 0;
  const guint8 *point = g_bytes_get_data (public_key, &n_key);
  EVP_MD_CTX *context = EVP_MD_CTX_new ();
  guint8 z[32];
  gboolean good = n_key == FZ_POINT_BYTES && EVP_DigestInit_ex (context, EVP_sm3 (), NULL) == 1 &&
                  EVP_DigestUpdate (context, bits, sizeof bits) == 1 &&
                  EVP_DigestUpdate (context, FZ_SM2_IDENTITY, strlen (FZ_SM2_IDENTITY)) == 1 &&
                  EVP_DigestUpdate (context, curve, sizeof curve) == 1 && EVP_DigestUpdate (context, point + 1, n_key - 1) == 1 &&
                  EVP_DigestFinal_ex (context, z, NULL) == 1 && EVP_DigestInit_ex (context, EVP_sm3 (), NULL) == 1 &&
                  EVP_DigestUpdate (context, z, sizeof z) == 1 && EVP_DigestUpdate (context, text, n) == 1 &&
                  EVP_DigestFinal_ex (context, out, NULL) == 1;

  EVP_MD_CTX_free (context);
  return good;
}

GBytes *
fz_signature_from_halves (const guint8 halves[64])
{
  ECDSA_SIG *signature = ECDSA_SIG_new ();
  guint8 *der = NULL;
  int n;
  GBytes *out;

  ECDSA_SIG_set0 (signature, BN_bin2bn (halves, 32, NULL), BN_bin2bn (halves + 32, 32, NULL));
  n = i2d_ECDSA_SIG (signature, &der);
  out = g_bytes_new (der, n > 0 ? (gsize) n : 0);
  OPENSSL_free (der);
  ECDSA_SIG_free (signature);
  return out;
}
