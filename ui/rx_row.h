/* ui/rx_row.h: one prescription in a queue: who, how long, which medicines, what to look out for. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* As `list` tells it; `check` (may be NULL) stands before it. The row's data "fz-id" is the prescription's number. */
GtkWidget *fz_rx_row_new (FzList list, const FzFields *rx, gint64 now_us, GtkWidget *check);
