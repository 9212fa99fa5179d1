/* The client's lives: the real store on the disk of the lab, the real engine over the real rows, killed at any step. */
#include "tests/simulate/sim.h"

static gboolean
nothing (FzTxn *txn, gpointer data, GError **error)
{
  return TRUE;
}

/* The store signs and writes heads after its answer; the next job waits for that, and so does everybody here, or a replay would not be one. */
static void
wait_for_the_store (Sim *sim)
{
  fz_store_run (sim->store, FZ_TXN_READ, nothing, NULL, NULL);
}

gboolean
client_job (Sim *sim, FzTxnMode mode, FzJob job, gpointer data, GError **error)
{
  gboolean good = fz_store_run (sim->store, mode, job, data, error);

  if (mode != FZ_TXN_READ)
    wait_for_the_store (sim);
  return good;
}

/* --- the engine's rows, with death between any two steps --- */

/* From here on nobody asks the dead program anything: the error only makes the engine stand still until it is taken away. */
static gboolean
dies (Sim *sim, const char *where, GError **error)
{
  if (!sim->dying && !(sim_has (sim, FAULT_KILL) && sim_chance (sim, 3)))
    return FALSE;
  sim_tell (sim, "kill %s", where);
  sim->dying = TRUE;
  g_set_error_literal (error, FZ_ERROR, FZ_ERROR_INTERNAL, "killed");
  return TRUE;
}

static Row *
row_of (Sim *sim, gint64 id)
{
  for (guint i = 0; i < sim->rows->len; i++)
    if (hospital_row (sim, i)->id == id && hospital_row (sim, i)->state != NULL)
      return hospital_row (sim, i);
  g_error ("the ledger gives row %" G_GINT64_FORMAT ", which nobody wrote", id);
}

static gboolean
claim (gpointer data, gint64 now_us, FzUploadRow **out_row, gint64 *out_next_us, GError **error)
{
  Sim *sim = data;

  return !dies (sim, "before a claim", error) && fz_upload_source.claim (&sim->desk, now_us, out_row, out_next_us, error);
}

static gboolean
begin (gpointer data, FzUploadRow *claimed, GError **error)
{
  Sim *sim = data;
  Row *row = row_of (sim, claimed->id);
  gboolean good;

  if (dies (sim, "before `sending` is durable", error))
    return FALSE;
  good = fz_upload_source.begin (&sim->desk, claimed, error);
  wait_for_the_store (sim);
  row->begun += good;
  *(good ? &row->state : &row->doubt) = "sending";
  return good && !dies (sim, "between `sending` and the first byte", error);
}

static const char *
state_after (FzOutcomeKind kind)
{
  return kind == FZ_OUTCOME_ACCEPTED ? "accepted" : kind == FZ_OUTCOME_REFUSED ? "refused" : kind == FZ_OUTCOME_UNKNOWN ? "unknown" : "queued";
}

static gboolean
settle (gpointer data, const FzUploadRow *claimed, const FzOutcome *outcome, gint64 again_at_us, GError **error)
{
  Sim *sim = data;
  Row *row = row_of (sim, claimed->id);
  gboolean good;

  if (dies (sim, "between answer and commit", error))
    return FALSE;
  sim_tell (sim, "settle row %u: %s %s", row->serial, fz_outcome_word (outcome->kind), outcome->code);
  good = fz_upload_source.settle (&sim->desk, claimed, outcome, again_at_us, error);
  wait_for_the_store (sim);
  *(good ? &row->state : &row->doubt) = state_after (outcome->kind);
  if (good) {
    row->tried = TRUE;
    judge_settle (sim, row, outcome);
  }
  return good && !dies (sim, "after the commit", error);
}

static void
changed (gpointer data, const FzUploadStatus *status)
{
  Sim *sim = data;

  sim->engine_state = status->state;
  if (status->state == FZ_UPLOAD_WAITING)
    sim_tell (sim, "waits until %.3f", (double) (status->probe_at_us - sim->skew_us - SIM_START_US) / SECOND);
  if (status->state == FZ_UPLOAD_ALARM)
    sim_tell (sim, "alarm: %s", status->text);
}

void
client_kick (Sim *sim)
{
  if (sim->engine != NULL)
    fz_upload_engine_kick (sim->engine);
}

static const FzUploadSource source = { claim, begin, settle, changed };

/* --- lives --- */

static void
start_engine (Sim *sim)
{
  sim->engine_state = FZ_UPLOAD_IDLE;
  sim->engine = fz_upload_engine_new (sim->table, &source, sim, &sim_world, sim);
  fz_upload_engine_start (sim->engine);
}

/* As the desk does: open, mark what was in flight, start. FALSE: the disk did not let it. */
static gboolean
try_to_open (Sim *sim, GError **error)
{
  sim->store = fz_store_open (&sim->fixture->options, error);
  sim->knowledge = (FzKnowledge){ .messages = sim->table };
  sim->desk = (FzDesk){ .store = sim->store, .knowledge = &sim->knowledge };
  if (sim->store == NULL)
    return FALSE;
  if (fz_upload_recover (&sim->desk, error)) {
    wait_for_the_store (sim);
    return TRUE;
  }
  fz_store_close (sim->store);
  sim->store = NULL;
  return FALSE;
}

void
client_start (Sim *sim)
{
  g_autofree char *why = NULL;

  for (guint tries = 0; sim->store == NULL && tries < 8; tries++) {
    g_autoptr (GError) error = NULL;

    sim->lives++;
    if (try_to_open (sim, &error))
      break;
    sim_tell (sim, "not opened: %s", error->message);
    if (!lab_disk_is_dead (sim->disk) && !lab_disk_is_full (sim->disk))
      sim_wrong (sim, "the store does not open: %s", error->message);
    lab_disk_set_full (sim->disk, FALSE); /* somebody makes room */
    lab_disk_cut (sim->disk);
    lab_disk_power_cycle (sim->disk);
  }
  if (sim->store == NULL)
    g_error ("seed %u: the store never opened", sim->seed);
  if (fz_store_is_read_only (sim->store, &why))
    sim_wrong (sim, "the store opened read-only: %s", why);
  judge_ledger (sim);
  start_engine (sim);
}

/* What was written and not synced is lost in part when the power went; after kill -9 it is all there. */
void
client_end (Sim *sim)
{
  gboolean in_flight = sim->flight.there;

  wire_forget (sim);
  if (in_flight)
    fz_upload_engine_unref (sim->engine); /* the reference that the answer would have dropped */
  g_clear_pointer (&sim->engine, fz_upload_engine_unref);
  if (!lab_disk_is_dead (sim->disk))
    lab_disk_settle (sim->disk);
  lab_disk_cut (sim->disk);
  g_clear_pointer (&sim->store, fz_store_close);
  lab_disk_power_cycle (sim->disk);
}

gboolean
client_is_dead (Sim *sim)
{
  return sim->dying || lab_disk_is_dead (sim->disk);
}

void
client_die_and_come_back (Sim *sim)
{
  while (client_is_dead (sim)) {
    client_end (sim);
    sim->dying = sim->stopping = FALSE;
    client_start (sim);
  }
}

/* What an engine left behind is marked before the next one starts, as the system's page does it. */
static void
start_again (Sim *sim, guint life)
{
  g_autoptr (GError) error = NULL;

  if (life != sim->lives)
    return;
  sim->stopping = FALSE;
  g_clear_pointer (&sim->engine, fz_upload_engine_unref);
  if (!fz_upload_recover (&sim->desk, &error)) {
    sim_tell (sim, "not started: %s", error->message);
    sim->engine_state = FZ_UPLOAD_ALARM; /* somebody tries it again */
    return;
  }
  wait_for_the_store (sim);
  judge_ledger (sim);
  start_engine (sim);
}

static void
on_stopped (gpointer data)
{
  Sim *sim = data;

  sim_plan (sim, 0, TAG_WORLD, start_again, sim->lives);
}

void
client_restart_engine (Sim *sim)
{
  if (sim->stopping || client_is_dead (sim))
    return;
  sim->stopping = TRUE;
  sim_tell (sim, "engine stops and starts");
  if (sim->engine == NULL)
    on_stopped (sim);
  else
    fz_upload_engine_stop (sim->engine, 0, on_stopped, sim);
}
