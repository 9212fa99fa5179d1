#include <glib/gi18n-lib.h>

#include "core/age.h"
#include "core/drugcheck_line.h"

FzPerson
fz_person_of (const FzKnowledgeSet *set, const FzCheckRequest *request)
{
  FzPerson self = { .request = request, .ages = fz_knowledge_set_get_ages (set) };

  fz_date_parse (request->on_date, &self.on, NULL);
  self.born_known = request->birth_date != NULL && fz_date_parse (request->birth_date, &self.born, NULL) &&
                    fz_date_compare (self.born, self.on) <= 0;
  return self;
}

FzAnswer
fz_person_reached (const FzPerson *self, const FzAgeBound *bound)
{
  return fz_age_bound_reached (bound, self->born_known ? &self->born : NULL, self->request->age_years, self->on);
}

FzAnswer
fz_person_as_mother (const FzPerson *self, FzAnswer stated)
{
  if (self->request->sex == 'M')
    return FZ_ANSWER_NO;
  if (stated != FZ_ANSWER_UNKNOWN)
    return stated;
  if (fz_person_reached (self, &self->ages.childbearing_from) == FZ_ANSWER_NO ||
      fz_person_reached (self, &self->ages.childbearing_until) == FZ_ANSWER_YES)
    return FZ_ANSWER_NO;
  return FZ_ANSWER_UNKNOWN;
}

FzAnswer
fz_drugcheck_pregnant (const FzKnowledgeSet *set, const FzCheckRequest *request)
{
  FzPerson person = fz_person_of (set, request);

  return fz_person_as_mother (&person, request->pregnant);
}

FzAnswer
fz_person_egfr_below (const FzPerson *self, gint64 milli)
{
  if (!self->request->egfr_known)
    return FZ_ANSWER_UNKNOWN;
  return self->request->egfr_milli < milli ? FZ_ANSWER_YES : FZ_ANSWER_NO;
}

FzAnswer
fz_person_liver (const FzPerson *self, FzLiver at_least)
{
  if (self->request->liver == FZ_LIVER_UNKNOWN)
    return FZ_ANSWER_UNKNOWN;
  return self->request->liver >= at_least ? FZ_ANSWER_YES : FZ_ANSWER_NO;
}

char *
fz_person_age_text (const FzPerson *self)
{
  FzAge age = { 0 };

  if (self->born_known && fz_age_on (self->born, self->on, &age, NULL))
    return fz_age_label (age);
  return g_strdup_printf (_("%d岁"), self->request->age_years);
}

/* --- what nobody has said --- */

void
fz_judged_ask (const FzJudged *self, FzAsk ask, FzSeverity severity)
{
  FzUnknowns *unknowns = self->unknowns;

  if (unknowns->names[ask] == NULL)
    unknowns->names[ask] = g_ptr_array_new ();
  if (!g_ptr_array_find (unknowns->names[ask], self->generic, NULL))
    g_ptr_array_add (unknowns->names[ask], (gpointer) (gsize) self->generic);
  unknowns->severity[ask] = MAX (unknowns->severity[ask], severity);
}

void
fz_unknowns_clear (FzUnknowns *self)
{
  for (guint i = 0; i < FZ_ASKS; i++)
    g_clear_pointer (&self->names[i], g_ptr_array_unref);
}

static char *
unknown_message (FzAsk ask, const char *names)
{
  switch (ask) {
  case FZ_ASK_AGE:
    return g_strdup_printf (_("患者年龄不详，%s的年龄限制无法核对，请人工核对"), names);
  case FZ_ASK_SEX:
    return g_strdup_printf (_("患者性别不详，%s的性别限制无法核对，请人工核对"), names);
  case FZ_ASK_PREGNANCY:
    return g_strdup_printf (_("未记录患者是否妊娠，%s的妊娠期禁忌无法核对，请询问后在病历中填写"), names);
  case FZ_ASK_LACTATION:
    return g_strdup_printf (_("未记录患者是否哺乳，%s的哺乳期禁忌无法核对，请询问后在病历中填写"), names);
  case FZ_ASK_EGFR:
    return g_strdup_printf (_("未记录肾功能（eGFR），%s的肾功能限制无法核对，请在病历中填写或人工核对"), names);
  case FZ_ASK_LIVER:
    return g_strdup_printf (_("未记录肝功能，%s的肝功能限制无法核对，请在病历中填写或人工核对"), names);
  case FZ_ASK_WEIGHT:
  default:
    return g_strdup_printf (_("未记录患者体重，%s按体重计算的限量无法核对，请在病历中填写体重"), names);
  }
}

static void
add_unknown (const FzUnknowns *unknowns, FzAsk ask, GPtrArray *findings)
{
  static const char *const rules[FZ_ASKS] = { "AGE_UNKNOWN", "SEX_UNKNOWN", "PREGNANCY_UNKNOWN", "LACTATION_UNKNOWN",
                                              "RENAL_UNKNOWN", "LIVER_UNKNOWN", "WEIGHT_UNKNOWN" };
  static const char *const fields[FZ_ASKS] = { "patient.birth_date", "patient.sex", "record.pregnant", "record.lactating",
                                               "record.egfr", "record.liver", "record.weight_kg" };
  g_autoptr (GPtrArray) about = g_ptr_array_new ();
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *message = NULL;

  for (guint i = 0; i < unknowns->names[ask]->len; i++) {
    const char *name = unknowns->names[ask]->pdata[i];

    g_ptr_array_add (about, (gpointer) (gsize) name);
    g_string_append_printf (names, _("%s“%s”"), i > 0 ? "、" : "", name);
  }
  g_ptr_array_add (about, NULL);
  message = unknown_message (ask, names->str);
  fz_findings_add (findings, &(FzFinding){ .rule = rules[ask],
                                           .kind = ask == FZ_ASK_WEIGHT ? FZ_FINDING_DOSE : FZ_FINDING_CONTRAINDICATION,
                                           .severity = unknowns->severity[ask],
                                           .about = (const char *const *) about->pdata,
                                           .field = fields[ask],
                                           .message = message,
                                           .cannot_check = TRUE });
}

void
fz_check_unknown (const FzUnknowns *unknowns, GPtrArray *findings)
{
  for (guint i = 0; i < FZ_ASKS; i++)
    if (unknowns->names[i] != NULL)
      add_unknown (unknowns, (FzAsk) i, findings);
}
