#include "db/visits.h"

#include "db/rows.h"

#include <glib/gi18n-lib.h>

static const char put_visit[] =
  "INSERT INTO visit (id, stage, holder, applied_at, ended_at, facts) VALUES ($1, $2, $3, $4, $5, $6) "
  "ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, holder = excluded.holder, ended_at = excluded.ended_at, "
  "facts = excluded.facts";

gboolean
fz_visits_put (FzTxn *txn, const char *id, FzStage stage, const char *holder, gint64 applied_us, gint64 ended_us,
               const FzFields *facts, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error);

  return text != NULL && fz_txn_run (txn, error, put_visit, "tttint", id, fz_stage_to_word (stage), holder, applied_us,
                                     (gboolean) (ended_us != 0), ended_us, text);
}

static const char get_visit[] = "SELECT facts FROM visit WHERE id = $1";

FzFields *
fz_visits_get (FzTxn *txn, const char *id, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, get_visit, "t", id), _ ("没有这次就诊。"), error);
}

/* One partial index a queue: the stage stands as a literal, since a bound parameter never matches such an index. */
static const char list_waiting[] =
  "SELECT facts FROM visit WHERE stage = 'waiting' AND (applied_at, id) > ($1, $2) ORDER BY applied_at, id LIMIT $3";
static const char list_open[] =
  "SELECT facts FROM visit WHERE (stage = 'taken' OR stage = 'recorded') AND (applied_at, id) > ($1, $2) "
  "ORDER BY applied_at, id LIMIT $3";
static const char list_ended[] =
  "SELECT facts FROM visit WHERE ended_at IS NOT NULL AND (ended_at, id) > ($1, $2) ORDER BY ended_at, id LIMIT $3";
static const char list_applied[] =
  "SELECT facts FROM visit WHERE (applied_at, id) > ($1, $2) ORDER BY applied_at, id LIMIT $3";

GPtrArray *
fz_visits_list (FzTxn *txn, FzVisitList which, FzCursor after, guint limit, GError **error)
{
  const char *sql = which == FZ_VISITS_WAITING ? list_waiting
                    : which == FZ_VISITS_OPEN  ? list_open
                    : which == FZ_VISITS_ENDED ? list_ended
                                               : list_applied;

  return fz_rows_of_facts (fz_txn_query (txn, error, sql, "iti", after.us, after.id != NULL ? after.id : "", (gint64) limit), error);
}

static gpointer
row_counted_visit (FzStmt *stmt, GError **error)
{
  static const char *const keys[] = { "visit.id", "visit.stage", "visit.applied_at", "visit.taken_at", "visit.department", "visit.department_name",
                                      "visit.holder_number", "end.", "eligibility.verdict", NULL };

  return fz_row_facts_part (stmt, keys, error);
}

GPtrArray *
fz_visits_list_counted (FzTxn *txn, FzCursor after, guint limit, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, list_applied, "iti", after.us, after.id != NULL ? after.id : "", (gint64) limit);

  return fz_rows_collect (stmt, row_counted_visit, (GDestroyNotify) fz_fields_unref, error);
}

static const char list_of[] =
  "SELECT facts FROM visit WHERE holder = $1 AND ended_at IS NOT NULL AND (ended_at, id) < ($2, $3) ORDER BY ended_at DESC, id DESC LIMIT $4";

GPtrArray *
fz_visits_of (FzTxn *txn, const char *holder, FzCursor before, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, list_of, "titi", holder, before.us, before.id, (gint64) limit), error);
}

static const char count_waiting[] = "SELECT COUNT(*) FROM visit WHERE stage = 'waiting'";
static const char count_open[] = "SELECT COUNT(*) FROM visit WHERE stage = 'taken' OR stage = 'recorded'";
static const char count_all[] = "SELECT COUNT(*) FROM visit";
static const char count_to_review[] = "SELECT COUNT(*) FROM prescription WHERE stage = 'signed'";

static gint64
count (FzTxn *txn, const char *sql, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, sql, "");
  gint64 n;

  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return -1;
  n = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return n;
}

gint64
fz_visits_count (FzTxn *txn, FzVisitList which, GError **error)
{
  return count (txn, which == FZ_VISITS_WAITING ? count_waiting : count_open, error);
}

gint64
fz_visits_count_all (FzTxn *txn, GError **error)
{
  return count (txn, count_all, error);
}

gint64
fz_rx_count_to_review (FzTxn *txn, GError **error)
{
  return count (txn, count_to_review, error);
}

static const char put_rx[] =
  "INSERT INTO prescription (id, visit, document, stage, signed_at, reviewed_at, valid_until_at, facts, sent_at, turn_at) "
  "VALUES ($1, $2, (SELECT number FROM document WHERE id = $1), $3, $4, $5, $6, $7, $8, $4) "
  "ON CONFLICT (id) DO UPDATE SET stage = excluded.stage, reviewed_at = excluded.reviewed_at, facts = excluded.facts, sent_at = excluded.sent_at";

static const char put_patient_rx[] = "INSERT INTO patient_rx (prescription, patient, signed_at) VALUES ($1, $2, $3) ON CONFLICT (prescription) DO NOTHING";

char *
fz_patient_word (const FzFields *facts)
{
  const char *kind = fz_fields_get (facts, "patient.id_kind"), *number = fz_fields_get (facts, "patient.id_number");

  return number != NULL ? g_strconcat (kind != NULL ? kind : "-", " ", number, NULL) : NULL;
}

gboolean
fz_rx_put (FzTxn *txn, const char *id, const char *visit, FzRxStage stage, gint64 signed_us, gint64 reviewed_us, gint64 valid_until_us,
            const FzFields *facts, GError **error)
{
  g_autofree char *text = fz_facts_to_text (facts, error), *patient = fz_patient_word (facts);
  gint64 sent_us = 0;
  gboolean away = fz_fields_get_time (facts, "rx.sent_at", &sent_us);

  return text != NULL &&
         fz_txn_run (txn, error, put_rx, "tttinitn", id, visit, fz_rx_stage_to_word (stage), signed_us, (gboolean) (reviewed_us != 0), reviewed_us,
                     valid_until_us, text, away, sent_us) &&
         (patient == NULL || fz_txn_run (txn, error, put_patient_rx, "tti", id, patient, signed_us));
}

static const char rx_of_patient[] = "SELECT p.facts FROM patient_rx o JOIN prescription p ON p.id = o.prescription "
                                    "WHERE o.patient = $1 ORDER BY o.signed_at DESC LIMIT $2";

GPtrArray *
fz_rx_of_patient (FzTxn *txn, const char *patient, guint limit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, rx_of_patient, "ti", patient, (gint64) limit), error);
}

static const char get_rx[] = "SELECT facts FROM prescription WHERE id = $1";
static const char rx_of_visit[] = "SELECT facts FROM prescription WHERE visit = $1 ORDER BY signed_at, id";
static const char rx_to_review[] =
  "SELECT facts, turn_at FROM prescription WHERE stage = 'signed' AND (turn_at, id) > ($1, $2) ORDER BY turn_at, id LIMIT $3";
static const char rx_open[] =
  "SELECT facts FROM prescription WHERE (stage = 'signed' OR stage = 'effective') AND (valid_until_at, id) > ($1, $2) "
  "ORDER BY valid_until_at, id LIMIT $3";
static const char rx_by_time[] =
  "SELECT facts FROM prescription WHERE (signed_at, id) > ($1, $2) ORDER BY signed_at, id LIMIT $3";
static const char rx_sent[] =
  "SELECT facts FROM prescription WHERE sent_at IS NOT NULL AND (sent_at, id) > ($1, $2) ORDER BY sent_at, id LIMIT $3";
static const char rx_reviewed[] =
  "SELECT facts FROM prescription WHERE reviewed_at IS NOT NULL AND (reviewed_at, id) > ($1, $2) "
  "ORDER BY reviewed_at, id LIMIT $3";

FzFields *
fz_rx_get (FzTxn *txn, const char *id, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, get_rx, "t", id), _ ("没有这张处方。"), error);
}

static gpointer
row_with_turn (FzStmt *stmt, GError **error)
{
  g_autoptr (FzFields) kept = fz_row_facts_at (stmt, 0, error);
  FzFields *facts = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;

  if (facts != NULL)
    fz_fields_set_time (facts, "rx.turn_at", fz_stmt_int (stmt, 1));
  return facts;
}

static const char put_turn[] = "UPDATE prescription SET turn_at = $2 WHERE id = $1";

gboolean
fz_rx_put_turn (FzTxn *txn, const char *id, gint64 turn_us, GError **error)
{
  return fz_txn_run (txn, error, put_turn, "ti", id, turn_us);
}

GPtrArray *
fz_rx_list (FzTxn *txn, FzRxList which, FzCursor after, guint limit, GError **error)
{
  const char *sql = which == FZ_RX_TO_REVIEW ? rx_to_review
                    : which == FZ_RX_OPEN    ? rx_open
                    : which == FZ_RX_BY_TIME ? rx_by_time
                    : which == FZ_RX_SENT    ? rx_sent
                                             : rx_reviewed;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "iti", after.us, after.id != NULL ? after.id : "", (gint64) limit);

  if (which == FZ_RX_TO_REVIEW)
    return fz_rows_collect (stmt, row_with_turn, (GDestroyNotify) fz_fields_unref, error);
  return fz_rows_of_facts (stmt, error);
}

static gpointer
row_counted_rx (FzStmt *stmt, GError **error)
{
  static const char *const keys[] = { "rx.id", "rx.stage", "rx.signed_at", "rx.reviewed_at", "rx.verdict", "rx.replaced_by", "rx.confirmed_at", "rx.confirm_words",
                                      "subject.code", "reason.", "override.", NULL };

  return fz_row_facts_part (stmt, keys, error);
}

GPtrArray *
fz_rx_list_counted (FzTxn *txn, FzCursor after, guint limit, GError **error)
{
  FzStmt *stmt = fz_txn_query (txn, error, rx_by_time, "iti", after.us, after.id != NULL ? after.id : "", (gint64) limit);

  return fz_rows_collect (stmt, row_counted_rx, (GDestroyNotify) fz_fields_unref, error);
}

GPtrArray *
fz_rx_of_visit (FzTxn *txn, const char *visit, GError **error)
{
  return fz_rows_of_facts (fz_txn_query (txn, error, rx_of_visit, "t", visit), error);
}

static const char bump[] =
  "INSERT INTO counter (name, value) VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET value = counter.value + 1";
static const char counted[] = "SELECT value FROM counter WHERE name = $1";

gboolean
fz_counter_next (FzTxn *txn, const char *name, gint64 *out, GError **error)
{
  FzStmt *stmt;

  if (!fz_txn_run (txn, error, bump, "t", name))
    return FALSE;
  stmt = fz_txn_query (txn, error, counted, "t", name);
  if (stmt == NULL || !fz_stmt_next (stmt, error))
    return FALSE;
  *out = fz_stmt_int (stmt, 0);
  fz_stmt_end (stmt);
  return TRUE;
}

static const char put_draft[] =
  "INSERT INTO draft (visit, staff, body, saved_at) VALUES ($1, $2, $3, $4) "
  "ON CONFLICT (visit, staff) DO UPDATE SET body = excluded.body, saved_at = excluded.saved_at";
static const char drop_draft[] = "DELETE FROM draft WHERE visit = $1 AND staff = $2";
static const char get_draft[] = "SELECT body FROM draft WHERE visit = $1 AND staff = $2";
static const char list_drafts[] = "SELECT visit FROM draft WHERE staff = $1 ORDER BY saved_at DESC";

gboolean
fz_drafts_put (FzTxn *txn, const char *visit, const char *staff, const FzFields *body, GError **error)
{
  g_autofree char *text = NULL;

  if (body == NULL)
    return fz_txn_run (txn, error, drop_draft, "tt", visit, staff);
  text = fz_facts_to_text (body, error);
  return text != NULL && fz_txn_run (txn, error, put_draft, "ttti", visit, staff, text, fz_txn_now_us (txn));
}

FzFields *
fz_drafts_get (FzTxn *txn, const char *visit, const char *staff, GError **error)
{
  return fz_row_of_facts (fz_txn_query (txn, error, get_draft, "tt", visit, staff), NULL, error);
}

GPtrArray *
fz_drafts_list (FzTxn *txn, const char *staff, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, list_drafts, "t", staff), error);
}

static const char due_handout[] =
  "INSERT INTO handout (visit, due_at) VALUES ($1, $2) ON CONFLICT (visit) DO UPDATE SET due_at = excluded.due_at";
static const char list_handouts[] = "SELECT visit FROM handout ORDER BY due_at LIMIT $1";
static const char done_handout[] = "DELETE FROM handout WHERE visit = $1";

gboolean
fz_handouts_due (FzTxn *txn, const char *visit, GError **error)
{
  return fz_txn_run (txn, error, due_handout, "ti", visit, fz_txn_now_us (txn));
}

GPtrArray *
fz_handouts_list (FzTxn *txn, guint limit, GError **error)
{
  return fz_rows_of_text (fz_txn_query (txn, error, list_handouts, "i", (gint64) limit), error);
}

gboolean
fz_handouts_done (FzTxn *txn, const char *visit, GError **error)
{
  return fz_txn_run (txn, error, done_handout, "t", visit);
}
