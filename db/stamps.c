#include "db/stamps.h"

#include "db/rows.h"

static const char mark[] =
  "INSERT INTO stamp_due (document, since_at) SELECT id, $2 FROM document WHERE number = $1 AND person <> 'desk' "
  "AND EXISTS (SELECT 1 FROM setting WHERE name = 'signer.tsa_url') ON CONFLICT (document) DO NOTHING";

gboolean
fz_stamps_mark (FzTxn *txn, guint64 document, GError **error)
{
  return fz_txn_run (txn, error, mark, "ii", (gint64) document, fz_txn_now_us (txn));
}

static const char list[] = "SELECT document FROM stamp_due ORDER BY since_at, document LIMIT $1";

GPtrArray *
fz_stamps_list (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, list, "i", (gint64) limit), error);
}

static const char settle[] =
  "DELETE FROM stamp_due WHERE document = $1 AND "
  "(SELECT COUNT(*) FROM signature JOIN document ON document.number = signature.document WHERE document.id = $1) <= $2";

gboolean
fz_stamps_settle (FzTxn *txn, const char *document, guint lines, GError **error)
{
  return fz_txn_run (txn, error, settle, "ti", document, (gint64) lines);
}

static const char count[] =
  "SELECT COUNT(*), COALESCE(SUM(CASE WHEN since_at < $1 THEN 1 ELSE 0 END), 0), COALESCE(MIN(since_at), 0) FROM stamp_due";

gboolean
fz_stamps_count (FzTxn *txn, gint64 us, gint64 *out_n, gint64 *out_late, gint64 *out_oldest_us, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, count, "i", us);
  gboolean good = stmt != NULL && fz_stmt_next (stmt, error);

  if (good) {
    *out_n = fz_stmt_int (stmt, 0);
    *out_late = fz_stmt_int (stmt, 1);
    *out_oldest_us = fz_stmt_int (stmt, 2);
  }
  if (stmt != NULL)
    fz_stmt_end (stmt);
  return good;
}

static const char clear[] = "DELETE FROM stamp_due";

gboolean
fz_stamps_clear (FzTxn *txn, GError **error)
{
  return fz_txn_run (txn, error, clear, "");
}
