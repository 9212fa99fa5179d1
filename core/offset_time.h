/* core/offset_time.h: moments as other programs write them, RFC 3339 with an offset. */
#pragma once

#include "core/error.h"

/* "2026-01-05T08:00:00+08:00" or "…Z", a fraction allowed and dropped; UTC microseconds. FALSE for anything else. */
gboolean fz_offset_time_parse (const char *text, gint64 *out_us);
/* "2026-01-05T08:00:00+08:00": the clock at Beijing. (transfer full) */
char *fz_offset_time_format (gint64 utc_us);
