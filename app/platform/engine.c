#include "app/platform/engine.h"

#include <glib/gi18n-lib.h>

/* Looks again at least so often: a missed kick or a clock that was set back costs no more than this. */
#define LOOK_AGAIN_US (G_GINT64_CONSTANT (300) * G_USEC_PER_SEC)

struct _FzUploadEngine {
  grefcount refs; /* one thread */
  FzMessageTable *table;
  FzUploadSource source;
  gpointer source_data;
  FzUploadWorld world;
  gpointer world_data;

  gboolean running, stopping;
  FzUploadState state;
  char *alarm;              /* not NULL: nothing is sent */
  char *words;              /* of the last failure */
  guint failures;           /* in a row */
  gint64 failed_at_us;      /* the last of them */
  gint64 probe_at_us;       /* 0: the platform is not known to be away */
  gint64 sent_at_us, rest_us; /* the last row that went gently, and the rest after it */
  FzUploadRow *flight;
  GCancellable *cancellable; /* of the flight */

  gint64 patience_us;       /* -1: for ever */
  FzUploadSummary *summary; /* while draining */
  void (*done) (gpointer data);
  gpointer done_data;
};

static void pump (FzUploadEngine *self);

void
fz_upload_row_free (FzUploadRow *self)
{
  if (self == NULL)
    return;
  g_free (self->method);
  g_free (self->stream);
  g_clear_pointer (&self->payload, g_bytes_unref);
  g_free (self);
}

void
fz_upload_summary_clear (FzUploadSummary *self)
{
  g_clear_pointer (&self->alarm, g_free);
}

FzUploadEngine *
fz_upload_engine_new (FzMessageTable *table, const FzUploadSource *source, gpointer source_data, const FzUploadWorld *world,
                      gpointer world_data)
{
  FzUploadEngine *self = g_new0 (FzUploadEngine, 1);

  g_ref_count_init (&self->refs);
  self->table = fz_message_table_ref (table);
  self->source = *source;
  self->source_data = source_data;
  self->world = *world;
  self->world_data = world_data;
  self->words = g_strdup ("");
  self->state = FZ_UPLOAD_STOPPED;
  self->patience_us = -1;
  return self;
}

void
fz_upload_engine_unref (FzUploadEngine *self)
{
  if (!g_ref_count_dec (&self->refs))
    return;
  self->world.set_timer (self->world_data, -1, NULL, NULL);
  fz_message_table_unref (self->table);
  fz_upload_row_free (self->flight);
  g_clear_object (&self->cancellable);
  g_free (self->alarm);
  g_free (self->words);
  g_free (self);
}

static void
set_state (FzUploadEngine *self, FzUploadState state)
{
  const FzUploadStatus status = {
    .state = state,
    .failures = self->failures,
    .probe_at_us = self->probe_at_us,
    .text = state == FZ_UPLOAD_ALARM ? self->alarm : state == FZ_UPLOAD_WAITING ? self->words : "",
  };

  if (state == self->state && state != FZ_UPLOAD_WAITING && state != FZ_UPLOAD_ALARM)
    return;
  self->state = state;
  if (self->source.changed != NULL)
    self->source.changed (self->source_data, &status);
}

static void
on_timer (gpointer data)
{
  pump (data);
}

static void
look_after (FzUploadEngine *self, gint64 delay_us)
{
  self->world.set_timer (self->world_data, CLAMP (delay_us, 0, LOOK_AGAIN_US), on_timer, self);
}

/* Drained or stopped: nothing more happens. The engine may be gone when this returns. */
static void
finish (FzUploadEngine *self)
{
  void (*done) (gpointer data) = self->done;

  self->done = NULL;
  self->running = FALSE;
  self->world.set_timer (self->world_data, -1, NULL, NULL);
  if (self->summary != NULL)
    self->summary->alarm = g_strdup (self->alarm);
  self->summary = NULL;
  set_state (self, FZ_UPLOAD_STOPPED);
  if (done != NULL)
    done (self->done_data);
}

static void
raise_alarm (FzUploadEngine *self, const char *words)
{
  g_free (self->alarm);
  self->alarm = g_strdup (words);
}

/* A configuration that the platform does not take, or errors of ours whose text already says who mends it. */
static void
raise_alarm_of (FzUploadEngine *self, const FzOutcome *outcome)
{
  g_autofree char *words = *outcome->code == '\0'
                             ? g_strdup (outcome->text)
                             : g_strdup_printf (_("监管平台不接受本机的接入配置（%s %s），已停止上报。\n"
                                                  "请系统管理员核对平台地址、密钥和权限，改好后点“继续上报”。"),
                                                outcome->code, outcome->text);

  raise_alarm (self, words);
}

/* Waits until `at_us`, or ends the draining when that is longer than it may take. */
static void
wait_until (FzUploadEngine *self, gint64 at_us, gint64 now_us, FzUploadState state)
{
  if (self->patience_us >= 0 && at_us - now_us > self->patience_us)
    {
      if (self->summary != NULL)
        self->summary->gave_up = TRUE;
      finish (self);
      return;
    }
  set_state (self, state);
  look_after (self, at_us - now_us);
}

/* Nothing can be sent now, by claim()'s word. */
static void
rest (FzUploadEngine *self, gint64 next_us, gint64 now_us)
{
  if (next_us != 0)
    wait_until (self, next_us, now_us, FZ_UPLOAD_IDLE);
  else if (self->patience_us >= 0)
    finish (self);
  else
    {
      set_state (self, FZ_UPLOAD_IDLE);
      look_after (self, LOOK_AGAIN_US);
    }
}

/* --- an answer --- */

static gint64
back_off_us (FzUploadEngine *self, guint failures)
{
  return 1000 * fz_backoff_ms (failures, fz_message_table_get_backoff_base_ms (self->table),
                               fz_message_table_get_backoff_max_ms (self->table), self->world.chance (self->world_data));
}

/* A failure of the whole way: everybody waits, and one row then tries it. Unknown counts too, or a platform that has stopped
 * answering would make row after row unknown. */
static void
count_failure (FzUploadEngine *self, const FzOutcome *outcome, gint64 now_us)
{
  gint64 wait_us;

  self->failures++;
  self->failed_at_us = now_us;
  wait_us = back_off_us (self, self->failures); /* draws by chance: once, not inside MAX() */
  self->probe_at_us = now_us + MAX (wait_us, 1000 * outcome->retry_after_ms);
  g_free (self->words);
  self->words = g_strdup (outcome->text);
}

static void
count_success (FzUploadEngine *self)
{
  self->failures = 0;
  self->probe_at_us = 0;
}

/* When the row itself may be sent again. */
static gint64
weigh (FzUploadEngine *self, const FzUploadRow *row, const FzOutcome *outcome, gint64 now_us)
{
  switch (outcome->kind)
    {
    case FZ_OUTCOME_ACCEPTED:
    case FZ_OUTCOME_REFUSED:
      count_success (self);
      return 0;
    case FZ_OUTCOME_UNKNOWN:
      count_failure (self, outcome, now_us);
      return 0;
    case FZ_OUTCOME_OFFLINE:
      count_failure (self, outcome, now_us);
      return self->probe_at_us;
    case FZ_OUTCOME_CONFIGURATION:
      raise_alarm_of (self, outcome);
      return now_us;
    case FZ_OUTCOME_RETRY:
    default:
      count_failure (self, outcome, now_us);
      /* Later than the others: a row that always fails must not be the one that probes every time. */
      return self->probe_at_us + back_off_us (self, row->attempts + 1);
    }
}

static void
count_rest (FzUploadEngine *self, const FzUploadRow *row, gint64 now_us)
{
  gint64 bytes = (gint64) g_bytes_get_size (row->payload) * 2; /* as hexadecimal digits */

  self->sent_at_us = now_us;
  self->rest_us = row->gently && self->patience_us < 0 ? bytes * G_USEC_PER_SEC / fz_message_table_get_beside_visit_bytes (self->table) : 0;
}

static void
add_up (FzUploadEngine *self, FzOutcomeKind kind)
{
  if (self->summary == NULL)
    return;
  self->summary->accepted += kind == FZ_OUTCOME_ACCEPTED;
  self->summary->refused += kind == FZ_OUTCOME_REFUSED;
  self->summary->unknown += kind == FZ_OUTCOME_UNKNOWN;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (FzUploadEngine) self = data;
  g_autoptr (FzUploadRow) row = g_steal_pointer (&self->flight);
  g_autoptr (GError) error = NULL, store_error = NULL;
  g_autoptr (FzPlatformAnswer) answer = self->world.finish (self->world_data, result, &error);
  g_autoptr (FzOutcome) outcome = fz_outcome_classify (self->table, row->method, answer, error);
  gint64 now_us = self->world.now_us (self->world_data);
  gint64 again_at_us = weigh (self, row, outcome, now_us);

  g_clear_object (&self->cancellable);
  count_rest (self, row, now_us);
  /* When the store cannot take the outcome, the row stays in "sending" and is unknown at the next start: never sent twice. */
  if (self->source.settle (self->source_data, row, outcome, again_at_us, &store_error))
    add_up (self, outcome->kind);
  else
    raise_alarm (self, store_error->message);
  pump (self);
}

/* --- what next --- */

/* A clock that was set back must not stretch the rest. */
static gboolean
is_resting (const FzUploadEngine *self, gint64 now_us)
{
  return now_us >= self->sent_at_us && now_us - self->sent_at_us < self->rest_us;
}

static void
launch (FzUploadEngine *self, FzUploadRow *take_row)
{
  self->flight = take_row;
  self->cancellable = g_cancellable_new ();
  g_ref_count_inc (&self->refs);
  set_state (self, FZ_UPLOAD_SENDING);
  self->world.call (self->world_data, take_row->method, take_row->payload, self->cancellable, on_answer, self);
}

static void
stand_still (FzUploadEngine *self)
{
  set_state (self, FZ_UPLOAD_ALARM);
  if (self->patience_us >= 0)
    finish (self);
}

/* A clock that was set back must not stretch the wait. */
static gboolean
is_backing_off (const FzUploadEngine *self, gint64 now_us)
{
  return now_us >= self->failed_at_us && now_us < self->probe_at_us;
}

static void
pump (FzUploadEngine *self)
{
  g_autoptr (FzUploadRow) row = NULL;
  g_autoptr (GError) error = NULL;
  gint64 now_us = self->world.now_us (self->world_data);
  gint64 next_us = 0;

  if (!self->running || self->flight != NULL)
    return;
  if (self->stopping)
    finish (self);
  else if (self->alarm != NULL)
    stand_still (self);
  else if (is_backing_off (self, now_us))
    wait_until (self, self->probe_at_us, now_us, FZ_UPLOAD_WAITING);
  else if (is_resting (self, now_us))
    wait_until (self, self->sent_at_us + self->rest_us, now_us, FZ_UPLOAD_SENDING);
  else if (!self->source.claim (self->source_data, now_us, &row, &next_us, &error) ||
           (row != NULL && !self->source.begin (self->source_data, row, &error)))
    {
      raise_alarm (self, error->message);
      stand_still (self);
    }
  else if (row == NULL)
    rest (self, next_us, now_us);
  else if (row->payload == NULL)
    look_after (self, 0); /* the next one */
  else
    launch (self, g_steal_pointer (&row));
}

/* --- from outside --- */

void
fz_upload_engine_start (FzUploadEngine *self)
{
  self->running = TRUE;
  pump (self);
}

void
fz_upload_engine_kick (FzUploadEngine *self)
{
  pump (self);
}

static void
on_grace_over (gpointer data)
{
  FzUploadEngine *self = data;

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

void
fz_upload_engine_stop (FzUploadEngine *self, gint64 grace_us, void (*done) (gpointer data), gpointer data)
{
  self->stopping = TRUE;
  self->done = done;
  self->done_data = data;
  self->running = TRUE;
  if (self->flight != NULL)
    self->world.set_timer (self->world_data, grace_us, on_grace_over, self);
  else
    pump (self);
}

void
fz_upload_engine_drain (FzUploadEngine *self, gint64 patience_us, FzUploadSummary *summary, void (*done) (gpointer data), gpointer data)
{
  *summary = (FzUploadSummary){0};
  self->patience_us = MAX (0, patience_us);
  self->summary = summary;
  self->done = done;
  self->done_data = data;
  fz_upload_engine_start (self);
}
