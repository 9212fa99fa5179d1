#include "ui/video_settings.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

#define STATE "fz-video-settings"

typedef struct {
  FzSession *session;
  GtkWidget *url, *process_url, *why;
} Settings;

static void
settings_free (gpointer data)
{
  Settings *self = data;

  fz_session_unref (self->session);
  g_free (self);
}

static char *
typed (GtkWidget *entry)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
}

static void
on_keep (GtkButton *button, Settings *self)
{
  g_autofree char *url = typed (self->url), *process_url = typed (self->process_url);
  g_autoptr (GError) error = NULL;
  gboolean good = fz_desk_set_video (self->session, url, process_url, &error);

  fz_set_text (self->why, good ? NULL : error->message);
  gtk_widget_set_visible (self->why, !good);
  if (good)
    fz_toast_show (GTK_WIDGET (button), FZ_STATUS_OK, *url != '\0' ? _ ("已保存视频系统的地址") : _ ("已不使用视频系统"));
}

static GtkWidget *
entry_new (const char *hint, const char *text)
{
  GtkWidget *entry = gtk_entry_new ();

  gtk_entry_set_placeholder_text (GTK_ENTRY (entry), hint);
  gtk_editable_set_text (GTK_EDITABLE (entry), text != NULL ? text : "");
  gtk_entry_set_input_purpose (GTK_ENTRY (entry), GTK_INPUT_PURPOSE_URL);
  return entry;
}

GtkWidget *
fz_video_settings_new (FzSession *session)
{
  g_autoptr (FzFields) status = fz_desk_status (session);
  GtkWidget *card = fz_card_new_titled ("link", _ ("视频系统")), *body = fz_card_body (card), *keep;
  Settings *self = g_new0 (Settings, 1);

  self->session = fz_session_ref (session);
  g_object_set_data_full (G_OBJECT (card), STATE, self, settings_free);
  gtk_box_set_spacing (GTK_BOX (body), 12);
  fz_put (body, fz_wrapped (_ ("医院自己的视频系统，由医师在沟通栏打开，用本机的浏览器。地址里只放编号：{visit} 换成就诊编号，{staff} 换成医师工号，不含患者身份。"), "fz-soft"));
  self->url = entry_new ("https://video.example.org/{visit}/{staff}", fz_fields_get (status, "video.url"));
  self->process_url = entry_new ("https://video.example.org/archive/{visit}", fz_fields_get (status, "video.process_url"));
  fz_put (body, fz_form_row_new (_ ("视频问诊的地址（留空为不使用）"), self->url, FALSE));
  fz_put (body, fz_form_row_new (_ ("过程数据的地址（填了才上报给监管平台）"), self->process_url, FALSE));
  self->why = fz_access_live_label_new (NULL, TRUE);
  gtk_label_set_wrap (GTK_LABEL (self->why), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->why), 0);
  gtk_widget_add_css_class (self->why, "fz-text-stop");
  gtk_widget_set_visible (self->why, FALSE);
  fz_put (body, self->why);
  keep = fz_put (body, fz_button_new (FZ_BUTTON_PLAIN, "check", _ ("保存地址")));
  gtk_widget_set_halign (keep, GTK_ALIGN_START);
  g_signal_connect (keep, "clicked", G_CALLBACK (on_keep), self);
  return card;
}
