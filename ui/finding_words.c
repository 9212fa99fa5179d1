#include "ui/finding_words.h"

#include "ui/kit/finding_card.h"
#include "ui/knowledge_limits.h"

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
  if (g_str_has_prefix (finding->rule, "CATALOGUE_"))
    return _ ("药品目录");
  if (g_str_has_prefix (finding->rule, "QUALITY_"))
    return _ ("病历质量");
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
                                       "RX_QUANTITY", "HERB_PATTERN", "HERB_USE", "LONG_EVALUATED",
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

/* --- what was not recorded --- */

const char *
fz_finding_missing (const char *rule, const char *severity)
{
  static const char *const missing[][2] = { { "AGE_UNKNOWN", N_ ("年龄") },        { "SEX_UNKNOWN", N_ ("性别") },
                                            { "PREGNANCY_UNKNOWN", N_ ("妊娠") },  { "HERB_PREGNANCY_UNKNOWN", N_ ("妊娠") },
                                            { "LACTATION_UNKNOWN", N_ ("哺乳") },  { "RENAL_UNKNOWN", N_ ("肾功能（eGFR）") },
                                            { "LIVER_UNKNOWN", N_ ("肝功能") },    { "WEIGHT_UNKNOWN", N_ ("体重") },
                                            { "ALLERGY_UNKNOWN", N_ ("过敏史") },
                                            { "CURRENT_UNKNOWN", N_ ("目前用药") } };

  for (gsize i = 0; g_strcmp0 (severity, "note") == 0 && i < G_N_ELEMENTS (missing); i++)
    if (g_strcmp0 (rule, missing[i][0]) == 0)
      return _ (missing[i][1]);
  return NULL;
}

char *
fz_finding_missing_words (const char *missing, const char *drugs)
{
  if (drugs == NULL || *drugs == '\0')
    return g_strdup_printf (_ ("未记录：%s。相应的限制无法核对，请补充记录或人工核对。"), missing);
  return g_strdup_printf (_ ("未记录：%s。相应的限制无法核对，请补充记录或人工核对（涉及 %s）。"), missing, drugs);
}

static const char *
missing_of (const FzFinding *finding)
{
  return fz_finding_missing (finding->rule, fz_severity_to_word (finding->severity));
}

/* Each word once. */
static void
add_word (GPtrArray *words, const char *word)
{
  if (!g_ptr_array_find_with_equal_func (words, word, g_str_equal, NULL))
    g_ptr_array_add (words, (gpointer) (gsize) word);
}

static char *
join (GPtrArray *words)
{
  g_ptr_array_add (words, NULL);
  return g_strjoinv (_ ("、"), (GStrv) words->pdata);
}

static FzFinding *
folded (GPtrArray *findings)
{
  g_autoptr (GPtrArray) what = g_ptr_array_new (), drugs = g_ptr_array_new ();
  g_autofree char *missing = NULL, *names = NULL, *message = NULL;

  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];
    const char *word = missing_of (finding);

    if (word == NULL)
      continue;
    add_word (what, word);
    for (guint k = 0; finding->about[k] != NULL; k++)
      add_word (drugs, finding->about[k]);
  }
  missing = join (what);
  names = join (drugs);
  message = fz_finding_missing_words (missing, names);
  return fz_finding_new (&(FzFinding){ .rule = "NOT_RECORDED",
                                       .kind = FZ_FINDING_CONTRAINDICATION,
                                       .severity = FZ_SEVERITY_NOTE,
                                       .message = message,
                                       .cannot_check = TRUE });
}

GPtrArray *
fz_findings_fold (GPtrArray *findings)
{
  GPtrArray *out = fz_findings_new ();
  FzFinding *limits = NULL;
  guint n = 0;
  gboolean said = FALSE;

  for (guint i = 0; i < findings->len; i++)
    n += missing_of (findings->pdata[i]) != NULL;
  for (guint i = 0; i < findings->len; i++) {
    FzFinding *finding = findings->pdata[i];

    if (fz_knowledge_limits_is (finding->rule))
      limits = finding;
    else if (n < 2 || missing_of (finding) == NULL)
      g_ptr_array_add (out, fz_finding_ref (finding));
    else if (!said) {
      g_ptr_array_add (out, folded (findings));
      said = TRUE;
    }
  }
  if (limits != NULL)
    g_ptr_array_add (out, fz_finding_ref (limits));
  return out;
}

GtkWidget *
fz_finding_card_of (const FzFinding *finding)
{
  return fz_finding_card_new (fz_finding_status (finding), fz_finding_title (finding), finding->message, fz_finding_source (finding));
}
