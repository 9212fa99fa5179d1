#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"

/* One limit of one row, as an absolute dose. */
typedef struct {
  const FzDrugLimit *row;
  FzDose most;
} Limit;

static FzAnswer
both (FzAnswer a, FzAnswer b)
{
  if (a == FZ_ANSWER_NO || b == FZ_ANSWER_NO)
    return FZ_ANSWER_NO;
  return a == FZ_ANSWER_UNKNOWN || b == FZ_ANSWER_UNKNOWN ? FZ_ANSWER_UNKNOWN : FZ_ANSWER_YES;
}

static FzAnswer
opposite (FzAnswer a)
{
  return a == FZ_ANSWER_UNKNOWN ? a : a == FZ_ANSWER_YES ? FZ_ANSWER_NO : FZ_ANSWER_YES;
}

static FzAnswer
fits_age (const FzDrugLimit *row, const FzPerson *person)
{
  FzAnswer from = row->from.unit != 0 ? fz_person_reached (person, &row->from) : FZ_ANSWER_YES;
  FzAnswer until = row->until.unit != 0 ? opposite (fz_person_reached (person, &row->until)) : FZ_ANSWER_YES;

  return both (from, until);
}

static FzAnswer
fits_organs (const FzDrugLimit *row, const FzPerson *person)
{
  FzAnswer renal = row->egfr_below_milli > 0 ? fz_person_egfr_below (person, row->egfr_below_milli) : FZ_ANSWER_YES;
  FzAnswer liver = row->liver != FZ_LIVER_UNKNOWN ? fz_person_liver (person, row->liver) : FZ_ANSWER_YES;

  return both (renal, liver);
}

/* Only what would decide is asked: a row that another condition rules out needs nothing more. */
static gboolean
applies (const FzDrugLimit *row, const FzJudged *self)
{
  FzAnswer age, organs;

  if (!fz_judged_by_route (self, (const char *const *) row->routes))
    return FALSE;
  age = fits_age (row, self->person);
  organs = fits_organs (row, self->person);
  if (both (age, organs) != FZ_ANSWER_UNKNOWN)
    return age == FZ_ANSWER_YES && organs == FZ_ANSWER_YES;
  if (age == FZ_ANSWER_UNKNOWN)
    fz_judged_ask (self, FZ_ASK_AGE, FZ_SEVERITY_NOTE);
  if (organs == FZ_ANSWER_UNKNOWN && row->egfr_below_milli > 0 && !self->request->egfr_known)
    fz_judged_ask (self, FZ_ASK_EGFR, FZ_SEVERITY_NOTE);
  if (organs == FZ_ANSWER_UNKNOWN && row->liver != FZ_LIVER_UNKNOWN && self->request->liver == FZ_LIVER_UNKNOWN)
    fz_judged_ask (self, FZ_ASK_LIVER, FZ_SEVERITY_NOTE);
  return FALSE;
}

static const char *
rule_of (const FzDrugLimit *row)
{
  if (row->avoid)
    return row->egfr_below_milli > 0 ? "RENAL" : row->liver != FZ_LIVER_UNKNOWN ? "LIVER" : "AGE";
  if (row->egfr_below_milli > 0)
    return "DOSE_RENAL";
  if (row->liver != FZ_LIVER_UNKNOWN)
    return "DOSE_LIVER";
  return row->single_per_kg.unit != NULL || row->daily_per_kg.unit != NULL ? "DOSE_WEIGHT" : "DOSE_AGE";
}

static void
add_avoid (const FzJudged *self, guint substance, const FzDrugLimit *row, GPtrArray *findings)
{
  g_autofree char *what = fz_judged_label (self, substance);
  g_autofree char *message = g_strdup_printf (_("%s不宜用于该患者：%s"), what, row->words);

  fz_judged_add (self, findings, "generic",
                 (FzFinding){ .rule = rule_of (row),
                              .kind = FZ_FINDING_CONTRAINDICATION,
                              .severity = FZ_SEVERITY_REASON,
                              .message = message,
                              .source = row->source });
}

/* --- doses --- */

/* The row's limit for this person, in the dose's kind of unit. FALSE: the row has none of that name. */
static gboolean
limit_of (const FzJudged *self, const FzDrugLimit *row, gboolean daily, FzDose *out)
{
  const FzDose *plain = daily ? &row->daily : &row->single, *per_kg = daily ? &row->daily_per_kg : &row->single_per_kg;
  gint64 product;

  if (plain->unit == NULL && per_kg->unit == NULL)
    return FALSE;
  if (per_kg->unit != NULL && self->request->weight_g <= 0)
    fz_judged_ask (self, FZ_ASK_WEIGHT,
                   fz_person_reached (self->person, &self->person->ages.weight_until) == FZ_ANSWER_YES ? FZ_SEVERITY_NOTE : FZ_SEVERITY_REASON);
  *out = *plain;
  if (per_kg->unit == NULL || self->request->weight_g <= 0 || __builtin_mul_overflow (per_kg->micro, self->request->weight_g, &product))
    return plain->unit != NULL;
  if (plain->unit == NULL || !fz_dose_comparable (plain, per_kg) || product / 1000 < plain->micro) {
    *out = *per_kg;
    out->micro = product / 1000;
  }
  return TRUE;
}

static gboolean
given_as (const FzJudged *self, const FzDose *limit, FzDose *out)
{
  *out = self->dose;
  if (self->dose.unit == NULL || self->substances[1] != NULL)
    return FALSE;
  return fz_dose_comparable (out, limit) || (fz_judged_amount (self, out) && fz_dose_comparable (out, limit));
}

/* The smallest of the rows that apply; FALSE when none speaks. `unreadable` is set when one could not be laid beside the dose. */
static gboolean
smallest (const FzJudged *self, GPtrArray *rows, gboolean daily, Limit *out, const FzDrugLimit **unreadable)
{
  gboolean any = FALSE;

  for (guint i = 0; i < rows->len; i++) {
    FzDose most = { 0 }, given = { 0 };

    if (!limit_of (self, rows->pdata[i], daily, &most))
      continue;
    if (!given_as (self, &most, &given)) {
      *unreadable = rows->pdata[i];
      continue;
    }
    if (any && (!fz_dose_comparable (&most, &out->most) || fz_dose_compare (&most, &out->most) >= 0))
      continue;
    *out = (Limit){ rows->pdata[i], most };
    any = TRUE;
  }
  return any;
}

static gboolean
is_childs (const FzDrugLimit *row)
{
  return row->until.unit != 0 || row->single_per_kg.unit != NULL || row->daily_per_kg.unit != NULL;
}

/* An adult's usual dose is often twice what kidneys, liver or old age allow, and given knowingly: only a child's limit stops. */
static FzSeverity
severity_over (const FzDrugLimit *row, const FzDose *dose, const FzDose *most)
{
  gboolean organ = row->egfr_below_milli > 0 || row->liver != FZ_LIVER_UNKNOWN;

  return row->confidence == FZ_CONFIDENCE_HIGH && is_childs (row) && !organ && dose->micro / 2 >= most->micro ? FZ_SEVERITY_STOP : FZ_SEVERITY_REASON;
}

static int
add_over (const FzJudged *self, const Limit *limit, const FzDose *dose, gboolean daily, GPtrArray *findings)
{
  FzSeverity severity = severity_over (limit->row, dose, &limit->most);
  g_autofree char *given = fz_dose_format (dose), *most = fz_dose_format (&limit->most);
  g_autofree char *message = daily ? g_strdup_printf (_("“%s”每日剂量 %s 超过该患者的上限 %s（%s）"), self->generic, given, most, limit->row->words)
                                   : g_strdup_printf (_("“%s”单次剂量 %s 超过该患者的上限 %s（%s）"), self->generic, given, most, limit->row->words);

  fz_judged_add (self, findings, "dose",
                 (FzFinding){ .rule = rule_of (limit->row),
                              .kind = FZ_FINDING_DOSE,
                              .severity = severity,
                              .message = message,
                              .source = limit->row->source });
  return (int) severity;
}

static void
check_doses (FzJudged *self, GPtrArray *rows, GPtrArray *findings)
{
  const FzDrugLimit *unreadable = NULL;
  Limit limit = { 0 };
  FzDose dose = { 0 }, day = { 0 };
  g_autofree char *message = NULL;

  if (smallest (self, rows, FALSE, &limit, &unreadable) && given_as (self, &limit.most, &dose) && fz_dose_compare (&dose, &limit.most) > 0)
    self->over_single = add_over (self, &limit, &dose, FALSE, findings);
  if (self->freq != NULL && !self->freq->needs_total && smallest (self, rows, TRUE, &limit, &unreadable) &&
      given_as (self, &limit.most, &dose) && fz_dose_per_day (&dose, self->freq, &day) && fz_dose_compare (&day, &limit.most) > 0)
    self->over_daily = add_over (self, &limit, &day, TRUE, findings);
  if (unreadable == NULL)
    return;
  message = g_strdup_printf (_("“%s”的剂量无法与该患者的限量换算（%s），请人工核对"), self->generic, unreadable->words);
  fz_judged_add (self, findings, "dose",
                 (FzFinding){ .rule = "DOSE_LIMIT_UNCHECKED",
                              .kind = FZ_FINDING_DOSE,
                              .severity = FZ_SEVERITY_NOTE,
                              .message = message,
                              .cannot_check = TRUE,
                              .source = unreadable->source });
}

void
fz_check_limits (FzJudged *self, GPtrArray *findings)
{
  const FzDrugLimits *table = fz_knowledge_set_get_limits (self->knowledge->set);
  g_autoptr (GPtrArray) doses = g_ptr_array_new ();

  for (guint i = 0; self->substances[i] != NULL; i++) {
    GPtrArray *rows = fz_drug_limits_of (table, self->substances[i]);
    const FzDrugLimit *avoid = NULL;

    for (guint k = 0; rows != NULL && k < rows->len; k++) {
      const FzDrugLimit *row = rows->pdata[k];

      if (!applies (row, self))
        continue;
      if (row->avoid)
        avoid = row;
      else
        g_ptr_array_add (doses, (gpointer) (gsize) row);
      self->by_person = self->by_person || is_childs (row);
    }
    if (avoid != NULL)
      add_avoid (self, i, avoid, findings);
  }
  if (doses->len > 0)
    check_doses (self, doses, findings);
}
