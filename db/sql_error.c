/* What SQLite's result codes mean for our callers, and for the person in front of the screen. */
#include "db/connection.h"

#include <glib/gi18n-lib.h>

static FzErrorCode
code_of_constraint (int extended)
{
  switch (extended) {
  case SQLITE_CONSTRAINT_UNIQUE:
  case SQLITE_CONSTRAINT_PRIMARYKEY:
  case SQLITE_CONSTRAINT_ROWID:
    return FZ_ERROR_CONFLICT;
  case SQLITE_CONSTRAINT_TRIGGER:
    return FZ_ERROR_REFUSED;
  default:
    return FZ_ERROR_INTERNAL;
  }
}

/* A failed read is damage: the sealing VFS reports a page that does not authenticate as one. A failed write is the disk's
 * trouble of the moment and left nothing behind. */
static FzErrorCode
code_of_io (int extended)
{
  switch (extended) {
  case SQLITE_IOERR_READ:
  case SQLITE_IOERR_SHORT_READ:
  case SQLITE_IOERR_DATA:
  case SQLITE_IOERR_CORRUPTFS:
  case SQLITE_IOERR_AUTH:
    return FZ_ERROR_CORRUPT;
  default:
    return FZ_ERROR_RETRY;
  }
}

static FzErrorCode
code_of (int rc, int extended)
{
  switch (rc & 0xff) {
  case SQLITE_CONSTRAINT:
    return code_of_constraint (extended);
  case SQLITE_IOERR:
    return code_of_io (extended);
  case SQLITE_CORRUPT:
  case SQLITE_NOTADB:
    return FZ_ERROR_CORRUPT;
  case SQLITE_FULL:
  case SQLITE_NOMEM:
  case SQLITE_CANTOPEN:
    return FZ_ERROR_RETRY;
  case SQLITE_BUSY:
  case SQLITE_LOCKED:
    return FZ_ERROR_LOCKED;
  case SQLITE_AUTH:
  case SQLITE_READONLY:
    return FZ_ERROR_REFUSED;
  default:
    return FZ_ERROR_INTERNAL;
  }
}

static const char *
text_of (FzErrorCode code, gboolean full)
{
  if (full)
    return _("磁盘已满，这一步没有保存，原有内容不受影响。\n请清理磁盘后重试。");
  switch ((int) code) {
  case FZ_ERROR_CORRUPT:
    return _("本地库文件已损坏或被改动，已停止写入。\n请系统管理员用备份恢复（fuzhen restore）。");
  case FZ_ERROR_RETRY:
    return _("写入磁盘失败，这一步没有保存。\n请检查磁盘后重试。");
  case FZ_ERROR_LOCKED:
    return _("本地库正由另一个程序使用。\n请先关闭那个窗口。");
  case FZ_ERROR_CONFLICT:
    return _("已有相同的记录。\n请刷新后再试。");
  case FZ_ERROR_REFUSED:
    return _("本地库不允许这样改动。");
  default:
    return _("本地库内部错误。\n请把这条信息交给系统管理员。");
  }
}

gboolean
fz_sql_set_error (sqlite3 *db, int rc, GError **error)
{
  int extended = db != NULL ? sqlite3_extended_errcode (db) : rc;
  FzErrorCode code = code_of (rc, (extended & 0xff) == (rc & 0xff) ? extended : rc);
  g_auto (GStrv) parts = g_strsplit (text_of (code, (rc & 0xff) == SQLITE_FULL), "\n", 2);

  /* The action stays the last line; SQLite's own words help whoever is told about it. */
  g_set_error (error, FZ_ERROR, (int) code, "%s [%s, %d]%s%s", parts[0], db != NULL ? sqlite3_errmsg (db) : sqlite3_errstr (rc),
               extended, parts[1] != NULL ? "\n" : "", parts[1] != NULL ? parts[1] : "");
  return FALSE;
}
