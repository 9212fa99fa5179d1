/* db/key_derive.h: from passwords, PINs and the device to keys, and small things sealed with them (密钥派生). */
#pragma once

#include "core/error.h"
#include "core/secret.h"
#include "db/store.h"

#define FZ_KEY_BYTES 32
#define FZ_KEY_SALT_BYTES 16
#define FZ_KEY_SEALED_EXTRA 40 /* nonce 24, tag 16 */

/* Argon2id. The release costs are the floor for every store that is no demo. */
typedef struct {
  guint32 password_memory_kib;
  guint32 password_passes;
  guint32 pin_memory_kib;
  guint32 pin_passes;
} FzKeyCosts;

/* Password 256 MiB and 3 passes, PIN 64 MiB and 2. */
FzKeyCosts fz_key_costs_release (void);
/* The least Argon2id takes: for demo stores and tests. */
FzKeyCosts fz_key_costs_demo (void);
/* TRUE when no part is below `floor`. */
gboolean fz_key_costs_reach (const FzKeyCosts *self, const FzKeyCosts *floor);

/* K = BLAKE2b(Argon2id(password, salt), device secret). RETRY when there is no memory for it. */
FzSecret *fz_key_of_person (const FzSecret *password, const guint8 salt[FZ_KEY_SALT_BYTES], const FzKeyCosts *costs,
                            const FzSecret *device, GError **error);
/* BLAKE2b(K, Argon2id(PIN, salt)). */
FzSecret *fz_key_of_pin (const FzSecret *person_key, const FzSecret *pin, const guint8 salt[FZ_KEY_SALT_BYTES],
                         const FzKeyCosts *costs, GError **error);
/* BLAKE2b of one secret for one purpose. */
FzSecret *fz_key_for (const FzSecret *from, const char *purpose);

/* XChaCha20-Poly1305 with the nonce in front; `about` is bound and not kept. */
GBytes *fz_key_seal (const FzSecret *key, const FzSecret *plain, const char *about, FzRandom random, gpointer random_data);
/* NULL when it does not open. */
FzSecret *fz_key_unseal (const FzSecret *key, GBytes *sealed, const char *about);
/* libsodium's generator when `random` is NULL. */
void fz_key_fill (void *out, gsize n, FzRandom random, gpointer random_data);
