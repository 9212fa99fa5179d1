#include "app/intake_bundle_private.h"

#include <string.h>

#include <glib/gi18n-lib.h>

void
fz_bundle_problem_free (FzBundleProblem *self)
{
  if (self == NULL)
    return;
  g_free (self->field);
  g_free (self->message);
  g_free (self);
}

void
fz_bundle_file_free (FzBundleFile *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

void
fz_bundle_free (FzBundle *self)
{
  if (self == NULL)
    return;
  g_free (self->name);
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_ptr_array_unref (self->files);
  g_ptr_array_unref (self->problems);
  g_free (self);
}

static FzBundle *
bundle_new (const char *name)
{
  FzBundle *self = g_new0 (FzBundle, 1);

  self->name = g_strdup (name);
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  self->problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_problem_free);
  return self;
}

void
fz_bundle_add_problem (GPtrArray *problems, const char *field, const char *format, ...)
{
  FzBundleProblem *problem = g_new0 (FzBundleProblem, 1);
  va_list args;

  va_start (args, format);
  problem->field = g_strdup (field);
  problem->message = g_strdup_vprintf (format, args);
  va_end (args);
  g_ptr_array_add (problems, problem);
}

char *
fz_bundle_problem_line (const FzBundle *bundle, const FzBundleProblem *problem)
{
  return g_strdup_printf (_ ("申请包“%s”：%s"), bundle->name, problem->message);
}

/* --- the tree of files --- */

FzBundleTree *
fz_bundle_tree_new (void)
{
  FzBundleTree *self = g_new0 (FzBundleTree, 1);

  self->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  return self;
}

void
fz_bundle_tree_free (FzBundleTree *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->folders);
  g_free (self);
}

gboolean
fz_bundle_is_litter (const char *name)
{
  return name[0] == '.' || strcmp (name, "__MACOSX") == 0 || g_ascii_strcasecmp (name, "Thumbs.db") == 0;
}

gboolean
fz_bundle_tree_count (FzBundleTree *self, const char *name, gint64 file_size, GError **error)
{
  self->total += file_size;
  self->n_files++;
  if (file_size > FZ_BUNDLE_MAX_FILE)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件“%s”超过 20 MB，请压缩图片后重新导出申请包。"), name);
  else if (self->total > FZ_BUNDLE_MAX_TOTAL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("内容合计超过 200 MB（读到“%s”），请分批收件。"), name);
  else if (self->n_files > FZ_BUNDLE_MAX_FILES)
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("文件超过 %d 个（读到“%s”），请分批收件。"), FZ_BUNDLE_MAX_FILES, name);
  else
    return TRUE;
  return FALSE;
}

gboolean
fz_bundle_tree_add (FzBundleTree *self, const char *folder, const char *name, GBytes *bytes, GError **error)
{
  GHashTable *files = g_hash_table_lookup (self->folders, folder);

  if (files == NULL) {
    files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
    g_hash_table_insert (self->folders, g_strdup (folder), files);
  }
  if (g_hash_table_contains (files, name)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”中有两个同名文件“%s”，请重新导出申请包。"), folder, name);
    return FALSE;
  }
  g_hash_table_insert (files, g_strdup (name), g_bytes_ref (bytes));
  return TRUE;
}

/* --- from files to a bundle --- */

static void
take_evidence (FzBundle *self, const FzFields *facts, GHashTable *files)
{
  guint n = fz_fields_count (facts, "evidence");

  for (guint i = 0; i < n; i++) {
    const char *name = fz_fields_get_at (facts, "evidence", i, "file"), *sha256 = fz_fields_get_at (facts, "evidence", i, "sha256");
    g_autofree char *field = g_strdup_printf ("evidence.%02u.file", i);
    GBytes *bytes = name != NULL ? g_hash_table_lookup (files, name) : NULL;
    gsize size = 0;
    const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
    g_autofree char *found = bytes != NULL ? fz_sha256_hex (data, size) : NULL;
    FzBundleFile *file;

    if (name == NULL || sha256 == NULL)
      continue;
    if (bytes == NULL) {
      fz_bundle_add_problem (self->problems, field, _ ("第 %u 份资料“%s”不在申请包里，请重新导出。"), i + 1, name);
      continue;
    }
    if (size == 0)
      fz_bundle_add_problem (self->problems, field, _ ("第 %u 份资料“%s”是空文件，请重新导出。"), i + 1, name);
    else if (strcmp (found, sha256) != 0)
      fz_bundle_add_problem (self->problems, field, _ ("第 %u 份资料“%s”的内容与所附 SHA-256 摘要不符，文件可能损坏或被替换，请重新导出。"),
                             i + 1, name);
    file = g_new0 (FzBundleFile, 1);
    file->name = g_strdup (name);
    file->bytes = g_bytes_ref (bytes);
    g_ptr_array_add (self->files, file);
  }
}

static int
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static GPtrArray *
sorted_keys (GHashTable *table)
{
  GPtrArray *keys = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (keys, key);
  g_ptr_array_sort (keys, by_text);
  return keys;
}

static gboolean
is_listed (const FzFields *facts, const char *name)
{
  guint n = fz_fields_count (facts, "evidence");

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "evidence", i, "file"), name) == 0)
      return TRUE;
  return FALSE;
}

/* A file nobody vouches for by hash is not dropped in silence. */
static void
refuse_unlisted (FzBundle *self, const FzFields *facts, GHashTable *files)
{
  g_autoptr (GPtrArray) names = sorted_keys (files);

  for (guint i = 0; i < names->len; i++) {
    const char *name = names->pdata[i];

    if (strcmp (name, FZ_BUNDLE_JSON) != 0 && !is_listed (facts, name))
      fz_bundle_add_problem (self->problems, name, _ ("文件“%s”没有列在资料清单（evidence）里，请补列或移走。"), name);
  }
}

static FzBundle *
bundle_from_files (const char *name, GHashTable *files, const FzBundleCheck *check)
{
  FzBundle *self = bundle_new (name);
  GBytes *json = g_hash_table_lookup (files, FZ_BUNDLE_JSON);
  g_autoptr (FzFields) facts = NULL;

  if (json == NULL) {
    fz_bundle_add_problem (self->problems, "", _ ("没有 visit.json，不是申请包。请核对目录。"));
    return self;
  }
  facts = fz_bundle_parse_json (json, self->problems);
  if (facts == NULL)
    return self;
  fz_bundle_check_facts (facts, check, self->problems);
  take_evidence (self, facts, files);
  refuse_unlisted (self, facts, files);
  if (self->problems->len > 0)
    g_ptr_array_set_size (self->files, 0);
  else
    self->facts = fz_fields_freeze (g_steal_pointer (&facts));
  return self;
}

static void
refuse_repeated (GPtrArray *bundles)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < bundles->len; i++) {
    FzBundle *bundle = bundles->pdata[i];
    const char *visit = bundle->facts != NULL ? fz_fields_get (bundle->facts, "visit.id") : NULL;
    const FzBundle *first = visit != NULL ? g_hash_table_lookup (seen, visit) : NULL;

    if (first != NULL) {
      fz_bundle_add_problem (bundle->problems, "visit.id", _ ("就诊编号“%s”与申请包“%s”重复，请核对后重新导出。"), visit, first->name);
      g_ptr_array_set_size (bundle->files, 0);
      g_clear_pointer (&bundle->facts, fz_fields_unref);
    } else if (visit != NULL)
      g_hash_table_insert (seen, (gpointer) visit, bundle);
  }
}

static GPtrArray *
bundles_from_tree (const FzBundleTree *tree, const char *path, const FzBundleCheck *check, GError **error)
{
  g_autoptr (GPtrArray) bundles = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_free);
  g_autoptr (GPtrArray) folders = sorted_keys (tree->folders);
  g_autofree char *base = g_path_get_basename (path);
  gboolean any = FALSE;

  for (guint i = 0; i < folders->len; i++) {
    const char *folder = folders->pdata[i];
    GHashTable *files = g_hash_table_lookup (tree->folders, folder);

    any = any || g_hash_table_contains (files, FZ_BUNDLE_JSON);
    g_ptr_array_add (bundles, bundle_from_files (*folder != '\0' ? folder : base, files, check));
  }
  if (!any) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”里没有 visit.json，找不到申请包。请选择申请包目录、含多个申请包的目录或其 zip。"),
                 path);
    return NULL;
  }
  refuse_repeated (bundles);
  return g_steal_pointer (&bundles);
}

GPtrArray *
fz_bundle_load_path (const char *path, const FzBundleCheck *check, GError **error)
{
  g_autoptr (FzBundleTree) tree = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("找不到“%s”，请核对路径。"), path);
    return NULL;
  }
  tree = g_file_test (path, G_FILE_TEST_IS_DIR) ? fz_bundle_read_folder (path, error) : fz_bundle_read_zip (path, error);
  return tree != NULL ? bundles_from_tree (tree, path, check, error) : NULL;
}
