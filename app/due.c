#include "app/due_private.h"
#include "app/institution.h"
#include "app/platform/profile.h"
#include "app/queue.h"

#include "app/intake_bundle.h"
#include "app/line.h"
#include "app/submit.h"
#include "app/upload.h"
#include "app/video.h"
#include "db/directory.h"
#include "db/outbox.h"
#include "db/profile.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The signer's staff row gives what documents do not carry: identity number. */
static gboolean
put_person (FzTxn *txn, FzFields *facts, const char *prefix, const char *number, GError **error)
{
  g_autoptr (FzFields) staff = number != NULL ? fz_staff_get (txn, number, error) : NULL;
  g_autofree char *id_key = g_strconcat (prefix, ".id_number", NULL);
  g_autofree char *name_key = g_strconcat (prefix, ".name", NULL);
  g_autofree char *number_key = g_strconcat (prefix, ".staff_number", NULL);

  if (number == NULL)
    return TRUE;
  if (staff == NULL)
    return FALSE;
  fz_fields_set (facts, id_key, fz_fields_get (staff, "id_number"));
  fz_fields_set (facts, name_key, fz_fields_get (staff, "name"));
  fz_fields_set (facts, number_key, number);
  return TRUE;
}

FzFields *
fz_due_base_facts (FzDesk *desk, FzTxn *txn)
{
  FzFields *facts = fz_fields_new ("fuzhen.upload_facts/v1");
  static const char *const keys[] = { "organ.code", "organ.name", "organ.unit_id", "organ.campus_code", "organ.campus_name" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (facts, keys[i], fz_fields_get (desk->institution, keys[i]));
  fz_fields_set_time (facts, "frozen_at", fz_txn_now_us (txn));
  return facts;
}

static void
put_department (FzDesk *desk, FzFields *facts, const char *code, const char *name)
{
  g_autofree char *two = code != NULL ? g_strndup (code, 2) : NULL;

  if (code != NULL) {
    fz_fields_set (facts, "subject.code", code);
    fz_fields_set (facts, "subject.name", fz_desk_label (desk, "departments", code));
    fz_fields_set (facts, "dept.id", two);
  }
  fz_fields_set (facts, "dept.name", name);
}

gboolean
fz_due_put_doctor (FzDesk *desk, FzTxn *txn, const char *number, FzFields *facts, GError **error)
{
  static const char *const keys[] = { "doctor.staff_number", "doctor.id_number", "doctor.name", "subject.code", "subject.name", "dept.id", "dept.name" };
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) staff = number != NULL ? fz_staff_get (txn, number, &why) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (facts, keys[i], NULL);
  if (staff == NULL && (number == NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)))
    return TRUE;
  if (staff == NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  put_department (desk, facts, fz_fields_get (staff, "department"), fz_fields_get (staff, "department_name"));
  return put_person (txn, facts, "doctor", number, error);
}

/* By what way the visit was paid for, when the hospital's till said one that the platform has a code for. */
static void
put_channel (FzFields *facts, const FzFields *visit)
{
  static const char *const channels[] = { "alipay", "wechat", "unionpay", "other", NULL };
  const char *method = fz_fields_get (visit, "payment.method");

  if (method != NULL && g_strv_contains (channels, method))
    fz_fields_set (facts, "visit.payment_channel", method);
}

/* Only what a message may use is copied: the least that is needed (最少可用). */
static void
copy_visit (FzDesk *desk, FzFields *facts, const FzFields *visit)
{
  static const char *const parts[] = { "visit", "patient", "guardian", "prior", "allergy", "record", "diagnosis", NULL };

  for (guint i = 0; parts[i] != NULL; i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (visit, parts[i], "fuzhen.part/v1");

    fz_fields_merge (facts, parts[i], part);
  }
  fz_bundle_drop_further (facts);
  put_channel (facts, visit);
  fz_fields_set (facts, "visit.n_rx", NULL);
  put_department (desk, facts, fz_fields_get (visit, "visit.department"), fz_fields_get (visit, "visit.department_name"));
}

/* What the visit's end says of it. The main diagnosis of a visit without one is what the patient's evidence names, but only
 * once a doctor signed for it (`end.prior_code`); else the row is blocked. */
static void
put_outcome (FzFields *facts, const FzFields *visit)
{
  const char *stage = fz_fields_get (visit, "visit.stage");
  gboolean answered = fz_fields_has (visit, "visit.taken_at");
  const char *main_code = fz_fields_get_at (visit, "diagnosis", 0, "code");
  const char *verdict = fz_fields_get (visit, "eligibility.verdict");

  fz_fields_set_bool (facts, "visit.answered", answered);
  fz_fields_set (facts, "visit.referral", verdict == NULL ? fz_fields_get (visit, "end.referral") : g_str_equal (verdict, "eligible") ? "yes" : "no");
  if (!answered)
    fz_fields_set (facts, "visit.referral", "yes"); /* asked as a follow-up; nobody judged otherwise */
  fz_fields_set (facts, "diagnosis.main.code", main_code != NULL ? main_code : fz_fields_get (visit, "end.prior_code"));
  if (main_code == NULL && fz_fields_has (visit, "end.diagnosis")) {
    fz_fields_set_at (facts, "diagnosis", 0, "name", fz_fields_get (visit, "end.diagnosis"));
    fz_fields_set (facts, "visit.no_diagnosis_reason", fz_fields_get (visit, "end.reason_label"));
  }
  if (g_strcmp0 (stage, "refused") == 0) {
    fz_fields_set (facts, "visit.refused_at", fz_fields_get (visit, "visit.ended_at"));
    fz_fields_set (facts, "visit.refused_reason", fz_fields_get (visit, "end.reason_label"));
    fz_fields_set (facts, "visit.refused_by", fz_fields_get (visit, "end.by"));
  }
}

static char *
join_problems (GPtrArray *problems)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < problems->len; i++) {
    const FzMessageProblem *problem = problems->pdata[i];

    g_string_append_printf (text, _ ("%s%s：%s"), i > 0 ? "\n" : "", problem->label_zh, problem->reason);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
fz_due_is_filed (FzDesk *desk, FzTxn *txn, const char *method, const FzFields *facts, const char **out_business, GError **error)
{
  g_autoptr (GPtrArray) kinds = fz_message_table_find_businesses (desk->knowledge->messages, method, facts);
  g_autoptr (FzFields) institution = kinds->len > 0 ? fz_profile_get (txn, "institution", error) : NULL;

  *out_business = NULL;
  if (institution == NULL)
    return kinds->len == 0;
  if (!fz_institution_knows_businesses (institution))
    return TRUE;
  for (guint i = 0; i < kinds->len; i++)
    if (fz_institution_has_business (institution, kinds->pdata[i]))
      return TRUE;
  *out_business = kinds->pdata[0];
  return TRUE;
}

static char *
not_filed_words (FzDesk *desk, const char *business)
{
  return g_strdup_printf (_ ("本院登记的备案里没有“%s”，却发生了这项业务：监管平台不收未备案业务的数据，这一条没有进入待发。请医务管理人员核实：确已备案的，在“机构资料”中登记备案后重新生成；"
                             "没有备案的，应停止开展，处理之后写明依据，决定不上报。"),
                          fz_desk_label (desk, "businesses", business));
}

static gboolean
build (FzDesk *desk, const char *method, const FzFields *facts, GBytes **out_payload, char **out_problems, GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) why = NULL;

  *out_problems = NULL;
  *out_payload = fz_message_build (desk->knowledge->messages, method, facts, &problems, &why);
  if (*out_payload != NULL)
    return TRUE;
  if (problems == NULL || problems->len == 0) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  *out_problems = join_problems (problems);
  return TRUE;
}

gboolean
fz_due_build (FzDesk *desk, FzTxn *txn, const char *method, const FzFields *facts, GBytes **out_payload, char **out_problems, GError **error)
{
  const char *business = NULL;

  *out_payload = NULL;
  *out_problems = NULL;
  if (!fz_due_is_filed (desk, txn, method, facts, &business, error))
    return FALSE;
  if (business == NULL)
    return build (desk, method, facts, out_payload, out_problems, error);
  *out_problems = not_filed_words (desk, business);
  return TRUE;
}

static gboolean
add_row (FzDesk *desk, FzTxn *txn, const char *method, const char *key, const char *stream, const char *subject, FzFields *facts,
         const char *const *needs, GError **error)
{
  FzOutboxRow row = { .key = key, .stream = stream, .method = method, .subject = subject, .facts = facts, .needs = needs };

  return fz_due_add_row (desk, txn, &row, error);
}

gboolean
fz_due_add_row (FzDesk *desk, FzTxn *txn, FzOutboxRow *row, GError **error)
{
  g_autoptr (GBytes) payload = NULL;
  g_autofree char *problems = NULL;

  if (!fz_due_build (desk, txn, row->method, row->facts, &payload, &problems, error))
    return FALSE;
  row->payload = payload;
  row->problems = problems;
  if (row->not_before_us == 0)
    row->not_before_us = fz_message_table_not_before (desk->knowledge->messages, row->method, fz_txn_now_us (txn));
  return fz_outbox_add (txn, row, NULL, error);
}

FzFields *
fz_due_visit_facts (FzDesk *desk, FzTxn *txn, const FzFold *fold, GError **error)
{
  g_autoptr (FzFields) facts = fz_due_base_facts (desk, txn);
  const char *doctor = fz_fields_get (fold->visit, "visit.holder_number");

  copy_visit (desk, facts, fold->visit);
  put_outcome (facts, fold->visit);
  if (doctor == NULL)
    doctor = fz_fields_get (fold->visit, "end.doctor_number"); /* refused before it was taken */
  if (!put_person (txn, facts, "doctor", doctor, error))
    return NULL;
  if (fz_fields_has (fold->visit, "visit.taken_at") && !fz_video_put_process (txn, fz_case_get_visit (fold->state), facts, error))
    return NULL;
  return g_steal_pointer (&facts);
}

static gboolean
tells_every_change (FzDesk *desk)
{
  return fz_message_table_get_trigger (desk->knowledge->messages) == FZ_TRIGGER_EVERY_CHANGE;
}

static FzFields *
rx_facts (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *id, GError **error)
{
  g_autoptr (FzFields) facts = fz_due_visit_facts (desk, txn, fold, error);
  FzFields *rx = fz_fold_find_rx (fold, id);
  g_autoptr (FzFields) part = rx != NULL ? fz_fields_dup_below (rx, "rx", "fuzhen.part/v1") : NULL;
  g_autoptr (FzFields) diagnoses = rx != NULL ? fz_fields_dup_below (rx, "diagnosis", "fuzhen.part/v1") : NULL;

  if (facts == NULL || part == NULL)
    return NULL;
  fz_fields_merge (facts, "rx", part);
  fz_lines_spread (facts);
  fz_fields_merge (facts, "diagnosis", diagnoses);
  fz_fields_set_bool (facts, "rx.valid", g_strcmp0 (fz_fields_get (rx, "rx.stage"), "effective") == 0 ||
                                           g_strcmp0 (fz_fields_get (rx, "rx.stage"), "dispensed") == 0);
  if (tells_every_change (desk) && g_strcmp0 (fz_fields_get (rx, "rx.stage"), "dispensed") == 0)
    fz_fields_set_bool (facts, "rx.dispensed", TRUE);
  if (!put_person (txn, facts, "pharmacist", fz_fields_get (rx, "rx.pharmacist_number"), error))
    return NULL;
  return g_steal_pointer (&facts);
}

/* Told at its approval it does not wait for the visit, which may not have ended. */
static char **
rx_needs (FzDesk *desk, const FzFields *facts, const char *visit_key)
{
  g_autoptr (GPtrArray) needs = g_ptr_array_new ();

  if (fz_message_table_get_trigger (desk->knowledge->messages) != FZ_TRIGGER_ON_APPROVAL)
    g_ptr_array_add (needs, g_strdup (visit_key));
  for (guint i = 0; i < fz_fields_count (facts, "rx.item"); i++)
    g_ptr_array_add (needs, g_strconcat ("drug:", fz_fields_get_at (facts, "rx.item", i, "drug"), NULL));
  g_ptr_array_add (needs, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&needs), FALSE);
}

static gboolean
add_visit (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *visit, GError **error)
{
  g_autofree char *key = g_strconcat ("visit:", visit, NULL);
  g_autoptr (FzFields) facts = fz_due_visit_facts (desk, txn, fold, error);

  return facts != NULL && add_row (desk, txn, "uploadReferralIndicators", key, key, visit, facts, NULL, error);
}

static gboolean
add_record (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *visit, GError **error)
{
  g_autofree char *key = g_strconcat ("record:", visit, NULL), *stream = g_strconcat ("visit:", visit, NULL);
  g_autoptr (FzFields) facts = fz_due_visit_facts (desk, txn, fold, error);
  const char *const needs[] = { stream, NULL };

  return facts != NULL && add_row (desk, txn, "uploadElectMedicalRecord", key, stream, visit, facts, needs, error);
}

static gboolean
add_rx (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *visit, const char *id, GError **error)
{
  g_autofree char *key = g_strconcat ("prescription:", id, NULL), *stream = g_strconcat ("visit:", visit, NULL);
  g_autoptr (FzFields) facts = rx_facts (desk, txn, fold, id, error);
  g_auto (GStrv) needs = facts != NULL ? rx_needs (desk, facts, stream) : NULL;

  return facts != NULL && add_row (desk, txn, "uploadRecipeIndicators", key, stream, id, facts, (const char *const *) needs, error);
}

/* Such a platform takes the prescription anew as it stands now; not when the last row says the same, as one made again from its documents would. */
static gboolean
tell_again (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *id, GError **error)
{
  static const char *const said[] = { "facts.rx.valid", "facts.rx.dispensed" };
  g_autofree char *key = g_strconcat ("prescription:", id, NULL);
  g_autoptr (FzFields) facts = rx_facts (desk, txn, fold, id, error), row = NULL;
  gboolean same = TRUE;
  gint64 newest = 0;

  if (facts == NULL || !fz_outbox_newest (txn, key, &newest, error))
    return FALSE;
  row = fz_outbox_get (txn, newest, error);
  for (guint i = 0; i < G_N_ELEMENTS (said); i++)
    same = same && row != NULL && g_strcmp0 (fz_fields_get (row, said[i]), fz_fields_get (facts, said[i] + strlen ("facts."))) == 0;
  return row != NULL && (same || add_rx (desk, txn, fold, fz_case_get_visit (fold->state), id, error));
}

/* The last part to leave tells how and when it was settled; in a chain of parts that is when nothing is owed any more. */
static void
put_delivery (FzFields *facts, const FzFields *rx)
{
  guint n = fz_fields_count (rx, "rx.part"), last = n - 1;
  const char *way, *arrived;

  while (last > 0 && (g_strcmp0 (fz_fields_get_at (rx, "rx.part", last, "state"), "rejected") == 0 ||
                      g_strcmp0 (fz_fields_get_at (rx, "rx.part", last, "state"), "returned") == 0))
    last--;
  way = fz_fields_get_at (rx, "rx.part", last, "way");
  arrived = fz_fields_get_at (rx, "rx.part", last, "arrived_at");
  fz_fields_set (facts, "delivery.kind", way);
  fz_fields_set (facts, "delivery.at", arrived != NULL ? arrived : fz_fields_get_at (rx, "rx.part", last, "handed_at"));
  fz_fields_set (facts, "delivery.firm", g_strcmp0 (way, "outside") == 0 ? fz_fields_get_at (rx, "rx.part", last, "partner")
                                                                        : fz_fields_get (facts, "organ.name"));
  fz_fields_set (facts, "delivery.person", fz_fields_get_at (rx, "rx.part", last, "handler_name"));
  fz_fields_set (facts, "delivery.sent_at", g_strcmp0 (way, "hospital_courier") == 0 ? fz_fields_get_at (rx, "rx.part", last, "handed_at") : NULL);
  fz_fields_set (facts, "delivery.arrived_at", arrived);
  fz_fields_set (facts, "rx.paid", fz_fields_get_at (rx, "rx.part", last, "paid"));
}

static FzFields *
delivery_facts (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *id, GError **error)
{
  FzFields *facts = rx_facts (desk, txn, fold, id, error);

  if (facts != NULL)
    put_delivery (facts, fz_fold_find_rx (fold, id));
  return facts;
}

/* Once everything has reached the patient: the platform asks for the end of a delivery, so nothing is said while it is on its way. */
static gboolean
add_delivery (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *visit, const char *id, GError **error)
{
  g_autofree char *key = g_strconcat ("delivery:", id, NULL), *stream = g_strconcat ("visit:", visit, NULL);
  g_autofree char *need = g_strconcat ("prescription:", id, NULL);
  const char *const needs[] = { need, NULL };
  const FzFields *rx = fz_fold_find_rx (fold, id);
  g_autoptr (FzFields) facts = NULL;

  if (g_strcmp0 (fz_fields_get (rx, "rx.stage"), "dispensed") != 0 || g_strcmp0 (fz_fields_get (rx, "rx.supply"), "done") != 0)
    return TRUE;
  facts = delivery_facts (desk, txn, fold, id, error);
  return facts != NULL && add_row (desk, txn, "uploadRecipeVerificationIndicators", key, stream, id, facts, needs, error) &&
         (!tells_every_change (desk) || tell_again (desk, txn, fold, id, error));
}

gboolean
fz_due_may_hold (const char *state)
{
  static const char *const states[] = { "accepted", "settled_sent", "unknown", "sending", NULL };

  return state != NULL && g_strv_contains (states, state);
}

/* Something a person has to tell the platform's operator, as a row of the ledger that is never sent. Its stream is its own: nothing waits for it. */
static gboolean
add_task (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *what, const char *id, const char *words, GError **error)
{
  g_autofree char *key = g_strdup_printf ("%s:%s", what, id);
  g_autoptr (FzFields) facts = rx_facts (desk, txn, fold, id, error);
  FzOutboxRow row = { .key = key, .stream = key, .method = "uploadRecipeIndicators", .subject = id, .facts = facts, .problems = words };

  return facts != NULL && fz_outbox_add (txn, &row, NULL, error);
}

/* FALSE with error; *out_state NULL: it was never to be sent. (transfer full) */
static gboolean
read_sent (FzTxn *txn, const char *id, char **out_state, GError **error)
{
  g_autofree char *key = g_strconcat ("prescription:", id, NULL);
  g_autoptr (GError) why = NULL;

  *out_state = fz_outbox_dup_state (txn, key, &why);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* What was not sent yet will be sent as void (fz_due_refresh); what was, a person has to tell. */
static gboolean
add_void_task (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *id, GError **error)
{
  g_autofree char *state = NULL;

  if (!read_sent (txn, id, &state, error))
    return FALSE;
  if (fz_due_may_hold (state) && tells_every_change (desk))
    return tell_again (desk, txn, fold, id, error);
  return !fz_due_may_hold (state) ||
         add_task (desk, txn, fold, "void", id,
                   _ ("这张处方在上报后作废，而监管平台没有更正接口：请与平台工作人员联系，告知处方号和作废原因，再把联系日期和对方的答复写作裁定依据。"), error);
}

/* The interface has a kind for it and asks who verified it and what was paid, of which an expired prescription has neither; nothing is made up. */
static gboolean
add_expired_task (FzDesk *desk, FzTxn *txn, const FzFold *fold, const char *id, GError **error)
{
  g_autofree char *state = NULL;

  if (!read_sent (txn, id, &state, error))
    return FALSE;
  if (fz_due_may_hold (state) && tells_every_change (desk))
    return tell_again (desk, txn, fold, id, error);
  return (!fz_due_may_hold (state) && g_strcmp0 (state, "queued") != 0) ||
         add_task (desk, txn, fold, "expired", id,
                   _ ("这张处方已过期，没有取药。平台的核销接口虽有“自动失效”一类，但必须填写核销人和支付情况，过期处方没有这些事实，本程序不代填、不上报。请按与平台约定的方式告知；平台答复无需告知的，写明答复后办结。"),
                   error);
}

gboolean
fz_due_add (FzDesk *desk, FzTxn *txn, const FzFold *fold, const FzDocument *document, GError **error)
{
  const char *visit = fz_case_get_visit (fold->state);
  FzDocKind kind = FZ_N_DOCS;

  fz_doc_kind_from_text (fz_fields_get_kind (document->body), &kind);
  if (kind == FZ_DOC_REFUSAL && g_strcmp0 (fz_fields_get (document->body, "end.by"), FZ_BY_ELSEWHERE) == 0)
    return TRUE; /* whoever took it tells of it */
  if (kind == FZ_DOC_FINISH || kind == FZ_DOC_REFUSAL || kind == FZ_DOC_WITHDRAWAL || kind == FZ_DOC_TERMINATION)
    return add_visit (desk, txn, fold, visit, error);
  if (kind == FZ_DOC_RECORD)
    return add_record (desk, txn, fold, visit, error);
  if (kind == FZ_DOC_REVIEW && g_strcmp0 (fz_fields_get (document->body, "verdict"), "approved") == 0)
    return add_rx (desk, txn, fold, visit, fz_fields_get (document->body, "prescription"), error);
  if (kind == FZ_DOC_DISPENSE || kind == FZ_DOC_DELIVERY)
    return add_delivery (desk, txn, fold, visit, fz_fields_get (document->body, "prescription"), error);
  if (kind == FZ_DOC_VOID)
    return add_void_task (desk, txn, fold, fz_fields_get (document->body, "prescription"), error);
  if (kind == FZ_DOC_EXPIRY)
    return add_expired_task (desk, txn, fold, fz_fields_get (document->body, "prescription"), error);
  return TRUE;
}

static FzFields *
drug_facts (FzDesk *desk, FzTxn *txn, const FzDrug *drug)
{
  FzFields *facts = fz_due_base_facts (desk, txn);

  fz_fields_set (facts, "drug.class", drug->drug_class);
  fz_fields_set (facts, "drug.code", drug->code);
  fz_fields_set (facts, "drug.generic", drug->generic);
  fz_fields_set (facts, "drug.trade_name", drug->brand);
  fz_fields_set (facts, "drug.packing", drug->packing);
  fz_fields_set (facts, "drug.manufacturer", drug->manufacturer);
  if (drug->price_fen >= 0)
    fz_fields_set_int (facts, "drug.price_fen", drug->price_fen);
  fz_fields_set_bool (facts, "drug.active", drug->active);
  return facts;
}

gboolean
fz_due_add_drug (FzDesk *desk, FzTxn *txn, const FzDrug *drug, GError **error)
{
  g_autofree char *key = g_strconcat ("drug:", drug->code, NULL);
  g_autoptr (FzFields) facts = NULL;
  const char *business = NULL;

  /* A catalogue of a hospital that files no prescriptions is nobody's report, and not hundreds of tasks. */
  if (!fz_due_is_filed (desk, txn, "uploadDrugCatalogue", NULL, &business, error) || business != NULL)
    return business != NULL;
  facts = drug_facts (desk, txn, drug);
  /* Each drug is a stream of its own: one refused row must not hold up a catalogue. */
  return add_row (desk, txn, "uploadDrugCatalogue", key, key, drug->code, facts, NULL, error);
}

gboolean
fz_due_drug_problems (FzDesk *desk, FzTxn *txn, const FzDrug *drug, char **out_problems, GError **error)
{
  g_autoptr (FzFields) facts = drug_facts (desk, txn, drug);
  g_autoptr (GBytes) payload = NULL;

  return build (desk, "uploadDrugCatalogue", facts, &payload, out_problems, error);
}

static FzFields *
renewed_facts (FzDesk *desk, FzTxn *txn, const FzFields *row, GError **error)
{
  const char *key = fz_fields_get (row, "key"), *definition = fz_fields_get (row, "facts.definition.id");
  g_auto (GStrv) parts = g_strsplit (key, ":", 2);
  g_autoptr (FzFold) fold = NULL;

  if (g_str_equal (parts[0], "void") || g_str_equal (parts[0], "expired") || g_str_equal (parts[0], "amended")) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这是需要人工处理的事项，没有数据可以重新生成；处理后请写明依据并裁定。"));
    return NULL;
  }
  if (fz_due_is_entry (desk, parts[0]))
    return fz_due_entry_facts (desk, txn, parts[0], parts[1], error);
  if (definition != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这一条按报文补充定义 %s 生成，那份定义已停用，现行的定义没有这种报文，不能重新生成。请到监管平台的门户填报，再写明填报日期和受理编号，裁定为未发。"),
                 definition);
    return NULL;
  }
  if (g_str_equal (parts[0], "drug")) {
    FzDrug *drug = fz_catalogue_find_code (desk->knowledge->catalogue, parts[1]);

    if (drug != NULL)
      return drug_facts (desk, txn, drug);
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("药品目录中已没有“%s”。"), parts[1]);
    return NULL;
  }
  if (g_str_equal (parts[0], "prescription")) {
    g_autoptr (FzFields) rx = fz_rx_get (txn, parts[1], error);

    fold = rx != NULL ? fz_submit_fold (txn, fz_fields_get (rx, "rx.visit"), error) : NULL;
    return fold != NULL ? rx_facts (desk, txn, fold, parts[1], error) : NULL;
  }
  if (g_str_equal (parts[0], "delivery")) {
    g_autoptr (FzFields) rx = fz_rx_get (txn, parts[1], error);

    fold = rx != NULL ? fz_submit_fold (txn, fz_fields_get (rx, "rx.visit"), error) : NULL;
    return fold != NULL ? delivery_facts (desk, txn, fold, parts[1], error) : NULL;
  }
  fold = fz_submit_fold (txn, parts[1], error);
  return fold != NULL ? fz_due_visit_facts (desk, txn, fold, error) : NULL;
}

gboolean
fz_due_renew (FzDesk *desk, FzTxn *txn, gint64 id, GError **error)
{
  g_autoptr (FzFields) row = fz_outbox_get (txn, id, error);
  g_autoptr (FzFields) facts = row != NULL ? renewed_facts (desk, txn, row, error) : NULL;
  g_autoptr (GBytes) payload = NULL;
  g_autofree char *problems = NULL;

  return facts != NULL && fz_due_build (desk, txn, fz_fields_get (row, "method"), facts, &payload, &problems, error) &&
         fz_outbox_renew (txn, id, facts, payload, problems, error);
}

/* What waits and was built by a definition that does not hold any more is built by the one that does; when that has no such message, a person has it. */
static gboolean
refresh_added (FzDesk *desk, FzTxn *txn, const FzFields *row, GBytes **out_payload, gboolean *out_blocked, GError **error)
{
  const FzMessageTable *table = desk->knowledge->messages;
  const char *method = fz_fields_get (row, "method");
  g_auto (GStrv) parts = g_strsplit (fz_fields_get (row, "key"), ":", 2);
  const FzWireEntry *wire = fz_message_table_find_key (table, parts[0]);
  g_autoptr (FzFields) facts = NULL;
  g_autofree char *problems = NULL;
  gint64 id = 0;

  if (g_strcmp0 (fz_fields_get (row, "facts.definition.id"), fz_message_table_get_added (table)) == 0)
    return TRUE;
  if (wire != NULL && wire->added && g_str_equal (wire->method, method)) {
    facts = renewed_facts (desk, txn, row, error);
    if (facts == NULL || !fz_due_build (desk, txn, method, facts, out_payload, &problems, error))
      return FALSE;
  } else {
    facts = fz_fields_dup_below (row, "facts", "fuzhen.upload_facts/v1");
    problems = g_strdup_printf (_ ("生成这一条的报文补充定义 %s 已停用或不能使用，没有发送。请到监管平台的门户填报，再写明填报日期和受理编号，裁定为未发。"),
                                fz_fields_get (row, "facts.definition.id"));
  }
  *out_blocked = *out_payload == NULL;
  return fz_fields_get_int (row, "id", &id) && fz_outbox_refresh (txn, id, facts, *out_payload, problems, error) &&
         (!*out_blocked || fz_upload_audit (txn, "upload.settle", id, "failed", "blocked", NULL, error));
}

gboolean
fz_due_refresh (FzDesk *desk, FzTxn *txn, gint64 id, GBytes **out_payload, gboolean *out_blocked, GError **error)
{
  g_autoptr (FzFields) row = fz_outbox_get (txn, id, error), rx = NULL, facts = NULL;
  g_autofree char *problems = NULL;
  const char *key = row != NULL ? fz_fields_get (row, "key") : NULL;

  *out_payload = NULL;
  *out_blocked = FALSE;
  if (row != NULL && fz_fields_has (row, "facts.definition.id"))
    return refresh_added (desk, txn, row, out_payload, out_blocked, error);
  if (key == NULL || !g_str_has_prefix (key, "prescription:") || !fz_fields_is_yes (row, "facts.rx.valid"))
    return row != NULL;
  rx = fz_rx_get (txn, key + strlen ("prescription:"), error);
  if (rx == NULL || g_strcmp0 (fz_fields_get (rx, "rx.stage"), "voided") != 0)
    return rx != NULL;
  facts = renewed_facts (desk, txn, row, error);
  if (facts == NULL || !build (desk, fz_fields_get (row, "method"), facts, out_payload, &problems, error))
    return FALSE;
  *out_blocked = *out_payload == NULL;
  return fz_outbox_refresh (txn, id, facts, *out_payload, problems, error) &&
         (!*out_blocked || fz_upload_audit (txn, "upload.settle", id, "failed", "blocked", NULL, error));
}
