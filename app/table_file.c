#include "app/table_file.h"

#include "app/xlsx_read.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_FILE (64 * 1024 * 1024)

/* What Excel writes for .xls, and for every workbook with a password. */
static gboolean
is_compound (GBytes *file)
{
  gsize n = 0;
  const char *bytes = g_bytes_get_data (file, &n);

  return n >= 8 && memcmp (bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) == 0;
}

/* Bytes that are no UTF-8 and are GB18030 throughout are that; anything else is left for the parser to name the line. */
static GBytes *
to_utf8 (GBytes *file)
{
  gsize n = 0, n_out = 0;
  const char *bytes = g_bytes_get_data (file, &n);
  char *text = n == 0 || g_utf8_validate_len (bytes, n, NULL) ? NULL : g_convert (bytes, (gssize) n, "UTF-8", "GB18030", NULL, &n_out, NULL);

  return text != NULL ? g_bytes_new_take (text, n_out) : g_bytes_ref (file);
}

GBytes *
fz_table_file_of (GBytes *file, const char *name, GError **error)
{
  if (fz_xlsx_is (file))
    return fz_xlsx_read (file, name, error);
  if (!is_compound (file))
    return to_utf8 (file);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”是旧格式 .xls，或设有密码的 Excel 文件。请在 Excel 中去掉密码并另存为 .xlsx 或 CSV。"), name);
  return NULL;
}

GBytes *
fz_table_file_read (const char *path, GError **error)
{
  g_autofree char *name = g_path_get_basename (path), *text = NULL;
  g_autoptr (GBytes) file = NULL;
  gsize n = 0;

  if (!g_file_get_contents (path, &text, &n, NULL) || n > MAX_FILE) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能读取文件“%s”，或文件超过 64 MB。"), path);
    return NULL;
  }
  file = g_bytes_new_take (g_steal_pointer (&text), n);
  return fz_table_file_of (file, name, error);
}
