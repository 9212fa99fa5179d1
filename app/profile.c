#include "app/profile.h"

#include "app/knowledge.h"
#include "core/date.h"
#include "core/small_cells.h"
#include "db/profile.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE 100

typedef enum { BY_NOTHING, BY_DEPARTMENT, BY_DOCTOR } By;

static const struct {
  const char *name, *title;
  By by;
  gboolean antibacterial;
} reports[] = { { "drug-use", N_ ("药品使用情况（按药品）"), BY_NOTHING, FALSE },
                { "drug-department", N_ ("药品使用情况（按药品和科室）"), BY_DEPARTMENT, FALSE },
                { "drug-doctor", N_ ("药品使用情况（按药品和医师）"), BY_DOCTOR, FALSE },
                { "antibacterial", N_ ("抗菌药物处方比例"), BY_DEPARTMENT, TRUE } };

static int
find_report (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (reports); i++)
    if (g_strcmp0 (reports[i].name, name) == 0)
      return (int) i;
  return -1;
}

gboolean
fz_profile_is_report (const char *name)
{
  return find_report (name) >= 0;
}

FzFields *
fz_profile_scope (const char *name, gint64 from_us, gint64 to_us)
{
  FzFields *scope = fz_fields_new ("fuzhen.grant_scope/v1");
  g_autofree char *from = fz_date_format (fz_date_in_beijing (from_us)), *to = fz_date_format (fz_date_in_beijing (to_us - 1));

  fz_fields_set (scope, "report", name);
  fz_fields_set (scope, "from", from);
  fz_fields_set (scope, "to", to);
  return scope;
}

/* --- counting --- */

/* One medicine (or, of antibacterials, prescriptions with one and without) in one column: prescriptions and packs. */
typedef struct {
  gint64 sheets, quantity;
} Cell;

typedef struct {
  FzSession *session;
  int report;
  const char *grant;
  char *from, *to;
  FzProfile *profile;
  gboolean more;
  GPtrArray *rows, *columns; /* keys, in the order they came */
  GHashTable *cells;         /* "row \x1f column" -> Cell */
  GHashTable *words;         /* key of a row or column -> what is shown */
} Count;

static void
count_clear (Count *count)
{
  g_clear_pointer (&count->profile, fz_profile_close);
  g_clear_pointer (&count->rows, g_ptr_array_unref);
  g_clear_pointer (&count->columns, g_ptr_array_unref);
  g_clear_pointer (&count->cells, g_hash_table_unref);
  g_clear_pointer (&count->words, g_hash_table_unref);
  g_free (count->from);
  g_free (count->to);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Count, count_clear)

static void
know (Count *count, GPtrArray *keys, const char *key, const char *words)
{
  if (!g_ptr_array_find_with_equal_func (keys, key, g_str_equal, NULL))
    g_ptr_array_add (keys, g_strdup (key));
  g_hash_table_replace (count->words, g_strdup (key), g_strdup (words));
}

static Cell *
cell_of (Count *count, const char *row, const char *column)
{
  g_autofree char *key = g_strconcat (row, "\x1f", column, NULL);
  Cell *cell = g_hash_table_lookup (count->cells, key);

  if (cell == NULL) {
    cell = g_new0 (Cell, 1);
    g_hash_table_insert (count->cells, g_steal_pointer (&key), cell);
  }
  return cell;
}

/* Who or what the column is; one column for all when the report has no such side. */
static char *
know_column (Count *count, const FzFields *rx)
{
  By by = reports[count->report].by;
  const char *key = by == BY_DOCTOR ? fz_fields_get (rx, "rx.doctor_number") : fz_fields_get (rx, "rx.department_name");
  const char *words = by == BY_DOCTOR ? fz_fields_get (rx, "rx.doctor_name") : key;
  g_autofree char *column = g_strconcat ("c ", by == BY_NOTHING ? "" : key != NULL ? key : "-", NULL);

  know (count, count->columns, column, by == BY_NOTHING ? _ ("全院") : words != NULL ? words : "—");
  return g_steal_pointer (&column);
}

/* Once a prescription for each medicine on it, however many lines it has. */
static void
count_lines (Count *count, const FzFields *rx, const char *column)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++) {
    const char *code = fz_fields_get_at (rx, "rx.item", i, "drug"), *unit = fz_fields_get_at (rx, "rx.item", i, "unit");
    const char *strength = fz_fields_get_at (rx, "rx.item", i, "strength");
    g_autofree char *row = g_strdup_printf ("r %s %s", code != NULL ? code : "-", unit != NULL ? unit : "");
    g_autofree char *words = g_strdup_printf ("%s %s%s%s%s", fz_fields_get_at (rx, "rx.item", i, "generic"), strength != NULL ? strength : "",
                                              unit != NULL ? "（" : "", unit != NULL ? unit : "", unit != NULL ? "）" : "");
    gint64 quantity = 0;
    Cell *cell;

    know (count, count->rows, row, words);
    cell = cell_of (count, row, column);
    fz_fields_get_int_at (rx, "rx.item", i, "quantity", &quantity);
    cell->quantity += quantity;
    cell->sheets += g_hash_table_add (seen, g_strdup (row)) ? 1 : 0;
  }
}

static gboolean
has_antibacterial (Count *count, const FzFields *rx)
{
  const FzCatalogue *catalogue = count->session->desk->knowledge->catalogue;

  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++) {
    const char *code = fz_fields_get_at (rx, "rx.item", i, "drug");
    const FzDrug *drug = code != NULL ? fz_catalogue_find_code (catalogue, code) : NULL;

    if (drug != NULL && drug->antibacterial != FZ_ANTIBACTERIAL_NONE)
      return TRUE;
  }
  return FALSE;
}

static void
count_one (Count *count, const FzFields *rx)
{
  g_autofree char *column = NULL;

  if (g_strcmp0 (fz_fields_get (rx, "rx.verdict"), "approved") != 0)
    return;
  column = know_column (count, rx);
  if (!reports[count->report].antibacterial) {
    count_lines (count, rx, column);
    return;
  }
  know (count, count->rows, "r with", _ ("含抗菌药物"));
  know (count, count->rows, "r without", _ ("不含抗菌药物"));
  cell_of (count, has_antibacterial (count, rx) ? "r with" : "r without", column)->sheets++;
}

static gboolean
read_page (FzTxn *txn, gpointer data, GError **error)
{
  Count *count = data;
  g_autoptr (GPtrArray) page = NULL;

  if (count->profile == NULL)
    count->profile = fz_profile_open (txn, count->grant, count->from, count->to, error);
  page = count->profile != NULL ? fz_profile_read (txn, count->profile, PAGE, error) : NULL;
  if (page == NULL)
    return FALSE;
  for (guint i = 0; i < page->len; i++)
    count_one (count, page->pdata[i]);
  count->more = page->len == PAGE;
  return TRUE;
}

/* --- the report --- */

static const FzCodes *
policy_of (FzDesk *desk)
{
  return fz_knowledge_codes (desk->knowledge, "profiling-policy");
}

/* A policy that cannot be read hides everything. */
static gint64
least_cell (FzDesk *desk)
{
  int row = fz_codes_find_code (policy_of (desk), "least_cell");
  gint64 least = G_MAXINT32;

  if (row >= 0)
    g_ascii_string_to_signed (fz_codes_get (policy_of (desk), (guint) row, "value"), 10, 1, G_MAXINT32, &least, NULL);
  return least;
}

static FzSmallCells *
cells_new (Count *count, gint64 **out_counts)
{
  guint n_rows = count->rows->len, n_columns = count->columns->len;
  gint64 *counts = g_new0 (gint64, (gsize) n_rows * n_columns + 1);

  for (guint r = 0; r < n_rows; r++)
    for (guint c = 0; c < n_columns; c++)
      counts[r * n_columns + c] = cell_of (count, count->rows->pdata[r], count->columns->pdata[c])->sheets;
  *out_counts = counts;
  return fz_small_cells_new (n_rows, n_columns, counts, least_cell (count->session->desk));
}

static void
put_number (FzReportCell *cell, gboolean hidden, gint64 number)
{
  if (!hidden)
    fz_report_cell_set (cell, number);
}

static const char *
words_of (Count *count, const char *key)
{
  return g_hash_table_lookup (count->words, key);
}

static void
add_drugs (Count *count, FzReport *report, const FzSmallCells *cells)
{
  FzReportTable *table = fz_report_add_table (report, _ ("按药品"), FZ_CHART_NONE, _ ("药品"), FZ_VALUE_TEXT, _ ("处方数"), FZ_VALUE_INTEGER,
                                              _ ("数量"), FZ_VALUE_INTEGER, NULL);

  for (guint r = 0; r < count->rows->len; r++) {
    FzReportCell *row = fz_report_add_row (table);
    gint64 quantity = 0;

    for (guint c = 0; c < count->columns->len; c++)
      quantity += cell_of (count, count->rows->pdata[r], count->columns->pdata[c])->quantity;
    fz_report_cell_set_text (&row[0], words_of (count, count->rows->pdata[r]));
    put_number (&row[1], cells->row_hidden[r], fz_small_cells_row_total (cells, r));
    put_number (&row[2], cells->row_hidden[r], quantity);
  }
}

/* Every medicine with every department or doctor that used it. Zeros are left out, as hidden ones are shown as such. */
static void
add_pairs (Count *count, FzReport *report, const FzSmallCells *cells)
{
  const char *side = reports[count->report].by == BY_DOCTOR ? _ ("医师") : _ ("科室");
  FzReportTable *table = fz_report_add_table (report, reports[count->report].by == BY_DOCTOR ? _ ("按药品和医师") : _ ("按药品和科室"), FZ_CHART_NONE,
                                              _ ("药品"), FZ_VALUE_TEXT, side, FZ_VALUE_TEXT, _ ("处方数"), FZ_VALUE_INTEGER, _ ("数量"),
                                              FZ_VALUE_INTEGER, NULL);

  for (guint r = 0; r < count->rows->len; r++)
    for (guint c = 0; c < count->columns->len; c++) {
      Cell *cell = cell_of (count, count->rows->pdata[r], count->columns->pdata[c]);
      gboolean hidden = fz_small_cells_is_hidden (cells, r, c);
      FzReportCell *row = cell->sheets > 0 || hidden ? fz_report_add_row (table) : NULL;

      if (row == NULL)
        continue;
      fz_report_cell_set_text (&row[0], words_of (count, count->rows->pdata[r]));
      fz_report_cell_set_text (&row[1], words_of (count, count->columns->pdata[c]));
      put_number (&row[2], hidden, cell->sheets);
      put_number (&row[3], hidden, cell->quantity);
    }
}

/* The share of prescriptions with an antibacterial, all together and by department. */
static void
add_shares (Count *count, FzReport *report, const FzSmallCells *cells)
{
  FzReportTable *table = fz_report_add_table (report, _ ("按科室"), FZ_CHART_NONE, _ ("科室"), FZ_VALUE_TEXT, _ ("处方数"), FZ_VALUE_INTEGER,
                                              _ ("含抗菌药物"), FZ_VALUE_INTEGER, _ ("比例"), FZ_VALUE_PERCENT, NULL);
  gint64 all = 0, with = 0;

  for (guint c = 0; c < count->columns->len; c++) {
    FzReportCell *row = fz_report_add_row (table);
    gint64 sheets = fz_small_cells_column_total (cells, c), part = cells->counts[c];
    gboolean hidden = fz_small_cells_is_hidden (cells, 0, c) || fz_small_cells_is_hidden (cells, 1, c);

    all += sheets;
    with += part;
    fz_report_cell_set_text (&row[0], words_of (count, count->columns->pdata[c]));
    put_number (&row[1], cells->column_hidden[c], sheets);
    put_number (&row[2], hidden, part);
    if (!hidden && !cells->column_hidden[c])
      fz_report_cell_set_share (&row[3], part, sheets);
  }
  if (count->rows->len == 2) {
    gboolean hidden = cells->total_hidden || cells->row_hidden[0] || cells->row_hidden[1];

    fz_report_add_figure (report, _ ("处方数"), FZ_VALUE_INTEGER, !cells->total_hidden, all, C_ ("单位", "张"));
    fz_report_add_figure (report, _ ("含抗菌药物"), FZ_VALUE_INTEGER, !hidden, with, C_ ("单位", "张"));
    fz_report_add_figure (report, _ ("抗菌药物处方比例"), FZ_VALUE_PERCENT, !hidden && all > 0, all > 0 ? (with * 10000 + all / 2) / all : 0, NULL);
  }
}

static FzReport *
report_of (Count *count, const FzReportFrame *frame)
{
  FzReport *report = fz_report_new (_ (reports[count->report].title), frame);
  g_autofree gint64 *counts = NULL;
  g_autoptr (FzSmallCells) cells = cells_new (count, &counts);

  fz_report_add_figure (report, _ ("不列出的小数（—）：少于"), FZ_VALUE_INTEGER, TRUE, least_cell (count->session->desk), C_ ("单位", "张"));
  if (reports[count->report].antibacterial) {
    add_shares (count, report, cells);
    return report;
  }
  add_drugs (count, report, cells);
  if (reports[count->report].by != BY_NOTHING)
    add_pairs (count, report, cells);
  return report;
}

FzReport *
fz_profile_report (FzSession *session, const char *name, const char *grant, const FzReportFrame *frame, GError **error)
{
  g_auto (Count) count = { .session = session, .report = find_report (name), .grant = grant, .more = TRUE };

  g_return_val_if_fail (count.report >= 0, NULL);
  count.from = fz_date_format (fz_date_in_beijing (frame->from_us));
  count.to = fz_date_format (fz_date_in_beijing (frame->to_us - 1));
  count.rows = g_ptr_array_new_with_free_func (g_free);
  count.columns = g_ptr_array_new_with_free_func (g_free);
  count.cells = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  count.words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (reports[count.report].antibacterial) { /* both rows, in this order, whatever comes first */
    know (&count, count.rows, "r with", _ ("含抗菌药物"));
    know (&count, count.rows, "r without", _ ("不含抗菌药物"));
  }
  while (count.more)
    if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_page, &count, error))
      return NULL;
  return report_of (&count, frame);
}
