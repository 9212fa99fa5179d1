/* ui/rx_card.h: a prescription of this visit that is signed: how it stands, what is in it, and what can be done with it. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* `index` below `prescription` in the visit's facts. */
GtkWidget *fz_rx_card_new (FzVisitModel *model, guint index);
