#include "ui/page_password.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>

struct _FzPagePassword {
  GtkWidget parent_instance;
  FzPasswordDone done;
  gpointer user_data;
  GtkWidget *root, *form, *button;
};

G_DEFINE_FINAL_TYPE (FzPagePassword, fz_page_password, GTK_TYPE_WIDGET)

static void
on_changed (FzPagePassword *self)
{
  gtk_widget_set_sensitive (self->button, fz_password_form_is_ready (FZ_PASSWORD_FORM (self->form)));
}

static void
on_done (FzPagePassword *self)
{
  self->done (TRUE, self->user_data);
}

static void
on_leave (FzPagePassword *self)
{
  self->done (FALSE, self->user_data);
}

static void
submit (FzPagePassword *self)
{
  fz_password_form_submit (FZ_PASSWORD_FORM (self->form));
}

static void
build (FzPagePassword *self, FzSession *session)
{
  GtkWidget *card = fz_card_new_padded (14), *leave = fz_button_new (FZ_BUTTON_FLAT, "sign-out", _ ("退出登录"));

  self->form = fz_password_form_new (session, FZ_PASSWORD_FORM_PASSWORD);
  self->button = fz_button_new (FZ_BUTTON_PRIMARY, NULL, _ ("更换并继续"));
  gtk_widget_add_css_class (self->button, "fz-large");
  gtk_widget_set_sensitive (self->button, FALSE);
  g_signal_connect_swapped (self->form, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect_swapped (self->form, "changed-secret", G_CALLBACK (on_done), self);
  g_signal_connect_swapped (self->button, "clicked", G_CALLBACK (submit), self);
  g_signal_connect_swapped (leave, "clicked", G_CALLBACK (on_leave), self);
  fz_put (card, fz_text (_ ("登录口令已到期"), "fz-title"));
  fz_put (card, fz_wrapped (_ ("更换口令之后才能继续工作。候诊的患者和待审的处方不受影响。"), "fz-soft"));
  fz_put (card, self->form);
  fz_put (card, self->button);
  fz_put (card, leave);
  gtk_widget_set_size_request (card, 440, -1);
  gtk_widget_set_halign (card, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (card, GTK_ALIGN_CENTER);
  gtk_widget_set_vexpand (card, TRUE);
  self->root = fz_scrolled (card);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

GtkWidget *
fz_page_password_new (FzSession *session, FzPasswordDone done, gpointer user_data)
{
  FzPagePassword *self = g_object_new (FZ_TYPE_PAGE_PASSWORD, NULL);

  self->done = done;
  self->user_data = user_data;
  build (self, session);
  return GTK_WIDGET (self);
}

static void
fz_page_password_dispose (GObject *object)
{
  g_clear_pointer (&FZ_PAGE_PASSWORD (object)->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_page_password_parent_class)->dispose (object);
}

static void
fz_page_password_class_init (FzPagePasswordClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = fz_page_password_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
fz_page_password_init (FzPagePassword *self)
{
}
