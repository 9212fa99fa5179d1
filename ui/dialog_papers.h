/* ui/dialog_papers.h: renewing a person's papers (更新资格资料). Tianjin 2025 art. 13, 15; Chongqing 2023 art. 22, 30; Fujian 2024 art. 17. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `person`: a row of FZ_LIST_STAFF. `changed` is called once, when it was kept; `owner` is kept alive meanwhile. */
typedef void (*FzPapersChanged) (GObject *owner);
void fz_dialog_papers (GtkWidget *over, FzSession *session, const FzFields *person, FzPapersChanged changed, GObject *owner);
