#include "db/key_derive.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (FZ_KEY_SALT_BYTES == crypto_pwhash_argon2id_SALTBYTES);
G_STATIC_ASSERT (FZ_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES);
G_STATIC_ASSERT (FZ_KEY_SEALED_EXTRA
                 == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES);

#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES

FzKeyCosts
fz_key_costs_release (void)
{
  return (FzKeyCosts) { 256 * 1024, 3, 64 * 1024, 2 };
}

FzKeyCosts
fz_key_costs_demo (void)
{
  return (FzKeyCosts) { 8, 1, 8, 1 };
}

gboolean
fz_key_costs_reach (const FzKeyCosts *self, const FzKeyCosts *floor)
{
  return self->password_memory_kib >= floor->password_memory_kib && self->password_passes >= floor->password_passes &&
         self->pin_memory_kib >= floor->pin_memory_kib && self->pin_passes >= floor->pin_passes;
}

static FzSecret *
argon2id (const FzSecret *password, const guint8 *salt, guint32 memory_kib, guint32 passes, GError **error)
{
  g_autoptr (FzSecret) out = fz_secret_new (FZ_KEY_BYTES);
  const char *text = (const char *) fz_secret_get (password);

  if (crypto_pwhash_argon2id (fz_secret_get_writable (out), FZ_KEY_BYTES, text, fz_secret_size (password), salt, passes,
                              (gsize) memory_kib * 1024, crypto_pwhash_argon2id_ALG_ARGON2ID13)
      == 0)
    return g_steal_pointer (&out);
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("内存不足，无法核对口令（需要 %u MiB）。\n请关闭其他程序后重试。"),
               memory_kib / 1024);
  return NULL;
}

/* BLAKE2b-256 over a purpose and one or two secrets of fixed length. */
static FzSecret *
mix (const char *purpose, const FzSecret *first, const FzSecret *second)
{
  FzSecret *out = fz_secret_new (FZ_KEY_BYTES);
  crypto_generichash_state state;

  crypto_generichash_init (&state, NULL, 0, FZ_KEY_BYTES);
  crypto_generichash_update (&state, (const guint8 *) purpose, strlen (purpose) + 1);
  crypto_generichash_update (&state, fz_secret_get (first), fz_secret_size (first));
  if (second != NULL)
    crypto_generichash_update (&state, fz_secret_get (second), fz_secret_size (second));
  crypto_generichash_final (&state, fz_secret_get_writable (out), FZ_KEY_BYTES);
  fz_secret_wipe (&state, sizeof state);
  return out;
}

FzSecret *
fz_key_of_person (const FzSecret *password, const guint8 salt[FZ_KEY_SALT_BYTES], const FzKeyCosts *costs,
                  const FzSecret *device, GError **error)
{
  g_autoptr (FzSecret) stretched
      = argon2id (password, salt, costs->password_memory_kib, costs->password_passes, error);

  return stretched != NULL ? mix ("fuzhen.key.person/v1", stretched, device) : NULL;
}

FzSecret *
fz_key_of_pin (const FzSecret *person_key, const FzSecret *pin, const guint8 salt[FZ_KEY_SALT_BYTES],
               const FzKeyCosts *costs, GError **error)
{
  g_autoptr (FzSecret) stretched = argon2id (pin, salt, costs->pin_memory_kib, costs->pin_passes, error);

  return stretched != NULL ? mix ("fuzhen.key.pin/v1", person_key, stretched) : NULL;
}

FzSecret *
fz_key_for (const FzSecret *from, const char *purpose)
{
  return mix (purpose, from, NULL);
}

void
fz_key_fill (void *out, gsize n, FzRandom random, gpointer random_data)
{
  if (random != NULL)
    random (out, n, random_data);
  else
    randombytes_buf (out, n);
}

GBytes *
fz_key_seal (const FzSecret *key, const FzSecret *plain, const char *about, FzRandom random, gpointer random_data)
{
  gsize n = fz_secret_size (plain);
  guint8 *out = g_malloc (n + FZ_KEY_SEALED_EXTRA);

  fz_key_fill (out, NONCE_BYTES, random, random_data);
  crypto_aead_xchacha20poly1305_ietf_encrypt (out + NONCE_BYTES, NULL, fz_secret_get (plain), n,
                                              (const guint8 *) about, strlen (about), NULL, out, fz_secret_get (key));
  return g_bytes_new_take (out, n + FZ_KEY_SEALED_EXTRA);
}

FzSecret *
fz_key_unseal (const FzSecret *key, GBytes *sealed, const char *about)
{
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (sealed, &n);
  g_autoptr (FzSecret) plain = NULL;

  if (n < FZ_KEY_SEALED_EXTRA)
    return NULL;
  plain = fz_secret_new (n - FZ_KEY_SEALED_EXTRA);
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (fz_secret_get_writable (plain), NULL, NULL, bytes + NONCE_BYTES,
                                                  n - NONCE_BYTES, (const guint8 *) about, strlen (about), bytes,
                                                  fz_secret_get (key))
      != 0)
    return NULL;
  return g_steal_pointer (&plain);
}
