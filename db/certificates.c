#include "db/certificates.h"

#include "core/date.h"
#include "db/archive.h"
#include "db/rows.h"

#include <glib/gi18n-lib.h>

static const char next_serial[] = "SELECT coalesce(max(serial), 0) + 1 FROM certificate";
static const char add[] = "INSERT INTO certificate (serial, staff, vkey, from_at, until_at, validation) VALUES ($1, $2, $3, $4, $5, $6)";
static const char find[] = "SELECT serial, staff, (SELECT min(from_at) FROM certificate WHERE vkey = $1), until_at, validation FROM certificate "
                           "WHERE vkey = $1 ORDER BY serial DESC LIMIT 1";

gboolean
fz_certificate_next_serial (FzTxn *txn, gint64 *out_serial, GError **error)
{
  return fz_row_number (fz_txn_query (txn, error, next_serial, ""), out_serial, error);
}

gboolean
fz_certificate_add (FzTxn *txn, gint64 serial, const char *staff, const char *vkey, gint64 from_us, gint64 until_us, GBytes *note, GError **error)
{
  gint64 kept = -1;
  gsize n = 0;
  const void *bytes = g_bytes_get_data (note, &n);

  return fz_archive_put (txn, "certificate", bytes, n, &kept, error) &&
         fz_txn_run (txn, error, add, "ittiii", serial, staff, vkey, from_us, until_us, kept);
}

static gpointer
certificate_row (FzStmt *stmt, GError **error)
{
  FzFields *row = fz_fields_new ("fuzhen.certificate_row/v1");

  fz_fields_set_int (row, "serial", fz_stmt_int (stmt, 0));
  fz_fields_set (row, "staff", fz_stmt_text (stmt, 1));
  fz_fields_set_time (row, "from", fz_stmt_int (stmt, 2));
  fz_fields_set_time (row, "until", fz_stmt_int (stmt, 3));
  fz_fields_set_int (row, "validation", fz_stmt_int (stmt, 4));
  return fz_fields_freeze (row);
}

FzFields *
fz_certificate_find (FzTxn *txn, const char *vkey, GError **error)
{
  return fz_rows_first (fz_txn_query (txn, error, find, "t", vkey), certificate_row, NULL, error);
}

/* --- revocations --- */

#define COLUMNS \
  "SELECT revocation.number, vkey, staff, at_size, from_at, reason, revoked_by, revoked_at, words, told_by, told_at FROM revocation " \
  "LEFT JOIN revocation_notice ON revocation_notice.number = revocation.number "

static const char next_revocation[] = "SELECT coalesce(max(number), -1) + 1 FROM revocation";
static const char add_revocation[] =
  "INSERT INTO revocation (number, vkey, staff, at_size, from_at, reason, revoked_by, revoked_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
static const char find_revocation[] = COLUMNS "WHERE vkey = $1";
static const char get_revocation[] = COLUMNS "WHERE revocation.number = $1";
static const char list_revocations[] = COLUMNS "ORDER BY revocation.number";
static const char add_notice[] = "INSERT INTO revocation_notice (number, words, told_by, told_at) VALUES ($1, $2, $3, $4)";
static const char place[] = "SELECT coalesce((SELECT min(number) FROM audit WHERE entry_at >= $1), (SELECT coalesce(max(number), -1) + 1 FROM audit))";

static gpointer
revocation_row (FzStmt *stmt, GError **error)
{
  FzFields *row = fz_fields_new ("fuzhen.revocation/v1");

  fz_fields_set_int (row, "number", fz_stmt_int (stmt, 0));
  fz_fields_set (row, "vkey", fz_stmt_text (stmt, 1));
  fz_fields_set (row, "staff", fz_stmt_text (stmt, 2));
  fz_fields_set_int (row, "at_size", fz_stmt_int (stmt, 3));
  fz_fields_set_time (row, "from", fz_stmt_int (stmt, 4));
  fz_fields_set (row, "reason", fz_stmt_text (stmt, 5));
  fz_fields_set (row, "revoked_by", fz_stmt_text (stmt, 6));
  fz_fields_set_time (row, "revoked_at", fz_stmt_int (stmt, 7));
  fz_fields_set (row, "told_words", fz_stmt_text (stmt, 8));
  fz_fields_set (row, "told_by", fz_stmt_text (stmt, 9));
  if (!fz_stmt_is_null (stmt, 10))
    fz_fields_set_time (row, "told_at", fz_stmt_int (stmt, 10));
  return fz_fields_freeze (row);
}

gboolean
fz_revocation_add (FzTxn *txn, const char *vkey, const char *staff, gint64 at_size, gint64 from_us, const char *reason, const char *by,
                   GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) there = fz_revocation_find (txn, vkey, &why);
  gint64 number = 0;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (there != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这把密钥已于 %s 吊销。"), fz_fields_get (there, "revoked_at"));
    return FALSE;
  }
  return fz_row_number (fz_txn_query (txn, error, next_revocation, ""), &number, error) &&
         fz_txn_run (txn, error, add_revocation, "ittiitti", number, vkey, staff, at_size, from_us, reason, by, fz_txn_now_us (txn));
}

FzFields *
fz_revocation_find (FzTxn *txn, const char *vkey, GError **error)
{
  return fz_rows_first (fz_txn_query (txn, error, find_revocation, "t", vkey), revocation_row, NULL, error);
}

GPtrArray *
fz_revocation_list (FzTxn *txn, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, list_revocations, ""), revocation_row, (GDestroyNotify) fz_fields_unref, error);
}

gboolean
fz_revocation_tell (FzTxn *txn, gint64 number, const char *words, const char *by, GError **error)
{
  g_autoptr (FzFields) row = fz_rows_first (fz_txn_query (txn, error, get_revocation, "i", number), revocation_row, _ ("没有这次吊销的记录。"), error);

  if (row == NULL)
    return FALSE;
  if (fz_fields_has (row, "told_at")) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这次吊销的告知已经登记过。"));
    return FALSE;
  }
  return fz_txn_run (txn, error, add_notice, "itti", number, words, by, fz_txn_now_us (txn));
}

gboolean
fz_revocation_place (FzTxn *txn, gint64 from_us, gint64 *out_size, GError **error)
{
  return fz_row_number (fz_txn_query (txn, error, place, "i", from_us), out_size, error);
}
