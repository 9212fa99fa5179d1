/* Reading a draft for `check --draft`. */
#include "app/draft_check.h"

#include "app/draft_lines.h"
#include "app/situation.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_DRAFT (256 * 1024)

typedef struct {
  const FzKnowledge *know;
  FzDraftCase *out;
} Reading;

void
fz_draft_case_free (FzDraftCase *self)
{
  if (self == NULL)
    return;
  g_free (self->id);
  g_clear_pointer (&self->facts, fz_fields_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzDraftCase, fz_draft_case_free)

/* --- small parts --- */

static gboolean
copy_text (const FzJson *object, const char *name, FzFields *to, const char *key, GError **error)
{
  const char *value = NULL;

  if (!fz_json_opt_string (object, name, &value, error))
    return FALSE;
  fz_fields_set (to, key, value);
  return TRUE;
}

static gboolean
copy_bool (const FzJson *object, const char *name, FzFields *to, const char *key, GError **error)
{
  const FzJson *member = fz_json_find (object, name);
  gboolean value = FALSE;

  if (member == NULL || fz_json_get_type (member) == FZ_JSON_NULL)
    return TRUE;
  if (!fz_json_get_bool (object, name, &value, error))
    return FALSE;
  fz_fields_set_bool (to, key, value);
  return TRUE;
}

static gboolean
copy_number (const FzJson *object, const char *name, gint64 least, gint64 most, FzFields *to, const char *key, GError **error)
{
  gint64 value = G_MININT64;

  if (!fz_json_opt_int (object, name, &value, error))
    return FALSE;
  if (value == G_MININT64)
    return TRUE;
  if (value < least || value > most)
    return fz_json_fail (object, name, _ ("数值超出合理范围。"), error);
  fz_fields_set_int (to, key, value);
  return TRUE;
}

static gboolean
copy_decimal (const FzJson *object, const char *name, FzFields *to, const char *key, GError **error)
{
  const char *text = NULL;

  if (!fz_json_opt_decimal (object, name, &text, error))
    return FALSE;
  if (text != NULL && text[0] == '-')
    return fz_json_fail (object, name, _ ("不能是负数。"), error);
  fz_fields_set (to, key, text);
  return TRUE;
}

static gboolean
copy_word (const FzJson *object, const char *name, const char *const *words, FzFields *to, const char *key, GError **error)
{
  const char *value = NULL;

  if (!fz_json_opt_string (object, name, &value, error))
    return FALSE;
  if (value != NULL && !g_strv_contains (words, value))
    return fz_json_fail (object, name, _ ("不是允许的取值。"), error);
  fz_fields_set (to, key, value);
  return TRUE;
}

/* --- the patient --- */

/* The rules ask birth dates. An age in days is exact; an age in years stands for the first day of that age. */
static void
put_birth_date (const Reading *reading, gint64 years, gint64 days)
{
  FzDate on = fz_date_in_beijing (reading->out->at_us);
  g_autofree char *text = NULL;

  if (days >= 0 && years <= 0)
    text = fz_date_format (fz_date_add_days (on, -days));
  else if (years >= 0)
    text = fz_date_format (fz_date_add_months (on, -12 * (int) years));
  fz_fields_set (reading->out->facts, "patient.birth_date", text);
  if (years < 0 && days >= 0)
    fz_fields_set_int (reading->out->facts, "patient.age_years", days / 366);
}

/* Nobody asked is different from asked and none. */
static gboolean
read_allergies (const FzJson *patient, FzFields *facts, GError **error)
{
  const FzJson *array = NULL;

  if (!fz_json_opt_array (patient, "allergies", &array, error))
    return FALSE;
  if (array == NULL)
    return TRUE;
  if (fz_json_count (array) > FZ_DRAFT_MAX_LIST)
    return fz_json_fail (array, NULL, _ ("列表不能超过100项。"), error);
  for (guint i = 0; i < fz_json_count (array); i++) {
    const char *word = fz_json_get_string (fz_json_get_item (array, i), NULL, error);

    if (word == NULL)
      return FALSE;
    fz_fields_set_at (facts, "allergy", i, NULL, word);
  }
  if (fz_json_count (array) == 0)
    fz_fields_set (facts, "record.allergy_history", "无");
  return TRUE;
}

static gboolean
read_patient (const Reading *reading, const FzJson *root, GError **error)
{
  static const char *const known[] = { "age_years", "age_days", "sex",   "weight_kg", "pregnant", "lactating",
                                       "egfr",      "liver",    "allergies", NULL };
  static const char *const sexes[] = { "F", "M", "unknown", NULL }, *const livers[] = { "normal", "mild", "severe", "unknown", NULL };
  const FzJson *patient = fz_json_get_object (root, "patient", error);
  FzFields *facts = reading->out->facts;
  gint64 years = -1, days = -1;

  if (patient == NULL || !fz_json_check_keys (patient, known, error) ||
      !copy_number (patient, "age_years", 0, 150, facts, "patient.age_years", error) ||
      !copy_number (patient, "age_days", 0, 55000, facts, "patient.age_days", error) ||
      !copy_word (patient, "sex", sexes, facts, "patient.sex", error) || !copy_word (patient, "liver", livers, facts, "patient.liver", error) ||
      !copy_decimal (patient, "weight_kg", facts, "patient.weight_kg", error) || !copy_decimal (patient, "egfr", facts, "patient.egfr", error) ||
      !copy_bool (patient, "pregnant", facts, "patient.pregnant", error) ||
      !copy_bool (patient, "lactating", facts, "patient.lactating", error))
    return FALSE;
  fz_fields_get_int (facts, "patient.age_years", &years);
  fz_fields_get_int (facts, "patient.age_days", &days);
  put_birth_date (reading, years, days);
  return read_allergies (patient, facts, error);
}

/* --- diagnoses --- */

static const char *
field_of (const char *aliases, const char *name)
{
  g_auto (GStrv) words = aliases != NULL ? g_strsplit (aliases, "|", -1) : NULL;

  return words != NULL && g_strv_contains ((const char *const *) words, name) ? name : NULL;
}

/* The code a doctor would have picked for exactly these words. */
static const char *
code_of_name (const FzKnowledge *know, const char *name)
{
  const char *found = NULL;

  for (guint i = 0; know->diagnoses != NULL && i < know->diagnoses->len && name != NULL; i++) {
    const FzFields *row = know->diagnoses->pdata[i];

    if (g_strcmp0 (fz_fields_get (row, "name"), name) == 0)
      return fz_fields_get (row, "code");
    if (found == NULL && field_of (fz_fields_get (row, "aliases"), name) != NULL)
      found = fz_fields_get (row, "code");
  }
  return found;
}

static gboolean
read_list (const Reading *reading, const FzJson *object, const char *name, const char *list, const char *key, GError **error)
{
  const FzJson *array = NULL;

  if (!fz_json_opt_array (object, name, &array, error))
    return FALSE;
  if (array != NULL && fz_json_count (array) > FZ_DRAFT_MAX_LIST)
    return fz_json_fail (array, NULL, _ ("列表不能超过100项。"), error);
  for (guint i = 0; array != NULL && i < fz_json_count (array); i++) {
    const char *word = fz_json_get_string (fz_json_get_item (array, i), NULL, error);

    if (word == NULL)
      return FALSE;
    fz_fields_set_at (reading->out->facts, list, i, key, word);
  }
  return TRUE;
}

static void
complete_codes (const Reading *reading, const char *list)
{
  FzFields *facts = reading->out->facts;

  for (guint i = 0; i < fz_fields_count (facts, list); i++) {
    const char *name = fz_fields_get_at (facts, list, i, "name");
    const char *code = fz_fields_get_at (facts, list, i, "code");

    if (code != NULL)
      continue;
    /* A prior diagnosis in the words of a present one is the same disease, whatever the list calls it. */
    for (guint k = 0; g_str_equal (list, "prior") && k < fz_fields_count (facts, "diagnosis") && code == NULL; k++)
      if (name != NULL && g_strcmp0 (fz_fields_get_at (facts, "diagnosis", k, "name"), name) == 0)
        code = fz_fields_get_at (facts, "diagnosis", k, "code");
    if (code == NULL)
      code = code_of_name (reading->know, name);
    fz_fields_set_at (facts, list, i, "code", code);
  }
}

/* --- the context --- */

static gboolean
read_moment (const FzJson *object, const char *name, gint64 *out, GError **error)
{
  const char *text = NULL;
  g_autoptr (GDateTime) moment = NULL;

  if (!fz_json_opt_string (object, name, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  moment = strlen (text) >= 20 && text[10] == 'T' ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  if (moment == NULL)
    return fz_json_fail (object, name, _ ("时间应写作 2026-03-02T09:10:00+08:00。"), error);
  *out = g_date_time_to_unix (moment) * FZ_US_PER_SECOND;
  return TRUE;
}

static gboolean
check_region (const FzJson *context, GError **error)
{
  const char *region = fz_json_get_string (context, "region", error);
  g_autofree char *path = NULL;

  if (region == NULL || g_str_equal (region, "tianjin"))
    return region != NULL;
  path = fz_json_dup_path (context);
  g_set_error (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED, _ ("%s.region：没有“%s”的规则集，目前只有 tianjin。"), path, region);
  return FALSE;
}

static void
put_title (const Reading *reading)
{
  FzFields *facts = reading->out->facts;
  const char *title = fz_fields_get (facts, "doctor.title_label");

  fz_fields_set (facts, "doctor.title", fz_draft_code (reading->know, "titles", title));
}

static gboolean
read_context (const Reading *reading, const FzJson *context, GError **error)
{
  static const char *const known[] = { "region", "revisit", "prior_diagnoses", "reason_over_7d", "long_eval_and_patient_confirmed",
                                       "prescriber_id", "prescriber_title", "guardian_present", "child_specialist_present",
                                       "reviewer_id", "issued_at", "valid_days", "dispense_at", "delivery", NULL };
  FzFields *facts = reading->out->facts;

  if (!fz_json_check_keys (context, known, error) || !check_region (context, error) ||
      !copy_bool (context, "revisit", facts, "revisit", error) ||
      !read_list (reading, context, "prior_diagnoses", "prior", "name", error) ||
      !copy_text (context, "reason_over_7d", facts, "rx.reason_over_7d", error) ||
      !copy_bool (context, "long_eval_and_patient_confirmed", facts, "rx.long_confirmed", error) ||
      !copy_text (context, "prescriber_id", facts, "doctor.person", error) ||
      !copy_text (context, "prescriber_title", facts, "doctor.title_label", error) ||
      !copy_bool (context, "guardian_present", facts, "rx.guardian_present", error) ||
      !copy_bool (context, "child_specialist_present", facts, "rx.specialist_present", error) ||
      !copy_text (context, "reviewer_id", facts, "reviewer.person", error) ||
      !copy_number (context, "valid_days", 0, 366, facts, "rx.valid_days", error) ||
      !copy_text (context, "delivery", facts, "rx.delivery", error) ||
      !read_moment (context, "dispense_at", &reading->out->dispense_us, error))
    return FALSE;
  if (fz_fields_has (facts, "revisit"))
    fz_fields_set (facts, "eligibility.verdict", fz_fields_is_yes (facts, "revisit") ? "eligible" : "not_eligible");
  fz_fields_set (facts, "revisit", NULL);
  put_title (reading);
  return TRUE;
}

static FzDraftCase *
read_draft (const FzKnowledge *know, const FzJson *root, GError **error)
{
  static const char *const known[] = { "id", "patient", "diagnoses", "icd", "current", "lines", "herbal", "context", NULL };
  g_autoptr (FzDraftCase) out = g_new0 (FzDraftCase, 1);
  Reading reading = { know, out };
  const FzJson *context;
  const char *id = NULL;

  out->facts = fz_fields_new ("fuzhen.check_facts/v1");
  out->at_us = g_get_real_time ();
  if (!fz_json_check_keys (root, known, error) || !fz_json_opt_string (root, "id", &id, error) ||
      (context = fz_json_get_object (root, "context", error)) == NULL || !read_moment (context, "issued_at", &out->at_us, error) ||
      !read_patient (&reading, root, error) || !read_list (&reading, root, "diagnoses", "diagnosis", "name", error) ||
      !read_list (&reading, root, "icd", "diagnosis", "code", error) || !fz_draft_read_lines (know, root, out->facts, error) ||
      !fz_draft_read_herbal (know, root, out->facts, error) ||
      !read_context (&reading, context, error))
    return NULL;
  out->id = g_strdup (id);
  complete_codes (&reading, "diagnosis");
  complete_codes (&reading, "prior");
  fz_situation_put_lines (know, out->at_us, out->facts);
  fz_fields_freeze (out->facts);
  return g_steal_pointer (&out);
}

/* --- one or many --- */

static gboolean
add_draft (const FzKnowledge *know, const char *text, gsize n, guint line, GPtrArray *out, GError **error)
{
  g_autoptr (FzJson) root = fz_json_parse (text, n, MAX_DRAFT, error);
  FzDraftCase *draft = root != NULL ? read_draft (know, root, error) : NULL;

  if (draft != NULL)
    g_ptr_array_add (out, draft);
  else if (line > 0)
    g_prefix_error (error, _ ("第 %u 行："), line);
  return draft != NULL;
}

static gboolean
is_blank (const char *line)
{
  return line[strspn (line, " \t\r")] == '\0';
}

GPtrArray *
fz_draft_cases_parse (const FzKnowledge *know, const char *text, gsize n, GError **error)
{
  g_autoptr (GPtrArray) out = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_draft_case_free);
  g_autofree char *copy = g_strndup (text, n);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  g_autoptr (FzJson) first = NULL;
  guint from = 0;

  while (lines[from] != NULL && is_blank (lines[from]))
    from++;
  /* A first line that is a whole object means one a line; else the file is one draft over several lines. */
  first = lines[from] != NULL && strlen (copy) == n ? fz_json_parse (lines[from], strlen (lines[from]), MAX_DRAFT, NULL) : NULL;
  if (first == NULL)
    return add_draft (know, text, n, 0, out, error) ? g_steal_pointer (&out) : NULL;
  for (guint i = from; lines[i] != NULL; i++)
    if (!is_blank (lines[i]) && !add_draft (know, lines[i], strlen (lines[i]), i + 1, out, error))
      return NULL;
  return g_steal_pointer (&out);
}
