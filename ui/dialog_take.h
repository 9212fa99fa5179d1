/* ui/dialog_take.h: taking a visit, and coming back to one: what stands in the way, then the PIN that proves the doctor is there for this very
 * visit. Serves Tianjin 2025 art. 13, 14, 17. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* The visit is not what it was: taken, withdrawn by the patient, or the consent was signed anew (the dialog then stays open). */
typedef void (*FzVisitChanged) (const char *visit, gpointer user_data);

/* `facts` of the visit (a list's row will do). `owner` (a GObject) is kept alive meanwhile and given as user_data. */
void fz_dialog_take (GtkWidget *over, FzSession *session, const FzFields *facts, FzVisitChanged changed, GObject *owner);
