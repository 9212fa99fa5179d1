/* ui/report_preview.h: a report on the screen, from the same facts that its files are written from. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `report` is of fz_desk_report: title and basis, figures, tables with their charts. A column that does not scroll by itself. */
GtkWidget *fz_report_preview_new (const FzFields *report);
