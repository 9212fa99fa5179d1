/* Reports as XLSX by libxlsxwriter: real types, a sheet for the figures and one a table. */
#include "app/out_file.h"
#include "app/paper/page.h"

#include "app/paper/report.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <xlsxwriter.h>

#include "core/date.h"

#define MAX_SHEET_NAME 31
#define MAX_FOOTER 200

typedef struct {
  const FzReport *report;
  lxw_workbook *book;
  lxw_format *title, *soft, *head, *formats[5];
} Book;

static lxw_format *
add_format (Book *self, const char *number, gboolean bold, uint8_t align)
{
  lxw_format *format = workbook_add_format (self->book);

  format_set_font_name (format, "Noto Sans CJK SC");
  format_set_font_size (format, 11);
  if (number != NULL)
    format_set_num_format (format, number);
  if (bold)
    format_set_bold (format);
  format_set_align (format, align);
  return format;
}

static void
add_formats (Book *self)
{
  self->title = add_format (self, NULL, TRUE, LXW_ALIGN_LEFT);
  format_set_font_size (self->title, 14);
  self->soft = add_format (self, NULL, FALSE, LXW_ALIGN_LEFT);
  format_set_font_color (self->soft, 0x667085);
  self->head = add_format (self, NULL, TRUE, LXW_ALIGN_CENTER);
  format_set_bg_color (self->head, 0xEEF1F6);
  format_set_border (self->head, LXW_BORDER_THIN);
  self->formats[FZ_VALUE_TEXT] = add_format (self, NULL, FALSE, LXW_ALIGN_LEFT);
  self->formats[FZ_VALUE_INTEGER] = add_format (self, "#,##0", FALSE, LXW_ALIGN_RIGHT);
  self->formats[FZ_VALUE_PERCENT] = add_format (self, "0.0%", FALSE, LXW_ALIGN_RIGHT);
  self->formats[FZ_VALUE_DURATION] = add_format (self, "[h]:mm:ss", FALSE, LXW_ALIGN_RIGHT);
  self->formats[FZ_VALUE_DATE] = add_format (self, "yyyy-mm-dd", FALSE, LXW_ALIGN_CENTER);
}

/* Texts always as strings: nothing a person typed can become a formula. */
static void
write_cell (Book *self, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const FzReportCell *cell, FzValueType type)
{
  lxw_format *format = self->formats[type];
  FzDate date;
  lxw_datetime when = { 0 };

  if (!cell->known) {
    worksheet_write_blank (sheet, row, column, format);
    return;
  }
  switch (type) {
  case FZ_VALUE_TEXT:
    worksheet_write_string (sheet, row, column, cell->text, format);
    break;
  case FZ_VALUE_PERCENT:
    worksheet_write_number (sheet, row, column, (double) cell->number / 10000, format);
    break;
  case FZ_VALUE_DURATION:
    worksheet_write_number (sheet, row, column, (double) cell->number / 86400, format);
    break;
  case FZ_VALUE_DATE:
    date = fz_date_from_days (cell->number);
    when.year = date.year;
    when.month = date.month;
    when.day = date.day;
    worksheet_write_datetime (sheet, row, column, &when, format);
    break;
  case FZ_VALUE_INTEGER:
  default:
    worksheet_write_number (sheet, row, column, (double) cell->number, format);
    break;
  }
}

/* A sheet's name may not hold []:*?/\ and not be long. */
static char *
sheet_name (const char *title, guint number)
{
  g_autofree char *plain = g_strdelimit (g_strdup (title), "[]:*?/\\'", ' ');
  g_autofree char *numbered = g_strdup_printf ("%u %s", number, plain);

  return g_utf8_strlen (numbered, -1) <= MAX_SHEET_NAME ? g_steal_pointer (&numbered) : g_utf8_substring (numbered, 0, MAX_SHEET_NAME);
}

static char *
footer_words (const FzReport *report)
{
  g_autofree char *cut = g_utf8_substring (report->watermark, 0, MIN (g_utf8_strlen (report->watermark, -1), MAX_FOOTER));
  g_auto (GStrv) parts = g_strsplit (cut, "&", -1);
  g_autofree char *escaped = g_strjoinv ("&&", parts);

  return g_strdup_printf ("&L&8 %s&R&8 &P / &N", escaped);
}

static lxw_worksheet *
add_sheet (Book *self, const char *title, guint number)
{
  g_autofree char *name = sheet_name (title, number), *footer = footer_words (self->report);
  lxw_worksheet *sheet = workbook_add_worksheet (self->book, name);

  if (sheet == NULL)
    return NULL;
  worksheet_set_paper (sheet, 9);
  worksheet_set_footer (sheet, footer);
  if (self->report->demo)
    worksheet_set_header (sheet, _ ("&C&14演示数据 — 仅供演示"));
  worksheet_fit_to_pages (sheet, 1, 0);
  return sheet;
}

static void
write_pair (Book *self, lxw_worksheet *sheet, lxw_row_t row, const char *label, const char *value)
{
  worksheet_write_string (sheet, row, 0, label, self->soft);
  worksheet_write_string (sheet, row, 1, value, self->formats[FZ_VALUE_TEXT]);
}

static gboolean
add_summary (Book *self)
{
  const FzReport *report = self->report;
  lxw_worksheet *sheet = add_sheet (self, _ ("概要"), 1);
  lxw_row_t row = 0;

  if (sheet == NULL)
    return FALSE;
  worksheet_set_column (sheet, 0, 0, 22, NULL);
  worksheet_set_column (sheet, 1, 1, 18, NULL);
  worksheet_set_column (sheet, 2, 2, 8, NULL);
  worksheet_write_string (sheet, row++, 0, report->title, self->title);
  write_pair (self, sheet, row++, _ ("机构"), report->institution);
  write_pair (self, sheet, row++, _ ("期间"), report->period);
  if (report->filter != NULL)
    write_pair (self, sheet, row++, _ ("筛选"), report->filter);
  write_pair (self, sheet, row++, _ ("制表人"), report->made_by);
  write_pair (self, sheet, row++, _ ("制表时间"), report->made_at);
  write_pair (self, sheet, row++, _ ("数据范围"), report->basis);
  if (report->demo)
    write_pair (self, sheet, row++, _ ("注意"), _ ("演示数据 — 仅供演示"));
  row++;
  worksheet_write_string (sheet, row, 0, _ ("指标"), self->head);
  worksheet_write_string (sheet, row, 1, _ ("数值"), self->head);
  worksheet_write_string (sheet, row++, 2, _ ("单位"), self->head);
  for (guint i = 0; i < report->figures->len; i++, row++) {
    const FzReportFigure *figure = report->figures->pdata[i];

    worksheet_write_string (sheet, row, 0, figure->label, self->formats[FZ_VALUE_TEXT]);
    write_cell (self, sheet, row, 1, &figure->cell, figure->type);
    if (figure->unit != NULL)
      worksheet_write_string (sheet, row, 2, figure->unit, self->soft);
  }
  return TRUE;
}

/* Chinese characters are two digits wide. */
static double
text_width (const char *text)
{
  double width = 0;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    width += g_unichar_iswide (g_utf8_get_char (p)) ? 2.1 : 1.05;
  return width;
}

static double
column_width (const FzReportTable *table, guint k)
{
  const FzReportColumn *column = table->columns->pdata[k];
  double width = text_width (column->title);

  for (guint i = 0; i < table->rows->len; i++) {
    const FzReportCell *row = table->rows->pdata[i];
    g_autofree char *text = fz_report_cell_text (&row[k], column->type);

    width = MAX (width, text_width (text));
  }
  return CLAMP (width + 3, 10, 60);
}

static void
add_chart (Book *self, lxw_worksheet *sheet, const FzReportTable *table, const char *name)
{
  lxw_chart *chart = workbook_add_chart (self->book, table->chart == FZ_CHART_LINES ? LXW_CHART_LINE : LXW_CHART_COLUMN);

  for (guint k = 1; k < table->columns->len; k++) {
    const FzReportColumn *column = table->columns->pdata[k];
    lxw_chart_series *series;

    if (!fz_report_table_draws (table, k))
      continue;
    series = chart_add_series (chart, NULL, NULL);
    chart_series_set_categories (series, name, 1, 0, (lxw_row_t) table->rows->len, 0);
    chart_series_set_values (series, name, 1, (lxw_col_t) k, (lxw_row_t) table->rows->len, (lxw_col_t) k);
    chart_series_set_name (series, column->title);
  }
  chart_title_set_name (chart, table->title);
  worksheet_insert_chart (sheet, 1, (lxw_col_t) (table->columns->len + 1), chart);
}

static gboolean
add_table (Book *self, const FzReportTable *table, guint number)
{
  g_autofree char *name = sheet_name (table->title, number);
  lxw_worksheet *sheet = add_sheet (self, table->title, number);

  if (sheet == NULL)
    return FALSE;
  for (guint k = 0; k < table->columns->len; k++) {
    const FzReportColumn *column = table->columns->pdata[k];

    worksheet_set_column (sheet, (lxw_col_t) k, (lxw_col_t) k, column_width (table, k), NULL);
    worksheet_write_string (sheet, 0, (lxw_col_t) k, column->title, self->head);
  }
  worksheet_freeze_panes (sheet, 1, 0);
  worksheet_repeat_rows (sheet, 0, 0);
  for (guint i = 0; i < table->rows->len; i++)
    for (guint k = 0; k < table->columns->len; k++)
      write_cell (self, sheet, i + 1, (lxw_col_t) k, &((FzReportCell *) table->rows->pdata[i])[k], ((FzReportColumn *) table->columns->pdata[k])->type);
  if (table->chart != FZ_CHART_NONE && table->rows->len > 0)
    add_chart (self, sheet, table, name);
  return TRUE;
}

static void
set_properties (Book *self)
{
  lxw_doc_properties properties = { .title = self->report->title, .author = self->report->made_by, .company = self->report->institution,
                                    .comments = self->report->watermark, .created = (time_t) (self->report->made_us / FZ_US_PER_SECOND) };

  workbook_set_properties (self->book, &properties);
}

static gboolean
fill (Book *self)
{
  gboolean good;

  set_properties (self);
  add_formats (self);
  good = add_summary (self);
  for (guint i = 0; good && i < self->report->tables->len; i++)
    good = add_table (self, self->report->tables->pdata[i], i + 2);
  return good;
}

/* A place that cannot be written is told by us, not by the library on standard error. */
static gboolean
can_create (const char *part, const char *path, GError **error)
{
  int fd = open (part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

  if (fd < 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("写不进“%s”：%s。请检查磁盘空间和权限后重试。"), path, g_strerror (errno));
    return FALSE;
  }
  close (fd);
  return TRUE;
}

static gboolean
write_part (const FzReport *self, const char *part, const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  lxw_workbook_options options = { .tmpdir = folder };
  Book book = { .report = self, .book = workbook_new_opt (part, &options) };
  gboolean good = book.book != NULL && fill (&book);
  lxw_error status = book.book != NULL ? workbook_close (book.book) : LXW_ERROR_MEMORY_MALLOC_FAILED;

  if (good && status == LXW_NO_ERROR)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("写不进“%s”：%s。请检查磁盘空间和权限后重试。"), path, lxw_strerror (status));
  return FALSE;
}

/* The library writes to a file only: into a new one beside the target, then durably over it. */
gboolean
fz_report_write_xlsx (const FzReport *self, const char *path, GError **error)
{
  g_autofree char *part = g_strconcat (path, ".part", NULL), *bytes = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GError) why = NULL;
  gsize n = 0;

  if (!can_create (part, path, error))
    return FALSE;
  if (!write_part (self, part, path, error)) {
    g_unlink (part);
    return FALSE;
  }
  if (!g_file_get_contents (part, &bytes, &n, &why))
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("读不回“%s”：%s。请重试。"), part, why->message);
  g_unlink (part);
  if (bytes == NULL)
    return FALSE;
  whole = g_bytes_new_take (g_steal_pointer (&bytes), n);
  return fz_out_file_save (whole, path, error);
}
