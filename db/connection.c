#include "db/connection.h"

#include "db/durable.h"
#include "db/seal_vfs.h"
#include "db/stmt.h"

#include <glib/gi18n-lib.h>

/* Tables that only their own file in db/ may write. */
static const char *const guarded[] = { "audit", "audit_payload", "checkpoint", "desk_key", "attachment", "key_succession", "kept_secret", "tombstone", NULL };
/* Append-only tables from which a lawful purge takes what has a tombstone; their triggers ask for it. */
static const char *const purged[] = { "audit_payload", "attachment", NULL };

static int
authorize_insert (const FzConnection *self, const char *table)
{
  if (g_str_has_prefix (table, "sqlite_"))
    return SQLITE_DENY;
  return self->mask == FZ_MASK_WRITE && g_strv_contains (guarded, table) ? SQLITE_DENY : SQLITE_OK;
}

static int
authorize_change (const FzConnection *self, const char *table)
{
  if (authorize_insert (self, table) != SQLITE_OK)
    return SQLITE_DENY;
  return g_hash_table_contains (self->append_only, table) ? SQLITE_DENY : SQLITE_OK;
}

static int
authorize_delete (const FzConnection *self, const char *table)
{
  return self->mask == FZ_MASK_PURGE && g_strv_contains (purged, table) ? SQLITE_OK : authorize_change (self, table);
}

static int
authorize_read (const char *table, const char *column)
{
  return (g_strcmp0 (table, "desk_key") == 0 && g_strcmp0 (column, "seed") == 0) ||
             (g_strcmp0 (table, "kept_secret") == 0 && g_strcmp0 (column, "secret") == 0)
           ? SQLITE_DENY
           : SQLITE_OK;
}

static int
authorize_write (FzConnection *self, int otherwise)
{
  if (self->mask != FZ_MASK_READ)
    return otherwise;
  self->denied = TRUE;
  return SQLITE_DENY;
}

/* What a job's statement may do; everything not named (DROP, ALTER, ATTACH, PRAGMA, COMMIT …) is refused. */
static int
authorize_job (FzConnection *self, int action, const char *a, const char *b)
{
  switch (action) {
  case SQLITE_SELECT:
  case SQLITE_RECURSIVE:
    return SQLITE_OK;
  case SQLITE_READ:
    return authorize_read (a, b);
  case SQLITE_FUNCTION:
    return g_strcmp0 (b, "load_extension") == 0 ? SQLITE_DENY : SQLITE_OK;
  case SQLITE_INSERT:
    return authorize_write (self, authorize_insert (self, a));
  case SQLITE_UPDATE:
    return authorize_write (self, authorize_change (self, a));
  case SQLITE_DELETE:
    return authorize_write (self, authorize_delete (self, a));
  default:
    return SQLITE_DENY;
  }
}

static int
authorize (void *data, int action, const char *a, const char *b, const char *database, const char *trigger)
{
  FzConnection *self = data;

  if (self->mask == FZ_MASK_SETUP)
    return SQLITE_OK;
  if (self->mask == FZ_MASK_MIGRATE)
    return action == SQLITE_ATTACH || action == SQLITE_DETACH || action == SQLITE_TRANSACTION ? SQLITE_DENY : SQLITE_OK;
  return authorize_job (self, action, a, b);
}

static int
note_wal (void *data, sqlite3 *db, const char *name, int pages)
{
  FzConnection *self = data;

  self->wal_pages = pages;
  return SQLITE_OK;
}

gboolean
fz_connection_fail (FzConnection *self, int rc, GError **error)
{
  int extended = self->db != NULL ? sqlite3_extended_errcode (self->db) : rc;

  /* After a failed fsync the kernel may have dropped the pages and call the next one good: nothing this connection
   * believes to be on the disk can be trusted, so it must be opened anew. */
  if (extended == SQLITE_IOERR_FSYNC || extended == SQLITE_IOERR_DIR_FSYNC)
    self->untrusted = TRUE;
  return fz_sql_set_error (self->db, rc, error);
}

gboolean
fz_connection_exec (FzConnection *self, FzMask mask, const char *sql, GError **error)
{
  FzMask before = self->mask;
  int rc;

  self->mask = mask;
  rc = sqlite3_exec (self->db, sql, NULL, NULL, NULL);
  self->mask = before;
  return rc == SQLITE_OK ? TRUE : fz_connection_fail (self, rc, error);
}

/* Prepares and makes the first step under SETUP. NULL with an error, else a statement whose *out_rc is ROW or DONE. */
static sqlite3_stmt *
first_step (FzConnection *self, const char *sql, int *out_rc, GError **error)
{
  FzMask before = self->mask;
  sqlite3_stmt *raw = NULL;
  int rc;

  self->mask = FZ_MASK_SETUP;
  rc = sqlite3_prepare_v2 (self->db, sql, -1, &raw, NULL);
  if (rc == SQLITE_OK)
    rc = sqlite3_step (raw);
  self->mask = before;
  if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
    fz_connection_fail (self, rc, error);
    sqlite3_finalize (raw);
    return NULL;
  }
  *out_rc = rc;
  return raw;
}

gboolean
fz_connection_read_int (FzConnection *self, const char *sql, gint64 fallback, gint64 *out, GError **error)
{
  int rc;
  sqlite3_stmt *raw = first_step (self, sql, &rc, error);

  if (raw == NULL)
    return FALSE;
  *out = rc == SQLITE_ROW ? sqlite3_column_int64 (raw, 0) : fallback;
  sqlite3_finalize (raw);
  return TRUE;
}

gboolean
fz_connection_learn_append_only (FzConnection *self, GError **error)
{
  static const char sql[] = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name = tbl_name || '_no_delete'";
  int rc;
  sqlite3_stmt *raw = first_step (self, sql, &rc, error);

  if (raw == NULL)
    return FALSE;
  g_hash_table_remove_all (self->append_only);
  for (; rc == SQLITE_ROW; rc = sqlite3_step (raw))
    g_hash_table_add (self->append_only, g_strdup ((const char *) sqlite3_column_text (raw, 0)));
  if (rc != SQLITE_DONE)
    fz_connection_fail (self, rc, error);
  sqlite3_finalize (raw);
  return rc == SQLITE_DONE;
}

gboolean
fz_connection_quick_check (FzConnection *self, GError **error)
{
  int rc;
  sqlite3_stmt *raw = first_step (self, "PRAGMA quick_check(1)", &rc, error);
  g_autofree char *answer = NULL;

  if (raw == NULL)
    return FALSE;
  answer = rc == SQLITE_ROW ? g_strdup ((const char *) sqlite3_column_text (raw, 0)) : NULL;
  sqlite3_finalize (raw);
  if (g_strcmp0 (answer, "ok") == 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT,
               _("本地库文件已损坏：%s。\n请系统管理员用备份恢复（fuzhen restore）。"), answer != NULL ? answer : "?");
  return FALSE;
}

gboolean
fz_connection_checkpoint (FzConnection *self, gboolean truncate, GError **error)
{
  int rc = sqlite3_wal_checkpoint_v2 (self->db, "main", truncate ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE,
                                      NULL, NULL);

  if (rc != SQLITE_OK)
    return fz_connection_fail (self, rc, error);
  self->wal_pages = 0;
  return TRUE;
}

void
fz_connection_leave_alone (FzConnection *self)
{
  sqlite3_db_config (self->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

static void
configure (FzConnection *self)
{
  static const struct {
    int option;
    int value;
  } options[] = {
    { SQLITE_DBCONFIG_DEFENSIVE, 1 },    { SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },        { SQLITE_DBCONFIG_ENABLE_FKEY, 1 },
    { SQLITE_DBCONFIG_ENABLE_TRIGGER, 1 }, { SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 }, { SQLITE_DBCONFIG_DQS_DML, 0 },
    { SQLITE_DBCONFIG_DQS_DDL, 0 },
  };
  int reserve = FZ_SEAL_RESERVED_BYTES;
  int keep = 1;

  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    sqlite3_db_config (self->db, options[i].option, options[i].value, NULL);
  sqlite3_file_control (self->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
  sqlite3_file_control (self->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  sqlite3_limit (self->db, SQLITE_LIMIT_ATTACHED, 1);
  sqlite3_set_authorizer (self->db, authorize, self);
  sqlite3_wal_hook (self->db, note_wal, self);
}

/* EXCLUSIVE before WAL, so that no shared-memory file is ever made. The automatic checkpoint is ours (note_wal): SQLite's
 * own would swallow a failed fsync. */
static const char setup[] = "PRAGMA locking_mode = EXCLUSIVE;"
                            "PRAGMA page_size = 4096;"
                            "PRAGMA temp_store = MEMORY;"
                            "PRAGMA mmap_size = 0;"
                            "PRAGMA cell_size_check = ON;"
                            "PRAGMA recursive_triggers = ON;"
                            "PRAGMA secure_delete = ON;" /* what a row held is gone with the row, not only forgotten */
                            "PRAGMA cache_size = -16000;"
                            "PRAGMA synchronous = FULL;";

static gboolean
enter_wal (FzConnection *self, gboolean create, GError **error)
{
  gint64 id = 0;
  gint64 level = 0;

  if (!fz_connection_exec (self, FZ_MASK_SETUP, setup, error) ||
      !fz_connection_exec (self, FZ_MASK_SETUP, "PRAGMA journal_mode = WAL;", error))
    return FALSE;
  if (create && !fz_connection_exec (self, FZ_MASK_SETUP, "PRAGMA application_id = 0x465A4653;", error))
    return FALSE;
  if (!fz_connection_read_int (self, "PRAGMA application_id", 0, &id, error) ||
      !fz_connection_read_int (self, "PRAGMA synchronous", 0, &level, error))
    return FALSE;
  if (id == FZ_APPLICATION_ID && level == 2)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _("文件不是本程序的本地库。\n请检查数据文件夹。"));
  return FALSE;
}

FzConnection *
fz_connection_open (const char *path, const char *vfs, gboolean create, GError **error)
{
  g_autoptr (FzConnection) self = g_new0 (FzConnection, 1);
  int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE | (create ? SQLITE_OPEN_CREATE : 0);
  int rc;

  self->append_only = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (int i = 0; i < FZ_N_MASKS; i++)
    self->statements[i] = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, fz_stmt_free);
  self->mask = FZ_MASK_SETUP;
  if (create && !fz_durable_touch (path, error))
    return NULL;
  rc = sqlite3_open_v2 (path, &self->db, flags, vfs);
  if (rc != SQLITE_OK) {
    fz_connection_fail (self, rc, error);
    return NULL;
  }
  configure (self);
  if (!enter_wal (self, create, error) || !fz_connection_learn_append_only (self, error))
    return NULL;
  self->mask = FZ_MASK_READ;
  return g_steal_pointer (&self);
}

void
fz_connection_free (FzConnection *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->backup, sqlite3_backup_finish);
  for (int i = 0; i < FZ_N_MASKS; i++)
    g_clear_pointer (&self->statements[i], g_hash_table_unref);
  if (self->db != NULL && sqlite3_close (self->db) != SQLITE_OK)
    g_critical ("store connection closed with statements still open");
  g_clear_pointer (&self->append_only, g_hash_table_unref);
  g_free (self);
}
