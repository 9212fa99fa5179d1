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
#define KEPT_END ".before-restore-"

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

/* What this device keeps of stores outside their folders (device secret, head, slots, tries) by a pattern of file names. */
static GPtrArray *
outside_like (const char *state_dir, const char *pattern)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (state_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_pattern_match_simple (pattern, name))
      g_ptr_array_add (paths, g_build_filename (state_dir, name, NULL));
  return paths;
}

/* Of the store with this identity: files that end in it, and then in `more`. */
static GPtrArray *
outside_files (const char *state_dir, const guint8 *identity, const char *more)
{
  g_autoptr (GString) pattern = g_string_new ("*-");

  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (pattern, "%02x", identity[i]);
  g_string_append (pattern, more);
  return outside_like (state_dir, pattern->str);
}

/* A copy bears the stamp of the restore that it was made for, as that one's folder does, so that no other one ever puts it back. (transfer full) */
static char *
copy_of (const char *path, const char *stamp)
{
  return g_strconcat (path, KEPT_END, stamp, NULL);
}

static gboolean
keep_outside (GPtrArray *paths, const char *stamp, GError **error)
{
  for (guint i = 0; i < paths->len; i++) {
    g_autofree char *copy = copy_of (paths->pdata[i], stamp);
    g_autoptr (GBytes) bytes = fz_durable_read (paths->pdata[i], MOST_KEPT, error);

    if (bytes == NULL || !fz_durable_write (copy, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), 0600, error))
      return FALSE;
  }
  return TRUE;
}

/* Lasting, before the folder that tells of them is removed; FALSE: one could not be put back, and the folder has to stay for the next try. What has no copy of this
 * restore stays: it may have come since, and a clearing that was itself cut off has used its copies up. */
static gboolean
put_back_copies (const char *state_dir, const char *stamp)
{
  g_autofree char *end = copy_of ("", stamp), *pattern = g_strconcat ("*", end, NULL);
  g_autoptr (GPtrArray) copies = outside_like (state_dir, pattern);
  gboolean all = TRUE;

  for (guint i = 0; i < copies->len; i++) {
    const char *copy = copies->pdata[i];
    g_autofree char *path = g_strndup (copy, strlen (copy) - strlen (end));
    g_autoptr (GError) error = NULL;

    if (!fz_durable_rename (copy, path, &error)) {
      g_warning ("%s: %s", copy, error->message);
      all = FALSE;
    }
  }
  return all;
}

/* What was not there before goes. */
static void
drop_new (const char *state_dir, const guint8 *identity, GPtrArray *before)
{
  g_autoptr (GPtrArray) now = outside_files (state_dir, identity, "");

  for (guint i = 0; i < now->len; i++)
    if (!g_ptr_array_find_with_equal_func (before, now->pdata[i], g_str_equal, NULL))
      g_unlink (now->pdata[i]);
}

void
fz_recover_forget_outside (const char *state_dir, const guint8 *identity)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new (), locks = outside_files (state_dir, identity, ".lock");

  drop_new (state_dir, identity, none);
  for (guint i = 0; i < locks->len; i++)
    g_unlink (locks->pdata[i]);
}

/* Of every restore of this store but that of `stamp` (may be NULL): one is finished, and no copy may come back over what it brought. */
static void
drop_copies (const char *state_dir, const guint8 *identity, const char *stamp)
{
  g_autoptr (GPtrArray) copies = outside_files (state_dir, identity, KEPT_END "*");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < copies->len; i++)
    if (stamp == NULL || !g_str_has_suffix (copies->pdata[i], stamp))
      g_unlink (copies->pdata[i]);
  if (copies->len > 0 && !fz_durable_sync_folder (state_dir, &error))
    g_warning ("%s: %s", state_dir, error->message);
}

/* The former folder out of the way, and nothing of it lost (`aside` NULL: it is empty or not there); the fresh one takes its name. */
static gboolean
swap (const char *folder, const char *aside, const char *fresh, GError **error)
{
  if (aside != NULL && g_rename (folder, aside) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("不能把原来的文件夹“%s”改名保留：%s。没有恢复任何内容。"), folder, g_strerror (errno));
    return FALSE;
  }
  if (g_rename (fresh, folder) == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("恢复好的文件夹不能改名为“%s”：%s。没有恢复任何内容。"), folder, g_strerror (errno));
  if (aside != NULL && g_rename (aside, folder) != 0)
    g_prefix_error (error, _ ("原来的文件夹保留在“%s”。"), aside);
  return FALSE;
}

static gboolean
sync_above (const char *folder, GError **error)
{
  g_autofree char *above = g_path_get_dirname (folder);

  return fz_durable_sync_folder (above, error);
}

/* The names must last before the copies go: with the former folder back after a power cut, they are what it needs. Where that is not sure they stay; they harm
 * nobody. */
static void
settle_finished (const char *folder, const char *state_dir, const guint8 *identity)
{
  g_autoptr (GError) error = NULL;

  if (sync_above (folder, &error))
    drop_copies (state_dir, identity, NULL);
  else
    g_warning ("%s: %s", folder, error->message);
}

#define MOST_LINKS 8

/* A link is followed, so that the store stays on its disk; what it names need not be there. (transfer full) */
static char *
folder_of (const char *data_dir)
{
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "fuzhen", NULL), *path = g_canonicalize_filename (data_dir != NULL ? data_dir : usual, NULL);

  for (guint i = 0; i < MOST_LINKS && g_file_test (path, G_FILE_TEST_IS_SYMLINK); i++) {
    g_autofree char *to = g_file_read_link (path, NULL), *above = g_path_get_dirname (path);

    if (to == NULL)
      break;
    g_free (path);
    path = g_canonicalize_filename (to, above);
  }
  return g_steal_pointer (&path);
}

/* What could not be given its name at the end is refused at the beginning. */
static gboolean
check_place (const char *data_dir, const char *folder, GError **error)
{
  g_autofree char *above = g_path_get_dirname (folder);
  GStatBuf own, parent;

  if (g_stat (folder, &own) != 0) {
    if (data_dir == NULL || !g_file_test (data_dir, G_FILE_TEST_IS_SYMLINK))
      return TRUE;
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("“%s”是一个链接，它指向的“%s”不在，可能是磁盘没有挂上。没有恢复任何内容。"), data_dir, folder);
    return FALSE;
  }
  if (g_stat (above, &parent) != 0 || own.st_dev == parent.st_dev)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("“%s”本身是一块磁盘，恢复时不能整个换掉。请在这块磁盘上新建一个子文件夹作为数据文件夹，再恢复到那里。没有恢复任何内容。"), folder);
  return FALSE;
}

static FzKeyFile *
keys_of (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "keys.fz", NULL);
  g_autoptr (GBytes) bytes = fz_durable_read (path, FZ_FIELDS_MAX_BYTES, NULL);

  return bytes != NULL ? fz_keyfile_parse (bytes, NULL) : NULL;
}

/* A restored store gets a new secret of this device, under the name of the former one's: with the same store still in its usual folder, nobody could open that any more. */
static gboolean
check_no_other (const char *folder, const guint8 *identity, GError **error)
{
  g_autofree char *usual = folder_of (NULL);
  g_autoptr (FzKeyFile) keys = !g_str_equal (usual, folder) ? keys_of (usual) : NULL;

  if (keys == NULL || memcmp (fz_keyfile_get_identity (keys), identity, FZ_STORE_IDENTITY_BYTES) != 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这份备份的库就在这台电脑的“%s”里，恢复到别处以后原来的库谁也打不开。只想检查备份的，请做恢复演练（fuzhen drill）；要换掉它的，请在窗口里“从备份恢复…”，或先把原来的文件夹改名移开。没有恢复任何内容。"), usual);
  return FALSE;
}

/* --- what a restore that was cut off leaves: its folder beside the store's --- */

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

/* (transfer full) */
static char *
stamp_now (void)
{
  g_autofree char *now = fz_beijing_time_format (g_get_real_time ());

  return g_strdup_printf ("%.4s%.2s%.2s-%.2s%.2s%.2s", now, now + 5, now + 8, now + 11, now + 14, now + 17);
}

static const char *
stamp_of (const char *cut)
{
  return cut + strlen (cut) - STAMP_CHARS;
}

static gint
newest_first (gconstpointer a, gconstpointer b)
{
  return strcmp (*(char *const *) b, *(char *const *) a);
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
  g_ptr_array_sort (found, newest_first); /* so that the copies of the first one come back last */
  return found;
}

static void
remove_all (GPtrArray *folders)
{
  for (guint i = 0; i < folders->len; i++)
    fz_out_folder_remove (folders->pdata[i]);
}

#define CUT_STAYS _ ("恢复前留存的本机文件没有能全部放回“%s”，库暂时打不开。请检查磁盘和权限后重新打开程序，程序会再放一次；不要删除旁边的 .restoring- 文件夹。")

/* FALSE: a folder whose copies could not be put back stays. */
static gboolean
clear_all (GPtrArray *cut, const char *state_dir)
{
  gboolean all = TRUE;

  for (guint i = 0; i < cut->len; i++)
    if (put_back_copies (state_dir, stamp_of (cut->pdata[i])))
      fz_out_folder_remove (cut->pdata[i]);
    else
      all = FALSE;
  return all;
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

/* Beside the folder, of which nothing is touched before all is restored: the backup may lie in it. What earlier ones left there goes with a finished one. */
static gboolean
recover_beside (Return *self, GError **error)
{
  g_autofree char *fresh = NULL, *aside = NULL, *stamp = stamp_now ();
  gboolean empty = is_empty (self->folder), good;
  g_autoptr (FzDeskLock) lock = !empty ? fz_desk_lock_take (self->folder, error) : NULL;
  g_autoptr (GPtrArray) outside = NULL, earlier = cut_folders (self->folder);
  FzDesk *desk = NULL;

  if (!empty && lock == NULL)
    return FALSE;
  if (!empty && !clear_all (earlier, self->state_dir)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, CUT_STAYS, self->state_dir);
    return FALSE;
  }
  outside = outside_files (self->state_dir, self->identity, "");
  fresh = g_strconcat (self->folder, RESTORING, stamp, NULL);
  aside = !empty ? g_strdup_printf ("%s.damaged-%s", self->folder, stamp) : NULL;
  /* The folder first, and lasting: copies without one would not be seen at the next start. */
  if (fz_durable_folder (fresh, error) && sync_above (fresh, error) && keep_outside (outside, stamp, error))
    desk = fz_recover (self->file, fresh, NULL, self->a, self->b, &self->watch, &self->info, &self->codes, error);
  good = desk != NULL && !g_cancellable_set_error_if_cancelled (self->watch.stop, error); /* from here on it is done */
  fz_desk_close (desk);
  if (good && empty) { /* before it has its name: afterwards they would be put back over what it brought */
    drop_copies (self->state_dir, self->identity, stamp);
    remove_all (earlier);
  }
  good = good && swap (self->folder, aside, fresh, error);
  if (good) {
    self->aside = g_steal_pointer (&aside);
    settle_finished (self->folder, self->state_dir, self->identity);
    return TRUE;
  }
  drop_new (self->state_dir, self->identity, outside);
  if (put_back_copies (self->state_dir, stamp))
    fz_out_folder_remove (fresh);
  else
    g_prefix_error (error, CUT_STAYS, self->state_dir);
  return FALSE;
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
  return check_no_other (self->folder, identity, error) && recover_beside (self, error);
}

FzDesk *
fz_recover_into (const char *file, const char *dir, const char *share_a, const char *share_b, FzRecoverWatch *watch, FzRestoreInfo *out_info, GPtrArray **out_codes, GError **error)
{
  g_autofree char *state_dir = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL), *folder = folder_of (dir), *stamp = stamp_now ();
  guint8 identity[FZ_STORE_IDENTITY_BYTES];
  g_autoptr (GPtrArray) outside = NULL;
  double span = watch->span;
  FzDesk *desk;

  watch->span = span * LOOKED;
  if (!fz_backup_look (file, share_a, share_b, fz_recover_tell, watch, identity, error) || !check_no_other (folder, identity, error))
    return NULL;
  watch->from += span * LOOKED;
  watch->span = span * (1 - LOOKED);
  outside = outside_files (state_dir, identity, "");
  if (!keep_outside (outside, stamp, error))
    return NULL;
  desk = fz_recover (file, dir, NULL, share_a, share_b, watch, out_info, out_codes, error);
  if (desk != NULL) {
    drop_copies (state_dir, identity, NULL);
    return desk;
  }
  drop_new (state_dir, identity, outside);
  if (!put_back_copies (state_dir, stamp))
    g_prefix_error (error, CUT_STAYS, state_dir);
  return NULL;
}

/* --- after a restore that was cut off --- */

/* Both names of the exchange are there and the folder's own is not: it was cut between the two, and all is restored. */
static gboolean
finish_swap (const char *folder, const char *cut)
{
  g_autofree char *aside = g_strdup_printf ("%s.damaged-%s", folder, stamp_of (cut));

  return !g_file_test (folder, G_FILE_TEST_EXISTS) && g_file_test (aside, G_FILE_TEST_IS_DIR) && g_rename (cut, folder) == 0;
}

static void
forget_copies (const char *folder, const char *state_dir)
{
  g_autoptr (FzKeyFile) keys = keys_of (folder);

  if (keys != NULL)
    settle_finished (folder, state_dir, fz_keyfile_get_identity (keys));
}

gboolean
fz_desk_has_cut_restore (const char *data_dir)
{
  g_autofree char *folder = folder_of (data_dir);
  g_autoptr (GPtrArray) cut = cut_folders (folder);

  return cut->len > 0;
}

char *
fz_desk_clear_cut_restore (const char *data_dir)
{
  g_autofree char *folder = folder_of (data_dir), *state_dir = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  g_autoptr (GPtrArray) cut = cut_folders (folder);
  g_autoptr (FzDeskLock) lock = cut->len > 0 && !is_empty (folder) ? fz_desk_lock_take (folder, NULL) : NULL;

  for (guint i = 0; i < cut->len; i++) {
    if (!finish_swap (folder, cut->pdata[i]))
      continue;
    forget_copies (folder, state_dir);
    return g_strdup_printf (_ ("上次恢复在最后一步中断：恢复好的文件夹已改名为“%s”，原来的保留在旁边。每个人都要凭登记码重新登记；没有看到登记码的，请用同一份备份再恢复一次。"), folder);
  }
  if (cut->len > 0 && is_empty (folder)) /* what is beside it is all there is */
    return g_strdup_printf (_ ("旁边有一次没有做完的恢复（“%s”）：上次恢复中断了，或者正在另一个窗口里进行。中断的，请再恢复一次，做完时它随之清除。"), (const char *) cut->pdata[0]);
  if (lock == NULL) /* nothing of the kind, or a restore runs */
    return NULL;
  if (!clear_all (cut, state_dir))
    return g_strdup_printf (CUT_STAYS, state_dir);
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
  g_autofree char *folder = folder_of (data_dir);
  g_autofree char *a = text_of (share_a), *b = text_of (share_b), *aside = NULL;
  g_autoptr (FzFields) report = fz_fields_new ("fuzhen.restored/v1");
  Return self = { .folder = folder, .file = file, .a = a, .b = b, .watch = { stop, progress, data, 0, LOOKED } };
  gboolean good;

  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有备份文件“%s”。"), file);
    return NULL;
  }
  if (!check_place (data_dir, folder, error)) {
    fz_secret_wipe (a, strlen (a));
    fz_secret_wipe (b, strlen (b));
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
