/* What a person does with a row of the ledger: looks at it, has it built anew, or decides what became of it (上报裁定). */
#include "app/upload.h"

#include "app/due.h"
#include "app/due_collect.h"
#include "app/recover.h"
#include "app/veil.h"
#include "db/outbox.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzSession *session;
  gint64 id;
  gboolean sent;
  const char *reason;
  FzFields *row;
  gboolean traces;
  GPtrArray *trace;
} Decide;

static gboolean
decide_job (FzTxn *txn, gpointer data, GError **error)
{
  Decide *decide = data;
  g_autofree char *subject = g_strdup_printf ("%" G_GINT64_FORMAT, decide->id);

  return fz_outbox_decide (txn, decide->id, decide->sent, decide->reason, error) &&
         fz_session_audit (decide->session, txn, decide->sent ? "upload.settle_sent" : "upload.settle_not_sent", "outbox", subject,
                           "done", decide->reason, NULL, error);
}

gboolean
fz_desk_settle_upload (FzSession *session, gint64 id, gboolean sent, const char *reason, GError **error)
{
  Decide decide = { .session = session, .id = id, .sent = sent, .reason = reason };

  if (!fz_session_may (session, "upload.decide", "outbox", NULL, error))
    return FALSE;
  if (reason == NULL || *reason == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明裁定的依据，例如平台工作人员的答复。"));
    return FALSE;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, decide_job, &decide, error))
    return FALSE;
  fz_upload_kick (session->desk);
  return TRUE;
}

static gboolean
retry_job (FzTxn *txn, gpointer data, GError **error)
{
  Decide *decide = data;
  g_autofree char *subject = g_strdup_printf ("%" G_GINT64_FORMAT, decide->id);

  return fz_due_renew (decide->session->desk, txn, decide->id, error) &&
         fz_session_audit (decide->session, txn, "upload.retry", "outbox", subject, "done", NULL, NULL, error);
}

gboolean
fz_desk_retry_upload (FzSession *session, gint64 id, GError **error)
{
  Decide decide = { .session = session, .id = id };

  if (!fz_session_may (session, "upload.decide", "outbox", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_RECORD, retry_job, &decide, error))
    return FALSE;
  fz_upload_kick (session->desk);
  return TRUE;
}

static gboolean
read_row (FzTxn *txn, gpointer data, GError **error)
{
  Decide *decide = data;
  g_autofree char *subject = g_strdup_printf ("%" G_GINT64_FORMAT, decide->id);

  decide->row = fz_outbox_get (txn, decide->id, error);
  if (decide->row != NULL && decide->traces)
    decide->trace = fz_upload_trace (decide->session->desk, txn, decide->row, error);
  return decide->row != NULL && (decide->trace != NULL || !decide->traces) &&
         fz_session_audit (decide->session, txn, "upload.read", "outbox", subject, "done", NULL, NULL, error);
}

/* --- who sees what of it --- */

static void
keep_open (const char *key, const char *value, gpointer data)
{
  static const char *const open[] = { "id", "key", "subject", "stream", "method", "state", "attempts", "code", "made_at", "changed_at", "next_at", "waiting_for", "task",
                                      "method_label", "cursor" };

  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    if (g_str_equal (open[i], key))
      return;
  g_ptr_array_add (data, g_strdup (key));
}

void
fz_upload_hide (FzFields *row)
{
  g_autoptr (GPtrArray) hidden = g_ptr_array_new_with_free_func (g_free);

  fz_fields_foreach (row, keep_open, hidden);
  for (guint i = 0; i < hidden->len; i++)
    fz_fields_set (row, hidden->pdata[i], NULL);
}

/* Affairs mend what the platform refused: they see which facts there are, and whose only by asking (fz_desk_reveal). */
static void
veil_row (FzFields *row)
{
  static const char *const texts[] = { "payload", "words", "problems" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree char *veiled = fz_veil_text (fz_fields_get (row, texts[i]), row, "facts.");

    fz_fields_set (row, texts[i], veiled);
  }
  fz_veil_all (row, "facts.");
}

/* What to look at first, in the names that the form has. */
static void
name_fields (FzDesk *desk, FzFields *row)
{
  g_autofree char *named = NULL;

  if (g_strcmp0 (fz_fields_get (row, "state"), "refused") != 0 || !fz_fields_has (row, "words"))
    return;
  named = fz_outcome_name_fields (desk->knowledge->messages, fz_fields_get (row, "method"), fz_fields_get (row, "words"));
  fz_fields_set (row, "named", named);
}

FzFields *
fz_desk_read_outbox (FzSession *session, gint64 id, GError **error)
{
  Decide decide = { .session = session, .id = id };
  g_autoptr (FzFields) kept = NULL, row = NULL;

  if (!fz_session_may (session, "list.outbox", "outbox", NULL, error))
    return NULL;
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, read_row, &decide, error)) {
    g_clear_pointer (&decide.row, fz_fields_unref);
    return NULL;
  }
  kept = decide.row;
  row = fz_fields_dup (kept, NULL);
  if (session->role == FZ_ROLE_SYSTEM)
    fz_upload_hide (row);
  else {
    name_fields (session->desk, row);
    veil_row (row);
  }
  return fz_fields_freeze (g_steal_pointer (&row));
}

GPtrArray *
fz_desk_trace_upload (FzSession *session, gint64 id, GError **error)
{
  static const char *const texts[] = { "value", "said" };
  Decide decide = { .session = session, .id = id, .traces = TRUE };
  g_autoptr (FzFields) row = NULL;
  g_autoptr (GPtrArray) trace = NULL;
  gboolean good = fz_session_may (session, "upload.decide", "outbox", NULL, error) && fz_store_run (session->desk->store, FZ_TXN_RECORD, read_row, &decide, error);

  row = decide.row;
  trace = decide.trace;
  for (guint n = 0; good && n < trace->len; n++)
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
      g_autofree char *veiled = fz_veil_text (fz_fields_get (trace->pdata[n], texts[i]), row, "facts.");

      fz_fields_set (trace->pdata[n], texts[i], veiled);
    }
  return good ? g_steal_pointer (&trace) : NULL;
}

/* --- a day, once more --- */

typedef struct {
  FzSession *session;
  FzDueCollect collect;
  const char *day;
  guint told; /* of the added ones, in entries before */
  gboolean done;
} Collect;

static gboolean
collect_job (FzTxn *txn, gpointer data, GError **error)
{
  Collect *self = data;
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_collect/v1");

  if (!fz_due_collect (&self->collect, txn, &self->done, error))
    return FALSE;
  if (!self->done && self->collect.added == self->told)
    return TRUE;
  fz_fields_set_int (payload, "added", self->collect.added - self->told);
  fz_fields_set_int (payload, "rows", self->collect.rows->len);
  self->told = self->collect.added;
  return fz_session_audit (self->session, txn, "upload.collect", "outbox", self->day, "done", NULL, payload, error);
}

GPtrArray *
fz_desk_collect_uploads (FzSession *session, const char *day, guint *out_added, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error)
{
  FzRecoverWatch watch = { stop, progress, data, 0, 1 };
  Collect self = { .session = session, .collect = { .desk = session->desk }, .day = day };
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean good = TRUE;

  if (out_added != NULL)
    *out_added = 0;
  if (!fz_session_may (session, "upload.decide", "outbox", NULL, error))
    return NULL;
  if (day == NULL || !fz_date_parse (day, &self.collect.day, NULL) ||
      fz_date_compare (self.collect.day, fz_date_in_beijing (fz_desk_now_us (session->desk))) > 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写一个不晚于今天的日期，如 2026-11-21。"));
    return NULL;
  }
  self.collect.rows = rows;
  self.collect.seen = seen;
  while (good && !self.done)
    good = fz_recover_go_on (fz_due_collect_part (&self.collect), &watch, error) && fz_store_run (session->desk->store, FZ_TXN_RECORD, collect_job, &self, error);
  if (out_added != NULL)
    *out_added = self.collect.added;
  fz_upload_kick (session->desk); /* also of what was added before it was stopped */
  return good ? g_steal_pointer (&rows) : NULL;
}
