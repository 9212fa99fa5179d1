#include "app/admission.h"

#include "app/grant.h"
#include "app/proposal.h"
#include "core/admission.h"
#include "core/date.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

/* --- what waits --- */

static const char *const opening_keys[] = { "id", "act", "at", "by", "by_name", "by_person" };

static void
drop_opening (FzFields *facts)
{
  for (guint i = 0; i < G_N_ELEMENTS (opening_keys); i++) {
    g_autofree char *key = g_strconcat ("opening.", opening_keys[i], NULL);

    fz_fields_set (facts, key, NULL);
  }
}

gboolean
fz_admission_begin (FzTxn *txn, FzSession *actor, FzFields *facts, gboolean had_key, GError **error)
{
  gboolean was_there = had_key || fz_fields_has (facts, "enrol_until") || fz_fields_count (facts, "past_key") > 0;
  g_autofree char *id = NULL;
  gint64 number = 0;

  drop_opening (facts);
  if (actor == NULL)
    return TRUE;
  if (!fz_counter_next (txn, "admission", &number, error))
    return FALSE;
  id = g_strdup_printf ("ADM-%06" PRId64, number);
  fz_fields_set (facts, "opening.id", id);
  fz_fields_set (facts, "opening.act", was_there ? "reset" : "add");
  fz_fields_set_time (facts, "opening.at", fz_txn_now_us (txn));
  fz_fields_set (facts, "opening.by", actor->number);
  fz_fields_set (facts, "opening.by_name", fz_fields_get (actor->person, "name"));
  fz_fields_set (facts, "opening.by_person", fz_fields_get (actor->person, "person"));
  return TRUE;
}

/* NULL without error: nobody decided yet. */
static FzFields *
read_decision (FzTxn *txn, const char *id, GError **error)
{
  g_autofree char *subject = g_strconcat ("@", id, NULL);
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, subject, error);

  return documents != NULL && documents->len > 0 ? fz_proposal_of_documents (documents, fz_admission_fold, error) : NULL;
}

const char *
fz_admission_state (FzTxn *txn, const FzFields *staff, GError **error)
{
  const char *id = fz_fields_get (staff, "opening.id");
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) decision = id != NULL ? read_decision (txn, id, &why) : NULL;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  if (id == NULL)
    return NULL;
  if (decision == NULL)
    return "waits";
  return fz_admission_admits (decision, staff) ? "admitted" : "declined";
}

gboolean
fz_admission_counts (FzTxn *txn, const FzFields *staff, gboolean *out_counts, GError **error)
{
  g_autoptr (GError) why = NULL;
  const char *state = fz_admission_state (txn, staff, &why);

  *out_counts = state == NULL || g_str_equal (state, "admitted");
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_admission_check (FzTxn *txn, const FzFields *staff, GError **error)
{
  g_autoptr (GError) why = NULL;
  const char *id = fz_fields_get (staff, "opening.id");
  g_autoptr (FzFields) decision = id != NULL ? read_decision (txn, id, &why) : NULL;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (id == NULL || (decision != NULL && fz_admission_admits (decision, staff)))
    return TRUE;
  if (decision == NULL)
    return fz_refuse (error, _ ("该账号须由另一人批准启用后才能登录。请医务管理人员、安全管理员或系统管理员在“授权 › 账号启用”中办理。"));
  if (g_strcmp0 (fz_fields_get (decision, "admission.state"), "declined") == 0)
    return fz_refuse (error, _ ("该账号未获批准启用。请联系安全管理员重新办理。"));
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CORRUPT, _ ("该账号的工号、角色或身份与批准启用时签署的不一致，不能登录。请联系安全管理员。"));
  return FALSE;
}

/* --- looking --- */

static gboolean
may_decide (const FzSession *session, const FzFields *staff)
{
  const char *me = fz_fields_get (session->person, "person");

  return fz_admission_may_decide (session->role) && g_strcmp0 (me, fz_fields_get (staff, "opening.by_person")) != 0 &&
         g_strcmp0 (me, fz_fields_get (staff, "person")) != 0;
}

gboolean
fz_admission_put_due (FzSession *session, FzTxn *txn, void (*add) (const FzFields *staff, gpointer data), gpointer data, GError **error)
{
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);
  gint64 days = MAX (0, fz_grant_policy (session->desk, "decide_days"));

  for (guint i = 0; staff != NULL && i < staff->len; i++) {
    g_autoptr (FzFields) row = fz_fields_dup (staff->pdata[i], NULL);
    g_autoptr (GError) why = NULL;
    const char *state = fz_fields_has (row, "left_at") ? NULL : fz_admission_state (txn, row, &why);
    g_autofree char *on = NULL;
    gint64 at_us = 0;

    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    if (g_strcmp0 (state, "waits") != 0 || !may_decide (session, row))
      continue;
    fz_fields_get_time (row, "opening.at", &at_us);
    on = fz_date_format (fz_date_add_days (fz_date_in_beijing (at_us), (int) days));
    fz_fields_set (row, "opening.due_on", on);
    add (row, data);
  }
  return staff != NULL;
}

typedef struct {
  FzSession *session;
  GPtrArray *rows;
} List;

static const char *
state_label (const char *state)
{
  return g_str_equal (state, "waits") ? _ ("待他人批准") : g_str_equal (state, "admitted") ? _ ("已启用") : _ ("未获批准");
}

/* Whose account, for which role, and who asked; nothing else of the person. */
static FzFields *
row_of (const List *list, const FzFields *staff, const char *state, const FzFields *decision)
{
  static const char *const copied[] = { "number", "name", "role", "licence", "department_name", "opening.id", "opening.act", "opening.at", "opening.by", "opening.by_name" };
  FzFields *row = fz_fields_new ("fuzhen.admission_row/v1");
  FzRole role = FZ_ROLE_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (row, copied[i], fz_fields_get (staff, copied[i]));
  fz_role_from_word (fz_fields_get (staff, "role"), &role);
  fz_fields_set (row, "role_label", fz_role_label (role));
  fz_fields_set (row, "title_label", fz_desk_label (list->session->desk, "titles", fz_fields_get (staff, "title")));
  fz_fields_set (row, "opening.act_label", g_strcmp0 (fz_fields_get (staff, "opening.act"), "reset") == 0 ? _ ("重新办理登录和签名密钥") : _ ("新登记的账号"));
  fz_fields_set (row, "admission.state", state);
  fz_fields_set (row, "admission.state_label", state_label (state));
  if (decision != NULL)
    fz_fields_merge (row, NULL, decision);
  if (g_str_equal (state, "waits") && !fz_fields_has (staff, "left_at") && may_decide (list->session, staff))
    fz_fields_set (row, "admission.may_decide", "yes");
  return fz_fields_freeze (row);
}

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  List *list = data;
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);

  for (guint i = 0; staff != NULL && i < staff->len; i++) {
    const FzFields *row = staff->pdata[i];
    const char *id = fz_fields_get (row, "opening.id");
    g_autoptr (GError) why = NULL;
    g_autoptr (FzFields) decision = id != NULL ? read_decision (txn, id, &why) : NULL;

    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    if (id != NULL && (decision != NULL || !fz_fields_has (row, "left_at")))
      g_ptr_array_add (list->rows, row_of (list, row, decision == NULL ? "waits" : fz_admission_admits (decision, row) ? "admitted" : "declined", decision));
  }
  return staff != NULL;
}

/* Newest first: numbers count. */
static int
newest_first (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (fz_fields_get (*(const FzFields *const *) b, "opening.id"), fz_fields_get (*(const FzFields *const *) a, "opening.id"));
}

GPtrArray *
fz_desk_list_admissions (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  List list = { session, rows };

  if (!fz_session_may (session, "admission.list", "staff", NULL, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, list_job, &list, error))
    return NULL;
  g_ptr_array_sort (rows, newest_first);
  return g_steal_pointer (&rows);
}

/* --- deciding --- */

typedef struct {
  const char *id;
  FzFields *staff;
} Look;

static gboolean
look_job (FzTxn *txn, gpointer data, GError **error)
{
  Look *look = data;
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);

  for (guint i = 0; staff != NULL && i < staff->len && look->staff == NULL; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "opening.id"), look->id) == 0 && !fz_fields_has (staff->pdata[i], "left_at"))
      look->staff = fz_fields_ref (staff->pdata[i]);
  if (staff != NULL && look->staff == NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有编号为“%s”的账号启用，或该账号已停用、已重新发码。"), look->id);
  return look->staff != NULL;
}

/* What was shown must still be what the row says. */
static gboolean
is_of_this_row (FzTxn *txn, const FzDocument *document, GError **error)
{
  Look look = { fz_fields_get (document->body, "proposal"), NULL };
  g_autoptr (FzFields) staff = look_job (txn, &look, error) ? look.staff : NULL;
  static const char *const same[][2] = { { "account.number", "number" }, { "account.role", "role" }, { "account.person", "person" }, { "account.name", "name" },
                                         { "issuer.staff_number", "opening.by" }, { "issuer.person", "opening.by_person" } };

  for (guint i = 0; staff != NULL && i < G_N_ELEMENTS (same); i++)
    if (g_strcmp0 (fz_fields_get (document->body, same[i][0]), fz_fields_get (staff, same[i][1])) != 0) {
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("该账号的资料在核对期间有变更，请重新核对后再签名。"));
      return FALSE;
    }
  return staff != NULL;
}

static gboolean
keep (FzDesk *desk, FzSession *session, FzTxn *txn, const FzSubmission *submission, GError **error)
{
  FzDocument *document = submission->documents->pdata[0];
  g_autoptr (GPtrArray) before = fz_submit_check_clock (txn, error) ? fz_documents_of_visit (txn, submission->visit, error) : NULL;
  g_autoptr (FzFields) stood = before != NULL && before->len > 0 ? fz_proposal_of_documents (before, fz_admission_fold, error) : NULL, after = NULL;

  if (before == NULL || (before->len > 0 && stood == NULL) || !is_of_this_row (txn, document, error))
    return FALSE;
  after = fz_admission_fold (stood, document, error);
  return after != NULL && fz_submit_keep_document (session, txn, document, error) && fz_audit_checkpoint (txn, error);
}

static void
put_account (FzFields *body, const FzFields *staff, FzSession *session)
{
  static const char *const copied[][2] = { { "account.number", "number" }, { "account.name", "name" }, { "account.role", "role" }, { "account.person", "person" },
                                           { "account.licence", "licence" }, { "act", "opening.act" }, { "issued_at", "opening.at" },
                                           { "issuer.name", "opening.by_name" }, { "issuer.staff_number", "opening.by" }, { "issuer.person", "opening.by_person" } };

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (body, copied[i][0], fz_fields_get (staff, copied[i][1]));
  fz_fields_set (body, "account.title_label", fz_desk_label (session->desk, "titles", fz_fields_get (staff, "title")));
  fz_fields_set (body, "account.department_name", fz_fields_get (staff, "department_name"));
}

typedef struct {
  const char *id;
  FzFields *decision;
} Decided;

static gboolean
decided_job (FzTxn *txn, gpointer data, GError **error)
{
  Decided *decided = data;
  g_autoptr (GError) why = NULL;

  decided->decision = read_decision (txn, decided->id, &why);
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

FzSheet *
fz_desk_prepare_admission (FzSession *session, const char *id, const char *verdict, const char *words, GError **error)
{
  Look look = { id, NULL };
  Decided decided = { id, NULL };
  g_autoptr (FzFields) staff = NULL, before = NULL, body = NULL;
  g_autoptr (FzSheet) sheet = NULL;

  if (!fz_session_may (session, "admission.decide", "admission", id, error) || !fz_store_run (session->desk->store, FZ_TXN_READ, look_job, &look, error))
    return NULL;
  staff = look.staff;
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, decided_job, &decided, error))
    return NULL;
  before = decided.decision;
  sheet = fz_proposal_sheet_new (session, id, _ ("账号启用的决定"), keep);
  body = fz_proposal_body_new (session, sheet, FZ_ADMISSION_KIND, id, "admission");
  fz_session_put_signer (session, body, "decider");
  put_account (body, staff, session);
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "words", words != NULL && *words != '\0' ? words : NULL);
  return fz_proposal_add (session, sheet, fz_admission_fold, before, body, error) ? g_steal_pointer (&sheet) : NULL;
}
