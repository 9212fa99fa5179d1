/* ui/visit_acts.h: what a doctor does with a visit and signs for: verdict, record and prescription, and every way it ends. Each prepares a sheet
 * and goes through the sign flow; afterwards the model reads the visit anew. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* The parts still unsigned and begun; without lines no prescription. 0 when there is nothing to sign. */
FzSheetParts fz_visit_acts_parts (FzVisitModel *model);
/* What the button for these parts says. */
const char *fz_visit_acts_sign_words (FzSheetParts parts);
/* FALSE when the sheet could not be prepared; *error names what stands in the way. */
gboolean fz_visit_acts_sign (GtkWidget *over, FzVisitModel *model, GError **error);
gboolean fz_visit_acts_finish (GtkWidget *over, FzVisitModel *model, GError **error);
void fz_visit_acts_terminate (GtkWidget *over, FzVisitModel *model);
void fz_visit_acts_refuse (GtkWidget *over, FzVisitModel *model);
void fz_visit_acts_addendum (GtkWidget *over, FzVisitModel *model);
void fz_visit_acts_hand_over (GtkWidget *over, FzVisitModel *model);
/* The same prescription once more: above the usual dose at once, after a return with words. */
gboolean fz_visit_acts_confirm (GtkWidget *over, FzVisitModel *model, const char *rx, GError **error);
void fz_visit_acts_confirm_returned (GtkWidget *over, FzVisitModel *model, const char *rx);
void fz_visit_acts_void (GtkWidget *over, FzVisitModel *model, const char *rx);
/* Asks where to, then writes the A5 slip (PDF) or the signed file. */
/* Ctrl+P anywhere on the page prints every sheet of the visit. */
void fz_visit_acts_add_print_key (GtkWidget *card, FzVisitModel *model);
void fz_visit_acts_print_slip (GtkWidget *over, FzVisitModel *model, const char *rx);
void fz_visit_acts_export_file (GtkWidget *over, FzVisitModel *model, const char *rx);
