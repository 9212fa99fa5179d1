/* Which edition of drug knowledge is to hold: proposed by medical affairs, decided on by another natural person (药品知识库的提出与批准). */
#include "app/knowledge_choice.h"
#include "app/knowledge_import.h"
#include "app/knowledge_kept.h"
#include "app/rules.h"
#include "app/versions.h"
#include "db/audit.h"
#include "db/documents.h"

#include <glib/gi18n-lib.h>

#define KIND_TITLE N_ ("启用药品知识库")
#define DECISION_TITLE N_ ("启用药品知识库的决定")
#define STAGED "staged"
#define SHIPPED "shipped"

/* --- the fold --- */

FzVersions *
fz_knowledge_fold (FzTxn *txn, GError **error)
{
  return fz_versions_read (txn, FZ_KNOWLEDGE_SUBJECT, FZ_KNOWLEDGE_NOUN, fz_knowledge_fold_add, error);
}

static gboolean
submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  g_autoptr (FzVersions) fold = fz_knowledge_fold (txn, error);

  if (fold == NULL || !fz_submit_check_clock (txn, error) ||
      (submission->edition != NULL && !fz_knowledge_files_keep (txn, submission->edition, error)))
    return FALSE;
  for (guint i = 0; i < submission->documents->len; i++) {
    FzDocument *document = submission->documents->pdata[i];

    if (!fz_knowledge_fold_add (fold, document, error) || !fz_submit_keep_document (session, txn, document, error) ||
        (g_strcmp0 (fz_fields_get (document->body, "source"), "imported") == 0 && !fz_knowledge_clear_staged (txn, error)))
      return FALSE;
  }
  return fz_submit_countersign (session, txn, submission, error) &&
         fz_audit_checkpoint (txn, error);
}

/* --- what stands now --- */

typedef struct {
  const char *id; /* a version, `staged`, `shipped`; NULL: none asked */
  FzVersions *fold;
  char *staged;
  FzKnowledgeFiles *files; /* of what was asked, as far as it is kept */
  FzDocument *document;    /* of a version */
} Now;

static void
now_clear (Now *now)
{
  g_clear_pointer (&now->fold, fz_versions_free);
  g_clear_pointer (&now->staged, g_free);
  g_clear_pointer (&now->files, fz_knowledge_files_unref);
  g_clear_pointer (&now->document, fz_document_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Now, now_clear)

static gboolean
not_found (const char *id, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有编号为“%s”的药品知识库。"), id);
  return FALSE;
}

static gboolean
is_shipped (const Now *now)
{
  return g_strcmp0 (now->id, SHIPPED) == 0 ||
         (now->document != NULL && g_strcmp0 (fz_fields_get (now->document->body, "source"), SHIPPED) == 0);
}

static gboolean
read_asked (FzTxn *txn, Now *now, GError **error)
{
  const FzVersion *version = fz_versions_find (now->fold, now->id);

  if (g_str_equal (now->id, STAGED)) {
    now->files = now->staged != NULL ? fz_knowledge_files_load (txn, now->staged, error) : NULL;
    return now->files != NULL || (now->staged == NULL && not_found (now->id, error));
  }
  if (version == NULL)
    return not_found (now->id, error);
  now->document = fz_documents_get (txn, now->id, error);
  /* The one that ships does not need the store's bytes: returning to it must mend what was altered. */
  if (now->document != NULL && is_shipped (now))
    return TRUE;
  now->files = now->document != NULL ? fz_knowledge_files_load (txn, fz_fields_get (now->document->body, "set.manifest"), error) : NULL;
  return now->files != NULL;
}

static gboolean
read_now (FzTxn *txn, gpointer data, GError **error)
{
  Now *now = data;
  g_autoptr (GError) why = NULL;

  now->fold = fz_knowledge_fold (txn, error);
  if (now->fold == NULL)
    return FALSE;
  now->staged = fz_knowledge_dup_staged (txn, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return now->id == NULL || g_str_equal (now->id, SHIPPED) || read_asked (txn, now, error);
}

static gboolean
look (FzSession *session, const char *id, Now *now, GError **error)
{
  now->id = id;
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_now, now, error))
    return FALSE;
  if (is_shipped (now)) {
    g_autoptr (FzKnowledgeFiles) all = fz_knowledge_files_shipped (error);

    now->files = all != NULL ? fz_knowledge_files_set_of (all) : NULL;
    return now->files != NULL;
  }
  return TRUE;
}

FzKnowledgeFiles *
fz_knowledge_files_of (FzSession *session, const char *id, GError **error)
{
  g_auto (Now) now = { 0 };

  if (id == NULL) {
    not_found ("", error);
    return NULL;
  }
  return look (session, id, &now, error) ? g_steal_pointer (&now.files) : NULL;
}

/* --- one edition, as facts --- */

static void
put_tables (FzDesk *desk, const FzKnowledgeFiles *files, FzFields *out)
{
  const char *const *names = fz_knowledge_set_files ();
  const FzKnowledgeFiles *now = desk->knowledge->files;
  guint n = 0;

  for (guint i = 0; names[i] != NULL; i++) {
    if (fz_knowledge_files_label (names[i]) == NULL)
      continue;
    fz_fields_set_at (out, "table", n, "name", names[i]);
    fz_fields_set_at (out, "table", n, "label", fz_knowledge_files_label (names[i]));
    fz_fields_set_int_at (out, "table", n, "rows", fz_knowledge_files_count (files, names[i]));
    fz_fields_set_int_at (out, "table", n, "added", fz_knowledge_files_count_new (files, now, names[i]));
    fz_fields_set_int_at (out, "table", n, "removed", fz_knowledge_files_count_new (now, files, names[i]));
    n++;
  }
}

/* Keys edition, title, until, set.*, table.NN.*, gap.NN. */
static gboolean
put_edition (FzDesk *desk, const FzKnowledgeFiles *files, FzFields *out, GError **error)
{
  g_autoptr (FzKnowledgeSet) set = fz_knowledge_files_parse_set (files, fz_knowledge_codes (desk->knowledge, "routes"), error);
  g_autofree char *since = NULL, *until = NULL;
  const char *const *gaps;

  if (set == NULL)
    return FALSE;
  since = fz_date_format (fz_knowledge_set_get_since (set));
  until = fz_date_format (fz_knowledge_set_get_until (set));
  gaps = fz_knowledge_set_get_not_covered (set, FALSE);
  fz_fields_set (out, "edition", fz_knowledge_set_get_edition (set));
  fz_fields_set (out, "title", fz_knowledge_set_get_title (set, FALSE));
  fz_fields_set (out, "until", until);
  fz_fields_set (out, "set.since", since);
  fz_fields_set (out, "set.sha256", fz_knowledge_set_get_sha256 (set));
  fz_fields_set (out, "set.manifest", fz_knowledge_files_get_sha256 (files));
  put_tables (desk, files, out);
  for (guint i = 0; gaps[i] != NULL && i < 100; i++)
    fz_fields_set_at (out, "gap", i, NULL, gaps[i]);
  return TRUE;
}

FzFields *
fz_desk_read_knowledge (FzSession *session, const char *id, GError **error)
{
  FzDesk *desk = session->desk;
  g_auto (Now) now = { 0 };
  g_autoptr (FzFields) out = fz_fields_new ("fuzhen.knowledge_edition/v1");
  g_autoptr (FzKnowledgeFiles) mine = NULL;

  if (!fz_session_may (session, "knowledge.read", "knowledge", id, error) || !look (session, id, &now, error))
    return NULL;
  if (id == NULL && desk->knowledge->problem != NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, desk->knowledge->problem);
    return NULL;
  }
  mine = id == NULL ? fz_knowledge_files_set_of (desk->knowledge->files) : NULL;
  return put_edition (desk, mine != NULL ? mine : now.files, out, error) ? fz_fields_freeze (g_steal_pointer (&out)) : NULL;
}

/* --- the list --- */

static const char *
standing (const FzVersions *fold, const FzVersion *version, FzDate today)
{
  const FzVersion *holds = fz_versions_in_force (fold, today);

  if (version->state != FZ_VERSION_APPROVED)
    return NULL;
  if (version == holds)
    return "in_force";
  return holds != NULL && holds->number > version->number ? "past" : "planned";
}

static gboolean
may_decide (const FzSession *session)
{
  return session->role == FZ_ROLE_PHARMACIST || session->role == FZ_ROLE_AFFAIRS || session->role == FZ_ROLE_SECURITY;
}

static void
put_may (const FzSession *session, const FzVersion *version, FzFields *row)
{
  gboolean mine = g_strcmp0 (version->person, fz_fields_get (session->person, "person")) == 0;
  gboolean decides = may_decide (session);

  if (version->state != FZ_VERSION_PENDING)
    return;
  fz_fields_set (row, "knowledge.may_try", decides ? "yes" : NULL);
  if (mine && session->role == FZ_ROLE_AFFAIRS)
    fz_fields_set (row, "knowledge.may_withdraw", "yes");
  if (!mine && decides)
    fz_fields_set (row, "knowledge.may_decide", "yes");
}

static void
add_version (const FzSession *session, const FzVersions *fold, guint i, FzDate today, GPtrArray *rows)
{
  const FzVersion *version = fold->versions->pdata[i];
  FzFields *row = fz_fields_dup (version->facts, NULL);

  fz_fields_set (row, "knowledge.state_label", fz_version_state_label (version->state));
  fz_fields_set (row, "knowledge.now", standing (fold, version, today));
  put_may (session, version, row);
  g_ptr_array_add (rows, fz_fields_freeze (row));
}

/* What may be proposed: imported and not proposed yet, or shipped while something else holds. */
static gboolean
add_candidate (FzSession *session, const char *id, const FzKnowledgeFiles *files, const char *label, gboolean in_force, GPtrArray *rows, GError **error)
{
  static const char *const parts[] = { "set", "table", "gap" };
  g_autoptr (FzFields) edition = fz_fields_new ("fuzhen.knowledge_edition/v1");
  FzFields *row;

  if (!put_edition (session->desk, files, edition, error))
    return FALSE;
  row = fz_fields_new ("fuzhen.knowledge_version/v1");
  fz_fields_set (row, "knowledge.id", id);
  fz_fields_set (row, "knowledge.edition", fz_fields_get (edition, "edition"));
  fz_fields_set (row, "knowledge.title", fz_fields_get (edition, "title"));
  fz_fields_set (row, "knowledge.until", fz_fields_get (edition, "until"));
  fz_fields_set (row, "knowledge.state", id);
  fz_fields_set (row, "knowledge.state_label", label);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (edition, parts[i], "fuzhen.part/v1");

    fz_fields_merge (row, parts[i], part);
  }
  fz_fields_set (row, "knowledge.now", in_force ? "in_force" : NULL);
  fz_fields_set (row, "knowledge.may_propose", !in_force && session->role == FZ_ROLE_AFFAIRS ? "yes" : NULL);
  fz_fields_set (row, "knowledge.may_try", !in_force && may_decide (session) ? "yes" : NULL);
  g_ptr_array_add (rows, fz_fields_freeze (row));
  return TRUE;
}

GPtrArray *
fz_desk_knowledge_versions (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  g_auto (Now) now = { 0 }, staged = { 0 }, shipped = { 0 };
  FzDate today = fz_date_in_beijing (fz_session_now_us (session));

  if (!fz_session_may (session, "knowledge.read", "knowledge", NULL, error) || !look (session, NULL, &now, error) ||
      (now.staged != NULL && !look (session, STAGED, &staged, error)) || !look (session, SHIPPED, &shipped, error))
    return NULL;
  if (staged.files != NULL && !add_candidate (session, STAGED, staged.files, _ ("已导入，待提出"), FALSE, rows, error))
    return NULL;
  for (guint i = now.fold->versions->len; i > 0; i--)
    add_version (session, now.fold, i - 1, today, rows);
  return add_candidate (session, SHIPPED, shipped.files, _ ("随程序提供"), fz_versions_in_force (now.fold, today) == NULL, rows, error)
           ? g_steal_pointer (&rows)
           : NULL;
}

/* --- sheets --- */

static FzFields *
body_new (FzSession *session, const FzSheet *sheet, const char *kind, const char *id)
{
  FzFields *body = fz_rules_body_new (session->desk, kind, id, sheet->prepared_us);

  fz_fields_set (body, "visit", FZ_KNOWLEDGE_SUBJECT);
  return body;
}

static FzSheet *
sheet_new (FzSession *session, const char *title)
{
  FzSheet *sheet = fz_sheet_new (session, FZ_KNOWLEDGE_SUBJECT);

  sheet->keep = submit;
  sheet->after = fz_knowledge_tick; /* one for today takes effect with its approval */
  sheet->title = title;
  return sheet;
}

/* The labels of tables are signed: always Chinese. */
static gboolean
put_signed_edition (FzDesk *desk, const FzKnowledgeFiles *files, FzFields *body, GError **error)
{
  G_GNUC_UNUSED g_auto (FzChinese) chinese = fz_chinese_begin ();

  return put_edition (desk, files, body, error);
}

static gboolean
check_typed (FzSession *session, const char *what, const char *words, GError **error)
{
  if (what == NULL || (!g_str_equal (what, STAGED) && !g_str_equal (what, SHIPPED)))
    return not_found (what != NULL ? what : "", error);
  if (words != NULL && *words != '\0')
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明启用的理由。"));
  return FALSE;
}

static gboolean
check_edition (FzSession *session, const FzFields *body, GError **error)
{
  FzDate since, until;

  if (g_strcmp0 (fz_fields_get (body, "set.sha256"), fz_knowledge_set_get_sha256 (session->desk->knowledge->set)) == 0 &&
      session->desk->knowledge->problem == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这就是现行的药品知识库，不需要提出。"));
    return FALSE;
  }
  if (fz_date_parse (fz_fields_get (body, "since"), &since, NULL) && fz_date_parse (fz_fields_get (body, "until"), &until, NULL) &&
      fz_date_compare (since, until) <= 0)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("启用日应写作 2026-12-01，并且不晚于知识库的有效期止。"));
  return FALSE;
}

FzSheet *
fz_desk_prepare_knowledge (FzSession *session, const char *what, const char *since, const char *words, GError **error)
{
  g_auto (Now) now = { 0 };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;
  g_autofree char *id = NULL, *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));

  if (!fz_session_may (session, "knowledge.propose", "knowledge", what, error) || !check_typed (session, what, words, error) ||
      !look (session, what, &now, error))
    return NULL;
  sheet = sheet_new (session, _ (KIND_TITLE));
  id = fz_version_id (FZ_KNOWLEDGE_NOUN, now.fold->versions->len + 1);
  body = body_new (session, sheet, FZ_KNOWLEDGE_KIND, id);
  fz_session_put_signer (session, body, "affairs");
  fz_fields_set_int (body, "number", now.fold->versions->len + 1);
  fz_fields_set (body, "since", since != NULL && *since != '\0' ? since : today);
  fz_fields_set (body, "source", g_str_equal (what, STAGED) ? "imported" : "shipped");
  fz_fields_set (body, "words", words);
  if (!put_signed_edition (session->desk, now.files, body, error) || !check_edition (session, body, error) ||
      !fz_versions_rehearse (session, now.fold, fz_knowledge_fold_add, body, sheet->prepared_us, error) || !fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  sheet->edition = fz_knowledge_files_ref (now.files);
  return g_steal_pointer (&sheet);
}

static FzFields *
decision_body (FzSession *session, const FzSheet *sheet, const FzDocument *version, const char *verdict, const char *words)
{
  static const char *const copied[] = { "since", "edition", "title", "until", "set.sha256", NULL };
  g_autofree char *id = fz_document_id (session->desk, version->id, "decision");
  FzFields *body = body_new (session, sheet, FZ_KNOWLEDGE_DECISION_KIND, id);

  fz_versions_put_decision (session, FZ_KNOWLEDGE_NOUN, version, verdict, words, copied, body);
  return body;
}

FzSheet *
fz_desk_prepare_knowledge_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error)
{
  gboolean approved = g_strcmp0 (verdict, "approved") == 0, withdrawn = g_strcmp0 (verdict, "withdrawn") == 0;
  g_auto (Now) now = { 0 };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;

  if (!fz_session_may (session, withdrawn ? "knowledge.propose" : "knowledge.decide", "knowledge", id, error) || !look (session, id, &now, error))
    return NULL;
  if (now.document == NULL) {
    not_found (id, error);
    return NULL;
  }
  if (!approved && (words == NULL || *words == '\0')) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不批准或撤回时，请写明理由。"));
    return NULL;
  }
  sheet = sheet_new (session, _ (DECISION_TITLE));
  body = decision_body (session, sheet, now.document, verdict, words);
  if (!fz_versions_rehearse (session, now.fold, fz_knowledge_fold_add, body, sheet->prepared_us, error) || !fz_sheet_add (sheet, session->desk, body, error))
    return NULL;
  if (approved)
    fz_sheet_countersign (sheet, now.document);
  return g_steal_pointer (&sheet);
}
