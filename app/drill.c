#include "app/drill.h"

#include "app/setup.h"
#include "app/trust.h"
#include "db/audit.h"
#include "db/backup.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define AUDIT_ROWS 400

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
verify_log (FzDesk *desk, FzFields *report, GError **error)
{
  g_autoptr (FzAuditCheck) check = fz_audit_check_new ();
  g_autofree char *root = NULL;
  Verify verify = { check, FALSE };
  guint64 size = 0;

  while (!verify.done)
    if (!fz_store_run (desk->store, FZ_TXN_READ, verify_step, &verify, error))
      return FALSE;
  if (!fz_audit_head_of (desk, &size, &root, error))
    return FALSE;
  fz_fields_set_int (report, "audit_size", (gint64) size);
  fz_fields_set (report, "audit_root", root);
  return TRUE;
}

static gboolean
verify_facts (FzDesk *desk, FzFields *report, GError **error)
{
  g_autoptr (GPtrArray) differences = NULL;
  guint visits = 0;

  if (!fz_rebuild_compare (desk, &visits, &differences, error))
    return FALSE;
  fz_fields_set_int (report, "visits", visits);
  fz_fields_set_int (report, "differences", differences->len);
  for (guint i = 0; i < MIN (differences->len, 20); i++)
    fz_fields_set_at (report, "difference", i, NULL, differences->pdata[i]);
  return TRUE;
}

static gboolean
restore_and_look (FzDesk *of, const char *file, const char *scratch, const char *share_a, const char *share_b, FzFields *report, GError **error)
{
  g_autofree char *data = g_build_filename (scratch, "data", NULL), *state = g_build_filename (scratch, "state", NULL);
  g_autoptr (FzSecret) store_key = NULL;
  g_autoptr (FzDesk) desk = NULL;
  FzRestoreOptions options = { .file = file, .dir = data, .state_dir = state, .share_a = share_a, .share_b = share_b, .reason = "drill" };
  FzRestoreInfo info = { 0 };

  if (!fz_backup_restore (&options, &info, &store_key, error))
    return FALSE;
  fz_fields_set_time (report, "made_at", info.backup.made_at);
  fz_fields_set_int (report, "behind_s", (fz_desk_now_us (of) - info.backup.made_at) / FZ_US_PER_SECOND);
  desk = fz_desk_new (data, state, error);
  if (desk == NULL)
    return FALSE;
  desk->keys = fz_keyfile_load (data, state, error);
  return desk->keys != NULL && fz_desk_open_store (desk, store_key, error) && verify_log (desk, report, error) &&
         verify_facts (desk, report, error);
}

typedef struct {
  FzSession *session;
  const FzFields *report;
  gboolean good;
} Note;

static gboolean
note_drill (FzTxn *txn, gpointer data, GError **error)
{
  const Note *note = data;

  return fz_session_audit (note->session, txn, "store.drill", "store", NULL, note->good ? "done" : "failed", NULL, note->report, error);
}

FzFields *
fz_drill_run (FzSession *session, const char *file, const char *share_a, const char *share_b, GError **error)
{
  FzDesk *desk = session->desk;
  g_autoptr (FzFields) report = fz_fields_new ("fuzhen.drill/v1");
  g_autofree char *chosen = NULL, *scratch = NULL, *base = NULL;
  gint64 from_us = g_get_monotonic_time ();
  Note note = { session, report, FALSE };
  g_autoptr (GError) why = NULL;

  if (!fz_session_may (session, "backup", "store", NULL, error))
    return NULL;
  chosen = file != NULL ? g_strdup (file) : newest_backup (desk, error);
  if (chosen == NULL)
    return NULL;
  base = g_path_get_basename (chosen);
  fz_fields_set (report, "file", base);
  scratch = g_build_filename (desk->data_dir, "drill-XXXXXX", NULL);
  if (g_mkdtemp (scratch) == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能在“%s”建立演练用的临时文件夹。"), desk->data_dir);
    return NULL;
  }
  note.good = restore_and_look (desk, chosen, scratch, share_a, share_b, report, &why) && !fz_fields_has (report, "difference.00");
  remove_folder (scratch);
  fz_fields_set_int (report, "took_ms", (g_get_monotonic_time () - from_us) / 1000);
  if (!fz_store_run (desk->store, FZ_TXN_RECORD, note_drill, &note, error))
    return NULL;
  if (why == NULL)
    return g_steal_pointer (&report);
  g_propagate_error (error, g_steal_pointer (&why));
  return NULL;
}
