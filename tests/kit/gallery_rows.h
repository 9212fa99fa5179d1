/* A table of invented prescriptions, for the gallery and the tests. */
#pragma once

#include "ui/kit/table.h"

#define GALLERY_TYPE_ROW (gallery_row_get_type ())
G_DECLARE_FINAL_TYPE (GalleryRow, gallery_row, GALLERY, ROW, GObject)

GalleryRow *gallery_row_new (guint number);
guint gallery_row_get_number (GalleryRow *self);
GListModel *gallery_rows_new (guint n);
GtkWidget *gallery_table_new (void);
extern const FzColumn gallery_columns[6];
