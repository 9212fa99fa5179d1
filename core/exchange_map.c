#include "core/exchange.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _FzExchangeMap {
  FzCsv *table, *sections;
  GPtrArray *fields; /* FzExchangeField */
};

static void
field_free (gpointer data)
{
  FzExchangeField *field = data;

  g_free (field->section);
  g_free (field->member);
  g_strfreev (field->words);
  g_clear_pointer (&field->codes, fz_codes_unref);
  g_free (field);
}

void
fz_exchange_map_free (FzExchangeMap *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->table, fz_csv_unref);
  g_clear_pointer (&self->sections, fz_csv_unref);
  g_free (self);
}

static gboolean
read_type (const char *word, FzExchangeType *out)
{
  static const char *const words[FZ_N_EXCHANGE_TYPES] = { "text", "line", "date", "time", "int", "decimal", "flag", "code" };

  for (guint i = 0; i < FZ_N_EXCHANGE_TYPES; i++)
    if (g_str_equal (words[i], word)) {
      *out = (FzExchangeType) i;
      return TRUE;
    }
  return FALSE;
}

static const char *
or_null (const char *text)
{
  return *text != '\0' && !g_str_equal (text, "-") ? text : NULL;
}

/* section.member or section.*.member */
static gboolean
split_name (FzExchangeField *field)
{
  g_auto (GStrv) words = g_strsplit (field->field, ".", -1);
  guint n = g_strv_length (words);

  field->list = n == 3 && g_str_equal (words[1], "*");
  if (n != 2 && !field->list)
    return FALSE;
  field->section = g_strdup (words[0]);
  field->member = g_strdup (words[n - 1]);
  return TRUE;
}

static gboolean
take_codes (FzExchangeField *field, const char *codes, FzExchangeCodes tables, gpointer data)
{
  FzCodes *table = NULL;

  field->codes_name = or_null (codes);
  if (field->type != FZ_EXCHANGE_CODE)
    return *codes == '\0';
  if (*codes == '=') {
    field->words = g_strsplit (codes + 1, "|", -1);
    return TRUE;
  }
  table = tables (codes, data);
  field->codes = table != NULL ? fz_codes_ref (table) : NULL;
  return table != NULL;
}

static gboolean
add_field (FzExchangeMap *self, guint row, FzExchangeCodes codes, gpointer data, GError **error)
{
  const FzCsv *csv = self->table;
  FzExchangeField *field = g_new0 (FzExchangeField, 1);

  g_ptr_array_add (self->fields, field);
  field->field = fz_csv_get (csv, row, "field");
  field->element = or_null (fz_csv_get (csv, row, "element"));
  field->name = fz_csv_get (csv, row, "name");
  field->name_en = fz_csv_get (csv, row, "name_en");
  field->own = or_null (fz_csv_get (csv, row, "own"));
  field->most = (guint) g_ascii_strtoull (fz_csv_get (csv, row, "most"), NULL, 10);
  field->need = *fz_csv_get (csv, row, "need") != '\0';
  field->veiled = *fz_csv_get (csv, row, "private") != '\0';
  field->fact = or_null (fz_csv_get (csv, row, "fact"));
  field->when = or_null (fz_csv_get (csv, row, "when"));
  field->xml = or_null (fz_csv_get (csv, row, "xml"));
  field->note = fz_csv_get (csv, row, "note");
  field->note_en = fz_csv_get (csv, row, "note_en");
  if (!split_name (field) || !read_type (fz_csv_get (csv, row, "type"), &field->type) || !take_codes (field, fz_csv_get (csv, row, "codes"), codes, data)) {
    fz_csv_set_error (csv, row, "field", error, _ ("栏目名、类型或代码表不认识"));
    return FALSE;
  }
  for (guint i = 0; i + 1 < self->fields->len; i++)
    if (g_str_equal (((const FzExchangeField *) self->fields->pdata[i])->field, field->field)) {
      fz_csv_set_error (csv, row, "field", error, _ ("与另一行重复"));
      return FALSE;
    }
  return TRUE;
}

static FzCsv *
parse (GBytes *bytes, const char *name, const char *const *columns, GError **error)
{
  gsize n = 0;
  const guint8 *text = g_bytes_get_data (bytes, &n);
  g_autoptr (FzCsv) csv = fz_csv_parse (text, n, name, error);

  return csv != NULL && fz_csv_require (csv, columns, error) ? g_steal_pointer (&csv) : NULL;
}

FzExchangeMap *
fz_exchange_map_new (GBytes *fields, GBytes *sections, FzExchangeCodes codes, gpointer data, GError **error)
{
  static const char *const columns[] = { "field", "element", "name", "name_en", "type", "codes", "own", "most", "need", "private",
                                         "fact", "when", "xml", "note", "note_en", NULL };
  static const char *const named[] = { "code", "label", "label_en", NULL };
  g_autoptr (FzExchangeMap) self = g_new0 (FzExchangeMap, 1);

  self->fields = g_ptr_array_new_with_free_func (field_free);
  self->table = parse (fields, "ws445.csv", columns, error);
  self->sections = self->table != NULL ? parse (sections, "sections.csv", named, error) : NULL;
  if (self->sections == NULL)
    return NULL;
  for (guint i = 0; i < fz_csv_get_n_rows (self->table); i++)
    if (!add_field (self, i, codes, data, error))
      return NULL;
  return g_steal_pointer (&self);
}

guint
fz_exchange_map_get_n (const FzExchangeMap *self)
{
  return self->fields->len;
}

const FzExchangeField *
fz_exchange_map_get (const FzExchangeMap *self, guint i)
{
  return self->fields->pdata[i];
}

/* `diagnosis.07.code` and `diagnosis.*.code` are the same row. */
static gboolean
is_of (const FzExchangeField *field, const char *key)
{
  gsize n = strlen (field->section);

  if (!field->list)
    return g_str_equal (field->field, key);
  if (strncmp (key, field->section, n) != 0 || key[n] != '.')
    return FALSE;
  key = strchr (key + n + 1, '.');
  return key != NULL && g_str_equal (key + 1, field->member);
}

const FzExchangeField *
fz_exchange_map_find (const FzExchangeMap *self, const char *key)
{
  for (guint i = 0; i < self->fields->len; i++)
    if (is_of (self->fields->pdata[i], key))
      return self->fields->pdata[i];
  return NULL;
}

guint
fz_exchange_map_get_n_sections (const FzExchangeMap *self)
{
  return fz_csv_get_n_rows (self->sections);
}

const char *
fz_exchange_map_get_section (const FzExchangeMap *self, guint i)
{
  return fz_csv_get (self->sections, i, "code");
}

const char *
fz_exchange_map_get_section_label (const FzExchangeMap *self, guint i, gboolean english)
{
  return fz_csv_get (self->sections, i, english ? "label_en" : "label");
}

gboolean
fz_exchange_map_is_list (const FzExchangeMap *self, const char *section)
{
  for (guint i = 0; i < self->fields->len; i++) {
    const FzExchangeField *field = self->fields->pdata[i];

    if (g_str_equal (field->section, section))
      return field->list;
  }
  return FALSE;
}

char *
fz_exchange_key (const FzExchangeField *field, guint index)
{
  return field->list ? g_strdup_printf ("%s.%02u.%s", field->section, index, field->member) : g_strdup (field->field);
}
