/* ui/away.h: tells at once when the computer says that nobody is there: its screen was locked, or it goes to sleep. Serves Tianjin 2025 art. 14. */
#pragma once

#include "ui/idle.h"

/* Listens on the buses while the window lives. A computer without them (a kiosk, a test) never tells, and the quiet of ui/idle.h is left. */
void fz_away_watch (GtkWindow *window, FzIdleFunc away, gpointer user_data);
