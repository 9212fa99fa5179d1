/* ui/idle.h: tells when nobody has touched keyboard or pointer for a while. Serves Tianjin 2025 art. 14 (an unattended desk). */
#pragma once

#include <gtk/gtk.h>

typedef void (*FzIdleFunc) (gpointer user_data);

/* Watches every event of the window and its popovers while the window lives; calls once per stretch of quiet. */
void fz_idle_watch (GtkWindow *window, guint seconds, FzIdleFunc idle, gpointer user_data);
/* From now on so long, counted from now. */
void fz_idle_set_seconds (GtkWindow *window, guint seconds);
