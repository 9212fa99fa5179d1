#include "db/setting.h"

gboolean
fz_setting_read (FzTxn *txn, const char *name, char **out, GError **error)
{
  static const char sql[] = "SELECT value FROM setting WHERE name = $1";
  FzStmt *stmt = fz_txn_query (txn, error, sql, "t", name);
  g_autoptr (GError) why = NULL;

  *out = NULL;
  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &why)) {
    *out = fz_stmt_dup_text (stmt, 0);
    fz_stmt_end (stmt);
    return TRUE;
  }
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_setting_set (FzTxn *txn, const char *name, const char *value, GError **error)
{
  static const char put[] = "INSERT INTO setting (name, value) VALUES ($1, $2) "
                            "ON CONFLICT (name) DO UPDATE SET value = excluded.value";
  static const char drop[] = "DELETE FROM setting WHERE name = $1";

  return value != NULL ? fz_txn_run (txn, error, put, "tt", name, value) : fz_txn_run (txn, error, drop, "t", name);
}
