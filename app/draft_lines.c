/* The medicines of a draft. */
#include "app/draft_lines.h"

#include "app/knowledge.h"
#include "core/drugcheck.h"
#include "core/herb.h"

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

/* 附子 and 半夏 are written, 附片 and 法半夏 stand in the catalogue: an herb's other names are its own. */
static const FzDrug *
find_herb (const FzKnowledge *know, FzFields *facts, guint i)
{
  const FzHerb *herb = fz_herbs_find (know->herbs, fz_fields_get_at (facts, "rx.item", i, "generic"));
  const FzDrug *drug = herb != NULL ? fz_catalogue_find_code (know->catalogue, herb->code) : NULL;

  if (drug != NULL)
    fz_fields_set_at (facts, "rx.item", i, "drug", drug->code);
  return drug;
}

static const FzDrug *
find_like (const FzKnowledge *know, const FzFields *facts, guint i)
{
  FzDrugKnowledge knowledge = { know->catalogue, know->controlled, know->frequencies, fz_knowledge_codes (know, "forms"), fz_knowledge_codes (know, "routes"),
                                know->set };

  return fz_drugcheck_find_like (&knowledge, fz_fields_get_at (facts, "rx.item", i, "generic"), fz_fields_get_at (facts, "rx.item", i, "route"));
}

/* What the catalogue knows of the drug and the rules ask for; of one it does not hold, what it knows of the same substance. Nothing of either leaves
 * these open. What stands on a sheet of herbs (`on_herbal`) is one. */
static void
put_drug_facts (const FzKnowledge *know, gboolean on_herbal, FzFields *facts, guint i)
{
  static const char *const grades[] = { "none", "unrestricted", "restricted", "special" };
  const FzDrug *drug = fz_catalogue_find_generic (know->catalogue, fz_fields_get_at (facts, "rx.item", i, "generic"),
                                                  fz_fields_get_at (facts, "rx.item", i, "strength"));
  const char *form = fz_fields_get_at (facts, "rx.item", i, "form");
  gboolean is_herb = on_herbal || (form != NULL && strstr (form, "饮片") != NULL);

  if (drug == NULL)
    drug = find_herb (know, facts, i);
  if (drug == NULL && !is_herb)
    drug = find_like (know, facts, i);
  fz_fields_set_at (facts, "rx.item", i, "kind", drug != NULL ? kind_word (drug) : is_herb ? "herbal" : "other");
  if (drug == NULL)
    return;
  fz_fields_set_at (facts, "rx.item", i, "antibacterial", grades[drug->antibacterial]);
  fz_fields_set_at (facts, "rx.item", i, "long_excluded", drug->long_excluded || drug->special_storage ? "yes" : "no");
}

static gboolean
read_line (const FzKnowledge *know, const FzJson *line, gboolean on_herbal, FzFields *facts, guint i, GError **error)
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
  put_drug_facts (know, on_herbal, facts, i);
  return TRUE;
}

gboolean
fz_draft_read_lines (const FzKnowledge *know, const FzJson *root, FzFields *facts, GError **error)
{
  const FzJson *array = fz_json_get_array (root, "lines", error), *current = NULL;
  static const char *const known[] = { "generic", NULL };
  const FzJson *herbal = fz_json_find (root, "herbal");
  gboolean on_herbal = herbal != NULL && fz_json_get_type (herbal) == FZ_JSON_OBJECT;

  if (array == NULL || !fz_json_opt_array (root, "current", &current, error))
    return FALSE;
  if (fz_json_count (array) > FZ_DRAFT_MAX_LIST || (current != NULL && fz_json_count (current) > FZ_DRAFT_MAX_LIST))
    return fz_json_fail (array, NULL, _ ("列表不能超过100项。"), error);
  for (guint i = 0; i < fz_json_count (array); i++)
    if (!read_line (know, fz_json_get_item (array, i), on_herbal, facts, i, error))
      return FALSE;
  for (guint i = 0; current != NULL && i < fz_json_count (current); i++) {
    const FzJson *item = fz_json_get_item (current, i);
    const char *generic;

    if (!fz_json_check_keys (item, known, error) || (generic = fz_json_get_string (item, "generic", error)) == NULL)
      return FALSE;
    fz_fields_set_at (facts, "current", i, "generic", generic);
  }
  /* Asked and none, as with allergies. */
  if (current != NULL && fz_json_count (current) == 0)
    fz_fields_set (facts, "record.current_drugs", "无");
  return TRUE;
}
