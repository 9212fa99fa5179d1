#include "app/paper/report_chart.h"

#define AXIS_WIDTH 30.0
#define LABEL_HEIGHT 16.0
#define LEGEND_HEIGHT 16.0
#define STEPS 4

/* Told apart without colour too: the first dark, the second light. */
static const FzInk inks[] = { FZ_INK_ACCENT, FZ_INK_LINE, FZ_INK_GOOD };

typedef struct {
  FzPaper *paper;
  const FzReportTable *table;
  double x, y, width, height; /* of the plot itself */
  gint64 top;                 /* value of the highest line */
  guint series[G_N_ELEMENTS (inks)], n_series;
} Chart;

/* 0 of what is not known: a bar of no height. */
static gint64
value_at (const Chart *self, guint row, guint series)
{
  const FzReportCell *cells = self->table->rows->pdata[row];

  return cells[self->series[series]].number;
}

static gboolean
is_known (const Chart *self, guint row, guint series)
{
  const FzReportCell *cells = self->table->rows->pdata[row];

  return cells[self->series[series]].known;
}

static FzValueType
type_of (const Chart *self)
{
  return ((FzReportColumn *) self->table->columns->pdata[self->series[0]])->type;
}

/* The next of 4, 8, 20, 40, 80, 200 …: four whole steps. */
static gint64
nice_top (gint64 highest)
{
  static const gint64 firsts[] = { 4, 8, 20 };

  for (gint64 scale = 1;; scale *= 10)
    for (guint i = 0; i < G_N_ELEMENTS (firsts); i++)
      if (firsts[i] * scale >= highest)
        return firsts[i] * scale;
}

static void
pick_series (Chart *self)
{
  gint64 highest = 1;

  for (guint k = 1; k < self->table->columns->len && self->n_series < G_N_ELEMENTS (inks); k++)
    if (fz_report_table_draws (self->table, k))
      self->series[self->n_series++] = k;
  for (guint i = 0; i < self->table->rows->len; i++)
    for (guint s = 0; s < self->n_series; s++)
      highest = MAX (highest, value_at (self, i, s));
  self->top = nice_top (highest);
  if (self->n_series > 0 && type_of (self) == FZ_VALUE_PERCENT && highest <= 10000)
    self->top = MIN (self->top, 10000); /* the whole */
}

static void
draw_axes (const Chart *self)
{
  FzPen pen = { 7.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_RIGHT };

  for (int i = 0; i <= STEPS; i++) {
    double y = self->y + self->height - self->height * i / STEPS;
    FzReportCell step = { .known = TRUE, .number = self->top * i / STEPS };
    g_autofree char *text = fz_report_cell_text (&step, type_of (self));

    fz_paper_line (self->paper, self->x, y, self->x + self->width, y, i == 0 ? 0.8 : 0.3, FZ_INK_LINE);
    fz_paper_text (self->paper, self->x - AXIS_WIDTH, y - 6, AXIS_WIDTH - 5, text, pen);
  }
}

/* As many names as fit side by side. */
static void
draw_names (const Chart *self)
{
  FzPen pen = { 7.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_CENTRE };
  guint n = self->table->rows->len, every = 1;
  double slot = self->width / n;

  while (slot * every < 34)
    every++;
  for (guint i = 0; i < n; i += every) {
    const FzReportCell *cells = self->table->rows->pdata[i];
    g_autofree char *text = fz_report_cell_text (&cells[0], ((FzReportColumn *) self->table->columns->pdata[0])->type);

    fz_paper_text (self->paper, self->x + slot * (i + 0.5) - 30, self->y + self->height + 3, 60, text, pen);
  }
}

static void
draw_legend (const Chart *self)
{
  FzPen pen = { 8.5, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };
  double x = self->x, y = self->y - LEGEND_HEIGHT;

  for (guint s = 0; s < self->n_series; s++) {
    const char *title = ((FzReportColumn *) self->table->columns->pdata[self->series[s]])->title;

    fz_paper_box (self->paper, x, y + 2, 8, 8, 1.5, inks[s], TRUE);
    fz_paper_text (self->paper, x + 12, y - 1, -1, title, pen);
    x += 12 + fz_paper_text_width (self->paper, title, pen) + 16;
  }
}

static double
height_of (const Chart *self, gint64 value)
{
  return self->height * (double) value / (double) self->top;
}

static void
draw_bars (const Chart *self)
{
  cairo_t *cr = fz_paper_get_cairo (self->paper);
  double slot = self->width / self->table->rows->len, bar = slot * 0.7 / self->n_series;

  for (guint i = 0; i < self->table->rows->len; i++)
    for (guint s = 0; s < self->n_series; s++) {
      double height = height_of (self, value_at (self, i, s));

      fz_paper_set_ink (self->paper, inks[s]);
      cairo_rectangle (cr, self->x + slot * (i + 0.15) + bar * s, self->y + self->height - height, bar, height);
      cairo_fill (cr);
    }
}

static void
draw_lines (const Chart *self)
{
  cairo_t *cr = fz_paper_get_cairo (self->paper);
  double slot = self->width / self->table->rows->len;

  for (guint s = 0; s < self->n_series; s++) {
    fz_paper_set_ink (self->paper, inks[s]);
    cairo_set_line_width (cr, 1.6);
    cairo_set_line_cap (cr, CAIRO_LINE_CAP_ROUND);
    for (guint i = 0; i < self->table->rows->len; i++) {
      if (!is_known (self, i, s)) {
        cairo_new_sub_path (cr); /* a gap, and no fall to nothing */
        continue;
      }
      cairo_line_to (cr, self->x + slot * (i + 0.5), self->y + self->height - height_of (self, value_at (self, i, s)));
      cairo_rel_line_to (cr, 0.01, 0); /* one alone is a point */
    }
    cairo_stroke (cr);
  }
}

void
fz_report_draw_chart (FzPaper *paper, const FzReportTable *table, double x, double y, double width, double height)
{
  Chart chart = { .paper = paper, .table = table, .x = x + AXIS_WIDTH, .y = y + LEGEND_HEIGHT, .width = width - AXIS_WIDTH,
                  .height = height - LABEL_HEIGHT - LEGEND_HEIGHT };

  pick_series (&chart);
  if (chart.n_series == 0 || table->rows->len == 0)
    return;
  draw_axes (&chart);
  draw_names (&chart);
  draw_legend (&chart);
  if (table->chart == FZ_CHART_LINES)
    draw_lines (&chart);
  else
    draw_bars (&chart);
}
