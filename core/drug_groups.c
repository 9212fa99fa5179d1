#include "core/drug_groups.h"

#include <glib/gi18n-lib.h>

#include "core/drugname.h"
#include "core/knowledge_read.h"

typedef struct {
  const char *name, *source;
  gboolean duplicate;
  GPtrArray *members; /* keys */
} Group;

struct _FzDrugGroups {
  GStringChunk *texts;
  GHashTable *by_name; /* owns Group */
  GHashTable *of;      /* substance key -> Groups */
};

static void
group_free (gpointer data)
{
  Group *self = data;

  g_ptr_array_unref (self->members);
  g_free (self);
}

static void
groups_clear (gpointer data)
{
  FzDrugGroups *self = data;

  g_clear_pointer (&self->of, g_hash_table_unref);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

FzDrugGroups *
fz_drug_groups_ref (FzDrugGroups *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_drug_groups_unref (FzDrugGroups *self)
{
  g_atomic_rc_box_release_full (self, groups_clear);
}

static Group *
group_named (const FzKnowledgeReader *reader, guint row, const char *source, gboolean duplicate)
{
  FzDrugGroups *self = reader->table;
  const char *name = fz_knowledge_text (reader, row, "group");
  Group *group = g_hash_table_lookup (self->by_name, name);

  if (group == NULL) {
    group = g_new0 (Group, 1);
    *group = (Group){ name, source, duplicate, g_ptr_array_new_with_free_func (g_free) };
    g_hash_table_insert (self->by_name, (gpointer) (gsize) name, group);
  }
  return group;
}

static gboolean
read_member (const FzKnowledgeReader *reader, guint row, GError **error)
{
  FzDrugGroups *self = reader->table;
  g_autofree char *key = fz_drugname_substance (fz_csv_get (reader->csv, row, "ingredient"));
  const char *duplicate = fz_csv_get (reader->csv, row, "duplicate"), *source = NULL;
  FzConfidence confidence;
  Group *group;

  if (*fz_csv_get (reader->csv, row, "group") == '\0')
    return fz_knowledge_refuse (reader, row, "group", error);
  if (*key == '\0')
    return fz_knowledge_refuse (reader, row, "ingredient", error);
  if (!g_str_equal (duplicate, "yes") && !g_str_equal (duplicate, "no"))
    return fz_knowledge_refuse (reader, row, "duplicate", error);
  if (!fz_knowledge_read_source (reader, row, &source, &confidence, error))
    return FALSE;
  group = group_named (reader, row, source, g_str_equal (duplicate, "yes"));
  if (group->duplicate != g_str_equal (duplicate, "yes"))
    return fz_knowledge_refuse (reader, row, "duplicate", error);
  if (g_ptr_array_find_with_equal_func (group->members, key, g_str_equal, NULL)) {
    fz_csv_set_error (reader->csv, row, "ingredient", error, _("同一类别中重复"));
    return FALSE;
  }
  g_ptr_array_add (group->members, g_steal_pointer (&key));
  return fz_knowledge_index (reader, row, "ingredient", self->of, group, error);
}

FzDrugGroups *
fz_drug_groups_parse (const guint8 *bytes, gsize n, const char *name, GPtrArray *issues, GError **error)
{
  static const char *const columns[] = { "group", "ingredient", "duplicate", "source", "confidence", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzDrugGroups) self = NULL;
  FzKnowledgeReader reader = { .csv = csv, .issues = issues };

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzDrugGroups);
  self->texts = g_string_chunk_new (4096);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, group_free);
  self->of = fz_knowledge_index_new ();
  reader.texts = self->texts;
  reader.table = self;
  return fz_knowledge_read_rows (&reader, read_member, error) ? g_steal_pointer (&self) : NULL;
}

GPtrArray *
fz_drug_groups_get_members (const FzDrugGroups *self, const char *group)
{
  const Group *found = g_hash_table_lookup (self->by_name, group);

  return found != NULL ? found->members : NULL;
}

const char *
fz_drug_groups_find_duplicate (const FzDrugGroups *self, const char *a, const char *b, const char **out_source)
{
  GPtrArray *left = g_hash_table_lookup (self->of, a), *right = g_hash_table_lookup (self->of, b);

  if (left == NULL || right == NULL)
    return NULL;
  for (guint i = 0; i < left->len; i++) {
    const Group *group = left->pdata[i];

    if (!group->duplicate || !g_ptr_array_find (right, group, NULL))
      continue;
    if (out_source != NULL)
      *out_source = group->source;
    return group->name;
  }
  return NULL;
}

gboolean
fz_drug_groups_covers (const FzDrugGroups *self, const char *substance_key)
{
  return g_hash_table_contains (self->of, substance_key);
}
