#include "app/recover.h"

#include "app/setup.h"
#include "core/date.h"
#include "db/desk_lock.h"
#include "db/directory.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  GPtrArray **out = data;

  *out = fz_staff_list (txn, error);
  return *out != NULL;
}

static GPtrArray *
issue_all (FzDesk *desk, GError **error)
{
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_enrol_code_free), staff = NULL;

  if (!fz_store_run (desk->store, FZ_TXN_READ, list_job, &staff, error))
    return NULL;
  for (guint i = 0; i < staff->len; i++) {
    FzEnrolCode *code;

    if (fz_fields_has (staff->pdata[i], "left_at"))
      continue;
    code = fz_enrol_issue (desk, NULL, fz_fields_get (staff->pdata[i], "number"), error);
    if (code == NULL)
      return NULL;
    g_ptr_array_add (codes, code);
  }
  return g_steal_pointer (&codes);
}

FzDesk *
fz_recover (const char *file, const char *dir, const char *state_dir, const char *share_a, const char *share_b, FzRestoreInfo *out_info,
            GPtrArray **out_codes, GError **error)
{
  g_autoptr (FzDesk) desk = fz_desk_new (dir, state_dir, error);
  g_autoptr (FzSecret) store_key = NULL;
  FzRestoreOptions options = { .file = file, .share_a = share_a, .share_b = share_b };

  if (desk == NULL)
    return NULL;
  options.dir = desk->data_dir;
  options.state_dir = desk->state_dir;
  if (!fz_backup_restore (&options, out_info, &store_key, error))
    return NULL;
  desk->keys = fz_keyfile_load (desk->data_dir, desk->state_dir, error);
  if (desk->keys == NULL)
    return NULL;
  desk->demo = fz_keyfile_is_demo (desk->keys);
  desk->attempts = fz_attempts_book_open (desk->data_dir, desk->state_dir, fz_keyfile_get_identity (desk->keys), error);
  if (desk->attempts == NULL || !fz_desk_open_store (desk, store_key, error) ||
      !fz_setup_write_front (desk, desk->institution, error))
    return NULL;
  *out_codes = issue_all (desk, error);
  return *out_codes != NULL ? g_steal_pointer (&desk) : NULL;
}

/* --- in the window, where the folder may still hold what cannot be opened --- */

static char *
text_of (const FzSecret *share)
{
  return g_strndup ((const char *) fz_secret_get (share), fz_secret_size (share));
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return dir != NULL ? g_dir_read_name (dir) == NULL : !g_file_test (folder, G_FILE_TEST_EXISTS);
}

/* Out of the way, and nothing of it lost. *out_aside NULL: there was nothing. */
static gboolean
put_aside (const char *folder, char **out_aside, GError **error)
{
  g_autofree char *now = fz_beijing_time_format (g_get_real_time ()), *aside = NULL;
  g_autoptr (FzDeskLock) lock = NULL;

  *out_aside = NULL;
  if (is_empty (folder))
    return TRUE;
  lock = fz_desk_lock_take (folder, error);
  if (lock == NULL)
    return FALSE;
  aside = g_strdup_printf ("%s.damaged-%.4s%.2s%.2s-%.2s%.2s%.2s", folder, now, now + 5, now + 8, now + 11, now + 14, now + 17);
  if (g_rename (folder, aside) == 0) {
    *out_aside = g_steal_pointer (&aside);
    return TRUE;
  }
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能把原来的文件夹“%s”改名保留：%s。没有恢复任何内容。"), folder, g_strerror (errno));
  return FALSE;
}

static FzFounding *
founding_of (GPtrArray *codes)
{
  FzFounding *founding = g_new0 (FzFounding, 1);

  founding->shares = g_new0 (char *, 1);
  founding->codes = codes;
  return founding;
}

FzFounding *
fz_desk_restore (const char *data_dir, const char *file, const FzSecret *share_a, const FzSecret *share_b, FzFields **out_report, GError **error)
{
  g_autofree char *folder = data_dir != NULL ? g_strdup (data_dir) : g_build_filename (g_get_user_data_dir (), "fuzhen", NULL), *aside = NULL;
  g_autofree char *a = text_of (share_a), *b = text_of (share_b);
  g_autoptr (FzFields) report = fz_fields_new ("fuzhen.restored/v1");
  g_autoptr (FzDesk) desk = NULL;
  GPtrArray *codes = NULL;
  FzRestoreInfo info = { 0 };

  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有备份文件“%s”。"), file);
    return NULL;
  }
  if (put_aside (folder, &aside, error))
    desk = fz_recover (file, folder, NULL, a, b, &info, &codes, error);
  fz_secret_wipe (a, strlen (a));
  fz_secret_wipe (b, strlen (b));
  if (desk == NULL) {
    if (aside != NULL && !((g_rmdir (folder) == 0 || errno == ENOENT) && g_rename (aside, folder) == 0))
      g_prefix_error (error, _ ("原来的文件夹保留在“%s”。"), aside);
    return NULL;
  }
  fz_fields_set_time (report, "made_at", info.backup.made_at);
  fz_fields_set_int (report, "audit_size", (gint64) info.backup.log_size);
  fz_fields_set_int (report, "gap", (gint64) info.gap);
  fz_fields_set (report, "aside", aside);
  if (out_report != NULL)
    *out_report = g_steal_pointer (&report);
  return founding_of (codes);
}
