/* A sample under comment, folded: which step may follow which, by whom, and what is refused. */
#include "core/comment.h"

#include <string.h>

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define PLAN "DP-202603-01"

typedef struct {
  FzCommentFold *fold;
  gint64 now_us;
  guint n;
} Book;

static void
book_set_up (Book *self, gconstpointer unused)
{
  FzDate day;

  g_assert_true (fz_date_parse ("2026-03-02", &day, NULL));
  self->now_us = fz_date_beijing_start_us (day) + 9 * 3600 * FZ_US_PER_SECOND;
  self->fold = fz_comment_fold_new ();
}

static void
book_tear_down (Book *self, gconstpointer unused)
{
  fz_comment_fold_free (self->fold);
}

static gboolean
add (Book *self, FzFields *take_body, FzRole role, const char *person, GError **error)
{
  g_autoptr (FzFields) body = take_body;
  g_autoptr (FzDocument) document = NULL;
  g_autofree char *id = g_strdup_printf (PLAN "-%u", self->n++);

  if (!fz_fields_has (body, "id"))
    fz_fields_set (body, "id", id);
  if (!fz_fields_has (body, "plan"))
    fz_fields_set (body, "plan", PLAN);
  fz_fields_set (body, "visit", "@" PLAN);
  document = fz_document_new (body, "— test/key AAAA\n", role, person, self->now_us, error);
  g_assert_nonnull (document);
  return fz_comment_fold_add (self->fold, document, error);
}

static void
add_good (Book *self, FzFields *take_body, FzRole role, const char *person)
{
  g_autoptr (GError) error = NULL;

  add (self, take_body, role, person, &error);
  g_assert_no_error (error);
}

static void
add_bad (Book *self, FzFields *take_body, FzRole role, const char *person, FzErrorCode code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) before = self->fold->facts != NULL ? fz_comment_fold_dup_facts (self->fold) : NULL, after = NULL;

  g_assert_false (add (self, take_body, role, person, &error));
  g_assert_error (error, FZ_ERROR, (int) code);
  if (strstr (error->message, words) == NULL)
    g_error ("“%s” does not say “%s”", error->message, words);
  after = self->fold->facts != NULL ? fz_comment_fold_dup_facts (self->fold) : NULL;
  g_assert_true (before == NULL ? after == NULL : fz_fields_equal (before, after));
}

static FzFields *
plan_body (const char *kind, gboolean approval)
{
  FzFields *body = fz_fields_new (FZ_COMMENT_PLAN_KIND);

  fz_fields_set (body, "id", PLAN);
  fz_fields_set (body, "kind", kind);
  fz_fields_set (body, "from", "2026-03-01");
  fz_fields_set (body, "to", "2026-03-02");
  fz_fields_set_time (body, "as_of", G_GINT64_CONSTANT (1772400000000000));
  fz_fields_set_int (body, "appeal_days", 7);
  fz_fields_set_int (body, "sample_n", 2);
  fz_fields_set (body, "sample.00", "CF1 CF2");
  fz_fields_set_int (body, "population.n", 9);
  fz_fields_set (body, "population.sha256", HASH);
  fz_fields_set (body, "draw.seed", HASH);
  fz_fields_set_bool (body, "approval_needed", approval);
  if (strcmp (kind, "targeted") == 0)
    fz_fields_set (body, "purpose", "抗菌药物合理使用");
  return body;
}

static void
put_code (FzFields *body, const char *code)
{
  static const char *const categories[] = { "irregular", "inappropriate", "extraordinary" };
  guint n = fz_fields_count (body, "code");

  fz_fields_set_at (body, "code", n, "code", code);
  fz_fields_set_at (body, "code", n, "label", "…");
  fz_fields_set_at (body, "code", n, "category", categories[code[0] - '1']);
  fz_fields_set (body, "result", fz_comment_result_of (body, "code"));
}

static FzFields *
step_body (Book *self, const char *kind, const char *rx, const char *code)
{
  FzFields *body = fz_fields_new (kind);
  const FzCommentItem *item = fz_comment_fold_find (self->fold, rx);

  fz_fields_set (body, "prescription", rx);
  fz_fields_set (body, "note_sha256", item != NULL ? item->note_sha256 : NULL);
  fz_fields_set (body, "result", "reasonable");
  if (code != NULL)
    put_code (body, code);
  return body;
}

static FzFields *
comment_body (Book *self, const char *rx, const char *code)
{
  FzFields *body = step_body (self, FZ_COMMENT_KIND, rx, code);

  fz_fields_set (body, "note_sha256", NULL);
  fz_fields_set (body, "rx_note_sha256", HASH);
  fz_fields_set (body, "doctor.person", "doctor");
  fz_fields_set (body, "reviewer.person", "reviewer");
  fz_fields_set (body, "department_name", "心血管内科");
  return body;
}

static FzFields *
second_body (Book *self, const char *kind, const char *rx, const char *code, gboolean changed, const char *words)
{
  FzFields *body = step_body (self, kind, rx, code);

  fz_fields_set_bool (body, "changed", changed);
  fz_fields_set (body, "words", words);
  if (strcmp (kind, FZ_COMMENT_CONFIRMATION_KIND) == 0)
    fz_fields_set (body, "reply_until", "2026-03-09");
  return body;
}

static FzFields *
reply_body (Book *self, const char *rx, const char *stance, const char *words)
{
  FzFields *body = step_body (self, FZ_COMMENT_REPLY_KIND, rx, NULL);

  fz_fields_set (body, "result", NULL);
  fz_fields_set (body, "stance", stance);
  fz_fields_set (body, "words", words);
  return body;
}

static FzFields *
announcement_body (void)
{
  FzFields *body = fz_fields_new (FZ_COMMENT_ANNOUNCEMENT_KIND);

  fz_fields_set (body, "words", "加强用量核对");
  return body;
}

static void
expect (Book *self, const char *rx, const char *state, const char *result)
{
  const FzCommentItem *item = fz_comment_fold_find (self->fold, rx);

  g_assert_nonnull (item);
  g_assert_cmpstr (fz_fields_get (item->facts, "comment.state"), ==, state);
  g_assert_cmpstr (fz_fields_get (item->facts, "comment.result"), ==, result);
}

static void
open_plan (Book *self)
{
  add_good (self, plan_body ("random", FALSE), FZ_ROLE_AFFAIRS, "planner");
}

static void
test_story (Book *self, gconstpointer unused)
{
  g_autoptr (FzFields) facts = NULL;

  add_bad (self, comment_body (self, "CF1", NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "还没有抽取");
  open_plan (self);
  add_bad (self, plan_body ("random", FALSE), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "已经抽取");
  add_good (self, comment_body (self, "CF1", "2-5"), FZ_ROLE_PHARMACIST, "one");
  expect (self, "CF1", "commented", "inappropriate");
  add_good (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL), FZ_ROLE_AFFAIRS, "planner");
  expect (self, "CF1", "confirmed", "inappropriate");
  add_good (self, comment_body (self, "CF2", NULL), FZ_ROLE_PHARMACIST, "one");
  add_good (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF2", NULL, FALSE, NULL), FZ_ROLE_PHARMACIST, "two");
  expect (self, "CF2", "confirmed", "reasonable");
  add_bad (self, announcement_body (), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "期限未到");
  add_good (self, reply_body (self, "CF1", "appealed", "已据肾功能减量"), FZ_ROLE_DOCTOR, "doctor");
  expect (self, "CF1", "appealed", "inappropriate");
  add_bad (self, announcement_body (), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "没有答复");
  add_good (self, second_body (self, FZ_COMMENT_ANSWER_KIND, "CF1", NULL, TRUE, "理由成立"), FZ_ROLE_AFFAIRS, "planner");
  expect (self, "CF1", "answered", "reasonable");
  g_assert_cmpstr (fz_fields_get (fz_comment_fold_find (self->fold, "CF1")->facts, "first.result"), ==, "inappropriate");
  g_assert_cmpstr (fz_fields_get (fz_comment_fold_find (self->fold, "CF1")->facts, "first.code.00.code"), ==, "2-5");
  g_assert_false (fz_fields_has (fz_comment_fold_find (self->fold, "CF1")->facts, "comment.code.00.code"));
  add_bad (self, announcement_body (), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "医务管理人员公示");
  add_good (self, announcement_body (), FZ_ROLE_AFFAIRS, "planner");
  facts = fz_comment_fold_dup_facts (self->fold);
  g_assert_cmpstr (fz_fields_get (facts, "plan.state"), ==, "announced");
  g_assert_cmpstr (fz_fields_get (facts, "plan.result.reasonable"), ==, "2");
  g_assert_cmpstr (fz_fields_get (facts, "plan.count.answered"), ==, "1");
  add_bad (self, announcement_body (), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "不能公示");
}

static void
test_who (Book *self, gconstpointer unused)
{
  FzFields *wrong;

  add_bad (self, plan_body ("random", FALSE), FZ_ROLE_PHARMACIST, "planner", FZ_ERROR_REFUSED, "医务管理人员抽取");
  open_plan (self);
  add_bad (self, comment_body (self, "CF1", NULL), FZ_ROLE_PHARMACIST, "doctor", FZ_ERROR_REFUSED, "本人开具");
  add_bad (self, comment_body (self, "CF1", NULL), FZ_ROLE_PHARMACIST, "reviewer", FZ_ERROR_REFUSED, "本人审核");
  add_bad (self, comment_body (self, "CF1", NULL), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "由药师点评");
  add_bad (self, comment_body (self, "CF9", NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "不在点评样本");
  wrong = comment_body (self, "CF1", "2-5");
  fz_fields_set (wrong, "result", "reasonable");
  add_bad (self, wrong, FZ_ROLE_PHARMACIST, "one", FZ_ERROR_INVALID, "不符");
  wrong = comment_body (self, "CF1", "2-5");
  put_code (wrong, "2-5");
  add_bad (self, wrong, FZ_ROLE_PHARMACIST, "one", FZ_ERROR_INVALID, "重复");
  wrong = comment_body (self, "CF1", NULL);
  fz_fields_set (wrong, "plan", "DP-202603-02");
  add_bad (self, wrong, FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "另一份");
  add_good (self, comment_body (self, "CF1", "2-5"), FZ_ROLE_PHARMACIST, "one");
  add_bad (self, comment_body (self, "CF1", "2-5"), FZ_ROLE_PHARMACIST, "two", FZ_ERROR_REFUSED, "别的一步");
  add_bad (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "另一人复核");
  add_bad (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL), FZ_ROLE_PHARMACIST, "reviewer", FZ_ERROR_REFUSED, "本人审核");
  add_bad (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "另一名药师");
  add_bad (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "3-1", TRUE, NULL), FZ_ROLE_AFFAIRS, "two", FZ_ERROR_REFUSED, "写明理由");
  wrong = second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL);
  fz_fields_set (wrong, "note_sha256", HASH);
  add_bad (self, wrong, FZ_ROLE_AFFAIRS, "two", FZ_ERROR_REFUSED, "不一致");
  add_good (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "3-1", TRUE, "诊断不支持"), FZ_ROLE_AFFAIRS, "two");
  expect (self, "CF1", "confirmed", "extraordinary");
}

static void
test_reply (Book *self, gconstpointer unused)
{
  open_plan (self);
  add_good (self, comment_body (self, "CF1", "2-5"), FZ_ROLE_PHARMACIST, "one");
  add_bad (self, reply_body (self, "CF1", "accepted", NULL), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "别的一步");
  add_good (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL), FZ_ROLE_AFFAIRS, "two");
  add_bad (self, reply_body (self, "CF1", "accepted", NULL), FZ_ROLE_DOCTOR, "another", FZ_ERROR_REFUSED, "本人答复");
  add_bad (self, reply_body (self, "CF1", "maybe", NULL), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "认可或申诉");
  add_bad (self, reply_body (self, "CF1", "appealed", NULL), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "写明理由");
  add_good (self, comment_body (self, "CF2", NULL), FZ_ROLE_PHARMACIST, "one");
  add_good (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF2", NULL, FALSE, NULL), FZ_ROLE_AFFAIRS, "two");
  add_bad (self, reply_body (self, "CF2", "appealed", "不服"), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "不需要答复");
  self->now_us += 7 * FZ_US_PER_DAY; /* the ninth: still in time */
  add_bad (self, announcement_body (), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "期限未到");
  self->now_us += FZ_US_PER_DAY;
  add_bad (self, reply_body (self, "CF1", "appealed", "晚了"), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "期限已过");
  add_good (self, announcement_body (), FZ_ROLE_AFFAIRS, "planner");
}

static FzFields *
approval_body (Book *self, const char *verdict)
{
  FzFields *body = fz_fields_new (FZ_COMMENT_APPROVAL_KIND);

  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "note_sha256", self->fold->note_sha256);
  return body;
}

static void
test_approval (Book *self, gconstpointer unused)
{
  FzFields *aimless = plan_body ("targeted", TRUE);

  fz_fields_set (aimless, "purpose", NULL);
  add_bad (self, aimless, FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "目的");
  add_good (self, plan_body ("targeted", TRUE), FZ_ROLE_AFFAIRS, "planner");
  add_bad (self, comment_body (self, "CF1", NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "没有获得批准");
  add_bad (self, approval_body (self, "approved"), FZ_ROLE_SECURITY, "planner", FZ_ERROR_REFUSED, "另一人批准");
  add_bad (self, approval_body (self, "approved"), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "安全管理员批准");
  add_good (self, approval_body (self, "approved"), FZ_ROLE_SECURITY, "guard");
  add_bad (self, approval_body (self, "approved"), FZ_ROLE_SECURITY, "guard", FZ_ERROR_REFUSED, "不在等待");
  add_good (self, comment_body (self, "CF1", NULL), FZ_ROLE_PHARMACIST, "one");
}

static void
test_declined (Book *self, gconstpointer unused)
{
  add_good (self, plan_body ("targeted", TRUE), FZ_ROLE_AFFAIRS, "planner");
  add_good (self, approval_body (self, "declined"), FZ_ROLE_SECURITY, "guard");
  add_bad (self, comment_body (self, "CF1", NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "已经结束");
}

/* Thousand ids go out and come back in order. */
static void
test_sample_text (void)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free), back = NULL;
  g_autoptr (FzFields) body = fz_fields_new (FZ_COMMENT_PLAN_KIND);
  g_autoptr (GBytes) text = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1000; i++)
    g_ptr_array_add (ids, g_strdup_printf ("CF20260302-1%04u", i));
  fz_comment_plan_put_sample (body, ids);
  text = fz_fields_print (body, &error);
  g_assert_no_error (error);
  back = fz_comment_plan_sample (body);
  g_assert_cmpuint (back->len, ==, 1000);
  for (guint i = 0; i < 1000; i++)
    g_assert_cmpstr (back->pdata[i], ==, ids->pdata[i]);
}

/* A step tried on a part says what it would say to the whole, and the whole does not hear of it. */
static void
test_parts (Book *self, gconstpointer unused)
{
  g_autoptr (FzCommentFold) one = NULL, all = NULL;
  g_autoptr (FzFields) before = NULL, after = NULL, copied = NULL;
  FzCommentFold *whole = self->fold;

  add_good (self, plan_body ("random", FALSE), FZ_ROLE_AFFAIRS, "planner");
  add_good (self, comment_body (self, "CF1", "2-5"), FZ_ROLE_PHARMACIST, "first");
  before = fz_comment_fold_dup_facts (whole);
  one = fz_comment_fold_dup_part (whole, "CF1");
  all = fz_comment_fold_dup_part (whole, NULL);
  copied = fz_comment_fold_dup_facts (all);
  g_assert_true (fz_fields_equal (before, copied));
  g_assert_true (fz_fields_equal (fz_comment_fold_find (all, "CF1")->facts, fz_comment_fold_find (whole, "CF1")->facts));
  g_assert_cmpuint (one->items->len, ==, 1);
  g_assert_null (fz_comment_fold_find (one, "CF2"));
  self->fold = one;
  add_bad (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL), FZ_ROLE_PHARMACIST, "first", FZ_ERROR_REFUSED, "另一");
  add_good (self, second_body (self, FZ_COMMENT_CONFIRMATION_KIND, "CF1", "2-5", FALSE, NULL), FZ_ROLE_AFFAIRS, "second");
  g_assert_cmpint (fz_comment_fold_find (one, "CF1")->state, ==, FZ_COMMENT_CONFIRMED);
  self->fold = whole;
  g_assert_cmpint (fz_comment_fold_find (whole, "CF1")->state, ==, FZ_COMMENT_COMMENTED);
  after = fz_comment_fold_dup_facts (whole);
  g_assert_true (fz_fields_equal (before, after));
}

/* --- records --- */

static FzFields *
sample_body (const char *place)
{
  FzFields *body = plan_body ("random", FALSE);
  FzFields *sample = fz_fields_dup (body, FZ_RECORD_SAMPLE_KIND);

  fz_fields_unref (body);
  fz_fields_set (sample, "place", place);
  fz_fields_set_int (sample, "rectify_days", 14);
  fz_fields_set_int (sample, "policy.grade_a", 90);
  fz_fields_set_int (sample, "policy.grade_b", 75);
  return sample;
}

/* `points` of one defect; 0: none. */
static FzFields *
score_body (Book *self, const char *kind, const char *category, guint points, const char *grade)
{
  FzFields *body = fz_fields_new (kind);
  const FzCommentItem *item = fz_comment_fold_find (self->fold, "CF1");

  fz_fields_set (body, "record", "CF1");
  fz_fields_set (body, "doctor.person", "doctor");
  fz_fields_set (body, "note_sha256", item != NULL ? item->note_sha256 : NULL);
  fz_fields_set (body, "result", grade);
  fz_fields_set_int (body, "score", 100 - points);
  fz_fields_set (body, "reply_until", "2026-03-09");
  fz_fields_set (body, "rectify_until", strcmp (grade, "grade_a") != 0 ? "2026-03-16" : NULL);
  if (points == 0)
    return body;
  fz_fields_set_at (body, "code", 0, "code", "R");
  fz_fields_set_at (body, "code", 0, "category", category);
  fz_fields_set_int_at (body, "code", 0, "points", points);
  return body;
}

static FzFields *
record_step (Book *self, const char *kind, const char *key, const char *value, const char *words)
{
  FzFields *body = fz_fields_new (kind);
  const FzCommentItem *item = fz_comment_fold_find (self->fold, "CF1");

  fz_fields_set (body, "record", "CF1");
  fz_fields_set (body, "note_sha256", item->note_sha256);
  fz_fields_set (body, key, value);
  fz_fields_set (body, "words", words);
  return body;
}

/* The grade is what the points say, one fatal defect is C, and B and C have a day. */
static void
test_grades (Book *self, gconstpointer unused)
{
  FzFields *body;

  add_bad (self, sample_body ("somewhere"), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_INVALID, "线上或线下");
  add_bad (self, sample_body ("offline"), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_INVALID, "由谁书写");
  add_good (self, sample_body ("online"), FZ_ROLE_AFFAIRS, "planner");
  add_bad (self, comment_body (self, "CF1", NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "另一份");
  add_bad (self, score_body (self, FZ_RECORD_SCORE_KIND, "minor", 10, "grade_b"), FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_INVALID, "不符");
  add_bad (self, score_body (self, FZ_RECORD_SCORE_KIND, "minor", 11, "grade_a"), FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_INVALID, "不符");
  add_bad (self, score_body (self, FZ_RECORD_SCORE_KIND, "major", 26, "grade_b"), FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_INVALID, "不符");
  add_bad (self, score_body (self, FZ_RECORD_SCORE_KIND, "fatal", 5, "grade_a"), FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_INVALID, "不符");
  add_bad (self, score_body (self, FZ_RECORD_SCORE_KIND, "odd", 5, "grade_a"), FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_INVALID, "类别");
  body = score_body (self, FZ_RECORD_SCORE_KIND, "major", 25, "grade_b");
  fz_fields_set (body, "rectify_until", NULL);
  add_bad (self, body, FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_INVALID, "整改期限");
  add_bad (self, score_body (self, FZ_RECORD_SCORE_KIND, "major", 25, "grade_b"), FZ_ROLE_AFFAIRS, "doctor", FZ_ERROR_REFUSED, "本人书写");
  add_bad (self, score_body (self, FZ_RECORD_SCORE_KIND, "major", 25, "grade_b"), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "医务管理人员评分");
  add_good (self, score_body (self, FZ_RECORD_SCORE_KIND, "fatal", 5, "grade_c"), FZ_ROLE_AFFAIRS, "scorer");
  expect (self, "CF1", "confirmed", "grade_c");
}

/* An appeal is answered by another; what stays B is put right, and not once but until it is good. */
static void
test_record_story (Book *self, gconstpointer unused)
{
  FzFields *body, *notice = fz_fields_new (FZ_RECORD_NOTICE_KIND);
  g_autoptr (FzFields) facts = NULL;

  fz_fields_set (notice, "words", "x");
  add_good (self, sample_body ("online"), FZ_ROLE_AFFAIRS, "planner");
  add_good (self, score_body (self, FZ_RECORD_SCORE_KIND, "major", 40, "grade_c"), FZ_ROLE_AFFAIRS, "scorer");
  add_bad (self, record_step (self, FZ_RECORD_REPLY_KIND, "stance", "appealed", NULL), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "理由");
  add_bad (self, record_step (self, FZ_RECORD_REPLY_KIND, "stance", "accepted", NULL), FZ_ROLE_DOCTOR, "other", FZ_ERROR_REFUSED, "本人答复");
  add_good (self, record_step (self, FZ_RECORD_REPLY_KIND, "stance", "appealed", "有记录"), FZ_ROLE_DOCTOR, "doctor");
  add_bad (self, record_step (self, FZ_RECORD_RECTIFICATION_KIND, "x", NULL, "已改"), FZ_ROLE_DOCTOR, "doctor", FZ_ERROR_REFUSED, "别的一步");
  body = score_body (self, FZ_RECORD_ANSWER_KIND, "major", 20, "grade_b");
  fz_fields_set (body, "changed", "yes");
  fz_fields_set (body, "words", "部分成立");
  add_bad (self, fz_fields_dup (body, NULL), FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_REFUSED, "另一人");
  add_bad (self, fz_fields_dup (body, NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "另一名医务管理人员");
  add_bad (self, fz_fields_dup (body, NULL), FZ_ROLE_AFFAIRS, "doctor", FZ_ERROR_REFUSED, "本人书写");
  add_good (self, body, FZ_ROLE_AFFAIRS, "second");
  expect (self, "CF1", "answered", "grade_b");
  add_bad (self, record_step (self, FZ_RECORD_RECTIFICATION_KIND, "x", NULL, "已改"), FZ_ROLE_DOCTOR, "other", FZ_ERROR_REFUSED, "本人");
  add_good (self, record_step (self, FZ_RECORD_RECTIFICATION_KIND, "x", NULL, "已改"), FZ_ROLE_DOCTOR, "doctor");
  body = record_step (self, FZ_RECORD_EVALUATION_KIND, "verdict", "again", "仍缺随访");
  add_bad (self, fz_fields_dup (body, NULL), FZ_ROLE_AFFAIRS, "scorer", FZ_ERROR_INVALID, "整改期限");
  fz_fields_set (body, "rectify_until", "2026-03-30");
  add_bad (self, fz_fields_dup (body, NULL), FZ_ROLE_AFFAIRS, "doctor", FZ_ERROR_REFUSED, "本人书写");
  add_good (self, body, FZ_ROLE_AFFAIRS, "scorer");
  expect (self, "CF1", "answered", "grade_b");
  add_good (self, record_step (self, FZ_RECORD_RECTIFICATION_KIND, "x", NULL, "已补记随访"), FZ_ROLE_DOCTOR, "doctor");
  add_bad (self, fz_fields_dup (notice, NULL), FZ_ROLE_AFFAIRS, "planner", FZ_ERROR_REFUSED, "整改没有办结，不能通报");
  add_bad (self, fz_fields_dup (notice, NULL), FZ_ROLE_PHARMACIST, "one", FZ_ERROR_REFUSED, "质控结果由");
  add_good (self, record_step (self, FZ_RECORD_EVALUATION_KIND, "verdict", "good", NULL), FZ_ROLE_AFFAIRS, "scorer");
  expect (self, "CF1", "closed", "grade_b");
  body = score_body (self, FZ_RECORD_SCORE_KIND, NULL, 0, "grade_a");
  fz_fields_set (body, "record", "CF2");
  fz_fields_set (body, "note_sha256", NULL);
  add_good (self, body, FZ_ROLE_AFFAIRS, "scorer");
  add_good (self, notice, FZ_ROLE_AFFAIRS, "planner");
  facts = fz_comment_fold_dup_facts (self->fold);
  g_assert_cmpstr (fz_fields_get (facts, "plan.result.grade_a"), ==, "1");
  g_assert_cmpstr (fz_fields_get (facts, "plan.result.grade_b"), ==, "1");
  g_assert_cmpstr (fz_fields_get (facts, "plan.count.closed"), ==, "1");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test) (Book *, gconstpointer);
  } tests[] = { { "/comment/fold/story", test_story },
                { "/comment/fold/who", test_who },
                { "/comment/fold/reply", test_reply },
                { "/comment/fold/approval", test_approval },
                { "/comment/fold/declined", test_declined },
                { "/comment/fold/parts", test_parts },
                { "/comment/fold/grades", test_grades },
                { "/comment/fold/record-story", test_record_story } };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Book, NULL, book_set_up, tests[i].test, book_tear_down);
  g_test_add_func ("/comment/fold/sample-text", test_sample_text);
  return g_test_run ();
}
