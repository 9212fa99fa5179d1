#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/drug_columns.h"
#include "core/text.h"

struct _FzCatalogue {
  GPtrArray *drugs;       /* FzDrug */
  GHashTable *by_code;    /* code, borrowed -> FzDrug */
  GHashTable *by_generic; /* key -> GPtrArray of FzDrug, borrowed */
  GPtrArray *search_keys; /* char*, one a drug: name, brand and aliases folded, LF between them */
};

static void
unref_drug (gpointer data)
{
  fz_drug_unref (data);
}

static void
unref_list (gpointer data)
{
  g_ptr_array_unref (data);
}

static void
catalogue_clear (gpointer data)
{
  FzCatalogue *self = data;

  g_clear_pointer (&self->by_code, g_hash_table_unref);
  g_clear_pointer (&self->by_generic, g_hash_table_unref);
  g_clear_pointer (&self->search_keys, g_ptr_array_unref);
  g_clear_pointer (&self->drugs, g_ptr_array_unref);
}

FzCatalogue *
fz_catalogue_ref (FzCatalogue *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
fz_catalogue_unref (FzCatalogue *self)
{
  g_atomic_rc_box_release_full (self, catalogue_clear);
}

static FzCatalogue *
catalogue_new (void)
{
  FzCatalogue *self = g_atomic_rc_box_new0 (FzCatalogue);

  self->drugs = g_ptr_array_new_with_free_func (unref_drug);
  self->by_code = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_generic = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_list);
  self->search_keys = g_ptr_array_new_with_free_func (g_free);
  return self;
}

static void
append_key (GString *text, const char *words)
{
  g_auto (GStrv) parts = g_strsplit (words, "|", -1);

  for (guint i = 0; parts[i] != NULL; i++) {
    g_autofree char *key = fz_text_key (parts[i]);

    if (*key != '\0')
      g_string_append_printf (text, "\n%s", key);
  }
}

static void
add (FzCatalogue *self, FzDrug *take_drug)
{
  g_autofree char *key = fz_text_key (take_drug->generic);
  GPtrArray *same = g_hash_table_lookup (self->by_generic, key);
  g_autoptr (GString) search = g_string_new (NULL);

  g_assert (!g_hash_table_contains (self->by_code, take_drug->code));
  g_ptr_array_add (self->drugs, take_drug);
  g_hash_table_insert (self->by_code, (gpointer) (gsize) take_drug->code, take_drug);
  append_key (search, take_drug->generic);
  append_key (search, take_drug->brand);
  append_key (search, take_drug->aliases);
  g_ptr_array_add (self->search_keys, g_string_free (g_steal_pointer (&search), FALSE));
  if (same == NULL) {
    same = g_ptr_array_new ();
    g_hash_table_insert (self->by_generic, g_steal_pointer (&key), same);
  }
  g_ptr_array_add (same, take_drug);
}

FzCatalogue *
fz_catalogue_new (FzDrug *const *drugs, guint n)
{
  FzCatalogue *self = catalogue_new ();

  for (guint i = 0; i < n; i++)
    add (self, fz_drug_ref (drugs[i]));
  return self;
}

static FzDrug *
read_row (const FzCatalogue *self, const FzCsv *csv, guint row, const FzDrugCodes *codes, GError **error)
{
  g_autoptr (FzDrug) drug = fz_drug_read (csv, row, codes, error);

  if (drug == NULL)
    return NULL;
  if (g_hash_table_contains (self->by_code, drug->code)) {
    fz_csv_set_error (csv, row, "code", error, _("代码重复"));
    return NULL;
  }
  return g_steal_pointer (&drug);
}

FzCatalogue *
fz_catalogue_parse (const guint8 *bytes, gsize n, const char *name, const FzDrugCodes *codes, GPtrArray *issues, GError **error)
{
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzCatalogue) self = NULL;

  if (csv == NULL || !fz_csv_require (csv, fz_drug_required_columns (), error))
    return NULL;
  self = catalogue_new ();
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    g_autoptr (GError) problem = NULL;
    FzDrug *drug = read_row (self, csv, row, codes, &problem);

    if (drug != NULL) {
      add (self, drug);
    } else if (issues != NULL) {
      g_ptr_array_add (issues, g_strdup (problem->message));
    } else {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  return g_steal_pointer (&self);
}

static FzDrug *
read_hospital_row (const FzCatalogue *self, const FzCsv *csv, guint row, GHashTable *changed, GError **error)
{
  const char *code = fz_csv_get (csv, row, "code");
  FzDrug *drug = fz_catalogue_find_code (self, code);
  gint64 price = -1;

  if (drug == NULL || g_hash_table_contains (changed, code)) {
    fz_csv_set_error (csv, row, "code", error, drug == NULL ? _("目录中没有这个代码") : _("代码重复"));
    return NULL;
  }
  if (!fz_drug_parse_price (fz_csv_get (csv, row, "price_fen"), &price)) {
    fz_csv_set_error (csv, row, "price_fen", error, _("应为以分为单位的整数"));
    return NULL;
  }
  return fz_drug_with_hospital (drug, fz_csv_get (csv, row, "approval_number"), fz_csv_get (csv, row, "manufacturer"),
                                fz_csv_get (csv, row, "brand"), price, !g_str_equal (fz_csv_get (csv, row, "active"), "no"));
}

FzCatalogue *
fz_catalogue_with_hospital (const FzCatalogue *self, const guint8 *bytes, gsize n, const char *name, GError **error)
{
  static const char *const columns[] = { "code", "manufacturer", "price_fen", NULL };
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (GHashTable) changed = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, unref_drug);
  g_autoptr (FzCatalogue) result = NULL;

  if (csv == NULL || !fz_csv_require (csv, columns, error))
    return NULL;
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    FzDrug *drug = read_hospital_row (self, csv, row, changed, error);

    if (drug == NULL)
      return NULL;
    g_hash_table_insert (changed, (gpointer) (gsize) drug->code, drug);
  }
  result = catalogue_new ();
  for (guint i = 0; i < self->drugs->len; i++) {
    FzDrug *old = g_ptr_array_index (self->drugs, i);
    FzDrug *drug = g_hash_table_lookup (changed, old->code);

    add (result, fz_drug_ref (drug != NULL ? drug : old));
  }
  return g_steal_pointer (&result);
}

guint
fz_catalogue_get_n (const FzCatalogue *self)
{
  return self->drugs->len;
}

FzDrug *
fz_catalogue_get (const FzCatalogue *self, guint index)
{
  g_return_val_if_fail (index < self->drugs->len, NULL);
  return g_ptr_array_index (self->drugs, index);
}

FzDrug *
fz_catalogue_find_code (const FzCatalogue *self, const char *code)
{
  return code != NULL ? g_hash_table_lookup (self->by_code, code) : NULL;
}

FzDrug *
fz_catalogue_find_generic (const FzCatalogue *self, const char *generic, const char *strength)
{
  g_autofree char *key = fz_text_key (generic);
  GPtrArray *same = g_hash_table_lookup (self->by_generic, key);

  for (guint i = 0; same != NULL && strength != NULL && i < same->len; i++) {
    FzDrug *drug = g_ptr_array_index (same, i);
    FzDose wanted = { 0 };

    if (fz_text_same (drug->strength_text, strength))
      return drug;
    if (drug->strength.unit != NULL && fz_dose_parse (strength, &wanted, NULL) && fz_dose_comparable (&wanted, &drug->strength) &&
        fz_dose_compare (&wanted, &drug->strength) == 0)
      return drug;
  }
  return same != NULL ? g_ptr_array_index (same, 0) : NULL;
}

FzDrug *
fz_catalogue_find_ingredient (const FzCatalogue *self, const char *ingredient_key, const char *route)
{
  for (guint i = 0; i < self->drugs->len; i++) {
    FzDrug *drug = g_ptr_array_index (self->drugs, i);

    if (drug->ingredient_keys[1] == NULL && g_str_equal (drug->ingredient_keys[0], ingredient_key) &&
        (route == NULL || g_str_equal (drug->route, route)))
      return drug;
  }
  return NULL;
}

typedef struct {
  FzDrug *drug;
  guint rank;
  guint index;
} Found;

/* 0: initials or a name begin with it; 1: inside; G_MAXUINT: not at all. Each set of initials stands between bars. */
static guint
rank_of (const FzDrug *drug, const char *keys, const char *typed, const char *typed_line)
{
  const char *at = strstr (drug->initials, typed);

  if (strstr (keys, typed_line) != NULL || (at != NULL && (at == drug->initials || at[-1] == '|')))
    return 0;
  return at != NULL || strstr (keys, typed) != NULL ? 1 : G_MAXUINT;
}

static int
compare_found (gconstpointer a, gconstpointer b)
{
  const Found *left = a;
  const Found *right = b;

  if (left->rank != right->rank)
    return left->rank < right->rank ? -1 : 1;
  return left->index < right->index ? -1 : left->index > right->index;
}

GPtrArray *
fz_catalogue_search (const FzCatalogue *self, const char *typed, guint limit)
{
  g_autofree char *key = fz_text_key (typed);
  g_autofree char *line = g_strconcat ("\n", key, NULL);
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (Found));
  GPtrArray *result = g_ptr_array_new ();

  for (guint i = 0; *key != '\0' && i < self->drugs->len; i++) {
    Found one = { .drug = g_ptr_array_index (self->drugs, i), .index = i };

    one.rank = rank_of (one.drug, g_ptr_array_index (self->search_keys, i), key, line);
    if (one.drug->active && one.rank != G_MAXUINT)
      g_array_append_val (found, one);
  }
  g_array_sort (found, compare_found);
  for (guint i = 0; i < found->len && i < limit; i++)
    g_ptr_array_add (result, g_array_index (found, Found, i).drug);
  return result;
}
