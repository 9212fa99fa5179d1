#include "app/out_file.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

gboolean
fz_out_file_fail (const char *path, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("写不进“%s”：%s。请检查磁盘空间和权限后重试。"), path, g_strerror (errno));
  return FALSE;
}

void
fz_out_folder_remove (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_filename (path, name, NULL);

    if (g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK))
      fz_out_folder_remove (child);
    else
      g_unlink (child);
  }
  g_rmdir (path);
}

gboolean
fz_out_file_save (GBytes *bytes, const char *path, GError **error)
{
  gsize n = 0;
  const char *data = g_bytes_get_data (bytes, &n);
  g_autoptr (GError) why = NULL;
  GStatBuf there;

  if (g_stat (path, &there) == 0 && !S_ISREG (there.st_mode)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是普通文件，不能写入。请给出一个文件名。"), path);
    return FALSE;
  }
  if (g_file_set_contents_full (path, n > 0 ? data : "", (gssize) n, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600, &why))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("写不进“%s”：%s。请检查磁盘空间和权限后重试。"), path, why->message);
  return FALSE;
}

gboolean
fz_out_file_forget (const char *path, GError **error)
{
  GStatBuf there;

  if (g_lstat (path, &there) != 0 || !S_ISREG (there.st_mode) || g_unlink (path) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("删不掉以前导出的“%s”：%s。请检查权限后重试。"), path, g_strerror (errno));
  return FALSE;
}

gboolean
fz_out_file_save_text (const char *text, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return fz_out_file_save (bytes, path, error);
}
