#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/drugcheck_line.h"
#include "core/text.h"

#define ADULT_YEARS 14 /* adult limits say nothing below this; the platform's paediatric age */

static gboolean
is_written (const char *text)
{
  return text != NULL && *text != '\0';
}

/* See the header: m and l never stop, h stops at twice the limit. What a limit of the person has said as gravely is not said again. */
static FzSeverity
severity_over (const FzDrug *limits, const FzDose *dose, const FzDose *limit)
{
  return limits->confidence == FZ_CONFIDENCE_HIGH && dose->micro / 2 >= limit->micro ? FZ_SEVERITY_STOP : FZ_SEVERITY_REASON;
}

typedef enum { OVER_SINGLE, OVER_DAILY, OVER_TOTAL } Over;

static char *
over_message (const FzJudged *self, Over over, const FzDose *dose, const FzDose *limit)
{
  g_autofree char *given = fz_dose_format (dose);
  g_autofree char *most = fz_dose_format (limit);

  switch (over) {
  case OVER_SINGLE:
    return g_strdup_printf (_("“%s”单次剂量 %s 超过常用上限 %s"), self->generic, given, most);
  case OVER_DAILY:
    return g_strdup_printf (_("“%s”每日剂量 %s 超过每日上限 %s"), self->generic, given, most);
  case OVER_TOTAL:
    return g_strdup_printf (_("“%s”与处方中同成分药品合计每日剂量 %s 超过每日上限 %s"), self->generic, given, most);
  default:
    g_assert_not_reached ();
  }
}

static void
add_over (const FzJudged *self, GPtrArray *findings, Over over, const FzDose *dose, const FzDose *limit)
{
  static const char *const rules[] = { "DOSE_SINGLE_MAX", "DOSE_DAILY_MAX", "DOSE_TOTAL_MAX" };
  g_autofree char *message = over_message (self, over, dose, limit);

  fz_judged_add (self, findings, "dose",
                 (FzFinding){ .rule = rules[over],
                              .kind = FZ_FINDING_DOSE,
                              .severity = severity_over (self->limits, dose, limit),
                              .message = message,
                              .source = self->limits->source });
}

static void
add_plain (const FzJudged *self, GPtrArray *findings, const char *field, const char *rule, FzSeverity severity, gboolean cannot,
           const char *message)
{
  fz_judged_add (self, findings, field,
                 (FzFinding){ .rule = rule,
                              .kind = FZ_FINDING_DOSE,
                              .severity = severity,
                              .message = message,
                              .cannot_check = cannot,
                              .source = !cannot && self->limits != NULL ? self->limits->source : NULL });
}

/* A dose beside its limit in one unit: as counted, or both as amounts of substance. FALSE when there is no limit of that kind or
 * no common unit. */
static gboolean
beside (const FzJudged *self, const FzDose *counted, const FzDose *mass, FzDose *dose, FzDose *limit)
{
  if (counted->unit != NULL && fz_dose_comparable (&self->dose, counted)) {
    *dose = self->dose;
    *limit = *counted;
    return TRUE;
  }
  if (!fz_judged_amount (self, dose))
    return FALSE;
  if (mass->unit != NULL)
    *limit = *mass;
  /* The limit in pieces, the dose in mass or activity. */
  else if (counted->unit == NULL || !fz_drug_to_amount (self->limits, counted, limit))
    return FALSE;
  return fz_dose_comparable (dose, limit);
}

static void
check_single (const FzJudged *self, GPtrArray *findings)
{
  FzDose dose = { 0 };
  FzDose limit = { 0 };

  if (beside (self, &self->limits->single_max_count, &self->limits->single_max, &dose, &limit) && fz_dose_compare (&dose, &limit) > 0 &&
      (int) severity_over (self->limits, &dose, &limit) > self->over_single)
    add_over (self, findings, OVER_SINGLE, &dose, &limit);
}

static void
check_daily (const FzJudged *self, GPtrArray *findings)
{
  FzDose dose = { 0 };
  FzDose limit = { 0 };
  FzDose day = { 0 };

  if (!beside (self, &self->limits->daily_max_count, &self->limits->daily_max, &dose, &limit))
    return;
  if (fz_dose_per_day (&dose, self->freq, &day) && fz_dose_compare (&day, &limit) > 0 &&
      (int) severity_over (self->limits, &day, &limit) > self->over_daily)
    add_over (self, findings, OVER_DAILY, &day, &limit);
}

/* A weekly medicine taken daily kills (甲氨蝶呤): the rhythm is checked on its own. */
static void
check_rhythm (const FzJudged *self, GPtrArray *findings)
{
  const FzFrequency *usual = fz_frequencies_find (self->knowledge->frequencies, self->limits->usual_freq);
  g_autofree char *message = NULL;

  if (usual == NULL || usual->needs_total || self->freq->needs_total || usual->per >= usual->days)
    return;
  if (self->freq->per * usual->days <= usual->per * self->freq->days)
    return;
  message = g_strdup_printf (_("“%s”的常用频次是%s，处方写为%s，请核对是否写错"), self->generic, usual->label, self->freq->label);
  add_plain (self, findings, "freq", "DOSE_RHYTHM",
             self->limits->confidence == FZ_CONFIDENCE_HIGH ? FZ_SEVERITY_STOP : FZ_SEVERITY_REASON, FALSE, message);
}

static gboolean
has_limit (const FzDrug *drug)
{
  return drug->single_max.unit != NULL || drug->daily_max.unit != NULL || drug->single_max_count.unit != NULL ||
         drug->daily_max_count.unit != NULL;
}

static void
check_limits (const FzJudged *self, GPtrArray *findings)
{
  FzDose dose = { 0 };
  FzDose limit = { 0 };
  g_autofree char *message = NULL;

  if (!has_limit (self->limits)) {
    if (!fz_judged_is_systemic (self))
      return;
    message = g_strdup_printf (_("目录中没有“%s”的剂量上限，请人工核对"), self->generic);
    add_plain (self, findings, "dose", "DOSE_NO_LIMIT", FZ_SEVERITY_NOTE, TRUE, message);
    return;
  }
  if (!beside (self, &self->limits->single_max_count, &self->limits->single_max, &dose, &limit)) {
    message = g_strdup_printf (_("“%s”的剂量“%s”无法与上限换算，请改用规格的单位或计数单位"), self->generic, self->line->dose);
    add_plain (self, findings, "dose", "DOSE_UNIT", FZ_SEVERITY_REASON, TRUE, message);
    return;
  }
  check_single (self, findings);
  if (self->freq != NULL && !self->freq->needs_total)
    check_daily (self, findings);
}

/* TRUE and the millionths of a piece that one administration takes, for medicines counted by whole pieces. */
static gboolean
pieces_a_time (const FzJudged *self, gint64 *out_micro)
{
  gint64 scaled;

  if (self->drug == NULL || self->drug->unit_holds.unit != NULL)
    return FALSE;
  if (self->dose.unit_class == FZ_UNIT_COUNT && g_strcmp0 (self->dose.unit, self->drug->unit) == 0) {
    *out_micro = self->dose.micro;
    return TRUE;
  }
  if (self->strength.unit == NULL || !fz_dose_comparable (&self->dose, &self->strength) ||
      __builtin_mul_overflow (self->dose.micro, (gint64) FZ_DOSE_MICRO, &scaled))
    return FALSE;
  /* A third of a tablet has no millionths: any rest shows as "not a quarter". */
  *out_micro = scaled / self->strength.micro + (scaled % self->strength.micro != 0);
  return TRUE;
}

/* Tablets are halved and quartered; capsules, sachets and whatever releases slowly or in the gut are not. */
static void
check_split (const FzJudged *self, GPtrArray *findings)
{
  static const char *const never_split[] = { "04", "05", NULL };
  g_autofree char *message = NULL;
  gint64 micro = 0;

  if (!pieces_a_time (self, &micro) || micro % FZ_DOSE_MICRO == 0)
    return;
  if (!fz_unit_is_divisible (self->drug->unit))
    message = g_strdup_printf (_("“%s”每次剂量不是整%s，不能分开服用，请更换规格或剂量"), self->generic, self->drug->unit);
  else if (self->form != NULL && g_strv_contains (never_split, self->form))
    message = g_strdup_printf (_("“%s”为缓控释或肠溶制剂，每次剂量不是整片，请确认可以掰开"), self->generic);
  else if (micro % (FZ_DOSE_MICRO / 4) != 0)
    message = g_strdup_printf (_("“%s”每次剂量不是四分之一片的整数倍，难以准确分取，请核对单位和规格"), self->generic);
  if (message != NULL)
    add_plain (self, findings, "dose", "DOSE_SPLIT", FZ_SEVERITY_REASON, FALSE, message);
}

static void
check_child (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL, *years = NULL;
  int age = self->request->age_years;

  if (age < 0 || age >= ADULT_YEARS || self->limits->paediatric || self->by_person || !fz_judged_is_systemic (self))
    return;
  years = fz_person_age_text (self->person); /* in days and months for the youngest */
  message = g_strdup_printf (_("患者%s，“%s”只有成人剂量上限，请按体重核对儿童剂量"), years, self->generic);
  add_plain (self, findings, "dose", "DOSE_CHILD", FZ_SEVERITY_REASON, TRUE, message);
}

/* TRUE when there is a dose to judge. Ointments are written without one. */
static gboolean
check_written (const FzJudged *self, GPtrArray *findings)
{
  g_autoptr (GError) problem = NULL;
  g_autofree char *message = NULL;
  FzDose dose = { 0 };

  if (!is_written (self->line->dose)) {
    if (g_strcmp0 (fz_judged_state (self), "external") == 0)
      return FALSE;
    message = g_strdup_printf (_("“%s”没有写单次剂量"), self->generic);
    add_plain (self, findings, "dose", "DOSE_MISSING", FZ_SEVERITY_REASON, TRUE, message);
    return FALSE;
  }
  if (fz_dose_parse (self->line->dose, &dose, &problem))
    return TRUE;
  add_plain (self, findings, "dose", "DOSE_UNREADABLE", FZ_SEVERITY_REASON, TRUE, problem->message);
  return FALSE;
}

static void
check_frequency (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL;

  if (self->freq == NULL) {
    message = is_written (self->line->freq)
                ? g_strdup_printf (_("“%s”的频次“%s”不在代码表中，无法核对每日剂量"), self->generic, self->line->freq)
                : g_strdup_printf (_("“%s”没有写频次，无法核对每日剂量"), self->generic);
    add_plain (self, findings, "freq", "FREQ_UNKNOWN", FZ_SEVERITY_REASON, TRUE, message);
  } else if (self->freq->needs_total && fz_judged_is_systemic (self)) {
    message = g_strdup_printf (_("“%s”为%s用药，无法核对每日总量，请写明总量和每日最多次数"), self->generic, self->freq->label);
    add_plain (self, findings, "freq", "DOSE_AS_NEEDED", FZ_SEVERITY_NOTE, TRUE, message);
  }
}

void
fz_check_dose (const FzJudged *self, GPtrArray *findings)
{
  gboolean written = check_written (self, findings);

  check_frequency (self, findings);
  if (self->limits == NULL)
    return;
  if (self->freq != NULL)
    check_rhythm (self, findings);
  if (!written)
    return;
  check_limits (self, findings);
  check_split (self, findings);
  check_child (self, findings);
}

/* The other lines of the same substance swallowed on the same day. */
static gboolean
day_of (const FzJudged *self, const char *substance, FzDose *out)
{
  FzDose mass = { 0 };

  return self->substances[1] == NULL && g_str_equal (self->substances[0], substance) && self->freq != NULL &&
         fz_judged_is_systemic (self) && fz_judged_amount (self, &mass) && mass.unit_class == FZ_UNIT_MASS &&
         fz_dose_per_day (&mass, self->freq, out);
}

static void
check_total_of (GPtrArray *all, const FzJudged *first, GPtrArray *findings)
{
  FzDose total = { 0 };
  guint lines = 0;

  for (guint i = 0; i < all->len; i++) {
    const FzJudged *other = g_ptr_array_index (all, i);
    FzDose day = { 0 };

    if (!day_of (other, first->substances[0], &day))
      continue;
    if (i < first->index)
      return; /* said at the first line already */
    lines++;
    if (lines == 1)
      total = day;
    else if (__builtin_add_overflow (total.micro, day.micro, &total.micro))
      return;
  }
  if (lines > 1 && fz_dose_compare (&total, &first->limits->daily_max) > 0)
    add_over (first, findings, OVER_TOTAL, &total, &first->limits->daily_max);
}

void
fz_check_total (GPtrArray *all, GPtrArray *findings)
{
  for (guint i = 0; i < all->len; i++) {
    const FzJudged *judged = g_ptr_array_index (all, i);
    FzDose day = { 0 };

    if (judged->limits != NULL && judged->limits->daily_max.unit != NULL && day_of (judged, judged->substances[0], &day))
      check_total_of (all, judged, findings);
  }
}
