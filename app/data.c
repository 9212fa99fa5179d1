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

  guint kept = 0;

  if (names == NULL)
    return g_new0 (char *, 1);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_has_suffix (names[i], "/")) /* a folder within */
      g_free (names[i]);
    else
      names[kept++] = names[i];
  names[kept] = NULL;
  qsort (names, kept, sizeof *names, by_text);
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

FzRuleLayer *
fz_data_load_layer (const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("rules/%s.json", name);
  g_autoptr (GBytes) bytes = fz_data_load (path, error);
  gsize n = 0;
  const void *json = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return json != NULL ? fz_rule_layer_parse (path, json, n, error) : NULL;
}

/* The layer and those below it, lowest first. Each is of a lower rank than the one it stands under, so a circle cannot be. */
static gboolean
load_chain (FzRuleLayer *top, GPtrArray *layers, GError **error)
{
  const char *over = fz_rule_layer_get_over (top);
  g_autoptr (FzRuleLayer) below = NULL;

  g_ptr_array_insert (layers, 0, fz_rule_layer_ref (top));
  if (over == NULL)
    return TRUE;
  below = fz_data_load_layer (over, error);
  if (below == NULL)
    return FALSE;
  if (fz_rule_layer_get_rank (below) < fz_rule_layer_get_rank (top))
    return load_chain (below, layers, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("规则层“%s”不能以“%s”为下一层：下一层应当是更上位的规定。"),
               fz_rule_layer_get_name (top), over);
  return FALSE;
}

static void
layer_unref (gpointer data)
{
  fz_rule_layer_unref (data);
}

FzRulebook *
fz_data_stack_rulebook (FzRuleLayer *top, GError **error)
{
  g_autoptr (GPtrArray) layers = g_ptr_array_new_with_free_func (layer_unref);

  return load_chain (top, layers, error) ? fz_rulebook_new ((FzRuleLayer *const *) layers->pdata, layers->len, error) : NULL;
}

FzRulebook *
fz_data_load_rulebook (const char *name, GError **error)
{
  g_autoptr (FzRuleLayer) top = fz_data_load_layer (name, error);

  return top != NULL ? fz_data_stack_rulebook (top, error) : NULL;
}

char *
fz_data_load_regulation (const char *name, GError **error)
{
  g_autofree char *path = g_strdup_printf ("regulations/%s.txt", name);
  g_autoptr (GBytes) bytes = fz_data_load (path, error);
  gsize n = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  return text != NULL ? g_strndup (text, n) : NULL;
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
