#include "app/recover.h"

#include "app/out_file.h"
#include "app/setup.h"
#include "core/date.h"
#include "db/desk_lock.h"
#include "db/directory.h"
#include "db/durable.h"

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

#define MOST_KEPT (256u << 20)
#define KEPT_END ".before-restore"

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

/* What this device keeps of the store outside its folder (device secret, head, slots, tries): files that end in its identity. */
static GPtrArray *
outside_files (const char *state_dir, const guint8 *identity)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) end = g_string_new ("-");
  g_autoptr (GDir) dir = g_dir_open (state_dir, 0, NULL);
  const char *name;

  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (end, "%02x", identity[i]);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, end->str))
      g_ptr_array_add (paths, g_build_filename (state_dir, name, NULL));
  return paths;
}

/* A copy that is there already is of an attempt that was cut off: it is the one that belongs to the folder. */
static gboolean
keep_outside (GPtrArray *paths, GError **error)
{
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *copy = g_strconcat (paths->pdata[i], KEPT_END, NULL);
    g_autoptr (GBytes) bytes = NULL;

    if (g_file_test (copy, G_FILE_TEST_EXISTS))
      continue;
    bytes = fz_durable_read (paths->pdata[i], MOST_KEPT, error);
    if (bytes == NULL || !fz_durable_write (copy, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0600, error))
      return FALSE;
  }
  return TRUE;
}

/* All as it was; what was not there goes. */
static void
put_back_outside (const char *state_dir, const guint8 *identity, GPtrArray *paths)
{
  g_autoptr (GPtrArray) now = outside_files (state_dir, identity);

  for (guint i = 0; i < now->len; i++)
    if (!g_ptr_array_find_with_equal_func (paths, now->pdata[i], g_str_equal, NULL))
      g_unlink (now->pdata[i]);
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *copy = g_strconcat (paths->pdata[i], KEPT_END, NULL);

    if (g_rename (copy, paths->pdata[i]) != 0 && errno != ENOENT)
      g_warning ("%s: %s", copy, g_strerror (errno));
  }
}

static void
drop_outside (GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *copy = g_strconcat (paths->pdata[i], KEPT_END, NULL);

    g_unlink (copy);
  }
}

/* The former folder out of the way, and nothing of it lost; the fresh one takes its name. */
static gboolean
swap (const char *folder, const char *aside, const char *fresh, GError **error)
{
  if (g_rename (folder, aside) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能把原来的文件夹“%s”改名保留：%s。没有恢复任何内容。"), folder, g_strerror (errno));
    return FALSE;
  }
  if (g_rename (fresh, folder) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("恢复好的文件夹不能改名为“%s”：%s。没有恢复任何内容。"), folder, g_strerror (errno));
  if (g_rename (aside, folder) != 0)
    g_prefix_error (error, _ ("原来的文件夹保留在“%s”。"), aside);
  return FALSE;
}

typedef struct {
  const char *folder, *file, *a, *b;
  char *aside; /* NULL: nothing was there */
  FzRestoreInfo info;
  GPtrArray *codes;
} Return;

/* Beside the folder, of which nothing is touched before all is restored: the backup may lie in it. An empty one is filled as it is. */
static gboolean
recover_beside (Return *self, GError **error)
{
  g_autofree char *now = fz_beijing_time_format (g_get_real_time ()), *fresh = NULL, *aside = NULL,
                  *at = g_strdup_printf ("%.4s%.2s%.2s-%.2s%.2s%.2s", now, now + 5, now + 8, now + 11, now + 14, now + 17);
  gboolean empty = is_empty (self->folder), good;
  g_autoptr (FzDeskLock) lock = !empty ? fz_desk_lock_take (self->folder, error) : NULL;
  FzDesk *desk;

  if (!empty && lock == NULL)
    return FALSE;
  fresh = empty ? g_strdup (self->folder) : g_strdup_printf ("%s.restoring-%s", self->folder, at);
  aside = g_strdup_printf ("%s.damaged-%s", self->folder, at);
  desk = fz_recover (self->file, fresh, NULL, self->a, self->b, &self->info, &self->codes, error);
  good = desk != NULL;
  fz_desk_close (desk);
  good = good && (empty || swap (self->folder, aside, fresh, error));
  if (good && !empty)
    self->aside = g_steal_pointer (&aside);
  if (!good)
    fz_out_folder_remove (fresh);
  return good;
}

static gboolean
recover_whole (Return *self, GError **error)
{
  g_autofree char *state_dir = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  guint8 identity[FZ_STORE_IDENTITY_BYTES];
  g_autoptr (GPtrArray) outside = NULL;
  gboolean good;

  if (!fz_backup_look (self->file, self->a, self->b, identity, error))
    return FALSE;
  outside = outside_files (state_dir, identity);
  good = keep_outside (outside, error) && recover_beside (self, error);
  if (good)
    drop_outside (outside);
  else
    put_back_outside (state_dir, identity, outside);
  return good;
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
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "fuzhen", NULL), *folder = g_canonicalize_filename (data_dir != NULL ? data_dir : usual, NULL);
  g_autofree char *a = text_of (share_a), *b = text_of (share_b), *aside = NULL;
  g_autoptr (FzFields) report = fz_fields_new ("fuzhen.restored/v1");
  Return self = { .folder = folder, .file = file, .a = a, .b = b };
  gboolean good;

  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有备份文件“%s”。"), file);
    return NULL;
  }
  good = recover_whole (&self, error);
  aside = self.aside;
  fz_secret_wipe (a, strlen (a));
  fz_secret_wipe (b, strlen (b));
  if (!good) {
    g_clear_pointer (&self.codes, g_ptr_array_unref);
    return NULL;
  }
  fz_fields_set_time (report, "made_at", self.info.backup.made_at);
  fz_fields_set_int (report, "audit_size", (gint64) self.info.backup.log_size);
  fz_fields_set_int (report, "gap", (gint64) self.info.gap);
  fz_fields_set (report, "aside", aside);
  if (out_report != NULL)
    *out_report = g_steal_pointer (&report);
  return founding_of (self.codes);
}
