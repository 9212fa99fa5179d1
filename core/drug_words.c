#include "core/drug_words.h"

#include <glib/gi18n-lib.h>

#include "core/drugname.h"
#include "core/knowledge_read.h"
#include "core/text.h"

struct _FzDrugWords {
  GStringChunk *texts;
  GPtrArray *rows;    /* FzLookalike */
  GHashTable *of;     /* key of a name -> rows */
  GHashTable *brands; /* key of a brand -> generic */
};

static void
words_clear (gpointer data)
{
  FzDrugWords *self = data;

  g_clear_pointer (&self->brands, g_hash_table_unref);
  g_clear_pointer (&self->of, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

FzDrugWords *
fz_drug_words_ref (FzDrugWords *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_drug_words_unref (FzDrugWords *self)
{
  g_atomic_rc_box_release_full (self, words_clear);
}

static void
add_side (FzDrugWords *self, const char *name, FzLookalike *row)
{
  g_autofree char *key = fz_text_key (name);
  GPtrArray *rows = g_hash_table_lookup (self->of, key);

  if (rows == NULL) {
    rows = g_ptr_array_new ();
    g_hash_table_insert (self->of, g_steal_pointer (&key), rows);
  }
  g_ptr_array_add (rows, row);
}

static gboolean
read_lookalike (const FzKnowledgeReader *reader, guint row, GError **error)
{
  FzDrugWords *self = reader->table;
  const char *kind = fz_csv_get (reader->csv, row, "kind");
  FzLookalike *out = g_new0 (FzLookalike, 1);
  FzConfidence confidence;

  g_ptr_array_add (self->rows, out);
  out->a = fz_knowledge_text (reader, row, "a");
  out->b = fz_knowledge_text (reader, row, "b");
  out->words = fz_knowledge_text (reader, row, "words");
  out->sound = g_str_equal (kind, "sound");
  if (*out->a == '\0')
    return fz_knowledge_refuse (reader, row, "a", error);
  if (*out->b == '\0' || fz_text_same (out->a, out->b))
    return fz_knowledge_refuse (reader, row, "b", error);
  if (!out->sound && !g_str_equal (kind, "look"))
    return fz_knowledge_refuse (reader, row, "kind", error);
  if (!fz_knowledge_read_source (reader, row, &out->source, &confidence, error))
    return FALSE;
  add_side (self, out->a, out);
  add_side (self, out->b, out);
  return TRUE;
}

static gboolean
read_brand (const FzKnowledgeReader *reader, guint row, GError **error)
{
  FzDrugWords *self = reader->table;
  g_autofree char *key = fz_text_key (fz_csv_get (reader->csv, row, "brand"));
  const char *generic = fz_knowledge_text (reader, row, "generic"), *source = NULL;
  FzConfidence confidence;

  if (*key == '\0' || g_hash_table_contains (self->brands, key))
    return fz_knowledge_refuse (reader, row, "brand", error);
  if (*generic == '\0')
    return fz_knowledge_refuse (reader, row, "generic", error);
  if (!fz_knowledge_read_source (reader, row, &source, &confidence, error))
    return FALSE;
  g_hash_table_insert (self->brands, g_steal_pointer (&key), (gpointer) (gsize) generic);
  return TRUE;
}

FzDrugWords *
fz_drug_words_parse (const FzDrugWordFiles *files, GPtrArray *issues, GError **error)
{
  static const char *const columns[] = { "a", "b", "kind", "words", "source", "confidence", NULL };
  static const char *const brand_columns[] = { "brand", "generic", "source", "confidence", NULL };
  g_autoptr (FzCsv) lookalikes = fz_csv_parse (files->lookalikes, files->n_lookalikes, files->lookalikes_name, error);
  g_autoptr (FzCsv) brands = lookalikes != NULL ? fz_csv_parse (files->brands, files->n_brands, files->brands_name, error) : NULL;
  g_autoptr (FzDrugWords) self = NULL;
  FzKnowledgeReader reader = { .csv = lookalikes, .issues = issues };

  if (brands == NULL || !fz_csv_require (lookalikes, columns, error) || !fz_csv_require (brands, brand_columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzDrugWords);
  self->texts = g_string_chunk_new (4096);
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->of = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  self->brands = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  reader.texts = self->texts;
  reader.table = self;
  if (!fz_knowledge_read_rows (&reader, read_lookalike, error))
    return NULL;
  reader.csv = brands;
  return fz_knowledge_read_rows (&reader, read_brand, error) ? g_steal_pointer (&self) : NULL;
}

GPtrArray *
fz_drug_words_lookalikes (const FzDrugWords *self, const char *name)
{
  g_autofree char *key = fz_text_key (name);

  return g_hash_table_lookup (self->of, key);
}

const char *
fz_drug_words_generic (const FzDrugWords *self, const char *brand)
{
  g_autofree char *key = fz_text_key (brand);
  const char *generic = g_hash_table_lookup (self->brands, key);
  g_autofree char *bare = generic == NULL ? fz_drugname_ingredient (brand) : NULL;

  return generic != NULL ? generic : g_hash_table_lookup (self->brands, bare); /* 立普妥片 is 立普妥 */
}
