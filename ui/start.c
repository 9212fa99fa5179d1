#include "ui/start.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/theme.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

#define NOT_OPENED 2
#define WIDTH 620
#define HEIGHT 380

typedef struct {
  FzDesk *desk;
  GError *error; /* why there is none */
} Start;

/* Who starts from the menu sees no terminal: what is wrong with the folder stands in a window. */
static GtkWindow *
problem_new (GtkApplication *application, const GError *error)
{
  GtkWidget *window = gtk_application_window_new (application), *close = fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("关闭"));
  GtkWidget *card = fz_card_new ();

  fz_theme_apply (FZ_THEME_SYSTEM);
  gtk_window_set_title (GTK_WINDOW (window), _ ("复诊：不能打开本地库"));
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  fz_put_wide (card, fz_error_state_new_from (error, close));
  gtk_widget_add_css_class (card, "fz-page");
  gtk_window_set_child (GTK_WINDOW (window), card);
  gtk_window_set_focus (GTK_WINDOW (window), close);
  g_signal_connect_swapped (close, "clicked", G_CALLBACK (gtk_window_close), window);
  return GTK_WINDOW (window);
}

static void
activate (GtkApplication *application, gpointer data)
{
  Start *start = data;
  GtkWindow *window = gtk_application_get_active_window (application);

  if (window == NULL)
    window = start->desk != NULL ? fz_window_new (application, start->desk) : problem_new (application, start->error);
  gtk_window_present (window);
}

static int
run (Start *start, int argc, char **argv)
{
  g_autoptr (GtkApplication) application = gtk_application_new ("cn.fuzhen.Fuzhen", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate), start);
  return g_application_run (G_APPLICATION (application), argc, argv);
}

int
fz_start_window (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  Start start = { fz_desk_open (g_getenv ("FUZHEN_DATA"), &error), NULL };
  int code;

  fz_theme_choose_renderer (); /* before anything opens the display */
  if (start.desk == NULL) {
    g_printerr ("fuzhen: %s\n", error->message);
    start.error = error;
    if (gtk_init_check ())
      run (&start, argc, argv);
    return NOT_OPENED;
  }
  code = run (&start, argc, argv);
  fz_desk_close (start.desk);
  return code;
}
