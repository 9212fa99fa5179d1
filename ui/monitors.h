/* ui/monitors.h: what this doctor promised to watch when signing in spite of a finding (待监测): a button with how many are open and how many are over,
 * a list, and the result, which is signed. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Hidden while nothing is open. */
GtkWidget *fz_monitors_button_new (FzSession *session);
/* Reads anew how many there are. */
void fz_monitors_button_refresh (GtkWidget *button);
