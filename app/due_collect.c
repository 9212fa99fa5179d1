/* What a day should have told the platform, made again from its documents and compared with the ledger (补采). What stands in the ledger, in whatever
 * state, is left as it is: nothing is sent twice, and what a person decided stays decided. */
#include "app/due_collect.h"

#include "app/due_entry.h"
#include "app/due_private.h"
#include "app/submit.h"
#include "db/documents.h"

#include <string.h>

#define DOCUMENTS_A_JOB 20

/* The key of the row that a document asks for, as app/due.c makes it; NULL: none of its own. (transfer full) */
static char *
key_of (const FzDocument *document)
{
  const FzFields *body = document->body;
  FzDocKind kind = FZ_N_DOCS;

  fz_doc_kind_from_text (fz_fields_get_kind (body), &kind);
  if (kind == FZ_DOC_FINISH || kind == FZ_DOC_REFUSAL || kind == FZ_DOC_WITHDRAWAL || kind == FZ_DOC_TERMINATION)
    return g_strconcat ("visit:", fz_fields_get (body, "visit"), NULL);
  if (kind == FZ_DOC_RECORD)
    return g_strconcat ("record:", fz_fields_get (body, "visit"), NULL);
  if (kind == FZ_DOC_REVIEW && g_strcmp0 (fz_fields_get (body, "verdict"), "approved") == 0)
    return g_strconcat ("prescription:", fz_fields_get (body, "prescription"), NULL);
  if (kind == FZ_DOC_DISPENSE || kind == FZ_DOC_DELIVERY)
    return g_strconcat ("delivery:", fz_fields_get (body, "prescription"), NULL);
  if (kind == FZ_DOC_VOID)
    return g_strconcat ("void:", fz_fields_get (body, "prescription"), NULL);
  if (kind == FZ_DOC_EXPIRY)
    return g_strconcat ("expired:", fz_fields_get (body, "prescription"), NULL);
  return NULL;
}

static gboolean
state_of (FzTxn *txn, const char *key, char **out_state, GError **error)
{
  g_autoptr (GError) why = NULL;

  *out_state = fz_outbox_dup_state (txn, key, &why);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static void
note (FzDueCollect *self, const char *key, const char *state, gboolean added)
{
  FzFields *row = fz_fields_new ("fuzhen.collected/v1");

  fz_fields_set (row, "key", key);
  fz_fields_set (row, "state", state);
  fz_fields_set_bool (row, "added", added);
  g_ptr_array_add (self->rows, fz_fields_freeze (row));
  g_hash_table_add (self->seen, g_strdup (key));
  self->added += added;
}

static gboolean
collect_document (FzDueCollect *self, FzTxn *txn, const FzDocument *document, GError **error)
{
  g_autofree char *key = key_of (document), *state = NULL, *now = NULL;
  g_autoptr (FzFold) fold = NULL;

  if (key == NULL || g_hash_table_contains (self->seen, key))
    return TRUE;
  if (!state_of (txn, key, &state, error))
    return FALSE;
  if (state != NULL) {
    note (self, key, state, FALSE);
    return TRUE;
  }
  fold = fz_submit_fold (txn, fz_fields_get (document->body, "visit"), error);
  if (fold == NULL || !fz_due_add (self->desk, txn, fold, document, error) || !state_of (txn, key, &now, error))
    return FALSE;
  if (now != NULL) /* else nothing is due yet: on its way to the patient, never sent */
    note (self, key, now, TRUE);
  return TRUE;
}

static void
note_entry (const char *key, const char *state, gboolean added, gpointer data)
{
  FzDueCollect *self = data;

  if (!g_hash_table_contains (self->seen, key))
    note (self, key, state, added);
}

/* The catalogue is no day's: a medicine without a row would hold back every prescription of it. */
static gboolean
collect_drugs (FzDueCollect *self, FzTxn *txn, GError **error)
{
  const FzCatalogue *catalogue = self->desk->knowledge->catalogue;

  for (guint i = 0; catalogue != NULL && i < fz_catalogue_get_n (catalogue); i++) {
    const FzDrug *drug = fz_catalogue_get (catalogue, i);
    g_autofree char *key = g_strconcat ("drug:", drug->code, NULL), *state = NULL;

    if (!state_of (txn, key, &state, error))
      return FALSE;
    if (state != NULL || !drug->active)
      continue;
    if (!fz_due_add_drug (self->desk, txn, drug, error) || !state_of (txn, key, &state, error))
      return FALSE;
    if (state != NULL) /* else no prescriptions were filed */
      note (self, key, state, TRUE);
  }
  return TRUE;
}

static gboolean
collect_one (FzDueCollect *self, FzTxn *txn, const FzDocument *document, GError **error)
{
  const char *visit = fz_fields_get (document->body, "visit");

  if (visit == NULL)
    return TRUE;
  if (*visit != '@')
    return collect_document (self, txn, document, error);
  return g_strcmp0 (fz_fields_get_kind (document->body), "fuzhen.entry/v1") != 0 || fz_due_add_entry_missing (self->desk, txn, visit + 1, note_entry, self, error);
}

static gboolean
begin (FzDueCollect *self, FzTxn *txn, gint64 end_us, GError **error)
{
  self->begun = fz_documents_before (txn, fz_date_beijing_start_us (self->day), &self->before, error) && fz_documents_before (txn, end_us, &self->last, error);
  self->after = self->before;
  return self->begun;
}

double
fz_due_collect_part (const FzDueCollect *self)
{
  return self->begun && self->last > self->before ? (double) (self->after - self->before) / (double) (self->last - self->before) : 0;
}

gboolean
fz_due_collect (FzDueCollect *self, FzTxn *txn, gboolean *out_done, GError **error)
{
  gint64 end_us = fz_date_beijing_start_us (fz_date_add_days (self->day, 1));
  g_autoptr (GPtrArray) documents = NULL;

  *out_done = FALSE;
  if (!self->begun && !begin (self, txn, end_us, error))
    return FALSE;
  documents = fz_documents_after (txn, self->after, DOCUMENTS_A_JOB, error);
  for (guint i = 0; documents != NULL && i < documents->len; i++) {
    const FzDocument *document = documents->pdata[i];
    gint64 signed_us = 0;

    if (fz_fields_get_time (document->body, "signed_at", &signed_us) && signed_us >= end_us) {
      *out_done = TRUE;
      break;
    }
    if (!collect_one (self, txn, document, error))
      return FALSE;
    self->after = document->number;
  }
  *out_done = *out_done || (documents != NULL && documents->len < DOCUMENTS_A_JOB);
  return documents != NULL && (!*out_done || collect_drugs (self, txn, error));
}
