#include "core/drug_limits.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/knowledge_read.h"

struct _FzDrugLimits {
  GStringChunk *texts;
  GPtrArray *rows; /* FzDrugLimit */
  GHashTable *of;
};

FzLiver
fz_liver_from_word (const char *word)
{
  static const char *const words[] = { "", "normal", "mild", "severe" };

  for (guint i = 1; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      return (FzLiver) i;
  return FZ_LIVER_UNKNOWN;
}

gboolean
fz_milli_parse (const char *text, gint64 *out_milli)
{
  g_auto (GStrv) parts = text != NULL ? g_strsplit (text, ".", 3) : NULL;
  const char *rest = parts != NULL && parts[0] != NULL && parts[1] != NULL ? parts[1] : "";
  guint64 whole = 0, fraction = 0;
  gsize n = strlen (rest);

  if (parts == NULL || parts[0] == NULL || !g_ascii_string_to_unsigned (parts[0], 10, 0, 100000, &whole, NULL))
    return FALSE;
  if (parts[1] != NULL && (parts[2] != NULL || n == 0 || n > 3 || !g_ascii_string_to_unsigned (rest, 10, 0, 999, &fraction, NULL)))
    return FALSE;
  *out_milli = (gint64) (whole * 1000 + fraction * (n == 1 ? 100 : n == 2 ? 10 : 1));
  return TRUE;
}

static void
limit_free (gpointer data)
{
  FzDrugLimit *self = data;

  g_strfreev (self->routes);
  g_free (self);
}

static void
limits_clear (gpointer data)
{
  FzDrugLimits *self = data;

  g_clear_pointer (&self->of, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

FzDrugLimits *
fz_drug_limits_ref (FzDrugLimits *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_drug_limits_unref (FzDrugLimits *self)
{
  g_atomic_rc_box_release_full (self, limits_clear);
}

static gboolean
read_person (const FzKnowledgeReader *reader, guint row, FzDrugLimit *limit, GError **error)
{
  const char *egfr = fz_csv_get (reader->csv, row, "egfr_below"), *liver = fz_csv_get (reader->csv, row, "liver");

  if (!fz_age_bound_parse (fz_csv_get (reader->csv, row, "age_from"), &limit->from))
    return fz_knowledge_refuse (reader, row, "age_from", error);
  if (!fz_age_bound_parse (fz_csv_get (reader->csv, row, "age_until"), &limit->until))
    return fz_knowledge_refuse (reader, row, "age_until", error);
  if (*egfr != '\0' && (!fz_milli_parse (egfr, &limit->egfr_below_milli) || limit->egfr_below_milli == 0))
    return fz_knowledge_refuse (reader, row, "egfr_below", error);
  limit->liver = fz_liver_from_word (liver);
  if (*liver != '\0' && limit->liver < FZ_LIVER_MILD)
    return fz_knowledge_refuse (reader, row, "liver", error);
  return TRUE;
}

static gboolean
read_doses (const FzKnowledgeReader *reader, guint row, FzDrugLimit *limit, GError **error)
{
  static const char *const columns[] = { "single", "daily", "single_per_kg", "daily_per_kg" };
  FzDose *doses[] = { &limit->single, &limit->daily, &limit->single_per_kg, &limit->daily_per_kg };
  const char *avoid = fz_csv_get (reader->csv, row, "avoid");
  gboolean any = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    const char *text = fz_csv_get (reader->csv, row, columns[i]);

    if (*text != '\0' && !fz_dose_parse (text, doses[i], NULL))
      return fz_knowledge_refuse (reader, row, columns[i], error);
    any = any || *text != '\0';
  }
  limit->avoid = g_str_equal (avoid, "yes");
  if (limit->avoid == any || (!limit->avoid && !g_str_equal (avoid, "no") && *avoid != '\0')) {
    fz_csv_set_error (reader->csv, row, "avoid", error, _("每行应写限量，或写 avoid=yes（不宜使用），两者取一"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
read_limit (const FzKnowledgeReader *reader, guint row, GError **error)
{
  FzDrugLimits *self = reader->table;
  FzDrugLimit *limit = g_new0 (FzDrugLimit, 1);

  g_ptr_array_add (self->rows, limit);
  limit->words = fz_knowledge_text (reader, row, "words");
  if (*limit->words == '\0')
    return fz_knowledge_refuse (reader, row, "words", error);
  return fz_knowledge_read_routes (reader, row, &limit->routes, error) && read_person (reader, row, limit, error) && read_doses (reader, row, limit, error) &&
         fz_knowledge_read_source (reader, row, &limit->source, &limit->confidence, error) &&
         fz_knowledge_index (reader, row, "subject", self->of, limit, error);
}

FzDrugLimits *
fz_drug_limits_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugGroups *groups, const FzCodes *routes, GPtrArray *issues, GError **error)
{
  static const char *const columns[] = { "subject", "routes", "age_from", "age_until", "egfr_below", "liver", "single", "daily",
                                         "single_per_kg", "daily_per_kg", "avoid", "words", "source", "confidence", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzDrugLimits) self = NULL;
  FzKnowledgeReader reader = { .csv = csv, .groups = groups, .routes = routes, .issues = issues };

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzDrugLimits);
  self->texts = g_string_chunk_new (4096);
  self->rows = g_ptr_array_new_with_free_func (limit_free);
  self->of = fz_knowledge_index_new ();
  reader.texts = self->texts;
  reader.table = self;
  return fz_knowledge_read_rows (&reader, read_limit, error) ? g_steal_pointer (&self) : NULL;
}

GPtrArray *
fz_drug_limits_of (const FzDrugLimits *self, const char *substance_key)
{
  return g_hash_table_lookup (self->of, substance_key);
}
