/* app/reporting.h: which platform this hospital reports to (上报方案): by the jurisdiction it was set up in. */
#pragma once

#include "app/desk_private.h"

/* After the store was opened: the message table speaks what this place's platform is spoken to in. INVALID: the data lack this place. */
gboolean fz_reporting_choose (FzDesk *desk, GError **error);
/* The same table for who has no store: as a desk of this jurisdiction speaks (NULL: the one without a word for it). */
FzMessageTable *fz_reporting_table (const char *place, GError **error);
/* platform.{label,label_en,note,note_en,public,wire,trigger,basis} for the status. */
void fz_reporting_put (FzDesk *desk, FzFields *status);
