/* ui/rx_line.h: one drug of the prescription being written: dose, frequency, route, days, and the quantity that follows from them.
 * Enter goes from field to field, to an open reason, and then on to the next drug. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* Code lists that every line shares. */
typedef struct {
  GPtrArray *frequencies, *routes; /* FzFields code, label */
} FzRxCodes;

#define FZ_TYPE_RX_LINE (fz_rx_line_get_type ())
G_DECLARE_FINAL_TYPE (FzRxLine, fz_rx_line, FZ, RX_LINE, GtkWidget)

/* signals: "done": Enter left the last field; "remove". `codes` outlives the line. */
GtkWidget *fz_rx_line_new (FzVisitModel *model, guint index, const FzRxCodes *codes);
/* Puts the focus on the first reason this line still asks; FALSE when it asks none. */
gboolean fz_rx_line_focus_open (FzRxLine *self);
