/* A folder that appears at once, durable before it is seen. */
#include "app/paper/handout_private.h"

#include "app/out_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

struct _FzNewFolder {
  char *parent, *target, *path; /* path NULL once in place */
};

static void
remove_leftovers (const char *parent, const char *prefix)
{
  g_autoptr (GDir) dir = g_dir_open (parent, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, prefix)) {
      g_autofree char *path = g_build_filename (parent, name, NULL);

      fz_out_folder_remove (path);
    }
}

FzNewFolder *
fz_new_folder_begin (const char *parent, const char *name, GError **error)
{
  g_autofree char *prefix = g_strdup_printf (".%s.", name), *leaf = g_strconcat (prefix, "XXXXXX", NULL);
  g_autoptr (FzNewFolder) self = g_new0 (FzNewFolder, 1);

  self->parent = g_strdup (parent);
  self->target = g_build_filename (parent, name, NULL);
  if (g_mkdir_with_parents (parent, 0700) != 0) {
    fz_out_file_fail (parent, error);
    return NULL;
  }
  remove_leftovers (parent, prefix);
  self->path = g_build_filename (parent, leaf, NULL);
  if (g_mkdtemp (self->path) == NULL) {
    fz_out_file_fail (self->path, error);
    g_clear_pointer (&self->path, g_free);
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
fz_new_folder_free (FzNewFolder *self)
{
  if (self == NULL)
    return;
  if (self->path != NULL)
    fz_out_folder_remove (self->path);
  g_free (self->path);
  g_free (self->target);
  g_free (self->parent);
  g_free (self);
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

gboolean
fz_new_folder_add (FzNewFolder *self, const char *file, const void *bytes, gsize n, GError **error)
{
  g_autofree char *path = g_build_filename (self->path, file, NULL);
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean good;

  if (fd < 0)
    return fz_out_file_fail (path, error);
  good = write_all (fd, bytes, n) && fsync (fd) == 0;
  if (!good)
    fz_out_file_fail (path, error);
  if (close (fd) != 0 && good)
    return fz_out_file_fail (path, error);
  return good;
}

static gboolean
sync_folder (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean good;

  if (fd < 0)
    return fz_out_file_fail (path, error);
  good = fsync (fd) == 0;
  if (!good)
    fz_out_file_fail (path, error);
  close (fd);
  return good;
}

/* New and old change places in one step; the old one is then removed under the new one's name. */
static gboolean
put_in_place (FzNewFolder *self)
{
  if (renameat2 (AT_FDCWD, self->path, AT_FDCWD, self->target, RENAME_NOREPLACE) == 0)
    return TRUE;
  if (errno == EEXIST && renameat2 (AT_FDCWD, self->path, AT_FDCWD, self->target, RENAME_EXCHANGE) == 0) {
    fz_out_folder_remove (self->path);
    return TRUE;
  }
  /* A file system without these flags: a moment without the folder is the best it can do. */
  if (errno == EINVAL || errno == ENOSYS) {
    fz_out_folder_remove (self->target);
    return rename (self->path, self->target) == 0;
  }
  return FALSE;
}

gboolean
fz_new_folder_finish (FzNewFolder *self, GError **error)
{
  if (!sync_folder (self->path, error))
    return FALSE;
  if (!put_in_place (self))
    return fz_out_file_fail (self->target, error);
  g_clear_pointer (&self->path, g_free);
  return sync_folder (self->parent, error);
}
