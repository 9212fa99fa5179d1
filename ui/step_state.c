#include "ui/step_state.h"

#include "ui/finding_words.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

const char *
fz_step_label (FzStep step)
{
  static const char *const labels[FZ_N_STEPS] = { N_ ("身份与同意"), N_ ("资料与复诊判断"), N_ ("病历"), N_ ("处方") };

  return _ (labels[step]);
}

FzStep
fz_step_of (const FzFinding *finding)
{
  static const struct {
    const char *prefix;
    FzStep step;
  } prefixes[] = {
    { "patient.allerg", FZ_STEP_PRESCRIPTION }, { "patient.", FZ_STEP_IDENTITY },      { "consent.", FZ_STEP_IDENTITY },
    { "identity.", FZ_STEP_IDENTITY },          { "guardian.", FZ_STEP_IDENTITY },     { "specialist.", FZ_STEP_IDENTITY },
    { "evidence", FZ_STEP_ELIGIBILITY },        { "prior", FZ_STEP_ELIGIBILITY },      { "eligibility.", FZ_STEP_ELIGIBILITY },
    { "record.weight_kg", FZ_STEP_PRESCRIPTION }, { "record.pregnant", FZ_STEP_PRESCRIPTION }, { "record.lactating", FZ_STEP_PRESCRIPTION },
    { "record.egfr", FZ_STEP_PRESCRIPTION },    { "record.liver", FZ_STEP_PRESCRIPTION },  { "record.", FZ_STEP_RECORD },              { "diagnosis", FZ_STEP_RECORD },
  };

  for (gsize i = 0; finding->field != NULL && i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (finding->field, prefixes[i].prefix))
      return prefixes[i].step;
  return FZ_STEP_PRESCRIPTION;
}

gboolean
fz_step_shows (FzVisitModel *model, FzStep step, const FzFinding *finding)
{
  return fz_step_of (finding) == step && (fz_visit_model_get_tried (model) || !fz_finding_is_todo (finding));
}

static gboolean
is_signed (FzVisitModel *model, FzStep step)
{
  const FzFields *facts = fz_visit_model_get_facts (model);

  switch (step) {
  case FZ_STEP_IDENTITY:
    return fz_fields_is_yes (facts, "identity.verified") && fz_fields_is_yes (facts, "consent.agreed");
  case FZ_STEP_ELIGIBILITY:
    return fz_visit_model_has_verdict (model);
  case FZ_STEP_RECORD:
    return fz_visit_model_has_record (model);
  case FZ_STEP_PRESCRIPTION:
  case FZ_N_STEPS:
  default:
    return fz_fields_count (facts, "prescription") > 0 && fz_visit_model_get_n_items (model) == 0;
  }
}

static const char *
done_word (FzStep step)
{
  return step == FZ_STEP_IDENTITY ? _ ("已核对") : _ ("已签名");
}

static void
count (FzVisitModel *model, FzStep step, guint *unfilled, guint *stops, guint *reasons)
{
  GPtrArray *findings = fz_visit_model_get_findings (model);

  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (fz_step_of (finding) != step || finding->severity == FZ_SEVERITY_NOTE)
      continue;
    if (fz_finding_is_todo (finding))
      (*unfilled)++;
    else if (finding->severity == FZ_SEVERITY_STOP)
      (*stops)++;
    else if (!fz_visit_model_has_reason (model, finding, NULL))
      (*reasons)++;
  }
  if (step == FZ_STEP_ELIGIBILITY && fz_visit_model_get (model, "eligibility.verdict") == NULL)
    (*unfilled)++;
}

/* Where none of the visit's prescriptions stands any more, what became of the last one; NULL: one stands. */
static const char *
fallen_word (const FzFields *facts, FzStatus *out)
{
  guint n = fz_fields_count (facts, "prescription");

  for (guint i = 0; i < n; i++) {
    FzRxStage stage = FZ_RX_NONE;

    fz_rx_stage_from_word (fz_fields_get_at (facts, "prescription", i, "stage"), &stage);
    if (stage == FZ_RX_SIGNED || stage == FZ_RX_EFFECTIVE || stage == FZ_RX_DISPENSED)
      return NULL;
  }
  return n > 0 ? fz_words_rx_stage (fz_fields_get_at (facts, "prescription", n - 1, "stage"), out) : NULL;
}

char *
fz_step_state (FzVisitModel *model, FzStep step, FzStatus *out)
{
  guint unfilled = 0, stops = 0, reasons = 0;
  const char *fallen = NULL;

  if (step == FZ_STEP_PRESCRIPTION && fz_visit_model_find_returned (model) >= 0 && fz_visit_model_get_n_items (model) == 0) {
    *out = FZ_STATUS_WARN;
    return g_strdup (_ ("被药师退回"));
  }
  if (step == FZ_STEP_PRESCRIPTION && fz_visit_model_has_to_confirm (model) && fz_visit_model_get_n_items (model) == 0) {
    *out = FZ_STATUS_WARN;
    return g_strdup (_ ("待再次签名"));
  }
  *out = FZ_STATUS_OK;
  if (step == FZ_STEP_PRESCRIPTION && is_signed (model, step))
    fallen = fallen_word (fz_visit_model_get_facts (model), out);
  if (fallen != NULL)
    return g_strdup (fallen);
  if (is_signed (model, step))
    return g_strdup (done_word (step));
  *out = FZ_STATUS_NEUTRAL;
  if (fz_visit_model_get_stage (model) == FZ_STAGE_WAITING && step != FZ_STEP_IDENTITY)
    return g_strdup (_ ("接诊后填写"));
  if (!fz_visit_model_is_open (model))
    return g_strdup (step == FZ_STEP_IDENTITY ? _ ("待核对") : _ ("未填写"));
  if (step == FZ_STEP_PRESCRIPTION && fz_visit_model_get_n_items (model) == 0)
    return g_strdup (_ ("未开处方"));
  count (model, step, &unfilled, &stops, &reasons);
  if (stops > 0) {
    *out = FZ_STATUS_STOP;
    return g_strdup_printf (_ ("%u 处不能继续"), stops);
  }
  if (reasons > 0) {
    *out = FZ_STATUS_WARN;
    return g_strdup_printf (_ ("%u 处需说明理由"), reasons);
  }
  if (unfilled > 0) {
    *out = fz_visit_model_get_tried (model) ? FZ_STATUS_WARN : FZ_STATUS_NEUTRAL;
    return g_strdup_printf (_ ("待填 %u 项"), unfilled);
  }
  *out = FZ_STATUS_INFO;
  return g_strdup (_ ("可以签名"));
}
