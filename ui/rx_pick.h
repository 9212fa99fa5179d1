/* ui/rx_pick.h: choosing several prescriptions of a queue to be printed together: a bar below the list while it is on. */
#pragma once

#include <gtk/gtk.h>

#define FZ_TYPE_RX_PICK (fz_rx_pick_get_type ())
G_DECLARE_FINAL_TYPE (FzRxPick, fz_rx_pick, FZ, RX_PICK, GtkBox)

/* signals: "turned" (choosing began or ended: draw the rows anew), "all" (choose every row), "print". Hidden until it is on. */
GtkWidget *fz_rx_pick_new (void);
gboolean fz_rx_pick_is_on (FzRxPick *self);
/* Ending forgets what was chosen. */
void fz_rx_pick_turn (FzRxPick *self, gboolean on);
gboolean fz_rx_pick_has (FzRxPick *self, const char *id);
void fz_rx_pick_set (FzRxPick *self, const char *id, gboolean picked);
/* A box to tick for a row; `name` is for screen readers. */
GtkWidget *fz_rx_pick_check_new (FzRxPick *self, const char *id, const char *name);
