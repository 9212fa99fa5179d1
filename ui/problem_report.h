/* ui/problem_report.h: the problem report (问题报告), shown before it is written: whoever sends it knows what is in it. */
#pragma once

#include <gtk/gtk.h>

/* `data_dir` NULL: the usual folder. */
void fz_problem_report (GtkWidget *over, const char *data_dir);
