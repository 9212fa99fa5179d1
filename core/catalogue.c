#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/drug_columns.h"
#include "core/text.h"

#define ROWS_BETWEEN 500 /* some hundredths of a second */

struct _FzCatalogue {
  GPtrArray *drugs;       /* FzDrug */
  GHashTable *by_code;    /* code, borrowed -> FzDrug */
  GHashTable *by_generic; /* key -> GPtrArray of FzDrug, borrowed */
  GString *search;        /* what is typed is looked for here: each drug's initials and its name, brand and aliases folded, LF before each */
  GArray *starts;         /* gsize, one a drug: where its part of `search` begins */
  FzCatalogue *of;        /* what a watched one looks into; owns the rest then */
  GHashTable *seen;       /* FzDrug that a lookup gave; NULL: nobody watches */
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

  g_clear_pointer (&self->seen, g_hash_table_unref);
  if (self->of != NULL) {
    fz_catalogue_unref (self->of);
    return;
  }
  g_clear_pointer (&self->by_code, g_hash_table_unref);
  g_clear_pointer (&self->by_generic, g_hash_table_unref);
  g_clear_pointer (&self->starts, g_array_unref);
  g_string_free (g_steal_pointer (&self->search), TRUE);
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
  self->search = g_string_new (NULL);
  self->starts = g_array_new (FALSE, FALSE, sizeof (gsize));
  return self;
}

static void
append_initials (GString *text, const char *initials)
{
  if (*initials == '\0')
    return;
  g_string_append_c (text, '\n');
  for (const char *at = initials; *at != '\0'; at++)
    g_string_append_c (text, *at == '|' ? '\n' : *at);
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

/* What is still offered answers for its name before what was withdrawn. */
static int
n_offered (const GPtrArray *same)
{
  guint n = 0;

  while (n < same->len && ((const FzDrug *) same->pdata[n])->active)
    n++;
  return (int) n;
}

static void
add (FzCatalogue *self, FzDrug *take_drug)
{
  g_autofree char *key = fz_text_key (take_drug->generic);
  GPtrArray *same = g_hash_table_lookup (self->by_generic, key);
  gsize start = self->search->len;

  g_assert (!g_hash_table_contains (self->by_code, take_drug->code));
  g_ptr_array_add (self->drugs, take_drug);
  g_hash_table_insert (self->by_code, (gpointer) (gsize) take_drug->code, take_drug);
  g_array_append_val (self->starts, start);
  append_initials (self->search, take_drug->initials);
  append_key (self->search, take_drug->generic);
  append_key (self->search, take_drug->brand);
  append_key (self->search, take_drug->aliases);
  g_string_append_c (self->search, '\n'); /* the last word ends within its own drug's part */
  if (same == NULL) {
    same = g_ptr_array_new ();
    g_hash_table_insert (self->by_generic, g_steal_pointer (&key), same);
  }
  g_ptr_array_insert (same, take_drug->active ? n_offered (same) : -1, take_drug);
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
  return fz_catalogue_parse_with_progress (bytes, n, name, codes, issues, NULL, NULL, error);
}

FzCatalogue *
fz_catalogue_parse_with_progress (const guint8 *bytes, gsize n, const char *name, const FzDrugCodes *codes, GPtrArray *issues, FzCatalogueGoOn go_on, gpointer data,
                            GError **error)
{
  g_autoptr (FzCsv) csv = fz_csv_parse (bytes, n, name, error);
  g_autoptr (FzCatalogue) self = NULL;

  if (csv == NULL || !fz_csv_require (csv, fz_drug_required_columns (), error))
    return NULL;
  self = catalogue_new ();
  for (guint row = 0; row < fz_csv_get_n_rows (csv); row++) {
    g_autoptr (GError) problem = NULL;
    FzDrug *drug;

    if (go_on != NULL && row % ROWS_BETWEEN == 0 && !go_on (row, fz_csv_get_n_rows (csv), data))
      return NULL;
    drug = read_row (self, csv, row, codes, &problem);
    if (drug != NULL) {
      add (self, drug);
    } else if (issues != NULL) {
      g_ptr_array_add (issues, g_strdup (problem->message));
    } else {
      g_propagate_error (error, g_steal_pointer (&problem));
      return NULL;
    }
  }
  return go_on == NULL || go_on (fz_csv_get_n_rows (csv), fz_csv_get_n_rows (csv), data) ? g_steal_pointer (&self) : NULL;
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

FzCatalogue *
fz_catalogue_watch (FzCatalogue *self)
{
  FzCatalogue *watched = g_atomic_rc_box_new0 (FzCatalogue);

  *watched = *self;
  watched->of = fz_catalogue_ref (self);
  watched->seen = g_hash_table_new (NULL, NULL);
  return watched;
}

GPtrArray *
fz_catalogue_list_seen (const FzCatalogue *self)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < self->drugs->len && list->len < g_hash_table_size (self->seen); i++)
    if (g_hash_table_contains (self->seen, self->drugs->pdata[i]))
      g_ptr_array_add (list, self->drugs->pdata[i]);
  return list;
}

static FzDrug *
note (const FzCatalogue *self, FzDrug *drug)
{
  if (self->seen != NULL && drug != NULL)
    g_hash_table_add (self->seen, drug);
  return drug;
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
  return code != NULL ? note (self, g_hash_table_lookup (self->by_code, code)) : NULL;
}

static FzDrug *
find_generic (const FzCatalogue *self, const char *generic, const char *strength)
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
fz_catalogue_find_generic (const FzCatalogue *self, const char *generic, const char *strength)
{
  return note (self, find_generic (self, generic, strength));
}

FzDrug *
fz_catalogue_find_ingredient (const FzCatalogue *self, const char *ingredient_key, const char *route)
{
  for (guint i = 0; i < self->drugs->len; i++) {
    FzDrug *drug = g_ptr_array_index (self->drugs, i);

    if (drug->ingredient_keys[1] == NULL && g_str_equal (drug->ingredient_keys[0], ingredient_key) &&
        (route == NULL || g_str_equal (drug->route, route)))
      return note (self, drug);
  }
  return NULL;
}

static gsize
end_of (const FzCatalogue *self, guint i)
{
  return i + 1 < self->starts->len ? g_array_index (self->starts, gsize, i + 1) : self->search->len;
}

/* The drug whose part of `search` holds this offset. */
static guint
drug_at (const FzCatalogue *self, gsize offset)
{
  guint low = 0, high = self->starts->len;

  while (high - low > 1) {
    guint middle = low + (high - low) / 2;

    if (g_array_index (self->starts, gsize, middle) <= offset)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* The next drug in order, from drug `from` on, in whose part `text` stands; the number of drugs when there is none. One pass over
 * one string: a catalogue of 50,000 drugs is looked through between two key presses. */
static guint
next_with (const FzCatalogue *self, guint from, const char *text)
{
  gsize start = from < self->starts->len ? g_array_index (self->starts, gsize, from) : self->search->len;
  const char *at = strstr (self->search->str + start, text);

  return at != NULL ? drug_at (self, (gsize) (at - self->search->str)) : self->starts->len;
}

static gboolean
stands_in (const FzCatalogue *self, guint i, const char *text)
{
  gsize start = g_array_index (self->starts, gsize, i);

  return memmem (self->search->str + start, end_of (self, i) - start, text, strlen (text)) != NULL;
}

FzDrug *
fz_catalogue_find_brand (const FzCatalogue *self, const char *brand)
{
  g_autofree char *key = fz_text_key (brand);
  g_autofree char *line = g_strconcat ("\n", key, NULL);

  if (*key == '\0')
    return NULL;
  for (guint i = next_with (self, 0, line); i < self->drugs->len; i = next_with (self, i + 1, line)) {
    FzDrug *drug = g_ptr_array_index (self->drugs, i);

    if (drug->active && drug->brand != NULL && fz_text_same (drug->brand, brand))
      return note (self, drug);
  }
  return NULL;
}

typedef enum { ANY_SHEET, HERBAL_SHEET, OTHER_SHEET, EVERYTHING } Sheet; /* the last: withdrawn ones too */

static gboolean
fits_sheet (const FzDrug *drug, Sheet sheet)
{
  if (sheet == EVERYTHING)
    return TRUE;
  return drug->active && (sheet == ANY_SHEET || (drug->kind == FZ_DRUG_HERBAL) == (sheet == HERBAL_SHEET));
}

/* Adds drugs with `text`, in order, leaving out those with `without` (NULL: none). */
static void
add_found (const FzCatalogue *self, const char *text, const char *without, Sheet sheet, guint limit, GPtrArray *result)
{
  for (guint i = next_with (self, 0, text); i < self->drugs->len && result->len < limit; i = next_with (self, i + 1, text)) {
    FzDrug *drug = g_ptr_array_index (self->drugs, i);

    if (fits_sheet (drug, sheet) && (without == NULL || !stands_in (self, i, without)))
      g_ptr_array_add (result, drug);
  }
}

/* First those of which initials or a name are just this, then those where they begin with it, then those that hold it. */
static GPtrArray *
search (const FzCatalogue *self, const char *typed, Sheet sheet, guint limit)
{
  g_autofree char *key = fz_text_key (typed);
  g_autofree char *line = g_strconcat ("\n", key, NULL), *whole = g_strconcat (line, "\n", NULL);
  GPtrArray *result = g_ptr_array_new ();

  if (*key == '\0')
    return result;
  add_found (self, whole, NULL, sheet, limit, result);
  add_found (self, line, whole, sheet, limit, result);
  add_found (self, key, line, sheet, limit, result);
  return result;
}

GPtrArray *
fz_catalogue_search (const FzCatalogue *self, const char *typed, guint limit)
{
  return search (self, typed, ANY_SHEET, limit);
}

GPtrArray *
fz_catalogue_search_sheet (const FzCatalogue *self, const char *typed, gboolean herbal, guint limit)
{
  return search (self, typed, herbal ? HERBAL_SHEET : OTHER_SHEET, limit);
}

GPtrArray *
fz_catalogue_find_all (const FzCatalogue *self, const char *typed)
{
  g_autofree char *key = fz_text_key (typed);
  GPtrArray *all;

  if (*key != '\0')
    return search (self, typed, EVERYTHING, G_MAXUINT);
  all = g_ptr_array_new ();
  for (guint i = 0; i < self->drugs->len; i++)
    g_ptr_array_add (all, self->drugs->pdata[i]);
  return all;
}
