/* What the computer says on its buses when nobody is there, told by services of our own on a bus of this test: the screen's lock, sleep, the session's lock. */
#include "ui/away.h"

typedef struct {
  GTestDBus *bus;
  GDBusConnection *other; /* who is not the service */
  GObject *window;        /* only what it holds matters: no display is needed */
  guint told;
} Place;

static void
on_away (gpointer user_data)
{
  ((Place *) user_data)->told++;
}

static GDBusConnection *
connect_as (Place *place, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  GDBusConnection *bus = g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (place->bus),
                                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                                 NULL, NULL, &error);

  g_assert_no_error (error);
  if (name == NULL)
    return bus;
  answer = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                        g_variant_new ("(su)", name, 0u), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
  return bus;
}

static void
say (GDBusConnection *bus, const char *path, const char *interface, const char *name, GVariant *parameters)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_dbus_connection_emit_signal (bus, NULL, path, interface, name, parameters, &error));
  g_assert_true (g_dbus_connection_flush_sync (bus, NULL, &error));
}

static void
ask (GDBusConnection *bus)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", NULL, NULL,
                                                             G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (answer);
}

/* What was said on `bus` has reached the watch: messages keep their order, so an answer to the speaker and one to each listener come after it. */
static void
settle (GDBusConnection *bus)
{
  static const GBusType types[] = { G_BUS_TYPE_SYSTEM, G_BUS_TYPE_SESSION };

  ask (bus);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autoptr (GDBusConnection) listener = g_bus_get_sync (types[i], NULL, NULL);

    g_assert_nonnull (listener);
    ask (listener);
  }
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* Said until it is heard: the watch comes to the buses in its own time. */
static void
expect_told (Place *place, GDBusConnection *bus, const char *path, const char *interface, const char *name, gboolean carries)
{
  guint before = place->told;
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (place->told == before) {
    g_assert_cmpint (g_get_monotonic_time (), <, end_us);
    say (bus, path, interface, name, carries ? g_variant_new ("(b)", TRUE) : NULL);
    settle (bus);
  }
}

static void
expect_silent (Place *place, GDBusConnection *bus, const char *path, const char *interface, const char *name, gboolean begins)
{
  guint before = place->told;

  say (bus, path, interface, name, g_variant_new ("(b)", begins));
  settle (bus);
  g_assert_cmpuint (place->told, ==, before);
}

static void
set_up (Place *place, gconstpointer unused)
{
  place->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (place->bus);
  g_setenv ("DBUS_SYSTEM_BUS_ADDRESS", g_test_dbus_get_bus_address (place->bus), TRUE);
  place->window = g_object_new (G_TYPE_OBJECT, NULL);
  place->other = connect_as (place, NULL);
  fz_away_watch ((GtkWindow *) place->window, on_away, place);
}

static void
tear_down (Place *place, gconstpointer unused)
{
  g_clear_object (&place->window);
  g_clear_object (&place->other);
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* All in one: the two buses of a process are made once. */
static void
told (Place *place, gconstpointer unused)
{
  static const char *const savers[] = { "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver", "org.mate.ScreenSaver", "org.xfce.ScreenSaver" };
  g_autoptr (GDBusConnection) login = connect_as (place, "org.freedesktop.login1");

  expect_told (place, login, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", TRUE);
  expect_told (place, login, "/org/freedesktop/login1/session/_31", "org.freedesktop.login1.Session", "Lock", FALSE);
  expect_silent (place, login, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", FALSE); /* it wakes up */
  for (guint i = 0; i < G_N_ELEMENTS (savers); i++) {
    g_autoptr (GDBusConnection) saver = connect_as (place, savers[i]);
    g_autofree char *path = g_strdelimit (g_strconcat ("/", savers[i], NULL), ".", '/');

    expect_told (place, saver, path, savers[i], "ActiveChanged", TRUE);
    expect_silent (place, saver, path, savers[i], "ActiveChanged", FALSE);
  }
  /* Who is not the service is not believed; and once the window has gone nothing is heard. */
  expect_silent (place, place->other, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", TRUE);
  g_clear_object (&place->window);
  expect_silent (place, login, "/org/freedesktop/login1", "org.freedesktop.login1.Manager", "PrepareForSleep", TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/away/told", Place, NULL, set_up, told, tear_down);
  return g_test_run ();
}
