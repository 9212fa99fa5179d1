/* Documents of comment on prescriptions become durable, and the rows that follow from them (处方点评的落库). */
#include "app/comment.h"

#include "app/comment_shelf.h"
#include "app/proposal.h"
#include "db/audit.h"
#include "db/comments.h"
#include "db/documents.h"
#include "db/setting.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

FzFields *
fz_comment_body_new (FzSession *session, const char *kind, const char *plan, const char *word, gint64 at_us, const char *signer)
{
  FzFields *body = fz_fields_new (kind);
  g_autofree char *id = word != NULL ? fz_document_id (session->desk, plan, word) : g_strdup (plan), *subject = fz_comment_subject (plan);

  fz_fields_set (body, "id", id);
  fz_fields_set (body, "visit", subject);
  fz_fields_set (body, "plan", plan);
  fz_fields_set_time (body, "signed_at", at_us);
  fz_fields_set (body, "institution.code", fz_fields_get (session->desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (session->desk->institution, "organ.name"));
  fz_session_put_signer (session, body, signer);
  return body;
}

/* --- the fold --- */

static FzCommentFold *
fold_subject (FzTxn *txn, const char *subject, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzCommentFold) fold = fz_comment_fold_new ();

  if (documents == NULL)
    return NULL;
  for (guint i = 0; i < documents->len; i++) {
    const FzDocument *document = documents->pdata[i];
    g_autoptr (GError) why = NULL;

    if (fz_comment_fold_add (fold, document, &why))
      continue;
    fz_submit_contradict (document, why, error);
    return NULL;
  }
  return g_steal_pointer (&fold);
}

FzCommentFold *
fz_comment_fold_of (FzTxn *txn, const char *plan, GError **error)
{
  g_autofree char *subject = fz_comment_subject (plan);
  g_autoptr (FzCommentFold) fold = fold_subject (txn, subject, error);

  if (fold == NULL || fold->facts != NULL)
    return g_steal_pointer (&fold);
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有编号为“%s”的点评样本。"), plan);
  return NULL;
}

/* --- the sample last worked on --- */

typedef struct {
  FzDesk *desk;
  char *subject;
  guint64 newest;
  FzCommentFold *fold;
} Kept;

static void
kept_free (gpointer data)
{
  Kept *kept = data;

  g_free (kept->subject);
  fz_comment_fold_free (kept->fold);
  g_free (kept);
}

static void
put_back (FzStore *store, gpointer data)
{
  Kept *kept = data;

  fz_comment_shelf_put (kept->desk->folds, kept->subject, kept->newest, g_steal_pointer (&kept->fold));
}

/* Off the shelf when it holds every document of the store, else folded anew. */
static FzCommentFold *
take_fold (FzDesk *desk, FzTxn *txn, const char *subject, guint64 *out_newest, GError **error)
{
  FzCommentFold *fold;

  if (desk->folds == NULL)
    desk->folds = fz_fold_shelf_new ();
  if (!fz_documents_newest_of_visit (txn, subject, out_newest, error))
    return NULL;
  fold = fz_comment_shelf_take (desk->folds, subject, *out_newest);
  return fold != NULL ? fold : fold_subject (txn, subject, error);
}

FzCommentFold *
fz_comment_fold_part (FzDesk *desk, FzTxn *txn, const char *plan, const char *prescription, GError **error)
{
  g_autofree char *subject = fz_comment_subject (plan);
  guint64 newest = 0;
  g_autoptr (FzCommentFold) fold = take_fold (desk, txn, subject, &newest, error);
  FzCommentFold *part;

  if (fold != NULL && fold->facts == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有编号为“%s”的点评样本。"), plan);
  if (fold == NULL || fold->facts == NULL)
    return NULL;
  part = fz_comment_fold_dup_part (fold, prescription);
  fz_comment_shelf_put (desk->folds, subject, newest, g_steal_pointer (&fold));
  return part;
}

/* A fold that got a document is of use again once that is durable, and goes with it if it is not. */
static void
keep_fold (FzDesk *desk, FzTxn *txn, const char *subject, guint64 newest, FzCommentFold *fold)
{
  Kept *kept = g_new (Kept, 1);

  *kept = (Kept) { desk, g_strdup (subject), newest, fold };
  fz_txn_after_commit (txn, put_back, kept, kept_free);
}

/* --- keeping --- */

/* Two random samples over the same days would let a result be picked from two draws. */
gboolean
fz_comment_check_days (FzTxn *txn, const FzFields *body, GError **error)
{
  const char *from = fz_fields_get (body, "from"), *to = fz_fields_get (body, "to");
  g_autofree char *month = g_strndup (from, 7);
  g_autoptr (GPtrArray) plans = fz_comment_plans_of_month (txn, month, error);

  for (guint i = 0; plans != NULL && i < plans->len; i++) {
    const FzFields *plan = plans->pdata[i];

    if (g_strcmp0 (fz_fields_get (plan, "plan.kind"), "random") != 0 || g_strcmp0 (fz_fields_get (body, "kind"), "random") != 0 ||
        g_strcmp0 (fz_fields_get (plan, "plan.place"), fz_fields_get (body, "place")) != 0 ||
        g_strcmp0 (fz_fields_get (plan, "plan.to"), from) < 0 || g_strcmp0 (fz_fields_get (plan, "plan.from"), to) > 0)
      continue;
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("%s 至 %s 已随机抽样（%s），同一期间只抽一次。"), fz_fields_get (plan, "plan.from"),
                 fz_fields_get (plan, "plan.to"), fz_fields_get (plan, "plan.id"));
    return FALSE;
  }
  return plans != NULL;
}

/* The number that was kept for this month's draw is used up. */
static gboolean
use_up_draw (FzTxn *txn, const FzFields *body, GError **error)
{
  const char *place = fz_fields_get (body, "place");
  g_autofree char *name = g_strdup_printf ("comment.%s.%.7s", place != NULL ? place : "draw", fz_fields_get (body, "from"));

  return g_strcmp0 (fz_fields_get (body, "kind"), "random") != 0 || fz_setting_set (txn, name, NULL, error);
}

/* What a comment says of its prescription is what the store says: else nobody's own prescription would be safe from them. */
static gboolean
check_prescription (FzTxn *txn, const FzFields *body, GError **error)
{
  static const char *const pairs[][2] = { { "rx_note_sha256", "rx.note_sha256" }, { "doctor.person", "doctor.person" }, { "reviewer.person", "pharmacist.person" } };
  g_autoptr (FzFields) rx = fz_rx_get (txn, fz_fields_get (body, "prescription"), error);

  for (guint i = 0; rx != NULL && i < G_N_ELEMENTS (pairs); i++)
    if (g_strcmp0 (fz_fields_get (body, pairs[i][0]), fz_fields_get (rx, pairs[i][1])) != 0) {
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("所点评的内容与处方现在的内容不一致，请刷新后再看。"));
      return FALSE;
    }
  return rx != NULL;
}

/* So does the score of a record of ours; of one on paper the sample says who wrote it. */
static gboolean
check_record (FzTxn *txn, const FzCommentFold *fold, const FzFields *body, GError **error)
{
  g_autoptr (FzDocument) document = NULL;

  if (g_strcmp0 (fz_fields_get (fold->facts, "plan.place"), "online") != 0)
    return TRUE;
  document = fz_documents_get (txn, fz_fields_get (body, "record"), error);
  if (document == NULL || (g_strcmp0 (document->note_sha256, fz_fields_get (body, "record_note_sha256")) == 0 &&
                           g_strcmp0 (document->actor.person, fz_fields_get (body, "doctor.person")) == 0))
    return document != NULL;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("所评的内容与病历现在的内容不一致，请刷新后再看。"));
  return FALSE;
}

static gboolean
check_kept (FzTxn *txn, const FzCommentFold *fold, const FzFields *body, GError **error)
{
  const char *kind = fz_fields_get_kind (body);

  if (g_str_equal (kind, FZ_COMMENT_PLAN_KIND) || g_str_equal (kind, FZ_RECORD_SAMPLE_KIND))
    return fz_comment_check_days (txn, body, error) && use_up_draw (txn, body, error);
  if (g_str_equal (kind, FZ_RECORD_SCORE_KIND))
    return check_record (txn, fold, body, error);
  return !g_str_equal (kind, FZ_COMMENT_KIND) || check_prescription (txn, body, error);
}

gboolean
fz_comment_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  FzDocument *document = submission->documents->pdata[0];
  guint64 newest = 0;
  g_autoptr (FzCommentFold) fold = take_fold (desk, txn, submission->visit, &newest, error);

  if (fold == NULL || !fz_submit_check_clock (txn, error) || !fz_comment_fold_add (fold, document, error) || !check_kept (txn, fold, document->body, error) ||
      !fz_submit_keep_document (session, txn, document, error) ||
      !fz_comments_put (txn, fold, fz_fields_get (document->body, fz_comment_item_key (fold->of)), error) || !fz_audit_checkpoint (txn, error))
    return FALSE;
  keep_fold (desk, txn, submission->visit, document->number, g_steal_pointer (&fold));
  return TRUE;
}

/* --- rebuild --- */

static gboolean
compare_items (FzTxn *txn, const FzCommentFold *fold, GPtrArray *differences, GError **error)
{
  for (guint i = 0; i < fold->items->len; i++) {
    const FzCommentItem *item = fold->items->pdata[i];
    g_autoptr (FzFields) kept = fz_comments_get (txn, fold->id, item->prescription, error);

    if (kept == NULL)
      return FALSE;
    if (!fz_fields_equal (item->facts, kept))
      g_ptr_array_add (differences, g_strdup_printf (_ ("处方点评 %s %s：与由文书重新推算的结果不一致。"), fold->id, item->prescription));
  }
  return TRUE;
}

static gboolean
compare (FzTxn *txn, const char *subject, gpointer differences, GError **error)
{
  g_autoptr (FzCommentFold) fold = fold_subject (txn, subject, error);
  g_autoptr (FzFields) kept = fold != NULL ? fz_comment_plans_get (txn, fold->id, error) : NULL, folded = NULL;

  if (kept == NULL)
    return FALSE;
  folded = fz_comment_fold_dup_facts (fold);
  if (!fz_fields_equal (folded, kept))
    g_ptr_array_add (differences, g_strdup_printf (_ ("点评样本 %s：与由文书重新推算的结果不一致。"), fold->id));
  return compare_items (txn, fold, differences, error);
}

gboolean
fz_comments_compare (FzDesk *desk, GPtrArray *differences, GError **error)
{
  return fz_proposals_walk (desk, FZ_COMMENT_PLAN_KIND, compare, differences, error) &&
         fz_proposals_walk (desk, FZ_RECORD_SAMPLE_KIND, compare, differences, error);
}
