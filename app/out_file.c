#include "app/out_file.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

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
fz_out_file_save_text (const char *text, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return fz_out_file_save (bytes, path, error);
}
