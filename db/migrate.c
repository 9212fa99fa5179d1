#include "db/migrate.h"

#include "db/durable.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

gboolean
fz_migrate_get_version (FzConnection *connection, int *out_version, GError **error)
{
  gint64 version = 0;

  if (!fz_connection_read_int (connection, "PRAGMA user_version", 0, &version, error))
    return FALSE;
  *out_version = (int) version;
  return TRUE;
}

static gboolean
check_not_newer (int version, guint n_scripts, GError **error)
{
  if (version >= 0 && (guint) version <= n_scripts)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED,
               _("本地库由更新的版本写成（结构版本 %d，本程序只认到 %u）。\n请安装新版本后再打开。"), version, n_scripts);
  return FALSE;
}

static gboolean
run_one (FzConnection *connection, const FzScript *script, GError **error)
{
  g_autofree char *mark = g_strdup_printf ("PRAGMA user_version = %d;", script->number);

  if (fz_connection_exec (connection, FZ_MASK_MIGRATE, script->sql, error) &&
      fz_connection_exec (connection, FZ_MASK_MIGRATE, mark, error))
    return TRUE;
  g_prefix_error (error, "%s: ", script->name);
  return FALSE;
}

gboolean
fz_migrate_run (FzConnection *connection, const FzScript *scripts, guint n_scripts, guint *out_ran, GError **error)
{
  int version = 0;

  if (!fz_migrate_get_version (connection, &version, error) || !check_not_newer (version, n_scripts, error))
    return FALSE;
  for (guint i = (guint) version; i < n_scripts; i++)
    if (!run_one (connection, &scripts[i], error))
      return FALSE;
  if (out_ran != NULL)
    *out_ran = n_scripts - (guint) version;
  return fz_connection_learn_append_only (connection, error);
}

gboolean
fz_migrate_copy (FzConnection *connection, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to);
  char *sql;
  gboolean good;

  unlink (to); /* a copy left by an attempt that was cut short */
  if (!fz_durable_touch (to, error))
    return FALSE;
  sql = sqlite3_mprintf ("VACUUM INTO %Q;", to);
  good = fz_connection_exec (connection, FZ_MASK_SETUP, sql, error);
  sqlite3_free (sql);
  if (!good)
    unlink (to);
  return good && fz_durable_sync_file (to, error) && fz_durable_sync_folder (folder, error);
}

static gboolean
in_transaction (FzConnection *connection, const FzScript *scripts, guint n_scripts, int from, FzMigrateLast last,
                gpointer data, GError **error)
{
  return fz_migrate_run (connection, scripts, n_scripts, NULL, error) &&
         (last == NULL || last (from, (int) n_scripts, data, error)) &&
         fz_connection_exec (connection, FZ_MASK_SETUP, "COMMIT;", error);
}

gboolean
fz_migrate_file (FzConnection *connection, const FzScript *scripts, guint n_scripts, const char *copy_to,
                 FzMigrateLast last, gpointer data, GError **error)
{
  int version = 0;

  if (!fz_migrate_get_version (connection, &version, error) || !check_not_newer (version, n_scripts, error))
    return FALSE;
  if ((guint) version == n_scripts)
    return TRUE;
  if (!fz_migrate_copy (connection, copy_to, error) ||
      !fz_connection_exec (connection, FZ_MASK_SETUP, "BEGIN IMMEDIATE;", error))
    return FALSE;
  if (in_transaction (connection, scripts, n_scripts, version, last, data, error))
    return TRUE;
  fz_connection_exec (connection, FZ_MASK_SETUP, "ROLLBACK;", NULL);
  fz_connection_learn_append_only (connection, NULL);
  return FALSE;
}
