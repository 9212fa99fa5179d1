#include "app/monitor.h"

#include "app/check.h"
#include "app/knowledge.h"
#include "app/rx_read.h"
#include "app/sheet.h"
#include "app/submit.h"
#include "db/monitors.h"

#include <glib/gi18n-lib.h>

#define MOST_ROWS 500

/* --- what is open --- */

/* One that was sent back or fell is not taken; when the doctor stands by it, it and its promises are open again. */
static gboolean
may_be_taken (const FzFields *rx)
{
  static const char *const stages[] = { "signed", "effective", "dispensed", "expired" };

  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    if (g_strcmp0 (fz_fields_get (rx, "rx.stage"), stages[i]) == 0)
      return TRUE;
  return FALSE;
}

static FzFields *
row_new (const FzFields *rx, guint i)
{
  FzFields *row = fz_fields_new ("fuzhen.monitor_row/v1");

  fz_fields_set (row, "monitor.rx", fz_fields_get (rx, "rx.id"));
  fz_fields_set (row, "monitor.visit", fz_fields_get (rx, "rx.visit"));
  fz_fields_set_int (row, "monitor.position", i);
  fz_fields_set (row, "monitor.doctor", fz_fields_get (rx, "rx.doctor_number"));
  fz_fields_set (row, "monitor.message", fz_fields_get_at (rx, "override", i, "message"));
  fz_fields_set (row, "monitor.what", fz_fields_get_at (rx, "override", i, "words"));
  fz_fields_set (row, "monitor.on", fz_fields_get_at (rx, "override", i, "monitor_by"));
  fz_fields_set (row, "patient.name", fz_fields_get (rx, "patient.name"));
  return fz_fields_freeze (row);
}

/* NULL when the prescription never promised anything, as nearly all. */
static GPtrArray *
open_rows (const FzFields *rx)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  gboolean any = FALSE;

  for (guint i = 0; i < fz_fields_count (rx, "override"); i++) {
    if (fz_fields_get_at (rx, "override", i, "monitor_by") == NULL)
      continue;
    any = TRUE;
    if (may_be_taken (rx) && fz_fields_get_at (rx, "override", i, "monitored_at") == NULL)
      g_ptr_array_add (rows, row_new (rx, i));
  }
  return any ? g_steal_pointer (&rows) : NULL;
}

gboolean
fz_monitor_project (FzTxn *txn, const FzFields *rx, GError **error)
{
  g_autoptr (GPtrArray) rows = open_rows (rx);

  return rows == NULL || fz_monitors_put (txn, fz_fields_get (rx, "rx.id"), rows, error);
}

gboolean
fz_monitor_compare (FzTxn *txn, const FzFields *rx, GPtrArray *differences, GError **error)
{
  g_autoptr (GPtrArray) rows = open_rows (rx), kept = fz_monitors_of_rx (txn, fz_fields_get (rx, "rx.id"), error);
  guint n = rows != NULL ? rows->len : 0;
  gboolean same;

  if (kept == NULL)
    return FALSE;
  same = kept->len == n;
  for (guint i = 0; same && i < n; i++)
    same = fz_fields_equal (rows->pdata[i], kept->pdata[i]);
  if (!same)
    g_ptr_array_add (differences, g_strdup_printf (_ ("处方 %s：待监测事项与由文书重新推算的结果不一致。"), fz_fields_get (rx, "rx.id")));
  return TRUE;
}

/* --- listing --- */

typedef struct {
  FzSession *session;
  GPtrArray *rows;
} List;

static gboolean
list (FzTxn *txn, gpointer data, GError **error)
{
  List *what = data;

  what->rows = fz_monitors_list (txn, what->session->number, NULL, MOST_ROWS, error);
  return what->rows != NULL;
}

GPtrArray *
fz_desk_list_monitors (FzSession *session, GError **error)
{
  List what = { session, NULL };
  g_autoptr (GPtrArray) kept = NULL, rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  FzDate today = fz_date_in_beijing (fz_session_now_us (session)), day = { 0 };

  if (!fz_session_may (session, "monitor.list", "store", NULL, error) ||
      !fz_session_look (session, "list.monitors", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list, &what, error))
    return NULL;
  kept = what.rows;
  for (guint i = 0; i < kept->len; i++) {
    FzFields *row = fz_fields_dup (kept->pdata[i], NULL);

    if (fz_date_parse (fz_fields_get (row, "monitor.on"), &day, NULL))
      fz_fields_set_int (row, "monitor.days", fz_date_days_between (today, day));
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
  return g_steal_pointer (&rows);
}

/* --- the result --- */

static const FzFields *
find_open (GPtrArray *rows, guint position)
{
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    gint64 at = -1;

    if (fz_fields_get_int (rows->pdata[i], "monitor.position", &at) && at == position)
      return rows->pdata[i];
  }
  return NULL;
}

static gboolean
check_result (FzSession *session, const FzFields *open, const char *outcome, const char *words, GError **error)
{
  const FzCodes *codes = fz_knowledge_codes (session->desk->knowledge, "monitor-outcomes");
  int row = outcome != NULL ? fz_codes_find_code (codes, outcome) : -1;

  if (open == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这张处方没有待登记的监测，或已经登记、作废、退回。"));
    return FALSE;
  }
  if (row < 0 || (g_str_equal (fz_codes_get (codes, (guint) row, "text_required"), "yes") && (words == NULL || *words == '\0'))) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID,
                         row < 0 ? _ ("请选择监测结果。") : _ ("请写明结果：查了什么、数值或情况、日期。"));
    return FALSE;
  }
  return TRUE;
}

static FzFields *
body_new (FzSession *session, const FzSheet *sheet, const FzRxRead *read, const FzFields *open, const char *outcome, const char *words)
{
  g_autofree char *id = fz_document_id (session->desk, read->id, "monitoring");
  FzFields *body = fz_body_new (session->desk, FZ_DOC_MONITORING, sheet->visit, id, sheet->prepared_us);

  fz_session_put_signer (session, body, "doctor");
  fz_fields_set (body, "prescription", read->id);
  fz_fields_set (body, "note_sha256", read->document->note_sha256);
  fz_fields_set (body, "patient.name", fz_fields_get (read->rx, "patient.name"));
  fz_fields_set (body, "position", fz_fields_get (open, "monitor.position"));
  fz_fields_set (body, "monitor.message", fz_fields_get (open, "monitor.message"));
  fz_fields_set (body, "monitor.what", fz_fields_get (open, "monitor.what"));
  fz_fields_set (body, "monitor.on", fz_fields_get (open, "monitor.on"));
  fz_fields_set (body, "outcome", outcome);
  fz_fields_set (body, "outcome_label", fz_desk_label (session->desk, "monitor-outcomes", outcome));
  fz_fields_set (body, "words", words != NULL && *words != '\0' ? words : NULL);
  fz_check_put_rules (session->desk, NULL, body);
  return body;
}

FzSheet *
fz_desk_prepare_monitoring (FzSession *session, const char *rx, guint position, const char *outcome, const char *words, GError **error)
{
  g_auto (FzRxRead) read = { .id = rx };
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  const FzFields *open;

  if (!fz_session_may (session, "prescription.monitor", "prescription", rx, error) ||
      !fz_rx_read_own (session, "prescription.monitor", _ ("只有开方医师本人可以登记监测结果。此次尝试已记入审计。"), &read, error))
    return NULL;
  rows = open_rows (read.rx);
  open = find_open (rows, position);
  if (!check_result (session, open, outcome, words, error))
    return NULL;
  sheet = fz_sheet_new (session, fz_fields_get (read.rx, "rx.visit"));
  body = body_new (session, sheet, &read, open, outcome, words);
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}
