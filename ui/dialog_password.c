#include "ui/dialog_password.h"

#include "ui/kit/kit.h"

#include <glib/gi18n-lib.h>

#define RESPONSE_CHANGE "change"
#define FORM "fz-password-form"

static void
on_response (FzDialog *dialog, const char *response, FzPasswordForm *form)
{
  if (g_str_equal (response, RESPONSE_CHANGE))
    fz_password_form_submit (form);
}

static void
on_changed (FzPasswordForm *form, FzDialog *dialog)
{
  fz_dialog_set_sensitive (dialog, RESPONSE_CHANGE, fz_password_form_is_ready (form));
}

static void
on_done (FzPasswordForm *form, FzDialog *dialog)
{
  fz_toast_show (GTK_WIDGET (dialog), FZ_STATUS_OK, g_object_get_data (G_OBJECT (dialog), FORM));
  fz_dialog_close (dialog);
}

void
fz_dialog_password (GtkWidget *over, FzSession *session, FzPasswordKind kind)
{
  gboolean pin = kind == FZ_PASSWORD_FORM_PIN;
  FzDialog *dialog = fz_dialog_new (pin ? _ ("更换签名 PIN") : _ ("更换登录口令"),
                                    pin ? _ ("此后每次签名用新的 PIN；签名密钥和以前的签名不变") : _ ("此后用新口令登录和解锁；密钥文件不变"));
  GtkWidget *form = fz_password_form_new (session, kind);

  g_object_set_data (G_OBJECT (dialog), FORM, pin ? _ ("签名 PIN 已更换") : _ ("登录口令已更换"));
  fz_dialog_set_body (dialog, form, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, RESPONSE_CHANGE, _ ("更换"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (dialog, RESPONSE_CHANGE, FALSE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_response), form, 0);
  g_signal_connect_object (form, "changed", G_CALLBACK (on_changed), dialog, 0);
  g_signal_connect_object (form, "changed-secret", G_CALLBACK (on_done), dialog, 0);
  fz_dialog_present (dialog, over);
}
