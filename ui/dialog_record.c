#include "ui/dialog_record.h"

#include "ui/dialog_grant.h"
#include "ui/dialog_print.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/save_as.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define ASKED "fz-record-export"

/* One import or export that runs. */
typedef struct {
  GtkWidget *over;
  FzVisitModel *model;
  FzDialog *dialog; /* shows that it runs */
  char *path;
  gboolean full;
} Work;

static Work *
work_new (GtkWidget *over, FzVisitModel *model)
{
  Work *work = g_new0 (Work, 1);

  work->over = g_object_ref (over);
  work->model = g_object_ref (model);
  return work;
}

static void
work_free (gpointer data)
{
  Work *work = data;

  g_clear_object (&work->dialog);
  g_object_unref (work->over);
  g_object_unref (work->model);
  g_free (work->path);
  g_free (work);
}

static void
begin (Work *work, const char *title, const char *words)
{
  work->dialog = g_object_ref_sink (fz_dialog_new (title, NULL));
  fz_dialog_set_body (work->dialog, fz_loading_state_new (words), FALSE);
  fz_dialog_present (work->dialog, work->over);
}

static void
show_error (GtkWidget *over, const char *title, const GError *error)
{
  FzDialog *dialog;

  if (gtk_widget_get_root (over) == NULL)
    return;
  dialog = fz_dialog_new (title, NULL);
  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, fz_error_state_new_from (error, NULL), FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, over);
}

/* --- import --- */

static gpointer
take_in (FzSession *session, gpointer data, GError **error)
{
  const Work *work = data;

  return fz_desk_import_record (session, fz_visit_model_get_id (work->model), work->path, NULL, error);
}

static void
on_taken_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Work *work = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) taken = fz_call_finish (result, &error);

  fz_dialog_close (work->dialog);
  if (taken == NULL)
    show_error (work->over, _ ("导入院外病历"), error);
  else {
    if (gtk_widget_get_root (work->over) != NULL)
      fz_toast_show (work->over, FZ_STATUS_OK, _ ("院外病历已导入"));
    fz_visit_model_reload (work->model, NULL);
  }
  work_free (work);
}

static void
on_file (GtkNativeDialog *chooser, int response, Work *work)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  work->path = file != NULL ? g_file_get_path (file) : NULL;
  if (work->path != NULL && gtk_widget_get_root (work->over) != NULL) {
    begin (work, _ ("导入院外病历"), _ ("正在核对并保存…"));
    fz_call_async (fz_visit_model_get_session (work->model), take_in, work, NULL, (GDestroyNotify) fz_fields_unref, on_taken_in, work);
  } else
    work_free (work);
  g_object_unref (chooser);
}

void
fz_dialog_record_import (GtkWidget *over, FzVisitModel *model)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择院外病历文件（JSON 或 XML）"), GTK_WINDOW (gtk_widget_get_root (over)),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("导入"), _ ("取消"));

  fz_visit_model_flush (model, NULL);
  g_signal_connect (chooser, "response", G_CALLBACK (on_file), work_new (over, model));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* --- export --- */

static gboolean
is_sensitive (FzVisitModel *model)
{
  return fz_fields_has (fz_visit_model_get_facts (model), "visit.sensitive");
}

static gpointer
write_out (FzSession *session, gpointer data, GError **error)
{
  const Work *work = data;
  g_autoptr (FzFields) ask = fz_fields_new ("fuzhen.record_ask/v1");

  fz_fields_set (ask, "visit", fz_visit_model_get_id (work->model));
  fz_fields_set_bool (ask, "full", work->full);
  fz_fields_set (ask, "sensitive", is_sensitive (work->model) ? "yes" : NULL);
  return fz_desk_export_records (session, ask, work->path, NULL, NULL, NULL, error);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Work *work = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) made = fz_call_finish (result, &error);
  g_autofree char *words = g_strdup_printf (_ ("病历已导出到“%s”"), work->path);

  fz_dialog_close (work->dialog);
  if (made == NULL)
    show_error (work->over, _ ("导出这份病历"), error);
  else if (gtk_widget_get_root (work->over) != NULL)
    fz_toast_show (work->over, FZ_STATUS_OK, words);
  work_free (work);
}

/* What was asked last on a page; belongs to its widget, for the chooser outlives the dialog. */
typedef struct {
  FzVisitModel *model;
  gboolean full;
} Asked;

static void
asked_free (gpointer data)
{
  Asked *asked = data;

  g_object_unref (asked->model);
  g_free (asked);
}

static void
on_folder (GtkWidget *over, const char *path, gpointer user_data)
{
  const Asked *asked = g_object_get_data (G_OBJECT (over), ASKED);
  Work *work = work_new (over, asked->model);

  work->path = g_strdup (path);
  work->full = asked->full;
  begin (work, _ ("导出这份病历"), _ ("正在写入病历…"));
  fz_call_async (fz_visit_model_get_session (work->model), write_out, work, NULL, (GDestroyNotify) fz_fields_unref, on_written, work);
}

static void
on_asked (GPtrArray *ids, gpointer data)
{
  fz_toast_show (GTK_WIDGET (data), FZ_STATUS_OK, _ ("已提出申请，由另一人在“授权”页批准后可以导出"));
}

/* TRUE when another person gave leave; else asks for it, or says that one waits. */
static gboolean
has_leave (GtkWidget *over, FzVisitModel *model, gboolean full)
{
  FzSession *session = fz_visit_model_get_session (model);
  g_autoptr (FzFields) scope = fz_fields_new ("fuzhen.scope/v1"), start = fz_fields_new ("fuzhen.grant_ask/v1"), grant = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *waits = NULL;
  const char *state;

  fz_fields_set (scope, "report", "record");
  fz_fields_set (scope, "subject", fz_visit_model_get_id (model));
  fz_fields_set (scope, "format", full ? "full" : "masked");
  fz_fields_set (scope, "sensitive", is_sensitive (model) ? "yes" : NULL);
  grant = fz_desk_find_grant (session, "export", scope, &error);
  state = grant != NULL ? fz_fields_get (grant, "grant.state") : NULL;
  if (g_strcmp0 (state, "granted") == 0)
    return TRUE;
  if (grant == NULL)
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
  else if (state == NULL) {
    fz_fields_set (start, "kind", "export");
    fz_fields_merge (start, "scope", scope);
    fz_dialog_grant (over, session, start, on_asked, G_OBJECT (over));
  } else {
    waits = g_strdup_printf (_ ("%s 已经申请导出这份病历，待另一人在“授权”页批准。"), fz_fields_get (grant, "grant.id"));
    fz_toast_show (over, FZ_STATUS_WARN, waits);
  }
  return FALSE;
}

static void
print_whole (GtkWidget *over, FzVisitModel *model)
{
  g_autoptr (GError) error = NULL;
  FzSession *session = fz_visit_model_get_session (model);
  FzPrintout *printout = fz_desk_printout_record (session, fz_visit_model_get_id (model), &error);

  if (printout != NULL)
    fz_dialog_print_paper (over, session, printout);
  else
    show_error (over, _ ("打印病历"), error);
}

static void
on_export_response (FzDialog *dialog, const char *response, GtkWidget *over)
{
  Asked *asked = g_object_get_data (G_OBJECT (over), ASKED);
  g_autofree char *name = g_strdup_printf (_ ("病历-%s"), fz_visit_model_get_id (asked->model));

  if (g_str_equal (response, FZ_RESPONSE_CANCEL))
    return;
  asked->full = !g_str_equal (response, "masked");
  fz_dialog_close (dialog);
  if (g_str_equal (response, "print")) {
    if (has_leave (over, asked->model, TRUE))
      print_whole (over, asked->model);
  } else if ((!asked->full && !is_sensitive (asked->model)) || has_leave (over, asked->model, asked->full))
    fz_save_as (over, _ ("病历放进哪个新文件夹"), name, on_folder, NULL);
}

void
fz_dialog_record_export (GtkWidget *over, FzVisitModel *model)
{
  FzDialog *dialog = fz_dialog_new (_ ("导出这份病历"), NULL);
  GtkWidget *box = fz_column (10);
  Asked *asked = g_new0 (Asked, 1);

  asked->model = g_object_ref (model);
  g_object_set_data_full (G_OBJECT (over), ASKED, asked, asked_free);
  fz_put (box, fz_wrapped (_ ("导出为一个文件夹：按病历数据集写成的 JSON 和 XML 各一份，并列出全部签名文书的哈希。"), NULL));
  fz_put (box, fz_wrapped (_ ("默认不含患者姓名、证件、电话和住址。完整导出附签名文书，须先有另一人批准的授权；打印病历副本或知情同意书用同样的授权。每次导出和打印都记入审计。"), "fz-soft"));
  fz_dialog_set_body (dialog, box, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "print", _ ("打印…"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "full", _ ("完整导出…"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "masked", _ ("脱敏导出…"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_default (dialog, "masked");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_export_response), over, (GConnectFlags) 0);
  fz_dialog_present (dialog, over);
}

/* --- looking at one --- */

static void
add_lines (GtkWidget *box, const char *title, const FzFields *record, const char *list, const char *first, const char *second)
{
  guint n = fz_fields_count (record, list);

  if (n == 0)
    return;
  fz_put (box, fz_text (title, "fz-strong"));
  for (guint i = 0; i < n; i++) {
    const char *before = fz_fields_get_at (record, list, i, first), *after = fz_fields_get_at (record, list, i, second);
    g_autofree char *line = g_strdup_printf ("%s%s%s", before != NULL ? before : "", before != NULL && after != NULL ? "　" : "", after != NULL ? after : "");

    fz_put (box, fz_wrapped (line, NULL));
  }
}

void
fz_dialog_record_show (GtkWidget *over, FzVisitModel *model, guint i)
{
  g_autofree char *prefix = g_strdup_printf ("imported.%02u", i);
  g_autoptr (FzFields) record = fz_fields_dup_below (fz_visit_model_get_facts (model), prefix, "fuzhen.imported/v1");
  FzDialog *dialog = fz_dialog_new (_ ("院外病历"), fz_fields_get (record, "institution"));
  GtkWidget *box = fz_column (8), *grid = fz_facts_new (2);
  gint64 now_us = fz_session_now_us (fz_visit_model_get_session (model));
  g_autofree char *at = fz_words_time (record, "at", now_us), *received = fz_words_time (record, "received_at", now_us);
  g_autofree char *taken = g_strdup_printf ("%s %s", fz_fields_get (record, "by"), received != NULL ? received : "");

  fz_facts_add (grid, _ ("就诊时间"), at, 1);
  fz_facts_add (grid, _ ("门诊号"), fz_fields_get (record, "number"), 1);
  fz_facts_add (grid, _ ("科室"), fz_fields_get (record, "department"), 1);
  fz_facts_add (grid, _ ("医师"), fz_fields_get (record, "doctor"), 1);
  fz_facts_add (grid, _ ("导入"), taken, 1);
  fz_facts_add (grid, _ ("文件"), fz_fields_get (record, "file"), 1);
  /* On one line: a hash that may break anywhere asks for the height of sixty-four. */
  gtk_label_set_wrap (fz_facts_add (grid, _ ("文件哈希（SHA-256）"), fz_fields_get (record, "sha256"), 2), FALSE);
  fz_put (box, grid);
  if (fz_fields_is_yes (record, "online"))
    fz_put (box, fz_wrapped (_ ("这是一次互联网诊疗，不计入实体医疗机构的既往诊断。"), "fz-soft"));
  add_lines (box, _ ("诊断"), record, "diagnosis", "code", "name");
  add_lines (box, _ ("药品"), record, "medicine", "name", "words");
  add_lines (box, _ ("质量提示"), record, "defect", "code", "words");
  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, box, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, over);
}
