/* ui/kit/toast.h: a word at the bottom of the window that something was done. Errors that need an act are no toasts. */
#pragma once

#include "ui/kit/status.h"

/* Shows for 4 seconds, a stop until closed; at most three at once. `within` is any widget of a window with a stage; one that left it meanwhile, as when the screen
 * was locked, shows nothing: nobody looks there. */
void fz_toast_show (GtkWidget *within, FzStatus status, const char *text);
/* Takes all away: they may name a patient, and the next person is another. */
void fz_toast_clear (GtkWidget *within);
/* Used by the stage. */
GtkWidget *fz_toast_lane_new (void);
