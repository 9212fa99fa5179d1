#include "ui/long_block.h"

#include "ui/entry_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"

#include "core/date.h"

#include <glib/gi18n-lib.h>

#define MODEL "fz-model"
#define KEY "fz-key"

/* Words the two answers of a question take. */
typedef struct {
  const char *key, *caption, *yes, *no;
} Question;

static const Question questions[] = {
  { "rx.long.first", N_ ("首次开具长期处方"), N_ ("是，首次"), N_ ("不是首次") },
  { "rx.long.disease_stable", N_ ("诊断明确、病情稳定"), N_ ("稳定"), N_ ("不稳定") },
  { "rx.long.regimen_stable", N_ ("用药方案稳定并达标"), N_ ("稳定并达标"), N_ ("未稳定或未达标") },
  { "rx.long.new_events", N_ ("因他病加药或住院"), N_ ("有"), N_ ("没有") },
  { "rx.long.educated", N_ ("用药教育"), N_ ("已完成"), N_ ("未完成") },
};

static void
on_drop (FzDropDown *drop, FzVisitModel *model)
{
  fz_visit_model_set (model, g_object_get_data (G_OBJECT (drop), KEY), fz_drop_down_get_code (drop));
}

static void
on_text (GtkEditable *entry, FzVisitModel *model)
{
  fz_visit_model_set (model, g_object_get_data (G_OBJECT (entry), KEY), gtk_editable_get_text (entry));
}

static GtkWidget *
drop_new (const char *key, const char *name)
{
  GtkWidget *drop = fz_drop_down_new (_ ("请选择"));

  fz_access_label (drop, name);
  g_object_set_data (G_OBJECT (drop), KEY, (gpointer) key);
  return drop;
}

static GtkWidget *
drop_done (GtkWidget *drop, FzVisitModel *model)
{
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), fz_visit_model_get (model, g_object_get_data (G_OBJECT (drop), KEY)));
  g_signal_connect_object (drop, "changed", G_CALLBACK (on_drop), model, 0);
  return drop;
}

static GtkWidget *
question_new (FzVisitModel *model, const Question *question)
{
  GtkWidget *drop = drop_new (question->key, _ (question->caption));

  fz_drop_down_add (FZ_DROP_DOWN (drop), "yes", _ (question->yes), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "no", _ (question->no), NULL);
  return drop_done (drop, model);
}

static GtkWidget *
adherence_new (FzVisitModel *model)
{
  GtkWidget *drop = drop_new ("rx.long.adherence", _ ("用药依从性"));

  fz_drop_down_add (FZ_DROP_DOWN (drop), "good", _ ("好"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "fair", _ ("一般"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "poor", _ ("差"), NULL);
  return drop_done (drop, model);
}

static GtkWidget *
who_new (FzVisitModel *model)
{
  GtkWidget *drop = drop_new ("rx.long.confirmed_by", _ ("确认人"));

  fz_drop_down_add (FZ_DROP_DOWN (drop), "self", _ ("患者本人"), NULL);
  fz_drop_down_add (FZ_DROP_DOWN (drop), "guardian", _ ("监护人或家属"), NULL);
  return drop_done (drop, model);
}

/* The day of the confirmation is today unless the doctor says another. */
static void
on_how (FzDropDown *drop, GtkEditable *day)
{
  FzVisitModel *model = g_object_get_data (G_OBJECT (day), MODEL);
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (fz_visit_model_get_session (model))));

  if (*gtk_editable_get_text (day) == '\0')
    gtk_editable_set_text (day, today);
}

static GtkWidget *
how_new (FzVisitModel *model, GtkWidget *day)
{
  g_autoptr (GPtrArray) rows = fz_desk_codes (fz_visit_model_get_session (model), "long_confirmation", NULL);
  GtkWidget *drop = drop_new ("rx.long.confirmed_how", _ ("确认方式"));

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    fz_drop_down_add (FZ_DROP_DOWN (drop), fz_fields_get (rows->pdata[i], "code"), fz_entry_label (rows->pdata[i], NULL, 0, "label"), NULL);
  drop_done (drop, model);
  g_signal_connect_object (drop, "changed", G_CALLBACK (on_how), day, 0);
  return drop;
}

static GtkWidget *
text_new (FzVisitModel *model, const char *key, const char *placeholder)
{
  GtkWidget *entry = gtk_entry_new ();
  const char *text = fz_visit_model_get (model, key);

  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
  gtk_editable_set_width_chars (GTK_EDITABLE (entry), 8);
  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), placeholder);
  g_object_set_data (G_OBJECT (entry), KEY, (gpointer) key);
  g_object_set_data (G_OBJECT (entry), MODEL, model);
  g_signal_connect_object (entry, "changed", G_CALLBACK (on_text), model, 0);
  return entry;
}

static GtkWidget *
form_new (FzVisitModel *model)
{
  GtkWidget *form = fz_form_new (3), *day = text_new (model, "rx.long.confirmed_on", _ ("年-月-日"));

  for (guint i = 0; i < G_N_ELEMENTS (questions); i++)
    fz_form_add (form, questions[i].key, fz_form_row_new (_ (questions[i].caption), question_new (model, &questions[i]), TRUE), 1);
  fz_form_add (form, "rx.long.adherence", fz_form_row_new (_ ("用药依从性"), adherence_new (model), TRUE), 1);
  fz_form_add (form, "rx.long.results",
               fz_form_row_new (_ ("最近检查结果与日期"), text_new (model, "rx.long.results", _ ("如 2026-02-20 TSH 2.1 mIU/L")), TRUE), 3);
  fz_form_add (form, "rx.long.confirmed_by", fz_form_row_new (_ ("确认人"), who_new (model), TRUE), 1);
  fz_form_add (form, "rx.long.confirmed_how", fz_form_row_new (_ ("确认方式"), how_new (model, day), TRUE), 1);
  fz_form_add (form, "rx.long.confirmed_on", fz_form_row_new (_ ("确认日期"), day, TRUE), 1);
  fz_form_add (form, "rx.long.confirmed_words",
               fz_form_row_new (_ ("确认凭据"), text_new (model, "rx.long.confirmed_words", _ ("如 对话记录 10:21，或签名文件编号")), FALSE), 3);
  return form;
}

static void
update (GtkWidget *block)
{
  FzVisitModel *model = g_object_get_data (G_OBJECT (block), MODEL);
  gboolean is_long = fz_fields_is_yes (fz_visit_model_get_computed (model), "rx.is_long");

  if (is_long && g_object_get_data (G_OBJECT (block), "fz-form") == NULL)
    g_object_set_data (G_OBJECT (block), "fz-form", fz_put (block, form_new (model)));
  gtk_widget_set_visible (block, is_long);
}

GtkWidget *
fz_long_block_new (FzVisitModel *model)
{
  GtkWidget *block = fz_column (8);

  gtk_widget_add_css_class (block, "fz-long-block");
  g_object_set_data_full (G_OBJECT (block), MODEL, g_object_ref (model), g_object_unref);
  fz_put (block, fz_text (_ ("长期处方：评估与患者确认"), "fz-strong"));
  fz_put (block, fz_wrapped (_ ("用量超过4周，评估和确认随处方一并签名。"), "fz-caption"));
  g_signal_connect_object (model, "checked", G_CALLBACK (update), block, G_CONNECT_SWAPPED);
  update (block);
  return block;
}
