/* The newest checkpoint outside the store: <dir>/head and <state_dir>/head-<identity>. They are what notices a cut tail or a
 * folder that was put back from an older copy. */
#include "db/head.h"

#include "db/store_private.h"

#include "db/durable.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define HEAD_MAX_BYTES 65536

static char *
inside_path (FzStore *store)
{
  return g_build_filename (store->dir, "head", NULL);
}

char *
fz_head_outside_path (const char *state_dir, const guint8 identity[FZ_STORE_IDENTITY_BYTES])
{
  GString *name = g_string_new ("head-");
  g_autofree char *text = NULL;

  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (name, "%02x", identity[i]);
  text = g_string_free (name, FALSE);
  return g_build_filename (state_dir, text, NULL);
}

gboolean
fz_head_write (FzStore *store, GBytes *note, GError **error)
{
  g_autofree char *inside = inside_path (store);
  g_autofree char *outside = fz_head_outside_path (store->state_dir, store->identity);
  gsize n = 0;
  const void *bytes = g_bytes_get_data (note, &n);

  return fz_durable_write (inside, bytes, n, 0600, error) && fz_durable_write (outside, bytes, n, 0600, error);
}

void
fz_head_settle (FzStore *store)
{
  g_autoptr (GError) error = NULL;

  if (store->head_due == NULL || store->headless)
    return;
  store->head_behind = !fz_head_write (store, store->head_due, &error);
  if (store->head_behind)
    g_warning ("head files not written: %s", error->message);
  else
    g_clear_pointer (&store->head_due, g_bytes_unref);
}

/* Of a cause that is a whole message, its sentence: the action to take is ours. */
gboolean
fz_head_say (GError **error, const char *what, const char *cause)
{
  g_auto (GStrv) lines = g_strsplit (cause, "\n", 2);
  char *why = lines[0];

  if (g_str_has_suffix (why, "。"))
    why[strlen (why) - strlen ("。")] = '\0';
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _("%s：%s。本地库只能查看，不能写入。\n请系统管理员核查；如需用备份恢复，请执行 fuzhen restore。"), what, why);
  return FALSE;
}

/* What could not be looked at for want of memory contradicts nothing. */
static gboolean
say_cause (GError **error, const char *what, GError *cause)
{
  if (!g_error_matches (cause, FZ_ERROR, FZ_ERROR_RETRY))
    return fz_head_say (error, what, cause->message);
  g_propagate_error (error, g_error_copy (cause));
  return FALSE;
}

/* The checkpoint of a note that our log key signed; NULL with why. */
static FzCheckpoint *
open_note (FzStore *store, GBytes *bytes, GError **error)
{
  gsize n = 0;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  g_autoptr (FzNote) note = fz_note_parse (data, n, error);
  g_autoptr (FzCheckpoint) head = NULL;

  if (note == NULL)
    return NULL;
  data = g_bytes_get_data (fz_note_get_text (note), &n);
  head = fz_checkpoint_parse (data, n, error);
  return head != NULL && fz_desk_key_check_log (store, note, head->size, error) ? g_steal_pointer (&head) : NULL;
}

static gboolean
compare (FzStore *store, const char *what, const FzCheckpoint *head, GError **error)
{
  g_autofree char *sizes = NULL;
  g_autoptr (GError) cause = NULL;
  FzFrontier then;
  FzHash root;

  if (g_strcmp0 (head->origin, store->origin) != 0)
    return fz_head_say (error, what, _("属于另一份日志"));
  if (head->size > store->frontier.size) {
    sizes = g_strdup_printf (_("本地库的审计日志有 %llu 条，而这里记着 %llu 条，本地库可能被换成了旧副本或丢失了末尾"),
                             (unsigned long long) store->frontier.size, (unsigned long long) head->size);
    return fz_head_say (error, what, sizes);
  }
  /* A head file is written once its checkpoint is kept: one that the store no longer has was taken out of it. */
  if (head->size > store->sealed_size)
    return fz_head_say (error, what, _("这里记着的检查点在本地库里已不存在"));
  if (!fz_audit_load_frontier (store, head->size, &then, &cause))
    return say_cause (error, what, cause);
  root = fz_frontier_root (&then);
  if (memcmp (root.bytes, head->root.bytes, FZ_HASH_BYTES) != 0)
    return fz_head_say (error, what, _("审计日志与这里的记录不一致，可能被改动"));
  return TRUE;
}

static gboolean
check_note (FzStore *store, const char *what, GBytes *bytes, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autoptr (FzCheckpoint) head = open_note (store, bytes, &cause);

  return head != NULL ? compare (store, what, head, error) : fz_head_say (error, what, cause->message);
}

static gboolean
check_file (FzStore *store, const char *path, GError **error)
{
  g_autofree char *what = g_strdup_printf (_("日志头文件 %s"), path);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GBytes) bytes = fz_durable_read (path, HEAD_MAX_BYTES, &cause);

  if (bytes != NULL)
    return check_note (store, what, bytes, error);
  return fz_head_say (error, what, g_error_matches (cause, FZ_ERROR, FZ_ERROR_NOT_FOUND) ? _("缺失") : cause->message);
}

static gboolean
check_inside (FzStore *store, GError **error)
{
  g_autofree char *note = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!fz_audit_newest_note (store, &note, error))
    return FALSE;
  if (note == NULL)
    return fz_head_say (error, _("本地库"), _("没有检查点"));
  bytes = g_bytes_new_take (note, strlen (note));
  note = NULL;
  return check_note (store, _("库内检查点"), bytes, error);
}

gboolean
fz_head_check (FzStore *store, GError **error)
{
  g_autofree char *inside = inside_path (store);
  g_autofree char *outside = fz_head_outside_path (store->state_dir, store->identity);

  return check_inside (store, error) && check_file (store, inside, error) && check_file (store, outside, error);
}

/* --- before anybody signed in --- */

/* The size a head file speaks of; FALSE when it is not there or not readable as one. */
static gboolean
read_size (const char *path, guint64 *out)
{
  g_autoptr (GBytes) bytes = fz_durable_read (path, HEAD_MAX_BYTES, NULL);
  g_autoptr (FzNote) note = NULL;
  g_autoptr (FzCheckpoint) head = NULL;
  gsize n = 0;
  const guint8 *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  note = data != NULL ? fz_note_parse (data, n, NULL) : NULL;
  data = note != NULL ? g_bytes_get_data (fz_note_get_text (note), &n) : NULL;
  head = data != NULL ? fz_checkpoint_parse (data, n, NULL) : NULL;
  if (head != NULL)
    *out = head->size;
  return head != NULL;
}

char *
fz_head_tell_older (const char *dir, const char *state_dir, const guint8 identity[FZ_STORE_IDENTITY_BYTES])
{
  g_autofree char *inside = g_build_filename (dir, "head", NULL), *outside = fz_head_outside_path (state_dir, identity);
  guint64 here = 0, known = 0;

  if (!read_size (outside, &known) || !read_size (inside, &here) || here >= known)
    return NULL;
  return g_strdup_printf (_("数据文件夹 %s 是旧副本：其中的审计日志只有 %llu 条，而本机记着 %llu 条。\n请换回最新的数据文件夹，或由系统管理员用备份恢复（fuzhen restore）。"),
                          dir, (unsigned long long) here, (unsigned long long) known);
}
