/* What a hospital still has to do before its first patient (开业前), counted from what stands in the store: nobody ticks anything off by hand. */
#include "app/desk_private.h"

#include "app/admission.h"
#include "app/front_config.h"
#include "app/preflight.h"
#include "app/proposal.h"
#include "core/catalogue_change.h"
#include "core/date.h"
#include "core/say.h"
#include "db/catalogue.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/registers.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define MOST_CHANGES 500
#define NEXT_YEAR_FROM 12 /* the State Council announces a year's days off in the November before */

typedef enum { DONE, PART, OPEN, FREE } State;

typedef struct {
  FzSession *session;
  GPtrArray *rows, *before; /* of the preflight */
  guint held, came_back;    /* drills that were signed: by two shares that opened, and of those without a difference */
} Opening;

static void
say (Opening *self, const char *item, const char *label, State state, const char *words, FzRole who, const char *place)
{
  static const char *const states[] = { "done", "part", "open", "free" };
  FzFields *row = fz_fields_new ("fuzhen.opening/v1");

  fz_fields_set (row, "item", item);
  fz_fields_set (row, "label", label);
  fz_fields_set (row, "state", states[state]);
  fz_fields_set (row, "words", words);
  fz_fields_set (row, "role", fz_role_to_word (who));
  fz_fields_set (row, "place", place);
  g_ptr_array_add (self->rows, fz_fields_freeze (row));
}

/* --- what the preflight says too --- */

static const FzFields *
before (const Opening *self, const char *item)
{
  for (guint i = 0; i < self->before->len; i++)
    if (g_strcmp0 (fz_fields_get (self->before->pdata[i], "item"), item) == 0)
      return self->before->pdata[i];
  return NULL;
}

static gboolean
stops (const FzFields *row)
{
  return row != NULL && g_strcmp0 (fz_fields_get (row, "state"), "stop") == 0;
}

static void
say_as_before (Opening *self, const char *item, FzRole who, const char *place)
{
  const FzFields *row = before (self, item);

  say (self, item, fz_fields_get (row, "label"), stops (row) ? OPEN : DONE, fz_fields_get (row, "words"), who, place);
}

/* --- the institution --- */

static gboolean
look_at_licence (Opening *self, FzTxn *txn, GError **error)
{
  gint64 n = fz_entries_count (txn, "licence", FALSE, error);
  const FzFields *row = before (self, "licence");
  gboolean dated = !stops (row);

  if (n < 0)
    return FALSE;
  say (self, "licence", fz_fields_get (row, "label"), n > 0 && dated ? DONE : n > 0 || dated ? PART : OPEN,
       dated && n == 0 ? _ ("台账“执业许可、第二名称与校验”中还没有登记执业许可证。") : fz_fields_get (row, "words"), FZ_ROLE_AFFAIRS, dated ? "registers" : "people");
  return TRUE;
}

/* --- people --- */

static gboolean
works (FzTxn *txn, const FzFields *person, gboolean *out, GError **error)
{
  if (!fz_admission_counts (txn, person, out, error))
    return FALSE;
  *out = *out && !fz_fields_has (person, "left_at") && fz_fields_has (person, "vkey");
  return TRUE;
}

/* One of each office who can sign in and sign. */
static gboolean
look_at_people (Opening *self, FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);
  g_autoptr (GString) missing = g_string_new (NULL);
  guint n = 0, offices = 0, of[FZ_N_ROLES] = { 0 };
  g_autofree char *words = NULL;

  for (guint i = 0; staff != NULL && i < staff->len; i++) {
    FzRole role = FZ_ROLE_DESK;
    gboolean good = FALSE;

    if (!works (txn, staff->pdata[i], &good, error))
      return FALSE;
    if (good && fz_role_from_word (fz_fields_get (staff->pdata[i], "role"), &role)) {
      of[role]++;
      n++;
    }
  }
  for (int role = FZ_ROLE_NONE + 1; role < FZ_N_ROLES; role++) {
    offices += of[role] > 0;
    if (role != FZ_ROLE_DESK && of[role] == 0)
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? _ ("、") : "", fz_role_label ((FzRole) role));
  }
  words = missing->len > 0 ? g_strdup_printf (_ ("已启用 %u 人。还没有人：%s。"), n, missing->str) : g_strdup_printf (_ ("各岗位都有人，已启用 %u 人。"), n);
  say (self, "people", _ ("各岗位的人员"), missing->len == 0 ? DONE : offices > 0 ? PART : OPEN, words, FZ_ROLE_SECURITY, "people");
  return staff != NULL;
}

/* --- what is worked by --- */

static void
look_at_rules (Opening *self)
{
  const FzDesk *desk = self->session->desk;
  const FzRulebook *book = desk->knowledge->rulebook;
  g_autofree char *since = fz_say_day (fz_rulebook_get_since (book)), *until = NULL, *words = NULL;
  FzDate day;
  gboolean over = fz_rulebook_get_until (book, &day) && fz_date_compare (day, fz_date_in_beijing (fz_session_now_us (self->session))) < 0;

  until = over ? fz_say_day (day) : NULL;
  words = over ? g_strdup_printf (_ ("%s已于 %s 届满。"), fz_rulebook_get_title (book), until)
               : g_strdup_printf (_ ("%s，自 %s 起施行。"), fz_rulebook_get_title (book), since);
  say (self, "rules", _ ("施行的规则"), desk->rules_problem != NULL ? OPEN : over ? PART : DONE, desk->rules_problem != NULL ? desk->rules_problem : words,
       FZ_ROLE_AFFAIRS, "rules");
}

/* The starter catalogue is a beginning: two persons have to have said at least once what this hospital offers. */
static gboolean
look_at_catalogue (Opening *self, FzTxn *txn, GError **error)
{
  const FzCatalogue *catalogue = self->session->desk->knowledge->catalogue;
  g_autoptr (GPtrArray) changes = fz_catalogue_change_list (txn, FALSE, G_MAXINT64, "", MOST_CHANGES, error);
  g_autofree char *words = NULL;
  gboolean own = FALSE;
  guint n = 0;

  for (guint i = 0; changes != NULL && i < changes->len; i++)
    own = own || g_strcmp0 (fz_fields_get (changes->pdata[i], "change.state"), fz_change_state_to_word (FZ_CHANGE_APPROVED)) == 0;
  for (guint i = 0; catalogue != NULL && i < fz_catalogue_get_n (catalogue); i++)
    n += fz_catalogue_get (catalogue, i)->active;
  words = own ? g_strdup_printf (_ ("在用 %u 种，已由两人核定过变更。"), n)
              : g_strdup_printf (_ ("在用 %u 种，都是随程序的起步目录，还没有由两人核定过。请导入本院的目录，或停用本院没有的。"), n);
  say (self, "catalogue", _ ("药品目录"), n == 0 ? OPEN : own ? DONE : PART, words, FZ_ROLE_AFFAIRS, "catalogue");
  return changes != NULL;
}

static gboolean
look_at_consent (Opening *self, FzTxn *txn, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char *version = NULL, *sha256 = NULL, *words = NULL;
  gboolean there = fz_consent_text_newest (txn, &version, &sha256, NULL, &why);

  if (why != NULL && !g_error_matches (why, FZ_ERROR, FZ_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  words = there ? g_strdup_printf (_ ("现用版本 %s。"), version) : g_strdup (_ ("没有文本，患者不能签署，也就不能接诊。"));
  say (self, "consent", _ ("知情同意书文本"), there ? DONE : OPEN, words, FZ_ROLE_AFFAIRS, "rules");
  return TRUE;
}

static void
look_at_calendar (Opening *self)
{
  const FzCalendar *calendar = self->session->desk->calendar;
  FzDate today = fz_date_in_beijing (fz_session_now_us (self->session));
  gboolean this_year = fz_calendar_covers (calendar, today.year), next = today.month < NEXT_YEAR_FROM || fz_calendar_covers (calendar, today.year + 1);
  g_autofree char *words = this_year && next ? g_strdup_printf (_ ("已有 %d 年的节假日安排。"), today.year)
                                             : g_strdup_printf (_ ("没有 %d 年的节假日安排，按工作日计算的期限算不出来。"), this_year ? today.year + 1 : today.year);

  say (self, "calendar", _ ("工作日历"), this_year && next ? DONE : this_year ? PART : OPEN, words, FZ_ROLE_AFFAIRS, "deadlines");
}

/* --- connections --- */

static void
look_at_platform (Opening *self)
{
  const FzFields *config = before (self, "config");
  g_autoptr (GString) named = g_string_new (NULL);
  g_autofree char *words = NULL;
  gboolean is_set = !stops (config);

  for (guint i = 0; i < self->before->len; i++)
    if (stops (self->before->pdata[i]))
      g_string_append_printf (named, "%s%s", named->len > 0 ? _ ("、") : "", fz_fields_get (self->before->pdata[i], "label"));
  if (named->len > 0)
    words = g_strdup_printf (_ ("接入配置可以读取；上线前检查中还会被拦下的：%s。"), named->str);
  say (self, "platform", _ ("监管平台接入"), !is_set ? OPEN : named->len > 0 ? PART : DONE, !is_set || named->len == 0 ? fz_fields_get (config, "words") : words,
       FZ_ROLE_SYSTEM, "system");
}

/* A hospital may do without: its requests then come as bundles. */
static void
look_at_front (Opening *self)
{
  g_autoptr (FzFields) note = fz_front_note_read (self->session->desk->data_dir);
  gint64 heard_us = 0;
  gboolean heard = note != NULL && fz_fields_get_time (note, "heard_at", &heard_us);

  say (self, "front", _ ("医院前端（患者端）"), heard ? DONE : note != NULL ? PART : FREE,
       heard          ? _ ("已经连接过。")
       : note != NULL ? _ ("已设置，还没有连接成功。")
                      : _ ("没有设置。没有患者端的医院可以不设，就诊申请用申请包收件。"),
       FZ_ROLE_SYSTEM, "front");
}

/* --- what is left after a fire --- */

static gboolean
look_at_backup (Opening *self, FzTxn *txn, GError **error)
{
  g_autofree char *last = NULL, *said = NULL, *words = NULL;
  FzDate day, today = fz_date_in_beijing (fz_session_now_us (self->session));
  gboolean fresh;

  if (!fz_setting_read (txn, "backup.day", &last, error))
    return FALSE;
  fresh = last != NULL && fz_date_parse (last, &day, NULL) && fz_date_days_between (day, today) <= 1;
  said = fz_say_value (last);
  words = last != NULL ? g_strdup_printf (_ ("最近一次每日备份：%s。请另存一份到别的磁盘。"), said)
                       : g_strdup (_ ("还没有备份过。有人登录期间每天自动备份一次，也可以立即备份到别的磁盘。"));
  say (self, "backup", _ ("备份"), fresh ? DONE : last != NULL ? PART : OPEN, words, FZ_ROLE_SYSTEM, "system");
  return TRUE;
}

static gboolean
count_drill (FzTxn *txn, const char *subject, gpointer data, GError **error)
{
  Opening *self = data;
  g_autoptr (GPtrArray) reports = fz_documents_of_visit (txn, subject, error);

  for (guint i = 0; reports != NULL && i < reports->len; i++) {
    const char *outcome = fz_fields_get (((const FzDocument *) reports->pdata[i])->body, "outcome");

    self->held += g_strcmp0 (outcome, "failed") != 0;
    self->came_back += g_strcmp0 (outcome, "good") == 0;
  }
  return reports != NULL;
}

/* That shares were shown says nothing of who has them: two of them opening a backup does. */
static void
look_at_drills (Opening *self)
{
  say (self, "shares", _ ("恢复份额"), self->held > 0 ? DONE : PART,
       self->held > 0 ? _ ("两位保管人在恢复演练中用各自的份额打开过备份。") : _ ("建库时已显示一次，还没有用过。两位保管人在恢复演练中各输入一份，才证明份额在他们手中。"), FZ_ROLE_SYSTEM,
       "system");
  say (self, "drill", _ ("第一次恢复演练"), self->came_back > 0 ? DONE : self->held > 0 ? PART : OPEN,
       self->came_back > 0 ? _ ("备份已真正恢复并核对一致，报告已签名。")
       : self->held > 0    ? _ ("做过，但有不一致；查明原因后重做。")
                           : _ ("还没有做过。没有恢复过的备份不能算数。"),
       FZ_ROLE_SYSTEM, "system");
}

/* --- all --- */

static gboolean
look_inside (FzTxn *txn, gpointer data, GError **error)
{
  Opening *self = data;

  if (!look_at_licence (self, txn, error))
    return FALSE;
  say_as_before (self, "departments", FZ_ROLE_AFFAIRS, "people");
  say_as_before (self, "filing", FZ_ROLE_AFFAIRS, "people");
  if (!look_at_people (self, txn, error))
    return FALSE;
  look_at_rules (self);
  return look_at_catalogue (self, txn, error) && look_at_consent (self, txn, error) && look_at_backup (self, txn, error);
}

GPtrArray *
fz_desk_read_opening (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref), met = NULL;
  Opening self = { .session = session, .rows = rows };

  if (!fz_session_may (session, "opening.read", "store", NULL, error) || !fz_session_look (session, "opening.read", "store", NULL, error))
    return NULL;
  met = self.before = fz_preflight_look (session, FALSE, NULL, error);
  if (met == NULL || !fz_store_run (session->desk->store, FZ_TXN_READ, look_inside, &self, error) ||
      !fz_proposals_walk (session->desk, "fuzhen.drill_report/v1", count_drill, &self, error))
    return NULL;
  look_at_calendar (&self);
  look_at_platform (&self);
  look_at_front (&self);
  look_at_drills (&self);
  return g_steal_pointer (&rows);
}
