/* Where the engine's rows come from and where their outcomes go (上报数据源): every function is one job on the database thread. */
#include "app/upload.h"

#include "app/due.h"
#include "app/spool.h"
#include "app/time_trust.h"
#include "db/audit.h"
#include "db/outbox.h"
#include "db/visits.h"

#define ASK_AGAIN_US (500 * 1000)

gboolean
fz_upload_audit (FzTxn *txn, const char *action, gint64 id, const char *outcome, const char *reason, const FzFields *payload, GError **error)
{
  g_autofree char *subject = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = action, .subject_kind = "outbox", .subject = id > 0 ? subject : NULL,
                         .outcome = outcome, .reason = reason, .payload = payload };

  return fz_audit_append (txn, &entry, NULL, error);
}

typedef struct {
  const FzUploadRow *row;
  const FzOutcome *outcome;
  FzUploadRow *claimed;
  gint64 again_us, next_us;
  FzDesk *desk;
  GBytes *changed; /* what to send instead, since the prescription was voided */
  gboolean blocked; /* … and can't be built: a person has it now */
} Step;

/* A visit that is open here: its picture and sound, or its pictures by the front, share the line. */
static gboolean
is_seen (FzTxn *txn)
{
  return fz_visits_count (txn, FZ_VISITS_OPEN, NULL) > 0;
}

static gboolean
claim_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;
  FzOutboxDue due = { 0 };
  gint64 wait = G_MAXINT64;
  g_autoptr (GError) why = NULL;

  if (fz_outbox_next (txn, &due, &wait, &why)) {
    FzUploadRow *row = g_new0 (FzUploadRow, 1);

    row->id = due.id;
    row->method = g_steal_pointer (&due.method);
    row->stream = g_steal_pointer (&due.stream);
    row->payload = g_steal_pointer (&due.payload);
    row->attempts = (guint) due.attempts;
    row->gently = is_seen (txn);
    step->claimed = row;
    fz_outbox_due_clear (&due);
    return TRUE;
  }
  step->next_us = wait == G_MAXINT64 ? 0 : wait;
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* What lies with the background sender: an earlier row of a stream may be among it. */
gboolean
fz_upload_take_back (FzDesk *desk, gboolean *out_back, GError **error)
{
  *out_back = TRUE;
  if (g_atomic_int_get (&desk->spool_asked) != 0 && !fz_spool_take_back (desk, out_back, error))
    return FALSE;
  if (*out_back)
    g_atomic_int_set (&desk->spool_asked, 0);
  return TRUE;
}

static gboolean
claim (gpointer data, gint64 now_us, FzUploadRow **out_row, gint64 *out_next_us, GError **error)
{
  FzDesk *desk = data;
  Step step = { 0 };
  gboolean back = TRUE;

  if (!fz_upload_take_back (desk, &back, error))
    return FALSE;
  if (!back) {
    *out_next_us = now_us + ASK_AGAIN_US;
    return TRUE;
  }
  if (!fz_store_run (desk->store, FZ_TXN_READ, claim_job, &step, error))
    return FALSE;
  *out_row = step.claimed;
  *out_next_us = step.next_us;
  return TRUE;
}

static gboolean
begin_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  if (!fz_due_refresh (step->desk, txn, step->row->id, &step->changed, &step->blocked, error) || step->blocked)
    return step->blocked;
  return fz_outbox_mark_sending (txn, step->row->id, error) &&
         fz_upload_audit (txn, "upload.begin", step->row->id, "done", NULL, NULL, error);
}

static gboolean
begin (gpointer data, FzUploadRow *row, GError **error)
{
  FzDesk *desk = data;
  Step step = { .row = row, .desk = desk };
  gboolean good = fz_store_run (desk->store, FZ_TXN_RECORD, begin_job, &step, error);

  if (good && step.blocked)
    g_clear_pointer (&row->payload, g_bytes_unref);
  if (good && step.changed != NULL) {
    g_bytes_unref (row->payload);
    row->payload = g_bytes_ref (step.changed);
  }
  g_clear_pointer (&step.changed, g_bytes_unref);
  return good;
}

const char *
fz_upload_state_after (FzOutcomeKind kind)
{
  switch (kind) {
  case FZ_OUTCOME_ACCEPTED:
    return "accepted";
  case FZ_OUTCOME_REFUSED:
    return "refused";
  case FZ_OUTCOME_UNKNOWN:
    return "unknown";
  case FZ_OUTCOME_CONFIGURATION:
  case FZ_OUTCOME_RETRY:
  case FZ_OUTCOME_OFFLINE:
  default:
    return "queued";
  }
}

gboolean
fz_upload_settle (FzTxn *txn, const FzUploadSettled *settled, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_upload/v1");

  fz_fields_set (payload, "code", settled->outcome->code);
  fz_fields_set (payload, "words", settled->outcome->text);
  fz_fields_set (payload, "method", settled->method);
  fz_fields_set (payload, "sent_at", settled->sent_at);
  return fz_outbox_settle (txn, settled->id, settled->state, settled->outcome->code, settled->outcome->text, settled->next_us, settled->reached, error) &&
         fz_upload_audit (txn, "upload.settle", settled->id, g_str_equal (settled->state, "accepted") ? "done" : "failed", settled->word, payload, error);
}

static gboolean
settle_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;
  const char *state = fz_upload_state_after (step->outcome->kind);
  FzUploadSettled settled = { .id = step->row->id, .method = step->row->method, .state = state, .word = fz_outcome_word (step->outcome->kind), .outcome = step->outcome,
                              .next_us = g_str_equal (state, "queued") ? step->again_us : fz_txn_now_us (txn),
                              .reached = step->outcome->kind != FZ_OUTCOME_CONFIGURATION };

  return fz_upload_settle (txn, &settled, error);
}

static gboolean
put_back_job (FzTxn *txn, gpointer data, GError **error)
{
  Step *step = data;

  return fz_outbox_settle (txn, step->row->id, "queued", step->outcome->code, step->outcome->text, step->again_us, FALSE, error);
}

/* Offline means that no byte left: the row is as it was, and `upload.begin` stands as the one entry of the try. A platform that is away
 * for a night would else fill the log with pairs that say nothing. */
static gboolean
settle (gpointer data, const FzUploadRow *row, const FzOutcome *outcome, gint64 again_at_us, GError **error)
{
  FzDesk *desk = data;
  Step step = { .row = row, .outcome = outcome, .again_us = again_at_us };

  if (outcome->kind == FZ_OUTCOME_OFFLINE)
    return fz_store_run (desk->store, FZ_TXN_LOCAL, put_back_job, &step, error);
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, settle_job, &step, error))
    return FALSE;
  fz_upload_watch_tell (desk->drain);
  return TRUE;
}

static void
heard (gpointer data, gint64 date_us)
{
  fz_time_trust_heard (data, date_us);
}

const FzUploadSource fz_upload_source = { claim, begin, settle, fz_upload_note, heard };
