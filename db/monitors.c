#include "db/monitors.h"

#include "db/rows.h"

static const char clear_rx[] = "DELETE FROM monitor WHERE prescription = $1";
static const char put_one[] = "INSERT INTO monitor (prescription, position, doctor, due_on, facts) VALUES ($1, $2, $3, $4, $5)";
static const char list_doctor[] =
  "SELECT facts FROM monitor WHERE doctor = $1 AND due_on < $2 ORDER BY due_on, prescription, position LIMIT $3";
static const char list_all[] = "SELECT facts FROM monitor WHERE due_on < $1 ORDER BY due_on, prescription, position LIMIT $2";
static const char list_rx[] = "SELECT facts FROM monitor WHERE prescription = $1 ORDER BY position";

static const char no_day[] = "9999-12-31~"; /* after every day */

gboolean
fz_monitors_put (FzTxn *txn, const char *prescription, GPtrArray *rows, GError **error)
{
  if (!fz_txn_run (txn, error, clear_rx, "t", prescription))
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const FzFields *row = rows->pdata[i];
    gint64 position = 0;
    g_autofree char *text = fz_facts_to_text (row, error);

    if (text == NULL)
      return FALSE;
    fz_fields_get_int (row, "monitor.position", &position);
    if (!fz_txn_run (txn, error, put_one, "tittt", prescription, position, fz_fields_get (row, "monitor.doctor"),
                     fz_fields_get (row, "monitor.on"), text))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
fz_monitors_list (FzTxn *txn, const char *doctor, const char *until, guint limit, GError **error)
{
  const char *before = until != NULL ? until : no_day;

  return fz_rows_of_facts (doctor != NULL ? fz_txn_query (txn, error, list_doctor, "tti", doctor, before, (gint64) limit)
                                          : fz_txn_query (txn, error, list_all, "ti", before, (gint64) limit),
                           error);
}

GPtrArray *
fz_monitors_of_rx (FzTxn *txn, const char *prescription, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_rx, "t", prescription), error);
}
