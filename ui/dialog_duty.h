/* ui/dialog_duty.h: the roster of reviewing pharmacists (审方值班): who is on duty, and adding or ending an entry. Affairs for anyone,
 * pharmacists for themselves. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

void fz_dialog_duty (GtkWidget *over, FzSession *session);
/* A button that opens it. */
GtkWidget *fz_duty_button_new (FzSession *session);
