/* The doctor's side of a visit up to writing: take it, keep the draft, hear the findings (接诊). */
#include "app/check.h"
#include "app/department.h"
#include "app/length.h"
#include "app/line.h"
#include "app/link.h"
#include "app/quality.h"
#include "app/reach.h"
#include "app/sheet.h"
#include "app/statement.h"
#include "app/submit.h"
#include "app/supplement.h"
#include "app/taken.h"
#include "app/veil.h"
#include "app/visit.h"
#include "db/directory.h"
#include "db/front.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

/* --- reading inside one job --- */

typedef struct {
  FzSession *session;
  const char *visit;
  const char *right;
  const char *act;   /* audited as this; NULL: a read that follows an audited one */
  FzFields *facts;
  FzFields *draft;
  FzFields *doctor;
  GPtrArray *rx;
  FzFields *taken;   /* what the patient has of earlier prescriptions; only where `act` is audited */
  char *consent_version;
  gboolean payment_asked; /* by the hospital's rule */
  gboolean denied;   /* it is another doctor's: nothing of it may be shown */
} Read;

#define MOST_HELD 90 /* what patients send has no limit; a list of fields ends at 100 */

/* What came by the hospital's front for it and waits for a person: who treats has to know. Oldest first. */
static gboolean
put_held (FzTxn *txn, FzFields *facts, GError **error)
{
  g_autoptr (GPtrArray) held = fz_front_in_held (txn, fz_fields_get (facts, "visit.id"), error);

  for (guint i = 0; held != NULL && i < MIN (held->len, MOST_HELD); i++) {
    fz_fields_set_at (facts, "held", i, "kind", fz_fields_get (held->pdata[i], "kind"));
    fz_fields_set_at (facts, "held", i, "words", fz_fields_get (held->pdata[i], "words"));
  }
  if (held != NULL && held->len > MOST_HELD) {
    g_autofree char *more = g_strdup_printf (_ ("另有 %u 条没有列出，请医务管理先处理以上各条。"), held->len - MOST_HELD);

    fz_fields_set_at (facts, "held", MOST_HELD, "kind", fz_fields_get (held->pdata[MOST_HELD], "kind"));
    fz_fields_set_at (facts, "held", MOST_HELD, "words", more);
  }
  return held != NULL;
}

static gboolean
read_visit (FzTxn *txn, gpointer data, GError **error)
{
  Read *read = data;
  g_autofree char *sha256 = NULL;
  g_autoptr (FzFields) facts = fz_visits_get (txn, read->visit, error);
  const char *signed_version;

  if (facts == NULL)
    return FALSE;
  if (!fz_reach_visit (read->session, txn, read->right, facts, &read->denied, error))
    return FALSE;
  if (read->denied)
    return TRUE;
  if (!fz_consent_text_newest (txn, &read->consent_version, &sha256, NULL, error))
    return FALSE;
  read->facts = fz_fields_dup (facts, NULL);
  fz_submit_expect (read->session->desk, txn, read->visit);
  if (!put_held (txn, read->facts, error) || !fz_link_put (txn, read->facts, error) || !fz_payment_put (txn, read->facts, error) || !fz_payment_is_asked (txn, &read->payment_asked, error))
    return FALSE;
  signed_version = fz_fields_get (facts, "consent.text_version");
  if (signed_version != NULL)
    fz_fields_set_bool (read->facts, "consent.current",
                        g_str_equal (signed_version, read->consent_version) &&
                          g_strcmp0 (fz_fields_get (facts, "consent.text_sha256"), sha256) == 0);
  read->doctor = fz_staff_get (txn, read->session->number, error);
  if (read->doctor == NULL)
    return FALSE;
  read->draft = fz_drafts_get (txn, read->visit, read->session->number, error);
  if (read->draft == NULL && error != NULL && *error != NULL)
    return FALSE;
  read->rx = read->act != NULL ? fz_rx_of_visit (txn, read->visit, error) : NULL;
  if (read->act != NULL && read->rx == NULL)
    return FALSE;
  read->taken = read->act != NULL ? fz_taken_read (read->session->desk, txn, read->facts, error) : NULL;
  if (read->act != NULL && read->taken == NULL)
    return FALSE;
  return read->act == NULL ||
         fz_session_audit (read->session, txn, read->act, "visit", read->visit, "done", NULL, NULL, error);
}

static void
read_clear (Read *read)
{
  g_clear_pointer (&read->facts, fz_fields_unref);
  g_clear_pointer (&read->draft, fz_fields_unref);
  g_clear_pointer (&read->doctor, fz_fields_unref);
  g_clear_pointer (&read->rx, g_ptr_array_unref);
  g_clear_pointer (&read->taken, fz_fields_unref);
  g_clear_pointer (&read->consent_version, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static gboolean
open_visit (FzSession *session, const char *visit, const char *right, gboolean audited, Read *read, GError **error)
{
  g_autoptr (FzFields) opened = NULL;

  read->session = session;
  read->visit = visit;
  read->right = right;
  read->act = audited ? right : NULL;
  if (!fz_session_may (session, right, "visit", visit, error) ||
      !fz_store_run (session->desk->store, audited ? FZ_TXN_RECORD : FZ_TXN_READ, read_visit, read, error))
    return FALSE;
  if (read->denied)
    return fz_reach_refuse_visit (session, right, visit, error);
  /* What is checked or written for a visit says something of the patient, also where the page itself was not opened. */
  opened = fz_session_dup_patient (session, visit);
  return audited || opened != NULL || fz_session_look (session, "case.read", "visit", visit, error);
}

static void
put_history (FzSession *session, FzFields *facts)
{
  fz_fields_set_bool (facts, "visit.present", fz_session_is_present (session, fz_fields_get (facts, "visit.id")));
  fz_fields_set_bool (facts, "visit.mine", g_strcmp0 (fz_fields_get (facts, "visit.holder"),
                                                       fz_fields_get (session->person, "person")) == 0);
}

/* The visit's prescriptions as a page lists them; one of them whole is fz_desk_read_prescription(). */
static void
put_prescriptions (const Read *read, FzFields *facts)
{
  static const char *const keys[] = { "id", "stage", "signed_at", "reviewed_at", "valid_until", "pharmacist_name", "review_words",
                                      "void_reason", "replaced_by", "replaces", "n_items", "second_signature", "confirmed_at",
                                      "confirm_words" };

  for (guint i = 0; i < read->rx->len; i++) {
    const FzFields *rx = read->rx->pdata[i];

    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      g_autofree char *key = g_strconcat ("rx.", keys[k], NULL);

      fz_fields_set_at (facts, "prescription", i, keys[k], fz_fields_get (rx, key));
    }
    for (guint k = 0; k < fz_fields_count (rx, "reason"); k++) {
      g_autofree char *key = g_strdup_printf ("reason.%02u", k);
      const char *label = fz_fields_get_at (rx, "reason", k, "label");

      fz_fields_set_at (facts, "prescription", i, key, label != NULL ? label : fz_fields_get_at (rx, "reason", k, "code"));
    }
  }
}

FzFields *
fz_desk_read_visit (FzSession *session, const char *visit, GError **error)
{
  g_auto (Read) read = { 0 };

  if (!open_visit (session, visit, "case.read", TRUE, &read, error))
    return NULL;
  fz_session_remember (session, visit, read.facts, read.taken);
  put_history (session, read.facts);
  put_prescriptions (&read, read.facts);
  fz_fields_merge (read.facts, NULL, read.taken);
  fz_veil_numbers (read.facts, "");
  return fz_fields_freeze (g_steal_pointer (&read.facts));
}

/* --- taking --- */

/* No article keeps a doctor from taking it; they should know that they do. */
static void
note_department (FzSession *session, const Read *read, GPtrArray *findings)
{
  const char *own = fz_fields_get (session->person, "department"), *asked = fz_fields_get (read->facts, "visit.department");
  const char *own_name = fz_fields_get (session->person, "department_name"), *asked_name = fz_fields_get (read->facts, "visit.department_name");
  g_autofree char *words = NULL;
  FzFinding note = { .rule = "OTHER_DEPARTMENT", .kind = FZ_FINDING_RULE, .severity = FZ_SEVERITY_NOTE, .field = "visit.department" };

  if (asked == NULL || fz_department_is_own (own, asked))
    return;
  words = g_strdup_printf (_ ("患者申请的是%s，您所在的科室是%s。请确认这次复诊属于您的专业范围。"), asked_name != NULL ? asked_name : asked,
                           own_name != NULL ? own_name : _ ("未登记"));
  note.message = words;
  fz_findings_add (findings, &note);
}

/* Of a visit whose payment the hospital's front tells: by the hospital's own rule it is a stop, else the doctor knows. */
static void
note_payment (const Read *read, GPtrArray *findings)
{
  const char *state = fz_fields_get (read->facts, "payment.state");
  gboolean unpaid = g_strcmp0 (state, "unpaid") == 0, refunded = g_strcmp0 (state, "refunded") == 0;
  FzFinding finding = { .rule = "UNPAID", .kind = FZ_FINDING_RULE, .severity = read->payment_asked ? FZ_SEVERITY_STOP : FZ_SEVERITY_NOTE, .field = "payment.state" };

  if (!unpaid && !refunded)
    return;
  finding.message = read->payment_asked ? (unpaid ? _ ("患者还没有付费，按本院规定不能接诊。付费后会自动更新；有疑问请联系医务管理。")
                                                  : _ ("这次就诊已经退费，按本院规定不能接诊。请与患者确认是否撤销；有疑问请联系医务管理。"))
                                        : (unpaid ? _ ("患者还没有付费。") : _ ("这次就诊已经退费，请与患者确认是否继续。"));
  fz_findings_add (findings, &finding);
}

/* What the doctor looked for before taking, as kept in the draft: who sits beside a patient who needs somebody (Fujian 2024 art. 41). */
static void
put_seen (const Read *read, FzFields *to)
{
  if (read->draft != NULL && fz_fields_has (read->draft, "guardian.present"))
    fz_fields_set (to, "guardian.present", fz_fields_get (read->draft, "guardian.present"));
}

static GPtrArray *
check_taking (FzSession *session, const Read *read, FzFields *verdicts, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_TAKE };
  g_autoptr (FzFields) facts = fz_check_facts (session->desk, read->facts, NULL, read->doctor, read->doctor, NULL, error);
  GPtrArray *findings;

  if (facts == NULL)
    return NULL;
  put_seen (read, facts);
  findings = fz_check_run (session->desk, moments, 1, facts, FALSE, fz_session_now_us (session), verdicts, error);

  if (findings != NULL)
    note_department (session, read, findings);
  /* Who comes back to a visit of their own has taken it. */
  if (findings != NULL && g_strcmp0 (fz_fields_get (read->facts, "visit.stage"), "waiting") == 0)
    note_payment (read, findings);
  return findings;
}

GPtrArray *
fz_desk_check_taking (FzSession *session, const char *visit, GError **error)
{
  g_auto (Read) read = { 0 };

  if (!open_visit (session, visit, "visit.take", FALSE, &read, error))
    return NULL;
  return check_taking (session, &read, NULL, error);
}

gboolean
fz_refuse_for (const FzFinding *finding, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, "%s%s%s%s", finding->message, finding->clause != NULL ? "（" : "",
               finding->clause != NULL ? finding->clause : "", finding->clause != NULL ? "）" : "");
  return FALSE;
}

FzSheet *
fz_desk_prepare_taking (FzSession *session, const char *visit, GError **error)
{
  g_auto (Read) read = { 0 };
  g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1"), body = NULL;
  g_autoptr (GPtrArray) findings = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autofree char *id = NULL;
  const FzFinding *blocker;

  if (!open_visit (session, visit, "visit.take", FALSE, &read, error))
    return NULL;
  findings = check_taking (session, &read, verdicts, error);
  if (findings == NULL)
    return NULL;
  blocker = fz_check_blocker (findings, NULL);
  if (blocker != NULL) {
    fz_refuse_for (blocker, error);
    return NULL;
  }
  sheet = fz_sheet_new (session, visit);
  id = fz_document_id (session->desk, visit, "presence");
  body = fz_body_new (session->desk, FZ_DOC_PRESENCE, visit, id, sheet->prepared_us);
  fz_session_put_signer (session, body, "doctor");
  put_seen (&read, body);
  fz_check_put_rules (session->desk, verdicts, body);
  sheet->begins = TRUE;
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}

gboolean
fz_desk_take_visit (FzSession *session, const char *visit, const FzSecret *pin, GError **error)
{
  g_autoptr (FzSheet) sheet = fz_desk_prepare_taking (session, visit, error);

  return sheet != NULL && fz_desk_sign_sheet (session, sheet, pin, NULL, error);
}

/* --- drafts --- */

typedef struct {
  FzSession *session;
  const char *visit;
  const FzFields *draft;
  gboolean denied;
} Save;

static gboolean
save_draft (FzTxn *txn, gpointer data, GError **error)
{
  Save *save = data;
  g_autoptr (FzFields) facts = fz_visits_get (txn, save->visit, error);

  if (facts == NULL)
    return FALSE;
  return fz_reach_visit (save->session, txn, "visit.write", facts, &save->denied, error) &&
         (save->denied || fz_drafts_put (txn, save->visit, save->session->number, save->draft, error));
}

gboolean
fz_desk_save_draft (FzSession *session, const char *visit, const FzFields *draft, GError **error)
{
  Save save = { session, visit, draft, FALSE };

  if (!fz_session_may (session, "visit.write", "visit", visit, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_LOCAL, save_draft, &save, error))
    return FALSE;
  if (save.denied)
    return fz_reach_refuse_visit (session, "visit.write", visit, error);
  if (fz_session_is_present (session, visit))
    fz_session_touch (session, visit); /* typing keeps the half hour going, it does not begin one */
  return TRUE;
}

FzFields *
fz_desk_get_draft (FzSession *session, const char *visit, GError **error)
{
  g_auto (Read) read = { 0 };

  if (!open_visit (session, visit, "draft.read", FALSE, &read, error))
    return NULL;
  return read.draft != NULL ? g_steal_pointer (&read.draft) : fz_fields_freeze (fz_fields_new ("fuzhen.draft/v1"));
}

typedef struct {
  FzSession *session;
  GPtrArray *visits;
} Drafts;

static gboolean
list_drafts (FzTxn *txn, gpointer data, GError **error)
{
  Drafts *drafts = data;

  drafts->visits = fz_drafts_list (txn, drafts->session->number, error);
  return drafts->visits != NULL;
}

GPtrArray *
fz_desk_list_drafts (FzSession *session, GError **error)
{
  Drafts drafts = { .session = session };

  if (!fz_session_may (session, "visit.write", "visit", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, list_drafts, &drafts, error))
    return NULL;
  return drafts.visits;
}

FzFields *
fz_desk_compute_draft (FzSession *session, const FzFields *draft, GError **error)
{
  if (!fz_session_may (session, "visit.write", "visit", NULL, error))
    return NULL;
  return fz_fields_freeze (fz_lines_complete (session->desk, draft));
}

gboolean
fz_visit_open (FzSession *session, const char *visit, FzVisitDesk *out, GError **error)
{
  g_auto (Read) read = { 0 };

  if (!open_visit (session, visit, "visit.write", FALSE, &read, error))
    return FALSE;
  out->facts = g_steal_pointer (&read.facts);
  out->draft = read.draft != NULL ? g_steal_pointer (&read.draft) : fz_fields_freeze (fz_fields_new ("fuzhen.draft/v1"));
  out->doctor = g_steal_pointer (&read.doctor);
  return TRUE;
}

void
fz_visit_desk_clear (FzVisitDesk *self)
{
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_clear_pointer (&self->draft, fz_fields_unref);
  g_clear_pointer (&self->doctor, fz_fields_unref);
}

/* So that the people who must be there are called before the doctor comes to sign. */
static void
announce (GPtrArray *statements, GPtrArray *findings)
{
  g_autofree char *message = g_strdup (_ ("签名时须由您当场确认：监护人和相关专业医师此刻都在患儿身边。请先请他们到场。"));

  if (statements->len == 0)
    return;
  fz_findings_add (findings, &(FzFinding){ .rule = "STATED_AT_SIGNING",
                                           .kind = FZ_FINDING_RULE,
                                           .severity = FZ_SEVERITY_NOTE,
                                           .message = message });
}

GPtrArray *
fz_desk_check_draft (FzSession *session, const char *visit, const FzFields *draft, GError **error)
{
  static const FzMoment moments[] = { FZ_MOMENT_ELIGIBILITY, FZ_MOMENT_RECORD, FZ_MOMENT_PRESCRIBE };
  g_auto (Read) read = { 0 };
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GPtrArray) findings = NULL, statements = NULL;
  guint n = fz_fields_count (draft, "rx.item") > 0 ? 3 : 2;

  if (!open_visit (session, visit, "visit.write", FALSE, &read, error))
    return NULL;
  facts = fz_check_facts (session->desk, read.facts, draft, read.doctor, read.doctor, NULL, error);
  if (facts == NULL)
    return NULL;
  if (n == 3) {
    statements = fz_statements_ask (session->desk, facts, fz_session_now_us (session), error);
    if (statements == NULL)
      return NULL;
  }
  findings = fz_check_run (session->desk, moments, n, facts, n == 3, fz_session_now_us (session), NULL, error);
  if (findings != NULL)
    fz_length_check (session->desk, draft, findings);
  if (findings != NULL && statements != NULL)
    announce (statements, findings);
  if (findings != NULL && !fz_fields_has (read.facts, "record.number") &&
      !fz_quality_note (session->desk, facts, fz_session_now_us (session), findings, error))
    return NULL;
  return g_steal_pointer (&findings);
}
