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
  gboolean clears;  /* that is still to be done */
  GtkWindow *waits; /* weak: says so meanwhile */
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
show (Start *start, GtkWindow *window)
{
  if (start->cut != NULL && FZ_IS_SHELL (window))
    fz_shell_set_strip (FZ_SHELL (window), "restore", FZ_STATUS_INFO, start->cut);
  gtk_window_present (window);
}

/* --- a restore that was cut off --- */

static void
open_desk (Start *start)
{
  if (start->cut != NULL)
    g_printerr ("fuzhen: %s\n", start->cut);
  start->desk = fz_desk_open (start->data_dir, &start->error);
  if (start->desk == NULL)
    g_printerr ("fuzhen: %s\n", start->error->message);
}

static gpointer
clear (FzSession *none, gpointer data, GError **error)
{
  return fz_desk_clear_cut_restore (((const Start *) data)->data_dir);
}

/* The store is opened when it is as it was, and not at all when nobody waits for it any more. */
static void
on_cleared (GObject *source, GAsyncResult *result, gpointer data)
{
  Start *start = data;
  GtkWindow *former = start->waits;

  start->cut = fz_call_finish (result, NULL);
  start->clears = FALSE;
  if (former == NULL)
    return;
  open_desk (start);
  show (start, window_of (start));
  gtk_window_destroy (former);
}

static GtkWindow *
waiting_new (Start *start)
{
  GtkWidget *window = gtk_application_window_new (start->application);

  fz_theme_apply (FZ_THEME_SYSTEM);
  gtk_window_set_title (GTK_WINDOW (window), _ ("复诊"));
  gtk_window_set_default_size (GTK_WINDOW (window), WIDTH, HEIGHT);
  gtk_window_set_child (GTK_WINDOW (window), fz_stage_new (fz_loading_state_new (_ ("正在清理上次中断的恢复…"))));
  g_set_weak_pointer (&start->waits, GTK_WINDOW (window));
  fz_call_async (NULL, clear, start, NULL, g_free, on_cleared, start);
  return GTK_WINDOW (window);
}

static void
activate (GtkApplication *application, gpointer data)
{
  Start *start = data;
  GtkWindow *window = gtk_application_get_active_window (application);

  start->application = application;
  if (window == NULL)
    window = start->clears ? waiting_new (start) : window_of (start);
  show (start, window);
}

static int
run (Start *start, int argc, char **argv)
{
  g_autoptr (GtkApplication) application = gtk_application_new ("cn.fuzhen.Fuzhen", G_APPLICATION_NON_UNIQUE);
  int code;

  g_signal_connect (application, "activate", G_CALLBACK (activate), start);
  code = g_application_run (G_APPLICATION (application), argc, argv);
  g_clear_weak_pointer (&start->waits);
  while (start->clears && fz_calls_running () > 0) /* its window was closed: a folder is not left half cleared */
    g_main_context_iteration (NULL, TRUE);
  return code;
}

int
fz_start_window (int argc, char **argv)
{
  Start start = { .data_dir = g_getenv ("FUZHEN_DATA") };
  int code = NOT_OPENED;

  if (fz_desk_has_cut_restore (start.data_dir)) {
    fz_theme_choose_renderer ();
    start.clears = gtk_init_check (); /* a window says what takes a while */
  }
  if (!start.clears) {
    start.cut = fz_desk_clear_cut_restore (start.data_dir);
    open_desk (&start);
  }
  fz_theme_choose_renderer (); /* before anything opens the display */
  if (start.clears || start.desk != NULL || gtk_init_check ())
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
  int code;
} Opened;

static void
on_judged (const GError *error, gpointer data)
{
  Opened *opened = data;

  if (error != NULL)
    g_printerr ("fuzhen: %s\n", error->message);
  else
    opened->code = 0;
}

static void
show_document (GtkApplication *application, Opened *opened)
{
  gtk_window_present (fz_document_window_new (application, opened->path, on_judged, opened));
}

/* Nobody sees it: the file is read all the same, for what is wrong with it comes first. */
static int
refuse_document (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzDocumentFile) file = fz_document_file_open (path, NULL, NULL, &error);

  g_printerr ("fuzhen: %s\n", file == NULL ? error->message : _ ("没有显示器，不能打开窗口。请用 fuzhen-verify 核验这份文书。"));
  return NOT_OPENED;
}

int
fz_start_document (const char *path)
{
  g_autoptr (GtkApplication) application = NULL;
  Opened opened = { path, NOT_OPENED };

  fz_theme_choose_renderer ();
  if (!gtk_init_check ())
    return refuse_document (path);
  application = gtk_application_new ("cn.fuzhen.Fuzhen", G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (show_document), &opened);
  g_application_run (G_APPLICATION (application), 0, NULL);
  return opened.code;
}
