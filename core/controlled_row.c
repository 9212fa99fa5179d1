#include "core/controlled_row.h"

#include <glib/gi18n-lib.h>

#include "core/csv.h"
#include "core/date.h"
#include "core/text.h"

static const struct {
  const char *list;
  const char *label;
  gboolean grave;
} lists[] = {
  { "narcotic", N_ ("麻醉药品"), TRUE },
  { "class1", N_ ("第一类精神药品"), TRUE },
  { "class2", N_ ("第二类精神药品"), TRUE },
  { "toxic", N_ ("医疗用毒性药品"), FALSE },
  { "radioactive", N_ ("放射性药品"), FALSE },
  { "abortion", N_ ("终止妊娠药品"), FALSE },
  { "precursor", N_ ("药品类易制毒化学品"), FALSE },
  { "compound_note", N_ ("含特殊药品复方制剂"), FALSE },
  { "special_antibacterial", N_ ("特殊使用级抗菌药物"), FALSE },
  { "biological", N_ ("疫苗或血液制品"), FALSE },
  { "online_forbidden", N_ ("禁止网络销售药品"), FALSE },
  { "none", N_ ("未列入管控目录"), FALSE },
};

static const struct {
  const char *word;
  FzMatch match;
} matches[] = {
  { "ingredient", FZ_MATCH_INGREDIENT }, { "raw_material_only", FZ_MATCH_INGREDIENT }, { "compound", FZ_MATCH_COMPOUND },
  { "name", FZ_MATCH_NAME },             { "contains", FZ_MATCH_CONTAINS },            { "regex", FZ_MATCH_REGEX },
  { "form", FZ_MATCH_FORM },
};

static const char *const states[] = { "injection", "raw", "patch", "oral_solid", "oral_liquid", "implant", "external", NULL };

const char *
fz_controlled_list_label (const char *list)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (g_strcmp0 (lists[i].list, list) == 0)
      return _(lists[i].label);
  return list;
}

static void
row_free (gpointer data)
{
  FzControlledRow *self = data;

  g_free (self->list);
  g_free (self->name);
  g_strfreev (self->keys);
  g_free (self->edition);
  g_free (self->from);
  g_free (self->until);
  g_free (self->source);
  g_free (self->confidence);
  g_strfreev (self->states);
  g_strfreev (self->not_states);
  g_clear_pointer (&self->regex, g_regex_unref);
  g_free (self);
}

static gboolean
read_list (FzControlledRow *self)
{
  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    if (g_str_equal (lists[i].list, self->list)) {
      self->grave = lists[i].grave;
      self->not_controlled = g_str_equal (self->list, "none");
      return TRUE;
    }
  return FALSE;
}

static gboolean
read_match (const char *word, FzMatch *out)
{
  for (guint i = 0; i < G_N_ELEMENTS (matches); i++)
    if (g_str_equal (matches[i].word, word)) {
      *out = matches[i].match;
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_date (const char *text)
{
  FzDate date;

  return *text == '\0' || fz_date_parse (text, &date, NULL);
}

static void
read_keys (FzControlledRow *self, const char *aliases)
{
  g_auto (GStrv) words = g_strsplit (aliases, "|", -1);
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_autofree char *first = fz_text_key (self->name);

  g_strv_builder_add (keys, first);
  for (guint i = 0; words[i] != NULL; i++) {
    g_autofree char *key = fz_text_key (words[i]);

    if (*key != '\0')
      g_strv_builder_add (keys, key);
  }
  self->keys = g_strv_builder_end (keys);
}

static GStrv
read_states (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, "|", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (!g_strv_contains (states, words[i]))
      return NULL;
  return words[0] != NULL ? g_steal_pointer (&words) : NULL;
}

static gboolean
read_part (FzControlledRow *self, const char *part)
{
  static const char form[] = "form:", not_form[] = "not_form:", per_unit[] = "per_unit_over_ug:";
  guint64 value = 0;

  if (g_str_equal (part, "outside_pharmacy")) {
    self->outside_only = TRUE;
    return TRUE;
  }
  if (g_str_has_prefix (part, form) && self->states == NULL)
    return (self->states = read_states (part + sizeof form - 1)) != NULL;
  if (g_str_has_prefix (part, not_form) && self->not_states == NULL)
    return (self->not_states = read_states (part + sizeof not_form - 1)) != NULL;
  if (g_str_has_prefix (part, per_unit) && g_ascii_string_to_unsigned (part + sizeof per_unit - 1, 10, 1, G_MAXUINT32, &value, NULL)) {
    self->per_unit_over_ug = (gint64) value;
    return TRUE;
  }
  return FALSE;
}

static gboolean
read_condition (FzControlledRow *self, const char *text)
{
  g_auto (GStrv) parts = NULL;

  if (self->match == FZ_MATCH_REGEX) {
    self->regex = g_regex_new (text, G_REGEX_OPTIMIZE, 0, NULL);
    return *text != '\0' && self->regex != NULL;
  }
  parts = g_strsplit (text, "+", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (!read_part (self, parts[i]))
      return FALSE;
  return TRUE;
}

/* The column that is wrong, or NULL. */
static const char *
read_row (FzControlledRow *self, const FzCsv *csv, guint row)
{
  static const char *const confidences[] = { "h", "m", "l", NULL };

  self->list = g_strdup (fz_csv_get (csv, row, "list"));
  self->name = g_strdup (fz_csv_get (csv, row, "name"));
  self->edition = g_strdup (fz_csv_get (csv, row, "edition"));
  self->from = g_strdup (fz_csv_get (csv, row, "from"));
  self->until = g_strdup (fz_csv_get (csv, row, "until"));
  self->source = g_strdup (fz_csv_get (csv, row, "source"));
  self->confidence = g_strdup (fz_csv_get (csv, row, "confidence"));
  if (!read_list (self))
    return "list";
  if (*self->name == '\0')
    return "name";
  read_keys (self, fz_csv_get (csv, row, "aliases"));
  if (!read_match (fz_csv_get (csv, row, "match"), &self->match))
    return "match";
  if (!read_condition (self, fz_csv_get (csv, row, "condition")))
    return "condition";
  if (!fz_severity_from_word (fz_csv_get (csv, row, "severity"), &self->severity))
    return "severity";
  if (!is_date (self->from))
    return "from";
  if (!is_date (self->until))
    return "until";
  if (*self->source == '\0')
    return "source";
  return g_strv_contains (confidences, self->confidence) ? NULL : "confidence";
}

GPtrArray *
fz_controlled_rows_parse (const guint8 *bytes, gsize n, const char *name, GError **error)
{
  static const char *const columns[] = { "list", "name",  "aliases", "match",  "condition",  "severity",
                                         "edition", "from", "until", "source", "confidence", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  for (guint i = 0; i < fz_csv_get_n_rows (csv); i++) {
    FzControlledRow *row = g_new0 (FzControlledRow, 1);
    const char *wrong;

    g_ptr_array_add (rows, row);
    wrong = read_row (row, csv, i);
    if (wrong != NULL) {
      g_autofree char *reason = g_strdup_printf (_("取值“%s”无效"), fz_csv_get (csv, i, wrong));

      fz_csv_set_error (csv, i, wrong, error, reason);
      return NULL;
    }
  }
  return g_steal_pointer (&rows);
}
