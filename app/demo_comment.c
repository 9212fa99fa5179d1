/* Comment on prescriptions in the demo's evening: medical affairs draw the month's sample, two pharmacists read some of it, medical affairs
 * confirm, one doctor appeals. The rest of the sample waits for whoever opens the window. Of the months before, prescriptions and records are drawn
 * on the first of the next one, read over some evenings, answered and announced. */
#include "app/demo_play.h"

#include "core/date.h"
#include "db/visits.h"

#include <string.h>

#define FIRST "P2001"
#define SECOND "P2002"
#define AFFAIRS "A3001"
#define EACH 2 /* prescriptions a pharmacist reads today */
#define EVENING 20 /* that one person reads in an evening of the months before */

static const char wanting[] = "2-5";
static const char wanting_words[] = "未见近期肾功能结果即按常用量开具，请先核对 eGFR 再确定用量。";
static const char appeal_words[] = "患者上月在实体医院复查肌酐正常，复诊时已出示报告，漏记入病历；用量符合说明书。";

/* From the first of that month to this day; of records of this hospital, or of prescriptions. */
static gboolean
draw (FzDemoPlay *play, FzDate until, gboolean records, char **out_plan, GError **error)
{
  FzDate first = until;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.comment_ask/v1");
  g_autofree char *to = fz_date_format (until), *from = NULL;

  first.day = 1;
  from = fz_date_format (first);
  fz_fields_set (facts, "kind", "random");
  fz_fields_set (facts, "place", records ? "online" : NULL);
  fz_fields_set (facts, "from", from);
  fz_fields_set (facts, "to", to);
  fz_demo_play_pass (play, 300);
  if (!fz_demo_play_seat (play, AFFAIRS, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_comment_plan (play->session, facts, error), out_plan, error))
    return FALSE;
  fz_demo_play_tell (play, "sampled", NULL, *out_plan);
  return TRUE;
}

/* The checks could not judge the dose, since nobody wrote down the kidneys' function. */
static gboolean
lacks_egfr (const FzFields *seen)
{
  for (guint i = 0; i < fz_fields_count (seen, "finding"); i++)
    if (g_strcmp0 (fz_fields_get_at (seen, "finding", i, "rule"), "RENAL_UNKNOWN") == 0)
      return TRUE;
  return FALSE;
}

/* *bad: whether to look for something; afterwards whether it was found. */
static gboolean
comment (FzDemoPlay *play, const char *plan, const char *rx, gboolean *bad, GError **error)
{
  g_autoptr (FzFields) seen = fz_desk_read_comment (play->session, plan, rx, error);
  gboolean found = seen != NULL && *bad && lacks_egfr (seen);
  const char *const codes[] = { found ? wanting : NULL, NULL };
  const char *words = found ? wanting_words : NULL;

  *bad = found;
  fz_demo_play_pass (play, 90);
  if (seen == NULL || !fz_demo_play_sign (play, fz_desk_prepare_comment (play->session, plan, rx, codes, words, error), NULL, error))
    return FALSE;
  fz_demo_play_tell (play, "commented", NULL, rx);
  fz_demo_play_count (play, "comments");
  return TRUE;
}

/* The first `most` of what this pharmacist may read; *out_wanting (may be NULL) is the one that something was found in. */
static gboolean
read_some (FzDemoPlay *play, const char *plan, const char *who, guint most, GPtrArray *done, char **out_wanting, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  guint n = 0;

  if (!fz_demo_play_seat (play, who, error))
    return FALSE;
  rows = fz_desk_list_comments (play->session, plan, error);
  for (guint i = 0; rows != NULL && i < rows->len && n < most; i++) {
    const char *rx = fz_fields_get (rows->pdata[i], "comment.prescription");
    gboolean bad = out_wanting != NULL && *out_wanting == NULL;

    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "comment.act"), "write") != 0)
      continue;
    if (!comment (play, plan, rx, &bad, error))
      return FALSE;
    if (bad)
      *out_wanting = g_strdup (rx);
    g_ptr_array_add (done, g_strdup (rx));
    n++;
  }
  return rows != NULL;
}

/* All but the last `rest`. */
static gboolean
confirm (FzDemoPlay *play, const char *plan, GPtrArray *done, guint rest, const char *bad, GError **error)
{
  const char *const none[] = { NULL }, *const found[] = { wanting, NULL };

  if (done->len == 0)
    return TRUE;
  if (!fz_demo_play_seat (play, AFFAIRS, error))
    return FALSE;
  for (guint i = 0; i + rest < done->len; i++) {
    const char *rx = done->pdata[i];

    fz_demo_play_pass (play, 60);
    if (!fz_demo_play_sign (play, fz_desk_prepare_comment_confirmation (play->session, plan, rx, g_strcmp0 (rx, bad) == 0 ? found : none, NULL, error), NULL, error))
      return FALSE;
    fz_demo_play_tell (play, "confirmed", NULL, rx);
  }
  return TRUE;
}

typedef struct {
  const char *rx;
  char *doctor;
} Whose;

static gboolean
read_doctor (FzTxn *txn, gpointer data, GError **error)
{
  Whose *whose = data;
  g_autoptr (FzFields) facts = fz_rx_get (txn, whose->rx, error);

  whose->doctor = facts != NULL ? g_strdup (fz_fields_get (facts, "rx.doctor_number")) : NULL;
  return facts != NULL;
}

static gboolean
appeal (FzDemoPlay *play, const char *plan, const char *rx, GError **error)
{
  Whose whose = { rx, NULL };
  g_autofree char *doctor = NULL;

  if (!fz_store_run (play->desk->store, FZ_TXN_READ, read_doctor, &whose, error))
    return FALSE;
  doctor = whose.doctor;
  fz_demo_play_pass (play, 600);
  if (!fz_demo_play_seat (play, doctor, error) ||
      !fz_demo_play_sign (play, fz_desk_prepare_comment_reply (play->session, plan, rx, "appealed", appeal_words, error), NULL, error))
    return FALSE;
  fz_demo_play_tell (play, "appealed", NULL, rx);
  return TRUE;
}

/* --- the months before --- */

/* A month in which nothing was written has no sample. */
static gboolean
draw_month (FzDemoPlay *play, FzDate last, gboolean records, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *plan = NULL;

  if (draw (play, last, records, &plan, &why) || g_error_matches (why, FZ_ERROR, FZ_ERROR_REFUSED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* Every second month something is found wanting. */
static gboolean
read_evening (FzDemoPlay *play, const char *plan, GError **error)
{
  FzDate today = fz_date_in_beijing (fz_desk_now_us (play->desk));
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bad = NULL;

  return read_some (play, plan, FIRST, EVENING, done, today.day == 1 && today.month % 2 == 0 ? &bad : NULL, error) &&
         read_some (play, plan, SECOND, EVENING, done, NULL, error) && confirm (play, plan, done, 0, bad, error);
}

/* What the rules of quality suggest first is what is found. */
static gboolean
score (FzDemoPlay *play, const char *plan, const char *record, GError **error)
{
  g_autoptr (FzFields) seen = fz_desk_read_comment (play->session, plan, record, error);
  const char *const codes[] = { seen != NULL ? fz_fields_get (seen, "suggest.00.code") : NULL, NULL };

  fz_demo_play_pass (play, 60);
  if (seen == NULL || !fz_demo_play_sign (play, fz_desk_prepare_comment (play->session, plan, record, codes, NULL, error), NULL, error))
    return FALSE;
  fz_demo_play_tell (play, "scored", NULL, record);
  return TRUE;
}

static const char put_right[] = "已在病历中补充说明。", is_right[] = "已查看补充的内容，整改到位。";

static gboolean
score_evening (FzDemoPlay *play, const char *plan, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_comments (play->session, plan, error);
  guint n = 0;

  for (guint i = 0; rows != NULL && i < rows->len && n < EVENING; i++) {
    const char *act = fz_fields_get (rows->pdata[i], "comment.act"), *record = fz_fields_get (rows->pdata[i], "comment.prescription");

    if (g_strcmp0 (act, "write") == 0 && !score (play, plan, record, error))
      return FALSE;
    if (g_strcmp0 (act, "evaluate") == 0 && !fz_demo_play_sign (play, fz_desk_prepare_record_evaluation (play->session, plan, record, "good", is_right, error), NULL, error))
      return FALSE;
    n += act != NULL;
  }
  return rows != NULL;
}

/* What a doctor was told: taken as it is, and put right where that is asked. */
static gboolean
reply_as (FzDemoPlay *play, const char *doctor, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;

  if (!fz_demo_play_seat (play, doctor, error))
    return FALSE;
  rows = fz_desk_list_comments (play->session, NULL, error);
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const char *act = fz_fields_get (rows->pdata[i], "comment.act"), *plan = fz_fields_get (rows->pdata[i], "comment.plan"), *id = fz_fields_get (rows->pdata[i], "comment.prescription");

    if (g_strcmp0 (act, "reply") == 0 && !fz_demo_play_sign (play, fz_desk_prepare_comment_reply (play->session, plan, id, "accepted", NULL, error), NULL, error))
      return FALSE;
    if (g_strcmp0 (act, "rectify") == 0 && !fz_demo_play_sign (play, fz_desk_prepare_record_rectification (play->session, plan, id, put_right, error), NULL, error))
      return FALSE;
  }
  return rows != NULL;
}

static gboolean
reply_all (FzDemoPlay *play, GError **error)
{
  static const char *const doctors[] = { "D1001", "D1002", "D1003", "D1004" };

  for (guint i = 0; i < G_N_ELEMENTS (doctors); i++)
    if (!reply_as (play, doctors[i], error))
      return FALSE;
  return TRUE;
}

/* Is anything of it still to be read, and does a doctor still owe a word? */
static void
count_open (GPtrArray *rows, guint *out_unread, guint *out_unanswered)
{
  for (guint i = 0; i < rows->len; i++) {
    const char *state = fz_fields_get (rows->pdata[i], "comment.state");
    gboolean found = fz_fields_has (rows->pdata[i], "comment.code.00.code"), rectifies = fz_fields_has (rows->pdata[i], "rectify.until");

    *out_unread += g_str_equal (state, "due") || g_str_equal (state, "commented") || g_str_equal (state, "rectified");
    *out_unanswered += (found && g_str_equal (state, "confirmed")) || (rectifies && g_str_equal (state, "accepted"));
  }
}

static const char notice[] = "结果已反馈各科室；继续按月抽样。";

static gboolean
go_on (FzDemoPlay *play, const FzFields *plan, GError **error)
{
  const char *id = fz_fields_get (plan, "plan.id");
  g_autoptr (GPtrArray) rows = NULL;
  guint unread = 0, unanswered = 0;

  if (!fz_demo_play_seat (play, AFFAIRS, error) || !(fz_fields_has (plan, "plan.place") ? score_evening (play, id, error) : read_evening (play, id, error)) ||
      !fz_demo_play_seat (play, AFFAIRS, error))
    return FALSE;
  rows = fz_desk_list_comments (play->session, id, error);
  if (rows == NULL)
    return FALSE;
  count_open (rows, &unread, &unanswered);
  if (unanswered > 0)
    return reply_all (play, error);
  return unread > 0 || fz_demo_play_sign (play, fz_desk_prepare_comment_announcement (play->session, id, notice, error), NULL, error);
}

gboolean
fz_demo_play_samples (FzDemoPlay *play, GError **error)
{
  FzDate today = fz_date_in_beijing (fz_desk_now_us (play->desk)), last = fz_date_add_days (today, -1);
  g_autoptr (GPtrArray) plans = NULL;

  if (today.day == 1 && (!draw_month (play, last, FALSE, error) || !draw_month (play, last, TRUE, error)))
    return FALSE;
  if (!fz_demo_play_seat (play, AFFAIRS, error))
    return FALSE;
  plans = fz_desk_list_comment_plans (play->session, error);
  for (guint i = 0; plans != NULL && i < plans->len; i++)
    if (g_strcmp0 (fz_fields_get (plans->pdata[i], "plan.state"), "open") == 0 && !go_on (play, plans->pdata[i], error))
      return FALSE;
  return plans != NULL;
}

/* --- the scripted day --- */

gboolean
fz_demo_play_comment (FzDemoPlay *play, GError **error)
{
  g_autofree char *plan = NULL, *bad = NULL;
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  gint64 approved = 0;

  fz_fields_get_int (play->sum, "approved", &approved);
  if (approved == 0)
    return TRUE; /* a day too short for a sample */
  if (!draw (play, fz_date_in_beijing (fz_desk_now_us (play->desk)), FALSE, &plan, error) || !read_some (play, plan, FIRST, EACH, done, &bad, error) ||
      !read_some (play, plan, SECOND, EACH, done, NULL, error) || !confirm (play, plan, done, 1, bad, error)) /* something waits for its second reader too */
    return FALSE;
  return done->len < 2 || bad == NULL || appeal (play, plan, bad, error);
}
