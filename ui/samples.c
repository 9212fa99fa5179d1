#include "ui/samples.h"

#include "app/samples.h"
#include "ui/kit/kit.h"
#include "ui/save_as.h"

#include <glib/gi18n-lib.h>

static void
on_folder (GtkWidget *over, const char *path, gpointer none)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *said = NULL;

  if (!fz_samples_save (path, g_get_real_time (), &error)) {
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
    return;
  }
  said = g_strdup_printf (_ ("示例已放到 %s，其中的 README.txt 写明在哪一页导入。"), path);
  fz_toast_show (over, FZ_STATUS_OK, said);
}

static void
on_clicked (GtkButton *button, gpointer none)
{
  fz_save_as (GTK_WIDGET (button), _ ("示例文件放在哪里（新文件夹）"), "fuzhen-samples", on_folder, NULL);
}

GtkWidget *
fz_samples_button_new (void)
{
  GtkWidget *button = fz_button_new (FZ_BUTTON_PLAIN, "file", _ ("放一份示例文件…"));

  gtk_widget_set_tooltip_text (button, _ ("申请包、药品目录、药品知识、旧台账各一份，都是虚构的"));
  g_signal_connect (button, "clicked", G_CALLBACK (on_clicked), NULL);
  return button;
}
