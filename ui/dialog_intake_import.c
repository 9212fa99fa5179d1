#include "ui/dialog_intake.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  GtkWidget *over;
  FzSession *session;
  FzTakenIn done;
  GObject *owner;
  FzDialog *dialog; /* shows that it runs, then what came of it; NULL once closed */
} Import;

typedef struct {
  guint taken;
  GPtrArray *problems;
} Outcome;

static void
import_free (gpointer data)
{
  Import *import = data;

  if (import->dialog != NULL)
    g_object_unref (import->dialog);
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
  g_free (outcome);
}

static gpointer
take_in (FzSession *session, gpointer path, GError **error)
{
  Outcome *outcome = g_new0 (Outcome, 1);

  if (fz_desk_intake (session, path, &outcome->taken, &outcome->problems, error))
    return outcome;
  outcome_free (outcome);
  return NULL;
}

static GtkWidget *
problems_new (const Outcome *outcome)
{
  GtkWidget *box = fz_column (8);
  guint n = outcome->problems != NULL ? outcome->problems->len : 0;
  g_autofree char *taken = g_strdup_printf (_ ("已收件 %u 份。"), outcome->taken);
  GtkWidget *card;

  card = fz_put (box, fz_finding_card_new (n == 0 ? FZ_STATUS_OK : FZ_STATUS_WARN, _ ("导入结果"), taken, NULL));
  fz_finding_card_set_mark (card, n == 0 ? _ ("全部收件") : outcome->taken > 0 ? _ ("部分收件") : _ ("没有收件"));
  if (n > 0)
    fz_put (box, fz_text (_ ("以下问题使相应的复诊包没有收件，改正后可再次导入："), "fz-soft"));
  for (guint i = 0; i < n; i++) {
    GtkWidget *line = fz_line (7);

    fz_put (line, fz_icon_new ("warning", 15));
    fz_put_wide (line, fz_wrapped (outcome->problems->pdata[i], NULL));
    fz_put (box, line);
  }
  return box;
}

static void
show_outcome (Import *import, GtkWidget *body)
{
  FzDialog *dialog = fz_dialog_new (_ ("导入复诊包"), NULL);

  if (gtk_widget_get_root (import->over) == NULL) {
    g_object_unref (g_object_ref_sink (body));
    g_object_unref (g_object_ref_sink (dialog));
    return;
  }
  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, body, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, import->over);
}

static void
on_taken_in (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Import *import = user_data;
  g_autoptr (GError) error = NULL;
  Outcome *outcome = fz_call_finish (result, &error);

  fz_dialog_close (import->dialog);
  show_outcome (import, outcome != NULL ? problems_new (outcome) : fz_error_state_new_from (error, NULL));
  if (outcome != NULL) {
    import->done (NULL, import->owner);
    outcome_free (outcome);
  }
  import_free (import);
}

static void
start (Import *import, char *path)
{
  import->dialog = g_object_ref_sink (fz_dialog_new (_ ("导入复诊包"), NULL));
  fz_dialog_set_body (import->dialog, fz_loading_state_new (_ ("正在逐份核对并收件…")), FALSE);
  fz_dialog_present (import->dialog, import->over);
  fz_call_async (import->session, take_in, path, g_free, outcome_free, on_taken_in, import);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Import *import)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && gtk_widget_get_root (import->over) != NULL)
    start (import, path);
  else {
    g_free (path);
    import_free (import);
  }
  g_object_unref (chooser);
}

void
fz_dialog_intake_import (GtkWidget *over, FzSession *session, gboolean zip, FzTakenIn done, GObject *owner)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (zip ? _ ("选择复诊包（zip 文件）") : _ ("选择复诊包所在的文件夹"),
                                                               GTK_WINDOW (gtk_widget_get_root (over)),
                                                               zip ? GTK_FILE_CHOOSER_ACTION_OPEN : GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                                               _ ("导入"), _ ("取消"));
  Import *import = g_new0 (Import, 1);

  import->over = g_object_ref (over);
  import->session = fz_session_ref (session);
  import->done = done;
  import->owner = g_object_ref (owner);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), import);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
