#include "app/submit.h"

#include "app/due.h"
#include "app/front.h"
#include "app/monitor.h"
#include "app/knowledge_kept.h"
#include "app/queue.h"
#include "app/review_policy.h"
#include "app/rules.h"
#include "db/audit.h"
#include "db/desk_key.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

FzFields *
fz_body_new (FzDesk *desk, FzDocKind kind, const char *visit, const char *id, gint64 at_us)
{
  FzFields *body = fz_fields_new (fz_doc_kind_to_text (kind));

  fz_fields_set (body, "id", id);
  fz_fields_set (body, "visit", visit);
  fz_fields_set_time (body, "signed_at", at_us);
  fz_fields_set (body, "institution.code", fz_fields_get (desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (desk->institution, "organ.name"));
  return body;
}

GBytes *
fz_body_seal (FzDesk *desk, FzFields *body, char **out_text, GError **error)
{
  FzTemplate *template = fz_desk_get_template (desk, fz_fields_get_kind (body), error);
  g_autofree char *text = template != NULL ? fz_template_seal (template, body, error) : NULL;

  if (text == NULL)
    return NULL;
  fz_fields_freeze (body);
  if (out_text != NULL)
    *out_text = g_steal_pointer (&text);
  return fz_fields_print (body, error);
}

char *
fz_document_id (FzDesk *desk, const char *visit, const char *word)
{
  guint8 random[6];
  g_autoptr (GString) id = g_string_new (visit);

  fz_desk_random (desk, random, sizeof random);
  g_string_append_printf (id, "-%s-", word);
  for (guint i = 0; i < sizeof random; i++)
    g_string_append_printf (id, "%02x", random[i]);
  return g_string_free (g_steal_pointer (&id), FALSE);
}

FzDocument *
fz_submit_desk_document (FzDesk *desk, FzTxn *txn, FzFields *body, GError **error)
{
  g_autoptr (FzVerifier) who = fz_desk_key_dup_verifier (txn, error);
  g_autoptr (GBytes) text = NULL;
  g_autofree char *line = NULL;
  gsize n = 0;
  const void *bytes;
  gint64 at_us = 0;

  if (who == NULL)
    return NULL;
  fz_fields_set (body, "desk.key", fz_verifier_get_name (who));
  text = fz_body_seal (desk, body, NULL, error);
  if (text == NULL)
    return NULL;
  bytes = g_bytes_get_data (text, &n);
  line = fz_desk_key_sign_line (txn, bytes, n, error);
  fz_fields_get_time (body, "signed_at", &at_us);
  return line != NULL ? fz_document_new (body, line, FZ_ROLE_DESK, "desk", at_us, error) : NULL;
}

void
fz_submit_contradict (const FzDocument *document, const GError *why, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("第 %" PRIu64 " 号文书与其之前的文书矛盾：%s"), document->number, why->message);
}

FzFold *
fz_submit_fold (FzTxn *txn, const char *visit, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, visit, error);
  g_autoptr (FzFold) fold = documents != NULL ? fz_fold_new () : NULL;

  if (fold == NULL)
    return NULL;
  for (guint i = 0; i < documents->len; i++) {
    g_autoptr (GError) why = NULL;
    const FzDocument *document = documents->pdata[i];

    if (fz_fold_add (fold, document, &why))
      continue;
    fz_submit_contradict (document, why, error);
    return NULL;
  }
  return g_steal_pointer (&fold);
}

/* --- the shelf of folds --- */

static FzFoldShelf *
shelf (FzDesk *desk)
{
  if (desk->folds == NULL)
    desk->folds = fz_fold_shelf_new ();
  return desk->folds;
}

void
fz_submit_expect (FzDesk *desk, FzTxn *txn, const char *visit)
{
  guint64 newest = 0;
  FzFold *fold;

  if (!fz_documents_newest_of_visit (txn, visit, &newest, NULL) || fz_fold_shelf_has (shelf (desk), visit, newest))
    return;
  fold = fz_submit_fold (txn, visit, NULL);
  if (fold != NULL)
    fz_fold_shelf_put (desk->folds, visit, newest, fold);
}

static FzFold *
take_fold (FzDesk *desk, FzTxn *txn, const char *visit, GError **error)
{
  guint64 newest = 0;
  FzFold *fold;

  if (!fz_documents_newest_of_visit (txn, visit, &newest, error))
    return NULL;
  fold = fz_fold_shelf_take (shelf (desk), visit, newest);
  return fold != NULL ? fold : fz_submit_fold (txn, visit, error);
}

typedef struct {
  FzDesk *desk;
  char *visit;
  guint64 newest;
  FzFold *fold;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->visit);
  fz_fold_free (kept->fold);
  g_free (kept);
}

static void
put_back (FzStore *store, gpointer data)
{
  Kept *kept = data;

  fz_fold_shelf_put (kept->desk->folds, kept->visit, kept->newest, g_steal_pointer (&kept->fold));
}

/* A fold that got documents is of use again once they are durable, and goes with them if they are not. */
static void
keep_fold (FzDesk *desk, FzTxn *txn, const FzSubmission *submission, FzFold *fold)
{
  Kept *kept = g_new (Kept, 1);
  const FzDocument *last = submission->documents->pdata[submission->documents->len - 1];

  *kept = (Kept) { desk, g_strdup (submission->visit), last->number, fold };
  fz_txn_after_commit (txn, put_back, kept, kept_free);
}

/* --- derived rows --- */

static gboolean
project_rx (FzTxn *txn, FzFields *rx, GError **error)
{
  const char *id = fz_fields_get (rx, "rx.id");
  FzRxStage stage = FZ_RX_NONE;
  gint64 signed_us = 0, reviewed_us = 0, until_us = 0;

  fz_rx_stage_from_word (fz_fields_get (rx, "rx.stage"), &stage);
  fz_fields_get_time (rx, "rx.signed_at", &signed_us);
  fz_fields_get_time (rx, "rx.reviewed_at", &reviewed_us);
  fz_fields_get_time (rx, "rx.valid_until", &until_us);
  return fz_rx_put (txn, id, fz_fields_get (rx, "rx.visit"), stage, signed_us, reviewed_us, until_us, rx, error) &&
         fz_monitor_project (txn, rx, error);
}

gboolean
fz_submit_project (FzTxn *txn, const FzFold *fold, GError **error)
{
  if (!fz_visits_put (txn, fz_case_get_visit (fold->state), fz_case_get_stage (fold->state), fz_case_get_holder (fold->state),
                      fold->applied_us, fold->ended_us, fold->visit, error))
    return FALSE;
  for (guint i = 0; i < fold->rx->len; i++)
    if (!project_rx (txn, fold->rx->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* `prescription.sign` from fuzhen.prescription/v1. */
static char *
action_of (const FzDocument *document)
{
  const char *kind = fz_fields_get_kind (document->body) + strlen ("fuzhen.");
  const char *slash = strchr (kind, '/');

  return g_strdup_printf ("%.*s.%s", (int) (slash - kind), kind, document->actor.role == FZ_ROLE_DESK ? "receive" : "sign");
}

/* The leaf itself names the text's hash, so that a proof of this entry places the document in the log. */
static gboolean
audit_signature (FzSession *session, FzTxn *txn, const FzDocument *document, const char *action, const char *signer, GError **error)
{
  gboolean by_person = session != NULL && (signer != NULL || document->actor.role != FZ_ROLE_DESK);
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit_document/v1");
  FzAuditEntry entry = { .actor = by_person ? session->number : "system",
                         .role = by_person ? fz_role_to_word (session->role) : "desk",
                         .session = by_person ? session->id : NULL,
                         .action = action,
                         .subject_kind = "document",
                         .subject = document->id,
                         .document_sha256 = document->text_sha256,
                         .signer = signer,
                         .outcome = "done",
                         .payload = payload };

  fz_fields_set (payload, "visit", fz_fields_get (document->body, "visit"));
  return fz_audit_append (txn, &entry, NULL, error);
}

gboolean
fz_submit_keep_document (FzSession *session, FzTxn *txn, FzDocument *document, GError **error)
{
  g_autofree char *action = action_of (document);

  return fz_documents_add (txn, document, error) && audit_signature (session, txn, document, action, NULL, error);
}

gboolean
fz_submit_countersign (FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  g_autoptr (FzDocument) document = NULL;

  if (submission->countersign == NULL)
    return TRUE;
  document = fz_documents_get (txn, submission->countersign, error);
  return document != NULL && fz_documents_countersign (txn, document->id, submission->countersign_lines, error) &&
         audit_signature (session, txn, document, "document.countersign", fz_verifier_get_name (session->verifier), error);
}

/* Kinds of earlier versions are read, never written: what they leave out is asked today. */
static gboolean
is_written_today (const FzDocument *document, GError **error)
{
  if (!g_str_equal (fz_fields_get_kind (document->body), fz_doc_kind_to_text (FZ_DOC_DISPENSE_V1)))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("旧格式的发药记录不能再新增，请按调配、核对、发药的步骤登记。"));
  return FALSE;
}

/* The rules it was judged by are kept with it: else nobody could judge it again after they changed. */
static gboolean
keep (FzDesk *desk, FzSession *session, FzTxn *txn, FzFold *fold, FzDocument *document, GError **error)
{
  return is_written_today (document, error) && fz_fold_add (fold, document, error) && fz_rules_keep_for (desk, txn, document->body, error) &&
         fz_knowledge_keep_for (desk, txn, document->body, error) && fz_submit_keep_document (session, txn, document, error);
}

static gboolean
settle_draft (FzTxn *txn, const FzSubmission *submission, GError **error)
{
  return submission->drop_draft_of == NULL ||
         fz_drafts_put (txn, submission->visit, submission->drop_draft_of, submission->draft, error);
}

static gboolean
needs_handout (const FzDocument *document)
{
  FzDocKind kind = FZ_N_DOCS;

  fz_doc_kind_from_text (fz_fields_get_kind (document->body), &kind);
  if (kind == FZ_DOC_REFUSAL && g_strcmp0 (fz_fields_get (document->body, "end.by"), FZ_BY_ELSEWHERE) == 0)
    return FALSE;
  return kind == FZ_DOC_FINISH || kind == FZ_DOC_REFUSAL || kind == FZ_DOC_WITHDRAWAL || kind == FZ_DOC_TERMINATION ||
         kind == FZ_DOC_REVIEW || kind == FZ_DOC_DISPENSE || kind == FZ_DOC_DELIVERY || kind == FZ_DOC_EXPIRY || kind == FZ_DOC_VOID;
}

/* Order in the log is by number, but people and the platform read times: nothing is signed by a clock that was set back. */
gboolean
fz_submit_check_clock (FzTxn *txn, GError **error)
{
  gint64 last_us = 0;

  if (!fz_audit_last_us (txn, &last_us, error))
    return FALSE;
  if (fz_txn_now_us (txn) >= last_us)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("本机时钟早于上一条审计记录，不能签名。请系统管理员校准时间后再试。"));
  return FALSE;
}

/* Where a new prescription stands in the pharmacists' queue. */
static gboolean
put_turns (FzDesk *desk, FzTxn *txn, const FzFold *fold, const FzSubmission *submission, GError **error)
{
  for (guint i = 0; i < submission->documents->len; i++) {
    const FzDocument *document = submission->documents->pdata[i];
    FzFields *rx = fz_fold_find_rx (fold, document->id);

    if (rx != NULL && !fz_rx_put_turn (txn, document->id, fz_review_turn_us (desk, rx), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
tell_front (FzDesk *desk, FzTxn *txn, const FzFold *fold, const FzDocument *document, GError **error)
{
  const char *rx = fz_fields_get (document->body, "prescription");

  return fz_front_tell (desk, txn, fold->visit, rx != NULL ? fz_fold_find_rx (fold, rx) : NULL, document, error);
}

gboolean
fz_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  g_autoptr (FzFold) fold = take_fold (desk, txn, submission->visit, error);
  gboolean handout = FALSE;

  if (fold == NULL || !fz_submit_check_clock (txn, error))
    return FALSE;
  for (guint i = 0; i < submission->documents->len; i++) {
    FzDocument *document = submission->documents->pdata[i];

    if (!keep (desk, session, txn, fold, document, error))
      return FALSE;
    handout = handout || needs_handout (document);
  }
  if (!fz_submit_countersign (session, txn, submission, error))
    return FALSE;
  if (!fz_submit_project (txn, fold, error) || !put_turns (desk, txn, fold, submission, error))
    return FALSE;
  for (guint i = 0; i < submission->documents->len; i++)
    if (!fz_due_add (desk, txn, fold, submission->documents->pdata[i], error) || !tell_front (desk, txn, fold, submission->documents->pdata[i], error))
      return FALSE;
  if (submission->documents->len > 0)
    keep_fold (desk, txn, submission, g_steal_pointer (&fold));
  fz_audit_checkpoint_after (txn);
  return (!handout || fz_handouts_due (txn, submission->visit, error)) && settle_draft (txn, submission, error);
}
