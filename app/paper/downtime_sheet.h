/* app/paper/downtime_sheet.h: blank sheets to write on while the program is down (停机登记单), A4, one a page, each with its own number. Needs no display. */
#pragma once

#include "app/paper/page.h"

typedef struct {
  const char *institution, *made_by;
  gint64 made_us;
  gboolean demo;
  GPtrArray *numbers; /* char *: TJD-P-000001, one a sheet */
} FzDowntimeSheets;

/* RETRY when memory or cairo failed. */
GBytes *fz_downtime_sheets_pdf (const FzDowntimeSheets *self, GError **error);
