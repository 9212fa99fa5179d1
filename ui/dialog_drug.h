/* ui/dialog_drug.h: a medicine added to the catalogue or altered: the columns as a form, signed as a proposal (新增、修改药品). */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Signed: the proposal waits. `owner` is kept alive meanwhile. */
typedef void (*FzDrugProposed) (GObject *owner);

/* `drug`: as fz_desk_read_catalogue() gives it; NULL: a new one. */
void fz_dialog_drug (GtkWidget *over, FzSession *session, const FzFields *drug, FzDrugProposed done, GObject *owner);
