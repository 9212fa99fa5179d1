#include "app/quality.h"

#include "app/exchange.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define RULE "QUALITY_"

/* The record as it would be signed now. */
static FzFields *
record_of (FzDesk *desk, const FzExchangeMap *map, const FzFields *facts, gint64 now_us, GError **error)
{
  g_autoptr (FzFields) signed_now = fz_fields_dup (facts, NULL), source = NULL;
  g_autoptr (GPtrArray) rx = g_ptr_array_new (), none = g_ptr_array_new ();

  fz_fields_set (signed_now, "visit.stage", "recorded");
  if (fz_fields_count (facts, "rx.item") > 0)
    g_ptr_array_add (rx, signed_now);
  source = fz_exchange_source (desk, signed_now, rx, none, now_us, error);
  return source != NULL ? fz_exchange_record (map, source, FALSE, error) : NULL;
}

/* The form's name of a field of the table: `exam.physical` is typed as record.exam, a medicine is a line of the prescription. */
static char *
form_field (const FzExchangeMap *map, const char *field)
{
  static const char *const lines[][2] = { { "dose", "dose" }, { "frequency", "freq" }, { "route", "route" } };
  const FzExchangeField *row = fz_exchange_map_find (map, field);
  g_autofree char *index = row != NULL && row->list ? g_strndup (field + strlen (row->section) + 1, 2) : NULL;
  g_auto (GStrv) parts = row != NULL && row->fact != NULL ? g_strsplit (row->fact, "*", 2) : NULL;

  for (guint i = 0; index != NULL && g_str_equal (row->section, "medicine") && i < G_N_ELEMENTS (lines); i++)
    if (g_str_equal (row->member, lines[i][0]))
      return g_strdup_printf ("rx.item.%s.%s", index, lines[i][1]);
  if (parts == NULL)
    return g_strdup (field);
  return index != NULL && parts[1] != NULL ? g_strconcat (parts[0], index, parts[1], NULL) : g_strdup (row->fact);
}

static gboolean
is_said (GPtrArray *findings, const char *field)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (!g_str_has_prefix (finding->rule, RULE) && g_strcmp0 (finding->field, field) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_unfinished (GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const FzFinding *finding = findings->pdata[i];

    if (finding->severity == FZ_SEVERITY_STOP && finding->field != NULL &&
        (g_str_has_prefix (finding->field, "record.") || g_str_has_prefix (finding->field, "diagnosis")))
      return TRUE;
  }
  return FALSE;
}

static void
note (const FzExchangeMap *map, const FzFields *defect, GPtrArray *findings)
{
  g_autofree char *field = form_field (map, fz_fields_get (defect, "field")), *rule = g_strconcat (RULE, fz_fields_get (defect, "code"), NULL);
  const char *words = fz_fields_get (defect, "words"), *english = fz_fields_get (defect, "words_en");
  FzFinding finding = { .rule = rule, .kind = FZ_FINDING_RULE, .severity = FZ_SEVERITY_NOTE, .field = field, .source = fz_fields_get (defect, "source") };

  finding.message = english != NULL && !g_str_equal (_ ("中文"), "中文") ? english : words;
  if (!is_said (findings, field))
    fz_findings_add (findings, &finding);
}

gboolean
fz_quality_note (FzDesk *desk, const FzFields *facts, gint64 now_us, GPtrArray *findings, GError **error)
{
  g_autoptr (FzExchangeMap) map = fz_exchange_load_map (desk->knowledge, error);
  g_autoptr (FzQuality) quality = map != NULL ? fz_exchange_load_quality (map, error) : NULL;
  g_autoptr (FzFields) record = quality != NULL ? record_of (desk, map, facts, now_us, error) : NULL;
  g_autoptr (GPtrArray) defects = record != NULL ? fz_quality_check (quality, record, now_us) : NULL;
  gboolean unfinished = is_unfinished (findings);

  for (guint i = 0; defects != NULL && i < defects->len; i++)
    if (!unfinished || !fz_fields_is_yes (defects->pdata[i], "missing"))
      note (map, defects->pdata[i], findings);
  if (defects != NULL)
    fz_findings_sort (findings);
  return defects != NULL;
}
