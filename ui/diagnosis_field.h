/* ui/diagnosis_field.h: the diagnoses of the draft as chips with their codes, and a search by name, initials or code to add one. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_diagnosis_field_new (FzVisitModel *model);
