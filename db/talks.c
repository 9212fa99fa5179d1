#include "db/talks.h"

#include "db/rows.h"

static const char add_one[] =
  "INSERT INTO talk (number, id, visit, side, kind, entry, picture, state, state_at) "
  "VALUES ((SELECT COALESCE(MAX(number), 0) + 1 FROM talk), $1, $2, $3, $4, $5, $6, $7, $8)";
static const char number_of[] = "SELECT number FROM talk WHERE id = $1";

gboolean
fz_talks_add (FzTxn *txn, const FzFields *row, guint64 entry, guint64 *out_number, GError **error)
{
  const char *id = fz_fields_get (row, "id");
  gint64 number = 0;

  if (!fz_txn_run (txn, error, add_one, "ttttitti", id, fz_fields_get (row, "visit"), fz_fields_get (row, "side"), fz_fields_get (row, "kind"),
                   (gint64) entry, fz_fields_get (row, "picture"), fz_fields_get (row, "state"), fz_txn_now_us (txn)) ||
      !fz_row_number (fz_txn_query (txn, error, number_of, "t", id), &number, error))
    return FALSE;
  if (out_number != NULL)
    *out_number = (guint64) number;
  return TRUE;
}

static gpointer
read_row (FzStmt *stmt, GError **error)
{
  static const char *const texts[] = { "id", "visit", "side", "kind", NULL, "picture", "state", NULL, "reason" };
  FzFields *row = fz_fields_new ("fuzhen.talk_row/v1");

  fz_fields_set_int (row, "number", fz_stmt_int (stmt, 0));
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    if (texts[i] != NULL)
      fz_fields_set (row, texts[i], fz_stmt_text (stmt, (int) i + 1));
  fz_fields_set_int (row, "entry", fz_stmt_int (stmt, 5));
  fz_fields_set_time (row, "state_at", fz_stmt_int (stmt, 8));
  fz_fields_set (row, "front", fz_stmt_text (stmt, 11));
  fz_fields_set_time (row, "kept_at", fz_stmt_int (stmt, 12));
  if (!fz_stmt_is_null (stmt, 10)) {
    g_autoptr (FzFields) said = fz_row_facts_at (stmt, 10, error);

    if (said == NULL) {
      fz_fields_unref (row);
      return NULL;
    }
    fz_fields_merge (row, "said", said);
  }
  return fz_fields_freeze (row);
}

#define COLUMNS                                                                                                        \
  "SELECT t.number, t.id, t.visit, t.side, t.kind, t.entry, t.picture, t.state, t.state_at, t.reason, p.payload, t.front, " \
  "a.entry_at FROM talk t JOIN audit a ON a.number = t.entry LEFT JOIN audit_payload p ON p.number = t.entry "

static const char get_one[] = COLUMNS "WHERE t.id = $1";
static const char list_visit[] = COLUMNS "WHERE t.visit = $1 AND t.number < $2 ORDER BY t.number DESC LIMIT $3";
static const char list_new[] = COLUMNS "WHERE t.visit = $1 AND t.state = 'new' AND t.number <= $2 ORDER BY t.number LIMIT $3";

FzFields *
fz_talks_get (FzTxn *txn, const char *id, GError **error)
{
  return fz_rows_first (fz_txn_query (txn, error, get_one, "t", id), read_row, NULL, error);
}

GPtrArray *
fz_talks_list (FzTxn *txn, const char *visit, guint64 before, guint limit, GError **error)
{
  gint64 end = before > 0 ? (gint64) before : G_MAXINT64;
  GPtrArray *rows = fz_rows_collect (fz_txn_query (txn, error, list_visit, "tii", visit, end, (gint64) limit), read_row,
                                     (GDestroyNotify) fz_fields_unref, error);

  for (guint i = 0; rows != NULL && i < rows->len / 2; i++) {
    gpointer other = rows->pdata[rows->len - 1 - i];

    rows->pdata[rows->len - 1 - i] = rows->pdata[i];
    rows->pdata[i] = other;
  }
  return rows;
}

GPtrArray *
fz_talks_list_new (FzTxn *txn, const char *visit, guint64 until, guint limit, GError **error)
{
  return fz_rows_collect (fz_txn_query (txn, error, list_new, "tii", visit, (gint64) until, (gint64) limit), read_row,
                          (GDestroyNotify) fz_fields_unref, error);
}

static const char set_state[] = "UPDATE talk SET state = $2, state_at = $3, reason = $4 WHERE id = $1";

gboolean
fz_talks_set_state (FzTxn *txn, const char *id, const char *state, gint64 at_us, const char *reason, GError **error)
{
  return fz_txn_run (txn, error, set_state, "ttit", id, state, at_us, reason);
}

static const char set_front[] = "UPDATE talk SET front = $2 WHERE id = $1";

gboolean
fz_talks_set_front (FzTxn *txn, const char *id, const char *key, GError **error)
{
  return fz_txn_run (txn, error, set_front, "tt", id, key);
}

static const char count_visit[] = "SELECT COUNT(*) FROM talk WHERE visit = $1 AND state = 'new'";
static const char count_holder[] =
  "SELECT COUNT(DISTINCT t.visit) FROM talk t JOIN visit v ON v.id = t.visit "
  "WHERE t.state = 'new' AND v.holder = $1 AND (v.stage = 'taken' OR v.stage = 'recorded')";

static gint64
count (FzStmt *stmt, GError **error)
{
  gint64 n = 0;

  return fz_row_number (stmt, &n, error) ? n : -1;
}

gint64
fz_talks_count_new (FzTxn *txn, const char *visit, GError **error)
{
  return count (fz_txn_query (txn, error, count_visit, "t", visit), error);
}

gint64
fz_talks_count_unread (FzTxn *txn, const char *holder, GError **error)
{
  return count (fz_txn_query (txn, error, count_holder, "t", holder), error);
}

/* --- pictures --- */

static const char list_pictures[] = "SELECT DISTINCT picture FROM talk WHERE visit = $1 AND picture IS NOT NULL ORDER BY picture";
static const char list_since[] =
  "SELECT DISTINCT t.picture FROM talk t JOIN audit a ON a.number = t.entry WHERE t.picture IS NOT NULL AND a.entry_at > $1 ORDER BY t.picture";
static const char newest_us[] = "SELECT COALESCE(MAX(a.entry_at), 0) FROM talk t JOIN audit a ON a.number = t.entry WHERE t.visit = $1";
static const char count_astray[] =
  "SELECT COUNT(*) FROM talk t WHERE NOT EXISTS (SELECT 1 FROM audit a WHERE a.number = t.entry AND a.subject_kind = 'visit' AND "
  "a.subject = t.visit AND a.outcome = 'done' AND (a.action = 'talk.receive' OR a.action = 'talk.send' OR a.action = 'talk.note' OR "
  "a.action = 'talk.recording'))";
static const char get_proof[] = "SELECT salt, payload FROM audit_payload WHERE number = $1";

GPtrArray *
fz_talks_pictures (FzTxn *txn, const char *visit, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, list_pictures, "t", visit), error);
}

GPtrArray *
fz_talks_pictures_since (FzTxn *txn, gint64 us, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, list_since, "i", us), error);
}

gboolean
fz_talks_newest_us (FzTxn *txn, const char *visit, gint64 *out_us, GError **error)
{
  *out_us = 0;
  return fz_row_number (fz_txn_query (txn, error, newest_us, "t", visit), out_us, error);
}

/* --- and the log --- */

gint64
fz_talks_count_astray (FzTxn *txn, GError **error)
{
  return count (fz_txn_query (txn, error, count_astray, ""), error);
}

static gpointer
read_proof (FzStmt *stmt, GError **error)
{
  g_autoptr (GBytes) salt = fz_stmt_dup_bytes (stmt, 0), payload = fz_stmt_dup_bytes (stmt, 1);
  GByteArray *proof = g_byte_array_new ();

  g_byte_array_append (proof, g_bytes_get_data (salt, NULL), (guint) g_bytes_get_size (salt));
  g_byte_array_append (proof, g_bytes_get_data (payload, NULL), (guint) g_bytes_get_size (payload));
  return g_byte_array_free_to_bytes (proof);
}

GBytes *
fz_talks_dup_proof (FzTxn *txn, guint64 entry, GError **error)
{
  return fz_rows_first (fz_txn_query (txn, error, get_proof, "i", (gint64) entry), read_proof, NULL, error);
}

/* --- short answers --- */

static const char list_phrases[] = "SELECT words FROM phrase WHERE staff = $1 ORDER BY position";
static const char clear_phrases[] = "DELETE FROM phrase WHERE staff = $1";
static const char put_phrase[] = "INSERT INTO phrase (staff, position, words) VALUES ($1, $2, $3)";

GPtrArray *
fz_phrases_list (FzTxn *txn, const char *staff, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, list_phrases, "t", staff), error);
}

gboolean
fz_phrases_put (FzTxn *txn, const char *staff, const char *const *words, GError **error)
{
  if (!fz_txn_run (txn, error, clear_phrases, "t", staff))
    return FALSE;
  for (guint i = 0; words[i] != NULL; i++)
    if (!fz_txn_run (txn, error, put_phrase, "tit", staff, (gint64) i, words[i]))
      return FALSE;
  return TRUE;
}
