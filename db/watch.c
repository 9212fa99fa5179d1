#include "db/watch.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static const char add_reading[] =
  "INSERT INTO reading (day, staff, what, subject) VALUES ($1, $2, $3, $4) ON CONFLICT (day, staff, what, subject) DO NOTHING";
static const char count_readings[] = "SELECT COUNT(*) FROM reading WHERE day = $1 AND staff = $2 AND what = $3";
static const char drop_days[] = "DELETE FROM reading WHERE day < $1";

/* -1 on error. */
static gint64
one_number (FzStmt *stmt, GError **error)
{
  gint64 n = 0;

  return fz_row_number (stmt, &n, error) ? n : -1;
}

gint64
fz_watch_count (FzTxn *txn, const char *day, const char *staff, const char *what, GError **error)
{
  return one_number (fz_txn_query (txn, error, count_readings, "ttt", day, staff, what), error);
}

gboolean
fz_watch_add (FzTxn *txn, const char *day, const char *staff, const char *what, const char *subject, gint64 *out_n, gboolean *out_new, GError **error)
{
  gint64 added = 0;

  if (!fz_txn_run_counted (txn, &added, error, add_reading, "tttt", day, staff, what, subject))
    return FALSE;
  *out_new = added > 0;
  *out_n = fz_watch_count (txn, day, staff, what, error);
  return *out_n >= 0 && (*out_n > 1 || added == 0 || fz_txn_run (txn, error, drop_days, "t", day));
}

/* --- canaries --- */

static const char plant[] = "INSERT INTO canary (id, planted_at) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING";
static const char is_planted[] = "SELECT COUNT(*) FROM canary WHERE id = $1";
static const char counter_of[] = "SELECT value FROM counter WHERE name = $1";

gboolean
fz_canary_plant (FzTxn *txn, const char *id, GError **error)
{
  return fz_txn_run (txn, error, plant, "ti", id, fz_txn_now_us (txn));
}

gboolean
fz_canary_is (FzTxn *txn, const char *id, gboolean *out, GError **error)
{
  gint64 n = one_number (fz_txn_query (txn, error, is_planted, "t", id), error);

  *out = n > 0;
  return n >= 0;
}

gint64
fz_watch_counter (FzTxn *txn, const char *name, GError **error)
{
  return one_number (fz_txn_query (txn, error, counter_of, "t", name), error);
}

/* --- alarms --- */

static const char raise_alarm[] =
  "INSERT INTO watch_alarm (number, raised_at, staff, what, subject, amount) "
  "VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM watch_alarm), $1, $2, $3, $4, $5)";
static const char settle_alarm[] = "UPDATE watch_alarm SET settled_at = $2, settled_by = $3, words = $4 WHERE number = $1 AND settled_at IS NULL";
static const char list_alarms[] =
  "SELECT number, raised_at, staff, what, subject, amount, settled_at, settled_by, words FROM watch_alarm ORDER BY number DESC LIMIT $1";
static const char list_open[] =
  "SELECT number, raised_at, staff, what, subject, amount, settled_at, settled_by, words FROM watch_alarm WHERE settled_at IS NULL "
  "ORDER BY number DESC LIMIT $1";

gboolean
fz_alarm_raise (FzTxn *txn, const char *staff, const char *what, const char *subject, gint64 amount, GError **error)
{
  return fz_txn_run (txn, error, raise_alarm, "ittti", fz_txn_now_us (txn), staff, what, subject, amount);
}

gboolean
fz_alarm_settle (FzTxn *txn, gint64 number, const char *by, const char *words, GError **error)
{
  gint64 settled = 0;

  if (!fz_txn_run_counted (txn, &settled, error, settle_alarm, "iitt", number, fz_txn_now_us (txn), by, words))
    return FALSE;
  if (settled == 1)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有第 %" PRId64 " 号待处理的告警，可能已有人处理。"), number);
  return FALSE;
}

static gpointer
read_alarm (FzStmt *stmt, GError **error)
{
  FzFields *row = fz_fields_new ("fuzhen.alarm/v1");

  fz_fields_set_int (row, "alarm.number", fz_stmt_int (stmt, 0));
  fz_fields_set_time (row, "alarm.raised_at", fz_stmt_int (stmt, 1));
  fz_fields_set (row, "alarm.staff", fz_stmt_text (stmt, 2));
  fz_fields_set (row, "alarm.what", fz_stmt_text (stmt, 3));
  fz_fields_set (row, "alarm.subject", fz_stmt_text (stmt, 4));
  fz_fields_set_int (row, "alarm.amount", fz_stmt_int (stmt, 5));
  if (!fz_stmt_is_null (stmt, 6))
    fz_fields_set_time (row, "alarm.settled_at", fz_stmt_int (stmt, 6));
  fz_fields_set (row, "alarm.settled_by", fz_stmt_text (stmt, 7));
  fz_fields_set (row, "alarm.words", fz_stmt_text (stmt, 8));
  return fz_fields_freeze (row);
}

GPtrArray *
fz_alarms_list (FzTxn *txn, gboolean open, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, open ? list_open : list_alarms, "i", (gint64) limit), read_alarm, (GDestroyNotify) fz_fields_unref,
                          error);
}
