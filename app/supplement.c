#include "app/supplement.h"

#include "app/front.h"
#include "app/intake.h"
#include "app/intake_bundle_private.h"
#include "app/knowledge.h"
#include "app/submit.h"
#include "db/attachment.h"
#include "db/front.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define PAYMENT_SETTING "queue.unpaid" /* "refuse": one that is not paid for is not taken */

static gboolean
keep (FzDesk *desk, FzTxn *txn, const char *visit, FzFields *body, GError **error)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  FzDocument *document = fz_submit_desk_document (desk, txn, body, error);
  FzSubmission submission = { .visit = visit, .documents = documents };

  if (document == NULL)
    return FALSE;
  g_ptr_array_add (documents, document);
  return fz_submit (desk, NULL, txn, &submission, error);
}

/* --- evidence and guardian --- */

gboolean
fz_supplement_fits (const FzFields *visit)
{
  const char *stage = fz_fields_get (visit, "visit.stage");

  return g_strcmp0 (stage, "waiting") == 0 || g_strcmp0 (stage, "taken") == 0;
}

static gboolean
has_file (const FzFields *visit, const char *sha256)
{
  for (guint i = 0; i < fz_fields_count (visit, "evidence"); i++)
    if (g_strcmp0 (fz_fields_get_at (visit, "evidence", i, "sha256"), sha256) == 0)
      return TRUE;
  return FALSE;
}

static void
copy_evidence (const FzFields *from, guint i, FzFields *to)
{
  static const char *const keys[] = { "file", "sha256", "kind", "media", "width", "height" };
  guint n = fz_fields_count (to, "evidence");

  for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
    fz_fields_set_at (to, "evidence", n, keys[k], fz_fields_get_at (from, "evidence", i, keys[k]));
}

/* As a request's, over what the visit has: names that are there already, too many, a guardian who is the patient. */
static gboolean
check (FzDesk *desk, const FzFields *visit, FzFields *part, GError **error)
{
  FzBundleCheck with = { .now_us = fz_desk_now_us (desk),
                         .relations = fz_knowledge_codes (desk->knowledge, "relations"),
                         .evidence_kinds = fz_knowledge_codes (desk->knowledge, "evidence-kinds") };
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_problem_free);
  g_autoptr (FzFields) facts = fz_fields_dup (visit, NULL), guardian = fz_fields_dup_below (part, "guardian", "fuzhen.part/v1");
  FzBundleLook look = { facts, &with, fz_date_in_beijing (with.now_us), problems };

  for (guint i = 0; i < fz_fields_count (part, "evidence"); i++)
    if (!has_file (visit, fz_fields_get_at (part, "evidence", i, "sha256")))
      copy_evidence (part, i, facts);
  fz_bundle_check_evidence (&look);
  if (fz_fields_has (part, "guardian.name")) {
    fz_fields_merge (facts, "guardian", guardian);
    fz_bundle_check_guardian (&look);
    fz_fields_set (part, "guardian.id_number", fz_fields_get (facts, "guardian.id_number")); /* in the one spelling that is kept */
  }
  if (problems->len == 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, ((FzBundleProblem *) problems->pdata[0])->message);
  return FALSE;
}

static gboolean
put_evidence (FzTxn *txn, const FzFields *visit, const FzFields *part, GPtrArray *files, FzFields *body, GError **error)
{
  for (guint i = 0; i < fz_fields_count (part, "evidence"); i++) {
    const char *sha256 = fz_fields_get_at (part, "evidence", i, "sha256");
    g_autofree char *kept = NULL;

    if (has_file (visit, sha256) || has_file (body, sha256))
      continue;
    if (!fz_attachment_put (txn, ((FzBundleFile *) files->pdata[i])->bytes, fz_fields_get_at (part, "evidence", i, "media"), &kept, error))
      return FALSE;
    copy_evidence (part, i, body);
  }
  return TRUE;
}

gboolean
fz_supplement_receive (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *part, GPtrArray *files, const char *event, GError **error)
{
  const char *number = fz_fields_get (visit, "visit.id");
  g_autofree char *id = fz_document_id (desk, number, "supplement");
  g_autoptr (FzFields) body = NULL, checked = fz_fields_dup (part, NULL), guardian = NULL;

  if (!fz_supplement_fits (visit)) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED,
                         _ ("病历已经签名，或就诊已经结束，不能再补充资料或监护人。请接诊医师在会话中查看并核对，必要时请患者重新申请。"));
    return FALSE;
  }
  body = fz_body_new (desk, FZ_DOC_SUPPLEMENT, number, id, fz_txn_now_us (txn));
  if (!check (desk, visit, checked, error) || !put_evidence (txn, visit, checked, files, body, error))
    return FALSE;
  guardian = fz_fields_dup_below (checked, "guardian", "fuzhen.part/v1");
  fz_fields_merge (body, "guardian", guardian);
  fz_fields_set (body, "event", event);
  if (fz_fields_count (body, "evidence") == 0 && !fz_fields_has (body, "guardian.name"))
    return TRUE; /* it is all here */
  return keep (desk, txn, number, body, error);
}

/* --- money --- */

gboolean
fz_payment_receive (FzDesk *desk, FzTxn *txn, const FzFields *visit, const FzFields *facts, const char *event, GError **error)
{
  const char *number = fz_fields_get (visit, "visit.id");
  g_autofree char *id = fz_document_id (desk, number, "payment");
  g_autoptr (FzFields) body = fz_body_new (desk, FZ_DOC_PAYMENT, number, id, fz_txn_now_us (txn)), part = fz_fields_dup (facts, NULL);

  fz_fields_merge (body, "payment", part);
  fz_fields_set (body, "event", event);
  return keep (desk, txn, number, body, error);
}

gboolean
fz_payment_put (FzTxn *txn, FzFields *visit, GError **error)
{
  static const struct {
    const char *state, *label;
  } states[] = { { "paid", N_ ("已付费") }, { "refunded", N_ ("已退费") }, { "partly_refunded", N_ ("部分退费") }, { "unpaid", N_ ("未付费") } };
  gint64 price = 0;
  gboolean known = FALSE;

  fz_fields_get_int (visit, "visit.price_fen", &price);
  if (!fz_fields_has (visit, "payment.state") && price > 0) {
    if (!fz_front_in_knows (txn, fz_fields_get (visit, "visit.id"), &known, error))
      return FALSE;
    fz_fields_set (visit, "payment.state", known ? "unpaid" : NULL);
  }
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, fz_fields_get (visit, "payment.state")) == 0)
      fz_fields_set (visit, "payment.label", _ (states[i].label));
  return TRUE;
}

gboolean
fz_payment_is_asked (FzTxn *txn, gboolean *out, GError **error)
{
  g_autofree char *text = NULL;
  gboolean good = fz_setting_read (txn, PAYMENT_SETTING, &text, error);

  *out = g_strcmp0 (text, "refuse") == 0;
  return good;
}

typedef struct {
  FzSession *session;
  gboolean asked;
} Rule;

static gboolean
set_rule (FzTxn *txn, gpointer data, GError **error)
{
  const Rule *rule = data;

  return fz_setting_set (txn, PAYMENT_SETTING, rule->asked ? "refuse" : NULL, error) &&
         fz_session_audit (rule->session, txn, "queue.payment", "store", NULL, "done", rule->asked ? "asked" : "not_asked", NULL, error);
}

gboolean
fz_desk_set_payment_rule (FzSession *session, gboolean asked, GError **error)
{
  Rule rule = { session, asked };

  return fz_session_may (session, "queue.payment", "store", NULL, error) && fz_store_run (session->desk->store, FZ_TXN_RECORD, set_rule, &rule, error);
}
