#include "app/versions.h"

#include "db/documents.h"

FzVersions *
fz_versions_read (FzTxn *txn, const char *subject, const char *noun, FzVersionsAdd add, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzVersions) fold = fz_versions_new (noun);

  if (documents == NULL)
    return NULL;
  for (guint i = 0; i < documents->len; i++) {
    g_autoptr (GError) why = NULL;

    if (!add (fold, documents->pdata[i], &why)) {
      fz_submit_contradict (documents->pdata[i], why, error);
      return NULL;
    }
  }
  return g_steal_pointer (&fold);
}

gboolean
fz_versions_rehearse (FzSession *session, FzVersions *fold, FzVersionsAdd add, FzFields *body, gint64 at_us, GError **error)
{
  g_autoptr (FzDocument) trial = fz_sheet_try (session, body, at_us, error);

  return trial != NULL && add (fold, trial, error);
}

void
fz_versions_put_decision (FzSession *session, const char *noun, const FzDocument *version, const char *verdict, const char *words,
                          const char *const *copied, FzFields *body)
{
  fz_session_put_signer (session, body, "decider");
  fz_fields_set (body, noun, version->id);
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "note_sha256", version->note_sha256);
  fz_fields_set (body, "text_sha256", version->text_sha256);
  for (guint i = 0; copied[i] != NULL; i++)
    fz_fields_set (body, copied[i], fz_fields_get (version->body, copied[i]));
}
