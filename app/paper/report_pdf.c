/* Reports on paper: A4, figures as cards, tables with their head on every page, charts. */
#include "app/paper/report_chart.h"

#include "app/out_file.h"

#include <glib/gi18n-lib.h>

#define MARGIN 40.0
#define FOOT 26.0
#define CARDS 4
#define CARD_HEIGHT 50.0
#define CHART_HEIGHT 130.0
#define PAD 4.0

/* One run over the report: once to count pages, once to draw. */
typedef struct {
  const FzReport *report;
  FzPaper *paper;
  double y, left, width, bottom;
  guint page, n_pages;
} Run;

static const FzPen soft_pen = { 9, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };
static const FzPen section_pen = { 13, TRUE, FZ_INK, FZ_ALIGN_LEFT };

static void
end_page (Run *self)
{
  FzPen right = { 8, FALSE, FZ_INK_SOFT, FZ_ALIGN_RIGHT }, left = { 8, FALSE, FZ_INK_SOFT, FZ_ALIGN_LEFT };
  g_autofree char *number = NULL;

  if (fz_paper_is_measuring (self->paper))
    return;
  number = g_strdup_printf (_ ("第 %u 页 共 %u 页"), self->page, self->n_pages);
  fz_paper_line (self->paper, self->left, self->bottom + 4, self->left + self->width, self->bottom + 4, 0.5, FZ_INK_LINE);
  fz_paper_text (self->paper, self->left, self->bottom + 8, self->width - 90, self->report->open ? self->report->institution : self->report->watermark, left);
  fz_paper_text (self->paper, self->left + self->width - 90, self->bottom + 8, 90, number, right);
  if (!self->report->open)
    fz_paper_words_all_over (self->paper, self->report->watermark, 13);
}

static void
turn_page (Run *self)
{
  end_page (self);
  if (!fz_paper_is_measuring (self->paper))
    fz_paper_next_page (self->paper);
  self->page++;
  self->y = MARGIN;
}

/* TRUE when a new page was begun. */
static gboolean
need (Run *self, double height)
{
  if (self->y <= MARGIN || self->y + height <= self->bottom)
    return FALSE;
  turn_page (self);
  return TRUE;
}

static void
draw_head (Run *self)
{
  FzPen title = { 20, TRUE, FZ_INK, FZ_ALIGN_LEFT }, name = { 12, FALSE, FZ_INK, FZ_ALIGN_LEFT };
  const FzReport *report = self->report;
  g_autofree char *line = report->open ? g_strdup (report->institution) : g_strdup_printf (_ ("%s　期间 %s"), report->institution, report->period);
  g_autofree char *filter = report->filter != NULL ? g_strdup_printf (_ ("筛选：%s"), report->filter) : NULL;
  g_autofree char *made = report->open ? fz_report_standing (report) : g_strdup_printf (_ ("%s　制表 %s　%s"), report->basis, report->made_by, report->made_at);

  self->y += fz_paper_text (self->paper, self->left, self->y, self->width, report->title, title) + 2;
  self->y += fz_paper_text (self->paper, self->left, self->y, self->width, line, name) + 2;
  if (filter != NULL)
    self->y += fz_paper_text (self->paper, self->left, self->y, self->width, filter, name) + 2;
  self->y += fz_paper_text (self->paper, self->left, self->y, self->width, made, soft_pen) + 6;
  fz_paper_line (self->paper, self->left, self->y, self->left + self->width, self->y, 1.1, FZ_INK);
  self->y += 12;
}

static void
draw_card (Run *self, const FzReportFigure *figure, double x, double y, double width)
{
  FzPen value = { 17, TRUE, FZ_INK, FZ_ALIGN_LEFT };
  g_autofree char *text = fz_report_cell_text (&figure->cell, figure->type);
  double right;

  fz_paper_box (self->paper, x, y, width, CARD_HEIGHT, 6, FZ_INK_PALE, TRUE);
  fz_paper_text (self->paper, x + 9, y + 5, width - 18, figure->label, soft_pen);
  fz_paper_text (self->paper, x + 9, y + 20, -1, text, value);
  right = fz_paper_text_width (self->paper, text, value);
  if (figure->unit != NULL)
    fz_paper_text (self->paper, x + 9 + right + 4, y + 29, -1, figure->unit, soft_pen);
}

static void
draw_figures (Run *self)
{
  double gap = 8, width = (self->width - (CARDS - 1) * gap) / CARDS;
  guint n = self->report->figures->len;

  for (guint i = 0; i < n; i++) {
    if (i % CARDS == 0)
      need (self, CARD_HEIGHT);
    draw_card (self, self->report->figures->pdata[i], self->left + (i % CARDS) * (width + gap), self->y, width);
    if (i % CARDS == CARDS - 1 || i == n - 1)
      self->y += CARD_HEIGHT + gap;
  }
  self->y += 8;
}

/* --- tables --- */

static FzPen
cell_pen (FzValueType type, gboolean head)
{
  FzPen pen = { 9.5, head, head ? FZ_INK_SOFT : FZ_INK, type == FZ_VALUE_TEXT || type == FZ_VALUE_DATE ? FZ_ALIGN_LEFT : FZ_ALIGN_RIGHT };

  return pen;
}

/* Text columns share what the numbers leave. */
static double
column_width (const Run *self, const FzReportTable *table, guint k)
{
  guint texts = 0, n = table->columns->len;
  double number = MIN (78, self->width / n), rest;

  for (guint i = 0; i < n; i++)
    texts += ((FzReportColumn *) table->columns->pdata[i])->type == FZ_VALUE_TEXT;
  if (texts == 0)
    return self->width / n;
  rest = (self->width - number * (n - texts)) / texts;
  return ((FzReportColumn *) table->columns->pdata[k])->type == FZ_VALUE_TEXT ? rest : number;
}

/* One row (NULL: the head); cells wrap and the tallest gives the height. */
static double
draw_row (Run *self, const FzReportTable *table, const FzReportCell *row)
{
  double x = self->left, height = 0;

  for (guint k = 0; k < table->columns->len; k++) {
    const FzReportColumn *column = table->columns->pdata[k];
    double width = column_width (self, table, k);
    g_autofree char *text = row != NULL ? fz_report_cell_text (&row[k], column->type) : g_strdup (column->title);

    double tall = fz_paper_text (self->paper, x + PAD, self->y + PAD / 2, width - 2 * PAD, text, cell_pen (column->type, row == NULL));

    height = MAX (height, tall); /* MAX would draw the text twice */
    x += width;
  }
  return height + PAD;
}

static double
row_height (Run *self, const FzReportTable *table, const FzReportCell *row)
{
  gboolean measuring = fz_paper_is_measuring (self->paper);
  double height;

  fz_paper_set_measuring (self->paper, TRUE);
  height = draw_row (self, table, row);
  fz_paper_set_measuring (self->paper, measuring);
  return height;
}

static void
draw_table_head (Run *self, const FzReportTable *table)
{
  double height = row_height (self, table, NULL);

  fz_paper_box (self->paper, self->left, self->y, self->width, height, 2, FZ_INK_PALE, TRUE);
  draw_row (self, table, NULL);
  self->y += height;
}

static void
draw_rows (Run *self, const FzReportTable *table)
{
  draw_table_head (self, table);
  for (guint i = 0; i < table->rows->len; i++) {
    const FzReportCell *row = table->rows->pdata[i];
    double height = row_height (self, table, row);

    if (need (self, height))
      draw_table_head (self, table);
    draw_row (self, table, row);
    self->y += height;
    fz_paper_line (self->paper, self->left, self->y, self->left + self->width, self->y, 0.4, FZ_INK_LINE);
  }
  if (table->rows->len == 0)
    self->y += fz_paper_text (self->paper, self->left + PAD, self->y + 2, -1, _ ("（本期没有）"), soft_pen) + 4;
}

static void
draw_table (Run *self, const FzReportTable *table)
{
  gboolean chart = table->chart != FZ_CHART_NONE && table->rows->len > 1;

  need (self, 60 + (chart ? CHART_HEIGHT : 0));
  self->y += fz_paper_text (self->paper, self->left, self->y, self->width, table->title, section_pen) + 4;
  if (chart) {
    if (!fz_paper_is_measuring (self->paper))
      fz_report_draw_chart (self->paper, table, self->left, self->y, self->width, CHART_HEIGHT);
    self->y += CHART_HEIGHT + 8;
  }
  draw_rows (self, table);
  self->y += 16;
}

static void
draw_all (Run *self)
{
  self->page = 1;
  self->y = MARGIN;
  draw_head (self);
  draw_figures (self);
  for (guint i = 0; i < self->report->tables->len; i++)
    draw_table (self, self->report->tables->pdata[i]);
  end_page (self);
}

FzPages *
fz_report_to_pages (const FzReport *self, GError **error)
{
  g_autoptr (FzPaper) paper = fz_paper_new_kept (FZ_PAPER_A4_WIDTH, FZ_PAPER_A4_HEIGHT);
  Run run = { .report = self, .paper = paper, .left = MARGIN, .width = FZ_PAPER_A4_WIDTH - 2 * MARGIN,
              .bottom = FZ_PAPER_A4_HEIGHT - MARGIN - FOOT + 10 };

  fz_paper_set_measuring (paper, TRUE);
  draw_all (&run);
  run.n_pages = run.page;
  fz_paper_set_measuring (paper, FALSE);
  draw_all (&run);
  return fz_paper_finish_pages (paper, error);
}

GBytes *
fz_report_to_pdf (const FzReport *self, GError **error)
{
  g_autoptr (FzPages) pages = fz_report_to_pages (self, error);

  return pages != NULL ? fz_pages_to_pdf (pages, self->made_us, self->title, error) : NULL;
}

gboolean
fz_report_write_pdf (const FzReport *self, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = fz_report_to_pdf (self, error);

  return bytes != NULL && fz_out_file_save (bytes, path, error);
}
