#include "db/keyfile_private.h"

#include "db/durable.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define DEVICE_BYTES 32

void
fz_key_slot_free (FzKeySlot *self)
{
  if (self == NULL)
    return;
  g_free (self->staff);
  g_clear_pointer (&self->sealed, g_bytes_unref);
  g_clear_pointer (&self->boxed, g_bytes_unref);
  g_clear_pointer (&self->seed, g_bytes_unref);
  g_free (self);
}

static FzKeyFile *
keyfile_new (const char *dir, const char *state_dir)
{
  FzKeyFile *self = g_new0 (FzKeyFile, 1);

  self->dir = g_strdup (dir);
  self->state_dir = g_strdup (state_dir);
  self->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_key_slot_free);
  return self;
}

void
fz_keyfile_free (FzKeyFile *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->slots);
  g_clear_pointer (&self->recovery, g_bytes_unref);
  g_clear_pointer (&self->recovery_boxed, g_bytes_unref);
  g_clear_pointer (&self->written, g_bytes_unref);
  fz_secret_free (self->device);
  g_free (self->dir);
  g_free (self->state_dir);
  g_free (self);
}

void
fz_keyfile_set_random (FzKeyFile *self, FzRandom random, gpointer data)
{
  self->random = random;
  self->random_data = data;
}

const guint8 *
fz_keyfile_get_identity (const FzKeyFile *self)
{
  return self->identity;
}

guint32
fz_keyfile_get_key_version (const FzKeyFile *self)
{
  return self->key_version;
}

gboolean
fz_keyfile_is_demo (const FzKeyFile *self)
{
  return self->demo;
}

FzKeySlot *
fz_keyfile_find (const FzKeyFile *self, const char *staff)
{
  for (guint i = 0; i < self->slots->len; i++) {
    FzKeySlot *slot = g_ptr_array_index (self->slots, i);

    if (g_strcmp0 (slot->staff, staff) == 0)
      return slot;
  }
  return NULL;
}

char *
fz_keyfile_about (const FzKeyFile *self, const char *purpose, const char *staff, const char *more)
{
  g_autofree char *identity = fz_keyfile_hex (self->identity, sizeof self->identity);

  return g_strdup_printf ("%s\n%s\n%s\n%s\n", purpose, identity, staff != NULL ? staff : "", more != NULL ? more : "");
}

/* --- files --- */

static char *
key_path (const char *dir)
{
  return g_build_filename (dir, "keys.fz", NULL);
}

static char *
device_path (const FzKeyFile *self)
{
  g_autofree char *identity = fz_keyfile_hex (self->identity, sizeof self->identity);
  g_autofree char *name = g_strconcat ("device-", identity, NULL);

  return g_build_filename (self->state_dir, name, NULL);
}

/* Where only the last fsync failed, the new file already stands on the disk: the object follows the disk, not the intention. */
static void
fall_back (FzKeyFile *self, const char *path)
{
  g_autoptr (GBytes) there = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);

  if (there != NULL && fz_keyfile_scan (self, there, NULL)) {
    g_clear_pointer (&self->written, g_bytes_unref);
    self->written = g_steal_pointer (&there);
  } else if (self->written != NULL) {
    fz_keyfile_scan (self, self->written, NULL);
  }
}

gboolean
fz_keyfile_save (FzKeyFile *self, GError **error)
{
  g_autoptr (GBytes) bytes = fz_keyfile_print (self, error);
  g_autofree char *path = NULL;
  gsize n = 0;
  const void *data;

  if (self->dir == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "key file without a folder cannot change");
    return FALSE;
  }
  path = key_path (self->dir);
  data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  if (data == NULL || !fz_durable_write (path, data, n, 0600, error)) {
    fall_back (self, path);
    return FALSE;
  }
  g_clear_pointer (&self->written, g_bytes_unref);
  self->written = g_steal_pointer (&bytes);
  fz_keyfile_remember (self);
  return TRUE;
}

static gboolean
make_device_secret (FzKeyFile *self, GError **error)
{
  g_autofree char *path = device_path (self);

  self->device = fz_secret_new (DEVICE_BYTES);
  fz_key_fill (fz_secret_get_writable (self->device), DEVICE_BYTES, self->random, self->random_data);
  return fz_durable_folder (self->state_dir, error) &&
         fz_durable_write (path, fz_secret_get (self->device), DEVICE_BYTES, 0600, error);
}

/* Without one the file still opens with shares; a person's sign-in says what is missing. */
static gboolean
read_device_secret (FzKeyFile *self, GError **error)
{
  g_autofree char *path = device_path (self);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (path, DEVICE_BYTES, &cause);

  if (g_error_matches (cause, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    return TRUE;
  if (bytes != NULL && g_bytes_get_size (bytes) == DEVICE_BYTES) {
    self->device = fz_secret_new_from (g_bytes_get_data (bytes, NULL), DEVICE_BYTES);
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("本机设备密钥 %s 已损坏。\n请系统管理员用恢复份额恢复。"), path);
  return FALSE;
}

static gboolean
check_costs (const FzKeyFile *self, GError **error)
{
  FzKeyCosts floor = fz_key_costs_release ();
  gboolean good = fz_key_costs_reach (&self->costs, &floor);

  for (guint i = 0; i < self->slots->len; i++)
    good = good && fz_key_costs_reach (&((FzKeySlot *) g_ptr_array_index (self->slots, i))->costs, &floor);
  if (self->demo || good)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED,
               _("密钥文件的口令保护强度低于正式库的要求，已拒绝打开。\n请安全管理员核查密钥文件是否被改动。"));
  return FALSE;
}

/* Without a store, a person and recovery shares it opens nothing and nobody can open it: a set-up was cut short here. */
static gboolean
is_left_over (const FzKeyFile *found)
{
  g_autofree char *store = g_build_filename (found->dir, "store.fz", NULL);

  return found->slots->len == 0 && found->recovery == NULL && found->recovery_boxed == NULL && access (store, F_OK) != 0;
}

/* TRUE: the way is free, or was made free. */
static gboolean
clear_left_over (const FzKeyFileOptions *options, GError **error)
{
  g_autofree char *path = key_path (options->dir);
  g_autoptr (FzKeyFile) found = NULL;
  g_autofree char *device = NULL;

  if (access (path, F_OK) != 0)
    return TRUE;
  found = fz_keyfile_load (options->dir, options->state_dir, NULL);
  if (found != NULL && is_left_over (found)) {
    device = device_path (found);
    unlink (device);
    fz_keyfile_forget (found);
    return TRUE; /* the new file takes the old one's name */
  }
  if (found != NULL && found->demo && options->demo)
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _("数据文件夹 %s 里已有演示库，也可能没有建完。\n请先删除这个文件夹再重建，或换一个空文件夹。"),
                 options->dir);
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _("数据文件夹 %s 里已有密钥文件。\n请换一个空文件夹。"), options->dir);
  return FALSE;
}

/* Of a file that did not come about: the device's secret is named by its identity, and the file goes when it is this
 * one. */
static void
forget_half (const FzKeyFile *self)
{
  g_autoptr (FzKeyFile) found = fz_keyfile_load (self->dir, self->state_dir, NULL);
  g_autofree char *device = device_path (self), *path = key_path (self->dir);

  if (found != NULL && memcmp (found->identity, self->identity, sizeof self->identity) == 0)
    unlink (path);
  unlink (device);
  fz_keyfile_forget (self);
}

FzKeyFile *
fz_keyfile_create (const FzKeyFileOptions *options, FzSecret **out_store_key, GError **error)
{
  g_autoptr (FzKeyFile) self = keyfile_new (options->dir, options->state_dir);
  g_autoptr (FzSecret) store_key = fz_secret_new (FZ_STORE_KEY_BYTES);

  if (!clear_left_over (options, error))
    return NULL;
  fz_keyfile_set_random (self, options->random, options->random_data);
  self->key_version = 1;
  self->demo = options->demo;
  self->costs = options->costs;
  fz_key_fill (self->identity, sizeof self->identity, self->random, self->random_data);
  fz_key_fill (fz_secret_get_writable (store_key), FZ_STORE_KEY_BYTES, self->random, self->random_data);
  if (!check_costs (self, error) || !fz_durable_folder (self->dir, error))
    return NULL;
  if (!make_device_secret (self, error) || !fz_keyfile_save (self, error)) {
    forget_half (self);
    return NULL;
  }
  *out_store_key = g_steal_pointer (&store_key);
  return g_steal_pointer (&self);
}

FzKeyFile *
fz_keyfile_parse (GBytes *bytes, GError **error)
{
  g_autoptr (FzKeyFile) self = keyfile_new (NULL, NULL);

  if (!fz_keyfile_scan (self, bytes, error) || !check_costs (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

FzKeyFile *
fz_keyfile_load (const char *dir, const char *state_dir, GError **error)
{
  g_autoptr (FzKeyFile) self = keyfile_new (dir, state_dir);
  g_autofree char *path = key_path (dir);

  self->written = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, error);
  if (self->written == NULL || !fz_keyfile_scan (self, self->written, error) || !check_costs (self, error) ||
      !read_device_secret (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

FzKeyFile *
fz_keyfile_move_to_device (const FzKeyFile *self, const char *dir, const char *state_dir, GError **error)
{
  g_autoptr (FzKeyFile) moved = keyfile_new (dir, state_dir);
  g_autofree char *path = key_path (dir);

  if (access (path, F_OK) == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _("数据文件夹 %s 里已有密钥文件。\n请换一个空文件夹。"), dir);
    return NULL;
  }
  memcpy (moved->identity, self->identity, sizeof moved->identity);
  moved->key_version = self->key_version;
  moved->demo = self->demo;
  moved->costs = self->costs;
  moved->recovery = self->recovery != NULL ? g_bytes_ref (self->recovery) : NULL;
  moved->recovery_boxed = self->recovery_boxed != NULL ? g_bytes_ref (self->recovery_boxed) : NULL;
  moved->recovery_box = self->recovery_box;
  fz_keyfile_set_random (moved, self->random, self->random_data);
  if (!fz_durable_folder (dir, error) || !make_device_secret (moved, error) || !fz_keyfile_save (moved, error))
    return NULL;
  return g_steal_pointer (&moved);
}
