#include "app/access.h"

#include "app/knowledge.h"
#include "app/proposal.h"
#include "app/reach.h"
#include "app/sheet.h"
#include "app/veil.h"
#include "core/access.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define MAX_WORDS 300
#define PAGE 100

/* --- as they stand --- */

static FzFields *
fold_of (FzTxn *txn, const char *subject, FzDocument **out_opening, GError **error)
{
  g_autoptr (FzFields) facts = fz_proposal_read (txn, subject + 1, fz_access_fold, _ ("没有编号为“%s”的紧急查阅。"), error);

  if (facts != NULL && out_opening != NULL)
    *out_opening = fz_documents_get (txn, fz_fields_get (facts, "access.document"), error);
  return facts != NULL && (out_opening == NULL || *out_opening != NULL) ? g_steal_pointer (&facts) : NULL;
}

typedef gboolean (*Each) (const FzFields *access, gpointer data);

/* Every one until `each` says FALSE. */
static gboolean
foreach_access (FzTxn *txn, Each each, gpointer data, GError **error)
{
  g_autofree char *after = g_strdup ("@");
  gboolean more = TRUE;

  while (more) {
    g_autoptr (GPtrArray) subjects = fz_documents_subjects (txn, FZ_ACCESS_KIND, after, PAGE, error);

    if (subjects == NULL)
      return FALSE;
    for (guint i = 0; i < subjects->len; i++) {
      g_autoptr (FzFields) access = fold_of (txn, subjects->pdata[i], NULL, error);

      if (access == NULL)
        return FALSE;
      if (!each (access, data))
        return TRUE;
    }
    more = subjects->len == PAGE;
    if (subjects->len > 0) {
      g_free (after);
      after = g_strdup (subjects->pdata[subjects->len - 1]);
    }
  }
  return TRUE;
}

typedef struct {
  const char *person, *visit;
  gint64 now_us;
  gint64 stop_us; /* unreviewed since before that: nothing new */
  gboolean open, overdue;
} Mine;

static gboolean
look_for_mine (const FzFields *access, gpointer data)
{
  Mine *mine = data;
  gint64 until_us = 0, due_us = 0;
  FzDate due;

  if (g_strcmp0 (fz_fields_get (access, "access.by_person"), mine->person) != 0)
    return TRUE;
  fz_fields_get_time (access, "access.until_at", &until_us);
  if (g_strcmp0 (fz_fields_get (access, "access.visit"), mine->visit) == 0 && mine->now_us < until_us)
    mine->open = TRUE;
  if (g_str_equal (fz_fields_get (access, "access.state"), "waits") && fz_date_parse (fz_fields_get (access, "access.review_on"), &due, NULL)) {
    due_us = fz_date_beijing_start_us (fz_date_add_days (due, 1));
    mine->overdue |= due_us <= mine->stop_us;
  }
  return TRUE;
}

gboolean
fz_access_is_open (FzSession *session, FzTxn *txn, const char *visit, gboolean *out_open, GError **error)
{
  Mine mine = { fz_fields_get (session->person, "person"), visit, fz_session_now_us (session), G_MININT64, FALSE, FALSE };
  gboolean good = foreach_access (txn, look_for_mine, &mine, error);

  *out_open = good && mine.open;
  return good;
}

typedef struct {
  void (*add) (const FzFields *access, gpointer data);
  gpointer data;
} Due;

static gboolean
add_due (const FzFields *access, gpointer data)
{
  const Due *due = data;

  if (g_str_equal (fz_fields_get (access, "access.state"), "waits"))
    due->add (access, due->data);
  return TRUE;
}

gboolean
fz_access_put_due (FzTxn *txn, void (*add) (const FzFields *access, gpointer data), gpointer data, GError **error)
{
  Due due = { add, data };

  return foreach_access (txn, add_due, &due, error);
}

/* --- keeping --- */

static gboolean
keep (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  FzDocument *document = submission->documents->pdata[0];
  g_autoptr (GPtrArray) before = fz_submit_check_clock (txn, error) ? fz_documents_of_visit (txn, submission->visit, error) : NULL;
  g_autoptr (FzFields) stood = before != NULL && before->len > 0 ? fold_of (txn, submission->visit, NULL, error) : NULL, after = NULL;

  if (before == NULL || (before->len > 0 && stood == NULL))
    return FALSE;
  after = fz_access_fold (stood, document, error);
  return after != NULL && fz_submit_keep_document (session, txn, document, error) && fz_audit_checkpoint (txn, error);
}

/* --- opening --- */

static gint64
policy (const FzSession *session, const char *code)
{
  const FzCodes *table = fz_knowledge_codes (session->desk->knowledge, "access-policy");
  int row = fz_codes_find_code (table, code);
  gint64 value = 0;

  return row >= 0 && g_ascii_string_to_signed (fz_codes_get (table, (guint) row, "value"), 10, 0, 100000, &value, NULL) ? value : 0;
}

typedef struct {
  FzSession *session;
  const char *visit, *words;
  Mine mine;
  gboolean needless;
  char *id;
} Opening;

static gboolean
open_job (FzTxn *txn, gpointer data, GError **error)
{
  Opening *opening = data;
  g_autoptr (FzFields) facts = fz_visits_get (txn, opening->visit, error);
  gboolean denied = TRUE;
  gint64 number = 0;

  if (facts == NULL || !fz_reach_visit (opening->session, txn, "case.read", facts, &denied, error) ||
      !fz_veil_check_words (opening->words, facts, error) || !foreach_access (txn, look_for_mine, &opening->mine, error))
    return FALSE;
  opening->needless = !denied;
  if (opening->needless || opening->mine.overdue)
    return TRUE;
  if (!fz_counter_next (txn, "access", &number, error))
    return FALSE;
  opening->id = g_strdup_printf ("ACC-%06" PRId64, number);
  return TRUE;
}

static const char *
reason_label (FzSession *session, const char *reason, const char *words, GError **error)
{
  const char *label = fz_desk_label (session->desk, "access-reasons", reason);

  if (label != NULL && words != NULL && *words != '\0' && g_utf8_strlen (words, -1) <= MAX_WORDS)
    return label;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择紧急查阅的理由，并写明情况（不超过300字）。"));
  return NULL;
}

static gboolean
check_opening (Opening *opening, GError **error)
{
  FzSession *session = opening->session;

  if (opening->needless) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这次就诊您本来就可以查看，不需要紧急查阅。"));
    return FALSE;
  }
  return !opening->mine.overdue || fz_session_deny (session, "access.open", "visit", opening->visit,
                                                    _ ("您此前的紧急查阅逾期仍未复核，暂不能再次紧急查阅。请联系医务管理人员复核。此次尝试已记入审计。"), error);
}

FzSheet *
fz_desk_prepare_access (FzSession *session, const char *visit, const char *reason, const char *words, GError **error)
{
  gint64 now_us = fz_session_now_us (session);
  Opening opening = { .session = session, .visit = visit, .words = words,
                      .mine = { fz_fields_get (session->person, "person"), visit, now_us, now_us - policy (session, "stop_days") * FZ_US_PER_DAY, FALSE, FALSE } };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  g_autofree char *id = NULL, *review_on = NULL;
  const char *label = fz_session_may (session, "access.open", "visit", visit, error) ? reason_label (session, reason, words, error) : NULL;

  if (label == NULL || !fz_store_run (session->desk->store, FZ_TXN_LOCAL, open_job, &opening, error) || !check_opening (&opening, error))
    return NULL;
  id = opening.id;
  review_on = fz_date_format (fz_date_add_days (fz_date_in_beijing (now_us), (int) policy (session, "review_days")));
  sheet = fz_proposal_sheet_new (session, id, _ ("紧急查阅"), keep);
  body = fz_proposal_body_new (session, sheet, FZ_ACCESS_KIND, id, "open");
  fz_session_put_signer (session, body, "opener");
  fz_fields_set (body, "case", visit);
  fz_fields_set (body, "reason", reason);
  fz_fields_set (body, "reason_label", label);
  fz_fields_set (body, "words", words);
  fz_fields_set_time (body, "until_at", sheet->prepared_us + policy (session, "open_minutes") * 60 * FZ_US_PER_SECOND);
  fz_fields_set (body, "review_on", review_on);
  return fz_proposal_add (session, sheet, fz_access_fold, NULL, body, error) ? g_steal_pointer (&sheet) : NULL;
}

/* --- reviewing --- */

typedef struct {
  const char *subject;
  FzFields *access;
  FzDocument *opening;
} Look;

static gboolean
look_job (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;

  look->access = fold_of (txn, look->subject, &look->opening, error);
  return look->access != NULL;
}

FzSheet *
fz_desk_prepare_access_review (FzSession *session, const char *id, const char *verdict, const char *words, GError **error)
{
  g_autofree char *subject = g_strconcat ("@", id, NULL), *opener = NULL;
  Look look = { subject, NULL, NULL };
  g_autoptr (FzFields) access = NULL, body = NULL;
  g_autoptr (FzDocument) opening = NULL;
  g_autoptr (FzSheet) sheet = NULL;

  if (!fz_session_may (session, "access.review", "access", id, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, look_job, &look, error))
    return NULL;
  access = look.access;
  opening = look.opening;
  sheet = fz_proposal_sheet_new (session, id, _ ("紧急查阅的复核"), keep);
  body = fz_proposal_body_new (session, sheet, FZ_ACCESS_REVIEW_KIND, id, "review");
  fz_session_put_signer (session, body, "reviewer");
  opener = g_strdup_printf ("%s（工号 %s）", fz_fields_get (access, "access.by"), fz_fields_get (access, "access.by_number"));
  fz_fields_set (body, "case", fz_fields_get (access, "access.visit"));
  fz_fields_set (body, "opener", opener);
  fz_fields_set (body, "reason_label", fz_fields_get (access, "access.reason_label"));
  fz_fields_set (body, "reason_words", fz_fields_get (access, "access.words"));
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "words", words != NULL && *words != '\0' ? words : NULL);
  fz_fields_set (body, "note_sha256", opening->note_sha256);
  fz_fields_set (body, "text_sha256", opening->text_sha256);
  return fz_proposal_add (session, sheet, fz_access_fold, access, body, error) ? g_steal_pointer (&sheet) : NULL;
}

/* --- looking --- */

typedef struct {
  FzSession *session;
  GPtrArray *rows;
} List;

static gboolean
add_row (const FzFields *access, gpointer data)
{
  List *list = data;
  FzRole role = list->session->role;
  gboolean mine = g_strcmp0 (fz_fields_get (access, "access.by_person"), fz_fields_get (list->session->person, "person")) == 0;
  gboolean reviews = role == FZ_ROLE_AFFAIRS || role == FZ_ROLE_AUDIT;
  const char *state = fz_fields_get (access, "access.state");
  gint64 until_us = 0;
  FzFields *row;

  if (!mine && !reviews)
    return TRUE;
  row = fz_fields_dup (access, NULL);
  fz_fields_get_time (access, "access.until_at", &until_us);
  fz_fields_set (row, "access.by_person", NULL);
  fz_fields_set (row, "access.state_label", fz_access_state_label (state));
  fz_fields_set (row, "access.open", mine && fz_session_now_us (list->session) < until_us ? "yes" : NULL);
  fz_fields_set (row, "access.may_review", !mine && reviews && g_str_equal (state, "waits") ? "yes" : NULL);
  g_ptr_array_insert (list->rows, 0, fz_fields_freeze (row));
  return TRUE;
}

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  return foreach_access (txn, add_row, data, error);
}

GPtrArray *
fz_desk_list_access (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  List list = { session, rows };

  return fz_session_may (session, "access.list", "access", NULL, error) && fz_session_look (session, "access.list", "access", NULL, error) &&
         fz_store_run (session->desk->store, FZ_TXN_READ, list_job, &list, error)
           ? g_steal_pointer (&rows)
           : NULL;
}
