#include "app/exchange.h"

#include "app/knowledge.h"
#include "core/document.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static FzCodes *
find_codes (const char *name, gpointer data)
{
  return fz_knowledge_codes (data, name);
}

FzExchangeMap *
fz_exchange_load_map (const FzKnowledge *knowledge, GError **error)
{
  g_autoptr (GBytes) fields = fz_data_load ("exchange/ws445.csv", error);
  g_autoptr (GBytes) sections = fields != NULL ? fz_data_load ("exchange/sections.csv", error) : NULL;

  return sections != NULL ? fz_exchange_map_new (fields, sections, find_codes, (gpointer) knowledge, error) : NULL;
}

FzQuality *
fz_exchange_load_quality (const FzExchangeMap *map, GError **error)
{
  g_autoptr (GBytes) rules = fz_data_load ("exchange/quality.csv", error);

  return rules != NULL ? fz_quality_new (rules, map, error) : NULL;
}

/* --- the facts of a visit --- */

static gboolean
too_many (const char *what, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s超过 %d 项，不能作为一份病历导出。"), what, FZ_EXCHANGE_MOST);
  return FALSE;
}

static gboolean
put_medicines (FzFields *source, const FzFields *rx, guint *n, GError **error)
{
  static const char *const keys[] = { "generic", "strength", "form", "dose_number", "dose_unit", "freq", "route", "days", "quantity", "unit" };

  for (guint i = 0; i < fz_fields_count (rx, "rx.item"); i++, (*n)++) {
    if (*n >= FZ_EXCHANGE_MOST)
      return too_many (_ ("药品"), error);
    fz_fields_set_at (source, "medicine", *n, "prescription", fz_fields_get (rx, "rx.id"));
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (source, "medicine", *n, keys[k], fz_fields_get_at (rx, "rx.item", i, keys[k]));
    /* A herbal sheet says once how it is taken. */
    if (fz_fields_has (rx, "rx.packets")) {
      fz_fields_set_at (source, "medicine", *n, "freq", fz_fields_get (rx, "rx.freq"));
      fz_fields_set_at (source, "medicine", *n, "route", fz_fields_get (rx, "rx.route"));
    }
  }
  return TRUE;
}

static void
put_tcm (FzFields *source, const FzFields *rx, guint *n)
{
  static const char *const parts[][3] = { { "disease", "rx.tcm.disease", "rx.tcm.disease_code" }, { "pattern", "rx.tcm.pattern", "rx.tcm.pattern_code" } };

  for (guint i = 0; i < G_N_ELEMENTS (parts) && *n < FZ_EXCHANGE_MOST; i++) {
    if (!fz_fields_has (rx, parts[i][1]))
      continue;
    fz_fields_set_at (source, "tcm_diagnosis", *n, "kind", parts[i][0]);
    fz_fields_set_at (source, "tcm_diagnosis", *n, "name", fz_fields_get (rx, parts[i][1]));
    fz_fields_set_at (source, "tcm_diagnosis", (*n)++, "code", fz_fields_get (rx, parts[i][2]));
  }
}

static gboolean
put_prescriptions (FzFields *source, GPtrArray *rx, GError **error)
{
  static const char *const keys[] = { "id", "kind", "stage", "signed_at", "valid_days", "doctor_name", "pharmacist_name", "reviewed_at", "packets", "total_fen" };
  guint n_medicines = 0, n_tcm = 0;

  if (rx->len > FZ_EXCHANGE_MOST)
    return too_many (_ ("处方"), error);
  for (guint i = 0; i < rx->len; i++) {
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++) {
      g_autofree char *key = g_strconcat ("rx.", keys[k], NULL);

      fz_fields_set_at (source, "prescription", i, keys[k], fz_fields_get (rx->pdata[i], key));
    }
    put_tcm (source, rx->pdata[i], &n_tcm);
    if (!put_medicines (source, rx->pdata[i], &n_medicines, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
put_documents (FzFields *source, GPtrArray *documents, GError **error)
{
  if (documents->len > FZ_EXCHANGE_MOST)
    return too_many (_ ("文书"), error);
  for (guint i = 0; i < documents->len; i++) {
    const FzDocument *document = documents->pdata[i];
    const char *line = document->lines->pdata[0];
    const char *name = g_str_has_prefix (line, "\342\200\224 ") ? line + 4 : line;
    g_autofree char *signer = g_strndup (name, strcspn (name, " ")), *at = fz_time_format (document->signed_at_us);

    fz_fields_set_at (source, "document", i, "id", document->id);
    fz_fields_set_at (source, "document", i, "kind", fz_fields_get_kind (document->body));
    fz_fields_set_at (source, "document", i, "signed_at", at);
    fz_fields_set_at (source, "document", i, "signer", signer);
    fz_fields_set_at (source, "document", i, "sha256", document->text_sha256);
  }
  return TRUE;
}

FzFields *
fz_exchange_source (FzDesk *desk, const FzFields *visit, GPtrArray *rx, GPtrArray *documents, gint64 now_us, GError **error)
{
  g_autoptr (FzFields) source = fz_fields_dup (visit, "fuzhen.exchange_source/v1");
  const char *verdict = fz_fields_get (visit, "eligibility.verdict");

  fz_fields_set (source, "organ.code", fz_fields_get (desk->institution, "organ.code"));
  fz_fields_set (source, "organ.name", fz_fields_get (desk->institution, "organ.name"));
  fz_fields_set_time (source, "made_at", now_us);
  if (g_strcmp0 (verdict, "eligible") == 0)
    fz_fields_set (source, "encounter.kind", "2");
  if (fz_fields_count (visit, "allergy") > 0)
    fz_fields_set_bool (source, "history.allergic", TRUE);
  return put_prescriptions (source, rx, error) && put_documents (source, documents, error) ? g_steal_pointer (&source) : NULL;
}
