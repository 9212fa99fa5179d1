/* ui/dialog_intake.h: a visit comes in without the hospital's front: typed in by hand, or as bundles from a folder or a zip. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Something came in; `visit` is NULL after an import. */
typedef void (*FzTakenIn) (const char *visit, gpointer user_data);

/* `owner` (a GObject) is kept alive meanwhile and given as user_data. */
void fz_dialog_intake_by_hand (GtkWidget *over, FzSession *session, FzTakenIn done, GObject *owner);
/* `zip`: asks for one file, else for a folder. */
void fz_dialog_intake_import (GtkWidget *over, FzSession *session, gboolean zip, FzTakenIn done, GObject *owner);
