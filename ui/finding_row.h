/* ui/finding_row.h: a finding beside what it speaks of, with the place for its reason when it asks one. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

#define FZ_TYPE_FINDING_ROW (fz_finding_row_get_type ())
G_DECLARE_FINAL_TYPE (FzFindingRow, fz_finding_row, FZ, FINDING_ROW, GtkWidget)

/* signal "answered": a person gave a reason. */
GtkWidget *fz_finding_row_new (FzVisitModel *model, FzFinding *finding);
/* Shows the reason the draft holds now. */
void fz_finding_row_update (FzFindingRow *self);
/* A reason is asked and none is given. */
gboolean fz_finding_row_is_open (FzFindingRow *self);
/* A word for each finding of a list that changes when they do, to know whether rows must be built anew. (transfer full) */
char *fz_finding_rows_word (GPtrArray *findings);
