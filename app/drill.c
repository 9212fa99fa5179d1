/* The restore drill (恢复演练): a backup is restored for real, into a folder that is removed afterwards, and what came out is checked whole and compared with
 * what is in use. With two shares, as on the day it is needed: a drill with a key that happens to be at hand would prove less. */
#include "app/proposal.h"
#include "app/recover.h"
#include "app/recurring.h"
#include "app/setup.h"
#include "app/trust.h"
#include "db/audit.h"
#include "db/backup.h"
#include "db/documents.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define AUDIT_ROWS 400
#define RESTORED 0.5 /* of the whole, when the backup is back; folding the visits anew is the rest */
#define VERIFIED 0.8
#define MOST_DIFFERENCES 20
#define KIND "fuzhen.drill_report/v1"
#define TITLE N_ ("恢复演练报告")

/* Names carry the day: the last in order is the newest. */
static char *
newest_backup (FzDesk *desk, GError **error)
{
  g_autofree char *folder = g_build_filename (desk->data_dir, "backups", NULL), *newest = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "fuzhen-") && g_str_has_suffix (name, ".fzb") && g_strcmp0 (name, newest) > 0) {
      g_free (newest);
      newest = g_strdup (name);
    }
  if (newest != NULL)
    return g_build_filename (folder, newest, NULL);
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("“%s”中没有每日备份。请先备份，或给出备份文件。"), folder);
  return NULL;
}

/* Only what the drill itself made: it follows no link. */
static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *inner = g_build_filename (path, name, NULL);

    if (!g_file_test (inner, G_FILE_TEST_IS_SYMLINK) && g_file_test (inner, G_FILE_TEST_IS_DIR))
      remove_folder (inner);
    else
      g_unlink (inner);
  }
  g_rmdir (path);
}

typedef struct {
  FzAuditCheck *check;
  gboolean done;
} Verify;

static gboolean
verify_step (FzTxn *txn, gpointer data, GError **error)
{
  Verify *verify = data;

  return fz_audit_check_step (verify->check, txn, AUDIT_ROWS, &verify->done, error);
}

static gboolean
verify_log (FzDesk *desk, guint64 total, FzRecoverWatch *watch, FzFields *report, GError **error)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  g_autofree char *root = NULL;
  Verify verify = { check, FALSE };
  guint64 size = 0;

  while (!verify.done) {
    if (!fz_store_run (desk->store, FZ_TXN_READ, verify_step, &verify, error) || g_cancellable_set_error_if_cancelled (watch->stop, error))
      return FALSE;
    fz_recover_tell ((double) fz_audit_check_get_position (check) / (double) MAX (total, 1), watch);
  }
  if (!fz_audit_head_of (desk, &size, &root, error))
    return FALSE;
  fz_fields_set_int (report, "audit_size", (gint64) size);
  fz_fields_set (report, "audit_root", root);
  return TRUE;
}

static gboolean
verify_facts (FzDesk *desk, FzRecoverWatch *watch, FzFields *report, GError **error)
{
  g_autoptr (GPtrArray) differences = NULL;
  guint visits = 0;

  watch->from = VERIFIED;
  watch->span = 1 - VERIFIED;
  if (!fz_rebuild_compare (desk, watch, &visits, &differences, error))
    return FALSE;
  fz_fields_set_int (report, "visits", visits);
  fz_fields_set_int (report, "differences", differences->len);
  for (guint i = 0; i < MIN (differences->len, MOST_DIFFERENCES); i++)
    fz_fields_set_at (report, "difference", i, NULL, differences->pdata[i]);
  return TRUE;
}

/* --- against what is in use --- */

typedef struct {
  FzFields *report;
  FzBackupInfo backup;
  guint64 documents;
} Compare;

static gboolean
read_documents (FzTxn *txn, gpointer data, GError **error)
{
  return fz_documents_newest (txn, &((Compare *) data)->documents, error);
}

/* Whether the log in use still begins with the log of the backup; then, what would be missing if this backup were all that is left. */
static gboolean
compare_logs (FzTxn *txn, gpointer data, GError **error)
{
  Compare *compare = data;
  guint64 size = 0, documents = 0, then = compare->backup.log_size;
  gboolean agrees = FALSE;
  FzHash root;

  if (!fz_audit_head (txn, &size, &root, NULL, error) || !fz_documents_newest (txn, &documents, error))
    return FALSE;
  if (then <= size) {
    g_autoptr (GArray) proof = fz_audit_prove_consistency (txn, then, size, error);

    if (proof == NULL)
      return FALSE;
    agrees = fz_merkle_check_consistency (then, size, &compare->backup.log_root, &root, (const FzHash *) (gpointer) proof->data, proof->len);
  }
  fz_fields_set_bool (compare->report, "log_agrees", agrees);
  fz_fields_set_int (compare->report, "documents", (gint64) compare->documents);
  if (!agrees)
    return TRUE; /* two histories: a difference of their lengths says nothing */
  fz_fields_set_int (compare->report, "documents_since", (gint64) documents - (gint64) compare->documents);
  fz_fields_set_int (compare->report, "entries_since", (gint64) size - (gint64) then);
  return TRUE;
}

static gboolean
restore_and_look (FzDesk *of, const char *file, const char *scratch, const FzRestoreOptions *given, FzRecoverWatch *watch, FzFields *report, GError **error)
{
  g_autofree char *data = g_build_filename (scratch, "data", NULL), *state = g_build_filename (scratch, "state", NULL);
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (FzDesk) desk = NULL;
  FzRestoreOptions options = *given;
  FzRestoreInfo info = { 0 };
  Compare compare = { .report = report };

  options.file = file;
  options.dir = data;
  options.state_dir = state;
  options.progress = fz_recover_tell;
  options.progress_data = watch;
  watch->span = RESTORED;
  if (!fz_backup_restore (&options, &info, &store_key, error))
    return FALSE;
  fz_fields_set_time (report, "made_at", info.backup.made_at);
  fz_fields_set_int (report, "behind_s", (fz_desk_now_us (of) - info.backup.made_at) / FZ_US_PER_SECOND);
  desk = fz_desk_new (data, state, error);
  if (desk == NULL)
    return FALSE;
  compare.backup = info.backup;
  desk->keys = fz_keyfile_load (data, state, error);
  watch->from = RESTORED;
  watch->span = VERIFIED - RESTORED;
  return desk->keys != NULL && fz_desk_open_store (desk, store_key, error) && verify_log (desk, info.backup.log_size, watch, report, error) && verify_facts (desk, watch, report, error) &&
         fz_store_run (desk->store, FZ_TXN_READ, read_documents, &compare, error) &&
         fz_store_run (of->store, FZ_TXN_READ, compare_logs, &compare, error);
}

/* --- the report --- */

typedef struct {
  FzSession *session;
  const FzFields *report;
} Note;

static gboolean
note_drill (FzTxn *txn, gpointer data, GError **error)
{
  const Note *note = data;
  gboolean good = g_strcmp0 (fz_fields_get (note->report, "outcome"), "good") == 0;

  return fz_session_audit (note->session, txn, "store.drill", "store", NULL, good ? "done" : "failed", NULL, note->report, error);
}

static gboolean
keep (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  const FzDocument *report = submission->documents->pdata[0];
  g_autofree char *day = fz_date_format (fz_date_in_beijing (report->signed_at_us));

  return fz_submit_check_clock (txn, error) && fz_submit_keep_document (session, txn, submission->documents->pdata[0], error) &&
         (g_strcmp0 (fz_fields_get (report->body, "outcome"), "good") != 0 || fz_setting_set (txn, FZ_SETTING_DRILLED, day, error)) &&
         fz_audit_checkpoint (txn, error);
}

static FzSheet *
sheet_of (FzSession *session, const FzFields *report, GError **error)
{
  g_autofree char *now = fz_beijing_time_format (fz_session_now_us (session));
  g_autofree char *id = g_strdup_printf ("HFYL-%.4s%.2s%.2s-%.2s%.2s", now, now + 5, now + 8, now + 11, now + 14);
  g_autoptr (FzSheet) sheet = fz_proposal_sheet_new (session, id, _ (TITLE), keep);
  g_autoptr (FzFields) body = fz_proposal_body_new (session, sheet, KIND, id, "report");

  fz_fields_merge (body, NULL, report);
  fz_fields_set (body, "problem_code", NULL);
  fz_session_put_signer (session, body, "operator");
  return fz_sheet_add (sheet, session->desk, body, error) ? g_steal_pointer (&sheet) : NULL;
}

static const char *
outcome_of (const FzFields *report, const GError *why)
{
  if (why != NULL)
    return "failed";
  return fz_fields_has (report, "difference.00") || !fz_fields_is_yes (report, "log_agrees") ? "different" : "good";
}

/* The wrong shares are no drill, nor is one that was stopped; a backup that does not come back is the drill's finding. */
static gboolean
is_finding (const GError *why)
{
  return why != NULL && why->domain == FZ_ERROR && !g_error_matches (why, FZ_ERROR, FZ_ERROR_INVALID) && !g_error_matches (why, FZ_ERROR, FZ_ERROR_SIGNATURE);
}

static char *
scratch_new (FzDesk *desk, GError **error)
{
  g_autofree char *scratch = g_build_filename (desk->data_dir, "drill-XXXXXX", NULL);

  if (g_mkdtemp (scratch) != NULL)
    return g_steal_pointer (&scratch);
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能在“%s”建立演练用的临时文件夹。"), desk->data_dir);
  return NULL;
}

FzSheet *
fz_desk_prepare_drill (FzSession *session, const char *file, const FzSecret *share_a, const FzSecret *share_b, FzFields **out_report,
                       GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error)
{
  FzRecoverWatch watch = { stop, progress, data, 0, 1 };
  FzDesk *desk = session->desk;
  g_autoptr (FzFields) report = fz_fields_new ("fuzhen.drill/v1");
  g_autofree char *chosen = NULL, *scratch = NULL, *base = NULL, *a = NULL, *b = NULL;
  gint64 from_us = g_get_monotonic_time ();
  FzRestoreOptions options = { .reason = "drill" };
  Note note = { session, report };
  g_autoptr (GError) why = NULL;

  if (!fz_session_may (session, "backup", "store", NULL, error))
    return NULL;
  if (file != NULL && !g_file_test (file, G_FILE_TEST_EXISTS)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有备份文件“%s”。"), file);
    return NULL;
  }
  chosen = file != NULL ? g_strdup (file) : newest_backup (desk, error);
  if (chosen == NULL || (scratch = scratch_new (desk, error)) == NULL)
    return NULL;
  base = g_path_get_basename (chosen);
  fz_fields_set (report, "file", base);
  options.share_a = a = g_strndup ((const char *) fz_secret_get (share_a), fz_secret_size (share_a));
  options.share_b = b = g_strndup ((const char *) fz_secret_get (share_b), fz_secret_size (share_b));
  restore_and_look (desk, chosen, scratch, &options, &watch, report, &why);
  fz_secret_wipe (a, strlen (a));
  fz_secret_wipe (b, strlen (b));
  remove_folder (scratch);
  fz_fields_set_int (report, "took_ms", (g_get_monotonic_time () - from_us) / 1000);
  fz_fields_set (report, "outcome", outcome_of (report, why));
  fz_fields_set (report, "problem", why != NULL ? why->message : NULL);
  if (why != NULL && why->domain == FZ_ERROR)
    fz_fields_set_int (report, "problem_code", why->code);
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, note_drill, &note, error))
    return NULL;
  if (why != NULL && !is_finding (why)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  if (out_report != NULL)
    *out_report = fz_fields_ref (report);
  return sheet_of (session, report, error);
}
