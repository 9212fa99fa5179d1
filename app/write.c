/* The sheets a doctor signs: verdict, record, prescription, and the ways a visit ends (书写与签名). */
#include "app/check.h"
#include "app/chinese.h"
#include "app/confirm.h"
#include "app/knowledge.h"
#include "app/intake_bundle.h"
#include "app/length.h"
#include "app/line.h"
#include "app/override.h"
#include "app/rational.h"
#include "app/sheet.h"
#include "app/submit.h"
#include "app/visit.h"
#include "app/person.h"
#include "app/rx_mark.h"
#include "core/age.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

static gboolean
must_be_present (FzSession *session, const char *visit, GError **error)
{
  if (fz_session_is_present (session, visit))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("离开本次就诊已超过30分钟或重新登录过，请先重新进行本人认证。"));
  return FALSE;
}

static FzFields *
doctor_body (FzSession *session, const FzSheet *sheet, FzDocKind kind, const char *word)
{
  g_autofree char *id = fz_document_id (session->desk, sheet->visit, word);
  FzFields *body = fz_body_new (session->desk, kind, sheet->visit, id, sheet->prepared_us);

  fz_session_put_signer (session, body, "doctor");
  return body;
}

static void
copy_below (FzFields *body, const FzFields *from, const char *prefix)
{
  g_autoptr (FzFields) part = fz_fields_dup_below (from, prefix, "fuzhen.part/v1");

  fz_fields_merge (body, prefix, part);
}

static void
put_department (FzSession *session, const FzFields *visit, FzFields *body)
{
  const char *code = fz_fields_get (visit, "visit.department");
  g_autofree char *two = code != NULL ? g_strndup (code, 2) : NULL;

  fz_fields_set (body, "dept.name", fz_fields_get (visit, "visit.department_name"));
  fz_fields_set (body, "dept.id", two);
  fz_fields_set (body, "subject.code", code);
  fz_fields_set (body, "subject.name", fz_desk_label (session->desk, "departments", code));
}

/* --- verdict --- */

static gboolean
add_verdict (FzSession *session, FzSheet *sheet, const FzVisitDesk *visit, const FzFields *draft, const FzFields *verdicts, GError **error)
{
  g_autoptr (FzFields) body = doctor_body (session, sheet, FZ_DOC_ELIGIBILITY, "eligibility");

  fz_fields_set (body, "verdict", fz_fields_get (draft, "eligibility.verdict"));
  for (guint i = 0; i < fz_fields_count (draft, "eligibility.basis"); i++)
    fz_fields_set_at (body, "eligibility.basis", i, NULL, fz_fields_get_at (draft, "eligibility.basis", i, NULL));
  fz_fields_set (body, "eligibility.note", fz_fields_get (draft, "eligibility.note"));
  copy_below (body, visit->facts, "prior");
  fz_check_put_rules (session->desk, verdicts, body);
  if (fz_fields_get (body, "verdict") == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请先判断是否符合复诊条件。"));
    return FALSE;
  }
  return fz_sheet_add (sheet, session->desk, body, error);
}

/* --- record --- */

static gboolean
add_record (FzSession *session, FzSheet *sheet, const FzVisitDesk *visit, const FzFields *draft, const FzFields *verdicts, GError **error)
{
  g_autoptr (FzFields) body = doctor_body (session, sheet, FZ_DOC_RECORD, "record");

  copy_below (body, draft, "record");
  copy_below (body, draft, "diagnosis");
  copy_below (body, visit->facts, "patient");
  copy_below (body, visit->facts, "guardian");
  put_department (session, visit->facts, body);
  fz_check_put_rules (session->desk, verdicts, body);
  return fz_sheet_add (sheet, session->desk, body, error);
}

/* --- prescription --- */

typedef struct {
  char *day;
  gint64 value;
} Number;

static gboolean
next_number (FzTxn *txn, gpointer data, GError **error)
{
  Number *number = data;

  return fz_counter_next (txn, number->day, &number->value, error);
}

static char *
prescription_number (FzSession *session, gint64 at_us, GError **error)
{
  g_autofree char *day = fz_date_format (fz_date_in_beijing (at_us));
  g_autofree char *name = g_strconcat ("prescription:", day, NULL);
  const char *desk_id = fz_fields_get (session->desk->institution, "desk.number");
  Number number = { name, 0 };

  if (!fz_store_run (session->desk->store, FZ_TXN_LOCAL, next_number, &number, error))
    return NULL;
  return g_strdup_printf ("CF%.4s%.2s%.2s-%s%04" G_GINT64_FORMAT, day, day + 5, day + 8, desk_id != NULL ? desk_id : "1", number.value);
}

/* Random, since anybody may look it up with the number in hand. */
static void
put_public_id (FzSession *session, FzFields *body)
{
  guint8 random[16];
  char text[33];

  fz_desk_random (session->desk, random, sizeof random);
  for (guint i = 0; i < sizeof random; i++)
    g_snprintf (text + 2 * i, 3, "%02x", random[i]);
  fz_fields_set (body, "rx.public_id", text);
}

static void
put_validity (const FzSheet *sheet, const FzFields *draft, FzFields *body)
{
  gint64 days = 1;
  FzDate day = fz_date_in_beijing (sheet->prepared_us);

  fz_fields_get_int (draft, "rx.valid_days", &days);
  fz_fields_set_int (body, "rx.valid_days", days);
  fz_fields_set_time (body, "valid_from", sheet->prepared_us);
  /* Valid on its day and, if extended, to the end of the last one (处方管理办法 art. 18). */
  fz_fields_set_time (body, "valid_until", fz_date_beijing_start_us (fz_date_add_days (day, days)) - FZ_US_PER_SECOND);
}

static void
put_items (const FzFields *complete, FzFields *body)
{
  static const char *const keys[] = { "drug", "generic", "strength", "form", "form_label", "kind", "manufacturer", "otc", "dose",
                                      "dose_number", "dose_unit", "freq", "freq_label", "route", "route_label", "days",
                                      "quantity", "quantity_edited", "quantity_note", "unit", "note", "fen" };
  /* What a herbal sheet says once, its lines do not repeat (fz_lines_spread). */
  static const char *const herb_keys[] = { "drug", "generic", "strength", "kind", "manufacturer", "otc", "dose", "dose_number", "dose_unit",
                                           "special", "quantity", "unit", "fen" };

  for (guint i = 0; i < fz_fields_count (complete, "rx.item"); i++) {
    gboolean is_herb = g_strcmp0 (fz_fields_get_at (complete, "rx.item", i, "kind"), "herbal") == 0;
    const char *const *mine = is_herb ? herb_keys : keys;
    guint n = is_herb ? G_N_ELEMENTS (herb_keys) : G_N_ELEMENTS (keys);

    for (guint k = 0; k < n; k++)
      fz_fields_set_at (body, "rx.item", i, mine[k], fz_fields_get_at (complete, "rx.item", i, mine[k]));
  }
}

static void
put_herbal (const FzFields *complete, FzFields *body)
{
  static const char *const keys[] = { "rx.packets", "rx.packet_days", "rx.decoction", "rx.decoction_label", "rx.volume_ml", "rx.freq",
                                      "rx.freq_label", "rx.route", "rx.route_label", "rx.use_words", "rx.use_text", "rx.tcm.disease",
                                      "rx.tcm.disease_code", "rx.tcm.pattern", "rx.tcm.pattern_code" };

  if (g_strcmp0 (fz_fields_get (complete, "rx.kind"), "herbal") != 0)
    return;
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (body, keys[i], fz_fields_get (complete, keys[i]));
}

/* The assessment of a long prescription belongs to it alone; what was typed for days since shortened is not signed. */
static void
put_long (FzDesk *desk, const FzFields *complete, FzFields *body)
{
  if (!fz_fields_is_yes (complete, "rx.is_long"))
    return;
  copy_below (body, complete, "rx.long");
  fz_fields_set (body, "rx.long.confirmed_how_label", fz_desk_label (desk, "long-confirmations", fz_fields_get (complete, "rx.long.confirmed_how")));
}

static void
put_valid_reason (FzDesk *desk, const FzFields *draft, FzFields *body)
{
  const char *reason = fz_fields_get (draft, "rx.valid_reason");
  gint64 days = 1;

  if (!fz_fields_get_int (draft, "rx.valid_days", &days) || days <= 1)
    return;
  fz_fields_set (body, "rx.valid_reason", reason);
  fz_fields_set (body, "rx.valid_reason_label", fz_desk_label (desk, "valid-reasons", reason));
}

/* The age of the day of signing: the one in the visit is of the day of asking. */
static void
put_age (const FzSheet *sheet, FzFields *body)
{
  const char *birth = fz_fields_get (body, "patient.birth_date");
  FzDate born = { 0 };
  FzAge age = { 0 };
  g_autofree char *text = NULL;

  if (birth == NULL || !fz_date_parse (birth, &born, NULL) || !fz_age_on (born, fz_date_in_beijing (sheet->prepared_us), &age, NULL))
    return;
  text = fz_age_text (age);
  fz_fields_set (body, "patient.age_text", text);
  fz_fields_set_int (body, "patient.age_years", age.years);
}

/* What is stated at the signing stands in what is signed. */
static void
put_statements (const FzSheet *sheet, FzFields *body)
{
  for (guint i = 0; i < fz_sheet_get_n_statements (sheet); i++)
    fz_fields_set (body, ((FzStatement *) sheet->statements->pdata[i])->key, "yes");
}

static gboolean
add_prescription (FzSession *session, FzSheet *sheet, const FzVisitDesk *visit, const FzFields *draft, GPtrArray *findings,
                  const FzFields *verdicts, GError **error)
{
  g_autofree char *id = prescription_number (session, sheet->prepared_us, error), *rational = NULL;
  g_autoptr (FzFields) complete = fz_lines_complete (session->desk, draft), body = NULL;
  static const char *const keys[] = { "rx.note", "rx.total_fen", "rx.kind", "rx.cost" };

  if (id == NULL)
    return FALSE;
  body = fz_body_new (session->desk, FZ_DOC_PRESCRIPTION, sheet->visit, id, sheet->prepared_us);
  fz_session_put_signer (session, body, "doctor");
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (body, keys[i], fz_fields_get (complete, keys[i]));
  fz_fields_set (body, "rx.source", "revisit");
  fz_fields_set (body, "rx.rational_checked", "yes");
  fz_fields_set_bool (body, "rx.paid", FALSE); /* the desk takes no money before the review: it is not paid at signing */
  fz_fields_set (body, "replaces", fz_fields_get (draft, "rx.replaces"));
  put_public_id (session, body);
  put_validity (sheet, draft, body);
  put_items (complete, body);
  put_herbal (complete, body);
  put_long (session->desk, complete, body);
  put_valid_reason (session->desk, draft, body);
  copy_below (body, draft, "diagnosis");
  if (fz_fields_count (body, "diagnosis") == 0)
    copy_below (body, visit->facts, "diagnosis");
  copy_below (body, visit->facts, "patient");
  put_age (sheet, body);
  fz_person_put (draft, visit->facts, body);
  put_statements (sheet, body);
  copy_below (body, visit->facts, "allergy");
  copy_below (body, visit->facts, "guardian");
  copy_below (body, visit->facts, "specialist");
  fz_bundle_drop_further (body);
  put_department (session, visit->facts, body);
  fz_rx_mark_put (session->desk, body);
  fz_check_put (session->desk, findings, draft, body);
  rational = fz_rational_words (session->desk, findings, body);
  fz_fields_set (body, "rx.rational_result", rational);
  fz_confirm_put_demand (session->desk, body);
  fz_check_put_rules (session->desk, verdicts, body);
  fz_check_put_engine (session->desk, verdicts, body);
  return fz_sheet_add (sheet, session->desk, body, error);
}

/* --- the sheet of a visit --- */

static guint
moments_of (FzSheetParts parts, FzMoment *moments)
{
  guint n = 0;

  if (parts & FZ_SHEET_VERDICT)
    moments[n++] = FZ_MOMENT_ELIGIBILITY;
  if (parts & FZ_SHEET_RECORD)
    moments[n++] = FZ_MOMENT_RECORD;
  if (parts & FZ_SHEET_PRESCRIPTION)
    moments[n++] = FZ_MOMENT_PRESCRIBE;
  return n;
}

/* What stays typed after these parts are signed: nothing of them, everything else. */
static void
keep_rest (FzSheet *sheet, const FzFields *draft, FzSheetParts parts)
{
  g_autoptr (FzFields) rest = fz_fields_new ("fuzhen.draft/v1");

  sheet->drops_draft = TRUE;
  if (!(parts & FZ_SHEET_VERDICT))
    copy_below (rest, draft, "eligibility");
  if (!(parts & FZ_SHEET_RECORD)) {
    copy_below (rest, draft, "record");
    copy_below (rest, draft, "diagnosis");
  }
  if (!(parts & FZ_SHEET_PRESCRIPTION)) {
    copy_below (rest, draft, "rx");
    copy_below (rest, draft, "override");
  }
  sheet->draft_after = fz_fields_freeze (g_steal_pointer (&rest));
}

/* One sheet on its way to be signed. */
typedef struct {
  FzSession *session;
  const FzVisitDesk *desk;
  FzSheetParts parts;
  FzMoment moments[3];
  guint n_moments;
  GPtrArray *statements; /* asked of the signer; NULL: none */
} Preparing;

/* What the rules and the checks say of these parts, in the words of the language that is spoken now. */
static GPtrArray *
check_parts (Preparing *sheet, FzFields *verdicts, GError **error)
{
  FzSession *session = sheet->session;
  gboolean lines = (sheet->parts & FZ_SHEET_PRESCRIPTION) != 0;
  g_autoptr (FzFields) facts = fz_check_facts (session->desk, sheet->desk->facts, sheet->desk->draft, sheet->desk->doctor, sheet->desk->doctor, NULL, error);
  GPtrArray *findings;

  if (facts == NULL)
    return NULL;
  g_clear_pointer (&sheet->statements, g_ptr_array_unref);
  if (lines) {
    sheet->statements = fz_statements_ask (session->desk, facts, fz_session_now_us (session), error);
    if (sheet->statements == NULL)
      return NULL;
  }
  findings = fz_check_run (session->desk, sheet->moments, sheet->n_moments, facts, lines, fz_session_now_us (session), verdicts, error);
  if (findings != NULL && (sheet->parts & ~FZ_SHEET_VERDICT) != 0)
    fz_length_check (session->desk, sheet->desk->draft, findings);
  return findings;
}

static GPtrArray *
check_in_chinese (Preparing *sheet, FzFields *verdicts, GError **error)
{
  G_GNUC_UNUSED g_auto (FzChinese) chinese = fz_chinese_begin ();

  return check_parts (sheet, verdicts, error);
}

/* FALSE with what stands in the way, in the reader's language, in which the statements stay. */
static gboolean
may_sign (Preparing *sheet, GError **error)
{
  g_autoptr (GPtrArray) findings = check_parts (sheet, NULL, error);
  const FzFinding *blocker = findings != NULL ? fz_check_blocker (findings, sheet->desk->draft) : NULL;

  return findings != NULL && (blocker == NULL || fz_refuse_for (blocker, error)) &&
         fz_overrides_check (sheet->session, findings, sheet->desk->draft, error);
}

static FzSheet *
sheet_of (Preparing *preparing, GError **error)
{
  const FzVisitDesk *desk = preparing->desk;
  FzSession *session = preparing->session;
  g_autoptr (FzFields) verdicts = fz_fields_new ("fuzhen.verdicts/v1");
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GPtrArray) findings = NULL;

  if (!may_sign (preparing, error))
    return NULL;
  sheet = fz_sheet_new (session, fz_fields_get (desk->facts, "visit.id"));
  sheet->statements = g_steal_pointer (&preparing->statements);
  findings = check_in_chinese (preparing, verdicts, error);
  if (findings == NULL)
    return NULL;
  keep_rest (sheet, desk->draft, preparing->parts);
  if (((preparing->parts & FZ_SHEET_VERDICT) && !add_verdict (session, sheet, desk, desk->draft, verdicts, error)) ||
      ((preparing->parts & FZ_SHEET_RECORD) && !add_record (session, sheet, desk, desk->draft, verdicts, error)) ||
      ((preparing->parts & FZ_SHEET_PRESCRIPTION) && !add_prescription (session, sheet, desk, desk->draft, findings, verdicts, error)))
    return NULL;
  return g_steal_pointer (&sheet);
}

FzSheet *
fz_desk_prepare_sheet (FzSession *session, const char *visit, FzSheetParts parts, GError **error)
{
  g_auto (FzVisitDesk) desk = { 0 };
  Preparing preparing = { .session = session, .desk = &desk, .parts = parts };
  gboolean ineligible;
  FzSheet *sheet;

  if (!fz_visit_open (session, visit, &desk, error) || !must_be_present (session, visit, error))
    return NULL;
  /* "Not a follow-up" is a verdict too: it needs no evidence, and nothing else goes with it. */
  ineligible = (parts & FZ_SHEET_VERDICT) && g_strcmp0 (fz_fields_get (desk.draft, "eligibility.verdict"), "not_eligible") == 0;
  if (ineligible && parts != FZ_SHEET_VERDICT) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("已判断为不符合复诊条件：请终止诊疗，不能书写处方。"));
    return NULL;
  }
  preparing.n_moments = ineligible ? 0 : moments_of (parts, preparing.moments);
  sheet = sheet_of (&preparing, error);
  g_clear_pointer (&preparing.statements, g_ptr_array_unref);
  return sheet;
}

/* --- endings --- */

/* What the platform must hear of a visit that ends without verdict or diagnosis is the doctor's to say: shown on the sheet and signed.
 * A verdict that was chosen and not signed yet is their answer; where nothing was chosen nothing is said. */
static void
put_answers (const FzVisitDesk *visit, FzFields *body)
{
  const char *chosen = fz_fields_get (visit->draft, "eligibility.verdict");

  if (!fz_fields_has (visit->facts, "eligibility.verdict") && chosen != NULL)
    fz_fields_set_bool (body, "end.referral", g_str_equal (chosen, "eligible"));
  if (fz_fields_count (visit->facts, "diagnosis") == 0)
    fz_fields_set (body, "end.diagnosis", "未作出诊断"); /* signed words, always Chinese */
}

/* Time-out has a reason of its own, which only the clock gives. */
static gboolean
is_for_people (FzDesk *desk, const char *table, const char *code)
{
  FzCodes *codes = fz_knowledge_codes (desk->knowledge, table);
  int row = code != NULL ? fz_codes_find_code (codes, code) : -1;

  return row >= 0 && g_strcmp0 (fz_codes_get (codes, (guint) row, "by"), "timeout") != 0;
}

static FzSheet *
end_sheet (FzSession *session, const char *visit, FzDocKind kind, const char *word, const char *codes, const char *reason,
           const char *guidance, gboolean presence, GError **error)
{
  g_auto (FzVisitDesk) desk = { 0 };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;

  if (!fz_visit_open (session, visit, &desk, error) || (presence && !must_be_present (session, visit, error)))
    return NULL;
  sheet = fz_sheet_new (session, visit);
  sheet->drops_draft = kind != FZ_DOC_ADDENDUM;
  body = doctor_body (session, sheet, kind, word);
  fz_check_put_rules (session->desk, NULL, body); /* the conditions and their words are of these rules */
  if (codes != NULL) {
    const char *label = is_for_people (session->desk, codes, reason) ? fz_desk_label (session->desk, codes, reason) : NULL;

    if (label == NULL || guidance == NULL || *guidance == '\0') {
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请选择理由，并写明给患者的说明。"));
      return NULL;
    }
    fz_fields_set (body, "end.reason", reason);
    fz_fields_set (body, "end.reason_label", label);
    fz_fields_set (body, "end.by", "doctor");
    fz_fields_set (body, "end.doctor_number", session->number);
    /* Shown and signed: the doctor confirms what the patient's evidence names. */
    fz_fields_set (body, "end.prior_code", fz_fields_get_at (desk.facts, "prior", 0, "code"));
    fz_fields_set (body, "end.prior_name", fz_fields_get_at (desk.facts, "prior", 0, "name"));
  }
  if (kind == FZ_DOC_TERMINATION)
    put_answers (&desk, body);
  fz_fields_set (body, "end.guidance", guidance);
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}

FzSheet *
fz_desk_prepare_termination (FzSession *session, const char *visit, const char *reason, const char *guidance, GError **error)
{
  return end_sheet (session, visit, FZ_DOC_TERMINATION, "termination", "termination-reasons", reason, guidance, TRUE, error);
}

FzSheet *
fz_desk_prepare_refusal (FzSession *session, const char *visit, const char *reason, const char *words, GError **error)
{
  return end_sheet (session, visit, FZ_DOC_REFUSAL, "refusal", "refusal-reasons", reason, words, FALSE, error);
}

FzSheet *
fz_desk_prepare_finish (FzSession *session, const char *visit, GError **error)
{
  return end_sheet (session, visit, FZ_DOC_FINISH, "finish", NULL, NULL, NULL, TRUE, error);
}

static FzSheet *
word_sheet (FzSession *session, const char *visit, FzDocKind kind, const char *word, const char *key, const char *text, GError **error)
{
  g_auto (FzVisitDesk) desk = { 0 };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;

  if (!fz_visit_open (session, visit, &desk, error))
    return NULL;
  if (text == NULL || *text == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请填写内容。"));
    return NULL;
  }
  sheet = fz_sheet_new (session, visit);
  body = doctor_body (session, sheet, kind, word);
  fz_check_put_rules (session->desk, NULL, body);
  fz_fields_set (body, key, text);
  if (kind == FZ_DOC_ADDENDUM)
    fz_fields_set (body, "record", fz_fields_get (desk.facts, "record.number"));
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}

FzSheet *
fz_desk_prepare_addendum (FzSession *session, const char *visit, const char *text, GError **error)
{
  return word_sheet (session, visit, FZ_DOC_ADDENDUM, "addendum", "text", text, error);
}

FzSheet *
fz_desk_prepare_handover (FzSession *session, const char *visit, const char *reason, GError **error)
{
  return word_sheet (session, visit, FZ_DOC_HANDOVER, "handover", "reason", reason, error);
}
