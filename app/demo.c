#include "app/demo.h"

#include "app/demo_people.h"
#include "app/demo_play.h"
#include "app/demo_world.h"
#include "app/front_config.h"
#include "app/intake.h"
#include "app/intake_bundle.h"
#include "app/line.h"
#include "app/out_file.h"
#include "app/portal.h"
#include "app/setup.h"
#include "app/trust.h"
#include "app/upload.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/outbox.h"
#include "db/shares.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define LIVE_TURNS 60000 /* the cases take turns anew, beyond every visit of the scripted day */

typedef FzDemoPlay Play;

static void
play_clear (Play *play)
{
  if (play->session != NULL) {
    fz_session_sign_out (play->session);
    fz_session_unref (play->session);
  }
  g_free (play->at_desk);
  g_free (play->booked);
  g_free (play->consent_version);
  g_free (play->consent_sha256);
  g_clear_pointer (&play->sum, fz_fields_unref);
  g_ptr_array_unref (play->away);
  g_clear_pointer (&play->desk, fz_desk_close);
  g_clear_pointer (&play->world, fz_demo_world_free);
  g_clear_pointer (&play->patient, fz_demo_patient_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Play, play_clear)

void
fz_demo_play_count (FzDemoPlay *play, const char *key)
{
  gint64 n = 0;

  fz_fields_get_int (play->sum, key, &n);
  fz_fields_set_int (play->sum, key, n + 1);
}

char *
fz_demo_play_proposal_of (const char *document)
{
  const char *end = strchr (document, '-');

  end = end != NULL ? strchr (end + 1, '-') : NULL;
  return end != NULL ? g_strndup (document, (gsize) (end - document)) : g_strdup (document);
}

void
fz_demo_play_tell (FzDemoPlay *play, const char *word, const char *visit, const char *id)
{
  g_autoptr (FzFields) step = fz_fields_new ("fuzhen.demo_step/v1");

  if (play->demo->step == NULL)
    return;
  fz_fields_set (step, "step", word);
  fz_fields_set (step, "visit", visit);
  fz_fields_set (step, "id", id);
  fz_fields_set_time (step, "at", fz_desk_now_us (play->desk));
  play->demo->step (step, play->played, play->total, play->demo->step_data);
}

/* In the live part the real clock moves by itself. */
void
fz_demo_play_pass (FzDemoPlay *play, gint64 seconds)
{
  if (play->desk->clock != NULL)
    fz_demo_world_pass (play->world, seconds);
}

gboolean
fz_demo_play_seat (FzDemoPlay *play, const char *number, GError **error)
{
  FzSession *session;

  if (g_strcmp0 (play->at_desk, number) == 0)
    return TRUE;
  session = fz_demo_sign_in (play->desk, number, error);
  if (session == NULL)
    return FALSE;
  g_clear_pointer (&play->session, fz_session_unref);
  play->session = session;
  g_free (play->at_desk);
  play->at_desk = g_strdup (number);
  return TRUE;
}

gboolean
fz_demo_play_sign (FzDemoPlay *play, FzSheet *take_sheet, char **out_last, GError **error)
{
  g_autoptr (FzSheet) sheet = take_sheet;
  g_autoptr (FzSecret) pin = fz_demo_pin (play->at_desk);
  g_autoptr (GPtrArray) ids = NULL;

  fz_demo_play_pass (play, 4);
  for (guint i = 0; sheet != NULL && i < fz_sheet_get_n_statements (sheet); i++)
    fz_sheet_state (sheet, i, TRUE);
  if (sheet == NULL || !fz_desk_sign_sheet (play->session, sheet, pin, &ids, error))
    return FALSE;
  if (out_last != NULL)
    *out_last = g_strdup (ids->pdata[ids->len - 1]);
  return TRUE;
}

/* --- the parts of a visit --- */

static gboolean
arrive (Play *play, guint i, const char *visit, GError **error)
{
  g_autoptr (FzFields) facts = fz_demo_world_request (play->world, i, visit, fz_desk_now_us (play->desk) / FZ_US_PER_SECOND * FZ_US_PER_SECOND - play->wait_s * FZ_US_PER_SECOND,
                                                      play->consent_version, play->consent_sha256);
  g_autofree char *name = g_strdup_printf ("demo/evidence-%u.jpg", i % 3 + 1);
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  FzBundleFile *file = g_new0 (FzBundleFile, 1);
  g_autofree char *sha256 = NULL;

  file->name = g_strdup ("e1.jpg");
  file->bytes = fz_data_load (name, error);
  if (file->bytes == NULL) {
    g_free (file->name);
    g_free (file);
    return FALSE;
  }
  g_ptr_array_add (files, file);
  sha256 = fz_sha256_hex (g_bytes_get_data (file->bytes, NULL), g_bytes_get_size (file->bytes));
  fz_fields_set_at (facts, "evidence", 0, "file", file->name);
  fz_fields_set_at (facts, "evidence", 0, "sha256", sha256);
  fz_fields_set_at (facts, "evidence", 0, "kind", "outpatient_record");
  if (fz_demo_play_is_by_front (play, i) ? !fz_demo_play_ask (play, i, visit, facts, file->bytes, error) : !fz_intake_facts (play->desk, NULL, facts, files, error))
    return FALSE;
  fz_demo_play_count (play, "visits");
  fz_demo_play_tell (play, "arrived", visit, NULL);
  if (!fz_demo_play_talk (play, i, visit, "waiting", error))
    return FALSE;
  return TRUE;
}

static gboolean
take (Play *play, guint i, const char *visit, GError **error)
{
  g_autoptr (FzSecret) pin = NULL;

  if (!fz_demo_play_seat (play, fz_demo_world_doctor (play->world, i), error))
    return FALSE;
  pin = fz_demo_pin (play->at_desk);
  fz_demo_play_pass (play, 5);
  if (!fz_desk_take_visit (play->session, visit, pin, error))
    return FALSE;
  fz_demo_play_tell (play, "taken", visit, NULL);
  if (!fz_demo_play_talk (play, i, visit, "taken", error))
    return FALSE;
  return TRUE;
}

/* Every reason the checks ask is given, as a doctor would: the case's own, else the first coded one that needs no further words. */
static void
answer_findings (Play *play, guint turn, GPtrArray *findings, FzFields *draft)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];
    guint n = fz_fields_count (draft, "override");

    if (finding->severity != FZ_SEVERITY_REASON)
      continue;
    fz_fields_set_at (draft, "override", n, "rule", finding->rule);
    fz_fields_set_at (draft, "override", n, "field", finding->field);
    if (!fz_demo_world_reason (play->world, turn, finding->rule, draft, n))
      fz_fields_set_at (draft, "override", n, "reason", g_str_has_prefix (finding->rule, "QTY_") ? "L1" : "R2");
  }
}

/* The people of the day renew what they take, unless their case says otherwise; whoever gets herbs else takes nothing. */
static void
say_taken (Play *play, FzFields *draft)
{
  g_autoptr (FzFields) complete = fz_lines_complete (fz_session_get_desk (play->session), draft);
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (complete, "rx.item"); i++)
    if (g_strcmp0 (fz_fields_get_at (complete, "rx.item", i, "kind"), "herbal") != 0)
      g_string_append_printf (names, "%s%s", names->len > 0 ? "、" : "", fz_fields_get_at (complete, "rx.item", i, "generic"));
  fz_fields_set (draft, "record.current_drugs", names->len > 0 ? names->str : "无");
}

static gboolean
write_sheet (Play *play, guint i, const char *visit, FzSheetParts parts, const char *replaces, char **out_rx, GError **error)
{
  g_autoptr (FzFields) facts = fz_desk_read_visit (play->session, visit, error);
  g_autoptr (FzFields) draft = facts != NULL ? fz_demo_world_draft (play->world, i, facts) : NULL;
  g_autoptr (GPtrArray) findings = NULL;

  if (draft == NULL)
    return FALSE;
  fz_fields_set (draft, "rx.replaces", replaces);
  if (!fz_fields_has (draft, "record.current_drugs"))
    say_taken (play, draft);
  fz_demo_play_pass (play, 60);
  findings = fz_desk_check_draft (play->session, visit, draft, error);
  if (findings == NULL)
    return FALSE;
  answer_findings (play, i, findings, draft);
  if (!fz_desk_save_draft (play->session, visit, draft, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_sheet (play->session, visit, parts, error), out_rx, error))
    return FALSE;
  fz_demo_play_count (play, "prescriptions");
  fz_demo_play_tell (play, "signed", visit, *out_rx);
  return TRUE;
}

/* A dose above the usual one is signed for once more, before a pharmacist looks at it. */
static gboolean
confirm_if_due (Play *play, const char *visit, const char *rx, GError **error)
{
  g_autoptr (FzFields) facts = fz_desk_read_visit (play->session, visit, error);

  for (guint i = 0; facts != NULL && i < fz_fields_count (facts, "prescription"); i++) {
    if (g_strcmp0 (fz_fields_get_at (facts, "prescription", i, "id"), rx) != 0 ||
        g_strcmp0 (fz_fields_get_at (facts, "prescription", i, "second_signature"), "yes") != 0)
      continue;
    fz_demo_play_pass (play, 20);
    if (!fz_demo_play_sign (play, fz_desk_prepare_confirmation (play->session, rx, NULL, error), NULL, error))
      return FALSE;
    fz_demo_play_tell (play, "confirmed", visit, rx);
  }
  return facts != NULL;
}

static gboolean
review (Play *play, guint i, const char *rx, const char *verdict, const char *reason, GError **error)
{
  const char *const reasons[] = { reason, NULL };
  g_autoptr (FzFields) seen = NULL, decisions = NULL;

  if (!fz_demo_play_seat (play, i % 2 == 0 ? "P2001" : "P2002", error))
    return FALSE;
  seen = fz_desk_read_prescription (play->session, rx, error);
  if (seen == NULL)
    return FALSE;
  fz_demo_play_pass (play, play->review_s);
  decisions = g_str_equal (verdict, "approved") ? fz_demo_world_accept (seen) : NULL;
  if (!fz_demo_play_sign (play, fz_desk_prepare_review (play->session, rx, verdict, reason != NULL ? reasons : NULL, NULL, decisions, error),
                          NULL, error))
    return FALSE;
  fz_demo_play_count (play, g_str_equal (verdict, "refused") ? "refused_prescriptions" : verdict);
  fz_demo_play_tell (play, verdict, NULL, rx);
  return TRUE;
}

static gboolean
finish (Play *play, guint i, const char *visit, GError **error)
{
  g_autoptr (FzSecret) pin = NULL;

  if (!fz_demo_play_seat (play, fz_demo_world_doctor (play->world, i), error))
    return FALSE;
  pin = fz_demo_pin (play->at_desk);
  /* Another person was at the desk meanwhile: the doctor proves to be there again. */
  if (!fz_desk_take_visit (play->session, visit, pin, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_finish (play->session, visit, error), NULL, error) || !fz_demo_play_rate (play, i, visit, error))
    return FALSE;
  fz_demo_play_tell (play, "finished", visit, NULL);
  return TRUE;
}

static char *
guidance_for (Play *play, const char *list, const char *code)
{
  g_autoptr (GPtrArray) rows = fz_desk_codes (play->session, list, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "code"), code) == 0) {
      g_autoptr (GString) text = g_string_new (fz_fields_get (rows->pdata[i], "guidance"));

      g_string_replace (text, "{institution}", fz_fields_get (play->desk->institution, "organ.physical_name"), 0);
      g_string_replace (text, "{department}", _ ("相应科室"), 0);
      return g_string_free (g_steal_pointer (&text), FALSE);
    }
  return NULL;
}

static gboolean
refuse_visit (Play *play, guint i, const char *visit, GError **error)
{
  g_autofree char *words = NULL;

  if (!fz_demo_play_seat (play, fz_demo_world_doctor (play->world, i), error))
    return FALSE;
  words = guidance_for (play, "refusal", "J03");
  if (!fz_demo_play_sign (play, fz_desk_prepare_refusal (play->session, visit, "J03", words, error), NULL, error))
    return FALSE;
  fz_demo_play_count (play, "refused");
  fz_demo_play_tell (play, "refused", visit, NULL);
  return TRUE;
}

static gboolean
terminate (Play *play, const char *visit, GError **error)
{
  g_autofree char *words = guidance_for (play, "termination", "T01");
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1");

  /* It was a follow-up until the condition changed: the platform wants to know. */
  fz_fields_set (draft, "eligibility.verdict", "eligible");
  if (!fz_desk_save_draft (play->session, visit, draft, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_termination (play->session, visit, "T01", words, error), NULL, error))
    return FALSE;
  fz_demo_play_count (play, "terminated");
  fz_demo_play_tell (play, "terminated", visit, NULL);
  return TRUE;
}

/* --- one visit, by its number in the day --- */

static gboolean
play_returned (Play *play, guint i, const char *visit, char **rx, GError **error)
{
  g_autofree char *old = g_strdup (*rx);
  g_autoptr (FzSecret) pin = NULL;

  if (!review (play, i, old, "returned", "F7", error) || !fz_demo_play_seat (play, fz_demo_world_doctor (play->world, i), error))
    return FALSE;
  pin = fz_demo_pin (play->at_desk);
  if (!fz_desk_take_visit (play->session, visit, pin, error))
    return FALSE;
  g_clear_pointer (rx, g_free);
  return write_sheet (play, i, visit, FZ_SHEET_PRESCRIPTION, old, rx, error);
}

gboolean
fz_demo_play_visit (FzDemoPlay *play, guint i, const char *visit, GError **error)
{
  g_autofree char *rx = NULL;
  guint kind = play->kind >= 0 ? (guint) play->kind : i % 12;

  if (!arrive (play, i, visit, error))
    return FALSE;
  if (kind == 5)
    return refuse_visit (play, i, visit, error);
  if (!take (play, i, visit, error))
    return FALSE;
  if (kind == 8)
    return terminate (play, visit, error);
  if (!write_sheet (play, i, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, NULL, &rx, error))
    return FALSE;
  if (!confirm_if_due (play, visit, rx, error))
    return FALSE;
  if (kind == 3 && !play_returned (play, i, visit, &rx, error))
    return FALSE;
  if (!review (play, i, rx, kind == 10 ? "refused" : "approved", kind == 10 ? "A1" : NULL, error))
    return FALSE;
  if (kind != 10 && !fz_demo_play_dispense (play, i, rx, error))
    return FALSE;
  return finish (play, i, visit, error);
}

/* --- the store --- */

static gboolean
connect_front (Play *play, GError **error)
{
  if (play->demo->front_config == NULL)
    return TRUE;
  play->patient = fz_demo_patient_new (play->demo->front_config, error);
  return play->patient != NULL && fz_front_configure (play->desk, play->demo->front_config, error);
}

static FzFields *
hospital (GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load ("demo/hospital.csv", error);
  g_autoptr (FzCsv) csv = bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "demo/hospital.csv", error) : NULL;
  FzFields *facts = csv != NULL ? fz_fields_new ("fuzhen.hospital/v1") : NULL;

  for (guint r = 0; facts != NULL && r < fz_csv_get_n_rows (csv); r++)
    fz_fields_set (facts, fz_csv_get (csv, r, "key"), fz_csv_get (csv, r, "value"));
  return facts;
}

static gboolean
read_consent (FzTxn *txn, gpointer data, GError **error)
{
  Play *play = data;

  return fz_consent_text_newest (txn, &play->consent_version, &play->consent_sha256, NULL, error);
}

static gboolean
make_hospital (Play *play, GError **error)
{
  g_autoptr (FzFields) facts = hospital (error);
  FzSetup setup = { .data_dir = play->demo->data_dir,
                    .state_dir = play->demo->state_dir,
                    .demo = TRUE,
                    .clock = fz_demo_world_clock,
                    .clock_data = play->world,
                    .random = fz_demo_world_random,
                    .random_data = play->world };
  gboolean published;
  char **shares = NULL;

  if (facts == NULL)
    return FALSE;
  play->desk = fz_setup_create (&setup, facts, &shares, error);
  published = play->desk != NULL && fz_demo_shares_publish (play->desk, shares, error);
  fz_shares_free (shares);
  return published && fz_demo_people_enrol (play->desk, error) && fz_setup_load_consent (play->desk, error) &&
         fz_setup_load_starter (play->desk, TRUE, error) &&
         fz_store_run (play->desk->store, FZ_TXN_READ, read_consent, play, error);
}

/* --- the two parts of the day --- */

static gboolean
play_before (Play *play, GError **error)
{
  g_autoptr (FzDemoYear) year = play->demo->days > 1 ? fz_demo_year_new (play, error) : NULL;

  if (play->demo->days <= 1)
    return TRUE;
  fz_demo_play_tell (play, "planned", NULL, NULL);
  return year != NULL && fz_demo_year_play (play, year, error);
}

static gboolean
play_script (Play *play, GError **error)
{
  g_autofree char *day = fz_date_format (play->demo->date);

  if (!fz_demo_play_hours (play, error) || !fz_portal_tick (play->desk, error) || !fz_demo_play_entries (play, "demo/agreements.csv", NULL, error) || !play_before (play, error))
    return FALSE;
  for (guint i = 0; i < play->demo->visits; i++) {
    g_autofree char *visit = g_strdup_printf ("D%.4s%.2s%.2s-%03u", day, day + 5, day + 8, i + 1);
    gint64 start = fz_date_beijing_start_us (play->demo->date) +
                   (8 * 3600 + (gint64) i * 9 * 3600 / MAX (1, play->demo->visits)) * FZ_US_PER_SECOND;

    if (g_cancellable_set_error_if_cancelled (play->demo->stop, error))
      return FALSE;
    if (start > fz_desk_now_us (play->desk))
      fz_demo_play_pass (play, (start - fz_desk_now_us (play->desk)) / FZ_US_PER_SECOND);
    if (!fz_demo_play_visit (play, i, visit, error)) {
      g_prefix_error (error, "%s: ", visit);
      return FALSE;
    }
    play->played++;
    if (i + 1 == play->demo->visits && (!fz_demo_play_arrivals (play, error) || !fz_demo_play_entries (play, "demo/entries.csv", visit, error) ||
                                          (play->demo->days <= 1 && !fz_demo_play_portal (play, error)) ||
                                          !fz_demo_play_comment (play, error) || !fz_demo_play_catalogue (play, error) ||
                                          !fz_demo_play_trust (play, error)))
      return FALSE;
  }
  return TRUE;
}

static gboolean
play_live (Play *play, GError **error)
{
  FzDate today = fz_date_in_beijing (g_get_real_time ());
  g_autofree char *day = fz_date_format (today);

  if (!fz_demo_play_duty_now (play, error))
    return FALSE;
  for (guint i = 0; i < 10; i++) {
    guint turn = LIVE_TURNS + i;
    g_autofree char *visit = g_strdup_printf ("L%.4s%.2s%.2s-%u", day, day + 5, day + 8, i);
    g_autofree char *rx = NULL;

    if (g_cancellable_set_error_if_cancelled (play->demo->stop, error) || !arrive (play, turn, visit, error))
      return FALSE;
    if (i == 0 && !refuse_visit (play, turn, visit, error))
      return FALSE;
    if (i >= 1 && i <= 3 &&
        (!take (play, turn, visit, error) ||
         !write_sheet (play, turn, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, NULL, &rx, error)))
      return FALSE;
    if ((i == 1 && !fz_demo_play_export (play, visit, error)) || (i > 3 && g_str_equal (fz_demo_world_complaint (play->world, turn), "甲减复诊") && !fz_demo_play_import (play, visit, error)))
      return FALSE;
    play->played++;
  }
  return TRUE;
}

static gboolean
mark_uploads (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "upload.begins", .subject_kind = "store", .outcome = "done" };

  return fz_audit_append (txn, &entry, NULL, error) && fz_audit_checkpoint (txn, error);
}

static gboolean
note_head (Play *play, GError **error)
{
  g_autofree char *root = NULL;
  guint64 size = 0;

  if (fz_fields_has (play->sum, "audit_root"))
    return TRUE;
  if (!fz_store_run (play->desk->store, FZ_TXN_RECORD, mark_uploads, NULL, error) ||
      !fz_audit_head_of (play->desk, &size, &root, error))
    return FALSE;
  fz_fields_set_int (play->sum, "audit_size", (gint64) size);
  fz_fields_set (play->sum, "audit_root", root);
  return TRUE;
}

static void
add_to_sum (Play *play, const char *key, guint n)
{
  gint64 sum = 0;

  fz_fields_get_int (play->sum, key, &sum);
  fz_fields_set_int (play->sum, key, sum + n);
}

/* Up to the first time, the log is the same for the same seed. */
gboolean
fz_demo_play_send (FzDemoPlay *play, GError **error)
{
  guint accepted = 0, refused = 0, unknown = 0;
  g_autofree char *trouble = NULL;

  if (play->demo->platform_config == NULL)
    return TRUE;
  fz_demo_play_tell (play, "uploading", NULL, NULL);
  if (!play->sends && (!note_head (play, error) || !fz_upload_configure (play->desk, play->demo->platform_config, error)))
    return FALSE;
  play->sends = TRUE;
  if (!fz_upload_drain_desk (play->desk, NULL, &accepted, &refused, &unknown, &trouble, error))
    return FALSE;
  if (trouble != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_OFFLINE, trouble);
    return FALSE;
  }
  add_to_sum (play, "uploaded", accepted);
  add_to_sum (play, "upload_refused", refused);
  add_to_sum (play, "upload_unknown", unknown);
  return TRUE;
}

/* From here on nothing is scripted: the platform judges times, and what waits for the window must be of today. */
static void
go_live (Play *play)
{
  play->desk->clock = NULL;
  play->desk->random = NULL;
  fz_store_set_clock (play->desk->store, NULL, NULL);
}

static gboolean
play_all (Play *play, GError **error)
{
  static const char *const keys[] = { "visits", "prescriptions", "approved", "returned", "refused", "refused_prescriptions",
                                      "terminated", "uploaded" };
  guint written = 0;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set_int (play->sum, keys[i], 0);
  if (!make_hospital (play, error) || !connect_front (play, error) || !play_script (play, error) || !fz_demo_play_exchange (play, error) || !note_head (play, error))
    return FALSE;
  go_live (play);
  return (!play->demo->live || play_live (play, error)) && fz_demo_play_exchange (play, error) && fz_demo_play_send (play, error) && fz_demo_play_seat (play, "A3001", error) &&
         fz_desk_write_handouts (play->session, &written, error) && (!play->demo->live || fz_trust_tick (play->desk, error));
}

FzFields *
fz_demo_play (const FzDemo *demo, GError **error)
{
  g_auto (Play) play = { .demo = demo, .total = demo->visits + (demo->live ? 10 : 0), .kind = -1, .way = -1, .wait_s = 300, .review_s = 30 };

  play.world = fz_demo_world_new (demo->seed, fz_date_beijing_start_us (fz_date_add_days (demo->date, 1 - (gint64) MAX (demo->days, 1))) + 7 * 3600 * FZ_US_PER_SECOND, error);
  play.away = g_ptr_array_new_with_free_func (g_free);
  play.sum = fz_fields_new ("fuzhen.demo_summary/v1");
  fz_fields_set_int (play.sum, "days", MAX (demo->days, 1));
  if (play.world == NULL || !play_all (&play, error))
    return NULL;
  fz_fields_freeze (play.sum);
  return g_steal_pointer (&play.sum);
}

static gboolean
is_free (const char *folder, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  if (dir == NULL || g_dir_read_name (dir) == NULL)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("数据文件夹 %s 不是空的。\n请换一个空文件夹。"), folder);
  return FALSE;
}

FzFields *
fz_demo_play_whole (const FzDemo *demo, GError **error)
{
  g_autofree char *part = g_strconcat (demo->data_dir, ".part", NULL);
  g_autoptr (FzFields) sum = NULL;
  FzDemo beside = *demo;

  if (!is_free (demo->data_dir, error))
    return NULL;
  beside.data_dir = part;
  fz_out_folder_remove (part);
  sum = fz_demo_play (&beside, error);
  if (sum == NULL && g_cancellable_is_cancelled (demo->stop))
    fz_out_folder_remove (part);
  if (sum == NULL || g_rename (part, demo->data_dir) == 0)
    return g_steal_pointer (&sum);
  fz_out_file_fail (demo->data_dir, error);
  return NULL;
}
