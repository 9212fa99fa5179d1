/* The medicines of a draft. */
#include "app/draft_lines.h"

#include "app/knowledge.h"

#include <glib/gi18n-lib.h>
#include <string.h>

const char *
fz_draft_code (const FzKnowledge *know, const char *table, const char *word)
{
  FzCodes *codes = fz_knowledge_codes (know, table);
  int row = word != NULL ? fz_codes_find (codes, word) : -1;

  return row >= 0 ? fz_codes_get (codes, (guint) row, "code") : word;
}

static const char *
kind_word (const FzDrug *drug)
{
  return drug->kind == FZ_DRUG_WESTERN ? "western" : drug->kind == FZ_DRUG_PATENT ? "patent" : "herbal";
}

/* What the catalogue knows of the drug and the rules ask for. A drug it does not hold leaves these open. */
static void
put_drug_facts (const FzKnowledge *know, FzFields *facts, guint i)
{
  static const char *const grades[] = { "none", "unrestricted", "restricted", "special" };
  const FzDrug *drug = fz_catalogue_find_generic (know->catalogue, fz_fields_get_at (facts, "rx.item", i, "generic"),
                                                  fz_fields_get_at (facts, "rx.item", i, "strength"));
  const char *form = fz_fields_get_at (facts, "rx.item", i, "form");
  gboolean is_herb = form != NULL && strstr (form, "饮片") != NULL;

  fz_fields_set_at (facts, "rx.item", i, "kind", drug != NULL ? kind_word (drug) : is_herb ? "herbal" : "other");
  if (drug == NULL)
    return;
  fz_fields_set_at (facts, "rx.item", i, "antibacterial", grades[drug->antibacterial]);
  fz_fields_set_at (facts, "rx.item", i, "long_excluded", drug->long_excluded || drug->special_storage ? "yes" : "no");
}

static gboolean
read_line (const FzKnowledge *know, const FzJson *line, FzFields *facts, guint i, GError **error)
{
  static const char *const known[] = { "generic", "brand", "strength", "form", "route", "dose", "freq", "days", "special", NULL };
  const FzFrequency *frequency;
  const char *special = NULL;
  gint64 days = 0;

  if (!fz_json_check_keys (line, known, error) || fz_json_get_string (line, "generic", error) == NULL)
    return FALSE;
  for (guint k = 0; k < 7; k++) {
    const char *value = NULL;

    if (!fz_json_opt_string (line, known[k], &value, error))
      return FALSE;
    fz_fields_set_at (facts, "rx.item", i, known[k], value);
  }
  if (fz_fields_get_at (facts, "rx.item", i, "generic") == NULL)
    return fz_json_fail (line, "generic", _ ("不能为空。"), error);
  if (!fz_json_opt_int (line, "days", &days, error) || !fz_json_opt_string (line, "special", &special, error))
    return FALSE;
  fz_fields_set_at (facts, "rx.item", i, "special", special);
  if (days < 0 || days > 366)
    return fz_json_fail (line, "days", _ ("天数应为1至366。"), error);
  if (days > 0)
    fz_fields_set_int_at (facts, "rx.item", i, "days", days);
  frequency = fz_frequencies_find (know->frequencies, fz_fields_get_at (facts, "rx.item", i, "freq"));
  if (frequency != NULL)
    fz_fields_set_at (facts, "rx.item", i, "freq", frequency->code);
  fz_fields_set_at (facts, "rx.item", i, "route", fz_draft_code (know, "routes", fz_fields_get_at (facts, "rx.item", i, "route")));
  fz_fields_set_at (facts, "rx.item", i, "form", fz_draft_code (know, "forms", fz_fields_get_at (facts, "rx.item", i, "form")));
  /* Written is enough for the rule on form; whether it can be read is the dose check's finding. */
  fz_fields_set_at (facts, "rx.item", i, "dose_ok", fz_fields_get_at (facts, "rx.item", i, "dose") != NULL ? "yes" : NULL);
  put_drug_facts (know, facts, i);
  return TRUE;
}

gboolean
fz_draft_read_lines (const FzKnowledge *know, const FzJson *root, FzFields *facts, GError **error)
{
  const FzJson *array = fz_json_get_array (root, "lines", error), *current = NULL;
  static const char *const known[] = { "generic", NULL };

  if (array == NULL || !fz_json_opt_array (root, "current", &current, error))
    return FALSE;
  if (fz_json_count (array) > FZ_DRAFT_MAX_LIST || (current != NULL && fz_json_count (current) > FZ_DRAFT_MAX_LIST))
    return fz_json_fail (array, NULL, _ ("列表不能超过100项。"), error);
  for (guint i = 0; i < fz_json_count (array); i++)
    if (!read_line (know, fz_json_get_item (array, i), facts, i, error))
      return FALSE;
  for (guint i = 0; current != NULL && i < fz_json_count (current); i++) {
    const FzJson *item = fz_json_get_item (current, i);
    const char *generic;

    if (!fz_json_check_keys (item, known, error) || (generic = fz_json_get_string (item, "generic", error)) == NULL)
      return FALSE;
    fz_fields_set_at (facts, "current", i, "generic", generic);
  }
  return TRUE;
}
