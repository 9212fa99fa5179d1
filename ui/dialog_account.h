/* ui/dialog_account.h: the security administrator's accounts (人员账号): people entered one by one or from a table, a person reset, an account ended. What
 * gives a code shows it once. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

typedef void (*FzAccountChanged) (GObject *owner);

/* `owner` is kept until the work is done. */
void fz_dialog_account_new (GtkWidget *over, FzSession *session, FzAccountChanged changed, GObject *owner);
/* Asks first. `person`: facts number and name. */
void fz_dialog_account_reset (GtkWidget *over, FzSession *session, const FzFields *person, FzAccountChanged changed, GObject *owner);
void fz_dialog_account_end (GtkWidget *over, FzSession *session, const FzFields *person, FzAccountChanged changed, GObject *owner);
