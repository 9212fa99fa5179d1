/* ui/page_report.h: reports for medical affairs (报表): choose, look at, take away as XLSX, CSV or PDF. Figures of a medicine need a grant,
 * which is asked for here. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_report_new (FzSession *session);
/* Shows this report of today, as if it had been chosen. */
void fz_page_report_show (GtkWidget *page, const char *name);
