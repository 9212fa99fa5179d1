/* A person's slot: adding, opening, changing. */
#include "db/keyfile_private.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

gboolean
fz_keyfile_has_person (const FzKeyFile *self, const char *staff)
{
  return fz_keyfile_find (self, staff) != NULL;
}

gboolean
fz_keyfile_get_public_key (const FzKeyFile *self, const char *staff, guint8 out[FZ_ED25519_PUBLIC_BYTES])
{
  const FzKeySlot *slot = fz_keyfile_find (self, staff);

  if (slot == NULL || slot->seed == NULL)
    return FALSE;
  memcpy (out, slot->public_key, FZ_ED25519_PUBLIC_BYTES);
  return TRUE;
}

char **
fz_keyfile_dup_staff (const FzKeyFile *self)
{
  GStrvBuilder *builder = g_strv_builder_new ();
  char **staff;

  for (guint i = 0; i < self->slots->len; i++)
    g_strv_builder_add (builder, ((FzKeySlot *) g_ptr_array_index (self->slots, i))->staff);
  staff = g_strv_builder_end (builder);
  g_strv_builder_unref (builder);
  return staff;
}

static gboolean
need_device (const FzKeyFile *self, GError **error)
{
  if (self->device != NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND,
               _("本机没有这个库的设备密钥，口令在这台电脑上打不开它；这次不计为输错，资料没有丢失。\n请系统管理员找回设备密钥文件，或用备份和两份恢复份额恢复（fuzhen restore）。"));
  return FALSE;
}

static FzKeySlot *
need_slot (const FzKeyFile *self, const char *staff, GError **error)
{
  FzKeySlot *slot = fz_keyfile_find (self, staff);

  if (slot == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("本机没有工号 %s 的密钥。\n请安全管理员重新登记。"), staff);
  return slot;
}

static gboolean
wrong (GError **error, const char *text)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_SIGNATURE, text);
  return FALSE;
}

/* --- sealing --- */

/* Seals the store key under a new salt and password; the person key it made is the result. */
static FzSecret *
wrap_store_key (const FzKeyFile *self, FzKeySlot *slot, const FzSecret *password, const FzSecret *store_key, GError **error)
{
  g_autofree char *about = NULL;
  FzSecret *person_key;

  slot->stale = 0;
  about = fz_key_slot_about (self, slot);
  slot->costs = self->costs;
  fz_key_fill (slot->salt, sizeof slot->salt, self->random, self->random_data);
  person_key = fz_key_of_person (password, slot->salt, &slot->costs, self->device, error);
  if (person_key == NULL)
    return NULL;
  g_clear_pointer (&slot->sealed, g_bytes_unref);
  slot->sealed = fz_key_seal (person_key, store_key, about, self->random, self->random_data);
  g_clear_pointer (&slot->boxed, g_bytes_unref);
  fz_key_box_make (self, &slot->box, slot->staff, person_key, store_key);
  return person_key;
}

static char *
about_seed (const FzKeyFile *self, const FzKeySlot *slot)
{
  g_autofree char *public_key = fz_keyfile_hex (slot->public_key, sizeof slot->public_key);

  return fz_keyfile_about (self, "fuzhen.seed/v1", slot->staff, public_key);
}

/* Nothing in the slot changes before the key that needs memory is there: a salt without its seal would lose the seed. */
static gboolean
wrap_seed (const FzKeyFile *self, FzKeySlot *slot, const FzSecret *person_key, const FzSecret *pin, const FzSecret *seed,
           GError **error)
{
  g_autoptr (FzSecret) key = NULL;
  g_autofree char *about = NULL;
  guint8 salt[FZ_KEY_SALT_BYTES];

  fz_key_fill (salt, sizeof salt, self->random, self->random_data);
  key = fz_key_of_pin (person_key, pin, salt, &slot->costs, error);
  if (key == NULL)
    return FALSE;
  memcpy (slot->pin_salt, salt, sizeof slot->pin_salt);
  fz_seed_public_key (seed, slot->public_key);
  about = about_seed (self, slot);
  g_clear_pointer (&slot->seed, g_bytes_unref);
  slot->seed = fz_key_seal (key, seed, about, self->random, self->random_data);
  return TRUE;
}

static gboolean
wrap_new_seed (const FzKeyFile *self, FzKeySlot *slot, const FzSecret *person_key, const FzSecret *pin, GError **error)
{
  g_autoptr (FzSecret) seed = fz_secret_new (FZ_ED25519_SEED_BYTES);

  fz_key_fill (fz_secret_get_writable (seed), FZ_ED25519_SEED_BYTES, self->random, self->random_data);
  return wrap_seed (self, slot, person_key, pin, seed, error);
}

/* --- people --- */

static gboolean
check_new (const FzKeyFile *self, const char *staff, GError **error)
{
  if (fz_keyfile_find (self, staff) != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _("工号 %s 在本机已有密钥。\n如需重新登记，请安全管理员先重置。"), staff);
    return FALSE;
  }
  if (self->slots->len < FZ_KEYFILE_MAX_PEOPLE)
    return need_device (self, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _("一台工作站最多登记 %d 人。\n请先移除已离职人员。"), FZ_KEYFILE_MAX_PEOPLE);
  return FALSE;
}

gboolean
fz_keyfile_add_person (FzKeyFile *self, const char *staff, const FzSecret *password, const FzSecret *pin,
                       const FzSecret *store_key, guint8 out_public[FZ_ED25519_PUBLIC_BYTES], GError **error)
{
  g_autoptr (FzKeySlot) slot = g_new0 (FzKeySlot, 1);
  g_autoptr (FzSecret) person_key = NULL;

  if (!check_new (self, staff, error))
    return FALSE;
  slot->staff = g_strdup (staff);
  person_key = wrap_store_key (self, slot, password, store_key, error);
  if (person_key == NULL || !wrap_new_seed (self, slot, person_key, pin, error))
    return FALSE;
  memcpy (out_public, slot->public_key, FZ_ED25519_PUBLIC_BYTES);
  g_ptr_array_add (self->slots, g_steal_pointer (&slot));
  return fz_keyfile_save (self, error);
}

gboolean
fz_keyfile_remove_person (FzKeyFile *self, const char *staff, GError **error)
{
  FzKeySlot *slot = need_slot (self, staff, error);

  if (slot == NULL)
    return FALSE;
  g_ptr_array_remove (self->slots, slot);
  return fz_keyfile_save (self, error);
}

gboolean
fz_keyfile_check_person (const FzKeyFile *self, const char *staff, GError **error)
{
  const FzKeySlot *slot = fz_keyfile_find (self, staff);
  gboolean damaged = slot != NULL && slot->damaged;

  for (guint i = 0; slot == NULL && i < self->slots->len; i++)
    damaged = damaged || ((FzKeySlot *) self->slots->pdata[i])->damaged;
  if (!damaged)
    return need_device (self, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _("密钥文件 keys.fz 中工号 %s 的部分已损坏，无法判断口令是否正确；这次不计为输错。\n请系统管理员从备份取回密钥文件，或请安全管理员重新发放登记码。"), staff);
  return FALSE;
}

/* A person that is not here costs the same work: the salt is made up from the name, and the same for the same name. */
static FzSecret *
derive (const FzKeyFile *self, const FzKeySlot *slot, const char *staff, const FzSecret *password, GError **error)
{
  guint8 salt[FZ_KEY_SALT_BYTES];

  if (slot != NULL)
    return fz_key_of_person (password, slot->salt, &slot->costs, self->device, error);
  crypto_generichash (salt, sizeof salt, (const guint8 *) staff, strlen (staff), self->identity, sizeof self->identity);
  return fz_key_of_person (password, salt, &self->costs, self->device, error);
}

gboolean
fz_keyfile_unlock_person (const FzKeyFile *self, const char *staff, const FzSecret *password,
                          FzSecret **out_person_key, FzSecret **out_store_key, GError **error)
{
  const FzKeySlot *slot = fz_keyfile_find (self, staff);
  g_autoptr (FzSecret) person_key = NULL;
  g_autoptr (FzSecret) store_key = NULL;

  if (!need_device (self, error))
    return FALSE;
  person_key = derive (self, slot, staff, password, error);
  if (person_key == NULL)
    return FALSE;
  store_key = slot != NULL ? fz_key_slot_open (self, slot, person_key) : NULL;
  if (store_key == NULL || fz_secret_size (store_key) != FZ_STORE_KEY_BYTES)
    return wrong (error, _("工号或口令不正确。"));
  if (slot->stale != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _("本地库更换密钥时，工号 %s 在升级后还没有登录过，未能自动换发。\n请安全管理员发放登记码，重新登记。"), staff);
    return FALSE;
  }
  *out_person_key = g_steal_pointer (&person_key);
  *out_store_key = g_steal_pointer (&store_key);
  return TRUE;
}

FzSecret *
fz_keyfile_open_signing_key (const FzKeyFile *self, const char *staff, const FzSecret *person_key, const FzSecret *pin,
                             GError **error)
{
  const FzKeySlot *slot = need_slot (self, staff, error);
  g_autoptr (FzSecret) key = NULL;
  g_autoptr (FzSecret) seed = NULL;
  g_autofree char *about = NULL;

  if (slot == NULL)
    return NULL;
  if (slot->seed == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("您在本机没有签名密钥。\n请安全管理员重置后重新设置签名密码。"));
    return NULL;
  }
  key = fz_key_of_pin (person_key, pin, slot->pin_salt, &slot->costs, error);
  if (key == NULL)
    return NULL;
  about = about_seed (self, slot);
  seed = fz_key_unseal (key, slot->seed, about);
  if (seed == NULL || fz_secret_size (seed) != FZ_ED25519_SEED_BYTES)
    return wrong (error, _("签名密码不正确。")), NULL;
  return g_steal_pointer (&seed);
}

/* --- changing --- */

gboolean
fz_keyfile_destroy_signing_key (FzKeyFile *self, const char *staff, GError **error)
{
  FzKeySlot *slot = need_slot (self, staff, error);

  if (slot == NULL)
    return FALSE;
  g_clear_pointer (&slot->seed, g_bytes_unref);
  return fz_keyfile_save (self, error);
}

/* The person key must be the slot's own, or the new signing key could never be opened. */
static gboolean
check_person_key (const FzKeyFile *self, const FzKeySlot *slot, const FzSecret *person_key, GError **error)
{
  g_autoptr (FzSecret) store_key = fz_key_slot_open (self, slot, person_key);

  return store_key != NULL || wrong (error, _("登录已失效，请重新登录。"));
}

gboolean
fz_keyfile_renew_signing_key (FzKeyFile *self, const char *staff, const FzSecret *person_key, const FzSecret *pin,
                              guint8 out_public[FZ_ED25519_PUBLIC_BYTES], GError **error)
{
  FzKeySlot *slot = need_slot (self, staff, error);

  if (slot == NULL || !check_person_key (self, slot, person_key, error) ||
      !wrap_new_seed (self, slot, person_key, pin, error) || !fz_keyfile_save (self, error))
    return FALSE;
  return fz_keyfile_get_public_key (self, staff, out_public);
}

gboolean
fz_keyfile_change_pin (FzKeyFile *self, const char *staff, const FzSecret *person_key, const FzSecret *old_pin,
                       const FzSecret *new_pin, GError **error)
{
  g_autoptr (FzSecret) seed = fz_keyfile_open_signing_key (self, staff, person_key, old_pin, error);

  if (seed == NULL)
    return FALSE;
  return wrap_seed (self, fz_keyfile_find (self, staff), person_key, new_pin, seed, error) && fz_keyfile_save (self, error);
}

/* Both seals are made before either is kept: a failure half way leaves the slot as it was. */
static gboolean
rewrap (FzKeyFile *self, FzKeySlot *slot, const FzSecret *password, const FzSecret *store_key, const FzSecret *pin,
        const FzSecret *seed, GError **error)
{
  g_autoptr (FzKeySlot) fresh = g_new0 (FzKeySlot, 1);
  g_autoptr (FzSecret) person_key = NULL;
  guint place = 0;

  fresh->staff = g_strdup (slot->staff);
  person_key = wrap_store_key (self, fresh, password, store_key, error);
  if (person_key == NULL || (seed != NULL && !wrap_seed (self, fresh, person_key, pin, seed, error)))
    return FALSE;
  g_ptr_array_find (self->slots, slot, &place);
  fz_key_slot_free (slot);
  self->slots->pdata[place] = g_steal_pointer (&fresh);
  return fz_keyfile_save (self, error);
}

gboolean
fz_keyfile_change_password (FzKeyFile *self, const char *staff, const FzSecret *old_password,
                            const FzSecret *new_password, const FzSecret *pin, GError **error)
{
  g_autoptr (FzSecret) person_key = NULL;
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (FzSecret) seed = NULL;
  FzKeySlot *slot = fz_keyfile_find (self, staff);

  if (!fz_keyfile_unlock_person (self, staff, old_password, &person_key, &store_key, error))
    return FALSE;
  if (slot->seed != NULL) {
    if (pin == NULL)
      return wrong (error, _("签名密码不正确。"));
    seed = fz_keyfile_open_signing_key (self, staff, person_key, pin, error);
    if (seed == NULL)
      return FALSE;
  }
  return rewrap (self, slot, new_password, store_key, pin, seed, error);
}
