#include "app/link.h"

#include "db/registers.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define REGISTER "patient-link"

/* Of one visit: whose numbers are its patient's, which visits were found to be of the same person, and which of another. */
typedef struct {
  GHashTable *words;  /* fz_patient_word */
  GHashTable *same;   /* visit ids */
  GHashTable *apart;  /* visit ids */
  GHashTable *unsure; /* visit ids: of two persons, one of whom this patient is */
  GPtrArray *entries; /* FzFields, those that say so */
} Links;

static void
links_clear (Links *self)
{
  g_clear_pointer (&self->words, g_hash_table_unref);
  g_clear_pointer (&self->same, g_hash_table_unref);
  g_clear_pointer (&self->apart, g_hash_table_unref);
  g_clear_pointer (&self->unsure, g_hash_table_unref);
  g_clear_pointer (&self->entries, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Links, links_clear)

static gboolean
counts (const FzFields *entry)
{
  const char *state = fz_fields_get (entry, "entry.state");

  return g_strcmp0 (state, "linked") == 0 || g_strcmp0 (state, "closed") == 0;
}

/* (transfer full) NULL without error: there is no such visit, or it names nobody; a slip in an entry must not keep a doctor from a visit. */
static gboolean
word_of (FzTxn *txn, const char *visit, char **out, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) facts = fz_visits_get (txn, visit, &why);

  *out = facts != NULL ? fz_patient_word (facts) : NULL;
  if (facts != NULL || g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
check_unchanged (const FzRegister *reg, const FzFields *entry, const FzFields *values, GError **error)
{
  static const char *const fixed[] = { "kind", "visit", "other" };

  for (guint i = 0; i < G_N_ELEMENTS (fixed); i++) {
    g_autofree char *key = g_strconcat ("field.", fixed[i], NULL);
    const char *value = fz_fields_get (values, key);

    if (value == NULL || g_strcmp0 (value, fz_fields_get (entry, key)) == 0)
      continue;
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：登记后不能更改。有误的，请撤回这一条后重新登记，再由另一人核对。"), fz_register_find_field (reg, fixed[i])->label);
    return FALSE;
  }
  return TRUE;
}

gboolean
fz_link_check (FzTxn *txn, const FzRegister *reg, const FzFields *entry, const FzFields *values, GError **error)
{
  const char *visit = fz_fields_get (values, "field.visit"), *other = fz_fields_get (values, "field.other");
  g_autofree char *word = NULL, *other_word = NULL;
  gboolean one = g_strcmp0 (fz_fields_get (values, "field.kind"), "one") == 0;

  if (g_strcmp0 (fz_register_get_name (reg), REGISTER) != 0)
    return TRUE;
  if (entry != NULL)
    return check_unchanged (reg, entry, values, error);
  if (visit == NULL || other == NULL)
    return TRUE;
  if (!word_of (txn, visit, &word, error) || !word_of (txn, other, &other_word, error))
    return FALSE;
  if (word == NULL || other_word == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s：没有这次就诊，或它没有写明患者的证件。请核对就诊号。"), word == NULL ? _ ("就诊一") : _ ("就诊二"));
    return FALSE;
  }
  if (g_str_equal (visit, other) || g_str_equal (word, other_word) == one) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, one ? _ ("就诊二：两次就诊的证件相同，本来就按同一人处理；要联系的应是证件不同的两次就诊。")
                                                                : _ ("就诊二：两次就诊的证件不同，本来就按两人处理；要分开的应是证件相同的两次就诊。"));
    return FALSE;
  }
  return TRUE;
}

static gboolean
join_side (FzTxn *txn, Links *self, const char *visit, const char *other, const char *own, gboolean *out_grew, GError **error)
{
  g_autofree char *word = NULL, *other_word = NULL;

  if (!word_of (txn, visit, &word, error) || !word_of (txn, other, &other_word, error))
    return FALSE;
  if (word == NULL || other_word == NULL || !g_hash_table_contains (self->words, word))
    return TRUE;
  if (g_strcmp0 (other, own) != 0)
    *out_grew = g_hash_table_add (self->same, g_strdup (other)) || *out_grew;
  *out_grew = g_hash_table_add (self->words, g_steal_pointer (&other_word)) || *out_grew;
  return TRUE;
}

/* One person by several numbers: as far as the findings lead. */
static gboolean
join (FzTxn *txn, Links *self, GPtrArray *entries, const char *own, GError **error)
{
  gboolean grew = TRUE;

  while (grew) {
    grew = FALSE;
    for (guint i = 0; i < entries->len; i++) {
      const char *visit = fz_fields_get (entries->pdata[i], "field.visit"), *other = fz_fields_get (entries->pdata[i], "field.other");

      if (g_strcmp0 (fz_fields_get (entries->pdata[i], "field.kind"), "one") == 0 &&
          (!join_side (txn, self, visit, other, own, &grew, error) || !join_side (txn, self, other, visit, own, &grew, error)))
        return FALSE;
    }
  }
  return TRUE;
}

static void
part (Links *self, const FzFields *entry, const char *own)
{
  const char *visit = fz_fields_get (entry, "field.visit"), *other = fz_fields_get (entry, "field.other");

  if (g_strcmp0 (visit, own) == 0)
    g_hash_table_add (self->apart, g_strdup (other));
  else if (g_strcmp0 (other, own) == 0)
    g_hash_table_add (self->apart, g_strdup (visit));
  else {
    g_hash_table_add (self->unsure, g_strdup (visit));
    g_hash_table_add (self->unsure, g_strdup (other));
  }
}

static gboolean
concerns (FzTxn *txn, const Links *self, const FzFields *entry, gboolean *out, GError **error)
{
  g_autofree char *word = NULL;

  if (!word_of (txn, fz_fields_get (entry, "field.visit"), &word, error))
    return FALSE;
  *out = word != NULL && g_hash_table_contains (self->words, word);
  return TRUE;
}

static gboolean
keep_counting (FzTxn *txn, const FzFields *entry, gpointer data, GError **error)
{
  if (counts (entry))
    g_ptr_array_add (data, fz_fields_ref ((FzFields *) entry));
  return TRUE;
}

static gboolean
read_links (FzTxn *txn, const FzFields *visit, Links *self, GError **error)
{
  const char *own = fz_fields_get (visit, "visit.id");
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  char *word = fz_patient_word (visit);

  self->words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->same = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->apart = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->unsure = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  if (word != NULL)
    g_hash_table_add (self->words, word);
  if (!fz_entries_each (txn, REGISTER, FALSE, keep_counting, entries, error) || (word != NULL && !join (txn, self, entries, own, error)))
    return FALSE;
  for (guint i = 0; word != NULL && i < entries->len; i++) {
    gboolean here = FALSE;

    if (!concerns (txn, self, entries->pdata[i], &here, error))
      return FALSE;
    if (here)
      g_ptr_array_add (self->entries, fz_fields_ref (entries->pdata[i]));
    if (here && g_strcmp0 (fz_fields_get (entries->pdata[i], "field.kind"), "two") == 0)
      part (self, entries->pdata[i], own);
  }
  return TRUE;
}

/* --- prescriptions --- */

static int
newest_first (gconstpointer a, gconstpointer b)
{
  gint64 x = 0, y = 0;

  fz_fields_get_time (*(const FzFields *const *) a, "rx.signed_at", &x);
  fz_fields_get_time (*(const FzFields *const *) b, "rx.signed_at", &y);
  return x > y ? -1 : x < y;
}

GPtrArray *
fz_link_rx (FzTxn *txn, const FzFields *visit, gboolean sure, guint limit, GError **error)
{
  g_auto (Links) links = { 0 };
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  GHashTableIter iter;
  gpointer word;

  if (!read_links (txn, visit, &links, error))
    return NULL;
  g_hash_table_iter_init (&iter, links.words);
  while (g_hash_table_iter_next (&iter, &word, NULL)) {
    g_autoptr (GPtrArray) rows = fz_rx_of_patient (txn, word, limit, error);

    if (rows == NULL)
      return NULL;
    for (guint i = 0; i < rows->len; i++) {
      const char *of = fz_fields_get (rows->pdata[i], "rx.visit");

      if (!g_hash_table_contains (links.apart, of) && (!sure || !g_hash_table_contains (links.unsure, of)))
        g_ptr_array_add (all, fz_fields_ref (rows->pdata[i]));
    }
  }
  g_ptr_array_sort (all, newest_first);
  if (all->len > limit)
    g_ptr_array_set_size (all, (int) limit);
  return g_steal_pointer (&all);
}

/* --- allergies --- */

static gboolean
has_allergy (const FzFields *facts, const char *allergy)
{
  for (guint i = 0; i < fz_fields_count (facts, "allergy"); i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "allergy", i, NULL), allergy) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
take_allergies (FzTxn *txn, const char *visit, FzFields *facts, GError **error)
{
  g_autoptr (FzFields) other = fz_visits_get (txn, visit, error);

  for (guint i = 0; other != NULL && i < fz_fields_count (other, "allergy"); i++) {
    const char *allergy = fz_fields_get_at (other, "allergy", i, NULL);

    if (!has_allergy (facts, allergy))
      fz_fields_set_at (facts, "allergy", fz_fields_count (facts, "allergy"), NULL, allergy);
  }
  return other != NULL;
}

gboolean
fz_link_put (FzTxn *txn, FzFields *facts, GError **error)
{
  g_auto (Links) links = { 0 };
  g_autoptr (GList) same = NULL;

  if (!read_links (txn, facts, &links, error))
    return FALSE;
  same = g_list_sort (g_hash_table_get_keys (links.same), (GCompareFunc) g_strcmp0);
  for (GList *visit = same; visit != NULL; visit = visit->next)
    if (!take_allergies (txn, visit->data, facts, error))
      return FALSE;
  for (guint i = 0; i < links.entries->len; i++) {
    const FzFields *entry = links.entries->pdata[i];
    gboolean first = g_strcmp0 (fz_fields_get (entry, "field.visit"), fz_fields_get (facts, "visit.id")) == 0;

    fz_fields_set_at (facts, "linked", i, "entry", fz_fields_get (entry, "entry.id"));
    fz_fields_set_at (facts, "linked", i, "kind", fz_fields_get (entry, "field.kind"));
    fz_fields_set_at (facts, "linked", i, "visit", fz_fields_get (entry, first ? "field.other" : "field.visit"));
  }
  return TRUE;
}
