/* app/paper/report_chart.h: a table's INTEGER columns as bars or lines over its first column. */
#pragma once

#include "app/paper/page.h"
#include "app/paper/report.h"

void fz_report_draw_chart (FzPaper *paper, const FzReportTable *table, double x, double y, double width, double height);
