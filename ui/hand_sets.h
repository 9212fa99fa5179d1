/* ui/hand_sets.h: the doctor's and the department's sets in a list: another name, or gone, with a way back (套方管理). */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

typedef void (*FzHandSetsDone) (GtkWidget *over);

/* `done` is called with `over` when something changed, while `over` lives. */
void fz_hand_sets_show (GtkWidget *over, FzSession *session, FzHandSetsDone done);
