#include "db/outbox.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

static const char insert_row[] =
  "INSERT INTO outbox (key, stream, method, subject, facts, payload, problems, state, next_at, made_at, changed_at) "
  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $10, $9, $9)";
static const char newest_id[] = "SELECT MAX(id) FROM outbox";
static const char insert_need[] = "INSERT INTO outbox_need (outbox, key) VALUES ($1, $2) ON CONFLICT (outbox, key) DO NOTHING";

char *
fz_outbox_sign_in_key (FzDate day)
{
  g_autofree char *on = fz_date_format (day);

  return g_strconcat ("none:", on, NULL);
}

static gboolean
one_int (FzTxn *txn, const char *sql, gint64 *out, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return TRUE;
}

gboolean
fz_outbox_add (FzTxn *txn, const FzOutboxRow *row, gint64 *out_id, GError **error)
{
  g_autofree char *facts = fz_facts_to_text (row->facts, error);
  gint64 id = 0;

  g_return_val_if_fail ((row->payload == NULL) == (row->problems != NULL), FALSE);
  if (facts == NULL ||
      !fz_txn_run (txn, error, insert_row, "tttttBttii", row->key, row->stream, row->method, row->subject, facts, row->payload,
                   row->problems, row->payload != NULL ? "queued" : "blocked", fz_txn_now_us (txn), MAX (row->not_before_us, fz_txn_now_us (txn))) ||
      !one_int (txn, newest_id, &id, error))
    return FALSE;
  for (guint i = 0; row->needs != NULL && row->needs[i] != NULL; i++)
    if (!fz_txn_run (txn, error, insert_need, "it", id, row->needs[i]))
      return FALSE;
  if (out_id != NULL)
    *out_id = id;
  return TRUE;
}

void
fz_outbox_due_clear (FzOutboxDue *due)
{
  g_clear_pointer (&due->key, g_free);
  g_clear_pointer (&due->method, g_free);
  g_clear_pointer (&due->stream, g_free);
  g_clear_pointer (&due->payload, g_bytes_unref);
}

/* A need is met by any row with that key which was accepted. Rows of a stream go one after the other: one that was tried (it has `words`) and waits for
 * its next try, and for nothing else, is not overtaken by a later one. A clock that was set back since the last try, or since the row was made or renewed, must not stretch the wait:
 * `changed_at` then lies ahead of now. A sign-in is the same empty call whatever the day: the platform counts it for the day on which it arrives, so it goes on the day that its key
 * names and on no other, whatever the clock did. */
static const char next_due[] =
  "SELECT o.id, o.key, o.method, o.stream, o.payload, o.attempts FROM outbox o "
  "WHERE o.state = 'queued' AND (o.next_at <= $1 OR (o.changed_at > $1 AND (o.words IS NOT NULL OR o.next_at <= o.changed_at))) "
  "AND (o.stream <> 'none' OR o.key = $2) "
  "AND NOT EXISTS (SELECT 1 FROM outbox s WHERE s.state = 'sending' AND s.stream = o.stream) "
  "AND NOT EXISTS (SELECT 1 FROM outbox e WHERE e.state = 'queued' AND e.stream = o.stream AND e.id < o.id AND e.words IS NOT NULL AND (e.stream <> 'none' OR e.key = $2) "
  "  AND NOT EXISTS (SELECT 1 FROM outbox_need m WHERE m.outbox = e.id AND NOT EXISTS (SELECT 1 FROM outbox b "
  "    WHERE b.key = m.key AND (b.state = 'accepted' OR b.state = 'settled_sent')))) "
  "AND NOT EXISTS (SELECT 1 FROM outbox_need n WHERE n.outbox = o.id AND NOT EXISTS (SELECT 1 FROM outbox a "
  "  WHERE a.key = n.key AND (a.state = 'accepted' OR a.state = 'settled_sent'))) "
  "ORDER BY o.next_at, o.id LIMIT 1";
static const char next_time[] = "SELECT COALESCE(MIN(next_at), 0) FROM outbox WHERE state = 'queued' AND next_at > $1";

gboolean
fz_outbox_next (FzTxn *txn, FzOutboxDue *out, gint64 *out_wait_us, GError **error)
{
  g_autofree char *sign_in = fz_outbox_sign_in_key (fz_date_in_beijing (fz_txn_now_us (txn)));
  FzStmt *stmt = fz_txn_query (txn, error, next_due, "it", fz_txn_now_us (txn), sign_in);
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &why)) {
    out->id = fz_stmt_int (stmt, 0);
    out->key = fz_stmt_dup_text (stmt, 1);
    out->method = fz_stmt_dup_text (stmt, 2);
    out->stream = fz_stmt_dup_text (stmt, 3);
    out->payload = fz_stmt_dup_bytes (stmt, 4);
    out->attempts = fz_stmt_int (stmt, 5);
    fz_stmt_end (stmt);
    return TRUE;
  }
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  stmt = fz_txn_query (txn, error, next_time, "i", fz_txn_now_us (txn));
  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out_wait_us = fz_stmt_int (stmt, 0) == 0 ? G_MAXINT64 : fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return FALSE;
}

static const char unmet_needs[] =
  "SELECT n.key FROM outbox_need n WHERE n.outbox = $1 AND NOT EXISTS (SELECT 1 FROM outbox a "
  "WHERE a.key = n.key AND (a.state = 'accepted' OR a.state = 'settled_sent')) ORDER BY n.key";

static gpointer
read_key (FzStmt *stmt, GError **error)
{
  return fz_stmt_dup_text (stmt, 0);
}

GPtrArray *
fz_outbox_needs (FzTxn *txn, gint64 id, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, unmet_needs, "i", id), read_key, g_free, error);
}

static gboolean
must_change (gint64 changed, const char *why, GError **error)
{
  if (changed == 1)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, why);
  return FALSE;
}

static const char mark_sending[] =
  "UPDATE outbox SET state = 'sending', attempts = attempts + 1, changed_at = $2, environment = (SELECT value FROM setting WHERE name = 'platform.environment') "
  "WHERE id = $1 AND state = 'queued'";

gboolean
fz_outbox_mark_sending (FzTxn *txn, gint64 id, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, mark_sending, "ii", id, fz_txn_now_us (txn)) &&
         must_change (changed, _ ("这条上报记录已不在待发送状态。"), error);
}

static const char name_environment[] =
  "UPDATE outbox SET environment = $1 WHERE attempts > 0 OR state = 'accepted' OR state = 'unknown' OR state = 'settled_sent'";

gboolean
fz_outbox_name_environment (FzTxn *txn, const char *environment, GError **error)
{
  return fz_txn_run (txn, error, name_environment, "t", environment);
}

static const char elsewhere[] =
  "SELECT 1 FROM outbox WHERE (state = 'accepted' OR state = 'settled_sent' OR state = 'unknown' OR state = 'sending') "
  "AND environment <> $1 LIMIT 1";

gboolean
fz_outbox_any_elsewhere (FzTxn *txn, const char *environment, gboolean *out, GError **error)
{
  return fz_row_exists (fz_txn_query (txn, error, elsewhere, "t", environment), out, error);
}

/* A try that never reached the platform does not count against the row. */
static const char settle[] =
  "UPDATE outbox SET state = $2, code = $3, words = $4, next_at = $5, changed_at = $6, attempts = attempts - $7 "
  "WHERE id = $1 AND state = 'sending'";

gboolean
fz_outbox_settle (FzTxn *txn, gint64 id, const char *state, const char *code, const char *words, gint64 next_us, gboolean reached,
                  GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, settle, "itttiii", id, state, code, words, next_us, fz_txn_now_us (txn),
                              (gint64) (reached ? 0 : 1)) &&
         must_change (changed, _ ("这条上报记录已不在发送状态。"), error);
}

static const char recover[] =
  "UPDATE outbox SET state = 'unknown', words = $1, changed_at = $2 WHERE state = 'sending'";

gboolean
fz_outbox_recover (FzTxn *txn, gint64 *out, GError **error)
{
  return fz_txn_run_counted (txn, out, error, recover, "ti", _ ("发送过程中程序中断，平台是否收到未知。"), fz_txn_now_us (txn));
}

static const char doubt[] =
  "UPDATE outbox SET words = $1, state = 'unknown', changed_at = $2, environment = (SELECT value FROM setting WHERE name = 'platform.environment') "
  "WHERE state = 'queued' OR state = 'sending'";

gboolean
fz_outbox_doubt (FzTxn *txn, const char *words, gint64 *out, GError **error)
{
  return fz_txn_run_counted (txn, out, error, doubt, "ti", words, fz_txn_now_us (txn));
}

static const char was_sent[] =
  "UPDATE outbox SET state = 'settled_sent', words = $2, changed_at = $3 "
  "WHERE id = $1 AND (state = 'unknown' OR (state = 'blocked' AND (key LIKE 'void:%' OR key LIKE 'expired:%' OR key LIKE 'amended:%')))";
static const char send_again[] =
  "UPDATE outbox SET state = 'queued', next_at = $3, words = $2, changed_at = $3 WHERE id = $1 AND state = 'unknown'";
/* The last of these waits for a row that will never be sent. */
static const char give_up[] =
  "UPDATE outbox SET state = 'settled_not_sent', words = $2, changed_at = $3 "
  "WHERE id = $1 AND (state = 'blocked' OR state = 'refused' OR (state = 'queued' AND EXISTS "
  "(SELECT 1 FROM outbox_need n, outbox c WHERE n.outbox = $1 AND c.key = n.key AND c.state = 'settled_not_sent' AND NOT EXISTS "
  " (SELECT 1 FROM outbox a WHERE a.key = n.key AND a.state <> 'settled_not_sent'))))";

gboolean
fz_outbox_decide (FzTxn *txn, gint64 id, gboolean sent, const char *reason, GError **error)
{
  gint64 changed = 0, now = fz_txn_now_us (txn);

  if (!fz_txn_run_counted (txn, &changed, error, sent ? was_sent : send_again, "iti", id, reason, now))
    return FALSE;
  if (changed == 0 && !sent && !fz_txn_run_counted (txn, &changed, error, give_up, "iti", id, reason, now))
    return FALSE;
  return must_change (changed, _ ("这条上报记录目前的状态不需要、也不能这样裁定。"), error);
}

static const char renew[] =
  "UPDATE outbox SET state = $2, facts = $3, payload = $4, problems = $5, next_at = $6, changed_at = $6 "
  "WHERE id = $1 AND (state = 'refused' OR state = 'alarm' OR state = 'blocked')";

gboolean
fz_outbox_renew (FzTxn *txn, gint64 id, const FzFields *facts, GBytes *payload, const char *problems, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);
  gint64 changed = 0;

  return text != NULL &&
         fz_txn_run_counted (txn, &changed, error, renew, "ittBti", id, payload != NULL ? "queued" : "blocked", text, payload,
                             problems, fz_txn_now_us (txn)) &&
         must_change (changed, _ ("只有被拒绝、缺项或配置告警的上报记录可以重新生成。"), error);
}

static const char refresh[] =
  "UPDATE outbox SET state = $2, facts = $3, payload = $4, problems = $5, changed_at = $6 WHERE id = $1 AND state = 'queued'";

gboolean
fz_outbox_refresh (FzTxn *txn, gint64 id, const FzFields *facts, GBytes *payload, const char *problems, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);
  gint64 changed = 0;

  return text != NULL &&
         fz_txn_run_counted (txn, &changed, error, refresh, "ittBti", id, payload != NULL ? "queued" : "blocked", text, payload,
                             problems, fz_txn_now_us (txn)) &&
         must_change (changed, _ ("这条上报记录已不在待发送状态。"), error);
}

static const char clear_alarms[] = "UPDATE outbox SET state = 'queued', next_at = $1, changed_at = $1 WHERE state = 'alarm'";

gboolean
fz_outbox_clear_alarms (FzTxn *txn, gint64 *out, GError **error)
{
  return fz_txn_run_counted (txn, out, error, clear_alarms, "i", fz_txn_now_us (txn));
}

#define ROW_COLUMNS                                                                                                    \
  "SELECT id, key, stream, method, subject, state, attempts, code, words, problems, made_at, changed_at, next_at, "    \
  "(SELECT n.key FROM outbox_need n WHERE n.outbox = outbox.id AND NOT EXISTS (SELECT 1 FROM outbox a "                \
  " WHERE a.key = n.key AND (a.state = 'accepted' OR a.state = 'settled_sent')) LIMIT 1), "

static const char list_all[] = ROW_COLUMNS "NULL, NULL, environment FROM outbox WHERE id < $1 ORDER BY id DESC LIMIT $2";
static const char list_state[] = ROW_COLUMNS "NULL, NULL, environment FROM outbox WHERE state = $3 AND id < $1 ORDER BY id DESC LIMIT $2";
static const char get_row[] = ROW_COLUMNS "facts, payload, environment FROM outbox WHERE id = $1";

static gboolean
add_source (FzFields *row, FzStmt *stmt, GError **error)
{
  g_autoptr (GBytes) payload = fz_stmt_dup_bytes (stmt, 15);
  g_autoptr (FzFields) source = NULL;

  if (fz_stmt_is_null (stmt, 14)) /* a row of a list */
    return TRUE;
  source = fz_row_facts_at (stmt, 14, error);
  if (source == NULL)
    return FALSE;
  fz_fields_merge (row, "facts", source);
  if (payload != NULL) {
    gsize n = 0;
    const char *bytes = g_bytes_get_data (payload, &n);
    g_autofree char *text = g_strndup (bytes, n);

    fz_fields_set (row, "payload", text);
  }
  return TRUE;
}

static gpointer
read_row (FzStmt *stmt, GError **error)
{
  static const char *const keys[] = { "id", "key", "stream", "method", "subject", "state", "attempts", "code", "words", "problems" };
  g_autoptr (FzFields) row = fz_fields_new ("fuzhen.outbox/v1");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++) {
    if (i == 0 || i == 6)
      fz_fields_set_int (row, keys[i], fz_stmt_int (stmt, (int) i));
    else
      fz_fields_set (row, keys[i], fz_stmt_text (stmt, (int) i));
  }
  fz_fields_set_time (row, "made_at", fz_stmt_int (stmt, 10));
  fz_fields_set_time (row, "changed_at", fz_stmt_int (stmt, 11));
  fz_fields_set_time (row, "next_at", fz_stmt_int (stmt, 12));
  fz_fields_set (row, "waiting_for", fz_stmt_text (stmt, 13));
  fz_fields_set (row, "environment", fz_stmt_text (stmt, 16));
  fz_fields_set (row, "task", g_str_has_prefix (fz_fields_get (row, "key"), "void:")      ? "void"
                              : g_str_has_prefix (fz_fields_get (row, "key"), "expired:") ? "expired"
                              : g_str_has_prefix (fz_fields_get (row, "key"), "amended:") ? "amended"
                                                                                         : NULL);
  if (!add_source (row, stmt, error))
    return NULL;
  fz_fields_freeze (row);
  return g_steal_pointer (&row);
}

GPtrArray *
fz_outbox_list (FzTxn *txn, const char *state, gint64 before_id, guint limit, GError **error)
{
  gint64 before = before_id > 0 ? before_id : G_MAXINT64;
  FzStmt *stmt = state == NULL ? fz_txn_query (txn, error, list_all, "ii", before, (gint64) limit)
                               : fz_txn_query (txn, error, list_state, "iit", before, (gint64) limit, state);

  return fz_rows_collect (stmt, read_row, (GDestroyNotify) fz_fields_unref, error);
}

FzFields *
fz_outbox_get (FzTxn *txn, gint64 id, GError **error)
{
  g_autofree char *missing = g_strdup_printf (_ ("没有第 %" PRId64 " 号上报记录。"), id);

  return fz_rows_first (fz_txn_query (txn, error, get_row, "i", id), read_row, missing, error);
}

static const char count_states[] = "SELECT state, COUNT(*) FROM outbox GROUP BY state";

FzFields *
fz_outbox_counts (FzTxn *txn, GError **error)
{
  g_autoptr (FzFields) counts = fz_fields_new ("fuzhen.counts/v1");
  FzStmt *stmt = fz_txn_query (txn, error, count_states, "");
  g_autoptr (GError) why = NULL;

  if (stmt == NULL)
    return NULL;
  while (fz_stmt_next (stmt, &why))
    fz_fields_set_int (counts, fz_stmt_text (stmt, 0), fz_stmt_int (stmt, 1));
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return NULL;
  }
  fz_fields_freeze (counts);
  return g_steal_pointer (&counts);
}

static const char newest_state[] = "SELECT state FROM outbox WHERE key = $1 ORDER BY id DESC LIMIT 1";

char *
fz_outbox_dup_state (FzTxn *txn, const char *key, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, newest_state, "t", key);
  char *state = stmt != NULL && fz_stmt_next (stmt, error) ? fz_stmt_dup_text (stmt, 0) : NULL;

  if (stmt != NULL)
    fz_stmt_end (stmt);
  return state;
}

static const char newest_with_key[] = "SELECT id FROM outbox WHERE key = $1 ORDER BY id DESC LIMIT 1";

gboolean
fz_outbox_newest (FzTxn *txn, const char *key, gint64 *out_id, GError **error)
{
  *out_id = 0;
  if (!fz_row_number (fz_txn_query (txn, error, newest_with_key, "t", key), out_id, error))
    return FALSE;
  if (*out_id > 0)
    return TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND, _ ("没有 %s 的上报记录。"), key);
  return FALSE;
}

static const char is_accepted[] =
  "SELECT 1 FROM outbox WHERE key = $1 AND (state = 'accepted' OR state = 'settled_sent') LIMIT 1";

gboolean
fz_outbox_is_accepted (FzTxn *txn, const char *key, gboolean *out, GError **error)
{
  return fz_row_exists (fz_txn_query (txn, error, is_accepted, "t", key), out, error);
}

static const char withdraw[] =
  "UPDATE outbox SET state = 'settled_not_sent', words = $2, changed_at = $3 "
  "WHERE key = $1 AND (state = 'queued' OR state = 'blocked' OR state = 'refused' OR state = 'alarm')";

gboolean
fz_outbox_withdraw (FzTxn *txn, const char *key, const char *why, GError **error)
{
  return fz_txn_run (txn, error, withdraw, "tti", key, why, fz_txn_now_us (txn));
}

static const char missed[] = "SELECT id, key FROM outbox WHERE key > 'none:' AND key < $1 AND state = 'queued' ORDER BY id LIMIT 1";

gboolean
fz_outbox_missed_sign_in (FzTxn *txn, FzDate today, gint64 *out_id, char **out_key, GError **error)
{
  g_autofree char *key = fz_outbox_sign_in_key (today);
  FzStmt *stmt = fz_txn_query (txn, error, missed, "t", key);
  g_autoptr (GError) why = NULL;

  *out_key = NULL;
  if (stmt == NULL)
    return FALSE;
  if (fz_stmt_next (stmt, &why)) {
    *out_id = fz_stmt_int (stmt, 0);
    *out_key = fz_stmt_dup_text (stmt, 1);
    fz_stmt_end (stmt);
  }
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return why == NULL;
}

/* Keys of one kind lie side by side in the index: `;` follows `:`. */
static const char any_accepted[] =
  "SELECT 1 FROM outbox WHERE key > $1 || ':' AND key < $1 || ';' AND (state = 'accepted' OR state = 'settled_sent') "
  "AND changed_at >= $2 AND changed_at < $3 LIMIT 1";

gboolean
fz_outbox_any_accepted (FzTxn *txn, const char *prefix, gint64 from_us, gint64 to_us, gboolean *out, GError **error)
{
  return fz_row_exists (fz_txn_query (txn, error, any_accepted, "tii", prefix, from_us, to_us), out, error);
}

static const char oldest[] = "SELECT made_at FROM outbox WHERE key > $1 || ':' AND key < $1 || ';' ORDER BY id LIMIT 1";

gboolean
fz_outbox_oldest (FzTxn *txn, const char *prefix, gint64 *out_us, GError **error)
{
  *out_us = 0;
  return fz_row_number (fz_txn_query (txn, error, oldest, "t", prefix), out_us, error);
}
