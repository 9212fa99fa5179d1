/* Asking for a grant, answering, and looking at them (授权的申请与决定). */
#include "app/grant.h"

#include "app/knowledge.h"
#include "app/proposal.h"
#include "app/purge.h"
#include "app/sheet.h"
#include "core/date.h"
#include "db/documents.h"
#include "db/grants.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define ASK_TITLE N_ ("授权申请")
#define DECISION_TITLE N_ ("授权申请的决定")
#define MAX_WORDS 500
#define MAX_ROWS 500

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

static gboolean
check_words (const char *words, GError **error)
{
  g_autofree char *said = g_strstrip (g_strdup (words != NULL ? words : ""));

  if (*said == '\0')
    return invalid (error, _ ("请写明理由。"));
  return g_utf8_strlen (said, -1) <= MAX_WORDS || invalid (error, _ ("理由不能超过500字。"));
}

/* --- what may be asked for --- */

/* `<kind>.<what>` of the policy; a kind that has no standing grants has one limit. */
static gint64
limit_of (FzDesk *desk, FzGrantKind kind, const char *what)
{
  g_autofree char *code = g_strdup_printf ("%s.%s", fz_grant_kind_to_word (kind), what);

  return fz_grant_policy (desk, code);
}

static gboolean
check_term (FzDesk *desk, FzGrantKind kind, const FzFields *facts, const FzFields *scope, FzDate today, GError **error)
{
  gint64 standing = fz_fields_has (scope, "each") ? limit_of (desk, kind, "standing_days") : -1;
  gint64 days = standing >= 0 ? standing : limit_of (desk, kind, "days"), most = limit_of (desk, kind, "times"), times = 0;
  const char *on = fz_fields_get (facts, "until_on");
  FzDate until;

  if (on == NULL || !fz_date_parse (on, &until, NULL))
    return invalid (error, _ ("请填写授权的截止日期，例如 2026-03-31。"));
  if (!fz_fields_get_int (facts, "times", &times) || times < 1)
    return invalid (error, _ ("授权的使用次数至少为1次。"));
  if (fz_date_days_between (today, until) > days) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("这一类授权的有效期不能超过%" PRId64 "天。"), days);
    return FALSE;
  }
  if (times <= most)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("这一类授权的使用次数不能超过%" PRId64 "次。"), most);
  return FALSE;
}

static const char *
purpose_label (FzDesk *desk, FzGrantKind kind, const char *code, GError **error)
{
  const FzCodes *purposes = fz_knowledge_codes (desk->knowledge, "grant-purposes");
  int row = code != NULL ? fz_codes_find_code (purposes, code) : -1;

  if (row >= 0 && g_str_equal (fz_codes_get (purposes, (guint) row, "kind"), fz_grant_kind_to_word (kind)))
    return fz_codes_get (purposes, (guint) row, "label");
  invalid (error, _ ("请选择用途。"));
  return NULL;
}

/* What a code of the scope says, as people read it in the signed text. */
static char *
scope_value (FzDesk *desk, const char *key, const char *value)
{
  static const char *const words[][3] = { { "report", "drug-use", "药品使用情况（按药品）" },
                                          { "report", "drug-department", "药品使用情况（按药品和科室）" },
                                          { "report", "drug-doctor", "药品使用情况（按药品和医师）" },
                                          { "report", "antibacterial", "抗菌药物处方比例" },
                                          { "report", "inspection", "检查材料" },
                                          { "format", "full", "全部内容" },
                                          { "format", "pseudonymised", "去标识" },
                                          { "format", "statistics", "仅统计" },
                                          { "report", "register", "台账的全部条目" },
                                          { "report", "record", "病历导出" },
                                          { "report", "recall", "药品召回涉及的患者" },
                                          { "format", "masked", "患者身份脱敏" },
                                          { "by", "patient", "该患者的全部就诊" },
                                          { "by", "drug", "按药品" },
                                          { "by", "department", "按科室" },
                                          { "by", "doctor", "按医师" },
                                          { "class", "antibacterial", "抗菌药物" },
                                          { "each", "month", "每次一个自然月" },
                                          { "sensitive", "yes", "一并导出" } };
  const FzDrug *drug = g_str_equal (key, "drug") ? fz_catalogue_find_code (desk->knowledge->catalogue, value) : NULL;
  const char *department = g_str_equal (key, "department") ? fz_desk_label (desk, "departments", value) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_str_equal (words[i][0], key) && g_str_equal (words[i][1], value))
      return g_strdup (words[i][2]);
  if (drug != NULL)
    return g_strdup_printf ("%s %s %s", value, drug->generic, drug->strength_text);
  return department != NULL ? g_strdup_printf ("%s %s", value, department) : g_strdup (value);
}

/* A register is named as people know it. */
static char *
subject_value (FzDesk *desk, const FzFields *scope, const char *value)
{
  if (g_strcmp0 (fz_fields_get (scope, "report"), "register") == 0)
    for (guint i = 0; i < desk->registers->len; i++)
      if (g_str_equal (fz_register_get_name (desk->registers->pdata[i]), value))
        return g_strdup (fz_register_get_title (desk->registers->pdata[i]));
  return g_strdup (value);
}

static void
put_lines (FzDesk *desk, const FzFields *scope, FzFields *body)
{
  const char *const *keys = fz_grant_scope_keys ();
  guint n = 0;

  for (guint i = 0; keys[i] != NULL; i++) {
    const char *value = fz_fields_get (scope, keys[i]);
    g_autofree char *said = value == NULL                          ? NULL
                            : g_str_equal (keys[i], "subject") ? subject_value (desk, scope, value)
                                                               : scope_value (desk, keys[i], value);
    g_autofree char *line = NULL;

    if (said == NULL || g_str_equal (keys[i], "to"))
      continue;
    if (g_str_equal (keys[i], "from"))
      line = g_strdup_printf ("期间：%s 至 %s", said, fz_fields_has (scope, "to") ? fz_fields_get (scope, "to") : "");
    else
      line = g_strdup_printf ("%s：%s", fz_grant_scope_words (keys[i]), said);
    fz_fields_set_at (body, "line", n++, NULL, line);
  }
  if (n == 0)
    fz_fields_set_at (body, "line", n, NULL, "（本类操作的一次）");
}

/* --- the sheet --- */

static gboolean
next_id (FzTxn *txn, gpointer data, GError **error)
{
  char **id = data;
  gint64 number = 0;

  if (!fz_counter_next (txn, "grant", &number, error))
    return FALSE;
  *id = g_strdup_printf ("GNT-%06" PRId64, number);
  return TRUE;
}

static gboolean
check_ask (FzSession *session, const FzFields *facts, const FzFields *scope, FzGrantKind *kind, GError **error)
{
  const char *word = fz_fields_get (facts, "kind");

  if (!fz_session_may (session, "grant.ask", "grant", word, error))
    return FALSE;
  if (!fz_grant_kind_from_word (word, kind)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("不认识的授权类别“%s”。"), word != NULL ? word : "");
    return FALSE;
  }
  if (!fz_grant_may_ask (*kind, session->role))
    return fz_session_deny (session, "grant.ask", "grant", word, _ ("您的角色不能申请这一类授权。此次尝试已记入审计。"), error);
  return fz_grant_scope_check (scope, error) &&
         check_term (session->desk, *kind, facts, scope, fz_date_in_beijing (fz_session_now_us (session)), error);
}

FzSheet *
fz_grant_prepare (FzSession *session, const FzFields *facts, const char *const *lines, GBytes *list, GError **error)
{
  static const char *const copied[] = { "kind", "purpose", "words", "times", "until_on" };
  g_autoptr (FzFields) scope = fz_fields_dup_below (facts, "scope", "fuzhen.grant_scope/v1"), body = NULL;
  g_autoptr (FzSheet) sheet = NULL;
  g_autofree char *id = NULL;
  FzGrantKind kind = FZ_GRANT_PROFILING;
  const char *label = check_ask (session, facts, scope, &kind, error) ? purpose_label (session->desk, kind, fz_fields_get (facts, "purpose"), error) : NULL;

  if (label == NULL || !check_words (fz_fields_get (facts, "words"), error) || !fz_store_run (session->desk->store, FZ_TXN_LOCAL, next_id, &id, error))
    return NULL;
  sheet = fz_proposal_sheet_new (session, id, _ (ASK_TITLE), fz_grant_submit);
  body = fz_proposal_body_new (session, sheet, FZ_GRANT_KIND, id, "ask");
  fz_session_put_signer (session, body, "asker");
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (body, copied[i], fz_fields_get (facts, copied[i]));
  fz_fields_set (body, "purpose_label", label);
  fz_fields_merge (body, "scope", scope);
  for (guint i = 0; lines != NULL && lines[i] != NULL; i++)
    fz_fields_set_at (body, "line", i, NULL, lines[i]);
  if (lines == NULL)
    put_lines (session->desk, scope, body);
  sheet->rows = list != NULL ? g_bytes_ref (list) : NULL;
  return fz_proposal_add (session, sheet, fz_grant_fold, NULL, body, error) ? g_steal_pointer (&sheet) : NULL;
}

/* What is removed is a list that was counted, never words. */
FzSheet *
fz_desk_prepare_grant (FzSession *session, const FzFields *facts, GError **error)
{
  if (g_strcmp0 (fz_fields_get (facts, "kind"), fz_grant_kind_to_word (FZ_GRANT_PURGE)) != 0)
    return fz_grant_prepare (session, facts, NULL, NULL, error);
  if (fz_session_may (session, "purge.plan", "grant", "purge", error))
    invalid (error, _ ("到期清除须先清点，请用“到期清除…”申请。"));
  return NULL;
}

/* --- the decision --- */

typedef struct {
  FzSession *session;
  const char *id;
  const FzFields *filter;
  FzFields *grant;
  FzDocument *document;
  GPtrArray *rows;
} Ask;

static void
ask_clear (Ask *ask)
{
  g_clear_pointer (&ask->grant, fz_fields_unref);
  g_clear_pointer (&ask->document, fz_document_free);
  g_clear_pointer (&ask->rows, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ask, ask_clear)

static gboolean
read_grant (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;

  ask->grant = fz_grant_read (txn, ask->id, error);
  ask->document = ask->grant != NULL ? fz_documents_get (txn, fz_fields_get (ask->grant, "grant.document"), error) : NULL;
  return ask->document != NULL;
}

static FzFields *
decision_body (const Ask *ask, const FzSheet *sheet, const char *verdict, const char *words)
{
  static const char *const copied[] = { "kind", "purpose_label", "times", "until_on" };
  const FzFields *about = ask->document->body;
  FzFields *body = fz_proposal_body_new (ask->session, sheet, FZ_GRANT_DECISION_KIND, ask->id, "decision");
  g_autofree char *asker = g_strdup_printf ("%s（工号 %s）", fz_fields_get (about, "asker.name"), fz_fields_get (about, "asker.staff_number"));

  fz_session_put_signer (ask->session, body, "decider");
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "words", words);
  fz_fields_set (body, "reason", fz_fields_get (about, "words"));
  fz_fields_set (body, "asker", asker);
  fz_fields_set (body, "note_sha256", ask->document->note_sha256);
  fz_fields_set (body, "text_sha256", ask->document->text_sha256);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (body, copied[i], fz_fields_get (about, copied[i]));
  for (guint i = 0; i < fz_fields_count (about, "line"); i++)
    fz_fields_set_at (body, "line", i, NULL, fz_fields_get_at (about, "line", i, NULL));
  return body;
}

FzSheet *
fz_desk_prepare_grant_decision (FzSession *session, const char *id, const char *verdict, const char *words, GError **error)
{
  gboolean own = g_strcmp0 (verdict, "withdrawn") == 0, approves = g_strcmp0 (verdict, "approved") == 0;
  g_auto (Ask) ask = { .session = session, .id = id };
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzFields) body = NULL;

  if (!fz_session_may (session, own ? "grant.ask" : "grant.decide", "grant", id, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, read_grant, &ask, error) || (!own && !approves && !check_words (words, error)))
    return NULL;
  sheet = fz_proposal_sheet_new (session, id, _ (DECISION_TITLE), fz_grant_submit);
  body = decision_body (&ask, sheet, verdict, words);
  if (!fz_proposal_add (session, sheet, fz_grant_fold, ask.grant, body, error))
    return NULL;
  if (approves) /* both signatures stand under the same bytes, as under a prescription */
    fz_sheet_countersign (sheet, ask.document);
  return g_steal_pointer (&sheet);
}

/* --- looking --- */

/* How far it came, and who may go on. */
static gboolean
put_purge (Ask *ask, FzTxn *txn, const char *id, FzGrantState state, gboolean mine, FzFields *row, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) purge = fz_purge_of_grant (txn, id, &why), part = NULL;
  gboolean role = ask->session->role == FZ_ROLE_AFFAIRS || ask->session->role == FZ_ROLE_SYSTEM;

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  part = purge != NULL ? fz_fields_dup_below (purge, "purge", "fuzhen.part/v1") : NULL;
  if (part != NULL)
    fz_fields_merge (row, "purge", part);
  if (purge != NULL ? role && fz_fields_is_yes (purge, "purge.running") : mine && state == FZ_GRANT_GRANTED)
    fz_fields_set (row, "grant.may_run", "yes");
  return TRUE;
}

static FzFields *
grant_row (Ask *ask, FzTxn *txn, const FzFields *grant, GError **error)
{
  gint64 uses = fz_grants_count_uses (txn, fz_fields_get (grant, "grant.id"), error), times = 0;
  FzGrantState state = uses >= 0 ? fz_grant_state_at (grant, (guint) uses, fz_txn_now_us (txn)) : FZ_GRANT_DECLINED;
  gboolean mine = g_strcmp0 (fz_fields_get (grant, "grant.by_person"), fz_fields_get (ask->session->person, "person")) == 0;
  gboolean asked = state == FZ_GRANT_ASKED, granted = state == FZ_GRANT_GRANTED;
  FzGrantKind kind = FZ_GRANT_PROFILING;
  FzFields *row;

  if (uses < 0 || !fz_grant_kind_from_word (fz_fields_get (grant, "grant.kind"), &kind))
    return NULL;
  row = fz_fields_dup (grant, NULL);
  fz_fields_get_int (grant, "grant.times", &times);
  fz_fields_set (row, "grant.by_person", NULL);
  fz_fields_set (row, "grant.kind_label", fz_grant_kind_label (kind));
  fz_fields_set (row, "grant.state", fz_grant_state_to_word (state));
  fz_fields_set (row, "grant.state_label", fz_grant_state_label (state));
  fz_fields_set_int (row, "grant.uses", uses);
  fz_fields_set_int (row, "grant.left", granted ? MAX (0, times - uses) : 0);
  fz_fields_set (row, "grant.mine", mine ? "yes" : NULL);
  if (mine)
    fz_fields_set (row, "grant.may_withdraw", asked || granted ? "yes" : NULL);
  else if (fz_grant_may_decide (kind, ask->session->role)) {
    fz_fields_set (row, "grant.may_decide", asked ? "yes" : NULL);
    fz_fields_set (row, "grant.may_revoke", granted ? "yes" : NULL);
  }
  if (kind == FZ_GRANT_PURGE && !put_purge (ask, txn, fz_fields_get (grant, "grant.id"), state, mine, row, error)) {
    fz_fields_unref (row);
    return NULL;
  }
  return row;
}

static gboolean
put_uses (FzTxn *txn, const char *id, FzFields *row, GError **error)
{
  g_autoptr (GPtrArray) uses = fz_grants_uses (txn, id, 100, error);

  for (guint i = 0; uses != NULL && i < uses->len; i++) {
    g_autofree char *prefix = g_strdup_printf ("use.%02u", i);

    fz_fields_merge (row, prefix, uses->pdata[i]);
  }
  return uses != NULL;
}

/* Who may decide or audits sees all; others what they asked for. */
static gboolean
is_shown (const Ask *ask, const FzFields *grant)
{
  const char *kind = ask->filter != NULL ? fz_fields_get (ask->filter, "kind") : NULL;
  FzRole role = ask->session->role;
  gboolean all = role == FZ_ROLE_AFFAIRS || role == FZ_ROLE_SECURITY || role == FZ_ROLE_AUDIT;

  if (kind != NULL && g_strcmp0 (fz_fields_get (grant, "grant.kind"), kind) != 0)
    return FALSE;
  return all || g_strcmp0 (fz_fields_get (grant, "grant.by_person"), fz_fields_get (ask->session->person, "person")) == 0;
}

static gboolean
list_grants (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  gboolean waiting = ask->filter != NULL && fz_fields_is_yes (ask->filter, "waiting");
  g_autoptr (GPtrArray) kept = waiting ? fz_grants_waiting (txn, MAX_ROWS, error) : fz_grants_list (txn, MAX_ROWS, error);

  ask->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    FzFields *row = is_shown (ask, kept->pdata[i]) ? grant_row (ask, txn, kept->pdata[i], error) : NULL;

    if (row == NULL && is_shown (ask, kept->pdata[i]))
      return FALSE;
    if (row == NULL)
      continue;
    g_ptr_array_add (ask->rows, row);
    if (!put_uses (txn, fz_fields_get (row, "grant.id"), row, error))
      return FALSE;
    fz_fields_freeze (row);
  }
  return kept != NULL;
}

GPtrArray *
fz_desk_list_grants (FzSession *session, const FzFields *filter, GError **error)
{
  g_auto (Ask) ask = { .session = session, .filter = filter };

  return fz_session_may (session, "grant.list", "grant", NULL, error) &&
             fz_store_run (session->desk->store, FZ_TXN_READ, list_grants, &ask, error)
           ? g_steal_pointer (&ask.rows)
           : NULL;
}

/* --- what one already has --- */

typedef struct {
  FzSession *session;
  const char *kind;
  const FzFields *scope;
  FzFields *found;
} Find;

/* One that can be used comes before one that waits; of these the newest. */
static gboolean
find_job (FzTxn *txn, gpointer data, GError **error)
{
  Find *find = data;
  Ask ask = { .session = find->session };
  g_autoptr (GPtrArray) kept = fz_grants_list (txn, MAX_ROWS, error);

  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    g_autoptr (FzFields) granted = fz_fields_dup_below (kept->pdata[i], "scope", "fuzhen.grant_scope/v1"), row = NULL;
    const char *state;

    if (g_strcmp0 (fz_fields_get (kept->pdata[i], "grant.kind"), find->kind) != 0 || !fz_grant_scope_covers (granted, find->scope))
      continue;
    row = grant_row (&ask, txn, kept->pdata[i], error);
    if (row == NULL)
      return FALSE;
    state = fz_fields_get (row, "grant.state");
    if (!fz_fields_is_yes (row, "grant.mine") || (!g_str_equal (state, "granted") && (!g_str_equal (state, "asked") || find->found != NULL)))
      continue;
    g_clear_pointer (&find->found, fz_fields_unref);
    find->found = g_steal_pointer (&row);
    if (g_str_equal (state, "granted"))
      return TRUE;
  }
  return kept != NULL;
}

FzFields *
fz_desk_find_grant (FzSession *session, const char *kind, const FzFields *scope, GError **error)
{
  Find find = { session, kind, scope, NULL };

  if (!fz_session_may (session, "grant.list", "grant", NULL, error))
    return NULL;
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, find_job, &find, error)) {
    g_clear_pointer (&find.found, fz_fields_unref);
    return NULL;
  }
  return find.found != NULL ? fz_fields_freeze (find.found) : fz_fields_freeze (fz_fields_new ("fuzhen.no_grant/v1"));
}

/* --- what a form asks --- */

GPtrArray *
fz_desk_list_grant_kinds (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  const FzCodes *purposes = fz_knowledge_codes (session->desk->knowledge, "grant-purposes");

  if (!fz_session_may (session, "grant.list", "grant", NULL, error))
    return NULL;
  for (FzGrantKind kind = FZ_GRANT_PROFILING; kind < FZ_N_GRANT_KINDS; kind++) {
    FzFields *row = fz_grant_may_ask (kind, session->role) ? fz_fields_new ("fuzhen.grant_kind/v1") : NULL;
    guint n = 0;

    if (row == NULL || kind == FZ_GRANT_PURGE) { /* asked for over a list: fz_desk_plan_purge() */
      g_clear_pointer (&row, fz_fields_unref);
      continue;
    }
    fz_fields_set (row, "kind", fz_grant_kind_to_word (kind));
    fz_fields_set (row, "label", fz_grant_kind_label (kind));
    fz_fields_set_int (row, "days", limit_of (session->desk, kind, "days"));
    fz_fields_set_int (row, "times", limit_of (session->desk, kind, "times"));
    for (guint i = 0; i < fz_codes_get_n (purposes); i++)
      if (g_str_equal (fz_codes_get (purposes, i, "kind"), fz_grant_kind_to_word (kind))) {
        fz_fields_set_at (row, "purpose", n, "code", fz_codes_get (purposes, i, "code"));
        fz_fields_set_at (row, "purpose", n, "label", fz_codes_get (purposes, i, "label"));
        fz_fields_set_at (row, "purpose", n++, "label_en", fz_codes_get (purposes, i, "label_en"));
      }
    g_ptr_array_add (rows, fz_fields_freeze (row));
  }
  return g_steal_pointer (&rows);
}
