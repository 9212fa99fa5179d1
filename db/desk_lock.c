#include "db/desk_lock.h"

#include "core/date.h"
#include "core/fields.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/vfs.h>
#include <unistd.h>

#define SMB2_MAGIC 0xfe534d42u
#define CIFS_MAGIC 0xff534d42u

struct _FzDeskLock {
  gboolean held;
  int fd;
};

static gboolean
check_local (const char *dir, GError **error)
{
  struct statfs info;
  guint32 kind;

  if (statfs (dir, &info) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("未能读取数据文件夹 %s：%s。"), dir, g_strerror (errno));
    return FALSE;
  }
  kind = (guint32) info.f_type;
  if (kind == NFS_SUPER_MAGIC || kind == SMB_SUPER_MAGIC || kind == SMB2_MAGIC || kind == CIFS_MAGIC) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED,
                 _("数据文件夹 %s 在网络共享上，断电时无法保证数据完整。\n请把数据文件夹放在本机磁盘上。"), dir);
    return FALSE;
  }
  return TRUE;
}

/* The holder's text is only shown, never trusted: two words, cut short. */
static void
say_who (int fd, const char *dir, GError **error)
{
  char text[128] = { 0 };
  long pid = 0;
  char since[32] = "";
  gint64 since_us = 0;
  g_autofree char *at = NULL;

  if (pread (fd, text, sizeof text - 1, 0) > 0 && sscanf (text, "pid %ld\nsince %31[0-9TZ:-]", &pid, since) == 2 &&
      fz_time_parse (since, &since_us))
    at = fz_beijing_time_format (since_us);
  if (at != NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_LOCKED,
                 _("数据文件夹 %s 正由另一个程序使用：进程 %ld，自 %s 起。\n请先关闭那个窗口。"), dir, pid, at);
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_LOCKED, _("数据文件夹 %s 正由另一个程序使用。\n请先关闭那个窗口。"), dir);
}

static void
sign_in (int fd)
{
  g_autofree char *now = fz_time_format (g_get_real_time ());
  g_autofree char *text = g_strdup_printf ("pid %ld\nsince %s\n", (long) getpid (), now);

  /* The lock is the flock; a text that could not be written only makes the other side's message poorer. */
  if (ftruncate (fd, 0) == 0 && pwrite (fd, text, strlen (text), 0) < 0)
    g_info ("lock file not written: %s", g_strerror (errno));
}

FzDeskLock *
fz_desk_lock_take (const char *dir, GError **error)
{
  g_autofree char *path = g_build_filename (dir, "lock", NULL);
  FzDeskLock *self;
  int fd;

  if (!check_local (dir, error))
    return NULL;
  fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  /* On a disk that takes nothing there is nobody to be kept from writing; a file that is there is held all the same. */
  if (fd < 0 && errno == EROFS) {
    fd = open (path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0 && errno == ENOENT)
      return g_new0 (FzDeskLock, 1);
  }
  if (fd < 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("未能打开 %s：%s。\n请检查文件夹权限。"), path, g_strerror (errno));
    return NULL;
  }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0) {
    say_who (fd, dir, error);
    close (fd);
    return NULL;
  }
  sign_in (fd);
  self = g_new0 (FzDeskLock, 1);
  self->held = TRUE;
  self->fd = fd;
  return self;
}

void
fz_desk_lock_free (FzDeskLock *self)
{
  if (self == NULL)
    return;
  if (self->held)
    close (self->fd);
  g_free (self);
}
