#include "ui/kit/plot.h"

#include "ui/theme.h"

#include <math.h>

double
fz_plot_step (double largest)
{
  double raw = largest / 4, power;

  if (!(raw > 0))
    return 1;
  power = pow (10, floor (log10 (raw)));
  for (int i = 0; i < 3; i++) {
    static const double nice[] = { 1, 2, 5 };

    if (raw <= nice[i] * power)
      return nice[i] * power;
  }
  return 10 * power;
}

void
fz_plot_ink (FzPlot *plot, const char *token, double alpha)
{
  GdkRGBA color = fz_theme_color (plot->widget, token);

  cairo_set_source_rgba (plot->cr, (double) color.red, (double) color.green, (double) color.blue, (double) color.alpha * alpha);
}

double
fz_plot_write (FzPlot *plot, const char *text, double x, double y, double xalign, const char *token)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (plot->widget, text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  fz_plot_ink (plot, token, 1);
  cairo_move_to (plot->cr, round (x - width * xalign), round (y - height / 2.0));
  pango_cairo_show_layout (plot->cr, layout);
  return width;
}

double
fz_plot_y (const FzPlot *plot, double value)
{
  return plot->y + plot->height * (1 - value / plot->top);
}

void
fz_plot_scale (FzPlot *plot, double step)
{
  for (double value = 0; value <= plot->top + step / 2; value += step) {
    g_autofree char *text = g_strdup_printf ("%g", value);
    double y = round (fz_plot_y (plot, value)) + 0.5;

    fz_plot_ink (plot, value > 0 ? "fz_grid" : "fz_border_strong", 1);
    cairo_set_line_width (plot->cr, 1);
    cairo_move_to (plot->cr, plot->x, y);
    cairo_line_to (plot->cr, plot->x + plot->width, y);
    cairo_stroke (plot->cr);
    fz_plot_write (plot, text, plot->x - 8, y, 1, "fz_text_faint");
  }
}

void
fz_plot_bar (FzPlot *plot, double x, double width, double value)
{
  double y = fz_plot_y (plot, value), radius = MIN (4, MIN (width / 2, plot->y + plot->height - y));
  double base = plot->y + plot->height;

  cairo_new_path (plot->cr);
  cairo_move_to (plot->cr, x, base);
  cairo_line_to (plot->cr, x, y + radius);
  cairo_arc (plot->cr, x + radius, y + radius, radius, G_PI, 1.5 * G_PI);
  cairo_arc (plot->cr, x + width - radius, y + radius, radius, 1.5 * G_PI, 2 * G_PI);
  cairo_line_to (plot->cr, x + width, base);
  cairo_close_path (plot->cr);
  cairo_fill (plot->cr);
}
