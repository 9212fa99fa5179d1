/* ui/dialog_print.h: slips (处方笺), records and reports before they are printed: the sheets as they will come out, paper, copies; then a printer or a PDF. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `ids`: prescriptions, NULL-terminated. What cannot be printed is named with its reason, the others can be printed all the same. */
void fz_dialog_print (GtkWidget *over, FzSession *session, const char *const *ids);
void fz_dialog_print_one (GtkWidget *over, FzSession *session, const char *id);
/* A paper that was read as a whole (fz_printout_get_title); `session` NULL of one that is not audited. */
void fz_dialog_print_paper (GtkWidget *over, FzSession *session, FzPrintout *take_printout);
