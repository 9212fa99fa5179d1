/* ui/page_report.h: reports for medical affairs (报表): choose, look at, take away as XLSX, CSV or PDF. No figure of a drug by doctor. */
#pragma once

#include "ui/page.h"

GtkWidget *fz_page_report_new (FzSession *session);
