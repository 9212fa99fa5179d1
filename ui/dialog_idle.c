#include "ui/dialog_idle.h"

#include "core/sitting.h"
#include "ui/layout.h"
#include "ui/secret_entry.h"

#include <glib/gi18n-lib.h>

#define STATE "fz-idle-limit"

typedef struct {
  FzSession *session;
  FzDialog *dialog;
  GtkWidget *minutes, *pin;
  gboolean running; /* handed over: each PIN is a counted try */
} Idle;

typedef struct {
  gint64 minutes;
  FzSecret *pin;
} Set;

static void
idle_free (gpointer data)
{
  Idle *self = data;

  fz_session_unref (self->session);
  g_free (self);
}

static void
set_free (gpointer data)
{
  Set *set = data;

  fz_secret_free (set->pin);
  g_free (set);
}

static gpointer
put (FzSession *session, gpointer data, GError **error)
{
  const Set *set = data;

  return GINT_TO_POINTER (fz_desk_set_idle_minutes (session, set->minutes, set->pin, error));
}

static void
on_set (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FzDialog) dialog = user_data;
  g_autoptr (GError) error = NULL;
  GtkWidget *over = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (dialog)));
  Idle *self = g_object_get_data (G_OBJECT (dialog), STATE);
  gboolean good = GPOINTER_TO_INT (fz_call_finish (result, &error));

  if (over == NULL) /* closed meanwhile */
    return;
  self->running = FALSE;
  fz_dialog_set_sensitive (dialog, "set", TRUE);
  if (!good) {
    fz_dialog_set_error (dialog, error->message);
    gtk_widget_grab_focus (self->pin);
    return;
  }
  fz_dialog_close (dialog);
  fz_toast_show (over, FZ_STATUS_OK, _ ("已设置，从各人下次登录起生效"));
}

static void
on_response (FzDialog *dialog, const char *response, Idle *self)
{
  const char *code = fz_drop_down_get_code (FZ_DROP_DOWN (self->minutes));
  Set *set;

  if (!g_str_equal (response, "set") || self->running)
    return;
  if (fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->pin)) == 0) {
    fz_dialog_set_error_of (dialog, self->pin, _ ("请输入您的签名 PIN 码。"));
    return;
  }
  set = g_new0 (Set, 1);
  set->minutes = code != NULL ? g_ascii_strtoll (code, NULL, 10) : 0;
  set->pin = fz_secret_entry_take (FZ_SECRET_ENTRY (self->pin));
  self->running = TRUE;
  fz_dialog_set_error (dialog, NULL);
  fz_dialog_set_sensitive (dialog, "set", FALSE);
  fz_call_async (self->session, put, set, set_free, NULL, on_set, g_object_ref (dialog));
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

/* Enter in the PIN's field is the default button. */
static void
enter (FzDialog *dialog)
{
  fz_dialog_respond (dialog, "set");
}

static GtkWidget *
body_new (Idle *self, gint64 now)
{
  GtkWidget *body = fz_column (12);

  self->minutes = minutes_new (now);
  self->pin = fz_secret_entry_new (FZ_SECRET_PIN, _ ("签名 PIN 码"), _ ("6 至 12 位数字"));
  fz_put (body, fz_form_row_new (_ ("闲置时间"), self->minutes, TRUE));
  fz_put (body, fz_form_row_new (_ ("签名 PIN 码"), self->pin, TRUE));
  g_signal_connect_object (self->pin, "activate", G_CALLBACK (enter), self->dialog, G_CONNECT_SWAPPED);
  return body;
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
  g_object_set_data_full (G_OBJECT (self->dialog), STATE, self, idle_free);
  fz_dialog_set_body (self->dialog, body_new (self, now), FALSE);
  fz_dialog_add_button (self->dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (self->dialog, "set", _ ("保存"), FZ_BUTTON_PRIMARY);
  g_signal_connect (self->dialog, "response", G_CALLBACK (on_response), self);
  fz_dialog_present (self->dialog, over);
}
