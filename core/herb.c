#include "core/herb.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/text.h"

struct _FzHerbs {
  GStringChunk *texts;
  GPtrArray *herbs;    /* FzHerb */
  GHashTable *by_name; /* key of a name or alias -> FzHerb */
  GHashTable *codes;
  GHashTable *pairs;   /* "code code" in order -> FzHerbPair */
};

static void
herbs_clear (gpointer data)
{
  FzHerbs *self = data;

  g_clear_pointer (&self->pairs, g_hash_table_unref);
  g_clear_pointer (&self->codes, g_hash_table_unref);
  g_clear_pointer (&self->by_name, g_hash_table_unref);
  g_clear_pointer (&self->herbs, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

FzHerbs *
fz_herbs_ref (FzHerbs *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_herbs_unref (FzHerbs *self)
{
  g_atomic_rc_box_release_full (self, herbs_clear);
}

static FzHerbs *
herbs_new (void)
{
  FzHerbs *self = g_atomic_rc_box_new0 (FzHerbs);

  self->texts = g_string_chunk_new (4096);
  self->herbs = g_ptr_array_new_with_free_func (g_free);
  self->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->codes = g_hash_table_new (g_str_hash, g_str_equal);
  self->pairs = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/* --- reading --- */

static gboolean
refuse (const FzCsv *csv, guint row, const char *column, GError **error)
{
  g_autofree char *reason = g_strdup_printf (_ ("取值“%s”无效"), fz_csv_get (csv, row, column));

  fz_csv_set_error (csv, row, column, error, reason);
  return FALSE;
}

static const char *
keep (FzHerbs *self, const FzCsv *csv, guint row, const char *column)
{
  return g_string_chunk_insert_const (self->texts, fz_csv_get (csv, row, column));
}

/* The file writes plain grams. */
static gboolean
read_grams (const FzCsv *csv, guint row, const char *column, FzDose *out, GError **error)
{
  const char *text = fz_csv_get (csv, row, column);
  g_autofree char *dose = g_strconcat (text, "g", NULL);

  if (*text == '\0' || fz_dose_parse (dose, out, NULL))
    return TRUE;
  return refuse (csv, row, column, error);
}

static gboolean
read_word (const FzCsv *csv, guint row, const char *column, const char *const *words, guint *out, GError **error)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (words[i], fz_csv_get (csv, row, column))) {
      *out = i;
      return TRUE;
    }
  return refuse (csv, row, column, error);
}

static gboolean
read_values (const FzCsv *csv, guint row, FzHerb *herb, GError **error)
{
  static const char *const truths[] = { "no", "yes", NULL }, *const pregnancies[] = { "", "caution", "forbidden", NULL };
  static const char *const confidences[] = { "l", "m", "h", NULL };
  guint toxic = 0, pregnancy = 0, confidence = 0;

  if (!read_grams (csv, row, "usual_g_min", &herb->least, error) || !read_grams (csv, row, "usual_g_max", &herb->most, error) ||
      !read_word (csv, row, "toxic", truths, &toxic, error) || !read_word (csv, row, "pregnancy", pregnancies, &pregnancy, error) ||
      !read_word (csv, row, "confidence", confidences, &confidence, error))
    return FALSE;
  if (herb->least.unit != NULL && herb->most.unit != NULL && fz_dose_compare (&herb->least, &herb->most) > 0)
    return refuse (csv, row, "usual_g_max", error);
  herb->toxic = toxic == 1;
  herb->pregnancy = (FzHerbPregnancy) pregnancy;
  herb->confidence = (FzConfidence) confidence;
  return TRUE;
}

/* A word that already means another herb would make one of them unfindable. */
static gboolean
add_names (FzHerbs *self, const FzCsv *csv, guint row, FzHerb *herb, GError **error)
{
  g_auto (GStrv) aliases = g_strsplit (herb->aliases, "|", -1);
  g_autofree char *key = fz_text_key (herb->name);

  if (*key == '\0' || g_hash_table_contains (self->by_name, key))
    return refuse (csv, row, "name", error);
  g_hash_table_insert (self->by_name, g_steal_pointer (&key), herb);
  for (guint i = 0; aliases[i] != NULL; i++) {
    g_autofree char *alias = fz_text_key (aliases[i]);
    const FzHerb *other = g_hash_table_lookup (self->by_name, alias);

    if (*alias == '\0' || other == herb)
      continue;
    if (other != NULL)
      return refuse (csv, row, "aliases", error);
    g_hash_table_insert (self->by_name, g_steal_pointer (&alias), herb);
  }
  return TRUE;
}

static gboolean
read_herb (FzHerbs *self, const FzCsv *csv, guint row, GError **error)
{
  FzHerb *herb = g_new0 (FzHerb, 1);

  g_ptr_array_add (self->herbs, herb);
  herb->code = keep (self, csv, row, "code");
  herb->name = keep (self, csv, row, "name");
  herb->aliases = keep (self, csv, row, "aliases");
  herb->initials = keep (self, csv, row, "initials");
  herb->special = keep (self, csv, row, "special");
  herb->source = keep (self, csv, row, "source");
  if (*herb->code == '\0' || !g_hash_table_add (self->codes, (gpointer) herb->code))
    return refuse (csv, row, "code", error);
  if (*herb->source == '\0')
    return refuse (csv, row, "source", error);
  return read_values (csv, row, herb, error) && add_names (self, csv, row, herb, error);
}

static char *
pair_key (const FzHerb *a, const FzHerb *b)
{
  gboolean ordered = strcmp (a->code, b->code) < 0;

  return g_strdup_printf ("%s %s", ordered ? a->code : b->code, ordered ? b->code : a->code);
}

static gboolean
read_pair (FzHerbs *self, const FzCsv *csv, guint row, GError **error)
{
  const FzHerb *a = fz_herbs_find (self, fz_csv_get (csv, row, "a")), *b = fz_herbs_find (self, fz_csv_get (csv, row, "b"));
  FzHerbPair *pair;

  if (a == NULL)
    return refuse (csv, row, "a", error);
  if (b == NULL || b == a)
    return refuse (csv, row, "b", error);
  if (*fz_csv_get (csv, row, "rule") == '\0')
    return refuse (csv, row, "rule", error);
  pair = g_new0 (FzHerbPair, 1);
  pair->rule = keep (self, csv, row, "rule");
  pair->words = keep (self, csv, row, "words");
  pair->source = keep (self, csv, row, "source");
  g_hash_table_insert (self->pairs, pair_key (a, b), pair);
  return TRUE;
}

static gboolean
read_all (FzHerbs *self, const FzCsv *csv, gboolean (*read) (FzHerbs *, const FzCsv *, guint, GError **), GError **error)
{
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++)
    if (!read (self, csv, row, error))
      return FALSE;
  return TRUE;
}

FzHerbs *
fz_herbs_parse (const FzHerbFiles *files, GError **error)
{
  static const char *const herb_columns[] = { "code", "name", "aliases", "initials", "usual_g_min", "usual_g_max", "special",
                                              "toxic", "pregnancy", "source", "confidence", NULL };
  static const char *const pair_columns[] = { "a", "b", "rule", "words", "source", "confidence", NULL };
  g_autoptr (FzCsv) herbs = fz_csv_parse (files->herbs, files->n_herbs, files->herbs_name, error);
  g_autoptr (FzCsv) pairs = herbs != NULL ? fz_csv_parse (files->pairs, files->n_pairs, files->pairs_name, error) : NULL;
  g_autoptr (FzHerbs) self = NULL;

  if (pairs == NULL || !fz_csv_require (herbs, herb_columns, error) || !fz_csv_require (pairs, pair_columns, error))
    return NULL;
  self = herbs_new ();
  return read_all (self, herbs, read_herb, error) && read_all (self, pairs, read_pair, error) ? g_steal_pointer (&self) : NULL;
}

/* --- asking --- */

guint
fz_herbs_get_n (const FzHerbs *self)
{
  return self->herbs->len;
}

const FzHerb *
fz_herbs_get (const FzHerbs *self, guint index)
{
  g_return_val_if_fail (index < self->herbs->len, NULL);
  return self->herbs->pdata[index];
}

guint
fz_herbs_get_n_pairs (const FzHerbs *self)
{
  return g_hash_table_size (self->pairs);
}

const FzHerb *
fz_herbs_find (const FzHerbs *self, const char *name)
{
  g_autofree char *key = fz_text_key (name != NULL ? name : ""), *folded = NULL, *bare = NULL;
  const FzHerb *herb = g_hash_table_lookup (self->by_name, key);

  if (herb != NULL || name == NULL)
    return herb;
  folded = fz_text_fold (name); /* 附子（先煎）: what stands in brackets says what is done with it */
  folded[strcspn (folded, "(")] = '\0';
  bare = fz_text_key (folded);
  return *bare != '\0' ? g_hash_table_lookup (self->by_name, bare) : NULL;
}

const FzHerbPair *
fz_herbs_find_pair (const FzHerbs *self, const FzHerb *a, const FzHerb *b)
{
  g_autofree char *key = pair_key (a, b);

  return g_hash_table_lookup (self->pairs, key);
}

/* --- as a catalogue --- */

/* What a herb's catalogue row says in this column; "" when nothing. */
static const char *
column_of (const FzHerb *herb, const char *column)
{
  static const char *const confidences[] = { "l", "m", "h" };
  const char *const values[][2] = { { "code", herb->code },       { "generic", herb->name },   { "class", "2001" },         { "kind", "herbal" },
                                    { "form", "00" },             { "strength", "饮片" },      { "unit", "g" },             { "pack_units", "1000" },
                                    { "packing", "1kg" },         { "route", "1" },            { "ingredients", herb->name }, { "otc", "no" },
                                    { "antibacterial", "none" },  { "special_storage", "no" }, { "long_excluded", "no" },   { "paediatric", "no" },
                                    { "initials", herb->initials }, { "source", herb->source }, { "confidence", confidences[herb->confidence] },
                                    { "aliases", herb->aliases }, { "active", "yes" } };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    if (g_str_equal (values[i][0], column))
      return values[i][1];
  return "";
}

char *
fz_herbs_to_catalogue (const FzHerbs *self)
{
  const char *const *columns = fz_drug_columns ();
  g_autofree char *head = g_strjoinv (",", (GStrv) (gsize) columns);
  g_autoptr (GString) csv = g_string_new (head);

  g_string_append_c (csv, '\n');
  for (guint i = 0; i < self->herbs->len; i++) {
    for (guint k = 0; columns[k] != NULL; k++) {
      if (k > 0)
        g_string_append_c (csv, ',');
      fz_csv_append_field (csv, column_of (self->herbs->pdata[i], columns[k]));
    }
    g_string_append_c (csv, '\n');
  }
  return g_string_free (g_steal_pointer (&csv), FALSE);
}
