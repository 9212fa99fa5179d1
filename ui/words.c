#include "ui/words.h"

#include "core/age.h"
#include "ui/kit/say.h"

#include <glib/gi18n-lib.h>
#include <string.h>

char *
fz_words_time (const FzFields *facts, const char *key, gint64 now_us)
{
  gint64 us = 0;

  return fz_fields_get_time (facts, key, &us) ? fz_say_near (us, now_us) : g_strdup ("");
}

char *
fz_words_duration (gint64 seconds)
{
  gint64 minutes = seconds / 60;

  if (minutes < 1)
    return g_strdup (_ ("刚刚"));
  if (minutes < 60)
    return g_strdup_printf (_ ("%d 分钟"), (int) minutes);
  if (minutes < 24 * 60)
    return g_strdup_printf (_ ("%d 小时 %d 分"), (int) (minutes / 60), (int) (minutes % 60));
  return g_strdup_printf (_ ("%d 天"), (int) (minutes / (24 * 60)));
}

const char *
fz_words_sex (const FzFields *facts)
{
  const char *sex = fz_fields_get (facts, "patient.sex");

  return g_strcmp0 (sex, "M") == 0 ? _ ("男") : g_strcmp0 (sex, "F") == 0 ? _ ("女") : _ ("性别未知");
}

char *
fz_words_age (const FzFields *facts)
{
  const char *text = fz_fields_get (facts, "patient.age_text");
  FzAge age = { 0 };

  if (fz_age_parse (text, &age))
    return fz_age_label (age);
  return g_strdup (text != NULL ? text : _ ("年龄未知"));
}

char *
fz_words_sex_age (const FzFields *facts)
{
  g_autofree char *age = fz_words_age (facts);

  return g_strdup_printf ("%s · %s", fz_words_sex (facts), age);
}

char *
fz_words_patient (const FzFields *facts)
{
  g_autofree char *who = fz_words_sex_age (facts);
  const char *department = fz_fields_get (facts, "visit.department_name");

  return g_strdup_printf ("%s%s%s", who, department != NULL ? " · " : "", department != NULL ? department : "");
}

const char *
fz_words_visit_stage (const char *word, FzStatus *out)
{
  static const FzStatus statuses[FZ_N_STAGES] = {
    [FZ_STAGE_NONE] = FZ_STATUS_NEUTRAL,    [FZ_STAGE_WAITING] = FZ_STATUS_NEUTRAL, [FZ_STAGE_TAKEN] = FZ_STATUS_INFO,
    [FZ_STAGE_RECORDED] = FZ_STATUS_INFO,   [FZ_STAGE_FINISHED] = FZ_STATUS_OK,     [FZ_STAGE_REFUSED] = FZ_STATUS_WARN,
    [FZ_STAGE_WITHDRAWN] = FZ_STATUS_WARN,  [FZ_STAGE_TERMINATED] = FZ_STATUS_STOP,
  };
  FzStage stage = FZ_STAGE_NONE;

  fz_stage_from_word (word, &stage);
  *out = statuses[stage];
  return fz_stage_label (stage);
}

const char *
fz_words_rx_stage (const char *word, FzStatus *out)
{
  static const FzStatus statuses[FZ_N_RX_STAGES] = {
    [FZ_RX_NONE] = FZ_STATUS_NEUTRAL, [FZ_RX_SIGNED] = FZ_STATUS_INFO,   [FZ_RX_EFFECTIVE] = FZ_STATUS_OK,
    [FZ_RX_RETURNED] = FZ_STATUS_WARN, [FZ_RX_REFUSED] = FZ_STATUS_STOP, [FZ_RX_DISPENSED] = FZ_STATUS_OK,
    [FZ_RX_EXPIRED] = FZ_STATUS_NEUTRAL, [FZ_RX_VOIDED] = FZ_STATUS_NEUTRAL,
  };
  FzRxStage stage = FZ_RX_NONE;

  fz_rx_stage_from_word (word, &stage);
  *out = statuses[stage];
  return fz_rx_stage_label (stage);
}

const char *
fz_words_mark (const char *mark, FzStatus *out)
{
  static const struct {
    const char *mark, *word;
    FzStatus status;
  } marks[] = {
    { "child", N_ ("6岁以下"), FZ_STATUS_WARN },
    { "allergy", N_ ("过敏"), FZ_STATUS_STOP },
    { "no_consent", N_ ("未知情同意"), FZ_STATUS_WARN },
    { "returned", N_ ("处方被退回"), FZ_STATUS_WARN },
    { "confirm", N_ ("待再次签名"), FZ_STATUS_WARN },
    { "no_evidence", N_ ("缺病历资料"), FZ_STATUS_WARN },
    { "cancel", N_ ("患者申请撤销"), FZ_STATUS_STOP },
    { "front", N_ ("患者端来件待处理"), FZ_STATUS_WARN },
    { "sensitive", N_ ("特别敏感"), FZ_STATUS_STOP },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++)
    if (g_strcmp0 (marks[i].mark, mark) == 0) {
      *out = marks[i].status;
      return _ (marks[i].word);
    }
  return NULL;
}

char *
fz_words_list (const FzFields *facts, const char *list, const char *key, const char *between)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (facts, list); i++) {
    const char *value = fz_fields_get_at (facts, list, i, key);

    if (value != NULL)
      g_string_append_printf (out, "%s%s", out->len > 0 ? between : "", value);
  }
  return out->len > 0 ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

/* The words are written along with the reasons that are chosen, and mostly stay so. */
char *
fz_words_opinion (const FzFields *facts, const char *list, const char *key, const char *words)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < fz_fields_count (facts, list); i++) {
    const char *reason = fz_fields_get_at (facts, list, i, key);

    if (reason != NULL && (words == NULL || strstr (words, reason) == NULL))
      g_string_append_printf (out, "%s%s", out->len > 0 ? _ ("；") : "", reason);
  }
  if (words != NULL)
    g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", words);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
