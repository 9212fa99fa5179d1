/* db/keyfile_private.h: the parts of a key file, for db/keyfile*.c. */
#pragma once

#include "db/keyfile.h"

/* Where a store key can be left for who holds a secret, by anybody who has the store key: an X25519 key pair made from the secret. */
typedef struct {
  gboolean there;
  guint8 public_key[FZ_KEY_BYTES];
  guint8 mac[FZ_KEY_BYTES]; /* under the store key: nobody else may put a box here and be given the next one */
} FzKeyBox;

#define FZ_KEY_SUM_BYTES 8

typedef struct {
  char *staff;
  FzKeyCosts costs;
  guint8 salt[FZ_KEY_SALT_BYTES];
  GBytes *sealed; /* store key under K; NULL when boxed */
  GBytes *boxed;  /* store key left in the box by a rotation */
  FzKeyBox box;
  guint32 stale;  /* the version this slot still holds, because it had no box; 0: it holds the present one */
  /* the signing key; `seed` NULL: none */
  guint8 pin_salt[FZ_KEY_SALT_BYTES];
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  GBytes *seed;
  guint8 sum[FZ_KEY_SUM_BYTES]; /* as it was read, while the slot is damaged: a save must not make it look whole */
  gboolean damaged; /* a bit of it is not what was written; its secrets are not judged */
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
  GBytes *recovery_boxed; /* left there by a rotation; then `recovery` is NULL */
  FzKeyBox recovery_box;
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
/* The list of fz_keyfile_remember() goes: this key file is of nobody. */
void fz_keyfile_forget (const FzKeyFile *self);

/* keyfile_box.c */
/* `staff` NULL: of the recovery shares. */
void fz_key_box_make (const FzKeyFile *self, FzKeyBox *box, const char *staff, const FzSecret *secret, const FzSecret *store_key);
gboolean fz_key_box_holds (const FzKeyFile *self, const FzKeyBox *box, const char *staff, const FzSecret *store_key);
GBytes *fz_key_box_leave (const FzKeyBox *box, const FzSecret *store_key, const char *about);
/* NULL when it does not open. */
FzSecret *fz_key_box_take (const FzSecret *secret, GBytes *boxed, const char *about);
/* The store key of a slot, whatever way it stands there; NULL when `person_key` does not open it. */
FzSecret *fz_key_slot_open (const FzKeyFile *self, const FzKeySlot *slot, const FzSecret *person_key);
char *fz_key_slot_about (const FzKeyFile *self, const FzKeySlot *slot);
char *fz_key_recovery_about (const FzKeyFile *self);
