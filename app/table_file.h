/* app/table_file.h: a table a person chose to import, whatever it was saved as (表格文件): CSV in UTF-8 or, as Excel in Chinese saves it, in GB18030; or
 * the first sheet of an .xlsx. */
#pragma once

#include "core/error.h"

/* The UTF-8 CSV of it. INVALID: unreadable, over 64 MB, an old .xls or an encrypted workbook, or what fz_xlsx_read() refuses. */
GBytes *fz_table_file_read (const char *path, GError **error);
/* The same of a file that was read already; `name` is what messages call it. */
GBytes *fz_table_file_of (GBytes *file, const char *name, GError **error);
