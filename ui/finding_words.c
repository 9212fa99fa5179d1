#include "ui/finding_words.h"

#include "ui/kit/finding_card.h"

#include <glib/gi18n-lib.h>
#include <string.h>

FzStatus
fz_finding_status (const FzFinding *finding)
{
  switch (finding->severity) {
  case FZ_SEVERITY_STOP:
    return finding->kind == FZ_FINDING_RULE || finding->clause != NULL ? FZ_STATUS_LEGAL : FZ_STATUS_STOP;
  case FZ_SEVERITY_REASON:
    return FZ_STATUS_WARN;
  case FZ_SEVERITY_NOTE:
  default:
    return FZ_STATUS_INFO;
  }
}

const char *
fz_finding_title (const FzFinding *finding)
{
  switch (finding->kind) {
  case FZ_FINDING_INTERACTION:
    return _ ("药物相互作用");
  case FZ_FINDING_DOSE:
    return _ ("用法用量");
  case FZ_FINDING_DUPLICATE:
    return _ ("重复用药");
  case FZ_FINDING_ALLERGY:
    return _ ("过敏");
  case FZ_FINDING_CONTRAINDICATION:
    return _ ("禁忌");
  case FZ_FINDING_CONTROLLED:
    return _ ("特殊管理药品");
  case FZ_FINDING_FORM:
    return _ ("剂型与给药途径");
  case FZ_FINDING_QUANTITY:
    return _ ("处方数量");
  case FZ_FINDING_RULE:
  default:
    return finding->severity == FZ_SEVERITY_STOP ? _ ("不符合规定") : _ ("规定要求");
  }
}

const char *
fz_finding_source_words (const char *source)
{
  return g_strcmp0 (source, "general knowledge") == 0 ? _ ("一般医药知识") : source;
}

const char *
fz_finding_source (const FzFinding *finding)
{
  return finding->clause != NULL ? finding->clause : fz_finding_source_words (finding->source);
}

gboolean
fz_finding_is_todo (const FzFinding *finding)
{
  static const char *const rules[] = { "ELG_BASIS", "RX_ELIGIBLE", "RX_ITEMS", "RX_DOSE", "RX_FREQ", "RX_ROUTE", "RX_DAYS",
                                       "RX_QUANTITY", "CHILD_GUARDIAN", "CHILD_SPECIALIST", "HERB_PATTERN", "HERB_USE", "LONG_EVALUATED",
                                       "LONG_CONFIRMED", "RX_VALID_REASON" };

  if (g_str_has_prefix (finding->rule, "REC_") || (finding->cannot_check && finding->kind == FZ_FINDING_QUANTITY && finding->clause != NULL))
    return TRUE; /* no days written yet: no limit of them is broken */
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++)
    if (g_str_equal (finding->rule, rules[i]))
      return TRUE;
  return FALSE;
}

gboolean
fz_finding_line (const FzFinding *finding, guint *out_line, const char **out_part)
{
  const char *at = finding->field;

  if (at == NULL)
    return FALSE;
  if (g_str_has_prefix (at, "rx."))
    at += strlen ("rx.");
  if (!g_str_has_prefix (at, "item.") || !g_ascii_isdigit (at[5]) || !g_ascii_isdigit (at[6]))
    return FALSE;
  *out_line = (guint) ((at[5] - '0') * 10 + (at[6] - '0'));
  *out_part = at[7] == '.' ? at + 8 : "";
  return TRUE;
}

gboolean
fz_finding_is_of_sheet (const FzFinding *finding)
{
  static const char *const parts[] = { "days", "freq", "route", "quantity", NULL };
  guint line = 0;
  const char *part = NULL;

  return fz_finding_line (finding, &line, &part) && g_strv_contains (parts, part);
}

GtkWidget *
fz_finding_card_of (const FzFinding *finding)
{
  return fz_finding_card_new (fz_finding_status (finding), fz_finding_title (finding), finding->message, fz_finding_source (finding));
}
