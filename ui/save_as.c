#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

typedef struct {
  GtkWidget *over;
  FzSaveFunc chosen;
  gpointer user_data;
} Save;

static void
on_response (GtkNativeDialog *dialog, int response, Save *save)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL && gtk_widget_get_root (save->over) != NULL)
    save->chosen (save->over, path, save->user_data);
  g_object_unref (save->over);
  g_object_unref (dialog);
  g_free (save);
}

static void
ask (GtkWidget *over, const char *title, GtkFileChooserAction action, const char *accept, const char *name, FzSaveFunc chosen, gpointer user_data)
{
  GtkRoot *root = gtk_widget_get_root (over);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, action, accept, _ ("取消"));
  Save *save = g_new0 (Save, 1);

  save->over = g_object_ref (over);
  save->chosen = chosen;
  save->user_data = user_data;
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  if (name != NULL)
    gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), name);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), save);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

void
fz_save_as (GtkWidget *over, const char *title, const char *name, FzSaveFunc chosen, gpointer user_data)
{
  ask (over, title, GTK_FILE_CHOOSER_ACTION_SAVE, _ ("保存"), name, chosen, user_data);
}

void
fz_open_from (GtkWidget *over, const char *title, const char *accept, FzSaveFunc chosen, gpointer user_data)
{
  ask (over, title, GTK_FILE_CHOOSER_ACTION_OPEN, accept, NULL, chosen, user_data);
}
