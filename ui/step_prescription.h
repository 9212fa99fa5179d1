/* ui/step_prescription.h: step 4 of a visit: prescriptions already signed, and the one being written. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_step_prescription_new (FzVisitModel *model);
/* Puts the focus into the search for the next drug. */
void fz_step_prescription_focus_search (GtkWidget *step);
/* While a sheet is written, adds FzSearchRow for the drugs the words fit, by its code after FZ_FOUND_DRUG; one of them is then added. */
#define FZ_FOUND_DRUG "drug/"
void fz_step_prescription_find (GtkWidget *step, const char *text, GListStore *rows);
void fz_step_prescription_add (GtkWidget *step, const char *code);
/* Puts the focus on the first reason that is still asked; FALSE when none is. */
gboolean fz_step_prescription_focus_open (GtkWidget *step);
