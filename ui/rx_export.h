/* ui/rx_export.h: a prescription out of the house: the slip on paper and the signed note that any verifier reads. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Two buttons side by side, for a card's foot. Says by a toast what was written, and why not. */
GtkWidget *fz_rx_export_new (FzSession *session, const char *id);
