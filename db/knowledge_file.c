#include "db/knowledge_file.h"

#include "core/fields.h"
#include "db/rows.h"

#include <glib/gi18n-lib.h>

static const char has_file[] = "SELECT CAST(number AS TEXT) FROM knowledge_file WHERE sha256 = $1";

gboolean
fz_knowledge_file_has (FzTxn *txn, const char *sha256, gboolean *out_has, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *number = fz_rows_first (fz_txn_query (txn, &why, has_file, "t", sha256), fz_row_text, NULL, &why);

  *out_has = number != NULL;
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static const char keep_file[] = "INSERT INTO knowledge_file (number, sha256, name, body, kept_at) "
                                "VALUES ((SELECT COALESCE(MAX(number), -1) + 1 FROM knowledge_file), $1, $2, $3, $4)";

gboolean
fz_knowledge_file_keep (FzTxn *txn, const char *name, GBytes *body, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  gboolean there = FALSE;

  return fz_knowledge_file_has (txn, sha256, &there, error) &&
         (there || fz_txn_run (txn, error, keep_file, "ttBi", sha256, name, body, fz_txn_now_us (txn)));
}

static gpointer
read_bytes (FzStmt *stmt, GError **error)
{
  GBytes *bytes = fz_stmt_dup_bytes (stmt, 0);

  if (bytes == NULL)
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("本地库中的一行内容为空。"));
  return bytes;
}

static const char get_file[] = "SELECT body FROM knowledge_file WHERE sha256 = $1";

GBytes *
fz_knowledge_file_get (FzTxn *txn, const char *sha256, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("库中没有保存摘要为 %.12s… 的药品知识文件。"), sha256), *found = NULL;
  g_autoptr (GBytes) body = fz_rows_first (fz_txn_query (txn, error, get_file, "t", sha256), read_bytes, missing, error);

  if (body == NULL)
    return NULL;
  found = fz_sha256_hex (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  if (g_str_equal (found, sha256))
    return g_steal_pointer (&body);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _ ("库中保存的药品知识与其摘要不符（%.12s…），可能已被改动；不能据此检查处方，也不能签名。请联系系统管理员从备份恢复。"), sha256);
  return NULL;
}
