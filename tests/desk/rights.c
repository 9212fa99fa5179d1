/* Every function of app/desk.h for every role, against a table typed by hand: D doctor, P pharmacist, A affairs, S security, Y system, U audit.
 * A denied try leaves exactly one entry, and it says denied; an allowed one leaves none that does. A function the table does not know
 * turns the test red. */
#include "tests/desk/world.h"

#include "app/accounts.h"
#include "app/roles.h"
#include "core/mask.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/visits.h"

#include <string.h>

static const struct {
  char letter;
  const char *number;
} people[] = { { 'D', "D1001" }, { 'P', "P2001" }, { 'A', "A3001" }, { 'S', "S4001" }, { 'Y', "S4002" }, { 'U', "S4003" } };

/* Calls it with ids that nobody has. TRUE when it gave something; else *error. */
typedef gboolean (*Call) (FzSession *s, GError **error);

#define GIVES_FIELDS(name, expression)                                                                                 \
  static gboolean call_##name (FzSession *s, GError **error)                                                           \
  {                                                                                                                    \
    g_autoptr (FzFields) got = expression;                                                                             \
    return got != NULL;                                                                                                \
  }
#define GIVES_ROWS(name, expression)                                                                                   \
  static gboolean call_##name (FzSession *s, GError **error)                                                           \
  {                                                                                                                    \
    g_autoptr (GPtrArray) got = expression;                                                                            \
    return got != NULL;                                                                                                \
  }
#define GIVES_SHEET(name, expression)                                                                                  \
  static gboolean call_##name (FzSession *s, GError **error)                                                           \
  {                                                                                                                    \
    g_autoptr (FzSheet) got = expression;                                                                              \
    return got != NULL;                                                                                                \
  }
#define GIVES_TRUTH(name, expression)                                                                                  \
  static gboolean call_##name (FzSession *s, GError **error)                                                           \
  {                                                                                                                    \
    return expression;                                                                                                 \
  }

static gboolean
printout_record (FzSession *s, const char *visit, GError **error)
{
  g_autoptr (FzPrintout) printout = fz_desk_printout_record (s, visit, error);

  return printout != NULL;
}

static gboolean
printout_report (FzSession *s, const FzReportWanted *wanted, GError **error)
{
  g_autoptr (FzPrintout) printout = fz_desk_printout_report (s, wanted, error);

  return printout != NULL;
}

/* What may be printed by nobody of the role has no printout at all. */
static gboolean
with_printout (FzSession *s, gboolean (*call) (FzSession *s, FzPrintout *printout, GError **error), GError **error)
{
  g_autoptr (FzPrintout) printout = fz_desk_printout_new (s, "a5", error);

  return printout != NULL && (call == NULL || call (s, printout, error));
}

static gboolean
add_nope (FzSession *s, FzPrintout *printout, GError **error)
{
  return fz_desk_printout_add (s, printout, "NOPE", error);
}

static gboolean
print_nothing (FzSession *s, FzPrintout *printout, GError **error)
{
  return fz_desk_print (s, printout, 1, "printer", error);
}

static gboolean
print_nothing_to_pdf (FzSession *s, FzPrintout *printout, GError **error)
{
  return fz_desk_print_pdf (s, printout, "/nonexistent/x", error);
}

static gboolean
nothing_failed (FzSession *s, FzPrintout *printout, GError **error)
{
  return fz_desk_print_failed (s, printout, "x", error);
}

GIVES_TRUTH (printout_new, with_printout (s, NULL, error))
GIVES_TRUTH (printout_record, printout_record (s, "V0", error))
GIVES_TRUTH (printout_add, with_printout (s, add_nope, error))
GIVES_TRUTH (print, with_printout (s, print_nothing, error))
GIVES_TRUTH (print_pdf, with_printout (s, print_nothing_to_pdf, error))
GIVES_TRUTH (print_failed, with_printout (s, nothing_failed, error))

/* Too simple a one is refused before anything is asked. */
static gboolean
call_change_password (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) x = secret ("x");

  return fz_desk_change_password (s, x, x, x, error);
}

static gboolean
call_change_pin (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) x = secret ("x");

  return fz_desk_change_pin (s, x, x, error);
}

static const FzFields *
no_facts (void)
{
  static FzFields *none;

  if (none == NULL)
    none = fz_fields_freeze (fz_fields_new ("fuzhen.dispensing/v1"));
  return none;
}

GIVES_ROWS (list_waiting, fz_desk_list (s, FZ_LIST_WAITING, NULL, error))
GIVES_ROWS (list_mine, fz_desk_list (s, FZ_LIST_MINE, NULL, error))
GIVES_ROWS (list_done, fz_desk_list (s, FZ_LIST_DONE, NULL, error))
GIVES_ROWS (list_review, fz_desk_list (s, FZ_LIST_REVIEW, NULL, error))
GIVES_ROWS (list_reviewed, fz_desk_list (s, FZ_LIST_REVIEWED, NULL, error))
GIVES_ROWS (list_dispense, fz_desk_list (s, FZ_LIST_DISPENSE, NULL, error))
GIVES_ROWS (list_sent, fz_desk_list (s, FZ_LIST_SENT, NULL, error))
GIVES_ROWS (list_dispensed, fz_desk_list (s, FZ_LIST_DISPENSED, NULL, error))
GIVES_ROWS (list_agreements, fz_desk_list_agreements (s, "delivery", error))
GIVES_ROWS (list_visits, fz_desk_list (s, FZ_LIST_VISITS, NULL, error))
GIVES_ROWS (list_rx, fz_desk_list (s, FZ_LIST_RX, NULL, error))
GIVES_ROWS (list_outbox, fz_desk_list (s, FZ_LIST_OUTBOX, NULL, error))
GIVES_ROWS (list_staff, fz_desk_list (s, FZ_LIST_STAFF, NULL, error))
GIVES_ROWS (list_audit, fz_desk_list (s, FZ_LIST_AUDIT, NULL, error))
GIVES_ROWS (list_deadlines, fz_desk_list_deadlines (s, error))
GIVES_FIELDS (read_visit, fz_desk_read_visit (s, "NOPE", error))
GIVES_FIELDS (read_prescription, fz_desk_read_prescription (s, "NOPE", error))
GIVES_TRUTH (read_evidence, fz_desk_read_evidence (s, "NOPE", 0, 64, error) != NULL)
GIVES_SHEET (prepare_access, fz_desk_prepare_access (s, "NOPE", "K1", "夜间急诊来电", error))
GIVES_ROWS (list_access, fz_desk_list_access (s, error))
GIVES_ROWS (list_told, fz_desk_list_told (s, error))
GIVES_SHEET (prepare_access_review, fz_desk_prepare_access_review (s, "NOPE", "accepted", NULL, error))

static gboolean
call_reveal (FzSession *s, GError **error)
{
  g_autofree char *value = fz_desk_reveal (s, "NOPE", "patient.mobile", "U1", "x", error);

  return value != NULL;
}

GIVES_TRUTH (state_purpose, fz_desk_state_purpose (s, "NOPE", "O1", "轮到本人接诊", error))
GIVES_SHEET (prepare_marking, fz_desk_prepare_marking (s, "NOPE", TRUE, "S7", "患者要求", error))
GIVES_FIELDS (overview, fz_desk_overview (s, error))
GIVES_FIELDS (read_outbox, fz_desk_read_outbox (s, 999999, error))
GIVES_FIELDS (status, fz_desk_status (s))
GIVES_ROWS (search_drugs, fz_desk_search_drugs (s, "al", NULL, NULL, 3, error))
GIVES_ROWS (search_herbs, fz_desk_search_herbs (s, "hq", NULL, NULL, 3, error))
GIVES_ROWS (search_tcm, fz_desk_search_tcm (s, "pattern", "g", 3, error))
GIVES_ROWS (search_diagnoses, fz_desk_search_diagnoses (s, "gxy", 3, error))
GIVES_ROWS (list_hand, fz_desk_list_hand (s, error))
static const char *const no_phrases[] = { NULL };
GIVES_ROWS (list_talk, fz_desk_list_talk (s, "NOPE", 0, error))
GIVES_FIELDS (talk_state, fz_desk_talk_state (s, "NOPE", error))
GIVES_TRUTH (send_talk, fz_desk_send_talk (s, "NOPE", "x", error))
GIVES_TRUTH (send_talk_picture, fz_desk_send_talk_picture (s, "NOPE", "/nonexistent/x", error))
GIVES_TRUTH (send_talk_again, fz_desk_send_talk_again (s, "NOPE", "x", error))
GIVES_TRUTH (see_talk, fz_desk_see_talk (s, "NOPE", 1, error))
GIVES_TRUTH (note_talk, fz_desk_note_talk (s, "NOPE", "T1", "x", error))
GIVES_TRUTH (keep_recording, fz_desk_keep_recording (s, "NOPE", no_facts (), error))
static gboolean
call_read_complaint_picture (FzSession *s, GError **error)
{
  FzPicture *picture = fz_desk_read_complaint_picture (s, "NOPE", "TS-000009", "x", 64, error);
  gboolean gave = picture != NULL;

  fz_picture_free (picture);
  return gave;
}

GIVES_TRUTH (set_video, fz_desk_set_video (s, "https://video.example/{visit}", NULL, error))
GIVES_FIELDS (open_video, fz_desk_open_video (s, "NOPE", error))
GIVES_ROWS (list_complaint_talk, fz_desk_list_complaint_talk (s, "NOPE", "TS-000009", "x", error))
GIVES_ROWS (list_phrases, fz_desk_list_phrases (s, error))
GIVES_TRUTH (keep_phrases, fz_desk_keep_phrases (s, no_phrases, error))
static gboolean
call_read_talk_picture (FzSession *s, GError **error)
{
  FzPicture *picture = fz_desk_read_talk_picture (s, "NOPE", "x", 64, error);
  gboolean gave = picture != NULL;

  fz_picture_free (picture);
  return gave;
}
GIVES_TRUTH (drop_set, fz_desk_drop_set (s, "none", FALSE, NULL, error))
GIVES_TRUTH (rename_set, fz_desk_rename_set (s, "none", FALSE, "other", error))
GIVES_TRUTH (put_back_set, fz_desk_put_back_set (s, no_facts (), error))
GIVES_ROWS (list_monitors, fz_desk_list_monitors (s, error))
GIVES_SHEET (prepare_monitoring, fz_desk_prepare_monitoring (s, "NOPE", 0, "M1", "x", error))
GIVES_FIELDS (repeat_last, fz_desk_repeat_last (s, "NOPE", error))
GIVES_ROWS (codes, fz_desk_codes (s, "route", error))
GIVES_FIELDS (usual_line, fz_desk_usual_line (s, "FZ0001", error))
GIVES_FIELDS (consent_text, fz_desk_consent_text (s, error))
GIVES_ROWS (check_taking, fz_desk_check_taking (s, "NOPE", error))
GIVES_ROWS (list_drafts, fz_desk_list_drafts (s, error))
GIVES_FIELDS (get_draft, fz_desk_get_draft (s, "NOPE", error))
GIVES_SHEET (prepare_taking, fz_desk_prepare_taking (s, "NOPE", error))
GIVES_SHEET (prepare_sheet, fz_desk_prepare_sheet (s, "NOPE", FZ_SHEET_RECORD, error))
GIVES_SHEET (prepare_termination, fz_desk_prepare_termination (s, "NOPE", "T01", "x", error))
GIVES_SHEET (prepare_refusal, fz_desk_prepare_refusal (s, "NOPE", "J03", "x", error))
GIVES_SHEET (prepare_finish, fz_desk_prepare_finish (s, "NOPE", error))
GIVES_SHEET (prepare_addendum, fz_desk_prepare_addendum (s, "NOPE", "", error))
GIVES_SHEET (prepare_handover, fz_desk_prepare_handover (s, "NOPE", "", error))
GIVES_SHEET (prepare_void, fz_desk_prepare_void (s, "NOPE", "", error))
GIVES_SHEET (prepare_review, fz_desk_prepare_review (s, "NOPE", "approved", NULL, NULL, NULL, error))
GIVES_SHEET (prepare_confirmation, fz_desk_prepare_confirmation (s, "NOPE", NULL, error))
GIVES_TRUTH (release_review, fz_desk_release_review (s, "NOPE", error))
GIVES_SHEET (prepare_preparation, fz_desk_prepare_preparation (s, "NOPE", no_facts (), error))
GIVES_SHEET (prepare_preparation_check, fz_desk_prepare_preparation_check (s, "NOPE", "passed", NULL, error))
GIVES_SHEET (prepare_dispense, fz_desk_prepare_dispense (s, "NOPE", no_facts (), error))
GIVES_SHEET (prepare_delivery, fz_desk_prepare_delivery (s, "NOPE", no_facts (), error))
GIVES_TRUTH (retry_upload, fz_desk_retry_upload (s, 999999, error))
GIVES_TRUTH (settle_upload, fz_desk_settle_upload (s, 999999, TRUE, "", error))
GIVES_ROWS (collect_uploads, fz_desk_collect_uploads (s, "2026-01-01", NULL, NULL, NULL, NULL, error))
GIVES_ROWS (trace_upload, fz_desk_trace_upload (s, 999999, error))
GIVES_ROWS (read_preflight, fz_desk_read_preflight (s, NULL, NULL, NULL, error))
GIVES_ROWS (read_opening, fz_desk_read_opening (s, error))
GIVES_TRUTH (set_platform, fz_desk_set_platform (s, "/nonexistent/x", error))
GIVES_TRUTH (set_spool, fz_desk_set_spool (s, NULL, error))
GIVES_TRUTH (upload_start, fz_desk_upload_start (s, error))
GIVES_TRUTH (upload_once, fz_desk_upload_once (s, NULL, NULL, NULL, error))
GIVES_ROWS (list_reports, fz_desk_list_reports (s, error))
GIVES_ROWS (list_report_filters, fz_desk_list_report_filters (s, error))
GIVES_FIELDS (read_front, fz_desk_read_front (s, error))
GIVES_ROWS (list_front, fz_desk_list_front (s, error))
GIVES_TRUTH (decide_front, fz_desk_decide_front (s, "in", 999999, FALSE, "x", error))
GIVES_TRUTH (set_front, fz_desk_set_front (s, "/nonexistent/x", error))
GIVES_TRUTH (connect_front, fz_desk_connect_front (s, error))
#define DAILY &(FzReportWanted) { .name = "daily", .to_us = 1 }
GIVES_FIELDS (report, fz_desk_report (s, DAILY, error))
GIVES_TRUTH (check_indicators, fz_desk_check_indicators (s, error))
GIVES_ROWS (make_scheduled_reports, fz_desk_make_scheduled_reports (s, error))
GIVES_TRUTH (printout_report, printout_report (s, DAILY, error))
GIVES_TRUTH (report_save, fz_desk_report_save (s, DAILY, "csv", "/nonexistent/x", error))
GIVES_FIELDS (import_record, fz_desk_import_record (s, "V0", "/nonexistent/x", NULL, error))
GIVES_FIELDS (export_records, fz_desk_export_records (s, no_facts (), "/nonexistent/x", NULL, NULL, NULL, error))
GIVES_SHEET (prepare_record_copy, fz_desk_prepare_record_copy (s, "FZB-999999", "media", "/nonexistent/x", NULL, NULL, NULL, error))
GIVES_FIELDS (export_inspection, fz_desk_export_inspection (s, no_facts (), "/nonexistent/x", NULL, NULL, NULL, error))
GIVES_TRUTH (export_prescription, fz_desk_export_prescription (s, "NOPE", "/nonexistent/x", error))
GIVES_TRUTH (export_slip, fz_desk_export_slip (s, "NOPE", "a5", "/nonexistent/x", error))
GIVES_TRUTH (backup, fz_desk_backup (s, "/nonexistent/x", NULL, NULL, NULL, error))
GIVES_ROWS (list_registers, fz_desk_list_registers (s, error))
GIVES_FIELDS (read_register, fz_desk_read_register (s, "adverse-event", error))
GIVES_ROWS (list_entries, fz_desk_list_entries (s, "adverse-event", NULL, error))
GIVES_FIELDS (read_entry, fz_desk_read_entry (s, "BL-999999", error))
GIVES_FIELDS (trace_recall, fz_desk_trace_recall (s, "ZH-999999", error))
GIVES_TRUTH (save_downtime_sheets, fz_desk_save_downtime_sheets (s, 1, "/nonexistent/x", error))
GIVES_TRUTH (save_entry_table, fz_desk_save_entry_table (s, "adverse-event", "/nonexistent/x", error))
GIVES_ROWS (check_entries, fz_desk_check_entries (s, "adverse-event", "/nonexistent/x", error))
GIVES_SHEET (prepare_entries, fz_desk_prepare_entries (s, "adverse-event", "/nonexistent/x", error))
GIVES_TRUTH (save_attachment, fz_desk_save_attachment (s, "BL-999999", 0, "/nonexistent/x", error))
GIVES_FIELDS (start_rectification, fz_desk_start_rectification (s, 999999, error))
GIVES_FIELDS (check_portal, fz_desk_check_portal (s, "MH-999999", error))
GIVES_FIELDS (export_portal, fz_desk_export_portal (s, "MH-999999", "/nonexistent/x", NULL, NULL, NULL, error))
GIVES_TRUTH (export_deadlines, fz_desk_export_deadlines (s, "/nonexistent/x", NULL, error))
GIVES_FIELDS (seal_package, fz_desk_seal_package (s, "/nonexistent/x", "/nonexistent/y", FALSE, NULL, NULL, NULL, error))
GIVES_FIELDS (export_publication, fz_desk_export_publication (s, "/nonexistent/x", NULL, NULL, NULL, error))
GIVES_TRUTH (export_register, fz_desk_export_register (s, "adverse-event", "pdf", "/nonexistent/x", error))
GIVES_SHEET (prepare_entry, fz_desk_prepare_entry (s, "adverse-event", "BL-999999", "analyse", NULL, NULL, NULL, error))
GIVES_FIELDS (read_institution, fz_desk_read_institution (s, error))
GIVES_ROWS (list_duty, fz_desk_list_duty (s, error))
GIVES_TRUTH (put_duty, fz_desk_put_duty (s, fz_fields_get (fz_session_get_person (s), "number"), 0, 1, error))
GIVES_TRUTH (end_duty, fz_desk_end_duty (s, fz_fields_get (fz_session_get_person (s), "number"), 0, error))
GIVES_ROWS (list_comment_plans, fz_desk_list_comment_plans (s, error))
GIVES_ROWS (list_comments, fz_desk_list_comments (s, "NOPE", error))
GIVES_FIELDS (read_comment, fz_desk_read_comment (s, "NOPE", "NOPE", error))
GIVES_SHEET (prepare_comment_plan, fz_desk_prepare_comment_plan (s, no_facts (), error))
GIVES_SHEET (prepare_comment_approval, fz_desk_prepare_comment_approval (s, "NOPE", "approved", NULL, error))
GIVES_SHEET (prepare_comment, fz_desk_prepare_comment (s, "NOPE", "NOPE", NULL, NULL, error))
GIVES_SHEET (prepare_comment_confirmation, fz_desk_prepare_comment_confirmation (s, "NOPE", "NOPE", NULL, NULL, error))
GIVES_SHEET (prepare_comment_reply, fz_desk_prepare_comment_reply (s, "NOPE", "NOPE", "accepted", NULL, error))
GIVES_SHEET (prepare_comment_answer, fz_desk_prepare_comment_answer (s, "NOPE", "NOPE", NULL, "x", error))
GIVES_SHEET (prepare_record_rectification, fz_desk_prepare_record_rectification (s, "NOPE", "NOPE", "x", error))
GIVES_SHEET (prepare_record_evaluation, fz_desk_prepare_record_evaluation (s, "NOPE", "NOPE", "good", NULL, error))
GIVES_SHEET (prepare_comment_announcement, fz_desk_prepare_comment_announcement (s, "NOPE", "x", error))
GIVES_ROWS (rules_versions, fz_desk_rules_versions (s, error))
GIVES_ROWS (read_rules, fz_desk_read_rules (s, "NOPE", FZ_RULES_LAYERS, error))
GIVES_FIELDS (read_rules_consent, fz_desk_read_rules_consent (s, "NOPE", error))
GIVES_FIELDS (get_rules_draft, fz_desk_get_rules_draft (s, error))
GIVES_TRUTH (save_rules_draft, fz_desk_save_rules_draft (s, NULL, error))
GIVES_ROWS (knowledge_versions, fz_desk_knowledge_versions (s, error))
GIVES_FIELDS (read_knowledge, fz_desk_read_knowledge (s, NULL, error))
GIVES_ROWS (try_knowledge, fz_desk_try_knowledge (s, "shipped", 0, 0, NULL, NULL, NULL, NULL, error))
GIVES_SHEET (prepare_knowledge, fz_desk_prepare_knowledge (s, "staged", NULL, "x", error))
GIVES_SHEET (approve_knowledge, fz_desk_prepare_knowledge_decision (s, "NOPE", "approved", NULL, error))
GIVES_SHEET (withdraw_knowledge, fz_desk_prepare_knowledge_decision (s, "NOPE", "withdrawn", "x", error))
GIVES_SHEET (approve_rules, fz_desk_prepare_rules_decision (s, "NOPE", "approved", NULL, error))
GIVES_SHEET (cancel_rules, fz_desk_prepare_rules_decision (s, "NOPE", "cancel", "x", error))
GIVES_SHEET (agree_rules, fz_desk_prepare_rules_decision (s, "NOPE", "cancelled", NULL, error))
GIVES_SHEET (withdraw_rules, fz_desk_prepare_rules_decision (s, "NOPE", "withdrawn", "x", error))
GIVES_ROWS (try_rules, fz_desk_try_rules (s, NULL, 0, 1, NULL, NULL, NULL, NULL, error))
GIVES_FIELDS (read_catalogue, fz_desk_read_catalogue (s, "FZ0001", error))
GIVES_ROWS (list_catalogue, fz_desk_list (s, FZ_LIST_CATALOGUE, NULL, error))
GIVES_ROWS (list_catalogue_changes, fz_desk_list_catalogue_changes (s, NULL, error))
GIVES_ROWS (list_catalogue_lines, fz_desk_list_catalogue_lines (s, "NOPE", NULL, error))
GIVES_FIELDS (stage_catalogue, fz_desk_stage_catalogue (s, "/nonexistent/x", FALSE, NULL, NULL, NULL, NULL, error))
GIVES_ROWS (list_staged, fz_desk_list_staged (s, error))
GIVES_TRUTH (drop_staged, fz_desk_drop_staged (s, "NOPE", error))
GIVES_ROWS (check_catalogue_change, fz_desk_check_catalogue_change (s, NULL, error))
GIVES_SHEET (prepare_catalogue_change, fz_desk_prepare_catalogue_change (s, NULL, "x", error))
GIVES_SHEET (approve_catalogue, fz_desk_prepare_catalogue_decision (s, "NOPE", "approved", NULL, error))
GIVES_SHEET (withdraw_catalogue, fz_desk_prepare_catalogue_decision (s, "NOPE", "withdrawn", "x", error))
GIVES_ROWS (list_reactions, fz_desk_list_reactions (s, error))
GIVES_SHEET (prepare_removal, fz_desk_prepare_removal (s, "FZ0001", "BL-999999", "x", error))
GIVES_ROWS (list_grant_kinds, fz_desk_list_grant_kinds (s, error))
GIVES_ROWS (list_grants, fz_desk_list_grants (s, NULL, error))
GIVES_FIELDS (find_grant, fz_desk_find_grant (s, "export", no_facts (), error))
GIVES_SHEET (prepare_grant, fz_desk_prepare_grant (s, no_facts (), error))
GIVES_SHEET (approve_grant, fz_desk_prepare_grant_decision (s, "NOPE", "approved", NULL, error))
GIVES_FIELDS (plan_purge, fz_desk_plan_purge (s, no_facts (), NULL, NULL, NULL, error))
GIVES_SHEET (prepare_purge, fz_desk_prepare_purge (s, no_facts (), error))
GIVES_FIELDS (run_purge, fz_desk_run_purge (s, "NOPE", NULL, NULL, NULL, error))
GIVES_SHEET (withdraw_grant, fz_desk_prepare_grant_decision (s, "NOPE", "withdrawn", NULL, error))
GIVES_TRUTH (get_idle_minutes, fz_desk_get_idle_minutes (s, error) > 0)
GIVES_ROWS (list_admissions, fz_desk_list_admissions (s, error))
GIVES_SHEET (prepare_admission, fz_desk_prepare_admission (s, "NOPE", "admitted", NULL, error))
GIVES_ROWS (list_alarms, fz_desk_list_alarms (s, NULL, error))
GIVES_TRUTH (settle_alarm, fz_desk_settle_alarm (s, 999999, "x", error))
GIVES_TRUTH (tick, fz_desk_tick (s, error))

static gboolean
call_intake (FzSession *s, GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;
  guint taken = 0;

  return fz_desk_intake (s, "/nonexistent/x", &taken, &problems, error);
}

static gboolean
call_intake_by_hand (FzSession *s, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.bundle/v1");
  g_autofree char *visit = fz_desk_intake_by_hand (s, facts, NULL, error);

  return visit != NULL;
}

GIVES_TRUTH (withdraw_visit, fz_desk_withdraw_visit (s, "NOPE", "x", error))
GIVES_TRUTH (set_payment_rule, fz_desk_set_payment_rule (s, FALSE, error))
GIVES_TRUTH (set_queue_limit, fz_desk_set_queue_limit (s, 1, error))

static gboolean
call_renew_consent (FzSession *s, GError **error)
{
  g_autoptr (FzFields) consent = fz_fields_new ("fuzhen.consent/v1");

  return fz_desk_renew_consent (s, "NOPE", consent, error);
}

static gboolean
call_take_visit (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) pin = secret ("271828");

  return fz_desk_take_visit (s, "NOPE", pin, error);
}

static gboolean
call_star_drug (FzSession *s, GError **error)
{
  g_autoptr (FzFields) line = fz_fields_new ("fuzhen.draft/v1");

  return fz_desk_star_drug (s, "NOPE", line, TRUE, error);
}

static gboolean
call_keep_set (FzSession *s, GError **error)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1");

  return fz_desk_keep_set (s, "x", FALSE, draft, error);
}

static gboolean
call_save_draft (FzSession *s, GError **error)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1");

  return fz_desk_save_draft (s, "NOPE", draft, error);
}

static gboolean
call_check_draft (FzSession *s, GError **error)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1");
  g_autoptr (GPtrArray) got = fz_desk_check_draft (s, "NOPE", draft, error);

  return got != NULL;
}

static gboolean
call_compute_draft (FzSession *s, GError **error)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1"), got = fz_desk_compute_draft (s, draft, error);

  return got != NULL;
}

static gboolean
call_import (FzSession *s, GError **error)
{
  g_autoptr (GPtrArray) problems = NULL;
  guint rows = 0;

  return fz_desk_import (s, "diagnoses", "/nonexistent/x", FALSE, &rows, &problems, error);
}

static gboolean
call_amend_staff (FzSession *s, GError **error)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1");

  return fz_desk_amend_staff (s, "NOPE", changes, error);
}

static gboolean
call_amend_institution (FzSession *s, GError **error)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1");

  return fz_desk_amend_institution (s, changes, error);
}

static gboolean
call_import_rules (FzSession *s, GError **error)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.rules_draft/v1"), got = fz_desk_import_rules (s, draft, "/nonexistent/x", error);

  return got != NULL;
}

static gboolean
call_check_rules (FzSession *s, GError **error)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.rules_draft/v1");
  g_autoptr (GPtrArray) got = fz_desk_check_rules (s, draft, error);

  return got != NULL;
}

static gboolean
call_prepare_rules (FzSession *s, GError **error)
{
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.rules_draft/v1");
  g_autoptr (FzSheet) got = fz_desk_prepare_rules (s, draft, error);

  return got != NULL;
}

static gboolean
call_write_handouts (FzSession *s, GError **error)
{
  guint written = 0;

  return fz_desk_write_handouts (s, &written, error);
}

static gboolean
call_audit_verify (FzSession *s, GError **error)
{
  g_autofree char *root = NULL;
  guint64 size = 0;

  return fz_desk_audit_verify (s, &size, &root, NULL, NULL, NULL, error);
}

static gboolean
call_outside (FzSession *s, GError **error)
{
  g_autoptr (FzFields) got = fz_desk_outside (s, error);

  return got != NULL;
}

static gboolean
call_set_outside (FzSession *s, GError **error)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.outside/v1");

  fz_fields_set (changes, "stick.folder", "/nonexistent/stick");
  return fz_desk_set_outside (s, changes, error);
}

static gboolean
call_save_head (FzSession *s, GError **error)
{
  return fz_desk_save_head (s, "/nonexistent/x.pdf", error);
}

static gboolean
call_rebuild_check (FzSession *s, GError **error)
{
  g_autoptr (GPtrArray) differences = NULL;
  guint visits = 0;

  return fz_desk_rebuild_check (s, &visits, &differences, NULL, NULL, NULL, error);
}

static gboolean
call_export_keys (FzSession *s, GError **error)
{
  g_autofree char *text = fz_desk_export_keys (s, TRUE, error);

  return text != NULL;
}

static gboolean
call_prepare_drill (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) share = secret ("x");
  g_autoptr (FzSheet) sheet = fz_desk_prepare_drill (s, "/nowhere/x.fzb", share, share, NULL, NULL, NULL, NULL, error);

  return sheet != NULL;
}

static FzSecret *
no_pin (void)
{
  return secret ("000001");
}

/* No minutes: whoever may gets as far as that, and no PIN is judged. */
static gboolean
call_set_idle_minutes (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) pin = no_pin ();

  return fz_desk_set_idle_minutes (s, 0, pin, error);
}

static gboolean
call_revoke_key (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) pin = no_pin ();

  return fz_desk_revoke_key (s, "NOPE", 0, NULL, pin, error);
}

static gboolean
call_renew_certificate (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) pin = fz_demo_pin (s->number); /* a wrong one would be an entry of its own */

  return fz_desk_renew_certificate (s, "NOPE", pin, error);
}

static gboolean
call_rotate_store_key (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) pin = no_pin ();

  return fz_desk_rotate_store_key (s, NULL, pin, NULL, NULL, NULL, NULL, error);
}

static gboolean
call_rotate_desk_key (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) pin = no_pin ();

  return fz_desk_rotate_desk_key (s, "nope", "x", pin, NULL, error);
}

static gboolean
call_new_shares (FzSession *s, GError **error)
{
  g_autoptr (FzSecret) pin = no_pin ();
  char **shares = fz_desk_new_shares (s, pin, "NOPE", pin, pin, error);

  g_strfreev (shares);
  return shares != NULL;
}

GIVES_TRUTH (tell_revocation, fz_desk_tell_revocation (s, "NOPE", "x", error))

static gboolean
call_add_staff (FzSession *s, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new (), problems = g_ptr_array_new_with_free_func (g_free), codes = NULL;

  g_ptr_array_add (rows, (gpointer) no_facts ());
  codes = fz_desk_add_staff (s, rows, problems, error);
  return codes != NULL;
}

static gboolean
call_reset_staff (FzSession *s, GError **error)
{
  g_autoptr (FzEnrolCode) code = fz_desk_reset_staff (s, "NOPE", error);

  return code != NULL;
}

GIVES_TRUTH (end_staff, fz_desk_end_staff (s, "NOPE", error))

/* name of the function in desk.h, who may, the call. `*`: everybody who is signed in. */
static const struct {
  const char *name, *who;
  Call call;
} table[] = {
  { "list", "D", call_list_waiting },
  { "list", "D", call_list_mine },
  { "list", "D", call_list_done },
  { "list", "P", call_list_review },
  { "list", "P", call_list_reviewed },
  { "list", "P", call_list_dispense },
  { "list", "P", call_list_sent },
  { "list", "P", call_list_dispensed },
  { "list", "A", call_list_visits },
  { "list", "A", call_list_rx },
  { "list", "AY", call_list_outbox },
  { "list", "AS", call_list_staff },
  { "list", "U", call_list_audit },
  { "list_deadlines", "ASYDP", call_list_deadlines },
  { "list_told", "*", call_list_told },
  { "read_visit", "DP", call_read_visit },
  { "read_prescription", "DP", call_read_prescription },
  { "read_evidence", "DP", call_read_evidence },
  { "reveal", "DPA", call_reveal },
  { "state_purpose", "DP", call_state_purpose },
  { "prepare_marking", "DA", call_prepare_marking },
  { "prepare_access", "DP", call_prepare_access },
  { "list_access", "DPAU", call_list_access },
  { "prepare_access_review", "AU", call_prepare_access_review },
  { "overview", "A", call_overview },
  { "read_outbox", "AY", call_read_outbox },
  { "status", "*", call_status },
  { "search_drugs", "DP", call_search_drugs },
  { "search_diagnoses", "DP", call_search_diagnoses },
  { "search_herbs", "DP", call_search_herbs },
  { "search_tcm", "DP", call_search_tcm },
  { "codes", "*", call_codes },
  { "usual_line", "DP", call_usual_line },
  { "intake", "DA", call_intake },
  { "intake_by_hand", "DA", call_intake_by_hand },
  { "consent_text", "DA", call_consent_text },
  { "renew_consent", "DA", call_renew_consent },
  { "withdraw_visit", "DA", call_withdraw_visit },
  { "set_payment_rule", "A", call_set_payment_rule },
  { "set_queue_limit", "A", call_set_queue_limit },
  { "check_taking", "D", call_check_taking },
  { "prepare_taking", "D", call_prepare_taking },
  { "take_visit", "D", call_take_visit },
  { "save_draft", "D", call_save_draft },
  { "star_drug", "D", call_star_drug },
  { "keep_set", "D", call_keep_set },
  { "drop_set", "D", call_drop_set },
  { "rename_set", "D", call_rename_set },
  { "put_back_set", "D", call_put_back_set },
  { "list_monitors", "D", call_list_monitors },
  { "prepare_monitoring", "D", call_prepare_monitoring },
  { "list_hand", "D", call_list_hand },
  { "list_talk", "D", call_list_talk },
  { "talk_state", "D", call_talk_state },
  { "send_talk", "D", call_send_talk },
  { "send_talk_picture", "D", call_send_talk_picture },
  { "send_talk_again", "D", call_send_talk_again },
  { "see_talk", "D", call_see_talk },
  { "note_talk", "D", call_note_talk },
  { "keep_recording", "D", call_keep_recording },
  { "read_talk_picture", "D", call_read_talk_picture },
  { "read_complaint_picture", "A", call_read_complaint_picture },
  { "set_video", "Y", call_set_video },
  { "open_video", "D", call_open_video },
  { "list_complaint_talk", "A", call_list_complaint_talk },
  { "list_phrases", "D", call_list_phrases },
  { "keep_phrases", "D", call_keep_phrases },
  { "repeat_last", "D", call_repeat_last },
  { "list_drafts", "D", call_list_drafts },
  { "get_draft", "D", call_get_draft },
  { "check_draft", "D", call_check_draft },
  { "compute_draft", "D", call_compute_draft },
  { "prepare_sheet", "D", call_prepare_sheet },
  { "prepare_termination", "D", call_prepare_termination },
  { "prepare_refusal", "D", call_prepare_refusal },
  { "prepare_finish", "D", call_prepare_finish },
  { "prepare_addendum", "D", call_prepare_addendum },
  { "prepare_handover", "D", call_prepare_handover },
  { "prepare_void", "DP", call_prepare_void },
  { "prepare_review", "P", call_prepare_review },
  { "prepare_confirmation", "D", call_prepare_confirmation },
  { "release_review", "P", call_release_review },
  { "prepare_preparation", "P", call_prepare_preparation },
  { "prepare_preparation_check", "P", call_prepare_preparation_check },
  { "prepare_dispense", "P", call_prepare_dispense },
  { "prepare_delivery", "P", call_prepare_delivery },
  { "list_agreements", "P", call_list_agreements },
  { "retry_upload", "A", call_retry_upload },
  { "settle_upload", "A", call_settle_upload },
  { "collect_uploads", "A", call_collect_uploads },
  { "trace_upload", "A", call_trace_upload },
  { "read_preflight", "AY", call_read_preflight },
  { "read_opening", "ASY", call_read_opening },
  { "set_platform", "Y", call_set_platform },
  { "set_spool", "Y", call_set_spool },
  { "upload_start", "*", call_upload_start },
  { "upload_once", "*", call_upload_once },
  { "read_front", "AY", call_read_front },
  { "list_front", "A", call_list_front },
  { "decide_front", "A", call_decide_front },
  { "set_front", "Y", call_set_front },
  { "connect_front", "*", call_connect_front },
  { "import", "A", call_import },
  { "list_reports", "A", call_list_reports },
  { "list_report_filters", "A", call_list_report_filters },
  { "report", "A", call_report },
  { "printout_report", "A", call_printout_report },
  { "report_save", "A", call_report_save },
  { "check_indicators", "A", call_check_indicators },
  { "make_scheduled_reports", "A", call_make_scheduled_reports },
  { "export_inspection", "A", call_export_inspection },
  { "export_records", "DA", call_export_records },
  { "prepare_record_copy", "A", call_prepare_record_copy },
  { "import_record", "DA", call_import_record },
  { "export_prescription", "DP", call_export_prescription },
  { "export_slip", "DP", call_export_slip },
  { "printout_new", "DP", call_printout_new },
  { "printout_record", "DA", call_printout_record },
  { "printout_add", "DP", call_printout_add },
  { "print", "DP", call_print },
  { "print_pdf", "DP", call_print_pdf },
  { "print_failed", "DP", call_print_failed },
  { "write_handouts", "*", call_write_handouts },
  { "audit_verify", "U", call_audit_verify },
  { "rebuild_check", "U", call_rebuild_check },
  { "outside", "U", call_outside },
  { "set_outside", "U", call_set_outside },
  { "save_head", "U", call_save_head },
  { "export_keys", "SU", call_export_keys },
  { "revoke_key", "S", call_revoke_key },
  { "tell_revocation", "S", call_tell_revocation },
  { "renew_certificate", "S", call_renew_certificate },
  { "rotate_store_key", "S", call_rotate_store_key },
  { "rotate_desk_key", "S", call_rotate_desk_key },
  { "new_shares", "S", call_new_shares },
  { "backup", "Y", call_backup },
  { "amend_staff", "AS", call_amend_staff },
  { "add_staff", "S", call_add_staff },
  { "reset_staff", "S", call_reset_staff },
  { "end_staff", "S", call_end_staff },
  { "read_institution", "AS", call_read_institution },
  { "amend_institution", "A", call_amend_institution },
  { "list_duty", "DPAS", call_list_duty },
  { "put_duty", "PA", call_put_duty },
  { "end_duty", "PA", call_end_duty },
  { "list_registers", "DPA", call_list_registers },
  { "read_register", "DPA", call_read_register },
  { "list_entries", "DPA", call_list_entries },
  { "read_entry", "DPA", call_read_entry },
  { "prepare_entry", "DPA", call_prepare_entry },
  { "save_attachment", "DPA", call_save_attachment },
  { "export_register", "A", call_export_register },
  { "trace_recall", "A", call_trace_recall },
  { "save_downtime_sheets", "DPA", call_save_downtime_sheets },
  { "save_entry_table", "A", call_save_entry_table },
  { "check_entries", "A", call_check_entries },
  { "prepare_entries", "A", call_prepare_entries },
  { "export_publication", "A", call_export_publication },
  { "seal_package", "A", call_seal_package },
  { "export_deadlines", "A", call_export_deadlines },
  { "start_rectification", "A", call_start_rectification },
  { "check_portal", "A", call_check_portal },
  { "export_portal", "A", call_export_portal },
  { "list_comment_plans", "PAS", call_list_comment_plans },
  { "list_comments", "DPA", call_list_comments },
  { "read_comment", "DPA", call_read_comment },
  { "prepare_comment_plan", "A", call_prepare_comment_plan },
  { "prepare_comment_approval", "AS", call_prepare_comment_approval },
  { "prepare_comment", "PA", call_prepare_comment },
  { "prepare_comment_confirmation", "PA", call_prepare_comment_confirmation },
  { "prepare_comment_reply", "D", call_prepare_comment_reply },
  { "prepare_comment_answer", "PA", call_prepare_comment_answer },
  { "prepare_drill", "Y", call_prepare_drill },
  { "prepare_record_rectification", "D", call_prepare_record_rectification },
  { "prepare_record_evaluation", "A", call_prepare_record_evaluation },
  { "prepare_comment_announcement", "A", call_prepare_comment_announcement },
  { "rules_versions", "*", call_rules_versions },
  { "read_rules", "*", call_read_rules },
  { "read_rules_consent", "*", call_read_rules_consent },
  { "get_rules_draft", "A", call_get_rules_draft },
  { "save_rules_draft", "A", call_save_rules_draft },
  { "import_rules", "A", call_import_rules },
  { "check_rules", "A", call_check_rules },
  { "prepare_rules", "A", call_prepare_rules },
  { "knowledge_versions", "*", call_knowledge_versions },
  { "read_knowledge", "*", call_read_knowledge },
  { "try_knowledge", "PAS", call_try_knowledge },
  { "prepare_knowledge", "A", call_prepare_knowledge },
  { "prepare_knowledge_decision", "PAS", call_approve_knowledge },
  { "prepare_knowledge_decision", "A", call_withdraw_knowledge },
  { "prepare_rules_decision", "AS", call_approve_rules },
  { "prepare_rules_decision", "AS", call_cancel_rules },
  { "prepare_rules_decision", "AS", call_agree_rules },
  { "prepare_rules_decision", "A", call_withdraw_rules },
  { "try_rules", "A", call_try_rules },
  { "list", "PA", call_list_catalogue },
  { "read_catalogue", "PA", call_read_catalogue },
  { "list_catalogue_changes", "PA", call_list_catalogue_changes },
  { "list_catalogue_lines", "PA", call_list_catalogue_lines },
  { "stage_catalogue", "PA", call_stage_catalogue },
  { "list_staged", "PA", call_list_staged },
  { "drop_staged", "PA", call_drop_staged },
  { "check_catalogue_change", "PA", call_check_catalogue_change },
  { "prepare_catalogue_change", "PA", call_prepare_catalogue_change },
  { "prepare_catalogue_decision", "PA", call_approve_catalogue },
  { "prepare_catalogue_decision", "PA", call_withdraw_catalogue },
  { "list_reactions", "PA", call_list_reactions },
  { "prepare_removal", "PA", call_prepare_removal },
  { "list_grant_kinds", "*", call_list_grant_kinds },
  { "list_grants", "*", call_list_grants },
  { "find_grant", "*", call_find_grant },
  { "prepare_grant", "*", call_prepare_grant },
  { "plan_purge", "AY", call_plan_purge },
  { "prepare_purge", "AY", call_prepare_purge },
  { "run_purge", "AY", call_run_purge },
  { "prepare_grant_decision", "AS", call_approve_grant },
  { "prepare_grant_decision", "*", call_withdraw_grant },
  { "change_password", "*", call_change_password },
  { "change_pin", "*", call_change_pin },
  { "set_idle_minutes", "S", call_set_idle_minutes },
  { "get_idle_minutes", "*", call_get_idle_minutes },
  { "list_admissions", "ASY", call_list_admissions },
  { "prepare_admission", "ASY", call_prepare_admission },
  { "list_alarms", "SU", call_list_alarms },
  { "settle_alarm", "S", call_settle_alarm },
  { "tick", "*", call_tick },
};

static gboolean
says_no_right (const GError *error)
{
  return error != NULL && g_error_matches (error, FZ_ERROR, FZ_ERROR_REFUSED) && strstr (error->message, "没有进行此项操作的权限") != NULL;
}

static void
try_cell (World *w, guint row, char letter)
{
  gboolean allowed = strchr (table[row].who, letter) != NULL || *table[row].who == '*';
  guint64 from = world_audit_size (w);
  g_autoptr (GError) error = NULL;
  gboolean gave = table[row].call (w->session, &error);
  guint denied = world_audit_count (w, from, NULL, "denied");

  if (allowed != !says_no_right (error) || denied != (allowed ? 0 : 1) || (!allowed && (gave || world_audit_size (w) != from + 1)))
    g_error ("%s for %c: %s, %u denied of %u new entries, %s", table[row].name, letter, gave ? "gave" : "refused", denied,
             (guint) (world_audit_size (w) - from), error != NULL ? error->message : "-");
}

static void
every_cell (World *w)
{
  for (guint p = 0; p < G_N_ELEMENTS (people); p++) {
    world_sign_in (w, people[p].number);
    for (guint row = 0; row < G_N_ELEMENTS (table); row++)
      try_cell (w, row, people[p].letter);
    fz_desk_upload_stop (w->session);
  }
}

/* --- in a store that can only be read --- */

static gboolean
is_among (const char *const *names, const char *name)
{
  return g_strv_contains (names, name);
}

/* What a call does as its name says, and the few whose name does not say it. */
static gboolean
should_read (const char *name)
{
  static const char *const beginnings[] = { "list", "read_", "get_", "search_", "find_", "export_", "print", "report" };
  static const char *const read[] = { "overview", "status", "codes", "reveal", "state_purpose", "talk_state", "usual_line", "audit_verify", "rebuild_check",
                                      "check_portal", "save_attachment", "save_head", "seal_package", "tick", "write_handouts", "make_scheduled_reports", "check_indicators", NULL };
  /* the first step of what would be signed or typed on, the duty that an export settles, and what the public is told, which has to be of today */
  static const char *const written[] = { "get_rules_draft", "list_drafts", "list_agreements", "list_reactions", "export_portal", "export_publication", NULL };

  if (is_among (read, name) || g_str_has_suffix (name, "_versions"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (beginnings) && !is_among (written, name); i++)
    if (g_str_has_prefix (name, beginnings[i]))
      return TRUE;
  return FALSE;
}

static void
put_old_back (World *w)
{
  g_autofree char *old = g_build_filename (w->root, "old", NULL);

  world_sign_in (w, "D1001");
  world_close (w);
  copy_tree (w->data, old);
  world_reopen (w);
  world_sign_in (w, "D1001");
  world_close (w);
  remove_tree (w->data);
  copy_tree (old, w->data);
  world_reopen (w);
}

/* A reading that nobody wrote into the table of app/reading.c is refused there as if it wrote: every call does as its name says. */
static void
only_readings (World *w)
{
  put_old_back (w);
  for (guint p = 0; p < G_N_ELEMENTS (people); p++) {
    world_sign_in (w, people[p].number);
    g_assert_true (fz_session_is_read_only (w->session, NULL));
    for (guint row = 0; row < G_N_ELEMENTS (table); row++) {
      g_autoptr (GError) error = NULL;
      gboolean shut;

      if (*table[row].who != '*' && strchr (table[row].who, people[p].letter) == NULL)
        continue;
      table[row].call (w->session, &error);
      shut = g_error_matches (error, FZ_ERROR, FZ_ERROR_CORRUPT) && strstr (error->message, "只能查看") != NULL;
      if (shut == should_read (table[row].name))
        g_error ("%s for %c: %s", table[row].name, people[p].letter, error != NULL ? error->message : "gave");
    }
    fz_desk_upload_stop (w->session);
  }
}

static gboolean
is_known (const char *name)
{
  static const char *const judged_elsewhere[] = { "sign_sheet", "upload_stop", "person_asks", "check_reason" }; /* by the sheet's own session; harmless; read only what they are given */

  for (guint i = 0; i < G_N_ELEMENTS (judged_elsewhere); i++)
    if (g_str_equal (judged_elsewhere[i], name))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (g_str_equal (table[i].name, name))
      return TRUE;
  return FALSE;
}

static void
nothing_is_missing (void)
{
  g_autofree char *text = world_dup_desk_headers ();
  guint n = 0;

  for (const char *at = strstr (text, "fz_desk_"); at != NULL; at = strstr (at + 1, "fz_desk_")) {
    gsize length = strspn (at + 8, "abcdefghijklmnopqrstuvwxyz_0123456789");
    g_autofree char *name = g_strndup (at + 8, length);

    if (!g_str_has_prefix (at + 8 + length, " (FzSession *session"))
      continue;
    n++;
    if (!is_known (name))
      g_error ("fz_desk_%s is not in the table of rights", name);
  }
  g_assert_cmpuint (n, >, 40);
}

/* --- the three administrators keep the machine and see no patient --- */

static void
pour (const char *key, const char *value, gpointer data)
{
  g_string_append_printf (data, "%s %s\n", key, value);
}

static void
pour_fields (GString *out, FzFields *take_facts, GError **error)
{
  if (*error != NULL)
    g_assert_error (*error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (error);
  if (take_facts == NULL)
    return;
  fz_fields_foreach (take_facts, pour, out);
  fz_fields_unref (take_facts);
}

static void
pour_rows (GString *out, GPtrArray *take_rows, GError **error)
{
  for (guint i = 0; take_rows != NULL && i < take_rows->len; i++)
    pour_fields (out, fz_fields_ref (take_rows->pdata[i]), error);
  if (take_rows != NULL)
    g_ptr_array_unref (take_rows);
  else
    pour_fields (out, NULL, error);
}

static void
pour_ledger (GString *out, FzSession *s)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list (s, FZ_LIST_OUTBOX, NULL, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    pour_fields (out, fz_desk_read_outbox (s, g_ascii_strtoll (fz_fields_get (rows->pdata[i], "id"), NULL, 10), &error), &error);
}

/* Everything that says something to whoever is signed in: what the role may not read gives nothing. */
static char *
everything (World *w)
{
  static const char *const reports[] = { "daily", "comment" };
  GString *out = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) whole = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) differences = NULL;
  FzSession *s = w->session;
  guint visits = 0;

  fz_fields_set_int (whole, "limit", 1000);
  for (guint list = FZ_LIST_WAITING; list <= FZ_LIST_AUDIT; list++)
    pour_rows (out, fz_desk_list (s, (FzList) list, whole, &error), &error);
  pour_ledger (out, s);
  pour_rows (out, fz_desk_list_deadlines (s, &error), &error);
  pour_rows (out, fz_desk_list_comment_plans (s, &error), &error);
  pour_rows (out, fz_desk_list_duty (s, &error), &error);
  pour_rows (out, fz_desk_list_monitors (s, &error), &error);
  pour_rows (out, fz_desk_list_registers (s, &error), &error);
  pour_rows (out, fz_desk_list_entries (s, "adverse-event", NULL, &error), &error);
  pour_rows (out, fz_desk_rules_versions (s, &error), &error);
  pour_rows (out, fz_desk_knowledge_versions (s, &error), &error);
  pour_fields (out, fz_desk_read_institution (s, &error), &error);
  pour_fields (out, fz_desk_overview (s, &error), &error);
  pour_fields (out, fz_desk_status (s), &error);
  for (guint i = 0; i < G_N_ELEMENTS (reports); i++)
    pour_fields (out, fz_desk_report (s, &(FzReportWanted) { .name = reports[i], .from_us = world_first_us (), .to_us = fz_desk_now_us (w->desk) }, &error), &error);
  if (fz_desk_rebuild_check (s, &visits, &differences, NULL, NULL, NULL, NULL))
    for (guint i = 0; i < differences->len; i++)
      g_string_append (out, differences->pdata[i]);
  return g_string_free (out, FALSE);
}

static const char *const planted[] = { "patient.name", "patient.id_number", "patient.mobile", "visit.complaint", "record.chief_complaint" };

static gboolean
read_planted (FzTxn *txn, gpointer data, GError **error)
{
  FzFields **out = data;

  *out = fz_visits_get (txn, "V1", error);
  return *out != NULL;
}

static void
administrators_see_no_patient (World *w)
{
  static const char *const administrators[] = { "S4001", "S4002", "S4003" };
  g_autoptr (FzFields) patient = NULL;
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *seen = NULL, *ledger = NULL;
  g_autoptr (GError) error = NULL;

  world_review (w, "P2001", rx, "approved");
  world_dispense (w, rx);
  world_sign_in (w, "D1001");
  expect_error (fz_desk_reveal (w->session, "V1", "patient.mobile", "U1", "", &error) == NULL, &error, FZ_ERROR_INVALID, "用途");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_planted, &patient, NULL));
  seen = everything (w); /* the one who treats the patient: so that the marks below can be found at all */
  g_assert_nonnull (strstr (seen, fz_fields_get (patient, "patient.name")));
  g_assert_null (strstr (seen, fz_fields_get (patient, "patient.id_number")));
  g_assert_null (strstr (seen, fz_fields_get (patient, "patient.mobile")));
  world_sign_in (w, "A3001");
  ledger = everything (w);
  g_assert_nonnull (strstr (ledger, "facts.patient."));
  for (guint k = 0; k < 3; k++) {
    const char *at = strstr (ledger, fz_fields_get (patient, planted[k]));

    if (at != NULL)
      g_error ("affairs read %s: …%.*s", planted[k], 120, MAX (ledger, at - 80));
  }
  for (guint i = 0; i < G_N_ELEMENTS (administrators); i++) {
    g_autofree char *all = NULL;

    world_sign_in (w, administrators[i]);
    all = everything (w);
    g_assert_cmpuint (strlen (all), >, 300);
    for (guint k = 0; k < G_N_ELEMENTS (planted); k++) {
      const char *mark = fz_fields_get (patient, planted[k]);

      if (mark != NULL && strstr (all, mark) != NULL)
        g_error ("%s reads %s", administrators[i], planted[k]);
    }
  }
}

/* --- one masked field, with a purpose --- */

static void
shown_with_a_purpose (World *w)
{
  g_autoptr (FzFields) kept = NULL, masked = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL, *named = NULL;
  guint64 from;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_planted, &kept, NULL));
  masked = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);
  g_assert_nonnull (strchr (fz_fields_get (masked, "patient.id_number"), '*'));
  g_assert_nonnull (strchr (fz_fields_get (masked, "patient.mobile"), '*'));
  from = world_audit_size (w);
  expect_error (fz_desk_reveal (w->session, "V1", "patient.mobile", "U0", "随访", &error) == NULL, &error, FZ_ERROR_INVALID, "用途");
  expect_error (fz_desk_reveal (w->session, "V1", "visit.complaint", "U1", "随访", &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  named = g_strconcat ("联系", fz_fields_get (kept, "patient.name"), NULL);
  expect_error (fz_desk_reveal (w->session, "V1", "patient.mobile", "U1", named, &error) == NULL, &error, FZ_ERROR_INVALID, "姓名");
  g_assert_cmpuint (world_audit_size (w), ==, from);
  value = fz_desk_reveal (w->session, "V1", "patient.mobile", "U1", "电话随访", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (value, ==, fz_fields_get (kept, "patient.mobile"));
  g_assert_cmpuint (world_audit_count (w, from, "patient.reveal", "done"), ==, 1);
  /* Affairs own no visit and may ask with a purpose; who takes the visit away from the doctor takes this away too. */
  world_sign_in (w, "A3001");
  g_free (value);
  value = fz_desk_reveal (w->session, "V1", "patient.name", "U3", "投诉核实", &error);
  g_assert_cmpstr (value, ==, fz_fields_get (kept, "patient.name"));
  world_sign_in (w, "D1002");
  world_take (w, "V1");
  world_sign_in (w, "D1001");
  expect_error (fz_desk_reveal (w->session, "V1", "patient.mobile", "U1", "电话随访", &error) == NULL, &error, FZ_ERROR_REFUSED, "其他医师");
}

/* --- opening a case that is not one's own --- */

static char *
open_in_need (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_access (w->session, visit, "K1", "患者来电胸痛，原接诊医师休假", &error);

  g_assert_no_error (error);
  return world_sign (w, sheet);
}

static FzFields *
newest_access (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_access (w->session, &error);

  g_assert_no_error (error);
  return rows->len > 0 ? fz_fields_ref (rows->pdata[0]) : NULL;
}

static gboolean
reads (World *w, const char *visit, const char *rx)
{
  g_autoptr (FzFields) facts = fz_desk_read_visit (w->session, visit, NULL), prescription = fz_desk_read_prescription (w->session, rx, NULL);

  g_assert_true ((facts == NULL) == (prescription == NULL));
  return facts != NULL;
}

static void
opened_in_need (World *w)
{
  g_autofree char *rx = world_prescribe (w, 3, "V1"), *id = NULL, *named = NULL;
  g_autoptr (FzFields) patient = NULL, row = NULL, seen = NULL, after = NULL;
  g_autoptr (FzSecret) wrong = secret ("000001");
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) due = NULL;
  gboolean told = FALSE;
  guint64 from;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_planted, &patient, NULL));
  /* Their own needs none. */
  expect_error (fz_desk_prepare_access (w->session, "V1", "K1", "x", &error) == NULL, &error, FZ_ERROR_CONFLICT, "不需要");
  world_sign_in (w, "D1001");
  g_assert_false (reads (w, "V1", rx));
  expect_error (fz_desk_prepare_access (w->session, "V1", "K0", "x", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  expect_error (fz_desk_prepare_access (w->session, "V1", "K1", "", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  named = g_strconcat (fz_fields_get (patient, "patient.name"), "来电", NULL);
  expect_error (fz_desk_prepare_access (w->session, "V1", "K1", named, &error) == NULL, &error, FZ_ERROR_INVALID, "姓名");
  /* Prepared is not signed, and a wrong PIN is not signed. */
  sheet = fz_desk_prepare_access (w->session, "V1", "K1", "患者来电胸痛", &error);
  g_assert_no_error (error);
  expect_error (!fz_desk_sign_sheet (w->session, sheet, wrong, NULL, &error), &error, FZ_ERROR_SIGNATURE, NULL);
  g_assert_false (reads (w, "V1", rx));
  from = world_audit_size (w);
  id = open_in_need (w, "V1");
  g_assert_cmpuint (world_audit_count (w, from, "access.sign", "done"), ==, 1);
  g_assert_true (reads (w, "V1", rx));
  g_assert_cmpuint (world_audit_count (w, from, "case.read", "done"), ==, 1);
  seen = fz_desk_read_visit (w->session, "V1", NULL);
  g_assert_nonnull (strchr (fz_fields_get (seen, "patient.id_number"), '*'));
  /* To look, and nothing more. */
  expect_error (fz_desk_prepare_addendum (w->session, "V1", "补记", &error) == NULL, &error, FZ_ERROR_REFUSED, "其他医师");
  expect_error (fz_desk_prepare_void (w->session, rx, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "其他医师");
  expect_error (!fz_desk_export_prescription (w->session, rx, "/nonexistent/x", &error), &error, FZ_ERROR_REFUSED, "其他医师");
  /* Nobody else reads by it. */
  world_sign_in (w, "D1004");
  g_assert_false (reads (w, "V1", rx));
  g_assert_null (newest_access (w));
  world_sign_in (w, "D1001");
  g_assert_true (reads (w, "V1", rx));
  world_pass (w, 60 * MINUTE);
  g_assert_false (reads (w, "V1", rx));
  /* Unreviewed for too long: nothing new. */
  world_pass (w, (3 + 7 + 1) * 24 * 60 * MINUTE);
  from = world_audit_size (w);
  expect_error (fz_desk_prepare_access (w->session, "V1", "K1", "再次来电", &error) == NULL, &error, FZ_ERROR_REFUSED, "复核");
  g_assert_cmpuint (world_audit_count (w, from, "access.open", "denied"), ==, 1);
  world_sign_in (w, "A3001");
  due = fz_desk_list_deadlines (w->session, &error);
  for (guint i = 0; i < due->len; i++)
    told |= g_strcmp0 (fz_fields_get (due->pdata[i], "kind"), "access") == 0;
  g_assert_true (told);
  world_sign_in (w, "S4003");
  row = newest_access (w);
  g_assert_cmpstr (fz_fields_get (row, "access.may_review"), ==, "yes");
  g_assert_cmpstr (fz_fields_get (row, "access.visit"), ==, "V1");
  expect_error (fz_desk_prepare_access_review (w->session, fz_fields_get (row, "access.id"), "objected", NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  expect_error (fz_desk_prepare_access_review (w->session, fz_fields_get (row, "access.id"), "maybe", "x", &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  g_free (world_sign (w, fz_desk_prepare_access_review (w->session, fz_fields_get (row, "access.id"), "accepted", NULL, &error)));
  g_assert_no_error (error);
  expect_error (fz_desk_prepare_access_review (w->session, fz_fields_get (row, "access.id"), "objected", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "已经复核");
  after = newest_access (w);
  g_assert_cmpstr (fz_fields_get (after, "access.state"), ==, "accepted");
  g_assert_null (fz_fields_get (after, "access.may_review"));
  world_sign_in (w, "D1001");
  g_free (open_in_need (w, "V1"));
  g_assert_true (reads (w, "V1", rx));
}

/* --- specially sensitive visits --- */

static const FzFields *
row_of (GPtrArray *rows, const char *key, const char *id)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], key), id) == 0)
      return rows->pdata[i];
  g_error ("%s is not listed", id);
}

static gboolean
is_marked (const FzFields *row)
{
  for (guint i = 0; i < fz_fields_count (row, "mark"); i++)
    if (g_strcmp0 (fz_fields_get_at (row, "mark", i, NULL), "sensitive") == 0)
      return TRUE;
  return FALSE;
}

/* `name`: as it must stand there; NULL: it must not be listed. That it is marked is seen, why is not. */
static void
check_row (World *w, FzList list, const char *words, const char *key, const char *id, const char *name)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  const FzFields *row;

  fz_fields_set (filter, "words", words);
  rows = fz_desk_list (w->session, list, filter, &error);
  g_assert_no_error (error);
  if (name == NULL) {
    for (guint i = 0; i < rows->len; i++)
      g_assert_cmpstr (fz_fields_get (rows->pdata[i], key), !=, id);
    return;
  }
  row = row_of (rows, key, id);
  g_assert_true (is_marked (row));
  g_assert_cmpstr (fz_fields_get (row, "patient.name"), ==, name);
  g_assert_null (fz_fields_get (row, "visit.sensitive"));
  g_assert_null (fz_fields_get (row, "visit.sensitive_label"));
}

static void
mark (World *w, const char *visit, gboolean marked, const char *reason)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_desk_prepare_marking (w->session, visit, marked, reason, "患者要求", &error);

  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

/* What the doctor marked stays shut to the pharmacist, print and all, until the purpose is said; and is shut again once another was opened. */
static void
shut_to_others (World *w)
{
  g_autofree char *rx = world_prescribe (w, 3, "V1"), *other = world_prescribe (w, 3, "V2"), *mask = NULL, *named = NULL;
  g_autoptr (FzFields) patient = NULL, own = NULL, seen = NULL, second = NULL;
  g_autoptr (FzPrintout) printout = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;
  guint64 from;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_planted, &patient, NULL));
  name = fz_fields_get (patient, "patient.name");
  expect_error (fz_desk_prepare_marking (w->session, "V1", TRUE, "S0", "x", &error) == NULL, &error, FZ_ERROR_INVALID, "类别");
  expect_error (fz_desk_prepare_marking (w->session, "V1", TRUE, "S2", "", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  named = g_strconcat (name, "要求", NULL);
  expect_error (fz_desk_prepare_marking (w->session, "V1", TRUE, "S2", named, &error) == NULL, &error, FZ_ERROR_INVALID, "姓名");
  mark (w, "V1", TRUE, "S2");
  expect_error (fz_desk_prepare_marking (w->session, "V1", TRUE, "S2", "x", &error) == NULL, &error, FZ_ERROR_CONFLICT, "已经");
  /* Its doctor goes on as before, and takes nothing out alone. */
  own = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_cmpstr (fz_fields_get (own, "visit.sensitive"), ==, "S2");
  check_row (w, FZ_LIST_MINE, NULL, "visit.id", "V1", name);
  expect_error (!fz_desk_export_prescription (w->session, rx, "/nonexistent/x", &error), &error, FZ_ERROR_REFUSED, "特别敏感");
  expect_error (fz_desk_prepare_marking (w->session, "V1", FALSE, NULL, "x", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);

  world_sign_in (w, "P2001");
  mask = fz_mask_name (name);
  check_row (w, FZ_LIST_REVIEW, NULL, "rx.id", rx, mask);
  check_row (w, FZ_LIST_REVIEW, rx, "rx.id", rx, mask);
  check_row (w, FZ_LIST_REVIEW, name, "rx.id", rx, NULL); /* a search by the name would say whose it is */
  printout = fz_desk_printout_new (w->session, "a5", &error);
  expect_error (fz_desk_read_prescription (w->session, rx, &error) == NULL, &error, FZ_ERROR_PURPOSE, "用途");
  expect_error (fz_desk_read_visit (w->session, "V1", &error) == NULL, &error, FZ_ERROR_PURPOSE, "用途");
  expect_error (fz_desk_prepare_review (w->session, rx, "approved", NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
  expect_error (!fz_desk_printout_add (w->session, printout, rx, &error), &error, FZ_ERROR_PURPOSE, NULL);
  expect_error (!fz_desk_state_purpose (w->session, "V1", "O0", "轮到本人审核", &error), &error, FZ_ERROR_INVALID, "用途");
  expect_error (!fz_desk_state_purpose (w->session, "V1", "O2", "", &error), &error, FZ_ERROR_INVALID, "理由");
  expect_error (!fz_desk_state_purpose (w->session, "V1", "O2", named, &error), &error, FZ_ERROR_INVALID, "姓名");
  expect_error (!fz_desk_state_purpose (w->session, "V2", "O2", "轮到本人审核", &error), &error, FZ_ERROR_CONFLICT, "可以直接打开");
  expect_error (fz_desk_read_prescription (w->session, rx, &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
  from = world_audit_size (w);
  g_assert_true (fz_desk_state_purpose (w->session, "V1", "O2", "轮到本人审核", &error));
  g_assert_cmpuint (world_audit_count (w, from, "case.purpose", "done"), ==, 1);
  seen = fz_desk_read_prescription (w->session, rx, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (seen, "patient.name"), ==, name);
  g_assert_true (fz_desk_printout_add (w->session, printout, rx, &error));
  expect_error (!fz_desk_export_prescription (w->session, rx, "/nonexistent/x", &error), &error, FZ_ERROR_REFUSED, "特别敏感");
  second = fz_desk_read_prescription (w->session, other, &error);
  g_assert_no_error (error);
  expect_error (fz_desk_read_prescription (w->session, rx, &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
  g_assert_true (fz_desk_state_purpose (w->session, "V1", "O2", "轮到本人审核", &error));
  world_pass (w, 30 * MINUTE);
  expect_error (fz_desk_read_prescription (w->session, rx, &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
  g_assert_true (fz_desk_state_purpose (w->session, "V1", "O2", "轮到本人审核", &error));
  world_sign_in (w, "P2001");
  expect_error (fz_desk_read_prescription (w->session, rx, &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
}

/* By the patient's own words in the request, or by medical affairs; who is not at work on it opens it in need, and says what for as well. */
static void
marked_from_outside (World *w)
{
  g_autoptr (FzFields) request = NULL, patient = NULL, seen = NULL, ask = fz_fields_new ("fuzhen.record_ask/v1");
  g_autofree char *folder = g_build_filename (w->root, "out", NULL), *mask = NULL;
  g_autoptr (GError) error = NULL;
  const char *name;

  world_sign_in (w, "D1001");
  request = world_request (w, 0, "V1");
  fz_fields_set (request, "visit.sensitive", "S1");
  world_try_arrive (w, request, &error);
  g_assert_no_error (error);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_planted, &patient, NULL));
  g_assert_cmpstr (fz_fields_get (patient, "visit.sensitive_label"), ==, "艾滋病病毒感染或艾滋病");
  name = fz_fields_get (patient, "patient.name");
  mask = fz_mask_name (name);
  check_row (w, FZ_LIST_WAITING, NULL, "visit.id", "V1", mask);
  expect_error (fz_desk_read_visit (w->session, "V1", &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
  expect_error (fz_desk_prepare_taking (w->session, "V1", &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
  expect_error (fz_desk_prepare_marking (w->session, "V1", TRUE, "S2", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  g_assert_true (fz_desk_state_purpose (w->session, "V1", "O1", "轮到本人接诊", &error));
  world_take (w, "V1");
  check_row (w, FZ_LIST_MINE, NULL, "visit.id", "V1", name);
  fz_fields_set (ask, "visit", "V1");
  expect_error (fz_desk_export_records (w->session, ask, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "特别敏感的就诊：一并导出");
  fz_fields_set (ask, "sensitive", "yes");
  expect_error (fz_desk_export_records (w->session, ask, folder, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));

  world_sign_in (w, "D1004");
  expect_error (fz_desk_read_visit (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, "其他医师");
  expect_error (!fz_desk_state_purpose (w->session, "V1", "O1", "患者来电", &error), &error, FZ_ERROR_REFUSED, "其他医师");
  g_free (open_in_need (w, "V1"));
  expect_error (fz_desk_read_visit (w->session, "V1", &error) == NULL, &error, FZ_ERROR_PURPOSE, NULL);
  g_assert_true (fz_desk_state_purpose (w->session, "V1", "O4", "患者来电", &error));
  seen = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);

  world_sign_in (w, "A3001");
  mark (w, "V1", FALSE, NULL);
  expect_error (fz_desk_prepare_marking (w->session, "V1", FALSE, NULL, "x", &error) == NULL, &error, FZ_ERROR_CONFLICT, "没有");
  mark (w, "V1", TRUE, "S6");
  check_row (w, FZ_LIST_VISITS, NULL, "visit.id", "V1", mask);
}

/* --- what one natural person may hold --- */

static FzFields *
newcomer (const char *number, const char *role, const char *id_number)
{
  FzFields *row = fz_fields_new ("fuzhen.staff/v1");

  fz_fields_set (row, "number", number);
  fz_fields_set (row, "name", "新合成");
  fz_fields_set (row, "role", role);
  fz_fields_set (row, "id_number", id_number);
  return row;
}

static char *
try_add (World *w, FzFields *first, FzFields *second)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), codes = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (rows, first);
  if (second != NULL)
    g_ptr_array_add (rows, second);
  codes = fz_desk_add_staff (w->session, rows, problems, &error);
  g_assert_true ((codes == NULL) == (problems->len > 0));
  return problems->len > 0 ? g_strdup (problems->pdata[0]) : NULL;
}

/* Every pair of roles, by one identity number. Typed by hand: D doctor, P pharmacist, A affairs, S security, Y system, U audit. */
static void
roles_of_one_person (World *w)
{
  static const struct {
    char letter;
    const char *word, *with; /* what the same person may hold beside it */
  } roles[] = { { 'D', "doctor", "PA" }, { 'P', "pharmacist", "DA" }, { 'A', "affairs", "DP" }, { 'S', "security", "" }, { 'Y', "system", "" }, { 'U', "audit", "" } };
  g_autofree char *kept = NULL, *gone = NULL, *there = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "S4001");
  for (guint a = 0; a < G_N_ELEMENTS (roles); a++)
    for (guint b = 0; b < G_N_ELEMENTS (roles); b++) {
      g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), none = g_ptr_array_new ();
      g_autoptr (GError) why = NULL;
      gboolean may = strchr (roles[a].with, roles[b].letter) != NULL;

      g_ptr_array_add (rows, newcomer ("N1", roles[a].word, "11010519491231002X"));
      g_ptr_array_add (rows, newcomer ("N2", roles[b].word, "11010519491231002X"));
      if (fz_roles_check (w->desk, none, rows, 1, &why) != may)
        g_error ("%s and %s by one person: %s", roles[a].word, roles[b].word, may ? "refused" : "taken");
      g_assert_true (may || (g_error_matches (why, FZ_ERROR, FZ_ERROR_REFUSED) && strstr (why->message, "N1") != NULL));
    }
  /* Against who is there already, in the same batch, and after they left. */
  there = try_add (w, newcomer ("N1", "audit", "119900198511122229"), NULL); /* D1001's number */
  g_assert_nonnull (strstr (there, "D1001"));
  kept = try_add (w, newcomer ("N1", "doctor", "11010519491231002X"), newcomer ("N2", "system", "11010519491231002X"));
  g_assert_nonnull (strstr (kept, "N1"));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM staff WHERE number = 'N1'"), ==, 0);
  g_assert_null (try_add (w, newcomer ("N1", "doctor", "11010519491231002X"), newcomer ("N2", "pharmacist", "11010519491231002X")));
  g_assert_true (fz_desk_end_staff (w->session, "N1", &error) && fz_desk_end_staff (w->session, "N2", &error));
  gone = try_add (w, newcomer ("N3", "audit", "11010519491231002X"), NULL);
  g_assert_null (gone);
}

/* --- an account takes two persons --- */

static char *
opening_of (World *w, const char *number, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_admissions (w->session, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_str_equal (fz_fields_get (rows->pdata[i], "number"), number)) {
      g_assert_cmpstr (fz_fields_get (rows->pdata[i], "admission.state"), ==, state);
      return g_strdup (fz_fields_get (rows->pdata[i], "opening.id"));
    }
  return NULL;
}

/* The person comes with the code and chooses password and PIN, as `fuzhen enrol` does. */
static void
enrol (World *w, const FzEnrolCode *code, FzSecret **out_key_file)
{
  g_autoptr (FzSecret) typed = secret (code->code), password = secret ("Chongxin-2026-x"), pin = secret ("314159");
  g_autoptr (GError) error = NULL;

  world_close (w);
  world_reopen (w);
  g_assert_true (fz_enrol_with_code (w->desk, code->number, typed, password, pin, out_key_file, NULL, &error));
  g_assert_no_error (error);
}

static FzSession *
come_in (World *w, const char *number, const FzSecret *key_file, GError **error)
{
  g_autoptr (FzSecret) password = secret ("Chongxin-2026-x");

  return fz_desk_sign_in (w->desk, number, password, key_file, error);
}

/* The one before is let go after the next one began, as the window does it. */
static void
stay (World *w, FzSession *take_session)
{
  FzSession *before = w->session;

  w->session = take_session;
  g_clear_pointer (&before, fz_session_unref);
}

static void
decide_admission (World *w, const char *decider, const char *number, const char *verdict)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, decider);
  id = opening_of (w, number, "waits");
  g_free (world_sign (w, fz_desk_prepare_admission (w->session, id, verdict, "已核对任职文件", &error)));
  g_assert_no_error (error);
}

static gboolean
key_is_listed (World *w, const char *number)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *list = NULL, *key = g_strdup_printf ("/staff-%s+", number);

  world_sign_in (w, "S4001");
  list = fz_desk_export_keys (w->session, TRUE, &error);
  g_assert_no_error (error);
  return strstr (list, key) != NULL;
}

static void
an_account_takes_two (World *w)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), codes = NULL, due = NULL;
  g_autoptr (GPtrArray) problems = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (FzSecret) key_file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;
  gboolean told = FALSE;

  world_sign_in (w, "S4001");
  g_ptr_array_add (rows, newcomer ("N1", "doctor", "11010519491231002X"));
  codes = fz_desk_add_staff (w->session, rows, problems, &error);
  g_assert_no_error (error);
  id = opening_of (w, "N1", "waits");
  expect_error (fz_desk_prepare_admission (w->session, id, "admitted", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  enrol (w, codes->pdata[0], &key_file);
  expect_error (come_in (w, "N1", key_file, &error) == NULL, &error, FZ_ERROR_REFUSED, "批准启用");
  expect_error (come_in (w, "N1", key_file, &error) == NULL, &error, FZ_ERROR_REFUSED, "批准启用");
  g_assert_false (key_is_listed (w, "N1"));
  world_sign_in (w, "A3001");
  due = fz_desk_list_deadlines (w->session, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < due->len; i++)
    told |= g_strcmp0 (fz_fields_get (due->pdata[i], "kind"), "account") == 0 && g_strcmp0 (fz_fields_get (due->pdata[i], "subject"), id) == 0;
  g_assert_true (told);
  expect_error (fz_desk_prepare_admission (w->session, id, "declined", NULL, &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  expect_error (fz_desk_prepare_admission (w->session, "ADM-999999", "admitted", NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
  decide_admission (w, "A3001", "N1", "admitted");
  expect_error (fz_desk_prepare_admission (w->session, id, "declined", "x", &error) == NULL, &error, FZ_ERROR_REFUSED, "已经有了决定");
  g_assert_true (key_is_listed (w, "N1"));
  stay (w, come_in (w, "N1", key_file, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, 0, "admission.sign", "done"), ==, 1);
}

/* Whoever resets somebody could come in their place: not without a second person, who is neither of the two. Taking away needs none. */
static void
a_new_code_takes_two (World *w)
{
  g_autoptr (FzEnrolCode) code = NULL, second = NULL;
  g_autoptr (FzSecret) key_file = NULL, other_file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, "S4001");
  code = fz_desk_reset_staff (w->session, "A3001", &error);
  g_assert_no_error (error);
  enrol (w, code, &key_file);
  decide_admission (w, "S4002", "A3001", "declined");
  expect_error (come_in (w, "A3001", key_file, &error) == NULL, &error, FZ_ERROR_REFUSED, "未获批准");
  world_sign_in (w, "S4001");
  second = fz_desk_reset_staff (w->session, "A3001", &error);
  g_assert_no_error (error);
  enrol (w, second, &other_file);
  expect_error (come_in (w, "A3001", key_file, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
  expect_error (come_in (w, "A3001", other_file, &error) == NULL, &error, FZ_ERROR_REFUSED, "批准启用");
  decide_admission (w, "S4002", "A3001", "admitted");
  id = opening_of (w, "A3001", "admitted");
  g_assert_nonnull (id);
  stay (w, come_in (w, "A3001", other_file, &error));
  g_assert_no_error (error);
  world_sign_in (w, "S4001");
  g_assert_true (fz_desk_end_staff (w->session, "A3001", &error));
  expect_error (come_in (w, "A3001", other_file, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
}

static gboolean
point_elsewhere (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) kept = fz_staff_get (txn, "P2002", error), facts = kept != NULL ? fz_enrol_facts (kept) : NULL;
  FzAuditEntry entry = { .actor = "system", .action = "test.change", .subject_kind = "staff", .outcome = "done" };

  if (facts == NULL)
    return FALSE;
  fz_fields_set (facts, "opening.id", data);
  return fz_staff_set_facts (txn, "P2002", facts, error) && fz_audit_append (txn, &entry, NULL, error);
}

/* What was signed names number, role and person: a row that points to another's admission admits nobody. */
static void
another_than_signed (World *w)
{
  g_autoptr (FzEnrolCode) code = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *id = NULL;

  world_sign_in (w, "S4001");
  code = fz_desk_reset_staff (w->session, "P2001", &error);
  g_assert_no_error (error);
  decide_admission (w, "A3001", "P2001", "admitted");
  id = opening_of (w, "P2001", "admitted");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, point_elsewhere, id, &error));
  expect_error (world_try_sign_in (w, "P2002", NULL, NULL, &error) == NULL, &error, FZ_ERROR_CORRUPT, "不一致");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  g_test_add_func ("/desk/rights/complete", nothing_is_missing);
  world_add_test ("/desk/rights/every-cell", every_cell);
  world_add_test ("/desk/rights/only-readings", only_readings);
  world_add_test ("/desk/rights/administrators-see-no-patient", administrators_see_no_patient);
  world_add_test ("/desk/rights/shown-with-a-purpose", shown_with_a_purpose);
  world_add_test ("/desk/rights/opened-in-need", opened_in_need);
  world_add_test ("/desk/rights/shut-to-others", shut_to_others);
  world_add_test ("/desk/rights/marked-from-outside", marked_from_outside);
  world_add_test ("/desk/rights/roles-of-one-person", roles_of_one_person);
  world_add_test ("/desk/rights/account-takes-two", an_account_takes_two);
  world_add_test ("/desk/rights/new-code-takes-two", a_new_code_takes_two);
  world_add_test ("/desk/rights/another-than-signed", another_than_signed);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
