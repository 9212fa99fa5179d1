/* tests/window/walk.h: a page by Tab alone: it comes round to where it began, passes every button and field, and goes the way one reads. */
#pragma once

#include <gtk/gtk.h>

/* Adds what is wrong to `found`, as inspect_window() does. The focus is where it was afterwards. */
void walk_inspect (GtkWidget *window, GtkWidget *page, GPtrArray *found);
