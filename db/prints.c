#include "db/prints.h"

static const char get_times[] = "SELECT coalesce(max(times), 0) FROM slip_print WHERE prescription = $1";

gboolean
fz_prints_get (FzTxn *txn, const char *prescription, guint *out_times, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, get_times, "t", prescription);

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out_times = (guint) fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return TRUE;
}

static const char add_print[] = "INSERT INTO slip_print (prescription, times, printed_at) VALUES ($1, 1, $2) "
                                "ON CONFLICT (prescription) DO UPDATE SET times = slip_print.times + 1, printed_at = excluded.printed_at";

gboolean
fz_prints_add (FzTxn *txn, const char *prescription, guint *out_times, GError **error)
{
  return fz_txn_run (txn, error, add_print, "ti", prescription, fz_txn_now_us (txn)) && fz_prints_get (txn, prescription, out_times, error);
}
