/* tests/window/unanswered.h: a dialog as it opens, answered at once, typed into and left: it says what is missing, at the field or in its line of errors, the
 * focus is where one goes on, and Escape loses nothing without asking. */
#pragma once

#include <gtk/gtk.h>

/* The top dialog over `window`, opened at this place by the button of these words. Adds what is wrong to `found`, as inspect_window() does. The dialog is
 * closed afterwards. */
void unanswered_inspect (GtkWidget *window, const char *place, const char *button, GPtrArray *found);
/* The buttons of the table that opened no dialog, a line each; NULL: none. Once, after all of them. (transfer full) */
char *unanswered_close (void);
