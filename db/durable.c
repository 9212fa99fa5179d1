#include "db/durable.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail (GError **error, const char *path, int code)
{
  if (code == ENOSPC || code == EDQUOT)
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("磁盘空间不足，未能写入 %s。\n请清理磁盘后重试。"), path);
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("未能读写 %s：%s。\n请检查磁盘和文件夹权限后重试。"), path,
                 g_strerror (code));
  return FALSE;
}

static gboolean
sync_path (const char *path, int flags, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | flags);
  int code = 0;

  if (fd < 0)
    return fail (error, path, errno);
  if (fsync (fd) != 0)
    code = errno;
  close (fd);
  return code == 0 ? TRUE : fail (error, path, code);
}

gboolean
fz_durable_sync_file (const char *path, GError **error)
{
  return sync_path (path, 0, error);
}

gboolean
fz_durable_sync_folder (const char *folder, GError **error)
{
  return sync_path (folder, O_DIRECTORY, error);
}

gboolean
fz_durable_rename (const char *from, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to);

  if (rename (from, to) != 0)
    return fail (error, to, errno);
  return fz_durable_sync_folder (folder, error);
}

gboolean
fz_durable_folder (const char *folder, GError **error)
{
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail (error, folder, errno);
  return TRUE;
}

gboolean
fz_durable_touch (const char *path, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    return fail (error, path, errno);
  close (fd);
  return TRUE;
}

/* Returns 0 or an errno. */
static int
write_all (int fd, const guint8 *bytes, gsize n)
{
  while (n > 0) {
    ssize_t done = write (fd, bytes, n);

    if (done < 0 && errno != EINTR)
      return errno;
    if (done > 0) {
      bytes += done;
      n -= (gsize) done;
    }
  }
  return fsync (fd) == 0 ? 0 : errno;
}

gboolean
fz_durable_write (const char *path, const void *bytes, gsize n, int mode, GError **error)
{
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  int fd = open (fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode);
  int code;

  if (fd < 0)
    return fail (error, path, errno);
  code = write_all (fd, bytes, n);
  if (close (fd) != 0 && code == 0)
    code = errno;
  if (code != 0) {
    unlink (fresh);
    return fail (error, path, code);
  }
  return fz_durable_rename (fresh, path, error);
}

GBytes *
fz_durable_read (const char *path, gsize max, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) cause = NULL;
  gsize n = 0;
  GStatBuf info;

  if (g_stat (path, &info) != 0) {
    if (errno != ENOENT)
      return fail (error, path, errno), NULL;
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("没有文件 %s。"), path);
    return NULL;
  }
  if ((guint64) info.st_size > max) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("文件 %s 过大，不是本程序所写。"), path);
    return NULL;
  }
  if (!g_file_get_contents (path, &text, &n, &cause)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("未能读取 %s：%s"), path, cause->message);
    return NULL;
  }
  return g_bytes_new_take (g_steal_pointer (&text), n);
}
