/* ui/kit/table_row.h: lays cells out in fixed and expanding columns; the head and every row of a table use the same widths. */
#pragma once

#include "ui/kit/table.h"

#define FZ_TYPE_TABLE_ROW (fz_table_row_get_type ())
G_DECLARE_FINAL_TYPE (FzTableRow, fz_table_row, FZ, TABLE_ROW, GtkWidget)

/* `columns` must outlive the row. One child a column is then added in order by fz_table_row_append. */
GtkWidget *fz_table_row_new (const FzColumn *columns, gsize n_columns);
void fz_table_row_append (FzTableRow *self, GtkWidget *cell);
GtkWidget *fz_table_row_get_cell (FzTableRow *self, gsize i);
/* A cell for a column and how an item gets into it; answers what the cell says, for the row's spoken name. (transfer full) */
GtkWidget *fz_table_cell_new (const FzColumn *column);
char *fz_table_cell_fill (const FzColumn *column, GtkWidget *cell, gpointer item, gpointer user_data);
