/* ui/kit/button.h: buttons of the six kinds. All are GtkButton; connect "clicked". */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  FZ_BUTTON_PLAIN,
  FZ_BUTTON_PRIMARY, /* one a page at most */
  FZ_BUTTON_SOFT,
  FZ_BUTTON_DANGER,
  FZ_BUTTON_DANGER_SOFT,
  FZ_BUTTON_FLAT
} FzButtonKind;

/* `icon` may be NULL (names: assets/icons). The label is plain text; an underscore is an underscore. */
GtkWidget *fz_button_new (FzButtonKind kind, const char *icon, const char *label);
void fz_button_set_label (GtkWidget *button, const char *label);
/* An icon alone: `name` is its tooltip and its accessible name. */
GtkWidget *fz_icon_button_new (const char *icon, const char *name);
GtkWidget *fz_icon_toggle_new (const char *icon, const char *name);
