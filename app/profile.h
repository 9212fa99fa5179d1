/* app/profile.h: the only place that counts medicines over patients (药品使用统计). Each report needs a grant of kind `profiling` that names it and its days;
 * small numbers are hidden (core/small_cells.h). Fujian 2024 art. 38, Tianjin 2025 art. 23. */
#pragma once

#include "app/desk_private.h"
#include "app/paper/report.h"

/* Reports that need a grant: drug-use, drug-department, drug-doctor, antibacterial. */
gboolean fz_profile_is_report (const char *name);
/* What a grant has to cover for it: report, from, to. (transfer full) */
FzFields *fz_profile_scope (const char *name, gint64 from_us, gint64 to_us);
/* `grant`: used for exactly this just now (app/grant.h). */
FzReport *fz_profile_report (FzSession *session, const char *name, const char *grant, const FzReportFrame *frame, GError **error);
