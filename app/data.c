#include "app/data.h"

#include "fuzhen-data.h"

#include <glib/gi18n-lib.h>

#define PREFIX "/cn/fuzhen/data/"

GBytes *
fz_data_load (const char *name, GError **error)
{
  g_autofree char *path = g_strconcat (PREFIX, name, NULL);
  GBytes *bytes = g_resource_lookup_data (fuzhen_data_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (bytes == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("程序没有附带数据文件“%s”。"), name);
  return bytes;
}

static int
by_text (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

char **
fz_data_list (const char *folder)
{
  g_autofree char *path = g_strconcat (PREFIX, folder, NULL);
  char **names = g_resource_enumerate_children (fuzhen_data_get_resource (), path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

  if (names == NULL)
    return g_new0 (char *, 1);
  qsort (names, g_strv_length (names), sizeof *names, by_text);
  return names;
}

GHashTable *
fz_data_load_templates (GError **error)
{
  g_autoptr (GHashTable) templates =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fz_template_unref);
  g_auto (GStrv) names = fz_data_list ("render");

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_strconcat ("render/", names[i], NULL);
    g_autoptr (GBytes) bytes = fz_data_load (name, error);
    gsize n = 0;
    const char *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
    FzTemplate *template = text != NULL ? fz_template_parse (text, n, error) : NULL;

    if (template == NULL) {
      g_prefix_error (error, "%s: ", name);
      return NULL;
    }
    g_hash_table_insert (templates, g_strdup (fz_template_get_kind (template)), template);
  }
  return g_steal_pointer (&templates);
}

FzRulebook *
fz_data_load_rulebook (const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("rules/%s.json", name);
  g_autoptr (GBytes) bytes = fz_data_load (path, error);
  gsize n = 0;
  const void *json = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;
  FzRulebook *rulebook = json != NULL ? fz_rulebook_parse (json, n, error) : NULL;

  if (rulebook == NULL)
    g_prefix_error (error, "%s: ", path);
  return rulebook;
}

FzCodes *
fz_data_load_codes (const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("codes/%s.csv", name);
  g_autoptr (GBytes) bytes = fz_data_load (path, error);
  gsize n = 0;
  const guint8 *csv = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return csv != NULL ? fz_codes_parse (csv, n, path, FALSE, error) : NULL;
}
