/* ui/herb_row.h: one prepared herb of a herbal sheet: its place in the order, grams a dose, special handling. Enter in the grams goes on to the
 * next herb; Alt+Up and Alt+Down move the herb within the order (君臣佐使). */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

#define FZ_TYPE_HERB_ROW (fz_herb_row_get_type ())
G_DECLARE_FINAL_TYPE (FzHerbRow, fz_herb_row, FZ, HERB_ROW, GtkWidget)

/* signals: "done": Enter left the grams; "remove"; "move" (int by: -1 up, 1 down). `handling`: rows code, label. */
GtkWidget *fz_herb_row_new (FzVisitModel *model, guint index, GPtrArray *handling);
/* Puts the focus on the first reason this line still asks; FALSE when it asks none. */
gboolean fz_herb_row_focus_open (FzHerbRow *self);
