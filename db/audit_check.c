/* Full verification of the audit log, page by page. The tree is built anew from the leaves; everything else in the rows is
 * compared with it. */
#include "db/audit.h"

#include "core/purge.h"
#include "db/rows.h"
#include "db/store_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _FzAuditCheck {
  gboolean started;
  guint64 size;        /* of the log at the first step */
  guint64 checkpoints; /* stored at the first step */
  guint64 largest;     /* what the newest of them covers */
  guint64 seen;        /* of them, found right */
  FzFrontier frontier; /* of the entries checked so far */
};

FzAuditCheck *
fz_audit_check_new (void)
{
  FzAuditCheck *self = g_new0 (FzAuditCheck, 1);

  fz_frontier_init (&self->frontier);
  return self;
}

void
fz_audit_check_free (FzAuditCheck *self)
{
  g_free (self);
}

guint64
fz_audit_check_get_position (const FzAuditCheck *self)
{
  return self->frontier.size;
}

static gboolean
bad (guint64 number, const char *what, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _("审计日志第 %llu 条不符：%s。\n请系统管理员核查，不要继续使用此库。"), (unsigned long long) number, what);
  return FALSE;
}

static gboolean
read_count (FzTxn *txn, const char *sql, guint64 *out, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out = (guint64) fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return TRUE;
}

static gboolean
start (FzAuditCheck *self, FzTxn *txn, GError **error)
{
  static const char entries[] = "SELECT coalesce(max(number), -1) + 1 FROM audit";
  static const char checkpoints[] = "SELECT count(*) FROM checkpoint";

  if (!read_count (txn, entries, &self->size, error) || !read_count (txn, checkpoints, &self->checkpoints, error) ||
      !read_count (txn, "SELECT coalesce(max(size), 0) FROM checkpoint", &self->largest, error))
    return FALSE;
  self->started = TRUE;
  return TRUE;
}

static gboolean
column_equals (const FzFields *leaf, const char *key, const char *text)
{
  return g_strcmp0 (fz_fields_get (leaf, key), text) == 0;
}

static gboolean
check_columns (FzStmt *stmt, const FzFields *leaf, guint64 number, GError **error)
{
  gint64 written = -1;
  g_autofree char *at = fz_time_format (fz_stmt_int (stmt, 1));

  if (!fz_fields_get_int (leaf, "number", &written) || (guint64) written != number)
    return bad (number, _("编号与内容不同"), error);
  if (!column_equals (leaf, "at", at) || !column_equals (leaf, "actor", fz_stmt_text (stmt, 2)) ||
      !column_equals (leaf, "action", fz_stmt_text (stmt, 3)) ||
      !column_equals (leaf, "subject_kind", fz_stmt_text (stmt, 4)) ||
      !column_equals (leaf, "subject", fz_stmt_text (stmt, 5)) ||
      !column_equals (leaf, "outcome", fz_stmt_text (stmt, 6)))
    return bad (number, _("检索列与内容不同"), error);
  return TRUE;
}

static const char tombstone_of[] =
    "SELECT d.body FROM tombstone t JOIN document d ON d.number = t.document WHERE t.what = 'detail' AND t.key = $1";

/* Details that are gone are only gone by law when a signed tombstone names this entry and this hash; its signature and its own entry in the log are
 * judged with all documents. */
static gboolean
check_purged (FzTxn *txn, const char *sha256, guint64 number, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  g_autoptr (GPtrArray) bodies = fz_rows_of_facts (fz_txn_query (txn, error, tombstone_of, "t", key), error);

  if (bodies == NULL)
    return FALSE;
  for (guint i = 0; i < bodies->len; i++)
    if (fz_purge_names (bodies->pdata[i], FZ_RETENTION_DETAIL, key, NULL, sha256) ||
        fz_purge_names (bodies->pdata[i], FZ_RETENTION_TALK, key, NULL, sha256))
      return TRUE;
  return bad (number, _("详情缺失，也没有清除记录"), error);
}

static gboolean
check_payload (FzTxn *txn, FzStmt *stmt, const FzFields *leaf, guint64 number, GError **error)
{
  const char *expected = fz_fields_get (leaf, "payload_sha256");
  g_autoptr (GBytes) salt = fz_stmt_dup_bytes (stmt, 9);
  g_autoptr (GBytes) payload = fz_stmt_dup_bytes (stmt, 10);
  g_autofree char *found = NULL;

  if (expected == NULL)
    return payload == NULL ? TRUE : bad (number, _("多出详情"), error);
  if (payload == NULL || salt == NULL)
    return check_purged (txn, expected, number, error);
  found = fz_audit_hash_payload (salt, payload);
  return g_strcmp0 (found, expected) == 0 ? TRUE : bad (number, _("详情被改动"), error);
}

static gboolean
check_tree (FzAuditCheck *self, FzStmt *stmt, GBytes *leaf, guint64 number, GError **error)
{
  FzHash completed[FZ_MERKLE_MAX_LEVELS];
  g_autoptr (GBytes) nodes = fz_stmt_dup_bytes (stmt, 8);
  gsize n = 0;
  const void *bytes = g_bytes_get_data (leaf, &n);
  FzHash hash = fz_merkle_leaf (bytes, n);
  guint count = fz_frontier_append (&self->frontier, &hash, completed);

  bytes = g_bytes_get_data (nodes, &n);
  if (n == count * sizeof (FzHash) && (n == 0 || memcmp (bytes, completed, n) == 0))
    return TRUE;
  return bad (number, _("树节点与内容不同"), error);
}

static gboolean
check_row (FzAuditCheck *self, FzTxn *txn, FzStmt *stmt, GError **error)
{
  guint64 number = self->frontier.size;
  g_autoptr (GBytes) leaf = fz_stmt_dup_bytes (stmt, 7);
  g_autoptr (FzFields) fields = NULL;
  gsize n = 0;
  const guint8 *text;

  if ((guint64) fz_stmt_int (stmt, 0) != number)
    return bad (number, _("编号不连续，有记录缺失"), error);
  text = g_bytes_get_data (leaf, &n);
  fields = fz_fields_parse (text, n, NULL);
  if (fields == NULL || g_strcmp0 (fz_fields_get_kind (fields), "fuzhen.audit/v1") != 0)
    return bad (number, _("内容不是规范文本"), error);
  return check_columns (stmt, fields, number, error) && check_payload (txn, stmt, fields, number, error) &&
         check_tree (self, stmt, leaf, number, error);
}

static gboolean
check_note (FzAuditCheck *self, FzTxn *txn, GBytes *bytes, GError **error)
{
  guint64 last = self->frontier.size - 1;
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);
  g_autoptr (FzNote) note = fz_note_parse (text, n, NULL);
  g_autoptr (FzCheckpoint) checkpoint = NULL;
  FzHash root = fz_frontier_root (&self->frontier);

  if (note == NULL || !fz_desk_key_check_log (txn->store, note, self->frontier.size, NULL))
    return bad (last, _("检查点的签名不对"), error);
  text = g_bytes_get_data (fz_note_get_text (note), &n);
  checkpoint = fz_checkpoint_parse (text, n, NULL);
  if (checkpoint == NULL || checkpoint->size != self->frontier.size ||
      g_strcmp0 (checkpoint->origin, txn->store->origin) != 0 ||
      memcmp (checkpoint->root.bytes, root.bytes, FZ_HASH_BYTES) != 0)
    return bad (last, _("此处或更早的记录与检查点不符"), error);
  self->seen++;
  return TRUE;
}

/* The checkpoint that covers exactly the entries checked so far, if there is one. */
static gboolean
check_checkpoint (FzAuditCheck *self, FzTxn *txn, GError **error)
{
  static const char sql[] = "SELECT note FROM checkpoint WHERE size = $1";
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) note = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "i", (gint64) self->frontier.size);

  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &cause))
    note = fz_stmt_dup_bytes (stmt, 0);
  fz_stmt_end (stmt);
  if (cause != NULL) {
    g_propagate_error (error, g_steal_pointer (&cause));
    return FALSE;
  }
  return note == NULL || check_note (self, txn, note, error);
}

static gboolean
check_page (FzAuditCheck *self, FzTxn *txn, guint rows, GError **error)
{
  static const char sql[] =
      "SELECT audit.number, entry_at, actor, action, subject_kind, subject, outcome, leaf, nodes, salt, payload FROM audit "
      "LEFT JOIN audit_payload ON audit_payload.number = audit.number "
      "WHERE audit.number >= $1 AND audit.number < $2 ORDER BY audit.number LIMIT $3";
  guint64 before = self->frontier.size;
  g_autoptr (GError) cause = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "iii", (gint64) before, (gint64) self->size, (gint64) rows);

  if (stmt == NULL)
    return FALSE;
  while (cause == NULL && fz_stmt_next (stmt, &cause))
    if (check_row (self, txn, stmt, &cause))
      check_checkpoint (self, txn, &cause);
  fz_stmt_end (stmt);
  if (cause == NULL && self->frontier.size == before && before < self->size)
    bad (before, _("记录缺失"), &cause);
  if (cause == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&cause));
  return FALSE;
}

/* The end: nothing left over, and the root is what the program believes it has been building on. */
static gboolean
finish (FzAuditCheck *self, FzTxn *txn, GError **error)
{
  FzFrontier *now = &txn->store->frontier;
  FzHash ours = fz_frontier_root (&self->frontier);
  FzHash theirs = fz_frontier_root (now);

  if (self->largest > self->size)
    return bad (self->size, _("检查点覆盖的条数多于日志，末尾已丢失"), error);
  if (self->seen != self->checkpoints)
    return bad (self->size, _("有检查点不对应任何一条记录"), error);
  if (now->size == self->size && memcmp (ours.bytes, theirs.bytes, FZ_HASH_BYTES) != 0)
    return bad (self->size, _("日志根与运行中的日志不同"), error);
  return TRUE;
}

gboolean
fz_audit_check_step (FzAuditCheck *self, FzTxn *txn, guint rows, gboolean *done, GError **error)
{
  *done = FALSE;
  if (!self->started && !start (self, txn, error))
    return FALSE;
  if (self->frontier.size < self->size && !check_page (self, txn, rows, error))
    return FALSE;
  *done = self->frontier.size == self->size;
  return *done ? finish (self, txn, error) : TRUE;
}
