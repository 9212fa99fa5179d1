#include "core/allergy.h"

#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/csv.h"
#include "core/drugname.h"
#include "core/text.h"

typedef struct {
  char *code;
  char *label;
  char *source;
  GStrv aliases; /* keys, the label first */
  GStrv members; /* keys */
  GStrv parts;   /* keys */
  GStrv cross;   /* codes */
  FzSeverity within;
  FzSeverity across;
} Class;

struct _FzAllergies {
  GPtrArray *classes; /* Class */
};

static void
class_free (gpointer data)
{
  Class *self = data;

  g_free (self->code);
  g_free (self->label);
  g_free (self->source);
  g_strfreev (self->aliases);
  g_strfreev (self->members);
  g_strfreev (self->parts);
  g_strfreev (self->cross);
  g_free (self);
}

static void
allergies_clear (gpointer data)
{
  FzAllergies *self = data;

  g_clear_pointer (&self->classes, g_ptr_array_unref);
}

FzAllergies *
fz_allergies_ref (FzAllergies *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_allergies_unref (FzAllergies *self)
{
  g_atomic_rc_box_release_full (self, allergies_clear);
}

static GStrv
keys_of (const char *text, const char *first)
{
  g_auto (GStrv) words = g_strsplit (text, "|", -1);
  g_autoptr (GStrvBuilder) keys = g_strv_builder_new ();
  g_autofree char *head = first != NULL ? fz_text_key (first) : NULL;

  if (head != NULL)
    g_strv_builder_add (keys, head);
  for (guint i = 0; words[i] != NULL; i++) {
    g_autofree char *key = fz_text_key (words[i]);

    if (*key != '\0')
      g_strv_builder_add (keys, key);
  }
  return g_strv_builder_end (keys);
}

static const Class *
find_class (const FzAllergies *self, const char *code)
{
  for (guint i = 0; i < self->classes->len; i++) {
    const Class *class = g_ptr_array_index (self->classes, i);

    if (g_str_equal (class->code, code))
      return class;
  }
  return NULL;
}

/* What is less than sure never stops by itself. */
static gboolean
read_confidence (Class *class, const char *word)
{
  if (g_str_equal (word, "h"))
    return TRUE;
  class->within = MIN (class->within, FZ_SEVERITY_REASON);
  class->across = MIN (class->across, FZ_SEVERITY_REASON);
  return g_str_equal (word, "m") || g_str_equal (word, "l");
}

/* The column that is wrong, or NULL. */
static const char *
read_class (Class *class, const FzCsv *csv, guint row)
{
  class->code = g_strdup (fz_csv_get (csv, row, "code"));
  class->label = g_strdup (fz_csv_get (csv, row, "label"));
  class->source = g_strdup (fz_csv_get (csv, row, "source"));
  class->aliases = keys_of (fz_csv_get (csv, row, "aliases"), class->label);
  class->members = keys_of (fz_csv_get (csv, row, "members"), NULL);
  class->parts = keys_of (fz_csv_get (csv, row, "members_contain"), NULL);
  class->cross = g_strsplit (fz_csv_get (csv, row, "cross"), "|", -1);
  if (*class->code == '\0' || *class->label == '\0')
    return "code";
  if (class->members[0] == NULL && class->parts[0] == NULL)
    return "members";
  if (!fz_severity_from_word (fz_csv_get (csv, row, "within"), &class->within))
    return "within";
  if (!fz_severity_from_word (fz_csv_get (csv, row, "across"), &class->across))
    return "across";
  return read_confidence (class, fz_csv_get (csv, row, "confidence")) ? NULL : "confidence";
}

static gboolean
cross_is_known (const FzAllergies *self, const Class *class)
{
  for (guint i = 0; class->cross[i] != NULL; i++)
    if (*class->cross[i] != '\0' && find_class (self, class->cross[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
fail (const FzCsv *csv, guint row, const char *column, GError **error)
{
  g_autofree char *reason = g_strdup_printf (_("取值“%s”无效"), fz_csv_get (csv, row, column));

  fz_csv_set_error (csv, row, column, error, reason);
  return FALSE;
}

static gboolean
read_classes (FzAllergies *self, const FzCsv *csv, GError **error)
{
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    Class *class = g_new0 (Class, 1);
    const char *wrong;

    g_ptr_array_add (self->classes, class);
    wrong = read_class (class, csv, row);
    if (wrong == NULL && find_class (self, class->code) != class)
      wrong = "code";
    if (wrong != NULL)
      return fail (csv, row, wrong, error);
  }
  for (guint row = 0; row < self->classes->len; row++)
    if (!cross_is_known (self, g_ptr_array_index (self->classes, row)))
      return fail (csv, row, "cross", error);
  return TRUE;
}

FzAllergies *
fz_allergies_parse (const guint8 *bytes, gsize n, const char *name, GError **error)
{
  static const char *const columns[] = { "code",  "label",  "aliases", "members", "members_contain",
                                         "cross", "within", "across",  "source",  "confidence", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzAllergies) self = NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  self = g_atomic_rc_box_new0 (FzAllergies);
  self->classes = g_ptr_array_new_with_free_func (class_free);
  return read_classes (self, csv, error) ? g_steal_pointer (&self) : NULL;
}

static gboolean
begins_with_any (const char *text, const char *const *starts, guint n)
{
  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (text, starts[i]))
      return TRUE;
  return FALSE;
}

static gboolean
ends_with_any (const char *text, const char *const *ends, guint n)
{
  for (guint i = 0; i < n; i++)
    if (g_str_has_suffix (text, ends[i]))
      return TRUE;
  return FALSE;
}

/* Words that say there is none, a skin test that was negative among them. Some substances begin as a denial does. That nobody knows (不详) is no
 * denial: it is said as something that cannot be checked. */
static gboolean
is_denial (const char *key)
{
  static const char *const denials[] = { "否认", "无", "没有", "未发现", "暂无" };
  static const char *const names[] = { "无味", "无水" };
  static const char *const ends[] = { "阴性", "(-)", "皮试-", "否认", ":无" };

  return (begins_with_any (key, denials, G_N_ELEMENTS (denials)) && !begins_with_any (key, names, G_N_ELEMENTS (names))) ||
         ends_with_any (key, ends, G_N_ELEMENTS (ends));
}

/* 对 of "对青霉素过敏" is a preposition, that of 对乙酰氨基酚 is its name. */
static gboolean
has_preposition (const char *text)
{
  static const char *const names[] = { "对乙酰", "对氨基", "对羟基", "对苯二" };

  return g_str_has_prefix (text, "对") && !begins_with_any (text, names, G_N_ELEMENTS (names));
}

static char *
bare_allergen (const char *folded)
{
  static const char *const noise[] = { "过敏史", "过敏性", "过敏", "药物", "皮试阳性", "皮疹", "休克" };
  g_autoptr (GString) text = g_string_new (folded);
  g_autofree char *substance = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (noise); i++)
    g_string_replace (text, noise[i], "", 0);
  if (has_preposition (text->str))
    g_string_erase (text, 0, (gssize) strlen ("对"));
  substance = fz_drugname_ingredient (text->str);
  return g_steal_pointer (&substance);
}

GStrv
fz_allergy_words (const char *text)
{
  g_autofree char *folded = fz_text_fold (text);
  g_autoptr (GRegex) separators = g_regex_new ("[、,;/。+]|以及|及|和|与", 0, 0, NULL);
  g_auto (GStrv) parts = g_regex_split (separators, folded, 0);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++) {
    g_autofree char *word = bare_allergen (parts[i]);

    if (*word != '\0' && !is_denial (parts[i]))
      g_strv_builder_add (words, word);
  }
  return g_strv_builder_end (words);
}

static gboolean
is_member (const Class *class, const char *key)
{
  if (g_strv_contains ((const char *const *) class->members, key))
    return TRUE;
  for (guint i = 0; class->parts[i] != NULL; i++)
    if (strstr (key, class->parts[i]) != NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_named (const Class *class, const char *word)
{
  return g_strv_contains ((const char *const *) class->aliases, word) || is_member (class, word);
}

gboolean
fz_allergy_is_known (const FzAllergies *self, const char *word)
{
  for (guint i = 0; i < self->classes->len; i++)
    if (is_named (g_ptr_array_index (self->classes, i), word))
      return TRUE;
  return FALSE;
}

static FzAllergyMatch
match_class (const FzAllergies *self, const Class *class, const char *substance_key)
{
  if (is_member (class, substance_key))
    return (FzAllergyMatch){ FZ_ALLERGY_CLASS, class->within, class->label, class->source };
  for (guint i = 0; class->cross[i] != NULL; i++) {
    const Class *other = find_class (self, class->cross[i]);

    if (other != NULL && is_member (other, substance_key))
      return (FzAllergyMatch){ FZ_ALLERGY_CROSS, class->across, other->label, class->source };
  }
  return (FzAllergyMatch){ FZ_ALLERGY_NONE, FZ_SEVERITY_NOTE, NULL, NULL };
}

FzAllergyMatch
fz_allergy_match (const FzAllergies *self, const char *word, const char *substance_key)
{
  FzAllergyMatch worst = { FZ_ALLERGY_NONE, FZ_SEVERITY_NOTE, NULL, NULL };

  if (g_str_equal (word, substance_key))
    return (FzAllergyMatch){ FZ_ALLERGY_SAME, FZ_SEVERITY_STOP, NULL, NULL };
  for (guint i = 0; i < self->classes->len; i++) {
    const Class *class = g_ptr_array_index (self->classes, i);
    FzAllergyMatch match = { FZ_ALLERGY_NONE, FZ_SEVERITY_NOTE, NULL, NULL };

    if (is_named (class, word))
      match = match_class (self, class, substance_key);
    if (match.kind != FZ_ALLERGY_NONE && (worst.kind == FZ_ALLERGY_NONE || match.severity > worst.severity))
      worst = match;
  }
  return worst;
}
