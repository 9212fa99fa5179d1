#include "core/indication.h"

#include <string.h>

#include "core/knowledge_read.h"

typedef struct {
  GStrv prefixes;
  const char *source;
} Row;

struct _FzIndications {
  GStringChunk *texts;
  GPtrArray *rows; /* Row */
  GHashTable *of;
};

static void
row_free (gpointer data)
{
  Row *self = data;

  g_strfreev (self->prefixes);
  g_free (self);
}

static void
table_clear (gpointer data)
{
  FzIndications *self = data;

  g_clear_pointer (&self->of, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

FzIndications *
fz_indications_ref (FzIndications *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_indications_unref (FzIndications *self)
{
  g_atomic_rc_box_release_full (self, table_clear);
}

static gboolean
read_row (const FzKnowledgeReader *reader, guint row, GError **error)
{
  FzIndications *self = reader->table;
  Row *out = g_new0 (Row, 1);
  FzConfidence confidence;

  g_ptr_array_add (self->rows, out);
  out->prefixes = fz_knowledge_words (fz_csv_get (reader->csv, row, "codes"));
  if (out->prefixes[0] == NULL)
    return fz_knowledge_refuse (reader, row, "codes", error);
  for (guint i = 0; out->prefixes[i] != NULL; i++)
    if (!g_ascii_isupper (out->prefixes[i][0]) && !g_str_has_prefix (out->prefixes[i], "tcm:"))
      return fz_knowledge_refuse (reader, row, "codes", error);
  return fz_knowledge_read_source (reader, row, &out->source, &confidence, error) &&
         fz_knowledge_index (reader, row, "subject", self->of, out, error);
}

FzIndications *
fz_indications_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugGroups *groups, GPtrArray *issues, GError **error)
{
  static const char *const columns[] = { "subject", "codes", "source", "confidence", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzIndications) self = NULL;
  FzKnowledgeReader reader = { .csv = csv, .groups = groups, .issues = issues };

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzIndications);
  self->texts = g_string_chunk_new (4096);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->of = fz_knowledge_index_new ();
  reader.texts = self->texts;
  reader.table = self;
  return fz_knowledge_read_rows (&reader, read_row, error) ? g_steal_pointer (&self) : NULL;
}

gboolean
fz_indications_cover (const FzIndications *self, const char *substance_key)
{
  return g_hash_table_contains (self->of, substance_key);
}

gboolean
fz_diagnosis_begins (const char *code, const char *prefix)
{
  const char *manifestation = strchr (code, '+');

  return g_str_has_prefix (code, prefix) || (manifestation != NULL && g_str_has_prefix (manifestation + 1, prefix));
}

gboolean
fz_indications_match (const FzIndications *self, const char *substance_key, const char *code)
{
  GPtrArray *rows = g_hash_table_lookup (self->of, substance_key);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    for (guint k = 0; ((const Row *) rows->pdata[i])->prefixes[k] != NULL; k++)
      if (fz_diagnosis_begins (code, ((const Row *) rows->pdata[i])->prefixes[k]))
        return TRUE;
  return FALSE;
}

const char *
fz_indications_source (const FzIndications *self, const char *substance_key)
{
  GPtrArray *rows = g_hash_table_lookup (self->of, substance_key);

  return rows != NULL && rows->len > 0 ? ((const Row *) rows->pdata[0])->source : NULL;
}
