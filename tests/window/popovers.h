/* tests/window/popovers.h: the lists that drop down or come below what is typed, each opened where it stands and measured, by a table of all that make one. */
#pragma once

#include <gtk/gtk.h>

/* Opens what is in sight below `within` and has a row of the table that was not opened yet (with the full scale: every list at every place), measures it and
 * closes it: it stays where it was, and what is typed finds something. Adds what is wrong to `found`, as inspect_window() does. The focus is where it was
 * afterwards. */
void popovers_inspect (GtkWidget *window, GtkWidget *within, const char *place, GPtrArray *found);
/* Last: every list that the sources make has a row, every row was opened, and nothing else makes a popover. */
void popovers_check_table (void);
