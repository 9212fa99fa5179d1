/* ui/print_job.h: slips to a printer by the desktop's own print dialog, drawn by the same code as preview and PDF. The copies that the
 * person asks for there are what is counted and audited, just before the first page is drawn. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `printed` FALSE without error: the person cancelled, and nothing was counted. */
typedef void (*FzPrintEnded) (GtkWidget *over, gboolean printed, const GError *error, gpointer user_data);

/* `printout` must live as long as `over`, which the job keeps. Ends by one call back. */
void fz_print_job_start (GtkWidget *over, FzSession *session, FzPrintout *printout, guint copies, FzPrintEnded ended, gpointer user_data);
