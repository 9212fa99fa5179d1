/* ui/rules_tables.h: the lists of the rules page as tables, and one row of each as people read it. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

typedef enum { FZ_RULES_VIEW_VERSIONS, FZ_RULES_VIEW_CLAUSES, FZ_RULES_VIEW_PARAMETERS, FZ_RULES_VIEW_COVERAGE, FZ_RULES_VIEW_DIFFERENCES,
               FZ_RULES_VIEW_KNOWLEDGE, FZ_N_RULES_VIEWS } FzRulesView;

/* A table over a model of FzFactRow. */
GtkWidget *fz_rules_table_new (FzRulesView view, GListModel *model);
/* Its rows, read anew: GPtrArray of FzFields. */
GPtrArray *fz_rules_rows (FzSession *session, FzRulesView view, GError **error);
/* Everything about one row, put into an empty box; buttons are the page's. */
void fz_rules_detail (GtkWidget *box, FzRulesView view, const FzFields *row);
