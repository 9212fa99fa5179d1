#include "app/proposal.h"

#include "app/submit.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>

FzFields *
fz_proposal_of_documents (GPtrArray *documents, FzProposalFold fold, GError **error)
{
  g_autoptr (FzFields) facts = NULL;

  for (guint i = 0; i < documents->len; i++) {
    g_autoptr (GError) why = NULL;
    FzFields *after = fold (facts, documents->pdata[i], &why);

    if (after == NULL) {
      fz_submit_contradict (documents->pdata[i], why, error);
      return NULL;
    }
    g_clear_pointer (&facts, fz_fields_unref);
    facts = after;
  }
  return g_steal_pointer (&facts);
}

FzFields *
fz_proposal_read (FzTxn *txn, const char *id, FzProposalFold fold, const char *missing, GError **error)
{
  g_autofree char *subject = g_strconcat ("@", id, NULL);
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (GString) sentence = NULL;

  if (documents == NULL)
    return NULL;
  if (documents->len > 0)
    return fz_proposal_of_documents (documents, fold, error);
  sentence = g_string_new (missing);
  g_string_replace (sentence, "%s", id, 1);
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, sentence->str);
  return NULL;
}

/* --- signing --- */

FzSheet *
fz_proposal_sheet_new (FzSession *session, const char *id, const char *title, FzSheetKeep keep)
{
  g_autofree char *subject = g_strconcat ("@", id, NULL);
  FzSheet *sheet = fz_sheet_new (session, subject);

  sheet->keep = keep;
  sheet->title = title;
  return sheet;
}

FzFields *
fz_proposal_body_new (FzSession *session, const FzSheet *sheet, const char *kind, const char *id, const char *word)
{
  FzFields *body = fz_fields_new (kind);
  g_autofree char *document = fz_document_id (session->desk, id, word);

  fz_fields_set (body, "id", document);
  fz_fields_set (body, "visit", sheet->visit);
  fz_fields_set_time (body, "signed_at", sheet->prepared_us);
  fz_fields_set (body, "institution.code", fz_fields_get (session->desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (session->desk->institution, "organ.name"));
  fz_fields_set (body, "proposal", id);
  return body;
}

gboolean
fz_proposal_rehearse (FzSession *session, FzProposalFold fold, const FzFields *before, FzFields *body, gint64 at_us, GError **error)
{
  g_autoptr (FzDocument) trial = fz_sheet_try (session, body, at_us, error);
  g_autoptr (FzFields) after = trial != NULL ? fold (before, trial, error) : NULL;

  return after != NULL;
}

gboolean
fz_proposal_add (FzSession *session, FzSheet *sheet, FzProposalFold fold, const FzFields *before, FzFields *body, GError **error)
{
  return fz_proposal_rehearse (session, fold, before, body, sheet->prepared_us, error) && fz_sheet_add (sheet, session->desk, body, error);
}

/* --- all of a kind --- */

typedef struct {
  const char *kind;
  char *after;
  gboolean more;
  FzProposalVisit visit;
  gpointer data;
} Walk;

static gboolean
step (FzTxn *txn, gpointer data, GError **error)
{
  Walk *walk = data;
  g_autoptr (GPtrArray) subjects = fz_documents_subjects (txn, walk->kind, walk->after, 1, error);

  if (subjects == NULL)
    return FALSE;
  walk->more = subjects->len > 0;
  if (!walk->more)
    return TRUE;
  g_free (walk->after);
  walk->after = g_strdup (subjects->pdata[0]);
  return walk->visit (txn, walk->after, walk->data, error);
}

gboolean
fz_proposals_walk (FzDesk *desk, const char *kind, FzProposalVisit visit, gpointer data, GError **error)
{
  Walk walk = { kind, g_strdup ("@"), TRUE, visit, data };
  gboolean good = TRUE;

  while (good && walk.more)
    good = fz_store_run (desk->store, FZ_TXN_READ, step, &walk, error);
  g_free (walk.after);
  return good;
}
