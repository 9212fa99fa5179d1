/* ui/opening.h: what is still to do before the first patient (开业前): a line that stands on the pages of those who do it until all is done, and the whole list
 * behind it, each with its state, who does it and the way there. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Nothing is seen of it once all is done, and in a demonstration; with `stays` it then says so in one line. */
GtkWidget *fz_opening_line_new (FzSession *session, gboolean stays);
void fz_opening_line_refresh (GtkWidget *line);
void fz_dialog_opening (GtkWidget *over, FzSession *session);
