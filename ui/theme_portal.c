#include "ui/theme_portal.h"

#include <gio/gio.h>

#define APPEARANCE "org.freedesktop.appearance"

static struct {
  GDBusProxy *proxy;
  gboolean started;
  guint32 scheme;   /* 1 prefers dark */
  guint32 contrast; /* 1 prefers more */
  FzThemePortalFunc changed;
  gpointer user_data;
} portal;

static FzTheme
wish (void)
{
  if (portal.contrast == 1)
    return FZ_THEME_CONTRAST;
  return portal.scheme == 1 ? FZ_THEME_DARK : FZ_THEME_LIGHT;
}

static void
take (const char *key, GVariant *value)
{
  g_autoptr (GVariant) inner = g_variant_ref (value);

  /* Read answers a variant in a variant, the signal a single one. */
  while (g_variant_is_of_type (inner, G_VARIANT_TYPE_VARIANT)) {
    GVariant *next = g_variant_get_variant (inner);

    g_variant_unref (inner);
    inner = next;
  }
  if (!g_variant_is_of_type (inner, G_VARIANT_TYPE_UINT32))
    return;
  if (g_str_equal (key, "color-scheme"))
    portal.scheme = g_variant_get_uint32 (inner);
  else if (g_str_equal (key, "contrast"))
    portal.contrast = g_variant_get_uint32 (inner);
  portal.changed (wish (), portal.user_data);
}

static void
on_signal (GDBusProxy *proxy, const char *sender, const char *name, GVariant *parameters, gpointer user_data)
{
  const char *group, *key;
  g_autoptr (GVariant) value = NULL;

  if (!g_str_equal (name, "SettingChanged") || !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(ssv)")))
    return;
  g_variant_get (parameters, "(&s&sv)", &group, &key, &value);
  if (g_str_equal (group, APPEARANCE))
    take (key, value);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer key)
{
  g_autoptr (GVariant) answer = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, NULL);
  g_autoptr (GVariant) value = NULL;

  /* No portal, or one too old for this key: the last known wish stands. */
  if (answer == NULL || !g_variant_is_of_type (answer, G_VARIANT_TYPE ("(v)")))
    return;
  g_variant_get (answer, "(v)", &value);
  take (key, value);
}

static void
on_proxy (GObject *source, GAsyncResult *result, gpointer user_data)
{
  static const char *const keys[] = { "color-scheme", "contrast" };

  portal.proxy = g_dbus_proxy_new_for_bus_finish (result, NULL);
  if (portal.proxy == NULL)
    return;
  g_signal_connect (portal.proxy, "g-signal", G_CALLBACK (on_signal), NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    g_dbus_proxy_call (portal.proxy, "Read", g_variant_new ("(ss)", APPEARANCE, keys[i]), G_DBUS_CALL_FLAGS_NO_AUTO_START,
                       2000, NULL, on_read, (gpointer) (guintptr) keys[i]);
}

FzTheme
fz_theme_portal_watch (FzThemePortalFunc changed, gpointer user_data)
{
  portal.changed = changed;
  portal.user_data = user_data;
  if (!portal.started) {
    portal.started = TRUE;
    g_dbus_proxy_new_for_bus (G_BUS_TYPE_SESSION, G_DBUS_PROXY_FLAGS_DO_NOT_LOAD_PROPERTIES, NULL,
                              "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop",
                              "org.freedesktop.portal.Settings", NULL, on_proxy, NULL);
  }
  return wish ();
}
