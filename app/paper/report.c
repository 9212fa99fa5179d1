#include "app/paper/report.h"

#include <stdarg.h>
#include <string.h>

#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define MAX_PREVIEW_ROWS 100

static void
figure_free (gpointer data)
{
  FzReportFigure *figure = data;

  g_free (figure->label);
  g_free (figure->cell.text);
  g_free (figure->unit);
  g_free (figure);
}

static void
column_free (gpointer data)
{
  FzReportColumn *column = data;

  g_free (column->title);
  g_free (column);
}

static void
table_free (gpointer data)
{
  FzReportTable *table = data;

  for (guint i = 0; i < table->rows->len; i++) {
    FzReportCell *row = table->rows->pdata[i];

    for (guint k = 0; k < table->columns->len; k++)
      g_free (row[k].text);
  }
  g_ptr_array_unref (table->rows);
  g_ptr_array_unref (table->columns);
  g_free (table->title);
  g_free (table);
}

static char *
period_words (const FzReportFrame *frame)
{
  g_autofree char *from = fz_date_format (fz_date_in_beijing (frame->from_us));
  g_autofree char *last = fz_date_format (fz_date_in_beijing (MAX (frame->to_us - 1, frame->from_us)));

  return strcmp (from, last) == 0 ? g_strdup (from) : g_strdup_printf (_ ("%s 至 %s"), from, last);
}

FzReport *
fz_report_new (const char *title, const FzReportFrame *frame)
{
  FzReport *self = g_new0 (FzReport, 1);

  self->title = g_strdup (title);
  self->institution = g_strdup (frame->institution);
  self->period = period_words (frame);
  self->made_by = g_strdup (frame->made_by);
  self->made_at = fz_beijing_time_format (frame->made_us);
  self->made_us = frame->made_us;
  self->demo = frame->demo;
  self->filter = g_strdup (frame->filter);
  self->basis = g_strdup_printf (_ ("数据截至第 %" PRIu64 " 号文书、审计日志 %" PRIu64 " 条"), frame->documents, frame->audit_size);
  self->watermark = g_strdup_printf ("%s%s　%s", frame->demo ? _ ("演示数据 — 仅供演示　") : "", self->made_by, self->made_at);
  self->figures = g_ptr_array_new_with_free_func (figure_free);
  self->tables = g_ptr_array_new_with_free_func (table_free);
  return self;
}

char *
fz_report_standing (const FzReport *self)
{
  return g_strdup_printf (self->demo ? _ ("更新于 %.10s（演示数据 — 仅供演示）") : _ ("更新于 %.10s"), self->made_at);
}

void
fz_report_free (FzReport *self)
{
  if (self == NULL)
    return;
  g_ptr_array_unref (self->figures);
  g_ptr_array_unref (self->tables);
  g_free (self->title);
  g_free (self->institution);
  g_free (self->period);
  g_free (self->made_by);
  g_free (self->made_at);
  g_free (self->basis);
  g_free (self->filter);
  g_free (self->watermark);
  g_free (self);
}

void
fz_report_add_figure (FzReport *self, const char *label, FzValueType type, gboolean known, gint64 value, const char *unit)
{
  FzReportFigure *figure = g_new0 (FzReportFigure, 1);

  figure->label = g_strdup (label);
  figure->type = type;
  figure->cell.known = known;
  figure->cell.number = known ? value : 0;
  figure->unit = g_strdup (unit);
  g_ptr_array_add (self->figures, figure);
}

void
fz_report_add_column (FzReportTable *table, const char *title, FzValueType type)
{
  FzReportColumn *column = g_new0 (FzReportColumn, 1);

  g_return_if_fail (table->rows->len == 0);
  column->title = g_strdup (title);
  column->type = type;
  g_ptr_array_add (table->columns, column);
}

static gboolean
has_type (const FzReportTable *table, FzValueType type)
{
  for (guint k = 1; k < table->columns->len; k++)
    if (((FzReportColumn *) table->columns->pdata[k])->type == type)
      return TRUE;
  return FALSE;
}

gboolean
fz_report_table_draws (const FzReportTable *table, guint column)
{
  FzValueType type = has_type (table, FZ_VALUE_INTEGER) ? FZ_VALUE_INTEGER : has_type (table, FZ_VALUE_PERCENT) ? FZ_VALUE_PERCENT : FZ_VALUE_DURATION;

  return column > 0 && ((FzReportColumn *) table->columns->pdata[column])->type == type;
}

FzReportTable *
fz_report_add_table (FzReport *self, const char *title, FzChart chart, ...)
{
  FzReportTable *table = g_new0 (FzReportTable, 1);
  const char *name;
  va_list args;

  table->title = g_strdup (title);
  table->chart = chart;
  table->columns = g_ptr_array_new_with_free_func (column_free);
  table->rows = g_ptr_array_new_with_free_func (g_free);
  va_start (args, chart);
  while ((name = va_arg (args, const char *)) != NULL) {
    FzValueType type = va_arg (args, FzValueType);

    fz_report_add_column (table, name, type);
  }
  va_end (args);
  g_ptr_array_add (self->tables, table);
  return table;
}

FzReportCell *
fz_report_add_row (FzReportTable *table)
{
  FzReportCell *row = g_new0 (FzReportCell, table->columns->len);

  g_ptr_array_add (table->rows, row);
  return row;
}

void
fz_report_cell_set_text (FzReportCell *cell, const char *text)
{
  g_free (cell->text);
  cell->text = g_strdup (text);
  cell->known = text != NULL;
}

void
fz_report_cell_set (FzReportCell *cell, gint64 number)
{
  cell->known = TRUE;
  cell->number = number;
}

void
fz_report_cell_set_share (FzReportCell *cell, gint64 part, gint64 whole)
{
  cell->known = whole > 0;
  cell->number = whole > 0 ? (part * 10000 + whole / 2) / whole : 0;
}

char *
fz_report_cell_text (const FzReportCell *cell, FzValueType type)
{
  gint64 n = cell->number, tenths;

  if (!cell->known)
    return g_strdup ("—");
  switch (type) {
  case FZ_VALUE_TEXT:
    return g_strdup (cell->text);
  case FZ_VALUE_PERCENT:
    tenths = (n + 5) / 10;
    return g_strdup_printf ("%" G_GINT64_FORMAT ".%d%%", tenths / 10, (int) (tenths % 10));
  case FZ_VALUE_DURATION:
    return g_strdup_printf ("%" G_GINT64_FORMAT ":%02d:%02d", n / 3600, (int) (n / 60 % 60), (int) (n % 60));
  case FZ_VALUE_DATE:
    return fz_date_format (fz_date_from_days (n));
  case FZ_VALUE_INTEGER:
  default:
    return g_strdup_printf ("%" G_GINT64_FORMAT, n);
  }
}

/* --- preview --- */

static void
put_figures (const FzReport *self, FzFields *fields)
{
  for (guint i = 0; i < self->figures->len; i++) {
    const FzReportFigure *figure = self->figures->pdata[i];
    g_autofree char *text = fz_report_cell_text (&figure->cell, figure->type);

    fz_fields_set_at (fields, "figure", i, "label", figure->label);
    fz_fields_set_at (fields, "figure", i, "text", text);
    fz_fields_set_at (fields, "figure", i, "unit", figure->unit);
  }
}

static void
put_table (FzFields *fields, guint position, const FzReportTable *table)
{
  static const char *const charts[] = { "none", "bars", "lines" };
  static const char *const types[] = { "text", "integer", "percent", "duration", "date" };
  g_autofree char *columns = g_strdup_printf ("table.%02u.column", position);

  fz_fields_set_at (fields, "table", position, "title", table->title);
  fz_fields_set_at (fields, "table", position, "chart", charts[table->chart]);
  fz_fields_set_int_at (fields, "table", position, "n_rows", table->rows->len);
  for (guint k = 0; k < table->columns->len; k++) {
    const FzReportColumn *column = table->columns->pdata[k];

    fz_fields_set_at (fields, columns, k, "title", column->title);
    fz_fields_set_at (fields, columns, k, "type", types[column->type]);
    fz_fields_set_at (fields, columns, k, "drawn", table->chart != FZ_CHART_NONE && fz_report_table_draws (table, k) ? "yes" : NULL);
  }
  for (guint i = 0; i < MIN (table->rows->len, MAX_PREVIEW_ROWS); i++) {
    g_autofree char *cells = g_strdup_printf ("table.%02u.row.%02u.cell", position, i);
    const FzReportCell *row = table->rows->pdata[i];

    for (guint k = 0; k < table->columns->len; k++) {
      g_autofree char *text = fz_report_cell_text (&row[k], ((FzReportColumn *) table->columns->pdata[k])->type);

      fz_fields_set_at (fields, cells, k, NULL, text);
    }
  }
}

FzFields *
fz_report_to_fields (const FzReport *self)
{
  FzFields *fields = fz_fields_new ("fuzhen.report/v1");

  fz_fields_set (fields, "report.title", self->title);
  fz_fields_set (fields, "report.institution", self->institution);
  fz_fields_set (fields, "report.period", self->period);
  fz_fields_set (fields, "report.made_by", self->made_by);
  fz_fields_set (fields, "report.made_at", self->made_at);
  fz_fields_set (fields, "report.basis", self->basis);
  fz_fields_set (fields, "report.filter", self->filter);
  put_figures (self, fields);
  for (guint i = 0; i < self->tables->len; i++)
    put_table (fields, i, self->tables->pdata[i]);
  return fz_fields_freeze (fields);
}

gboolean
fz_report_write (const FzReport *self, const char *format, const char *path, GError **error)
{
  if (strcmp (format, "xlsx") == 0)
    return fz_report_write_xlsx (self, path, error);
  if (strcmp (format, "csv") == 0)
    return fz_report_write_csv (self, path, error);
  if (strcmp (format, "pdf") == 0)
    return fz_report_write_pdf (self, path, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不认识的格式“%s”，可用 xlsx、csv、pdf。"), format);
  return FALSE;
}
