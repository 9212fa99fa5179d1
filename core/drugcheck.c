#include "core/drugcheck.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/date.h"
#include "core/drugcheck_line.h"
#include "core/drugname.h"
#include "core/text.h"

#define MAX_LINES 100

static const char *
find_code (const FzCodes *codes, const char *word)
{
  int row = word != NULL ? fz_codes_find (codes, word) : -1;

  return row < 0 ? NULL : fz_codes_get (codes, (guint) row, "code");
}

static gboolean
is_written (const char *text)
{
  return text != NULL && *text != '\0';
}

/* What the catalogue knows of a name it doesn't hold: a medicine of the same single substance. */
static const FzDrug *
find_likeness (const FzDrugKnowledge *knowledge, const char *generic, const char *route)
{
  g_autofree char *substance = fz_drugname_ingredient (generic);
  const FzDrug *same_route = NULL;

  if (fz_drugname_is_compound (generic))
    return NULL;
  if (route != NULL)
    same_route = fz_catalogue_find_ingredient (knowledge->catalogue, substance, route);
  return same_route != NULL || route != NULL ? same_route : fz_catalogue_find_ingredient (knowledge->catalogue, substance, "1");
}

/* A brand where the generic name should stand is judged by what is in the box. */
static const FzDrug *
find_branded (const FzDrugKnowledge *knowledge, const char *generic)
{
  const char *name = fz_drug_words_generic (fz_knowledge_set_get_words (knowledge->set), generic);

  return name != NULL ? fz_in_use_find (knowledge, generic) : NULL;
}

static GStrv
substances_of (const FzDrugKnowledge *knowledge, const FzDrug *drug, const char *generic)
{
  GStrv compound = drug == NULL ? fz_compound_substances (knowledge, generic) : NULL;
  g_autofree char *guess = NULL;

  if (drug != NULL)
    return g_strdupv ((GStrv) (gsize) drug->ingredient_keys);
  if (compound != NULL)
    return compound;
  guess = fz_drugname_ingredient (generic);
  return g_strdupv ((GStrv) (const char *[]){ guess, NULL });
}

static void
resolve_drug (FzJudged *self)
{
  const FzCheckLine *line = self->line;

  self->drug = line->drug != NULL ? line->drug : fz_catalogue_find_generic (self->knowledge->catalogue, line->generic, line->strength);
  self->generic = is_written (line->generic) ? line->generic : self->drug->generic;
  self->form = find_code (self->knowledge->forms, line->form);
  self->route = find_code (self->knowledge->routes, line->route);
  if (self->drug != NULL && !is_written (line->form))
    self->form = self->drug->form;
  if (self->drug != NULL && !is_written (line->route))
    self->route = self->drug->route;
  self->limits = self->drug != NULL ? self->drug : find_branded (self->knowledge, self->generic);
  self->substances = substances_of (self->knowledge, self->limits, self->generic);
  if (self->limits == NULL && self->substances[1] == NULL)
    self->limits = find_likeness (self->knowledge, self->generic, self->route);
}

const FzDrug *
fz_drugcheck_find_like (const FzDrugKnowledge *knowledge, const char *generic, const char *route)
{
  const FzDrug *branded = find_branded (knowledge, generic);

  return branded != NULL ? branded : find_likeness (knowledge, generic, find_code (knowledge->routes, route));
}

/* A written strength rules over the catalogue's; a compound's weight is no strength of anything. */
static void
resolve_strength (FzJudged *self)
{
  if (self->drug != NULL)
    self->strength = self->drug->strength;
  if (is_written (self->line->strength) && self->substances[1] == NULL) {
    FzDose written = { 0 };

    if (fz_dose_parse (self->line->strength, &written, NULL))
      self->strength = written;
  }
}

FzJudged *
fz_judged_new (const FzDrugKnowledge *knowledge, const FzCheckRequest *request, guint index)
{
  FzJudged *self = g_new0 (FzJudged, 1);

  self->knowledge = knowledge;
  self->request = request;
  self->line = &request->lines[index];
  self->index = index;
  self->over_single = self->over_daily = -1;
  resolve_drug (self);
  self->generic_key = fz_text_key (self->generic);
  resolve_strength (self);
  if (is_written (self->line->dose) && !fz_dose_parse (self->line->dose, &self->dose, NULL))
    self->dose.unit = NULL;
  if (is_written (self->line->freq))
    self->freq = fz_frequencies_find (knowledge->frequencies, self->line->freq);
  return self;
}

void
fz_judged_free (FzJudged *self)
{
  g_strfreev (self->substances);
  g_free (self->generic_key);
  g_free (self);
}

gboolean
fz_judged_is_named (const FzJudged *self, const FzInUse *in_use)
{
  return *self->generic_key != '\0' && g_str_equal (self->generic_key, in_use->name_key);
}

void
fz_judged_add (const FzJudged *self, GPtrArray *findings, const char *field, FzFinding values)
{
  const char *about[] = { self->generic, NULL };
  g_autofree char *path = g_strdup_printf ("item.%02u.%s", self->index, field != NULL ? field : "generic");

  values.field = path;
  if (values.about == NULL)
    values.about = about;
  fz_findings_add (findings, &values);
}

gboolean
fz_judged_amount (const FzJudged *self, FzDose *out)
{
  const FzDrug *drug = self->limits;
  FzDrug shape = { 0 };

  if (self->dose.unit == NULL)
    return FALSE;
  /* The written strength stands in for the catalogue's; everything else of the drug stays. */
  shape.unit = drug != NULL ? drug->unit : self->dose.unit;
  shape.unit_holds = drug != NULL ? drug->unit_holds : (FzDose){ 0 };
  shape.strength = self->strength;
  /* A compound's text weighs several substances at once. */
  if (self->substances[1] == NULL)
    shape.strength_text = is_written (self->line->strength) ? self->line->strength : drug != NULL ? drug->strength_text : NULL;
  return fz_drug_to_amount (&shape, &self->dose, out);
}

const char *
fz_judged_state (const FzJudged *self)
{
  int row = fz_codes_find_code (self->knowledge->forms, self->form);
  const char *state = row < 0 ? "" : fz_codes_get (self->knowledge->forms, (guint) row, "state");

  return *state != '\0' ? state : NULL;
}

gboolean
fz_judged_is_systemic (const FzJudged *self)
{
  return self->route == NULL || self->route[0] == '1' || self->route[0] == '3' || self->route[0] == '4';
}

gboolean
fz_judged_by_route (const FzJudged *self, const char *const *routes)
{
  gboolean any = routes[0] == NULL || self->route == NULL;

  /* A code's first digit is the way (4 注射), the rest says more closely where. */
  for (guint i = 0; !any && routes[i] != NULL; i++)
    any = g_str_has_prefix (self->route, routes[i]);
  return any;
}

char *
fz_substance_label (const char *name, const FzDrug *drug, const char *const *keys, guint i)
{
  const char *substance = drug != NULL ? drug->ingredients[i] : keys[i];

  if (strstr (name, substance) != NULL)
    return g_strdup_printf (_("“%s”"), name);
  return g_strdup_printf (_("“%s”（含%s）"), name, substance);
}

char *
fz_judged_label (const FzJudged *self, guint i)
{
  return fz_substance_label (self->generic, self->drug, (const char *const *) self->substances, i);
}

void
fz_check_identity (const FzJudged *self, GPtrArray *findings)
{
  g_autofree char *message = NULL;

  if (self->drug != NULL)
    return;
  if (self->limits != NULL)
    message = g_strdup_printf (_("药品目录中没有“%s”，剂量暂按同成分的“%s”核对，请药师确认"), self->generic, self->limits->generic);
  else
    message = g_strdup_printf (_("药品目录中没有“%s”，无法核对剂量和用法，请人工审核"), self->generic);
  fz_judged_add (self, findings, "generic",
                 (FzFinding){ .rule = "DRUG_UNKNOWN",
                              .kind = FZ_FINDING_RULE,
                              .severity = self->limits != NULL ? FZ_SEVERITY_NOTE : FZ_SEVERITY_REASON,
                              .message = message,
                              .cannot_check = TRUE });
}

static gboolean
check_request (const FzCheckRequest *request, GError **error)
{
  FzDate date;

  if (request->on_date == NULL || !fz_date_parse (request->on_date, &date, NULL)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("用药审查需要日期，格式为 2026-03-02"));
    return FALSE;
  }
  if (request->n_lines > MAX_LINES) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("一张处方最多审查 %d 个药品"), MAX_LINES);
    return FALSE;
  }
  for (guint i = 0; i < request->n_lines; i++)
    if (request->lines[i].drug == NULL && !is_written (request->lines[i].generic)) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _("第 %u 个药品没有通用名"), i + 1);
      return FALSE;
    }
  return TRUE;
}

static void
free_judged (gpointer data)
{
  fz_judged_free (data);
}

static void
check_line (FzJudged *judged, GPtrArray *findings)
{
  fz_check_identity (judged, findings);
  fz_check_gate (judged, findings);
  if (judged->drug != NULL && judged->drug->kind == FZ_DRUG_HERBAL)
    return; /* weighed by the dose of the whole sheet: core/herbcheck.h */
  fz_check_form (judged, findings);
  fz_check_limits (judged, findings);
  fz_check_dose (judged, findings);
  fz_check_quantity (judged, findings);
}

/* Everything but the request's own sense; what is missing about the person stands in `unknowns`. */
static GPtrArray *
run (const FzDrugKnowledge *knowledge, const FzCheckRequest *request, FzUnknowns *unknowns)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (free_judged), in_use = fz_in_use_list (knowledge, request);
  FzPerson person = fz_person_of (knowledge->set, request);
  GPtrArray *findings = fz_findings_new ();

  for (guint i = 0; i < request->n_lines; i++) {
    FzJudged *judged = fz_judged_new (knowledge, request, i);

    judged->person = &person;
    judged->unknowns = unknowns;
    judged->in_use = in_use;
    g_ptr_array_add (all, judged);
    check_line (judged, findings);
  }
  fz_check_total (all, findings);
  fz_check_duplicates (all, findings);
  fz_check_interactions (all, findings);
  fz_check_allergies (all, findings);
  fz_check_classes (all, findings);
  fz_check_contraindications (all, findings);
  fz_check_indications (all, findings);
  fz_check_names (all, findings);
  fz_check_unknown (unknowns, findings);
  fz_findings_sort (findings);
  return findings;
}

GPtrArray *
fz_drugcheck_run (const FzDrugKnowledge *knowledge, const FzCheckRequest *request, GError **error)
{
  FzUnknowns unknowns = { 0 };
  GPtrArray *findings = check_request (request, error) ? run (knowledge, request, &unknowns) : NULL;

  fz_unknowns_clear (&unknowns);
  return findings;
}

FzCheckNeeds
fz_drugcheck_needs (const FzDrugKnowledge *knowledge, const FzCheckRequest *request)
{
  FzUnknowns unknowns = { 0 };
  FzCheckRequest unasked = *request;
  g_autoptr (GPtrArray) findings = NULL;
  FzCheckNeeds needs;

  unasked.pregnant = unasked.lactating = FZ_ANSWER_UNKNOWN;
  unasked.weight_g = 0;
  unasked.egfr_known = FALSE;
  unasked.liver = FZ_LIVER_UNKNOWN;
  findings = check_request (request, NULL) ? run (knowledge, &unasked, &unknowns) : NULL;
  needs = (FzCheckNeeds){ .weight = unknowns.names[FZ_ASK_WEIGHT] != NULL,
                          .pregnancy = unknowns.names[FZ_ASK_PREGNANCY] != NULL || unknowns.names[FZ_ASK_LACTATION] != NULL,
                          .egfr = unknowns.names[FZ_ASK_EGFR] != NULL,
                          .liver = unknowns.names[FZ_ASK_LIVER] != NULL };
  fz_unknowns_clear (&unknowns);
  return needs;
}
