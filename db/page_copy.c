#include "db/page_copy.h"

#include "db/durable.h"
#include "db/seal_vfs.h"

#include <glib/gi18n-lib.h>

static gboolean
interrupted (GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("备份或更换密钥途中磁盘出错，本地库已重新打开。\n请重试。"));
  return FALSE;
}

void
fz_backup_tidy (FzStore *store)
{
  sqlite3 *left = g_atomic_pointer_get (&store->backup_left);

  if (left == NULL)
    return;
  if (store->connection != NULL)
    g_clear_pointer (&store->connection->backup, sqlite3_backup_finish);
  sqlite3_close (left);
  g_atomic_pointer_set (&store->backup_left, NULL);
}

static gboolean
begin_job (FzTxn *txn, gpointer data, GError **error)
{
  FzPageCopy *copy = data;
  FzConnection *connection = txn->store->connection;

  fz_backup_tidy (txn->store);
  if (connection->backup != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_LOCKED, _("另一个备份或密钥更换正在进行。\n请等它完成。"));
    return FALSE;
  }
  connection->backup = sqlite3_backup_init (copy->to, "main", connection->db, "main");
  if (connection->backup == NULL)
    return fz_sql_set_error (copy->to, sqlite3_errcode (copy->to), error);
  copy->from = connection;
  return sqlite3_backup_step (connection->backup, 0) == SQLITE_OK ? (copy->left = sqlite3_backup_remaining (connection->backup), TRUE)
                                                                   : interrupted (error);
}

static gboolean
end_copy (FzPageCopy *copy, FzConnection *connection, GError **error)
{
  int rc = sqlite3_backup_finish (g_steal_pointer (&connection->backup));

  return rc == SQLITE_OK ? TRUE : fz_sql_set_error (copy->to, rc, error);
}

gboolean
fz_page_copy_step_job (FzTxn *txn, gpointer data, GError **error)
{
  FzPageCopy *copy = data;
  FzConnection *connection = txn->store->connection;
  int rc;

  if (connection != copy->from || connection->backup == NULL)
    return interrupted (error);
  rc = sqlite3_backup_step (connection->backup, FZ_COPY_PAGES_A_JOB);
  if (rc == SQLITE_OK) {
    int all = MAX (sqlite3_backup_pagecount (connection->backup), 1);

    copy->left = sqlite3_backup_remaining (connection->backup);
    copy->part = 1.0 - (double) copy->left / all;
    return TRUE;
  }
  if (rc != SQLITE_DONE) {
    end_copy (copy, connection, NULL);
    return fz_sql_set_error (copy->to, rc, error);
  }
  copy->done = TRUE;
  copy->part = 1.0;
  copy->info.log_size = txn->store->frontier.size;
  copy->info.log_root = fz_frontier_root (&txn->store->frontier);
  copy->info.made_at = txn->now_us;
  return end_copy (copy, connection, error);
}

static gboolean
give_up_job (FzTxn *txn, gpointer data, GError **error)
{
  g_clear_pointer (&txn->store->connection->backup, sqlite3_backup_finish);
  return TRUE;
}

static gboolean
open_target (FzPageCopy *copy, GError **error)
{
  int reserve = FZ_SEAL_RESERVED_BYTES;
  int rc;

  if (!fz_durable_touch (copy->path, error))
    return FALSE;
  rc = sqlite3_open_v2 (copy->path, &copy->to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE, copy->vfs);
  if (rc != SQLITE_OK)
    return fz_sql_set_error (copy->to, rc, error);
  sqlite3_file_control (copy->to, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
  /* A copy that is cut short is thrown away whole: it needs no journal, and is synced once at the end. */
  rc = sqlite3_exec (copy->to, "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;", NULL,
                     NULL, NULL);
  return rc == SQLITE_OK ? TRUE : fz_sql_set_error (copy->to, rc, error);
}

/* Before the database thread runs, and while it pauses, there is nobody to ask. */
static gboolean
run (FzStore *store, FzJob job, gpointer data, GError **error)
{
  return store->thread != NULL ? fz_store_run (store, FZ_TXN_READ, job, data, error) : fz_job_run_here (store, FZ_TXN_READ, job, data, error);
}

gboolean
fz_page_copy_begin (FzPageCopy *copy, GError **error)
{
  return open_target (copy, error) && run (copy->store, begin_job, copy, error);
}

void
fz_page_copy_end (FzPageCopy *copy)
{
  if (copy->from != NULL && !copy->done && !run (copy->store, give_up_job, NULL, NULL))
    g_atomic_pointer_set (&copy->store->backup_left, g_steal_pointer (&copy->to));
  sqlite3_close (g_steal_pointer (&copy->to));
}
