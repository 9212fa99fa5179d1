/* ui/first_restore.h: a store from its backup where none can be opened (从备份恢复): which file, two shares typed by their custodians; afterwards what was lost,
 * and everybody's code, shown once. */
#pragma once

#include "app/desk.h"
#include "ui/first_once.h"

#include <gtk/gtk.h>

GtkWidget *fz_first_restore_new (void);
/* What was chosen and typed; the fields are wiped. FALSE: something lacks, and its row says so. (transfer full) */
gboolean fz_first_restore_take (GtkWidget *restore, char **out_file, FzSecret **out_first, FzSecret **out_second);
/* `report` as of fz_desk_restore(). `founding` must outlive the widget. */
GtkWidget *fz_first_restored_new (const FzFounding *founding, const FzFields *report, FzFirstSeen seen, gpointer user_data);
