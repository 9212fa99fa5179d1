/* ui/register_list.h: the registers at the side of their page, in groups, with what is open and over, and a field that finds one by its name. */
#pragma once

#include "core/fields.h"

#include <gtk/gtk.h>

/* A person chose this one: a row of fz_desk_list_registers(). Not called for what the program selects. */
typedef void (*FzRegisterChosen) (const FzFields *row, gpointer user_data);

GtkWidget *fz_register_list_new (FzRegisterChosen chosen, gpointer user_data);
/* Shows these rows; what was selected stays selected. The list keeps a reference. */
void fz_register_list_set (GtkWidget *list, GPtrArray *rows);
/* The row of that name, or the first there is; NULL when there is none. (transfer none) */
const FzFields *fz_register_list_select (GtkWidget *list, const char *name);
/* The focus goes to the one selected, and with it the list scrolls there. */
void fz_register_list_focus (GtkWidget *list);
