/* core/small_cells.h: a table of counts in which no small number can be read off, nor reckoned from the totals beside it (小格隐去). Pure.
 *
 * First every count from 1 to `least` - 1 is hidden. Then, as totals of rows and columns and the grand total are shown, in each row and column that hides
 * anything at least two counts are hidden and together they are at least `least`: the next smallest go too, until that holds everywhere.
 * Totals are hidden by the same rule as a line of their own. Zeros stay until nothing else can go. */
#pragma once

#include <glib.h>

typedef struct {
  guint n_rows, n_columns;
  const gint64 *counts;    /* n_rows * n_columns, row by row; never negative */
  gint64 least;
  gboolean *hidden;        /* the same places; filled by fz_small_cells_hide() */
  gboolean *row_hidden, *column_hidden; /* totals: n_rows, n_columns */
  gboolean total_hidden;   /* the grand total */
} FzSmallCells;

/* `counts` (transfer none) has to outlive it. */
FzSmallCells *fz_small_cells_new (guint n_rows, guint n_columns, const gint64 *counts, gint64 least);
void fz_small_cells_free (FzSmallCells *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzSmallCells, fz_small_cells_free)
gboolean fz_small_cells_is_hidden (const FzSmallCells *self, guint row, guint column);
gint64 fz_small_cells_row_total (const FzSmallCells *self, guint row);
gint64 fz_small_cells_column_total (const FzSmallCells *self, guint column);
