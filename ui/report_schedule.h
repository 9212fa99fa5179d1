/* ui/report_schedule.h: the reports that are made by themselves (定时报表): what is set up, and setting up one more. They are entries of the register report-schedule,
 * where each is changed and stopped. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

#define FZ_TYPE_REPORT_SCHEDULE (fz_report_schedule_get_type ())
G_DECLARE_FINAL_TYPE (FzReportSchedule, fz_report_schedule, FZ, REPORT_SCHEDULE, GtkBox)

GtkWidget *fz_report_schedule_new (FzSession *session);
/* The report that the form begins with; NULL: none that can be made by itself, and nothing is shown. `row` of fz_desk_list_reports. */
void fz_report_schedule_set_report (FzReportSchedule *self, const FzFields *row);
