/* Boxes: how the next store key reaches people and shares that are not here (换发). */
#include "db/keyfile_private.h"

#include "db/durable.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT (FZ_KEY_BYTES == crypto_box_PUBLICKEYBYTES && FZ_KEY_BYTES == crypto_box_SEEDBYTES && FZ_KEY_BYTES == crypto_box_SECRETKEYBYTES);

#define ABOUT_BYTES 32

char *
fz_key_slot_about (const FzKeyFile *self, const FzKeySlot *slot)
{
  g_autofree char *version = g_strdup_printf ("%u", slot->stale != 0 ? slot->stale : self->key_version);

  return fz_keyfile_about (self, "fuzhen.slot/v1", slot->staff, version);
}

static FzSecret *
make_pair (const FzSecret *secret, guint8 public_key[FZ_KEY_BYTES])
{
  g_autoptr (FzSecret) seed = fz_key_for (secret, "fuzhen.key.box/v1");
  FzSecret *half = fz_secret_new (crypto_box_SECRETKEYBYTES);

  crypto_box_seed_keypair (public_key, fz_secret_get_writable (half), fz_secret_get (seed));
  return half;
}

/* Bound to store and person, not to the version: the MAC is made anew under each store key. */
static void
make_mac (const FzKeyFile *self, const guint8 public_key[FZ_KEY_BYTES], const char *staff, const FzSecret *store_key, guint8 out[FZ_KEY_BYTES])
{
  g_autoptr (FzSecret) key = fz_key_for (store_key, "fuzhen.key.box-mac/v1");
  g_autofree char *about = fz_keyfile_about (self, staff != NULL ? "fuzhen.box/v1" : "fuzhen.box.recovery/v1", staff, NULL);
  crypto_generichash_state state;

  crypto_generichash_init (&state, fz_secret_get (key), fz_secret_size (key), FZ_KEY_BYTES);
  crypto_generichash_update (&state, (const guint8 *) about, strlen (about) + 1);
  crypto_generichash_update (&state, public_key, FZ_KEY_BYTES);
  crypto_generichash_final (&state, out, FZ_KEY_BYTES);
  fz_secret_wipe (&state, sizeof state);
}

void
fz_key_box_make (const FzKeyFile *self, FzKeyBox *box, const char *staff, const FzSecret *secret, const FzSecret *store_key)
{
  fz_secret_free (make_pair (secret, box->public_key)); /* the public half is what the box keeps */
  box->there = TRUE;
  make_mac (self, box->public_key, staff, store_key, box->mac);
}

gboolean
fz_key_box_holds (const FzKeyFile *self, const FzKeyBox *box, const char *staff, const FzSecret *store_key)
{
  guint8 mac[FZ_KEY_BYTES];

  make_mac (self, box->public_key, staff, store_key, mac);
  return box->there && sodium_memcmp (mac, box->mac, sizeof mac) == 0;
}

/* The sealed box has no associated data: what it is about goes inside, as a hash. */
GBytes *
fz_key_box_leave (const FzKeyBox *box, const FzSecret *store_key, const char *about)
{
  g_autoptr (FzSecret) plain = fz_secret_new (FZ_STORE_KEY_BYTES + ABOUT_BYTES);
  guint8 *bytes = fz_secret_get_writable (plain);
  guint8 *out = g_malloc (FZ_STORE_KEY_BYTES + ABOUT_BYTES + crypto_box_SEALBYTES);

  memcpy (bytes, fz_secret_get (store_key), FZ_STORE_KEY_BYTES);
  crypto_generichash (bytes + FZ_STORE_KEY_BYTES, ABOUT_BYTES, (const guint8 *) about, strlen (about), NULL, 0);
  if (crypto_box_seal (out, bytes, FZ_STORE_KEY_BYTES + ABOUT_BYTES, box->public_key) == 0)
    return g_bytes_new_take (out, FZ_STORE_KEY_BYTES + ABOUT_BYTES + crypto_box_SEALBYTES);
  g_free (out); /* the public half is no point of the curve */
  return NULL;
}

FzSecret *
fz_key_box_take (const FzSecret *secret, GBytes *boxed, const char *about)
{
  g_autoptr (FzSecret) plain = fz_secret_new (FZ_STORE_KEY_BYTES + ABOUT_BYTES);
  guint8 public_key[FZ_KEY_BYTES], hash[ABOUT_BYTES];
  g_autoptr (FzSecret) half = make_pair (secret, public_key);
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (boxed, &n);

  crypto_generichash (hash, sizeof hash, (const guint8 *) about, strlen (about), NULL, 0);
  if (n != FZ_STORE_KEY_BYTES + ABOUT_BYTES + crypto_box_SEALBYTES ||
      crypto_box_seal_open (fz_secret_get_writable (plain), bytes, n, public_key, fz_secret_get (half)) != 0 ||
      sodium_memcmp (fz_secret_get (plain) + FZ_STORE_KEY_BYTES, hash, sizeof hash) != 0)
    return NULL;
  return fz_secret_new_from (fz_secret_get (plain), FZ_STORE_KEY_BYTES);
}

FzSecret *
fz_key_slot_open (const FzKeyFile *self, const FzKeySlot *slot, const FzSecret *person_key)
{
  g_autofree char *about = fz_key_slot_about (self, slot);

  return slot->boxed != NULL ? fz_key_box_take (person_key, slot->boxed, about) : fz_key_unseal (person_key, slot->sealed, about);
}

gboolean
fz_keyfile_give_box (FzKeyFile *self, const char *staff, const FzSecret *person_key, const FzSecret *store_key, GError **error)
{
  FzKeySlot *slot = fz_keyfile_find (self, staff);

  if (slot == NULL || slot->box.there || slot->stale != 0)
    return TRUE;
  fz_key_box_make (self, &slot->box, staff, person_key, store_key);
  return fz_keyfile_save (self, error);
}

GPtrArray *
fz_keyfile_list_boxless (const FzKeyFile *self)
{
  GPtrArray *staff = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < self->slots->len; i++) {
    const FzKeySlot *slot = self->slots->pdata[i];

    if (!slot->box.there || slot->stale != 0)
      g_ptr_array_add (staff, g_strdup (slot->staff));
  }
  return staff;
}

/* --- rotation --- */

static gboolean
planted (const char *whose, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _ ("密钥文件中“%s”的换发信箱不是本库所设，可能被人改动，已停止更换密钥。\n请安全管理员先重置该人员，再重试。"), whose);
  return FALSE;
}

gboolean
fz_keyfile_may_rotate (const FzKeyFile *self, const FzSecret *store_key, GError **error)
{
  for (guint i = 0; i < self->slots->len; i++) {
    const FzKeySlot *slot = self->slots->pdata[i];

    if (slot->stale == 0 && slot->box.there && !fz_key_box_holds (self, &slot->box, slot->staff, store_key))
      return planted (slot->staff, error);
  }
  if (self->recovery == NULL && self->recovery_boxed == NULL)
    return TRUE;
  if (self->recovery_box.there)
    return fz_key_box_holds (self, &self->recovery_box, NULL, store_key) || planted (_ ("恢复份额"), error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("现有恢复份额是旧版本所发，无法随密钥一起更换。\n请先换发恢复份额（fuzhen keys shares），再更换密钥。"));
  return FALSE;
}

/* The present key out of both ways to stand there, the next one into the box. */
static gboolean
refill (const FzKeyFile *self, FzKeyBox *box, const char *staff, const char *about, const FzSecret *next, GBytes **sealed, GBytes **boxed,
        GError **error)
{
  GBytes *fresh = fz_key_box_leave (box, next, about);

  if (fresh == NULL)
    return planted (staff != NULL ? staff : _ ("恢复份额"), error);
  g_clear_pointer (sealed, g_bytes_unref);
  g_clear_pointer (boxed, g_bytes_unref);
  *boxed = fresh;
  make_mac (self, box->public_key, staff, next, box->mac);
  return TRUE;
}

static gboolean
rotate_slot (const FzKeyFile *self, FzKeySlot *slot, const FzSecret *next, GError **error)
{
  g_autofree char *about = NULL;

  if (slot->stale == 0 && !slot->box.there)
    slot->stale = self->key_version - 1;
  if (slot->stale != 0)
    return TRUE;
  about = fz_key_slot_about (self, slot);
  return refill (self, &slot->box, slot->staff, about, next, &slot->sealed, &slot->boxed, error);
}

static gboolean
rotate_all (FzKeyFile *self, const FzSecret *next, GError **error)
{
  g_autofree char *about = NULL;

  self->key_version++;
  about = fz_key_recovery_about (self);
  for (guint i = 0; i < self->slots->len; i++)
    if (!rotate_slot (self, self->slots->pdata[i], next, error))
      return FALSE;
  return (self->recovery == NULL && self->recovery_boxed == NULL) ||
         refill (self, &self->recovery_box, NULL, about, next, &self->recovery, &self->recovery_boxed, error);
}

gboolean
fz_keyfile_rotate (FzKeyFile *self, const FzSecret *store_key, const FzSecret *next, GError **error)
{
  if (!fz_keyfile_may_rotate (self, store_key, error))
    return FALSE;
  if (rotate_all (self, next, error))
    return fz_keyfile_save (self, error);
  fz_keyfile_scan (self, self->written, NULL); /* nothing was written: the object is again what stands on the disk */
  return FALSE;
}

guint32
fz_keyfile_read_version (const FzKeyFile *self)
{
  g_autofree char *path = g_build_filename (self->dir, "keys.fz", NULL);
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);
  g_autoptr (FzKeyFile) there = bytes != NULL ? fz_keyfile_parse (bytes, NULL) : NULL;

  return there != NULL ? there->key_version : 0;
}
