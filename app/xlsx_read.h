/* app/xlsx_read.h: the first visible sheet of an .xlsx workbook as the CSV it would be (导入 Excel 表格), so that one reader judges both. What a sheet
 * holds is taken as typed: text as text, whole and decimal numbers as digits, days as YYYY-MM-DD. Whatever may mean something else than it shows is refused
 * by the name of its cell: formulas, merged cells, errors, percentages, numbers that only a format gives leading zeros, line breaks. */
#pragma once

#include "core/error.h"

/* Bytes begin as a zip does. */
gboolean fz_xlsx_is (GBytes *file);
/* The CSV of fz_csv_parse() (UTF-8, every field in quotes, one line a row, so that line N is row N). `name` is what messages call the file. INVALID: no
 * workbook, damaged, encrypted, larger than the limits of this reader, or a cell of the kinds above. */
GBytes *fz_xlsx_read (GBytes *file, const char *name, GError **error);
