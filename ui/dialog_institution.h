/* ui/dialog_institution.h: what changes of the institution (机构资料): the end of its licence, granted departments, senior doctors. Chongqing
 * 2023 art. 15 and appendix 1. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

void fz_dialog_institution (GtkWidget *over, FzSession *session);
