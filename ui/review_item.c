#include "ui/review_item.h"

#include "ui/entry_words.h"

#include <glib/gi18n-lib.h>

const char *
fz_review_item_title (const FzFields *rx, const char *list, guint i)
{
  const char *title = fz_entry_label (rx, list, i, "title");

  return *title != '\0' ? title : _ ("检查提示");
}

const char *
fz_review_item_answer (const FzFields *rx, guint finding)
{
  const char *rule = fz_fields_get_at (rx, "now", finding, "rule"), *field = fz_fields_get_at (rx, "now", finding, "field");
  const char *message = fz_fields_get_at (rx, "now", finding, "message"), *alike = NULL;

  for (guint i = 0; i < fz_fields_count (rx, "override"); i++) {
    const char *label = fz_fields_get_at (rx, "override", i, "reason_label");

    if (g_strcmp0 (fz_fields_get_at (rx, "override", i, "rule"), rule) == 0 &&
        g_strcmp0 (fz_fields_get_at (rx, "override", i, "field"), field) == 0) {
      label = label != NULL ? label : _ ("未选理由");
      if (g_strcmp0 (fz_fields_get_at (rx, "override", i, "message"), message) == 0)
        return label;
      alike = alike != NULL ? alike : label; /* its words may be others by now */
    }
  }
  return alike;
}

const char *
fz_review_item_group (char letter)
{
  switch (letter) {
  case 'L':
    return _ ("合法性");
  case 'F':
    return _ ("规范性");
  case 'A':
    return _ ("适宜性");
  case 'H':
    return _ ("中药饮片");
  case 'X':
    return _ ("不予通过");
  default:
    return NULL;
  }
}

FzStatus
fz_review_item_status (const FzFields *rx, const char *list, guint i)
{
  const char *severity = fz_fields_get_at (rx, list, i, "severity");

  if (g_strcmp0 (severity, "stop") == 0)
    return g_strcmp0 (fz_fields_get_at (rx, list, i, "law"), "yes") == 0 ? FZ_STATUS_LEGAL : FZ_STATUS_STOP;
  return g_strcmp0 (severity, "reason") == 0 ? FZ_STATUS_WARN : FZ_STATUS_INFO;
}

const char *
fz_review_item_engine (const FzFields *rx, guint i, FzStatus *out_status)
{
  const char *engine = fz_fields_get_at (rx, "item", i, "engine");

  *out_status = FZ_STATUS_INFO;
  if (g_strcmp0 (engine, "finding") == 0) {
    *out_status = FZ_STATUS_WARN;
    return _ ("有问题");
  }
  if (g_strcmp0 (engine, "unknown") == 0)
    return _ ("无法判断");
  if (g_strcmp0 (engine, "note") == 0)
    return _ ("有提示");
  if (g_strcmp0 (engine, "person") == 0)
    return _ ("请人工核对");
  *out_status = FZ_STATUS_NEUTRAL;
  return _ ("系统无提示");
}

const char *
fz_review_item_decision (const char *decision, FzStatus *out_status)
{
  *out_status = FZ_STATUS_OK;
  if (g_strcmp0 (decision, "accepted") == 0)
    return _ ("合理");
  if (g_strcmp0 (decision, "objected") != 0)
    return NULL;
  *out_status = FZ_STATUS_STOP;
  return _ ("不合理");
}
