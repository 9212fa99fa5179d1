/* A key file of a CA (软证书): PEM with one encrypted private key and its certificates, the signer's first. The key stands in OpenSSL's
 * secure heap, locked and wiped, from the PIN to the last envelope. */
#include "app/signer/certificate.h"
#include "app/signer/openssl.h"
#include "app/signer/signer.h"

#include <glib/gi18n-lib.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

#define MAX_FILE_BYTES (1024 * 1024)
#define SECURE_HEAP_BYTES (64 * 1024)

typedef struct {
  char *path;
  GBytes *pem;
  FzAlgorithm algorithm;
  EVP_PKEY *key; /* NULL: not authorised */
} KeyFile;

static GBytes *
read_file (const char *path, GError **error)
{
  char *text = NULL;
  gsize n = 0;

  if (path != NULL && g_file_get_contents (path, &text, &n, NULL) && n <= MAX_FILE_BYTES)
    return g_bytes_new_take (text, n);
  g_free (text);
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("密钥文件“%s”不在或不能读取。请插入存放它的介质后再试。"), path != NULL ? path : "");
  return NULL;
}

static GPtrArray *
enumerate (const FzSignerPlace *place, GError **error)
{
  GPtrArray *slots = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_signer_slot_free);
  FzSignerSlot *slot;

  if (place->file == NULL || !g_file_test (place->file, G_FILE_TEST_IS_REGULAR))
    return slots;
  slot = g_new0 (FzSignerSlot, 1);
  slot->id = g_strdup (place->file);
  slot->label = g_path_get_basename (place->file);
  g_ptr_array_add (slots, slot);
  return slots;
}

/* The file says it is encrypted: what lies open on a disk is nobody's own (Electronic Signature Law art. 13). */
static gboolean
is_encrypted (GBytes *pem)
{
  gsize n = 0;
  const char *text = g_bytes_get_data (pem, &n);

  return g_strstr_len (text, (gssize) n, "-----BEGIN ENCRYPTED PRIVATE KEY-----") != NULL &&
         g_strstr_len (text, (gssize) n, "-----BEGIN PRIVATE KEY-----") == NULL &&
         g_strstr_len (text, (gssize) n, "-----BEGIN EC PRIVATE KEY-----") == NULL;
}

static FzSignerInfo *
info_of (const char *path, GBytes *pem, GError **error)
{
  g_autoptr (FzChain) chain = fz_chain_new ();
  g_autoptr (GBytes) public_key = NULL;
  g_autofree char *name = g_path_get_basename (path);
  gsize n = 0;
  const char *text = g_bytes_get_data (pem, &n);
  FzAlgorithm algorithm;
  FzSignerInfo *info;

  if (!is_encrypted (pem)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中没有加密的私钥。请使用带密码保护的密钥文件。"), name);
    return NULL;
  }
  if (!fz_chain_add_pem (chain, text, n, error))
    return NULL;
  if (chain->certificates->len == 0 || !fz_certificate_get_key (chain->certificates->pdata[0], &algorithm, &public_key)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中没有可用于签名的证书。"), name);
    return NULL;
  }
  info = fz_signer_info_new (algorithm, name, fz_certificate_get_sha256 (chain->certificates->pdata[0]), public_key);
  for (guint i = 0; i < chain->certificates->len; i++)
    g_ptr_array_add (info->chain, g_bytes_ref (fz_certificate_get_der (chain->certificates->pdata[i])));
  return info;
}

static gpointer
open_file (const FzSignerPlace *place, const char *slot, FzSignerInfo **info, GError **error)
{
  g_autoptr (GBytes) pem = NULL;
  KeyFile *self;

  if (g_strcmp0 (slot, place->file) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("密钥文件“%s”不在或不能读取。请插入存放它的介质后再试。"), slot);
    return NULL;
  }
  pem = read_file (slot, error);
  *info = pem != NULL ? info_of (slot, pem, error) : NULL;
  if (*info == NULL)
    return NULL;
  if (!CRYPTO_secure_malloc_initialized ())
    CRYPTO_secure_malloc_init (SECURE_HEAP_BYTES, 32);
  self = g_new0 (KeyFile, 1);
  self->path = g_strdup (slot);
  self->pem = g_steal_pointer (&pem);
  self->algorithm = (*info)->algorithm;
  return self;
}

static void
forget (gpointer token)
{
  KeyFile *self = token;

  g_clear_pointer (&self->key, EVP_PKEY_free);
}

static int
give_pin (char *out, int most, int writing, void *data)
{
  const FzSecret *pin = data;
  gsize n = fz_secret_size (pin);

  /* HMAC fills a short key up with zeroes: without this a zero behind the PIN would be the same PIN. */
  if (n == 0 || n > (gsize) most || memchr (fz_secret_get (pin), '\0', n) != NULL)
    return -1;
  memcpy (out, fz_secret_get (pin), n);
  return (int) n;
}

static FzSignerStatus
status (gpointer token)
{
  const KeyFile *self = token;

  return g_file_test (self->path, G_FILE_TEST_IS_REGULAR) ? FZ_SIGNER_READY : FZ_SIGNER_REMOVED;
}

static gboolean
authorise (gpointer token, const FzSecret *pin, GError **error)
{
  KeyFile *self = token;
  gsize n = 0;
  const void *text = g_bytes_get_data (self->pem, &n);
  g_autoptr (BIO) in = BIO_new_mem_buf (text, (int) n);

  forget (self);
  self->key = PEM_read_bio_PrivateKey (in, NULL, give_pin, (void *) pin);
  ERR_clear_error ();
  if (self->key != NULL)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _ ("密钥文件的密码不正确。"));
  return FALSE;
}

static GBytes *
sign (gpointer token, const void *text, gsize n, GError **error)
{
  KeyFile *self = token;
  guint8 signature[256];
  gsize n_signature = sizeof signature;
  gboolean sm2 = self->algorithm == FZ_ALGORITHM_SM2_SM3;
  const EVP_MD *digest = sm2 ? EVP_sm3 () : self->algorithm == FZ_ALGORITHM_ECDSA_P256 ? EVP_sha256 () : NULL;
  EVP_MD_CTX *context = fz_openssl_digest_context (self->key, sm2);
  gboolean good = context != NULL && EVP_DigestSignInit (context, NULL, digest, NULL, self->key) == 1 &&
                  EVP_DigestSign (context, signature, &n_signature, text, n) == 1;

  fz_openssl_digest_context_free (context);
  ERR_clear_error ();
  if (good)
    return g_bytes_new (signature, n_signature);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("本机的 OpenSSL 不能用这个密钥文件签名。请系统管理员安装带国密算法的 OpenSSL 3。"));
  return NULL;
}

static void
close_file (gpointer token)
{
  KeyFile *self = token;

  forget (self);
  g_bytes_unref (self->pem);
  g_free (self->path);
  g_free (self);
}

const FzSignerProvider fz_signer_file = { "file", enumerate, open_file, authorise, sign, forget, status, close_file, NULL, NULL };
