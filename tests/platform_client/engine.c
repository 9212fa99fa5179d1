/* The upload engine over an outbox in memory, a platform by script and a clock that jumps: no network, no waiting. */
#include "app/platform/engine.h"
#include "tests/platform_client/rows.h"
#include "tests/platform_client/sample.h"

#include <string.h>

#define SECOND G_USEC_PER_SEC
#define START G_GINT64_CONSTANT (1767225600000000)

/* --- the world --- */

typedef enum {
  SAY_OK,
  SAY_REFUSED,
  SAY_BUSY,         /* outer code -1, not stored */
  SAY_503,          /* Retry-After: 90, not stored */
  SAY_OFFLINE,      /* not sent */
  SAY_LOST_REQUEST, /* sent, not stored, no answer */
  SAY_LOST_ANSWER,  /* sent, stored, no answer */
  SAY_BAD_KEY       /* 40004 */
} Say;

typedef struct {
  gint64 now_us;
  guint32 chance;
  gint64 fire_at_us; /* -1: not set */
  void (*fire) (gpointer data);
  gpointer fire_data;
  GAsyncReadyCallback callback; /* not NULL: a call is in flight */
  gpointer callback_data;
  GCancellable *cancellable;
  char *method;
  guint calls;
  Say say;
  gboolean acknowledge_everything; /* mutant: an error of the network counts as accepted */
} World;

static void
world_call (gpointer data, const char *method, GBytes *payload, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  World *self = data;

  g_assert_null (self->callback); /* one in flight */
  self->calls++;
  self->callback = callback;
  self->callback_data = user_data;
  self->cancellable = cancellable;
  g_free (self->method);
  self->method = g_strdup (method);
}

static FzPlatformAnswer *
answer (guint status, gint64 retry_after_s, const char *body)
{
  return fz_platform_answer_new (status, retry_after_s, (const guint8 *) body, strlen (body));
}

static FzPlatformAnswer *
world_finish (gpointer data, GAsyncResult *result, GError **error)
{
  World *self = data;

  if (self->acknowledge_everything && self->say != SAY_REFUSED && self->say != SAY_BAD_KEY)
    self->say = SAY_OK;
  switch (self->say)
    {
    case SAY_OK:
      return answer (200, -1, "{\"code\":200,\"body\":{\"msgCode\":200}}");
    case SAY_REFUSED:
      return answer (200, -1, "{\"code\":200,\"body\":{\"msgCode\":-99,\"msg\":\"mobile\"}}");
    case SAY_BUSY:
      return answer (200, -1, "{\"code\":-1}");
    case SAY_503:
      return answer (503, 90, "");
    case SAY_BAD_KEY:
      return answer (200, -1, "{\"code\":40004,\"msg\":\"appKey and secret differ\"}");
    case SAY_OFFLINE:
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_OFFLINE, "no route");
      return NULL;
    case SAY_LOST_REQUEST:
    case SAY_LOST_ANSWER:
    default:
      g_set_error_literal (error, FZ_ERROR, FZ_ERROR_UNKNOWN_OUTCOME, "no answer");
      return NULL;
    }
}

static gint64
world_now_us (gpointer data)
{
  return ((World *) data)->now_us;
}

static guint32
world_chance (gpointer data)
{
  return ((World *) data)->chance;
}

static void
world_set_timer (gpointer data, gint64 delay_us, void (*fire) (gpointer fire_data), gpointer fire_data)
{
  World *self = data;

  self->fire_at_us = delay_us < 0 ? -1 : self->now_us + delay_us;
  self->fire = fire;
  self->fire_data = fire_data;
}

static const FzUploadWorld world_table = {
  .call = world_call,
  .finish = world_finish,
  .now_us = world_now_us,
  .chance = world_chance,
  .set_timer = world_set_timer,
};

static void
reply (World *self, Say say)
{
  GAsyncReadyCallback callback = self->callback;

  g_assert_true (callback != NULL);
  self->say = say;
  self->callback = NULL;
  callback (NULL, NULL, self->callback_data);
}

/* Lets the time pass until the engine's timer. */
static void
jump (World *self)
{
  g_assert_cmpint (self->fire_at_us, >=, 0);
  self->now_us = MAX (self->now_us, self->fire_at_us);
  self->fire_at_us = -1;
  self->fire (self->fire_data);
}

typedef struct {
  World world;
  Rows *rows;
  FzMessageTable *table;
  FzUploadEngine *engine;
  guint done;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->world = (World){.now_us = START, .chance = 1u << 31, .fire_at_us = -1};
  f->rows = rows_new ();
  f->table = sample_table ();
  f->engine = fz_upload_engine_new (f->table, &rows_source, f->rows, &world_table, &f->world);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  fz_upload_engine_unref (f->engine);
  fz_message_table_unref (f->table);
  rows_free (f->rows);
  g_free (f->world.method);
}

/* As a person does who has looked at an alarm. */
static void
begin_anew (Fixture *f)
{
  fz_upload_engine_unref (f->engine);
  f->engine = fz_upload_engine_new (f->table, &rows_source, f->rows, &world_table, &f->world);
  fz_upload_engine_start (f->engine);
}

static void
on_done (gpointer data)
{
  ++*(guint *) data;
}

static void
add (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++)
    rows_add (f->rows, "uploadDrugCatalogue", "catalogue", NULL);
}

/* --- single promises --- */

static void
rows_go_one_by_one_in_order (Fixture *f, gconstpointer data)
{
  add (f, 3);
  fz_upload_engine_start (f->engine);
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpuint (f->world.calls, ==, i + 1);
      g_assert_cmpint (rows_at (f->rows, i)->state, ==, ROW_SENDING);
      reply (&f->world, i == 1 ? SAY_REFUSED : SAY_OK);
    }
  g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_IDLE);
  g_assert_cmpint (rows_at (f->rows, 1)->state, ==, ROW_REFUSED);
  g_assert_cmpuint (rows_count (f->rows, ROW_ACCEPTED), ==, 2);
  add (f, 1);
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 4);
  reply (&f->world, SAY_OK);
  g_assert_cmpuint (rows_count (f->rows, ROW_ACCEPTED), ==, 3);
}

static void
an_absent_platform_is_asked_for_ever_with_one_row (Fixture *f, gconstpointer data)
{
  gint64 cap = SECOND;

  add (f, 5);
  fz_upload_engine_start (f->engine);
  for (guint i = 1; i <= 200; i++)
    {
      gint64 before = f->world.now_us;

      g_assert_cmpuint (f->world.calls, ==, i);
      reply (&f->world, SAY_OFFLINE);
      g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_WAITING);
      g_assert_cmpstr (f->rows->text, ==, "no route");
      fz_upload_engine_kick (f->engine); /* a new row does not shorten the wait */
      g_assert_cmpuint (f->world.calls, ==, i);
      jump (&f->world);
      g_assert_cmpint (f->world.now_us - before, ==, cap / 4 + (cap - cap / 4) / 2);
      cap = MIN (cap * 2, 300 * SECOND);
    }
  for (guint i = 0; i < 5; i++)
    reply (&f->world, SAY_OK);
  g_assert_cmpuint (rows_count (f->rows, ROW_ACCEPTED), ==, 5);
  /* Never sent, so never counted as tries of the row. */
  g_assert_cmpuint (rows_at (f->rows, 0)->attempts, ==, 0);
}

static void
success_forgets_the_back_off (Fixture *f, gconstpointer data)
{
  gint64 before;

  add (f, 3);
  fz_upload_engine_start (f->engine);
  for (guint i = 0; i < 6; i++)
    {
      reply (&f->world, SAY_OFFLINE);
      jump (&f->world);
    }
  reply (&f->world, SAY_OK);
  reply (&f->world, SAY_OFFLINE);
  before = f->world.now_us;
  jump (&f->world);
  g_assert_cmpint (f->world.now_us - before, <=, SECOND);
  reply (&f->world, SAY_OK);
  reply (&f->world, SAY_OK);
}

static void
a_kick_does_not_shorten_the_wait (Fixture *f, gconstpointer data)
{
  add (f, 1);
  fz_upload_engine_start (f->engine);
  for (guint i = 0; i < 9; i++)
    {
      reply (&f->world, SAY_OFFLINE);
      jump (&f->world);
    }
  reply (&f->world, SAY_OFFLINE);
  f->world.now_us = rows_at (f->rows, 0)->due_us - 1;
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 10);
  f->world.now_us++;
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 11);
  reply (&f->world, SAY_OK);
}

static void
a_row_that_always_fails_does_not_block_the_others (Fixture *f, gconstpointer data)
{
  gint64 begun = f->world.now_us;

  rows_add (f->rows, "uploadElectMedicalRecord", "poison", NULL);
  for (guint i = 0; i < 20; i++)
    rows_add (f->rows, "uploadDrugCatalogue", "catalogue", NULL);
  fz_upload_engine_start (f->engine);
  for (guint step = 0; step < 1000 && rows_count (f->rows, ROW_ACCEPTED) < 20; step++)
    {
      if (f->world.callback != NULL)
        reply (&f->world, g_str_equal (f->world.method, "uploadElectMedicalRecord") ? SAY_BUSY : SAY_OK);
      else
        jump (&f->world);
    }
  g_assert_cmpuint (rows_count (f->rows, ROW_ACCEPTED), ==, 20);
  g_assert_cmpint (f->world.now_us - begun, <, 60 * SECOND);
  g_assert_cmpint (rows_at (f->rows, 0)->state, ==, ROW_PENDING);
}

static void
the_platforms_own_wish_is_the_least_wait (Fixture *f, gconstpointer data)
{
  add (f, 1);
  rows_add (f->rows, "uploadDrugCatalogue", "another", NULL);
  fz_upload_engine_start (f->engine);
  reply (&f->world, SAY_503);
  g_assert_cmpint (rows_at (f->rows, 0)->due_us, >=, START + 90 * SECOND);
  g_assert_cmpuint (rows_at (f->rows, 0)->attempts, ==, 1);
  jump (&f->world);
  g_assert_cmpint (f->world.now_us, >=, START + 90 * SECOND);
  reply (&f->world, SAY_OK);
}

static void
unknown_is_never_sent_again_and_slows_the_rest (Fixture *f, gconstpointer data)
{
  add (f, 2);
  fz_upload_engine_start (f->engine);
  reply (&f->world, SAY_LOST_ANSWER);
  g_assert_cmpint (rows_at (f->rows, 0)->state, ==, ROW_UNKNOWN);
  g_assert_cmpuint (f->world.calls, ==, 1);
  g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_WAITING);
  jump (&f->world);
  reply (&f->world, SAY_OK);
  for (guint i = 0; i < 10; i++)
    jump (&f->world);
  g_assert_cmpuint (rows_at (f->rows, 0)->begun, ==, 1);
}

static void
a_wrong_key_stops_everything_until_mended (Fixture *f, gconstpointer data)
{
  add (f, 2);
  fz_upload_engine_start (f->engine);
  reply (&f->world, SAY_BAD_KEY);
  g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_ALARM);
  g_assert_nonnull (strstr (f->rows->text, "40004 appKey and secret differ"));
  g_assert_cmpint (rows_at (f->rows, 0)->state, ==, ROW_PENDING);
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 1);
  begin_anew (f);
  reply (&f->world, SAY_OK);
  reply (&f->world, SAY_OK);
  g_assert_cmpuint (rows_count (f->rows, ROW_ACCEPTED), ==, 2);
  g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_IDLE);
}

static void
a_store_that_cannot_write_sends_nothing (Fixture *f, gconstpointer data)
{
  add (f, 2);
  f->rows->fail_begin = TRUE;
  fz_upload_engine_start (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 0);
  g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_ALARM);
  f->rows->fail_begin = FALSE;
  f->rows->fail_settle = TRUE;
  begin_anew (f);
  reply (&f->world, SAY_OK);
  g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_ALARM);
  g_assert_cmpstr (f->rows->text, ==, "settle broke");
  g_assert_cmpint (rows_at (f->rows, 0)->state, ==, ROW_SENDING);
  f->rows->fail_settle = FALSE;
  f->rows->fail_claim = TRUE;
  begin_anew (f);
  g_assert_cmpstr (f->rows->text, ==, "claim broke");
  f->rows->fail_claim = FALSE;
  rows_recover (f->rows);
  begin_anew (f);
  reply (&f->world, SAY_OK);
  g_assert_cmpuint (rows_at (f->rows, 0)->begun, ==, 1);
  g_assert_cmpint (rows_at (f->rows, 1)->state, ==, ROW_ACCEPTED);
}

static void
stop_waits_for_the_flight_and_then_cuts_it (Fixture *f, gconstpointer data)
{
  add (f, 2);
  fz_upload_engine_start (f->engine);
  fz_upload_engine_stop (f->engine, 5 * SECOND, on_done, &f->done);
  g_assert_cmpuint (f->done, ==, 0);
  g_assert_false (g_cancellable_is_cancelled (f->world.cancellable));
  jump (&f->world);
  g_assert_cmpint (f->world.now_us, ==, START + 5 * SECOND);
  g_assert_true (g_cancellable_is_cancelled (f->world.cancellable));
  reply (&f->world, SAY_LOST_ANSWER);
  g_assert_cmpuint (f->done, ==, 1);
  g_assert_cmpint (rows_at (f->rows, 0)->state, ==, ROW_UNKNOWN);
  g_assert_cmpint (f->rows->state, ==, FZ_UPLOAD_STOPPED);
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 1);
}

static void
an_idle_engine_stops_at_once (Fixture *f, gconstpointer data)
{
  fz_upload_engine_start (f->engine);
  fz_upload_engine_stop (f->engine, 5 * SECOND, on_done, &f->done);
  g_assert_cmpuint (f->done, ==, 1);
}

static void
draining_ends_when_nothing_is_due (Fixture *f, gconstpointer data)
{
  FzUploadSummary summary;

  add (f, 4);
  fz_upload_engine_drain (f->engine, 10 * SECOND, &summary, on_done, &f->done);
  reply (&f->world, SAY_OK);
  reply (&f->world, SAY_REFUSED);
  reply (&f->world, SAY_LOST_REQUEST);
  jump (&f->world);
  reply (&f->world, SAY_BUSY);
  g_assert_cmpuint (f->done, ==, 0);
  while (f->world.callback == NULL)
    jump (&f->world);
  reply (&f->world, SAY_OK);
  g_assert_cmpuint (f->done, ==, 1);
  g_assert_cmpuint (summary.accepted, ==, 2);
  g_assert_cmpuint (summary.refused, ==, 1);
  g_assert_cmpuint (summary.unknown, ==, 1);
  g_assert_false (summary.gave_up);
  g_assert_null (summary.alarm);
}

static void
draining_gives_up_and_says_so (Fixture *f, gconstpointer data)
{
  FzUploadSummary summary;
  guint calls = 0;

  add (f, 2);
  fz_upload_engine_drain (f->engine, 3 * SECOND, &summary, on_done, &f->done);
  while (f->done == 0)
    if (f->world.callback != NULL)
      {
        reply (&f->world, SAY_OFFLINE);
        calls++;
      }
    else
      jump (&f->world);
  g_assert_true (summary.gave_up);
  g_assert_cmpuint (calls, >, 1);
  g_assert_cmpuint (calls, <, 6);
  g_assert_cmpuint (rows_count (f->rows, ROW_PENDING), ==, 2);
  fz_upload_summary_clear (&summary);
}

static void
draining_ends_at_an_alarm (Fixture *f, gconstpointer data)
{
  FzUploadSummary summary;

  add (f, 2);
  fz_upload_engine_drain (f->engine, 0, &summary, on_done, &f->done);
  reply (&f->world, SAY_BAD_KEY);
  g_assert_cmpuint (f->done, ==, 1);
  g_assert_nonnull (strstr (summary.alarm, "appKey and secret differ"));
  fz_upload_summary_clear (&summary);
}

static void
an_empty_drain_is_done_at_once (Fixture *f, gconstpointer data)
{
  FzUploadSummary summary;

  fz_upload_engine_drain (f->engine, 0, &summary, on_done, &f->done);
  g_assert_cmpuint (f->done, ==, 1);
  g_assert_false (summary.gave_up);
}

static void
a_clock_set_back_does_not_stretch_the_wait (Fixture *f, gconstpointer data)
{
  add (f, 2);
  fz_upload_engine_start (f->engine);
  reply (&f->world, SAY_LOST_REQUEST);
  f->world.now_us -= G_GINT64_CONSTANT (86400) * 365 * SECOND;
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 2);
  reply (&f->world, SAY_OK);
}

/* Each row of 20 bytes is 40 on the wire; the next goes when the line was left alone as long as 32 KiB a second ask. */
static void
beside_a_visit_the_line_is_left_alone (Fixture *f, gconstpointer data)
{
  gint64 from;

  add (f, 3);
  f->rows->gently = TRUE;
  fz_upload_engine_start (f->engine);
  from = f->world.now_us;
  reply (&f->world, SAY_OK);
  g_assert_cmpuint (f->world.calls, ==, 1);
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 1);
  g_assert_cmpint (f->world.fire_at_us - from, ==, (gint64) g_bytes_get_size (rows_at (f->rows, 0)->payload) * 2 * SECOND / 32768);
  jump (&f->world);
  g_assert_cmpuint (f->world.calls, ==, 2);
  reply (&f->world, SAY_OK);
  f->world.now_us -= G_GINT64_CONSTANT (3600) * SECOND; /* a clock set back */
  fz_upload_engine_kick (f->engine);
  g_assert_cmpuint (f->world.calls, ==, 3);
  f->rows->gently = FALSE;
  reply (&f->world, SAY_OK);
  g_assert_cmpuint (rows_count (f->rows, ROW_ACCEPTED), ==, 3);
}

/* --- many rows, many mishaps, crashes --- */

#define N_ROWS 60
#define N_STREAMS 7

typedef struct {
  guint stored[N_ROWS];
  int last_stored[N_STREAMS];
  guint twice, inverted, lost, sent_after_settling, unsettled;
} Judge;

static void
platform_stores (Judge *judge, guint row)
{
  int stream = (int) row % N_STREAMS;

  judge->stored[row]++;
  judge->twice += judge->stored[row] > 1;
  judge->inverted += judge->last_stored[stream] > (int) row;
  judge->last_stored[stream] = (int) row;
}

static guint
row_in_flight (Rows *rows, const guint *begun)
{
  for (guint i = 0; i < rows->rows->len; i++)
    if (rows_at (rows, i)->begun != begun[i])
      return i;
  g_assert_not_reached ();
}

static Say
choose (GRand *rand)
{
  static const Say mishaps[] = {SAY_REFUSED, SAY_BUSY, SAY_503, SAY_OFFLINE, SAY_OFFLINE, SAY_LOST_REQUEST, SAY_LOST_ANSWER, SAY_BAD_KEY};

  return g_rand_int_range (rand, 0, 100) < 50 ? SAY_OK : mishaps[g_rand_int_range (rand, 0, G_N_ELEMENTS (mishaps))];
}

typedef enum { MUTANT_NONE, MUTANT_ACKNOWLEDGE, MUTANT_NO_ORDER, MUTANT_NO_BEGIN } Mutant;

static void
count_results (Judge *judge, Rows *rows)
{
  for (guint i = 0; i < N_ROWS; i++)
    {
      judge->lost += rows_at (rows, i)->state == ROW_ACCEPTED && judge->stored[i] == 0;
      judge->unsettled += rows_at (rows, i)->state <= ROW_SENDING;
    }
}

/* One run to the end; a crash throws the engine away in flight, before or after the platform has stored the row. */
static Judge
play (guint32 seed, Mutant mutant)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (Rows) rows = rows_new ();
  World world = {.now_us = START, .fire_at_us = -1, .acknowledge_everything = mutant == MUTANT_ACKNOWLEDGE};
  Judge judge = {0};
  guint begun[N_ROWS] = {0};
  FzUploadEngine *engine = fz_upload_engine_new (table, &rows_source, rows, &world_table, &world);

  for (guint i = 0; i < N_STREAMS; i++)
    judge.last_stored[i] = -1;
  for (guint i = 0; i < N_ROWS; i++)
    {
      g_autofree char *stream = g_strdup_printf ("s%u", i % N_STREAMS);

      rows_add (rows, "uploadDrugCatalogue", stream, NULL);
    }
  rows->ignore_streams = mutant == MUTANT_NO_ORDER;
  rows->forget_begin = mutant == MUTANT_NO_BEGIN;
  fz_upload_engine_start (engine);
  for (guint step = 0; step < 5000 && rows_count (rows, ROW_PENDING) + rows_count (rows, ROW_SENDING) > 0; step++)
    {
      Say say = choose (rand);
      guint row;

      world.chance = g_rand_int (rand);
      if (world.callback == NULL)
        {
          if (rows->state == FZ_UPLOAD_ALARM)
            {
              fz_upload_engine_unref (engine);
              engine = fz_upload_engine_new (table, &rows_source, rows, &world_table, &world);
              fz_upload_engine_start (engine);
            }
          else
            jump (&world);
          continue;
        }
      row = row_in_flight (rows, begun);
      judge.sent_after_settling += rows_at (rows, row)->state > ROW_SENDING;
      begun[row] = rows_at (rows, row)->begun;
      if (say == SAY_OK || say == SAY_LOST_ANSWER)
        platform_stores (&judge, row);
      if (g_rand_int_range (rand, 0, 100) < 5)
        {
          /* kill -9: no answer is ever seen. The callback's reference is dropped with the process. */
          world.callback = NULL;
          fz_upload_engine_unref (engine);
          fz_upload_engine_unref (engine);
          rows_recover (rows);
          engine = fz_upload_engine_new (table, &rows_source, rows, &world_table, &world);
          fz_upload_engine_start (engine);
          continue;
        }
      reply (&world, say);
    }
  count_results (&judge, rows);
  fz_upload_engine_unref (engine);
  g_free (world.method);
  return judge;
}

static void
nothing_is_lost_doubled_or_out_of_order (void)
{
  for (guint32 seed = 1; seed <= 200; seed++)
    {
      Judge judge = play (seed, MUTANT_NONE);

      if (judge.twice + judge.inverted + judge.lost + judge.sent_after_settling + judge.unsettled > 0)
        g_error ("seed %u: twice %u, inverted %u, lost %u, again %u, unsettled %u", seed, judge.twice, judge.inverted, judge.lost,
                 judge.sent_after_settling, judge.unsettled);
    }
}

/* The judge is only worth something when it sees the mistakes it is there for. */
static void
each_mutant_is_caught (void)
{
  guint lost = 0, inverted = 0, twice = 0;

  for (guint32 seed = 1; seed <= 20; seed++)
    {
      lost += play (seed, MUTANT_ACKNOWLEDGE).lost;
      inverted += play (seed, MUTANT_NO_ORDER).inverted;
      twice += play (seed, MUTANT_NO_BEGIN).twice;
    }
  g_test_message ("acknowledge: %u lost; no order: %u inverted; no begin: %u twice", lost, inverted, twice);
  g_assert_cmpuint (lost, >, 0);
  g_assert_cmpuint (inverted, >, 0);
  g_assert_cmpuint (twice, >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/platform-client/engine/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("one-by-one", rows_go_one_by_one_in_order);
  ADD ("offline", an_absent_platform_is_asked_for_ever_with_one_row);
  ADD ("success", success_forgets_the_back_off);
  ADD ("kick", a_kick_does_not_shorten_the_wait);
  ADD ("poison", a_row_that_always_fails_does_not_block_the_others);
  ADD ("retry-after", the_platforms_own_wish_is_the_least_wait);
  ADD ("unknown", unknown_is_never_sent_again_and_slows_the_rest);
  ADD ("configuration", a_wrong_key_stops_everything_until_mended);
  ADD ("store", a_store_that_cannot_write_sends_nothing);
  ADD ("stop", stop_waits_for_the_flight_and_then_cuts_it);
  ADD ("stop-idle", an_idle_engine_stops_at_once);
  ADD ("drain", draining_ends_when_nothing_is_due);
  ADD ("drain-gives-up", draining_gives_up_and_says_so);
  ADD ("drain-alarm", draining_ends_at_an_alarm);
  ADD ("drain-empty", an_empty_drain_is_done_at_once);
  ADD ("beside-a-visit", beside_a_visit_the_line_is_left_alone);
  ADD ("clock-back", a_clock_set_back_does_not_stretch_the_wait);
  g_test_add_func ("/platform-client/engine/mishaps", nothing_is_lost_doubled_or_out_of_order);
  g_test_add_func ("/platform-client/engine/mutants", each_mutant_is_caught);
  return g_test_run ();
}
