#include "core/knowledge_read.h"

#include <glib/gi18n-lib.h>

#include "core/drugname.h"

gboolean
fz_knowledge_read_rows (const FzKnowledgeReader *reader, FzKnowledgeReadRow read, GError **error)
{
  for (guint row = 0; row < fz_csv_get_n_rows (reader->csv); row++) {
    g_autoptr (GError) problem = NULL;

    if (read (reader, row, &problem))
      continue;
    if (reader->issues == NULL) {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
    g_ptr_array_add (reader->issues, g_strdup (problem->message));
  }
  return TRUE;
}

gboolean
fz_knowledge_refuse (const FzKnowledgeReader *reader, guint row, const char *column, GError **error)
{
  g_autofree char *reason = g_strdup_printf (_("取值“%s”无效"), fz_csv_get (reader->csv, row, column));

  fz_csv_set_error (reader->csv, row, column, error, reason);
  return FALSE;
}

const char *
fz_knowledge_text (const FzKnowledgeReader *reader, guint row, const char *column)
{
  return g_string_chunk_insert_const (reader->texts, fz_csv_get (reader->csv, row, column));
}

gboolean
fz_knowledge_read_source (const FzKnowledgeReader *reader, guint row, const char **source, FzConfidence *confidence, GError **error)
{
  const char *word = fz_csv_get (reader->csv, row, "confidence");

  *source = fz_knowledge_text (reader, row, "source");
  if (**source == '\0')
    return fz_knowledge_refuse (reader, row, "source", error);
  if (g_str_equal (word, "h"))
    *confidence = FZ_CONFIDENCE_HIGH;
  else if (g_str_equal (word, "m"))
    *confidence = FZ_CONFIDENCE_MEDIUM;
  else if (g_str_equal (word, "l"))
    *confidence = FZ_CONFIDENCE_LOW;
  else
    return fz_knowledge_refuse (reader, row, "confidence", error);
  return TRUE;
}

static void
add (GHashTable *index, const char *key, gpointer value)
{
  GPtrArray *list = g_hash_table_lookup (index, key);

  if (list == NULL) {
    list = g_ptr_array_new ();
    g_hash_table_insert (index, g_strdup (key), list);
  }
  if (!g_ptr_array_find (list, value, NULL))
    g_ptr_array_add (list, value);
}

gboolean
fz_knowledge_index (const FzKnowledgeReader *reader, guint row, const char *column, GHashTable *index, gpointer value, GError **error)
{
  const char *subject = fz_csv_get (reader->csv, row, column);
  GPtrArray *members = subject[0] == '@' && reader->groups != NULL ? fz_drug_groups_get_members (reader->groups, subject + 1) : NULL;
  g_autofree char *key = members == NULL && subject[0] != '@' ? fz_drugname_substance (subject) : NULL;

  if (members == NULL && (key == NULL || *key == '\0'))
    return fz_knowledge_refuse (reader, row, column, error);
  if (key != NULL)
    add (index, key, value);
  for (guint i = 0; members != NULL && i < members->len; i++)
    add (index, members->pdata[i], value);
  return TRUE;
}

GHashTable *
fz_knowledge_index_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

GStrv
fz_knowledge_words (const char *text)
{
  return *text != '\0' ? g_strsplit (text, "|", -1) : g_new0 (char *, 1);
}

gboolean
fz_knowledge_read_routes (const FzKnowledgeReader *reader, guint row, GStrv *routes, GError **error)
{
  *routes = fz_knowledge_words (fz_csv_get (reader->csv, row, "routes"));
  for (guint i = 0; (*routes)[i] != NULL; i++)
    if (fz_codes_find_code (reader->routes, (*routes)[i]) < 0)
      return fz_knowledge_refuse (reader, row, "routes", error);
  return TRUE;
}
