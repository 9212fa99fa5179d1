#include "db/room.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sys/statvfs.h>
#include <unistd.h>

gboolean
fz_room_is_read_only (const char *dir)
{
  struct statvfs info;

  return statvfs (dir, &info) == 0 && (info.f_flag & ST_RDONLY) != 0;
}

guint64
fz_room_free_bytes (const char *dir)
{
  struct statvfs info;

  if (statvfs (dir, &info) != 0)
    return 0;
  return (guint64) info.f_bavail * (guint64) info.f_frsize;
}

gboolean
fz_room_check (const char *dir, guint64 need_bytes, GError **error)
{
  guint64 free_bytes = fz_room_free_bytes (dir);
  g_autofree char *need = NULL;
  g_autofree char *have = NULL;

  if (free_bytes >= need_bytes)
    return TRUE;
  need = g_format_size_full (need_bytes, G_FORMAT_SIZE_IEC_UNITS);
  have = g_format_size_full (free_bytes, G_FORMAT_SIZE_IEC_UNITS);
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY,
               _("磁盘空间不足：%s 只剩 %s，签名和保存至少需要 %s。\n请清理磁盘或请系统管理员扩容后重试。"), dir, have,
               need);
  return FALSE;
}

void
fz_room_lay_ballast (const char *dir, guint64 spare_bytes)
{
  g_autofree char *path = g_build_filename (dir, "ballast", NULL);
  int fd;

  if (access (path, F_OK) == 0 || fz_room_free_bytes (dir) < spare_bytes + FZ_BALLAST_BYTES)
    return;
  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return;
  if (posix_fallocate (fd, 0, FZ_BALLAST_BYTES) != 0)
    unlink (path);
  close (fd);
}

gboolean
fz_room_drop_ballast (const char *dir)
{
  g_autofree char *path = g_build_filename (dir, "ballast", NULL);

  return unlink (path) == 0;
}
