#include "ui/visit_context.h"

#include "ui/evidence_view.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

static const char *
mode_label (const char *mode)
{
  return g_strcmp0 (mode, "video") == 0 ? _ ("视频") : g_strcmp0 (mode, "phone") == 0 ? _ ("电话") : _ ("图文");
}

static GtkWidget *
patient_new (FzVisitModel *model)
{
  const FzFields *facts = fz_visit_model_get_facts (model);
  gint64 now_us = fz_session_now_us (fz_visit_model_get_session (model));
  GtkWidget *card = fz_card_new_titled ("user", _ ("患者"));
  GtkWidget *grid = fz_facts_new (2);
  g_autofree char *applied = fz_words_time (facts, "visit.applied_at", now_us);
  g_autofree char *allergies = fz_words_list (facts, "allergy", NULL, "、");
  g_autofree char *who = fz_words_sex_age (facts);
  GtkLabel *shown;

  fz_facts_add (grid, _ ("性别 · 年龄"), who, 1);
  fz_facts_add (grid, _ ("出生日期"), fz_fields_get (facts, "patient.birth_date"), 1);
  fz_facts_add (grid, _ ("申请时间"), applied, 1);
  fz_facts_add (grid, _ ("方式"), mode_label (fz_fields_get (facts, "visit.mode")), 1);
  shown = fz_facts_add (grid, _ ("过敏史（患者填报）"), allergies != NULL ? allergies : _ ("未填报"), 2);
  if (allergies != NULL)
    fz_facts_set_status (shown, FZ_STATUS_STOP);
  fz_facts_add (grid, _ ("主要不适与诉求"), fz_fields_get (facts, "visit.complaint"), 2);
  fz_facts_add (grid, _ ("就诊编号"), fz_visit_model_get_id (model), 2);
  fz_put (fz_card_body (card), grid);
  return card;
}

GtkWidget *
fz_visit_context_new (FzVisitModel *model)
{
  GtkWidget *column = fz_column (12);
  GtkWidget *papers = fz_card_new_titled ("image", _ ("病历资料"));
  GtkWidget *view = fz_evidence_view_new (model);
  GtkWidget *scroll;

  fz_put (column, patient_new (model));
  gtk_widget_set_vexpand (view, TRUE);
  fz_put_wide (fz_card_body (papers), view);
  gtk_widget_set_vexpand (fz_card_body (papers), TRUE);
  fz_put_wide (column, papers);
  scroll = fz_scrolled (column);
  g_object_set_data (G_OBJECT (scroll), "fz-view", view);
  return scroll;
}

void
fz_visit_context_show_evidence (GtkWidget *context, guint index)
{
  fz_evidence_view_show (g_object_get_data (G_OBJECT (context), "fz-view"), index);
}
