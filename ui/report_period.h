/* ui/report_period.h: the days a report is made over (报表期间): a ready-made period, or the first and the last day as somebody types them. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* A person chose other days, or asked for those typed. Not called for fz_report_period_set(). */
typedef void (*FzReportPeriodChanged) (gpointer user_data);

/* Stands at today. */
GtkWidget *fz_report_period_new (FzSession *session, FzReportPeriodChanged changed, gpointer user_data);
/* today | yesterday | week | month | year; the last is two days that can be changed. */
void fz_report_period_set (GtkWidget *period, const char *id);
/* From the beginning of the first day to the end of the last (Beijing). FALSE: a date is wrong, which now stands beside it. */
gboolean fz_report_period_read (GtkWidget *period, gint64 *out_from_us, gint64 *out_to_us);
/* The two days as they are typed. (transfer none) */
void fz_report_period_get_days (GtkWidget *period, const char **out_from, const char **out_to);
