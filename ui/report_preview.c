#include "ui/report_preview.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define FIGURES_A_LINE 4
#define MOST_SERIES 3

/* --- figures --- */

static GtkWidget *
figures_new (const FzFields *report)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 14);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  for (guint i = 0; i < fz_fields_count (report, "figure"); i++) {
    const char *unit = fz_fields_get_at (report, "figure", i, "unit"), *text = fz_fields_get_at (report, "figure", i, "text");
    GtkWidget *cell = fz_column (1), *line = fz_line (5), *below;

    fz_put (cell, fz_wrapped (fz_fields_get_at (report, "figure", i, "label"), "fz-caption"));
    fz_put (cell, line);
    fz_put (line, fz_text (text, "fz-figure"));
    if (unit != NULL) {
      below = fz_put (line, fz_text (unit, "fz-caption"));
      gtk_widget_set_valign (below, GTK_ALIGN_END);
      gtk_widget_set_margin_bottom (below, 2);
    }
    gtk_grid_attach (GTK_GRID (grid), cell, (int) (i % FIGURES_A_LINE), (int) (i / FIGURES_A_LINE), 1, 1);
  }
  return grid;
}

/* --- one table --- */

typedef struct {
  const FzFields *report;
  guint position, n_columns, n_rows;
  char *columns; /* the list's name */
} Table;

static const char *
cell_at (const Table *table, guint row, guint column)
{
  g_autofree char *cells = g_strdup_printf ("table.%02u.row.%02u.cell", table->position, row);

  return fz_fields_get_at (table->report, cells, column, NULL);
}

static gboolean
is_text (const Table *table, guint column)
{
  return g_strcmp0 (fz_fields_get_at (table->report, table->columns, column, "type"), "text") == 0;
}

/* "12", "95.1%", and of "1:02:30" the minutes; NAN of what is not known. */
static double
number_in (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ":", 3);
  guint n = g_strv_length (parts);
  char *end = NULL;
  double value = n > 0 ? g_ascii_strtod (parts[0], &end) : 0;

  if (n == 0 || end == parts[0])
    return (double) NAN;
  if (n == 2)
    return value + g_ascii_strtod (parts[1], NULL) / 60;
  return n == 3 ? value * 60 + g_ascii_strtod (parts[1], NULL) + g_ascii_strtod (parts[2], NULL) / 60 : value;
}

static const char *
unit_of (const Table *table)
{
  for (guint k = 1; k < table->n_columns; k++)
    if (fz_fields_get_at (table->report, table->columns, k, "drawn") != NULL) {
      const char *type = fz_fields_get_at (table->report, table->columns, k, "type");

      return g_str_equal (type, "percent") ? "%" : g_str_equal (type, "duration") ? _ ("分钟") : NULL;
    }
  return NULL;
}

static GtkWidget *
chart_new (const Table *table)
{
  const char *title = fz_fields_get_at (table->report, "table", table->position, "title");
  gboolean lines = g_strcmp0 (fz_fields_get_at (table->report, "table", table->position, "chart"), "lines") == 0;
  GtkWidget *chart = fz_chart_new (lines ? FZ_CHART_LINE : FZ_CHART_BARS, title, unit_of (table));
  g_autofree const char **labels = g_new0 (const char *, table->n_rows);
  g_autofree double *values = g_new (double, table->n_rows);
  guint series = 0;

  for (guint i = 0; i < table->n_rows; i++)
    labels[i] = cell_at (table, i, 0) != NULL ? cell_at (table, i, 0) : "";
  fz_chart_set_labels (FZ_CHART (chart), labels, table->n_rows);
  for (guint k = 1; k < table->n_columns && series < MOST_SERIES; k++) {
    if (fz_fields_get_at (table->report, table->columns, k, "drawn") == NULL)
      continue;
    for (guint i = 0; i < table->n_rows; i++)
      values[i] = number_in (cell_at (table, i, k));
    fz_chart_set_series (FZ_CHART (chart), series++, fz_fields_get_at (table->report, table->columns, k, "title"), values, table->n_rows);
  }
  return chart;
}

static void
put_cell (GtkWidget *grid, const Table *table, const char *text, const char *class, guint column, int line)
{
  GtkWidget *label = fz_wrapped (text != NULL ? text : "", class);

  gtk_label_set_xalign (GTK_LABEL (label), is_text (table, column) ? 0 : 1);
  gtk_widget_set_hexpand (label, column == 0);
  gtk_grid_attach (GTK_GRID (grid), label, (int) column, line, 1, 1);
}

static GtkWidget *
grid_new (const Table *table)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_grid_set_row_spacing (GTK_GRID (grid), 7);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 24);
  for (guint k = 0; k < table->n_columns; k++)
    put_cell (grid, table, fz_fields_get_at (table->report, table->columns, k, "title"), "fz-caption", k, 0);
  for (guint i = 0; i < table->n_rows; i++)
    for (guint k = 0; k < table->n_columns; k++)
      put_cell (grid, table, cell_at (table, i, k), NULL, k, (int) i + 1);
  return grid;
}

static GtkWidget *
table_new (const FzFields *report, guint position)
{
  g_autofree char *columns = g_strdup_printf ("table.%02u.column", position), *rows = g_strdup_printf ("table.%02u.row", position);
  Table table = { report, position, fz_fields_count (report, columns), fz_fields_count (report, rows), columns };
  const char *chart = fz_fields_get_at (report, "table", position, "chart");
  GtkWidget *card = fz_card_new_titled ("list", fz_fields_get_at (report, "table", position, "title"));
  GtkWidget *body = fz_card_body (card);
  gint64 all = 0;

  gtk_box_set_spacing (GTK_BOX (body), 12);
  if (table.n_rows == 0) {
    fz_put (body, fz_text (_ ("这段时间没有数据"), "fz-soft"));
    return card;
  }
  if (g_strcmp0 (chart, "none") != 0)
    fz_put (body, chart_new (&table));
  fz_put (body, grid_new (&table));
  if (fz_fields_get_int_at (report, "table", position, "n_rows", &all) && all > table.n_rows) {
    g_autofree char *more = g_strdup_printf (_ ("共 %d 行，这里显示前 %u 行；导出的文件是全部。"), (int) all, table.n_rows);

    fz_put (body, fz_wrapped (more, "fz-caption"));
  }
  return card;
}

GtkWidget *
fz_report_preview_new (const FzFields *report)
{
  GtkWidget *column = fz_column (14), *card = fz_put (column, fz_card_new_padded (12));
  g_autofree char *filter = fz_fields_has (report, "report.filter") ? g_strdup_printf (_ ("筛选：%s"), fz_fields_get (report, "report.filter")) : NULL;
  g_autofree char *period = fz_say_value (fz_fields_get (report, "report.period"));
  g_autofree char *about = g_strdup_printf (_ ("%s　%s　制表 %s"), fz_fields_get (report, "report.institution"), period, fz_fields_get (report, "report.made_by"));

  fz_put (card, fz_wrapped (fz_fields_get (report, "report.title"), "fz-heading"));
  fz_put (card, fz_wrapped (about, "fz-soft"));
  if (filter != NULL)
    fz_put (card, fz_pill_new (FZ_STATUS_INFO, filter));
  fz_put (card, figures_new (report));
  fz_put (card, fz_wrapped (fz_fields_get (report, "report.basis"), "fz-caption"));
  for (guint i = 0; i < fz_fields_count (report, "table"); i++)
    fz_put (column, table_new (report, i));
  return column;
}
