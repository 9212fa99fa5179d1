/* The hospital: what happens in it makes rows due, each batch in one transaction with its audit entry. */
#include "tests/simulate/sim.h"

#include "db/outbox.h"

#include <string.h>

#define DRUGS 4
#define MOST_ROWS 48

Row *
hospital_row (Sim *sim, guint serial)
{
  return g_ptr_array_index (sim->rows, serial);
}

GBytes *
hospital_payload (const Row *row)
{
  char *text = g_strdup_printf ("[{\"row\":%u,\"version\":%u,\"key\":\"%s\"}]", row->serial, row->version, row->key);

  return g_bytes_new_take (text, strlen (text));
}

FzFields *
hospital_facts (const Row *row)
{
  FzFields *facts = fz_fields_new ("fuzhen.upload_facts/v1");

  fz_fields_set_int (facts, "visit.number", row->version);
  return facts;
}

static Row *
new_row (Sim *sim, const char *method, char *take_key, char *take_stream)
{
  Row *row = g_new0 (Row, 1);

  row->serial = sim->rows->len;
  row->batch = sim->batches;
  row->method = method;
  row->key = take_key;
  row->stream = take_stream;
  row->poison = sim_has (sim, FAULT_POISON) && sim_chance (sim, 12);
  row->blocked = !row->poison && sim_has (sim, FAULT_POISON) && sim_chance (sim, 6);
  g_ptr_array_add (sim->rows, row);
  return row;
}

static Row *
of_visit (Sim *sim, const char *method, const char *what, guint visit, guint number)
{
  return new_row (sim, method, g_strdup_printf ("%s:%u", what, number), g_strdup_printf ("visit:V%u", visit));
}

static void
drug_changes (Sim *sim)
{
  char *key = g_strdup_printf ("drug:D%d", g_rand_int_range (sim->dice, 0, DRUGS));

  new_row (sim, "uploadDrugCatalogue", key, g_strdup (key));
}

/* As app/due.c makes them: the record when it is signed, the prescription when it is approved, the visit when it ends. */
static void
visit_goes_on (Sim *sim)
{
  guint visit = sim->visits > 0 && sim_chance (sim, 60) ? (guint) g_rand_int_range (sim->dice, 0, (gint32) sim->visits) : sim->visits++;
  Row *row;

  switch (g_rand_int_range (sim->dice, 0, 5)) {
  case 0:
    row = of_visit (sim, "uploadElectMedicalRecord", "record", visit, visit);
    row->needs[0] = g_strdup_printf ("visit:V%u", visit);
    break;
  case 1:
    row = of_visit (sim, "uploadRecipeIndicators", "prescription", visit, visit * 100 + sim->prescriptions++ % 100);
    row->needs[0] = g_strdup_printf ("visit:V%u", visit);
    row->needs[1] = g_strdup_printf ("drug:D%d", g_rand_int_range (sim->dice, 0, DRUGS));
    break;
  case 2:
    row = of_visit (sim, "uploadBusinessInfoAfter", "evaluation", visit, visit);
    row->needs[0] = g_strdup_printf ("visit:V%u", visit);
    break;
  default:
    new_row (sim, "uploadReferralIndicators", g_strdup_printf ("visit:V%u", visit), g_strdup_printf ("visit:V%u", visit));
    break;
  }
}

static void
delivery_ends (Sim *sim)
{
  for (guint i = 0; i < sim->rows->len; i++) {
    Row *of = hospital_row (sim, i);
    guint visit = 0, rx = 0;

    if (!g_str_has_prefix (of->key, "prescription:") || !sim_chance (sim, 40))
      continue;
    rx = (guint) g_ascii_strtoull (of->key + strlen ("prescription:"), NULL, 10);
    visit = (guint) g_ascii_strtoull (of->stream + strlen ("visit:V"), NULL, 10);
    Row *row = of_visit (sim, "uploadRecipeVerificationIndicators", "delivery", visit, rx);
    row->needs[0] = g_strdup (of->key);
    return;
  }
  drug_changes (sim);
}

/* An empty call, at its time or at once. (That a sign-in goes on its own day alone is tests/upload/daily.c's.) */
static void
nothing_happened (Sim *sim)
{
  Row *row = new_row (sim, "pushMedicalDispute", g_strdup_printf ("quiet:%u", sim->rows->len), g_strdup ("quiet"));

  row->blocked = FALSE; /* it says nothing that could be missing */
  if (sim->skew_us == 0 && sim_chance (sim, 60))
    row->not_before_us = sim_clock_us (sim) + sim_between (sim, 60 * SECOND, 3600 * SECOND);
}

static void
make (Sim *sim)
{
  sim->batches++;
  switch (g_rand_int_range (sim->dice, 0, 10)) {
  case 0:
  case 1:
    drug_changes (sim);
    break;
  case 2:
    delivery_ends (sim);
    break;
  case 3:
    nothing_happened (sim);
    break;
  case 4:
    new_row (sim, "pushMedicalDispute", g_strdup_printf ("event:%u", sim->rows->len), g_strdup_printf ("event:%u", sim->rows->len));
    break;
  default:
    visit_goes_on (sim);
    if (sim_chance (sim, 30))
      visit_goes_on (sim);
  }
}

static gboolean
add_row (FzTxn *txn, Row *row, GError **error)
{
  g_autofree char *subject = g_strdup_printf ("%u", row->serial);
  g_autoptr (GBytes) payload = row->blocked ? NULL : hospital_payload (row);
  g_autoptr (FzFields) facts = hospital_facts (row);
  FzOutboxRow out = { .key = row->key, .stream = row->stream, .method = row->method, .subject = subject, .facts = facts, .payload = payload,
                      .problems = row->blocked ? "something is missing" : NULL, .needs = (const char *const *) row->needs,
                      .not_before_us = row->not_before_us };

  return fz_outbox_add (txn, &out, &row->id, error);
}

static gboolean
add_batch (FzTxn *txn, gpointer data, GError **error)
{
  Sim *sim = data;

  for (guint i = 0; i < sim->rows->len; i++)
    if (hospital_row (sim, i)->state == NULL && !add_row (txn, hospital_row (sim, i), error))
      return FALSE;
  return fz_upload_audit (txn, "simulate.due", 0, "done", NULL, NULL, error);
}

/* What could not be written before is written now with the rest, as a person signs again. */
static void
write_down (Sim *sim)
{
  g_autoptr (GError) error = NULL;
  gboolean good = client_job (sim, FZ_TXN_RECORD, add_batch, sim, &error);

  for (guint i = 0; i < sim->rows->len; i++) {
    Row *row = hospital_row (sim, i);
    const char *state = row->blocked ? "blocked" : "queued";

    if (row->state != NULL)
      continue;
    *(good ? &row->state : &row->doubt) = state;
    if (good && row->not_before_us <= sim_clock_us (sim))
      row->not_before_us = 0; /* its time had come when it was written */
    sim_tell (sim, "%s due: %s (row %u, ledger %" G_GINT64_FORMAT ")", good ? "" : "NOT WRITTEN", row->key, row->serial, row->id);
  }
  if (good)
    client_kick (sim);
}

void
hospital_tick (Sim *sim, guint which)
{
  gboolean unwritten = FALSE;

  for (guint i = 0; i < sim->rows->len; i++)
    unwritten = unwritten || hospital_row (sim, i)->state == NULL;
  if (!unwritten && !sim->calm && sim->rows->len < MOST_ROWS)
    make (sim);
  write_down (sim);
  sim_plan (sim, sim_between (sim, SECOND, 90 * SECOND), TAG_WORLD, hospital_tick, 0);
}
