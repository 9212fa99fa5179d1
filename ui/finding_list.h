/* ui/finding_list.h: the findings that belong to one place of the visit (a line, a step), kept in step with the checks. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* Does this finding stand here? */
typedef gboolean (*FzFindingWanted) (const FzFinding *finding, gpointer user_data);

#define FZ_TYPE_FINDING_LIST (fz_finding_list_get_type ())
G_DECLARE_FINAL_TYPE (FzFindingList, fz_finding_list, FZ, FINDING_LIST, GtkWidget)

/* Hidden while empty. signal "answered": the last open reason here was given. */
GtkWidget *fz_finding_list_new (FzVisitModel *model, FzFindingWanted wanted, gpointer user_data);
/* Puts the focus on the first reason that is still asked; FALSE when none is. */
gboolean fz_finding_list_focus_open (FzFindingList *self);
