/* ui/dialog_import.h: the hospital's drug catalogue from a file (导入药品目录): all or nothing; when rows are wrong each is named with its line and
 * reason, nothing is changed, and the rest may be taken without them. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Something was taken in. `owner` is kept alive meanwhile. */
typedef void (*FzImported) (GObject *owner);

void fz_dialog_import (GtkWidget *over, FzSession *session, FzImported done, GObject *owner);
