#include "ui/front_words.h"

#include <glib/gi18n-lib.h>

FzStatus
fz_front_words_state (const FzFields *front, const char **out_word)
{
  static const struct {
    const char *state, *word;
    FzStatus status;
  } states[] = {
    { "idle", N_ ("已连接"), FZ_STATUS_OK },
    { "sending", N_ ("正在交换"), FZ_STATUS_INFO },
    { "waiting", N_ ("连不上，自动重试"), FZ_STATUS_WARN },
    { "alarm", N_ ("需要处理"), FZ_STATUS_STOP },
  };

  *out_word = fz_fields_is_yes (front, "set") ? _ ("没有启动") : _ ("没有设置");
  if (!fz_fields_is_yes (front, "set"))
    return FZ_STATUS_NEUTRAL;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, fz_fields_get (front, "front.state")) == 0) {
      *out_word = _ (states[i].word);
      return states[i].status;
    }
  return FZ_STATUS_WARN;
}

gboolean
fz_front_words_is_in (const FzFields *row)
{
  return g_strcmp0 (fz_fields_get (row, "way"), "in") == 0;
}

static const struct {
  const char *kind, *word;
} in_kinds[] = {
  { "visit_request", N_ ("就诊申请") }, { "evidence", N_ ("补充资料") },   { "guardian", N_ ("监护人") },     { "consent", N_ ("知情同意") },
  { "chat", N_ ("患者的消息") },        { "chat.mark", N_ ("消息回执") },  { "payment", N_ ("付费状态") },    { "cancel", N_ ("撤销申请") },
  { "taken", N_ ("他处接诊") },         { "evaluation", N_ ("患者评价") }, { "complaint", N_ ("患者投诉") }, { "refund", N_ ("退费申请") },
  { "consultation", N_ ("在线咨询") },  { "appointment", N_ ("在线预约") }, { "appointment.end", N_ ("预约的结果") },
}, out_kinds[] = {
  { "visit.accepted", N_ ("接诊通知") },     { "visit.released", N_ ("转交通知") },     { "visit.rejected", N_ ("未接诊通知") }, { "visit.ended", N_ ("就诊结束通知") },
  { "prescription.ready", N_ ("取药通知") }, { "prescription.ended", N_ ("处方通知") }, { "refund.state", N_ ("退费进度") },     { "complaint.state", N_ ("投诉进度") },
  { "chat", N_ ("医师的消息") },             { "chat.mark", N_ ("已读回执") },
};

const char *
fz_front_words_in (const char *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (in_kinds); i++)
    if (g_strcmp0 (in_kinds[i].kind, kind) == 0)
      return _ (in_kinds[i].word);
  return kind;
}

const char *
fz_front_words_kind (const FzFields *row)
{
  const char *kind = fz_fields_get (row, "kind");

  if (fz_front_words_is_in (row))
    return fz_front_words_in (kind);
  for (guint i = 0; i < G_N_ELEMENTS (out_kinds); i++)
    if (g_strcmp0 (out_kinds[i].kind, kind) == 0)
      return _ (out_kinds[i].word);
  return kind;
}
