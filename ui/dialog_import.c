#include "ui/dialog_import.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define SKIP "skip"

typedef struct {
  GtkWidget *over;
  FzSession *session;
  FzImported done;
  GObject *owner;
  FzDialog *dialog; /* NULL until a file was chosen */
  char *path;
} Import;

typedef struct {
  const char *path;
  gboolean skip_bad;
} Ask;

typedef struct {
  FzFields *staged; /* NULL: it failed */
  GPtrArray *problems;
  GError *error;
} Outcome;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_object_unref (import->over);
  g_object_unref (import->owner);
  fz_session_unref (import->session);
  g_free (import->path);
  g_free (import);
}

static void
outcome_free (gpointer data)
{
  Outcome *outcome = data;

  g_clear_pointer (&outcome->staged, fz_fields_unref);
  g_clear_pointer (&outcome->problems, g_ptr_array_unref);
  g_clear_error (&outcome->error);
  g_free (outcome);
}

/* What is wrong with the rows is an outcome too: the call itself never fails. */
static gpointer
take_in (FzSession *session, gpointer data, GError **error)
{
  Ask *ask = data;
  Outcome *outcome = g_new0 (Outcome, 1);

  outcome->staged = fz_desk_stage_catalogue (session, ask->path, ask->skip_bad, &outcome->problems, &outcome->error);
  return outcome;
}

/* --- what came of it --- */

/* What was read, in numbers. */
static char *
said_of (const FzFields *staged)
{
  if (!fz_fields_has (staged, "staged.id"))
    return g_strdup_printf (_ ("%s 行与现行药品目录相同，没有需要变更的品种。"), fz_fields_get (staged, "staged.n_rows"));
  return g_strdup_printf (_ ("共 %s 行；与现行目录不同的：新增 %s，修改 %s，停用 %s，恢复 %s。目录还没有改动：核对后签名提出，再由另一人批准。"),
                          fz_fields_get (staged, "staged.n_rows"), fz_fields_get (staged, "staged.n_add"), fz_fields_get (staged, "staged.n_alter"),
                          fz_fields_get (staged, "staged.n_withdraw"), fz_fields_get (staged, "staged.n_restore"));
}

static GtkWidget *
result_card (const Outcome *outcome)
{
  g_autofree char *said = outcome->staged != NULL ? said_of (outcome->staged) : NULL;
  GtkWidget *card = fz_finding_card_new (said != NULL ? FZ_STATUS_OK : FZ_STATUS_STOP, said != NULL ? _ ("已核对") : _ ("没有导入"),
                                         said != NULL ? said : outcome->error->message, NULL);

  fz_finding_card_set_mark (card, said != NULL ? _ ("待提出") : _ ("未改动"));
  return card;
}

static GtkWidget *
outcome_new (const Outcome *outcome, const char *path)
{
  GtkWidget *box = fz_column (10);
  g_autofree char *name = g_path_get_basename (path);
  guint n = outcome->problems != NULL ? outcome->problems->len : 0;

  fz_put (box, fz_wrapped (name, "fz-strong"));
  fz_put (box, result_card (outcome));
  if (n > 0)
    fz_put (box, fz_text (outcome->staged != NULL ? _ ("以下各行没有导入：") : _ ("不合格的行："), "fz-soft"));
  for (guint i = 0; i < n; i++) {
    GtkWidget *line = fz_put (box, fz_line (7)), *icon = fz_put (line, fz_icon_new ("warning", 15));

    gtk_widget_set_valign (icon, GTK_ALIGN_START);
    gtk_widget_set_margin_top (icon, 2);
    fz_put_wide (line, fz_wrapped (outcome->problems->pdata[i], NULL));
  }
  return box;
}

static void start (Import *import, gboolean skip_bad);

static void
on_response (FzDialog *dialog, const char *response, Import *import)
{
  if (g_str_equal (response, SKIP))
    start (import, TRUE);
}

static FzDialog *
dialog_new (Import *import, GtkWidget *body)
{
  FzDialog *dialog = fz_dialog_new (_ ("导入药品目录"), _ ("同一编码的药品以文件为准；须由一人签名提出、另一人批准"));

  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, body, FALSE);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), import);
  return dialog;
}

static void
show_outcome (Import *import, const Outcome *outcome)
{
  gboolean may_skip = outcome->staged == NULL && outcome->problems != NULL && outcome->problems->len > 0;
  FzDialog *dialog = dialog_new (import, outcome_new (outcome, import->path));

  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), may_skip ? FZ_BUTTON_PLAIN : FZ_BUTTON_PRIMARY);
  if (may_skip)
    fz_dialog_add_button (dialog, SKIP, _ ("跳过这些行，导入其余"), FZ_BUTTON_PRIMARY);
  g_object_set_data_full (G_OBJECT (dialog), "fz-import", import, import_free);
  import->dialog = dialog;
  fz_dialog_present (dialog, import->over);
}

static void
on_taken_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Import *import = user_data;
  Outcome *outcome = fz_call_finish (result, NULL);

  fz_dialog_close (import->dialog);
  g_clear_object (&import->dialog);
  if (outcome->staged != NULL)
    import->done (import->owner);
  if (gtk_widget_get_root (import->over) != NULL)
    show_outcome (import, outcome);
  else
    import_free (import);
  outcome_free (outcome);
}

static void
start (Import *import, gboolean skip_bad)
{
  Ask *ask = g_new0 (Ask, 1);

  if (import->dialog != NULL) { /* what stood there goes; the import outlives it */
    FzDialog *before = g_steal_pointer (&import->dialog);

    g_object_steal_data (G_OBJECT (before), "fz-import");
    g_signal_handlers_disconnect_by_data (before, import);
    fz_dialog_close (before);
  }
  import->dialog = g_object_ref_sink (dialog_new (import, fz_loading_state_new (_ ("正在逐行核对…"))));
  fz_dialog_present (import->dialog, import->over);
  *ask = (Ask){ import->path, skip_bad };
  fz_call_async (import->session, take_in, ask, g_free, outcome_free, on_taken_in, import);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Import *import)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;

  import->path = file != NULL ? g_file_get_path (file) : NULL;
  if (import->path != NULL && gtk_widget_get_root (import->over) != NULL)
    start (import, FALSE);
  else
    import_free (import);
  g_object_unref (chooser);
}

void
fz_dialog_import (GtkWidget *over, FzSession *session, FzImported done, GObject *owner)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择药品目录文件（CSV 或 Excel）"), GTK_WINDOW (gtk_widget_get_root (over)),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("导入"), _ ("取消"));
  Import *import = g_new0 (Import, 1);

  import->over = g_object_ref (over);
  import->session = fz_session_ref (session);
  import->done = done;
  import->owner = g_object_ref (owner);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), import);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
