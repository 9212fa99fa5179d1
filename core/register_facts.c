/* Facts that follow from the entries of a register (台账维护的资料): whose they are, and what an entry says. */
#include "core/register_private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SEPARATORS "[\\s、，,；;。]+"

/* --- reading --- */

/* A choice field, and the codes of it that are meant. */
static gboolean
read_is (FzRegister *self, const FzJson *object, FzRegisterFact *fact, GError **error)
{
  const FzRegisterField *field;

  if (!fz_json_opt_string (object, "when", &fact->when, error))
    return FALSE;
  if (fact->when == NULL)
    return TRUE;
  field = fz_register_find_field (self, fact->when);
  fact->is = fz_register_read_texts (self, object, "is", error);
  if (field == NULL || field->kind != FZ_FIELD_CHOICE)
    return fz_json_fail (object, "when", _ ("没有这个选项栏目，或它没有这个选项。"), error);
  for (guint i = 0; fact->is != NULL && fact->is[i] != NULL; i++)
    if (!g_strv_contains (field->codes, fact->is[i]))
      return fz_json_fail (object, "is", _ ("没有这个选项栏目，或它没有这个选项。"), error);
  return fact->is != NULL;
}

static gboolean
read_fact (FzRegister *self, const FzJson *object, GError **error)
{
  static const char *const known[] = { "fact", "from", "while", "when", "is", NULL };
  FzRegisterFact fact = { 0 };

  if (!fz_json_check_keys (object, known, error) || (fact.fact = fz_register_read_text (object, "fact", error)) == NULL || (fact.from = fz_register_read_word (object, "from", error)) == NULL ||
      (fact.during = fz_register_read_texts (self, object, "while", error)) == NULL || !fz_register_check_words (self, object, "while", fact.during, TRUE, error) || !read_is (self, object, &fact, error))
    return FALSE;
  if (fz_register_find_field (self, fact.from) == NULL)
    return fz_json_fail (object, "from", _ ("没有这个栏目。"), error);
  g_array_append_val (self->facts, fact);
  return TRUE;
}

static gboolean
read_holder (FzRegister *self, const FzJson *object, GError **error)
{
  static const char *const words[] = { "staff", "department", "institution" };
  const char *of = fz_json_get_string (object, "of", error);
  const FzRegisterField *by;

  if (of == NULL || !fz_json_opt_string (object, "by", &self->by, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (of, words[i]))
      self->holder = (FzHolder) (i + 1);
  if (self->holder == FZ_HOLDER_NONE)
    return fz_json_fail (object, "of", _ ("只能是 staff、department 或 institution。"), error);
  by = self->by != NULL ? fz_register_find_field (self, self->by) : NULL;
  return (by != NULL) == (self->holder != FZ_HOLDER_INSTITUTION) || fz_json_fail (object, "by", _ ("没有这个栏目。"), error);
}

gboolean
fz_register_read_facts (FzRegister *self, GError **error)
{
  static const char *const known[] = { "of", "by", "one", "gone", "past", "facts", NULL };
  const FzJson *object = fz_json_find (self->root, "keeps"), *facts;

  if (object == NULL)
    return TRUE;
  if (!fz_json_check_keys (object, known, error) || !read_holder (self, object, error) || !fz_json_opt_bool (object, "one", &self->single, error))
    return FALSE;
  if (fz_json_find (object, "gone") != NULL &&
      ((self->gone = fz_register_read_texts (self, object, "gone", error)) == NULL || !fz_register_check_words (self, object, "gone", self->gone, TRUE, error)))
    return FALSE;
  if (fz_json_find (object, "past") != NULL &&
      ((self->past = fz_register_read_texts (self, object, "past", error)) == NULL || !fz_register_check_words (self, object, "past", self->past, FALSE, error)))
    return FALSE;
  facts = fz_json_get_array (object, "facts", error);
  for (guint i = 0; facts != NULL && i < fz_json_count (facts); i++)
    if (!read_fact (self, fz_json_get_item (facts, i), error))
      return FALSE;
  return facts != NULL;
}

/* --- asking --- */

FzHolder
fz_register_get_holder (const FzRegister *self)
{
  return self->holder;
}

const FzRegisterField *
fz_register_get_holder_field (const FzRegister *self)
{
  return self->by != NULL ? fz_register_find_field (self, self->by) : NULL;
}

gboolean
fz_register_is_single (const FzRegister *self)
{
  return self->single;
}

guint
fz_register_get_n_facts (const FzRegister *self)
{
  return self->facts->len;
}

const FzRegisterFact *
fz_register_get_fact (const FzRegister *self, guint i)
{
  return &g_array_index (self->facts, FzRegisterFact, i);
}

gboolean
fz_register_is_gone (const FzRegister *self, const char *state)
{
  return self->gone != NULL && state != NULL && g_strv_contains (self->gone, state);
}

const char *const *
fz_register_get_past (const FzRegister *self)
{
  return self->past;
}

char **
fz_numbers_of (const char *text)
{
  g_auto (GStrv) parts = g_regex_split_simple (SEPARATORS, text, (GRegexCompileFlags) 0, (GRegexMatchFlags) 0);
  GStrvBuilder *out = g_strv_builder_new ();
  char **numbers;

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_strv_builder_add (out, parts[i]);
  numbers = g_strv_builder_end (out);
  g_strv_builder_unref (out);
  return numbers;
}

static gboolean
is_of_number (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_';
}

/* What stands in an entry was split and looked up when it was signed: here it is only looked for. */
gboolean
fz_numbers_have (const char *text, const char *number)
{
  gsize size = strlen (number);

  for (const char *at = size > 0 ? strstr (text, number) : NULL; at != NULL; at = strstr (at + 1, number))
    if ((at == text || !is_of_number (at[-1])) && !is_of_number (at[size]))
      return TRUE;
  return FALSE;
}

static const char *
value_of (const FzFields *entry, const FzRegisterField *field)
{
  g_autofree char *key = g_strconcat ("field.", field->key, NULL);

  return fz_fields_get (entry, key);
}

gboolean
fz_register_is_about (const FzRegister *self, const FzFields *entry, const char *id)
{
  const FzRegisterField *by = fz_register_get_holder_field (self);
  const char *named = by != NULL ? value_of (entry, by) : NULL;

  if (by == NULL)
    return fz_register_get_holder (self) == FZ_HOLDER_INSTITUTION;
  return named != NULL && id != NULL && (by->kind == FZ_FIELD_TEXT ? fz_numbers_have (named, id) : g_str_equal (named, id));
}

/* What had ended when it was taken over from an older register is history: what came after it is not told here. */
static gboolean
says (const FzRegister *self, const FzRegisterFact *fact, const FzFields *entry)
{
  const char *state = fz_fields_get (entry, "entry.state");
  const char *code = fact->when != NULL ? value_of (entry, fz_register_find_field (self, fact->when)) : NULL;

  gboolean history = fz_fields_is_yes (entry, "entry.ended") && g_strcmp0 (fz_fields_get (entry, "entry.taken"), state) == 0;

  return state != NULL && !history && g_strv_contains (fact->during, state) && (fact->when == NULL || (code != NULL && g_strv_contains (fact->is, code)));
}

void
fz_register_put_facts (const FzRegister *self, const FzFields *entry, FzFields *facts)
{
  for (guint i = 0; i < fz_register_get_n_facts (self); i++) {
    const FzRegisterFact *fact = fz_register_get_fact (self, i);
    const char *value = says (self, fact, entry) ? value_of (entry, fz_register_find_field (self, fact->from)) : NULL;

    if (value != NULL)
      fz_fields_set (facts, fact->fact, value);
  }
}
