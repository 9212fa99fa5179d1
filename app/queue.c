#include "app/queue.h"

#include "app/knowledge.h"
#include "app/submit.h"
#include "app/reach.h"
#include "db/setting.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define LIMIT_SETTING "queue.limit_minutes"
#define LEAST_MINUTES 10
#define MOST_MINUTES (7 * 24 * 60)
#define TIMED_OUT "J08"       /* refusal-reasons: by time-out */
#define ELSEWHERE "J10"       /* refusal-reasons: another desk has taken it */
#define WITHDRAWN "T08"       /* termination-reasons: the patient asks for it */
#define PAGE 200

/* What the patient is told, as the code table has it; signed words are always Chinese. */
static char *
guidance_of (FzDesk *desk, const char *table, const char *code, const FzFields *visit)
{
  FzCodes *codes = fz_knowledge_codes (desk->knowledge, table);
  int row = fz_codes_find_code (codes, code);
  g_autoptr (GString) text = g_string_new (row >= 0 ? fz_codes_get (codes, (guint) row, "guidance") : NULL);
  const char *institution = fz_fields_get (desk->institution, "organ.physical_name");
  const char *department = fz_fields_get (visit, "visit.department_name");

  g_string_replace (text, "{institution}", institution != NULL ? institution : "实体医疗机构", 0);
  g_string_replace (text, "{department}", department != NULL ? department : "相应科室", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static FzFields *
end_body (FzDesk *desk, FzDocKind kind, const char *visit, const char *word, const char *by, gint64 now_us)
{
  g_autofree char *id = fz_document_id (desk, visit, word);
  FzFields *body = fz_body_new (desk, kind, visit, id, now_us);

  fz_fields_set (body, "end.by", by);
  return body;
}

static void
put_reason (FzDesk *desk, FzFields *body, const char *table, const char *code, const FzFields *visit)
{
  g_autofree char *guidance = guidance_of (desk, table, code, visit);

  fz_fields_set (body, "end.reason", code);
  fz_fields_set (body, "end.reason_label", fz_desk_label (desk, table, code));
  fz_fields_set (body, "end.guidance", guidance);
}

static gboolean
submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzFields *visit, FzFields *body, GError **error)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  FzDocument *document = fz_submit_desk_document (desk, txn, body, error);
  FzSubmission submission = { .visit = fz_fields_get (visit, "visit.id"), .documents = documents,
                              .drop_draft_of = fz_fields_get (visit, "visit.holder_number") };

  if (document == NULL)
    return FALSE;
  g_ptr_array_add (documents, document);
  return fz_submit (desk, session, txn, &submission, error);
}

/* --- the patient withdraws --- */

typedef struct {
  FzSession *session;
  const char *visit, *words;
  gboolean denied;
} Withdrawal;

gboolean
fz_queue_taken_elsewhere (FzDesk *desk, FzTxn *txn, const FzFields *visit, GError **error)
{
  g_autoptr (FzFields) body = end_body (desk, FZ_DOC_REFUSAL, fz_fields_get (visit, "visit.id"), "refusal", FZ_BY_ELSEWHERE, fz_txn_now_us (txn));

  put_reason (desk, body, "refusal-reasons", ELSEWHERE, visit);
  return submit (desk, NULL, txn, visit, body, error);
}

gboolean
fz_queue_withdraw (FzDesk *desk, FzTxn *txn, const FzFields *visit, const char *words, GError **error)
{
  g_autoptr (FzFields) body = end_body (desk, FZ_DOC_WITHDRAWAL, fz_fields_get (visit, "visit.id"), "withdrawal", "patient", fz_txn_now_us (txn));

  put_reason (desk, body, "termination-reasons", WITHDRAWN, visit);
  fz_fields_set (body, "end.words", words);
  return submit (desk, NULL, txn, visit, body, error);
}

static gboolean
withdraw (FzTxn *txn, gpointer data, GError **error)
{
  Withdrawal *withdrawal = data;
  FzSession *session = withdrawal->session;
  FzDesk *desk = session->desk;
  g_autoptr (FzFields) visit = fz_visits_get (txn, withdrawal->visit, error), body = NULL;

  if (visit == NULL)
    return FALSE;
  if (!fz_reach_visit (session, txn, "visit.withdraw", visit, &withdrawal->denied, error))
    return FALSE;
  if (withdrawal->denied)
    return TRUE;
  body = end_body (desk, FZ_DOC_WITHDRAWAL, withdrawal->visit, "withdrawal", "patient", fz_txn_now_us (txn));
  put_reason (desk, body, "termination-reasons", WITHDRAWN, visit);
  fz_fields_set (body, "end.words", withdrawal->words);
  fz_fields_set (body, "end.received_by", session->number);
  return submit (desk, session, txn, visit, body, error) &&
         fz_session_audit (session, txn, "visit.withdraw", "visit", withdrawal->visit, "done", NULL, NULL, error);
}

gboolean
fz_desk_withdraw_visit (FzSession *session, const char *visit, const char *words, GError **error)
{
  Withdrawal withdrawal = { session, visit, words, FALSE };

  if (!fz_session_may (session, "visit.withdraw", "visit", visit, error))
    return FALSE;
  if (words == NULL || *words == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明患者怎样提出撤销，例如电话、在线留言和所说的原因。"));
    return FALSE;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, withdraw, &withdrawal, error))
    return FALSE;
  return !withdrawal.denied || fz_reach_refuse_visit (session, "visit.withdraw", visit, error);
}

/* --- nobody took it in time --- */

gint64
fz_queue_limit (FzTxn *txn, GError **error)
{
  g_autofree char *text = NULL;

  if (!fz_setting_read (txn, LIMIT_SETTING, &text, error))
    return -1;
  return text != NULL ? g_ascii_strtoll (text, NULL, 10) : 0;
}

static gint64
waiting_since_us (const FzFields *visit)
{
  gint64 received = 0, returned = 0;

  fz_fields_get_time (visit, "visit.received_at", &received);
  fz_fields_get_time (visit, "visit.returned_at", &returned);
  return MAX (received, returned);
}

typedef struct {
  FzDesk *desk;
  FzCursor cursor;
  char *id; /* of the cursor */
  gboolean more;
} Round;

static gboolean
time_out (FzDesk *desk, FzTxn *txn, const FzFields *visit, GError **error)
{
  g_autoptr (FzFields) body = end_body (desk, FZ_DOC_REFUSAL, fz_fields_get (visit, "visit.id"), "refusal", "timeout", fz_txn_now_us (txn));

  put_reason (desk, body, "refusal-reasons", TIMED_OUT, visit);
  return submit (desk, NULL, txn, visit, body, error);
}

/* One page, at most one refusal a job: a job holds the database thread shortly. */
static gboolean
look_for_late (FzTxn *txn, gpointer data, GError **error)
{
  Round *round = data;
  gint64 limit = fz_queue_limit (txn, error);
  g_autoptr (GPtrArray) page = limit > 0 ? fz_visits_list (txn, FZ_VISITS_WAITING, round->cursor, PAGE, error) : NULL;

  round->more = page != NULL && page->len > 0;
  if (page == NULL)
    return limit == 0;
  for (guint i = 0; i < page->len; i++) {
    const FzFields *visit = page->pdata[i];

    fz_fields_get_time (visit, "visit.applied_at", &round->cursor.us);
    g_free (round->id);
    round->cursor.id = round->id = g_strdup (fz_fields_get (visit, "visit.id"));
    if (fz_txn_now_us (txn) - waiting_since_us (visit) > limit * 60 * FZ_US_PER_SECOND)
      return time_out (round->desk, txn, visit, error);
  }
  return TRUE;
}

gboolean
fz_queue_tick (FzDesk *desk, GError **error)
{
  Round round = { desk, { 0, "" }, NULL, TRUE };
  gboolean good = TRUE;

  while (good && round.more)
    good = fz_store_run (desk->store, FZ_TXN_RECORD, look_for_late, &round, error);
  g_free (round.id);
  return good;
}

typedef struct {
  FzSession *session;
  gint64 minutes;
} Limit;

static gboolean
set_limit (FzTxn *txn, gpointer data, GError **error)
{
  const Limit *limit = data;
  g_autofree char *text = limit->minutes > 0 ? g_strdup_printf ("%" G_GINT64_FORMAT, limit->minutes) : NULL;

  return fz_setting_set (txn, LIMIT_SETTING, text, error) &&
         fz_session_audit (limit->session, txn, "queue.limit", "store", NULL, "done", text != NULL ? text : "none", NULL, error);
}

gboolean
fz_desk_set_queue_limit (FzSession *session, gint64 minutes, GError **error)
{
  Limit limit = { session, minutes };

  if (!fz_session_may (session, "queue.limit", "store", NULL, error))
    return FALSE;
  if (minutes != 0 && (minutes < LEAST_MINUTES || minutes > MOST_MINUTES)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("候诊时限应为%d至%d分钟，或0（不限）。"), LEAST_MINUTES, MOST_MINUTES);
    return FALSE;
  }
  return fz_store_run (session->desk->store, FZ_TXN_RECORD, set_limit, &limit, error);
}
