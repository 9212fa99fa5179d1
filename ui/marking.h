/* ui/marking.h: specially sensitive visits (特别敏感): what stands where one is shut until its purpose is stated, and the acts that set and take away the mark. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `owner` (a GObject, not held) is there still. */
typedef void (*FzMarkingDone) (gpointer owner);

/* What could not be opened; with a button that asks what for when that is all it needs. `opened` is called once it was stated. */
GtkWidget *fz_marking_gate_new (FzSession *session, const char *visit, const GError *error, FzMarkingDone opened, gpointer owner);
/* Asks why, and goes through the sign flow; `done` is called when it is signed. `visit` NULL: asks which. */
void fz_marking_ask (GtkWidget *over, FzSession *session, const char *visit, gboolean marked, FzMarkingDone done, gpointer owner);
