#include "ui/step_record.h"

#include "ui/diagnosis_field.h"
#include "ui/drug_offers.h"
#include "ui/finding_list.h"
#include "ui/finding_words.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/person_field.h"
#include "ui/step_card.h"
#include "ui/step_state.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define FORM "fz-form"
#define MORE "fz-more"
#define MOST 2000 /* where nobody else sets a limit */

typedef struct {
  const char *key, *caption, *hint;
  int lines, span;
  gboolean required;
} Part;

static const Part parts[] = {
  { "record.chief_complaint", N_ ("主诉"), N_ ("症状及持续时间"), 1, 2, TRUE },
  { "record.present_history", N_ ("现病史"), N_ ("本次病情、既往确诊与用药后的变化"), 2, 2, TRUE },
  { "record.past_history", N_ ("既往史"), N_ ("慢性病、手术、传染病等"), 1, 1, FALSE },
  { "record.allergy_history", N_ ("过敏史"), N_ ("没有过敏请写“无”"), 1, 1, TRUE },
  { "record.current_drugs", N_ ("目前用药"), N_ ("正在用的药，含外院和自购，用顿号分开；没有请写“无”"), 1, 2, FALSE },
  { "record.exam", N_ ("体格检查"), N_ ("患者自测血压、血糖、体重等"), 1, 1, FALSE },
  { "record.assist", N_ ("辅助检查"), N_ ("检验、影像结果及日期"), 1, 1, FALSE },
  { "record.opinion", N_ ("诊疗意见"), N_ ("处理、用药与随访，何种情况须线下就诊"), 2, 2, TRUE },
};

typedef struct {
  FzVisitModel *model;
  GtkWidget *form, *last; /* `last`: the area typed in last, which shows whether it is saved */
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_object_unref (step->model);
  g_free (step);
}

static gboolean
is_about_a_field (const FzFinding *finding)
{
  for (gsize i = 0; finding->field != NULL && i < G_N_ELEMENTS (parts); i++)
    if (g_str_equal (parts[i].key, finding->field))
      return TRUE;
  return FALSE;
}

static gboolean
is_mine (const FzFinding *finding, gpointer model)
{
  return fz_step_shows (model, FZ_STEP_RECORD, finding) && !is_about_a_field (finding);
}

/* --- writing --- */

static void
on_typed (FzTextArea *area, Step *step)
{
  g_autofree char *text = fz_text_area_get_text (area);

  if (step->last != NULL && step->last != GTK_WIDGET (area))
    fz_text_area_set_saved (FZ_TEXT_AREA (step->last), FZ_SAVED_NOTHING);
  step->last = GTK_WIDGET (area);
  fz_visit_model_set_place (step->model, g_object_get_data (G_OBJECT (area), "fz-key"), fz_text_area_get_cursor (area));
  fz_visit_model_set (step->model, g_object_get_data (G_OBJECT (area), "fz-key"), text);
}

static void
show_saved (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), FORM);

  if (step->last != NULL)
    fz_text_area_set_saved (FZ_TEXT_AREA (step->last), fz_visit_model_get_saved (step->model));
}

static void
show_findings (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), FORM);
  GPtrArray *findings = fz_visit_model_get_findings (step->model);

  fz_form_clear_findings (step->form);
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (fz_step_shows (step->model, FZ_STEP_RECORD, finding) && is_about_a_field (finding))
      fz_form_set_finding (step->form, finding->field, finding->severity == FZ_SEVERITY_NOTE ? FZ_STATUS_INFO : FZ_STATUS_STOP, finding->message);
  }
}

/* Put in from the conversation, or taken back. */
static void
show_texts (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), FORM);

  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    GtkWidget *area = fz_form_row_get_control (fz_form_get_row (step->form, parts[i].key));
    g_autofree char *now = fz_text_area_get_text (FZ_TEXT_AREA (area));
    const char *text = fz_visit_model_get (step->model, parts[i].key);

    if (!g_str_equal (now, text != NULL ? text : ""))
      fz_text_area_set_text (FZ_TEXT_AREA (area), text != NULL ? text : "");
  }
}

static GtkWidget *
area_new (Step *step, const Part *part)
{
  guint most = fz_desk_text_limit (fz_session_get_desk (fz_visit_model_get_session (step->model)), part->key);
  GtkWidget *area = fz_text_area_new (_ (part->hint), part->lines, most > 0 ? most : MOST);
  const char *text = fz_visit_model_get (step->model, part->key);

  fz_text_area_set_text (FZ_TEXT_AREA (area), text != NULL ? text : "");
  g_object_set_data (G_OBJECT (area), "fz-key", (gpointer) part->key);
  g_signal_connect (area, "changed", G_CALLBACK (on_typed), step);
  return area;
}

static void
on_no_allergy (GtkButton *button, Step *step)
{
  fz_visit_model_put_text (step->model, "record.allergy_history", _ ("无"), _ ("过敏史已改为“无”"));
}

static GtkWidget *
form_new (Step *step)
{
  step->form = fz_form_new (2);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    fz_form_add (step->form, parts[i].key, fz_form_row_new (_ (parts[i].caption), area_new (step, &parts[i]), parts[i].required),
                 parts[i].span);
  return step->form;
}

static void
build_form (GtkWidget *card, Step *step)
{
  GtkWidget *body = fz_card_body (card);
  GtkWidget *none = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("无过敏史"));

  gtk_box_set_spacing (GTK_BOX (body), 12);
  gtk_widget_add_css_class (none, "fz-compact");
  g_signal_connect (none, "clicked", G_CALLBACK (on_no_allergy), step);
  fz_card_add_end (card, none);
  fz_put (body, form_new (step));
  fz_put (body, fz_drug_offers_new (step->model));
  fz_put (body, fz_person_field_new (step->model));
  fz_put (body, fz_form_row_new (_ ("诊断"), fz_diagnosis_field_new (step->model), TRUE));
  fz_put (body, fz_finding_list_new (step->model, is_mine, step->model));
  g_signal_connect_object (step->model, "saved", G_CALLBACK (show_saved), card, G_CONNECT_SWAPPED);
  g_signal_connect_object (step->model, "checked", G_CALLBACK (show_findings), card, G_CONNECT_SWAPPED);
  g_signal_connect_object (step->model, "texts", G_CALLBACK (show_texts), card, G_CONNECT_SWAPPED);
}

/* --- signed --- */

static void
add_addenda (GtkWidget *body, const FzFields *facts, gint64 now_us)
{
  for (guint i = 0; i < fz_fields_count (facts, "addendum"); i++) {
    g_autofree char *key = g_strdup_printf ("addendum.%02u.at", i);
    g_autofree char *at = fz_words_time (facts, key, now_us);
    g_autofree char *caption = g_strdup_printf (_ ("补记 %s"), at);
    GtkWidget *box = fz_column (2);

    fz_put (box, fz_text (caption, "fz-fact-label"));
    fz_put (box, fz_wrapped (fz_fields_get_at (facts, "addendum", i, "text"), NULL));
    fz_put (body, box);
  }
}

static void
build_signed (GtkWidget *card, Step *step, GCallback on_addendum, gpointer user_data)
{
  const FzFields *facts = fz_visit_model_get_facts (step->model);
  gint64 now_us = fz_session_now_us (fz_visit_model_get_session (step->model));
  GtkWidget *body = fz_card_body (card);
  GtkWidget *grid = fz_facts_new (2);
  GtkWidget *more = fz_button_new (FZ_BUTTON_PLAIN, "edit", _ ("病历补记")), *foot;
  g_autofree char *at = fz_words_time (facts, "record.signed_at", now_us);
  g_autofree char *when = g_strdup_printf (_ ("%s 签名归档，不能修改"), at);
  g_autoptr (GString) diagnoses = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (facts, "diagnosis"); i++)
    g_string_append_printf (diagnoses, "%s%s %s", i > 0 ? _ ("；") : "", fz_fields_get_at (facts, "diagnosis", i, "code"),
                            fz_fields_get_at (facts, "diagnosis", i, "name"));
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    if (fz_fields_has (facts, parts[i].key))
      fz_facts_add (grid, _ (parts[i].caption), fz_fields_get (facts, parts[i].key), parts[i].span);
  if (fz_fields_has (facts, "record.weight_kg"))
    fz_facts_add (grid, _ ("体重（kg）"), fz_fields_get (facts, "record.weight_kg"), 1);
  if (fz_fields_has (facts, "record.egfr"))
    fz_facts_add (grid, _ ("肾功能 eGFR（ml/min）"), fz_fields_get (facts, "record.egfr"), 1);
  fz_facts_add (grid, _ ("诊断"), diagnoses->str, 2);
  gtk_box_set_spacing (GTK_BOX (body), 10);
  gtk_widget_add_css_class (more, "fz-compact");
  g_signal_connect (more, "clicked", on_addendum, user_data);
  fz_put (body, grid);
  add_addenda (body, facts, now_us);
  foot = fz_put (body, fz_line (8));
  fz_put_wide (foot, fz_text (when, "fz-caption"));
  fz_put (foot, more);
  g_object_set_data (G_OBJECT (card), MORE, more);
}

void
fz_step_record_focus_end (GtkWidget *card)
{
  GtkWidget *more = g_object_get_data (G_OBJECT (card), MORE);

  if (more != NULL)
    gtk_widget_grab_focus (more);
}

gboolean
fz_step_record_focus_place (GtkWidget *card, const char *key, guint cursor)
{
  Step *step = g_object_get_data (G_OBJECT (card), FORM);
  GtkWidget *area = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (parts) && step->form != NULL; i++)
    if (g_strcmp0 (parts[i].key, key) == 0)
      area = fz_form_row_get_control (fz_form_get_row (step->form, key));
  if (area == NULL)
    return FALSE;
  fz_text_area_set_cursor (FZ_TEXT_AREA (area), cursor);
  return gtk_widget_grab_focus (area);
}

gboolean
fz_step_record_focus_finding (GtkWidget *card)
{
  Step *step = g_object_get_data (G_OBJECT (card), FORM);

  return step->form != NULL && fz_form_focus_first_finding (step->form);
}

GtkWidget *
fz_step_record_new (FzVisitModel *model, GCallback on_addendum, gpointer user_data)
{
  GtkWidget *card = fz_step_card_new (3, fz_step_label (FZ_STEP_RECORD));
  Step *step = g_new0 (Step, 1);

  step->model = g_object_ref (model);
  g_object_set_data_full (G_OBJECT (card), FORM, step, step_free);
  if (fz_visit_model_has_record (model))
    build_signed (card, step, on_addendum, user_data);
  else if (fz_visit_model_is_open (model))
    build_form (card, step);
  else
    fz_put (fz_card_body (card), fz_wrapped (_ ("没有书写病历。"), "fz-soft"));
  return card;
}
