#include "db/tombstone.h"

#include "db/rows.h"
#include "db/store_private.h"

#include <glib/gi18n-lib.h>

static const char *const words[] = { [FZ_TOMBSTONE_IMAGE] = "image", [FZ_TOMBSTONE_DETAIL] = "detail" };

static const char add_one[] = "INSERT INTO tombstone (what, key, visit, document) VALUES ($1, $2, $3, $4)";

gboolean
fz_tombstone_add (FzTxn *txn, FzTombstoneKind what, const char *key, const char *visit, guint64 document, GError **error)
{
  FzMask before = fz_txn_swap_mask (txn, txn->mode == FZ_TXN_READ ? FZ_MASK_READ : FZ_MASK_AUDIT);
  gboolean good = fz_txn_run (txn, error, add_one, "ttti", words[what], key, visit, (gint64) document);

  fz_txn_swap_mask (txn, before);
  return good;
}

static const char find_one[] = "SELECT document FROM tombstone WHERE what = $1 AND key = $2 AND visit = $3";

gboolean
fz_tombstone_find (FzTxn *txn, FzTombstoneKind what, const char *key, const char *visit, guint64 *out_document, GError **error)
{
  gint64 document = 0;
  gboolean good = fz_row_number (fz_txn_query (txn, error, find_one, "ttt", words[what], key, visit), &document, error);

  *out_document = (guint64) document;
  return good;
}

static const char find_first[] = "SELECT document, visit FROM tombstone WHERE what = $1 AND key = $2 ORDER BY visit LIMIT 1";

gboolean
fz_tombstone_first (FzTxn *txn, FzTombstoneKind what, const char *key, guint64 *out_document, char **out_visit, GError **error)
{
  g_autoptr (GError) why = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, find_first, "tt", words[what], key);

  *out_document = 0;
  *out_visit = NULL;
  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &why)) {
    *out_document = (guint64) fz_stmt_int (stmt, 0);
    *out_visit = fz_stmt_dup_text (stmt, 1);
  }
  fz_stmt_end (stmt);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gpointer
read_row (FzStmt *stmt, GError **error)
{
  FzFields *row = fz_fields_new ("fuzhen.tombstone_row/v1");

  fz_fields_set (row, "what", fz_stmt_text (stmt, 0));
  fz_fields_set (row, "key", fz_stmt_text (stmt, 1));
  fz_fields_set (row, "visit", fz_stmt_text (stmt, 2));
  return fz_fields_freeze (row);
}

static const char of_document[] = "SELECT what, key, visit FROM tombstone WHERE document = $1 ORDER BY what, key, visit";

GPtrArray *
fz_tombstones_of (FzTxn *txn, guint64 document, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, of_document, "i", (gint64) document), read_row, (GDestroyNotify) fz_fields_unref, error);
}

static const char count_all[] = "SELECT COUNT(*) FROM tombstone";

gint64
fz_tombstones_count (FzTxn *txn, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, count_all, "");
  gint64 n;

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return -1;
  n = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return n;
}
