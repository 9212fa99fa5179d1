#include "ui/rules_knowledge.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  GtkWidget *over;
  FzSession *session;
  FzSigned done;
  GObject *owner;
  FzDialog *dialog; /* shows that it runs; NULL before */
} Import;

typedef struct {
  guint rows;
  GPtrArray *problems;
  GError *error;
} Outcome;

static void
import_free (gpointer data)
{
  Import *import = data;

  g_clear_object (&import->dialog);
  g_object_unref (import->over);
  g_object_unref (import->owner);
  fz_session_unref (import->session);
  g_free (import);
}

static void
outcome_free (gpointer data)
{
  Outcome *outcome = data;

  g_clear_pointer (&outcome->problems, g_ptr_array_unref);
  g_clear_error (&outcome->error);
  g_free (outcome);
}

/* What is wrong with the rows is an outcome too: the call itself never fails. */
static gpointer
take_in (FzSession *session, gpointer path, GError **error)
{
  Outcome *outcome = g_new0 (Outcome, 1);

  fz_desk_import (session, "knowledge", path, FALSE, &outcome->rows, &outcome->problems, &outcome->error);
  return outcome;
}

static GtkWidget *
outcome_new (const Outcome *outcome)
{
  GtkWidget *box = fz_column (10), *card;
  g_autofree char *said = g_strdup_printf (_ ("共 %u 行，全部合格，已存入本库；检查仍按现行的药品知识库。请提出启用，再由另一人批准。"), outcome->rows);
  guint n = outcome->problems != NULL ? outcome->problems->len : 0;

  card = fz_put (box, fz_finding_card_new (outcome->error == NULL ? FZ_STATUS_OK : FZ_STATUS_STOP, outcome->error == NULL ? _ ("已核对") : _ ("没有导入"),
                                           outcome->error == NULL ? said : outcome->error->message, NULL));
  fz_finding_card_set_mark (card, outcome->error == NULL ? _ ("待提出") : _ ("未改动"));
  if (n > 0)
    fz_put (box, fz_text (_ ("不合格的行："), "fz-soft"));
  for (guint i = 0; i < n; i++)
    fz_put (box, fz_wrapped (outcome->problems->pdata[i], NULL));
  return box;
}

static FzDialog *
dialog_new (GtkWidget *body)
{
  FzDialog *dialog = fz_dialog_new (_ ("导入药品知识库"), _ ("一个版本的全部文件；有一行不合格就一行也不导入"));

  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, body, FALSE);
  return dialog;
}

static void
on_taken_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Import *import = user_data;
  Outcome *outcome = fz_call_finish (result, NULL);

  fz_dialog_close (import->dialog);
  if (gtk_widget_get_root (import->over) != NULL) {
    FzDialog *dialog = dialog_new (outcome_new (outcome));

    fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
    fz_dialog_present (dialog, import->over);
  }
  if (outcome->error == NULL)
    import->done (NULL, import->owner);
  outcome_free (outcome);
  import_free (import);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Import *import)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && gtk_widget_get_root (import->over) != NULL) {
    import->dialog = g_object_ref_sink (dialog_new (fz_loading_state_new (_ ("正在逐行核对…"))));
    fz_dialog_present (import->dialog, import->over);
    fz_call_async (import->session, take_in, path, g_free, outcome_free, on_taken_in, import);
  } else {
    g_free (path);
    import_free (import);
  }
  g_object_unref (chooser);
}

void
fz_dialog_knowledge_import (GtkWidget *over, FzSession *session, FzSigned done, GObject *owner)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择药品知识库（zip 文件）"), GTK_WINDOW (gtk_widget_get_root (over)),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("导入"), _ ("取消"));
  Import *import = g_new0 (Import, 1);

  *import = (Import){ g_object_ref (over), fz_session_ref (session), done, g_object_ref (owner), NULL };
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), import);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
