#include "db/front.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
must_change (gint64 changed, GError **error)
{
  if (changed == 1)
    return TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_CONFLICT, _ ("这条与医院前端的往来记录已经办过，请刷新后再看。"));
  return FALSE;
}

/* The smallest time a query gives, 0 for none. */
static gboolean
take_time (FzStmt *stmt, gint64 *out_us, GError **error)
{
  gint64 us = 0;

  if (!fz_row_number (stmt, &us, error))
    return FALSE;
  *out_us = us;
  return TRUE;
}

/* --- out --- */

static const char next_turn[] = "SELECT COALESCE(MAX(turn), 0) + 1 FROM front_out WHERE visit = $1";

gboolean
fz_front_next_turn (FzTxn *txn, const char *visit, gint64 *out, GError **error)
{
  return fz_row_number (fz_txn_query (txn, error, next_turn, "t", visit), out, error);
}

static const char add_out[] =
  "INSERT INTO front_out (key, visit, turn, kind, payload, state, next_at, made_at, changed_at) "
  "VALUES ($1, $2, $3, $4, $5, 'queued', $6, $6, $6) ON CONFLICT (key) DO NOTHING";

gboolean
fz_front_out_add (FzTxn *txn, const char *key, const char *visit, gint64 turn, const char *kind, GBytes *payload, GError **error)
{
  gint64 added = 0;

  return fz_txn_run_counted (txn, &added, error, add_out, "ttitBi", key, visit, turn, kind, payload, fz_txn_now_us (txn)) && must_change (added, error);
}

void
fz_front_row_free (gpointer row)
{
  FzFrontRow *self = row;

  g_free (self->key);
  g_free (self->visit);
  g_free (self->kind);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self);
}

static gpointer
read_row (FzStmt *stmt, GError **error)
{
  FzFrontRow *row = g_new0 (FzFrontRow, 1);

  row->id = fz_stmt_int (stmt, 0);
  row->attempts = fz_stmt_int (stmt, 1);
  row->key = fz_stmt_dup_text (stmt, 2);
  row->visit = fz_stmt_dup_text (stmt, 3);
  row->kind = fz_stmt_dup_text (stmt, 4);
  row->payload = fz_stmt_dup_bytes (stmt, 5);
  return row;
}

static const char due_out[] =
  "SELECT o.id, o.attempts, o.key, o.visit, o.kind, o.payload FROM front_out o WHERE o.state = 'queued' AND o.next_at <= $1 "
  "AND NOT EXISTS (SELECT 1 FROM front_out e WHERE e.visit = o.visit AND e.turn < o.turn AND e.state = 'queued' AND e.next_at > $1) "
  "ORDER BY o.id LIMIT $2";
static const char next_out[] = "SELECT COALESCE(MIN(next_at), 0) FROM front_out WHERE state = 'queued' AND next_at > $1";

GPtrArray *
fz_front_out_due (FzTxn *txn, guint limit, gint64 *out_next_us, GError **error)
{
  gint64 now = fz_txn_now_us (txn);

  if (!take_time (fz_txn_query (txn, error, next_out, "i", now), out_next_us, error))
    return NULL;
  return fz_rows_collect (fz_txn_query (txn, error, due_out, "ii", now, (gint64) limit), read_row, fz_front_row_free, error);
}

static const char settle_out[] =
  "UPDATE front_out SET state = $2, code = $3, words = $4, next_at = $5, attempts = attempts + 1, changed_at = $6 WHERE id = $1 AND state = 'queued'";

gboolean
fz_front_out_settle (FzTxn *txn, gint64 id, const char *state, const char *code, const char *words, gint64 next_us, GError **error)
{
  gint64 now = fz_txn_now_us (txn), changed = 0;

  return fz_txn_run_counted (txn, &changed, error, settle_out, "itttii", id, state, code, words, MAX (next_us, now), now) && must_change (changed, error);
}

static const char decide_out[] = "UPDATE front_out SET state = $2, words = $3, next_at = $4, changed_at = $4 WHERE id = $1 AND state = 'refused'";

gboolean
fz_front_out_decide (FzTxn *txn, gint64 id, gboolean again, const char *words, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, decide_out, "itti", id, again ? "queued" : "settled", words, fz_txn_now_us (txn)) &&
         must_change (changed, error);
}

static gpointer
read_state (FzStmt *stmt, GError **error)
{
  FzFields *facts = fz_fields_new ("fuzhen.front_state/v1");

  fz_fields_set (facts, "state", fz_stmt_text (stmt, 0));
  fz_fields_set (facts, "code", fz_stmt_text (stmt, 1));
  fz_fields_set (facts, "words", fz_stmt_text (stmt, 2));
  return fz_fields_freeze (facts);
}

static const char forget_said[] =
  "UPDATE front_out SET payload = CAST('' AS BLOB), "
  "state = CASE WHEN state = 'queued' OR state = 'refused' THEN 'settled' ELSE state END "
  "WHERE kind = 'chat' AND EXISTS (SELECT 1 FROM talk t WHERE t.entry = $1 AND t.visit = front_out.visit AND "
  "(front_out.key = t.id OR substr(front_out.key, 1, length(t.id) + 7) = t.id || '-again-'))";

gboolean
fz_front_out_forget (FzTxn *txn, guint64 entry, GError **error)
{
  return fz_txn_run (txn, error, forget_said, "i", (gint64) entry);
}

static const char state_out[] = "SELECT state, code, words FROM front_out WHERE key = $1";

FzFields *
fz_front_out_state (FzTxn *txn, const char *key, GError **error)
{
  return fz_rows_first (fz_txn_query (txn, error, state_out, "t", key), read_state, NULL, error);
}

/* --- in --- */

void
fz_front_event_free (gpointer event)
{
  FzFrontEvent *self = event;

  g_free (self->event);
  g_free (self->kind);
  g_free (self->visit);
  g_free (self->body);
  g_free (self);
}

static gpointer
read_event (FzStmt *stmt, GError **error)
{
  FzFrontEvent *event = g_new0 (FzFrontEvent, 1);

  event->number = fz_stmt_int (stmt, 0);
  event->attempts = fz_stmt_int (stmt, 1);
  event->event = fz_stmt_dup_text (stmt, 2);
  event->kind = fz_stmt_dup_text (stmt, 3);
  event->visit = fz_stmt_dup_text (stmt, 4);
  event->body = fz_stmt_dup_text (stmt, 5);
  return event;
}

static const char add_in[] =
  "INSERT INTO front_in (number, event, kind, visit, sha256, body, state, words, next_at, received_at, changed_at) "
  "VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM front_in), $1, $2, $3, $4, $5, $6, $7, $8, $8, $8) ON CONFLICT (event) DO NOTHING";
static const char same_in[] = "SELECT 1 FROM front_in WHERE event = $1 AND kind = $2 AND visit = $3 AND sha256 = $4";

static gboolean
put_in (FzTxn *txn, const char *event, const char *kind, const char *visit, const char *sha256, const char *body, const char *words, gboolean *out_new,
        GError **error)
{
  gint64 added = 0;
  gboolean good = fz_txn_run_counted (txn, &added, error, add_in, "ttttttti", event, kind, visit, sha256, body, words != NULL ? "held" : "new", words,
                                      fz_txn_now_us (txn));

  *out_new = added == 1;
  return good;
}

static const char unack[] = "UPDATE front_in SET acked_at = NULL WHERE event = $1";

gboolean
fz_front_in_add (FzTxn *txn, const char *event, const char *kind, const char *visit, const char *body, const char *conflict_words, gboolean *out_new,
                 GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (body, strlen (body)), *beside = NULL;
  gboolean same = FALSE;

  if (!put_in (txn, event, kind, visit, sha256, body, NULL, out_new, error))
    return FALSE;
  if (*out_new)
    return TRUE;
  if (!fz_row_exists (fz_txn_query (txn, error, same_in, "tttt", event, kind, visit, sha256), &same, error))
    return FALSE;
  if (same) /* the front sends it again: it has not heard that it is kept */
    return fz_txn_run (txn, error, unack, "t", event);
  beside = g_strdup_printf ("%s~%.12s", event, sha256);
  return put_in (txn, beside, kind, visit, sha256, body, conflict_words, out_new, error);
}

static const char next_in[] =
  "SELECT i.number, i.attempts, i.event, i.kind, i.visit, i.body FROM front_in i WHERE i.state = 'new' AND i.next_at <= $1 "
  "AND NOT EXISTS (SELECT 1 FROM front_in e WHERE e.visit = i.visit AND e.visit <> '' AND e.number < i.number AND e.state = 'new' AND e.next_at > $1) "
  "ORDER BY i.number LIMIT 1";
static const char next_in_time[] = "SELECT COALESCE(MIN(next_at), 0) FROM front_in WHERE state = 'new' AND next_at > $1";

FzFrontEvent *
fz_front_in_next (FzTxn *txn, gint64 *out_next_us, GError **error)
{
  gint64 now = fz_txn_now_us (txn);

  if (!take_time (fz_txn_query (txn, error, next_in_time, "i", now), out_next_us, error))
    return NULL;
  return fz_rows_first (fz_txn_query (txn, error, next_in, "i", now), read_event, NULL, error);
}

static const char done_in[] =
  "UPDATE front_in SET state = $2, words = $3, body = NULL, changed_at = $4 WHERE number = $1 AND (state = 'new' OR state = 'held')";

gboolean
fz_front_in_done (FzTxn *txn, gint64 number, const char *state, const char *words, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, done_in, "itti", number, state, words, fz_txn_now_us (txn)) && must_change (changed, error);
}

static const char hold_in[] = "UPDATE front_in SET state = 'held', words = $2, attempts = attempts + 1, changed_at = $3 WHERE number = $1 AND state = 'new'";

gboolean
fz_front_in_hold (FzTxn *txn, gint64 number, const char *words, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, hold_in, "iti", number, words, fz_txn_now_us (txn)) && must_change (changed, error);
}

static const char wait_in[] = "UPDATE front_in SET attempts = attempts + $2, next_at = $3, changed_at = $4 WHERE number = $1 AND state = 'new'";

gboolean
fz_front_in_wait (FzTxn *txn, gint64 number, gboolean counts, gint64 next_us, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, wait_in, "iiii", number, (gint64) (counts ? 1 : 0), next_us, fz_txn_now_us (txn)) &&
         must_change (changed, error);
}

static const char again_in[] =
  "UPDATE front_in SET state = 'new', words = NULL, next_at = $2, changed_at = $2 WHERE number = $1 AND state = 'held' "
  "AND body IS NOT NULL AND event NOT LIKE '%~%'";

gboolean
fz_front_in_again (FzTxn *txn, gint64 number, GError **error)
{
  gint64 changed = 0;

  return fz_txn_run_counted (txn, &changed, error, again_in, "ii", number, fz_txn_now_us (txn)) && must_change (changed, error);
}

static const char release_in[] =
  "UPDATE front_in SET state = 'new', words = NULL, next_at = $2, changed_at = $2 WHERE visit = $1 AND state = 'held' AND body IS NOT NULL "
  "AND kind <> 'visit_request' AND event NOT LIKE '%~%'"; /* what differs under one id is a person's */
static const char again_request[] =
  "UPDATE front_in SET state = 'new', words = NULL, next_at = $2, changed_at = $2 WHERE visit = $1 AND state = 'held' AND body IS NOT NULL "
  "AND kind = 'visit_request' AND event NOT LIKE '%~%'";

gboolean
fz_front_in_release (FzTxn *txn, const char *visit, GError **error)
{
  return fz_txn_run (txn, error, release_in, "ti", visit, fz_txn_now_us (txn));
}

gboolean
fz_front_in_again_request (FzTxn *txn, const char *visit, GError **error)
{
  return fz_txn_run (txn, error, again_request, "ti", visit, fz_txn_now_us (txn));
}

static const char of_visit[] =
  "SELECT number, attempts, event, kind, visit, body FROM front_in WHERE visit = $1 AND kind = $2 AND (state = 'held' OR state = 'new') "
  "AND event NOT LIKE '%~%' ORDER BY number";

static int
by_number (gconstpointer a, gconstpointer b)
{
  const FzFrontEvent *one = *(FzFrontEvent *const *) a, *other = *(FzFrontEvent *const *) b;

  return one->number < other->number ? -1 : one->number > other->number ? 1 : 0;
}

GPtrArray *
fz_front_in_of_visit (FzTxn *txn, const char *visit, const char *const *kinds, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (fz_front_event_free);

  for (guint i = 0; kinds[i] != NULL; i++) {
    GPtrArray *some = fz_rows_collect (fz_txn_query (txn, error, of_visit, "tt", visit, kinds[i]), read_event, NULL, error);

    if (some == NULL)
      return NULL;
    g_ptr_array_extend_and_steal (all, some);
  }
  g_ptr_array_sort (all, by_number);
  return g_steal_pointer (&all);
}

static const char held_of[] = "SELECT kind, words FROM front_in WHERE visit = $1 AND state = 'held' ORDER BY number";

static gpointer
read_held (FzStmt *stmt, GError **error)
{
  FzFields *facts = fz_fields_new ("fuzhen.front_held/v1");

  fz_fields_set (facts, "kind", fz_stmt_text (stmt, 0));
  fz_fields_set (facts, "words", fz_stmt_text (stmt, 1));
  return fz_fields_freeze (facts);
}

GPtrArray *
fz_front_in_held (FzTxn *txn, const char *visit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, held_of, "t", visit), read_held, (GDestroyNotify) fz_fields_unref, error);
}

static const char knows[] = "SELECT 1 FROM front_in WHERE visit = $1 AND kind = 'visit_request' AND state = 'applied' LIMIT 1";

gboolean
fz_front_in_knows (FzTxn *txn, const char *visit, gboolean *out, GError **error)
{
  return fz_row_exists (fz_txn_query (txn, error, knows, "t", visit), out, error);
}

static const char of_entry[] = "SELECT event, visit FROM front_in WHERE kind = $1 AND words = $2 AND state = 'applied' LIMIT 1";

static gpointer
read_pair (FzStmt *stmt, GError **error)
{
  char **pair = g_new0 (char *, 3);

  pair[0] = fz_stmt_dup_text (stmt, 0);
  pair[1] = fz_stmt_dup_text (stmt, 1);
  return pair;
}

gboolean
fz_front_in_of_entry (FzTxn *txn, const char *kind, const char *entry, char **out_event, char **out_visit, GError **error)
{
  g_autoptr (GError) why = NULL;
  char **pair = fz_rows_first (fz_txn_query (txn, &why, of_entry, "tt", kind, entry), read_pair, NULL, &why);

  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  *out_event = pair != NULL ? pair[0] : NULL;
  *out_visit = pair != NULL ? pair[1] : NULL;
  g_free (pair);
  return TRUE;
}

static const char entry_of[] = "SELECT words FROM front_in WHERE kind = $1 AND event = $2 AND visit = $3 AND state = 'applied'";

char *
fz_front_in_entry_of (FzTxn *txn, const char *kind, const char *event, const char *visit, GError **error)
{
  return fz_rows_first (fz_txn_query (txn, error, entry_of, "ttt", kind, event, visit), fz_row_text, NULL, error);
}

static const char unacked[] = "SELECT event FROM front_in WHERE acked_at IS NULL ORDER BY number LIMIT $1";
static const char acked[] = "UPDATE front_in SET acked_at = $2 WHERE event = $1";

GPtrArray *
fz_front_in_unacked (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, unacked, "i", (gint64) limit), error);
}

gboolean
fz_front_in_acked (FzTxn *txn, const char *event, GError **error)
{
  return fz_txn_run (txn, error, acked, "ti", event, fz_txn_now_us (txn));
}

/* --- to look at --- */

static const struct {
  const char *key, *sql;
} counts[] = {
  { "out.queued", "SELECT COUNT(*) FROM front_out WHERE state = 'queued'" },
  { "out.refused", "SELECT COUNT(*) FROM front_out WHERE state = 'refused'" },
  { "out.visits", "SELECT COUNT(DISTINCT visit) FROM front_out WHERE state = 'queued'" },
  { "in.new", "SELECT COUNT(*) FROM front_in WHERE state = 'new'" },
  { "in.held", "SELECT COUNT(*) FROM front_in WHERE state = 'held'" },
  { "visits_waiting", "SELECT COUNT(*) FROM visit v WHERE v.stage = 'waiting' AND EXISTS (SELECT 1 FROM front_in i WHERE i.visit = v.id "
                      "AND i.kind = 'visit_request' AND i.state = 'applied')" },
};
static const struct {
  const char *key, *sql;
} times[] = {
  { "oldest_queued_at", "SELECT COALESCE(MIN(made_at), 0) FROM front_out WHERE state = 'queued'" },
  { "last_event_at", "SELECT COALESCE(MAX(received_at), 0) FROM front_in" },
};

FzFields *
fz_front_counts (FzTxn *txn, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.front_counts/v1");
  gint64 n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (counts); i++) {
    if (!fz_row_number (fz_txn_query (txn, error, counts[i].sql, ""), &n, error))
      return NULL;
    fz_fields_set_int (facts, counts[i].key, n);
  }
  for (guint i = 0; i < G_N_ELEMENTS (times); i++) {
    if (!fz_row_number (fz_txn_query (txn, error, times[i].sql, ""), &n, error))
      return NULL;
    if (n > 0)
      fz_fields_set_time (facts, times[i].key, n);
  }
  return fz_fields_freeze (g_steal_pointer (&facts));
}

static gpointer
read_visit (FzStmt *stmt, GError **error)
{
  FzFields *facts = fz_fields_new ("fuzhen.front_visit/v1");

  fz_fields_set (facts, "id", fz_stmt_text (stmt, 0));
  fz_fields_set_int (facts, "n", fz_stmt_int (stmt, 1));
  return fz_fields_freeze (facts);
}

static const char waiting_visits[] =
  "SELECT visit, COUNT(*) AS n FROM front_out WHERE state = 'queued' GROUP BY visit UNION ALL "
  "SELECT v.id AS visit, 0 AS n FROM visit v WHERE v.stage = 'waiting' AND EXISTS (SELECT 1 FROM front_in i WHERE i.visit = v.id "
  "AND i.kind = 'visit_request' AND i.state = 'applied') ORDER BY 2 DESC, 1 LIMIT $1";

GPtrArray *
fz_front_visits (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, waiting_visits, "i", (gint64) limit), read_visit, (GDestroyNotify) fz_fields_unref, error);
}

static gpointer
read_problem (FzStmt *stmt, GError **error)
{
  static const char *const keys[] = { "way", "kind", "visit", "code", "words" };
  FzFields *facts = fz_fields_new ("fuzhen.front_problem/v1");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    fz_fields_set (facts, keys[i], fz_stmt_text (stmt, (int) i));
  fz_fields_set_int (facts, "number", fz_stmt_int (stmt, 5));
  fz_fields_set_time (facts, "at", fz_stmt_int (stmt, 6));
  fz_fields_set_time (facts, "came_at", fz_stmt_int (stmt, 7));
  fz_fields_set_bool (facts, "again", fz_stmt_int (stmt, 8) != 0);
  return fz_fields_freeze (facts);
}

static const char problems[] =
  "SELECT 'in' AS way, kind, visit, NULL AS code, words, number, changed_at, received_at AS came_at, "
  "CASE WHEN body IS NOT NULL AND event NOT LIKE '%~%' THEN 1 ELSE 0 END AS again FROM front_in WHERE state = 'held' UNION ALL "
  "SELECT 'out' AS way, kind, visit, code, words, id AS number, changed_at, made_at AS came_at, 1 AS again FROM front_out WHERE state = 'refused' "
  "ORDER BY 7, 6 LIMIT $1";

GPtrArray *
fz_front_problems (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, problems, "i", (gint64) limit), read_problem, (GDestroyNotify) fz_fields_unref, error);
}
