#include "ui/idle.h"

#include "core/sitting.h"

#define LOOK_SECONDS 5
#define STATE "fz-idle"

typedef struct {
  gint64 last_us, quiet_us;
  FzIdleFunc idle;
  gpointer user_data;
  guint timer;
  gboolean told;
} Idle;

static gboolean
on_event (GtkEventControllerLegacy *events, GdkEvent *event, Idle *self)
{
  GdkEventType type = gdk_event_get_event_type (event);

  if (type == GDK_KEY_PRESS || type == GDK_BUTTON_PRESS || type == GDK_MOTION_NOTIFY || type == GDK_SCROLL || type == GDK_TOUCH_BEGIN ||
      type == GDK_TOUCH_UPDATE) {
    self->last_us = g_get_monotonic_time ();
    self->told = FALSE;
  }
  return FALSE;
}

static gboolean
look (gpointer data)
{
  Idle *self = data;

  gint64 now_us = g_get_monotonic_time ();

  if (!self->told && fz_sitting_at (now_us, self->last_us, self->last_us, self->quiet_us) != FZ_SITTING_OPEN) {
    self->told = TRUE;
    self->idle (self->user_data);
  }
  return G_SOURCE_CONTINUE;
}

static void
idle_free (gpointer data)
{
  Idle *self = data;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_free (self);
}

static void
look_each (Idle *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_seconds ((guint) MIN (LOOK_SECONDS, MAX (1, self->quiet_us / G_USEC_PER_SEC)), look, self);
}

void
fz_idle_set_seconds (GtkWindow *window, guint seconds)
{
  Idle *self = g_object_get_data (G_OBJECT (window), STATE);

  self->quiet_us = (gint64) seconds * G_USEC_PER_SEC;
  self->last_us = g_get_monotonic_time ();
  self->told = FALSE;
  look_each (self);
}

void
fz_idle_watch (GtkWindow *window, guint seconds, FzIdleFunc idle, gpointer user_data)
{
  GtkEventController *events = gtk_event_controller_legacy_new ();
  Idle *self = g_new0 (Idle, 1);

  self->last_us = g_get_monotonic_time ();
  self->quiet_us = (gint64) seconds * G_USEC_PER_SEC;
  self->idle = idle;
  self->user_data = user_data;
  look_each (self);
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect (events, "event", G_CALLBACK (on_event), self);
  gtk_widget_add_controller (GTK_WIDGET (window), events);
  g_object_set_data_full (G_OBJECT (window), STATE, self, idle_free);
}
