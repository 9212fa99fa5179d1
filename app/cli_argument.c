/* Arguments: times, numbers, files; and rows for people. */
#include "app/cli_private.h"

#include "app/cli_json.h"
#include "core/date.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

gboolean
fz_cli_parse_time (const char *text, gboolean end_of_day, gint64 *out_us, GError **error)
{
  g_autoptr (GDateTime) moment = NULL;
  FzDate day;

  if (fz_date_parse (text, &day, NULL)) {
    *out_us = fz_date_beijing_start_us (end_of_day ? fz_date_add_days (day, 1) : day);
    return TRUE;
  }
  /* GLib takes more spellings than RFC 3339; with a zone given they all mean one moment. */
  moment = strlen (text) >= 20 && text[10] == 'T' ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  if (moment == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是日期或时间；请写作 2026-03-02 或 2026-03-02T09:10:00+08:00。"), text);
    return FALSE;
  }
  *out_us = g_date_time_to_unix (moment) * FZ_US_PER_SECOND;
  return TRUE;
}

gboolean
fz_cli_parse_number (const char *text, gint64 *out, GError **error)
{
  return g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, out, NULL) ||
         (g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是编号。"), text), FALSE);
}

GBytes *
fz_cli_read_file (const char *path, gsize max, GError **error)
{
  g_autofree char *text = NULL;
  struct stat info;
  gsize n = 0;

  if (stat (path, &info) == 0 && !S_ISREG (info.st_mode)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”不是普通文件。"), path);
    return NULL;
  }
  if (!g_file_get_contents (path, &text, &n, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能读取文件“%s”，请检查路径和权限。"), path);
    return NULL;
  }
  if (n > max) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件“%s”超过%zu字节。"), path, max);
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&text), n);
}

void
fz_cli_print_row (const FzFields *row, const char *const *keys)
{
  for (guint i = 0; keys[i] != NULL; i++) {
    const char *value = fz_fields_get (row, keys[i]);
    gint64 us = 0;

    if (i > 0)
      g_print ("\t");
    if (value != NULL && fz_time_parse (value, &us)) {
      g_autofree char *local = fz_beijing_time_format (us);

      g_print ("%s", local);
    } else
      g_print ("%s", value != NULL ? value : "-");
  }
  g_print ("\n");
}

int
fz_cli_print_rows (const FzCli *cli, GPtrArray *rows, const char *const *keys, const GError *error)
{
  if (rows == NULL)
    return fz_cli_fail (error);
  for (guint i = 0; i < rows->len; i++)
    if (cli->json)
      fz_cli_print_json (rows->pdata[i]);
    else
      fz_cli_print_row (rows->pdata[i], keys);
  return FZ_EXIT_DONE;
}

FzFields *
fz_cli_read_pairs (int n, char **words, const char *const *keys, const char *kind, GError **error)
{
  g_autoptr (FzFields) row = fz_fields_new (kind);

  for (int i = 0; i < n; i++) {
    const char *sign = strchr (words[i], '=');
    g_autofree char *key = sign != NULL ? g_strndup (words[i], (gsize) (sign - words[i])) : NULL;
    g_autofree char *all = g_strjoinv (" ", (char **) keys);

    if (key == NULL || !g_strv_contains (keys, key)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不认识“%s”；请写作 KEY=VALUE，KEY 可以是：%s"), words[i], all);
      return NULL;
    }
    if (!g_utf8_validate (sign + 1, -1, NULL)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”的内容不是 UTF-8 文字。"), key);
      return NULL;
    }
    fz_fields_set (row, key, sign + 1);
  }
  return g_steal_pointer (&row);
}
