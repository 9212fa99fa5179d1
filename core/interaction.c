#include "core/interaction.h"

#include <glib/gi18n-lib.h>

#include "core/csv.h"
#include "core/drugname.h"

typedef struct {
  FzInteraction shown;
  guint line;
  guint rank; /* how many of the two sides are classes: the smaller overrules */
} Row;

struct _FzInteractions {
  GStringChunk *texts;
  GPtrArray *rows;     /* Row */
  GHashTable *numbers; /* key of a substance -> its number from 1 */
  GHashTable *pairs;   /* both numbers in one gint64 -> Row */
};

/* While reading. */
typedef struct {
  FzInteractions *self;
  const FzCsv *csv;
  GHashTable *classes; /* name as written -> GPtrArray of keys */
  GHashTable *known;   /* keys, or NULL */
} Reader;

static void
interactions_clear (gpointer data)
{
  FzInteractions *self = data;

  g_clear_pointer (&self->pairs, g_hash_table_unref);
  g_clear_pointer (&self->numbers, g_hash_table_unref);
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->texts, g_string_chunk_free);
}

FzInteractions *
fz_interactions_ref (FzInteractions *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_interactions_unref (FzInteractions *self)
{
  g_atomic_rc_box_release_full (self, interactions_clear);
}

static FzInteractions *
interactions_new (void)
{
  FzInteractions *self = g_atomic_rc_box_new0 (FzInteractions);

  self->texts = g_string_chunk_new (4096);
  self->rows = g_ptr_array_new_with_free_func (g_free);
  self->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  self->pairs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

static gboolean
refuse (const FzCsv *csv, guint row, const char *column, GError **error)
{
  g_autofree char *reason = g_strdup_printf (_("取值“%s”无效"), fz_csv_get (csv, row, column));

  fz_csv_set_error (csv, row, column, error, reason);
  return FALSE;
}

static guint
number_of (const FzInteractions *self, const char *key)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->numbers, key));
}

static gint64
pair_of (guint a, guint b)
{
  return (gint64) MIN (a, b) << 32 | (gint64) MAX (a, b);
}

static gint64
pair_to_write (FzInteractions *self, const char *a, const char *b)
{
  const char *both[] = { a, b };

  for (guint i = 0; i < G_N_ELEMENTS (both); i++)
    if (number_of (self, both[i]) == 0)
      g_hash_table_insert (self->numbers, g_string_chunk_insert_const (self->texts, both[i]),
                           GUINT_TO_POINTER (g_hash_table_size (self->numbers) + 1));
  return pair_of (number_of (self, a), number_of (self, b));
}

/* --- classes --- */

static GHashTable *
keys_of_catalogue (const FzCatalogue *catalogue)
{
  GHashTable *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < fz_catalogue_get_n (catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, i);

    for (guint k = 0; drug->ingredient_keys[k] != NULL; k++)
      g_hash_table_add (keys, g_strdup (drug->ingredient_keys[k]));
  }
  return keys;
}

static gboolean
is_known (GHashTable *known, const char *key)
{
  return *key != '\0' && (known == NULL || g_hash_table_contains (known, key));
}

static GHashTable *
read_classes (const FzCsv *csv, GHashTable *known, GError **error)
{
  g_autoptr (GHashTable) classes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);

  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    const char *name = fz_csv_get (csv, row, "class");
    g_autofree char *key = fz_drugname_substance (fz_csv_get (csv, row, "ingredient"));
    GPtrArray *members = g_hash_table_lookup (classes, name);

    if (*name == '\0' || !is_known (known, key)) {
      refuse (csv, row, *name == '\0' ? "class" : "ingredient", error);
      return NULL;
    }
    if (members == NULL) {
      members = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (classes, g_strdup (name), members);
    }
    if (g_ptr_array_find_with_equal_func (members, key, g_str_equal, NULL)) {
      fz_csv_set_error (csv, row, "ingredient", error, _("同一类别中重复"));
      return NULL;
    }
    g_ptr_array_add (members, g_steal_pointer (&key));
  }
  return g_steal_pointer (&classes);
}

/* --- rows --- */

static gboolean
confidence_from_word (const char *word, FzConfidence *out)
{
  if (g_str_equal (word, "h"))
    *out = FZ_CONFIDENCE_HIGH;
  else if (g_str_equal (word, "m"))
    *out = FZ_CONFIDENCE_MEDIUM;
  else if (g_str_equal (word, "l"))
    *out = FZ_CONFIDENCE_LOW;
  else
    return FALSE;
  return TRUE;
}

static gboolean
read_texts (const Reader *reader, guint row, Row *out, GError **error)
{
  static const char *const columns[] = { "mechanism", "advice", "source" };
  const char **texts[] = { &out->shown.mechanism, &out->shown.advice, &out->shown.source };
  const FzCsv *csv = reader->csv;

  for (guint i = 0; i < G_N_ELEMENTS (columns); i++) {
    const char *text = fz_csv_get (csv, row, columns[i]);

    if (*text == '\0')
      return refuse (csv, row, columns[i], error);
    *texts[i] = g_string_chunk_insert_const (reader->self->texts, text);
  }
  if (!fz_severity_from_word (fz_csv_get (csv, row, "severity"), &out->shown.severity))
    return refuse (csv, row, "severity", error);
  if (!confidence_from_word (fz_csv_get (csv, row, "confidence"), &out->shown.confidence))
    return refuse (csv, row, "confidence", error);
  if (out->shown.confidence != FZ_CONFIDENCE_HIGH)
    out->shown.severity = MIN (out->shown.severity, FZ_SEVERITY_REASON);
  return TRUE;
}

/* The members of a class, or the substance alone; NULL when the word is neither. */
static GPtrArray *
members_of (const Reader *reader, const char *word, guint *rank)
{
  GPtrArray *members = g_hash_table_lookup (reader->classes, word);
  g_autofree char *key = fz_drugname_substance (word);

  if (members != NULL) {
    *rank += 1;
    return g_ptr_array_ref (members);
  }
  if (!is_known (reader->known, key))
    return NULL;
  members = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (members, g_steal_pointer (&key));
  return members;
}

static gboolean
add_pair (const Reader *reader, guint at, Row *row, const char *a, const char *b, GError **error)
{
  gint64 pair = pair_to_write (reader->self, a, b);
  const Row *before = g_hash_table_lookup (reader->self->pairs, &pair);

  if (before == row || (before != NULL && before->rank < row->rank))
    return TRUE;
  if (before != NULL && before->rank == row->rank) {
    g_autofree char *reason = g_strdup_printf (_("“%s”与“%s”在第 %u 行已有，同一对药物只写一次"), a, b, before->line);

    fz_csv_set_error (reader->csv, at, "b", error, reason);
    return FALSE;
  }
  g_hash_table_replace (reader->self->pairs, g_memdup2 (&pair, sizeof pair), row);
  return TRUE;
}

static gboolean
add_pairs (const Reader *reader, guint at, Row *row, GPtrArray *left, GPtrArray *right, GError **error)
{
  gboolean any = FALSE;

  for (guint i = 0; i < left->len; i++)
    for (guint k = 0; k < right->len; k++) {
      if (g_str_equal (left->pdata[i], right->pdata[k]))
        continue;
      any = TRUE;
      if (!add_pair (reader, at, row, left->pdata[i], right->pdata[k], error))
        return FALSE;
    }
  if (!any)
    fz_csv_set_error (reader->csv, at, "b", error, _("药物与自身不构成相互作用"));
  return any;
}

static gboolean
read_row (const Reader *reader, guint at, GError **error)
{
  Row *row = g_new0 (Row, 1);
  const char *a = fz_csv_get (reader->csv, at, "a"), *b = fz_csv_get (reader->csv, at, "b");
  g_autoptr (GPtrArray) left = NULL, right = NULL;

  g_ptr_array_add (reader->self->rows, row);
  row->line = fz_csv_get_line (reader->csv, at);
  left = members_of (reader, a, &row->rank);
  right = members_of (reader, b, &row->rank);
  if (left == NULL || right == NULL) {
    g_autofree char *reason = g_strdup_printf (_("“%s”既不是目录中的成分，也不是类别"), left == NULL ? a : b);

    fz_csv_set_error (reader->csv, at, left == NULL ? "a" : "b", error, reason);
    return FALSE;
  }
  return read_texts (reader, at, row, error) && add_pairs (reader, at, row, left, right, error);
}

static gboolean
read_or_report (const Reader *reader, guint row, GPtrArray *issues, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (read_row (reader, row, &problem))
    return TRUE;
  if (issues == NULL) {
    g_propagate_error (error, g_steal_pointer (&problem));
    return FALSE;
  }
  g_ptr_array_add (issues, g_strdup (problem->message));
  return TRUE;
}

FzInteractions *
fz_interactions_parse (const FzInteractionFiles *files, const FzCatalogue *known, GError **error)
{
  static const char *const columns[] = { "a", "b", "severity", "mechanism", "advice", "source", "confidence", NULL };
  static const char *const class_columns[] = { "class", "ingredient", NULL };
  g_autoptr (FzCsv) rows = fz_csv_parse (files->rows, files->n_rows, files->rows_name, error);
  g_autoptr (FzCsv) members = rows != NULL ? fz_csv_parse (files->classes, files->n_classes, files->classes_name, error) : NULL;
  g_autoptr (GHashTable) keys = known != NULL ? keys_of_catalogue (known) : NULL, classes = NULL;
  g_autoptr (FzInteractions) self = NULL;
  Reader reader;

  if (members == NULL || !fz_csv_require (rows, columns, error) || !fz_csv_require (members, class_columns, error))
    return NULL;
  classes = read_classes (members, keys, error);
  if (classes == NULL)
    return NULL;
  self = interactions_new ();
  reader = (Reader){ self, rows, classes, keys };
  for (guint row = 0; row < fz_csv_get_n_rows (rows); row++)
    if (!read_or_report (&reader, row, files->issues, error))
      return NULL;
  return g_steal_pointer (&self);
}

/* --- asking --- */

const FzInteraction *
fz_interactions_find (const FzInteractions *self, const char *a, const char *b)
{
  guint left = number_of (self, a), right = number_of (self, b);
  gint64 pair = pair_of (left, right);
  const Row *row = left != 0 && right != 0 && left != right ? g_hash_table_lookup (self->pairs, &pair) : NULL;

  return row != NULL ? &row->shown : NULL;
}

gboolean
fz_interactions_covers (const FzInteractions *self, const char *substance_key)
{
  return number_of (self, substance_key) != 0;
}

guint
fz_interactions_get_n_pairs (const FzInteractions *self)
{
  return g_hash_table_size (self->pairs);
}

guint
fz_interactions_count (const FzInteractions *self, FzSeverity severity, FzConfidence confidence)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, self->pairs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    n += ((const Row *) value)->shown.severity == severity && ((const Row *) value)->shown.confidence == confidence;
  return n;
}
