/* What must be true, at each call, at each answer, at each start and at the end. */
#include "tests/simulate/sim.h"

#include "db/outbox.h"

#include <string.h>

static gboolean
is_one_of (const char *state, const char *const *states)
{
  return state != NULL && g_strv_contains (states, state);
}

gboolean
judge_is_over (const char *state)
{
  static const char *const over[] = { "accepted", "settled_sent", "settled_not_sent", NULL };

  return is_one_of (state, over);
}

static gboolean
is_accepted (const char *state)
{
  static const char *const there[] = { "accepted", "settled_sent", NULL };

  return is_one_of (state, there);
}

gboolean
judge_needs_met (Sim *sim, const Row *row)
{
  for (guint n = 0; row->needs[n] != NULL; n++) {
    gboolean met = FALSE;

    for (guint i = 0; !met && i < sim->rows->len; i++)
      met = g_strcmp0 (hospital_row (sim, i)->key, row->needs[n]) == 0 && is_accepted (hospital_row (sim, i)->state);
    if (!met)
      return FALSE;
  }
  return TRUE;
}

/* --- a call --- */

static void
judge_order (Sim *sim, const Row *row)
{
  for (guint i = 0; i < sim->rows->len; i++) {
    const Row *other = hospital_row (sim, i);

    if (other == row || other->state == NULL || !g_str_equal (other->stream, row->stream))
      continue;
    if (g_str_equal (other->state, "sending"))
      sim_wrong (sim, "row %u is sent while row %u of its stream is in flight", row->serial, other->serial);
    if (other->id < row->id && other->tried && g_str_equal (other->state, "queued") && judge_needs_met (sim, other))
      sim_wrong (sim, "row %u overtakes row %u, which waits for its next try in the same stream", row->serial, other->serial);
  }
}

void
judge_call (Sim *sim, Row *row, GBytes *payload)
{
  g_autoptr (GBytes) frozen = hospital_payload (row);

  if (g_strcmp0 (row->state, "sending") != 0)
    sim_wrong (sim, "row %u (%s) is sent and stands in the ledger as %s", row->serial, row->key, row->state);
  if (row->may_be_there)
    sim_wrong (sim, "row %u (%s) is sent again after an unknown outcome, without a person", row->serial, row->key);
  if (row->refused)
    sim_wrong (sim, "row %u (%s) was refused for what it says and is sent again by itself", row->serial, row->key);
  if (!judge_needs_met (sim, row))
    sim_wrong (sim, "row %u (%s) is sent before what it rests on", row->serial, row->key);
  if (row->calls >= row->begun)
    sim_wrong (sim, "row %u (%s) is sent and no begin was durable", row->serial, row->key);
  if (sim->t_us < row->not_before_t)
    sim_wrong (sim, "row %u (%s) is sent before the platform wished", row->serial, row->key);
  if (row->begun == 1 && row->not_before_us > sim_clock_us (sim))
    sim_wrong (sim, "row %u (%s) is sent before its time", row->serial, row->key);
  if (!g_bytes_equal (payload, frozen))
    sim_wrong (sim, "row %u (%s) is sent with other bytes than were frozen", row->serial, row->key);
  judge_order (sim, row);
}

void
judge_settle (Sim *sim, Row *row, const FzOutcome *outcome)
{
  gboolean settled = outcome->kind == FZ_OUTCOME_ACCEPTED || outcome->kind == FZ_OUTCOME_REFUSED;

  if (outcome->kind == FZ_OUTCOME_ACCEPTED && !row->said_yes)
    sim_wrong (sim, "row %u (%s) counts as accepted and the platform never said so", row->serial, row->key);
  if (outcome->kind == FZ_OUTCOME_RETRY && sim->flight.retry_after_s > 0 && !sim_has (sim, FAULT_CLOCK))
    row->not_before_t = sim->t_us + sim->flight.retry_after_s * SECOND;
  row->refused = outcome->kind == FZ_OUTCOME_REFUSED;
  /* Busy, not reached, refused: it says so that nothing was stored. What nobody knows stays so until a person says. */
  if (outcome->kind != FZ_OUTCOME_UNKNOWN)
    row->may_be_there = FALSE;
  if (settled && sim->flight.error != 0 && sim->flight.sent && sim->flight.status == 0)
    sim_wrong (sim, "row %u (%s) is settled by an error of the wire", row->serial, row->key);
}

/* --- the ledger --- */

typedef struct {
  GPtrArray *rows;
} Ledger;

static gboolean
read_ledger (FzTxn *txn, gpointer data, GError **error)
{
  ((Ledger *) data)->rows = fz_outbox_list (txn, NULL, 0, 1000, error);
  return ((Ledger *) data)->rows != NULL;
}

static void
compare (Sim *sim, Row *row, const char *found)
{
  gboolean fits = g_strcmp0 (found, row->state) == 0 || g_strcmp0 (found, row->doubt) == 0;
  gboolean cut_off = g_strcmp0 (found, "unknown") == 0 && (g_strcmp0 (row->state, "sending") == 0 || g_strcmp0 (row->doubt, "sending") == 0);

  if (!fits && !cut_off)
    sim_wrong (sim, "row %u (%s) stands as %s; acknowledged was %s%s%s", row->serial, row->key, found, row->state != NULL ? row->state : "nothing",
               row->doubt != NULL ? ", tried " : "", row->doubt != NULL ? row->doubt : "");
  row->begun += g_strcmp0 (row->doubt, "sending") == 0 && !g_str_equal (found, "queued");
  row->tried = row->tried || g_str_equal (found, "unknown");
  /* The answer was written down after all, and it says that nothing is open. */
  if (g_strcmp0 (row->state, "sending") == 0 && g_strcmp0 (row->doubt, found) == 0 && !g_str_equal (found, "unknown")) {
    row->may_be_there = FALSE;
    row->refused = g_str_equal (found, "refused");
  }
  row->state = g_intern_string (found);
  row->doubt = NULL;
}

static gboolean
find_in (const Ledger *ledger, guint serial, const char **out_state, gint64 *out_id)
{
  g_autofree char *subject = g_strdup_printf ("%u", serial);

  for (guint i = 0; i < ledger->rows->len; i++)
    if (g_strcmp0 (fz_fields_get (ledger->rows->pdata[i], "subject"), subject) == 0) {
      *out_state = fz_fields_get (ledger->rows->pdata[i], "state");
      return fz_fields_get_int (ledger->rows->pdata[i], "id", out_id);
    }
  return FALSE;
}

/* A batch is one transaction: all of it or nothing. */
static void
compare_row (Sim *sim, const Ledger *ledger, Row *row)
{
  const char *found = NULL, *mate = NULL;
  gint64 id = 0, mate_id = 0;

  if (find_in (ledger, row->serial, &found, &id)) {
    if (row->state == NULL && row->doubt == NULL)
      sim_wrong (sim, "row %u (%s) is there and was never written", row->serial, row->key);
    row->id = id;
    compare (sim, row, found);
    return;
  }
  if (row->state != NULL)
    sim_wrong (sim, "row %u (%s) was acknowledged and is lost", row->serial, row->key);
  for (guint i = 0; i < sim->rows->len; i++)
    if (hospital_row (sim, i)->batch == row->batch && find_in (ledger, i, &mate, &mate_id))
      sim_wrong (sim, "row %u (%s) is missing from a batch that is there", row->serial, row->key);
  row->doubt = NULL;
}

void
judge_ledger (Sim *sim)
{
  Ledger ledger = { 0 };
  g_autoptr (GError) error = NULL;

  if (client_job (sim, FZ_TXN_READ, read_ledger, &ledger, &error))
    for (guint i = 0; i < sim->rows->len; i++)
      compare_row (sim, &ledger, hospital_row (sim, i));
  else if (!lab_disk_is_dead (sim->disk) && !lab_disk_is_full (sim->disk))
    sim_wrong (sim, "the ledger cannot be read: %s", error->message);
  g_clear_pointer (&ledger.rows, g_ptr_array_unref);
}

/* --- the end --- */

gboolean
judge_is_drained (Sim *sim)
{
  for (guint i = 0; i < sim->rows->len; i++)
    if (!judge_is_over (hospital_row (sim, i)->state))
      return FALSE;
  return !sim->flight.there;
}

typedef struct {
  Sim *sim;
  guint *begins, *ends, *decided;
} Entries;

static const char read_entries[] =
  "SELECT action, subject, leaf FROM audit WHERE subject_kind = 'outbox' AND subject IS NOT NULL ORDER BY number";

static gboolean
count_entries (FzTxn *txn, gpointer data, GError **error)
{
  Entries *entries = data;
  FzStmt *stmt = fz_txn_query (txn, error, read_entries, "");
  g_autoptr (GError) why = NULL;

  while (stmt != NULL && fz_stmt_next (stmt, &why)) {
    const char *action = fz_stmt_text (stmt, 0);
    g_autoptr (GBytes) leaf = fz_stmt_dup_bytes (stmt, 2);
    gboolean accepted = memmem (g_bytes_get_data (leaf, NULL), g_bytes_get_size (leaf), "\nreason accepted\n", 17) != NULL;
    gint64 id = g_ascii_strtoll (fz_stmt_text (stmt, 1), NULL, 10);

    for (guint i = 0; i < entries->sim->rows->len; i++) {
      if (hospital_row (entries->sim, i)->id != id)
        continue;
      entries->begins[i] += g_str_equal (action, "upload.begin");
      entries->ends[i] += g_str_equal (action, "upload.settle") && accepted;
      entries->decided[i] += g_str_has_prefix (action, "upload.settle_");
    }
  }
  return stmt != NULL && why == NULL;
}

/* Every row's end has its entry, and every call one that was there before it. */
static void
judge_audit (Sim *sim)
{
  guint n = sim->rows->len;
  g_autofree guint *begins = g_new0 (guint, n + 1), *ends = g_new0 (guint, n + 1), *decided = g_new0 (guint, n + 1);
  Entries entries = { sim, begins, ends, decided };
  g_autoptr (GError) error = NULL;

  if (!client_job (sim, FZ_TXN_READ, count_entries, &entries, &error))
    sim_wrong (sim, "the audit log cannot be read: %s", error != NULL ? error->message : "?");
  for (guint i = 0; i < n; i++) {
    const Row *row = hospital_row (sim, i);

    if (begins[i] != row->begun)
      sim_wrong (sim, "row %u (%s) was begun %u times and has %u entries of it", i, row->key, row->begun, begins[i]);
    if (g_strcmp0 (row->state, "accepted") == 0 ? ends[i] != 1 : ends[i] != 0)
      sim_wrong (sim, "row %u (%s) ended as %s and has %u entries of acceptance", i, row->key, row->state, ends[i]);
    if (g_strcmp0 (row->state, "accepted") != 0 && decided[i] == 0)
      sim_wrong (sim, "row %u (%s) ended as %s and no entry says who decided", i, row->key, row->state);
  }
  if (sim->seed % 16 == 0 && !verify_log (sim->store, &error))
    sim_wrong (sim, "the audit log does not verify: %s", error->message);
}

void
judge_end (Sim *sim)
{
  for (guint i = 0; i < sim->rows->len; i++) {
    const Row *row = hospital_row (sim, i);

    if (!judge_is_over (row->state))
      sim_wrong (sim, "not drained: row %u (%s) is %s after %" G_GUINT64_FORMAT " events", i, row->key, row->state, sim->events);
    if (is_accepted (row->state) && row->stored == 0)
      sim_wrong (sim, "row %u (%s) is %s and the platform does not have it", i, row->key, row->state);
    if (row->stored_by_call > 1 + row->again)
      sim_wrong (sim, "row %u (%s) was stored %u times by %u calls and %u decisions", i, row->key, row->stored_by_call, row->calls, row->again);
  }
  judge_ledger (sim);
  judge_audit (sim);
}
