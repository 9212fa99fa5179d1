#include "app/intake_bundle_private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>

static gboolean
fail_errno (GError **error, const char *path)
{
  g_set_error (error, FZ_ERROR, errno == ENOENT ? FZ_ERROR_NOT_FOUND : FZ_ERROR_INVALID, _ ("读不出“%s”：%s"), path,
               g_strerror (errno));
  return FALSE;
}

static GBytes *
read_all (int fd, const char *path, gint64 size, GError **error)
{
  g_autofree guint8 *bytes = g_malloc (size > 0 ? (gsize) size : 1);
  gsize n = 0;

  while (n < (gsize) size) {
    ssize_t got = read (fd, bytes + n, (gsize) size - n);

    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0) {
      fail_errno (error, path);
      return NULL;
    }
    if (got == 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”在读取时变短了，请等写完后再收件。"), path);
      return NULL;
    }
    n += (gsize) got;
  }
  return g_bytes_new_take (g_steal_pointer (&bytes), n);
}

/* A link could lead anywhere, a pipe could hang the desk: only regular files, looked at through the opened file itself. */
static GBytes *
read_regular (const char *path, FzBundleTree *tree, GError **error)
{
  int fd = open (path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  struct stat info;
  GBytes *bytes = NULL;

  if (fd < 0 && errno == ELOOP)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”是链接，申请包里只能有普通文件。"), path);
  else if (fd < 0)
    fail_errno (error, path);
  else if (fstat (fd, &info) != 0)
    fail_errno (error, path);
  else if (!S_ISREG (info.st_mode))
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是普通文件，申请包里只能有普通文件。"), path);
  else if (fz_bundle_tree_count (tree, path, info.st_size, error))
    bytes = read_all (fd, path, info.st_size, error);
  if (fd >= 0)
    close (fd);
  return bytes;
}

static GPtrArray *
list_names (const char *path, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("打不开目录“%s”，请检查权限。"), path);
    return NULL;
  }
  while ((name = g_dir_read_name (dir)) != NULL) {
    if (!g_utf8_validate (name, -1, NULL)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("目录“%s”中有文件名不是 UTF-8，请改名。"), path);
      return NULL;
    }
    if (!fz_bundle_is_litter (name))
      g_ptr_array_add (names, g_strdup (name));
  }
  return g_steal_pointer (&names);
}

static gboolean
is_real_folder (const char *path)
{
  return g_file_test (path, G_FILE_TEST_IS_DIR) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK);
}

/* `folder` is this one's name below the top; folders inside a bundle have no meaning, inside the top one each is a bundle. */
static gboolean
read_level (const char *path, const char *folder, FzBundleTree *tree, GError **error)
{
  g_autoptr (GPtrArray) names = list_names (path, error);

  for (guint i = 0; names != NULL && i < names->len; i++) {
    const char *name = names->pdata[i];
    g_autofree char *child = g_build_filename (path, name, NULL);
    g_autofree char *nfc = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
    g_autoptr (GBytes) bytes = NULL;

    if (is_real_folder (child)) {
      if (*folder != '\0') {
        g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("申请包“%s”里不能再有目录“%s”。"), folder, name);
        return FALSE;
      }
      if (!read_level (child, nfc, tree, error))
        return FALSE;
      continue;
    }
    bytes = read_regular (child, tree, error);
    if (bytes == NULL || !fz_bundle_tree_add (tree, folder, nfc, bytes, error))
      return FALSE;
  }
  return names != NULL;
}

FzBundleTree *
fz_bundle_read_folder (const char *path, GError **error)
{
  g_autoptr (FzBundleTree) tree = fz_bundle_tree_new ();

  return read_level (path, "", tree, error) ? g_steal_pointer (&tree) : NULL;
}

FzBundleFile *
fz_bundle_read_file (const char *path, GError **error)
{
  g_autoptr (FzBundleTree) tree = fz_bundle_tree_new ();
  GBytes *bytes = read_regular (path, tree, error);
  g_autofree char *base = g_path_get_basename (path);
  FzBundleFile *file;

  if (bytes == NULL)
    return NULL;
  file = g_new0 (FzBundleFile, 1);
  file->name = g_utf8_validate (base, -1, NULL) ? g_utf8_normalize (base, -1, G_NORMALIZE_NFC) : g_strdup ("evidence");
  file->bytes = bytes;
  return file;
}
