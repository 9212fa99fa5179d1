#include "ui/person_field.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define FIELD "fz-person"
#define KEY "fz-key"

typedef struct {
  FzVisitModel *model;
  GtkWidget *form;
} Field;

static void
field_free (gpointer data)
{
  Field *field = data;

  g_object_unref (field->model);
  g_free (field);
}

static void
on_number (FzNumberEntry *entry, Field *field)
{
  g_autofree char *value = fz_number_entry_get (entry);

  /* What is no number is kept as typed: the checks say so, nothing is lost. */
  fz_visit_model_set (field->model, g_object_get_data (G_OBJECT (entry), KEY), value != NULL ? value : fz_number_entry_get_text (entry));
}

static void
on_choice (FzDropDown *drop, Field *field)
{
  fz_visit_model_set (field->model, g_object_get_data (G_OBJECT (drop), KEY), fz_drop_down_get_code (drop));
}

static void
add_number (Field *field, const char *key, const char *caption, const char *unit, guint decimals)
{
  GtkWidget *entry = fz_number_entry_new (decimals, "0", NULL, NULL);
  const char *value = fz_visit_model_get (field->model, key);

  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (entry), unit);
  fz_number_entry_set_width_chars (FZ_NUMBER_ENTRY (entry), 5);
  fz_number_entry_set (FZ_NUMBER_ENTRY (entry), value != NULL ? value : "");
  g_object_set_data (G_OBJECT (entry), KEY, (gpointer) key);
  g_signal_connect (entry, "changed", G_CALLBACK (on_number), field);
  fz_form_add (field->form, key, fz_form_row_new (caption, entry, FALSE), 1);
}

static GtkWidget *
add_choice (Field *field, const char *key, const char *caption)
{
  GtkWidget *drop = fz_drop_down_new (_ ("未询问"));

  g_object_set_data (G_OBJECT (drop), KEY, (gpointer) key);
  g_signal_connect (drop, "changed", G_CALLBACK (on_choice), field);
  fz_form_add (field->form, key, fz_form_row_new (caption, drop, FALSE), 1);
  return drop;
}

static void
add_yes_no (Field *field, const char *key, const char *caption)
{
  GtkWidget *drop = add_choice (field, key, caption);

  fz_drop_down_add (FZ_DROP_DOWN (drop), "no", _ ("否"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "yes", _ ("是"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), fz_visit_model_get (field->model, key));
}

static void
add_liver (Field *field)
{
  GtkWidget *drop = add_choice (field, "record.liver", _ ("肝功能"));

  fz_drop_down_add (FZ_DROP_DOWN (drop), "normal", _ ("正常"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "mild", _ ("轻中度异常"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "severe", _ ("重度异常"), NULL);
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), fz_visit_model_get (field->model, "record.liver"));
}

static void
show_row (const Field *field, const char *key, gboolean shown)
{
  gtk_widget_set_visible (fz_form_get_row (field->form, key), shown);
}

static void
show_asked (GtkWidget *box)
{
  Field *field = g_object_get_data (G_OBJECT (box), FIELD);
  FzPersonAsks asks = fz_desk_person_asks (fz_visit_model_get_session (field->model), fz_visit_model_get_facts (field->model),
                                           fz_visit_model_get_draft (field->model), fz_visit_model_get_findings (field->model));

  show_row (field, "record.weight_kg", asks.weight);
  show_row (field, "record.pregnant", asks.pregnancy);
  show_row (field, "record.lactating", asks.pregnancy);
  show_row (field, "record.egfr", asks.egfr);
  show_row (field, "record.liver", asks.liver);
  gtk_widget_set_visible (box, asks.weight || asks.pregnancy || asks.egfr || asks.liver);
}

GtkWidget *
fz_person_field_new (FzVisitModel *model)
{
  GtkWidget *box = fz_column (0);
  Field *field = g_new0 (Field, 1);

  field->model = g_object_ref (model);
  field->form = fz_form_new (3); /* five in a row would be wider than the page has room for */
  add_number (field, "record.weight_kg", _ ("体重"), "kg", 3);
  add_yes_no (field, "record.pregnant", _ ("是否妊娠"));
  add_yes_no (field, "record.lactating", _ ("是否哺乳"));
  add_number (field, "record.egfr", _ ("肾功能 eGFR"), "ml/min", 1);
  add_liver (field);
  g_object_set_data_full (G_OBJECT (box), FIELD, field, field_free);
  g_signal_connect_object (model, "checked", G_CALLBACK (show_asked), box, G_CONNECT_SWAPPED);
  fz_put (box, field->form);
  show_asked (box);
  return box;
}
