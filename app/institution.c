/* What changes of the institution after it was set up (机构情况): how long its licence runs, which departments it was granted, and how many
 * senior doctors the physical institution has in each. Those doctors need not have an account here, so affairs state the number,
 * and the day and the person stand beside it. */
#include "app/institution.h"

#include "app/kept_facts.h"
#include "app/recurring.h"
#include "app/told.h"
#include "db/audit.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_LIST 100
#define MOST_PEOPLE 10000

static const char *const department_keys[] = { "code", "name", "physical", NULL };

typedef struct {
  FzSession *session;
  const FzFields *changes;
  FzFields *found;
} Act;

gboolean
fz_department_covers (const char *of, const char *asked)
{
  gsize n = of != NULL ? strlen (of) : 0;

  return n > 0 && asked != NULL && strncmp (of, asked, n) == 0 && (asked[n] == '\0' || asked[n] == '.');
}

int
fz_institution_find (const FzFields *institution, const char *list, const char *key, const char *department)
{
  int best = -1;
  gsize longest = 0;

  for (guint i = 0; i < fz_fields_count (institution, list); i++) {
    const char *code = fz_fields_get_at (institution, list, i, key);

    if (fz_department_covers (code, department) && strlen (code) > longest) {
      best = (int) i;
      longest = strlen (code);
    }
  }
  return best;
}

static int
find_exact (const FzFields *facts, const char *list, const char *key, const char *department)
{
  for (guint i = 0; i < fz_fields_count (facts, list); i++)
    if (g_strcmp0 (fz_fields_get_at (facts, list, i, key), department) == 0)
      return (int) i;
  return -1;
}

gboolean
fz_institution_knows_businesses (const FzFields *institution)
{
  return fz_fields_has (institution, "organ.business_noted_on");
}

gboolean
fz_institution_has_business (const FzFields *institution, const char *business)
{
  return find_exact (institution, "business", "code", business) >= 0;
}

/* --- reading --- */

static void
put_kept (const char *fact, const char *entry, gpointer found)
{
  g_autofree char *key = g_strconcat ("kept.", fact, NULL);

  fz_fields_set (found, key, entry);
}

static gboolean
read_job (FzTxn *txn, gpointer data, GError **error)
{
  Act *act = data;
  g_autoptr (FzFields) profile = fz_profile_get (txn, "institution", error);
  g_autoptr (GHashTable) by = profile != NULL ? fz_kept_facts_by (act->session->desk, txn, FZ_HOLDER_INSTITUTION, error) : NULL;

  if (by == NULL)
    return FALSE;
  act->found = fz_fields_dup (profile, NULL);
  if (g_hash_table_contains (by, ""))
    fz_fields_foreach (g_hash_table_lookup (by, ""), put_kept, act->found);
  fz_fields_freeze (act->found);
  return TRUE;
}

FzFields *
fz_desk_read_institution (FzSession *session, GError **error)
{
  Act act = { .session = session };

  return fz_session_may (session, "institution.read", "store", NULL, error) &&
             fz_store_run (session->desk->store, FZ_TXN_READ, read_job, &act, error)
           ? act.found
           : NULL;
}

/* --- changing --- */

static gboolean
invalid (GError **error, const char *text)
{
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INVALID, text);
  return FALSE;
}

static guint
place_of (const FzFields *facts, const char *list, const char *key, const char *department)
{
  int at = find_exact (facts, list, key, department);

  return at >= 0 ? (guint) at : fz_fields_count (facts, list);
}

/* Without a hole: lists count their positions. */
static void
remove_at (FzFields *facts, const char *list, guint at, const char *const *keys)
{
  guint last = fz_fields_count (facts, list) - 1;

  for (guint k = 0; keys[k] != NULL; k++) {
    g_autofree char *moved = g_strdup (fz_fields_get_at (facts, list, last, keys[k]));

    fz_fields_set_at (facts, list, last, keys[k], NULL);
    if (at != last)
      fz_fields_set_at (facts, list, at, keys[k], moved);
  }
}

static gboolean
put_licence (const FzFields *changes, FzFields *to, GError **error)
{
  const char *day = fz_fields_get (changes, "licence_until");
  FzDate date;

  if (day == NULL)
    return TRUE;
  if (!fz_date_parse (day, &date, NULL))
    return invalid (error, _ ("执业许可证有效期应为存在的日期，写作 2028-12-31。"));
  fz_fields_set (to, "organ.licence_until", day);
  return TRUE;
}

/* HH:MM to HH:MM of one day, both or neither. */
static gboolean
put_hours (const FzFields *changes, FzFields *to, GError **error)
{
  static const char clock[] = "^([01][0-9]|2[0-3]):[0-5][0-9]$";
  const char *from = fz_fields_get (changes, "business_from"), *until = fz_fields_get (changes, "business_until");

  if (from == NULL && until == NULL)
    return TRUE;
  if (from == NULL || until == NULL || !g_regex_match_simple (clock, from, G_REGEX_DOLLAR_ENDONLY, (GRegexMatchFlags) 0) ||
      !g_regex_match_simple (clock, until, G_REGEX_DOLLAR_ENDONLY, (GRegexMatchFlags) 0) || g_strcmp0 (from, until) >= 0)
    return invalid (error, _ ("业务时间应写作 08:00 和 17:30 这样的起止时间，止晚于起。"));
  fz_fields_set (to, "organ.business_from", from);
  fz_fields_set (to, "organ.business_until", until);
  return TRUE;
}

static gboolean
put_approval (FzDesk *desk, const FzFields *changes, const char *code, FzFields *to, GError **error)
{
  const char *word = fz_fields_get (changes, "approved"), *name = fz_fields_get (changes, "name");
  int at = find_exact (to, "department", "code", code);
  guint n = fz_fields_count (to, "department");

  if (word == NULL)
    return TRUE;
  if (g_str_equal (word, "no")) {
    if (at >= 0)
      remove_at (to, "department", (guint) at, department_keys);
    return TRUE;
  }
  if (!g_str_equal (word, "yes"))
    return invalid (error, _ ("是否核准应为 yes 或 no。"));
  if (at < 0 && n >= MAX_LIST)
    return invalid (error, _ ("科室不能超过100个。"));
  n = at >= 0 ? (guint) at : n;
  fz_fields_set_at (to, "department", n, "code", code);
  fz_fields_set_at (to, "department", n, "name", name != NULL ? name : fz_desk_label (desk, "departments", code));
  return TRUE;
}

/* Of a granted department only: what was not granted is not asked about further. */
static gboolean
put_physical (const FzFields *changes, const char *code, FzFields *to, GError **error)
{
  const char *word = fz_fields_get (changes, "physical");
  int at = find_exact (to, "department", "code", code);

  if (word == NULL)
    return TRUE;
  if (!g_str_equal (word, "yes") && !g_str_equal (word, "no"))
    return invalid (error, _ ("实体医疗机构有无此科目应为 yes 或 no。"));
  if (at < 0)
    return invalid (error, _ ("该科目没有登记为已核准；请先登记核准，再登记实体医疗机构有无此科目。"));
  fz_fields_set_at (to, "department", (guint) at, "physical", word);
  return TRUE;
}

static gboolean
put_count (const FzFields *changes, const char *key, FzFields *to, guint at, GError **error)
{
  gint64 n = 0;

  if (!fz_fields_has (changes, key))
    return TRUE;
  if (!fz_fields_get_int (changes, key, &n) || n < 0 || n > MOST_PEOPLE)
    return invalid (error, _ ("医师人数应为 0 到 10000 的整数。"));
  fz_fields_set_int_at (to, "seniority", at, key, n);
  return TRUE;
}

static gboolean
put_seniority (const FzFields *changes, const char *code, const char *day, const char *by, FzFields *to, GError **error)
{
  guint at = place_of (to, "seniority", "department", code);

  if (!fz_fields_has (changes, "seniors") && !fz_fields_has (changes, "associates"))
    return TRUE;
  if (at >= MAX_LIST)
    return invalid (error, _ ("科室不能超过100个。"));
  if (!put_count (changes, "seniors", to, at, error) || !put_count (changes, "associates", to, at, error))
    return FALSE;
  fz_fields_set_at (to, "seniority", at, "department", code);
  fz_fields_set_at (to, "seniority", at, "counted_on", day);
  fz_fields_set_at (to, "seniority", at, "counted_by", by);
  return TRUE;
}

/* What was filed, with who noted it and when. Once anything is said, what is not said is not filed. */
static gboolean
put_business (FzDesk *desk, const FzFields *changes, const char *day, const char *by, FzFields *to, GError **error)
{
  static const char *const keys[] = { "code", "noted_on", "noted_by", NULL };
  const char *code = fz_fields_get (changes, "business"), *word = fz_fields_get (changes, "filed");
  int at = find_exact (to, "business", "code", code);
  guint n = fz_fields_count (to, "business");

  if (code == NULL && word == NULL)
    return TRUE;
  if (code == NULL || fz_desk_label (desk, "businesses", code) == NULL)
    return invalid (error, _ ("没有这个业务类型代码；应为业务类型表中的代码，如 revisit（在线复诊）。"));
  if (g_strcmp0 (word, "yes") != 0 && g_strcmp0 (word, "no") != 0)
    return invalid (error, _ ("是否备案应为 yes 或 no。"));
  fz_fields_set (to, "organ.business_noted_on", day);
  if (g_str_equal (word, "no")) {
    if (at >= 0)
      remove_at (to, "business", (guint) at, keys);
    return TRUE;
  }
  n = at >= 0 ? (guint) at : n;
  fz_fields_set_at (to, "business", n, "code", code);
  fz_fields_set_at (to, "business", n, "noted_on", day);
  fz_fields_set_at (to, "business", n, "noted_by", by);
  return TRUE;
}

gboolean
fz_institution_apply (FzDesk *desk, const FzFields *changes, gint64 now_us, const char *by, FzFields *institution, GError **error)
{
  const char *code = fz_fields_get (changes, "department");
  g_autofree char *day = fz_date_format (fz_date_in_beijing (now_us));
  gboolean of_department = fz_fields_has (changes, "approved") || fz_fields_has (changes, "physical") || fz_fields_has (changes, "seniors") ||
                           fz_fields_has (changes, "associates");

  if (!put_business (desk, changes, day, by, institution, error))
    return FALSE;
  if (!of_department)
    return put_licence (changes, institution, error) && put_hours (changes, institution, error);
  if (code == NULL || fz_desk_label (desk, "departments", code) == NULL)
    return invalid (error, _ ("没有这个诊疗科目代码；应为《医疗机构诊疗科目名录》的代码，如 03.04。"));
  return put_licence (changes, institution, error) && put_hours (changes, institution, error) && put_approval (desk, changes, code, institution, error) &&
         put_physical (changes, code, institution, error) &&
         put_seniority (changes, code, day, by, institution, error);
}

/* --- what follows from registers --- */

FzFields *
fz_institution_facts (FzTxn *txn, const char *department, GError **error)
{
  g_autoptr (FzFields) kept = fz_profile_get (txn, "institution", error);
  g_autoptr (FzFields) facts = NULL;
  int at;

  if (kept == NULL || department == NULL)
    return g_steal_pointer (&kept);
  facts = fz_fields_new ("fuzhen.department/v1");
  at = find_exact (kept, "department", "code", department);
  for (guint k = 0; at >= 0 && department_keys[k] != NULL; k++)
    fz_fields_set (facts, department_keys[k], fz_fields_get_at (kept, "department", (guint) at, department_keys[k]));
  return g_steal_pointer (&facts);
}

typedef struct {
  FzFields *to;
  const char *list; /* NULL: of the institution itself */
  guint at;
} Put;

static void
put_fact (const char *key, const char *value, gpointer data)
{
  Put *put = data;
  const char *wanted = g_str_equal (value, "-") ? NULL : value;

  if (put->list != NULL)
    fz_fields_set_at (put->to, put->list, put->at, key, wanted);
  else
    fz_fields_set (put->to, key, wanted);
}

/* By a person, or by the program itself at the opening of the store. */
static gboolean
audit_facts (FzSession *session, FzTxn *txn, const FzFields *changes, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "institution.amend", .subject_kind = "store", .outcome = "done", .payload = changes };

  return session != NULL ? fz_session_audit (session, txn, entry.action, entry.subject_kind, NULL, entry.outcome, NULL, changes, error)
                         : fz_audit_append (txn, &entry, NULL, error);
}

gboolean
fz_institution_put_facts (FzSession *session, FzTxn *txn, const char *department, const FzFields *changes, GError **error)
{
  g_autoptr (FzFields) kept = fz_profile_get (txn, "institution", error), to = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;
  Put put = { to, department != NULL ? "department" : NULL, 0 };

  if (to == NULL)
    return FALSE;
  put.at = department != NULL ? place_of (to, "department", "code", department) : 0;
  if (put.at >= MAX_LIST)
    return invalid (error, _ ("科室不能超过100个。"));
  if (department != NULL && g_strcmp0 (fz_fields_get (changes, "code"), "-") == 0)
    remove_at (to, "department", put.at, department_keys);
  else
    fz_fields_foreach (changes, put_fact, &put);
  return fz_profile_put (txn, "institution", to, error) && audit_facts (session, txn, changes, error);
}

/* What a register says is changed there. */
static gboolean
is_free (FzDesk *desk, FzTxn *txn, const FzFields *changes, GError **error)
{
  const char *department = fz_fields_get (changes, "department");

  if (fz_fields_has (changes, "licence_until") && !fz_kept_facts_free (desk, txn, FZ_HOLDER_INSTITUTION, NULL, "organ.licence_until", error))
    return FALSE;
  return department == NULL || (!fz_fields_has (changes, "approved") && !fz_fields_has (changes, "physical") && !fz_fields_has (changes, "name")) ||
         fz_kept_facts_free (desk, txn, FZ_HOLDER_DEPARTMENT, department, "code", error);
}

static gboolean
amend_job (FzTxn *txn, gpointer data, GError **error)
{
  Act *act = data;
  g_autoptr (FzFields) kept = fz_profile_get (txn, "institution", error);
  g_autoptr (FzFields) changed = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;

  return changed != NULL && is_free (act->session->desk, txn, act->changes, error) &&
         fz_office_put (act->session->desk, txn, act->changes, changed, error) && fz_recurring_amend (act->session->desk, act->changes, changed, error) &&
         fz_institution_apply (act->session->desk, act->changes, fz_txn_now_us (txn), act->session->number, changed, error) &&
         fz_profile_put (txn, "institution", changed, error) &&
         fz_session_audit (act->session, txn, "institution.amend", "store", NULL, "done", NULL, act->changes, error);
}

static void
count_pair (const char *key, const char *value, gpointer data)
{
  (*(guint *) data)++;
}

static gboolean
check_keys (const FzFields *changes, GError **error)
{
  static const char *const keys[] = { "licence_until", "department", "name", "approved", "physical", "seniors", "associates",
                                      "business_from", "business_until", "business", "filed", "office", "holder", "recurring", "months" };
  guint found = 0, all = 0;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    found += fz_fields_has (changes, keys[i]);
  fz_fields_foreach (changes, count_pair, &all);
  /* A department alone says nothing about it. */
  if (!fz_fields_has (changes, "licence_until") && !fz_fields_has (changes, "business_from") && !fz_fields_has (changes, "business") && !fz_fields_has (changes, "office") && !fz_fields_has (changes, "recurring") && !fz_fields_has (changes, "approved") && !fz_fields_has (changes, "physical") &&
      !fz_fields_has (changes, "seniors") && !fz_fields_has (changes, "associates"))
    found = 0;
  return (found > 0 && found == all) || invalid (error, _ ("请给出要更改的内容：licence_until，business_from 与 business_until，business 与 filed，office 与 holder，recurring 与 months，或 department 与 approved、physical、seniors、associates。"));
}

gboolean
fz_desk_amend_institution (FzSession *session, const FzFields *changes, GError **error)
{
  Act act = { .session = session, .changes = changes };
  g_autoptr (GError) why = NULL;

  if (!fz_session_may (session, "institution.amend", "store", NULL, error) || !check_keys (changes, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_RECORD, amend_job, &act, error))
    return FALSE;
  /* It is done and logged: told as a failure, it would be done twice. */
  if (!fz_desk_reload_institution (session->desk, &why))
    g_warning ("institution.amend: in force from the next start: %s", why->message);
  return TRUE;
}
