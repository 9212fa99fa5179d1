#include "app/rx_read.h"

#include "app/reach.h"
#include "db/documents.h"
#include "db/visits.h"

static gboolean
read_job (FzTxn *txn, gpointer data, GError **error)
{
  FzRxRead *read = data;

  read->rx = fz_rx_get (txn, read->id, error);
  read->document = read->rx != NULL ? fz_documents_get (txn, read->id, error) : NULL;
  return read->document != NULL;
}

gboolean
fz_rx_read_own (FzSession *session, const char *act, const char *words, FzRxRead *out, GError **error)
{
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_job, out, error))
    return FALSE;
  return fz_reach_person (session, act, fz_fields_get (out->rx, "doctor.person")) ||
         fz_session_deny (session, act, "prescription", out->id, words, error);
}

void
fz_rx_read_clear (FzRxRead *self)
{
  g_clear_pointer (&self->rx, fz_fields_unref);
  g_clear_pointer (&self->document, fz_document_free);
}
