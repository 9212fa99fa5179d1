#include "ui/diagnosis_field.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define MOST_ROWS 12

typedef struct {
  FzVisitModel *model;
  GtkWidget *chips, *search;
} Field;

static void
field_free (gpointer data)
{
  Field *field = data;

  g_object_unref (field->model);
  g_free (field);
}

static void
search (FzSearchField *entry, const char *text, guint serial, gpointer user_data)
{
  Field *field = user_data;
  g_autoptr (GPtrArray) found = fz_desk_search_diagnoses (fz_visit_model_get_session (field->model), text, MOST_ROWS, NULL);
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);

  for (guint i = 0; found != NULL && i < found->len; i++) {
    const char *code = fz_fields_get (found->pdata[i], "code");
    g_autoptr (FzSearchRow) row = fz_search_row_new (code, fz_fields_get (found->pdata[i], "name"), NULL);

    fz_search_row_set_aside (row, code, NULL);
    g_list_store_append (rows, row);
  }
  fz_search_field_answer (entry, serial, G_LIST_MODEL (rows));
}

static void
on_picked (FzSearchField *entry, FzSearchRow *row, Field *field)
{
  fz_visit_model_add_diagnosis (field->model, fz_search_row_get_id (row), fz_search_row_get_title (row));
}

static void
on_remove (GtkButton *button, Field *field)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "fz-index"));

  gtk_widget_grab_focus (field->search); /* the button goes */
  fz_visit_model_remove_diagnosis (field->model, i);
}

static GtkWidget *
chip_new (Field *field, guint i)
{
  const FzFields *draft = fz_visit_model_get_draft (field->model);
  const char *name = fz_fields_get_at (draft, "diagnosis", i, "name"), *code = fz_fields_get_at (draft, "diagnosis", i, "code");
  GtkWidget *chip = fz_line (6);
  g_autofree char *spoken = g_strdup_printf (_ ("删除诊断 %s"), name);
  GtkWidget *remove = fz_icon_button_new ("close", spoken);

  gtk_widget_add_css_class (chip, "fz-chip");
  gtk_widget_set_halign (chip, GTK_ALIGN_START);
  fz_put (chip, fz_text (code, "fz-code"));
  fz_put (chip, fz_text (name, "fz-strong"));
  gtk_widget_add_css_class (remove, "fz-compact");
  gtk_widget_add_css_class (remove, "fz-flat");
  g_object_set_data (G_OBJECT (remove), "fz-index", GUINT_TO_POINTER (i));
  g_signal_connect (remove, "clicked", G_CALLBACK (on_remove), field);
  fz_put (chip, remove);
  return chip;
}

static void
show_chips (GtkWidget *box)
{
  Field *field = g_object_get_data (G_OBJECT (box), "fz-field");
  guint n = fz_fields_count (fz_visit_model_get_draft (field->model), "diagnosis");
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (field->chips)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (field->chips), child);
  for (guint i = 0; i < n; i++) {
    gtk_flow_box_append (GTK_FLOW_BOX (field->chips), chip_new (field, i));
    gtk_widget_set_focusable (gtk_widget_get_last_child (field->chips), FALSE);
  }
  gtk_widget_set_visible (field->chips, n > 0);
}

GtkWidget *
fz_diagnosis_field_new (FzVisitModel *model)
{
  GtkWidget *box = fz_column (6);
  Field *field = g_new0 (Field, 1);

  field->model = g_object_ref (model);
  field->chips = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (field->chips), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (field->chips), 6);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (field->chips), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (field->chips), 4);
  /* Not aligned to the start: a flow box then asks for the width of one child, and the others fall out of its height. */
  fz_access_label (field->chips, _ ("已填诊断"));
  field->search = fz_search_field_new (_ ("添加诊断"), _ ("添加诊断：名称、拼音首字母（如 gxy）或编码"), search, field);
  g_signal_connect (field->search, "picked", G_CALLBACK (on_picked), field);
  g_object_set_data_full (G_OBJECT (box), "fz-field", field, field_free);
  g_signal_connect_object (model, "lists", G_CALLBACK (show_chips), box, G_CONNECT_SWAPPED);
  fz_put (box, field->chips);
  fz_put (box, field->search);
  fz_access_set_inner (box, field->search);
  show_chips (box);
  return box;
}
