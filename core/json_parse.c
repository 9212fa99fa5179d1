/* The tree is cJSON's, after the grammar was checked here; the texts of numbers and the lines come from that check. */
#include "core/json_scan.h"

#include <cjson/cJSON.h>
#include <glib/gi18n-lib.h>

typedef struct {
  const char *file, *text;
  const GArray *numbers, *lines;
  guint next; /* cJSON keeps a number only as a double: its text comes from the scan, in the same order */
  guint next_line;
} Building;

/* Scan and parser read the same bytes differently. */
static void
inconsistent (GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _("JSON 解析结果前后不一致，请联系开发者"));
}

static gboolean add_items (FzJson *self, const cJSON *node, Building *building, GError **error);

static FzJson *
build (const cJSON *node, const FzJson *parent, guint index, Building *building, GError **error)
{
  g_autoptr (FzJson) self = g_new0 (FzJson, 1);

  self->parent = parent;
  self->index = index;
  self->name = g_strdup (node->string);
  self->file = parent == NULL ? g_strdup (building->file) : NULL;
  if (building->next_line == building->lines->len)
    {
      inconsistent (error);
      return NULL;
    }
  self->line = g_array_index (building->lines, guint, building->next_line++);
  if (cJSON_IsString (node))
    {
      self->type = FZ_JSON_STRING;
      self->text = g_strdup (node->valuestring);
    }
  else if (cJSON_IsNumber (node) && building->next < building->numbers->len)
    {
      FzJsonSpan span = g_array_index (building->numbers, FzJsonSpan, building->next++);

      self->type = FZ_JSON_NUMBER;
      self->text = g_strndup (building->text + span.at, span.n);
    }
  else if (cJSON_IsBool (node))
    {
      self->type = FZ_JSON_BOOL;
      self->truth = cJSON_IsTrue (node);
    }
  else if (cJSON_IsArray (node) || cJSON_IsObject (node))
    {
      self->type = cJSON_IsArray (node) ? FZ_JSON_ARRAY : FZ_JSON_OBJECT;
      if (!add_items (self, node, building, error))
        return NULL;
    }
  else if (cJSON_IsNull (node))
    self->type = FZ_JSON_NULL;
  else
    {
      inconsistent (error);
      return NULL;
    }
  return g_steal_pointer (&self);
}

static gboolean
add_items (FzJson *self, const cJSON *node, Building *building, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  self->items = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_json_free);
  for (const cJSON *child = node->child; child != NULL; child = child->next)
    {
      FzJson *item = build (child, self, self->items->len, building, error);

      if (item == NULL)
        return FALSE;
      g_ptr_array_add (self->items, item);
      /* Names are compared as decoded: "a" and "\u0061" are the same key. */
      if (item->name != NULL && !g_hash_table_add (seen, item->name))
        return fz_json_fail (item, NULL, _("键名重复"), error);
    }
  return TRUE;
}

FzJson *
fz_json_parse (const void *bytes, gsize n, gsize max_bytes, GError **error)
{
  return fz_json_parse_file (NULL, bytes, n, max_bytes, error);
}

FzJson *
fz_json_parse_file (const char *file, const void *bytes, gsize n, gsize max_bytes, GError **error)
{
  g_autoptr (GArray) numbers = NULL, lines = g_array_new (FALSE, FALSE, sizeof (guint));
  Building building = { file, bytes, NULL, lines, 0, 0 };
  const char *end = NULL;
  cJSON *tree;
  g_autoptr (FzJson) root = NULL;

  if (n > max_bytes)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("JSON 共 %zu 字节，超过上限 %zu 字节"), n, max_bytes);
      if (file != NULL)
        g_prefix_error (error, "%s:1: ", file);
      return NULL;
    }
  numbers = fz_json_scan (file, n > 0 ? bytes : "", n, lines, error);
  if (numbers == NULL)
    return NULL;
  building.numbers = numbers;
  tree = cJSON_ParseWithLengthOpts (bytes, n, &end, FALSE);
  if (tree == NULL)
    {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _("JSON 解析失败，可能内存不足，请重试"));
      return NULL;
    }
  root = build (tree, NULL, 0, &building, error);
  cJSON_Delete (tree);
  if (root == NULL || building.next == numbers->len)
    return g_steal_pointer (&root);
  inconsistent (error);
  return NULL;
}
