#include "ui/drug_offers.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define FIELD "record.current_drugs"
#define MODEL "fz-model"
#define NAME "fz-name"
#define SHOWN "fz-shown" /* the lines that stand there */

static void show (GtkWidget *box);

static void
on_take (GtkButton *button, GtkWidget *box)
{
  FzVisitModel *model = g_object_get_data (G_OBJECT (box), MODEL);
  const char *name = g_object_get_data (G_OBJECT (button), NAME), *before = fz_visit_model_get (model, FIELD);
  g_autofree char *words = g_strdup_printf (_ ("已把%s写入目前用药"), name);
  gboolean none = before == NULL || g_str_equal (before, FZ_IN_CHINESE ("无"));
  g_autofree char *after = none ? g_strdup (name) : g_strconcat (before, FZ_IN_CHINESE ("、"), name, NULL);

  fz_visit_model_put_text (model, FIELD, after, words);
  if (gtk_widget_get_visible (box)) /* the list was made anew: on to the next one */
    gtk_widget_child_focus (box, GTK_DIR_TAB_FORWARD);
}

static gboolean
is_offered (GHashTable *names, const char *written, const char *name)
{
  return name != NULL && (written == NULL || strstr (written, name) == NULL) && g_hash_table_add (names, g_strdup (name));
}

static void
put_one (GtkWidget *box, GtkWidget *list, const FzFields *record, guint i, GString *lines)
{
  const char *name = fz_fields_get_at (record, "medicine", i, "name"), *words = fz_fields_get_at (record, "medicine", i, "words");
  gint64 at_us = 0;
  g_autofree char *day = fz_fields_get_time (record, "at", &at_us) ? fz_say_day (fz_date_in_beijing (at_us)) : NULL;
  g_autofree char *text = g_strdup_printf ("%s　%s\n%s %s", name, words != NULL ? words : "", fz_fields_get (record, "institution"), day != NULL ? day : "");
  g_autofree char *spoken = g_strdup_printf (_ ("把%s写入目前用药"), name);
  GtkWidget *line = fz_put (list, fz_line (8)), *take = fz_button_new (FZ_BUTTON_PLAIN, "plus", _ ("写入"));

  g_string_append_printf (lines, "%s\n", text);
  fz_put_wide (line, fz_wrapped (text, "fz-soft"));
  gtk_widget_add_css_class (take, "fz-compact");
  gtk_widget_set_valign (take, GTK_ALIGN_CENTER);
  fz_access_label (take, spoken);
  g_object_set_data_full (G_OBJECT (take), NAME, g_strdup (name), g_free);
  g_signal_connect (take, "clicked", G_CALLBACK (on_take), box);
  fz_put (line, take);
}

/* Each check asks for it: while the lines are the same, they stay, and so does the focus in them. */
static void
show (GtkWidget *box)
{
  FzVisitModel *model = g_object_get_data (G_OBJECT (box), MODEL);
  const FzFields *facts = fz_visit_model_get_facts (model);
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GtkWidget) list = g_object_ref_sink (fz_column (6));
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (facts, "imported"); i++) {
    g_autofree char *prefix = g_strdup_printf ("imported.%02u", i);
    g_autoptr (FzFields) record = fz_fields_dup_below (facts, prefix, "fuzhen.imported/v1");

    for (guint m = 0; m < fz_fields_count (record, "medicine"); m++)
      if (is_offered (names, fz_visit_model_get (model, FIELD), fz_fields_get_at (record, "medicine", m, "name")))
        put_one (box, list, record, m, lines);
  }
  if (g_strcmp0 (lines->str, g_object_get_data (G_OBJECT (box), SHOWN)) == 0)
    return;
  g_object_set_data_full (G_OBJECT (box), SHOWN, g_strdup (lines->str), g_free);
  fz_empty (box);
  if (lines->len > 0)
    fz_put (box, fz_wrapped (_ ("导入的外院病历中有这些药品，请问明是否仍在用，逐个写入“目前用药”："), "fz-caption"));
  fz_put (box, list);
  gtk_widget_set_visible (box, lines->len > 0);
}

GtkWidget *
fz_drug_offers_new (FzVisitModel *model)
{
  GtkWidget *box = fz_column (6);

  g_object_set_data_full (G_OBJECT (box), MODEL, g_object_ref (model), g_object_unref);
  g_signal_connect_object (model, "texts", G_CALLBACK (show), box, G_CONNECT_SWAPPED);
  g_signal_connect_object (model, "checked", G_CALLBACK (show), box, G_CONNECT_SWAPPED);
  show (box);
  return box;
}
