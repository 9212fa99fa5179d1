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

gboolean
fz_recover_tell (double done, gpointer data)
{
  const FzRecoverWatch *watch = data;

  if (watch->progress != NULL)
    watch->progress (watch->from + watch->span * done, watch->data);
  return !g_cancellable_is_cancelled (watch->stop);
}

gboolean
fz_recover_go_on (double done, FzRecoverWatch *watch, GError **error)
{
  if (watch == NULL)
    return TRUE;
  fz_recover_tell (MIN (done, 1), watch);
  return !g_cancellable_set_error_if_cancelled (watch->stop, error);
}

FzDesk *
fz_recover (const char *file, const char *dir, const char *state_dir, const char *share_a, const char *share_b, FzRecoverWatch *watch, FzRestoreInfo *out_info,
            GPtrArray **out_codes, GError **error)
{
  g_autoptr (FzDesk) desk = fz_desk_new (dir, state_dir, error);
  g_autoptr (FzSecret) store_key = NULL;
  FzRestoreOptions options = { .file = file, .share_a = share_a, .share_b = share_b, .progress = watch != NULL ? fz_recover_tell : NULL, .progress_data = watch };

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

/* What this device keeps of the store outside its folder (device secret, head, slots, tries): files that end in its identity, and then in `more`. Of any store
 * where `identity` is NULL. */
static GPtrArray *
outside_files (const char *state_dir, const guint8 *identity, const char *more)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) end = g_string_new (identity != NULL ? "-" : "");
  g_autoptr (GDir) dir = g_dir_open (state_dir, 0, NULL);
  const char *name;

  for (guint i = 0; identity != NULL && i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (end, "%02x", identity[i]);
  g_string_append (end, more);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, end->str))
      g_ptr_array_add (paths, g_build_filename (state_dir, name, NULL));
  return paths;
}

/* A copy that is there already is of an attempt that was cut off in an empty folder: it is the one from before. */
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

/* Lasting, before the folder that tells of them is removed. */
static void
rename_back (GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *copy = g_strconcat (paths->pdata[i], KEPT_END, NULL);
    g_autoptr (GError) error = NULL;

    if (g_file_test (copy, G_FILE_TEST_EXISTS) && !fz_durable_rename (copy, paths->pdata[i], &error))
      g_warning ("%s: %s", copy, error->message);
  }
}

/* All as it was; what was not there goes. */
static void
put_back_outside (const char *state_dir, const guint8 *identity, GPtrArray *paths)
{
  g_autoptr (GPtrArray) now = outside_files (state_dir, identity, "");

  for (guint i = 0; i < now->len; i++)
    if (!g_ptr_array_find_with_equal_func (paths, now->pdata[i], g_str_equal, NULL))
      g_unlink (now->pdata[i]);
  rename_back (paths);
}

void
fz_recover_forget_outside (const char *state_dir, const guint8 *identity)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new (), locks = outside_files (state_dir, identity, ".lock");

  put_back_outside (state_dir, identity, none);
  for (guint i = 0; i < locks->len; i++)
    g_unlink (locks->pdata[i]);
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
  const char *state_dir;
  const guint8 *identity; /* of the backup */
  char *aside;            /* NULL: nothing was there */
  FzRestoreInfo info;
  GPtrArray *codes;
  FzRecoverWatch watch;
} Return;

/* Of the whole: what is over when it is known that the file opens. The rest stays for opening the store and everybody's code. */
#define LOOKED 0.3
#define RESTORED 0.95

/* Beside the folder, of which nothing is touched before all is restored: the backup may lie in it. An empty one is filled as it is. */
static gboolean
recover_beside (Return *self, GError **error)
{
  g_autofree char *now = fz_beijing_time_format (g_get_real_time ()), *fresh = NULL, *aside = NULL,
                  *at = g_strdup_printf ("%.4s%.2s%.2s-%.2s%.2s%.2s", now, now + 5, now + 8, now + 11, now + 14, now + 17);
  gboolean empty = is_empty (self->folder), good;
  g_autoptr (FzDeskLock) lock = !empty ? fz_desk_lock_take (self->folder, error) : NULL;
  g_autoptr (GPtrArray) outside = outside_files (self->state_dir, self->identity, "");
  FzDesk *desk = NULL;

  if (!empty && lock == NULL)
    return FALSE;
  fresh = empty ? g_strdup (self->folder) : g_strdup_printf ("%s.restoring-%s", self->folder, at);
  aside = g_strdup_printf ("%s.damaged-%s", self->folder, at);
  /* The folder first: copies without one would not be seen at the next start. */
  if (fz_durable_folder (fresh, error) && keep_outside (outside, error))
    desk = fz_recover (self->file, fresh, NULL, self->a, self->b, &self->watch, &self->info, &self->codes, error);
  good = desk != NULL && !g_cancellable_set_error_if_cancelled (self->watch.stop, error); /* from here on it is done */
  fz_desk_close (desk);
  good = good && (empty || swap (self->folder, aside, fresh, error));
  if (good && !empty)
    self->aside = g_steal_pointer (&aside);
  if (good)
    drop_outside (outside);
  else {
    put_back_outside (self->state_dir, self->identity, outside);
    fz_out_folder_remove (fresh);
  }
  return good;
}

static gboolean
recover_whole (Return *self, GError **error)
{
  g_autofree char *state_dir = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  guint8 identity[FZ_STORE_IDENTITY_BYTES];

  self->watch.span = LOOKED;
  if (!fz_backup_look (self->file, self->a, self->b, fz_recover_tell, &self->watch, identity, error))
    return FALSE;
  self->watch.from = LOOKED;
  self->watch.span = RESTORED - LOOKED;
  self->state_dir = state_dir;
  self->identity = identity;
  return recover_beside (self, error);
}

/* --- after a restore that was cut off --- */

#define RESTORING ".restoring-"
#define STAMP_CHARS 15 /* 20261123-153000 */

static gboolean
is_stamp (const char *text)
{
  for (guint i = 0; i < STAMP_CHARS; i++)
    if (i == 8 ? text[i] != '-' : !g_ascii_isdigit (text[i]))
      return FALSE;
  return text[STAMP_CHARS] == '\0';
}

/* Folders of ours beside it by this name, and no links. (transfer full) */
static GPtrArray *
cut_folders (const char *folder)
{
  g_autofree char *above = g_path_get_dirname (folder), *base = g_path_get_basename (folder), *begin = g_strconcat (base, RESTORING, NULL);
  GPtrArray *found = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (above, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (above, name, NULL);

    if (g_str_has_prefix (name, begin) && is_stamp (name + strlen (begin)) && !g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR))
      g_ptr_array_add (found, g_steal_pointer (&path));
  }
  return found;
}

/* (transfer full) NULL: no key file that can be read. */
static FzKeyFile *
keys_of (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "keys.fz", NULL);
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);

  return bytes != NULL ? fz_keyfile_parse (bytes, NULL) : NULL;
}

/* The device's new secret is written before the restored key file: without that one it is the folder's own store whose files are put
 * back, and where its keys are lost too, every copy there is: they exist only for a restore that was cut off. What has no copy stays,
 * though it may have come since: a clearing that was itself cut off has used its copies up, and what lies there then is the store's own. */
static void
settle_outside (const char *cut, const char *folder, gboolean finished)
{
  g_autofree char *state_dir = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  g_autoptr (FzKeyFile) restored = keys_of (cut), keys = restored == NULL ? keys_of (folder) : g_steal_pointer (&restored);
  g_autoptr (GPtrArray) copies = outside_files (state_dir, keys != NULL ? fz_keyfile_get_identity (keys) : NULL, KEPT_END), before = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < copies->len; i++)
    g_ptr_array_add (before, g_strndup (copies->pdata[i], strlen (copies->pdata[i]) - strlen (KEPT_END)));
  if (finished)
    drop_outside (before);
  else
    rename_back (before);
}

/* Both names of the exchange are there and the folder's own is not: it was cut between the two, and all is restored. */
static gboolean
finish_swap (const char *folder, const char *cut)
{
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", folder, cut + strlen (cut) - STAMP_CHARS);

  return !g_file_test (folder, G_FILE_TEST_EXISTS) && g_file_test (aside, G_FILE_TEST_IS_DIR) && g_rename (cut, folder) == 0;
}

char *
fz_desk_clear_cut_restore (const char *data_dir)
{
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "fuzhen", NULL), *folder = g_canonicalize_filename (data_dir != NULL ? data_dir : usual, NULL);
  g_autoptr (GPtrArray) cut = cut_folders (folder);
  g_autoptr (FzDeskLock) lock = cut->len > 0 && g_file_test (folder, G_FILE_TEST_IS_DIR) ? fz_desk_lock_take (folder, NULL) : NULL;

  if (cut->len == 1 && finish_swap (folder, cut->pdata[0])) {
    settle_outside (folder, folder, TRUE);
    return g_strdup_printf (_ ("上次恢复在最后一步中断：恢复好的文件夹已改名为“%s”，原来的保留在旁边。每个人都要凭登记码重新登记；没有看到登记码的，请用同一份备份再恢复一次。"), folder);
  }
  if (lock == NULL) /* nothing of the kind; a restore runs; or the folder is gone, and what is beside it is all there is */
    return NULL;
  for (guint i = 0; i < cut->len; i++) {
    settle_outside (cut->pdata[i], folder, FALSE);
    fz_out_folder_remove (cut->pdata[i]);
  }
  return g_strdup (_ ("上次恢复没有做完就中断了：没有做完的内容已清除，本院的库和恢复之前一样。要恢复的，请再做一次。"));
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
fz_desk_restore (const char *data_dir, const char *file, const FzSecret *share_a, const FzSecret *share_b, FzFields **out_report, GCancellable *stop,
                 void (*progress) (double done, gpointer data), gpointer data, GError **error)
{
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "fuzhen", NULL), *folder = g_canonicalize_filename (data_dir != NULL ? data_dir : usual, NULL);
  g_autofree char *a = text_of (share_a), *b = text_of (share_b), *aside = NULL;
  g_autoptr (FzFields) report = fz_fields_new ("fuzhen.restored/v1");
  Return self = { .folder = folder, .file = file, .a = a, .b = b, .watch = { stop, progress, data, 0, LOOKED } };
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
