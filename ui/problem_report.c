#include "ui/problem_report.h"

#include "app/desk.h"
#include "app/problem_report.h"
#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

#define SAVE "save"
#define WIDTH 820
#define HEIGHT 420

typedef struct {
  char *data_dir;
  GPtrArray *files;
  FzDialog *dialog; /* NULL once it is gone */
  GtkWidget *place;
} Report;

static void
report_free (Report *self)
{
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_free (self->data_dir);
  g_free (self);
}

static gpointer
read_report (FzSession *none, gpointer data, GError **error)
{
  return fz_problem_report_read (((Report *) data)->data_dir, error);
}

static void
put_file (GtkWidget *column, const FzFields *file)
{
  GtkWidget *part = fz_put (column, fz_column (4)), *text = fz_wrapped (fz_fields_get (file, "text"), "fz-numeric");

  fz_put (part, fz_text (fz_fields_get (file, "name"), "fz-strong"));
  gtk_label_set_wrap_mode (GTK_LABEL (text), PANGO_WRAP_WORD_CHAR);
  fz_put (part, text);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Report *self = user_data;
  g_autoptr (GError) error = NULL;

  self->files = fz_call_finish (result, &error);
  if (self->dialog == NULL) {
    report_free (self);
    return;
  }
  fz_empty (self->place);
  if (self->files == NULL) {
    fz_put (self->place, fz_error_state_new_from (error, NULL));
    self->files = g_ptr_array_new ();
  }
  for (guint i = 0; i < self->files->len; i++)
    put_file (self->place, self->files->pdata[i]);
  fz_dialog_set_sensitive (self->dialog, SAVE, error == NULL);
}

static void
on_path (GtkWidget *over, const char *path, gpointer data)
{
  Report *self = data;
  g_autoptr (GError) error = NULL;

  if (self->dialog == NULL)
    return;
  if (fz_problem_report_save (self->files, path, &error)) {
    fz_toast_show (over, FZ_STATUS_OK, _ ("已保存问题报告。里面没有患者数据，可以交给系统管理员或开发者。"));
    fz_dialog_close (self->dialog);
  } else
    fz_dialog_set_error (self->dialog, error->message);
}

static void
on_response (FzDialog *dialog, const char *response, Report *self)
{
  g_autofree char *day = NULL, *name = NULL;

  if (!g_str_equal (response, SAVE) || self->files == NULL)
    return;
  day = fz_date_format (fz_date_in_beijing (g_get_real_time ()));
  name = g_strdup_printf ("fuzhen-report-%s", day);
  fz_dialog_set_error (dialog, NULL);
  fz_save_as (GTK_WIDGET (dialog), _ ("问题报告存为新的文件夹"), name, on_path, self);
}

/* What is still being read lets go of it when it comes. */
static void
on_gone (gpointer data, GObject *dialog)
{
  Report *self = data;

  self->dialog = NULL;
  if (self->files != NULL)
    report_free (self);
}

void
fz_problem_report (GtkWidget *over, const char *data_dir)
{
  FzDialog *dialog = fz_dialog_new (_ ("问题报告"), _ ("以下就是报告的全部内容；没有打开本地库，不含患者、处方、日志，也不含口令和密钥"));
  Report *self = g_new0 (Report, 1);
  GtkWidget *scrolled;

  self->data_dir = g_strdup (data_dir);
  self->dialog = dialog;
  self->place = fz_column (16);
  fz_put (self->place, fz_loading_state_new (_ ("正在检查…")));
  scrolled = fz_scrolled (self->place);
  gtk_widget_set_size_request (scrolled, -1, HEIGHT);
  gtk_widget_set_focusable (scrolled, TRUE); /* read to the end by Page Down */
  fz_access_label (scrolled, _ ("问题报告的内容"));
  fz_dialog_set_width (dialog, WIDTH);
  fz_dialog_set_body (dialog, scrolled, TRUE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, SAVE, _ ("保存…"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (dialog, SAVE, FALSE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), self);
  g_object_weak_ref (G_OBJECT (dialog), on_gone, self);
  fz_dialog_present (dialog, over);
  fz_call_async (NULL, read_report, self, NULL, (GDestroyNotify) g_ptr_array_unref, on_read, self);
}
