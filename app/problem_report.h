/* app/problem_report.h: what is told to whoever mends the program (问题报告): what `fuzhen doctor` finds, versions, preferences, sizes of files. No store is opened:
 * no patient, no prescription, no log, no secret. */
#pragma once

#include "core/fields.h"

/* SLOW. Its files, rows name and text, to be shown before anything is written. `data_dir` NULL: the XDG folder. */
GPtrArray *fz_problem_report_read (const char *data_dir, GError **error);
/* These, as a new folder with files.sha256. CONFLICT: the folder is there. RETRY: the disk. */
gboolean fz_problem_report_save (GPtrArray *files, const char *folder, GError **error);
