/* db/rows.h: reading rows out of a statement; used by the tables' own files only. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Makes a value of the row the statement stands on; NULL with error. */
typedef gpointer (*FzRowReader) (FzStmt *stmt, GError **error);

/* Every remaining row through the reader. `stmt` NULL (the query failed) gives NULL. (transfer full) */
GPtrArray *fz_rows_collect (FzStmt *stmt, FzRowReader reader, GDestroyNotify free_row, GError **error);
/* The one row; NULL without error when there is none and `missing` is NULL, else NOT_FOUND with that sentence. */
gpointer fz_rows_first (FzStmt *stmt, FzRowReader reader, const char *missing, GError **error);

/* Column 0 of the one row; *io_number stays what it was when there is none. */
gboolean fz_row_number (FzStmt *stmt, gint64 *io_number, GError **error);
/* Is there a row? */
gboolean fz_row_exists (FzStmt *stmt, gboolean *out, GError **error);

/* Readers of column 0: canonical text as frozen facts (CORRUPT when it does not parse), a string. */
gpointer fz_row_facts (FzStmt *stmt, GError **error);
FzFields *fz_row_facts_at (FzStmt *stmt, int column, GError **error);
/* Column 0, these keys alone (core/fields_part.h). */
FzFields *fz_row_facts_part (FzStmt *stmt, const char *const *keys, GError **error);
gpointer fz_row_text (FzStmt *stmt, GError **error);

GPtrArray *fz_rows_of_facts (FzStmt *stmt, GError **error);
FzFields *fz_row_of_facts (FzStmt *stmt, const char *missing, GError **error);
GPtrArray *fz_rows_of_text (FzStmt *stmt, GError **error);

/* The canonical text of facts, for a bind. */
char *fz_facts_to_text (const FzFields *facts, GError **error);
