/* ui/dialog_print.h: slips before they are printed (打印处方笺): the sheets as they will come out, paper, copies; then a printer or a PDF. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `ids`: prescriptions, NULL-terminated. What cannot be printed is named with its reason, the others can be printed all the same. */
void fz_dialog_print (GtkWidget *over, FzSession *session, const char *const *ids);
void fz_dialog_print_one (GtkWidget *over, FzSession *session, const char *id);
