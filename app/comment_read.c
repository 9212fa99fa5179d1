/* Samples, what stands in them, and one prescription of them as its reader may see it (点评清单与点评页). */
#include "app/comment.h"

#include "app/knowledge.h"
#include "app/review.h"
#include "core/mask.h"
#include "db/comments.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/visits.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_PLANS 200
#define MOST_ITEMS 1000
#define MOST_SUGGESTIONS 12

/* --- what one may do next --- */

static const char *
my_person (FzSession *session)
{
  return fz_fields_get (session->person, "person");
}

static gboolean
is_me (FzSession *session, const FzFields *facts, const char *key)
{
  return g_strcmp0 (fz_fields_get (facts, key), my_person (session)) == 0;
}

/* NULL: nothing stands in the way of reading it. */
static const char *
why_not_read (FzSession *session, const FzFields *item, const FzFields *rx)
{
  if (is_me (session, rx, "doctor.person"))
    return N_ ("这张处方由您本人开具，不能由您点评或复核。");
  if (is_me (session, rx, "pharmacist.person"))
    return N_ ("这张处方由您本人审核，不能由您点评或复核；请由另一位药师进行。");
  if (g_strcmp0 (fz_fields_get (item, "comment.by_number"), session->number) == 0)
    return N_ ("这条点评由您本人作出，等待另一人复核。");
  if (session->role == FZ_ROLE_PHARMACIST && !fz_comment_in_group (session->desk, session->person))
    return N_ ("处方点评工作小组的成员应具有中级以上药学专业技术职称；请由符合条件的药师点评、复核。");
  return NULL;
}

static const char *
doctors_act (FzSession *session, const FzFields *item, const char *state)
{
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_session_now_us (session)));
  const char *until = fz_fields_get (item, "confirm.until");
  gboolean confirmed = g_str_equal (state, "confirmed");

  if (!is_me (session, item, "doctor.person"))
    return NULL;
  if (confirmed && fz_fields_count (item, "comment.code") > 0 && until != NULL && strcmp (today, until) <= 0)
    return "reply";
  return fz_fields_has (item, "rectify.until") && (confirmed || g_str_equal (state, "accepted") || g_str_equal (state, "answered")) ? "rectify" : NULL;
}

/* What medical affairs do with a record. */
static const char *
record_act (FzSession *session, const FzFields *item, const FzFields *rx, const char *state, const char **out_why)
{
  static const char *const acts[][2] = { { "due", "write" }, { "appealed", "answer" }, { "rectified", "evaluate" } };
  const char *act = NULL, *why = NULL;

  for (guint i = 0; session->role == FZ_ROLE_AFFAIRS && i < G_N_ELEMENTS (acts); i++)
    if (g_str_equal (state, acts[i][0]))
      act = acts[i][1];
  if (act != NULL && is_me (session, rx, "doctor.person"))
    why = N_ ("这份病历由您本人书写，不能由您评分、答复或评价。");
  else if (g_strcmp0 (act, "answer") == 0 && g_strcmp0 (fz_fields_get (item, "comment.by_number"), session->number) == 0)
    why = N_ ("这份病历由您本人评分，申诉须由另一名医务管理人员答复。");
  if (why != NULL && out_why != NULL)
    *out_why = _ (why);
  return why == NULL ? act : NULL;
}

const char *
fz_comment_next_act (FzSession *session, const FzFields *plan, const FzFields *item, const FzFields *rx, const char **out_why)
{
  static const char *const acts[][2] = { { "due", "write" }, { "commented", "confirm" }, { "appealed", "answer" } };
  const char *state = fz_fields_get (item, "comment.state"), *act = NULL, *why;

  if (out_why != NULL)
    *out_why = NULL;
  if (state == NULL || g_strcmp0 (fz_fields_get (plan, "plan.state"), "open") != 0)
    return NULL;
  if (session->role == FZ_ROLE_DOCTOR)
    return doctors_act (session, item, state);
  if (fz_comment_is_record (item))
    return record_act (session, item, rx, state, out_why);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_str_equal (state, acts[i][0]))
      act = acts[i][1];
  if (act == NULL || (session->role != FZ_ROLE_PHARMACIST && g_str_equal (act, "write")))
    return NULL;
  why = why_not_read (session, item, rx);
  if (why != NULL && out_why != NULL)
    *out_why = _ (why);
  return why == NULL ? act : NULL;
}

/* --- lists --- */

typedef struct {
  FzSession *session;
  const char *plan, *prescription;
  FzFields *plan_facts, *item, *rx, *visit, *review;
  FzDocument *document;
  GPtrArray *rows, *staff;
  char *left; /* the day the author of a record left that was to be put right; NULL: is there, or it needs nothing */
  gboolean denied;
} Ask;

static void
ask_clear (Ask *ask)
{
  g_clear_pointer (&ask->plan_facts, fz_fields_unref);
  g_clear_pointer (&ask->item, fz_fields_unref);
  g_clear_pointer (&ask->rx, fz_fields_unref);
  g_clear_pointer (&ask->visit, fz_fields_unref);
  g_clear_pointer (&ask->review, fz_fields_unref);
  g_clear_pointer (&ask->document, fz_document_free);
  g_clear_pointer (&ask->rows, g_ptr_array_unref);
  g_clear_pointer (&ask->staff, g_ptr_array_unref);
  g_free (ask->left);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ask, ask_clear)

static const char *
plan_label (const FzFields *plan)
{
  const char *state = fz_fields_get (plan, "plan.state");

  if (!fz_comment_is_record (plan))
    return fz_comment_plan_state_label (state);
  return g_strcmp0 (state, "open") == 0 ? _ ("质控中") : _ ("已通报");
}

static FzFields *
plan_row (FzSession *session, const FzFields *plan)
{
  FzFields *row = fz_fields_dup (plan, NULL);
  gboolean mine = g_strcmp0 (fz_fields_get (plan, "plan.by_number"), session->number) == 0;

  if (g_strcmp0 (fz_fields_get (plan, "plan.state"), "asked") == 0 && !mine && (session->role == FZ_ROLE_AFFAIRS || session->role == FZ_ROLE_SECURITY))
    fz_fields_set (row, "plan.may_approve", "yes");
  fz_fields_set (row, "plan.state_label", plan_label (plan));
  return fz_fields_freeze (row);
}

static gboolean
list_plans (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  g_autoptr (GPtrArray) plans = fz_comment_plans_list (txn, MOST_PLANS, error);

  for (guint i = 0; plans != NULL && i < plans->len; i++)
    if (ask->session->role != FZ_ROLE_PHARMACIST || !fz_comment_is_record (plans->pdata[i]))
      g_ptr_array_add (ask->rows, plan_row (ask->session, plans->pdata[i]));
  return plans != NULL;
}

GPtrArray *
fz_desk_list_comment_plans (FzSession *session, GError **error)
{
  g_auto (Ask) ask = { .session = session, .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref) };

  if (!fz_session_may (session, "comment.plans", "comment", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list_plans, &ask, error))
    return NULL;
  return g_steal_pointer (&ask.rows);
}

/* A record is scored where a prescription is commented on, and waits for nobody's second reading. */
static const char *
state_label (const FzFields *item)
{
  const char *state = fz_fields_get (item, "comment.state");

  if (!fz_comment_is_record (item))
    return fz_comment_state_label (state);
  if (g_strcmp0 (state, "due") == 0)
    return _ ("待评分");
  return g_strcmp0 (state, "confirmed") == 0 ? _ ("已评分") : fz_comment_state_label (state);
}

/* What people call it: of a record the number of its visit, or on paper. */
static const char *
number_of (const FzFields *item, const FzFields *rx)
{
  const char *visit = fz_comment_is_record (item) ? fz_fields_get (rx, "rx.visit") : NULL;

  return visit != NULL ? visit : fz_fields_get (item, "comment.prescription");
}

/* Whose prescription it is stays out of what its readers see: they judge what is written, and no list can be turned into figures of a
 * medicine by doctor. The doctor reads their own. */
static void
hide_doctor (FzFields *facts)
{
  fz_fields_set (facts, "doctor.person", NULL);
}

static gboolean
add_row (Ask *ask, FzTxn *txn, const FzFields *plan, const FzFields *item, GError **error)
{
  static const char *const copied[] = { "rx.signed_at", "rx.department_name", "rx.kind", "rx.n_items", "rx.stage" };
  g_autoptr (FzFields) rx = fz_comment_subject_facts (txn, item, error);
  FzFields *row;
  const char *why = NULL;

  if (rx == NULL)
    return FALSE;
  row = fz_fields_dup (item, NULL);
  fz_fields_set (row, "comment.act", fz_comment_next_act (ask->session, plan, item, rx, &why));
  fz_fields_set (row, "comment.why_not", why);
  fz_fields_set (row, "comment.state_label", state_label (item));
  fz_fields_set (row, "comment.number", number_of (item, rx));
  fz_fields_set (row, "comment.result_label", fz_comment_result_label (fz_fields_get (item, "comment.result")));
  fz_fields_set (row, "plan.state", fz_fields_get (plan, "plan.state"));
  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    fz_fields_set (row, copied[i], fz_fields_get (rx, copied[i]));
  fz_fields_set (row, "diagnosis.00.name", fz_fields_get (rx, "diagnosis.00.name"));
  hide_doctor (row);
  g_ptr_array_add (ask->rows, fz_fields_freeze (row));
  return TRUE;
}

static gboolean
list_of_plan (FzTxn *txn, Ask *ask, GError **error)
{
  g_autoptr (GPtrArray) items = NULL;

  ask->plan_facts = fz_comment_plans_get (txn, ask->plan, error);
  if (ask->plan_facts != NULL && ask->session->role == FZ_ROLE_PHARMACIST && fz_comment_is_record (ask->plan_facts))
    return fz_refuse (error, _ ("病历质控由医务管理人员进行，药师不查看。"));
  items = ask->plan_facts != NULL ? fz_comments_list (txn, ask->plan, 0, MOST_ITEMS, error) : NULL;
  for (guint i = 0; items != NULL && i < items->len; i++)
    if (!add_row (ask, txn, ask->plan_facts, items->pdata[i], error))
      return FALSE;
  return items != NULL;
}

/* A doctor learns of a comment when the second person confirmed it, not before. */
static gboolean
is_told (const FzFields *item)
{
  return fz_fields_has (item, "confirm.at");
}

static gboolean
list_of_doctor (FzTxn *txn, Ask *ask, GError **error)
{
  g_autoptr (GPtrArray) items = fz_comments_of_doctor (txn, my_person (ask->session), MOST_ITEMS, error);

  for (guint i = 0; items != NULL && i < items->len; i++) {
    g_autoptr (FzFields) plan = NULL;

    if (!is_told (items->pdata[i]))
      continue;
    plan = fz_comment_plans_get (txn, fz_fields_get (items->pdata[i], "comment.plan"), error);
    if (plan == NULL || !add_row (ask, txn, plan, items->pdata[i], error))
      return FALSE;
  }
  return items != NULL;
}

static gboolean
list_items (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;

  if (ask->session->role == FZ_ROLE_DOCTOR ? !list_of_doctor (txn, ask, error) : !list_of_plan (txn, ask, error))
    return FALSE;
  return fz_session_audit (ask->session, txn, "comment.list", "comment", ask->plan, "done", NULL, NULL, error);
}

GPtrArray *
fz_desk_list_comments (FzSession *session, const char *plan, GError **error)
{
  g_auto (Ask) ask = { .session = session, .plan = plan, .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref) };

  if (!fz_session_may (session, "comment.list", "comment", plan, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_RECORD, list_items, &ask, error))
    return NULL;
  return g_steal_pointer (&ask.rows);
}

/* --- one prescription --- */

/* The review that let it pass. */
static FzFields *
find_review (FzTxn *txn, const char *visit, const char *prescription, GError **error)
{
  g_autoptr (GPtrArray) documents = fz_documents_of_visit (txn, visit, error);

  for (guint i = documents != NULL ? documents->len : 0; i > 0; i--) {
    const FzDocument *document = documents->pdata[i - 1];

    if (g_str_equal (fz_fields_get_kind (document->body), fz_doc_kind_to_text (FZ_DOC_REVIEW)) &&
        g_strcmp0 (fz_fields_get (document->body, "prescription"), prescription) == 0)
      return fz_fields_ref (document->body);
  }
  return documents != NULL ? fz_fields_new ("fuzhen.none/v1") : NULL;
}

static gboolean
read_rest (FzTxn *txn, Ask *ask, GError **error)
{
  const char *visit = fz_fields_get (ask->rx, "rx.visit");

  if (visit == NULL) { /* a record that the store does not hold */
    ask->visit = fz_fields_ref (ask->rx);
    return TRUE;
  }
  ask->visit = fz_visits_get (txn, visit, error);
  ask->review = ask->visit != NULL ? find_review (txn, visit, ask->prescription, error) : NULL;
  ask->document = ask->review != NULL ? fz_documents_get (txn, ask->prescription, error) : NULL;
  ask->staff = ask->document != NULL ? fz_staff_list (txn, error) : NULL;
  return ask->staff != NULL;
}

/* What nobody will put right any more is ended by medical affairs. */
static gboolean
read_left (FzTxn *txn, Ask *ask, GError **error)
{
  static const char *const waiting[] = { "confirmed", "accepted", "answered", NULL };
  const char *state = fz_fields_get (ask->item, "comment.state");
  g_autoptr (GError) why = NULL;

  if (ask->session->role != FZ_ROLE_AFFAIRS || !fz_comment_is_record (ask->item) || !fz_fields_has (ask->item, "rectify.until") || state == NULL ||
      !g_strv_contains (waiting, state) || g_strcmp0 (fz_fields_get (ask->plan_facts, "plan.state"), "open") != 0)
    return TRUE;
  ask->left = fz_record_author_left (txn, ask->item, ask->rx, &why);
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return ask->left != NULL || error == NULL || *error == NULL;
}

static gboolean
read_item (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;

  ask->plan_facts = fz_comment_plans_get (txn, ask->plan, error);
  ask->item = ask->plan_facts != NULL ? fz_comments_get (txn, ask->plan, ask->prescription, error) : NULL;
  ask->rx = ask->item != NULL ? fz_comment_subject_facts (txn, ask->item, error) : NULL;
  if (ask->rx == NULL)
    return FALSE;
  ask->denied = (ask->session->role == FZ_ROLE_DOCTOR && (!is_me (ask->session, ask->rx, "doctor.person") || !is_told (ask->item))) ||
                (ask->session->role == FZ_ROLE_PHARMACIST && fz_comment_is_record (ask->item));
  if (!ask->denied && (!read_rest (txn, ask, error) || !read_left (txn, ask, error)))
    return FALSE;
  return fz_session_audit (ask->session, txn, "comment.read", fz_comment_is_record (ask->item) ? "record" : "prescription", ask->prescription, ask->denied ? "denied" : "done", NULL, NULL, error);
}

/* What is written, and what one must know of the patient to judge it. Not who the patient is, nor who wrote it. */
static FzFields *
view_of (const Ask *ask)
{
  static const char *const parts[] = { "rx", "diagnosis", "allergy", "override", "finding" };
  static const char *const hidden[] = { "rx.doctor_number", "rx.pharmacist_number", "rx.visit", "rx.public_id", "rx.sent_at" };
  static const char *const patient[] = { "patient.sex", "patient.age_text", "patient.age_years", "patient.weight_kg", "patient.pregnant",
                                         "patient.lactating", "patient.egfr", "patient.liver" };
  FzFields *facts = fz_fields_new ("fuzhen.comment_view/v1");
  g_autofree char *name = fz_mask_name (fz_fields_get (ask->rx, "patient.name"));

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++) {
    g_autoptr (FzFields) part = fz_fields_dup_below (ask->rx, parts[i], "fuzhen.part/v1");

    fz_fields_merge (facts, parts[i], part);
  }
  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    fz_fields_set (facts, hidden[i], NULL);
  for (guint i = 0; i < G_N_ELEMENTS (patient); i++)
    fz_fields_set (facts, patient[i], fz_fields_get (ask->rx, patient[i]));
  fz_fields_set (facts, "patient.name", ask->session->role == FZ_ROLE_DOCTOR ? fz_fields_get (ask->rx, "patient.name") : name);
  {
    g_autoptr (FzFields) record = fz_fields_dup_below (ask->visit, "record", "fuzhen.part/v1"), prior = fz_fields_dup_below (ask->visit, "prior", "fuzhen.part/v1");

    fz_fields_merge (facts, "record", record);
    fz_fields_merge (facts, "prior", prior);
  }
  for (guint i = 0; fz_comment_is_record (ask->item) && i < fz_fields_count (ask->visit, "addendum"); i++) {
    fz_fields_set_at (facts, "addendum", i, "text", fz_fields_get_at (ask->visit, "addendum", i, "text"));
    fz_fields_set_at (facts, "addendum", i, "at", fz_fields_get_at (ask->visit, "addendum", i, "at"));
  }
  return facts;
}

static void
put_people (const Ask *ask, FzFields *facts)
{
  if (ask->document == NULL)
    return;
  fz_review_put_signatures (ask->document, ask->staff, facts);
  if (ask->session->role == FZ_ROLE_DOCTOR)
    return;
  fz_fields_set (facts, "rx.doctor_name", fz_fields_get (ask->rx, "doctor.title_label"));
  fz_fields_set (facts, "rx.pharmacist_name", fz_fields_get (ask->rx, "pharmacist.title_label"));
  for (guint i = 0; i < fz_fields_count (facts, "signature"); i++) {
    fz_fields_set_at (facts, "signature", i, "key", NULL);
    fz_fields_set_at (facts, "signature", i, "name", fz_fields_get (facts, i == 0 ? "rx.doctor_name" : "rx.pharmacist_name"));
  }
}

/* The reviewer's decisions on what was not simply passed. */
static void
put_decisions (const Ask *ask, FzFields *facts)
{
  static const char *const keys[] = { "code", "label", "engine", "words", "decision", "remark" };
  guint n = 0;

  for (guint i = 0; ask->review != NULL && i < fz_fields_count (ask->review, "item"); i++) {
    const char *engine = fz_fields_get_at (ask->review, "item", i, "engine");

    if (g_strcmp0 (engine, "pass") == 0 || (g_strcmp0 (engine, "person") == 0 && fz_fields_get_at (ask->review, "item", i, "remark") == NULL))
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (keys); k++)
      fz_fields_set_at (facts, "decision", n, keys[k], fz_fields_get_at (ask->review, "item", i, keys[k]));
    n++;
  }
}

static gboolean
is_suggested (const FzFields *facts, const char *code)
{
  for (guint i = 0; i < fz_fields_count (facts, "suggest"); i++)
    if (g_strcmp0 (fz_fields_get_at (facts, "suggest", i, "code"), code) == 0)
      return TRUE;
  return FALSE;
}

/* From what the checks said when it was signed: a word to the reader, taken only when the reader takes it. What is only a note suggests
 * nothing; of the notes those are shown that speak of something a comment could be about. */
static void
put_suggestions (const Ask *ask, FzFields *facts)
{
  FzDesk *desk = ask->session->desk;

  for (guint i = 0; i < fz_fields_count (ask->rx, "finding"); i++) {
    const char *rule = fz_fields_get_at (ask->rx, "finding", i, "rule"), *code = fz_comment_suggested (desk, rule);
    guint n = fz_fields_count (facts, "suggest");
    gboolean note = g_strcmp0 (fz_fields_get_at (ask->rx, "finding", i, "severity"), "note") == 0;

    if (!note || code != NULL)
      fz_fields_set_at (facts, "finding", i, "shown", "yes");
    fz_review_norm_describe (desk->knowledge->norm, rule, fz_fields_get (ask->rx, "rx.kind"), facts, "finding", i);
    if (code == NULL || note || n >= MOST_SUGGESTIONS || is_suggested (facts, code))
      continue;
    fz_fields_set_at (facts, "suggest", n, "code", code);
    fz_fields_set_at (facts, "suggest", n, "label", fz_desk_label (desk, "comment-codes", code));
    fz_fields_set_at (facts, "suggest", n, "rule", rule);
    fz_fields_set_at (facts, "suggest", n, "message", fz_fields_get_at (ask->rx, "finding", i, "message"));
  }
  for (guint i = 0; i < fz_fields_count (facts, "override"); i++)
    fz_review_norm_describe (desk->knowledge->norm, fz_fields_get_at (ask->rx, "override", i, "rule"), fz_fields_get (ask->rx, "rx.kind"), facts, "override", i);
}

static void
put_item (const Ask *ask, FzFields *facts)
{
  g_autoptr (FzFields) item = fz_fields_dup (ask->item, NULL);
  const char *why = NULL, *act = fz_comment_next_act (ask->session, ask->plan_facts, ask->item, ask->rx, &why);

  hide_doctor (item);
  fz_fields_merge (facts, NULL, item);
  fz_fields_set (facts, "comment.act", act == NULL && ask->left != NULL ? "left" : act);
  fz_fields_set (facts, "comment.author_left", ask->left);
  fz_fields_set (facts, "comment.why_not", why);
  fz_fields_set (facts, "comment.state_label", state_label (item));
  fz_fields_set (facts, "comment.number", number_of (item, ask->rx));
  fz_fields_set (facts, "comment.result_label", fz_comment_result_label (fz_fields_get (item, "comment.result")));
  fz_fields_set (facts, "plan.state", fz_fields_get (ask->plan_facts, "plan.state"));
  fz_fields_set (facts, "plan.policy.grade_a", fz_fields_get (ask->plan_facts, "plan.policy.grade_a"));
  fz_fields_set (facts, "plan.policy.grade_b", fz_fields_get (ask->plan_facts, "plan.policy.grade_b"));
}

FzFields *
fz_desk_read_comment (FzSession *session, const char *plan, const char *prescription, GError **error)
{
  g_auto (Ask) ask = { .session = session, .plan = plan, .prescription = prescription };
  FzFields *facts;

  if (!fz_session_may (session, "comment.read", "prescription", prescription, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_RECORD, read_item, &ask, error))
    return NULL;
  if (ask.denied) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("这一份由其他医师书写、开具，或还没有结果，您不能查看。此次尝试已记入审计。"));
    return NULL;
  }
  facts = view_of (&ask);
  put_people (&ask, facts);
  put_decisions (&ask, facts);
  put_item (&ask, facts);
  if (!fz_comment_is_record (ask.item))
    put_suggestions (&ask, facts);
  else if (ask.document != NULL && session->role == FZ_ROLE_AFFAIRS &&
           !fz_record_suggest (session->desk, ask.visit, fz_session_now_us (session), facts, error)) {
    fz_fields_unref (facts);
    return NULL;
  }
  return fz_fields_freeze (facts);
}
