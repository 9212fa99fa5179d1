#include "app/knowledge_import.h"

#include "app/intake_bundle_private.h"
#include "app/knowledge.h"
#include "app/knowledge_kept.h"
#include "core/say.h"
#include "db/audit.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define STAGED "knowledge.staged"
#define MAX_SET (G_GINT64_CONSTANT (64) << 20) /* all files of an edition together */
#define MAX_PROBLEMS 1000

char *
fz_knowledge_dup_staged (FzTxn *txn, GError **error)
{
  g_autofree char *value = NULL;

  return fz_setting_read (txn, STAGED, &value, error) && value != NULL && *value != '-' ? g_steal_pointer (&value) : NULL;
}

gboolean
fz_knowledge_clear_staged (FzTxn *txn, GError **error)
{
  return fz_setting_set (txn, STAGED, "-", error);
}

/* --- reading --- */

/* The one folder with a manifest: the top, or the folder that was packed. */
static GHashTable *
find_edition (FzBundleTree *tree, const char *path, GError **error)
{
  const char *manifest = fz_knowledge_set_files ()[0];
  GHashTable *found = NULL, *folder;
  GHashTableIter iter;
  guint n = 0;

  g_hash_table_iter_init (&iter, tree->folders);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &folder))
    if (g_hash_table_contains (folder, manifest)) {
      found = folder;
      n++;
    }
  if (n == 1)
    return found;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
               n == 0 ? _ ("“%s”中没有 %s，不是药品知识库。请选择装有全部文件的文件夹或 zip。") : _ ("“%s”中有不止一个 %s，一次只导入一个药品知识库。"), path, manifest);
  return NULL;
}

static GArray *
list_files (GHashTable *folder)
{
  GArray *files = g_array_new (FALSE, FALSE, sizeof (FzKnowledgeFile));
  GHashTableIter iter;
  FzKnowledgeFile file;

  g_hash_table_iter_init (&iter, folder);
  while (g_hash_table_iter_next (&iter, (gpointer *) &file.name, (gpointer *) &file.bytes))
    g_array_append_val (files, file);
  return files;
}

static FzBundleTree *
read_path (const char *path, GError **error)
{
  FzBundleTree *tree = g_file_test (path, G_FILE_TEST_IS_DIR) ? fz_bundle_read_folder (path, error) : fz_bundle_read_zip (path, error);

  if (tree == NULL || tree->total <= MAX_SET)
    return tree;
  fz_bundle_tree_free (tree);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("“%s”解开后超过 64 MB，不能作为药品知识库导入。"), path);
  return NULL;
}

/* --- keeping --- */

typedef struct {
  FzSession *session;
  const FzKnowledgeFiles *files;
  const FzKnowledgeSet *set;
} Import;

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  Import *import = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_knowledge/v1");

  fz_fields_set (payload, "edition", fz_knowledge_set_get_edition (import->set));
  fz_fields_set (payload, "sha256", fz_knowledge_set_get_sha256 (import->set));
  return fz_knowledge_files_keep (txn, import->files, error) && fz_setting_set (txn, STAGED, fz_knowledge_files_get_sha256 (import->files), error) &&
         fz_session_audit (import->session, txn, "import.knowledge", "store", NULL, "done", NULL, payload, error);
}

static gboolean
check_worth (FzSession *session, const FzKnowledgeSet *set, GError **error)
{
  FzDesk *desk = session->desk;

  if (!fz_knowledge_set_check_usable (set, fz_date_in_beijing (fz_session_now_us (session)), NULL)) {
    g_autofree char *until = fz_say_day (fz_knowledge_set_get_until (set));

    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("这一药品知识库（%s 版）已于 %s 过期，没有导入。"), fz_knowledge_set_get_edition (set), until);
    return FALSE;
  }
  if (!g_str_equal (fz_knowledge_set_get_sha256 (set), fz_knowledge_set_get_sha256 (desk->knowledge->set)))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这就是现行的药品知识库，逐字节相同，不需要导入。"));
  return FALSE;
}

static guint
count_rows (const FzKnowledgeFiles *files)
{
  guint n = 0;

  for (guint i = 0; fz_knowledge_set_files ()[i] != NULL; i++)
    n += fz_knowledge_files_label (fz_knowledge_set_files ()[i]) != NULL ? fz_knowledge_files_count (files, fz_knowledge_set_files ()[i]) : 0;
  return n;
}

gboolean
fz_knowledge_import (FzSession *session, const char *path, guint *out_rows, GPtrArray *problems, GError **error)
{
  g_autoptr (FzBundleTree) tree = read_path (path, error);
  GHashTable *folder = tree != NULL ? find_edition (tree, path, error) : NULL;
  g_autoptr (GArray) list = folder != NULL ? list_files (folder) : NULL;
  g_autoptr (FzKnowledgeSet) set = NULL;
  g_autoptr (FzKnowledgeFiles) files = NULL;
  Import import;

  if (list == NULL)
    return FALSE;
  set = fz_knowledge_set_parse ((const FzKnowledgeFile *) (gpointer) list->data, list->len, fz_knowledge_codes (session->desk->knowledge, "routes"),
                                problems, error);
  if (problems->len > MAX_PROBLEMS)
    g_ptr_array_set_size (problems, MAX_PROBLEMS);
  if (set == NULL || !check_worth (session, set, error))
    return FALSE;
  files = fz_knowledge_files_of_set ((const FzKnowledgeFile *) (gpointer) list->data, list->len);
  import = (Import){ session, files, set };
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, keep, &import, error))
    return FALSE;
  *out_rows = count_rows (files);
  return TRUE;
}
