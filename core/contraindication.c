#include "core/contraindication.h"

#include <string.h>

#include "core/knowledge_read.h"

struct _FzContraindications {
  GStringChunk *texts;
  GPtrArray *rows; /* FzContraindication */
  GHashTable *of;
};

static void
row_free (gpointer data)
{
  FzContraindication *self = data;

  g_strfreev (self->routes);
  g_strfreev (self->prefixes);
  g_strfreev (self->unless);
  g_free (self);
}

static void
table_clear (gpointer data)
{
  FzContraindications *self = data;

  g_clear_pointer (&self->of, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

FzContraindications *
fz_contraindications_ref (FzContraindications *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_contraindications_unref (FzContraindications *self)
{
  g_atomic_rc_box_release_full (self, table_clear);
}

static gboolean
read_age (const char *text, FzContraindication *out)
{
  out->below = text[0] == '<';
  if (!out->below && !g_str_has_prefix (text, ">="))
    return FALSE;
  return fz_age_bound_parse (text + (out->below ? 1 : 2), &out->age) && out->age.unit != 0;
}

/* A code's beginning: a letter, two digits or x, then whatever the national edition appends. */
static gboolean
is_prefix (const char *text)
{
  return g_ascii_isupper (text[0]) && strspn (text + 1, "0123456789.xX+*-") == strlen (text + 1) && strlen (text) < 20;
}

static gboolean
read_prefixes (const char *text, GStrv *out)
{
  *out = fz_knowledge_words (text);
  for (guint i = 0; (*out)[i] != NULL; i++)
    if (!is_prefix ((*out)[i]))
      return FALSE;
  return TRUE;
}

/* Files of before have no such column: then a row speaks of what was as of what is. */
static gboolean
read_scope (const char *text, FzContraindication *out)
{
  out->current = g_str_equal (text, "current");
  return *text == '\0' || (out->kind == FZ_CONTRA_DISEASE && (out->current || g_str_equal (text, "any")));
}

static gboolean
read_unless (const char *text, FzContraindication *out)
{
  return read_prefixes (text, &out->unless) && (out->unless[0] == NULL || out->kind == FZ_CONTRA_DISEASE);
}

static gboolean
read_condition (const char *text, FzContraindication *out)
{
  switch (out->kind) {
  case FZ_CONTRA_AGE:
    return read_age (text, out);
  case FZ_CONTRA_SEX:
    out->sex = text[0];
    return g_str_equal (text, "F") || g_str_equal (text, "M");
  case FZ_CONTRA_PREGNANCY:
  case FZ_CONTRA_LACTATION:
    return g_str_equal (text, "yes");
  case FZ_CONTRA_DISEASE:
    return read_prefixes (text, &out->prefixes) && out->prefixes[0] != NULL;
  case FZ_CONTRA_RENAL:
    return g_str_has_prefix (text, "egfr<") && fz_milli_parse (text + strlen ("egfr<"), &out->egfr_below_milli) && out->egfr_below_milli > 0;
  case FZ_CONTRA_LIVER:
    out->liver = fz_liver_from_word (text);
    return out->liver >= FZ_LIVER_MILD;
  default:
    return FALSE;
  }
}

static gboolean
read_kind (const char *text, FzContraKind *out)
{
  static const char *const kinds[FZ_CONTRA_KINDS] = { "age", "sex", "pregnancy", "lactation", "disease", "renal", "liver" };

  for (guint i = 0; i < FZ_CONTRA_KINDS; i++)
    if (g_str_equal (text, kinds[i])) {
      *out = (FzContraKind) i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_row (const FzKnowledgeReader *reader, guint row, GError **error)
{
  FzContraindications *self = reader->table;
  FzContraindication *out = g_new0 (FzContraindication, 1);
  FzConfidence confidence = FZ_CONFIDENCE_LOW;

  g_ptr_array_add (self->rows, out);
  out->words = fz_knowledge_text (reader, row, "words");
  out->advice = fz_knowledge_text (reader, row, "advice");
  if (!fz_knowledge_read_routes (reader, row, &out->routes, error))
    return FALSE;
  if (!read_kind (fz_csv_get (reader->csv, row, "kind"), &out->kind))
    return fz_knowledge_refuse (reader, row, "kind", error);
  if (!read_condition (fz_csv_get (reader->csv, row, "condition"), out))
    return fz_knowledge_refuse (reader, row, "condition", error);
  if (!read_scope (fz_csv_get (reader->csv, row, "scope"), out))
    return fz_knowledge_refuse (reader, row, "scope", error);
  if (!read_unless (fz_csv_get (reader->csv, row, "unless"), out))
    return fz_knowledge_refuse (reader, row, "unless", error);
  if (!fz_severity_from_word (fz_csv_get (reader->csv, row, "severity"), &out->severity))
    return fz_knowledge_refuse (reader, row, "severity", error);
  if (*out->words == '\0')
    return fz_knowledge_refuse (reader, row, "words", error);
  if (!fz_knowledge_read_source (reader, row, &out->source, &confidence, error))
    return FALSE;
  if (confidence != FZ_CONFIDENCE_HIGH)
    out->severity = MIN (out->severity, FZ_SEVERITY_REASON);
  return fz_knowledge_index (reader, row, "subject", self->of, out, error);
}

FzContraindications *
fz_contraindications_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugGroups *groups, const FzCodes *routes, GPtrArray *issues,
                            GError **error)
{
  static const char *const columns[] = { "subject", "routes", "kind", "condition", "severity", "words", "advice", "source", "confidence", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzContraindications) self = NULL;
  FzKnowledgeReader reader = { .csv = csv, .groups = groups, .routes = routes, .issues = issues };

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzContraindications);
  self->texts = g_string_chunk_new (4096);
  self->rows = g_ptr_array_new_with_free_func (row_free);
  self->of = fz_knowledge_index_new ();
  reader.texts = self->texts;
  reader.table = self;
  return fz_knowledge_read_rows (&reader, read_row, error) ? g_steal_pointer (&self) : NULL;
}

GPtrArray *
fz_contraindications_of (const FzContraindications *self, const char *substance_key)
{
  return g_hash_table_lookup (self->of, substance_key);
}
