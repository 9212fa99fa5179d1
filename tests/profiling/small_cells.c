/* No small number can be read off a table, nor reckoned from its totals: random tables, and an attacker who solves every line with one unknown and
 * every line whose unknowns can only be one thing. */
#include "core/small_cells.h"

#define LEAST 5

/* A table with its totals, as somebody sees it: -1 for what is hidden. */
typedef struct {
  guint rows, columns;
  gint64 seen[12][12];
} View;

static void
look (const FzSmallCells *cells, View *view)
{
  gint64 total = 0;

  view->rows = cells->n_rows + 1;
  view->columns = cells->n_columns + 1;
  for (guint r = 0; r < cells->n_rows; r++) {
    for (guint c = 0; c < cells->n_columns; c++)
      view->seen[r][c] = fz_small_cells_is_hidden (cells, r, c) ? -1 : cells->counts[r * cells->n_columns + c];
    view->seen[r][cells->n_columns] = cells->row_hidden[r] ? -1 : fz_small_cells_row_total (cells, r);
    total += fz_small_cells_row_total (cells, r);
  }
  for (guint c = 0; c < cells->n_columns; c++)
    view->seen[cells->n_rows][c] = cells->column_hidden[c] ? -1 : fz_small_cells_column_total (cells, c);
  view->seen[cells->n_rows][cells->n_columns] = cells->total_hidden ? -1 : total;
}

static gint64 *
place (View *view, gboolean along, guint line, guint i)
{
  return along ? &view->seen[line][i] : &view->seen[i][line];
}

/* The last place of a line is the sum of the others. TRUE when its one unknown was found. */
static gboolean
solve (View *view, gboolean along, guint line)
{
  guint n = along ? view->columns : view->rows, unknown = 0, at = 0;
  gint64 sum = 0;

  for (guint i = 0; i < n; i++) {
    gint64 value = *place (view, along, line, i);

    if (value < 0) {
      unknown++;
      at = i;
    } else
      sum += i + 1 < n ? value : 0;
  }
  if (unknown != 1)
    return FALSE;
  *place (view, along, line, at) = at + 1 == n ? sum : *place (view, along, line, n - 1) - sum;
  return TRUE;
}

static void
attack (View *view)
{
  gboolean again = TRUE;

  while (again) {
    again = FALSE;
    for (guint r = 0; r < view->rows; r++)
      again |= solve (view, TRUE, r);
    for (guint c = 0; c < view->columns; c++)
      again |= solve (view, FALSE, c);
  }
}

static void
try_table (const gint64 *counts, guint rows, guint columns)
{
  g_autoptr (FzSmallCells) cells = fz_small_cells_new (rows, columns, counts, LEAST);
  View view = { 0 };

  look (cells, &view);
  for (guint r = 0; r < view.rows; r++)
    for (guint c = 0; c < view.columns; c++)
      g_assert_false (view.seen[r][c] > 0 && view.seen[r][c] < LEAST);
  attack (&view);
  for (guint r = 0; r < rows; r++)
    for (guint c = 0; c < columns; c++)
      g_assert_false (view.seen[r][c] > 0 && view.seen[r][c] < LEAST); /* what was found by reckoning is no small number either */
}

static void
random_tables (void)
{
  for (guint i = 0; i < 20000; i++) {
    guint rows = (guint) g_test_rand_int_range (1, 10), columns = (guint) g_test_rand_int_range (2, 10);
    gint64 counts[100], most = g_test_rand_int_range (2, 40);

    for (guint k = 0; k < rows * columns; k++)
      counts[k] = g_test_rand_int_range (0, 3) == 0 ? 0 : g_test_rand_int_range (0, (gint32) most);
    try_table (counts, rows, columns);
  }
}

static void
known_tables (void)
{
  static const gint64 one_small[] = { 3, 20, 30, 40, 50, 60 };
  static const gint64 all_large[] = { 10, 20, 30, 40 };
  static const gint64 pair[] = { 1, 1, 50, 60, 70, 80 };
  g_autoptr (FzSmallCells) a = fz_small_cells_new (2, 3, one_small, LEAST), b = fz_small_cells_new (2, 2, all_large, LEAST);
  g_autoptr (FzSmallCells) c = fz_small_cells_new (2, 3, pair, LEAST);

  g_assert_true (fz_small_cells_is_hidden (a, 0, 0) && fz_small_cells_is_hidden (a, 0, 1)); /* alone it would be the difference to the total */
  g_assert_true (fz_small_cells_is_hidden (a, 1, 0));
  g_assert_false (a->total_hidden);
  for (guint i = 0; i < 4; i++)
    g_assert_false (b->hidden[i]);
  g_assert_true (fz_small_cells_is_hidden (c, 0, 2)); /* two hidden ones that make 2 are 1 and 1 */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/small-cells/known", known_tables);
  g_test_add_func ("/small-cells/random", random_tables);
  return g_test_run ();
}
