#include "app/watch.h"

#include "app/knowledge.h"
#include "core/date.h"
#include "db/audit.h"
#include "db/watch.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#define NUMBER_CHARACTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-"

/* Looks at one thing. Paper and files are looks as well. */
static const struct {
  const char *action, *what, *limit;
} looks[] = { { "case.read", "case", "cases_alarm" },           { "case.read_masked", "case", "cases_alarm" },
              { "evidence.read", "case", "cases_alarm" },       { "prescription.read", "case", "cases_alarm" },
              { "prescription.export", "case", "cases_alarm" }, { "prescription.preview", "case", "cases_alarm" },
              { "prescription.print", "case", "cases_alarm" },  { "comment.read", "case", "cases_alarm" },
              { "upload.read", "outbox", "outbox_alarm" } };

/* What the policy says; -1: it does not, and then the first is too much. */
static gint64
limit_of (FzDesk *desk, const char *code)
{
  const FzCodes *policy = fz_knowledge_codes (desk->knowledge, "profiling-policy");
  int row = fz_codes_find_code (policy, code);
  gint64 value = -1;

  return row >= 0 && g_ascii_string_to_signed (fz_codes_get (policy, (guint) row, "value"), 10, 1, G_MAXINT32, &value, NULL) ? value : -1;
}

/* Who looked. */
typedef struct {
  FzDesk *desk;
  const char *number, *role, *session;
} Who;

static Who
who_of (const FzSession *session)
{
  return (Who){ session->desk, session->number, fz_role_to_word (session->role), session->id };
}

static gboolean
raise_alarm (const Who *who, FzTxn *txn, const char *what, const char *subject, gint64 amount, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.alarm/v1");
  FzAuditEntry entry = { .actor = who->number,
                         .role = who->role,
                         .session = who->session,
                         .action = "profiling.alarm",
                         .subject_kind = "watch",
                         .subject = what,
                         .outcome = "done",
                         .payload = payload };

  fz_fields_set_int (payload, "amount", amount);
  fz_fields_set (payload, "subject", subject);
  return fz_alarm_raise (txn, who->number, what, subject, amount, error) && fz_audit_append (txn, &entry, NULL, error);
}

static char *
today (FzTxn *txn)
{
  return fz_date_format (fz_date_in_beijing (fz_txn_now_us (txn)));
}

/* Once, when the limit is reached, and once more each time as much again was looked at. */
static gboolean
count_look (const Who *who, FzTxn *txn, const char *what, const char *limit_code, const char *subject, GError **error)
{
  g_autofree char *day = today (txn);
  gint64 limit = MAX (1, limit_of (who->desk, limit_code)), n = 0;
  gboolean is_new = FALSE;

  if (!fz_watch_add (txn, day, who->number, what, subject, &n, &is_new, error))
    return FALSE;
  return !is_new || n % limit != 0 || raise_alarm (who, txn, what, subject, n, error);
}

static gboolean
note (const Who *who, FzTxn *txn, const char *action, const char *subject, const char *outcome, GError **error)
{
  if (subject == NULL || g_strcmp0 (outcome, "done") != 0)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (looks); i++)
    if (g_str_equal (looks[i].action, action))
      return count_look (who, txn, looks[i].what, looks[i].limit, subject, error);
  return TRUE;
}

gboolean
fz_watch_note (FzSession *session, FzTxn *txn, const char *action, const char *subject, const char *outcome, GError **error)
{
  Who who = who_of (session);

  /* A store that can only be read counts nothing; its journal is counted when it is taken into the log. */
  return fz_store_is_read_only (session->desk->store, NULL) || note (&who, txn, action, subject, outcome, error);
}

gboolean
fz_watch_note_of (FzDesk *desk, FzTxn *txn, const FzFields *entry, GError **error)
{
  const char *action = fz_fields_get (entry, "action"), *subject = fz_fields_get (entry, "subject");
  Who who = { desk, fz_fields_get (entry, "actor"), fz_fields_get (entry, "role"), fz_fields_get (entry, "session") };
  gboolean canary = FALSE;

  if (g_strcmp0 (action, "profiling.missing") != 0)
    return note (&who, txn, action, subject, fz_fields_get (entry, "outcome"), error);
  return fz_canary_is (txn, subject, &canary, error) && count_look (&who, txn, "missing", "missing_alarm", subject, error) &&
         (!canary || raise_alarm (&who, txn, "canary", subject, 1, error));
}

/* --- numbers that are not there --- */

typedef struct {
  FzSession *session;
  const char *kind, *subject;
} Missing;

static gboolean
note_missing (FzTxn *txn, gpointer data, GError **error)
{
  Missing *missing = data;
  Who who = who_of (missing->session);
  gboolean canary = FALSE;

  if (!fz_canary_is (txn, missing->subject, &canary, error) ||
      !fz_session_audit (missing->session, txn, "profiling.missing", missing->kind, missing->subject, "failed", NULL, NULL, error))
    return FALSE;
  if (fz_store_is_read_only (missing->session->desk->store, NULL))
    return TRUE;
  return count_look (&who, txn, "missing", "missing_alarm", missing->subject, error) &&
         (!canary || raise_alarm (&who, txn, "canary", missing->subject, 1, error));
}

void
fz_watch_missing (FzSession *session, const char *subject_kind, const char *subject)
{
  Missing missing = { session, subject_kind, subject };
  g_autoptr (GError) why = NULL;

  /* Only what could be a number: whoever types something else does not count through. */
  if (subject == NULL || *subject == '\0' || strlen (subject) > 64 || strspn (subject, NUMBER_CHARACTERS) != strlen (subject))
    return;
  if (!fz_store_run (session->desk->store, FZ_TXN_RECORD, note_missing, &missing, &why))
    g_warning ("%s", why->message); /* whoever asked learns that there is no such number in any case */
}

gboolean
fz_watch_plant (FzDesk *desk, FzTxn *txn, const char *day, GError **error)
{
  g_autofree char *name = g_strconcat ("prescription:", day, NULL), *id = NULL;
  const char *desk_id = fz_fields_get (desk->institution, "desk.number");
  gint64 last = fz_watch_counter (txn, name, error);

  if (last < 0)
    return FALSE;
  if (last == 0)
    return TRUE;
  /* The day is over: this number is never given. The same form as prescription_number() in app/write.c. */
  id = g_strdup_printf ("CF%.4s%.2s%.2s-%s%04" PRId64, day, day + 5, day + 8, desk_id != NULL ? desk_id : "1", last + 1);
  return fz_canary_plant (txn, id, error);
}

/* --- so often a day --- */

gboolean
fz_watch_spend (FzSession *session, FzTxn *txn, const char *what, const char *subject, GError **error)
{
  g_autofree char *day = today (txn), *code = g_strconcat (what, "s_per_day", NULL);
  gint64 limit = limit_of (session->desk, code), n = 0;
  gboolean is_new = FALSE;

  if (!fz_watch_add (txn, day, session->number, what, subject, &n, &is_new, error))
    return FALSE;
  if (n <= limit)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("每人每日此类统计不超过%" PRId64 "次，今天已经用完；请明日再做，或由其他有权人员办理。"), MAX (0, limit));
  return FALSE;
}

/* --- alarms --- */

gboolean
fz_watch_put_due (FzTxn *txn, void (*add) (const FzFields *alarm, gpointer data), gpointer data, GError **error)
{
  g_autoptr (GPtrArray) alarms = fz_alarms_list (txn, TRUE, 200, error);

  for (guint i = 0; alarms != NULL && i < alarms->len; i++)
    add (alarms->pdata[i], data);
  return alarms != NULL;
}

static const struct {
  const char *what, *words;
} kinds[] = { { "case", N_ ("一日内查看的就诊和处方过多") },
              { "outbox", N_ ("一日内查看的上报记录过多") },
              { "missing", N_ ("多次查找不存在的编号") },
              { "canary", N_ ("查找了诱饵编号（逐号试探）") } };

typedef struct {
  FzSession *session;
  const FzFields *filter;
  GPtrArray *rows;
  gint64 number;
  const char *words;
} Ask;

static gboolean
list_alarms (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  g_autoptr (GPtrArray) kept = fz_alarms_list (txn, ask->filter != NULL && fz_fields_is_yes (ask->filter, "open"), 500, error);

  ask->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  for (guint i = 0; kept != NULL && i < kept->len; i++) {
    FzFields *row = fz_fields_dup (kept->pdata[i], NULL);
    gboolean own = g_strcmp0 (fz_fields_get (row, "alarm.staff"), ask->session->number) == 0;

    for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
      if (g_strcmp0 (fz_fields_get (row, "alarm.what"), kinds[k].what) == 0)
        fz_fields_set (row, "alarm.what_label", _ (kinds[k].words));
    fz_fields_set (row, "alarm.may_settle",
                   ask->session->role == FZ_ROLE_SECURITY && !own && !fz_fields_has (row, "alarm.settled_at") ? "yes" : NULL);
    g_ptr_array_add (ask->rows, fz_fields_freeze (row));
  }
  return kept != NULL;
}

GPtrArray *
fz_desk_list_alarms (FzSession *session, const FzFields *filter, GError **error)
{
  Ask ask = { .session = session, .filter = filter };

  if (fz_session_may (session, "alarm.list", "watch", NULL, error) && fz_session_look (session, "alarm.list", "watch", NULL, error) &&
      fz_store_run (session->desk->store, FZ_TXN_READ, list_alarms, &ask, error))
    return ask.rows;
  g_clear_pointer (&ask.rows, g_ptr_array_unref);
  return NULL;
}

static gboolean
settle (FzTxn *txn, gpointer data, GError **error)
{
  Ask *ask = data;
  g_autofree char *subject = g_strdup_printf ("%" PRId64, ask->number);

  return fz_alarm_settle (txn, ask->number, ask->session->number, ask->words, error) &&
         fz_session_audit (ask->session, txn, "profiling.settle", "watch", subject, "done", ask->words, NULL, error);
}

gboolean
fz_desk_settle_alarm (FzSession *session, gint64 number, const char *words, GError **error)
{
  g_autofree char *said = g_strstrip (g_strdup (words != NULL ? words : ""));
  Ask ask = { .session = session, .number = number, .words = said };

  if (!fz_session_may (session, "alarm.settle", "watch", NULL, error))
    return FALSE;
  if (*said == '\0') {
    g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("请写明核实的情况和处理。"));
    return FALSE;
  }
  return fz_store_run (session->desk->store, FZ_TXN_RECORD, settle, &ask, error);
}
