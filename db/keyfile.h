/* db/keyfile.h: keys.fz beside the store, canonical text `fuzhen.keyslots/v1` (密钥文件).
 *
 * It holds the store's identity, the key version, the costs, and a slot a person: the store key sealed by
 * K = BLAKE2b(Argon2id(password), device secret), and that person's signing seed sealed by BLAKE2b(K, Argon2id(PIN)). So a
 * PIN alone opens nothing and an administrator opens nobody's signing key (电子签名法 art. 13). A recovery slot opens with any
 * two shares and no device secret. The device secret is 32 bytes in <state_dir>/device-<identity>, 0600, in no backup.
 *
 * The store key can be replaced while nobody but one is there: each slot, and the recovery slot, has a box, the public half of a key pair
 * made from its secret, in which anybody who has the present store key can leave the next one. The box carries a MAC under the store key, so
 * that nobody else can put one there and be given the next key. Nothing that an old store key opens ever holds a new one.
 *
 * Keys: identity, key_version, demo (yes|no), cost.password_memory_kib, cost.password_passes, cost.pin_memory_kib,
 * cost.pin_passes, recovery.sealed, slot.NN.staff, .salt, .sealed, .public, .pin_salt, .seed, and the slot's costs under
 * slot.NN.cost.… where they are others; .box (public half and MAC); after a rotation .boxed instead of .sealed; .stale: the version that a slot without a box was left
 * with. Binary values are base64. At most 100 people a desk.
 *
 * Every change writes the file anew (fsync, rename, fsync of the folder) before it counts. Not thread-safe; unlocking and
 * opening only read, so they may run in a pool while nothing changes the object. */
#pragma once

#include "core/fields.h"
#include "core/note.h"
#include "db/key_derive.h"

#define FZ_KEYFILE_MAX_PEOPLE 100

typedef struct _FzKeyFile FzKeyFile;

typedef struct {
  const char *dir;
  const char *state_dir;
  FzKeyCosts costs;
  gboolean demo; /* may be below the release costs, and says so in the file */
  FzRandom random;
  gpointer random_data;
} FzKeyFileOptions;

/* Makes identity, store key, device secret and an empty key file. CONFLICT when there is one, unless it is what a set-up that was
 * cut short leaves: no person, no shares, no store beside it. REFUSED when the costs are below the release and it is no demo.
 * *out_store_key (transfer full). */
FzKeyFile *fz_keyfile_create (const FzKeyFileOptions *options, FzSecret **out_store_key, GError **error);
/* NOT_FOUND, CORRUPT, REFUSED (costs below the release in a store that is no demo). Works without a device secret; then
 * only shares open it. */
FzKeyFile *fz_keyfile_load (const char *dir, const char *state_dir, GError **error);
void fz_keyfile_free (FzKeyFile *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzKeyFile, fz_keyfile_free)
/* Randomness of later changes; a demo's seeded one. */
void fz_keyfile_set_random (FzKeyFile *self, FzRandom random, gpointer data);

const guint8 *fz_keyfile_get_identity (const FzKeyFile *self); /* FZ_STORE_IDENTITY_BYTES */
guint32 fz_keyfile_get_key_version (const FzKeyFile *self);
gboolean fz_keyfile_is_demo (const FzKeyFile *self);
gboolean fz_keyfile_has_person (const FzKeyFile *self, const char *staff);
/* FALSE when the person has no signing key (never had, or destroyed). */
gboolean fz_keyfile_get_public_key (const FzKeyFile *self, const char *staff, guint8 out[FZ_ED25519_PUBLIC_BYTES]);
char **fz_keyfile_dup_staff (const FzKeyFile *self);

/* A slot with a new signing key. CONFLICT when there is one, REFUSED when the file is full. */
gboolean fz_keyfile_add_person (FzKeyFile *self, const char *staff, const FzSecret *password, const FzSecret *pin,
                                const FzSecret *store_key, guint8 out_public[FZ_ED25519_PUBLIC_BYTES], GError **error);
gboolean fz_keyfile_remove_person (FzKeyFile *self, const char *staff, GError **error);
/* CORRUPT when this person's part of the file is damaged; or that of somebody, when there is no such person: it may be theirs. NOT_FOUND when
 * this device's secret is missing. Before a try is counted: nobody is to be locked out by a bad disk. */
gboolean fz_keyfile_check_person (const FzKeyFile *self, const char *staff, GError **error);
/* SIGNATURE for a wrong password and for a person that is not here: the same sentence, after the same work.
 * NOT_FOUND when this device's secret is missing. The outs are (transfer full). */
gboolean fz_keyfile_unlock_person (const FzKeyFile *self, const char *staff, const FzSecret *password,
                                   FzSecret **out_person_key, FzSecret **out_store_key, GError **error);
/* The signing seed, for one signature. SIGNATURE: wrong PIN. NOT_FOUND: no signing key. */
FzSecret *fz_keyfile_open_signing_key (const FzKeyFile *self, const char *staff, const FzSecret *person_key,
                                       const FzSecret *pin, GError **error);
/* Five wrong PINs: the key is gone for good. */
gboolean fz_keyfile_destroy_signing_key (FzKeyFile *self, const char *staff, GError **error);
/* A new signing key in the slot, under a new PIN, at today's costs. */
gboolean fz_keyfile_renew_signing_key (FzKeyFile *self, const char *staff, const FzSecret *person_key, const FzSecret *pin,
                                       guint8 out_public[FZ_ED25519_PUBLIC_BYTES], GError **error);
/* Re-wraps; the signing key stays the same, so its PIN is needed (NULL when there is no signing key). */
gboolean fz_keyfile_change_password (FzKeyFile *self, const char *staff, const FzSecret *old_password,
                                     const FzSecret *new_password, const FzSecret *pin, GError **error);
gboolean fz_keyfile_change_pin (FzKeyFile *self, const char *staff, const FzSecret *person_key, const FzSecret *old_pin,
                                const FzSecret *new_pin, GError **error);

/* Notes on this device whose slots there are now (db/keyfile_known.c): every change does it, and who signs in to a sound store. */
void fz_keyfile_remember (const FzKeyFile *self);
/* TRUE when this person's slot is the one that was noted last: in a folder put back from an older copy it may be that of somebody who left, or hold
 * a password that was changed since. FALSE also when nothing was noted here. */
gboolean fz_keyfile_is_as_left (const FzKeyFile *self, const char *staff);

/* --- rotation of the store key (db/rotate.h does the pages) --- */

/* A slot of before there were boxes gets one, while its owner is here; nothing when it has one. */
gboolean fz_keyfile_give_box (FzKeyFile *self, const char *staff, const FzSecret *person_key, const FzSecret *store_key, GError **error);
/* Whoever could not be given the next store key: char * of staff numbers; they need a new enrolment code. (transfer full) */
GPtrArray *fz_keyfile_list_boxless (const FzKeyFile *self);
/* TRUE when the next call may be made; else as that fails. */
gboolean fz_keyfile_may_rotate (const FzKeyFile *self, const FzSecret *store_key, GError **error);
/* Writes the file as it is under `next`: key_version + 1, the key left in every box. CORRUPT: a box that this store key did not put there.
 * REFUSED: the recovery shares are of before there were boxes; make new ones first. Any other failure: as fz_durable_write(); then
 * fz_keyfile_read_version() tells what stands on the disk. */
gboolean fz_keyfile_rotate (FzKeyFile *self, const FzSecret *store_key, const FzSecret *next, GError **error);
/* The key version as the disk has it now; 0: it cannot be read. */
guint32 fz_keyfile_read_version (const FzKeyFile *self);

/* n shares (2..FZ_SHARES_MAX) of which any two open the store; older shares stop working. Print once, fz_shares_free(). */
char **fz_keyfile_make_shares (FzKeyFile *self, const FzSecret *store_key, guint n, GError **error);
/* INVALID: a share is mistyped or of another store; SIGNATURE: they open nothing here (older shares). */
FzSecret *fz_keyfile_open_with_shares (const FzKeyFile *self, const char *first, const char *second, GError **error);

/* The same file for another device (restore): new device secret, no person slots, the recovery slot kept, written into
 * `dir`. CONFLICT when dir holds a key file. */
FzKeyFile *fz_keyfile_move_to_device (const FzKeyFile *self, const char *dir, const char *state_dir, GError **error);
/* The file's bytes, and an object without folders from such bytes: it reads and opens with shares, and cannot change. */
GBytes *fz_keyfile_print (const FzKeyFile *self, GError **error);
FzKeyFile *fz_keyfile_parse (GBytes *bytes, GError **error);
