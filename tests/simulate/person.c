/* The person of medical affairs and the system administrator: asks the platform, mends, decides, goes on. */
#include "tests/simulate/sim.h"

#include "db/outbox.h"

typedef struct {
  Row *row;
  enum { DO_SENT, DO_AGAIN_OR_NOT, DO_RENEW } what;
  const char *next; /* the state that follows */
} Deed;

static gboolean
deed_job (FzTxn *txn, gpointer data, GError **error)
{
  Deed *deed = data;
  g_autoptr (GBytes) payload = NULL;
  g_autoptr (FzFields) facts = NULL;

  if (deed->what != DO_RENEW)
    return fz_outbox_decide (txn, deed->row->id, deed->what == DO_SENT, "asked the platform", error) &&
           fz_upload_audit (txn, deed->what == DO_SENT ? "upload.settle_sent" : "upload.settle_not_sent", deed->row->id, "done", "asked", NULL, error);
  payload = hospital_payload (deed->row);
  facts = hospital_facts (deed->row);
  return fz_outbox_renew (txn, deed->row->id, facts, payload, NULL, error) &&
         fz_upload_audit (txn, "upload.retry", deed->row->id, "done", NULL, NULL, error);
}

static gboolean
does (Sim *sim, Row *row, int what, const char *next)
{
  Deed deed = { row, what, next };
  g_autoptr (GError) error = NULL;
  gboolean good = client_job (sim, FZ_TXN_RECORD, deed_job, &deed, &error);

  sim_tell (sim, "person: row %u %s -> %s%s", row->serial, row->state, next, good ? "" : " FAILED");
  if (good) {
    row->state = next;
    row->doubt = NULL;
  } else
    row->doubt = next;
  return good;
}

/* Who answers the telephone there knows what was stored. */
static void
settle_unknown (Sim *sim, Row *row)
{
  if (row->stored > 0) {
    does (sim, row, DO_SENT, "settled_sent");
    return;
  }
  row->again++;
  row->may_be_there = FALSE;
  does (sim, row, DO_AGAIN_OR_NOT, "queued");
}

static void
mend (Sim *sim, Row *row)
{
  if (sim_chance (sim, 15)) {
    does (sim, row, DO_AGAIN_OR_NOT, "settled_not_sent");
    return;
  }
  row->version++;
  row->blocked = row->refused = FALSE;
  does (sim, row, DO_RENEW, "queued");
}

/* What it needs was decided not to be sent, so it never can be either. */
static gboolean
waits_for_ever (Sim *sim, const Row *row)
{
  for (guint n = 0; row->needs[n] != NULL; n++) {
    gboolean given_up = FALSE, hope = FALSE;

    for (guint i = 0; i < sim->rows->len; i++) {
      const Row *other = hospital_row (sim, i);

      if (other->state == NULL || g_strcmp0 (other->key, row->needs[n]) != 0)
        continue;
      given_up = given_up || g_str_equal (other->state, "settled_not_sent");
      hope = hope || !g_str_equal (other->state, "settled_not_sent");
    }
    if (given_up && !hope)
      return TRUE;
  }
  return FALSE;
}

static void
look_at (Sim *sim, Row *row)
{
  if (row->state == NULL || row->doubt != NULL)
    return; /* read from the ledger first */
  if (g_str_equal (row->state, "unknown"))
    settle_unknown (sim, row);
  else if (g_str_equal (row->state, "refused") || g_str_equal (row->state, "blocked"))
    mend (sim, row);
  else if (g_str_equal (row->state, "queued") && waits_for_ever (sim, row))
    does (sim, row, DO_AGAIN_OR_NOT, "settled_not_sent");
}

/* A record whose visit never ends in this run: the hospital would end it. In the calm it is ended here. */
static gboolean
end_what_others_wait_for (Sim *sim, const Row *row)
{
  for (guint n = 0; row->needs[n] != NULL; n++) {
    gboolean there = FALSE;
    Row *more;

    for (guint i = 0; i < sim->rows->len; i++)
      there = there || g_strcmp0 (hospital_row (sim, i)->key, row->needs[n]) == 0;
    if (there)
      continue;
    more = g_new0 (Row, 1);
    more->serial = sim->rows->len;
    more->batch = ++sim->batches;
    more->method = g_str_has_prefix (row->needs[n], "drug:") ? "uploadDrugCatalogue" : "uploadReferralIndicators";
    more->key = g_strdup (row->needs[n]);
    more->stream = g_strdup (row->needs[n]);
    g_ptr_array_add (sim->rows, more);
    return TRUE;
  }
  return FALSE;
}

void
person_look (Sim *sim, guint which)
{
  judge_ledger (sim);
  for (guint i = 0; i < sim->rows->len && !client_is_dead (sim); i++)
    look_at (sim, hospital_row (sim, i));
  for (guint i = 0; sim->calm && i < sim->rows->len; i++)
    if (end_what_others_wait_for (sim, hospital_row (sim, i)))
      break;
  if (!client_is_dead (sim)) {
    if (sim->engine_state == FZ_UPLOAD_ALARM) {
      sim->strange_certificate = sim->strange_key = FALSE;
      client_restart_engine (sim);
    } else
      client_kick (sim);
  }
  sim_plan (sim, sim_between (sim, 30 * SECOND, 600 * SECOND), TAG_WORLD, person_look, 0);
}
