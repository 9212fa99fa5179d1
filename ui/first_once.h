/* ui/first_once.h: what a new store shows once: the recovery shares, then everybody's code for the first sign-in. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

typedef void (*FzFirstSeen) (gpointer user_data);

/* `founding` must outlive the widget. `seen` is called when the person says that each share is kept by another person. */
GtkWidget *fz_first_shares_new (const FzFounding *founding, FzFirstSeen seen, gpointer user_data);
/* One person's code, until when it is good. */
GtkWidget *fz_code_card_new (const FzEnrolCode *code);
GtkWidget *fz_first_codes_new (const FzFounding *founding, FzFirstSeen seen, gpointer user_data);
