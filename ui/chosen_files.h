/* ui/chosen_files.h: the files chosen in a form and not sent yet, each with a button that takes it off the list again; that can be undone while the form is open. */
#pragma once

#include <gtk/gtk.h>

/* `empty` (may be NULL): what stands there while nothing is chosen. */
GtkWidget *fz_chosen_files_new (const char *empty);
/* `kind` (may be NULL) is kept with the path. */
void fz_chosen_files_add (GtkWidget *self, const char *path, const char *kind);
guint fz_chosen_files_count (GtkWidget *self);
const char *fz_chosen_files_get_kind (GtkWidget *self, guint i);
/* In the order of the list. (transfer full) */
GStrv fz_chosen_files_dup_paths (GtkWidget *self);
