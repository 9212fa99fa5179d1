/* app/workdays.h: the working days this desk reckons with (工作日): those that ship, and years that medical affairs imported since, which replace the
 * shipped ones whole. */
#pragma once

#include "app/desk_private.h"

/* What ships; once, when a desk is made. */
gboolean fz_workdays_load (FzDesk *desk, GError **error);
/* With what was imported into the store; after it was opened. */
gboolean fz_workdays_refresh (FzDesk *desk, GError **error);
/* A table with columns day, kind (rest | work), name, source as UTF-8 CSV. Years that lack one of the days off that the law names are refused: what is
 * missing would be counted as a working day. INVALID; all bad rows are told in `problems`. */
gboolean fz_workdays_import (FzSession *session, const char *name, GBytes *csv, gboolean skip_bad, guint *out_rows, GPtrArray *problems, GError **error);
