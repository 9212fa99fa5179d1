#include "ui/rx_export.h"

#include "ui/dialog_print.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

typedef struct {
  GtkWidget *box;
  char *id, *path;
} Export;

static void
export_free (Export *export)
{
  g_object_unref (export->box);
  g_free (export->id);
  g_free (export->path);
  g_free (export);
}

static gpointer
write_file (FzSession *session, gpointer data, GError **error)
{
  Export *export = data;

  return fz_desk_export_prescription (session, export->id, export->path, error) ? export : NULL;
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Export *export = data;
  g_autoptr (GError) error = NULL;
  gboolean good = fz_call_finish (result, &error) != NULL;
  g_autofree char *said = good ? g_strdup_printf (_ ("已保存到 %s"), export->path) : g_strdup (error->message);

  if (gtk_widget_get_root (export->box) != NULL)
    fz_toast_show (export->box, good ? FZ_STATUS_OK : FZ_STATUS_STOP, said);
  export_free (export);
}

static void
on_chosen (GtkWidget *box, const char *path, gpointer data)
{
  Export *export = g_new0 (Export, 1);

  export->box = g_object_ref (box);
  export->id = g_strdup (g_object_get_data (G_OBJECT (box), "fz-id"));
  export->path = g_strdup (path);
  fz_call_async (g_object_get_data (G_OBJECT (box), "fz-session"), write_file, export, NULL, NULL, on_written, export);
}

static void
on_slip (GtkButton *button, GtkWidget *box)
{
  fz_dialog_print_one (box, g_object_get_data (G_OBJECT (box), "fz-session"), g_object_get_data (G_OBJECT (box), "fz-id"));
}

static void
on_note (GtkButton *button, GtkWidget *box)
{
  g_autofree char *name = g_strdup_printf ("%s.fzd", (const char *) g_object_get_data (G_OBJECT (box), "fz-id"));

  fz_save_as (box, _ ("导出签名文件"), name, on_chosen, NULL);
}

GtkWidget *
fz_rx_export_new (FzSession *session, const char *id)
{
  GtkWidget *box = fz_line (8);
  GtkWidget *slip = fz_put (box, fz_button_new (FZ_BUTTON_PLAIN, "print", _ ("处方笺")));
  GtkWidget *note = fz_put (box, fz_button_new (FZ_BUTTON_PLAIN, "signature", _ ("签名文件")));

  g_object_set_data_full (G_OBJECT (box), "fz-id", g_strdup (id), g_free);
  g_object_set_data_full (G_OBJECT (box), "fz-session", fz_session_ref (session), (GDestroyNotify) fz_session_unref);
  gtk_widget_set_tooltip_text (slip, _ ("预览、打印，或存为 PDF（Ctrl+P）"));
  gtk_widget_set_tooltip_text (note, _ ("导出带签名的处方文件，可用 fuzhen-verify 核验"));
  g_signal_connect (slip, "clicked", G_CALLBACK (on_slip), box);
  g_signal_connect (note, "clicked", G_CALLBACK (on_note), box);
  return box;
}
