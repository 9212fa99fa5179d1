/* Reading the audit log: its tree's nodes as the rows keep them, proofs, and entries in order. */
#include "db/audit.h"

#include "db/rows.h"

#include "db/store_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  FzTxn *txn;
} NodeSource;

static gboolean
no_such_row (guint64 number, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _("审计日志缺少第 %llu 条或其树节点。\n请系统管理员核查。"), (unsigned long long) number);
  return FALSE;
}

static gboolean
take_leaf (FzStmt *stmt, FzHash *out)
{
  g_autoptr (GBytes) leaf = fz_stmt_dup_bytes (stmt, 0);
  gsize n = 0;
  const void *bytes = g_bytes_get_data (leaf, &n);

  *out = fz_merkle_leaf (bytes, n);
  return TRUE;
}

static gboolean
take_node (FzStmt *stmt, guint level, FzHash *out)
{
  g_autoptr (GBytes) nodes = fz_stmt_dup_bytes (stmt, 1);
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (nodes, &n);

  if (n < (gsize) level * FZ_HASH_BYTES)
    return FALSE;
  memcpy (out->bytes, bytes + (level - 1) * FZ_HASH_BYTES, FZ_HASH_BYTES);
  return TRUE;
}

/* Node (level, index) stands in the row of the last leaf below it. */
static gboolean
read_node (guint level, guint64 index, FzHash *out, gpointer data, GError **error)
{
  static const char sql[] = "SELECT leaf, nodes FROM audit WHERE number = $1";
  NodeSource *source = data;
  guint64 number = ((index + 1) << level) - 1;
  g_autoptr (GError) cause = NULL;
  FzStmt *stmt = fz_txn_query (source->txn, error, sql, "i", (gint64) number);
  gboolean found;

  if (stmt == NULL)
    return FALSE;
  found = fz_stmt_next (stmt, &cause) && (level == 0 ? take_leaf (stmt, out) : take_node (stmt, level, out));
  fz_stmt_end (stmt);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  else if (!found)
    return no_such_row (number, error);
  return found;
}

static gboolean
count_entries (FzTxn *txn, guint64 *out, GError **error)
{
  static const char sql[] = "SELECT coalesce(max(number), -1) + 1 FROM audit";
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out = (guint64) fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return TRUE;
}

typedef struct {
  guint64 size; /* G_MAXUINT64: all */
  FzFrontier frontier;
  guint64 sealed_size;
} Load;

static gboolean
load_job (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "SELECT coalesce(max(size), 0) FROM checkpoint";
  Load *load = data;
  NodeSource source = { txn };
  FzStmt *stmt;

  if (load->size == G_MAXUINT64 && !count_entries (txn, &load->size, error))
    return FALSE;
  stmt = fz_txn_query (txn, error, sql, "");
  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  load->sealed_size = (guint64) fz_stmt_int (stmt, 0);
  return fz_frontier_load (&load->frontier, load->size, read_node, &source, error);
}

gboolean
fz_audit_load_frontier (FzStore *store, guint64 size, FzFrontier *out, GError **error)
{
  Load load = { .size = size };

  if (!fz_job_run_here (store, FZ_TXN_READ, load_job, &load, error))
    return FALSE;
  *out = load.frontier;
  return TRUE;
}

gboolean
fz_audit_frontier_at (FzTxn *txn, guint64 size, FzFrontier *out, GError **error)
{
  NodeSource source = { txn };

  return fz_frontier_load (out, size, read_node, &source, error);
}

gboolean
fz_audit_load (FzStore *store, GError **error)
{
  Load load = { .size = G_MAXUINT64 };

  if (!fz_job_run_here (store, FZ_TXN_READ, load_job, &load, error))
    return FALSE;
  store->frontier = load.frontier;
  store->sealed_size = load.sealed_size;
  return TRUE;
}

static gboolean
check_size (FzTxn *txn, guint64 size, GError **error)
{
  guint64 entries = txn->audit_appended > 0 ? txn->frontier.size : txn->store->frontier.size;

  if (size <= entries)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID,
               _("审计日志只有 %llu 条，不能对 %llu 条出具证明。"), (unsigned long long) entries,
               (unsigned long long) size);
  return FALSE;
}

GArray *
fz_audit_prove (FzTxn *txn, guint64 number, guint64 size, GError **error)
{
  NodeSource source = { txn };

  return check_size (txn, size, error) ? fz_merkle_prove_inclusion (number, size, read_node, &source, error) : NULL;
}

GArray *
fz_audit_prove_slice (FzTxn *txn, const guint64 *numbers, guint n, guint64 since, guint64 size, GError **error)
{
  NodeSource source = { txn };

  return check_size (txn, size, error) ? fz_merkle_prove_slice (numbers, n, since, size, read_node, &source, error) : NULL;
}

GArray *
fz_audit_prove_consistency (FzTxn *txn, guint64 old_size, guint64 size, GError **error)
{
  NodeSource source = { txn };

  return fz_merkle_prove_consistency (old_size, size, read_node, &source, error);
}

static gboolean
has_root (FzTxn *txn, const FzCheckpoint *head, GError **error)
{
  NodeSource source = { txn };
  FzFrontier then;
  FzHash root;

  if (!fz_frontier_load (&then, head->size, read_node, &source, error))
    return FALSE;
  root = fz_frontier_root (&then);
  if (memcmp (root.bytes, head->root.bytes, FZ_HASH_BYTES) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("审计日志与在别处留存的检查点（%llu 条）不一致，可能被改动"), (unsigned long long) head->size);
  return FALSE;
}

gboolean
fz_audit_agrees (FzTxn *txn, GBytes *bytes, guint64 *out_size, GError **error)
{
  gsize n = 0;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  g_autoptr (FzNote) note = fz_note_parse (data, n, NULL);
  g_autoptr (FzCheckpoint) head = NULL;

  data = note != NULL ? g_bytes_get_data (fz_note_get_text (note), &n) : NULL;
  head = data != NULL ? fz_checkpoint_parse (data, n, NULL) : NULL;
  if (head != NULL && out_size != NULL)
    *out_size = head->size;
  if (head == NULL || g_strcmp0 (head->origin, txn->store->origin) != 0 || !fz_note_check (note, txn->store->log_verifier, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("在别处留存的检查点不是本日志的密钥所签"));
    return FALSE;
  }
  if (head->size <= txn->store->frontier.size)
    return has_root (txn, head, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("审计日志有 %llu 条，而在别处留存的检查点已到 %llu 条，本地库可能被换成了旧副本或丢失了末尾"),
               (unsigned long long) txn->store->frontier.size, (unsigned long long) head->size);
  return FALSE;
}

GBytes *
fz_audit_dup_leaf (FzTxn *txn, guint64 number, GError **error)
{
  static const char sql[] = "SELECT leaf FROM audit WHERE number = $1";
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) leaf = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "i", (gint64) number);

  if (stmt == NULL)
    return NULL;
  if (fz_stmt_next (stmt, &cause))
    leaf = fz_stmt_dup_bytes (stmt, 0);
  fz_stmt_end (stmt);
  if (leaf == NULL && cause == NULL)
    g_set_error (&cause, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("没有第 %llu 条审计记录。"), (unsigned long long) number);
  if (cause != NULL)
    g_propagate_error (error, g_steal_pointer (&cause));
  return g_steal_pointer (&leaf);
}

static FzFields *
parse_column (FzStmt *stmt, int column, GError **error)
{
  g_autoptr (GBytes) bytes = fz_stmt_dup_bytes (stmt, column);
  gsize n = 0;
  const guint8 *text;

  if (bytes == NULL)
    return NULL;
  text = g_bytes_get_data (bytes, &n);
  return fz_fields_parse (text, n, error);
}

static gboolean
visit_row (FzStmt *stmt, FzAuditVisit visit, gpointer data, GError **error)
{
  guint64 number = (guint64) fz_stmt_int (stmt, 0);
  g_autoptr (GError) cause = NULL;
  g_autoptr (FzFields) entry = parse_column (stmt, 1, &cause);
  g_autoptr (FzFields) payload = cause == NULL ? parse_column (stmt, 2, &cause) : NULL;

  if (cause == NULL)
    return visit (number, entry, payload, data, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("第 %llu 条审计记录读不出来：%s"),
               (unsigned long long) number, cause->message);
  return FALSE;
}

gboolean
fz_audit_foreach (FzTxn *txn, guint64 from, guint64 count, FzAuditVisit visit, gpointer data, GError **error)
{
  static const char sql[] = "SELECT audit.number, audit.leaf, audit_payload.payload FROM audit "
                            "LEFT JOIN audit_payload ON audit_payload.number = audit.number "
                            "WHERE audit.number >= $1 ORDER BY audit.number LIMIT $2";
  g_autoptr (GError) cause = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "ii", (gint64) from, (gint64) MIN (count, (guint64) G_MAXINT64));

  if (stmt == NULL)
    return FALSE;
  while (cause == NULL && fz_stmt_next (stmt, &cause))
    if (!visit_row (stmt, visit, data, &cause) && cause == NULL)
      break; /* the visitor has seen enough */
  fz_stmt_end (stmt);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

gboolean
fz_audit_last_us (FzTxn *txn, gint64 *out_us, GError **error)
{
  static const char sql[] = "SELECT COALESCE(MAX(entry_at), 0) FROM audit WHERE number = (SELECT MAX(number) FROM audit)";
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out_us = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return TRUE;
}

gboolean
fz_audit_first_since (FzTxn *txn, gint64 us, guint64 *out_number, GError **error)
{
  static const char sql[] = "SELECT entry_at FROM audit WHERE number = $1";
  guint64 low = 0, high = txn->audit_appended > 0 ? txn->frontier.size : txn->store->frontier.size;

  while (low < high) {
    guint64 middle = low + (high - low) / 2;
    gint64 at_us = 0;

    if (!fz_row_number (fz_txn_query (txn, error, sql, "i", (gint64) middle), &at_us, error))
      return FALSE;
    if (at_us < us)
      low = middle + 1;
    else
      high = middle;
  }
  *out_number = low;
  return TRUE;
}
