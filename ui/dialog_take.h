/* ui/dialog_take.h: taking a visit, and coming back to one: what stands in the way, then the PIN that proves the doctor is there for this very
 * visit. Serves Tianjin 2025 art. 13, 14, 17. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Once, when the visit is taken. */
typedef void (*FzTaken) (const char *visit, gpointer user_data);

/* `facts` of the visit (a list's row will do). `owner` (a GObject) is kept alive meanwhile and given as user_data. */
void fz_dialog_take (GtkWidget *over, FzSession *session, const FzFields *facts, FzTaken taken, GObject *owner);
