/* Reports made by themselves (定时报表): each running entry of the register `report-schedule` asks for one report of every day, week or month since a day. It was
 * signed when it was set up; nobody signs again when it is made, while somebody of medical affairs is signed in. What was missed meanwhile is made up, oldest first. */
#include "app/desk_private.h"
#include "app/profile.h"
#include "app/registers.h"
#include "app/report_parts.h"
#include "db/registers.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define REGISTER "report-schedule"
#define AGAIN_US (10 * 60 * FZ_US_PER_SECOND) /* after what failed */

/* One entry, and how far it is made. */
typedef struct {
  FzSession *session;
  FzFields *entry;
  char *made;   /* the last day of the newest period that was made; NULL: none yet */
  char *failed; /* "DAY TIME": the period that failed last and when; NULL: none */
} Plan;

static void
plan_free (gpointer data)
{
  Plan *plan = data;

  fz_fields_unref (plan->entry);
  g_free (plan->made);
  g_free (plan->failed);
  g_free (plan);
}

static const char *
said (const Plan *plan, const char *key)
{
  g_autofree char *field = g_strconcat ("field.", key, NULL);
  const char *value = fz_fields_get (plan->entry, field);

  return value != NULL ? value : "";
}

static char *
setting_of (const Plan *plan, const char *what)
{
  return g_strdup_printf ("report.%s.%s", what, fz_fields_get (plan->entry, "entry.id"));
}

typedef struct {
  FzSession *session;
  GPtrArray *plans; /* Plan */
} Reading;

static gboolean
read_plans (FzTxn *txn, gpointer data, GError **error)
{
  Reading *self = data;
  g_autoptr (GPtrArray) entries = fz_entries_all (txn, REGISTER, TRUE, error);

  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    Plan *plan = g_new0 (Plan, 1);
    g_autofree char *made = NULL, *failed = NULL;

    plan->session = self->session;
    plan->entry = fz_fields_ref (entries->pdata[i]);
    g_ptr_array_add (self->plans, plan);
    made = setting_of (plan, "made");
    failed = setting_of (plan, "failed");
    if (!fz_setting_read (txn, made, &plan->made, error) || !fz_setting_read (txn, failed, &plan->failed, error))
      return FALSE;
  }
  return entries != NULL;
}

gboolean
fz_report_schedules_failing (FzSession *session, FzTxn *txn, void (*add) (const FzFields *entry, const char *last, gpointer data), gpointer data, GError **error)
{
  g_autoptr (GPtrArray) plans = g_ptr_array_new_with_free_func (plan_free);
  Reading reading = { session, plans };

  if (!read_plans (txn, &reading, error))
    return FALSE;
  for (guint i = 0; i < plans->len; i++) {
    const Plan *plan = plans->pdata[i];
    g_auto (GStrv) parts = plan->failed != NULL ? g_strsplit (plan->failed, " ", 2) : NULL;

    if (parts != NULL)
      add (plan->entry, parts[0], data);
  }
  return TRUE;
}

/* --- which period --- */

static FzDate
first_of (const char *kind, FzDate day)
{
  if (g_str_equal (kind, "week"))
    return fz_date_add_days (day, 1 - fz_date_weekday (day));
  if (g_str_equal (kind, "month"))
    day.day = 1;
  return day;
}

static FzDate
last_of (const char *kind, FzDate first)
{
  if (g_str_equal (kind, "week"))
    return fz_date_add_days (first, 6);
  if (g_str_equal (kind, "month"))
    first.day = fz_date_days_in_month (first.year, first.month);
  return first;
}

/* The oldest period that is over and was not made; FALSE: there is none. */
static gboolean
next_period (const Plan *plan, FzDate *out_first, FzDate *out_last)
{
  FzDate day, since;

  if (!fz_date_parse (said (plan, "since"), &since, NULL))
    return FALSE;
  day = since;
  if (plan->made != NULL && fz_date_parse (plan->made, &day, NULL))
    day = fz_date_add_days (day, 1);
  if (fz_date_compare (day, since) < 0)
    day = since; /* it was set to begin later */
  *out_first = first_of (said (plan, "kind"), day);
  *out_last = last_of (said (plan, "kind"), *out_first);
  return fz_date_compare (*out_last, fz_date_in_beijing (fz_session_now_us (plan->session))) < 0;
}

/* --- making one --- */

static char *
path_of (const Plan *plan, const char *from, const char *to)
{
  const FzReportPlan *report = fz_report_plan_find (plan->session->desk, said (plan, "report"));
  const char *title = report != NULL ? fz_report_say (fz_report_plan_get_title (report), fz_report_plan_get_title_en (report)) : said (plan, "subject");
  g_autofree char *name = g_str_equal (from, to) ? g_strdup_printf ("%s_%s.%s", title, from, said (plan, "form"))
                                                 : g_strdup_printf ("%s_%s_%s.%s", title, from, to, said (plan, "form"));

  return g_build_filename (said (plan, "folder"), g_strdelimit (name, "/", '_'), NULL);
}

static gboolean
make_file (const Plan *plan, FzDate first, FzDate last, const char *path, GError **error)
{
  FzReportWanted wanted = { .name = said (plan, "report"), .from_us = fz_date_beijing_start_us (first), .to_us = fz_date_beijing_start_us (fz_date_add_days (last, 1)),
                           .schedule = fz_fields_get (plan->entry, "entry.id") };
  const char *folder = said (plan, "folder");

  if (fz_profile_is_report (wanted.name)) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("报表“%s”须经授权，不能定时制作。"), wanted.name);
    return FALSE;
  }
  if (!g_path_is_absolute (folder) || !g_file_test (folder, G_FILE_TEST_IS_DIR) || g_access (folder, W_OK | X_OK) != 0) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, _ ("存放文件夹“%s”不存在或不能写入。请建好文件夹，或在台账“定时报表”里更改。"), folder);
    return FALSE;
  }
  return fz_desk_report_save (plan->session, &wanted, said (plan, "form"), path, error);
}

typedef struct {
  const Plan *plan;
  const char *last, *words; /* words: the file, or what went wrong */
  gboolean good, told; /* told: that it fails stands in the log already */
} Mark;

/* How far it is and its entry of the log, together. */
static gboolean
mark (FzTxn *txn, gpointer data, GError **error)
{
  const Mark *self = data;
  FzSession *session = self->plan->session;
  g_autofree char *made = setting_of (self->plan, "made"), *failed = setting_of (self->plan, "failed"), *now = fz_time_format (fz_session_now_us (session));
  g_autofree char *at = self->good ? NULL : g_strdup_printf ("%s %s", self->last, now);

  return (!self->good || fz_setting_set (txn, made, self->last, error)) && fz_setting_set (txn, failed, at, error) &&
         (self->told || fz_session_audit (session, txn, "report.schedule", "entry", fz_fields_get (self->plan->entry, "entry.id"), self->good ? "done" : "failed", self->words, NULL, error));
}

/* It failed a moment ago: not again yet. *out_told: that failure stands in the log. */
static gboolean
is_resting (const Plan *plan, const char *last, gboolean *out_told)
{
  g_auto (GStrv) parts = plan->failed != NULL ? g_strsplit (plan->failed, " ", 2) : NULL;
  gint64 at_us = 0;

  *out_told = parts != NULL && g_str_equal (parts[0], last);
  return *out_told && parts[1] != NULL && fz_time_parse (parts[1], &at_us) && fz_session_now_us (plan->session) - at_us < AGAIN_US;
}

static void
put_row (GPtrArray *rows, const Plan *plan, const char *from, const char *to, const char *key, const char *value)
{
  FzFields *row = fz_fields_new ("fuzhen.made_report/v1");

  fz_fields_set (row, "entry", fz_fields_get (plan->entry, "entry.id"));
  fz_fields_set (row, "title", said (plan, "subject"));
  fz_fields_set (row, "from", from);
  fz_fields_set (row, "to", to);
  fz_fields_set (row, key, value);
  g_ptr_array_add (rows, fz_fields_freeze (row));
}

/* No row: nothing of this plan is due, or that it fails was told before. */
static gboolean
make_next (const Plan *plan, GPtrArray *rows, GError **error)
{
  g_autofree char *from = NULL, *to = NULL, *path = NULL;
  g_autoptr (GError) why = NULL;
  Mark self = { .plan = plan };
  FzDate first, last;

  if (!next_period (plan, &first, &last))
    return TRUE;
  from = fz_date_format (first);
  to = fz_date_format (last);
  if (is_resting (plan, to, &self.told))
    return TRUE;
  path = path_of (plan, from, to);
  self.last = to;
  self.good = make_file (plan, first, last, path, &why);
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_LOCKED)) { /* who was there went: it is due still */
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  self.told = self.told && !self.good;
  self.words = self.good ? path : why->message;
  if (!fz_store_run (plan->session->desk->store, self.told ? FZ_TXN_LOCAL : FZ_TXN_RECORD, mark, &self, error))
    return FALSE;
  if (!self.told)
    put_row (rows, plan, from, to, self.good ? "path" : "problem", self.words);
  return TRUE;
}

GPtrArray *
fz_desk_make_scheduled_reports (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), plans = g_ptr_array_new_with_free_func (plan_free);
  Reading reading = { session, plans };

  if (!fz_session_may (session, "report", "report", NULL, error))
    return NULL;
  if (fz_session_is_read_only (session, NULL))
    return g_steal_pointer (&rows); /* nothing could be marked as made */
  if (!fz_store_run (session->desk->store, FZ_TXN_READ, read_plans, &reading, error))
    return NULL;
  for (guint i = 0; i < plans->len && rows->len == 0; i++)
    if (!make_next (plans->pdata[i], rows, error))
      return NULL;
  return g_steal_pointer (&rows);
}
