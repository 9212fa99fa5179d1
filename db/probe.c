#include "db/probe.h"

#include "db/connection.h"

#include <glib/gi18n-lib.h>

typedef struct {
  sqlite3_file *file;
  gint64 pages;
  const char *name;
} Probe;

static void
probe_close (Probe *self)
{
  if (self->file != NULL && self->file->pMethods != NULL)
    self->file->pMethods->xClose (self->file);
  g_clear_pointer (&self->file, g_free);
  sqlite3_free_filename (self->name);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Probe, probe_close)

static int
probe_open (Probe *self, const char *vfs_name, const char *path)
{
  sqlite3_vfs *vfs = sqlite3_vfs_find (vfs_name);
  g_autofree char *journal = g_strconcat (path, "-journal", NULL);
  g_autofree char *wal = g_strconcat (path, "-wal", NULL);
  sqlite3_int64 size = 0;
  int flags = 0;
  int rc;

  if (vfs == NULL)
    return SQLITE_ERROR;
  self->name = sqlite3_create_filename (path, journal, wal, 0, NULL);
  if (self->name == NULL)
    return SQLITE_NOMEM;
  self->file = g_malloc0 ((gsize) vfs->szOsFile);
  rc = vfs->xOpen (vfs, self->name, self->file, SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB, &flags);
  if (rc == SQLITE_OK)
    rc = self->file->pMethods->xFileSize (self->file, &size);
  self->pages = size / FZ_STORE_PAGE_BYTES;
  return rc;
}

static gboolean
page_opens (Probe *self, gint64 page)
{
  char bytes[FZ_STORE_PAGE_BYTES];

  return self->file->pMethods->xRead (self->file, bytes, sizeof bytes, (page - 1) * FZ_STORE_PAGE_BYTES) == SQLITE_OK;
}

static gboolean
refuse (const char *path, int rc, GError **error)
{
  switch (rc) {
  case SQLITE_IOERR_AUTH:
    g_set_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE,
                 _("密钥打不开本地库 %s：密钥与此库不符。\n请确认数据文件夹和密钥文件属于同一个库。"), path);
    return FALSE;
  case SQLITE_IOERR_DATA:
  case SQLITE_OK: /* and no page in it */
    g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
                 _("%s 第 1 页：本地库文件已损坏或被截断。\n请系统管理员用备份恢复（fuzhen restore）。"), path);
    return FALSE;
  default:
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _("未能打开本地库文件 %s（%s）。\n请检查文件权限和磁盘。"), path,
                 sqlite3_errstr (rc));
    return FALSE;
  }
}

gboolean
fz_probe_key (const char *vfs, const char *path, GError **error)
{
  g_auto (Probe) probe = { 0 };
  int rc = probe_open (&probe, vfs, path);

  return rc == SQLITE_OK && probe.pages > 0 ? TRUE : refuse (path, rc, error);
}

gint64
fz_probe_first_bad_page (const char *vfs, const char *path)
{
  g_auto (Probe) probe = { 0 };

  if (probe_open (&probe, vfs, path) != SQLITE_OK)
    return 0;
  for (gint64 page = 1; page <= probe.pages; page++)
    if (!page_opens (&probe, page))
      return page;
  return 0;
}
