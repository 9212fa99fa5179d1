#include "app/grant.h"

#include "app/knowledge.h"
#include "app/proposal.h"
#include "core/date.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/grants.h"
#include "db/journal.h"

#include <glib/gi18n-lib.h>

gint64
fz_grant_policy (FzDesk *desk, const char *code)
{
  const FzCodes *policy = fz_knowledge_codes (desk->knowledge, "grant-policy");
  int row = fz_codes_find_code (policy, code);
  gint64 value = -1;

  return row >= 0 && g_ascii_string_to_signed (fz_codes_get (policy, (guint) row, "value"), 10, 0, 100000, &value, NULL) ? value : -1;
}

/* --- using one --- */

/* In a store that can only be read, those of its journal too. -1 on error. */
static gint64
count_uses (FzTxn *txn, const char *kind, const char *id, GError **error)
{
  gint64 uses = fz_grants_count_uses (txn, id, error);

  return uses < 0 ? uses : uses + fz_journal_count (txn, g_str_equal (kind, "profiling") ? "profiling.use" : "grant.use", id);
}

static gboolean
add_use (FzSession *session, FzTxn *txn, const char *kind, const char *id, const FzFields *scope, gint64 *out_position, GError **error)
{
  if (!fz_store_is_read_only (session->desk->store, NULL))
    return fz_grants_add_use (txn, id, session->number, scope, out_position, error);
  *out_position = count_uses (txn, kind, id, error) + 1; /* its entry in the journal is what counts it */
  return *out_position > 0;
}

/* The first granted one that covers the scope and has uses left; NULL without error: none. */
static FzFields *
find_usable (FzSession *session, FzTxn *txn, const char *kind, const FzFields *scope, GError **error)
{
  gint64 now_us = fz_txn_now_us (txn);
  g_autoptr (GPtrArray) held = fz_grants_of_person (txn, fz_fields_get (session->person, "person"), kind, now_us, error);

  for (guint i = 0; held != NULL && i < held->len; i++) {
    FzFields *grant = held->pdata[i];
    g_autoptr (FzFields) granted = fz_fields_dup_below (grant, "scope", "fuzhen.grant_scope/v1");
    gint64 uses = count_uses (txn, kind, fz_fields_get (grant, "grant.id"), error);

    if (uses < 0)
      return NULL;
    if (fz_grant_state_at (grant, (guint) uses, now_us) == FZ_GRANT_GRANTED && fz_grant_scope_covers (granted, scope))
      return fz_fields_ref (grant);
  }
  return NULL;
}

static char *
missing_words (const char *kind)
{
  FzGrantKind which = FZ_GRANT_PROFILING;

  fz_grant_kind_from_word (kind, &which);
  return g_strdup_printf (_ ("这项操作属于“%s”，须先申请授权，由另一人批准后才能进行；没有与此范围相符且仍有次数的授权。\n请在“授权”中提出申请。"),
                          fz_grant_kind_label (which));
}

static gboolean
audit_use (FzSession *session, FzTxn *txn, const char *kind, const FzFields *grant, const FzFields *scope, gint64 position, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.grant_use/v1");

  fz_fields_set_int (payload, "use", position);
  fz_fields_set (payload, "times", fz_fields_get (grant, "grant.times"));
  fz_fields_set (payload, "purpose", fz_fields_get (grant, "grant.purpose"));
  fz_fields_merge (payload, "scope", scope);
  return fz_session_audit (session, txn, g_str_equal (kind, "profiling") ? "profiling.use" : "grant.use", "grant",
                           fz_fields_get (grant, "grant.id"), "done", kind, payload, error);
}

gboolean
fz_grant_use (FzSession *session, FzTxn *txn, const char *kind, const FzFields *scope, char **out_id, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) grant = find_usable (session, txn, kind, scope, &why);
  g_autofree char *words = NULL;
  gint64 position = 0;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (grant == NULL) {
    words = missing_words (kind);
    return fz_refuse (error, words);
  }
  if (!add_use (session, txn, kind, fz_fields_get (grant, "grant.id"), scope, &position, error) ||
      !audit_use (session, txn, kind, grant, scope, position, error))
    return FALSE;
  if (out_id != NULL)
    *out_id = g_strdup (fz_fields_get (grant, "grant.id"));
  return TRUE;
}

typedef struct {
  FzSession *session;
  const char *kind;
  const FzFields *scope;
  gboolean found;
} Check;

static gboolean
check (FzTxn *txn, gpointer data, GError **error)
{
  Check *what = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) grant = find_usable (what->session, txn, what->kind, what->scope, &why);

  what->found = grant != NULL;
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_grant_check (FzSession *session, FzGrantKind kind, const FzFields *scope, GError **error)
{
  Check what = { session, fz_grant_kind_to_word (kind), scope, FALSE };
  g_autofree char *words = NULL;

  if (!fz_session_check_open (session, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, check, &what, error))
    return FALSE;
  if (what.found)
    return TRUE;
  words = missing_words (what.kind);
  return fz_session_deny (session, kind == FZ_GRANT_PROFILING ? "profiling.use" : "grant.use", "grant", what.kind, words, error);
}

/* --- keeping --- */

FzFields *
fz_grant_read (FzTxn *txn, const char *id, GError **error)
{
  return fz_proposal_read (txn, id, fz_grant_fold, _ ("没有编号为“%s”的授权。"), error);
}

static gboolean
keep (FzSession *session, FzTxn *txn, const char *subject, FzDocument *document, GError **error)
{
  g_autoptr (GPtrArray) before = fz_documents_of_visit (txn, subject, error);
  g_autoptr (FzFields) stood = before != NULL && before->len > 0 ? fz_proposal_of_documents (before, fz_grant_fold, error) : NULL, after = NULL;

  if (before == NULL || (before->len > 0 && stood == NULL))
    return FALSE;
  after = fz_grant_fold (stood, document, error);
  return after != NULL && fz_submit_keep_document (session, txn, document, error) &&
         fz_grants_put (txn, after, fz_grant_until_us (after), error);
}

gboolean
fz_grant_submit (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  g_autofree char *list = NULL;

  if (!fz_submit_check_clock (txn, error) ||
      (submission->rows != NULL && !fz_attachment_put (txn, submission->rows, "text/plain", &list, error)))
    return FALSE;
  for (guint i = 0; i < submission->documents->len; i++)
    if (!keep (session, txn, submission->visit, submission->documents->pdata[i], error))
      return FALSE;
  return fz_submit_countersign (session, txn, submission, error) &&
         fz_audit_checkpoint (txn, error);
}

/* --- rebuild --- */

static gboolean
compare (FzTxn *txn, const char *subject, gpointer differences, GError **error)
{
  g_autoptr (FzFields) folded = fz_grant_read (txn, subject + 1, error), kept = folded != NULL ? fz_grants_get (txn, subject + 1, error) : NULL;

  if (kept == NULL)
    return FALSE;
  if (!fz_fields_equal (folded, kept))
    g_ptr_array_add (differences, g_strdup_printf (_ ("授权 %s：与由文书重新推算的结果不一致。"), subject + 1));
  return TRUE;
}

gboolean
fz_grants_compare (FzDesk *desk, GPtrArray *differences, GError **error)
{
  return fz_proposals_walk (desk, FZ_GRANT_KIND, compare, differences, error);
}

/* --- deadlines --- */

gboolean
fz_grants_put_due (FzDesk *desk, FzTxn *txn, void (*add) (const FzFields *grant, gpointer data), gpointer data, GError **error)
{
  g_autoptr (GPtrArray) waiting = fz_grants_waiting (txn, 500, error);
  gint64 days = MAX (0, fz_grant_policy (desk, "decide_days")), now_us = fz_txn_now_us (txn);

  for (guint i = 0; waiting != NULL && i < waiting->len; i++) {
    g_autoptr (FzFields) row = fz_fields_dup (waiting->pdata[i], NULL);
    g_autofree char *on = NULL;
    gint64 asked_us = 0;

    if (fz_grant_state_at (row, 0, now_us) != FZ_GRANT_ASKED)
      continue;
    fz_fields_get_time (row, "grant.asked_at", &asked_us);
    on = fz_date_format (fz_date_add_days (fz_date_in_beijing (asked_us), days));
    fz_fields_set (row, "grant.due_on", on);
    add (row, data);
  }
  return waiting != NULL;
}
