/* ui/qr_view.h: a QR code on the screen, black on white in both themes, large enough for a telephone. */
#pragma once

#include <gtk/gtk.h>

/* `text` is kept in locked memory until the widget goes; `name` is what a screen reader says of it. */
GtkWidget *fz_qr_view_new (const char *text, const char *name);
