#include "ui/review_item.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct {
  const char *rule; /* as the rule's name begins; the first that fits */
  const char *code;
  const char *title;
  gboolean law;
} Item;

static const Item items[] = {
  { "DOSE_MISSING", "F7", N_ ("剂量"), FALSE },
  { "DOSE_UNREADABLE", "F7", N_ ("剂量"), FALSE },
  { "DOSE_UNIT", "F7", N_ ("剂量单位"), FALSE },
  { "DOSE_CHILD", "A7", N_ ("儿童用药"), FALSE },
  { "DOSE_", "A3", N_ ("剂量"), FALSE },
  { "QTY_SHORT", "A3", N_ ("数量"), FALSE },
  { "QTY_EXCESS", "A3", N_ ("数量"), FALSE },
  { "QTY_UNCHECKED", "F7", N_ ("数量"), FALSE },
  { "QTY_7D", "F8", N_ ("用量"), TRUE },
  { "QTY_LONG", "F8", N_ ("长期处方"), TRUE },
  { "LONG_", "F8", N_ ("长期处方"), TRUE },
  { "FREQ_", "F7", N_ ("频次"), FALSE },
  { "ROUTE_", "A4", N_ ("给药途径"), FALSE },
  { "FORM_", "A4", N_ ("剂型"), FALSE },
  { "DUP_", "A5", N_ ("重复用药"), FALSE },
  { "INTERACTION", "A5", N_ ("相互作用"), FALSE },
  { "ALLERGY", "A7", N_ ("过敏"), FALSE },
  { "CONTRA", "A7", N_ ("用药禁忌"), FALSE },
  { "CHILD_", "A7", N_ ("儿童用药"), TRUE },
  { "DRUG_UNKNOWN", "F6", N_ ("药品名称"), FALSE },
  { "DRUG_", "F7", N_ ("规格"), FALSE },
  { "CONTROLLED_", "X1", N_ ("不得在线开具的药品"), TRUE },
  { "ANTIBACTERIAL", "L3", N_ ("抗菌药物"), TRUE },
  { "RX_ANTIBACTERIAL", "L3", N_ ("抗菌药物"), TRUE },
  { "RX_ROUTE", "A4", N_ ("给药途径"), TRUE },
  { "RX_HERBS_APART", "F4", N_ ("处方分开"), TRUE },
  { "RX_FIVE", "F5", N_ ("药品种数"), TRUE },
  { "RX_SAME_", "A1", N_ ("诊断"), TRUE },
  { "REC_DIAGNOSIS", "F2", N_ ("诊断"), TRUE },
  { "RX_VALID_DAYS", "F2", N_ ("处方有效期"), TRUE },
  { "RX_", "F2", N_ ("处方内容"), TRUE },
  { "MINOR_", "F2", N_ ("监护人"), TRUE },
  { "DOC_", "L1", N_ ("医师资格"), TRUE },
  { "REV_", NULL, N_ ("审核人员"), TRUE },
  { "PAT_", "F2", N_ ("患者身份"), TRUE },
  { "ELG_", NULL, N_ ("复诊资格"), TRUE },
};

static const Item *
find (const char *rule)
{
  for (gsize i = 0; rule != NULL && i < G_N_ELEMENTS (items); i++)
    if (g_str_has_prefix (rule, items[i].rule))
      return &items[i];
  return NULL;
}

const char *
fz_review_item_of_rule (const char *rule)
{
  const Item *item = find (rule);

  return item != NULL ? item->code : NULL;
}

const char *
fz_review_item_title (const char *rule)
{
  const Item *item = find (rule);

  return item != NULL ? _ (item->title) : _ ("检查提示");
}

gboolean
fz_review_item_is_checked (const char *code)
{
  if (g_strcmp0 (code, "F1") == 0) /* both signatures are verified when the prescription is opened */
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (items); i++)
    if (g_strcmp0 (items[i].code, code) == 0)
      return TRUE;
  return FALSE;
}

const char *
fz_review_item_answer (const FzFields *rx, guint finding)
{
  const char *rule = fz_fields_get_at (rx, "now", finding, "rule"), *field = fz_fields_get_at (rx, "now", finding, "field");

  for (guint i = 0; i < fz_fields_count (rx, "override"); i++) {
    const char *label = fz_fields_get_at (rx, "override", i, "reason_label");

    if (g_strcmp0 (fz_fields_get_at (rx, "override", i, "rule"), rule) == 0 &&
        g_strcmp0 (fz_fields_get_at (rx, "override", i, "field"), field) == 0)
      return label != NULL ? label : _ ("未选理由");
  }
  return NULL;
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
fz_review_item_status (const char *rule, const char *severity)
{
  const Item *item = find (rule);

  if (g_strcmp0 (severity, "stop") == 0)
    return item != NULL && item->law ? FZ_STATUS_LEGAL : FZ_STATUS_STOP;
  return g_strcmp0 (severity, "reason") == 0 ? FZ_STATUS_WARN : FZ_STATUS_INFO;
}
