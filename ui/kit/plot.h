/* ui/kit/plot.h: what every chart is drawn with: a field of values, its scale, words and bars in the theme's colours. */
#pragma once

#include <gtk/gtk.h>

typedef struct {
  GtkWidget *widget;
  cairo_t *cr;
  double x, y, width, height; /* the field, in pixels */
  double top;                 /* the value at its upper edge; 0 is at its lower one */
} FzPlot;

/* 1, 2 or 5 times a power of ten: four steps of it hold the largest value. */
double fz_plot_step (double largest);
/* Takes a colour token for what is drawn next. */
void fz_plot_ink (FzPlot *plot, const char *token, double alpha);
/* `xalign` 0 begins at x, 1 ends there; y is the middle of the line. Answers the width. */
double fz_plot_write (FzPlot *plot, const char *text, double x, double y, double xalign, const char *token);
double fz_plot_y (const FzPlot *plot, double value);
/* The lines across, with their values at the left. */
void fz_plot_scale (FzPlot *plot, double step);
/* A bar with a round head in the ink taken. */
void fz_plot_bar (FzPlot *plot, double x, double width, double value);
