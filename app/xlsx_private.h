/* app/xlsx_private.h: the parts of a workbook that a reader of one sheet needs. */
#pragma once

#include "core/error.h"

#define FZ_XLSX_MAX_TEXT 32767 /* characters of a cell, as the format itself has it */

/* One entry of the zip, unpacked within the limits; NULL without error: there is none. INVALID: damaged, encrypted, named twice, too large. */
GBytes *fz_xlsx_package_read (GBytes *file, const char *name, const char *part, GError **error);

/* Parses XML with `parser`; what the parser itself objects to becomes INVALID with the part's name. */
gboolean fz_xlsx_parse_xml (const char *name, const char *part, GBytes *xml, const GMarkupParser *parser, gpointer data, GError **error);
/* Without its namespace prefix. */
const char *fz_xlsx_local (const char *element);
/* By local name; NULL: it has none. */
const char *fz_xlsx_attribute (const char **names, const char **values, const char *wanted);

typedef enum { FZ_XLSX_PLAIN, FZ_XLSX_DAY, FZ_XLSX_DISGUISED /* shows something else than the number it holds */ } FzXlsxFormat;

typedef struct {
  char *sheet, *strings_part, *styles_part; /* paths in the zip; the last two may be NULL */
  gboolean since_1904;
  GPtrArray *strings; /* char *, shared */
  GArray *formats;    /* FzXlsxFormat a style */
} FzXlsxBook;

/* Where the sheet lies and what its cells refer to. */
gboolean fz_xlsx_book_read (FzXlsxBook *self, GBytes *file, const char *name, GError **error);
void fz_xlsx_book_clear (FzXlsxBook *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FzXlsxBook, fz_xlsx_book_clear)
