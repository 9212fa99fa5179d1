/* ui/kit/chart.h: bars and lines drawn by us, in the theme's colours. A screen reader gets the numbers as text. */
#pragma once

#include <gtk/gtk.h>

typedef enum {
  FZ_CHART_BARS,
  FZ_CHART_LINE
} FzChartKind;

#define FZ_TYPE_CHART (fz_chart_get_type ())
G_DECLARE_FINAL_TYPE (FzChart, fz_chart, FZ, CHART, GtkWidget)

/* `title` is for screen readers (the card above shows it). `unit` ("张", "分钟", "%") may be NULL. */
GtkWidget *fz_chart_new (FzChartKind kind, const char *title, const char *unit);
/* One value a label; NAN leaves a gap. Everything is copied. Up to three series of the same length. */
void fz_chart_set_labels (FzChart *self, const char *const *labels, gsize n);
void fz_chart_set_series (FzChart *self, guint series, const char *name, const double *values, gsize n);
/* A dashed line with a word (a deadline, a goal); NULL takes it away. */
void fz_chart_set_goal (FzChart *self, double value, const char *word);
void fz_chart_set_height (FzChart *self, int pixels);
