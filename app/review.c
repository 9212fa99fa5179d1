/* The pharmacist's side: read, judge, approve, return, refuse, hand out (审方、发药). Tianjin 2025 art. 23. */
#include "app/catalogue.h"
#include "app/check.h"
#include "app/chinese.h"
#include "app/claim.h"
#include "app/confirm.h"
#include "app/marking.h"
#include "app/reach.h"
#include "app/review.h"
#include "app/review_policy.h"
#include "app/sheet.h"
#include "app/submit.h"
#include "app/veil.h"
#include "app/visit.h"
#include "app/signing.h"
#include "app/watch.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  FzSession *session;
  const char *id;
  const char *right;
  const char *act; /* audited; NULL: not again */
  FzFields *rx;
  FzFields *visit;
  FzFields *doctor;
  FzFields *reviewer;
  FzDocument *document;
  GPtrArray *staff;
  FzFields *claims; /* who is reviewing what; NULL: nobody */
  gboolean holds;   /* opening it holds it for this pharmacist */
  gboolean denied;  /* another doctor's patient */
  FzReviewWithin within; /* may be NULL */
  FzFields *payload;     /* of the audit entry; borrowed, may be NULL */
  gpointer within_data;
} Open;

static void
open_clear (Open *open)
{
  g_clear_pointer (&open->rx, fz_fields_unref);
  g_clear_pointer (&open->visit, fz_fields_unref);
  g_clear_pointer (&open->doctor, fz_fields_unref);
  g_clear_pointer (&open->reviewer, fz_fields_unref);
  g_clear_pointer (&open->document, fz_document_free);
  g_clear_pointer (&open->claims, fz_fields_unref);
  g_clear_pointer (&open->staff, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Open, open_clear)

static gboolean
read_rest (FzTxn *txn, Open *open, GError **error)
{
  open->doctor = fz_staff_get (txn, fz_fields_get (open->rx, "rx.doctor_number"), error);
  open->reviewer = open->doctor != NULL ? fz_staff_get (txn, open->session->number, error) : NULL;
  open->document = open->reviewer != NULL ? fz_documents_get (txn, open->id, error) : NULL;
  open->staff = open->document != NULL ? fz_staff_list (txn, error) : NULL;
  return open->staff != NULL;
}

static gboolean
audit_look (FzTxn *txn, const Open *open, const char *act, GError **error)
{
  return fz_session_audit (open->session, txn, act, "prescription", open->id, "done", NULL, open->payload, error);
}

static gboolean
read_claims (FzTxn *txn, Open *open, GError **error)
{
  gboolean waits = g_strcmp0 (fz_fields_get (open->rx, "rx.stage"), "signed") == 0;
  g_autoptr (GError) why = NULL;

  if (open->session->role != FZ_ROLE_PHARMACIST || !waits)
    return TRUE;
  if (open->holds && !fz_claim_take (open->session, txn, open->id, error))
    return FALSE;
  open->claims = fz_claims_read (txn, &why);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
read_rx (FzTxn *txn, gpointer data, GError **error)
{
  Open *open = data;

  open->rx = fz_rx_get (txn, open->id, error);
  if (open->rx == NULL)
    return FALSE;
  open->visit = fz_visits_get (txn, fz_fields_get (open->rx, "rx.visit"), error);
  if (open->visit == NULL)
    return FALSE;
  if (!fz_reach_rx (open->session, txn, open->right, open->visit, open->rx, &open->denied, error))
    return FALSE;
  if (open->denied)
    return TRUE;
  if (!read_rest (txn, open, error) || !read_claims (txn, open, error))
    return FALSE;
  if (open->within != NULL && !open->within (txn, open->id, open->payload, open->within_data, error))
    return FALSE;
  return open->act == NULL || audit_look (txn, open, open->act, error);
}

/* A refused look leaves one entry, and it says denied. */
static gboolean
open_rx (FzSession *session, const char *id, const char *right, gboolean audited, Open *open, GError **error)
{
  open->session = session;
  open->id = id;
  open->right = right;
  open->act = audited ? right : NULL;
  if (!fz_session_may (session, right, "prescription", id, error))
    return FALSE;
  if (!fz_store_run (session->desk->store, audited ? FZ_TXN_RECORD : FZ_TXN_READ, read_rx, open, error)) {
    if (open->rx == NULL)
      fz_watch_missing (session, "prescription", id);
    return FALSE;
  }
  return !open->denied || fz_reach_refuse_rx (session, right, id, error);
}

/* --- checks, anew --- */

static FzFields *
review_facts (const Open *open, GError **error)
{
  return fz_check_facts (open->session->desk, open->visit, open->rx, open->doctor, open->reviewer, open->reviewer, error);
}

static GPtrArray *
check_again (const Open *open, FzFields *verdicts, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_PRESCRIBE, FZ_MOMENT_REVIEW };
  g_autoptr (FzFields) facts = review_facts (open, error);
  guint n = open->session->role == FZ_ROLE_PHARMACIST ? 2 : 1; /* the reviewer's own clauses ask about a reviewer */

  return facts == NULL ? NULL : fz_check_run (open->session->desk, moments, n, facts, TRUE, fz_session_now_us (open->session), verdicts, error);
}

/* --- signatures as they verify now --- */

static gboolean
is_named (const char *vkey, const char *signer)
{
  return vkey != NULL && g_str_has_prefix (vkey, signer) && vkey[strlen (signer)] == '+';
}

static gboolean
fits (const FzNote *note, const char *vkey, const char *signer)
{
  g_autoptr (FzVerifier) who = NULL;

  if (!is_named (vkey, signer))
    return FALSE;
  who = fz_verifier_parse (vkey, NULL);
  return who != NULL && fz_note_check (note, who, NULL);
}

/* Whose present key, or one that was closed since, has this name. */
static const FzFields *
staff_of (GPtrArray *staff, const char *signer)
{
  for (guint i = 0; i < staff->len; i++) {
    const FzFields *person = staff->pdata[i];

    if (is_named (fz_fields_get (person, "vkey"), signer))
      return person;
    for (guint k = 0; k < fz_fields_count (person, "past_key"); k++)
      if (is_named (fz_fields_get_at (person, "past_key", k, "vkey"), signer))
        return person;
  }
  return NULL;
}

/* By the person's present key, or by one that was closed since. */
static gboolean
is_signed_by (const FzNote *note, GPtrArray *staff, const char *signer)
{
  for (guint i = 0; i < staff->len; i++) {
    const FzFields *person = staff->pdata[i];

    if (fits (note, fz_fields_get (person, "vkey"), signer))
      return TRUE;
    for (guint k = 0; k < fz_fields_count (person, "past_key"); k++)
      if (fits (note, fz_fields_get_at (person, "past_key", k, "vkey"), signer))
        return TRUE;
  }
  return FALSE;
}

static gboolean
has_earlier_line (const FzNote *note, guint i)
{
  for (guint k = 0; k < i; k++)
    if (g_str_equal (fz_note_get_signer (note, k), fz_note_get_signer (note, i)))
      return TRUE;
  return FALSE;
}

void
fz_review_put_signatures (const FzDocument *document, GPtrArray *staff, FzFields *facts)
{
  g_autoptr (GBytes) bytes = fz_document_dup_note (document);
  g_autoptr (FzNote) note = fz_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), NULL);
  guint n = 0;

  for (guint i = 0; note != NULL && i < fz_note_get_n_lines (note); i++) {
    const char *signer = fz_note_get_signer (note, i), *role = i == 0 ? "doctor" : "pharmacist";
    const char *words = NULL;
    gboolean holds = fz_signing_judge (note, signer, staff_of (staff, signer), &words);

    if (has_earlier_line (note, i)) /* a CA's line stands below its signer's own and is judged with it */
      continue;
    fz_fields_set_at (facts, "signature", n, "key", signer);
    fz_fields_set_at (facts, "signature", n, "role", role);
    fz_fields_set_at (facts, "signature", n, "name", fz_fields_get (facts, i == 0 ? "rx.doctor_name" : "rx.pharmacist_name"));
    fz_fields_set_at (facts, "signature", n, "label", words);
    fz_fields_set_at (facts, "signature", n++, "valid", holds && is_signed_by (note, staff, signer) ? "yes" : "no");
  }
}

static gboolean
signatures_hold (const Open *open)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.signatures/v1");
  guint n;

  fz_review_put_signatures (open->document, open->staff, facts);
  n = fz_fields_count (facts, "signature");
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "signature", i, "valid"), "yes") != 0)
      return FALSE;
  return n > 0;
}

static void
describe (const Open *open, const char *rule, FzFields *facts, const char *list, guint i)
{
  fz_review_norm_describe (open->session->desk->knowledge->norm, rule, fz_fields_get (open->rx, "rx.kind"), facts, list, i);
}

/* What the doctor saw stays in the document's own `finding.*`; what the checks say now stands below `now.`. */
static gboolean
put_findings (const Open *open, FzFields *facts, GError **error)
{
  static const char *const kept[] = { "finding", "override" };
  g_autoptr (GPtrArray) findings = check_again (open, NULL, error);
  g_autofree char *removed = fz_catalogue_removed_lines (open->session->desk->knowledge, open->rx);

  if (findings == NULL)
    return FALSE;
  fz_fields_set (facts, "rx.removed", removed);
  for (guint i = 0; i < findings->len && i < 100; i++) {
    const FzFinding *finding = findings->pdata[i];

    describe (open, finding->rule, facts, "now", i);
    fz_fields_set_at (facts, "now", i, "rule", finding->rule);
    fz_fields_set_at (facts, "now", i, "severity", fz_severity_to_word (finding->severity));
    fz_fields_set_at (facts, "now", i, "message", finding->message);
    fz_fields_set_at (facts, "now", i, "field", finding->field);
    fz_fields_set_at (facts, "now", i, "source", finding->source);
  }
  for (guint k = 0; k < G_N_ELEMENTS (kept); k++)
    for (guint i = 0; i < fz_fields_count (facts, kept[k]); i++)
      describe (open, fz_fields_get_at (facts, kept[k], i, "rule"), facts, kept[k], i);
  fz_review_norm_put (open->session->desk->knowledge->norm, open->rx, findings, signatures_hold (open), facts);
  return TRUE;
}

/* Whether it is looked at twice, and from when on this pharmacist's next look counts as the second. */
static void
put_second_look (const Open *open, FzFields *facts)
{
  gboolean high = fz_review_is_high_risk (open->session->desk, open->rx);
  gint64 first_us = 0;

  fz_fields_set_bool (facts, "rx.high_risk", high);
  if (high && g_strcmp0 (fz_fields_get (facts, "rx.first_look_number"), open->session->number) == 0 &&
      fz_fields_get_time (facts, "rx.first_look_at", &first_us))
    fz_fields_set_time (facts, "rx.second_look_at",
                        first_us + fz_review_number (open->session->desk, FZ_REVIEW_SECOND_LOOK_SECONDS) * FZ_US_PER_SECOND);
}

FzFields *
fz_desk_read_prescription (FzSession *session, const char *id, GError **error)
{
  g_auto (Open) open = { 0 };
  g_autoptr (FzFields) facts = NULL;
  static const char *const context[] = { "visit", "record", "prior", "evidence", "eligibility", "consent", "identity" };

  open.holds = TRUE;
  if (!open_rx (session, id, "prescription.read", TRUE, &open, error))
    return NULL;
  facts = fz_fields_dup (open.rx, NULL);
  fz_claim_describe (open.claims, session, id, fz_session_now_us (session), facts);
  put_second_look (&open, facts);
  for (guint i = 0; i < G_N_ELEMENTS (context); i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (open.visit, context[i], "fuzhen.part/v1");

    fz_fields_merge (facts, context[i], part);
  }
  fz_review_put_signatures (open.document, open.staff, facts);
  fz_fields_set (facts, "rx.risk", fz_review_risk (session->desk, open.rx));
  fz_fields_set_bool (facts, "rx.confirm_due", fz_confirm_is_due (open.rx));
  fz_veil_numbers (facts, "");
  return put_findings (&open, facts, error) ? fz_fields_freeze (g_steal_pointer (&facts)) : NULL;
}

GPtrArray *
fz_review_findings (FzSession *session, const char *id, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_PRESCRIBE };
  g_auto (Open) open = { 0 };
  g_autoptr (FzFields) facts = NULL;

  if (!open_rx (session, id, "prescription.read", TRUE, &open, error))
    return NULL;
  facts = fz_check_facts (session->desk, open.visit, open.rx, open.doctor, open.doctor, NULL, error);
  return facts == NULL ? NULL : fz_check_run (session->desk, moments, 1, facts, TRUE, fz_session_now_us (session), NULL, error);
}

/* --- sheets --- */

static FzFields *
pharmacist_body (const Open *open, const FzSheet *sheet, FzDocKind kind, const char *word)
{
  FzDesk *desk = open->session->desk;
  g_autofree char *id = fz_document_id (desk, open->id, word);
  FzFields *body = fz_body_new (desk, kind, sheet->visit, id, sheet->prepared_us);
  static const char *const keys[] = { "generic", "strength", "dose_number", "dose_unit", "freq", "days", "quantity", "unit" };

  fz_session_put_signer (open->session, body, open->session->role == FZ_ROLE_DOCTOR ? "doctor" : "pharmacist");
  fz_fields_set (body, "prescription", open->id);
  fz_fields_set (body, "patient.name", fz_fields_get (open->rx, "patient.name"));
  for (guint i = 0; kind != FZ_DOC_VOID && i < fz_fields_count (open->rx, "rx.item"); i++)
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      if (kind == FZ_DOC_REVIEW || (k != 2 && k != 3 && k != 4 && k != 5))
        fz_fields_set_at (body, "rx.item", i, keys[k], fz_fields_get_at (open->rx, "rx.item", i, keys[k]));
  if (kind == FZ_DOC_VOID)
    fz_fields_set (body, "patient.name", NULL);
  return body;
}

static gboolean
put_reasons (FzDesk *desk, const char *verdict, const char *const *reasons, const char *words, FzFields *body, GError **error)
{
  guint n = 0;

  for (guint i = 0; reasons != NULL && reasons[i] != NULL; i++, n++) {
    const char *label = fz_desk_label (desk, "review-reasons", reasons[i]);

    if (label == NULL) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("审核理由“%s”不在理由目录中。"), reasons[i]);
      return FALSE;
    }
    fz_fields_set_at (body, "reason", i, "code", reasons[i]);
    fz_fields_set_at (body, "reason", i, "label", label);
  }
  fz_fields_set (body, "words", words);
  if (g_str_equal (verdict, "approved") || n > 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("退回或不通过时，请至少选择一条理由。"));
  return FALSE;
}

static gboolean
check_confirmed (const Open *open, const char *verdict, GError **error)
{
  if (!g_str_equal (verdict, "approved") || !fz_confirm_is_due (open->rx))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("处方超过常用剂量，须由开方医师再次签名确认后才能审核通过。"));
  return FALSE;
}

static FzFields *
held_now (const Open *open)
{
  FzFields *held = fz_fields_new ("fuzhen.review_claim/v1");

  fz_claim_describe (open->claims, open->session, open->id, fz_session_now_us (open->session), held);
  return held;
}

static gboolean
check_free (const Open *open, GError **error)
{
  g_autoptr (FzFields) held = held_now (open);

  if (!fz_fields_has (held, "rx.claimed_by") || fz_fields_is_yes (held, "rx.claimed_mine"))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("%s正在审核这张处方，请选下一张；对方放回、锁屏或超时后可以再打开。"),
               fz_fields_get (held, "rx.claimed_by"));
  return FALSE;
}

/* A high risk is looked at twice: some time apart, or by two pharmacists. Said last, when everything else is decided. */
static gboolean
check_looks (const Open *open, const char *verdict, GError **error)
{
  FzSession *session = open->session;
  gint64 first_us = 0, span_s = fz_review_number (session->desk, FZ_REVIEW_SECOND_LOOK_SECONDS);
  g_autoptr (FzFields) held = held_now (open);

  if (!g_str_equal (verdict, "approved") || !fz_review_is_high_risk (session->desk, open->rx))
    return TRUE;
  if (fz_fields_get_time (held, "rx.first_look_at", &first_us) &&
      (g_strcmp0 (fz_fields_get (held, "rx.first_look_number"), session->number) != 0 ||
       fz_session_now_us (session) - first_us >= span_s * FZ_US_PER_SECOND))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这张处方风险较高：打开满 %d 秒、再看一遍后才能通过，或由另一位药师通过。"), (int) span_s);
  return FALSE;
}

static void
put_looks (const Open *open, const char *verdict, FzFields *body)
{
  g_autoptr (FzFields) held = held_now (open);

  if (!g_str_equal (verdict, "approved") || !fz_review_is_high_risk (open->session->desk, open->rx))
    return;
  fz_fields_set (body, "look.first_by", fz_fields_get (held, "rx.first_look_by"));
  fz_fields_set (body, "look.first_number", fz_fields_get (held, "rx.first_look_number"));
  fz_fields_set (body, "look.first_at", fz_fields_get (held, "rx.first_look_at"));
}

/* FALSE with what stands in the way, in the reader's language. */
static gboolean
may_sign (const Open *open, const char *verdict, GError **error)
{
  g_autoptr (GPtrArray) findings = check_again (open, NULL, error);
  const FzFinding *blocker = findings != NULL ? fz_check_blocker (findings, open->rx) : NULL;

  if (findings == NULL)
    return FALSE;

  /* Returning and refusing must always be possible; who may not review at all is caught by the reviewer's own clauses. */
  if (!g_str_equal (verdict, "approved")) {
    blocker = NULL;
    for (guint i = 0; i < findings->len && blocker == NULL; i++)
      if (g_str_has_prefix (((FzFinding *) findings->pdata[i])->rule, "REV_") &&
          ((FzFinding *) findings->pdata[i])->severity == FZ_SEVERITY_STOP)
        blocker = findings->pdata[i];
  }
  return blocker == NULL || fz_refuse_for (blocker, error);
}

static GPtrArray *
check_in_chinese (const Open *open, FzFields *verdicts, GError **error)
{
  G_GNUC_UNUSED g_auto (FzChinese) chinese = fz_chinese_begin ();

  return check_again (open, verdicts, error);
}

/* Item by item: what the checks said and what the pharmacist decided, both in the signed document. */
static gboolean
put_decisions (const Open *open, GPtrArray *findings, const char *verdict, const char *const *reasons, const FzFields *decisions,
               FzFields *body, GError **error)
{
  g_autoptr (FzFields) judged = fz_fields_new ("fuzhen.review_items/v1");

  fz_review_norm_put (open->session->desk->knowledge->norm, open->rx, findings, signatures_hold (open), judged);
  return fz_review_norm_decide (judged, decisions, verdict, reasons, body, error);
}

FzSheet *
fz_desk_prepare_review (FzSession *session, const char *rx, const char *verdict, const char *const *reasons, const char *words,
                        const FzFields *decisions, GError **error)
{
  g_auto (Open) open = { 0 };
  g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1"), body = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (FzSheet) sheet = NULL;

  if (!open_rx (session, rx, "prescription.review", FALSE, &open, error))
    return NULL;
  findings = may_sign (&open, verdict, error) ? check_in_chinese (&open, verdicts, error) : NULL;
  if (findings == NULL || !check_confirmed (&open, verdict, error) ||
      !check_free (&open, error))
    return NULL;
  sheet = fz_sheet_new (session, fz_fields_get (open.rx, "rx.visit"));
  body = pharmacist_body (&open, sheet, FZ_DOC_REVIEW, "review");
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "note_sha256", open.document->note_sha256);
  fz_fields_set (body, "text_sha256", open.document->text_sha256);
  if (!put_reasons (session->desk, verdict, reasons, words, body, error) ||
      !put_decisions (&open, findings, verdict, reasons, decisions, body, error) || !check_looks (&open, verdict, error))
    return NULL;
  put_looks (&open, verdict, body);
  for (guint i = 0; i < findings->len && i < 100; i++) {
    const FzFinding *finding = findings->pdata[i];

    fz_fields_set_at (body, "finding", i, "rule", finding->rule);
    fz_fields_set_at (body, "finding", i, "severity", fz_severity_to_word (finding->severity));
    fz_fields_set_at (body, "finding", i, "message", finding->message);
    fz_fields_set_at (body, "finding", i, "field", finding->field);
  }
  fz_check_put_rules (session->desk, verdicts, body);
  fz_check_put_engine (session->desk, verdicts, body);
  if (!fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  if (g_str_equal (verdict, "approved"))
    fz_sheet_countersign (sheet, open.document);
  return g_steal_pointer (&sheet);
}

FzSheet *
fz_desk_prepare_void (FzSession *session, const char *rx, const char *reason, GError **error)
{
  g_auto (Open) open = { 0 };
  g_autoptr (FzFields) body = NULL;
  g_autoptr (FzSheet) sheet = NULL;

  if (!open_rx (session, rx, "prescription.void", FALSE, &open, error))
    return NULL;
  if (reason == NULL || *reason == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明作废理由。"));
    return NULL;
  }
  sheet = fz_sheet_new (session, fz_fields_get (open.rx, "rx.visit"));
  body = pharmacist_body (&open, sheet, FZ_DOC_VOID, "void");
  fz_check_put_rules (session->desk, NULL, body);
  fz_fields_set (body, "reason", reason);
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}

/* --- the file that travels --- */

GBytes *
fz_review_note (FzSession *session, const char *id, GError **error)
{
  g_auto (Open) open = { 0 };

  if (!open_rx (session, id, "prescription.export", TRUE, &open, error))
    return NULL;
  if (!fz_marking_is_on (open.rx))
    return fz_document_dup_note (open.document);
  fz_session_deny (session, "prescription.export", "prescription", id,
                   _ ("这张处方所属的就诊标为特别敏感，不能单独导出。请申请导出完整病历，经另一人批准后其中附有签名的处方。"), error);
  return NULL;
}

FzFields *
fz_review_facts (FzSession *session, const char *id, const char *right, FzReviewWithin within, FzFields *payload, gpointer data, GError **error)
{
  g_auto (Open) open = { .within = within, .payload = payload, .within_data = data };
  FzFields *facts;

  if (!open_rx (session, id, right, TRUE, &open, error))
    return NULL;
  facts = fz_fields_dup (open.rx, NULL);
  fz_review_put_signatures (open.document, open.staff, facts);
  return facts;
}
