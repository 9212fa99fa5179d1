#include "ui/start.h"

#include "app/document_file.h"
#include "ui/document_window.h"
#include "ui/first_hour.h"
#include "ui/kit/kit.h"
#include "ui/kit/stage.h"
#include "ui/layout.h"
#include "ui/problem_report.h"
#include "ui/shell.h"
#include "ui/theme.h"
#include "ui/window.h"

#include <glib/gi18n-lib.h>

#define NOT_OPENED 2
#define WIDTH 900
#define HEIGHT 640

typedef struct {
  GtkApplication *application;
  FzDesk *desk;
  const char *data_dir;
  GError *error; /* why there is none */
  char *cut;     /* what was cleared away of a restore that was cut off; NULL: nothing */
} Start;

static GtkWindow *problem_new (Start *start);
static void on_founded (const char *data_dir, gpointer data);

/* The damage was noticed by who signed in, or by who looks at a store that can only be read: its window goes as by its button, so that whoever works there is
 * signed out while its pages still stand; then the store. */
static gboolean
restore_instead (gpointer data)
{
  Start *start = data;
  GtkWindow *former = gtk_application_get_active_window (start->application);

  gtk_window_present (fz_first_hour_new_restoring (start->application, start->data_dir, on_founded, start));
  gtk_window_close (former);
  g_clear_pointer (&start->desk, fz_desk_close);
  return G_SOURCE_REMOVE;
}

/* Not while the button that says so is still pressed: it goes with its window. */
static void
on_restore_meant (gboolean meant, gpointer data)
{
  if (meant)
    g_idle_add (restore_instead, data);
}

static void
on_restore_instead (GSimpleAction *action, GVariant *none, gpointer data)
{
  Start *start = data;
  GtkWindow *window = gtk_application_get_active_window (start->application);

  fz_confirm (gtk_window_get_child (window), _ ("从备份恢复？"), _ ("这个窗口会关闭，正在使用的人会退出登录。要有备份文件和任意两份恢复份额；恢复开始以前，原来的库不变，可以返回。"),
              _ ("从备份恢复"), FALSE, on_restore_meant, start);
}

static GtkWindow *
desk_window_new (Start *start)
{
  static const GActionEntry actions[] = { { "restore", on_restore_instead, NULL, NULL, NULL, { 0 } } };
  GtkWindow *window = fz_window_new (start->application, start->desk);

  g_action_map_add_action_entries (G_ACTION_MAP (window), actions, G_N_ELEMENTS (actions), start);
  return window;
}

/* The store is made: its window takes the place of the one that made it. */
static void
on_founded (const char *data_dir, gpointer data)
{
  Start *start = data;
  GtkWindow *former = gtk_application_get_active_window (start->application);

  g_clear_error (&start->error);
  start->desk = fz_desk_open (data_dir, &start->error);
  gtk_window_present (start->desk != NULL ? desk_window_new (start) : problem_new (start));
  gtk_window_destroy (former);
}

static void
on_restore (GtkButton *button, Start *start)
{
  GtkWindow *former = GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button)));

  gtk_window_present (fz_first_hour_new_restoring (start->application, start->data_dir, on_founded, start));
  gtk_window_destroy (former);
}

static void
on_report (GtkButton *button, Start *start)
{
  fz_problem_report (GTK_WIDGET (button), start->data_dir);
}

/* Who starts from the menu sees no terminal: what is wrong with the folder stands in a window, with what can be done about it. */
static GtkWindow *
problem_new (Start *start)
{
  GtkWidget *window = gtk_application_window_new (start->application), *line = fz_line (10), *card = fz_card_new ();
  GtkWidget *restore = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("从备份恢复…")));
  GtkWidget *report = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("问题报告…")));
  GtkWidget *close = fz_put (line, fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("关闭")));

  fz_theme_apply (FZ_THEME_SYSTEM);
  gtk_window_set_title (GTK_WINDOW (window), _ ("复诊：不能打开本地库"));
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  /* Not there: the folder is not empty, and was left by a restore that was cut off, or lost its keys. */
  gtk_widget_set_visible (restore, g_error_matches (start->error, FZ_ERROR, FZ_ERROR_CORRUPT) || g_error_matches (start->error, FZ_ERROR, FZ_ERROR_NOT_FOUND));
  fz_put_wide (card, fz_error_state_new_from (start->error, line));
  if (start->cut != NULL)
    fz_put (card, fz_finding_card_new (FZ_STATUS_INFO, _ ("上次的恢复"), start->cut, NULL));
  gtk_widget_add_css_class (card, "fz-page");
  gtk_window_set_child (GTK_WINDOW (window), fz_stage_new (card));
  gtk_window_set_focus (GTK_WINDOW (window), close);
  g_signal_connect (restore, "clicked", G_CALLBACK (on_restore), start);
  g_signal_connect (report, "clicked", G_CALLBACK (on_report), start);
  g_signal_connect_swapped (close, "clicked", G_CALLBACK (gtk_window_close), window);
  return GTK_WINDOW (window);
}

static GtkWindow *
window_of (Start *start)
{
  if (start->desk != NULL)
    return desk_window_new (start);
  if (g_error_matches (start->error, FZ_ERROR, FZ_ERROR_NOT_FOUND) && fz_first_hour_is_meant (start->data_dir))
    return fz_first_hour_new (start->application, start->data_dir, on_founded, start);
  return problem_new (start);
}

static void
activate (GtkApplication *application, gpointer data)
{
  Start *start = data;
  GtkWindow *window = gtk_application_get_active_window (application);

  start->application = application;
  if (window == NULL)
    window = window_of (start);
  if (start->cut != NULL && FZ_IS_SHELL (window))
    fz_shell_set_strip (FZ_SHELL (window), "restore", FZ_STATUS_INFO, start->cut);
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
  Start start = { .data_dir = g_getenv ("FUZHEN_DATA") };
  int code = NOT_OPENED;

  start.cut = fz_desk_clear_cut_restore (start.data_dir);
  if (start.cut != NULL)
    g_printerr ("fuzhen: %s\n", start.cut);
  start.desk = fz_desk_open (start.data_dir, &start.error);
  fz_theme_choose_renderer (); /* before anything opens the display */
  if (start.desk == NULL)
    g_printerr ("fuzhen: %s\n", start.error->message);
  if (start.desk != NULL || gtk_init_check ())
    code = run (&start, argc, argv);
  if (start.desk == NULL)
    code = NOT_OPENED;
  fz_desk_close (start.desk);
  g_free (start.cut);
  g_clear_error (&start.error);
  return code;
}

typedef struct {
  const char *path;
  FzDocumentFile *file;
  const GError *error;
} Opened;

static void
show_document (GtkApplication *application, Opened *opened)
{
  gtk_window_present (fz_document_window_new (application, opened->path, g_steal_pointer (&opened->file), opened->error));
}

int
fz_start_document (const char *path)
{
  g_autoptr (GtkApplication) application = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzDocumentFile) file = fz_document_file_open (path, NULL, NULL, &error);
  Opened opened = { path, file, error };
  int code = file != NULL ? 0 : NOT_OPENED;

  if (file == NULL)
    g_printerr ("fuzhen: %s\n", error->message);
  fz_theme_choose_renderer ();
  if (!gtk_init_check ()) {
    if (file != NULL)
      g_printerr ("fuzhen: %s\n", _ ("没有显示器，不能打开窗口。请用 fuzhen-verify 核验这份文书。"));
    return NOT_OPENED;
  }
  application = gtk_application_new ("cn.fuzhen.Fuzhen", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (show_document), &opened);
  file = NULL; /* the window's */
  g_application_run (G_APPLICATION (application), 0, NULL);
  fz_document_file_free (opened.file); /* no window came */
  return code;
}
