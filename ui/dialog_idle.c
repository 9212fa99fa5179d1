#include "ui/dialog_idle.h"

#include "core/sitting.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *minutes;
} Idle;

static void
idle_free (gpointer data)
{
  Idle *self = data;

  fz_session_unref (self->session);
  g_free (self);
}

static void
on_response (FzDialog *dialog, const char *response, Idle *self)
{
  g_autoptr (GError) error = NULL;
  const char *code = fz_drop_down_get_code (FZ_DROP_DOWN (self->minutes));
  GtkWidget *over = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (dialog)));

  if (!g_str_equal (response, "set"))
    return;
  if (!fz_desk_set_idle_minutes (self->session, code != NULL ? g_ascii_strtoll (code, NULL, 10) : 0, &error)) {
    fz_dialog_set_error (dialog, error->message);
    return;
  }
  fz_dialog_close (dialog);
  fz_toast_show (over, FZ_STATUS_OK, _ ("已设置，从各人下次登录起生效"));
}

static GtkWidget *
minutes_new (gint64 now)
{
  GtkWidget *drop = fz_drop_down_new (NULL);
  g_autofree char *stands = g_strdup_printf ("%d", (int) now);

  for (int i = FZ_SITTING_LEAST_MINUTES; i <= FZ_SITTING_MOST_MINUTES; i++) {
    g_autofree char *code = g_strdup_printf ("%d", i), *label = g_strdup_printf (_ ("%d 分钟"), i);

    fz_drop_down_add (FZ_DROP_DOWN (drop), code, label, NULL);
  }
  fz_drop_down_set_code (FZ_DROP_DOWN (drop), stands);
  return drop;
}

void
fz_dialog_idle (GtkWidget *over, FzSession *session)
{
  g_autoptr (GError) error = NULL;
  gint64 now = fz_desk_get_idle_minutes (session, &error);
  Idle *self;

  if (now < 0) {
    fz_toast_show (over, FZ_STATUS_STOP, error->message);
    return;
  }
  self = g_new0 (Idle, 1);
  self->session = fz_session_ref (session);
  self->dialog = fz_dialog_new (_ ("闲置锁屏"), _ ("无人操作多久后自动锁定，适用于所有人；从各人下次登录起生效。"));
  g_object_set_data_full (G_OBJECT (self->dialog), "fz-idle-limit", self, idle_free);
  self->minutes = minutes_new (now);
  fz_dialog_set_body (self->dialog, fz_form_row_new (_ ("闲置时间"), self->minutes, TRUE), FALSE);
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, "set", _ ("保存"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_default (self->dialog, "set");
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fz_dialog_present (self->dialog, over);
}
