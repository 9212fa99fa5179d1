/* ui/window.h: the program's window: who is signed in, which places they see, when it locks. Pages are in places.c. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Shows the sign-in page; not yet presented. `desk` outlives the window. Closing it signs out and waits for calls that still run. */
GtkWindow *fz_window_new (GtkApplication *application, FzDesk *desk);
