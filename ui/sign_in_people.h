/* ui/sign_in_people.h: the people of a demonstration as cards; one press fills in who they are. */
#pragma once

#include "core/fields.h"

#include <gtk/gtk.h>

/* `index` is the position below `people` in the front's facts. */
typedef void (*FzPersonChosen) (guint index, gpointer user_data);

GtkWidget *fz_sign_in_people_new (const FzFields *front, FzPersonChosen chosen, gpointer user_data);
