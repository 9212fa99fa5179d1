#include "ui/ledger_words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const char *state, *word, *advice;
  FzStatus status;
} State;

static const State states[] = {
  { "queued", N_ ("待发送"), N_ ("数据已保存在本地，按先后次序自动发送，不需要处理。"), FZ_STATUS_NEUTRAL },
  { "sending", N_ ("发送中"), N_ ("正在等待监管平台的答复。"), FZ_STATUS_INFO },
  { "accepted", N_ ("已接收"), N_ ("监管平台已接收。"), FZ_STATUS_OK },
  { "refused", N_ ("被拒绝"), N_ ("监管平台没有接收。请按平台的说明改正来源数据，然后重新生成；会以今天的数据重新发送。"), FZ_STATUS_STOP },
  { "blocked", N_ ("缺项"), N_ ("有必填数据缺失，没有发送，也不会用默认值代替。请补齐以下各项，然后重新生成。"), FZ_STATUS_WARN },
  { "unknown", N_ ("结果未知"), N_ ("发出后没有等到答复，平台可能已收到。为避免重复，不会自动重发：请向平台核实后裁定。"), FZ_STATUS_WARN },
  { "alarm", N_ ("告警"), N_ ("接入配置有误（机构标识、密钥或接口），上报已停止。请系统管理员改正配置，然后重新生成。"), FZ_STATUS_STOP },
  { "settled_sent", N_ ("裁定已收到"), N_ ("已由人工核实，平台收到了这条数据。"), FZ_STATUS_OK },
  { "settled_not_sent", N_ ("已决定不发送"), N_ ("已由人工决定：平台没有收到而另行排队，或不需要上报。依据见下。"), FZ_STATUS_NEUTRAL },
};

static const State *
find (const char *state)
{
  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0)
      return &states[i];
  return NULL;
}

const char *
fz_ledger_state (const char *state, FzStatus *out)
{
  const State *found = find (state);

  *out = found != NULL ? found->status : FZ_STATUS_NEUTRAL;
  return found != NULL ? _ (found->word) : _ ("未知状态");
}

/* Of a row that was never to be sent. */
static const State *
find_task (const FzFields *row)
{
  static const State tasks[] = {
    { "blocked", N_ ("待办理"), N_ ("这件事要由人向平台说明，办完后在这里办结。"), FZ_STATUS_WARN },
    { "refused", N_ ("待办理"), N_ ("这件事要由人向平台说明，办完后在这里办结。"), FZ_STATUS_WARN },
    { "settled_sent", N_ ("已办结"), N_ ("已由人工向平台说明。"), FZ_STATUS_OK },
    { "settled_not_sent", N_ ("无需办理"), N_ ("已决定不需要办理。"), FZ_STATUS_NEUTRAL },
  };

  for (gsize i = 0; fz_fields_has (row, "task") && i < G_N_ELEMENTS (tasks); i++)
    if (g_strcmp0 (tasks[i].state, fz_fields_get (row, "state")) == 0)
      return &tasks[i];
  return NULL;
}

const char *
fz_ledger_row_state (const FzFields *row, FzStatus *out)
{
  const State *task = find_task (row);

  if (task == NULL)
    return fz_ledger_state (fz_fields_get (row, "state"), out);
  *out = task->status;
  return _ (task->word);
}

gboolean
fz_ledger_is_open_task (const FzFields *row)
{
  const State *task = find_task (row);

  return task != NULL && task->status == FZ_STATUS_WARN;
}

const char *
fz_ledger_advice (const FzFields *row)
{
  const State *task = find_task (row), *found = task != NULL ? task : find (fz_fields_get (row, "state"));

  return found != NULL ? _ (found->advice) : "";
}

static const char *
kind_word (const char *key)
{
  static const struct {
    const char *prefix, *word;
  } kinds[] = {
    { "prescription:", N_ ("处方") }, { "visit:", N_ ("就诊") },   { "record:", N_ ("病历") },
    { "drug:", N_ ("药品") },         { "staff:", N_ ("人员") },   { "department:", N_ ("科室") },
    { "delivery:", N_ ("发药") },     { "event:", N_ ("不良事件") }, { "evaluation:", N_ ("患者评价") },
    { "none:", N_ ("每日签到") },     { "void:", N_ ("处方作废待办") }, { "expired:", N_ ("处方过期待办") },
    { "consultation:", N_ ("在线咨询") }, { "appointment:", N_ ("在线预约") }, { "remote:", N_ ("远程会诊") },
    { "service:", N_ ("远程医疗服务") }, { "nursing:", N_ ("互联网护理") },
    { "amended:", N_ ("更正待办") },
  };

  for (gsize i = 0; key != NULL && i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (key, kinds[i].prefix))
      return _ (kinds[i].word);
  return NULL;
}

char *
fz_ledger_subject (const FzFields *row)
{
  const char *key = fz_fields_get (row, "key"), *word = kind_word (key), *subject = fz_fields_get (row, "subject");

  if (key != NULL && g_str_has_prefix (key, "none:")) /* the day says more than the number of its confirmation */
    return fz_ledger_key (key);
  return g_strdup_printf ("%s%s%s", word != NULL ? word : "", word != NULL ? " " : "", subject != NULL ? subject : "");
}

/* Its number and version whole, whatever they are written in; of the 64 letters of its hash, which stand last, 16 tell it from others. */
static char *
definition_words (const char *definition)
{
  gsize n = strlen (definition), hidden = n > 64 ? 48 : 0;
  g_autofree char *shown = g_strndup (definition, n - hidden);

  return g_strdup_printf (_ ("报文定义 %s"), shown);
}

char *
fz_ledger_origin (const FzFields *field)
{
  static const struct {
    const char *from, *words;
  } origins[] = {
    { "document", N_ ("文书") }, { "register", N_ ("台账文书") }, { "staff", N_ ("人员名册") }, { "institution", N_ ("机构资料") }, { "catalogue", N_ ("药品目录") },
    { "codes", N_ ("代码表") }, { "clock", N_ ("生成时间") }, { "reckoned", N_ ("推算自") }, { "platform", N_ ("平台规定的固定内容") },
  };
  const char *from = fz_fields_get (field, "from"), *document = fz_fields_get (field, "document"), *key = fz_fields_get (field, "key"), *words = _ ("来源不明");
  const char *value = fz_fields_get (field, "value");
  const char *definition = fz_fields_get (field, "definition");
  g_autofree char *flat = g_strdelimit (g_strdup (value != NULL ? value : ""), "\n", ' '), *by = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (origins); i++)
    if (g_strcmp0 (origins[i].from, from) == 0)
      words = _ (origins[i].words);
  by = definition != NULL ? definition_words (definition) : NULL;
  return g_strdup_printf ("%s  %s\n    %s %s %s%s%s", fz_fields_get (field, "field"), flat, words, document != NULL ? document : "", key != NULL ? key : "",
                          by != NULL ? "\n    " : "", by != NULL ? by : "");
}

char *
fz_ledger_key (const char *key)
{
  const char *word = kind_word (key), *colon = key != NULL ? strchr (key, ':') : NULL;

  return g_strdup_printf ("%s %s", word != NULL ? word : "", colon != NULL ? colon + 1 : key != NULL ? key : "");
}

const char *
fz_ledger_environment (const FzFields *row)
{
  const char *word = fz_fields_get (row, "environment");

  return word == NULL                   ? NULL
         : g_str_equal (word, "demo") ? _ ("演示（本机模拟平台）")
         : g_str_equal (word, "test") ? _ ("测试环境，不算正式上报")
                                      : _ ("正式环境");
}
