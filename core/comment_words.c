/* What states and results are called (处方点评的用语). */
#include "core/comment.h"

#include <glib/gi18n-lib.h>

static const char *const plan_words[FZ_N_COMMENT_PLAN_STATES] = { "asked", "open", "declined", "announced" };
static const char *const plan_labels[FZ_N_COMMENT_PLAN_STATES] = { N_ ("待批准"), N_ ("点评中"), N_ ("未获批准"), N_ ("已公示") };
static const char *const words[FZ_N_COMMENT_STATES] = { "due", "commented", "confirmed", "accepted", "appealed", "answered", "rectified", "closed" };
static const char *const labels[FZ_N_COMMENT_STATES] = { N_ ("待点评"), N_ ("待复核"), N_ ("已复核"), N_ ("医师已认可"), N_ ("医师申诉"), N_ ("申诉已答复"), N_ ("待评价整改"), N_ ("已办结") };
static const char *const results[FZ_N_COMMENT_RESULTS] = { "reasonable", "irregular", "inappropriate", "extraordinary" };
static const char *const result_labels[FZ_N_COMMENT_RESULTS] = { N_ ("合理"), N_ ("不规范"), N_ ("用药不适宜"), N_ ("超常") };
static const char *const grades[FZ_N_RECORD_GRADES] = { "grade_a", "grade_b", "grade_c" };
static const char *const grade_labels[FZ_N_RECORD_GRADES] = { N_ ("甲级"), N_ ("乙级"), N_ ("丙级") };

static guint
find_word (const char *const *list, guint n, const char *word)
{
  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (list[i], word) == 0)
      return i;
  return G_MAXUINT;
}

const char *
fz_comment_plan_state_to_word (FzCommentPlanState state)
{
  return plan_words[state];
}

const char *
fz_comment_plan_state_label (const char *word)
{
  guint i = find_word (plan_words, G_N_ELEMENTS (plan_words), word);

  return i != G_MAXUINT ? _ (plan_labels[i]) : NULL;
}

const char *
fz_comment_state_to_word (FzCommentState state)
{
  return words[state];
}

const char *
fz_comment_state_label (const char *word)
{
  guint i = find_word (words, G_N_ELEMENTS (words), word);

  return i != G_MAXUINT ? _ (labels[i]) : NULL;
}

guint
fz_comment_result_rank (const char *word)
{
  return find_word (results, G_N_ELEMENTS (results), word);
}

const char *
fz_comment_result_word (guint rank)
{
  return rank < G_N_ELEMENTS (results) ? results[rank] : NULL;
}

const char *
fz_comment_result_label (const char *word)
{
  guint i = fz_comment_result_rank (word), grade = find_word (grades, G_N_ELEMENTS (grades), word);

  if (grade != G_MAXUINT)
    return _ (grade_labels[grade]);
  return i != G_MAXUINT ? _ (result_labels[i]) : NULL;
}

const char *
fz_record_grade_word (guint rank)
{
  return rank < G_N_ELEMENTS (grades) ? grades[rank] : NULL;
}

const char *
fz_record_grade_of (const FzFields *body, const char *list, guint a, guint b, guint *out_score)
{
  gint64 score = 100, points = 0;
  gboolean fatal = FALSE;

  for (guint i = 0; i < fz_fields_count (body, list); i++) {
    g_autofree char *key = g_strdup_printf ("%s.%02u.points", list, i);

    if (fz_fields_get_int (body, key, &points))
      score -= points;
    fatal = fatal || g_strcmp0 (fz_fields_get_at (body, list, i, "category"), "fatal") == 0;
  }
  score = MAX (score, 0);
  if (out_score != NULL)
    *out_score = (guint) score;
  return grades[fatal || score < b ? 2 : score < a ? 1 : 0];
}

const char *
fz_comment_result_of (const FzFields *body, const char *list)
{
  guint gravest = 0;

  for (guint i = 0; i < fz_fields_count (body, list); i++) {
    guint rank = fz_comment_result_rank (fz_fields_get_at (body, list, i, "category"));

    if (rank != G_MAXUINT)
      gravest = MAX (gravest, rank);
  }
  return results[gravest];
}
