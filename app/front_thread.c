#include "app/front_thread.h"

#include "app/front_config.h"
#include "app/front_hint.h"

#include <glib/gi18n-lib.h>

#define BASE_US (2 * G_USEC_PER_SEC)
#define MOST_US (300 * G_USEC_PER_SEC)
#define LEAST_WRONG_US (30 * G_USEC_PER_SEC) /* a person has to mend it first */
#define POLL_SECONDS 25
#define LOOK_US (60 * G_USEC_PER_SEC)        /* a hint that got lost */

struct _FzFrontThread {
  FzDesk *desk;
  GThread *thread;
  GMainContext *context;
  GCancellable *stop;
  GMutex mutex; /* over the rest */
  GCancellable *poll; /* of the wait that goes on; NULL: none */
  gboolean kicked, stale; /* stale: the configuration is to be read anew */
  char *state, *words;
  gint64 noted_us;          /* of the thread alone: the note beside the store */
  gint64 heard_us, down_us; /* when the front last answered well; since when it does not, 0: it does */
};

static void
set_state (FzFrontThread *self, const char *state, const char *words)
{
  gboolean idle = g_str_equal (state, "idle"), down = g_str_equal (state, "waiting") || g_str_equal (state, "alarm");
  gint64 now_us = fz_desk_now_us (self->desk);

  g_mutex_lock (&self->mutex);
  /* Trying once more is no news while it is down. */
  if (down || idle || self->down_us == 0) {
    g_free (self->state);
    g_free (self->words);
    self->state = g_strdup (state);
    self->words = g_strdup (words);
  }
  self->heard_us = idle ? now_us : self->heard_us;
  self->down_us = idle ? 0 : down && self->down_us == 0 ? now_us : self->down_us;
  g_mutex_unlock (&self->mutex);
}

static gboolean
take (FzFrontThread *self, gboolean *flag)
{
  gboolean was;

  g_mutex_lock (&self->mutex);
  was = *flag;
  *flag = FALSE;
  g_mutex_unlock (&self->mutex);
  return was;
}

/* --- waiting --- */

static gboolean
wake (gpointer context)
{
  g_main_context_wakeup (context);
  return G_SOURCE_REMOVE;
}

/* Until the time has passed, a hint or a kick came, or all ends. */
static void
sleep_until (FzFrontThread *self, FzFrontHint *hint, gint64 until_us)
{
  gint64 left_us;

  while (!g_cancellable_is_cancelled (self->stop) && (left_us = until_us - g_get_monotonic_time ()) > 0 && !(hint != NULL && fz_front_hint_take (hint)) &&
         !take (self, &self->kicked)) {
    g_autoptr (GSource) timer = g_timeout_source_new ((guint) (left_us / 1000 + 1));

    g_source_set_callback (timer, wake, self->context, NULL);
    g_source_attach (timer, self->context);
    g_main_context_iteration (self->context, TRUE);
    g_source_destroy (timer);
  }
}

static GCancellable *
begin_poll (FzFrontThread *self)
{
  GCancellable *poll = g_cancellable_new ();

  g_mutex_lock (&self->mutex);
  self->poll = g_object_ref (poll);
  if (self->kicked || g_cancellable_is_cancelled (self->stop))
    g_cancellable_cancel (poll);
  self->kicked = FALSE;
  g_mutex_unlock (&self->mutex);
  return poll;
}

static void
end_poll (FzFrontThread *self)
{
  g_mutex_lock (&self->mutex);
  g_clear_object (&self->poll);
  g_mutex_unlock (&self->mutex);
}

/* Where a go-between lets no WebSocket through the front answers a question late instead. */
static void
wait_for_news (FzFrontThread *self, FzFrontClient *client, FzFrontHint *hint, gint64 next_us)
{
  gint64 now_us = fz_desk_now_us (self->desk), until_us = LOOK_US;
  g_autoptr (GCancellable) poll = NULL;
  gboolean came = FALSE;

  if (next_us > 0)
    until_us = CLAMP (next_us - now_us, 0, LOOK_US);
  if (fz_front_hint_is_open (hint) || until_us < POLL_SECONDS * G_USEC_PER_SEC) {
    sleep_until (self, hint, g_get_monotonic_time () + until_us);
    return;
  }
  poll = begin_poll (self);
  if (!g_cancellable_is_cancelled (poll) && fz_front_client_wait (client, POLL_SECONDS, poll, &came) != FZ_FRONT_GOOD && !g_cancellable_is_cancelled (poll)) {
    end_poll (self);
    sleep_until (self, hint, g_get_monotonic_time () + POLL_SECONDS * G_USEC_PER_SEC); /* no such call there: look by oneself */
    return;
  }
  end_poll (self);
}

static gint64
delay_us (guint failures, const FzFrontRound *round)
{
  gint64 cap = MIN (MOST_US, BASE_US << MIN (failures, 10)), delay = cap / 4 + (gint64) (g_random_int () % (guint32) (3 * cap / 4));

  return MAX (delay, MAX (round->after_us, round->kind == FZ_FRONT_WRONG ? LEAST_WRONG_US : 0));
}

/* For who looks at files only; each minute is often enough, and a file that cannot be written is no reason to stop. */
static void
note (FzFrontThread *self, const FzFrontRound *round)
{
  gint64 now_us = g_get_real_time ();

  if (round->received == 0 && now_us - self->noted_us < LOOK_US)
    return;
  self->noted_us = now_us;
  fz_front_note_heard (self->desk, now_us, round->received > 0);
}

static gboolean
exchange (FzFrontThread *self, FzFrontClient *client, FzFrontRound *round)
{
  g_autoptr (GError) error = NULL;

  set_state (self, "sending", NULL);
  if (fz_front_client_round (client, round, &error)) {
    set_state (self, round->kind == FZ_FRONT_GOOD ? "idle" : round->kind == FZ_FRONT_WRONG ? "alarm" : "waiting", round->words);
    if (round->kind == FZ_FRONT_GOOD)
      note (self, round);
    return round->kind == FZ_FRONT_GOOD;
  }
  round->kind = FZ_FRONT_WRONG;
  set_state (self, "alarm", error->message);
  return FALSE;
}

/* What one configuration needs; client NULL: no front is set up, or what is set up cannot be read. */
typedef struct {
  FzFrontClient *client;
  FzFrontHint *hint;
} Line;

static void
line_clear (Line *line)
{
  g_clear_pointer (&line->hint, fz_front_hint_free);
  g_clear_pointer (&line->client, fz_front_client_free);
}

static void
open_line (FzFrontThread *self, Line *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPlatformConfig) config = fz_front_load_config (self->desk, &error);

  line_clear (line);
  g_mutex_lock (&self->mutex);
  self->down_us = 0;
  g_mutex_unlock (&self->mutex);
  if (config == NULL) {
    set_state (self, g_error_matches (error, FZ_ERROR, FZ_ERROR_UNSUPPORTED) ? "none" : "alarm", error->message);
    return;
  }
  line->client = fz_front_client_new (self->desk, config, self->stop);
  line->hint = fz_front_hint_new (fz_front_client_get_wire (line->client));
}

static gpointer
run (gpointer data)
{
  FzFrontThread *self = data;
  Line line = { 0 };
  guint failures = 0;

  g_main_context_push_thread_default (self->context);
  while (!g_cancellable_is_cancelled (self->stop)) {
    g_auto (FzFrontRound) round = { 0 };

    if (take (self, &self->stale)) {
      open_line (self, &line);
      failures = 0;
    }
    if (line.client == NULL)
      sleep_until (self, NULL, g_get_monotonic_time () + LOOK_US);
    else if (exchange (self, line.client, &round)) {
      failures = 0;
      fz_front_hint_keep (line.hint);
      wait_for_news (self, line.client, line.hint, round.next_us);
    } else
      sleep_until (self, NULL, g_get_monotonic_time () + delay_us (failures++, &round));
  }
  line_clear (&line);
  /* What the session still has to say is heard before its context goes. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* --- from outside --- */

gboolean
fz_front_start (FzDesk *desk, GError **error)
{
  FzFrontThread *self;
  g_autoptr (FzPlatformConfig) config = NULL;
  g_autoptr (GError) why = NULL;

  if (desk->front_thread != NULL)
    return TRUE;
  config = fz_front_load_config (desk, &why);
  /* One that cannot be read is an alarm that everybody sees; none at all is none. */
  if (config == NULL && g_error_matches (why, FZ_ERROR, FZ_ERROR_UNSUPPORTED)) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  self = g_new0 (FzFrontThread, 1);
  self->desk = desk;
  self->stale = TRUE;
  self->context = g_main_context_new ();
  self->stop = g_cancellable_new ();
  self->state = g_strdup ("idle");
  g_mutex_init (&self->mutex);
  desk->front_thread = self;
  self->thread = g_thread_new ("fuzhen-front", run, self);
  return TRUE;
}

static void
wake_up (FzFrontThread *self, gboolean kick)
{
  g_mutex_lock (&self->mutex);
  self->kicked = self->kicked || kick;
  if (self->poll != NULL)
    g_cancellable_cancel (self->poll);
  g_mutex_unlock (&self->mutex);
  g_main_context_wakeup (self->context);
}

void
fz_front_stop (FzDesk *desk)
{
  FzFrontThread *self = desk->front_thread;

  if (self == NULL)
    return;
  g_cancellable_cancel (self->stop);
  wake_up (self, FALSE);
  g_thread_join (self->thread);
  desk->front_thread = NULL;
  g_main_context_unref (self->context);
  g_object_unref (self->stop);
  g_mutex_clear (&self->mutex);
  g_free (self->state);
  g_free (self->words);
  g_free (self);
}

void
fz_front_kick (FzDesk *desk)
{
  if (desk->front_thread != NULL)
    wake_up (desk->front_thread, TRUE);
}

void
fz_front_thread_put (FzDesk *desk, FzFields *out)
{
  FzFrontThread *self = desk->front_thread;

  fz_fields_set (out, "front.state", "none");
  if (self == NULL)
    return;
  g_mutex_lock (&self->mutex);
  fz_fields_set (out, "front.state", self->state);
  fz_fields_set (out, "front.words", self->words);
  if (self->heard_us > 0)
    fz_fields_set_time (out, "front.heard_at", self->heard_us);
  if (self->down_us > 0)
    fz_fields_set_time (out, "front.down_since", self->down_us);
  g_mutex_unlock (&self->mutex);
}

/* --- once --- */

gboolean
fz_front_exchange_once (FzDesk *desk, FzFrontRound *out, GError **error)
{
  g_autoptr (FzPlatformConfig) config = fz_front_load_config (desk, error);
  g_autoptr (GMainContext) context = g_main_context_new ();
  FzFrontClient *client;
  gboolean good;

  if (config == NULL)
    return FALSE;
  g_main_context_push_thread_default (context);
  client = fz_front_client_new (desk, config, desk->stop);
  good = fz_front_client_round (client, out, error);
  fz_front_client_free (client);
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  return good;
}

/* --- another one --- */

gboolean
fz_desk_set_front (FzSession *session, const char *config_path, GError **error)
{
  FzDesk *desk = session->desk;

  if (!fz_session_may (session, "front.configure", "store", NULL, error) || !fz_front_configure_by (desk, session, config_path, error))
    return FALSE;
  if (desk->front_thread == NULL)
    return TRUE;
  g_mutex_lock (&desk->front_thread->mutex);
  desk->front_thread->stale = TRUE;
  g_mutex_unlock (&desk->front_thread->mutex);
  wake_up (desk->front_thread, TRUE);
  return TRUE;
}

gboolean
fz_desk_connect_front (FzSession *session, GError **error)
{
  if (!fz_session_may (session, "upload.run", "store", NULL, error) || !fz_front_start (session->desk, error))
    return FALSE;
  fz_front_kick (session->desk);
  return TRUE;
}
