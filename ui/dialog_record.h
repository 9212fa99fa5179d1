/* ui/dialog_record.h: records to and from other hospitals (病历交换) on the page of a visit. */
#pragma once

#include "ui/visit_model.h"

#include <gtk/gtk.h>

/* Asks for the file, takes it in and reads the visit anew; what is wrong is shown with its place. */
void fz_dialog_record_import (GtkWidget *over, FzVisitModel *model);
/* Asks whether with who the patient is (by leave of another person) and where to. */
void fz_dialog_record_export (GtkWidget *over, FzVisitModel *model);
/* Imported record `i` of the visit as it is kept. */
void fz_dialog_record_show (GtkWidget *over, FzVisitModel *model, guint i);
