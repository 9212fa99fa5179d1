/* db/keyfile_private.h: the parts of a key file, for db/keyfile*.c. */
#pragma once

#include "db/keyfile.h"

typedef struct {
  char *staff;
  FzKeyCosts costs;
  guint8 salt[FZ_KEY_SALT_BYTES];
  GBytes *sealed; /* store key under K */
  /* the signing key; `seed` NULL: none */
  guint8 pin_salt[FZ_KEY_SALT_BYTES];
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  GBytes *seed;
} FzKeySlot;

struct _FzKeyFile {
  char *dir; /* NULL: read from bytes, cannot change */
  char *state_dir;
  guint8 identity[FZ_STORE_IDENTITY_BYTES];
  guint32 key_version;
  gboolean demo;
  FzKeyCosts costs;
  GPtrArray *slots; /* FzKeySlot */
  GBytes *recovery; /* store key under the shared secret; NULL before the first shares */
  FzSecret *device; /* NULL when this device has none */
  FzRandom random;
  gpointer random_data;
  GBytes *written; /* as it stands on the disk */
};

void fz_key_slot_free (FzKeySlot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzKeySlot, fz_key_slot_free)
FzKeySlot *fz_keyfile_find (const FzKeyFile *self, const char *staff);
/* What a seal is bound to: purpose, identity and, where it matters, person and more. */
char *fz_keyfile_about (const FzKeyFile *self, const char *purpose, const char *staff, const char *more);
/* Writes the file; on failure the object is again what stands on the disk. */
gboolean fz_keyfile_save (FzKeyFile *self, GError **error);
/* keyfile_text.c */
gboolean fz_keyfile_scan (FzKeyFile *self, GBytes *bytes, GError **error);
char *fz_keyfile_hex (const guint8 *bytes, gsize n);
