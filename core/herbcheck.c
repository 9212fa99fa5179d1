#include "core/herbcheck.h"

#include <glib/gi18n-lib.h>

typedef struct {
  const FzHerbs *herbs;
  const FzHerbRequest *request;
  GPtrArray *findings;
  const FzHerb **found; /* of each line, or NULL */
} Check;

static void
add (const Check *check, guint line, const char *part, FzFinding finding)
{
  g_autofree char *field = g_strdup_printf ("item.%02u.%s", line, part);
  const char *about[] = { check->request->lines[line].name, NULL };

  finding.field = field;
  if (finding.about == NULL)
    finding.about = about;
  fz_findings_add (check->findings, &finding);
}

static void
check_known (const Check *check, guint i)
{
  g_autofree char *message = NULL;

  if (check->found[i] != NULL)
    return;
  message = g_strdup_printf (_ ("饮片知识中没有“%s”，用量、配伍和妊娠禁忌无法核对，请人工审核"), check->request->lines[i].name);
  add (check, i, "generic", (FzFinding){ .rule = "HERB_UNKNOWN", .kind = FZ_FINDING_RULE, .severity = FZ_SEVERITY_NOTE, .message = message, .cannot_check = TRUE });
}

static char *
range_words (const FzHerb *herb)
{
  g_autofree char *least = herb->least.unit != NULL ? fz_dose_format_number (&herb->least) : NULL, *most = fz_dose_format (&herb->most);

  return least != NULL ? g_strdup_printf ("%s～%s", least, most) : g_strdup (most);
}

static void
check_grams (const Check *check, guint i)
{
  const FzHerb *herb = check->found[i];
  g_autofree char *given = NULL, *range = NULL, *message = NULL;
  FzDose dose = { 0 };
  gboolean high;

  if (herb == NULL || herb->most.unit == NULL || check->request->external || check->request->lines[i].dose == NULL ||
      !fz_dose_parse (check->request->lines[i].dose, &dose, NULL) || !fz_dose_comparable (&dose, &herb->most))
    return;
  high = fz_dose_compare (&dose, &herb->most) > 0;
  if (!high && (herb->least.unit == NULL || fz_dose_compare (&dose, &herb->least) >= 0))
    return;
  given = fz_dose_format (&dose);
  range = range_words (herb);
  message = high && herb->toxic ? g_strdup_printf (_ ("“%s”有毒，每剂 %s 超过常用量 %s"), herb->name, given, range)
            : high              ? g_strdup_printf (_ ("“%s”每剂 %s 超过常用量 %s"), herb->name, given, range)
                                : g_strdup_printf (_ ("“%s”每剂 %s 低于常用量 %s"), herb->name, given, range);
  add (check, i, "dose", (FzFinding){ .rule = high ? "HERB_GRAMS_HIGH" : "HERB_GRAMS_LOW",
                                      .kind = FZ_FINDING_DOSE,
                                      .severity = high ? FZ_SEVERITY_REASON : FZ_SEVERITY_NOTE,
                                      .message = message,
                                      .source = herb->source });
}

/* 枚, 条 and 片 are written of a few, but only grams can be held against a range; without any unit, or in 钱, nobody knows what is meant. */
static void
check_unit (const Check *check, guint i)
{
  const FzHerbLine *line = &check->request->lines[i];
  FzDose dose = { 0 }, gram = { .unit_class = FZ_UNIT_MASS, .unit = "g" };
  gboolean readable = line->dose != NULL && fz_dose_parse (line->dose, &dose, NULL);
  g_autofree char *message = NULL;

  if (line->dose == NULL || (readable && fz_dose_comparable (&dose, &gram)))
    return; /* that one is missing is the rulebook's to say */
  message = readable ? g_strdup_printf (_ ("“%s”每剂“%s”不是以克计，无法与常用量核对，请人工核对"), line->name, line->dose)
                     : g_strdup_printf (_ ("“%s”每剂“%s”无法识别，饮片以克（g）为单位，请写成如 9g"), line->name, line->dose);
  add (check, i, "dose", (FzFinding){ .rule = readable ? "HERB_GRAMS_UNCHECKED" : "HERB_GRAMS_UNREADABLE",
                                      .kind = FZ_FINDING_DOSE,
                                      .severity = readable ? FZ_SEVERITY_NOTE : FZ_SEVERITY_REASON,
                                      .message = message,
                                      .cannot_check = TRUE });
}

static void
check_pairs (const Check *check, guint i)
{
  for (guint j = 0; j < i; j++) {
    const FzHerb *a = check->found[j], *b = check->found[i];
    const FzHerbPair *pair = a != NULL && b != NULL ? fz_herbs_find_pair (check->herbs, a, b) : NULL;
    const char *about[] = { check->request->lines[j].name, check->request->lines[i].name, NULL };
    g_autofree char *message = NULL;

    if (pair == NULL)
      continue;
    message = g_strdup_printf (_ ("“%s”与“%s”属%s配伍禁忌：%s"), about[0], about[1], pair->rule, pair->words);
    add (check, i, "generic", (FzFinding){ .rule = "HERB_PAIR",
                                           .kind = FZ_FINDING_INTERACTION,
                                           .severity = FZ_SEVERITY_REASON,
                                           .message = message,
                                           .source = pair->source,
                                           .about = about });
  }
}

static void
check_toxic (const Check *check, guint i)
{
  const FzHerb *herb = check->found[i];
  g_autofree char *message = NULL;

  if (herb == NULL || !herb->toxic)
    return;
  message = *herb->special != '\0' ? g_strdup_printf (_ ("“%s”有毒，请核对用量，并按要求%s"), herb->name, herb->special)
                                   : g_strdup_printf (_ ("“%s”有毒，请核对用量和疗程"), herb->name);
  add (check, i, "generic", (FzFinding){ .rule = "HERB_TOXIC", .kind = FZ_FINDING_CONTROLLED, .severity = FZ_SEVERITY_NOTE, .message = message, .source = herb->source });
}

/* A row of confidence m or l never stops. */
static FzSeverity
pregnancy_severity (const FzHerb *herb)
{
  return herb->pregnancy == FZ_HERB_PREGNANCY_FORBIDDEN && herb->confidence == FZ_CONFIDENCE_HIGH ? FZ_SEVERITY_STOP : FZ_SEVERITY_REASON;
}

static void
check_pregnancy (const Check *check, guint i)
{
  const FzHerb *herb = check->found[i];
  gboolean forbidden, unknown = check->request->pregnant == FZ_PREGNANT_UNKNOWN;
  g_autofree char *message = NULL;

  if (herb == NULL || herb->pregnancy == FZ_HERB_PREGNANCY_NONE || check->request->pregnant == FZ_PREGNANT_NO)
    return;
  forbidden = herb->pregnancy == FZ_HERB_PREGNANCY_FORBIDDEN;
  if (unknown)
    message = g_strdup_printf (forbidden ? _ ("“%s”孕妇禁用，尚不清楚患者是否妊娠") : _ ("“%s”孕妇慎用，尚不清楚患者是否妊娠"), herb->name);
  else
    message = g_strdup_printf (forbidden ? _ ("患者妊娠，“%s”孕妇禁用") : _ ("患者妊娠，“%s”孕妇慎用"), herb->name);
  add (check, i, "generic",
       (FzFinding){ .rule = unknown ? "HERB_PREGNANCY_UNKNOWN" : "HERB_PREGNANCY",
                    .kind = FZ_FINDING_CONTRAINDICATION,
                    .severity = !unknown ? pregnancy_severity (herb) : forbidden ? FZ_SEVERITY_REASON : FZ_SEVERITY_NOTE,
                    .message = message,
                    .source = herb->source,
                    .cannot_check = unknown });
}

/* Boiling first is what takes the poison out of some; elsewhere another handling is the doctor's choice, seen by the pharmacist. */
static void
check_special (const Check *check, guint i)
{
  const FzHerb *herb = check->found[i];
  const char *written = check->request->lines[i].special;
  g_autofree char *message = NULL;

  if (herb == NULL || *herb->special == '\0' || check->request->external || g_strcmp0 (written, herb->special) == 0)
    return;
  message = written != NULL ? g_strdup_printf (_ ("“%s”通常%s，处方注明为%s"), herb->name, herb->special, written)
                            : g_strdup_printf (_ ("“%s”通常%s，处方没有注明"), herb->name, herb->special);
  add (check, i, "special", (FzFinding){ .rule = "HERB_SPECIAL",
                                         .kind = FZ_FINDING_FORM,
                                         .severity = herb->toxic ? FZ_SEVERITY_REASON : FZ_SEVERITY_NOTE,
                                         .message = message,
                                         .source = herb->source });
}

void
fz_herbcheck_run (const FzHerbs *herbs, const FzHerbRequest *request, GPtrArray *findings)
{
  g_autofree const FzHerb **found = g_new0 (const FzHerb *, request->n_lines + 1);
  Check check = { herbs, request, findings, found };

  for (guint i = 0; i < request->n_lines; i++)
    found[i] = fz_herbs_find (herbs, request->lines[i].name);
  for (guint i = 0; i < request->n_lines; i++) {
    check_known (&check, i);
    check_unit (&check, i);
    check_grams (&check, i);
    check_pairs (&check, i);
    check_toxic (&check, i);
    check_pregnancy (&check, i);
    check_special (&check, i);
  }
}
