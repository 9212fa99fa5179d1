/* Records in a sample: scores and grades, what the doctor puts right, whether it is good now (病历质控的评分、整改与评价). */
#include "core/comment_private.h"

#include <glib/gi18n-lib.h>

#define AFFAIRS (1u << FZ_ROLE_AFFAIRS)

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, why);
  return FALSE;
}

/* --- the sample --- */

gboolean
fz_record_check_sample (const FzFields *body, GPtrArray *ids, GError **error)
{
  static const char *const keys[] = { "place", "rectify_days", "policy.grade_a", "policy.grade_b", NULL };
  gboolean offline = g_strcmp0 (fz_fields_get (body, "place"), "offline") == 0;

  if (!fz_document_need (body, keys, error))
    return FALSE;
  if (g_strcmp0 (fz_fields_get (body, "kind"), "random") != 0 || (!offline && g_strcmp0 (fz_fields_get (body, "place"), "online") != 0))
    return invalid (error, _ ("病历质控的样本应随机抽取，并写明线上或线下。"));
  for (guint i = 0; offline && i < ids->len; i++)
    if (g_strcmp0 (fz_fields_get_at (body, "record", i, "number"), ids->pdata[i]) != 0 || fz_fields_get_at (body, "record", i, "doctor") == NULL)
      return invalid (error, _ ("线下病历的样本应写明每份病历由谁书写。"));
  return TRUE;
}

void
fz_record_take_sample (FzCommentFold *self, const FzFields *body)
{
  static const char *const copied[][2] = { { "department", "comment.department" }, { "department_name", "comment.department_name" },
                                           { "written_on", "comment.written_on" }, { "doctor", "doctor.person" } };

  for (guint i = 0; i < self->items->len; i++) {
    FzCommentItem *item = self->items->pdata[i];

    fz_fields_set (item->facts, "comment.place", fz_fields_get (body, "place"));
    for (guint k = 0; k < G_N_ELEMENTS (copied); k++)
      fz_fields_set (item->facts, copied[k][1], fz_fields_get_at (body, "record", i, copied[k][0]));
    item->doctor = g_strdup (fz_fields_get (item->facts, "doctor.person"));
  }
}

/* --- the score --- */

static guint
limit_of (const FzCommentFold *self, const char *key)
{
  gint64 n = 0;

  fz_fields_get_int (self->facts, key, &n);
  return (guint) n;
}

static gboolean
is_category (const char *word)
{
  return g_strcmp0 (word, "minor") == 0 || g_strcmp0 (word, "major") == 0 || g_strcmp0 (word, "fatal") == 0;
}

gboolean
fz_record_check_grade (const FzCommentFold *self, const FzFields *body, GError **error)
{
  guint score = 0;
  const char *grade = fz_record_grade_of (body, "code", limit_of (self, "plan.policy.grade_a"), limit_of (self, "plan.policy.grade_b"), &score);
  gint64 stated = -1, points = 0;

  for (guint i = 0; i < fz_fields_count (body, "code"); i++) {
    g_autofree char *key = g_strdup_printf ("code.%02u.points", i);

    if (!is_category (fz_fields_get_at (body, "code", i, "category")) || !fz_fields_get_int (body, key, &points) || points < 1 || points > 100)
      return invalid (error, _ ("缺陷的类别或扣分不明。"));
  }
  if (fz_fields_get_int (body, "score", &stated) && stated == (gint64) score && g_strcmp0 (fz_fields_get (body, "result"), grade) == 0)
    return TRUE;
  return invalid (error, _ ("得分或等级与所选缺陷不符。"));
}

gboolean
fz_record_check_term (const FzFields *body, GError **error)
{
  gboolean good = g_strcmp0 (fz_fields_get (body, "result"), fz_record_grade_word (0)) == 0;
  const char *until = fz_fields_get (body, "rectify_until");
  FzDate day;

  if (until != NULL && !fz_date_parse (until, &day, error))
    return FALSE;
  return good == (until == NULL) || invalid (error, _ ("乙级、丙级病历须写明整改期限，甲级不写。"));
}

gboolean
fz_record_check_reader (const char *doctor, const FzDocument *document, GError **error)
{
  return g_strcmp0 (document->actor.person, doctor) != 0 || fz_refuse (error, _ ("这份病历由您本人书写，不能由您评分、答复或评价；同一人的两个账号也不行。"));
}

/* What is known from the sample stands; of an online record the score says who wrote it, which the store confirms. */
static void
put_author (FzCommentItem *item, const FzFields *body)
{
  static const char *const copied[][2] = { { "department", "comment.department" }, { "department_name", "comment.department_name" },
                                           { "written_on", "comment.written_on" }, { "doctor.person", "doctor.person" } };

  for (guint i = 0; i < G_N_ELEMENTS (copied); i++)
    if (!fz_fields_has (item->facts, copied[i][1]))
      fz_fields_set (item->facts, copied[i][1], fz_fields_get (body, copied[i][0]));
  g_free (item->doctor);
  item->doctor = g_strdup (fz_fields_get (item->facts, "doctor.person"));
}

gboolean
fz_record_add_score (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "record", "result", "score", "reply_until", "doctor.person", NULL };
  const FzFields *body = document->body;
  FzCommentItem *item = fz_document_need (body, keys, error) ? fz_comment_open_item (self, document, 1u << FZ_COMMENT_DUE, error) : NULL;
  FzDate until;

  if (item == NULL || !fz_date_parse (fz_fields_get (body, "reply_until"), &until, error))
    return FALSE;
  if (!fz_comment_is_role (document, AFFAIRS))
    return fz_refuse (error, _ ("病历质控由医务管理人员评分。"));
  if (item->doctor != NULL && g_strcmp0 (item->doctor, fz_fields_get (body, "doctor.person")) != 0)
    return fz_refuse (error, _ ("所评的病历与样本所写的书写人不一致。"));
  if (!fz_record_check_reader (fz_fields_get (body, "doctor.person"), document, error) || !fz_comment_check_result (self, body, error) ||
      !fz_record_check_term (body, error))
    return FALSE;
  put_author (item, body);
  item->commenter = g_strdup (document->actor.person);
  item->until = until;
  fz_comment_item_take_note (item, document);
  fz_comment_put_result (item->facts, body);
  fz_comment_put_signer (item->facts, "comment", document, "scorer");
  fz_fields_set (item->facts, "comment.words", fz_fields_get (body, "words"));
  fz_fields_set_time (item->facts, "confirm.at", document->signed_at_us);
  fz_fields_set (item->facts, "confirm.until", fz_fields_get (body, "reply_until"));
  fz_fields_set (item->facts, "rectify.until", fz_fields_get (body, "rectify_until"));
  fz_comment_item_set_state (item, FZ_COMMENT_CONFIRMED);
  return TRUE;
}

/* --- putting right --- */

gboolean
fz_record_add_rectification (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "record", "words", "note_sha256", NULL };
  const guint states = 1u << FZ_COMMENT_CONFIRMED | 1u << FZ_COMMENT_ACCEPTED | 1u << FZ_COMMENT_ANSWERED;
  FzCommentItem *item = fz_document_need (document->body, keys, error) ? fz_comment_open_item (self, document, states, error) : NULL;

  if (item == NULL || !fz_comment_check_author (self, item, document, error) || !fz_comment_names_last (item, document->body, error))
    return FALSE;
  if (!fz_fields_has (item->facts, "rectify.until"))
    return fz_refuse (error, _ ("这份病历为甲级，不需要登记整改。"));
  fz_fields_set_time (item->facts, "rectify.at", document->signed_at_us);
  fz_fields_set (item->facts, "rectify.words", fz_fields_get (document->body, "words"));
  fz_comment_item_take_note (item, document);
  fz_comment_item_set_state (item, FZ_COMMENT_RECTIFIED);
  return TRUE;
}

/* Of an author who is there no more nothing will be put right: medical affairs say what they did about it, and that ends it. */
static gboolean
check_left (const FzFields *body, GError **error)
{
  FzDate left;

  return (fz_date_parse (fz_fields_get (body, "author_left"), &left, NULL) && g_strcmp0 (fz_fields_get (body, "verdict"), "good") == 0 && fz_fields_has (body, "words")) ||
         invalid (error, _ ("书写医师已离任的，请写明由谁接办、怎样处理。"));
}

/* Not good yet goes back to where it may be put right, with another day. */
gboolean
fz_record_add_evaluation (FzCommentFold *self, const FzDocument *document, GError **error)
{
  static const char *const keys[] = { "record", "verdict", "note_sha256", NULL };
  const FzFields *body = document->body;
  const guint waiting = 1u << FZ_COMMENT_CONFIRMED | 1u << FZ_COMMENT_ACCEPTED | 1u << FZ_COMMENT_ANSWERED;
  gboolean left = fz_fields_has (body, "author_left");
  FzCommentItem *item = fz_document_need (body, keys, error) ? fz_comment_open_item (self, document, left ? waiting : 1u << FZ_COMMENT_RECTIFIED, error) : NULL;
  gboolean good = g_strcmp0 (fz_fields_get (body, "verdict"), "good") == 0;
  FzDate until;

  if (item == NULL || !fz_comment_names_last (item, body, error) || !fz_record_check_reader (item->doctor, document, error))
    return FALSE;
  if (!fz_comment_is_role (document, AFFAIRS))
    return fz_refuse (error, _ ("整改由医务管理人员评价。"));
  if (left && !fz_fields_has (item->facts, "rectify.until"))
    return fz_refuse (error, _ ("这份病历为甲级，不需要登记整改。"));
  if (left && !check_left (body, error))
    return FALSE;
  if (!good && (g_strcmp0 (fz_fields_get (body, "verdict"), "again") != 0 || !fz_fields_has (body, "words")))
    return invalid (error, _ ("整改未达到要求时，请写明还要改什么。"));
  if (!good && (!fz_fields_has (body, "rectify_until") || !fz_date_parse (fz_fields_get (body, "rectify_until"), &until, NULL)))
    return invalid (error, _ ("请写明新的整改期限。"));
  fz_comment_put_signer (item->facts, "evaluation", document, "evaluator");
  fz_fields_set (item->facts, "evaluation.verdict", fz_fields_get (body, "verdict"));
  fz_fields_set (item->facts, "evaluation.words", fz_fields_get (body, "words"));
  fz_fields_set (item->facts, "evaluation.author_left", fz_fields_get (body, "author_left"));
  if (!good)
    fz_fields_set (item->facts, "rectify.until", fz_fields_get (body, "rectify_until"));
  fz_comment_item_take_note (item, document);
  fz_comment_item_set_state (item, good ? FZ_COMMENT_CLOSED : FZ_COMMENT_ANSWERED);
  return TRUE;
}
