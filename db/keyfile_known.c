/* Whose slots this device wrote last, beside the device secret. A folder that was put back from an older copy brings older slots with it: of
 * people who left, and under passwords that were changed because somebody else knew them. With such a slot nobody is to read even what can still
 * be read there. The list holds no secret: of each slot the hash of salt and public key, both of which stand in the key file as they are. */
#include "db/keyfile_private.h"

#include "db/durable.h"

#include <string.h>
#include <unistd.h>

#define KIND "fuzhen.known_slots/v1"

static char *
path_of (const FzKeyFile *self)
{
  g_autofree char *identity = fz_keyfile_hex (self->identity, sizeof self->identity), *name = g_strconcat ("slots-", identity, NULL);

  return g_build_filename (self->state_dir, name, NULL);
}

static char *
mark_of (const FzKeySlot *slot)
{
  guint8 both[FZ_KEY_SALT_BYTES + FZ_ED25519_PUBLIC_BYTES];

  memcpy (both, slot->salt, FZ_KEY_SALT_BYTES);
  memcpy (both + FZ_KEY_SALT_BYTES, slot->public_key, FZ_ED25519_PUBLIC_BYTES);
  return fz_sha256_hex (both, sizeof both);
}

static FzFields *
list_of (const FzKeyFile *self)
{
  FzFields *list = fz_fields_new (KIND);

  for (guint i = 0; i < self->slots->len; i++) {
    const FzKeySlot *slot = self->slots->pdata[i];
    g_autofree char *mark = mark_of (slot);

    fz_fields_set_at (list, "slot", i, "staff", slot->staff);
    fz_fields_set_at (list, "slot", i, "mark", mark);
  }
  return list;
}

static FzFields *
read_list (const FzKeyFile *self)
{
  g_autofree char *path = path_of (self);
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);
  FzFields *list = bytes != NULL ? fz_fields_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL) : NULL;

  if (list != NULL && g_str_equal (fz_fields_get_kind (list), KIND))
    return list;
  g_clear_pointer (&list, fz_fields_unref);
  return NULL;
}

void
fz_keyfile_remember (const FzKeyFile *self)
{
  g_autoptr (FzFields) now = NULL, before = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *path = NULL;

  if (self->state_dir == NULL)
    return;
  now = list_of (self);
  before = read_list (self);
  if (before != NULL && fz_fields_equal (now, before))
    return;
  path = path_of (self);
  bytes = fz_fields_print (now, &error);
  if (bytes == NULL || !fz_durable_write (path, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0600, &error))
    g_warning ("slots not remembered: %s", error->message); /* whoever is not on it cannot read in an older copy, and nothing else */
}

void
fz_keyfile_forget (const FzKeyFile *self)
{
  g_autofree char *path = path_of (self);

  unlink (path);
}

gboolean
fz_keyfile_is_as_left (const FzKeyFile *self, const char *staff)
{
  const FzKeySlot *slot = fz_keyfile_find (self, staff);
  g_autoptr (FzFields) list = slot != NULL ? read_list (self) : NULL;
  g_autofree char *mark = list != NULL ? mark_of (slot) : NULL;

  for (guint i = 0; list != NULL && i < fz_fields_count (list, "slot"); i++)
    if (g_strcmp0 (fz_fields_get_at (list, "slot", i, "staff"), staff) == 0)
      return g_strcmp0 (fz_fields_get_at (list, "slot", i, "mark"), mark) == 0;
  return FALSE;
}
