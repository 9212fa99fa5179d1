/* A record on paper (打印病历): what a whole export would hold to be read, by the same leave of another person. Looking uses the leave up: who has seen it has seen it. */
#include "app/exchange.h"

#include "app/grant.h"
#include "app/marking.h"
#include "app/paper/record_copy.h"
#include "app/printout.h"
#include "app/reach.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzSession *session;
  const char *visit;
  FzFields *scope;      /* of the leave */
  GPtrArray *documents;
  GPtrArray *consents;  /* the texts that were agreed to: version, text, … */
  gboolean denied;
} Read;

static void
read_clear (Read *read)
{
  g_clear_pointer (&read->scope, fz_fields_unref);
  g_clear_pointer (&read->documents, g_ptr_array_unref);
  g_clear_pointer (&read->consents, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static FzFields *
reach (const Read *read, FzTxn *txn, gboolean *out_denied, GError **error)
{
  g_autoptr (FzFields) visit = fz_visits_get (txn, read->visit, error);

  return visit != NULL && fz_reach_visit (read->session, txn, "record.export", visit, out_denied, error) ? g_steal_pointer (&visit) : NULL;
}

static gboolean
read_scope (FzTxn *txn, gpointer data, GError **error)
{
  Read *read = data;
  g_autoptr (FzFields) visit = reach (read, txn, &read->denied, error);

  read->scope = fz_fields_new ("fuzhen.scope/v1");
  fz_fields_set (read->scope, "report", "record");
  fz_fields_set (read->scope, "subject", read->visit);
  fz_fields_set (read->scope, "format", "full");
  fz_fields_set (read->scope, "sensitive", visit != NULL && fz_marking_is_on (visit) ? "yes" : NULL);
  return visit != NULL;
}

/* A text that is not kept here, of a consent given elsewhere, stays the hash in the document. */
static gboolean
read_consents (FzTxn *txn, Read *read, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  read->consents = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < read->documents->len; i++) {
    const FzFields *body = ((const FzDocument *) read->documents->pdata[i])->body;
    const char *sha256 = fz_fields_get (body, "consent.text_sha256");
    g_autoptr (GError) why = NULL;
    char *text;

    if (sha256 == NULL || !g_hash_table_add (seen, (gpointer) sha256))
      continue;
    text = fz_consent_text_find (txn, sha256, &why);
    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    if (text != NULL) {
      g_ptr_array_add (read->consents, g_strdup_printf ("知情同意书文本　%s", fz_fields_get (body, "consent.text_version")));
      g_ptr_array_add (read->consents, text);
    }
  }
  return TRUE;
}

/* A mark that came between asking and this makes the scope another one, and the leave does not hold. */
static gboolean
read_all (FzTxn *txn, gpointer data, GError **error)
{
  Read *read = data;
  g_autoptr (FzFields) visit = reach (read, txn, &read->denied, error), payload = fz_fields_new ("fuzhen.audit_record_export/v1");
  g_autofree char *grant = NULL;

  if (visit == NULL || read->denied)
    return visit != NULL;
  fz_fields_set (read->scope, "sensitive", fz_marking_is_on (visit) ? "yes" : NULL);
  if (!fz_grant_use (read->session, txn, "export", read->scope, &grant, error))
    return FALSE;
  fz_fields_set_bool (payload, "masked", FALSE);
  fz_fields_set (payload, "sensitive", fz_fields_get (read->scope, "sensitive"));
  fz_fields_set (payload, "grant", grant);
  read->documents = fz_documents_of_visit (txn, read->visit, error);
  return read->documents != NULL && read_consents (txn, read, error) && fz_session_audit (read->session, txn, "record.preview", "visit", read->visit, "done", NULL, payload, error);
}

static gboolean
read_documents (Read *read, GError **error)
{
  FzStore *store = read->session->desk->store;

  if (!fz_session_may (read->session, "record.export", "visit", read->visit, error) || !fz_store_run (store, FZ_TXN_READ, read_scope, read, error) ||
      (!read->denied && (!fz_grant_check (read->session, FZ_GRANT_EXPORT, read->scope, error) || !fz_store_run (store, FZ_TXN_RECORD, read_all, read, error))))
    return FALSE;
  return !read->denied || fz_reach_refuse_visit (read->session, "record.export", read->visit, error);
}

/* A part without documents is none. */
static gboolean
add_part (FzSession *session, FzPrintout *printout, const Read *read, const char *kind, const char *title, GError **error)
{
  g_autoptr (GPtrArray) titles = g_ptr_array_new_with_free_func (g_free), texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *made_by = g_strdup_printf ("%s %s", session->number, fz_fields_get (session->person, "name")), *about = g_strdup_printf ("就诊 %s", read->visit);
  FzRecordCopy copy = { title, "本副本由签名文书排印，便于阅读；以签名文书原件为准。", fz_fields_get (session->desk->institution, "organ.name"), about, made_by,
                        fz_session_now_us (session), session->desk->demo ? "演示" : NULL, titles, texts };
  FzPages *pages;

  fz_exchange_copy_texts (session->desk, read->documents, kind, titles, texts);
  if (texts->len == 0)
    return TRUE;
  for (guint i = 0; kind != NULL && i < read->consents->len; i += 2) {
    g_ptr_array_add (titles, g_strdup (read->consents->pdata[i]));
    g_ptr_array_add (texts, g_strdup (read->consents->pdata[i + 1]));
  }
  pages = fz_record_copy_pages (&copy, error);
  if (pages != NULL)
    fz_printout_add_part (printout, title, pages);
  return pages != NULL;
}

static FzPrintout *
lay_out (FzSession *session, const Read *read, GError **error)
{
  FzPrintoutPaper paper = { "record.print", "visit", (char *) _ ("病历"), (char *) read->visit, (char *) read->visit, fz_session_now_us (session) };
  g_autoptr (FzPrintout) self = fz_printout_new_paper (session->desk, &paper);

  if (!add_part (session, self, read, NULL, "病历副本", error) || !add_part (session, self, read, "consent", "知情同意书", error))
    return NULL;
  if (fz_printout_get_n_parts (self) == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("就诊 %s 还没有签名的文书，没有可以打印的内容。"), read->visit);
    return NULL;
  }
  return g_steal_pointer (&self);
}

FzPrintout *
fz_desk_printout_record (FzSession *session, const char *visit, GError **error)
{
  g_auto (Read) read = { .session = session, .visit = visit };

  return read_documents (&read, error) ? lay_out (session, &read, error) : NULL;
}
