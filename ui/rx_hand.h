/* ui/rx_hand.h: what makes writing quick, above an empty sheet: the patient's last prescription, favourites, sets (重复上次、常用药、套方); and
 * keeping the present lines as a set. Nothing taken from here is signed by itself. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* Shown while the sheet is empty. */
GtkWidget *fz_rx_hand_new (FzVisitModel *model);
/* A button that keeps the lines of the sheet under a name. */
GtkWidget *fz_rx_hand_keep_new (FzVisitModel *model);
/* A star for the medicine of line i: kept or not with the line as it stands. */
GtkWidget *fz_rx_star_new (FzVisitModel *model, guint i);
