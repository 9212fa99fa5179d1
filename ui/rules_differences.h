/* ui/rules_differences.h: where the five texts differ, as a table and one subject in full (地区差异), for the rules page. */
#pragma once

#include "core/fields.h"

#include <gtk/gtk.h>

/* A table over a model of FzFactRow of app/differences.h. */
GtkWidget *fz_rules_differences_table_new (GListModel *model);
/* What each text says of it and what carries that, put into an empty box. */
void fz_rules_differences_detail (GtkWidget *box, const FzFields *row);
