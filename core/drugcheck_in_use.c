#include "core/drugcheck_line.h"
#include "core/drugname.h"
#include "core/text.h"

static void
in_use_free (gpointer data)
{
  FzInUse *self = data;

  g_strfreev (self->keys);
  g_free (self->name_key);
  g_free (self);
}

/* A generic name, or an ingredient that some single-ingredient drug consists of. */
static const FzDrug *
find_generic (const FzCatalogue *catalogue, const char *name)
{
  const FzDrug *known = fz_catalogue_find_generic (catalogue, name, NULL);
  g_autofree char *key = known == NULL ? fz_drugname_substance (name) : NULL;

  return known != NULL ? known : fz_catalogue_find_ingredient (catalogue, key, NULL);
}

const FzDrug *
fz_in_use_find (const FzDrugKnowledge *knowledge, const char *name)
{
  const FzDrug *known = fz_catalogue_find_generic (knowledge->catalogue, name, NULL);
  const char *generic = known == NULL ? fz_drug_words_generic (fz_knowledge_set_get_words (knowledge->set), name) : NULL;

  if (known == NULL)
    known = generic != NULL ? find_generic (knowledge->catalogue, generic) : fz_catalogue_find_brand (knowledge->catalogue, name); /* the hospital's own may hold it */
  return known;
}

static GStrv
guess_substance (const FzDrugKnowledge *knowledge, const char *name)
{
  const char *generic = fz_drug_words_generic (fz_knowledge_set_get_words (knowledge->set), name);
  GStrv compound = fz_compound_substances (knowledge, name);
  g_autofree char *guess = fz_drugname_ingredient (generic != NULL ? generic : name);

  if (compound != NULL)
    return compound;
  return g_strdupv ((GStrv) (const char *[]){ guess, NULL });
}

/* “氨氯地平片 5mg qd”, “氯沙坦钾片50mg”: the name without what is taken of it. NULL: there is nothing to cut. (transfer full) */
static char *
cut_dose (const char *name)
{
  g_autoptr (GRegex) dose = g_regex_new ("\\s+\\S.*$|[0-9.]+\\s*(?:mg|g|ug|μg|ml|iu)\\b.*$", G_REGEX_CASELESS, 0, NULL);
  g_autofree char *cut = g_regex_replace_literal (dose, name, -1, 0, "", 0, NULL);

  return cut != NULL && *cut != '\0' && !g_str_equal (cut, name) ? g_steal_pointer (&cut) : NULL;
}

static FzInUse *
in_use_new (const FzDrugKnowledge *knowledge, const char *name)
{
  FzInUse *self = g_new0 (FzInUse, 1);
  g_autofree char *bare = NULL;

  self->name = name;
  self->name_key = fz_text_key (name);
  self->drug = fz_in_use_find (knowledge, name);
  bare = self->drug == NULL ? cut_dose (name) : NULL;
  if (bare != NULL)
    self->drug = fz_in_use_find (knowledge, bare);
  self->keys = self->drug != NULL ? g_strdupv ((GStrv) (gsize) self->drug->ingredient_keys) : guess_substance (knowledge, bare != NULL ? bare : name);
  return self;
}

/* What a word says that is a medicine for sure; NULL: it may as well say how one is taken. */
static GStrv
known_substances (const FzDrugKnowledge *knowledge, const char *word)
{
  const FzDrug *drug = fz_in_use_find (knowledge, word);
  g_autofree char *key = fz_drugname_ingredient (word);

  if (drug != NULL)
    return g_strdupv ((GStrv) (gsize) drug->ingredient_keys);
  if (fz_drug_groups_covers (fz_knowledge_set_get_groups (knowledge->set), key))
    return g_strdupv ((GStrv) (const char *[]){ key, NULL });
  return fz_compound_substances (knowledge, word);
}

/* “氨氯地平 5mg qd 二甲双胍 0.5g bid” in one breath: a later word that is a medicine is one more, and no part of how the first is taken. */
static void
add_later (const FzDrugKnowledge *knowledge, const char *text, GPtrArray *list)
{
  g_auto (GStrv) words = g_regex_split_simple ("[\\s+＋]+", text, 0, 0);

  for (guint i = 1; words[0] != NULL && words[i] != NULL; i++) {
    g_autofree char *bare = cut_dose (words[i]);
    GStrv keys = known_substances (knowledge, bare != NULL ? bare : words[i]);
    FzInUse *later;

    if (keys == NULL)
      continue;
    later = g_new0 (FzInUse, 1);
    later->name = text;
    later->name_key = fz_text_key (words[i]);
    later->drug = fz_in_use_find (knowledge, bare != NULL ? bare : words[i]);
    later->keys = keys;
    g_ptr_array_add (list, later);
  }
}

GPtrArray *
fz_in_use_list (const FzDrugKnowledge *knowledge, const FzCheckRequest *request)
{
  GPtrArray *list = g_ptr_array_new_with_free_func (in_use_free);

  for (guint i = 0; request->current != NULL && request->current[i] != NULL; i++) {
    g_ptr_array_add (list, in_use_new (knowledge, request->current[i]));
    add_later (knowledge, request->current[i], list);
  }
  return list;
}
