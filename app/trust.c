/* What the audit administrator, the system administrator and the clock do (审计、重建、密钥、备份、日终). */
#include "app/trust.h"

#include "app/catalogue.h"
#include "app/due_entry.h"
#include "app/grant.h"
#include "app/monitor.h"
#include "app/portal.h"
#include "app/queue.h"
#include "app/comment.h"
#include "app/registers.h"
#include "app/reporting.h"
#include "app/knowledge_choice.h"
#include "app/log_compare.h"
#include "app/outside.h"
#include "app/purge.h"
#include "app/recover.h"
#include "app/rules.h"
#include "app/stamps.h"
#include "app/submit.h"
#include "app/time_trust.h"
#include "app/watch.h"
#include "app/upload.h"
#include "db/audit.h"
#include "db/backup.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/setting.h"
#include "db/visits.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define AUDIT_ROWS 400
#define VISITS 20
#define COMPARED 0.5 /* of the whole, when the log is read beside the documents; folding the visits is the rest but for the last */
#define FOLDED 0.95

/* --- audit verify --- */

typedef struct {
  FzAuditCheck *check;
  gboolean done;
  guint64 size;
  FzHash root;
} Verify;

/* That somebody checked, and what came of it. */
typedef struct {
  FzSession *session;
  const char *action, *outcome, *reason;
} Checked;

static gboolean
audit_check (FzTxn *txn, gpointer data, GError **error)
{
  Checked *checked = data;

  return fz_session_audit (checked->session, txn, checked->action, "store", NULL, checked->outcome, checked->reason, NULL, error);
}

static gboolean
verify_step (FzTxn *txn, gpointer data, GError **error)
{
  Verify *verify = data;

  return fz_audit_check_step (verify->check, txn, AUDIT_ROWS, &verify->done, error);
}

static gboolean
note_check (FzSession *session, const char *action, gboolean good, const GError *why, GError **error)
{
  Checked checked = { session, action, good ? "done" : "failed", why != NULL ? why->message : NULL };

  return fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_check, &checked, error);
}

static gboolean
read_head (FzTxn *txn, gpointer data, GError **error)
{
  Verify *verify = data;

  return fz_audit_head (txn, &verify->size, &verify->root, NULL, error);
}

static char *
hex (const FzHash *hash)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < FZ_HASH_BYTES; i++)
    g_string_append_printf (text, "%02x", hash->bytes[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
fz_audit_head_of (FzDesk *desk, guint64 *out_size, char **out_root_hex, GError **error)
{
  Verify verify = { 0 };

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_head, &verify, error))
    return FALSE;
  *out_size = verify.size;
  *out_root_hex = hex (&verify.root);
  return TRUE;
}

gboolean
fz_desk_audit_verify (FzSession *session, guint64 *out_size, char **out_root_hex, GCancellable *cancellable,
                      void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  Verify verify = { .check = check };

  if (!fz_session_may (session, "audit.verify", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_head, &verify, error))
    return FALSE;
  while (!verify.done) {
    g_autoptr (GError) why = NULL;

    if (g_cancellable_set_error_if_cancelled (cancellable, error))
      return FALSE;
    if (!fz_store_run (session->desk->store, FZ_TXN_READ, verify_step, &verify, &why)) {
      note_check (session, "audit.verify", FALSE, why, NULL); /* what was found is said in any case */
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    if (progress != NULL)
      progress (fz_audit_check_get_position (check), verify.size, data);
  }
  *out_size = verify.size;
  *out_root_hex = hex (&verify.root);
  return note_check (session, "audit.verify", TRUE, NULL, error);
}

/* --- rebuild --- */

typedef struct {
  char *after;
  guint visits;
  gint64 all; /* visits when it began */
  gboolean more;
  GPtrArray *differences;
} Rebuild;

static void
compare_facts (const char *what, const char *id, const FzFields *folded, const FzFields *kept, GPtrArray *differences)
{
  if (!fz_fields_equal (folded, kept))
    g_ptr_array_add (differences, g_strdup_printf (_ ("%s %s：与由文书重新推算的结果不一致。"), what, id));
}

static gboolean
rebuild_visit (FzTxn *txn, const char *visit, GPtrArray *differences, GError **error)
{
  g_autoptr (FzFold) fold = fz_submit_fold (txn, visit, error);
  g_autoptr (FzFields) kept = fold != NULL ? fz_visits_get (txn, visit, error) : NULL;
  g_autoptr (GPtrArray) rx = kept != NULL ? fz_rx_of_visit (txn, visit, error) : NULL;

  if (rx == NULL)
    return FALSE;
  compare_facts (_ ("就诊"), visit, fold->visit, kept, differences);
  if (!fz_purge_compare_visit (txn, visit, kept, differences, error))
    return FALSE;
  if (rx->len != fold->rx->len) {
    g_ptr_array_add (differences, g_strdup_printf (_ ("就诊 %s：处方数与文书不一致。"), visit));
    return TRUE;
  }
  for (guint i = 0; i < rx->len; i++) {
    const char *id = fz_fields_get (rx->pdata[i], "rx.id");
    FzFields *folded = fz_fold_find_rx (fold, id);

    if (folded == NULL)
      g_ptr_array_add (differences, g_strdup_printf (_ ("处方 %s：没有对应的文书。"), id));
    else
      compare_facts (_ ("处方"), id, folded, rx->pdata[i], differences);
    if (folded != NULL && !fz_monitor_compare (txn, folded, differences, error))
      return FALSE;
  }
  return TRUE;
}

/* What contradicts itself or is gone is a finding like any other, and the rest is looked at too. */
static gboolean
take_finding (gboolean good, const char *what, GPtrArray *differences, GError **take_why, GError **error)
{
  g_autoptr (GError) why = g_steal_pointer (take_why);

  if (good)
    return TRUE;
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT) || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_ptr_array_add (differences, what != NULL ? g_strdup_printf (_ ("就诊 %s：%s"), what, why->message) : g_strdup (why->message));
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
rebuild_page (FzTxn *txn, gpointer data, GError **error)
{
  Rebuild *rebuild = data;
  g_autoptr (GPtrArray) visits = fz_documents_visits (txn, rebuild->after, VISITS, error);

  if (visits == NULL)
    return FALSE;
  for (guint i = 0; i < visits->len; i++) {
    g_autoptr (GError) why = NULL;
    gboolean good = rebuild_visit (txn, visits->pdata[i], rebuild->differences, &why);

    if (!take_finding (good, visits->pdata[i], rebuild->differences, &why, error))
      return FALSE;
  }
  rebuild->visits += visits->len;
  rebuild->more = visits->len == VISITS;
  if (visits->len > 0) {
    g_free (rebuild->after);
    rebuild->after = g_strdup (visits->pdata[visits->len - 1]);
  }
  return TRUE;
}

static gboolean
rebuild_rules (FzTxn *txn, gpointer data, GError **error)
{
  Rebuild *rebuild = data;

  rebuild->all = fz_visits_count_all (txn, error);
  return rebuild->all >= 0 && fz_rules_compare (txn, rebuild->differences, error);
}

/* What is no visit's, one kind after the other. */
static gboolean
rebuild_rest (FzDesk *desk, FzRecoverWatch *watch, GPtrArray *differences, GError **error)
{
  static gboolean (*const compares[]) (FzDesk *desk, GPtrArray *differences, GError **error) = { fz_registers_compare, fz_comments_compare, fz_catalogue_compare,
                                                                                                 fz_grants_compare, fz_purges_compare };

  for (guint i = 0; i < G_N_ELEMENTS (compares); i++) {
    g_autoptr (GError) why = NULL;
    gboolean good = compares[i] (desk, differences, &why);

    if (!take_finding (good, NULL, differences, &why, error) || !fz_recover_go_on ((double) (i + 1) / G_N_ELEMENTS (compares), watch, error))
      return FALSE;
  }
  return TRUE;
}

/* Of what is watched: this part of it from now on. */
static void
set_part (FzRecoverWatch *part, const FzRecoverWatch *whole, double from, double to)
{
  if (whole == NULL)
    return;
  *part = *whole;
  part->from = whole->from + whole->span * from;
  part->span = whole->span * (to - from);
}

gboolean
fz_rebuild_compare (FzDesk *desk, FzRecoverWatch *watch, guint *out_visits, GPtrArray **out_differences, GError **error)
{
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);
  Rebuild rebuild = { g_strdup (""), 0, 0, TRUE, differences };
  FzRecoverWatch part = { 0 };
  g_autoptr (GError) why = NULL;
  gboolean good;

  set_part (&part, watch, 0, COMPARED);
  good = take_finding (fz_log_compare (desk, &part, differences, &why), NULL, differences, &why, error);
  good = good && take_finding (fz_store_run (desk->store, FZ_TXN_READ, rebuild_rules, &rebuild, &why), NULL, differences, &why, error);
  set_part (&part, watch, COMPARED, FOLDED);
  while (good && rebuild.more)
    good = fz_store_run (desk->store, FZ_TXN_READ, rebuild_page, &rebuild, error) && fz_recover_go_on ((double) rebuild.visits / (double) MAX (rebuild.all, 1), &part, error);
  set_part (&part, watch, FOLDED, 1);
  good = good && rebuild_rest (desk, &part, differences, error);
  g_free (rebuild.after);
  *out_visits = rebuild.visits;
  if (good)
    *out_differences = g_steal_pointer (&differences);
  return good;
}

gboolean
fz_desk_rebuild_check (FzSession *session, guint *out_visits, GPtrArray **out_differences, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data,
                       GError **error)
{
  FzRecoverWatch watch = { stop, progress, data, 0, 1 };

  return fz_session_may (session, "rebuild", "store", NULL, error) &&
         fz_rebuild_compare (session->desk, &watch, out_visits, out_differences, error) &&
         note_check (session, "rebuild", (*out_differences)->len == 0, NULL, error);
}

/* --- backup --- */

typedef struct {
  FzSession *session;
  const char *outcome;
} Backup;

static gboolean
audit_backup (FzTxn *txn, gpointer data, GError **error)
{
  Backup *backup = data;

  return fz_session_audit (backup->session, txn, "store.backup", "store", NULL, backup->outcome, NULL, NULL, error) &&
         fz_audit_checkpoint (txn, error);
}

gboolean
fz_desk_backup (FzSession *session, const char *path, GCancellable *stop, void (*progress) (double done, gpointer data), gpointer data, GError **error)
{
  FzRecoverWatch watch = { stop, progress, data, 0, 1 };
  Backup begun = { session, "done" }, failed = { session, "failed" };
  FzBackupInfo info = { 0 };
  g_autoptr (GError) unsaid = NULL;

  /* Before it, so that who opens the backup finds in its log that it was made. */
  if (!fz_session_may (session, "backup", "store", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_backup, &begun, error))
    return FALSE;
  if (fz_backup_run (session->desk->store, path, fz_recover_tell, &watch, &info, error))
    return TRUE;
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, audit_backup, &failed, &unsaid))
    g_warning ("%s", unsaid->message);
  return FALSE;
}

/* --- the clock --- */

typedef struct {
  FzDesk *desk;
  gboolean acted;
} Tick;

static gboolean
expire_one (FzDesk *desk, FzTxn *txn, const FzFields *rx, GError **error)
{
  const char *visit = fz_fields_get (rx, "rx.visit"), *id = fz_fields_get (rx, "rx.id");
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);
  g_autofree char *document_id = fz_document_id (desk, id, "expiry");
  g_autoptr (FzFields) body = fz_body_new (desk, FZ_DOC_EXPIRY, visit, document_id, fz_txn_now_us (txn));
  FzSubmission submission = { .visit = visit, .documents = documents };
  FzDocument *document;

  fz_fields_set (body, "prescription", id);
  fz_fields_set (body, "valid_until", fz_fields_get (rx, "rx.valid_until"));
  document = fz_submit_desk_document (desk, txn, body, error);
  if (document == NULL)
    return FALSE;
  g_ptr_array_add (documents, document);
  return fz_submit (desk, NULL, txn, &submission, error);
}

static gboolean
expire (FzTxn *txn, gpointer data, GError **error)
{
  Tick *tick = data;
  FzCursor start = { 0, "" };
  g_autoptr (GPtrArray) open = fz_rx_list (txn, FZ_RX_OPEN, start, 10, error);

  if (open == NULL)
    return FALSE;
  for (guint i = 0; i < open->len; i++) {
    gint64 until = 0;

    fz_fields_get_time (open->pdata[i], "rx.valid_until", &until);
    /* Documents say whole seconds: within the last one it still holds. */
    if (fz_txn_now_us (txn) - until < FZ_US_PER_SECOND)
      return TRUE;
    if (!expire_one (tick->desk, txn, open->pdata[i], error))
      return FALSE;
    tick->acted = TRUE;
  }
  return TRUE;
}

/* A day is sealed by an entry that names it, also one on which nothing happened; days without the program running are named
 * by the next seal. */
static gboolean
seal_day (FzTxn *txn, gpointer data, GError **error)
{
  FzDate yesterday = fz_date_add_days (fz_date_in_beijing (fz_txn_now_us (txn)), -1);
  g_autofree char *day = fz_date_format (yesterday);
  g_autofree char *sealed = NULL;
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "day.seal", .subject_kind = "day", .subject = day, .outcome = "done" };
  g_autofree char *gap = NULL;

  if (!fz_setting_read (txn, "audit.sealed_day", &sealed, error))
    return FALSE;
  if (g_strcmp0 (sealed, day) >= 0)
    return TRUE;
  gap = sealed != NULL ? g_strdup_printf ("sealed up to %s before", sealed) : NULL;
  entry.reason = gap;
  return fz_setting_set (txn, "audit.sealed_day", day, error) && fz_watch_plant (data, txn, day, error) && fz_audit_append (txn, &entry, NULL, error) &&
         fz_audit_checkpoint (txn, error);
}

/* --- a backup a day while the program runs --- */

#define BACKUPS_KEPT 7

typedef struct {
  const char *day;
  char *found;
} Day;

static gboolean
read_backup_day (FzTxn *txn, gpointer data, GError **error)
{
  Day *day = data;

  return fz_setting_read (txn, "backup.day", &day->found, error);
}

static gboolean
note_backup_day (FzTxn *txn, gpointer data, GError **error)
{
  Day *day = data;
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "store.backup", .subject_kind = "store", .subject = day->day, .outcome = "done" };

  return fz_setting_set (txn, "backup.day", day->day, error) && fz_audit_append (txn, &entry, NULL, error);
}

static int
newest_first (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) b, *(const char *const *) a);
}

/* Names carry the day, so the order of names is the order of days. Only our own files are touched. */
static void
drop_old_backups (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "fuzhen-") && g_str_has_suffix (name, ".fzb"))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, newest_first);
  for (guint i = BACKUPS_KEPT; i < names->len; i++) {
    g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

    g_unlink (path);
  }
}

gboolean
fz_trust_daily_backup (FzDesk *desk, GError **error)
{
  g_autofree char *day_text = fz_date_format (fz_date_in_beijing (fz_desk_now_us (desk)));
  g_autofree char *folder = g_build_filename (desk->data_dir, "backups", NULL);
  g_autofree char *name = g_strdup_printf ("fuzhen-%s.fzb", day_text), *path = g_build_filename (folder, name, NULL);
  Day day = { day_text, NULL };
  FzBackupInfo info = { 0 };
  gboolean done;

  if (!fz_store_run (desk->store, FZ_TXN_READ, read_backup_day, &day, error))
    return FALSE;
  done = g_strcmp0 (day.found, day_text) == 0;
  g_free (day.found);
  if (done)
    return TRUE;
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能建立备份目录“%s”：%s"), folder, g_strerror (errno));
    return FALSE;
  }
  if (!fz_backup_run (desk->store, path, NULL, NULL, &info, error) ||
      !fz_store_run (desk->store, FZ_TXN_RECORD, note_backup_day, &day, error))
    return FALSE;
  drop_old_backups (folder);
  return TRUE;
}

/* What was done is vouched for within a quarter of an hour, also where nobody signs anything; the clock may come a minute late. */
#define SEAL_US (14 * 60 * FZ_US_PER_SECOND)

static gboolean
seal_late (FzTxn *txn, gpointer data, GError **error)
{
  g_autofree char *note = NULL;
  g_autoptr (FzCheckpoint) newest = NULL;
  const char *end;
  guint64 size = 0;

  if (!fz_audit_head (txn, &size, NULL, &note, error))
    return FALSE;
  end = note != NULL ? strstr (note, "\n\n") : NULL;
  newest = end != NULL ? fz_checkpoint_parse ((const guint8 *) note, (gsize) (end + 1 - note), NULL) : NULL;
  return (newest != NULL && (newest->size >= size || fz_txn_now_us (txn) - newest->at_us < SEAL_US)) || fz_audit_checkpoint (txn, error);
}

static gboolean
seal_if_late (FzDesk *desk, GError **error)
{
  return fz_store_run (desk->store, FZ_TXN_LOCAL, seal_late, NULL, error);
}

gboolean
fz_trust_tick (FzDesk *desk, GError **error)
{
  Tick tick = { desk, TRUE };

  fz_time_trust_refresh (desk);
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, seal_day, desk, error))
    return FALSE;
  while (tick.acted) {
    tick.acted = FALSE;
    if (!fz_store_run (desk->store, FZ_TXN_RECORD, expire, &tick, error))
      return FALSE;
  }
  return seal_if_late (desk, error) && fz_queue_tick (desk, error) && fz_portal_tick (desk, error) && fz_due_tick (desk, error) && fz_outside_tick (desk, error) &&
         fz_stamps_tick (desk, error) && fz_upload_tick (desk, error);
}

gboolean
fz_desk_tick (FzSession *session, GError **error)
{
  return session->desk->store == NULL || fz_store_is_read_only (session->desk->store, NULL) ||
         (fz_rules_tick (session->desk, error) && fz_knowledge_tick (session->desk, error) && fz_reporting_choose (session->desk, error) && fz_trust_tick (session->desk, error) && fz_trust_daily_backup (session->desk, error));
}
