/* What the patient reads after a visit, in plain words. Chinese whatever the language of the desk: it is for the patient. */
#include "app/paper/handout_private.h"

#include <string.h>

#include "app/paper/page.h"
#include "core/case.h"
#include "core/date.h"

#define MARGIN 48.0

static FzStage
stage_of (const FzHandout *self)
{
  FzStage stage = FZ_STAGE_NONE;

  fz_stage_from_word (fz_fields_get (self->visit, "visit.stage"), &stage);
  return stage;
}

static void
add (GPtrArray *parts, const char *heading, char *text)
{
  FzHandoutPart *part = g_new0 (FzHandoutPart, 1);

  part->heading = g_strdup (heading);
  part->text = text;
  g_ptr_array_add (parts, part);
}

static char *
minute (const FzFields *facts, const char *key)
{
  gint64 us = 0;
  g_autofree char *text = fz_fields_get_time (facts, key, &us) ? fz_beijing_time_format (us) : g_strdup ("—");

  if (strlen (text) > strlen ("2026-01-05 08:00"))
    text[strlen ("2026-01-05 08:00")] = '\0';
  return g_steal_pointer (&text);
}

static const char *
get_or_dash (const FzFields *facts, const char *key)
{
  const char *value = fz_fields_get (facts, key);

  return value != NULL ? value : "—";
}

static char *
visit_words (const FzHandout *self)
{
  const FzFields *visit = self->visit;
  g_autofree char *ended = minute (visit, "visit.ended_at");

  return g_strdup_printf ("就诊编号　%s\n患者　　　%s\n科室　　　%s\n医师　　　%s\n结束时间　%s", fz_fields_get (visit, "visit.id"),
                          fz_fields_get (visit, "patient.name"), get_or_dash (visit, "visit.department_name"),
                          get_or_dash (visit, "visit.holder_name"), ended);
}

static char *
diagnosis_words (const FzFields *visit)
{
  GString *text = g_string_new (NULL);
  guint n = fz_fields_count (visit, "diagnosis");

  for (guint i = 0; i < n; i++)
    if (fz_fields_get_at (visit, "diagnosis", i, "name") != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? "；" : "", fz_fields_get_at (visit, "diagnosis", i, "name"));
  return g_string_free (text, FALSE);
}

static char *
reason_words (const FzFields *visit)
{
  const char *label = fz_fields_get (visit, "end.reason_label"), *code = fz_fields_get (visit, "end.reason");

  return g_strdup (label != NULL ? label : code != NULL ? code : "见下方说明");
}

static char *
decision_words (const FzHandout *self)
{
  g_autofree char *reason = reason_words (self->visit), *diagnosis = diagnosis_words (self->visit);
  gboolean timeout = g_strcmp0 (fz_fields_get (self->visit, "end.by"), "timeout") == 0;

  switch (stage_of (self)) {
  case FZ_STAGE_FINISHED:
    return *diagnosis != '\0' ? g_strdup_printf ("本次复诊已完成。\n诊断：%s", diagnosis) : g_strdup ("本次复诊已完成。");
  case FZ_STAGE_REFUSED:
    return timeout ? g_strdup ("医师未能在约定时间内接诊，本次申请已关闭。")
                   : g_strdup_printf ("医师查看资料后，未接受本次复诊申请。\n理由：%s", reason);
  case FZ_STAGE_TERMINATED:
    return g_strdup_printf ("医师已终止本次互联网诊疗，本次就诊不再开具处方。\n理由：%s", reason);
  case FZ_STAGE_WITHDRAWN:
    return g_strdup ("本次就诊已按您的要求撤销。");
  case FZ_STAGE_NONE:
  case FZ_STAGE_WAITING:
  case FZ_STAGE_TAKEN:
  case FZ_STAGE_RECORDED:
  case FZ_N_STAGES:
  default:
    g_assert_not_reached ();
  }
}

static char *
rx_words (const FzFields *rx)
{
  FzRxStage stage = FZ_RX_NONE;
  const char *id = fz_fields_get (rx, "rx.id");
  g_autofree char *until = minute (rx, "rx.valid_until");

  fz_rx_stage_from_word (fz_fields_get (rx, "rx.stage"), &stage);
  switch (stage) {
  case FZ_RX_EFFECTIVE:
    return g_strdup_printf ("处方 %s：已经药师审核，有效。请在 %s 前取药，过期自动失效。处方笺见 slip-%s.pdf。", id, until, id);
  case FZ_RX_DISPENSED:
    return g_strdup_printf ("处方 %s：药品已发出。处方笺见 slip-%s.pdf。", id, id);
  case FZ_RX_RETURNED:
    return g_strdup_printf ("处方 %s：药师已退回医师修改，不能取药。", id);
  case FZ_RX_REFUSED:
    return g_strdup_printf ("处方 %s：药师审核未通过，不能取药。", id);
  case FZ_RX_EXPIRED:
    return g_strdup_printf ("处方 %s：已过有效期，不能取药；需要用药请重新就诊。", id);
  case FZ_RX_VOIDED:
    return g_strdup_printf ("处方 %s：已作废，不能取药。", id);
  case FZ_RX_SIGNED:
  case FZ_RX_NONE:
  case FZ_N_RX_STAGES:
  default:
    return g_strdup_printf ("处方 %s：等待药师审核，尚未生效，暂不能取药。", id);
  }
}

static char *
all_rx_words (GPtrArray *list)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < list->len; i++) {
    g_autofree char *line = rx_words (list->pdata[i]);

    g_string_append_printf (text, "%s%s", i > 0 ? "\n" : "", line);
  }
  return g_string_free (text, FALSE);
}

static const char *
where_words (const FzHandout *self)
{
  if (stage_of (self) == FZ_STAGE_FINISHED)
    return "请按医嘱用药和复查。用药后不适，或者病情加重、出现新的症状时，请停止线上咨询，及时到实体医疗机构就诊；情况危急请立即拨打 120。";
  if (stage_of (self) == FZ_STAGE_WITHDRAWN)
    return "仍需诊治时，可以重新申请复诊，或者到实体医疗机构就诊；情况危急请立即拨打 120。";
  return "请携带既往病历和检查资料，尽快到实体医疗机构的相应科室就诊。突发胸痛、呼吸困难、意识障碍、肢体无力、大出血等情况，请立即拨打 120。";
}

GPtrArray *
fz_handout_guidance (const FzHandout *self)
{
  GPtrArray *parts = g_ptr_array_new ();
  const char *guidance = fz_fields_get (self->visit, "end.guidance");

  add (parts, "就诊信息", visit_words (self));
  add (parts, "本次结果", decision_words (self));
  if (guidance != NULL)
    add (parts, "医师给您的指导", g_strdup (guidance));
  if (self->rx->len > 0)
    add (parts, "处方", all_rx_words (self->rx));
  add (parts, "接下来怎么办", g_strdup (where_words (self)));
  add (parts, "意见与查询", g_strdup ("您可以向医院查阅、复制本次就诊的病历和处方。对诊疗服务有意见，可向医院投诉，也可拨打 12345 政务服务便民热线。"));
  return parts;
}

char *
fz_handout_guidance_text (const FzHandout *self, GPtrArray *parts)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "%s\n互联网诊疗就诊指导\n", self->frame->institution);
  if (self->frame->demo)
    g_string_append (text, "演示数据 — 仅供演示\n");
  for (guint i = 0; i < parts->len; i++) {
    const FzHandoutPart *part = parts->pdata[i];

    g_string_append_printf (text, "\n【%s】\n%s\n", part->heading, part->text);
  }
  return g_string_free (text, FALSE);
}

static void
finish_page (const FzHandout *self, FzPaper *paper)
{
  if (self->frame->demo)
    fz_paper_words_all_over (paper, "演示数据 — 仅供演示", 20);
}

static double
turn_page (FzPaper *paper, gpointer data)
{
  finish_page (data, paper);
  fz_paper_next_page (paper);
  return MARGIN;
}

/* A heading never stands alone at the foot of a page. */
static void
draw_part (FzHandout *self, FzPaper *paper, const FzHandoutPart *part, double *y)
{
  FzPen heading = { 12.5, TRUE, FZ_INK_ACCENT, FZ_ALIGN_LEFT }, body = { 11.5, FALSE, FZ_INK, FZ_ALIGN_LEFT };
  double width = FZ_PAPER_A4_WIDTH - 2 * MARGIN, bottom = FZ_PAPER_A4_HEIGHT - MARGIN;

  if (*y + 56 > bottom)
    *y = turn_page (paper, self);
  *y += fz_paper_text (paper, MARGIN, *y, width, part->heading, heading) + 3;
  fz_paper_flow (paper, MARGIN, y, width, bottom, part->text, body, turn_page, self);
  *y += 14;
}

GBytes *
fz_handout_guidance_pdf (FzHandout *self, GPtrArray *parts, GError **error)
{
  FzPen name = { 19, TRUE, FZ_INK, FZ_ALIGN_CENTRE }, title = { 14, FALSE, FZ_INK, FZ_ALIGN_CENTRE };
  double width = FZ_PAPER_A4_WIDTH - 2 * MARGIN, y = MARGIN;
  g_autoptr (FzPaper) paper = NULL;
  gint64 ended = 0;

  fz_fields_get_time (self->visit, "visit.ended_at", &ended);
  paper = fz_paper_new (FZ_PAPER_A4_WIDTH, FZ_PAPER_A4_HEIGHT, ended, fz_fields_get (self->visit, "visit.id"));
  y += fz_paper_text (paper, MARGIN, y, width, self->frame->institution, name) + 2;
  y += fz_paper_text (paper, MARGIN, y, width, "互联网诊疗就诊指导", title) + 8;
  fz_paper_line (paper, MARGIN, y, MARGIN + width, y, 1.1, FZ_INK);
  y += 14;
  for (guint i = 0; i < parts->len; i++)
    draw_part (self, paper, parts->pdata[i], &y);
  finish_page (self, paper);
  return fz_paper_finish (paper, error);
}
