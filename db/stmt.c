#include "db/stmt.h"

#include <string.h>

static gboolean
refuse (GError **error, const char *sql, const char *why)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "%s: %s", why, sql);
  return FALSE;
}

/* $1…$n and nothing else: PostgreSQL reads them so, SQLite takes them as names, whose index is the order of appearance. */
static gboolean
learn_parameters (FzStmt *self, const char *sql, GError **error)
{
  int n = sqlite3_bind_parameter_count (self->raw);

  self->n_parameters = (guint) n;
  self->slot = g_new0 (int, (gsize) n + 1);
  for (int i = 1; i <= n; i++) {
    char name[16];

    g_snprintf (name, sizeof name, "$%d", i);
    self->slot[i - 1] = sqlite3_bind_parameter_index (self->raw, name);
    if (self->slot[i - 1] == 0)
      return refuse (error, sql, "parameters are not exactly $1...$n");
  }
  return TRUE;
}

static gboolean
is_blank (const char *tail)
{
  return tail == NULL || strspn (tail, " \t\r\n;") == strlen (tail);
}

FzStmt *
fz_stmt_prepare (FzConnection *connection, const char *sql, GError **error)
{
  FzStmt *self = g_new0 (FzStmt, 1);
  const char *tail = NULL;
  int rc = sqlite3_prepare_v3 (connection->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &self->raw, &tail);
  gboolean good;

  self->connection = connection;
  if (rc != SQLITE_OK)
    good = fz_connection_fail (connection, rc, error);
  else if (self->raw == NULL || !is_blank (tail))
    good = refuse (error, sql, "not exactly one statement");
  else
    good = learn_parameters (self, sql, error);
  if (good)
    return self;
  fz_stmt_free (self);
  return NULL;
}

FzStmt *
fz_stmt_take (FzConnection *connection, const char *sql, gboolean *out_extra, GError **error)
{
  GHashTable *cache = connection->statements[connection->mask];
  FzStmt *self = g_hash_table_lookup (cache, sql);

  *out_extra = self != NULL && self->busy;
  if (self != NULL && !self->busy)
    return self;
  self = fz_stmt_prepare (connection, sql, error);
  if (self != NULL && !*out_extra)
    g_hash_table_insert (cache, (gpointer) sqlite3_sql (self->raw), self);
  return self;
}

static int
bind_bytes (sqlite3_stmt *raw, int slot, const void *bytes, gsize n)
{
  if (bytes == NULL)
    return sqlite3_bind_null (raw, slot);
  return sqlite3_bind_blob64 (raw, slot, bytes, n, SQLITE_TRANSIENT);
}

static int
bind_gbytes (sqlite3_stmt *raw, int slot, GBytes *bytes)
{
  gsize n = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &n) : NULL;

  if (bytes != NULL && n == 0)
    return sqlite3_bind_zeroblob (raw, slot, 0);
  return bind_bytes (raw, slot, data, n);
}

/* One letter, see db/store.h. -1 for a letter that is none. */
static int
bind_one (sqlite3_stmt *raw, int slot, char type, va_list *arguments)
{
  const void *bytes;
  gboolean has;
  gint64 value;

  switch (type) {
  case 't':
    return sqlite3_bind_text (raw, slot, va_arg (*arguments, const char *), -1, SQLITE_TRANSIENT);
  case 'i':
    return sqlite3_bind_int64 (raw, slot, va_arg (*arguments, gint64));
  case 'n':
    has = va_arg (*arguments, gboolean);
    value = va_arg (*arguments, gint64);
    return has ? sqlite3_bind_int64 (raw, slot, value) : sqlite3_bind_null (raw, slot);
  case 'b':
    bytes = va_arg (*arguments, const void *);
    return bind_bytes (raw, slot, bytes, va_arg (*arguments, gsize));
  case 'B':
    return bind_gbytes (raw, slot, va_arg (*arguments, GBytes *));
  default:
    return -1;
  }
}

gboolean
fz_stmt_bind (FzStmt *self, const char *types, va_list arguments, GError **error)
{
  va_list copy;
  int rc = SQLITE_OK;
  gsize n = types != NULL ? strlen (types) : 0;

  if (n != self->n_parameters)
    return refuse (error, sqlite3_sql (self->raw), "types do not match the parameters");
  va_copy (copy, arguments);
  for (gsize i = 0; i < n && rc == SQLITE_OK; i++)
    rc = bind_one (self->raw, self->slot[i], types[i], &copy);
  va_end (copy);
  if (rc == SQLITE_OK)
    return TRUE;
  return rc < 0 ? refuse (error, types, "unknown type letter") : fz_connection_fail (self->connection, rc, error);
}

gboolean
fz_stmt_next (FzStmt *stmt, GError **error)
{
  int rc;

  if (!stmt->busy) /* its last row was read; a further step would run it again without its parameters */
    return FALSE;
  rc = sqlite3_step (stmt->raw);
  if (rc == SQLITE_ROW)
    return TRUE;
  if (rc != SQLITE_DONE)
    fz_connection_fail (stmt->connection, rc, error);
  fz_stmt_end (stmt);
  return FALSE;
}

void
fz_stmt_end (FzStmt *stmt)
{
  if (stmt == NULL)
    return;
  sqlite3_reset (stmt->raw);
  sqlite3_clear_bindings (stmt->raw);
  stmt->busy = FALSE;
}

const char *
fz_stmt_text (FzStmt *stmt, int column)
{
  return (const char *) sqlite3_column_text (stmt->raw, column);
}

char *
fz_stmt_dup_text (FzStmt *stmt, int column)
{
  return g_strdup (fz_stmt_text (stmt, column));
}

gint64
fz_stmt_int (FzStmt *stmt, int column)
{
  return sqlite3_column_int64 (stmt->raw, column);
}

gboolean
fz_stmt_is_null (FzStmt *stmt, int column)
{
  return sqlite3_column_type (stmt->raw, column) == SQLITE_NULL;
}

GBytes *
fz_stmt_dup_bytes (FzStmt *stmt, int column)
{
  const void *data;

  if (fz_stmt_is_null (stmt, column))
    return NULL;
  data = sqlite3_column_blob (stmt->raw, column);
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (stmt->raw, column));
}

void
fz_stmt_free (gpointer data)
{
  FzStmt *self = data;

  if (self == NULL)
    return;
  sqlite3_finalize (self->raw);
  g_free (self->slot);
  g_free (self);
}
