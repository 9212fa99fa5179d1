/* ui/first_form.h: what the first hour asks: the hospital, and the four people without whom nobody else can be admitted. Fields are named by the facts
 * of fz_desk_found(). */
#pragma once

#include "core/fields.h"

#include <gtk/gtk.h>

GtkWidget *fz_first_form_new (void);
/* Trimmed; what is empty is absent. (transfer full) */
FzFields *fz_first_form_get (GtkWidget *form);
/* Shows it at the field, which gets the focus; what stood there before goes. */
void fz_first_form_set_finding (GtkWidget *form, const char *field, const char *message);
