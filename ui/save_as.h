/* ui/save_as.h: asks where a file goes or which one is meant, by the desktop's own chooser. */
#pragma once

#include <gtk/gtk.h>

/* `path` is what the person chose; not called when it was cancelled or `over` left the window. */
typedef void (*FzSaveFunc) (GtkWidget *over, const char *path, gpointer user_data);

/* `name` is suggested ("处方笺.pdf"); an existing file is asked about by the chooser. */
void fz_save_as (GtkWidget *over, const char *title, const char *name, FzSaveFunc chosen, gpointer user_data);
/* A file that is there; `accept` stands on the chooser's button ("设置"). */
void fz_open_from (GtkWidget *over, const char *title, const char *accept, FzSaveFunc chosen, gpointer user_data);
