#include "ui/file_import.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/long_work.h"
#include "ui/page.h"

#include <glib/gi18n-lib.h>

#define MOST_NAMED 50

static char *
say_calendar (guint days)
{
  return g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "已导入 %u 天的安排，按工作日计算的期限随之更新", "已导入 %u 天的安排，按工作日计算的期限随之更新", days), days);
}

static char *
say_knowledge (guint rows)
{
  return g_strdup_printf (_ ("共 %u 行，全部合格，已存入本库；检查仍按现行的药品知识库。请提出启用，再由另一人批准。"), rows);
}

static const struct {
  const char *word, *choose, *title;
  char *(*say) (guint rows);
} kinds[] = {
  [FZ_FILE_CALENDAR] = { "calendar", N_ ("选择节假日安排文件（CSV 或 Excel）"), N_ ("导入节假日安排"), say_calendar },
  [FZ_FILE_KNOWLEDGE] = { "knowledge", N_ ("选择药品知识库（zip 文件）"), N_ ("导入药品知识库"), say_knowledge },
};

typedef struct {
  FzFileImport what;
  GtkWidget *over;
  FzSession *session;
  char *path;
  GPtrArray *problems;
  gboolean done; /* the file was taken in */
} Import;

/* When nobody looks at its dialog any more and it has ended, whichever is later. */
static void
import_clear (gpointer data)
{
  Import *import = data;

  if (import->done && gtk_widget_get_root (import->over) != NULL)
    fz_page_refresh (import->over);
  g_clear_pointer (&import->problems, g_ptr_array_unref);
  g_object_unref (import->over);
  fz_session_unref (import->session);
  g_free (import->path);
}

static void
import_free (gpointer import)
{
  g_rc_box_release_full (import, import_clear);
}

static char *
take_in (FzSession *session, FzLongWork *work, GCancellable *stop, gpointer data, GError **error)
{
  Import *import = data;
  guint rows = 0;

  import->done = fz_desk_import (session, kinds[import->what].word, import->path, FALSE, &rows, &import->problems, error);
  return import->done ? kinds[import->what].say (rows) : NULL;
}

/* Not heard by who left the dialog: they are told by the work. */
static void
on_ended (FzLongWork *work, gboolean good, Import *import)
{
  GtkWidget *body = gtk_widget_get_parent (GTK_WIDGET (work));
  guint n = !good && import->problems != NULL ? import->problems->len : 0;

  if (n > 0)
    fz_put (body, fz_text (_ ("不合格的行："), "fz-soft"));
  for (guint i = 0; i < MIN (n, MOST_NAMED); i++)
    fz_put (body, fz_wrapped (import->problems->pdata[i], NULL));
  if (n > MOST_NAMED) {
    g_autofree char *more = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "另有 %u 行没有列出。", "另有 %u 行没有列出。", n - MOST_NAMED), n - MOST_NAMED);

    fz_put (body, fz_text (more, "fz-soft"));
  }
}

static void
start (Import *import)
{
  const char *title = _ (kinds[import->what].title);
  FzDialog *dialog = fz_dialog_new (title, _ ("有一行不合格就一行也不导入；关闭本窗口不会中断导入，结束时会告诉您结果"));
  GtkWidget *body = fz_column (10), *work = fz_put (body, fz_long_work_new (import->session));

  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
  fz_long_work_set_lasting (FZ_LONG_WORK (work), NULL);
  g_signal_connect_data (work, "ended", G_CALLBACK (on_ended), g_rc_box_acquire (import), (GClosureNotify) (void (*) (void)) import_free, 0);
  fz_dialog_present (dialog, import->over);
  fz_long_work_run (FZ_LONG_WORK (work), title, FALSE, take_in, import, import_free);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Import *import)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  import->path = file != NULL ? g_file_get_path (file) : NULL;
  if (import->path != NULL && gtk_widget_get_root (import->over) != NULL)
    start (import);
  else
    import_free (import);
  g_object_unref (chooser);
}

void
fz_file_import (GtkWidget *over, FzSession *session, FzFileImport what)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ (kinds[what].choose), GTK_WINDOW (gtk_widget_get_root (over)), GTK_FILE_CHOOSER_ACTION_OPEN,
                                                               _ ("导入"), _ ("取消"));
  Import *import = g_rc_box_new0 (Import);

  import->what = what;
  import->over = g_object_ref (over);
  import->session = fz_session_ref (session);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), import);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
