#include "tests/platform/crypto.h"

#include <gcrypt.h>
#include <string.h>

#define BLOCK 16

static const guint8 fixed_iv[BLOCK] = { 0xab, 0xcd, 0x08, 0x63, 0xef, 0x90, 0x87, 0xce,
                                        0xd6, 0x75, 0x98, 0x53, 0x21, 0xbe, 0xdf, 0x67 };

void
sim_crypto_start (void)
{
  g_assert_nonnull (gcry_check_version ("1.10.0"));
  gcry_control (GCRYCTL_DISABLE_SECMEM, 0);
  gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
}

static char *
to_hex (const guint8 *bytes, gsize n, const char *digits)
{
  char *hex = g_malloc (2 * n + 1);

  for (gsize i = 0; i < n; i++) {
    hex[2 * i] = digits[bytes[i] >> 4];
    hex[2 * i + 1] = digits[bytes[i] & 15];
  }
  hex[2 * n] = '\0';
  return hex;
}

char *
sim_sm3_hex (const void *bytes, gsize n)
{
  guint8 digest[32];

  gcry_md_hash_buffer (GCRY_MD_SM3, digest, bytes, n);
  return to_hex (digest, sizeof digest, "0123456789ABCDEF");
}

static gcry_cipher_hd_t
open_cipher (const guint8 *key, int mode)
{
  gcry_cipher_hd_t cipher = NULL;

  g_assert_cmpint (gcry_cipher_open (&cipher, GCRY_CIPHER_SM4, mode, 0), ==, 0);
  g_assert_cmpint (gcry_cipher_setkey (cipher, key, SIM_KEY_BYTES), ==, 0);
  if (mode == GCRY_CIPHER_MODE_CBC)
    g_assert_cmpint (gcry_cipher_setiv (cipher, fixed_iv, BLOCK), ==, 0);
  return cipher;
}

void
sim_sm4_block (const guint8 key[SIM_KEY_BYTES], const guint8 in[16], guint8 out[16])
{
  gcry_cipher_hd_t cipher = open_cipher (key, GCRY_CIPHER_MODE_ECB);

  g_assert_cmpint (gcry_cipher_encrypt (cipher, out, BLOCK, in, BLOCK), ==, 0);
  gcry_cipher_close (cipher);
}

char *
sim_encrypt (const guint8 key[SIM_KEY_BYTES], const char *text, gsize n)
{
  gsize padded = (n / BLOCK + 1) * BLOCK;
  g_autofree guint8 *bytes = g_malloc0 (padded);
  gcry_cipher_hd_t cipher = open_cipher (key, GCRY_CIPHER_MODE_CBC);

  memcpy (bytes, text, n);
  bytes[n] = 0x80;
  g_assert_cmpint (gcry_cipher_encrypt (cipher, bytes, padded, NULL, 0), ==, 0);
  gcry_cipher_close (cipher);
  return to_hex (bytes, padded, "0123456789abcdef");
}

static int
lower_hex_digit (char c)
{
  return (c >= '0' && c <= '9') ? c - '0' : (c >= 'a' && c <= 'f') ? c - 'a' + 10 : -1;
}

static guint8 *
from_lower_hex (const char *hex, gsize hex_n)
{
  g_autofree guint8 *bytes = g_malloc (hex_n / 2 + 1);

  for (gsize i = 0; i + 1 < hex_n; i += 2) {
    int high = lower_hex_digit (hex[i]), low = lower_hex_digit (hex[i + 1]);

    if (high < 0 || low < 0)
      return NULL;
    bytes[i / 2] = (guint8) (high * 16 + low);
  }
  return g_steal_pointer (&bytes);
}

char *
sim_decrypt (const guint8 key[SIM_KEY_BYTES], const char *hex, gsize hex_n, gsize *n, const char **reason)
{
  g_autofree guint8 *bytes = NULL;
  gcry_cipher_hd_t cipher = NULL;
  gsize end = hex_n / 2;

  *reason = "not lower-case hex of whole blocks";
  if (hex_n == 0 || hex_n % (2 * BLOCK) != 0 || (bytes = from_lower_hex (hex, hex_n)) == NULL)
    return NULL;
  cipher = open_cipher (key, GCRY_CIPHER_MODE_CBC);
  g_assert_cmpint (gcry_cipher_decrypt (cipher, bytes, end, NULL, 0), ==, 0);
  gcry_cipher_close (cipher);

  *reason = "padding";
  for (gsize pad = 0; pad < BLOCK; pad++) {
    end--;
    if (bytes[end] == 0x80) {
      *n = end;
      bytes[end] = '\0';
      return (char *) g_steal_pointer (&bytes);
    }
    if (bytes[end] != 0)
      return NULL;
  }
  return NULL;
}

gboolean
sim_key_from_hex (const char *hex, guint8 key[SIM_KEY_BYTES])
{
  g_autofree char *lower = g_ascii_strdown (hex, -1);
  g_autofree guint8 *bytes = NULL;

  if (strlen (lower) != 2 * SIM_KEY_BYTES || (bytes = from_lower_hex (lower, strlen (lower))) == NULL)
    return FALSE;
  memcpy (key, bytes, SIM_KEY_BYTES);
  return TRUE;
}
