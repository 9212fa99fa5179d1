#include "ui/kit/chart.h"

#include "ui/kit/access.h"
#include "ui/kit/plot.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define SERIES 3
#define HEIGHT 200
#define LEFT 46
#define BOTTOM 24
#define TOP 34 /* names of the series, and below them the number over the highest bar */
#define RIGHT 10

struct _FzChart {
  GtkWidget parent_instance;
  FzChartKind kind;
  char *title, *unit;
  GStrv labels;
  gsize n;
  struct {
    char *name;
    double *values;
  } series[SERIES];
  double goal;
  char *goal_word;
  int height;
};

G_DEFINE_FINAL_TYPE (FzChart, fz_chart, GTK_TYPE_WIDGET)

static gboolean
has (FzChart *self, guint s)
{
  return self->series[s].values != NULL;
}

static guint
n_series (FzChart *self)
{
  guint n = 0;

  for (guint s = 0; s < SERIES; s++)
    n += has (self, s);
  return n;
}

static double
largest (FzChart *self)
{
  double most = self->goal_word != NULL ? self->goal : 0;

  for (guint s = 0; s < SERIES; s++)
    for (gsize i = 0; has (self, s) && i < self->n; i++)
      if (!isnan (self->series[s].values[i]))
        most = MAX (most, self->series[s].values[i]);
  return most;
}

static void
draw_labels (FzPlot *plot)
{
  FzChart *self = FZ_CHART (plot->widget);
  double slot = plot->width / (double) self->n, free_from = -1;

  for (gsize i = 0; i < self->n; i++) {
    double middle = plot->x + slot * ((double) i + 0.5);
    g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->labels[i]);
    int width;

    pango_layout_get_pixel_size (layout, &width, NULL);
    if (middle - width / 2.0 < free_from) /* no room: every second or third label stays */
      continue;
    fz_plot_write (plot, self->labels[i], middle, plot->y + plot->height + 13, 0.5, "fz_text_faint");
    free_from = middle + width / 2.0 + 10;
  }
}

static const char *
series_token (guint s)
{
  static const char *const tokens[SERIES] = { "fz_series_1", "fz_series_2", "fz_series_3" };

  return tokens[s];
}

static void
draw_bars (FzPlot *plot)
{
  FzChart *self = FZ_CHART (plot->widget);
  double slot = plot->width / (double) self->n;
  double each = MIN (34, slot * 0.62 / MAX (1, n_series (self)));
  guint place = 0;

  for (guint s = 0; s < SERIES; s++) {
    if (!has (self, s))
      continue;
    for (gsize i = 0; i < self->n; i++) {
      double value = self->series[s].values[i];
      double x = plot->x + slot * ((double) i + 0.5) + each * (place - n_series (self) / 2.0);
      g_autofree char *text = g_strdup_printf ("%g", value);

      if (isnan (value))
        continue;
      fz_plot_ink (plot, series_token (s), 1);
      fz_plot_bar (plot, round (x) + 1, round (each) - 2, value);
      if (each >= 20)
        fz_plot_write (plot, text, x + each / 2, fz_plot_y (plot, value) - 9, 0.5, "fz_text_soft");
    }
    place++;
  }
}

static void
draw_dots (FzPlot *plot, guint s, double slot)
{
  FzChart *self = FZ_CHART (plot->widget);

  for (gsize i = 0; i < self->n; i++) {
    double value = self->series[s].values[i];

    if (isnan (value))
      continue;
    fz_plot_ink (plot, "fz_surface", 1);
    cairo_arc (plot->cr, plot->x + slot * ((double) i + 0.5), fz_plot_y (plot, value), 4.5, 0, 2 * G_PI);
    cairo_fill (plot->cr);
    fz_plot_ink (plot, series_token (s), 1);
    cairo_arc (plot->cr, plot->x + slot * ((double) i + 0.5), fz_plot_y (plot, value), 3, 0, 2 * G_PI);
    cairo_fill (plot->cr);
  }
}

static void
draw_lines (FzPlot *plot)
{
  FzChart *self = FZ_CHART (plot->widget);
  double slot = plot->width / (double) self->n;

  for (guint s = 0; s < SERIES; s++) {
    gboolean down = FALSE;

    if (!has (self, s))
      continue;
    cairo_new_path (plot->cr);
    for (gsize i = 0; i < self->n; i++) {
      double value = self->series[s].values[i], x = plot->x + slot * ((double) i + 0.5);

      if (!isnan (value) && down)
        cairo_line_to (plot->cr, x, fz_plot_y (plot, value));
      else if (!isnan (value))
        cairo_move_to (plot->cr, x, fz_plot_y (plot, value));
      down = !isnan (value);
    }
    fz_plot_ink (plot, series_token (s), 1);
    cairo_set_line_width (plot->cr, 2);
    cairo_set_line_join (plot->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke (plot->cr);
    if (slot >= 14)
      draw_dots (plot, s, slot);
  }
}

static void
draw_goal (FzPlot *plot)
{
  static const double dashes[] = { 5, 4 };
  FzChart *self = FZ_CHART (plot->widget);
  double y = round (fz_plot_y (plot, self->goal)) + 0.5;

  fz_plot_ink (plot, "fz_stop_text", 0.9);
  cairo_set_line_width (plot->cr, 1.25);
  cairo_set_dash (plot->cr, dashes, 2, 0);
  cairo_move_to (plot->cr, plot->x, y);
  cairo_line_to (plot->cr, plot->x + plot->width, y);
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
  fz_plot_write (plot, self->goal_word, plot->x + plot->width, y - 9, 1, "fz_stop_text");
}

static void
draw_legend (FzPlot *plot)
{
  FzChart *self = FZ_CHART (plot->widget);
  double x = plot->x + plot->width;

  if (self->unit != NULL)
    fz_plot_write (plot, self->unit, plot->x - 8, 8, 1, "fz_text_faint");
  if (n_series (self) < 2)
    return;
  for (guint s = SERIES; s-- > 0;) {
    if (!has (self, s))
      continue;
    x -= fz_plot_write (plot, self->series[s].name, x, 8, 1, "fz_text_soft") + 14;
    fz_plot_ink (plot, series_token (s), 1);
    cairo_rectangle (plot->cr, x, 4, 9, 9);
    cairo_fill (plot->cr);
    x -= 14;
  }
}

static void
fz_chart_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  FzChart *self = FZ_CHART (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  double scale = fz_theme_get_text_scale (), step = fz_plot_step (largest (self));
  FzPlot plot = { widget, NULL, LEFT * scale, TOP * scale, 0, 0, 0 };

  if (self->n == 0 || n_series (self) == 0)
    return;
  plot.width = width - plot.x - RIGHT;
  plot.height = height - plot.y - BOTTOM * scale;
  plot.top = step * MAX (1, ceil (largest (self) / step - 1e-9));
  if (plot.width < 20 || plot.height < 20)
    return;
  plot.cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  fz_plot_scale (&plot, step);
  draw_labels (&plot);
  if (self->kind == FZ_CHART_BARS)
    draw_bars (&plot);
  else
    draw_lines (&plot);
  if (self->goal_word != NULL)
    draw_goal (&plot);
  draw_legend (&plot);
  cairo_destroy (plot.cr);
}

static void
fz_chart_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  FzChart *self = FZ_CHART (widget);

  *minimum = orientation == GTK_ORIENTATION_HORIZONTAL ? 160 : MIN (self->height, 120);
  *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? 320 : self->height;
}

static void
describe (FzChart *self)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint s = 0; s < SERIES; s++) {
    if (!has (self, s))
      continue;
    g_string_append_printf (text, _ ("%s%s："), text->len > 0 ? _ ("；") : "", self->series[s].name);
    for (gsize i = 0; i < self->n; i++)
      if (!isnan (self->series[s].values[i]))
        g_string_append_printf (text, _ ("%s %g%s，"), self->labels[i], self->series[s].values[i], self->unit != NULL ? self->unit : "");
  }
  fz_access_description (GTK_WIDGET (self), text->str);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
drop_series (FzChart *self)
{
  for (guint s = 0; s < SERIES; s++) {
    g_clear_pointer (&self->series[s].name, g_free);
    g_clear_pointer (&self->series[s].values, g_free);
  }
}

static void
fz_chart_finalize (GObject *object)
{
  FzChart *self = FZ_CHART (object);

  drop_series (self);
  g_strfreev (self->labels);
  g_free (self->title);
  g_free (self->unit);
  g_free (self->goal_word);
  G_OBJECT_CLASS (fz_chart_parent_class)->finalize (object);
}

static void
fz_chart_class_init (FzChartClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->finalize = fz_chart_finalize;
  widget_class->snapshot = fz_chart_snapshot;
  widget_class->measure = fz_chart_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
fz_chart_init (FzChart *self)
{
  self->height = HEIGHT;
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-chart");
}

GtkWidget *
fz_chart_new (FzChartKind kind, const char *title, const char *unit)
{
  FzChart *self = g_object_new (FZ_TYPE_CHART, NULL);

  self->kind = kind;
  self->title = g_strdup (title);
  self->unit = g_strdup (unit);
  fz_access_label (GTK_WIDGET (self), title);
  return GTK_WIDGET (self);
}

void
fz_chart_set_labels (FzChart *self, const char *const *labels, gsize n)
{
  drop_series (self);
  g_strfreev (self->labels);
  self->labels = g_new0 (char *, n + 1);
  for (gsize i = 0; i < n; i++)
    self->labels[i] = g_strdup (labels[i]);
  self->n = n;
  describe (self);
}

void
fz_chart_set_series (FzChart *self, guint series, const char *name, const double *values, gsize n)
{
  g_return_if_fail (series < SERIES && n == self->n);
  g_free (self->series[series].name);
  g_free (self->series[series].values);
  self->series[series].name = g_strdup (name != NULL ? name : self->title);
  self->series[series].values = g_memdup2 (values, n * sizeof *values);
  describe (self);
}

void
fz_chart_set_goal (FzChart *self, double value, const char *word)
{
  g_free (self->goal_word);
  self->goal = value;
  self->goal_word = g_strdup (word);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
fz_chart_set_height (FzChart *self, int pixels)
{
  self->height = pixels;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
