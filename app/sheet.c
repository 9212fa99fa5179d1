#include "app/sheet.h"

#include "app/front_thread.h"

#include "app/certify.h"
#include "app/exchange.h"
#include "app/rules.h"
#include "app/signing.h"
#include "app/time_trust.h"
#include "app/upload.h"
#include "core/date.h"
#include "db/archive.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SHEET_US (60 * FZ_US_PER_SECOND)

static void
piece_free (gpointer data)
{
  FzPiece *piece = data;

  g_free (piece->title);
  g_free (piece->rendered);
  fz_fields_unref (piece->body);
  g_bytes_unref (piece->text);
  g_free (piece);
}

FzSheet *
fz_sheet_new (FzSession *session, const char *visit)
{
  FzSheet *self = g_new0 (FzSheet, 1);

  self->visit = g_strdup (visit);
  self->keep = fz_submit;
  self->pieces = g_ptr_array_new_with_free_func (piece_free);
  self->prepared_us = fz_session_now_us (session);
  self->session = g_strdup (session->id);
  return self;
}

void
fz_sheet_free (FzSheet *self)
{
  if (self == NULL)
    return;
  g_free (self->visit);
  g_free (self->session);
  g_free (self->countersign);
  g_clear_pointer (&self->countersign_text, g_bytes_unref);
  g_clear_pointer (&self->draft_after, fz_fields_unref);
  g_clear_pointer (&self->rulebook, fz_rulebook_unref);
  g_clear_pointer (&self->statements, g_ptr_array_unref);
  g_clear_pointer (&self->rows, g_bytes_unref);
  g_clear_pointer (&self->edition, fz_knowledge_files_unref);
  g_clear_pointer (&self->package, fz_package_free);
  g_clear_pointer (&self->asked, fz_fields_unref);
  g_clear_pointer (&self->made, fz_fields_unref);
  g_ptr_array_unref (self->pieces);
  fz_secret_free (self->token_pin);
  g_free (self);
}

void
fz_sheet_take_token_pin (FzSheet *self, FzSecret *pin)
{
  fz_secret_free (self->token_pin);
  self->token_pin = pin;
}

gboolean
fz_sheet_add (FzSheet *self, FzDesk *desk, FzFields *body, GError **error)
{
  g_autofree char *rendered = NULL;
  g_autoptr (GBytes) text = fz_body_seal (desk, body, &rendered, error);
  FzDocKind kind = FZ_N_DOCS;
  FzPiece *piece;

  if (text == NULL)
    return FALSE;
  fz_doc_kind_from_text (fz_fields_get_kind (body), &kind);
  piece = g_new0 (FzPiece, 1);
  piece->title = g_strdup (kind < FZ_N_DOCS ? fz_doc_kind_label (kind) : self->title);
  piece->rendered = g_steal_pointer (&rendered);
  piece->body = fz_fields_ref (body);
  piece->text = g_steal_pointer (&text);
  g_ptr_array_add (self->pieces, piece);
  return TRUE;
}

guint
fz_sheet_get_n (const FzSheet *self)
{
  return self->pieces->len;
}

const char *
fz_sheet_get_title (const FzSheet *self, guint i)
{
  return ((FzPiece *) self->pieces->pdata[i])->title;
}

const char *
fz_sheet_get_text (const FzSheet *self, guint i)
{
  return ((FzPiece *) self->pieces->pdata[i])->rendered;
}

guint
fz_sheet_get_n_statements (const FzSheet *self)
{
  return self->statements != NULL ? self->statements->len : 0;
}

const char *
fz_sheet_get_statement (const FzSheet *self, guint i)
{
  return ((FzStatement *) self->statements->pdata[i])->words;
}

void
fz_sheet_state (FzSheet *self, guint i, gboolean stated)
{
  ((FzStatement *) self->statements->pdata[i])->stated = stated;
}

/* --- signing --- */

/* What will be kept is what was shown and what was signed: the line holds over the bytes that the body prints, and the body still
 * renders to its text. A key or a sheet that says otherwise signs nothing. */
static gboolean
check_signed (FzSession *session, const FzPiece *piece, const FzDocument *document, GError **error)
{
  FzTemplate *template = fz_desk_get_template (session->desk, fz_fields_get_kind (piece->body), error);
  g_autoptr (GBytes) bytes = fz_document_dup_note (document);
  g_autoptr (FzNote) note = fz_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);

  return template != NULL && note != NULL && fz_note_check (note, session->verifier, error) &&
         fz_template_check (template, piece->body, error);
}

static FzDocument *
sign_piece (FzSession *session, const FzPiece *piece, FzSigning *signing, GError **error)
{
  g_autofree char *lines = fz_signing_lines (signing, piece->text, error);
  g_autoptr (FzDocument) document = NULL;
  gint64 at_us = 0;

  if (lines == NULL)
    return NULL;
  fz_fields_get_time (piece->body, "signed_at", &at_us);
  document = fz_document_new (piece->body, lines, session->role, fz_fields_get (session->person, "person"), at_us, error);
  return document != NULL && check_signed (session, piece, document, error) ? g_steal_pointer (&document) : NULL;
}

static GPtrArray *
sign_all (FzSession *session, const FzSheet *self, FzSigning *signing, GError **error)
{
  g_autoptr (GPtrArray) documents = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_document_free);

  for (guint i = 0; i < self->pieces->len; i++) {
    FzDocument *document = sign_piece (session, self->pieces->pdata[i], signing, error);

    if (document == NULL)
      return NULL;
    g_ptr_array_add (documents, document);
  }
  return g_steal_pointer (&documents);
}

/* Everything that this one PIN is for. */
static GPtrArray *
texts_of (const FzSheet *self)
{
  GPtrArray *texts = g_ptr_array_new ();

  for (guint i = 0; i < self->pieces->len; i++)
    g_ptr_array_add (texts, ((FzPiece *) self->pieces->pdata[i])->text);
  if (self->countersign != NULL)
    g_ptr_array_add (texts, self->countersign_text);
  return texts;
}

typedef struct {
  FzSession *session;
  const FzSheet *sheet;
  FzSheetKeep keep;
  FzSubmission submission;
  const char *chain; /* what judges the CA's lines later; NULL: there are none */
} Submit;

/* Under which certificate each of them was signed, to be found again in fifteen years. */
static gboolean
link_certificate (FzTxn *txn, const FzSubmission *submission, gint64 certificate, GError **error)
{
  for (guint i = 0; i < submission->documents->len; i++)
    if (!fz_archive_link (txn, ((FzDocument *) submission->documents->pdata[i])->id, certificate, error))
      return FALSE;
  return submission->countersign == NULL || fz_archive_link (txn, submission->countersign, certificate, error);
}

/* In the transaction of the signature: a CA keeps its records for five years only. */
static gboolean
keep_chain (FzTxn *txn, const Submit *what, GError **error)
{
  const FzSubmission *submission = &what->submission;
  gsize n = what->chain != NULL ? strlen (what->chain) : 0;

  for (guint i = 0; what->chain != NULL && i < submission->documents->len; i++)
    if (!fz_archive_put_for (txn, ((FzDocument *) submission->documents->pdata[i])->id, "ca_chain", what->chain, n, error))
      return FALSE;
  return what->chain == NULL || submission->countersign == NULL ||
         fz_archive_put_for (txn, submission->countersign, "ca_chain", what->chain, n, error);
}

static gboolean
submit (FzTxn *txn, gpointer data, GError **error)
{
  Submit *what = data;
  gint64 certificate = -1;

  /* What was true before the PIN must be true in the transaction that keeps it. */
  return fz_certify_check (what->session, txn, &certificate, error) &&
         what->keep (what->session->desk, what->session, txn, &what->submission, error) &&
         (certificate < 0 || link_certificate (txn, &what->submission, certificate, error)) && keep_chain (txn, what, error);
}

static gboolean
check_key_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_certify_check (data, txn, NULL, error);
}

static gboolean
check_sheet (FzSession *session, const FzSheet *self, GError **error)
{
  gint64 age = fz_session_now_us (session) - self->prepared_us;
  const FzStatement *missing = fz_statements_find_missing (self->statements);

  if (!fz_session_check_open (session, error))
    return FALSE;
  if (self->used || g_strcmp0 (self->session, session->id) != 0 || age < 0 || age > SHEET_US) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("签名确认已超过60秒或已使用，请重新核对内容后再签名。"));
    return FALSE;
  }
  /* Before the PIN is tried: the text says it, and nobody has said it yet. */
  if (missing != NULL) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("签名前须由您当场逐项确认：%s。不具备条件时请勿签名，并终止本次诊疗。"), missing->words);
    return FALSE;
  }
  if (!fz_time_trust_check (session->desk, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, check_key_job, session, error))
    return FALSE;
  fz_time_trust_refresh (session->desk);
  /* Rules that cannot be trusted are mended by a new version of them; nothing else is signed meanwhile. */
  return (self->keep != fz_submit || fz_rules_check_usable (session->desk, error)) && fz_store_has_room (session->desk->store, error);
}

static void
name_documents (GPtrArray *documents, GPtrArray **out_ids)
{
  if (out_ids == NULL)
    return;
  *out_ids = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < documents->len; i++)
    g_ptr_array_add (*out_ids, g_strdup (((FzDocument *) documents->pdata[i])->id));
}

/* What was made stands in its place, and in the log, before the document says so: an end between the two leaves a folder that no document claims, never a claim
 * without its folder. */
static gboolean
run_submit (FzSheet *self, Submit *what, GError **error)
{
  FzDesk *desk = what->session->desk;

  self->used = TRUE;
  if ((!self->begins || fz_front_claim (desk, self->visit, error)) && (self->package == NULL || fz_exchange_release (what->session, self->package, self->asked, self->made, error))) {
    if (fz_store_run (desk->store, FZ_TXN_RECORD, submit, what, error))
      return TRUE;
    if (self->package != NULL) {
      fz_exchange_recall (what->session, self->package, self->asked, self->made);
      return FALSE; /* it is gone, and so this sheet has nothing to say */
    }
  }
  self->used = FALSE; /* nothing was kept: the same sheet may be tried again within its minute */
  return FALSE;
}

gboolean
fz_sheet_sign (FzSession *session, FzSheet *self, const FzSecret *pin, GPtrArray **out_ids, GError **error)
{
  g_autoptr (FzSigning) signing = NULL;
  g_autoptr (GPtrArray) texts = texts_of (self), documents = NULL;
  g_autofree char *lines = NULL, *chain = NULL;
  g_autoptr (FzSecret) token_pin = g_steal_pointer (&self->token_pin);
  Submit what = { session, self, self->keep, { 0 }, NULL };

  if (!check_sheet (session, self, error))
    return FALSE;
  signing = fz_signing_begin (session, self->visit, pin, token_pin, texts, error);
  documents = signing != NULL ? sign_all (session, self, signing, error) : NULL;
  if (documents == NULL)
    return FALSE;
  if (self->countersign != NULL) {
    lines = fz_signing_lines (signing, self->countersign_text, error);
    if (lines == NULL)
      return FALSE;
  }
  chain = fz_signing_dup_chain (signing);
  what.chain = chain;
  what.submission.visit = self->visit;
  what.submission.documents = documents;
  what.submission.countersign = self->countersign;
  what.submission.countersign_lines = lines;
  what.submission.drop_draft_of = self->drops_draft ? session->number : NULL;
  what.submission.draft = self->draft_after;
  what.submission.rulebook = self->rulebook;
  what.submission.rows = self->rows;
  what.submission.edition = self->edition;
  if (!run_submit (self, &what, error))
    return FALSE;
  name_documents (documents, out_ids);
  return TRUE;
}

gboolean
fz_desk_sign_sheet (FzSession *session, FzSheet *sheet, const FzSecret *pin, GPtrArray **out_ids, GError **error)
{
  if (!fz_sheet_sign (session, sheet, pin, out_ids, error))
    return FALSE;
  if (sheet->after != NULL)
    return sheet->after (session->desk, error);
  if (sheet->keep != fz_submit)
    return fz_rules_tick (session->desk, error); /* a version for today takes effect with its approval */
  /* Signing keeps the half hour going; only taking a visit, with its own signed document, begins one. */
  if (sheet->begins || fz_session_is_present (session, sheet->visit))
    fz_session_touch (session, sheet->visit);
  fz_upload_kick (session->desk); /* what was signed is on its way at once, not when the engine looks again by itself */
  return TRUE;
}

FzDocument *
fz_sheet_try (FzSession *session, FzFields *body, gint64 at_us, GError **error)
{
  return fz_document_new (body, "—\n", session->role, fz_fields_get (session->person, "person"), at_us, error);
}

void
fz_sheet_countersign (FzSheet *self, const FzDocument *document)
{
  self->countersign = g_strdup (document->id);
  self->countersign_text = g_bytes_ref (document->text);
}
