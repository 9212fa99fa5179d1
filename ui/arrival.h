/* ui/arrival.h: where the keys are after a person went to a place: in its list, so that arrows and Enter work at once; where there is none, or nothing
 * stands in it, at the first thing to do. */
#pragma once

#include <gtk/gtk.h>

/* Before the page is left for another: somebody who comes back goes on where they were. */
void fz_arrival_remember (GtkWidget *page);
/* The page is in sight by a person's key or click. `back`: it was another one before; FALSE takes the keys into the list from anywhere in the page. A list
 * that is still being read is waited for, unless the person goes on meanwhile. */
void fz_arrival_focus (GtkWidget *page, gboolean back);
