/* ui/person_field.h: what the doctor is asked of the patient's body: weight, pregnancy, lactation, eGFR, liver. Only what matters for this
 * patient and these medicines is shown; nothing at all when nothing does. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_person_field_new (FzVisitModel *model);
