#include "ui/dialog_old_entries.h"

#include "ui/entry_words.h"
#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/save_as.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

#define SIGN "sign"
#define TABLE_HEIGHT 300

typedef struct {
  gint refs;
  GtkWidget *over;
  FzSession *session;
  FzFields *reg;
  FzOldEntriesDone done;
  GObject *owner;
  FzDialog *dialog; /* NULL once it is gone */
  GtkWidget *body;
  GListStore *rows;
  char *path;   /* of the file that was chosen last; NULL: none */
  guint chosen; /* how often: what comes of an earlier file is dropped */
} Import;

/* What the other thread works with: the file of one choice. */
typedef struct {
  Import *import;
  char *path;
  guint chosen;
} Reading;

static Import *
import_ref (Import *self)
{
  self->refs++;
  return self;
}

static void
import_unref (gpointer data)
{
  Import *self = data;

  if (--self->refs > 0)
    return;
  g_object_unref (self->over);
  fz_session_unref (self->session);
  fz_fields_unref (self->reg);
  g_object_unref (self->owner);
  g_object_unref (self->rows);
  g_free (self->path);
  g_free (self);
}

static gboolean
is_open (const Import *self)
{
  return self->dialog != NULL && gtk_widget_get_root (GTK_WIDGET (self->dialog)) != NULL;
}

static Reading *
reading_new (Import *self)
{
  Reading *reading = g_new0 (Reading, 1);

  reading->import = import_ref (self);
  reading->path = g_strdup (self->path);
  reading->chosen = self->chosen;
  return reading;
}

static void
reading_free (Reading *reading)
{
  import_unref (reading->import);
  g_free (reading->path);
  g_free (reading);
}

static gboolean
is_wanted (const Reading *reading)
{
  return reading->chosen == reading->import->chosen && is_open (reading->import);
}

/* --- what would be taken over --- */

static char *
line_of (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "line"));
}

static char *
number_of (gpointer item, gpointer data)
{
  return g_strdup (fz_fact_row_text (item, "old_number"));
}

static char *
about_of (gpointer item, gpointer data)
{
  Import *self = data;

  return fz_entry_about (self->reg, fz_fact_row_get (item));
}

static FzStatus
state_of (gpointer item, char **word, gpointer data)
{
  *word = g_strdup (fz_entry_label (fz_fact_row_get (item), NULL, 0, "state_label"));
  return FZ_STATUS_NEUTRAL;
}

static GtkWidget *
table_new (Import *self)
{
  FzColumn columns[] = {
    { .title = _ ("行"), .text = line_of, .width = 44, .numeric = TRUE },
    { .title = _ ("原编号"), .text = number_of, .width = 120 },
    { .title = _ ("内容"), .text = about_of, .width = 200, .expand = TRUE, .strong = TRUE },
    { .title = _ ("状态"), .pill = state_of, .width = 120 },
  };
  GtkWidget *table = fz_table_new (_ ("将要导入的条目"), columns, G_N_ELEMENTS (columns), G_LIST_MODEL (self->rows), self);

  gtk_widget_set_size_request (table, -1, TABLE_HEIGHT);
  return table;
}

/* --- what is wrong --- */

static void
put_problem (GtkWidget *box, const FzFields *row, guint i)
{
  g_autofree char *said = g_strdup_printf (_ ("第 %s 行，“%s”：%s"), fz_fields_get (row, "line"), fz_fields_get_at (row, "problem", i, "column"),
                                           fz_fields_get_at (row, "problem", i, "words"));
  GtkWidget *line = fz_put (box, fz_line (7)), *icon = fz_put (line, fz_icon_new ("warning", 15));

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 2);
  fz_put_wide (line, fz_wrapped (said, NULL));
}

static guint
put_problems (GtkWidget *box, GPtrArray *rows)
{
  guint bad = 0;

  for (guint i = 0; i < rows->len; i++) {
    guint n = fz_fields_count (rows->pdata[i], "problem");

    bad += n > 0;
    for (guint k = 0; k < n; k++)
      put_problem (box, rows->pdata[i], k);
  }
  return bad;
}

static void
say (Import *self, FzStatus status, const char *title, const char *words, const char *mark)
{
  GtkWidget *card = fz_put (self->body, fz_finding_card_new (status, title, words, NULL));

  fz_finding_card_set_mark (card, mark);
}

static void
show_rows (Import *self, GPtrArray *rows)
{
  GtkWidget *problems = fz_column (10);
  guint bad = put_problems (problems, rows);
  g_autofree char *said = bad > 0 ? g_strdup_printf (_ ("共%u行，其中%u行须改正。请在文件中改正后重新选择；有一行不合格就一行也不导入。"), rows->len, bad)
                                  : g_strdup_printf (_ ("共%u行，每行成为一条台账，由您签名，并附上这个文件。不上报，不通知任何人。"), rows->len);

  g_list_store_remove_all (self->rows);
  say (self, bad > 0 ? FZ_STATUS_STOP : FZ_STATUS_OK, bad > 0 ? _ ("还不能导入") : _ ("已核对"), said, bad > 0 ? _ ("未改动") : _ ("待签名"));
  fz_put (self->body, problems);
  for (guint i = 0; bad == 0 && i < rows->len; i++) {
    g_autoptr (FzFactRow) row = fz_fact_row_new (rows->pdata[i]);

    g_list_store_append (self->rows, row);
  }
  if (bad == 0)
    fz_put (self->body, table_new (self));
  fz_dialog_set_sensitive (self->dialog, SIGN, bad == 0);
}

/* --- the file --- */

static gpointer
check (FzSession *session, gpointer data, GError **error)
{
  const Reading *reading = data;

  return fz_desk_check_entries (session, fz_fields_get (reading->import->reg, "name"), reading->path, error);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  Reading *reading = data;
  Import *self = reading->import;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_call_finish (result, &error);
  g_autofree char *name = g_path_get_basename (reading->path);

  if (is_wanted (reading)) {
    fz_empty (self->body);
    fz_put (self->body, fz_text (name, "fz-strong"));
    if (rows != NULL)
      show_rows (self, rows);
    else
      say (self, FZ_STATUS_STOP, _ ("还不能导入"), error->message, _ ("未改动"));
  }
  reading_free (reading);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Import *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  Reading *reading;

  if (file != NULL && g_file_peek_path (file) != NULL && is_open (self)) {
    g_free (self->path);
    self->path = g_file_get_path (file);
    self->chosen++;
    fz_dialog_set_sensitive (self->dialog, SIGN, FALSE);
    fz_empty (self->body);
    fz_put (self->body, fz_loading_state_new (_ ("正在逐行核对…")));
    reading = reading_new (self);
    fz_call_async (self->session, check, reading, NULL, (GDestroyNotify) g_ptr_array_unref, on_checked, reading);
  }
  g_object_unref (chooser);
  import_unref (self);
}

static void
on_choose (GtkButton *button, Import *self)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择旧台账文件（CSV 或 Excel）"), GTK_WINDOW (gtk_widget_get_root (self->over)),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("选择"), _ ("取消"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), import_ref (self));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* --- the table to be filled in --- */

static void
on_table_path (GtkWidget *over, const char *path, gpointer data)
{
  Import *self = data;
  g_autoptr (GError) error = NULL;

  if (fz_desk_save_entry_table (self->session, fz_fields_get (self->reg, "name"), path, &error))
    fz_toast_show (over, FZ_STATUS_OK, _ ("导入模板已保存，请用表格软件填写，另存为 CSV 或 .xlsx"));
  else
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
}

static void
on_table (GtkButton *button, Import *self)
{
  g_autofree char *name = g_strdup_printf (_ ("%s_导入模板.csv"), fz_fields_get (self->reg, "title"));

  fz_save_as (GTK_WIDGET (self->dialog), _ ("保存导入模板"), name, on_table_path, self);
}

/* --- signing --- */

static void
on_signed (GPtrArray *ids, gpointer data)
{
  Import *self = data;
  g_autofree char *said = g_strdup_printf (_ ("已导入%u条"), ids != NULL ? ids->len : 0);

  if (gtk_widget_get_root (GTK_WIDGET (self->owner)) == NULL) /* locked while the PIN was judged */
    return;
  fz_toast_show (GTK_WIDGET (self->owner), FZ_STATUS_OK, said);
  self->done (self->owner);
}

static gpointer
prepare (FzSession *session, gpointer data, GError **error)
{
  const Reading *reading = data;

  return fz_desk_prepare_entries (session, fz_fields_get (reading->import->reg, "name"), reading->path, error);
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  Reading *reading = data;
  Import *self = reading->import;
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = fz_call_finish (result, &error);

  if (sheet != NULL && is_wanted (reading)) {
    fz_dialog_close (self->dialog);
    fz_sign_flow_start (self->over, self->session, sheet, _ ("导入旧台账"), on_signed, import_ref (self), import_unref);
  } else if (sheet != NULL)
    fz_sheet_free (sheet);
  else if (is_wanted (reading)) {
    fz_dialog_set_error (self->dialog, error->message);
    fz_dialog_set_sensitive (self->dialog, SIGN, TRUE);
  }
  reading_free (reading);
}

static void
on_response (FzDialog *dialog, const char *response, Import *self)
{
  Reading *reading;

  if (!g_str_equal (response, SIGN) || self->path == NULL)
    return;
  fz_dialog_set_error (dialog, NULL);
  fz_dialog_set_sensitive (dialog, SIGN, FALSE);
  reading = reading_new (self);
  fz_call_async (self->session, prepare, reading, NULL, (GDestroyNotify) fz_sheet_free, on_prepared, reading);
}

static void
forget (gpointer data, GObject *dialog)
{
  Import *self = data;

  self->dialog = NULL;
  import_unref (self);
}

static GtkWidget *
content_new (Import *self)
{
  GtkWidget *box = fz_column (14), *line = fz_put (box, fz_line (10)), *button;

  button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("保存导入模板…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_table), self);
  button = fz_put (line, fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("选择文件…")));
  g_signal_connect (button, "clicked", G_CALLBACK (on_choose), self);
  self->body = fz_put (box, fz_column (10));
  fz_put (self->body, fz_wrapped (_ ("先保存这本台账的导入模板，一行一条，填好后选择文件。“状态”填这一条现在到了哪一步，“原编号”用来和原台账核对。一次最多200条。"), "fz-soft"));
  return box;
}

void
fz_dialog_old_entries (GtkWidget *over, FzSession *session, const FzFields *reg, FzOldEntriesDone done, GObject *owner)
{
  Import *self = g_new0 (Import, 1);

  self->refs = 1;
  self->over = g_object_ref (over);
  self->session = fz_session_ref (session);
  self->reg = fz_fields_ref ((FzFields *) reg);
  self->done = done;
  self->owner = g_object_ref (owner);
  self->rows = g_list_store_new (FZ_TYPE_FACT_ROW);
  self->dialog = fz_dialog_new (_ ("导入旧台账"), fz_entry_label (reg, NULL, 0, "title"));
  g_object_weak_ref (G_OBJECT (self->dialog), forget, self);
  fz_dialog_set_width (self->dialog, 720);
  fz_dialog_set_body (self->dialog, content_new (self), FALSE);
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, SIGN, _ ("核对并签名"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (self->dialog, SIGN, FALSE);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fz_dialog_present (self->dialog, over);
}
