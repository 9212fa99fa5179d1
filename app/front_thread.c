#include "app/front_thread.h"

#include "app/front.h"
#include "app/front_hint.h"
#include "db/audit.h"
#include "db/setting.h"

#include <glib/gi18n-lib.h>

#define BASE_US (2 * G_USEC_PER_SEC)
#define MOST_US (300 * G_USEC_PER_SEC)
#define LEAST_WRONG_US (30 * G_USEC_PER_SEC) /* a person has to mend it first */
#define POLL_SECONDS 25
#define LOOK_US (60 * G_USEC_PER_SEC)        /* a hint that got lost */

struct _FzFrontThread {
  FzDesk *desk;
  FzPlatformConfig *config;
  GThread *thread;
  GMainContext *context;
  GCancellable *stop;
  GMutex mutex; /* over the rest */
  GCancellable *poll; /* of the wait that goes on; NULL: none */
  gboolean kicked;
  char *state, *words;
};

static void
set_state (FzFrontThread *self, const char *state, const char *words)
{
  g_mutex_lock (&self->mutex);
  g_free (self->state);
  g_free (self->words);
  self->state = g_strdup (state);
  self->words = g_strdup (words);
  g_mutex_unlock (&self->mutex);
}

static gboolean
take_kick (FzFrontThread *self)
{
  gboolean kicked;

  g_mutex_lock (&self->mutex);
  kicked = self->kicked;
  self->kicked = FALSE;
  g_mutex_unlock (&self->mutex);
  return kicked;
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
         !take_kick (self)) {
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

static gboolean
exchange (FzFrontThread *self, FzFrontClient *client, FzFrontRound *round)
{
  g_autoptr (GError) error = NULL;

  set_state (self, "sending", NULL);
  if (fz_front_client_round (client, round, &error)) {
    set_state (self, round->kind == FZ_FRONT_GOOD ? "idle" : round->kind == FZ_FRONT_WRONG ? "alarm" : "waiting", round->words);
    return round->kind == FZ_FRONT_GOOD;
  }
  round->kind = FZ_FRONT_WRONG;
  set_state (self, "alarm", error->message);
  return FALSE;
}

static gpointer
run (gpointer data)
{
  FzFrontThread *self = data;
  g_autoptr (FzFrontClient) client = NULL;
  FzFrontHint *hint;
  guint failures = 0;

  g_main_context_push_thread_default (self->context);
  client = fz_front_client_new (self->desk, self->config, self->stop);
  hint = fz_front_hint_new (fz_front_client_get_wire (client));
  while (!g_cancellable_is_cancelled (self->stop)) {
    g_auto (FzFrontRound) round = { 0 };

    if (exchange (self, client, &round)) {
      failures = 0;
      fz_front_hint_keep (hint);
      wait_for_news (self, client, hint, round.next_us);
    } else
      sleep_until (self, NULL, g_get_monotonic_time () + delay_us (failures++, &round));
  }
  fz_front_hint_free (hint);
  g_clear_pointer (&client, fz_front_client_free);
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

  if (desk->front_thread != NULL)
    return TRUE;
  config = fz_front_load_config (desk, error);
  if (config == NULL)
    return FALSE;
  self = g_new0 (FzFrontThread, 1);
  self->desk = desk;
  self->config = g_steal_pointer (&config);
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
  fz_platform_config_unref (self->config);
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

char *
fz_front_thread_state (FzDesk *desk, char **out_words)
{
  FzFrontThread *self = desk->front_thread;
  char *state;

  *out_words = NULL;
  if (self == NULL)
    return g_strdup ("none");
  g_mutex_lock (&self->mutex);
  state = g_strdup (self->state);
  *out_words = g_strdup (self->words);
  g_mutex_unlock (&self->mutex);
  return state;
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

/* --- where it is --- */

static gboolean
write_setting (FzTxn *txn, gpointer path, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "front.configure", .subject_kind = "store", .outcome = "done" };

  return fz_setting_set (txn, FZ_FRONT_SETTING, path, error) && fz_audit_append (txn, &entry, NULL, error);
}

gboolean
fz_front_configure (FzDesk *desk, const char *config_path, GError **error)
{
  g_autoptr (FzPlatformConfig) config = config_path != NULL ? fz_platform_config_load (config_path, desk->demo, error) : NULL;
  g_autofree char *absolute = config_path != NULL ? g_canonicalize_filename (config_path, NULL) : NULL;

  if (config_path != NULL && config == NULL)
    return FALSE;
  if (config == NULL || g_str_equal (fz_platform_config_get_profile (config), FZ_PROFILE_FRONT))
    return fz_store_run (desk->store, FZ_TXN_RECORD, write_setting, absolute, error);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("%s 不是医院前端的配置（profile 应为 front）。"), absolute);
  return FALSE;
}
