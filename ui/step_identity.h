/* ui/step_identity.h: step 1 of a visit: who the patient is, and that they (or their guardian) agreed. Read only. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_step_identity_new (FzVisitModel *model);
