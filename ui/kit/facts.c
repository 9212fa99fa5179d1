#include "ui/kit/facts.h"

#include "ui/kit/access.h"

#include "ui/kit/say.h"

#include <glib/gi18n-lib.h>

GtkWidget *
fz_facts_new (int columns)
{
  GtkWidget *grid = gtk_grid_new ();

  g_return_val_if_fail (columns > 0, NULL);
  gtk_widget_add_css_class (grid, "fz-facts");
  gtk_grid_set_column_homogeneous (GTK_GRID (grid), columns > 1);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 16);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 10);
  g_object_set_data (G_OBJECT (grid), "fz-columns", GINT_TO_POINTER (columns));
  g_object_set_data (G_OBJECT (grid), "fz-next", GINT_TO_POINTER (0));
  return grid;
}

GtkWidget *
fz_facts_new_figures (void)
{
  GtkWidget *grid = fz_facts_new (G_MAXINT);

  gtk_grid_set_column_homogeneous (GTK_GRID (grid), FALSE);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 20);
  gtk_widget_add_css_class (grid, "figures");
  return grid;
}

static GtkWidget *
cell_new (GtkWidget *facts, const char *caption, GtkWidget *value)
{
  gboolean figures = gtk_widget_has_css_class (facts, "figures");
  GtkWidget *cell = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *label = gtk_label_new (caption);

  gtk_widget_add_css_class (label, "fz-fact-label");
  gtk_label_set_xalign (GTK_LABEL (label), figures ? 0.5f : 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), !figures);
  gtk_box_append (GTK_BOX (cell), label);
  /* Words take the whole cell: a wrapped label at its own width breaks long before it must. */
  gtk_widget_set_halign (value, figures ? GTK_ALIGN_CENTER : GTK_IS_LABEL (value) ? GTK_ALIGN_FILL : GTK_ALIGN_START);
  if (figures)
    gtk_box_prepend (GTK_BOX (cell), value);
  else
    gtk_box_append (GTK_BOX (cell), value);
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL, -1);
  return cell;
}

void
fz_facts_add_widget (GtkWidget *facts, const char *caption, GtkWidget *value, int span)
{
  int columns = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (facts), "fz-columns"));
  int next = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (facts), "fz-next"));

  span = CLAMP (span, 1, columns);
  /* A cell that does not fit into the rest of the line begins the next one. */
  if (next % columns > columns - span)
    next += columns - next % columns;
  gtk_grid_attach (GTK_GRID (facts), cell_new (facts, caption, value), next % columns, next / columns, span, 1);
  g_object_set_data (G_OBJECT (facts), "fz-next", GINT_TO_POINTER (next + span));
}

GtkLabel *
fz_facts_add (GtkWidget *facts, const char *caption, const char *value, int span)
{
  GtkWidget *label = gtk_label_new (value != NULL ? value : _ ("未填"));

  gtk_widget_add_css_class (label, "fz-fact-value");
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), !gtk_widget_has_css_class (facts, "figures")); /* 158/94 stays in one piece */
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), FALSE);
  if (value == NULL)
    gtk_widget_add_css_class (label, "fz-caption");
  fz_facts_add_widget (facts, caption, label, span);
  return GTK_LABEL (label);
}

GtkLabel *
fz_facts_add_day (GtkWidget *facts, const char *caption, const char *value, int span)
{
  g_autofree char *said = fz_say_value (value);

  return fz_facts_add (facts, caption, said, span);
}

void
fz_facts_set_status (GtkLabel *value, FzStatus status)
{
  fz_status_dress (GTK_WIDGET (value), status);
}

void
fz_facts_clear (GtkWidget *facts)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (facts)) != NULL)
    gtk_grid_remove (GTK_GRID (facts), child);
  g_object_set_data (G_OBJECT (facts), "fz-next", GINT_TO_POINTER (0));
}
