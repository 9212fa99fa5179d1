/* ui/review_looks.h: a prescription of high risk is looked at twice: from when on this pharmacist may approve it, counted down by the clock. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* NULL when nothing is asked: no high risk, or another pharmacist looked first. */
GtkWidget *fz_review_looks_new (const FzFields *rx, gint64 now_us);
