/* ui/kit/toast.h: a word at the bottom of the window that something was done. Errors that need an act are no toasts. */
#pragma once

#include "ui/kit/status.h"

/* Shows for 4 seconds, a stop until closed; at most three at once. `within` is any widget of a window with a stage; one that left it meanwhile, as when the screen
 * was locked, shows nothing: nobody looks there. */
void fz_toast_show (GtkWidget *within, FzStatus status, const char *text);
/* The same with something to press, for 10 seconds; `act` hears the button. It goes when it is pressed. Answers the toast, NULL when nothing is shown.
 * (transfer none) */
GtkWidget *fz_toast_show_act (GtkWidget *within, const char *text, const char *label, GCallback act, gpointer user_data);
/* Takes one away, if it is still there. */
void fz_toast_drop (GtkWidget *toast);
/* Takes all away: they may name a patient, and the next person is another. */
void fz_toast_clear (GtkWidget *within);
/* Used by the stage. */
GtkWidget *fz_toast_lane_new (void);
