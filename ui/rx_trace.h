/* ui/rx_trace.h: the way of a prescription's medicine as a line of moments: written, approved, prepared, checked, handed over or sent, arrived,
 * came back; who and when. And what is given and owed of each line. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

GtkWidget *fz_rx_trace_new (const FzFields *rx, gint64 now_us);
/* NULL when nothing has left in part. */
GtkWidget *fz_rx_owed_new (const FzFields *rx);
