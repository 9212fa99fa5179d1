/* Asking for a purge (清除的清点与申请): the list as it would be, then a grant over exactly this list. */
#include "app/purge.h"

#include "app/grant.h"
#include "app/knowledge.h"
#include "app/purge_plan.h"
#include "app/submit.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

static void
put_holds (const FzPurgePlan *plan, FzFields *facts)
{
  for (guint i = 0; i < plan->holds->len; i++)
    fz_fields_set_at (facts, "hold", i, NULL, plan->holds->pdata[i]);
}

static FzFields *
facts_of (const FzCodes *table, const FzPurgePlan *plan)
{
  FzFields *facts = fz_fields_new ("fuzhen.purge_plan/v1");

  fz_fields_set (facts, "class", fz_retention_class_to_word (plan->class));
  fz_fields_set (facts, "class_label", fz_codes_get (table, (guint) plan->row, "label"));
  fz_fields_set (facts, "basis", fz_codes_get (table, (guint) plan->row, "source"));
  fz_fields_set_int (facts, "years", plan->years);
  fz_fields_set (facts, "to", plan->to);
  fz_fields_set_int (facts, "n", plan->items->len);
  fz_fields_set_int (facts, "visits", plan->visits);
  fz_fields_set_int (facts, "held", plan->held);
  fz_fields_set (facts, "list_sha256", plan->sha256);
  put_holds (plan, facts);
  return fz_fields_freeze (facts);
}

FzFields *
fz_desk_plan_purge (FzSession *session, const FzFields *ask, GCancellable *cancellable,
                    void (*progress) (guint64 done, guint64 total, gpointer data), gpointer data, GError **error)
{
  g_autoptr (FzPurgePlan) plan = NULL;
  FzPurgePlan *before;
  FzFields *facts;

  if (!fz_session_may (session, "purge.plan", "purge", fz_fields_get (ask, "class"), error))
    return NULL;
  plan = fz_purge_plan_make (session->desk, fz_fields_get (ask, "class"), fz_fields_get (ask, "to"), cancellable, progress, data, error);
  if (plan == NULL)
    return NULL;
  facts = facts_of (fz_knowledge_codes (session->desk->knowledge, "retention"), plan);
  g_mutex_lock (&session->mutex);
  before = session->plan;
  session->plan = g_steal_pointer (&plan);
  g_mutex_unlock (&session->mutex);
  fz_purge_plan_free (before);
  return facts;
}

/* The plan this person made and saw; nobody asks for a list that was not looked at. */
static FzPurgePlan *
take_plan (FzSession *session, const char *sha256)
{
  FzPurgePlan *plan = NULL;

  g_mutex_lock (&session->mutex);
  if (session->plan != NULL && g_strcmp0 (session->plan->sha256, sha256) == 0)
    plan = g_steal_pointer (&session->plan);
  g_mutex_unlock (&session->mutex);
  return plan;
}

static void
give_back (FzSession *session, FzPurgePlan *take_plan)
{
  g_mutex_lock (&session->mutex);
  if (session->plan == NULL)
    session->plan = g_steal_pointer (&take_plan);
  g_mutex_unlock (&session->mutex);
  fz_purge_plan_free (take_plan);
}

static GPtrArray *
lines_of (const FzCodes *table, const FzPurgePlan *plan)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (lines, g_strdup_printf ("内容：%s", fz_codes_get (table, (guint) plan->row, "label")));
  g_ptr_array_add (lines, g_strdup_printf ("期限：%" PRId64 "年。%s", plan->years, fz_codes_get (table, (guint) plan->row, "source")));
  g_ptr_array_add (lines, g_strdup_printf ("至 %s 止的就诊，共%u项，涉及%u次就诊；另有%u次就诊因保全不清除", plan->to, plan->items->len, plan->visits,
                                           plan->held));
  g_ptr_array_add (lines, g_strdup_printf ("清单 SHA-256：%s", plan->sha256));
  g_ptr_array_add (lines, g_strdup ("清除后不能恢复；签名文书、日志条目和证明不变"));
  g_ptr_array_add (lines, NULL);
  return lines;
}

static FzFields *
grant_facts (const FzPurgePlan *plan, const FzFields *ask)
{
  static const char *const copied[] = { "purpose", "words", "until_on" };
  FzFields *facts = fz_fields_new ("fuzhen.grant_ask/v1");
  const char *first = plan->to;

  for (guint i = 0; i < plan->items->len; i++)
    if (g_strcmp0 (((FzPurgeItem *) plan->items->pdata[i])->since_on, first) < 0)
      first = ((FzPurgeItem *) plan->items->pdata[i])->since_on;
  fz_fields_set (facts, "kind", fz_grant_kind_to_word (FZ_GRANT_PURGE));
  fz_fields_set_int (facts, "times", 1);
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (facts, copied[i], fz_fields_get (ask, copied[i]));
  fz_fields_set (facts, "scope.class", fz_retention_class_to_word (plan->class));
  fz_fields_set (facts, "scope.subject", plan->sha256);
  fz_fields_set (facts, "scope.from", first);
  fz_fields_set (facts, "scope.to", plan->to);
  return facts;
}

FzSheet *
fz_desk_prepare_purge (FzSession *session, const FzFields *ask, GError **error)
{
  g_autoptr (FzPurgePlan) plan = NULL;
  g_autoptr (FzFields) facts = NULL;
  g_autoptr (GPtrArray) lines = NULL;
  FzSheet *sheet;

  if (!fz_session_may (session, "purge.plan", "purge", NULL, error))
    return NULL;
  plan = take_plan (session, fz_fields_get (ask, "list_sha256"));
  if (plan == NULL) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请先清点，看过数量再申请。"));
    return NULL;
  }
  if (plan->items->len == 0) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("没有到期可清除的内容，不必申请。"));
    give_back (session, g_steal_pointer (&plan));
    return NULL;
  }
  facts = grant_facts (plan, ask);
  lines = lines_of (fz_knowledge_codes (session->desk->knowledge, "retention"), plan);
  sheet = fz_grant_prepare (session, facts, (const char *const *) lines->pdata, plan->list, error);
  give_back (session, g_steal_pointer (&plan)); /* a second try after a mistyped day asks for the same list */
  return sheet;
}
