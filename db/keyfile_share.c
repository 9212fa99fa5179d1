/* The recovery slot: the store key under a secret that stands nowhere but in the shares. */
#include "db/keyfile_private.h"

#include "db/shares.h"

#include <glib/gi18n-lib.h>

#define SHARED_BYTES 32

char *
fz_key_recovery_about (const FzKeyFile *self)
{
  g_autofree char *version = g_strdup_printf ("%u", self->key_version);

  return fz_keyfile_about (self, "fuzhen.recovery/v1", NULL, version);
}

char **
fz_keyfile_make_shares (FzKeyFile *self, const FzSecret *store_key, guint n, GError **error)
{
  g_autoptr (FzSecret) shared = fz_secret_new (SHARED_BYTES);
  g_autoptr (FzSecret) key = NULL;
  g_autofree char *about = fz_key_recovery_about (self);

  if (n < 2 || n > FZ_SHARES_MAX) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("恢复份额须为 2 至 %d 份。"), FZ_SHARES_MAX);
    return NULL;
  }
  fz_key_fill (fz_secret_get_writable (shared), SHARED_BYTES, self->random, self->random_data);
  key = fz_key_for (shared, "fuzhen.key.recovery/v1");
  g_clear_pointer (&self->recovery, g_bytes_unref);
  self->recovery = fz_key_seal (key, store_key, about, self->random, self->random_data);
  g_clear_pointer (&self->recovery_boxed, g_bytes_unref);
  fz_key_box_make (self, &self->recovery_box, NULL, key, store_key);
  if (!fz_keyfile_save (self, error))
    return NULL;
  return fz_shares_split (shared, self->identity, n, self->random, self->random_data);
}

FzSecret *
fz_keyfile_open_with_shares (const FzKeyFile *self, const char *first, const char *second, GError **error)
{
  g_autoptr (FzSecret) shared = fz_shares_join (first, second, self->identity, error);
  g_autoptr (FzSecret) key = NULL;
  g_autofree char *about = fz_key_recovery_about (self);
  FzSecret *store_key = NULL;

  if (shared == NULL)
    return NULL;
  key = fz_key_for (shared, "fuzhen.key.recovery/v1");
  if (self->recovery_boxed != NULL)
    store_key = fz_key_box_take (key, self->recovery_boxed, about);
  else if (self->recovery != NULL)
    store_key = fz_key_unseal (key, self->recovery, about);
  if (store_key == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE, _("这两份恢复份额打不开此库：可能是换发之前的旧份额。\n请使用最近一次打印的份额。"));
  return store_key;
}
