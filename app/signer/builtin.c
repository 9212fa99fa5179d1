/* The built-in key of keys.fz (院内签名). The seed stands in locked memory from the PIN to the last envelope. */
#include "app/signer/signer.h"
#include "db/keyfile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const FzSignerPlace *place;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  FzSecret *seed; /* NULL: not authorised */
} Builtin;

static GPtrArray *
enumerate (const FzSignerPlace *place, GError **error)
{
  GPtrArray *slots = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_signer_slot_free);
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];
  FzSignerSlot *slot;

  if (!fz_keyfile_get_public_key (place->keys, place->number, public_key))
    return slots;
  slot = g_new0 (FzSignerSlot, 1);
  slot->id = g_strdup (place->number);
  slot->label = g_strdup (_ ("本机签名密钥"));
  g_ptr_array_add (slots, slot);
  return slots;
}

static gpointer
open_key (const FzSignerPlace *place, const char *slot, FzSignerInfo **info, GError **error)
{
  Builtin *self;
  g_autoptr (GBytes) public_key = NULL;
  guint8 bytes[FZ_ED25519_PUBLIC_BYTES];

  if (g_strcmp0 (slot, place->number) != 0 || !fz_keyfile_get_public_key (place->keys, place->number, bytes)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("本机没有您的签名密钥，请联系安全管理员办理首次登录。"));
    return NULL;
  }
  self = g_new0 (Builtin, 1);
  self->place = place;
  memcpy (self->public_key, bytes, sizeof bytes);
  public_key = g_bytes_new (bytes, sizeof bytes);
  *info = fz_signer_info_new (FZ_ALGORITHM_ED25519, _ ("本机签名密钥"), place->number, public_key);
  return self;
}

static void
forget (gpointer token)
{
  Builtin *self = token;

  g_clear_pointer (&self->seed, fz_secret_free);
}

static gboolean
authorise (gpointer token, const FzSecret *pin, GError **error)
{
  Builtin *self = token;

  forget (self);
  self->seed = fz_keyfile_open_signing_key (self->place->keys, self->place->number, self->place->person_key, pin, error);
  return self->seed != NULL;
}

static GBytes *
sign (gpointer token, const void *text, gsize n, GError **error)
{
  Builtin *self = token;
  guint8 signature[FZ_ED25519_SIGNATURE_BYTES];

  fz_seed_sign (self->seed, self->public_key, text, n, signature);
  return g_bytes_new (signature, sizeof signature);
}

/* Destroyed after the last wrong PIN, or removed by the administrator's reset. */
static FzSignerStatus
status (gpointer token)
{
  Builtin *self = token;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  return fz_keyfile_get_public_key (self->place->keys, self->place->number, public_key) ? FZ_SIGNER_READY : FZ_SIGNER_REMOVED;
}

static void
close_key (gpointer token)
{
  forget (token);
  g_free (token);
}

const FzSignerProvider fz_signer_builtin = { "builtin", enumerate, open_key, authorise, sign, forget, status, close_key, NULL, NULL };
