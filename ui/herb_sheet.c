#include "ui/herb_sheet.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define MOST_ROWS 12

typedef struct {
  FzVisitModel *model;
  const char *kind; /* disease, pattern */
} Tcm;

static void
tcm_free (gpointer data)
{
  Tcm *tcm = data;

  g_object_unref (tcm->model);
  g_free (tcm);
}

static char *
key_of (const Tcm *tcm, const char *suffix)
{
  return g_strconcat ("rx.tcm.", tcm->kind, suffix, NULL);
}

/* --- TCM diagnosis --- */

/* The list is an excerpt: what it does not hold may stand in words. */
static void
search (FzSearchField *field, const char *text, guint serial, gpointer user_data)
{
  const Tcm *tcm = user_data;
  g_autoptr (GPtrArray) found = fz_desk_search_tcm (fz_visit_model_get_session (tcm->model), tcm->kind, text, MOST_ROWS, NULL);
  g_autoptr (GListStore) rows = g_list_store_new (FZ_TYPE_SEARCH_ROW);
  g_autoptr (FzSearchRow) typed = fz_search_row_new ("", text, _ ("按所写的文字，不带编码"));

  for (guint i = 0; found != NULL && i < found->len; i++) {
    const char *code = fz_fields_get (found->pdata[i], "code");
    g_autoptr (FzSearchRow) row = fz_search_row_new (code, fz_fields_get (found->pdata[i], "name"), NULL);

    fz_search_row_set_aside (row, code, NULL);
    g_list_store_append (rows, row);
  }
  if (!g_ascii_isalnum (text[0]))
    g_list_store_append (rows, typed);
  fz_search_field_answer (field, serial, G_LIST_MODEL (rows));
}

static void
on_picked (FzSearchField *field, FzSearchRow *row, Tcm *tcm)
{
  g_autofree char *name = key_of (tcm, ""), *code = key_of (tcm, "_code");

  fz_visit_model_set (tcm->model, name, fz_search_row_get_title (row));
  fz_visit_model_set (tcm->model, code, fz_search_row_get_id (row));
  fz_search_field_set_text (field, fz_search_row_get_title (row));
}

static GtkWidget *
tcm_new (FzVisitModel *model, const char *kind, const char *name, const char *placeholder)
{
  Tcm *tcm = g_new0 (Tcm, 1);
  g_autofree char *key = NULL;
  GtkWidget *field;

  tcm->model = g_object_ref (model);
  tcm->kind = kind;
  key = key_of (tcm, "");
  field = fz_search_field_new (name, placeholder, search, tcm);
  g_object_set_data_full (G_OBJECT (field), "fz-tcm", tcm, tcm_free);
  fz_search_field_set_keep_text (FZ_SEARCH_FIELD (field), TRUE);
  fz_search_field_set_text (FZ_SEARCH_FIELD (field), fz_visit_model_get (model, key) != NULL ? fz_visit_model_get (model, key) : "");
  g_signal_connect (field, "picked", G_CALLBACK (on_picked), tcm);
  return field;
}

/* --- fields that keep one fact --- */

static const char *
fact_of (GObject *control)
{
  return g_object_get_data (control, "fz-key");
}

static void
on_drop (FzDropDown *drop, FzVisitModel *model)
{
  fz_visit_model_set (model, fact_of (G_OBJECT (drop)), fz_drop_down_get_code (drop));
}

static void
on_number (FzNumberEntry *entry, FzVisitModel *model)
{
  g_autofree char *text = fz_number_entry_get (entry);

  fz_visit_model_set (model, fact_of (G_OBJECT (entry)), text);
}

static void
on_words (GtkEditable *entry, FzVisitModel *model)
{
  fz_visit_model_set (model, fact_of (G_OBJECT (entry)), gtk_editable_get_text (entry));
}

static GtkWidget *
number_new (FzVisitModel *model, const char *key, const char *name, const char *unit, const char *most)
{
  GtkWidget *entry = fz_number_entry_new (0, "1", most, NULL);

  fz_number_entry_set (FZ_NUMBER_ENTRY (entry), fz_visit_model_get (model, key));
  fz_number_entry_set_unit (FZ_NUMBER_ENTRY (entry), unit);
  fz_number_entry_set_width_chars (FZ_NUMBER_ENTRY (entry), 4);
  fz_access_label (entry, name);
  g_object_set_data (G_OBJECT (entry), "fz-key", (gpointer) key);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_number), model, 0);
  return entry;
}

static GtkWidget *
drop_new (FzVisitModel *model, const char *key, const char *name)
{
  GtkWidget *drop = fz_drop_down_new (_ ("请选择"));

  fz_access_label (drop, name);
  g_object_set_data (G_OBJECT (drop), "fz-key", (gpointer) key);
  return drop;
}

static GtkWidget *
drop_done (GtkWidget *drop, FzVisitModel *model)
{
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), fz_visit_model_get (model, fact_of (G_OBJECT (drop))));
  g_signal_connect_object (drop, "changed", G_CALLBACK (on_drop), model, 0);
  return drop;
}

static GtkWidget *
rhythm_new (FzVisitModel *model)
{
  GtkWidget *drop = drop_new (model, "rx.packet_days", _ ("服药节奏"));

  fz_drop_down_add (FZ_DROP_DOWN (drop), "1", _ ("每日1剂"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "2", _ ("每2日1剂"), NULL);
  return drop_done (drop, model);
}

/* A decoction is taken once to three times a day. */
static GtkWidget *
times_new (FzVisitModel *model)
{
  static const char *const usual[] = { "qd", "bid", "tid", NULL };
  g_autoptr (GPtrArray) rows = fz_desk_codes (fz_visit_model_get_session (model), "frequency", NULL);
  GtkWidget *drop = drop_new (model, "rx.freq", _ ("每日次数"));

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strv_contains (usual, fz_fields_get (rows->pdata[i], "code")))
      fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (rows->pdata[i], "code"), fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
  return drop_done (drop, model);
}

static GtkWidget *
decoction_new (FzVisitModel *model)
{
  g_autoptr (GPtrArray) rows = fz_desk_codes (fz_visit_model_get_session (model), "decoction", NULL);
  GtkWidget *drop = drop_new (model, "rx.decoction", _ ("煎煮方式"));

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (rows->pdata[i], "code"), fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
  return drop_done (drop, model);
}

static GtkWidget *
way_new (FzVisitModel *model)
{
  GtkWidget *drop = drop_new (model, "rx.route", _ ("用药方法"));

  fz_drop_down_add (FZ_DROP_DOWN (drop), "1", _ ("内服"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "699", _ ("外用"), NULL);
  return drop_done (drop, model);
}

static GtkWidget *
words_new (FzVisitModel *model)
{
  GtkWidget *entry = gtk_entry_new ();
  const char *words = fz_visit_model_get (model, "rx.use_words");

  gtk_editable_set_text (GTK_EDITABLE (entry), words != NULL ? words : "");
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), _ ("如 饭后温服"));
  g_object_set_data (G_OBJECT (entry), "fz-key", (gpointer) "rx.use_words");
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_words), model, 0);
  return entry;
}

GtkWidget *
fz_herb_sheet_new (FzVisitModel *model)
{
  GtkWidget *form = fz_form_new (4);

  fz_form_add (form, "rx.tcm.disease",
               fz_form_row_new (_ ("中医病名"), tcm_new (model, "disease", _ ("中医病名"), _ ("名称或拼音首字母，如 xy")), FALSE), 2);
  fz_form_add (form, "rx.tcm.pattern",
               fz_form_row_new (_ ("中医证型"), tcm_new (model, "pattern", _ ("中医证型"), _ ("名称或拼音首字母，如 gysk")), TRUE), 2);
  fz_form_add (form, "rx.packets", fz_form_row_new (_ ("剂数"), number_new (model, "rx.packets", _ ("剂数"), _ ("剂"), "84"), TRUE), 1);
  fz_form_add (form, "rx.packet_days", fz_form_row_new (_ ("服药节奏"), rhythm_new (model), TRUE), 1);
  fz_form_add (form, "rx.freq", fz_form_row_new (_ ("每日次数"), times_new (model), TRUE), 1);
  fz_form_add (form, "rx.decoction", fz_form_row_new (_ ("煎煮方式"), decoction_new (model), TRUE), 1);
  fz_form_add (form, "rx.route", fz_form_row_new (_ ("用药方法"), way_new (model), TRUE), 1);
  fz_form_add (form, "rx.volume_ml", fz_form_row_new (_ ("每剂取汁"), number_new (model, "rx.volume_ml", _ ("每剂取汁"), "ml", "2000"), FALSE), 1);
  fz_form_add (form, "rx.use_words", fz_form_row_new (_ ("服用要求"), words_new (model), FALSE), 2);
  return form;
}
