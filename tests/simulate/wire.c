/* The wire and the platform behind it: what becomes of a call, and what the client gets to see of that. */
#include "tests/simulate/sim.h"

#include <stdio.h>
#include <string.h>

/* What is on its way to the platform. */
typedef struct {
  guint row, version, flight; /* flight 0: a copy, nobody waits for its answer */
  int fault;
} Parcel;
G_STATIC_ASSERT (sizeof (Parcel) == sizeof (guint) * 4);

void
wire_forget (Sim *sim)
{
  sim_unplan (sim, TAG_ANSWER);
  sim_unplan (sim, TAG_TIMER);
  g_clear_pointer (&sim->flight.body, g_free);
  sim->flight.there = FALSE;
}

static void
land (Sim *sim, guint serial)
{
  GAsyncReadyCallback callback = sim->flight.callback;

  if (!sim->flight.there || sim->flight.serial != serial)
    return;
  sim_unplan (sim, TAG_ANSWER);
  callback (NULL, NULL, sim->flight.callback_data);
}

static void
fail_at (Sim *sim, gint64 delay_us, FzErrorCode error)
{
  g_clear_pointer (&sim->flight.body, g_free);
  sim->flight.error = error;
  sim_plan (sim, delay_us, TAG_ANSWER, land, sim->flight.serial);
}

static void
answer_at (Sim *sim, gint64 delay_us, guint status, gint64 retry_after_s, const char *body)
{
  sim->flight.status = status;
  sim->flight.retry_after_s = retry_after_s;
  g_free (sim->flight.body);
  sim->flight.body = g_strdup (body);
  sim_plan (sim, delay_us, TAG_ANSWER, land, sim->flight.serial);
}

void
wire_cut_if_cancelled (Sim *sim)
{
  if (!sim->flight.there || !g_cancellable_is_cancelled (sim->flight.cancellable))
    return;
  sim_unplan (sim, TAG_ANSWER);
  fail_at (sim, 0, sim->flight.sent ? FZ_ERROR_UNKNOWN_OUTCOME : FZ_ERROR_OFFLINE);
}

/* --- the platform --- */

/* It keeps duplicates and knows no order of its own but that of what rests on what. */
static const char *
platform_take (Sim *sim, Row *row, const Parcel *parcel, gboolean *out_stored)
{
  *out_stored = FALSE;
  if (row->poison && parcel->version == 0)
    return "{\"code\":200,\"body\":{\"msgCode\":-99,\"msg\":\"mobile\"}}";
  *out_stored = TRUE;
  row->stored++;
  row->stored_by_call += parcel->flight != 0;
  return "{\"code\":200,\"body\":{\"msgCode\":200,\"msg\":\"请求成功\"},\"data\":null}";
}

static const char *
lie (Sim *sim, guint *out_status)
{
  static const char *const lies[] = { "<html>504</html>", "", "{", "{\"code\":200}", "{\"code\":200,\"body\":{}}", "{\"code\":40099,\"msg\":\"?\"}",
                                      "{\"code\":200,\"code\":200,\"body\":{\"msgCode\":200}}", "[200]", "{\"body\":{\"msgCode\":200}}", "\xff\xfe",
                                      "{\"code\":200,\"body\":{\"msgCode\":200}}", "{\"code\":1e400,\"body\":{\"msgCode\":200}}" };
  guint at = (guint) g_rand_int_range (sim->dice, 0, G_N_ELEMENTS (lies));

  *out_status = at == 10 ? 206 : 200;
  return lies[at];
}

static void
answer_wrongly (Sim *sim, Row *row, const Parcel *parcel, gint64 back_us)
{
  gboolean stored;
  guint status = 200;
  const char *body;

  switch (parcel->fault) {
  case FAULT_BUSY:
    if (sim_chance (sim, 30))
      answer_at (sim, back_us, 500, -1, "");
    else
      answer_at (sim, back_us, 200, -1, sim_chance (sim, 50) ? "{\"code\":-1,\"msg\":\"busy\"}" : "{\"code\":40011}");
    return;
  case FAULT_LIMIT:
    answer_at (sim, back_us, sim_chance (sim, 50) ? 429 : 503, sim_chance (sim, 80) ? sim_between (sim, 1, 600) : -1, "");
    return;
  case FAULT_KEY:
    answer_at (sim, back_us, 200, -1, "{\"code\":40004,\"msg\":\"appKey and appSecret differ\"}");
    return;
  case FAULT_LIE:
  default:
    if (sim_chance (sim, 50))
      platform_take (sim, row, parcel, &stored);
    body = lie (sim, &status);
    answer_at (sim, back_us, status, -1, body);
    return;
  }
}

static void
arrive (Sim *sim, guint which)
{
  const Parcel parcel = g_array_index (sim->parcels, Parcel, which);
  Row *row = hospital_row (sim, parcel.row);
  gboolean waits = parcel.flight != 0 && sim->flight.there && sim->flight.serial == parcel.flight;
  gint64 back_us = sim_between (sim, 1000, 200000);
  gboolean stored = FALSE;
  const char *body;

  if (parcel.fault == FAULT_BUSY || parcel.fault == FAULT_LIMIT || parcel.fault == FAULT_KEY || parcel.fault == FAULT_LIE) {
    if (waits)
      answer_wrongly (sim, row, &parcel, back_us);
    return;
  }
  body = platform_take (sim, row, &parcel, &stored);
  sim_tell (sim, "platform %s %s (row %u)", stored ? "keeps" : "refuses", row->key, row->serial);
  if (!waits || parcel.fault == FAULT_LATE || parcel.fault == FAULT_LOST_ANSWER)
    return;
  if (parcel.fault == FAULT_RESET || parcel.fault == FAULT_TRUNCATED) {
    sim_unplan (sim, TAG_ANSWER);
    fail_at (sim, back_us, FZ_ERROR_UNKNOWN_OUTCOME);
    return;
  }
  sim_unplan (sim, TAG_ANSWER);
  sim->flight.yes = stored;
  answer_at (sim, back_us, 200, -1, body);
}

static void
post (Sim *sim, const Row *row, guint flight, int fault, gint64 delay_us)
{
  Parcel parcel = { row->serial, row->version, flight, fault };

  g_array_append_val (sim->parcels, parcel);
  sim_plan (sim, delay_us, TAG_PARCEL, arrive, sim->parcels->len - 1);
}

/* --- the call --- */

static int
choose (Sim *sim)
{
  static const Fault mishaps[] = { FAULT_LOST_REQUEST, FAULT_LOST_ANSWER, FAULT_DUPLICATE, FAULT_DELAY, FAULT_LATE,  FAULT_RESET,
                                   FAULT_TRUNCATED,    FAULT_LIE,         FAULT_BUSY,      FAULT_BUSY,  FAULT_LIMIT };
  Fault fault = mishaps[g_rand_int_range (sim->dice, 0, G_N_ELEMENTS (mishaps))];

  if (sim->strange_key)
    return FAULT_KEY;
  return sim_chance (sim, 55) && sim_has (sim, fault) ? (int) fault : -1;
}

static void
set_off (Sim *sim, Row *row)
{
  gint64 there_us = sim_between (sim, 1000, 300000);
  int fault = choose (sim);

  if (sim->partition) {
    fail_at (sim, sim_between (sim, 1000, SIM_DEADLINE_US), FZ_ERROR_OFFLINE);
    return;
  }
  if (sim->strange_certificate) {
    fail_at (sim, there_us, FZ_ERROR_REJECTED);
    return;
  }
  sim->flight.sent = TRUE;
  sim->flight.fault = fault;
  row->may_be_there = TRUE;
  fail_at (sim, SIM_DEADLINE_US, FZ_ERROR_UNKNOWN_OUTCOME); /* unless an answer comes before */
  if (fault == FAULT_LOST_REQUEST)
    return;
  if (fault == FAULT_DELAY)
    there_us = sim_between (sim, SECOND, SIM_DEADLINE_US - SECOND);
  if (fault == FAULT_LATE)
    there_us = sim_between (sim, SIM_DEADLINE_US + SECOND, 6 * SIM_DEADLINE_US);
  if (fault == FAULT_DUPLICATE)
    post (sim, row, 0, fault, there_us + sim_between (sim, 0, 5 * SECOND));
  post (sim, row, sim->flight.serial, fault, there_us);
}

static void
call (gpointer data, const char *method, GBytes *payload, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Sim *sim = data;
  unsigned serial = 0, version = 0;
  Row *row;

  g_assert_false (sim->flight.there); /* one in flight */
  g_assert_cmpint (sscanf (g_bytes_get_data (payload, NULL), "[{\"row\":%u,\"version\":%u", &serial, &version), ==, 2);
  row = hospital_row (sim, serial);
  sim->flight = (Flight){ .there = TRUE, .row = serial, .serial = ++sim->flights, .fault = -1, .callback = callback, .callback_data = user_data,
                          .cancellable = cancellable };
  sim->calls++;
  judge_call (sim, row, payload);
  row->calls++;
  set_off (sim, row);
  sim_tell (sim, "call %s (row %u, version %u) fault %d%s", row->key, serial, version, sim->flight.fault, sim->flight.sent ? "" : ", not sent");
}

static FzPlatformAnswer *
finish (gpointer data, GAsyncResult *result, GError **error)
{
  Sim *sim = data;
  Row *row = hospital_row (sim, sim->flight.row);
  g_autofree char *body = g_steal_pointer (&sim->flight.body);

  sim->flight.there = FALSE;
  row->said_yes = sim->flight.yes;
  if (body != NULL)
    return fz_platform_answer_new (sim->flight.status, sim->flight.retry_after_s, (const guint8 *) body, strlen (body));
  g_set_error_literal (error, FZ_ERROR, sim->flight.error, "the wire's");
  return NULL;
}

static guint32
chance (gpointer data)
{
  return g_rand_int (((Sim *) data)->dice);
}

typedef struct {
  void (*fire) (gpointer data);
  gpointer data;
} Timer;
static Timer timer; /* the engine has one */

static void
ring (Sim *sim, guint which)
{
  timer.fire (timer.data);
  wire_cut_if_cancelled (sim);
}

static void
set_timer (gpointer data, gint64 delay_us, void (*fire) (gpointer fire_data), gpointer fire_data)
{
  Sim *sim = data;

  sim_unplan (sim, TAG_TIMER);
  timer = (Timer){ fire, fire_data };
  if (delay_us >= 0)
    sim_plan (sim, delay_us, TAG_TIMER, ring, 0);
}

const FzUploadWorld sim_world = { call, finish, sim_clock_us, chance, set_timer };
