#include "ui/away.h"

#include <string.h>

#define STATE "fz-away"

typedef struct {
  FzIdleFunc away;
  gpointer user_data;
  GCancellable *stop; /* the buses come later than the window, or never */
  GDBusConnection *system, *user;
  GArray *system_ids, *user_ids;
} Away;

/* PrepareForSleep and ActiveChanged carry what begins or ends; Lock carries nothing. */
static void
on_signal (GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *name, GVariant *parameters, gpointer user_data)
{
  Away *self = user_data;
  gboolean begins = TRUE;

  if (g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    g_variant_get (parameters, "(b)", &begins);
  if (begins)
    self->away (self->user_data);
}

static void
listen (Away *self, GDBusConnection *bus, GArray *ids, const char *sender, const char *interface, const char *name)
{
  guint id = g_dbus_connection_signal_subscribe (bus, sender, interface, name, NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_signal, self, NULL);

  g_array_append_val (ids, id);
}

static void
on_system_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GDBusConnection *bus = g_bus_get_finish (result, NULL);
  Away *self = user_data;

  if (bus == NULL) /* none, or the window has gone and `self` with it */
    return;
  self->system = bus;
  listen (self, bus, self->system_ids, "org.freedesktop.login1", "org.freedesktop.login1.Manager", "PrepareForSleep");
  listen (self, bus, self->system_ids, "org.freedesktop.login1", "org.freedesktop.login1.Session", "Lock");
}

static void
on_user_bus (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const savers[] = { "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver" };
  GDBusConnection *bus = g_bus_get_finish (result, NULL);
  Away *self = user_data;

  if (bus == NULL)
    return;
  self->user = bus;
  for (guint i = 0; i < G_N_ELEMENTS (savers); i++)
    listen (self, bus, self->user_ids, savers[i], savers[i], "ActiveChanged");
}

static void
stop_listening (GDBusConnection *bus, GArray *ids)
{
  for (guint i = 0; bus != NULL && i < ids->len; i++)
    g_dbus_connection_signal_unsubscribe (bus, g_array_index (ids, guint, i));
  g_array_unref (ids);
  g_clear_object (&bus);
}

static void
away_free (gpointer data)
{
  Away *self = data;

  g_cancellable_cancel (self->stop);
  g_object_unref (self->stop);
  stop_listening (self->system, self->system_ids);
  stop_listening (self->user, self->user_ids);
  g_free (self);
}

void
fz_away_watch (GtkWindow *window, FzIdleFunc away, gpointer user_data)
{
  Away *self = g_new0 (Away, 1);

  self->away = away;
  self->user_data = user_data;
  self->stop = g_cancellable_new ();
  self->system_ids = g_array_new (FALSE, FALSE, sizeof (guint));
  self->user_ids = g_array_new (FALSE, FALSE, sizeof (guint));
  g_object_set_data_full (G_OBJECT (window), STATE, self, away_free);
  g_bus_get (G_BUS_TYPE_SYSTEM, self->stop, on_system_bus, self);
  g_bus_get (G_BUS_TYPE_SESSION, self->stop, on_user_bus, self);
}
