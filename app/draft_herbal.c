/* The part of a draft that a sheet of prepared herbs says once: how many doses, how they are decocted and taken, and the TCM diagnosis. */
#include "app/draft_lines.h"

#include "app/knowledge.h"
#include "app/line.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static gboolean
put_number (const FzJson *object, const char *name, gint64 least, gint64 most, FzFields *facts, const char *key, GError **error)
{
  gint64 value = 0;
  g_autofree char *words = NULL;

  if (!fz_json_opt_int (object, name, &value, error))
    return FALSE;
  if (value == 0)
    return TRUE; /* null or absent: not said */
  if (value >= least && value <= most) {
    fz_fields_set_int (facts, key, value);
    return TRUE;
  }
  words = g_strdup_printf (_ ("应为 %" PRId64 " 至 %" PRId64 "。"), least, most);
  return fz_json_fail (object, name, words, error);
}

static gboolean
put_word (const FzKnowledge *know, const FzJson *object, const char *name, const char *table, FzFields *facts, const char *key, GError **error)
{
  const char *value = NULL;

  if (!fz_json_opt_string (object, name, &value, error))
    return FALSE;
  fz_fields_set (facts, key, table != NULL ? fz_draft_code (know, table, value) : value);
  return TRUE;
}

static const char *
tcm_code (const FzKnowledge *know, const char *kind, const char *name)
{
  for (guint i = 0; name != NULL && know->tcm != NULL && i < know->tcm->len; i++) {
    const FzFields *row = know->tcm->pdata[i];

    if (g_strcmp0 (fz_fields_get (row, "kind"), kind) == 0 && g_strcmp0 (fz_fields_get (row, "name"), name) == 0)
      return fz_fields_get (row, "code");
  }
  return NULL;
}

gboolean
fz_draft_read_herbal (const FzKnowledge *know, const FzJson *root, FzFields *facts, GError **error)
{
  static const char *const known[] = { "packets", "packet_days", "decoction", "volume_ml", "freq", "route", "use_words", "disease", "pattern", NULL };
  const FzJson *herbal = NULL;
  const FzFrequency *often;

  if (!fz_json_opt_object (root, "herbal", &herbal, error))
    return FALSE;
  if (herbal == NULL)
    return TRUE;
  fz_fields_set (facts, "rx.sheet", "herbal");
  if (!fz_json_check_keys (herbal, known, error) || !put_number (herbal, "packets", 1, 366, facts, "rx.packets", error) ||
      !put_number (herbal, "packet_days", 1, 7, facts, "rx.packet_days", error) ||
      !put_number (herbal, "volume_ml", 1, 5000, facts, "rx.volume_ml", error) ||
      !put_word (know, herbal, "decoction", "decoctions", facts, "rx.decoction", error) ||
      !put_word (know, herbal, "freq", NULL, facts, "rx.freq", error) || !put_word (know, herbal, "route", "routes", facts, "rx.route", error) ||
      !put_word (know, herbal, "use_words", NULL, facts, "rx.use_words", error) ||
      !put_word (know, herbal, "disease", NULL, facts, "rx.tcm.disease", error) ||
      !put_word (know, herbal, "pattern", NULL, facts, "rx.tcm.pattern", error))
    return FALSE;
  often = fz_frequencies_find (know->frequencies, fz_fields_get (facts, "rx.freq"));
  if (often != NULL)
    fz_fields_set (facts, "rx.freq", often->code);
  fz_fields_set (facts, "rx.tcm.disease_code", tcm_code (know, "disease", fz_fields_get (facts, "rx.tcm.disease")));
  fz_fields_set (facts, "rx.tcm.pattern_code", tcm_code (know, "pattern", fz_fields_get (facts, "rx.tcm.pattern")));
  fz_lines_spread (facts); /* as on a sheet that was typed: what it says once holds for each line */
  return TRUE;
}
