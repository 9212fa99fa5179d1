/* The catalogue held against its documents (目录的重新推算): what every change is, and what the rows of medicines follow from them. */
#include "app/catalogue.h"

#include "app/knowledge.h"
#include "db/catalogue.h"
#include "db/directory.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>

#define PAGE 20

/* Something that changed rows, by the document that did it. */
typedef enum { ROWS, REMOVED, LIFTED } What;

typedef struct {
  guint64 number;
  What what;
  char *change;
  char *of; /* ROWS: hash of the rows; else the medicine's code */
} Event;

/* What a medicine's row must be; `drug` NULL: it came with the store and no change named it, so that only its removal is known. */
typedef struct {
  FzDrug *drug;
  gboolean active;
  char *removal;
} Row;

typedef struct {
  FzDesk *desk;
  const char *kind;
  char *after;
  gboolean more;
  GPtrArray *differences;
  GArray *events;
  guint at;         /* event that is applied */
  GHashTable *rows; /* code -> Row */
  GPtrArray *codes; /* in order */
} Compare;

static void
event_clear (gpointer data)
{
  Event *event = data;

  g_free (event->change);
  g_free (event->of);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_clear_pointer (&row->drug, fz_drug_unref);
  g_free (row->removal);
  g_free (row);
}

/* --- the changes --- */

static void
add_event (Compare *compare, const FzDocument *document, What what, const FzFields *change, const char *key)
{
  Event event = { document->number, what, g_strdup (fz_fields_get (change, "change.id")), g_strdup (fz_fields_get (change, key)) };

  g_array_append_val (compare->events, event);
}

static void
add_events (Compare *compare, GPtrArray *documents, const FzFields *change)
{
  FzChangeState state = FZ_CHANGE_PENDING;
  const FzDocument *first = documents->pdata[0], *last = documents->pdata[documents->len - 1];

  fz_change_state_from_word (fz_fields_get (change, "change.state"), &state);
  if (g_strcmp0 (fz_fields_get (change, "change.kind"), "removal") == 0) {
    add_event (compare, first, REMOVED, change, "drug.code");
    if (state == FZ_CHANGE_LIFTED)
      add_event (compare, last, LIFTED, change, "drug.code");
  } else if (state == FZ_CHANGE_APPROVED)
    add_event (compare, last, ROWS, change, "change.rows_sha256");
}

static gboolean
compare_change (Compare *compare, FzTxn *txn, const char *subject, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzFields) folded = documents != NULL ? fz_catalogue_fold (txn, subject + 1, error) : NULL,
                       kept = folded != NULL ? fz_catalogue_change_get (txn, subject + 1, error) : NULL;

  if (kept == NULL)
    return FALSE;
  if (!fz_fields_equal (folded, kept))
    g_ptr_array_add (compare->differences, g_strdup_printf (_ ("药品目录变更 %s：与由文书重新推算的结果不一致。"), subject + 1));
  add_events (compare, documents, folded);
  return TRUE;
}

static gboolean
compare_page (FzTxn *txn, gpointer data, GError **error)
{
  Compare *compare = data;
  g_autoptr (GPtrArray) subjects = fz_documents_subjects (txn, compare->kind, compare->after, PAGE, error);

  if (subjects == NULL)
    return FALSE;
  for (guint i = 0; i < subjects->len; i++)
    if (!compare_change (compare, txn, subjects->pdata[i], error))
      return FALSE;
  compare->more = subjects->len == PAGE;
  if (subjects->len > 0) {
    g_free (compare->after);
    compare->after = g_strdup (subjects->pdata[subjects->len - 1]);
  }
  return TRUE;
}

/* --- the rows that follow --- */

static int
by_number (gconstpointer a, gconstpointer b)
{
  guint64 x = ((const Event *) a)->number, y = ((const Event *) b)->number;

  return x < y ? -1 : x > y;
}

static Row *
row_of (Compare *compare, const char *code)
{
  Row *row = g_hash_table_lookup (compare->rows, code);

  if (row == NULL) {
    row = g_new0 (Row, 1);
    g_hash_table_insert (compare->rows, g_strdup (code), row);
    g_ptr_array_add (compare->codes, g_strdup (code));
  }
  return row;
}

static void
set_row (Row *row, FzDrug *take_drug, gboolean active, const char *removal)
{
  g_clear_pointer (&row->drug, fz_drug_unref);
  row->drug = take_drug;
  row->active = active;
  g_free (row->removal);
  row->removal = g_strdup (removal);
}

static void
apply_removal (Compare *compare, const Event *event)
{
  Row *row = row_of (compare, event->of);
  gboolean active = event->what == LIFTED;

  set_row (row, row->drug != NULL ? fz_drug_with_active (row->drug, active) : NULL, active, active ? NULL : event->change);
}

static gboolean
apply_event (FzTxn *txn, gpointer data, GError **error)
{
  Compare *compare = data;
  const Event *event = &g_array_index (compare->events, Event, compare->at);
  g_autoptr (GBytes) bytes = event->what == ROWS ? fz_catalogue_rows_get (txn, event->of, error) : NULL;
  g_autoptr (GPtrArray) rows = bytes != NULL ? fz_catalogue_rows_read (compare->desk->knowledge, bytes, error) : NULL;

  if (event->what != ROWS) {
    apply_removal (compare, event);
    return TRUE;
  }
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    FzDrug *drug = ((const FzCatalogueRow *) rows->pdata[i])->drug;

    set_row (row_of (compare, drug->code), fz_drug_ref (drug), drug->active, NULL);
  }
  return rows != NULL;
}

static gboolean
is_kept (const Row *row, const FzFields *kept)
{
  g_autoptr (FzFields) frozen = row->drug != NULL ? fz_drug_to_fields (row->drug) : NULL, whole = NULL;

  if (kept == NULL)
    return FALSE;
  if (frozen == NULL)
    return fz_fields_is_yes (kept, "active") == row->active && g_strcmp0 (fz_fields_get (kept, "removal"), row->removal) == 0;
  whole = fz_fields_dup (frozen, NULL);
  fz_fields_set (whole, "removal", row->removal);
  return fz_fields_equal (whole, kept);
}

static gboolean
compare_rows (FzTxn *txn, gpointer data, GError **error)
{
  Compare *compare = data;
  guint end = MIN (compare->at + PAGE, compare->codes->len);

  for (; compare->at < end; compare->at++) {
    const char *code = compare->codes->pdata[compare->at];
    g_autoptr (GError) why = NULL;
    g_autoptr (FzFields) kept = fz_drugs_get (txn, code, &why);

    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    if (!is_kept (g_hash_table_lookup (compare->rows, code), kept))
      g_ptr_array_add (compare->differences, g_strdup_printf (_ ("药品 %s：与由目录变更文书重新推算的结果不一致。"), code));
  }
  return TRUE;
}

static gboolean
walk (Compare *compare, GError **error)
{
  static const char *const kinds[] = { FZ_CATALOGUE_CHANGE_KIND, FZ_CATALOGUE_REMOVAL_KIND };
  FzStore *store = compare->desk->store;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    compare->kind = kinds[i];
    g_free (compare->after);
    compare->after = g_strdup ("@");
    for (compare->more = TRUE; compare->more;)
      if (!fz_store_run (store, FZ_TXN_READ, compare_page, compare, error))
        return FALSE;
  }
  g_array_sort (compare->events, by_number);
  for (; compare->at < compare->events->len; compare->at++)
    if (!fz_store_run (store, FZ_TXN_READ, apply_event, compare, error))
      return FALSE;
  for (compare->at = 0; compare->at < compare->codes->len;)
    if (!fz_store_run (store, FZ_TXN_READ, compare_rows, compare, error))
      return FALSE;
  return TRUE;
}

gboolean
fz_catalogue_compare (FzDesk *desk, GPtrArray *differences, GError **error)
{
  g_autoptr (GArray) events = g_array_new (FALSE, FALSE, sizeof (Event));
  g_autoptr (GHashTable) rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, row_free);
  g_autoptr (GPtrArray) codes = g_ptr_array_new_with_free_func (g_free);
  Compare compare = { .desk = desk, .differences = differences, .events = events, .rows = rows, .codes = codes };
  gboolean good;

  g_array_set_clear_func (events, event_clear);
  good = walk (&compare, error);
  g_free (compare.after);
  return good;
}
