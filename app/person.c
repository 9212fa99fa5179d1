#include "app/person.h"

#include <glib/gi18n-lib.h>

static const char *const keys[] = { "weight_kg", "pregnant", "lactating", "egfr", "liver" };

/* What the doctor says in this visit counts before what a draft in a file brings. */
static const char *
said (const FzFields *facts, const char *key)
{
  g_autofree char *record = g_strconcat ("record.", key, NULL), *patient = g_strconcat ("patient.", key, NULL);
  const char *value = fz_fields_get (facts, record);

  return value != NULL ? value : fz_fields_get (facts, patient);
}

static FzAnswer
answer_of (const FzFields *facts, const char *key)
{
  const char *value = said (facts, key);

  return g_strcmp0 (value, "yes") == 0 ? FZ_ANSWER_YES : g_strcmp0 (value, "no") == 0 ? FZ_ANSWER_NO : FZ_ANSWER_UNKNOWN;
}

void
fz_person_fill (const FzFields *facts, FzCheckRequest *request)
{
  const char *sex = fz_fields_get (facts, "patient.sex");
  gint64 age = 0;

  request->age_years = fz_fields_get_int (facts, "patient.age_years", &age) ? (int) age : -1;
  request->birth_date = fz_fields_get (facts, "patient.birth_date");
  if (g_strcmp0 (sex, "F") == 0 || g_strcmp0 (sex, "M") == 0)
    request->sex = sex[0];
  request->pregnant = answer_of (facts, "pregnant");
  request->lactating = answer_of (facts, "lactating");
  request->egfr_known = fz_milli_parse (said (facts, "egfr"), &request->egfr_milli);
  request->liver = fz_liver_from_word (said (facts, "liver"));
  if (!fz_milli_parse (said (facts, "weight_kg"), &request->weight_g))
    request->weight_g = 0;
}

static gboolean
is_readable (const char *key, const char *value)
{
  gint64 milli = 0;

  if (g_str_equal (key, "weight_kg"))
    return fz_milli_parse (value, &milli) && milli > 0;
  if (g_str_equal (key, "egfr"))
    return fz_milli_parse (value, &milli);
  if (g_str_equal (key, "liver"))
    return fz_liver_from_word (value) != FZ_LIVER_UNKNOWN || g_str_equal (value, "unknown");
  return g_str_equal (value, "yes") || g_str_equal (value, "no");
}

void
fz_person_check (const FzFields *facts, GPtrArray *findings)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *value = said (facts, keys[i]);
    g_autofree char *field = g_strconcat ("record.", keys[i], NULL), *message = NULL;

    if (value == NULL || is_readable (keys[i], value))
      continue;
    message = g_strdup_printf (_ ("“%s”不能识别：体重和 eGFR 写数字（如 12.5），其他从选项中选择。"), value);
    fz_findings_add (findings, &(FzFinding){ .rule = "PERSON_UNREADABLE",
                                             .kind = FZ_FINDING_FORM,
                                             .severity = FZ_SEVERITY_STOP,
                                             .field = field,
                                             .message = message });
  }
}

void
fz_person_put (const FzFields *draft, const FzFields *visit, FzFields *body)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    g_autofree char *record = g_strconcat ("record.", keys[i], NULL), *patient = g_strconcat ("patient.", keys[i], NULL);
    const char *value = draft != NULL ? fz_fields_get (draft, record) : NULL;

    if (value == NULL)
      value = fz_fields_get (visit, record);
    if (value != NULL)
      fz_fields_set (body, patient, value);
  }
}

/* What always matters of a child or a woman, and what a medicine of the sheet asks; what was said once stays in sight. */
FzPersonAsks
fz_desk_person_asks (FzSession *session, const FzFields *visit, const FzFields *draft, GPtrArray *findings)
{
  const FzDesk *desk = fz_session_get_desk (session);
  g_autofree char *day = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  FzCheckRequest request = { .on_date = day };
  FzKnowledgeAges ages = fz_knowledge_set_get_ages (desk->knowledge->set);
  FzDate born = { 0 }, on = fz_date_in_beijing (fz_session_now_us (session));
  gboolean known;
  FzPersonAsks asks = { 0 };

  fz_person_fill (visit, &request);
  request.pregnant = FZ_ANSWER_UNKNOWN;
  known = request.birth_date != NULL && fz_date_parse (request.birth_date, &born, NULL);
  asks.weight = fz_age_bound_reached (&ages.weight_until, known ? &born : NULL, request.age_years, on) == FZ_ANSWER_NO ||
                fz_findings_find (findings, "WEIGHT_UNKNOWN") != NULL || fz_fields_has (draft, "record.weight_kg");
  asks.pregnancy = (request.sex == 'F' && fz_drugcheck_pregnant (desk->knowledge->set, &request) == FZ_ANSWER_UNKNOWN) ||
                   fz_findings_find (findings, "PREGNANCY_UNKNOWN") != NULL || fz_findings_find (findings, "LACTATION_UNKNOWN") != NULL;
  asks.egfr = fz_findings_find (findings, "RENAL_UNKNOWN") != NULL || fz_fields_has (draft, "record.egfr");
  asks.liver = fz_findings_find (findings, "LIVER_UNKNOWN") != NULL || fz_fields_has (draft, "record.liver");
  return asks;
}
