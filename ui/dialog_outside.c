#include "ui/dialog_outside.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzSession *session;
  FzFields *kept;
  FzDialog *dialog; /* held while it is tried */
  GtkWidget *folder, *url, *key;
  void (*changed) (gpointer owner);
  GObject *owner;
  gboolean running;
} Outside;

static void
outside_free (gpointer data)
{
  Outside *self = data;

  fz_session_unref (self->session);
  fz_fields_unref (self->kept);
  g_object_unref (self->owner);
  g_free (self);
}

/* --- setting --- */

static gpointer
set (FzSession *session, gpointer data, GError **error)
{
  return GINT_TO_POINTER (fz_desk_set_outside (session, data, error));
}

static void
on_set (GObject *source, GAsyncResult *result, gpointer data)
{
  Outside *self = data;
  FzDialog *dialog = self->dialog;
  g_autoptr (GError) error = NULL;
  gboolean good = GPOINTER_TO_INT (fz_call_finish (result, &error));

  self->running = FALSE;
  fz_dialog_set_sensitive (dialog, "set", TRUE);
  if (good) {
    self->changed (self->owner);
    fz_dialog_close (dialog);
  } else
    fz_dialog_set_error (dialog, error->message);
  g_object_unref (dialog); /* may take `self` with it */
}

/* Only what was changed is said: setting a place again would forget how far it has got. An emptied field ends it. */
static void
put_change (Outside *self, FzFields *changes, const char *key, GtkWidget *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  const char *before = fz_fields_get (self->kept, key);

  if (g_strcmp0 (before != NULL ? before : "", text) != 0)
    fz_fields_set (changes, key, *text != '\0' ? text : "-");
}

static FzFields *
read_changes (Outside *self)
{
  FzFields *changes = fz_fields_new ("fuzhen.outside/v1");
  g_autofree char *key = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->key))));
  const char *url;

  put_change (self, changes, "stick.folder", self->folder);
  put_change (self, changes, "witness.url", self->url);
  url = fz_fields_get (changes, "witness.url");
  if (url == NULL && *key != '\0' && fz_fields_has (self->kept, "witness.url") && g_strcmp0 (key, fz_fields_get (self->kept, "witness.key")) != 0) {
    url = fz_fields_get (self->kept, "witness.url"); /* another key is another witness */
    fz_fields_set (changes, "witness.url", url);
  }
  if (url != NULL && !g_str_equal (url, "-"))
    fz_fields_set (changes, "witness.key", key);
  return changes;
}

static gboolean
is_nothing (const FzFields *changes)
{
  return !fz_fields_has (changes, "stick.folder") && !fz_fields_has (changes, "witness.url");
}

static void
on_response (FzDialog *dialog, const char *response, Outside *self)
{
  FzFields *changes;

  if (!g_str_equal (response, "set") || self->running)
    return;
  changes = read_changes (self);
  if (is_nothing (changes)) {
    fz_fields_unref (changes);
    fz_dialog_close (dialog);
    return;
  }
  self->running = TRUE;
  fz_dialog_set_error (dialog, NULL);
  fz_dialog_set_sensitive (dialog, "set", FALSE);
  g_object_ref (dialog);
  fz_call_async (self->session, set, changes, (GDestroyNotify) fz_fields_unref, NULL, on_set, self);
}

/* --- choosing the folder --- */

static void
on_chosen (GtkNativeDialog *chooser, int response, GtkWidget *entry)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    gtk_editable_set_text (GTK_EDITABLE (entry), path);
  if (gtk_widget_get_root (entry) != NULL)
    gtk_widget_grab_focus (entry);
  g_object_unref (entry);
  g_object_unref (chooser);
}

static void
on_choose (GtkButton *button, Outside *self)
{
  GtkFileChooserNative *chooser = gtk_file_chooser_native_new (_ ("选择介质上的文件夹"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (button))),
                                                               GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("选择"), _ ("取消"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (on_chosen), g_object_ref (self->folder));
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}

/* --- building --- */

static GtkWidget *
entry_new (const Outside *self, const char *key, const char *hint)
{
  GtkWidget *entry = gtk_entry_new ();

  if (fz_fields_has (self->kept, key))
    gtk_editable_set_text (GTK_EDITABLE (entry), fz_fields_get (self->kept, key));
  g_object_set (entry, "placeholder-text", hint, NULL);
  return entry;
}

static GtkWidget *
body_new (Outside *self)
{
  GtkWidget *form = fz_form_new (1), *line = fz_line (8), *choose = fz_button_new (FZ_BUTTON_PLAIN, NULL, _ ("选择…")), *row;

  self->folder = fz_put_wide (line, entry_new (self, "stick.folder", "/media/…"));
  self->url = entry_new (self, "witness.url", "https://…");
  self->key = entry_new (self, "witness.key", _ ("由见证方书面提供"));
  gtk_box_append (GTK_BOX (line), choose);
  fz_access_label (choose, _ ("选择介质上的文件夹"));
  g_signal_connect (choose, "clicked", G_CALLBACK (on_choose), self);
  fz_access_set_inner (line, self->folder);
  row = fz_form_row_new (_ ("介质（U 盘）上的文件夹"), line, FALSE);
  fz_form_row_set_hint (row, _ ("每个新检查点都写一份到这里；拔出后由当班以外的人保管。清空即停用。"));
  fz_form_add (form, "folder", row, 1);
  row = fz_form_row_new (_ ("见证方地址"), self->url, FALSE);
  fz_form_row_set_hint (row, _ ("只发送检查点（条数、树根和签名），不含患者资料。清空即停用。"));
  fz_form_add (form, "url", row, 1);
  fz_form_add (form, "key", fz_form_row_new (_ ("见证方公钥"), self->key, FALSE), 1);
  return form;
}

void
fz_dialog_outside (GtkWidget *over, FzSession *session, const FzFields *kept, void (*changed) (gpointer owner), GObject *owner)
{
  Outside *self = g_new0 (Outside, 1);

  self->session = fz_session_ref (session);
  self->kept = fz_fields_dup (kept, NULL);
  self->changed = changed;
  self->owner = g_object_ref (owner);
  self->dialog = fz_dialog_new (_ ("设置库外留存"), _ ("保存时立即写一次、请求一次，结果显示在审计页；更改记入审计。"));
  g_object_set_data_full (G_OBJECT (self->dialog), "fz-outside", self, outside_free);
  fz_dialog_set_width (self->dialog, 560);
  fz_dialog_set_body (self->dialog, body_new (self), FALSE);
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, "set", _ ("保存并试一次"), FZ_BUTTON_PRIMARY);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fz_dialog_present (self->dialog, over);
}
