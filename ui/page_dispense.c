#include "ui/page_dispense.h"

#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rx_context.h"
#include "ui/rx_desk.h"

#include <glib/gi18n-lib.h>

struct _FzPageDispense {
  GtkBox parent_instance;
  FzSession *session;
  FzRxDesk *desk;
  GtkWidget *hand_out, *withdraw;
};

#define FZ_TYPE_PAGE_DISPENSE (fz_page_dispense_get_type ())
G_DECLARE_FINAL_TYPE (FzPageDispense, fz_page_dispense, FZ, PAGE_DISPENSE, GtkBox)

static void fz_page_dispense_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageDispense, fz_page_dispense, GTK_TYPE_BOX,
                               G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_dispense_page_init))

static gboolean
is_effective (FzPageDispense *self)
{
  return fz_rx_desk_is_at (self->desk, "effective");
}

static void
on_shown (FzPageDispense *self)
{
  const FzFields *rx = fz_rx_desk_get_rx (self->desk);

  if (rx != NULL)
    fz_rx_desk_put_right (self->desk, fz_rx_patient_new (rx));
  gtk_widget_set_sensitive (self->hand_out, is_effective (self));
  gtk_widget_set_sensitive (self->withdraw, is_effective (self));
}

/* --- acting --- */

static void
hand_out (FzPageDispense *self)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  if (!is_effective (self))
    return;
  sheet = fz_desk_prepare_dispense (self->session, fz_fields_get (fz_rx_desk_get_rx (self->desk), "rx.id"), &error);
  fz_rx_desk_say (self->desk, error);
  if (sheet != NULL)
    fz_rx_desk_sign (self->desk, sheet, _ ("发药"), FZ_STATUS_OK, _ ("发药已登记"));
}

static gboolean
on_reason (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzPageDispense *self = data;
  FzSheet *sheet = fz_desk_prepare_void (self->session, fz_fields_get (fz_rx_desk_get_rx (self->desk), "rx.id"), words, error);

  if (sheet == NULL)
    return FALSE;
  fz_rx_desk_keep_below (self->desk, dialog);
  fz_rx_desk_sign (self->desk, sheet, _ ("撤回处方"), FZ_STATUS_OK, _ ("处方已撤回"));
  return TRUE;
}

static void
withdraw (FzPageDispense *self)
{
  const FzFields *rx = fz_rx_desk_get_rx (self->desk);
  g_autofree char *who = NULL;
  FzReasonAsk ask = { .title = _ ("撤回处方"),
                      .words_caption = _ ("撤回理由"),
                      .words_hint = _ ("例如：复核发现与患者正在服用的药品重复"),
                      .confirm = _ ("撤回"),
                      .danger = TRUE };

  if (!is_effective (self))
    return;
  who = g_strdup_printf (_ ("%s　处方 %s。撤回后处方作废，不能再发药；理由随处方留存。"), fz_fields_get (rx, "patient.name"),
                         fz_fields_get (rx, "rx.id"));
  ask.subtitle = who;
  fz_dialog_reason (GTK_WIDGET (self), &ask, on_reason, g_object_ref (self), g_object_unref);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzPageDispense *self)
{
  guint key = gdk_keyval_to_lower (keyval);

  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  if (key == GDK_KEY_d || key == GDK_KEY_1)
    hand_out (self);
  else if (key == GDK_KEY_x)
    withdraw (self);
  else
    return FALSE;
  return TRUE;
}

/* --- the page --- */

static void
refresh (FzPage *page)
{
  fz_rx_desk_refresh (FZ_PAGE_DISPENSE (page)->desk);
}

static void
fz_page_dispense_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_dispense_finalize (GObject *object)
{
  fz_session_unref (FZ_PAGE_DISPENSE (object)->session);
  G_OBJECT_CLASS (fz_page_dispense_parent_class)->finalize (object);
}

static void
fz_page_dispense_class_init (FzPageDispenseClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_page_dispense_finalize;
}

static void
fz_page_dispense_init (FzPageDispense *self)
{
}

GtkWidget *
fz_page_dispense_new (FzSession *session)
{
  FzPageDispense *self = g_object_new (FZ_TYPE_PAGE_DISPENSE, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->desk = FZ_RX_DESK (fz_put_wide (GTK_WIDGET (self), fz_rx_desk_new (session, _ ("发药"), "dispense")));
  self->withdraw = fz_rx_desk_add_act (self->desk, FZ_BUTTON_DANGER_SOFT, NULL, _ ("撤回 X"), _ ("写明理由后签名，处方作废（X）"));
  self->hand_out = fz_rx_desk_add_act (self->desk, FZ_BUTTON_PRIMARY, "dispense", _ ("发药 D"), _ ("全部发出，只登记一次（D 或 1）"));
  g_signal_connect_swapped (self->withdraw, "clicked", G_CALLBACK (withdraw), self);
  g_signal_connect_swapped (self->hand_out, "clicked", G_CALLBACK (hand_out), self);
  g_signal_connect_swapped (self->desk, "shown", G_CALLBACK (on_shown), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  fz_rx_desk_add_part (self->desk, FZ_LIST_DISPENSE, _ ("待发药"), _ ("没有待发药的处方"), _ ("没有待发药的处方"),
                       _ ("审核通过、仍在有效期内的处方会出现在左侧，先到期的排在最前。"));
  fz_rx_desk_refresh (self->desk);
  return GTK_WIDGET (self);
}
