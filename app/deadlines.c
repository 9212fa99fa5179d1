/* Everything with a day on it that this reader may know of, soonest first (期限): registers, papers of people and of the institution, reports
 * the platform has not got, the daily backup. */
#include "app/desk_private.h"

#include "app/access.h"
#include "app/admission.h"
#include "app/catalogue.h"
#include "app/certify.h"
#include "app/comment.h"
#include "app/due_entry.h"
#include "app/duty.h"
#include "app/grant.h"
#include "app/indicators.h"
#include "app/institution.h"
#include "app/kept_facts.h"
#include "app/knowledge.h"
#include "app/monitor.h"
#include "app/policy_read.h"
#include "app/recurring.h"
#include "app/registers.h"
#include "app/report_parts.h"
#include "app/stamps.h"
#include "app/time_trust.h"
#include "app/told.h"
#include "app/training.h"
#include "app/watch.h"
#include "db/certificates.h"
#include "db/directory.h"
#include "db/front.h"
#include "db/monitors.h"
#include "db/outbox.h"
#include "db/registers.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#define MOST_ROWS 1000

typedef struct {
  FzSession *session;
  FzRole role; /* as whom */
  FzDate today;
  GPtrArray *rows;
  FzFields *institution; /* who holds which office */
  GPtrArray *staff;
} Gather;

static void
gather_clear (Gather *gather)
{
  g_clear_pointer (&gather->rows, g_ptr_array_unref);
  g_clear_pointer (&gather->institution, fz_fields_unref);
  g_clear_pointer (&gather->staff, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Gather, gather_clear)

/* The office, and who holds it, if anybody was named. */
static void
put_told (Gather *gather, const char *office, FzFields *row)
{
  FzCodes *offices = fz_knowledge_codes (gather->session->desk->knowledge, "offices");
  guint at = (guint) fz_codes_find_code (offices, office);
  const char *number = fz_office_holder (gather->institution, office);

  fz_fields_set (row, "tell", fz_codes_get (offices, at, "label"));
  fz_fields_set (row, "tell_en", fz_codes_get (offices, at, "label_en"));
  fz_fields_set (row, "tell_office", office);
  for (guint i = 0; number != NULL && i < gather->staff->len; i++)
    if (g_strcmp0 (fz_fields_get (gather->staff->pdata[i], "number"), number) == 0 && !fz_fields_has (gather->staff->pdata[i], "left_at")) {
      fz_fields_set (row, "tell_number", number);
      fz_fields_set (row, "tell_name", fz_fields_get (gather->staff->pdata[i], "name"));
    }
}

/* Over for so many working days that another has to hear of it. */
static void
put_escalation (Gather *gather, const char *kind, FzDate on, FzFields *row)
{
  const FzCodes *leads = fz_knowledge_codes (gather->session->desk->knowledge, "lead-times");
  int at = fz_codes_find_code (leads, kind);
  const char *after = at >= 0 ? fz_codes_get (leads, (guint) at, "late_workdays") : "";
  guint late = 0;

  if (*after == '\0' || fz_date_compare (on, gather->today) >= 0 ||
      !fz_calendar_workdays_between (gather->session->desk->calendar, on, gather->today, &late, NULL) || late < g_ascii_strtoull (after, NULL, 10))
    return;
  fz_fields_set_int (row, "late", late);
  put_told (gather, fz_codes_get (leads, (guint) at, "office"), row);
}

/* A row that may still be added to. (transfer none) */
static FzFields *
add_row (Gather *gather, const char *kind, const char *what, const char *label, const char *subject, const char *name, const char *on)
{
  FzFields *row = fz_fields_new ("fuzhen.deadline/v1");
  FzDate day;

  fz_fields_set (row, "kind", kind);
  fz_fields_set (row, "what", what);
  fz_fields_set (row, "label", label);
  fz_fields_set (row, "subject", subject);
  fz_fields_set (row, "name", name);
  fz_fields_set (row, "on", on);
  if (on != NULL && fz_date_parse (on, &day, NULL)) {
    fz_fields_set_int (row, "days", fz_date_days_between (gather->today, day));
    put_escalation (gather, kind, day, row);
  }
  g_ptr_array_add (gather->rows, row);
  return row;
}

static void
add (Gather *gather, const char *kind, const char *what, const char *label, const char *subject, const char *name, const char *on)
{
  fz_fields_freeze (add_row (gather, kind, what, label, subject, name, on));
}

/* --- papers --- */

/* Medical affairs see the entry that says it, with what is done about it: not the same day twice. */
static gboolean
is_in_register (const Gather *gather, GHashTable *by, const char *id, const char *fact)
{
  const FzFields *entries = gather->role == FZ_ROLE_AFFAIRS ? g_hash_table_lookup (by, id) : NULL;

  return entries != NULL && fz_fields_has (entries, fact);
}

static gboolean
add_people (Gather *gather, FzTxn *txn, GError **error)
{
  static const char *const papers[][2] = { { "licence_until", N_ ("执业证书有效期") }, { "insurance_until", N_ ("医疗责任险有效期") },
                                           { "agreement_until", N_ ("第三方药师合作协议有效期") }, { "multi_site_until", N_ ("多机构执业备案有效期") } };
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error), trainings = staff != NULL ? fz_trainings_held (txn, error) : NULL;
  g_autoptr (GHashTable) by = trainings != NULL ? fz_kept_facts_by (gather->session->desk, txn, FZ_HOLDER_STAFF, error) : NULL;

  for (guint i = 0; by != NULL && i < staff->len; i++) {
    const FzFields *person = staff->pdata[i];
    const char *number = fz_fields_get (person, "number"), *name = fz_fields_get (person, "name");
    const char *trained = fz_training_until (trainings, staff, number, fz_fields_get (person, "person"));

    if (fz_fields_has (person, "left_at"))
      continue;
    for (guint k = 0; k < G_N_ELEMENTS (papers); k++)
      if (fz_fields_has (person, papers[k][0]) && !is_in_register (gather, by, number, papers[k][0]))
        add (gather, "staff", papers[k][0], _ (papers[k][1]), number, name, fz_fields_get (person, papers[k][0]));
    if (trained != NULL)
      add (gather, "staff", "training_until", _ ("培训有效期"), number, name, trained);
  }
  return by != NULL;
}

/* Nobody has to think of a certificate before its last month. */
static gboolean
add_certificates (Gather *gather, FzTxn *txn, GError **error)
{
  gint64 warn = fz_key_policy (gather->session->desk, "certificate.warn_days");
  g_autoptr (GPtrArray) staff = fz_staff_list (txn, error);

  for (guint i = 0; staff != NULL && i < staff->len; i++) {
    const FzFields *person = staff->pdata[i];
    const char *vkey = fz_fields_has (person, "left_at") ? NULL : fz_fields_get (person, "vkey");
    g_autoptr (GError) why = NULL;
    g_autoptr (FzFields) certificate = vkey != NULL ? fz_certificate_find (txn, vkey, &why) : NULL;
    g_autofree char *on = NULL;
    gint64 until = 0;

    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    if (certificate == NULL || !fz_fields_get_time (certificate, "until", &until) ||
        fz_date_days_between (gather->today, fz_date_in_beijing (until)) > warn)
      continue;
    on = fz_date_format (fz_date_in_beijing (until));
    add (gather, "staff", "certificate_until", _ ("签名密钥证书到期，由安全管理员续期"), fz_fields_get (person, "number"), fz_fields_get (person, "name"), on);
  }
  return staff != NULL;
}

/* 电子签名法 art. 15: those who rely on a signature are told that its key is out. */
static gboolean
add_revocations (Gather *gather, FzTxn *txn, GError **error)
{
  gint64 days = fz_key_policy (gather->session->desk, "notice.days");
  g_autoptr (GPtrArray) revoked = fz_revocation_list (txn, error);

  for (guint i = 0; revoked != NULL && i < revoked->len; i++) {
    const FzFields *row = revoked->pdata[i];
    g_autoptr (FzFields) person = NULL;
    g_autofree char *on = NULL;
    gint64 at = 0;

    if (fz_fields_has (row, "told_at") || !fz_fields_get_time (row, "revoked_at", &at))
      continue;
    person = fz_staff_get (txn, fz_fields_get (row, "staff"), error);
    if (person == NULL)
      return FALSE;
    on = fz_date_format (fz_date_add_days (fz_date_in_beijing (at), (int) days));
    add (gather, "staff", "key_notice", _ ("签名密钥已吊销，应告知有关各方（电子签名法第十五条）"), fz_fields_get (person, "number"), fz_fields_get (person, "name"), on);
  }
  return revoked != NULL;
}

/* An entry that has ended has nothing due, and the licence is over all the same. */
static gboolean
is_in_open_entry (Gather *gather, FzTxn *txn, const char *fact, gboolean *out, GError **error)
{
  g_autoptr (GHashTable) by = fz_kept_facts_by (gather->session->desk, txn, FZ_HOLDER_INSTITUTION, error);
  const FzFields *entries = by != NULL ? g_hash_table_lookup (by, "") : NULL;
  const char *id = entries != NULL ? fz_fields_get (entries, fact) : NULL;
  g_autoptr (FzFields) entry = id != NULL ? fz_entries_get (txn, id, error) : NULL;

  *out = entry != NULL && !fz_fields_is_yes (entry, "entry.ended");
  return by != NULL && (id == NULL || entry != NULL);
}

static gboolean
add_institution (Gather *gather, FzTxn *txn, GError **error)
{
  g_autoptr (FzFields) institution = fz_profile_get (txn, "institution", error);
  const char *until = institution != NULL ? fz_fields_get (institution, "organ.licence_until") : NULL;
  gboolean listed = FALSE;

  if (until != NULL && !is_in_open_entry (gather, txn, "organ.licence_until", &listed, error))
    return FALSE;
  if (until != NULL && !listed)
    add (gather, "institution", "licence_until", _ ("医疗机构执业许可证有效期"), fz_fields_get (institution, "organ.code"),
         fz_fields_get (institution, "organ.name"), until);
  return institution != NULL;
}

/* --- the kinds of business that were filed --- */

/* While nothing was said of the filing that is to be mended. */
static gboolean
add_filing (Gather *gather, FzTxn *txn, GError **error)
{
  g_autoptr (FzFields) institution = fz_profile_get (txn, "institution", error);
  g_autofree char *today = fz_date_format (gather->today);

  if (institution == NULL)
    return FALSE;
  if (!fz_institution_knows_businesses (institution))
    add (gather, "business", "unknown", _ ("没有登记备案的业务类型，各项业务都按应报处理"), NULL, fz_fields_get (institution, "organ.name"), today);
  return TRUE;
}

/* --- reports --- */

/* The platform wants a record on the day after (T+1). Those that are only waiting their turn are one line a day, not hundreds. */
static gboolean
add_reports (Gather *gather, FzTxn *txn, const char *state, const char *label, gboolean together, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_outbox_list (txn, state, 0, MOST_ROWS, error);
  g_autofree char *last = NULL;

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    gint64 made_us = 0;
    g_autofree char *on = NULL;

    fz_fields_get_time (rows->pdata[i], "made_at", &made_us);
    on = fz_date_format (fz_date_add_days (fz_date_in_beijing (made_us), 1));
    if (together && g_strcmp0 (on, last) == 0)
      continue;
    add (gather, "upload", state, label, together ? NULL : fz_fields_get (rows->pdata[i], "id"),
         together ? NULL : fz_fields_get (rows->pdata[i], "key"), on);
    g_free (last);
    last = g_strdup (on);
  }
  return rows != NULL;
}

static gboolean
add_all_reports (Gather *gather, FzTxn *txn, GError **error)
{
  static const struct {
    const char *state, *label;
    gboolean together;
  } states[] = { { "queued", N_ ("上报数据等待发送"), TRUE },
                 { "blocked", N_ ("上报数据缺项或待人工处理"), FALSE },
                 { "refused", N_ ("上报被平台拒绝"), FALSE },
                 { "unknown", N_ ("上报结果未知"), FALSE },
                 { "alarm", N_ ("上报因接入配置停止"), FALSE } };

  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (!add_reports (gather, txn, states[i].state, _ (states[i].label), states[i].together, error))
      return FALSE;
  return TRUE;
}

/* --- the sign-in of each day --- */

static void
add_day (FzDate day, FzDayState state, const char *entry, gpointer data)
{
  static const char *const words[] = { "none", "open", "events", "waiting", "done" };
  static const char *const labels[] = { NULL, N_ ("不良事件每日签到：尚未确认"), N_ ("不良事件每日签到：登记的事件办结上报后完成"), N_ ("不良事件每日签到：已确认，等待发送"), NULL };
  Gather *gather = data;
  g_autofree char *on = fz_date_format (day);
  FzFields *row = add_row (gather, "daily", words[state], _ (labels[state]), entry, NULL, on);

  if (state == FZ_DAY_OPEN && fz_date_compare (day, gather->today) == 0)
    fz_fields_set (row, "register", fz_message_table_get_daily (gather->session->desk->knowledge->messages)->reg);
  fz_fields_freeze (row);
}

/* --- backup --- */

static gboolean
add_backup (Gather *gather, FzTxn *txn, GError **error)
{
  g_autofree char *last = NULL, *on = NULL;
  FzDate day = gather->today;

  if (!fz_setting_read (txn, "backup.day", &last, error))
    return FALSE;
  if (last != NULL && fz_date_parse (last, &day, NULL))
    day = fz_date_add_days (day, 1);
  on = fz_date_format (day);
  add (gather, "backup", "backup", _ ("每日备份"), last, NULL, on);
  return TRUE;
}

/* --- what doctors promised to watch --- */

/* A doctor sees all of their own with what is to be watched; medical affairs only what is over, with whose it is and nothing of the patient. */
static gboolean
add_monitors (Gather *gather, FzTxn *txn, const char *doctor, GError **error)
{
  g_autofree char *today = fz_date_format (gather->today);
  g_autoptr (GPtrArray) rows = fz_monitors_list (txn, doctor, doctor == NULL ? today : NULL, MOST_ROWS, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    add (gather, "monitor", fz_fields_get (rows->pdata[i], "monitor.position"), doctor != NULL ? _ ("开方时承诺的监测") : _ ("医师承诺的监测已逾期"),
         fz_fields_get (rows->pdata[i], "monitor.rx"), fz_fields_get (rows->pdata[i], doctor != NULL ? "monitor.what" : "monitor.doctor"),
         fz_fields_get (rows->pdata[i], "monitor.on"));
  return rows != NULL;
}

/* --- who reviews now --- */

/* Affairs keeps the roster: the row stands while the status line of every window says so. Chongqing 2023 appendix 1 part 3. */
static gboolean
add_duty (Gather *gather, FzTxn *txn, GError **error)
{
  g_autofree char *today = fz_date_format (gather->today);
  gboolean missing = FALSE;

  if (!fz_duty_is_missing (txn, &missing, error))
    return FALSE;
  if (missing)
    add (gather, "duty", "missing", _ ("业务时间内没有药师值班审方"), NULL, NULL, today);
  return TRUE;
}

/* --- the rules --- */

/* The last day of the text the hospital follows, stated or computed. */
static void
add_rules (Gather *gather)
{
  const FzRulebook *book = gather->session->desk->knowledge->rulebook;
  FzDate until;
  g_autofree char *on = NULL;

  if (!fz_rulebook_get_until (book, &until))
    return;
  on = fz_date_format (until);
  add (gather, "rules", "until", _ ("所执行规定的施行期届满"), fz_rulebook_get_name (book), fz_rulebook_get_title (book), on);
}

static void
add_knowledge (Gather *gather)
{
  const FzKnowledgeSet *set = gather->session->desk->knowledge->set;
  g_autofree char *on = fz_date_format (fz_knowledge_set_get_until (set));

  add (gather, "knowledge", "until", _ ("药品知识库有效期届满，过期后不能签署和审核处方"), fz_knowledge_set_get_edition (set),
       fz_knowledge_set_get_title (set, FALSE), on);
}

/* --- the catalogue --- */

static void
add_removal (const FzFields *change, gpointer data)
{
  g_autofree char *name = g_strdup_printf ("%s %s", fz_fields_get (change, "drug.code"), fz_fields_get (change, "drug.generic"));

  add (data, "catalogue", "removal", _ ("因疑似不良反应移除的药品，待另一人确认或解除"), fz_fields_get (change, "change.id"), name,
       fz_fields_get (change, "change.due_on"));
}

/* --- comment on prescriptions --- */

/* What a doctor's results ask of medical affairs, due as soon as it is reached. */
static gboolean
add_comments (Gather *gather, FzTxn *txn, GError **error)
{
  static const char *const labels[][2] = { { "warn", N_ ("超常处方达到次数：警告并限制处方权") }, { "revoke", N_ ("限制处方权后仍连续超常：取消处方权") },
                                           { "fail", N_ ("不合理处方达到次数：考核不合格，离岗培训") } };
  g_autoptr (GPtrArray) tasks = fz_comment_consequences (gather->session->desk, txn, error);

  for (guint i = 0; tasks != NULL && i < tasks->len; i++)
    for (guint k = 0; k < G_N_ELEMENTS (labels); k++) {
      const FzFields *task = tasks->pdata[i];

      if (g_strcmp0 (fz_fields_get (task, "what"), labels[k][0]) == 0)
        add (gather, "comment", labels[k][0], _ (labels[k][1]), fz_fields_get (task, "number"), fz_fields_get (task, "name"), fz_fields_get (task, "on"));
    }
  return tasks != NULL;
}

static void
add_record (const char *word, const char *plan, const char *record, const char *on, gpointer data)
{
  static const char *const labels[][2] = { { "record-reply", N_ ("病历质控：答复缺陷，认可或申诉") }, { "record-rectify", N_ ("病历质控：缺陷整改") },
                                           { "record-evaluate", N_ ("病历质控：评价整改") } };

  for (guint i = 0; i < G_N_ELEMENTS (labels); i++)
    if (g_str_equal (word, labels[i][0]))
      add (data, "record", word, _ (labels[i][1]), plan, record, on);
}

/* --- policies that are not read --- */

static void
add_unread (const FzFields *policy, const char *who, gpointer data)
{
  Gather *gather = data;
  gboolean mine = gather->role == FZ_ROLE_DOCTOR || gather->role == FZ_ROLE_PHARMACIST;
  g_autofree char *about = g_strdup_printf ("%s %s", fz_fields_get (policy, "field.subject"), fz_fields_get (policy, "field.version"));
  FzFields *row = add_row (gather, "policy", "unread", mine ? _ ("阅读施行中的制度，并在“制度学习确认”里确认已理解") : _ ("制度还没有经全体医师、药师确认已学习"), fz_fields_get (policy, "entry.id"),
                           mine ? about : who, NULL);

  fz_fields_set (row, "on", fz_fields_get (policy, "field.effective_on")); /* since when: no article says by when, so nothing is left and nothing over */
  fz_fields_set (row, "about", mine ? NULL : about);
  fz_fields_set (row, "version", fz_fields_get (policy, "field.version"));
  fz_fields_freeze (row);
}

/* --- leave that somebody waits for --- */

static void
add_grant (const FzFields *grant, gpointer data)
{
  FzGrantKind kind = FZ_GRANT_PROFILING;

  fz_grant_kind_from_word (fz_fields_get (grant, "grant.kind"), &kind);
  if (fz_grant_may_decide (kind, ((Gather *) data)->role))
    add (data, "grant", fz_grant_kind_to_word (kind), _ ("授权申请，待另一人决定"), fz_fields_get (grant, "grant.id"), fz_fields_get (grant, "grant.by"),
         fz_fields_get (grant, "grant.due_on"));
}

static gboolean
add_grants (Gather *gather, FzTxn *txn, GError **error)
{
  return fz_grants_put_due (gather->session->desk, txn, add_grant, gather, error);
}

/* --- accounts that wait for a second person --- */

static void
add_admission (const FzFields *staff, gpointer data)
{
  add (data, "account", fz_fields_get (staff, "opening.act"), _ ("账号启用，待另一人批准"), fz_fields_get (staff, "opening.id"), fz_fields_get (staff, "name"),
       fz_fields_get (staff, "opening.due_on"));
}

/* --- who looked at too much --- */

static void
add_alarm (const FzFields *alarm, gpointer data)
{
  gint64 raised_us = 0;
  g_autofree char *on = NULL;

  fz_fields_get_time (alarm, "alarm.raised_at", &raised_us);
  on = fz_date_format (fz_date_in_beijing (raised_us));
  add (data, "alarm", fz_fields_get (alarm, "alarm.what"), _ ("防统方告警，待核实处理"), fz_fields_get (alarm, "alarm.number"),
       fz_fields_get (alarm, "alarm.staff"), on);
}

/* --- opened in need --- */

static void
add_access (const FzFields *access, gpointer data)
{
  add (data, "access", "review", _ ("紧急查阅待复核"), fz_fields_get (access, "access.id"), fz_fields_get (access, "access.by"), fz_fields_get (access, "access.review_on"));
}

/* --- time stamps that did not come --- */

static gboolean
add_stamps (Gather *gather, FzTxn *txn, GError **error)
{
  gint64 n = 0, due_us = 0;
  g_autofree char *on = NULL, *count = NULL;

  if (!fz_stamps_late (gather->session->desk, txn, &n, &due_us, error))
    return FALSE;
  on = fz_date_format (fz_date_in_beijing (due_us));
  count = g_strdup_printf ("%" PRId64, n);
  if (n > 0)
    add (gather, "signer", "stamp", _ ("文书的时间戳逾期未取得，请检查时间戳服务"), NULL, count, on);
  return TRUE;
}

/* --- a clock that nothing confirms --- */

static void
add_clock (Gather *gather)
{
  g_autofree char *today = fz_date_format (gather->today);
  gint64 off_us;

  if (g_strcmp0 (fz_time_trust (gather->session->desk, &off_us), "none") == 0)
    add (gather, "clock", off_us != 0 ? "off" : "unconfirmed", _ ("核对本机时间"), NULL, NULL, today);
}

/* --- what came from the hospital's front and could not be done, what it would not take --- */

static gboolean
add_front (Gather *gather, FzTxn *txn, GError **error)
{
  g_autoptr (GPtrArray) problems = fz_front_problems (txn, MOST_ROWS, error);

  for (guint i = 0; problems != NULL && i < problems->len; i++) {
    const FzFields *problem = problems->pdata[i];
    gboolean in = g_strcmp0 (fz_fields_get (problem, "way"), "in") == 0;
    g_autofree char *on = NULL, *subject = g_strdup_printf (_ ("第 %s 件"), fz_fields_get (problem, "number"));
    gint64 at_us = 0;

    fz_fields_get_time (problem, "at", &at_us);
    on = fz_date_format (fz_date_in_beijing (at_us));
    add (gather, "front", fz_fields_get (problem, "kind"), in ? _ ("医院前端来件待处理") : _ ("医院前端不收的通知"), subject, fz_fields_get (problem, "visit"), on);
  }
  return problems != NULL;
}

/* --- what comes round again --- */

static void
add_recurring (const char *code, const char *label, const char *label_en, const char *last, const char *on, gpointer data)
{
  Gather *gather = data;
  FzFields *row = add_row (gather, "recurring", code, label, last, NULL, on);

  fz_fields_set (row, "label_en", label_en);
  fz_fields_freeze (row);
}

/* Due since its period was over. */
static void
add_schedule (const FzFields *entry, const char *last, gpointer data)
{
  add (data, "register", "failing", _ ("定时报表没有做成，原因见审计；改正后自动补做"), fz_fields_get (entry, "entry.id"), fz_fields_get (entry, "field.subject"), last);
}

static gboolean
add_indicators (Gather *gather, FzTxn *txn, GError **error)
{
  g_autofree char *last = NULL;

  if (!fz_indicators_failing (txn, &last, error))
    return FALSE;
  if (last != NULL)
    add (gather, "register", "failing", _ ("质量指标没有核对成，原因见审计；改正后自动补做"), NULL, NULL, last);
  return TRUE;
}

/* --- all --- */

static gboolean
gather_kept (FzTxn *txn, gpointer data, GError **error)
{
  Gather *gather = data;
  FzRole role = gather->role;

  gather->institution = fz_profile_get (txn, "institution", error);
  gather->staff = gather->institution != NULL ? fz_staff_list (txn, error) : NULL;
  if (gather->staff == NULL)
    return FALSE;
  if (role == FZ_ROLE_DOCTOR && (!add_monitors (gather, txn, gather->session->number, error) || !fz_record_put_due (gather->session, txn, role, add_record, gather, error)))
    return FALSE;
  if (role == FZ_ROLE_PHARMACIST && !fz_catalogue_put_due (txn, add_removal, gather, error))
    return FALSE;
  if (role == FZ_ROLE_DOCTOR || role == FZ_ROLE_PHARMACIST)
    return fz_policies_put_unread (txn, gather->staff, gather->session->number, add_unread, gather, error);
  if (role == FZ_ROLE_AFFAIRS && (!add_monitors (gather, txn, NULL, error) || !fz_policies_put_unread (txn, gather->staff, NULL, add_unread, gather, error)))
    return FALSE;
  if (role != FZ_ROLE_SYSTEM && (!add_people (gather, txn, error) || !add_certificates (gather, txn, error) || !add_revocations (gather, txn, error) || !add_grants (gather, txn, error)))
    return FALSE;
  if (!fz_admission_put_due (gather->session, txn, add_admission, gather, error))
    return FALSE;
  if (role == FZ_ROLE_SECURITY && (!fz_watch_put_due (txn, add_alarm, gather, error) || !add_stamps (gather, txn, error)))
    return FALSE;
  if (role == FZ_ROLE_SYSTEM || role == FZ_ROLE_AFFAIRS)
    add_clock (gather);
  if (role != FZ_ROLE_SECURITY && (!add_all_reports (gather, txn, error) || !add_backup (gather, txn, error)))
    return FALSE;
  return role != FZ_ROLE_AFFAIRS || (fz_access_put_due (txn, add_access, gather, error) && add_institution (gather, txn, error) && add_filing (gather, txn, error) && fz_due_days (gather->session->desk, txn, add_day, gather, error) && add_duty (gather, txn, error) && add_comments (gather, txn, error) &&
                                     fz_record_put_due (gather->session, txn, role, add_record, gather, error) &&
                                     fz_catalogue_put_due (txn, add_removal, gather, error) && add_front (gather, txn, error) && fz_report_schedules_failing (gather->session, txn, add_schedule, gather, error) && add_indicators (gather, txn, error));
}

/* Of a limit in hours: the day is today's, and the time of day was. */
static void
put_past (const Gather *gather, FzFields *row)
{
  const char *at = fz_fields_get (row, "at");
  gint64 days = 0;

  if (at != NULL && fz_fields_get_int (row, "days", &days) && days == 0 && fz_date_is_over (fz_fields_get (row, "on"), at, fz_session_now_us (gather->session)))
    fz_fields_set_bool (row, "past", TRUE);
}

/* A paper that a register keeps is late for those who hear of one that none keeps. */
static void
put_late_as (Gather *gather, const char *kind, FzFields *row)
{
  const char *on = fz_fields_get (row, "on");
  FzDate day;

  if (kind != NULL && on != NULL && fz_date_parse (on, &day, NULL))
    put_escalation (gather, kind, day, row);
}

static gboolean
add_registers (Gather *gather, GError **error)
{
  g_autoptr (GPtrArray) due = fz_registers_due (gather->session, error);

  for (guint i = 0; due != NULL && i < due->len; i++) {
    static const char *const more[] = { "label_en", "title", "title_en", "problem", "about", "lead", "owner", "at" };
    const FzFields *from = due->pdata[i];
    FzFields *row = add_row (gather, "register", fz_fields_get (from, "word"), fz_fields_get (from, "label"), fz_fields_get (from, "subject"),
                             fz_fields_get (from, "title"), fz_fields_get (from, "on"));

    for (guint k = 0; k < G_N_ELEMENTS (more); k++)
      fz_fields_set (row, more[k], fz_fields_get (from, more[k]));
    put_late_as (gather, fz_fields_get (from, "late_as"), row);
    put_past (gather, row);
    fz_fields_freeze (row);
  }
  return due != NULL;
}

/* What has no limit comes after all that has one; without a day comes last: it could not be reckoned, and somebody has to see that. */
static const char *
place_in_time (const FzFields *row)
{
  return !fz_fields_has (row, "on") ? "9" : !fz_fields_has (row, "days") ? "8" : fz_fields_get (row, "on");
}

static int
soonest_first (gconstpointer a, gconstpointer b)
{
  const FzFields *x = *(const FzFields *const *) a, *y = *(const FzFields *const *) b;
  const char *at = fz_fields_get (x, "at"), *other = fz_fields_get (y, "at");
  int order = g_strcmp0 (place_in_time (x), place_in_time (y));

  if (order == 0)
    order = g_strcmp0 (at != NULL ? at : "24", other != NULL ? other : "24"); /* without hours it has the whole day */
  if (order == 0)
    order = g_strcmp0 (fz_fields_get (x, "kind"), fz_fields_get (y, "kind"));
  return order != 0 ? order : g_strcmp0 (fz_fields_get (x, "subject"), fz_fields_get (y, "subject"));
}

GPtrArray *
fz_deadlines_gather (FzSession *session, FzRole role, GError **error)
{
  g_auto (Gather) gather = { .session = session, .role = role, .today = fz_date_in_beijing (fz_session_now_us (session)),
                             .rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref) };

  if (!fz_store_run (session->desk->store, FZ_TXN_READ, gather_kept, &gather, error) || (role == FZ_ROLE_AFFAIRS && !add_registers (&gather, error)) ||
      ((role == FZ_ROLE_AFFAIRS || role == FZ_ROLE_SYSTEM) && !fz_recurring_put_due (session, add_recurring, &gather, error)))
    return NULL;
  if (role == FZ_ROLE_AFFAIRS) {
    add_rules (&gather);
    add_knowledge (&gather);
  }
  return g_steal_pointer (&gather.rows);
}

GPtrArray *
fz_desk_list_deadlines (FzSession *session, GError **error)
{
  GPtrArray *rows;

  if (!fz_session_may (session, "list.deadlines", "store", NULL, error) || !fz_session_look (session, "list.deadlines", "store", NULL, error) ||
      (rows = fz_deadlines_gather (session, session->role, error)) == NULL)
    return NULL;
  g_ptr_array_sort (rows, soonest_first);
  return rows;
}
