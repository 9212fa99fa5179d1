/* The database thread: jobs, each in one transaction of its mode. */
#include "db/store_private.h"

#include "db/audit.h"
#include "db/journal_private.h"
#include "db/room.h"

#include <glib/gi18n-lib.h>

#define IDLE_US (2 * G_USEC_PER_SEC)

typedef struct {
  void (*call) (FzStore *store, gpointer data);
  gpointer data;
  GDestroyNotify destroy;
} FzAfter;

typedef struct {
  FzTxnMode mode;
  FzJob job; /* NULL: stop the thread */
  gpointer data;

  /* asynchronous */
  GTask *task;

  /* waited for */
  GMutex mutex;
  GCond cond;
  gboolean finished;
  gboolean good;
  GError *error;
} Work;

/* --- the transaction --- */

static void
after_clear (gpointer data)
{
  FzAfter *after = data;

  if (after->destroy != NULL)
    after->destroy (after->data);
}

void
fz_txn_init (FzTxn *txn, FzStore *store, FzTxnMode mode)
{
  *txn = (FzTxn) { .store = store, .mode = mode, .now_us = fz_store_now_us (store) };
  txn->open = g_ptr_array_new ();
  txn->extra = g_ptr_array_new_with_free_func (fz_stmt_free);
  txn->after = g_array_new (FALSE, FALSE, sizeof (FzAfter));
  g_array_set_clear_func (txn->after, after_clear);
}

static void
end_statements (FzTxn *txn)
{
  for (guint i = 0; i < txn->open->len; i++)
    fz_stmt_end (g_ptr_array_index (txn->open, i));
  g_ptr_array_set_size (txn->open, 0);
  g_ptr_array_set_size (txn->extra, 0);
}

void
fz_txn_clear (FzTxn *txn)
{
  end_statements (txn);
  g_ptr_array_unref (txn->open);
  g_ptr_array_unref (txn->extra);
  g_array_unref (txn->after);
  g_clear_pointer (&txn->head, g_bytes_unref);
  g_clear_pointer (&txn->noted, g_ptr_array_unref);
}

gboolean
fz_txn_only_reads (const FzTxn *txn)
{
  return txn->mode == FZ_TXN_RECORD && g_atomic_pointer_get (&txn->store->journal) != NULL;
}

void
fz_txn_settle (FzTxn *txn)
{
  FzStore *store = txn->store;

  if (txn->audit_appended > 0)
    store->frontier = txn->frontier;
  if (txn->sealed_size > 0)
    store->sealed_size = txn->sealed_size;
  store->seal_due = store->seal_due || txn->seal_after;
  if (txn->head != NULL) {
    g_clear_pointer (&store->head_due, g_bytes_unref);
    store->head_due = g_steal_pointer (&txn->head);
  }
  for (guint i = 0; i < txn->after->len; i++) {
    FzAfter *after = &g_array_index (txn->after, FzAfter, i);

    after->call (store, after->data);
  }
}

FzStore *
fz_txn_get_store (FzTxn *txn)
{
  return txn->store;
}

gint64
fz_txn_now_us (FzTxn *txn)
{
  return txn->now_us;
}

void
fz_txn_after_commit (FzTxn *txn, void (*call) (FzStore *store, gpointer data), gpointer data, GDestroyNotify destroy)
{
  FzAfter after = { call, data, destroy };

  g_array_append_val (txn->after, after);
}

FzMask
fz_txn_swap_mask (FzTxn *txn, FzMask mask)
{
  FzConnection *connection = txn->store->connection;
  FzMask before = connection->mask;

  connection->mask = mask;
  return before;
}

/* --- statements inside it --- */

/* For want of memory or room SQLite may end the transaction by itself. A job that bore that failure would go on outside, each of
 * its statements kept for good by itself. */
static gboolean
check_inside (FzTxn *txn, GError **error)
{
  if (!txn->begun || !sqlite3_get_autocommit (txn->store->connection->db))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("内存或磁盘空间不足，这一步没有保存，原有内容不受影响。\n请关闭其他程序或清理磁盘后重试。"));
  return FALSE;
}

static FzStmt *
start (FzTxn *txn, GError **error, const char *sql, const char *types, va_list arguments)
{
  gboolean extra = FALSE;
  FzStmt *stmt = check_inside (txn, error) ? fz_stmt_take (txn->store->connection, sql, &extra, error) : NULL;

  if (stmt == NULL)
    return NULL;
  if (extra)
    g_ptr_array_add (txn->extra, stmt);
  if (!fz_stmt_bind (stmt, types, arguments, error))
    return NULL;
  stmt->busy = TRUE;
  return stmt;
}

static gboolean
run_to_end (FzTxn *txn, FzStmt *stmt, GError **error)
{
  g_autoptr (GError) cause = NULL;

  if (stmt == NULL)
    return FALSE;
  while (fz_stmt_next (stmt, &cause)) /* RETURNING rows are not wanted here */
    ;
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

gboolean
fz_txn_run (FzTxn *txn, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;
  FzStmt *stmt;

  va_start (arguments, types);
  stmt = start (txn, error, sql, types, arguments);
  va_end (arguments);
  return run_to_end (txn, stmt, error);
}

gboolean
fz_txn_run_counted (FzTxn *txn, gint64 *out_changed, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;
  FzStmt *stmt;

  va_start (arguments, types);
  stmt = start (txn, error, sql, types, arguments);
  va_end (arguments);
  if (!run_to_end (txn, stmt, error))
    return FALSE;
  *out_changed = sqlite3_changes64 (txn->store->connection->db);
  return TRUE;
}

FzStmt *
fz_txn_query (FzTxn *txn, GError **error, const char *sql, const char *types, ...)
{
  va_list arguments;
  FzStmt *stmt;

  va_start (arguments, types);
  stmt = start (txn, error, sql, types, arguments);
  va_end (arguments);
  if (stmt != NULL)
    g_ptr_array_add (txn->open, stmt);
  return stmt;
}

/* --- begin, run, commit --- */

static gboolean
check_record (FzTxn *txn, gint64 changes_before, GError **error)
{
  gboolean changed = sqlite3_total_changes64 (txn->store->connection->db) != changes_before;

  if (!txn->audit_failed && (txn->mode != FZ_TXN_RECORD || txn->audit_appended > 0 || !changed))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, _("这一步没有写审计记录，已撤销。\n请把这条信息交给系统管理员。"));
  return FALSE;
}

static gboolean
run_the_job (FzTxn *txn, FzJob job, gpointer data, GError **error)
{
  gint64 before = sqlite3_total_changes64 (txn->store->connection->db);
  g_autoptr (GError) cause = NULL;
  gboolean good;

  txn->store->connection->mask = txn->mode == FZ_TXN_READ || fz_txn_only_reads (txn) ? FZ_MASK_READ : FZ_MASK_WRITE;
  txn->store->connection->denied = FALSE;
  good = job (txn, data, &cause);
  end_statements (txn);
  if (fz_txn_only_reads (txn) && txn->store->connection->denied) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, g_atomic_pointer_get (&txn->store->read_only_why));
    return FALSE;
  }
  if (good && !fz_txn_only_reads (txn))
    return check_record (txn, before, error);
  if (good)
    return fz_journal_settle (txn, error);
  if (cause == NULL)
    g_set_error (&cause, FZ_ERROR, FZ_ERROR_INTERNAL, "job failed without an error");
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

static gboolean
same_frontier (const FzFrontier *a, const FzFrontier *b)
{
  FzHash left = fz_frontier_root (a);
  FzHash right = fz_frontier_root (b);

  return a->size == b->size && memcmp (left.bytes, right.bytes, FZ_HASH_BYTES) == 0;
}

/* A commit whose fsync failed may still be whole in the WAL: only the file, opened anew and synced, knows. */
static gboolean
ask_the_file (FzTxn *txn, GError **error)
{
  FzStore *store = txn->store;
  g_autoptr (GError) ignored = NULL;

  g_clear_pointer (&store->connection, fz_connection_free);
  if (!fz_store_reopen (store, &ignored)) {
    g_warning ("store not reopened after a failed fsync: %s", ignored->message);
    g_clear_error (error);
    if (ignored->code == FZ_ERROR_CORRUPT) {
      g_propagate_error (error, g_steal_pointer (&ignored));
      return FALSE;
    }
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME,
                 _("磁盘写入失败，不能确定这一步是否已保存。\n请检查磁盘，重新打开程序后核对这一步。"));
    return FALSE;
  }
  if (txn->audit_appended == 0 || !same_frontier (&store->frontier, &txn->frontier))
    return FALSE;
  g_clear_error (error);
  return TRUE;
}

/* Where even ROLLBACK fails, for want of memory, the connection is given up: the next job must not find itself inside. */
static void
roll_back (FzStore *store)
{
  FzConnection *connection = store->connection;

  if (!sqlite3_get_autocommit (connection->db) && !fz_connection_exec (connection, FZ_MASK_SETUP, "ROLLBACK;", NULL) &&
      !sqlite3_get_autocommit (connection->db))
    connection->untrusted = TRUE;
}

static gboolean
commit (FzTxn *txn, GError **error)
{
  FzConnection *connection = txn->store->connection;

  if (fz_connection_exec (connection, FZ_MASK_SETUP, "COMMIT;", error))
    return TRUE;
  roll_back (txn->store);
  /* A reading left nothing in the file to ask for. */
  return connection->untrusted && txn->mode != FZ_TXN_READ && ask_the_file (txn, error);
}

static gboolean
check_mode (FzStore *store, FzTxnMode mode, GError **error)
{
  const char *why;

  if (store->connection == NULL && !fz_store_reopen (store, error))
    return FALSE;
  why = g_atomic_pointer_get (&store->read_only_why);
  if (mode == FZ_TXN_READ || why == NULL || (mode == FZ_TXN_RECORD && g_atomic_pointer_get (&store->journal) != NULL))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, why);
  return FALSE;
}

/* What a failed job leaves to be done: a full disk gives up the ballast, a failed fsync the connection. */
static void
mend (FzStore *store, int rc)
{
  if (store->connection == NULL)
    return;
  if ((rc & 0xff) == SQLITE_FULL && fz_room_drop_ballast (store->dir))
    g_warning ("disk full: ballast given up in %s", store->dir);
  if (store->connection->untrusted)
    g_clear_pointer (&store->connection, fz_connection_free);
}

static gboolean
run_transaction (FzStore *store, FzTxnMode mode, FzJob job, gpointer data, GError **error)
{
  FzTxn txn;
  gboolean good;
  int rc = SQLITE_OK;

  if (!check_mode (store, mode, error))
    return FALSE;
  fz_txn_init (&txn, store, mode);
  if (!fz_connection_exec (store->connection, FZ_MASK_SETUP, mode == FZ_TXN_READ || fz_txn_only_reads (&txn) ? "BEGIN;" : "BEGIN IMMEDIATE;", error)) {
    mend (store, sqlite3_errcode (store->connection->db));
    fz_txn_clear (&txn);
    return FALSE;
  }
  txn.begun = TRUE;
  good = run_the_job (&txn, job, data, error);
  if (!good) {
    rc = sqlite3_errcode (store->connection->db);
    roll_back (store);
  } else {
    good = commit (&txn, error);
    rc = good || store->connection == NULL ? SQLITE_OK : sqlite3_errcode (store->connection->db);
  }
  if (good)
    fz_txn_settle (&txn);
  else
    mend (store, rc);
  fz_txn_clear (&txn);
  return good;
}

static gboolean
seal (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_checkpoint (txn, error);
}

void
fz_job_settle (FzStore *store)
{
  g_autoptr (GError) error = NULL;

  if (store->seal_due) {
    store->seal_due = !run_transaction (store, FZ_TXN_LOCAL, seal, NULL, &error);
    if (error != NULL)
      g_warning ("checkpoint put off: %s", error->message);
  }
  fz_head_settle (store);
}

gboolean
fz_job_run_here (FzStore *store, FzTxnMode mode, FzJob job, gpointer data, GError **error)
{
  gboolean good = run_transaction (store, mode, job, data, error);

  fz_job_settle (store);
  return good;
}

/* --- the thread --- */

static gboolean
deliver (gpointer data)
{
  Work *work = data;

  if (work->good)
    g_task_return_boolean (work->task, TRUE);
  else
    g_task_return_error (work->task, work->error);
  g_object_unref (work->task);
  g_free (work);
  return G_SOURCE_REMOVE;
}

/* The task is answered and released in its own context, so that the caller's data never dies on this thread. */
static void
answer_task (Work *work)
{
  GSource *source = g_idle_source_new ();

  g_source_set_priority (source, g_task_get_priority (work->task));
  g_source_set_callback (source, deliver, work, NULL);
  g_source_attach (source, g_task_get_context (work->task));
  g_source_unref (source);
}

static void
answer_waiter (Work *work)
{
  g_mutex_lock (&work->mutex);
  work->finished = TRUE;
  g_cond_signal (&work->cond);
  g_mutex_unlock (&work->mutex);
}

static void
tidy (FzStore *store, gboolean idle)
{
  g_autoptr (GError) error = NULL;
  FzConnection *connection = store->connection;

  if (connection == NULL || connection->wal_pages == 0 || (!idle && connection->wal_pages < FZ_WAL_CHECKPOINT_PAGES))
    return;
  if (!fz_connection_checkpoint (connection, idle, &error)) {
    g_info ("WAL checkpoint put off: %s", error->message);
    connection->wal_pages = idle ? 0 : connection->wal_pages; /* tried again after the next commit, not every two seconds */
    mend (store, sqlite3_errcode (connection->db));
  }
}

static void
perform (FzStore *store, Work *work)
{
  GCancellable *cancellable = work->task != NULL ? g_task_get_cancellable (work->task) : NULL;

  if (g_cancellable_set_error_if_cancelled (cancellable, &work->error))
    work->good = FALSE;
  else
    work->good = run_transaction (store, work->mode, work->job, work->data, &work->error);
  if (work->task != NULL)
    answer_task (work);
  else
    answer_waiter (work);
  fz_job_settle (store);
}

static gpointer
database_thread (gpointer data)
{
  FzStore *store = data;

  for (;;) {
    gboolean waiting = store->connection != NULL && store->connection->wal_pages > 0;
    Work *work = waiting ? g_async_queue_timeout_pop (store->queue, IDLE_US) : g_async_queue_pop (store->queue);

    if (work == NULL) {
      tidy (store, TRUE);
      continue;
    }
    if (work->job == NULL) {
      g_free (work);
      return NULL;
    }
    perform (store, work);
    tidy (store, FALSE);
  }
}

void
fz_job_start_thread (FzStore *store)
{
  if (store->queue == NULL)
    store->queue = g_async_queue_new ();
  store->thread = g_thread_new ("fuzhen-db", database_thread, store);
}

void
fz_job_pause_thread (FzStore *store)
{
  g_async_queue_push (store->queue, g_new0 (Work, 1));
  g_thread_join (g_steal_pointer (&store->thread));
}

void
fz_job_stop_thread (FzStore *store)
{
  if (store->thread == NULL)
    return;
  fz_job_pause_thread (store);
  g_clear_pointer (&store->queue, g_async_queue_unref);
}

gboolean
fz_store_run (FzStore *self, FzTxnMode mode, FzJob job, gpointer data, GError **error)
{
  Work work = { .mode = mode, .job = job, .data = data };

  g_return_val_if_fail (job != NULL, FALSE);
  g_assert (g_thread_self () != self->thread);
  g_mutex_init (&work.mutex);
  g_cond_init (&work.cond);
  g_async_queue_push (self->queue, &work);
  g_mutex_lock (&work.mutex);
  while (!work.finished)
    g_cond_wait (&work.cond, &work.mutex);
  g_mutex_unlock (&work.mutex);
  g_mutex_clear (&work.mutex);
  g_cond_clear (&work.cond);
  if (!work.good)
    g_propagate_error (error, work.error);
  return work.good;
}

void
fz_store_run_async (FzStore *self, FzTxnMode mode, FzJob job, gpointer data, GDestroyNotify destroy,
                    GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Work *work = g_new0 (Work, 1);

  g_assert (job != NULL);
  work->mode = mode;
  work->job = job;
  work->data = data;
  work->task = g_task_new (NULL, cancellable, callback, user_data);
  /* Once the job committed, "cancelled" would be a lie. */
  g_task_set_check_cancellable (work->task, FALSE);
  g_task_set_name (work->task, "fuzhen store job");
  g_task_set_task_data (work->task, data, destroy);
  g_async_queue_push (self->queue, work);
}

gboolean
fz_store_run_finish (FzStore *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
