/* What medical affairs do in the evening of a day of many (医务管理的傍晚): what the calendar of deadlines says is due soon (demo/office.csv), prescriptions nobody came
 * for, what the indicators warn of, and the day's sign-in; then the platform hears of the day, and the month's samples are read. */
#include "app/demo_play.h"

#include "core/csv.h"
#include "core/date.h"

#include <string.h>

#define AFFAIRS "A3001"
#define SIGN_IN "daily-none"

/* --- what is due --- */

/* The row of demo/office.csv that says what is done about it; -1: nothing yet. */
static int
find_row (const FzCsv *office, const FzFields *deadline, const FzFields *entry)
{
  gint64 days = 0;

  if (!fz_fields_get_int (deadline, "days", &days))
    return -1;
  for (guint row = 0; row < fz_csv_get_n_rows (office); row++)
    if (g_str_equal (fz_csv_get (office, row, "register"), fz_fields_get (entry, "entry.register")) && g_str_equal (fz_csv_get (office, row, "state"), fz_fields_get (entry, "entry.state")) &&
        g_strcmp0 (fz_csv_get (office, row, "due"), fz_fields_get (deadline, "what")) == 0 && days <= g_ascii_strtoll (fz_csv_get (office, row, "within"), NULL, 10))
      return (int) row;
  return -1;
}

static gboolean
answer (FzDemoPlay *play, const FzCsv *office, const FzFields *deadline, GError **error)
{
  const char *id = fz_fields_get (deadline, "subject");
  g_autoptr (FzFields) entry = fz_desk_read_entry (play->session, id, error);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  int row = entry != NULL ? find_row (office, deadline, entry) : -1;

  if (row < 0)
    return entry != NULL;
  g_hash_table_replace (ids, g_strdup (id), g_strdup (id));
  if (fz_demo_play_entry (play, office, (guint) row, id, NULL, ids, error))
    return TRUE;
  g_prefix_error (error, "%s: ", id);
  return FALSE;
}

static gboolean
answer_all (FzDemoPlay *play, const FzCsv *office, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (play->session, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "register") == 0 && !answer (play, office, rows->pdata[i], error))
      return FALSE;
  return rows != NULL;
}

/* --- what ran out --- */

static const char told[] = "患者未在有效期内取药，处方已过期；已在监管平台门户说明。";

static gboolean
settle_expired (FzDemoPlay *play, GError **error)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;
  gint64 id = 0;

  fz_fields_set (filter, "state", "blocked");
  rows = fz_desk_list (play->session, FZ_LIST_OUTBOX, filter, error);
  for (guint i = 0; rows != NULL && i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "task"), "expired") == 0 && fz_fields_get_int (rows->pdata[i], "id", &id) &&
        !fz_desk_settle_upload (play->session, id, TRUE, told, error))
      return FALSE;
  return rows != NULL;
}

/* --- the day's sign-in --- */

/* A day with events is signed in by them. */
static gboolean
sign_in (FzDemoPlay *play, GError **error)
{
  g_autofree char *today = fz_date_format (fz_date_in_beijing (fz_desk_now_us (play->desk)));
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (GError) why = NULL;
  FzSheet *sheet;

  fz_fields_set (values, "field.from_day", today);
  fz_fields_set (values, "field.until_day", today);
  sheet = fz_desk_prepare_entry (play->session, SIGN_IN, NULL, "confirm", values, NULL, NULL, &why);
  if (sheet != NULL)
    return fz_demo_play_sign (play, sheet, NULL, error);
  if (g_error_matches (why, FZ_ERROR, FZ_ERROR_REFUSED) || g_error_matches (why, FZ_ERROR, FZ_ERROR_CONFLICT))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

gboolean
fz_demo_play_evening (FzDemoPlay *play, const FzCsv *office, GError **error)
{
  return fz_demo_play_seat (play, AFFAIRS, error) && fz_desk_check_indicators (play->session, error) && answer_all (play, office, error) && fz_demo_play_seat (play, AFFAIRS, error) &&
         settle_expired (play, error) && sign_in (play, error) && fz_demo_play_send (play, error) && fz_demo_play_samples (play, error);
}
