/* ui/catalogue_acts.h: what may be done with a medicine or a change of the catalogue, as buttons that lead to a signature (药品目录的操作). */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Something was signed or dropped: read again. `owner` is kept alive meanwhile. */
typedef void (*FzCatalogueDone) (GObject *owner);

/* Alter, withdraw or bring back, remove. */
void fz_catalogue_put_drug_acts (GtkWidget *box, FzSession *session, const FzFields *drug, FzCatalogueDone done, GObject *owner);
/* Approve, decline, withdraw; confirm or lift a removal; propose or drop what was read from a file. */
void fz_catalogue_put_change_acts (GtkWidget *box, FzSession *session, const FzFields *change, FzCatalogueDone done, GObject *owner);
