/* app/out_file.h: a file that a person asked for, written whole and durably (导出到文件). */
#pragma once

#include "core/error.h"

#include <gio/gio.h>

/* In place of an old file of that name. INVALID when something else stands there: a device, a pipe or a folder is never replaced (as root that would
 * take /dev/null away). RETRY with the reason. */
gboolean fz_out_file_save (GBytes *bytes, const char *path, GError **error);
gboolean fz_out_file_save_text (const char *text, const char *path, GError **error);
/* Removes what an earlier export left at this path; nothing there, or something that is no regular file, is left alone. RETRY with the reason. */
gboolean fz_out_file_forget (const char *path, GError **error);
/* RETRY: it cannot be written, with the reason of errno; FALSE. */
gboolean fz_out_file_fail (const char *path, GError **error);
/* Removes a folder of ours with all that lies below; links are removed and not followed. */
void fz_out_folder_remove (const char *path);
