#include "ui/first_hour.h"

#include "app/demo.h"
#include "app/desk.h"
#include "ui/dialog_guide.h"
#include "ui/first_form.h"
#include "ui/first_once.h"
#include "ui/first_restore.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/preferences.h"
#include "ui/samples.h"
#include "ui/shell.h"

#include <glib/gi18n-lib.h>

#define DEMO_VISITS 12
#define LOOK_MS 200
#define LEAST_WIDTH 900
#define LEAST_HEIGHT 640

typedef struct {
  FzShell *shell;
  char *data_dir, *demo_dir;
  FzFirstHourDone done;
  gpointer user_data;
  GtkWidget *page, *column, *foot, *form, *place, *progress, *error, *make, *back, *demo;
  GtkWidget *restore; /* the form of a restore while that is what is asked; NULL: a new hospital is */
  FzFounding *founding;
  gboolean busy, asking, restoring; /* the last: a folder that is there, where no hospital can be founded */
  GCancellable *stop; /* of what runs */
  gint part; /* atomic, of 1000 */
  guint look;
} First;

static void
first_free (gpointer data)
{
  First *first = data;

  g_clear_handle_id (&first->look, g_source_remove);
  g_clear_pointer (&first->founding, fz_founding_free);
  g_free (first->data_dir);
  g_free (first->demo_dir);
  g_free (first);
}

gboolean
fz_first_hour_is_meant (const char *data_dir)
{
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "fuzhen", NULL);
  g_autoptr (GDir) dir = g_dir_open (data_dir != NULL ? data_dir : usual, 0, NULL);

  return dir == NULL ? !g_file_test (data_dir != NULL ? data_dir : usual, G_FILE_TEST_EXISTS) : g_dir_read_name (dir) == NULL;
}

/* --- work that takes a while --- */

static gboolean
on_look (gpointer data)
{
  First *first = data;
  int part = g_atomic_int_get (&first->part);

  fz_progress_set (FZ_PROGRESS (first->progress), part > 0 ? part / 1000.0 : -1, NULL);
  return G_SOURCE_CONTINUE;
}

static void
begin (First *first, const char *what)
{
  first->busy = TRUE;
  g_atomic_int_set (&first->part, 0);
  gtk_widget_set_sensitive (first->form, FALSE);
  gtk_widget_set_sensitive (first->make, FALSE);
  gtk_widget_set_sensitive (first->back, FALSE);
  if (first->demo != NULL)
    gtk_widget_set_sensitive (first->demo, FALSE);
  gtk_widget_set_visible (first->error, FALSE);
  first->progress = fz_put (first->place, fz_progress_new (what, first->stop != NULL));
  if (first->stop != NULL)
    g_signal_connect_object (first->progress, "cancel", G_CALLBACK (g_cancellable_cancel), first->stop, G_CONNECT_SWAPPED);
  fz_progress_start (FZ_PROGRESS (first->progress), what);
  first->look = g_timeout_add (LOOK_MS, on_look, first);
}

static void
end (First *first, const char *why)
{
  first->busy = FALSE;
  g_clear_handle_id (&first->look, g_source_remove);
  gtk_widget_set_sensitive (first->form, TRUE);
  gtk_widget_set_sensitive (first->make, TRUE);
  gtk_widget_set_sensitive (first->back, TRUE);
  if (first->demo != NULL)
    gtk_widget_set_sensitive (first->demo, TRUE);
  fz_empty (first->place);
  gtk_label_set_text (GTK_LABEL (first->error), why != NULL ? why : "");
  gtk_widget_set_visible (first->error, why != NULL);
}

/* --- the hospital --- */

typedef struct {
  char *data_dir, *field;
  FzFields *facts;
  First *first;
} Found;

static void
found_free (gpointer data)
{
  Found *found = data;

  fz_fields_unref (found->facts);
  g_free (found->data_dir);
  g_free (found->field);
  g_free (found);
}

static void
on_part (double done, gpointer data)
{
  First *first = data;

  g_atomic_int_set (&first->part, (gint) (done * 1000));
}

static gpointer
found_work (FzSession *none, gpointer data, GError **error)
{
  Found *found = data;

  return fz_desk_found (found->data_dir, found->facts, &found->field, found->first->stop, on_part, found->first, error);
}

static void
founding_free (gpointer founding)
{
  fz_founding_free (founding);
}

static void
on_codes_seen (gpointer data)
{
  First *first = data;

  first->done (first->data_dir, first->user_data);
}

static void
on_shares_seen (gpointer data)
{
  First *first = data;

  fz_empty (first->column);
  fz_put (first->column, fz_first_codes_new (first->founding, on_codes_seen, first));
  gtk_widget_child_focus (first->column, GTK_DIR_TAB_FORWARD);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Found *found = user_data;
  First *first = found->first;
  g_autoptr (GError) error = NULL;

  first->founding = fz_call_finish (result, &error);
  g_clear_object (&first->stop);
  end (first, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? _ ("已停止，没有建库；填写的内容还在。") : first->founding == NULL && found->field == NULL ? error->message : NULL);
  if (first->founding == NULL) {
    if (found->field != NULL)
      fz_first_form_set_finding (first->form, found->field, error->message);
    else
      gtk_widget_grab_focus (first->make);
  } else {
    gtk_widget_set_visible (first->foot, FALSE);
    fz_empty (first->column);
    fz_put (first->column, fz_first_shares_new (first->founding, on_shares_seen, first));
    gtk_widget_child_focus (first->column, GTK_DIR_TAB_FORWARD);
  }
  found_free (found);
  g_object_unref (first->shell);
}

static void start_restore (First *first);

static void
on_make (GtkButton *button, First *first)
{
  Found *found;

  if (first->busy)
    return;
  if (first->restore != NULL) {
    start_restore (first);
    return;
  }
  found = g_new0 (Found, 1);
  found->first = first;
  found->data_dir = g_strdup (first->data_dir);
  found->facts = fz_first_form_get (first->form);
  first->stop = g_cancellable_new ();
  g_object_ref (first->shell);
  begin (first, _ ("正在建立本地库：生成密钥、恢复份额和每个人的登记码…"));
  fz_call_async (NULL, found_work, found, NULL, founding_free, on_found, found);
}

/* --- a backup --- */

typedef struct {
  char *data_dir, *file;
  FzSecret *a, *b;
  FzFields *report;
  First *first;
} Back;

static void
back_free (Back *back)
{
  g_clear_pointer (&back->report, fz_fields_unref);
  fz_secret_free (back->a);
  fz_secret_free (back->b);
  g_free (back->data_dir);
  g_free (back->file);
  g_free (back);
}

static gpointer
restore_work (FzSession *none, gpointer data, GError **error)
{
  Back *back = data;

  return fz_desk_restore (back->data_dir, back->file, back->a, back->b, &back->report, back->first->stop, on_part, back->first, error);
}

static void
on_restored (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Back *back = user_data;
  First *first = back->first;
  g_autoptr (GError) error = NULL;

  first->founding = fz_call_finish (result, &error);
  g_clear_object (&first->stop);
  end (first, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? _ ("已停止，没有恢复任何内容。") : error != NULL ? error->message : NULL);
  if (first->founding != NULL) {
    gtk_widget_set_visible (first->foot, FALSE);
    fz_empty (first->column);
    fz_put (first->column, fz_first_restored_new (first->founding, back->report, on_codes_seen, first));
    gtk_widget_child_focus (first->column, GTK_DIR_TAB_FORWARD);
  } else
    gtk_widget_grab_focus (first->make);
  back_free (back);
  g_object_unref (first->shell);
}

static void
start_restore (First *first)
{
  Back *back = g_new0 (Back, 1);

  if (!fz_first_restore_take (first->restore, &back->file, &back->a, &back->b)) {
    back_free (back);
    return;
  }
  back->first = first;
  back->data_dir = g_strdup (first->data_dir);
  first->stop = g_cancellable_new ();
  g_object_ref (first->shell);
  begin (first, _ ("正在恢复：解开备份，逐条核对审计日志，为每个人发放登记码…"));
  fz_call_async (NULL, restore_work, back, NULL, founding_free, on_restored, back);
}

/* The same window asks for the backup instead of the hospital. */
static void
ask_backup (First *first)
{
  gtk_widget_set_visible (first->error, FALSE);
  fz_empty (first->column);
  fz_put (first->column, fz_page_title_new (_ ("从备份恢复"), _ ("恢复期间请不要关闭电脑")));
  first->form = first->restore = fz_put (first->column, fz_first_restore_new ());
  first->demo = NULL;
  fz_button_set_label (first->make, _ ("开始恢复"));
  gtk_widget_set_visible (first->back, TRUE);
  gtk_widget_child_focus (first->column, GTK_DIR_TAB_FORWARD);
}

static void
on_again (GtkButton *button, First *first)
{
  if (!first->busy)
    ask_backup (first);
}

/* --- the demonstration --- */

static void
on_step (const FzFields *step, guint done, guint total, gpointer data)
{
  First *first = data;

  g_atomic_int_set (&first->part, total > 0 ? (gint) (done * 1000 / total) : 0);
}

static gpointer
demo_work (FzSession *none, gpointer data, GError **error)
{
  First *first = data;
  FzDemo demo = { .data_dir = first->demo_dir, .visits = DEMO_VISITS, .seed = 1, .live = TRUE, .stop = first->stop, .step = on_step, .step_data = first };

  demo.date = fz_date_add_days (fz_date_in_beijing (g_get_real_time ()), -1);
  return fz_demo_play_whole (&demo, error);
}

static void
sum_free (gpointer sum)
{
  fz_fields_unref (sum);
}

static void
on_played (GObject *source, GAsyncResult *result, gpointer user_data)
{
  First *first = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) sum = fz_call_finish (result, &error);
  FzShell *shell = first->shell;

  g_clear_object (&first->stop);
  end (first, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? _ ("已停止，没有留下演示库。") : error != NULL ? error->message : NULL);
  if (sum != NULL)
    first->done (first->demo_dir, first->user_data);
  g_object_unref (shell);
}

static void
on_demo (GtkButton *button, First *first)
{
  if (first->busy)
    return;
  if (!fz_first_hour_is_meant (first->demo_dir)) {
    first->done (first->demo_dir, first->user_data);
    return;
  }
  first->stop = g_cancellable_new ();
  g_object_ref (first->shell);
  begin (first, _ ("正在演示一家虚构医院的一天…"));
  fz_call_async (NULL, demo_work, first, NULL, sum_free, on_played, first);
}

/* --- the window --- */

static GtkWidget *
demo_card_new (First *first)
{
  GtkWidget *card = fz_card_new_padded (8), *line = fz_put (card, fz_line (12)), *words = fz_put_wide (line, fz_column (2));

  fz_put (words, fz_text (_ ("先看看？"), "fz-heading"));
  fz_put (words, fz_wrapped (_ ("演示医院的人员与病例都是虚构的，放在另一个文件夹里，不影响以后建立本院的库；每个界面和打印件上都有演示标记。"), "fz-soft"));
  gtk_widget_set_valign (fz_put (line, fz_samples_button_new ()), GTK_ALIGN_CENTER);
  first->demo = fz_put (line, fz_button_new (FZ_BUTTON_SOFT, "play", fz_first_hour_is_meant (first->demo_dir) ? _ ("演示一天") : _ ("打开演示医院")));
  gtk_widget_set_valign (first->demo, GTK_ALIGN_CENTER);
  g_signal_connect (first->demo, "clicked", G_CALLBACK (on_demo), first);
  return card;
}

static GtkWidget *
backup_card_new (First *first)
{
  GtkWidget *card = fz_card_new_padded (8), *line = fz_put (card, fz_line (12)), *words = fz_put_wide (line, fz_column (2)), *again;

  fz_put (words, fz_text (_ ("本院已有备份？"), "fz-heading"));
  fz_put (words, fz_wrapped (_ ("换了电脑或原来的库损坏时，用备份文件和任意两份恢复份额恢复。"), "fz-soft"));
  again = fz_put (line, fz_button_new (FZ_BUTTON_SOFT, "download", _ ("从备份恢复…")));
  gtk_widget_set_valign (again, GTK_ALIGN_CENTER);
  g_signal_connect (again, "clicked", G_CALLBACK (on_again), first);
  return card;
}

static void
centre (GtkWidget *widget, int above, int below)
{
  gtk_widget_set_size_request (widget, LEAST_WIDTH - 60, -1);
  gtk_widget_set_halign (widget, GTK_ALIGN_CENTER);
  gtk_widget_set_margin_top (widget, above);
  gtk_widget_set_margin_bottom (widget, below);
}

static void
ask_hospital (First *first)
{
  gtk_widget_set_visible (first->error, FALSE);
  fz_empty (first->column);
  fz_put (first->column, fz_page_title_new (_ ("第一次使用"), _ ("这台电脑上还没有本地库。填好这一页，本院的库就建在这台电脑上，加密保存。")));
  fz_put (first->column, demo_card_new (first));
  fz_put (first->column, backup_card_new (first));
  first->form = fz_put (first->column, fz_first_form_new ());
  first->restore = NULL;
  fz_button_set_label (first->make, _ ("建立本院的库"));
  gtk_widget_set_visible (first->back, FALSE);
}

static void
on_back (GtkButton *button, First *first)
{
  if (first->busy)
    return;
  if (first->restoring) {
    first->done (first->data_dir, first->user_data);
    return;
  }
  ask_hospital (first);
  gtk_widget_child_focus (first->column, GTK_DIR_TAB_FORWARD);
}

/* Below what scrolls: always in sight. */
static GtkWidget *
foot_new (First *first)
{
  GtkWidget *words = fz_column (4);

  first->foot = fz_line (12);
  first->error = fz_put (words, fz_access_live_label_new (NULL, TRUE));
  gtk_widget_add_css_class (first->error, "fz-form-finding");
  gtk_widget_add_css_class (first->error, "stop");
  gtk_label_set_wrap (GTK_LABEL (first->error), TRUE);
  gtk_widget_set_visible (first->error, FALSE);
  first->place = fz_put (words, fz_column (0));
  gtk_widget_set_valign (words, GTK_ALIGN_CENTER);
  fz_put_wide (first->foot, words);
  first->back = fz_put (first->foot, fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("返回")));
  gtk_widget_add_css_class (first->back, "fz-large");
  gtk_widget_set_valign (first->back, GTK_ALIGN_CENTER);
  g_signal_connect (first->back, "clicked", G_CALLBACK (on_back), first);
  first->make = fz_put (first->foot, fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("建立本院的库")));
  gtk_widget_add_css_class (first->make, "fz-large");
  gtk_widget_set_valign (first->make, GTK_ALIGN_CENTER);
  g_signal_connect (first->make, "clicked", G_CALLBACK (on_make), first);
  return first->foot;
}

static GtkWidget *
page_new (First *first)
{
  GtkWidget *page = fz_column (0);

  first->column = fz_column (16);
  centre (first->column, 20, 12);
  gtk_widget_set_vexpand (fz_put (page, fz_scrolled (first->column)), TRUE);
  centre (fz_put (page, foot_new (first)), 10, 12);
  ask_hospital (first);
  gtk_widget_add_css_class (page, "fz-sign-in");
  return page;
}

static void
on_help (FzShell *shell, gpointer unused)
{
  fz_dialog_guide (GTK_WIDGET (shell), "operate", NULL);
}

static void
on_leave (gboolean leave, gpointer data)
{
  First *first = data;

  first->asking = FALSE;
  if (leave)
    gtk_window_destroy (GTK_WINDOW (first->shell));
}

/* Half a store helps nobody, nor does one whose shares and codes nobody has. */
static gboolean
on_close (GtkWindow *window, First *first)
{
  if (first->founding != NULL && !first->asking) {
    first->asking = TRUE;
    fz_confirm (first->column, _ ("现在关闭？"), _ ("恢复份额和登记码只显示这一次，关闭后看不到了。没有全部抄写、保存的，请取消。"), _ ("关闭"), TRUE, on_leave, first);
  }
  return first->busy || first->founding != NULL;
}

GtkWindow *
fz_first_hour_new (GtkApplication *application, const char *data_dir, FzFirstHourDone done, gpointer user_data)
{
  First *first = g_new0 (First, 1);
  GtkWidget *shell;

  fz_theme_apply (FZ_THEME_SYSTEM);
  shell = fz_shell_new (application);
  first->shell = FZ_SHELL (shell);
  first->data_dir = g_strdup (data_dir);
  first->demo_dir = g_build_filename (g_get_user_data_dir (), "fuzhen-demo", NULL);
  first->done = done;
  first->user_data = user_data;
  first->page = page_new (first);
  g_object_set_data_full (G_OBJECT (shell), "fz-first-hour", first, first_free);
  gtk_widget_set_size_request (shell, LEAST_WIDTH, LEAST_HEIGHT);
  fz_preferences_follow (GTK_WINDOW (shell));
  g_signal_connect (shell, "help", G_CALLBACK (on_help), NULL);
  g_signal_connect (shell, "close-request", G_CALLBACK (on_close), first);
  fz_shell_set_product (first->shell, _ ("复诊"), _ ("互联网医院工作台"));
  gtk_window_set_title (GTK_WINDOW (shell), _ ("复诊：第一次使用"));
  fz_shell_set_person (first->shell, NULL, NULL);
  fz_shell_set_cover (first->shell, first->page);
  return GTK_WINDOW (shell);
}

GtkWindow *
fz_first_hour_new_restoring (GtkApplication *application, const char *data_dir, FzFirstHourDone done, gpointer user_data)
{
  GtkWindow *window = fz_first_hour_new (application, data_dir, done, user_data);
  First *first = g_object_get_data (G_OBJECT (window), "fz-first-hour");

  gtk_window_set_title (window, _ ("复诊：从备份恢复"));
  first->restoring = TRUE;
  ask_backup (first);
  return window;
}
