/* core/csv.h: tables of knowledge and catalogues as they come from files (RFC 4180, UTF-8, optional BOM, LF or CRLF).
 * Strict on purpose: a hospital's catalogue decides doses, so a row of the wrong width, a stray quote or a broken byte is an
 * error with its line, never a guess. GB18030 is turned into UTF-8 by the caller that read the file. */
#pragma once

#include "core/error.h"

typedef struct _FzCsv FzCsv;

/* Parses a whole file with a header row. `name` is what messages call it (the file's name). Fails with INVALID naming the line:
 * bad UTF-8, control characters, a quote in an unquoted field or left open, a row of another width than the header, an empty or
 * repeated column name, no header. Empty lines are refused but for the end of the file. The result is frozen. */
FzCsv *fz_csv_parse (const guint8 *bytes, gsize n, const char *name, GError **error);
FzCsv *fz_csv_ref (FzCsv *self);
void fz_csv_unref (FzCsv *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzCsv, fz_csv_unref)

const char *fz_csv_get_name (const FzCsv *self);
guint fz_csv_get_n_rows (const FzCsv *self);
guint fz_csv_get_n_columns (const FzCsv *self);
const char *fz_csv_get_column (const FzCsv *self, guint column);
/* The column's position or -1. */
int fz_csv_find_column (const FzCsv *self, const char *column);
/* TRUE when every name of the NULL-terminated list is a column, else INVALID naming the missing one. */
gboolean fz_csv_require (const FzCsv *self, const char *const *columns, GError **error);
/* The line of the file (1 is the header) on which this row (0 is the first after the header) begins. */
guint fz_csv_get_line (const FzCsv *self, guint row);
/* The field as written, "" when empty. (transfer none) */
const char *fz_csv_get_at (const FzCsv *self, guint row, guint column);
/* The same by column name; "" too when the file has no such column. */
const char *fz_csv_get (const FzCsv *self, guint row, const char *column);
/* An error for this row: INVALID, "<name> 第 N 行，列 <column>：<reason>". */
void fz_csv_set_error (const FzCsv *self, guint row, const char *column, GError **error, const char *reason);
/* Writes one field so that the parser gives it back: always in quotes. NULL: empty. */
void fz_csv_append_field (GString *csv, const char *value);
