/* One move of a register's entry: its number, its body, its attachments, and what becomes durable (台账办理). */
#include "app/registers.h"

#include "app/added_messages.h"
#include "app/due_entry.h"
#include "app/front.h"
#include "app/indicators.h"
#include "app/kept_facts.h"
#include "app/link.h"
#include "app/naming.h"
#include "app/owner.h"
#include "app/policy_read.h"
#include "app/portal.h"
#include "app/reach.h"
#include "app/report_parts.h"
#include "app/reporting.h"
#include "app/sheet.h"
#include "app/submit.h"
#include "app/training.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/registers.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#define KIND "fuzhen.entry/v1"
#define MAX_ATTACHMENT (20 * 1024 * 1024)
#define MAX_WORDS 2000

typedef struct {
  FzSession *session;
  const FzRegister *reg;
  const char *id;
  FzFields *entry; /* as it stands; NULL: a new one */
  const FzFields *values;
  const char *move;
} Move;

static void
move_clear (Move *move)
{
  g_clear_pointer (&move->entry, fz_fields_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Move, move_clear)

static gboolean
read_for_move (FzTxn *txn, gpointer data, GError **error)
{
  Move *ask = data;

  ask->entry = fz_entries_get (txn, ask->id, error);
  return ask->entry != NULL;
}

static gboolean
check_for_move (FzTxn *txn, gpointer data, GError **error)
{
  Move *ask = data;

  return fz_link_check (txn, ask->reg, ask->entry, ask->values, error) && fz_training_check (txn, ask->reg, ask->entry, ask->values, error) && fz_policy_read_check (ask->session, txn, ask->reg, ask->entry, ask->values, ask->move, error) && fz_owner_check (txn, ask->reg, ask->values, error) &&
         fz_kept_facts_check (ask->session->desk, txn, ask->reg, ask->entry, ask->values, ask->move, error) &&
         (ask->entry != NULL || fz_due_check_entry (ask->session->desk, txn, ask->reg, ask->values, error));
}

/* Numbers are taken when a sheet is made: one that is never signed leaves a gap, and nobody reads meaning into it. */
static gboolean
next_id (FzTxn *txn, gpointer data, GError **error)
{
  Move *ask = data;
  g_autofree char *name = g_strconcat ("register.", fz_register_get_name (ask->reg), NULL);
  gint64 number = 0;

  if (!fz_counter_next (txn, name, &number, error))
    return FALSE;
  ask->id = g_strdup_printf ("%s-%06d", fz_register_get_code (ask->reg), (int) number);
  return TRUE;
}

typedef struct {
  GPtrArray *bytes; /* GBytes */
  FzFields *body;
} Attach;

static gboolean
put_attachments (FzTxn *txn, gpointer data, GError **error)
{
  Attach *attach = data;

  for (guint i = 0; i < attach->bytes->len; i++) {
    g_autofree char *sha256 = NULL;

    if (!fz_attachment_put (txn, attach->bytes->pdata[i], "application/octet-stream", &sha256, error))
      return FALSE;
    fz_fields_set_at (attach->body, "attachment", i, "sha256", sha256);
  }
  return TRUE;
}

static gboolean
read_attachment (const char *path, FzFields *body, guint i, GPtrArray *out, GError **error)
{
  g_autofree char *name = g_path_get_basename (path), *content = NULL;
  gsize n = 0;
  GStatBuf about;

  if (g_stat (path, &about) != 0 || !S_ISREG (about.st_mode) || about.st_size > MAX_ATTACHMENT || about.st_size == 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("附件“%s”不是普通文件，或为空，或超过20 MB。"), name);
    return FALSE;
  }
  if (!g_file_get_contents (path, &content, &n, error))
    return FALSE;
  g_ptr_array_add (out, g_bytes_new_take (g_steal_pointer (&content), n));
  fz_fields_set_at (body, "attachment", i, "name", name);
  return TRUE;
}

/* The files are kept first: a file nobody names is harmless, a named one that is not there is not. */
static gboolean
attach (FzSession *session, const char *const *paths, FzFields *body, GError **error)
{
  Attach what = { g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref), body };
  g_autoptr (GPtrArray) keep = what.bytes;

  for (guint i = 0; paths != NULL && paths[i] != NULL; i++)
    if (!read_attachment (paths[i], body, i, keep, error))
      return FALSE;
  return keep->len == 0 || fz_store_run (session->desk->store, FZ_TXN_LOCAL, put_attachments, &what, error);
}

/* A receipt that is only spoken of proves nothing. */
static gboolean
check_attached (const FzRegister *reg, const char *move, const char *const *paths, GError **error)
{
  const FzRegisterMove *it = fz_register_find_move (reg, move);

  if (it == NULL || !it->attach || (paths != NULL && paths[0] != NULL))
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("附件：“%s”须附上文件（回执、截图或扫描件）。"), fz_report_say (it->label, it->label_en));
  return FALSE;
}

/* Inside the RECORD job: what stands now is folded anew, so a sheet made over something older is refused. */
static gboolean
keep_entry (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  FzDocument *document = submission->documents->pdata[0];
  g_autoptr (GPtrArray) before = fz_documents_of_visit (txn, submission->visit, error);
  g_autoptr (FzFields) entry = NULL, after = NULL;
  g_autoptr (GPtrArray) one = g_ptr_array_new ();

  if (before == NULL || ((entry = fz_entry_of_documents (before, error)) == NULL && before->len > 0))
    return FALSE;
  after = fz_entry_fold (entry, document->body, error);
  g_ptr_array_add (one, after);
  return after != NULL && fz_submit_check_clock (txn, error) && fz_kept_facts_check_again (desk, txn, entry, submission->documents, error) && fz_submit_keep_document (session, txn, document, error) &&
         fz_entries_put (txn, after, error) && fz_kept_facts_note (desk, session, txn, entry, one, error) && fz_due_add_entry (desk, txn, entry, after, error) &&
         fz_portal_note_entry (desk, txn, document->body, entry, after, error) && fz_front_tell_entry (desk, txn, entry, after, document, error) && fz_audit_checkpoint (txn, error);
}

FzFields *
fz_register_entry_body (FzSession *session, const char *subject, gint64 at_us, const char *words)
{
  FzFields *body = fz_fields_new (KIND);
  g_autofree char *id = fz_document_id (session->desk, subject + 1, "entry");

  fz_fields_set (body, "id", id);
  fz_fields_set (body, "visit", subject);
  fz_fields_set_time (body, "signed_at", at_us);
  fz_fields_set (body, "institution.code", fz_fields_get (session->desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (session->desk->institution, "organ.name"));
  fz_fields_set (body, "words", words);
  fz_session_put_signer (session, body, "author");
  return body;
}

/* --- what comes by the hospital's front --- */

static FzFields *
received_body (FzDesk *desk, const char *id, const char *by, gint64 now_us)
{
  g_autofree char *subject = g_strconcat ("@", id, NULL), *document = fz_document_id (desk, id, "entry");
  FzFields *body = fz_fields_new (KIND);

  fz_fields_set (body, "id", document);
  fz_fields_set (body, "visit", subject);
  fz_fields_set_time (body, "signed_at", now_us);
  fz_fields_set (body, "institution.code", fz_fields_get (desk->institution, "organ.code"));
  fz_fields_set (body, "institution.name", fz_fields_get (desk->institution, "organ.name"));
  fz_fields_set (body, "author.name", by);
  return body;
}

static gboolean
keep_received (FzDesk *desk, FzTxn *txn, const FzRegister *reg, FzFields *body, const FzFields *values, GError **error)
{
  g_autoptr (FzDocument) document = NULL;
  g_autoptr (GPtrArray) documents = NULL;
  FzSubmission submission = { .visit = fz_fields_get (body, "visit") };

  if (!fz_due_check_entry (desk, txn, reg, values, error))
    return FALSE;
  document = fz_submit_desk_document (desk, txn, body, error);
  if (document == NULL)
    return FALSE;
  documents = g_ptr_array_new ();
  g_ptr_array_add (documents, document);
  submission.documents = documents;
  return keep_entry (desk, NULL, txn, &submission, error);
}

char *
fz_entry_receive (FzDesk *desk, FzTxn *txn, const char *name, const char *id, const char *move, const char *by, const FzFields *values, GError **error)
{
  g_auto (Move) ask = { .reg = fz_register_find (desk, name, error), .id = id };
  g_autoptr (FzFields) body = NULL;
  g_autofree char *made = NULL;

  if (ask.reg == NULL || (id != NULL ? !read_for_move (txn, &ask, error) : !next_id (txn, &ask, error)))
    return NULL;
  made = id != NULL ? g_strdup (id) : (char *) ask.id;
  body = received_body (desk, made, by, fz_txn_now_us (txn));
  if (!fz_register_put_move (ask.reg, ask.entry, made, move, FZ_ROLE_DESK, values, body, error) ||
      !keep_received (desk, txn, ask.reg, body, values, error))
    return NULL;
  return g_steal_pointer (&made);
}

/* The checks and the document of one move, whoever's it is; `session` signs. */
static FzSheet *
prepare (const Move *ask, FzRole role, const char *words, const char *const *attachments, GError **error)
{
  FzSession *session = ask->session;
  g_autofree char *subject = g_strconcat ("@", ask->id, NULL);
  g_autoptr (FzSheet) sheet = fz_sheet_new (session, subject);
  g_autoptr (FzFields) body = NULL;

  sheet->keep = keep_entry;
  if (g_str_equal (fz_register_get_name (ask->reg), FZ_ADDED_REGISTER))
    sheet->after = fz_reporting_choose; /* one for today holds with its adoption */
  else if (fz_kept_facts_are_shown (ask->reg))
    sheet->after = fz_kept_facts_show;
  sheet->title = fz_register_get_title (ask->reg);
  body = fz_register_entry_body (session, sheet->visit, sheet->prepared_us, words);
  if (!fz_register_put_move (ask->reg, ask->entry, ask->id, ask->move, role, ask->values, body, error) || !fz_naming_check (session->desk, ask->reg, ask->entry, ask->values, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, check_for_move, (gpointer) ask, error) || !check_attached (ask->reg, ask->move, attachments, error) ||
      !attach (session, attachments, body, error) || !fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  return g_steal_pointer (&sheet);
}

FzSheet *
fz_register_prepare (FzSession *session, const FzRegister *reg, const FzFields *entry, const char *move, const FzFields *values, GError **error)
{
  const Move ask = { .session = session, .reg = reg, .id = fz_fields_get (entry, "entry.id"), .entry = (FzFields *) entry, .values = values, .move = move };

  return prepare (&ask, FZ_ROLE_DESK, NULL, NULL, error);
}

FzSheet *
fz_desk_prepare_entry (FzSession *session, const char *name, const char *id, const char *move, const FzFields *values, const char *words,
                       const char *const *attachments, GError **error)
{
  g_auto (Move) ask = { .session = session, .id = id, .move = move };
  g_autoptr (FzFields) owned = NULL, filled = NULL, all = NULL;
  g_autofree char *made = NULL;

  ask.reg = fz_register_open (session, "register.write", name, id != NULL ? id : name, error);
  if (ask.reg == NULL)
    return NULL;
  if (words != NULL && g_utf8_strlen (words, -1) > MAX_WORDS) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("说明不能超过2000字。"));
    return NULL;
  }
  if (!fz_store_run (session->desk->store, id != NULL ? FZ_TXN_READ : FZ_TXN_LOCAL, id != NULL ? read_for_move : next_id, &ask, error))
    return NULL;
  if (id == NULL)
    made = (char *) ask.id;
  if (ask.entry != NULL && !fz_reach_person (session, "register.write", fz_fields_get (ask.entry, "entry.opened_person"))) {
    fz_session_deny (session, "register.write", "entry", id, _ ("这一条由其他人上报，您不能办理。此次尝试已记入审计。"), error);
    return NULL;
  }
  owned = fz_owner_put_default (session, ask.reg, ask.entry, values);
  filled = fz_added_fill (session, ask.reg, ask.entry, move, owned, attachments, error);
  ask.values = all = filled != NULL ? fz_indicators_fill (session, ask.reg, ask.entry, move, filled, error) : NULL;
  if (all == NULL)
    return NULL;
  return prepare (&ask, session->role, words, attachments, error);
}
