#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"

static const char *
begins_any (const char *const *codes, GStrv prefixes)
{
  for (guint i = 0; codes != NULL && codes[i] != NULL; i++)
    for (guint k = 0; prefixes[k] != NULL; k++)
      if (fz_diagnosis_begins (codes[i], prefixes[k]))
        return codes[i];
  return NULL;
}

/* A pacemaker, now or then, and the block is no reason to withhold the medicine. */
static gboolean
is_lifted (const FzContraindication *row, const FzCheckRequest *request)
{
  return begins_any (request->diagnoses, row->unless) != NULL || begins_any (request->prior, row->unless) != NULL;
}

/* A note about what has passed is worth nobody's time. */
static FzAnswer
has_disease (const FzContraindication *row, const FzCheckRequest *request)
{
  gboolean past = !(row->current && row->severity == FZ_SEVERITY_NOTE) && begins_any (request->prior, row->prefixes) != NULL;

  return (past || begins_any (request->diagnoses, row->prefixes) != NULL) && !is_lifted (row, request) ? FZ_ANSWER_YES : FZ_ANSWER_NO;
}

/* A bleeding of years ago is no bleeding, but worth a thought: one step less. */
static FzSeverity
severity_for (const FzContraindication *row, const FzPerson *person)
{
  if (row->kind != FZ_CONTRA_DISEASE || !row->current || begins_any (person->request->diagnoses, row->prefixes) != NULL)
    return row->severity;
  return row->severity == FZ_SEVERITY_STOP ? FZ_SEVERITY_REASON : FZ_SEVERITY_NOTE;
}

static FzAnswer
holds (const FzContraindication *row, const FzPerson *person)
{
  const FzCheckRequest *request = person->request;
  FzAnswer reached;

  switch (row->kind) {
  case FZ_CONTRA_AGE:
    reached = fz_person_reached (person, &row->age);
    return reached == FZ_ANSWER_UNKNOWN ? reached : (reached == FZ_ANSWER_NO) == row->below ? FZ_ANSWER_YES : FZ_ANSWER_NO;
  case FZ_CONTRA_SEX:
    return request->sex == 0 ? FZ_ANSWER_UNKNOWN : request->sex == row->sex ? FZ_ANSWER_YES : FZ_ANSWER_NO;
  case FZ_CONTRA_PREGNANCY:
    return fz_person_as_mother (person, request->pregnant);
  case FZ_CONTRA_LACTATION:
    return fz_person_as_mother (person, request->lactating);
  case FZ_CONTRA_DISEASE:
    return has_disease (row, request);
  case FZ_CONTRA_RENAL:
    return fz_person_egfr_below (person, row->egfr_below_milli);
  case FZ_CONTRA_LIVER:
  default:
    return fz_person_liver (person, row->liver);
  }
}

/* A pregnancy nobody asked about is worth a reason where the row is; the rest is for the reader to know. */
static void
ask (const FzJudged *self, const FzContraindication *row)
{
  static const FzAsk asks[FZ_CONTRA_KINDS] = { FZ_ASK_AGE, FZ_ASK_SEX, FZ_ASK_PREGNANCY, FZ_ASK_LACTATION, FZ_ASK_AGE, FZ_ASK_EGFR, FZ_ASK_LIVER };

  fz_judged_ask (self, asks[row->kind], row->kind == FZ_CONTRA_PREGNANCY ? MIN (row->severity, FZ_SEVERITY_REASON) : FZ_SEVERITY_NOTE);
}

/* What of the person the row meets. */
static char *
person_text (const FzContraindication *row, const FzPerson *person)
{
  const FzCheckRequest *request = person->request;
  g_autofree char *age = NULL;
  const char *code;

  switch (row->kind) {
  case FZ_CONTRA_AGE:
    age = fz_person_age_text (person);
    return g_strdup_printf (_("患者%s"), age);
  case FZ_CONTRA_SEX:
    return g_strdup (request->sex == 'F' ? _("患者为女性") : _("患者为男性"));
  case FZ_CONTRA_PREGNANCY:
    return g_strdup (_("患者妊娠"));
  case FZ_CONTRA_LACTATION:
    return g_strdup (_("患者哺乳期"));
  case FZ_CONTRA_DISEASE:
    code = begins_any (request->diagnoses, row->prefixes);
    if (code != NULL)
      return g_strdup_printf (_("本次诊断 %s"), code);
    code = begins_any (request->prior, row->prefixes);
    return row->current ? g_strdup_printf (_("既往诊断 %s（请核对现在是否仍存在）"), code) : g_strdup_printf (_("既往诊断 %s"), code);
  case FZ_CONTRA_RENAL:
    return g_strdup_printf (_("患者 eGFR %d ml/min"), (int) (request->egfr_milli / 1000));
  case FZ_CONTRA_LIVER:
  default:
    return g_strdup (request->liver == FZ_LIVER_SEVERE ? _("患者重度肝功能不全") : _("患者轻中度肝功能不全"));
  }
}

static void
add (const FzJudged *self, guint substance, const FzContraindication *row, GPtrArray *findings)
{
  static const char *const rules[FZ_CONTRA_KINDS] = { "AGE", "SEX", "PREGNANCY", "LACTATION", "DISEASE", "RENAL", "LIVER" };
  g_autofree char *who = person_text (row, self->person), *what = fz_judged_label (self, substance);
  g_autofree char *message = *row->advice != '\0' ? g_strdup_printf (_("%s，%s：%s。%s。"), who, what, row->words, row->advice)
                                                  : g_strdup_printf (_("%s，%s：%s。"), who, what, row->words);

  fz_judged_add (self, findings, "generic",
                 (FzFinding){ .rule = rules[row->kind],
                              .kind = FZ_FINDING_CONTRAINDICATION,
                              .severity = severity_for (row, self->person),
                              .message = message,
                              .source = row->source });
}

/* Of several rows of one kind only the gravest is said (under 12 and under 18; eGFR below 60 and below 30); diseases are each their own. */
static void
check_substance (const FzJudged *self, guint substance, GPtrArray *findings)
{
  GPtrArray *rows = fz_contraindications_of (fz_knowledge_set_get_contraindications (self->knowledge->set), self->substances[substance]);
  const FzContraindication *gravest[FZ_CONTRA_KINDS] = { NULL };

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const FzContraindication *row = rows->pdata[i];
    FzAnswer answer = fz_judged_by_route (self, (const char *const *) row->routes) ? holds (row, self->person) : FZ_ANSWER_NO;

    if (answer == FZ_ANSWER_UNKNOWN)
      ask (self, row);
    else if (answer == FZ_ANSWER_YES && row->kind == FZ_CONTRA_DISEASE)
      add (self, substance, row, findings);
    else if (answer == FZ_ANSWER_YES && (gravest[row->kind] == NULL || gravest[row->kind]->severity < row->severity))
      gravest[row->kind] = row;
  }
  for (guint k = 0; k < FZ_CONTRA_KINDS; k++)
    if (gravest[k] != NULL)
      add (self, substance, gravest[k], findings);
}

void
fz_check_contraindications (GPtrArray *all, GPtrArray *findings)
{
  for (guint i = 0; i < all->len; i++) {
    const FzJudged *self = g_ptr_array_index (all, i);

    for (guint k = 0; self->substances[k] != NULL; k++)
      check_substance (self, k, findings);
  }
}
