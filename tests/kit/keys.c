#include "tests/kit/keys.h"

#include "ui/kit/stage.h"
#include "ui/theme.h"

#include <gdk/x11/gdkx.h>

static gboolean
on_wake (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
keys_turn (void)
{
  gboolean woken = FALSE;
  guint wake = g_timeout_add (50, on_wake, &woken);

  g_main_context_iteration (NULL, TRUE);
  if (!woken)
    g_source_remove (wake);
}

void
keys_settle (void)
{
  gboolean quiet = FALSE;

  gdk_display_sync (gdk_display_get_default ());
  /* The lowest priority runs only when nothing else is left. */
  g_idle_add_full (G_PRIORITY_LOW + 100, on_wake, &quiet, NULL);
  while (!quiet)
    g_main_context_iteration (NULL, TRUE);
}

static void
run (char **argv)
{
  g_autoptr (GSubprocess) xdotool = NULL;
  g_autoptr (GError) error = NULL;

  xdotool = g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_wait_check (xdotool, NULL, &error));
  g_assert_no_error (error);
}

void
keys_press (const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  va_list more;

  g_ptr_array_add (argv, (gpointer) "xdotool");
  g_ptr_array_add (argv, (gpointer) "key");
  g_ptr_array_add (argv, (gpointer) "--delay");
  g_ptr_array_add (argv, (gpointer) "4");
  va_start (more, first);
  for (const char *key = first; key != NULL; key = va_arg (more, const char *))
    g_ptr_array_add (argv, (gpointer) (guintptr) key);
  va_end (more);
  g_ptr_array_add (argv, NULL);
  run ((char **) argv->pdata);
}

void
keys_focus (GtkWindow *window)
{
  GdkSurface *surface = gtk_native_get_surface (GTK_NATIVE (window));
  g_autofree char *id = g_strdup_printf ("%lu", gdk_x11_surface_get_xid (surface));
  char *argv[] = { (char *) "xdotool", (char *) "windowfocus", (char *) "--sync", id, NULL };

  KEYS_UNTIL (gtk_widget_get_mapped (GTK_WIDGET (window)) && gtk_widget_get_width (GTK_WIDGET (window)) > 0);
  gdk_display_sync (gdk_display_get_default ());
  run (argv);
  KEYS_UNTIL (gtk_window_is_active (window));
}

GtkWindow *
keys_window (GtkWidget *content)
{
  GtkWindow *window = GTK_WINDOW (gtk_window_new ());

  gtk_window_set_default_size (window, 900, 700);
  gtk_window_set_child (window, fz_stage_new (content));
  fz_theme_adopt_window (window);
  gtk_window_present (window);
  keys_focus (window);
  return window;
}
