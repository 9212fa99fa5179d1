#include "ui/calendar_import.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/page.h"

#include <glib/gi18n-lib.h>

#define MOST_NAMED 20

typedef struct {
  GtkWidget *over;
  FzSession *session;
} Import;

static void
import_free (Import *import)
{
  g_object_unref (import->over);
  fz_session_unref (import->session);
  g_free (import);
}

static void
show_problems (GtkWidget *over, const GError *error, GPtrArray *problems)
{
  FzDialog *dialog = fz_dialog_new (_ ("导入节假日安排"), _ ("有一行不合格就一行也不导入"));
  GtkWidget *box = fz_column (10), *card = fz_put (box, fz_finding_card_new (FZ_STATUS_STOP, _ ("没有导入"), error->message, NULL));

  fz_finding_card_set_mark (card, _ ("未改动"));
  for (guint i = 0; problems != NULL && i < MIN (problems->len, MOST_NAMED); i++)
    fz_put (box, fz_wrapped (problems->pdata[i], NULL));
  fz_dialog_set_width (dialog, 620);
  fz_dialog_set_body (dialog, box, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("关闭"), FZ_BUTTON_PRIMARY);
  fz_dialog_present (dialog, over);
}

static void
take_in (Import *import, const char *path)
{
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;
  guint n = 0;

  if (!fz_desk_import (import->session, "calendar", path, FALSE, &n, &problems, &error)) {
    show_problems (import->over, error, problems);
    return;
  }
  said = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "已导入 %u 天的安排，按工作日计算的期限随之更新", "已导入 %u 天的安排，按工作日计算的期限随之更新", n), n);
  fz_toast_show (import->over, FZ_STATUS_OK, said);
  fz_page_refresh (import->over);
}

static void
on_chosen (GtkNativeDialog *chooser, int response, Import *import)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && gtk_widget_get_root (import->over) != NULL)
    take_in (import, path);
  import_free (import);
  g_object_unref (chooser);
}

void
fz_calendar_import (GtkWidget *over, FzSession *session)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择节假日安排文件（CSV 或 Excel）"), GTK_WINDOW (gtk_widget_get_root (over)),
                                                               GTK_FILE_CHOOSER_ACTION_OPEN, _ ("导入"), _ ("取消"));
  Import *import = g_new (Import, 1);

  *import = (Import){ g_object_ref (over), fz_session_ref (session) };
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), import);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
