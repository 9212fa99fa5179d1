/* ui/drug_offers.h: medicines of imported records, to be put into 目前用药 one by one by the doctor who asked; each says where it comes from. Hidden when there is none
 * that is not written yet. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_drug_offers_new (FzVisitModel *model);
