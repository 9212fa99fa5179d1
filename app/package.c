#include "app/package.h"

#include "app/out_file.h"
#include "core/fields.h"
#include "db/attachment.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct _FzPackage {
  char *folder, *partial; /* partial NULL once it is kept */
  GTree *hashes;          /* name -> hash, in byte order */
  guint64 size;
  gboolean closed;
};

static int
compare_names (gconstpointer a, gconstpointer b, gpointer data)
{
  return strcmp (a, b);
}

FzPackage *
fz_package_begin (const char *folder, GError **error)
{
  g_autoptr (FzPackage) self = NULL;
  g_autofree char *whole = g_canonicalize_filename (folder, NULL), *partial = g_strconcat (whole, ".partial", NULL);

  if (g_file_test (whole, G_FILE_TEST_EXISTS) || g_file_test (whole, G_FILE_TEST_IS_SYMLINK)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("“%s”已经存在，请换一个新的文件夹名。"), whole);
    return NULL;
  }
  if (g_mkdir (partial, 0700) != 0) {
    if (errno == EEXIST)
      g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("“%s”是上一次没有做完留下的（或另一个程序正在制作），请确认后删除再重试。"), partial);
    else
      fz_out_file_fail (partial, error);
    return NULL;
  }
  self = g_new0 (FzPackage, 1);
  self->folder = g_steal_pointer (&whole);
  self->partial = g_steal_pointer (&partial);
  self->hashes = g_tree_new_full (compare_names, NULL, g_free, g_free);
  return g_steal_pointer (&self);
}

void
fz_package_free (FzPackage *self)
{
  if (self == NULL)
    return;
  if (self->partial != NULL)
    fz_out_folder_remove (self->partial);
  g_tree_unref (self->hashes);
  g_free (self->folder);
  g_free (self->partial);
  g_free (self);
}

static gboolean
is_name (const char *name)
{
  return *name != '\0' && *name != '/' && strstr (name, "..") == NULL && name[strspn (name, "/._-" G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS)] == '\0';
}

static gboolean
write_all (int fd, const char *bytes, gsize n)
{
  while (n > 0) {
    ssize_t done = write (fd, bytes, n);

    if (done < 0 && errno != EINTR)
      return FALSE;
    if (done > 0) {
      bytes += done;
      n -= (gsize) done;
    }
  }
  return TRUE;
}

/* Not synced one by one: fz_package_keep() does all at once. */
static gboolean
write_file (const char *path, const void *bytes, gsize n, guint mode, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = g_mkdir_with_parents (folder, 0700) == 0 ? g_open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, (int) mode) : -1;
  gboolean good;

  if (fd < 0)
    return fz_out_file_fail (path, error);
  good = write_all (fd, bytes, n) || fz_out_file_fail (path, error);
  return (close (fd) == 0 || !good || fz_out_file_fail (path, error)) && good;
}

gboolean
fz_package_add (FzPackage *self, const char *name, const void *bytes, gsize n, guint mode, GError **error)
{
  g_autofree char *path = g_build_filename (self->partial, name, NULL);

  g_return_val_if_fail (is_name (name) && !fz_package_has (self, name), FALSE);
  if (!write_file (path, bytes, n, mode, error))
    return FALSE;
  self->size += n;
  if (!self->closed)
    g_tree_insert (self->hashes, g_strdup (name), fz_sha256_hex (bytes, n));
  return TRUE;
}

gboolean
fz_package_add_text (FzPackage *self, const char *name, const char *text, GError **error)
{
  return fz_package_add (self, name, text, strlen (text), 0600, error);
}

typedef struct {
  const char *sha256;
  GBytes *bytes;
} Kept;

static gboolean
read_kept (FzTxn *txn, gpointer data, GError **error)
{
  Kept *kept = data;

  kept->bytes = fz_attachment_get (txn, kept->sha256, NULL, error);
  return kept->bytes != NULL;
}

gboolean
fz_package_add_attachment (FzPackage *self, const char *name, FzStore *store, const char *sha256, GError **error)
{
  Kept kept = { .sha256 = sha256 };
  gboolean good = fz_store_run (store, FZ_TXN_READ, read_kept, &kept, error) &&
                  fz_package_add (self, name, g_bytes_get_data (kept.bytes, NULL), g_bytes_get_size (kept.bytes), 0600, error);

  g_clear_pointer (&kept.bytes, g_bytes_unref);
  return good;
}

gboolean
fz_package_has (const FzPackage *self, const char *name)
{
  return g_tree_lookup (self->hashes, name) != NULL;
}

guint
fz_package_get_n (const FzPackage *self)
{
  return (guint) g_tree_nnodes (self->hashes);
}

guint64
fz_package_get_size (const FzPackage *self)
{
  return self->size;
}

static gboolean
add_line (gpointer name, gpointer hash, gpointer list)
{
  g_string_append_printf (list, "%s  %s\n", (const char *) hash, (const char *) name);
  return FALSE;
}

char *
fz_package_close_list (FzPackage *self, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);

  g_tree_foreach (self->hashes, add_line, list);
  self->closed = TRUE;
  return fz_package_add (self, "files.sha256", list->str, list->len, 0600, error) ? fz_sha256_hex (list->str, list->len) : NULL;
}

/* Everything of that file system at once: a package has thousands of files, and each would wait for the disk. */
static gboolean
sync_all (const char *path, GError **error)
{
  int fd = g_open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  gboolean good = fd >= 0 && syncfs (fd) == 0;

  if (!good)
    fz_out_file_fail (path, error);
  if (fd >= 0)
    close (fd);
  return good;
}

gboolean
fz_package_keep (FzPackage *self, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (self->folder);

  if (!sync_all (self->partial, error))
    return FALSE;
  if (renameat2 (AT_FDCWD, self->partial, AT_FDCWD, self->folder, RENAME_NOREPLACE) != 0 &&
      ((errno != EINVAL && errno != ENOSYS) || g_file_test (self->folder, G_FILE_TEST_EXISTS) || g_rename (self->partial, self->folder) != 0))
    return fz_out_file_fail (self->folder, error);
  if (!sync_all (parent, error)) {
    if (g_rename (self->folder, self->partial) != 0) /* back where it grew: it is not kept, and may be tried again */
      fz_out_folder_remove (self->folder);
    return FALSE;
  }
  g_clear_pointer (&self->partial, g_free);
  return TRUE;
}

gboolean
fz_package_take_back (FzPackage *self)
{
  if (self->partial == NULL)
    fz_out_folder_remove (self->folder);
  return self->partial != NULL || !g_file_test (self->folder, G_FILE_TEST_EXISTS);
}
