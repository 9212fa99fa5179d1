/* db/seal_block.c: XChaCha20-Poly1305 over one block (密封块). */
#include "db/seal_block.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (FZ_SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
G_STATIC_ASSERT (FZ_SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES);
G_STATIC_ASSERT (FZ_SEAL_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES);

#define IDENTITY_BYTES 16
#define PLACE_BYTES (IDENTITY_BYTES + 4 + 4 + 8 + 8)

/* Written out byte by byte, least significant first, so that a file moves between machines. */
static guint8 *
put_number (guint8 *to, guint64 value, gsize bytes)
{
  for (gsize i = 0; i < bytes; i++) {
    to[i] = (guint8) (value >> (8 * i));
  }
  return to + bytes;
}

static void
put_place (const FzSealPlace *place, guint8 out[PLACE_BYTES])
{
  memcpy (out, place->identity, IDENTITY_BYTES);
  guint8 *at = out + IDENTITY_BYTES;
  at = put_number (at, place->key_version, 4);
  at = put_number (at, (guint64) place->kind, 4);
  at = put_number (at, place->generation, 8);
  put_number (at, place->number, 8);
}

void
fz_seal_block_close (const FzSealPlace *place, const guint8 *plain, gsize n, guint8 *sealed)
{
  guint8 where[PLACE_BYTES];
  guint8 *nonce = sealed + n;

  put_place (place, where);
  randombytes_buf (nonce, FZ_SEAL_NONCE_BYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached (sealed, nonce + FZ_SEAL_NONCE_BYTES, NULL, plain, n, where,
                                                       sizeof where, NULL, nonce, place->key);
}

gboolean
fz_seal_block_open (const FzSealPlace *place, const guint8 *sealed, gsize n, guint8 *plain)
{
  guint8 where[PLACE_BYTES];
  const guint8 *nonce = sealed + n;

  put_place (place, where);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt_detached (plain, NULL, sealed, n, nonce + FZ_SEAL_NONCE_BYTES, where,
                                                           sizeof where, nonce, place->key) == 0) {
    return TRUE;
  }
  memset (plain, 0, n);
  return FALSE;
}
