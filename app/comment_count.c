/* Figures of comment on prescriptions: by department without small cells, and what a doctor's results ask of medical affairs (点评统计与后果). */
#include "app/comment.h"

#include "db/comments.h"
#include "db/directory.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>

#define REGISTER "prescribing-right"
#define MOST 10000

/* --- by department --- */

static int
by_size (gconstpointer a, gconstpointer b)
{
  const FzCommentCell *x = a, *y = b;

  return x->n != y->n ? (x->n < y->n ? 1 : -1) : g_strcmp0 (x->name, y->name);
}

static FzCommentCell *
cell_of (GArray *cells, const char *name)
{
  FzCommentCell fresh = { name, 0, 0 };

  for (guint i = 0; i < cells->len; i++)
    if (g_strcmp0 (g_array_index (cells, FzCommentCell, i).name, name) == 0)
      return &g_array_index (cells, FzCommentCell, i);
  g_array_append_val (cells, fresh);
  return &g_array_index (cells, FzCommentCell, cells->len - 1);
}

static gboolean
is_bad (const FzFields *item)
{
  const char *result = fz_fields_get (item, "comment.result");

  return fz_comment_is_record (item) ? g_strcmp0 (result, fz_record_grade_word (0)) != 0 : fz_comment_result_rank (result) != 0;
}

GArray *
fz_comment_departments (FzDesk *desk, GPtrArray *items)
{
  guint small = fz_comment_number (desk, FZ_COMMENT_SMALL_CELL), kept;
  GArray *cells = g_array_new (FALSE, FALSE, sizeof (FzCommentCell));
  FzCommentCell rest = { "其他科室", 0, 0 };

  for (guint i = 0; i < items->len; i++) {
    FzCommentCell *cell = cell_of (cells, fz_fields_get (items->pdata[i], "comment.department_name"));

    cell->n++;
    cell->bad += is_bad (items->pdata[i]);
  }
  g_array_sort (cells, by_size);
  for (kept = cells->len; kept > 0; kept--) {
    const FzCommentCell *cell = &g_array_index (cells, FzCommentCell, kept - 1);

    if (cell->n >= small && (rest.n == 0 || rest.n >= small))
      break;
    rest.n += cell->n;
    rest.bad += cell->bad;
  }
  g_array_set_size (cells, kept);
  if (kept > 0 && rest.n > 0) /* all of them together are the total, which is told anyway */
    g_array_append_val (cells, rest);
  return cells;
}

/* --- consequences --- */

typedef struct {
  gint64 at_us; /* when the second reader confirmed it */
  guint rank;
} Result;

/* What the register says of this doctor: the newest entry of either kind. */
typedef struct {
  gint64 restricted_us;  /* since when restricted; 0: not now */
  gint64 counted_us;     /* results up to then were answered by an ended entry */
  gint64 trained_us;     /* the newest training began */
  gboolean revoked;
} Standing;

static Standing
standing_of (GPtrArray *entries, const char *number)
{
  Standing standing = { 0 };

  for (guint i = 0; i < entries->len; i++) {
    const FzFields *entry = entries->pdata[i];
    const char *state = fz_fields_get (entry, "entry.state");
    gint64 opened_us = 0, changed_us = 0;

    if (g_strcmp0 (fz_fields_get (entry, "field.doctor"), number) != 0)
      continue;
    fz_fields_get_time (entry, "entry.opened_at", &opened_us);
    fz_fields_get_time (entry, "entry.changed_at", &changed_us);
    standing.revoked = standing.revoked || g_strcmp0 (state, "revoked") == 0;
    if (g_strcmp0 (state, "restricted") == 0)
      standing.restricted_us = MAX (standing.restricted_us, opened_us);
    else if (g_strcmp0 (state, "training") == 0)
      standing.trained_us = MAX (standing.trained_us, opened_us);
    else {
      standing.counted_us = MAX (standing.counted_us, changed_us);
      standing.trained_us = MAX (standing.trained_us, changed_us);
    }
  }
  return standing;
}

static int
by_time (gconstpointer a, gconstpointer b)
{
  gint64 x = ((const Result *) a)->at_us, y = ((const Result *) b)->at_us;

  return x < y ? -1 : x > y;
}

/* Only what nothing can change any more: an appeal that is open, or may still come, counts for nobody. */
static gboolean
is_final (const FzFields *item, const char *today)
{
  const char *state = fz_fields_get (item, "comment.state"), *until = fz_fields_get (item, "confirm.until");

  if (g_strcmp0 (state, "accepted") == 0 || g_strcmp0 (state, "answered") == 0)
    return TRUE;
  return g_strcmp0 (state, "confirmed") == 0 &&
         (fz_comment_result_rank (fz_fields_get (item, "comment.result")) == 0 || (until != NULL && g_strcmp0 (today, until) > 0));
}

static GArray *
results_of (FzTxn *txn, const char *person, const char *today, GError **error)
{
  g_autoptr (GPtrArray) items = fz_comments_of_doctor (txn, person, MOST, error);
  GArray *results = items != NULL ? g_array_new (FALSE, FALSE, sizeof (Result)) : NULL;

  for (guint i = 0; items != NULL && i < items->len; i++) {
    Result result = { 0, fz_comment_result_rank (fz_fields_get (items->pdata[i], "comment.result")) };

    if (fz_comment_is_record (items->pdata[i]) || !is_final (items->pdata[i], today) || !fz_fields_get_time (items->pdata[i], "confirm.at", &result.at_us))
      continue;
    g_array_append_val (results, result);
  }
  if (results != NULL)
    g_array_sort (results, by_time);
  return results;
}

static void
add_task (GPtrArray *rows, const FzFields *person, const char *what, guint n, gint64 at_us)
{
  FzFields *row = fz_fields_new ("fuzhen.comment_task/v1");
  g_autofree char *on = fz_date_format (fz_date_in_beijing (at_us));

  fz_fields_set (row, "what", what);
  fz_fields_set (row, "number", fz_fields_get (person, "number"));
  fz_fields_set (row, "name", fz_fields_get (person, "name"));
  fz_fields_set_int (row, "n", n);
  fz_fields_set (row, "on", on);
  g_ptr_array_add (rows, fz_fields_freeze (row));
}

/* Extraordinary ones since the last answer; while restricted those in a row, which a better result ends. */
static void
judge_rights (FzDesk *desk, const FzFields *person, const Standing *standing, GArray *results, GPtrArray *rows)
{
  gboolean restricted = standing->restricted_us > 0;
  guint limit = fz_comment_number (desk, restricted ? FZ_COMMENT_REVOKE_AT : FZ_COMMENT_WARN_AT), n = 0;
  gint64 since_us = restricted ? standing->restricted_us : standing->counted_us, reached_us = 0;

  for (guint i = 0; i < results->len; i++) {
    const Result *result = &g_array_index (results, Result, i);

    if (result->at_us <= since_us)
      continue;
    if (result->rank == 3)
      n++;
    else if (restricted && n < limit)
      n = 0;
    if (n >= limit && reached_us == 0)
      reached_us = result->at_us;
  }
  if (reached_us > 0)
    add_task (rows, person, restricted ? "revoke" : "warn", n, reached_us);
}

/* Any that is not reasonable, within one cycle of assessment. */
static void
judge_assessment (FzDesk *desk, const FzFields *person, const Standing *standing, GArray *results, gint64 now_us, GPtrArray *rows)
{
  FzDate from = fz_date_add_months (fz_date_in_beijing (now_us), -(int) fz_comment_number (desk, FZ_COMMENT_CYCLE_MONTHS));
  gint64 since_us = MAX (fz_date_beijing_start_us (from), standing->trained_us), reached_us = 0;
  guint n = 0;

  for (guint i = 0; i < results->len; i++) {
    const Result *result = &g_array_index (results, Result, i);

    if (result->at_us <= since_us || result->rank == 0)
      continue;
    if (++n == fz_comment_number (desk, FZ_COMMENT_FAIL_AT))
      reached_us = result->at_us;
  }
  if (reached_us > 0)
    add_task (rows, person, "fail", n, reached_us);
}

static const FzFields *
find_doctor (GPtrArray *staff, const char *person)
{
  for (guint i = 0; i < staff->len; i++)
    if (g_strcmp0 (fz_fields_get (staff->pdata[i], "person"), person) == 0 && g_strcmp0 (fz_fields_get (staff->pdata[i], "role"), "doctor") == 0)
      return staff->pdata[i];
  return NULL;
}

GPtrArray *
fz_comment_consequences (FzDesk *desk, FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), doctors = fz_comments_doctors (txn, error);
  g_autoptr (GPtrArray) staff = doctors != NULL ? fz_staff_list (txn, error) : NULL;
  g_autoptr (GPtrArray) entries = staff != NULL ? fz_entries_all (txn, REGISTER, FALSE, error) : NULL;
  gint64 now_us = fz_txn_now_us (txn);
  g_autofree char *today = fz_date_format (fz_date_in_beijing (now_us));

  if (entries == NULL)
    return NULL;
  for (guint i = 0; i < doctors->len; i++) {
    const FzFields *person = find_doctor (staff, doctors->pdata[i]);
    g_autoptr (GArray) results = person != NULL ? results_of (txn, doctors->pdata[i], today, error) : NULL;
    Standing standing;

    if (person == NULL)
      continue;
    if (results == NULL)
      return NULL;
    standing = standing_of (entries, fz_fields_get (person, "number"));
    if (!standing.revoked)
      judge_rights (desk, person, &standing, results, rows);
    judge_assessment (desk, person, &standing, results, now_us, rows);
  }
  return g_steal_pointer (&rows);
}
