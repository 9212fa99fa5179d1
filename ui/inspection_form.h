/* ui/inspection_form.h: what an inspector is handed (检查材料): for whom, what for, which visits, how much of it; then a new folder. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

#define FZ_TYPE_INSPECTION_FORM (fz_inspection_form_get_type ())
G_DECLARE_FINAL_TYPE (FzInspectionForm, fz_inspection_form, FZ, INSPECTION_FORM, GtkBox)

GtkWidget *fz_inspection_form_new (FzSession *session);
/* First and last day, 2026-01-05. */
void fz_inspection_form_set_days (FzInspectionForm *self, const char *from, const char *to);
/* How much of it: full | pseudonymised | statistics. */
GtkWidget *fz_inspection_level_drop_down_new (void);
