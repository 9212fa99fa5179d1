/* A new version of the rules: written by one person of medical affairs, decided on by another natural person (规则集版本的提出与批准). */
#include "app/rules_draft.h"
#include "app/versions.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>

#define KIND_TITLE N_ ("规则集版本")
#define DECISION_TITLE N_ ("规则集版本的决定")
#define MAX_FILE (1024 * 1024)

/* --- the draft, as typed --- */

typedef struct {
  FzSession *session;
  const FzFields *put;
  FzFields *got;
} Draft;

static gboolean
read_draft (FzTxn *txn, gpointer data, GError **error)
{
  Draft *draft = data;
  g_autoptr (GError) why = NULL;

  draft->got = fz_drafts_get (txn, FZ_RULES_SUBJECT, draft->session->number, &why);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static gboolean
write_draft (FzTxn *txn, gpointer data, GError **error)
{
  Draft *draft = data;

  return fz_drafts_put (txn, FZ_RULES_SUBJECT, draft->session->number, draft->put, error);
}

/* --- what stands now --- */

typedef struct {
  FzVersions *fold;
  FzDate today;
  const FzVersion *version; /* in force */
  FzRulebook *book;              /* of it */
  const char *id;                /* of the version asked for, or NULL */
  FzDocument *document;          /* of that */
} Now;

static void
now_clear (Now *now)
{
  g_clear_pointer (&now->fold, fz_versions_free);
  g_clear_pointer (&now->book, fz_rulebook_unref);
  g_clear_pointer (&now->document, fz_document_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Now, now_clear)

static gboolean
read_now (FzTxn *txn, gpointer data, GError **error)
{
  Now *now = data;

  now->fold = fz_rules_fold (txn, error);
  if (now->fold == NULL)
    return FALSE;
  now->version = fz_versions_in_force (now->fold, now->today);
  if (now->version == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("还没有建库时的第1版规则集。"));
    return FALSE;
  }
  /* Rules that can no longer be read are mended by a version that starts from the shipped ones. */
  now->book = fz_rules_load (txn, fz_fields_get (now->version->facts, "rulebook.sha256"), NULL);
  if (now->id == NULL)
    return TRUE;
  if (fz_versions_find (now->fold, now->id) == NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有编号为“%s”的规则集版本。"), now->id);
    return FALSE;
  }
  now->document = fz_documents_get (txn, now->id, error);
  return now->document != NULL;
}

static gboolean
look (FzSession *session, const char *id, Now *now, GError **error)
{
  now->today = fz_date_in_beijing (fz_session_now_us (session));
  now->id = id;
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_now, now, error))
    return FALSE;
  if (now->book == NULL)
    now->book = fz_data_load_rulebook (fz_fields_get (now->version->facts, "rulebook.name"), error);
  return now->book != NULL;
}

static const char *
place_of (const Now *now)
{
  return fz_fields_get (now->version->facts, "rules.jurisdiction");
}

FzFields *
fz_desk_get_rules_draft (FzSession *session, GError **error)
{
  Draft draft = { session, NULL, NULL };
  g_auto (Now) now = { 0 };

  if (!fz_session_may (session, "rules.propose", "rules", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_draft, &draft, error))
    return NULL;
  if (draft.got != NULL)
    return draft.got;
  if (!look (session, NULL, &now, error))
    return NULL;
  return fz_fields_freeze (fz_rules_draft_of (now.book, place_of (&now), fz_date_add_days (now.today, 1)));
}

gboolean
fz_desk_save_rules_draft (FzSession *session, const FzFields *draft, GError **error)
{
  Draft put = { session, draft, NULL };

  return fz_session_may (session, "rules.propose", "rules", NULL, error) &&
         fz_store_run (session->desk->store, FZ_TXN_LOCAL, write_draft, &put, error);
}

FzFields *
fz_desk_import_rules (FzSession *session, const FzFields *draft, const char *path, GError **error)
{
  g_autofree char *bytes = NULL, *name = g_path_get_basename (path);
  g_autoptr (GError) why = NULL;
  FzFields *fresh;
  gsize n = 0;

  if (!fz_session_may (session, "rules.propose", "rules", NULL, error))
    return NULL;
  if (!g_file_get_contents (path, &bytes, &n, &why) || n > MAX_FILE) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不能读取文件“%s”，或文件超过 1 MB。"), path);
    return NULL;
  }
  fresh = fz_rules_draft_import (session->desk, draft, name, bytes, n, error);
  return fresh != NULL ? fz_fields_freeze (fresh) : NULL;
}

/* --- what it would change --- */

typedef struct {
  const char *version, *text;
} Consent;

static gboolean
check_consent (FzTxn *txn, gpointer data, GError **error)
{
  const Consent *consent = data;

  return fz_consent_text_fits (txn, consent->version, consent->text, error);
}

static FzRulebook *
build (FzSession *session, const FzFields *draft, GError **error)
{
  g_autoptr (FzRulebook) book = fz_rules_draft_build (session->desk, draft, error);
  Consent consent = { fz_fields_get (draft, "consent.version"), fz_fields_get (draft, "consent.text") };

  if (book == NULL || (consent.version != NULL && !fz_store_run (session->desk->store, FZ_TXN_READ, check_consent, &consent, error)))
    return NULL;
  return g_steal_pointer (&book);
}

static GPtrArray *
changes (FzSession *session, const Now *now, const FzRulebook *book, const FzFields *draft, GError **error)
{
  return fz_rules_changes (session->desk, now->book, place_of (now), book, fz_fields_get (draft, "rules.jurisdiction"), error);
}

GPtrArray *
fz_desk_check_rules (FzSession *session, const FzFields *draft, GError **error)
{
  g_auto (Now) now = { 0 };
  g_autoptr (FzRulebook) book = NULL;

  if (!fz_session_may (session, "rules.propose", "rules", NULL, error) || !look (session, NULL, &now, error))
    return NULL;
  book = build (session, draft, error);
  return book != NULL ? changes (session, &now, book, draft, error) : NULL;
}

/* --- sheets --- */

static FzSheet *
rules_sheet (FzSession *session, const char *title)
{
  FzSheet *sheet = fz_sheet_new (session, FZ_RULES_SUBJECT);

  sheet->keep = fz_rules_submit;
  sheet->title = title;
  return sheet;
}

static gboolean
put_consent (const Now *now, const FzRulebook *book, FzFields *body, GError **error)
{
  g_autofree char *old_version = NULL, *old_text = NULL, *version = NULL, *text = NULL;

  if (!fz_rules_dup_consent (now->book, &old_version, &old_text, error) || !fz_rules_dup_consent (book, &version, &text, error))
    return FALSE;
  if (g_str_equal (old_version, version))
    return TRUE;
  fz_fields_set (body, "consent.version", version);
  fz_fields_set (body, "consent.text", text);
  return TRUE;
}

static gboolean
put_changes (FzSession *session, const Now *now, const FzRulebook *book, const FzFields *draft, FzFields *body, GError **error)
{
  g_autoptr (GPtrArray) lines = changes (session, now, book, draft, error);

  if (lines == NULL)
    return FALSE;
  if (lines->len == 0 && session->desk->rules_problem == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("与现行规则集没有不同，不需要新的版本。"));
    return FALSE;
  }
  for (guint i = 0; i < lines->len; i++)
    fz_fields_set_at (body, "change", i, NULL, lines->pdata[i]);
  return put_consent (now, book, body, error);
}

FzSheet *
fz_desk_prepare_rules (FzSession *session, const FzFields *draft, GError **error)
{
  g_auto (Now) now = { 0 };
  g_autoptr (FzRulebook) book = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  g_autofree char *id = NULL;

  if (!fz_session_may (session, "rules.propose", "rules", NULL, error) || !look (session, NULL, &now, error))
    return NULL;
  book = build (session, draft, error);
  if (book == NULL)
    return NULL;
  sheet = rules_sheet (session, _ (KIND_TITLE));
  sheet->rulebook = fz_rulebook_ref (book);
  sheet->drops_draft = TRUE;
  id = fz_version_id (FZ_RULES_NOUN, now.fold->versions->len + 1);
  body = fz_rules_body_new (session->desk, FZ_RULES_KIND, id, sheet->prepared_us);
  fz_session_put_signer (session, body, "affairs");
  fz_fields_set_int (body, "number", now.fold->versions->len + 1);
  fz_fields_set (body, "since", fz_fields_get (draft, "rules.since"));
  fz_fields_set (body, "words", fz_fields_get (draft, "rules.words"));
  fz_rules_put_book (session->desk, book, fz_fields_get (draft, "rules.jurisdiction"), body);
  if (!fz_fields_has (body, "words")) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明变动的理由。"));
    return NULL;
  }
  if (!put_changes (session, &now, book, draft, body, error) || !fz_versions_rehearse (session, now.fold, fz_rules_fold_add, body, sheet->prepared_us, error) ||
      !fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  return g_steal_pointer (&sheet);
}

static FzFields *
decision_body (FzSession *session, const FzSheet *sheet, const FzDocument *version, const char *verdict, const char *words)
{
  static const char *const copied[] = { "number", "since", "jurisdiction_label", "rulebook.name", "rulebook.sha256", NULL };
  g_autofree char *id = fz_document_id (session->desk, version->id, "decision");
  FzFields *body = fz_rules_body_new (session->desk, FZ_RULES_DECISION_KIND, id, sheet->prepared_us);

  fz_versions_put_decision (session, FZ_RULES_NOUN, version, verdict, words, copied, body);
  for (guint i = 0; i < fz_fields_count (version->body, "change"); i++)
    fz_fields_set_at (body, "change", i, NULL, fz_fields_get_at (version->body, "change", i, NULL));
  return body;
}

FzSheet *
fz_desk_prepare_rules_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error)
{
  g_auto (Now) now = { 0 };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  gboolean approved = g_strcmp0 (verdict, "approved") == 0, withdrawn = g_strcmp0 (verdict, "withdrawn") == 0;
  gboolean agreed = approved || g_strcmp0 (verdict, "cancelled") == 0;

  if (!fz_session_may (session, withdrawn ? "rules.propose" : "rules.decide", "rules", id, error) || !look (session, id, &now, error))
    return NULL;
  if (!agreed && (words == NULL || *words == '\0')) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不批准、撤回或取消时，请写明理由。"));
    return NULL;
  }
  sheet = rules_sheet (session, _ (DECISION_TITLE));
  body = decision_body (session, sheet, now.document, verdict, words);
  if (!fz_versions_rehearse (session, now.fold, fz_rules_fold_add, body, sheet->prepared_us, error) || !fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  if (approved)
    fz_sheet_countersign (sheet, now.document);
  return g_steal_pointer (&sheet);
}
