/* ui/step_eligibility.h: step 2 of a visit: what the patient brought, the definite diagnosis it shows, and the doctor's verdict whether this is a
 * follow-up. Tianjin 2025 art. 11, 18. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* The person wants to look at one piece of evidence. */
typedef void (*FzEvidenceWanted) (guint index, gpointer user_data);

GtkWidget *fz_step_eligibility_new (FzVisitModel *model, FzEvidenceWanted wanted, gpointer user_data);
