#include "ui/kit/chart.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

#include <math.h>

#define SERIES 3
#define HEIGHT 200
#define LEFT 46
#define BOTTOM 24
#define TOP 24
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

/* What one drawing needs. */
typedef struct {
  FzChart *self;
  cairo_t *cr;
  double x, y, width, height; /* the field of values */
  double top;                 /* the value at its upper edge */
} Plot;

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

/* 1, 2 or 5 times a power of ten: four steps of it hold the largest value. */
static double
step_for (double largest)
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
ink (Plot *plot, const char *token, double alpha)
{
  GdkRGBA color = fz_theme_color (GTK_WIDGET (plot->self), token);

  cairo_set_source_rgba (plot->cr, (double) color.red, (double) color.green, (double) color.blue, (double) color.alpha * alpha);
}

/* `xalign` 0 begins at x, 1 ends there; y is the middle of the line. */
static double
write_at (Plot *plot, const char *text, double x, double y, double xalign, const char *token)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (plot->self), text);
  int width, height;

  pango_layout_get_pixel_size (layout, &width, &height);
  ink (plot, token, 1);
  cairo_move_to (plot->cr, round (x - width * xalign), round (y - height / 2.0));
  pango_cairo_show_layout (plot->cr, layout);
  return width;
}

static double
y_of (const Plot *plot, double value)
{
  return plot->y + plot->height * (1 - value / plot->top);
}

static void
draw_scale (Plot *plot, double step)
{
  for (double value = 0; value <= plot->top + step / 2; value += step) {
    g_autofree char *text = g_strdup_printf ("%g", value);
    double y = round (y_of (plot, value)) + 0.5;

    ink (plot, value > 0 ? "fz_grid" : "fz_border_strong", 1);
    cairo_set_line_width (plot->cr, 1);
    cairo_move_to (plot->cr, plot->x, y);
    cairo_line_to (plot->cr, plot->x + plot->width, y);
    cairo_stroke (plot->cr);
    write_at (plot, text, plot->x - 8, y, 1, "fz_text_faint");
  }
}

static void
draw_labels (Plot *plot)
{
  FzChart *self = plot->self;
  double slot = plot->width / (double) self->n, free_from = -1;

  for (gsize i = 0; i < self->n; i++) {
    double middle = plot->x + slot * ((double) i + 0.5);
    g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), self->labels[i]);
    int width;

    pango_layout_get_pixel_size (layout, &width, NULL);
    if (middle - width / 2.0 < free_from) /* no room: every second or third label stays */
      continue;
    write_at (plot, self->labels[i], middle, plot->y + plot->height + 13, 0.5, "fz_text_faint");
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
draw_bar (Plot *plot, double x, double width, double value)
{
  double y = y_of (plot, value), radius = MIN (4, MIN (width / 2, plot->y + plot->height - y));
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

static void
draw_bars (Plot *plot)
{
  FzChart *self = plot->self;
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
      ink (plot, series_token (s), 1);
      draw_bar (plot, round (x) + 1, round (each) - 2, value);
      if (each >= 20)
        write_at (plot, text, x + each / 2, y_of (plot, value) - 9, 0.5, "fz_text_soft");
    }
    place++;
  }
}

static void
draw_dots (Plot *plot, guint s, double slot)
{
  FzChart *self = plot->self;

  for (gsize i = 0; i < self->n; i++) {
    double value = self->series[s].values[i];

    if (isnan (value))
      continue;
    ink (plot, "fz_surface", 1);
    cairo_arc (plot->cr, plot->x + slot * ((double) i + 0.5), y_of (plot, value), 4.5, 0, 2 * G_PI);
    cairo_fill (plot->cr);
    ink (plot, series_token (s), 1);
    cairo_arc (plot->cr, plot->x + slot * ((double) i + 0.5), y_of (plot, value), 3, 0, 2 * G_PI);
    cairo_fill (plot->cr);
  }
}

static void
draw_lines (Plot *plot)
{
  FzChart *self = plot->self;
  double slot = plot->width / (double) self->n;

  for (guint s = 0; s < SERIES; s++) {
    gboolean down = FALSE;

    if (!has (self, s))
      continue;
    cairo_new_path (plot->cr);
    for (gsize i = 0; i < self->n; i++) {
      double value = self->series[s].values[i], x = plot->x + slot * ((double) i + 0.5);

      if (!isnan (value) && down)
        cairo_line_to (plot->cr, x, y_of (plot, value));
      else if (!isnan (value))
        cairo_move_to (plot->cr, x, y_of (plot, value));
      down = !isnan (value);
    }
    ink (plot, series_token (s), 1);
    cairo_set_line_width (plot->cr, 2);
    cairo_set_line_join (plot->cr, CAIRO_LINE_JOIN_ROUND);
    cairo_stroke (plot->cr);
    if (slot >= 14)
      draw_dots (plot, s, slot);
  }
}

static void
draw_goal (Plot *plot)
{
  static const double dashes[] = { 5, 4 };
  double y = round (y_of (plot, plot->self->goal)) + 0.5;

  ink (plot, "fz_stop_text", 0.9);
  cairo_set_line_width (plot->cr, 1.25);
  cairo_set_dash (plot->cr, dashes, 2, 0);
  cairo_move_to (plot->cr, plot->x, y);
  cairo_line_to (plot->cr, plot->x + plot->width, y);
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
  write_at (plot, plot->self->goal_word, plot->x + plot->width, y - 9, 1, "fz_stop_text");
}

static void
draw_legend (Plot *plot)
{
  FzChart *self = plot->self;
  double x = plot->x + plot->width;

  if (self->unit != NULL)
    write_at (plot, self->unit, plot->x - 8, 8, 1, "fz_text_faint");
  if (n_series (self) < 2)
    return;
  for (guint s = SERIES; s-- > 0;) {
    if (!has (self, s))
      continue;
    x -= write_at (plot, self->series[s].name, x, 8, 1, "fz_text_soft") + 14;
    ink (plot, series_token (s), 1);
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
  double scale = fz_theme_get_text_scale (), step = step_for (largest (self));
  Plot plot = { self, NULL, LEFT * scale, TOP * scale, 0, 0, 0 };

  if (self->n == 0 || n_series (self) == 0)
    return;
  plot.width = width - plot.x - RIGHT;
  plot.height = height - plot.y - BOTTOM * scale;
  plot.top = step * MAX (1, ceil (largest (self) / step - 1e-9));
  if (plot.width < 20 || plot.height < 20)
    return;
  plot.cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  draw_scale (&plot, step);
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
    g_string_append_printf (text, "%s%s：", text->len > 0 ? "；" : "", self->series[s].name);
    for (gsize i = 0; i < self->n; i++)
      if (!isnan (self->series[s].values[i]))
        g_string_append_printf (text, "%s %g%s，", self->labels[i], self->series[s].values[i], self->unit != NULL ? self->unit : "");
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
