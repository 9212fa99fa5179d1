#include "ui/page_lock.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

struct _FzPageLock {
  GtkWidget parent_instance;
  FzSession *session;
  FzLockDone done;
  gpointer user_data;
  GtkWidget *root, *password, *row, *button;
  gboolean is_busy;
};

G_DEFINE_FINAL_TYPE (FzPageLock, fz_page_lock, GTK_TYPE_WIDGET)

static gpointer
unlock (FzSession *session, gpointer password, GError **error)
{
  return GINT_TO_POINTER (fz_session_unlock (session, password, error));
}

static void
secret_free (gpointer secret)
{
  fz_secret_free (secret);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (FzPageLock) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean opened = GPOINTER_TO_INT (fz_call_finish (result, &error));

  if (self->root == NULL)
    return;
  self->is_busy = FALSE;
  gtk_widget_set_sensitive (self->button, TRUE);
  if (opened) {
    self->done (FZ_LOCK_OPENED, self->user_data);
    return;
  }
  fz_form_row_set_finding (self->row, FZ_STATUS_STOP, error->message);
  gtk_widget_grab_focus (self->password);
}

static void
submit (FzPageLock *self)
{
  FzSecret *password = self->is_busy ? NULL : fz_secret_entry_take (FZ_SECRET_ENTRY (self->password));

  if (password == NULL)
    return;
  self->is_busy = TRUE;
  gtk_widget_set_sensitive (self->button, FALSE);
  fz_form_row_set_finding (self->row, FZ_STATUS_NEUTRAL, NULL);
  fz_form_row_set_hint (self->row, _ ("正在核验口令…"));
  fz_call_async (self->session, unlock, password, secret_free, NULL, on_done, g_object_ref (self));
}

static void
on_typed (FzPageLock *self)
{
  fz_form_row_set_hint (self->row, NULL);
}

static void
on_other (FzPageLock *self)
{
  if (!self->is_busy)
    self->done (FZ_LOCK_OTHER_PERSON, self->user_data);
}

static void
on_sign_out (FzPageLock *self)
{
  if (!self->is_busy)
    self->done (FZ_LOCK_SIGN_OUT, self->user_data);
}

static GtkWidget *
others_new (FzPageLock *self)
{
  GtkWidget *line = fz_line (8);
  GtkWidget *other = fz_button_new (FZ_BUTTON_FLAT, "switch-user", _ ("其他人员登录"));
  GtkWidget *leave = fz_button_new (FZ_BUTTON_FLAT, "sign-out", _ ("退出登录"));

  g_signal_connect_swapped (other, "clicked", G_CALLBACK (on_other), self);
  g_signal_connect_swapped (leave, "clicked", G_CALLBACK (on_sign_out), self);
  gtk_box_set_homogeneous (GTK_BOX (line), TRUE);
  fz_put_wide (line, other);
  fz_put_wide (line, leave);
  return line;
}

static void
build (FzPageLock *self)
{
  const FzFields *person = fz_session_get_person (self->session);
  const char *name = fz_fields_get (person, "name");
  GtkWidget *card = fz_card_new_padded (14);
  GtkWidget *head = fz_line (12);
  GtkWidget *words = fz_column (2);
  g_autofree char *said = g_strdup_printf (_ ("窗口已锁定，未签名的内容已保存为草稿。闲置%d分钟会自动锁定。"), (int) fz_session_idle_minutes (self->session));
  GtkWidget *hint = fz_wrapped (said, "fz-soft");

  self->password = fz_secret_entry_new (FZ_SECRET_PASSWORD, _ ("登录口令"), _ ("请输入登录口令"));
  self->row = fz_form_row_new (_ ("登录口令"), self->password, FALSE);
  self->button = fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("解锁"));
  gtk_widget_add_css_class (self->button, "fz-large");
  g_signal_connect_swapped (self->password, "activate", G_CALLBACK (submit), self);
  g_signal_connect_swapped (self->password, "changed", G_CALLBACK (on_typed), self);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (submit), self);
  fz_put (head, fz_avatar_new (name, 46));
  fz_put (words, fz_text (name, "fz-title"));
  fz_put (words, fz_text (fz_role_label (fz_session_get_role (self->session)), "fz-soft"));
  fz_put_wide (head, words);
  fz_put (card, head);
  fz_put (card, hint);
  fz_put (card, self->row);
  fz_put (card, self->button);
  fz_put (card, others_new (self));
  gtk_widget_set_size_request (card, 400, -1);
  gtk_widget_set_halign (card, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (card, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (card, TRUE);
  self->root = fz_scrolled (card);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

static void
fz_page_lock_dispose (GObject *object)
{
  g_clear_pointer (&FZ_PAGE_LOCK (object)->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_page_lock_parent_class)->dispose (object);
}

static void
fz_page_lock_finalize (GObject *object)
{
  fz_session_unref (FZ_PAGE_LOCK (object)->session);
  G_OBJECT_CLASS (fz_page_lock_parent_class)->finalize (object);
}

static void
fz_page_lock_class_init (FzPageLockClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_page_lock_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_page_lock_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
}

static void
fz_page_lock_init (FzPageLock *self)
{
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-sign-in");
}

GtkWidget *
fz_page_lock_new (FzSession *session, FzLockDone done, gpointer user_data)
{
  FzPageLock *self = g_object_new (FZ_TYPE_PAGE_LOCK, NULL);

  self->session = fz_session_ref (session);
  self->done = done;
  self->user_data = user_data;
  build (self);
  return GTK_WIDGET (self);
}
