#include "app/platform/sync_thread.h"

#include "app/platform/transport.h"
#include "app/post.h"

#define STOP_GRACE_US (3 * G_USEC_PER_SEC)

/* The real wire, clock and chance. */
typedef struct {
  FzTransport *transport;
  GMainContext *context;
  GSource *timer;
  void (*fire) (gpointer data);
  gpointer fire_data;
  const FzUploadSource *source;
  gpointer source_data;
} World;

struct _FzSyncThread {
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  World world;
  FzUploadEngine *engine;
  FzPlatformConfig *config;
  FzMessageTable *table;
  FzUploadSource source;
  gpointer source_data;
  gint64 grace_us;
  GMutex mutex; /* only for the hand-over at start */
  GCond started;
  gboolean ready;
  GError *error;
};

/* --- the world --- */

static void
world_call (gpointer data, const char *method, GBytes *payload, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  fz_platform_call_async (((World *) data)->transport, method, payload, cancellable, callback, user_data);
}

static FzPlatformAnswer *
world_finish (gpointer data, GAsyncResult *result, GError **error)
{
  World *self = data;
  FzPlatformAnswer *answer = fz_platform_call_finish (self->transport, result, error);

  if (answer != NULL && answer->date_us != 0 && self->source->heard != NULL)
    self->source->heard (self->source_data, answer->date_us);
  return answer;
}

static gint64
world_now_us (gpointer data)
{
  return g_get_real_time ();
}

static guint32
world_chance (gpointer data)
{
  return g_random_int ();
}

static gboolean
on_world_timer (gpointer data)
{
  World *self = data;

  g_clear_pointer (&self->timer, g_source_unref);
  self->fire (self->fire_data);
  return G_SOURCE_REMOVE;
}

static void
world_set_timer (gpointer data, gint64 delay_us, void (*fire) (gpointer fire_data), gpointer fire_data)
{
  World *self = data;

  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (delay_us < 0)
    return;
  self->fire = fire;
  self->fire_data = fire_data;
  /* Rounded up, or a row would be asked for a moment before it is due. */
  self->timer = g_timeout_source_new ((guint) MIN ((delay_us + 999) / 1000, G_MAXINT));
  g_source_set_callback (self->timer, on_world_timer, self, NULL);
  g_source_attach (self->timer, self->context);
}

static const FzUploadWorld real_world = {
  .call = world_call,
  .finish = world_finish,
  .now_us = world_now_us,
  .chance = world_chance,
  .set_timer = world_set_timer,
};

/* --- the thread --- */

static void
tell_started (FzSyncThread *self)
{
  g_mutex_lock (&self->mutex);
  self->ready = TRUE;
  g_cond_signal (&self->started);
  g_mutex_unlock (&self->mutex);
}

static gpointer
run (gpointer data)
{
  FzSyncThread *self = data;

  g_main_context_push_thread_default (self->context);
  self->world.transport = fz_transport_new (self->config, self->table, 0, &self->error);
  if (self->world.transport != NULL)
    self->engine = fz_upload_engine_new (self->table, &self->source, self->source_data, &real_world, &self->world);
  tell_started (self);
  if (self->engine != NULL)
    {
      fz_upload_engine_start (self->engine);
      g_main_loop_run (self->loop);
      fz_upload_engine_unref (self->engine);
    }
  g_clear_pointer (&self->world.transport, fz_transport_unref);
  /* What the session still has to say is heard before its context goes. */
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

static void
thread_free (FzSyncThread *self)
{
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  fz_platform_config_unref (self->config);
  fz_message_table_unref (self->table);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->started);
  g_clear_error (&self->error);
  g_free (self);
}

FzSyncThread *
fz_sync_thread_start (FzPlatformConfig *config, FzMessageTable *table, const FzUploadSource *source, gpointer source_data, GError **error)
{
  FzSyncThread *self = g_new0 (FzSyncThread, 1);

  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->world.context = self->context;
  self->config = fz_platform_config_ref (config);
  self->table = fz_message_table_ref (table);
  self->source = *source;
  self->source_data = source_data;
  self->world.source = &self->source;
  self->world.source_data = source_data;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->started);
  self->thread = g_thread_new ("fuzhen-sync", run, self);
  g_mutex_lock (&self->mutex);
  while (!self->ready)
    g_cond_wait (&self->started, &self->mutex);
  g_mutex_unlock (&self->mutex);
  if (self->error == NULL)
    return self;
  g_propagate_error (error, g_steal_pointer (&self->error));
  thread_free (self);
  return NULL;
}

/* Always as a source: g_main_context_invoke() would run it right here while the thread is not in its loop yet. */
static void
leave_word (FzSyncThread *self, GSourceFunc function)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, function, self, NULL);
  g_source_attach (source, self->context);
}

static gboolean
do_kick (gpointer data)
{
  fz_upload_engine_kick (((FzSyncThread *) data)->engine);
  return G_SOURCE_REMOVE;
}

static void
on_stopped (gpointer data)
{
  g_main_loop_quit (data);
}

static gboolean
do_stop (gpointer data)
{
  FzSyncThread *self = data;

  fz_upload_engine_stop (self->engine, self->grace_us, on_stopped, self->loop);
  return G_SOURCE_REMOVE;
}

void
fz_sync_thread_kick (FzSyncThread *self)
{
  leave_word (self, do_kick);
}

void
fz_sync_thread_stop (FzSyncThread *self, gint64 grace_us)
{
  self->grace_us = grace_us;
  leave_word (self, do_stop);
  thread_free (self);
}

/* --- once, on the calling thread --- */

typedef struct {
  GMainLoop *loop;
  FzUploadEngine *engine;
  gboolean done;
} Drain;

static void
on_drained (gpointer data)
{
  Drain *self = data;

  self->done = TRUE;
  g_main_loop_quit (self->loop);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Drain *self = data;

  if (!self->done)
    fz_upload_engine_stop (self->engine, STOP_GRACE_US, on_drained, self);
  return G_SOURCE_REMOVE;
}

static void
drain_here (World *world, FzMessageTable *table, const FzUploadSource *source, gpointer source_data, gint64 patience_us,
            GCancellable *cancellable, FzUploadSummary *out_summary)
{
  g_autoptr (FzUploadEngine) engine = fz_upload_engine_new (table, source, source_data, &real_world, world);
  g_autoptr (GMainLoop) loop = g_main_loop_new (world->context, FALSE);
  g_autoptr (GCancellable) ours = g_cancellable_new ();
  gulong handler = fz_post_follow (cancellable, ours);
  g_autoptr (GSource) watch = g_cancellable_source_new (ours);
  Drain drain = {.loop = loop, .engine = engine};

  g_source_set_callback (watch, G_SOURCE_FUNC (on_cancelled), &drain, NULL);
  g_source_attach (watch, world->context);
  fz_upload_engine_drain (engine, patience_us, out_summary, on_drained, &drain);
  if (!drain.done)
    g_main_loop_run (loop);
  g_source_destroy (watch);
  if (handler != 0)
    g_cancellable_disconnect (cancellable, handler);
}

gboolean
fz_upload_drain (FzPlatformConfig *config, FzMessageTable *table, const FzUploadSource *source, gpointer source_data, gint64 patience_us,
                 GCancellable *cancellable, FzUploadSummary *out_summary, GError **error)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  World world = { .context = context, .source = source, .source_data = source_data };
  gboolean good;

  g_main_context_push_thread_default (context);
  world.transport = fz_transport_new (config, table, 0, error);
  good = world.transport != NULL;
  if (good)
    {
      drain_here (&world, table, source, source_data, patience_us, cancellable, out_summary);
      fz_transport_unref (world.transport);
    }
  while (g_main_context_iteration (context, FALSE))
    ;
  g_main_context_pop_thread_default (context);
  return good;
}
