/* Comment on prescriptions in the demo's evening: medical affairs draw the month's sample, two pharmacists read some of it, medical affairs
 * confirm, one doctor appeals. The rest of the sample waits for whoever opens the window. */
#include "app/demo_play.h"

#include "core/date.h"
#include "db/visits.h"

#define FIRST "P2001"
#define SECOND "P2002"
#define AFFAIRS "A3001"
#define EACH 2 /* prescriptions a pharmacist reads today */

static const char wanting[] = "2-5";
static const char wanting_words[] = "未见近期肾功能结果即按常用量开具，请先核对 eGFR 再确定用量。";
static const char appeal_words[] = "患者上月在实体医院复查肌酐正常，复诊时已出示报告，漏记入病历；用量符合说明书。";

static gboolean
draw (FzDemoPlay *play, char **out_plan, GError **error)
{
  FzDate day = fz_date_in_beijing (fz_desk_now_us (play->desk)), first = day;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.comment_ask/v1");
  g_autofree char *to = fz_date_format (day), *from = NULL;

  first.day = 1;
  from = fz_date_format (first);
  fz_fields_set (facts, "kind", "random");
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

/* The first of what this pharmacist may read; *out_wanting (may be NULL) is the one that something was found in. */
static gboolean
read_some (FzDemoPlay *play, const char *plan, const char *who, GPtrArray *done, char **out_wanting, GError **error)
{
  g_autoptr (GPtrArray) rows = NULL;
  guint n = 0;

  if (!fz_demo_play_seat (play, who, error))
    return FALSE;
  rows = fz_desk_list_comments (play->session, plan, error);
  for (guint i = 0; rows != NULL && i < rows->len && n < EACH; i++) {
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

/* All but the last one: something waits for its second reader too. */
static gboolean
confirm (FzDemoPlay *play, const char *plan, GPtrArray *done, const char *bad, GError **error)
{
  const char *const none[] = { NULL }, *const found[] = { wanting, NULL };

  if (done->len == 0)
    return TRUE;
  if (!fz_demo_play_seat (play, AFFAIRS, error))
    return FALSE;
  for (guint i = 0; i + 1 < done->len; i++) {
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

gboolean
fz_demo_play_comment (FzDemoPlay *play, GError **error)
{
  g_autofree char *plan = NULL, *bad = NULL;
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  gint64 approved = 0;

  fz_fields_get_int (play->sum, "approved", &approved);
  if (approved == 0)
    return TRUE; /* a day too short for a sample */
  if (!draw (play, &plan, error) || !read_some (play, plan, FIRST, done, &bad, error) || !read_some (play, plan, SECOND, done, NULL, error) ||
      !confirm (play, plan, done, bad, error))
    return FALSE;
  return done->len < 2 || bad == NULL || appeal (play, plan, bad, error);
}
