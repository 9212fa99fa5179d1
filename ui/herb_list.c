#include "ui/herb_list.h"

#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define COLUMNS 3

gboolean
fz_rx_is_herbal (const FzFields *rx)
{
  return g_strcmp0 (fz_fields_get (rx, "rx.kind"), "herbal") == 0;
}

static GtkWidget *
herb_new (const FzFields *rx, guint i, FzHerbMark mark)
{
  GtkWidget *box = fz_column (1), *pill = mark != NULL ? mark (rx, i) : NULL;
  const char *special = fz_fields_get_at (rx, "rx.item", i, "special");
  g_autofree char *text = g_strdup_printf ("%u. %s　%s%s%s%s%s", i + 1, fz_fields_get_at (rx, "rx.item", i, "generic"),
                                           fz_fields_get_at (rx, "rx.item", i, "dose_number"), fz_fields_get_at (rx, "rx.item", i, "dose_unit"),
                                           special != NULL ? _ ("（") : "", special != NULL ? special : "", special != NULL ? _ ("）") : "");

  fz_put (box, fz_wrapped (text, "fz-strong"));
  if (pill != NULL) {
    gtk_widget_set_halign (pill, GTK_ALIGN_START);
    fz_put (box, pill);
  }
  gtk_widget_set_hexpand (box, TRUE);
  return box;
}

static void
put_tcm (GtkWidget *column, const FzFields *rx)
{
  const char *disease = fz_fields_get (rx, "rx.tcm.disease"), *pattern = fz_fields_get (rx, "rx.tcm.pattern");
  g_autofree char *text = g_strdup_printf (_ ("中医诊断　%s　%s"), disease != NULL ? disease : "", pattern != NULL ? pattern : "");

  fz_put (column, fz_wrapped (text, NULL));
}

GtkWidget *
fz_herb_list_new (const FzFields *rx, FzHerbMark mark)
{
  GtkWidget *column = fz_column (8), *grid = gtk_grid_new ();
  const char *packets = fz_fields_get (rx, "rx.packets"), *use = fz_fields_get (rx, "rx.use_text");
  g_autofree char *doses = g_strdup_printf (_ ("共 %s 剂　%s"), packets != NULL ? packets : "", use != NULL ? use : "");

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), TRUE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 10);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 8);
  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++)
    gtk_grid_attach (GTK_GRID (grid), herb_new (rx, i, mark), (int) (i % COLUMNS), (int) (i / COLUMNS), 1, 1);
  put_tcm (column, rx);
  fz_put (column, grid);
  fz_put (column, fz_wrapped (doses, "fz-strong"));
  return column;
}
