#include "core/small_cells.h"

/* Totals are an (n_rows + 1)-th row and an (n_columns + 1)-th column of one larger table, in which each line ends with what it sums up to: hiding
 * is then one rule for all of it. */
typedef struct {
  guint rows, columns;
  gint64 *counts, least;
  gboolean *hidden;
} Full;

static gint64
count_at (const Full *full, guint row, guint column)
{
  return full->counts[row * full->columns + column];
}

static gboolean *
hidden_at (const Full *full, guint row, guint column)
{
  return &full->hidden[row * full->columns + column];
}

/* The places of one line: along a row, or down a column. */
static void
place_of (gboolean along, guint line, guint i, guint *row, guint *column)
{
  *row = along ? line : i;
  *column = along ? i : line;
}

/* The smallest count of the line that is shown and not zero, else a shown zero; FALSE: all are hidden. Of equals the first. */
static gboolean
find_next (const Full *full, gboolean along, guint line, guint *out_row, guint *out_column)
{
  guint n = along ? full->columns : full->rows;
  gboolean found = FALSE;
  gint64 best = 0;

  for (guint i = 0; i < n; i++) {
    guint row, column;
    gint64 count;

    place_of (along, line, i, &row, &column);
    count = count_at (full, row, column);
    if (*hidden_at (full, row, column) || (found && (count == 0 || (best != 0 && count >= best))))
      continue;
    *out_row = row;
    *out_column = column;
    best = count;
    found = TRUE;
  }
  return found;
}

/* TRUE when something more was hidden. */
static gboolean
mend_line (const Full *full, gboolean along, guint line)
{
  guint n = along ? full->columns : full->rows, hidden = 0, row, column;
  gint64 sum = 0;

  for (guint i = 0; i < n; i++) {
    place_of (along, line, i, &row, &column);
    if (!*hidden_at (full, row, column))
      continue;
    hidden++;
    sum += count_at (full, row, column);
  }
  if (hidden == 0 || (hidden >= 2 && sum >= full->least) || !find_next (full, along, line, &row, &column))
    return FALSE;
  *hidden_at (full, row, column) = TRUE;
  return TRUE;
}

static void
hide (const Full *full)
{
  gboolean again = TRUE;

  for (guint i = 0; i < full->rows * full->columns; i++)
    full->hidden[i] = full->counts[i] > 0 && full->counts[i] < full->least;
  while (again) {
    again = FALSE;
    for (guint row = 0; row < full->rows; row++)
      again |= mend_line (full, TRUE, row);
    for (guint column = 0; column < full->columns; column++)
      again |= mend_line (full, FALSE, column);
  }
}

gint64
fz_small_cells_row_total (const FzSmallCells *self, guint row)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->n_columns; i++)
    sum += self->counts[row * self->n_columns + i];
  return sum;
}

gint64
fz_small_cells_column_total (const FzSmallCells *self, guint column)
{
  gint64 sum = 0;

  for (guint i = 0; i < self->n_rows; i++)
    sum += self->counts[i * self->n_columns + column];
  return sum;
}

static void
fill (const FzSmallCells *self, Full *full)
{
  for (guint row = 0; row < self->n_rows; row++) {
    gint64 sum = fz_small_cells_row_total (self, row);

    for (guint column = 0; column < self->n_columns; column++)
      full->counts[row * full->columns + column] = self->counts[row * self->n_columns + column];
    full->counts[row * full->columns + self->n_columns] = sum;
    full->counts[full->rows * full->columns - 1] += sum;
  }
  for (guint column = 0; column < self->n_columns; column++)
    full->counts[self->n_rows * full->columns + column] = fz_small_cells_column_total (self, column);
}

static void
take (FzSmallCells *self, const Full *full)
{
  for (guint row = 0; row < self->n_rows; row++) {
    for (guint column = 0; column < self->n_columns; column++)
      self->hidden[row * self->n_columns + column] = *hidden_at (full, row, column);
    self->row_hidden[row] = *hidden_at (full, row, self->n_columns);
  }
  for (guint column = 0; column < self->n_columns; column++)
    self->column_hidden[column] = *hidden_at (full, self->n_rows, column);
  self->total_hidden = *hidden_at (full, self->n_rows, self->n_columns);
}

FzSmallCells *
fz_small_cells_new (guint n_rows, guint n_columns, const gint64 *counts, gint64 least)
{
  FzSmallCells *self = g_new0 (FzSmallCells, 1);
  Full full = { n_rows + 1, n_columns + 1, NULL, least, NULL };

  self->n_rows = n_rows;
  self->n_columns = n_columns;
  self->counts = counts;
  self->least = least;
  self->hidden = g_new0 (gboolean, (gsize) n_rows * n_columns + 1);
  self->row_hidden = g_new0 (gboolean, n_rows + 1);
  self->column_hidden = g_new0 (gboolean, n_columns + 1);
  full.counts = g_new0 (gint64, (gsize) full.rows * full.columns);
  full.hidden = g_new0 (gboolean, (gsize) full.rows * full.columns);
  fill (self, &full);
  hide (&full);
  take (self, &full);
  g_free (full.counts);
  g_free (full.hidden);
  return self;
}

void
fz_small_cells_free (FzSmallCells *self)
{
  g_free (self->hidden);
  g_free (self->row_hidden);
  g_free (self->column_hidden);
  g_free (self);
}

gboolean
fz_small_cells_is_hidden (const FzSmallCells *self, guint row, guint column)
{
  return self->hidden[row * self->n_columns + column];
}
