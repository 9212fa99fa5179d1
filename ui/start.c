#include "ui/start.h"

#include "ui/theme.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzDesk *desk;
  int code;
} Start;

static void
activate (GtkApplication *application, gpointer data)
{
  Start *start = data;
  GtkWindow *window = gtk_application_get_active_window (application);

  if (window == NULL)
    window = fz_window_new (application, start->desk);
  gtk_window_present (window);
}

int
fz_start_window (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GtkApplication) application = NULL;
  Start start = { fz_desk_open (g_getenv ("FUZHEN_DATA"), &error), 0 };

  if (start.desk == NULL) {
    g_printerr ("fuzhen: %s\n", error->message);
    return 2;
  }
  fz_theme_choose_renderer ();
  application = gtk_application_new ("cn.fuzhen.Fuzhen", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (activate), &start);
  start.code = g_application_run (G_APPLICATION (application), argc, argv);
  fz_desk_close (start.desk);
  return start.code;
}
