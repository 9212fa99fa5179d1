/* ui/herb_sheet.h: what a herbal sheet says once for all its herbs: TCM diagnosis, number of doses, decoction and way of use (剂数与煎服). */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

GtkWidget *fz_herb_sheet_new (FzVisitModel *model);
