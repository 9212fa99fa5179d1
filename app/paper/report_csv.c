/* Reports as CSV for a spreadsheet: UTF-8 with BOM, RFC 4180. */
#include "app/out_file.h"
#include "app/paper/page.h"

#include "app/paper/report.h"

#include <string.h>

#include <glib/gi18n-lib.h>

/* A spreadsheet runs what begins like a formula, with full-width signs too: it gets an apostrophe and stays text. */
static gboolean
looks_like_formula (const char *text)
{
  static const char *const starts[] = { "=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠" };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (text, starts[i]))
      return TRUE;
  return FALSE;
}

static void
append_quoted (GString *out, const char *text, gboolean is_text)
{
  gboolean formula = is_text && looks_like_formula (text);
  gboolean quote = formula || strpbrk (text, "\",\r\n") != NULL || text[0] == ' ';

  if (!quote) {
    g_string_append (out, text);
    return;
  }
  g_string_append (out, formula ? "\"'" : "\"");
  for (const char *p = text; *p != '\0'; p++) {
    if (*p == '"')
      g_string_append_c (out, '"');
    g_string_append_c (out, *p);
  }
  g_string_append_c (out, '"');
}

static void
append_pair (GString *out, const char *label, const char *value)
{
  append_quoted (out, label, TRUE);
  g_string_append_c (out, ',');
  append_quoted (out, value, TRUE);
  g_string_append (out, "\r\n");
}

static void
append_head (GString *out, const FzReport *self)
{
  append_pair (out, _ ("报表"), self->title);
  append_pair (out, _ ("机构"), self->institution);
  append_pair (out, _ ("期间"), self->period);
  if (self->filter != NULL)
    append_pair (out, _ ("筛选"), self->filter);
  append_pair (out, _ ("制表人"), self->made_by);
  append_pair (out, _ ("制表时间"), self->made_at);
  append_pair (out, _ ("数据范围"), self->basis);
  if (self->demo)
    append_pair (out, _ ("注意"), _ ("演示数据 — 仅供演示"));
}

static void
append_figures (GString *out, const FzReport *self)
{
  g_string_append (out, "\r\n");
  append_pair (out, _ ("指标"), _ ("数值"));
  for (guint i = 0; i < self->figures->len; i++) {
    const FzReportFigure *figure = self->figures->pdata[i];
    g_autofree char *text = fz_report_cell_text (&figure->cell, figure->type);
    g_autofree char *label = figure->unit != NULL ? g_strdup_printf ("%s（%s）", figure->label, figure->unit) : g_strdup (figure->label);

    append_pair (out, label, text);
  }
}

static void
append_table (GString *out, const FzReportTable *table)
{
  g_string_append (out, "\r\n");
  append_quoted (out, table->title, TRUE);
  g_string_append (out, "\r\n");
  for (guint k = 0; k < table->columns->len; k++) {
    g_string_append (out, k > 0 ? "," : "");
    append_quoted (out, ((FzReportColumn *) table->columns->pdata[k])->title, TRUE);
  }
  g_string_append (out, "\r\n");
  for (guint i = 0; i < table->rows->len; i++) {
    const FzReportCell *row = table->rows->pdata[i];

    for (guint k = 0; k < table->columns->len; k++) {
      FzValueType type = ((FzReportColumn *) table->columns->pdata[k])->type;
      g_autofree char *text = fz_report_cell_text (&row[k], type);

      g_string_append (out, k > 0 ? "," : "");
      append_quoted (out, text, type == FZ_VALUE_TEXT);
    }
    g_string_append (out, "\r\n");
  }
}

gboolean
fz_report_write_csv (const FzReport *self, const char *path, GError **error)
{
  GString *out = g_string_new ("\xef\xbb\xbf");
  g_autoptr (GBytes) bytes = NULL;

  append_head (out, self);
  append_figures (out, self);
  for (guint i = 0; i < self->tables->len; i++)
    append_table (out, self->tables->pdata[i]);
  bytes = g_string_free_to_bytes (out);
  return fz_out_file_save (bytes, path, error);
}
