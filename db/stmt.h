/* db/stmt.h: statements, their parameters and their cache (语句). Only db includes this; jobs use db/store.h. */
#pragma once

#include <stdarg.h>

#include "db/connection.h"
#include "db/store.h"

struct _FzStmt {
  sqlite3_stmt *raw;
  FzConnection *connection;
  guint n_parameters;
  int *slot;     /* SQLite's index of $1…$n */
  gboolean busy; /* between bind and the end of its rows */
};

/* Compiles under the connection's mask. INTERNAL when the parameter names are not exactly $1…$n, when there is more than
 * one statement; REFUSED when the authorizer says no. */
FzStmt *fz_stmt_prepare (FzConnection *connection, const char *sql, GError **error);
/* As above from the cache of the mask; a statement that is still being read is compiled anew and must be freed by whoever
 * finds *out_extra set. (transfer none) otherwise. */
FzStmt *fz_stmt_take (FzConnection *connection, const char *sql, gboolean *out_extra, GError **error);
gboolean fz_stmt_bind (FzStmt *self, const char *types, va_list arguments, GError **error);
void fz_stmt_free (gpointer self);
