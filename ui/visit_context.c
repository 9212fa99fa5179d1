#include "ui/visit_context.h"

#include "ui/evidence_view.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/talk_panel.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

static const char *
mode_label (const char *mode)
{
  return g_strcmp0 (mode, "video") == 0 ? _ ("视频") : g_strcmp0 (mode, "phone") == 0 ? _ ("电话") : _ ("图文");
}

/* What the officers found of who this is; allergies and medicines above already count by it. */
static void
put_links (GtkWidget *grid, const FzFields *facts)
{
  for (guint i = 0; i < fz_fields_count (facts, "linked"); i++) {
    gboolean one = g_strcmp0 (fz_fields_get_at (facts, "linked", i, "kind"), "one") == 0;
    g_autofree char *said = g_strdup_printf (one ? _ ("与就诊 %s 是同一人，过敏史和在用药品已合并（%s）") : _ ("证件相同的就诊 %s 是另一人，其处方不计入（%s）"),
                                             fz_fields_get_at (facts, "linked", i, "visit"), fz_fields_get_at (facts, "linked", i, "entry"));

    fz_facts_set_status (fz_facts_add (grid, _ ("身份核对结论"), said, 2), FZ_STATUS_WARN);
  }
}

static GtkWidget *
patient_new (FzVisitModel *model)
{
  const FzFields *facts = fz_visit_model_get_facts (model);
  gint64 now_us = fz_session_now_us (fz_visit_model_get_session (model));
  GtkWidget *card = fz_card_new_titled ("user", _ ("患者"));
  GtkWidget *grid = fz_facts_new (2);
  g_autofree char *applied = fz_words_time (facts, "visit.applied_at", now_us);
  g_autofree char *allergies = fz_words_list (facts, "allergy", NULL, _ ("、"));
  g_autofree char *who = fz_words_sex_age (facts);
  GtkLabel *shown;

  fz_facts_add (grid, _ ("性别 · 年龄"), who, 1);
  fz_facts_add_day (grid, _ ("出生日期"), fz_fields_get (facts, "patient.birth_date"), 1);
  fz_facts_add (grid, _ ("申请时间"), applied, 1);
  fz_facts_add (grid, _ ("方式"), mode_label (fz_fields_get (facts, "visit.mode")), 1);
  shown = fz_facts_add (grid, _ ("过敏史（患者填报）"), allergies != NULL ? allergies : _ ("未填报"), 2);
  if (allergies != NULL)
    fz_facts_set_status (shown, FZ_STATUS_STOP);
  fz_facts_add (grid, _ ("主要不适与诉求"), fz_fields_get (facts, "visit.complaint"), 2);
  fz_facts_add (grid, _ ("就诊编号"), fz_visit_model_get_id (model), 2);
  put_links (grid, facts);
  fz_put (fz_card_body (card), grid);
  return card;
}

#define PARTS "fz-parts"

typedef struct {
  GtkWidget *segments, *stack, *view, *panel;
} Parts;

static void
show_part (Parts *parts, const char *id)
{
  fz_segments_set_active (FZ_SEGMENTS (parts->segments), id);
  gtk_stack_set_visible_child_name (GTK_STACK (parts->stack), id);
}

static void
on_part (FzSegments *segments, const char *id, Parts *parts)
{
  gtk_stack_set_visible_child_name (GTK_STACK (parts->stack), id);
}

static void
on_unread (FzTalkPanel *panel, guint n, Parts *parts)
{
  g_autofree char *word = n > 0 ? g_strdup_printf (_ ("沟通 %u"), n) : g_strdup (_ ("沟通"));

  fz_segments_set_word (FZ_SEGMENTS (parts->segments), "talk", word);
}

static GtkWidget *
patient_page_new (FzVisitModel *model, Parts *parts)
{
  GtkWidget *column = fz_column (12);
  GtkWidget *papers = fz_card_new_titled ("image", _ ("病历资料"));

  parts->view = fz_evidence_view_new (model);
  fz_put (column, patient_new (model));
  gtk_widget_set_vexpand (parts->view, TRUE);
  fz_put_wide (fz_card_body (papers), parts->view);
  gtk_widget_set_vexpand (fz_card_body (papers), TRUE);
  fz_put_wide (column, papers);
  return fz_scrolled (column);
}

static GtkWidget *
talk_page_new (FzVisitModel *model, Parts *parts)
{
  GtkWidget *card = fz_card_new_padded (8);

  parts->panel = fz_talk_panel_new (model);
  g_signal_connect (parts->panel, "unread", G_CALLBACK (on_unread), parts);
  fz_put_wide (card, parts->panel);
  return fz_scrolled (card); /* large letters in a low window: what is said stays within reach */
}

GtkWidget *
fz_visit_context_new (FzVisitModel *model)
{
  GtkWidget *column = fz_column (10);
  Parts *parts = g_new0 (Parts, 1);

  parts->segments = fz_segments_new (_ ("患者与沟通"));
  parts->stack = fz_access_stack_new ();
  fz_segments_add (FZ_SEGMENTS (parts->segments), "patient", _ ("患者与资料"));
  fz_segments_add (FZ_SEGMENTS (parts->segments), "talk", _ ("沟通"));
  gtk_widget_set_tooltip_text (parts->segments, "Ctrl+M");
  gtk_stack_add_named (GTK_STACK (parts->stack), patient_page_new (model, parts), "patient");
  gtk_stack_add_named (GTK_STACK (parts->stack), talk_page_new (model, parts), "talk");
  g_signal_connect (parts->segments, "changed", G_CALLBACK (on_part), parts);
  fz_put (column, parts->segments);
  fz_put_wide (column, parts->stack);
  g_object_set_data_full (G_OBJECT (column), PARTS, parts, g_free);
  fz_talk_panel_refresh (FZ_TALK_PANEL (parts->panel));
  return column;
}

void
fz_visit_context_show_evidence (GtkWidget *context, guint index)
{
  Parts *parts = g_object_get_data (G_OBJECT (context), PARTS);

  show_part (parts, "patient");
  fz_evidence_view_show (FZ_EVIDENCE_VIEW (parts->view), index);
}

void
fz_visit_context_show_talk (GtkWidget *context)
{
  Parts *parts = g_object_get_data (G_OBJECT (context), PARTS);

  show_part (parts, "talk");
  fz_talk_panel_focus (FZ_TALK_PANEL (parts->panel));
}

void
fz_visit_context_refresh (GtkWidget *context)
{
  Parts *parts = g_object_get_data (G_OBJECT (context), PARTS);

  fz_talk_panel_refresh (FZ_TALK_PANEL (parts->panel));
}
