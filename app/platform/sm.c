#include "app/platform/sm.h"

#include <glib/gi18n-lib.h>
#include <openssl/evp.h>
#include <string.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_MD, EVP_MD_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER, EVP_CIPHER_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_CIPHER_CTX, EVP_CIPHER_CTX_free)

static char *
hex (const guint8 *bytes, gsize n, const char *digits)
{
  char *text = g_malloc (2 * n + 1);

  for (gsize i = 0; i < n; i++)
    {
      text[2 * i] = digits[bytes[i] >> 4];
      text[2 * i + 1] = digits[bytes[i] & 15];
    }
  text[2 * n] = '\0';
  return text;
}

static void
no_algorithm (GError **error, const char *name)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED,
               _("本机的 OpenSSL 不提供 %s，无法与监管平台通信。\n请系统管理员安装带国密算法的 OpenSSL 3。"), name);
}

char *
fz_sm3_hex (const void *bytes, gsize n, GError **error)
{
  g_autoptr (EVP_MD) sm3 = EVP_MD_fetch (NULL, "SM3", NULL);
  guint8 digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;

  if (sm3 == NULL || EVP_Digest (bytes, n, digest, &size, sm3, NULL) != 1)
    {
      no_algorithm (error, "SM3");
      return NULL;
    }
  return hex (digest, size, "0123456789ABCDEF");
}

/* The last block, padded by hand: OpenSSL only knows PKCS#7 for SM4. */
static void
pad_tail (guint8 block[FZ_SM4_BLOCK_BYTES], const guint8 *plain, gsize n)
{
  gsize rest = n % FZ_SM4_BLOCK_BYTES;

  memset (block, 0, FZ_SM4_BLOCK_BYTES);
  if (rest > 0)
    memcpy (block, plain + n - rest, rest);
  block[rest] = 0x80;
}

char *
fz_sm4_cbc_hex (const FzSecret *key, const guint8 iv[FZ_SM4_BLOCK_BYTES], const void *plain, gsize n, GError **error)
{
  g_autoptr (EVP_CIPHER) sm4 = EVP_CIPHER_fetch (NULL, "SM4-CBC", NULL);
  g_autoptr (EVP_CIPHER_CTX) context = EVP_CIPHER_CTX_new ();
  g_autofree guint8 *cipher = NULL;
  gsize whole = n - n % FZ_SM4_BLOCK_BYTES;
  guint8 tail[FZ_SM4_BLOCK_BYTES];
  int head_size = 0, tail_size = 0;
  gboolean done;

  g_return_val_if_fail (fz_secret_size (key) == FZ_SM4_KEY_BYTES, NULL);
  g_return_val_if_fail (n <= G_MAXINT - FZ_SM4_BLOCK_BYTES, NULL);

  cipher = g_malloc (whole + FZ_SM4_BLOCK_BYTES);
  pad_tail (tail, plain, n);
  done = sm4 != NULL && EVP_EncryptInit_ex2 (context, sm4, fz_secret_get (key), iv, NULL) == 1 &&
         EVP_CIPHER_CTX_set_padding (context, 0) == 1 &&
         (whole == 0 || EVP_EncryptUpdate (context, cipher, &head_size, plain, (int) whole) == 1) &&
         EVP_EncryptUpdate (context, cipher + head_size, &tail_size, tail, FZ_SM4_BLOCK_BYTES) == 1;
  fz_secret_wipe (tail, sizeof tail);
  if (!done)
    {
      no_algorithm (error, "SM4-CBC");
      return NULL;
    }
  g_assert ((gsize) head_size + (gsize) tail_size == whole + FZ_SM4_BLOCK_BYTES);
  return hex (cipher, whole + FZ_SM4_BLOCK_BYTES, "0123456789abcdef");
}

char *
fz_platform_signature (const FzSignedHeaders *headers, GError **error)
{
  g_autofree char *text =
    g_strdup_printf ("x-ca-key:%s&x-ca-nonce:%s&x-ca-timestamp:%" G_GINT64_FORMAT
                     "&x-content-md5:%s&x-service-id:%s&x-service-method:%s",
                     headers->key, headers->nonce, headers->timestamp_ms, headers->content_md5, headers->service_id, headers->method);

  return fz_sm3_hex (text, strlen (text), error);
}
