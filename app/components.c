#include "app/components.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* What is mapped from files, each as dpkg may know it: with merged folders a library stands below /usr and is listed without. */
static GPtrArray *
question (void)
{
  g_autofree char *maps = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (words, g_strdup ("dpkg-query"));
  g_ptr_array_add (words, g_strdup ("-S"));
  if (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL))
    lines = g_strsplit (maps, "\n", -1);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++) {
    const char *path = strchr (lines[i], '/');

    if (path == NULL || strstr (path, ".so") == NULL || !g_hash_table_add (seen, (gpointer) path))
      continue;
    g_ptr_array_add (words, g_strdup (path));
    if (g_str_has_prefix (path, "/usr/lib"))
      g_ptr_array_add (words, g_strdup (path + strlen ("/usr")));
  }
  g_ptr_array_add (words, NULL);
  return words;
}

/* What it prints; its exit says only that some path was not found. */
static char *
ask_dpkg (const GPtrArray *words, GError **error)
{
  g_autoptr (GError) why = NULL;
  char *out = NULL;

  if (g_spawn_sync (NULL, (char **) words->pdata, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, NULL, &why))
    return out;
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("不能询问 dpkg：%s。软件清单只能在 Debian 上列出。"), why->message);
  return NULL;
}

/* From lines `package:architecture: path` to the question for their versions. */
static GPtrArray *
second_question (const char *owners)
{
  g_auto (GStrv) lines = g_strsplit (owners, "\n", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (words, g_strdup ("dpkg-query"));
  g_ptr_array_add (words, g_strdup ("-W"));
  g_ptr_array_add (words, g_strdup ("-f=${binary:Package} ${Version}\n"));
  for (guint i = 0; lines[i] != NULL; i++) {
    char *end = strstr (lines[i], ": /");

    if (end == NULL || strchr (lines[i], ',') != NULL)
      continue;
    *end = '\0';
    if (g_hash_table_add (seen, lines[i]))
      g_ptr_array_add (words, g_strdup (lines[i]));
  }
  g_ptr_array_add (words, NULL);
  return words;
}

GPtrArray *
fz_components_list (GError **error)
{
  g_autoptr (GPtrArray) paths = question (), packages = NULL, rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autofree char *owners = ask_dpkg (paths, error), *versions = NULL;
  g_auto (GStrv) lines = NULL;

  if (owners == NULL)
    return NULL;
  packages = second_question (owners);
  versions = packages->len > 4 ? ask_dpkg (packages, error) : g_strdup (""); /* without a name it would tell of every package there is */
  if (versions == NULL)
    return NULL;
  lines = g_strsplit (versions, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (lines[i], " ", 2);
    FzFields *row;

    if (g_strv_length (pair) != 2)
      continue;
    row = fz_fields_new ("fuzhen.component/v1");
    fz_fields_set (row, "package", pair[0]);
    fz_fields_set (row, "version", pair[1]);
    g_ptr_array_add (rows, row);
  }
  if (rows->len > 0)
    return g_steal_pointer (&rows);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INTERNAL, _ ("dpkg 不认识本程序所用的任何程序库。请核对安装来源。"));
  return NULL;
}
