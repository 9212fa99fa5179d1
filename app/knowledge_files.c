#include "app/knowledge_files.h"

#include "core/document.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FORMAT "fuzhen.knowledge_base/v1"
#define SET_FOLDER "drugs/"

/* Beside the edition's own. */
static const char *const beside[] = { "codes/drug-classes.csv", "codes/forms.csv", "codes/frequency.csv", "codes/routes.csv",
                                      "drugs/controlled.csv", "drugs/herb-pairs.csv", "drugs/herbs.csv" };

typedef struct {
  char *name;
  GBytes *bytes;
} File;

struct _FzKnowledgeFiles {
  GPtrArray *files; /* File */
  char *manifest, *sha256;
};

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->name);
  g_bytes_unref (file->bytes);
  g_free (file);
}

static void
files_clear (gpointer data)
{
  FzKnowledgeFiles *self = data;

  g_ptr_array_unref (self->files);
  g_free (self->manifest);
  g_free (self->sha256);
}

FzKnowledgeFiles *
fz_knowledge_files_ref (FzKnowledgeFiles *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_knowledge_files_unref (FzKnowledgeFiles *self)
{
  g_atomic_rc_box_release_full (self, files_clear);
}

static FzKnowledgeFiles *
files_new (void)
{
  FzKnowledgeFiles *self = g_atomic_rc_box_new0 (FzKnowledgeFiles);

  self->files = g_ptr_array_new_with_free_func (file_free);
  return self;
}

static void
add (FzKnowledgeFiles *self, const char *name, GBytes *bytes)
{
  File *file = g_new (File, 1);

  *file = (File){ g_strdup (name), g_bytes_ref (bytes) };
  g_ptr_array_add (self->files, file);
}

static void
seal (FzKnowledgeFiles *self)
{
  g_autoptr (GString) text = g_string_new (FORMAT "\n");

  for (guint i = 0; i < self->files->len; i++) {
    const File *file = self->files->pdata[i];
    g_autofree char *sha256 = fz_sha256_hex (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes));

    g_string_append_printf (text, "%s %s\n", sha256, file->name);
  }
  self->sha256 = fz_sha256_hex (text->str, text->len);
  self->manifest = g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
load (FzKnowledgeFiles *self, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (name, error);

  if (bytes != NULL)
    add (self, name, bytes);
  return bytes != NULL;
}

FzKnowledgeFiles *
fz_knowledge_files_shipped (GError **error)
{
  const char *const *names = fz_knowledge_set_files ();
  g_autoptr (FzKnowledgeFiles) self = files_new ();

  for (guint i = 0; i < G_N_ELEMENTS (beside); i++)
    if (!load (self, beside[i], error))
      return NULL;
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_strconcat (SET_FOLDER, names[i], NULL);

    if (!load (self, name, error))
      return NULL;
  }
  seal (self);
  return g_steal_pointer (&self);
}

FzKnowledgeFiles *
fz_knowledge_files_read (const char *manifest, FzKnowledgeFilesGet get, gpointer data, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (manifest, "\n", -1);
  g_autoptr (FzKnowledgeFiles) self = files_new ();

  for (guint i = 1; lines[0] != NULL && lines[i] != NULL && lines[i][0] != '\0'; i++) {
    g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);
    g_autoptr (GBytes) bytes = words[1] != NULL ? get (words[0], data, error) : NULL;

    if (words[1] != NULL && bytes == NULL)
      return NULL;
    if (bytes != NULL)
      add (self, words[1], bytes);
  }
  seal (self);
  if (g_str_equal (self->manifest, manifest))
    return g_steal_pointer (&self);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("库中保存的药品知识清单已损坏。"));
  return NULL;
}

static GBytes *
find_in_set (const FzKnowledgeFile *files, guint n, const char *name)
{
  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (name, SET_FOLDER) && g_str_equal (name + strlen (SET_FOLDER), files[i].name))
      return files[i].bytes;
  return NULL;
}

FzKnowledgeFiles *
fz_knowledge_files_with_set (const FzKnowledgeFiles *self, const FzKnowledgeFile *files, guint n)
{
  FzKnowledgeFiles *fresh = files_new ();

  for (guint i = 0; i < self->files->len; i++) {
    const File *file = self->files->pdata[i];
    GBytes *bytes = find_in_set (files, n, file->name);

    add (fresh, file->name, bytes != NULL ? bytes : file->bytes);
  }
  seal (fresh);
  return fresh;
}

FzKnowledgeFiles *
fz_knowledge_files_of_set (const FzKnowledgeFile *files, guint n)
{
  const char *const *names = fz_knowledge_set_files ();
  FzKnowledgeFiles *self = files_new ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_strconcat (SET_FOLDER, names[i], NULL);
    GBytes *bytes = find_in_set (files, n, name);

    if (bytes != NULL)
      add (self, name, bytes);
  }
  seal (self);
  return self;
}

FzKnowledgeFiles *
fz_knowledge_files_over (const FzKnowledgeFiles *self, const FzKnowledgeFiles *edition)
{
  FzKnowledgeFiles *fresh = files_new ();

  for (guint i = 0; i < self->files->len; i++) {
    const File *file = self->files->pdata[i];
    GBytes *bytes = fz_knowledge_files_find (edition, file->name);

    add (fresh, file->name, bytes != NULL ? bytes : file->bytes);
  }
  seal (fresh);
  return fresh;
}

FzKnowledgeFiles *
fz_knowledge_files_set_of (const FzKnowledgeFiles *self)
{
  const char *const *names = fz_knowledge_set_files ();
  FzKnowledgeFiles *set = files_new ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_strconcat (SET_FOLDER, names[i], NULL);
    GBytes *bytes = fz_knowledge_files_find (self, name);

    if (bytes != NULL)
      add (set, name, bytes);
  }
  seal (set);
  return set;
}

/* --- comparing --- */

static FzCsv *
table_of (const FzKnowledgeFiles *self, const char *name)
{
  g_autofree char *path = g_strconcat (SET_FOLDER, name, NULL);
  GBytes *bytes = fz_knowledge_files_find (self, path);

  return bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), name, NULL) : NULL;
}

static char *
row_text (const FzCsv *csv, guint row)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint c = 0; c < fz_csv_get_n_columns (csv); c++)
    g_string_append_printf (text, "%s=%s\n", fz_csv_get_column (csv, c), fz_csv_get_at (csv, row, c));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

guint
fz_knowledge_files_count_new (const FzKnowledgeFiles *self, const FzKnowledgeFiles *other, const char *name)
{
  g_autoptr (FzCsv) mine = table_of (self, name), theirs = table_of (other, name);
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n = 0;

  for (guint row = 0; theirs != NULL && row < fz_csv_get_n_rows (theirs); row++) {
    char *text = row_text (theirs, row);

    g_hash_table_insert (rows, text, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (rows, text)) + 1));
  }
  for (guint row = 0; mine != NULL && row < fz_csv_get_n_rows (mine); row++) {
    g_autofree char *text = row_text (mine, row);
    guint left = GPOINTER_TO_UINT (g_hash_table_lookup (rows, text));

    if (left > 0)
      g_hash_table_insert (rows, g_strdup (text), GUINT_TO_POINTER (left - 1));
    else
      n++;
  }
  return n;
}

const char *
fz_knowledge_files_get_manifest (const FzKnowledgeFiles *self)
{
  return self->manifest;
}

const char *
fz_knowledge_files_get_sha256 (const FzKnowledgeFiles *self)
{
  return self->sha256;
}

guint
fz_knowledge_files_get_n (const FzKnowledgeFiles *self)
{
  return self->files->len;
}

const char *
fz_knowledge_files_get_name (const FzKnowledgeFiles *self, guint i)
{
  return ((const File *) self->files->pdata[i])->name;
}

GBytes *
fz_knowledge_files_find (const FzKnowledgeFiles *self, const char *name)
{
  for (guint i = 0; i < self->files->len; i++) {
    const File *file = self->files->pdata[i];

    if (g_str_equal (file->name, name))
      return file->bytes;
  }
  return NULL;
}

gboolean
fz_knowledge_files_check (const FzKnowledgeFiles *self, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (beside); i++)
    if (fz_knowledge_files_find (self, beside[i]) == NULL) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("药品知识缺少文件“%s”，不能检查处方。"), beside[i]);
      return FALSE;
    }
  return TRUE;
}

const char *
fz_knowledge_files_label (const char *name)
{
  static const char *const labels[][2] = { { "groups.csv", N_ ("药物分类") },         { "limits.csv", N_ ("特殊人群限量") },
                                           { "contraindications.csv", N_ ("禁忌与慎用") }, { "indications.csv", N_ ("适应证") },
                                           { "lookalike.csv", N_ ("易混淆药名") },      { "brands.csv", N_ ("商品名") },
                                           { "interactions.csv", N_ ("相互作用") },     { "interaction-classes.csv", N_ ("相互作用的药物类别") },
                                           { "allergy.csv", N_ ("过敏类别") } };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (labels[i][0], name))
      return _ (labels[i][1]);
  return NULL;
}

guint
fz_knowledge_files_count (const FzKnowledgeFiles *self, const char *name)
{
  g_autoptr (FzCsv) csv = table_of (self, name);

  return csv != NULL ? fz_csv_get_n_rows (csv) : 0;
}

FzKnowledgeSet *
fz_knowledge_files_parse_set (const FzKnowledgeFiles *self, const FzCodes *routes, GError **error)
{
  const char *const *names = fz_knowledge_set_files ();
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (FzKnowledgeFile));

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = g_strconcat (SET_FOLDER, names[i], NULL);
    FzKnowledgeFile file = { names[i], fz_knowledge_files_find (self, name) };

    if (file.bytes != NULL)
      g_array_append_val (files, file);
  }
  return fz_knowledge_set_parse ((const FzKnowledgeFile *) (gpointer) files->data, files->len, routes, NULL, error);
}
