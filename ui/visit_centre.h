/* ui/visit_centre.h: the middle of the visit: who it is, the four steps seen at once, and at the foot what comes next. Built from the model as
 * it stands; the page builds a new one when the store's side changed. */
#pragma once

#include "ui/step_eligibility.h"

#define FZ_TYPE_VISIT_CENTRE (fz_visit_centre_get_type ())
G_DECLARE_FINAL_TYPE (FzVisitCentre, fz_visit_centre, FZ, VISIT_CENTRE, GtkWidget)

/* signals: "take": the doctor wants to take the visit, or to prove again to be there. */
GtkWidget *fz_visit_centre_new (FzVisitModel *model, FzEvidenceWanted wanted, gpointer user_data);
/* The drugs for the sheet that is being written (ui/step_prescription.h). */
void fz_visit_centre_find (FzVisitCentre *self, const char *text, GListStore *rows);
void fz_visit_centre_add_drug (FzVisitCentre *self, const char *code);
/* Where the work goes on: where something was typed last, else the first thing to fill in. */
void fz_visit_centre_focus_work (FzVisitCentre *self);
/* The end of the signed record, where additions stand. */
void fz_visit_centre_focus_additions (FzVisitCentre *self);
