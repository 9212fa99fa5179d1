/* ui/dialog_guide.h: a guide of assets/help/ in the window's language, over the page it helps with; typing finds the parts that hold the words. */
#pragma once

#include "ui/kit/dialog.h"

/* `name`: "rules" for help/zh/rules.md and help/en/rules.md. The part under the heading `first` comes before the others (NULL: as written). NULL when there is
 * no such guide, which is said. */
FzDialog *fz_dialog_guide (GtkWidget *over, const char *name, const char *first);
