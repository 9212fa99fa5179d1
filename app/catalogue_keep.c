/* Changes of the catalogue become durable; rows change with the decision, or at once with a removal (目录变更的落库). */
#include "app/catalogue.h"

#include "app/due.h"
#include "app/knowledge.h"
#include "app/proposal.h"
#include "app/upload.h"
#include "db/audit.h"
#include "db/catalogue.h"
#include "db/directory.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>

/* --- the fold --- */

FzFields *
fz_catalogue_fold (FzTxn *txn, const char *id, GError **error)
{
  return fz_proposal_read (txn, id, fz_catalogue_change_fold, _ ("没有编号为“%s”的目录变更。"), error);
}

/* --- rows change --- */

static gboolean
put_row (FzDesk *desk, FzTxn *txn, const FzDrug *drug, const char *removal, GError **error)
{
  g_autoptr (FzFields) frozen = fz_drug_to_fields (drug), row = fz_fields_dup (frozen, NULL);

  fz_fields_set (row, "removal", removal);
  return fz_drugs_put (txn, drug->code, row, drug->active, error) && fz_due_add_drug (desk, txn, drug, error);
}

/* A row that somebody else changed meanwhile, or that was removed, is not overwritten by what was thought of before. */
gboolean
fz_catalogue_check_base (const FzKnowledge *know, const FzCatalogueRow *row, GError **error)
{
  g_autofree char *now = fz_catalogue_row_hash (know, row->drug->code);

  if (g_str_equal (now, row->before))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("“%s %s”在提出之后又有变动，不能按原来的内容批准；请提出人撤回后重新提出。"), row->drug->code,
               row->drug->generic);
  return FALSE;
}

static GPtrArray *
read_rows (FzDesk *desk, FzTxn *txn, const char *sha256, GError **error)
{
  g_autoptr (GBytes) bytes = fz_catalogue_rows_get (txn, sha256, error);

  return bytes != NULL ? fz_catalogue_rows_read (desk->knowledge, bytes, error) : NULL;
}

static gboolean
apply_rows (FzDesk *desk, FzTxn *txn, const FzFields *change, GError **error)
{
  g_autoptr (GPtrArray) rows = read_rows (desk, txn, fz_fields_get (change, "change.rows_sha256"), error);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const FzCatalogueRow *row = rows->pdata[i];

    if (!fz_catalogue_check_base (desk->knowledge, row, error) || !put_row (desk, txn, row->drug, NULL, error))
      return FALSE;
  }
  return rows != NULL;
}

/* Off the catalogue, or on it again; everything else of the row stays. */
static gboolean
apply_removal (FzDesk *desk, FzTxn *txn, const FzFields *change, gboolean removed, GError **error)
{
  const char *code = fz_fields_get (change, "drug.code");
  FzDrug *drug = fz_catalogue_find_code (desk->knowledge->catalogue, code);
  g_autoptr (FzDrug) after = NULL;

  if (drug == NULL || drug->active != removed) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("“%s”在药品目录中已不是原来的状态，请刷新后再试。"), code);
    return FALSE;
  }
  after = fz_drug_with_active (drug, !removed);
  return put_row (desk, txn, after, removed ? fz_fields_get (change, "change.id") : NULL, error);
}

static gboolean
apply (FzDesk *desk, FzTxn *txn, const FzFields *change, GError **error)
{
  FzChangeState state = FZ_CHANGE_PENDING;

  fz_change_state_from_word (fz_fields_get (change, "change.state"), &state);
  if (state == FZ_CHANGE_APPROVED)
    return apply_rows (desk, txn, change, error);
  if (state == FZ_CHANGE_SUSPENDED || state == FZ_CHANGE_LIFTED)
    return apply_removal (desk, txn, change, state == FZ_CHANGE_SUSPENDED, error);
  return TRUE;
}

/* --- derived rows --- */

static gboolean
put_lines (FzDesk *desk, FzTxn *txn, const FzFields *change, GError **error)
{
  const char *id = fz_fields_get (change, "change.id");
  g_autoptr (GPtrArray) rows = NULL;

  if (g_strcmp0 (fz_fields_get (change, "change.kind"), "removal") == 0)
    return fz_catalogue_line_put (txn, fz_fields_get (change, "drug.code"), id, "remove", fz_fields_get (change, "change.words"), error);
  rows = read_rows (desk, txn, fz_fields_get (change, "change.rows_sha256"), error);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const FzCatalogueRow *row = rows->pdata[i];

    if (!fz_catalogue_line_put (txn, row->drug->code, id, fz_drug_act_to_word (row->act), row->text, error))
      return FALSE;
  }
  return rows != NULL;
}

static gboolean
keep (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, FzDocument *document, GError **error)
{
  g_autoptr (GPtrArray) before = fz_documents_of_visit (txn, submission->visit, error);
  g_autoptr (FzFields) stood = before != NULL && before->len > 0 ? fz_proposal_of_documents (before, fz_catalogue_change_fold, error) : NULL, after = NULL;
  const char *staged = fz_fields_get (document->body, "staged");

  if (before == NULL || (before->len > 0 && stood == NULL))
    return FALSE;
  after = fz_catalogue_change_fold (stood, document, error);
  return after != NULL && fz_submit_keep_document (session, txn, document, error) && fz_catalogue_change_put (txn, after, error) &&
         (stood != NULL || put_lines (desk, txn, after, error)) && apply (desk, txn, after, error) &&
         (staged == NULL || fz_catalogue_staged_drop (txn, staged, error));
}

gboolean
fz_catalogue_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  if (!fz_submit_check_clock (txn, error) || (submission->rows != NULL && !fz_catalogue_rows_keep (txn, submission->rows, NULL, error)))
    return FALSE;
  for (guint i = 0; i < submission->documents->len; i++)
    if (!keep (desk, session, txn, submission, submission->documents->pdata[i], error))
      return FALSE;
  return fz_submit_countersign (session, txn, submission, error) &&
         fz_audit_checkpoint (txn, error);
}

gboolean
fz_catalogue_refresh (FzDesk *desk, GError **error)
{
  g_autoptr (GError) why = NULL;

  fz_upload_kick (desk);
  if (fz_desk_reload_knowledge (desk, &why))
    return TRUE;
  desk->rules_problem = g_intern_string (why->message); /* what is in memory is not what holds: nothing is judged by it; the clock tries again */
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* --- removals --- */

typedef struct {
  GPtrArray *rows; /* of the store */
  GHashTable *removals;
} Removals;

static gboolean
read_removals (FzTxn *txn, gpointer data, GError **error)
{
  Removals *what = data;
  g_autoptr (GPtrArray) changes = fz_catalogue_removals (txn, error);
  g_autoptr (GHashTable) by_id = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; changes != NULL && i < changes->len; i++)
    g_hash_table_insert (by_id, (gpointer) fz_fields_get (changes->pdata[i], "change.id"), changes->pdata[i]);
  for (guint i = 0; changes != NULL && i < what->rows->len; i++) {
    const char *id = fz_fields_get (what->rows->pdata[i], "removal"), *code = fz_fields_get (what->rows->pdata[i], "code");
    FzFields *change = id != NULL ? g_hash_table_lookup (by_id, id) : NULL;

    if (id != NULL && change == NULL) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("药品“%s”的移除记录 %s 不在库中。"), code, id);
      return FALSE;
    }
    if (change != NULL)
      g_hash_table_insert (what->removals, g_strdup (code), fz_fields_ref (change));
  }
  return changes != NULL;
}

GHashTable *
fz_catalogue_read_removals (FzStore *store, GPtrArray *rows, GError **error)
{
  Removals what = { rows, g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) fz_fields_unref) };

  if (fz_store_run (store, FZ_TXN_READ, read_removals, &what, error))
    return what.removals;
  g_hash_table_unref (what.removals);
  return NULL;
}

/* --- deadlines --- */

gboolean
fz_catalogue_put_due (FzTxn *txn, void (*add) (const FzFields *change, gpointer data), gpointer data, GError **error)
{
  g_autoptr (GPtrArray) removals = fz_catalogue_removals (txn, error);

  for (guint i = 0; removals != NULL && i < removals->len; i++)
    if (fz_fields_is_yes (removals->pdata[i], "change.open"))
      add (removals->pdata[i], data);
  return removals != NULL;
}
