/* ui/long_block.h: what a prescription of more than four weeks asks beside its lines (长期处方管理规范): the assessment and the patient's
 * confirmation. Shown only while a line lasts that long. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_long_block_new (FzVisitModel *model);
