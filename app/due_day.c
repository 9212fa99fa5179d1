/* The sign-in of each day: how a day stands, which days may be confirmed, and the empty calls that follow (每日签到). */
#include "app/due_entry.h"

#include "app/due_private.h"
#include "app/upload.h"
#include "core/say.h"
#include "db/registers.h"

#include <glib/gi18n-lib.h>

#define MOST_DAYS 31

static gboolean
read_span (const FzWireDaily *daily, const FzFields *values, FzDate *out_from, FzDate *out_until)
{
  const char *from = fz_due_entry_value (values, daily->from), *until = fz_due_entry_value (values, daily->until);

  return from != NULL && until != NULL && fz_date_parse (from, out_from, NULL) && fz_date_parse (until, out_until, NULL);
}

/* --- how a day stands --- */

/* The first event registered on that day (one taken over from an older register is none of that day) that is neither told nor decided not to be; *out_n: how many there are that count. */
static gboolean
read_events (FzDesk *desk, FzTxn *txn, const FzWireDaily *daily, FzDate day, char **out_open, gboolean *out_told, GError **error)
{
  FzCursor after = { fz_date_beijing_start_us (day) - 1, "" };
  gint64 end_us = fz_date_beijing_start_us (fz_date_add_days (day, 1)), opened_us = 0;
  g_autoptr (GPtrArray) entries = fz_entries_list (txn, daily->events, FALSE, after, 200, error);

  for (guint i = 0; entries != NULL && i < entries->len; i++) {
    const char *id = fz_fields_get (entries->pdata[i], "entry.id");
    g_autofree char *key = g_strconcat (daily->key, ":", id, NULL), *state = NULL;
    g_autoptr (GError) why = NULL;

    if (!fz_fields_get_time (entries->pdata[i], "entry.opened_at", &opened_us) || opened_us >= end_us || fz_fields_has (entries->pdata[i], "entry.taken"))
      continue;
    state = fz_outbox_dup_state (txn, key, &why);
    if (why != NULL) {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
    if (g_strcmp0 (state, "accepted") == 0 || g_strcmp0 (state, "settled_sent") == 0)
      *out_told = TRUE;
    else if (*out_open == NULL && g_strcmp0 (state, "settled_not_sent") != 0)
      *out_open = g_strdup (id);
  }
  return entries != NULL;
}

gboolean
fz_due_day_state (FzDesk *desk, FzTxn *txn, FzDate day, FzDayState *out, char **out_entry, GError **error)
{
  const FzWireDaily *daily = fz_message_table_get_daily (desk->knowledge->messages);
  g_autofree char *key = fz_outbox_sign_in_key (day), *state = NULL, *open = NULL;
  gint64 from_us = fz_date_beijing_start_us (day), to_us = fz_date_beijing_start_us (fz_date_add_days (day, 1));
  gboolean told = FALSE, sent = FALSE;
  g_autoptr (GError) why = NULL;

  *out = FZ_DAY_NONE;
  *out_entry = NULL;
  if (daily->method == NULL)
    return TRUE;
  state = fz_outbox_dup_state (txn, key, &why);
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  if (!read_events (desk, txn, daily, day, &open, &told, error) || !fz_outbox_any_accepted (txn, daily->key, from_us, to_us, &sent, error))
    return FALSE;
  if (told || sent || g_strcmp0 (state, "accepted") == 0 || g_strcmp0 (state, "settled_sent") == 0)
    *out = FZ_DAY_DONE;
  else if (open != NULL) {
    *out = FZ_DAY_EVENTS;
    *out_entry = g_steal_pointer (&open);
  } else
    *out = state == NULL || g_str_equal (state, "settled_not_sent") ? FZ_DAY_OPEN : FZ_DAY_WAITING;
  return TRUE;
}

gboolean
fz_due_days (FzDesk *desk, FzTxn *txn, FzDueDay tell, gpointer data, GError **error)
{
  const FzWireDaily *daily = fz_message_table_get_daily (desk->knowledge->messages);
  FzDate today = fz_date_in_beijing (fz_txn_now_us (txn)), day = today, first;
  gint64 events_us = 0, none_us = 0, since_us;

  if (daily->method == NULL)
    return TRUE;
  if (!fz_outbox_oldest (txn, daily->key, &events_us, error) || !fz_outbox_oldest (txn, "none", &none_us, error))
    return FALSE;
  since_us = events_us == 0 || (none_us != 0 && none_us < events_us) ? none_us : events_us;
  first = since_us != 0 ? fz_date_in_beijing (since_us) : today;
  day = fz_date_add_days (today, -MOST_DAYS);
  for (day = fz_date_compare (first, day) > 0 ? first : day; fz_date_compare (day, today) <= 0; day = fz_date_add_days (day, 1)) {
    FzDayState state = FZ_DAY_NONE;
    g_autofree char *entry = NULL;

    if (!fz_due_day_state (desk, txn, day, &state, &entry, error))
      return FALSE;
    if (state != FZ_DAY_DONE)
      tell (day, state, entry, data);
  }
  return TRUE;
}

gboolean
fz_due_day_is_late (FzDesk *desk, FzTxn *txn, gboolean *out_late, GError **error)
{
  const FzWireDaily *daily = fz_message_table_get_daily (desk->knowledge->messages);
  gint64 now_us = fz_txn_now_us (txn);
  FzDate today = fz_date_in_beijing (now_us);
  FzDayState state = FZ_DAY_DONE;
  g_autofree char *entry = NULL;

  *out_late = FALSE;
  if (daily->method == NULL || (now_us - fz_date_beijing_start_us (today)) / (60 * FZ_US_PER_SECOND) < daily->alarm_minute)
    return TRUE;
  if (!fz_due_day_state (desk, txn, today, &state, &entry, error))
    return FALSE;
  *out_late = state != FZ_DAY_DONE;
  return TRUE;
}

/* --- may these days be confirmed --- */

static gboolean
check_day (FzDesk *desk, FzTxn *txn, FzDate day, GError **error)
{
  FzDayState state = FZ_DAY_NONE;
  g_autofree char *on = fz_say_day (day), *entry = NULL;

  if (!fz_due_day_state (desk, txn, day, &state, &entry, error))
    return FALSE;
  if (state == FZ_DAY_EVENTS) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("%s 登记了不良事件 %s，不能确认“无”；它办结上报后，当天的签到随之完成。"), on, entry);
    return FALSE;
  }
  if (state == FZ_DAY_OPEN)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("%s 的签到已经确认或完成，不用再确认。"), on);
  return FALSE;
}

static gboolean
check_days (FzDesk *desk, FzTxn *txn, const FzFields *values, GError **error)
{
  const FzWireDaily *daily = fz_message_table_get_daily (desk->knowledge->messages);
  FzDate today = fz_date_in_beijing (fz_txn_now_us (txn)), day, until;

  if (!read_span (daily, values, &day, &until))
    return TRUE; /* the register itself asks for both */
  if (fz_date_compare (day, today) < 0 || fz_date_compare (until, day) < 0 || fz_date_days_between (today, until) > daily->ahead_days) {
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, _ ("只能确认当日，或自当日起 %d 天以内的日子，且“至”不早于“自”；过去的日子不能补签。"), (int) daily->ahead_days);
    return FALSE;
  }
  for (; fz_date_compare (day, until) <= 0; day = fz_date_add_days (day, 1))
    if (!check_day (desk, txn, day, error))
      return FALSE;
  return TRUE;
}

gboolean
fz_due_check_entry (FzDesk *desk, FzTxn *txn, const FzRegister *reg, const FzFields *values, GError **error)
{
  const FzWireDaily *daily = fz_message_table_get_daily (desk->knowledge->messages);

  return daily->method == NULL || !g_str_equal (fz_register_get_name (reg), daily->reg) || check_days (desk, txn, values, error);
}

/* --- the empty calls --- */

/* Its time that day; what is confirmed later on the day itself goes at once. */
static gboolean
add_none (FzDesk *desk, FzTxn *txn, const FzWireDaily *daily, FzDate day, const char *entry, GError **error)
{
  g_autofree char *key = fz_outbox_sign_in_key (day);
  g_autoptr (FzFields) facts = fz_due_base_facts (desk, txn);
  g_autoptr (GBytes) payload = fz_message_build_none (desk->knowledge->messages, daily->method, error);
  FzOutboxRow row = { .key = key, .stream = "none", .method = daily->method, .subject = entry, .facts = facts, .payload = payload };

  if (fz_date_compare (day, fz_date_in_beijing (fz_txn_now_us (txn))) > 0)
    row.not_before_us = fz_date_beijing_start_us (day) + daily->send_minute * 60 * FZ_US_PER_SECOND;
  return payload != NULL && fz_outbox_add (txn, &row, NULL, error);
}

gboolean
fz_due_add_days (FzDesk *desk, FzTxn *txn, const FzFields *entry, GError **error)
{
  const FzWireDaily *daily = fz_message_table_get_daily (desk->knowledge->messages);
  FzDate day, until;

  if (!check_days (desk, txn, entry, error))
    return FALSE;
  if (!read_span (daily, entry, &day, &until))
    return TRUE; /* the register itself asks for both */
  for (; fz_date_compare (day, until) <= 0; day = fz_date_add_days (day, 1))
    if (!add_none (desk, txn, daily, day, fz_fields_get (entry, "entry.id"), error))
      return FALSE;
  return TRUE;
}

gboolean
fz_due_withdraw_today (FzTxn *txn, GError **error)
{
  g_autofree char *key = fz_outbox_sign_in_key (fz_date_in_beijing (fz_txn_now_us (txn)));

  return fz_outbox_withdraw (txn, key, _ ("当天登记了不良事件，“无”的确认不再成立。"), error);
}

/* --- what went by --- */

/* The row and its entry of the log in one transaction, of what stands in it: a row that was sent meanwhile was not missed. */
static gboolean
drop_missed (FzTxn *txn, gpointer data, GError **error)
{
  gboolean *more = data;
  g_autofree char *key = NULL;
  gint64 id = 0;

  if (!fz_outbox_missed_sign_in (txn, fz_date_in_beijing (fz_txn_now_us (txn)), &id, &key, error))
    return FALSE;
  *more = key != NULL;
  return !*more || (fz_outbox_withdraw (txn, key, _ ("当天没有发出。监管平台按收到的日子算签到，过了当天不再发送：请向监管平台说明。"), error) &&
                    fz_upload_audit (txn, "upload.settle", id, "failed", "missed", NULL, error));
}

static gboolean
is_missed (FzTxn *txn, gpointer data, GError **error)
{
  gboolean *more = data;
  g_autofree char *key = NULL;
  gint64 id = 0;
  gboolean good = fz_outbox_missed_sign_in (txn, fz_date_in_beijing (fz_txn_now_us (txn)), &id, &key, error);

  *more = key != NULL;
  return good;
}

gboolean
fz_due_tick (FzDesk *desk, GError **error)
{
  gboolean more = FALSE;

  if (!fz_store_run (desk->store, FZ_TXN_READ, is_missed, &more, error))
    return FALSE;
  while (more)
    if (!fz_store_run (desk->store, FZ_TXN_RECORD, drop_missed, &more, error))
      return FALSE;
  return TRUE;
}
