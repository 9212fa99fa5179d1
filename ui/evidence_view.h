/* ui/evidence_view.h: the patient's papers, one at a time, decoded off the main thread; and large over the whole window. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

#define FZ_TYPE_EVIDENCE_VIEW (fz_evidence_view_get_type ())
G_DECLARE_FINAL_TYPE (FzEvidenceView, fz_evidence_view, FZ, EVIDENCE_VIEW, GtkWidget)

GtkWidget *fz_evidence_view_new (FzVisitModel *model);
/* Reads and shows it (audited). */
void fz_evidence_view_show (FzEvidenceView *self, guint index);
