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

/* A file system that has no such rename gives it a second name and takes the first away. */
gboolean
fz_durable_rename_new (const char *from, const char *to, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (to);
  gboolean done = renameat2 (AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0;

  if (!done && (errno == EINVAL || errno == ENOSYS))
    done = link (from, to) == 0 && unlink (from) == 0;
  if (!done && errno == EEXIST) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("“%s”已经存在，没有覆盖。请换一个名称。"), to);
    return FALSE;
  }
  return done ? fz_durable_sync_folder (folder, error) : fail (error, to, errno);
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
  int fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600); /* no waiting at a pipe */

  if (fd < 0)
    return fail (error, path, errno);
  close (fd);
  return TRUE;
}

int
fz_durable_write_all (int fd, const void *bytes, gsize n)
{
  const guint8 *at = bytes;

  while (n > 0) {
    ssize_t done = write (fd, at, n);

    if (done < 0 && errno != EINTR)
      return errno;
    at += MAX (done, 0);
    n -= (gsize) MAX (done, 0);
  }
  return 0;
}

int
fz_durable_read_all (int fd, void *out, gsize n, gint64 offset)
{
  guint8 *to = out;

  while (n > 0) {
    ssize_t done = pread (fd, to, n, offset);

    if (done < 0 && errno != EINTR)
      return errno;
    if (done == 0)
      return ENODATA;
    to += MAX (done, 0);
    n -= (gsize) MAX (done, 0);
    offset += MAX (done, 0);
  }
  return 0;
}

gboolean
fz_durable_write (const char *path, const void *bytes, gsize n, int mode, GError **error)
{
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  int fd = open (fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, mode);
  int code;

  if (fd < 0)
    return fail (error, path, errno);
  code = fz_durable_write_all (fd, bytes, n);
  if (code == 0 && fsync (fd) != 0)
    code = errno;
  if (close (fd) != 0 && code == 0)
    code = errno;
  if (code != 0) {
    unlink (fresh);
    return fail (error, path, code);
  }
  return fz_durable_rename (fresh, path, error);
}

static gboolean
check_regular (const char *path, const struct stat *info, gsize max, GError **error)
{
  if (!S_ISREG (info->st_mode))
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("%s 不是普通文件，不是本程序所写。\n请把它移走后重试。"), path);
  else if ((guint64) info->st_size > max)
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("文件 %s 过大，不是本程序所写。"), path);
  else
    return TRUE;
  return FALSE;
}

static GBytes *
read_open (int fd, const char *path, gsize max, GError **error)
{
  g_autofree guint8 *bytes = NULL;
  struct stat info;
  int code;

  if (fstat (fd, &info) != 0)
    return fail (error, path, errno), NULL;
  if (!check_regular (path, &info, max, error))
    return NULL;
  bytes = g_malloc ((gsize) info.st_size + 1);
  code = fz_durable_read_all (fd, bytes, (gsize) info.st_size, 0);
  if (code != 0)
    return fail (error, path, code), NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), (gsize) info.st_size);
}

GBytes *
fz_durable_read (const char *path, gsize max, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  GBytes *bytes;

  if (fd < 0 && errno == ENOENT) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _("没有文件 %s。"), path);
    return NULL;
  }
  if (fd < 0)
    return fail (error, path, errno), NULL;
  bytes = read_open (fd, path, max, error);
  close (fd);
  return bytes;
}
