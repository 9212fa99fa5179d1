/* db/rows.h: reading columns of canonical text out of a statement; used by the tables' own files only. */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Column 0 of every remaining row, parsed and frozen. CORRUPT when one does not parse. (transfer full) */
GPtrArray *fz_rows_of_facts (FzStmt *stmt, GError **error);
/* Column 0 of the one row; NULL without error when there is none and `missing` is NULL, else NOT_FOUND with that sentence. */
FzFields *fz_row_of_facts (FzStmt *stmt, const char *missing, GError **error);
/* The canonical text of facts, for a bind. */
char *fz_facts_to_text (const FzFields *facts, GError **error);
