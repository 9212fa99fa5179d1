/* ui/dialog_outside.h: where the log's newest checkpoint is kept besides this machine (库外留存): a folder on a medium, and who witnesses it. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `kept` is what fz_desk_outside() says. What is set is tried at once. `changed` afterwards; `owner` (a GObject) is kept alive meanwhile and given to it. */
void fz_dialog_outside (GtkWidget *over, FzSession *session, const FzFields *kept, void (*changed) (gpointer owner), GObject *owner);
