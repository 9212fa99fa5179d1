/* What people sign on one prescription of a sample: the first reading, its confirmation, the doctor's reply, the answer; and the end of the
 * sample (点评、复核、医师答复、申诉答复、公示). */
#include "app/comment.h"

#include "app/sheet.h"
#include "db/comments.h"

#include <glib/gi18n-lib.h>

#define MAX_WORDS 2000

typedef struct {
  const char *kind;     /* of the document */
  const char *word;     /* in its id */
  const char *signer;   /* below which its signer stands */
  const char *right;
  const char *title;
} Step;

/* Each for a prescription and for a record, by FzCommentOf. */
static const Step write_steps[] = { { FZ_COMMENT_KIND, "comment", "commenter", "comment.write", N_ ("处方点评") },
                                    { FZ_RECORD_SCORE_KIND, "score", "scorer", "comment.write", N_ ("病历质控评分") } };
static const Step confirm_steps[] = { { FZ_COMMENT_CONFIRMATION_KIND, "confirmation", "confirmer", "comment.confirm", N_ ("处方点评的复核") },
                                      { NULL, NULL, NULL, "comment.confirm", NULL } };
static const Step reply_steps[] = { { FZ_COMMENT_REPLY_KIND, "reply", "doctor", "comment.reply", N_ ("医师对处方点评的答复") },
                                    { FZ_RECORD_REPLY_KIND, "reply", "doctor", "comment.reply", N_ ("医师对病历质控的答复") } };
static const Step answer_steps[] = { { FZ_COMMENT_ANSWER_KIND, "answer", "answerer", "comment.answer", N_ ("对处方点评申诉的答复") },
                                     { FZ_RECORD_ANSWER_KIND, "answer", "answerer", "comment.answer", N_ ("对病历质控申诉的答复") } };
static const Step rectify_steps[] = { { NULL, NULL, NULL, "comment.rectify", NULL },
                                      { FZ_RECORD_RECTIFICATION_KIND, "rectification", "doctor", "comment.rectify", N_ ("病历缺陷的整改") } };
static const Step evaluate_steps[] = { { NULL, NULL, NULL, "comment.evaluate", NULL },
                                       { FZ_RECORD_EVALUATION_KIND, "evaluation", "evaluator", "comment.evaluate", N_ ("病历整改的评价") } };
static const Step announce_steps[] = { { FZ_COMMENT_ANNOUNCEMENT_KIND, "announcement", "announcer", "comment.announce", N_ ("处方点评结果公示") },
                                       { FZ_RECORD_NOTICE_KIND, "notice", "announcer", "comment.announce", N_ ("病历质控通报") } };

typedef struct {
  FzSession *session;
  const Step *step;
  const char *plan, *prescription; /* NULL: of the whole sample */
  FzCommentFold *fold;
  const FzCommentItem *item; /* borrowed from fold */
  FzFields *rx;
  FzSheet *sheet;
  FzFields *body;
} Write;

static void
write_clear (Write *self)
{
  g_clear_pointer (&self->fold, fz_comment_fold_free);
  g_clear_pointer (&self->rx, fz_fields_unref);
  g_clear_pointer (&self->sheet, fz_sheet_free);
  g_clear_pointer (&self->body, fz_fields_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Write, write_clear)

static gboolean
read_all (FzTxn *txn, gpointer data, GError **error)
{
  Write *self = data;

  self->fold = fz_comment_fold_part (self->session->desk, txn, self->plan, self->prescription, error);
  if (self->fold == NULL || self->prescription == NULL)
    return self->fold != NULL;
  self->item = fz_comment_fold_find (self->fold, self->prescription);
  if (self->item != NULL)
    self->rx = fz_comment_subject_facts (txn, self->item->facts, error);
  else
    g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("样本 %s 中没有 %s。"), self->plan, self->prescription);
  return self->rx != NULL;
}

/* Who may not at all is told before anything is read. */
static gboolean
begin (Write *self, FzSession *session, const Step *steps, const char *plan, const char *prescription, const char *words, GError **error)
{
  g_autofree char *subject = fz_comment_subject (plan);
  const Step *step;

  self->session = session;
  self->plan = plan;
  self->prescription = prescription;
  if (!fz_session_may (session, steps->right, "comment", prescription != NULL ? prescription : plan, error))
    return FALSE;
  if (words != NULL && g_utf8_strlen (words, -1) > MAX_WORDS) {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("说明不能超过2000字。"));
    return FALSE;
  }
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_all, self, error))
    return FALSE;
  self->step = step = &steps[self->fold->of];
  if (step->kind == NULL)
    return fz_refuse (error, self->fold->of == FZ_COMMENT_OF_RECORDS ? _ ("病历质控没有这一步。") : _ ("处方点评没有这一步。"));
  self->sheet = fz_sheet_new (session, subject);
  self->sheet->keep = fz_comment_submit;
  self->sheet->title = _ (step->title);
  self->body = fz_comment_body_new (session, step->kind, plan, step->word, self->sheet->prepared_us, step->signer);
  fz_fields_set (self->body, "words", words);
  if (prescription == NULL)
    return TRUE;
  fz_fields_set (self->body, fz_comment_item_key (self->fold->of), prescription);
  fz_fields_set_int (self->body, "position", self->item->position);
  fz_fields_set (self->body, "note_sha256", self->item->note_sha256);
  return TRUE;
}

/* A pharmacist's reading counts only from the group (第九条); medical affairs take part in the second step (第二十一条). */
static gboolean
check_group (const Write *self, GError **error)
{
  FzSession *session = self->session;

  if (session->role != FZ_ROLE_PHARMACIST || fz_comment_in_group (session->desk, session->person))
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("处方点评工作小组的成员应具有中级以上药学专业技术职称；请由符合条件的药师点评、复核。"));
  return FALSE;
}

/* The same refusal as at the signature, before the PIN is asked. */
static FzSheet *
end (Write *self, GError **error)
{
  g_autoptr (FzDocument) trial = fz_sheet_try (self->session, self->body, self->sheet->prepared_us, error);

  if (trial == NULL || !fz_comment_fold_add (self->fold, trial, error) || !fz_sheet_add (self->sheet, self->session->desk, self->body, error))
    return NULL;
  return g_steal_pointer (&self->sheet);
}

/* Whose it is stands there as the keyed word of a person: what is signed is shown, and a reader is not told a name. */
static void
put_people (const FzFields *rx, FzFields *body)
{
  static const char *const pairs[][2] = { { "doctor.person", "doctor.person" }, { "reviewer.person", "pharmacist.person" }, { "department", "subject.code" },
                                          { "department_name", "rx.department_name" }, { "sheet", "rx.kind" },
                                          { "rx_note_sha256", "rx.note_sha256" } };

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fz_fields_set (body, pairs[i][0], fz_fields_get (rx, pairs[i][1]));
}

static void
put_days_after (Write *self, const char *key, const char *days_key)
{
  gint64 days = 0;
  g_autofree char *until = NULL;

  fz_fields_get_int (self->fold->facts, days_key, &days);
  until = fz_date_format (fz_date_add_days (fz_date_in_beijing (self->sheet->prepared_us), days));
  fz_fields_set (self->body, key, until);
}

/* Grade B and C are put right by a day; A is not. */
static void
put_term (Write *self)
{
  if (g_strcmp0 (fz_fields_get (self->body, "result"), fz_record_grade_word (0)) != 0)
    put_days_after (self, "rectify_until", "plan.rectify_days");
}

/* Who wrote it, and of one that the store holds which bytes were read. */
static void
put_record (Write *self)
{
  static const char *const pairs[][2] = { { "doctor.person", "doctor.person" }, { "department", "subject.code" }, { "department_name", "rx.department_name" },
                                          { "record_note_sha256", "rx.note_sha256" } };
  gint64 written_us = 0;
  g_autofree char *written = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    fz_fields_set (self->body, pairs[i][0], fz_fields_get (self->rx, pairs[i][1]));
  if (fz_fields_get_time (self->rx, "rx.signed_at", &written_us))
    written = fz_date_format (fz_date_in_beijing (written_us));
  fz_fields_set (self->body, "written_on", written != NULL ? written : fz_fields_get (self->item->facts, "comment.written_on"));
  put_days_after (self, "reply_until", "plan.appeal_days");
  put_term (self);
}

FzSheet *
fz_desk_prepare_comment (FzSession *session, const char *plan, const char *prescription, const char *const *codes, const char *words, GError **error)
{
  g_auto (Write) self = { 0 };

  if (!begin (&self, session, write_steps, plan, prescription, words, error) || !check_group (&self, error) ||
      !fz_comment_put_codes (session->desk, self.fold, codes, self.body, error))
    return NULL;
  fz_fields_set (self.body, "note_sha256", NULL);
  if (self.fold->of == FZ_COMMENT_OF_RECORDS)
    put_record (&self);
  else
    put_people (self.rx, self.body);
  return end (&self, error);
}

/* The codes as a set: in the order of the norm on both sides. */
static gboolean
differs (const FzFields *item, const FzFields *body)
{
  guint n = fz_fields_count (body, "code");

  if (n != fz_fields_count (item, "comment.code"))
    return TRUE;
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (fz_fields_get_at (body, "code", i, "code"), fz_fields_get_at (item, "comment.code", i, "code")) != 0)
      return TRUE;
  return FALSE;
}

static gboolean
put_second (Write *self, const char *const *codes, GError **error)
{
  if (!check_group (self, error) || !fz_comment_put_codes (self->session->desk, self->fold, codes, self->body, error))
    return FALSE;
  fz_fields_set_bool (self->body, "changed", differs (self->item->facts, self->body));
  return TRUE;
}

FzSheet *
fz_desk_prepare_comment_confirmation (FzSession *session, const char *plan, const char *prescription, const char *const *codes, const char *words,
                                      GError **error)
{
  g_auto (Write) self = { 0 };

  if (!begin (&self, session, confirm_steps, plan, prescription, words, error) || !put_second (&self, codes, error))
    return NULL;
  put_days_after (&self, "reply_until", "plan.appeal_days");
  return end (&self, error);
}

FzSheet *
fz_desk_prepare_comment_reply (FzSession *session, const char *plan, const char *prescription, const char *stance, const char *words, GError **error)
{
  g_auto (Write) self = { 0 };

  if (!begin (&self, session, reply_steps, plan, prescription, words, error))
    return NULL;
  fz_fields_set (self.body, "stance", stance);
  fz_fields_set (self.body, "result", fz_fields_get (self.item->facts, "comment.result"));
  return end (&self, error);
}

FzSheet *
fz_desk_prepare_comment_answer (FzSession *session, const char *plan, const char *prescription, const char *const *codes, const char *words, GError **error)
{
  g_auto (Write) self = { 0 };

  if (!begin (&self, session, answer_steps, plan, prescription, words, error))
    return NULL;
  if (words == NULL || *words == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("答复申诉时，请写明理由。"));
    return NULL;
  }
  if (!put_second (&self, codes, error))
    return NULL;
  if (self.fold->of == FZ_COMMENT_OF_RECORDS)
    put_term (&self);
  return end (&self, error);
}

/* --- records that are put right --- */

FzSheet *
fz_desk_prepare_record_rectification (FzSession *session, const char *plan, const char *record, const char *words, GError **error)
{
  g_auto (Write) self = { 0 };

  if (!begin (&self, session, rectify_steps, plan, record, words, error))
    return NULL;
  if (words == NULL || *words == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明整改了什么；补记病历的，写明补记的内容。"));
    return NULL;
  }
  return end (&self, error);
}

static gboolean
read_left (FzTxn *txn, gpointer data, GError **error)
{
  Write *self = data;
  g_autoptr (GError) why = NULL;
  g_autofree char *left = fz_record_author_left (txn, self->item->facts, self->rx, &why);

  if (left == NULL && why == NULL)
    return fz_refuse (error, _ ("书写医师仍在岗，由本人整改。"));
  if (left == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  fz_fields_set (self->body, "author_left", left);
  return left != NULL;
}

FzSheet *
fz_desk_prepare_record_evaluation (FzSession *session, const char *plan, const char *record, const char *verdict, const char *words, GError **error)
{
  g_auto (Write) self = { 0 };

  if (!begin (&self, session, evaluate_steps, plan, record, words, error))
    return NULL;
  fz_fields_set (self.body, "verdict", g_strcmp0 (verdict, "left") == 0 ? "good" : verdict);
  if (g_strcmp0 (verdict, "left") == 0 && !fz_store_run (session->desk->store, FZ_TXN_READ, read_left, &self, error))
    return NULL;
  if (g_strcmp0 (verdict, "again") == 0)
    put_days_after (&self, "rectify_until", "plan.rectify_days");
  return end (&self, error);
}

/* --- the announcement: figures without a patient, a medicine or a name --- */

static void
put_departments (Write *self)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new ();
  g_autoptr (GArray) cells = NULL;

  for (guint i = 0; i < self->fold->items->len; i++)
    g_ptr_array_add (items, ((FzCommentItem *) self->fold->items->pdata[i])->facts);
  cells = fz_comment_departments (self->session->desk, items);
  for (guint i = 0; i < cells->len; i++) {
    const FzCommentCell *cell = &g_array_index (cells, FzCommentCell, i);

    fz_fields_set_at (self->body, "department", i, "name", cell->name);
    fz_fields_set_int_at (self->body, "department", i, "n", cell->n);
    fz_fields_set_int_at (self->body, "department", i, "bad", cell->bad);
  }
}

static guint
count_code (const FzCommentFold *fold, const char *code)
{
  guint n = 0;

  for (guint i = 0; i < fold->items->len; i++) {
    const FzFields *facts = ((FzCommentItem *) fold->items->pdata[i])->facts;

    for (guint k = 0; k < fz_fields_count (facts, "comment.code"); k++)
      n += g_strcmp0 (fz_fields_get_at (facts, "comment.code", k, "code"), code) == 0;
  }
  return n;
}

static void
put_codes_found (Write *self)
{
  FzCodes *codes = fz_comment_codes (self->session->desk, self->fold->of);
  guint at = 0;

  for (guint i = 0; i < fz_codes_get_n (codes); i++) {
    guint n = count_code (self->fold, fz_codes_get (codes, i, "code"));

    if (n == 0)
      continue;
    fz_fields_set_at (self->body, "code", at, "code", fz_codes_get (codes, i, "code"));
    fz_fields_set_at (self->body, "code", at, "label", fz_codes_get (codes, i, "label"));
    fz_fields_set_int_at (self->body, "code", at++, "n", n);
  }
}

FzSheet *
fz_desk_prepare_comment_announcement (FzSession *session, const char *plan, const char *words, GError **error)
{
  g_auto (Write) self = { 0 };
  g_autoptr (FzFields) facts = NULL, found = NULL;

  if (!begin (&self, session, announce_steps, plan, NULL, words, error))
    return NULL;
  if (words == NULL || *words == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("公示、通报时请写明发现的问题与改进措施。"));
    return NULL;
  }
  facts = fz_comment_fold_dup_facts (self.fold);
  found = fz_fields_dup_below (facts, "plan.result", "fuzhen.part/v1");
  fz_fields_merge (self.body, "result", found);
  fz_fields_set (self.body, "n", fz_fields_get (facts, "plan.n"));
  fz_fields_set (self.body, "place", fz_fields_get (facts, "plan.place"));
  fz_fields_set (self.body, "from", fz_fields_get (facts, "plan.from"));
  fz_fields_set (self.body, "to", fz_fields_get (facts, "plan.to"));
  put_codes_found (&self);
  put_departments (&self);
  return end (&self, error);
}
