/* ui/dialog_drill.h: two custodians type their recovery shares for a restore drill (恢复演练); the shares never leave locked memory on the way. */
#pragma once

#include "core/secret.h"

#include <gtk/gtk.h>

/* Takes both. Called once, when both were typed and the drill is to begin. */
typedef void (*FzDrillShares) (FzSecret *take_a, FzSecret *take_b, gpointer user_data);

/* `owner` is kept while the dialog is open and handed to `begin`. */
void fz_dialog_drill (GtkWidget *over, FzDrillShares begin, GObject *owner);
