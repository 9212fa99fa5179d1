/* ui/dialog_old_entries.h: entries of an older register from a table (导入旧台账): the table to be filled in, then every fault with its line, column and remedy, or
 * what would be taken over, to be signed for. Nothing is taken while a line is wrong. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Something was taken over. */
typedef void (*FzOldEntriesDone) (gpointer owner);

/* `reg`: a register as fz_desk_read_register() gives it. `owner` is kept alive meanwhile. */
void fz_dialog_old_entries (GtkWidget *over, FzSession *session, const FzFields *reg, FzOldEntriesDone done, GObject *owner);
