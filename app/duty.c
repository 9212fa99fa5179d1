#include "app/duty.h"

#include "app/reach.h"
#include "db/audit.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define ROSTER "duty"
#define LONGEST_US (G_GINT64_CONSTANT (24) * 3600 * FZ_US_PER_SECOND)
#define KEPT_US (G_GINT64_CONSTANT (7) * 86400 * FZ_US_PER_SECOND) /* ended ones stay this long; the audit log has all of them */
#define MAX_ENTRIES 99

typedef struct {
  const char *number, *by;
  gint64 from_us, until_us;
} Entry;

typedef struct {
  FzSession *session;
  Entry entry;
  GPtrArray *rows;
} Duty;

/* --- entries --- */

static Entry
entry_at (const FzFields *roster, guint i)
{
  Entry entry = { .number = fz_fields_get_at (roster, "duty", i, "number"), .by = fz_fields_get_at (roster, "duty", i, "by") };

  fz_fields_get_time_at (roster, "duty", i, "from", &entry.from_us);
  fz_fields_get_time_at (roster, "duty", i, "until", &entry.until_us);
  return entry;
}

static void
add_entry (FzFields *roster, const Entry *entry)
{
  guint n = fz_fields_count (roster, "duty");
  g_autofree char *from = fz_time_format (entry->from_us), *until = fz_time_format (entry->until_us);

  fz_fields_set_at (roster, "duty", n, "number", entry->number);
  fz_fields_set_at (roster, "duty", n, "by", entry->by);
  fz_fields_set_at (roster, "duty", n, "from", from);
  fz_fields_set_at (roster, "duty", n, "until", until);
}

static gboolean
is_at (const Entry *entry, gint64 at_us)
{
  return entry->from_us <= at_us && at_us < entry->until_us;
}

/* --- reading --- */

FzFields *
fz_duty_roster (FzTxn *txn, GError **error)
{
  return fz_profile_get (txn, ROSTER, error);
}

static gboolean
can_review (const FzFields *person)
{
  return person != NULL && g_strcmp0 (fz_fields_get (person, "role"), "pharmacist") == 0 && fz_fields_has (person, "vkey") &&
         !fz_fields_has (person, "left_at");
}

gint64
fz_duty_count (const FzFields *roster, GPtrArray *staff, gint64 at_us)
{
  g_autoptr (GHashTable) people = g_hash_table_new (g_str_hash, g_str_equal);

  if (roster == NULL)
    return -1;
  for (guint i = 0; i < fz_fields_count (roster, "duty"); i++) {
    Entry entry = entry_at (roster, i);
    const FzFields *person = fz_staff_find (staff, entry.number);

    if (is_at (&entry, at_us) && can_review (person))
      g_hash_table_add (people, (gpointer) fz_fields_get (person, "person"));
  }
  return g_hash_table_size (people);
}

gboolean
fz_duty_in_business_hours (const FzFields *institution, gint64 at_us)
{
  const char *from = fz_fields_get (institution, "organ.business_from"), *until = fz_fields_get (institution, "organ.business_until");
  gint64 minute = (at_us - fz_date_beijing_start_us (fz_date_in_beijing (at_us))) / (60 * FZ_US_PER_SECOND);
  g_autofree char *now = g_strdup_printf ("%02d:%02d", (int) (minute / 60), (int) (minute % 60));

  return from != NULL && until != NULL && g_strcmp0 (from, now) <= 0 && g_strcmp0 (now, until) < 0;
}

gboolean
fz_duty_is_missing (FzTxn *txn, gboolean *out_missing, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) institution = fz_profile_get (txn, "institution", &why), roster = NULL;
  g_autoptr (GPtrArray) staff = NULL;

  *out_missing = FALSE;
  if (institution != NULL && fz_duty_in_business_hours (institution, fz_txn_now_us (txn))) {
    roster = fz_duty_roster (txn, &why);
    staff = why == NULL ? fz_staff_list (txn, &why) : NULL;
    *out_missing = staff != NULL && fz_duty_count (roster, staff, fz_txn_now_us (txn)) <= 0;
  }
  if (why == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static void
add_row (const Entry *entry, GPtrArray *staff, gint64 now_us, GPtrArray *rows)
{
  FzFields *row = fz_fields_new ("fuzhen.duty_row/v1");
  const FzFields *person = fz_staff_find (staff, entry->number);

  fz_fields_set (row, "number", entry->number);
  fz_fields_set (row, "name", person != NULL ? fz_fields_get (person, "name") : NULL);
  fz_fields_set (row, "by", entry->by);
  fz_fields_set_time (row, "from", entry->from_us);
  fz_fields_set_time (row, "until", entry->until_us);
  fz_fields_set_bool (row, "on_duty", is_at (entry, now_us) && can_review (person));
  g_ptr_array_add (rows, fz_fields_freeze (row));
}

static gboolean
list_job (FzTxn *txn, gpointer data, GError **error)
{
  Duty *duty = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) roster = fz_duty_roster (txn, &why);
  g_autoptr (GPtrArray) staff = why == NULL ? fz_staff_list (txn, &why) : NULL;

  if (staff == NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  for (guint i = 0; roster != NULL && i < fz_fields_count (roster, "duty"); i++) {
    Entry entry = entry_at (roster, i);

    add_row (&entry, staff, fz_txn_now_us (txn), duty->rows);
  }
  return TRUE;
}

static int
by_from (gconstpointer a, gconstpointer b)
{
  const FzFields *left = *(FzFields *const *) a, *right = *(FzFields *const *) b;
  int order = g_strcmp0 (fz_fields_get (left, "from"), fz_fields_get (right, "from"));

  return order != 0 ? order : g_strcmp0 (fz_fields_get (left, "number"), fz_fields_get (right, "number"));
}

GPtrArray *
fz_desk_list_duty (FzSession *session, GError **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  Duty duty = { .session = session, .rows = rows };

  if (!fz_session_may (session, "duty.list", "store", NULL, error) ||
      !fz_store_run (session->desk->store, FZ_TXN_READ, list_job, &duty, error))
    return NULL;
  g_ptr_array_sort (rows, by_from);
  return g_steal_pointer (&rows);
}

/* --- changing --- */

static gboolean
refuse (GError **error, FzErrorCode code, const char *text)
{
  g_set_error_literal (error, FZ_ERROR, code, text);
  return FALSE;
}

/* What ended long ago goes, and so does `but`. */
static FzFields *
kept_roster (const FzFields *roster, gint64 now_us, const Entry *but)
{
  FzFields *kept = fz_fields_new ("fuzhen.duty/v1");

  for (guint i = 0; roster != NULL && i < fz_fields_count (roster, "duty"); i++) {
    Entry entry = entry_at (roster, i);
    gboolean is_but = but != NULL && entry.from_us == but->from_us && g_strcmp0 (entry.number, but->number) == 0;

    if (entry.until_us >= now_us - KEPT_US && !is_but)
      add_entry (kept, &entry);
  }
  /* A roster that has become empty still says that one is kept: nobody is on duty. */
  fz_fields_set (kept, "kept", "yes");
  return kept;
}

static gboolean
keep (FzTxn *txn, FzSession *session, const Entry *entry, const FzFields *roster, const char *action, GError **error)
{
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.duty_change/v1");

  fz_fields_set_time (payload, "from", entry->from_us);
  fz_fields_set_time (payload, "until", entry->until_us);
  return fz_profile_put (txn, ROSTER, roster, error) &&
         fz_session_audit (session, txn, action, "staff", entry->number, "done", NULL, payload, error);
}

static gboolean
check_free (const FzFields *roster, const Entry *wanted, GError **error)
{
  if (fz_fields_count (roster, "duty") >= MAX_ENTRIES)
    return refuse (error, FZ_ERROR_CONFLICT, _ ("值班记录已满，请先撤销不用的排班。"));
  for (guint i = 0; i < fz_fields_count (roster, "duty"); i++) {
    Entry entry = entry_at (roster, i);

    if (g_strcmp0 (entry.number, wanted->number) == 0 && entry.from_us < wanted->until_us && wanted->from_us < entry.until_us)
      return refuse (error, FZ_ERROR_CONFLICT, _ ("这段时间该药师已有值班安排，请先结束或撤销原来的安排。"));
  }
  return TRUE;
}

/* One's own pharmacist needs none; another institution's needs one to the end of the duty. Chongqing 2023 appendix 1 part 3. */
static gboolean
agreement_covers (const FzFields *person, gint64 until_us)
{
  const char *until = fz_fields_get (person, "agreement_until");
  FzDate last;

  return !fz_fields_has (person, "employer") ||
         (until != NULL && fz_date_parse (until, &last, NULL) && until_us <= fz_date_beijing_start_us (fz_date_add_days (last, 1)));
}

static gboolean
put_job (FzTxn *txn, gpointer data, GError **error)
{
  const Duty *duty = data;
  g_autoptr (FzFields) person = fz_staff_get (txn, duty->entry.number, error);
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) roster = NULL, changed = NULL;

  if (person == NULL)
    return FALSE;
  if (!can_review (person))
    return refuse (error, FZ_ERROR_REFUSED, _ ("只能安排在岗、已办理签名密钥的药师值班。"));
  if (!agreement_covers (person, duty->entry.until_us))
    return refuse (error, FZ_ERROR_REFUSED, _ ("该药师属于第三方机构，合作协议没有登记，或在值班结束前到期。请先核对并登记协议到期日。"));
  roster = fz_duty_roster (txn, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  changed = kept_roster (roster, fz_txn_now_us (txn), NULL);
  if (!check_free (changed, &duty->entry, error))
    return FALSE;
  add_entry (changed, &duty->entry);
  return keep (txn, duty->session, &duty->entry, changed, "duty.put", error);
}

static gboolean
check_own (FzSession *session, const char *number, GError **error)
{
  return fz_reach_allows (session->role, "duty.put", g_str_equal (session->number, number) ? FZ_REACH_OWN : FZ_REACH_OTHER) ||
         fz_session_deny (session, "duty.put", "staff", number, _ ("药师只能登记自己的值班；他人的由医务管理人员安排。此次尝试已记入审计。"), error);
}

gboolean
fz_desk_put_duty (FzSession *session, const char *number, gint64 from_us, gint64 until_us, GError **error)
{
  /* Whole seconds: what is kept is what was asked. */
  Duty duty = { .session = session,
                .entry = { number, session->number, from_us - from_us % FZ_US_PER_SECOND, until_us - until_us % FZ_US_PER_SECOND } };

  if (!fz_session_may (session, "duty.put", "staff", number, error) || !check_own (session, number, error))
    return FALSE;
  if (duty.entry.from_us >= duty.entry.until_us || duty.entry.until_us <= fz_session_now_us (session))
    return refuse (error, FZ_ERROR_INVALID, _ ("值班的结束时间应晚于开始时间，也晚于现在。"));
  if (duty.entry.until_us - duty.entry.from_us > LONGEST_US)
    return refuse (error, FZ_ERROR_INVALID, _ ("一次值班不能超过24小时，请分次安排。"));
  return fz_store_run (session->desk->store, FZ_TXN_RECORD, put_job, &duty, error);
}

static gboolean
end_entry (FzTxn *txn, FzSession *session, const FzFields *roster, Entry entry, GError **error)
{
  gint64 now_us = fz_txn_now_us (txn);
  gboolean begun = entry.from_us < now_us;
  g_autoptr (FzFields) changed = kept_roster (roster, now_us, &entry);

  entry.until_us = now_us;
  /* What has begun ends now; what has not begun never was. */
  if (begun)
    add_entry (changed, &entry);
  return keep (txn, session, &entry, changed, begun ? "duty.end" : "duty.drop", error);
}

static gboolean
end_job (FzTxn *txn, gpointer data, GError **error)
{
  const Duty *duty = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) roster = fz_duty_roster (txn, &why);

  for (guint i = 0; roster != NULL && i < fz_fields_count (roster, "duty"); i++) {
    Entry entry = entry_at (roster, i);

    if (g_strcmp0 (entry.number, duty->entry.number) == 0 && entry.from_us == duty->entry.from_us && entry.until_us > fz_txn_now_us (txn))
      return end_entry (txn, duty->session, roster, entry, error);
  }
  if (why == NULL)
    return refuse (error, FZ_ERROR_NOT_FOUND, _ ("没有这条值班安排，或它已经结束。"));
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_desk_end_duty (FzSession *session, const char *number, gint64 from_us, GError **error)
{
  Duty duty = { .session = session, .entry = { .number = number, .from_us = from_us } };

  return fz_session_may (session, "duty.put", "staff", number, error) && check_own (session, number, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, end_job, &duty, error);
}
