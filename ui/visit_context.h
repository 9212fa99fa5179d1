/* ui/visit_context.h: the right side of the visit: the patient, allergies, what was diagnosed before, and the papers. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_visit_context_new (FzVisitModel *model);
void fz_visit_context_show_evidence (GtkWidget *context, guint index);
/* The conversation, with the focus where one writes. */
void fz_visit_context_show_talk (GtkWidget *context);
/* Reads what may have been said meanwhile. */
void fz_visit_context_refresh (GtkWidget *context);
