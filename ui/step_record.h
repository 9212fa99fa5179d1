/* ui/step_record.h: step 3 of a visit: the outpatient record (门诊病历), typed once, saved as typed, signed and then only added to. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* `on_addendum` (GtkWidget *card, gpointer) is called when something is to be added to a signed record. */
GtkWidget *fz_step_record_new (FzVisitModel *model, GCallback on_addendum, gpointer user_data);
/* The focus into that text, after so many characters; FALSE when it is not typed here. */
gboolean fz_step_record_focus_place (GtkWidget *step, const char *key, guint cursor);
/* The focus to the end of a signed record, where additions stand. */
void fz_step_record_focus_end (GtkWidget *step);
/* Puts the focus into the first field that a finding speaks of. */
gboolean fz_step_record_focus_finding (GtkWidget *step);
