/* ui/dialog_enrol.h: a person's first sign-in (首次登录): with the code that was handed out they make password, signing PIN and second factor, which
 * nobody else ever knows. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* It is done: who, and where the key file lies (NULL: a one-time code app is the second factor). */
typedef void (*FzEnrolled) (const char *number, const char *key_file, gpointer user_data);

/* `user_data` must outlive the window that `over` is in. */
void fz_dialog_enrol (GtkWidget *over, FzDesk *desk, const char *number, FzEnrolled enrolled, gpointer user_data);
