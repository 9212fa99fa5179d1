#include "ui/page_dispense.h"

#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rx_context.h"
#include "ui/rx_export.h"
#include "ui/rx_queue.h"
#include "ui/rx_sheet.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

#define RIGHT_WIDTH 336

struct _FzPageDispense {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *queue, *problem, *middle, *right, *card, *acts, *hand_out, *withdraw;
  FzFields *rx;
  const char *done; /* said when the signature that is being made stands */
  FzDialog *reason; /* weak: stays open below the signature */
};

#define FZ_TYPE_PAGE_DISPENSE (fz_page_dispense_get_type ())
G_DECLARE_FINAL_TYPE (FzPageDispense, fz_page_dispense, FZ, PAGE_DISPENSE, GtkBox)

static void fz_page_dispense_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageDispense, fz_page_dispense, GTK_TYPE_BOX,
                               G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_dispense_page_init))

static gboolean
is_effective (FzPageDispense *self)
{
  return self->rx != NULL && g_strcmp0 (fz_fields_get (self->rx, "rx.stage"), "effective") == 0;
}

static void
show_acts (FzPageDispense *self)
{
  fz_empty (self->acts);
  gtk_widget_set_visible (self->card, self->rx != NULL);
  if (self->rx != NULL)
    fz_put (self->acts, fz_rx_export_new (self->session, fz_fields_get (self->rx, "rx.id")));
  gtk_widget_set_sensitive (self->hand_out, is_effective (self));
  gtk_widget_set_sensitive (self->withdraw, is_effective (self));
}

static void
show_problem (FzPageDispense *self, const GError *error)
{
  fz_empty (self->problem);
  gtk_widget_set_visible (self->problem, error != NULL);
  if (error != NULL)
    fz_put (self->problem, fz_finding_card_new (FZ_STATUS_STOP, _ ("没有完成"), error->message, NULL));
}

static void
on_selected (FzRxQueue *queue, const char *id, FzPageDispense *self)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->rx, fz_fields_unref);
  fz_empty (self->middle);
  fz_empty (self->right);
  show_problem (self, NULL);
  if (id != NULL)
    self->rx = fz_desk_read_prescription (self->session, id, &error);
  if (self->rx != NULL) {
    fz_put (self->middle, fz_rx_sheet_new (self->rx, fz_session_now_us (self->session)));
    fz_put (self->right, fz_rx_patient_new (self->rx));
  } else {
    GtkWidget *card = fz_put_wide (self->middle, fz_card_new ());

    fz_put_wide (card, error != NULL ? fz_error_state_new_from (error, NULL)
                                     : fz_empty_state_new ("dispense", _ ("没有待发药的处方"),
                                                           _ ("审核通过、仍在有效期内的处方会出现在左侧，先到期的排在最前。"), NULL));
  }
  show_acts (self);
}

/* --- acting --- */

static void
on_signed (GPtrArray *ids, gpointer data)
{
  FzPageDispense *self = data;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (self->reason != NULL)
    fz_dialog_close (self->reason);
  fz_toast_show (GTK_WIDGET (self), FZ_STATUS_OK, self->done);
  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  fz_rx_queue_move (FZ_RX_QUEUE (self->queue), 0);
}

static void
sign (FzPageDispense *self, FzSheet *sheet, const char *title, const char *done)
{
  self->done = done;
  fz_sign_flow_start (GTK_WIDGET (self), self->session, sheet, title, on_signed, g_object_ref (self), g_object_unref);
}

static void
hand_out (FzPageDispense *self)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  if (!is_effective (self))
    return;
  sheet = fz_desk_prepare_dispense (self->session, fz_fields_get (self->rx, "rx.id"), &error);
  show_problem (self, error);
  if (sheet != NULL)
    sign (self, sheet, _ ("发药"), _ ("发药已登记"));
}

static gboolean
on_reason (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzPageDispense *self = data;
  FzSheet *sheet = fz_desk_prepare_void (self->session, fz_fields_get (self->rx, "rx.id"), words, error);

  if (sheet == NULL)
    return FALSE;
  g_set_weak_pointer (&self->reason, dialog);
  sign (self, sheet, _ ("撤回处方"), _ ("处方已撤回"));
  return TRUE;
}

static void
withdraw (FzPageDispense *self)
{
  g_autofree char *who = NULL;
  FzReasonAsk ask = { .title = _ ("撤回处方"),
                      .words_caption = _ ("撤回理由"),
                      .words_hint = _ ("例如：复核发现与患者正在服用的药品重复"),
                      .confirm = _ ("撤回"),
                      .danger = TRUE };

  if (!is_effective (self))
    return;
  who = g_strdup_printf (_ ("%s　处方 %s。撤回后处方作废，不能再发药；理由随处方留存。"), fz_fields_get (self->rx, "patient.name"),
                         fz_fields_get (self->rx, "rx.id"));
  ask.subtitle = who;
  fz_dialog_reason (GTK_WIDGET (self), &ask, on_reason, g_object_ref (self), g_object_unref);
}

static void
on_hand_out (GtkButton *button, FzPageDispense *self)
{
  hand_out (self);
}

static void
on_withdraw (GtkButton *button, FzPageDispense *self)
{
  withdraw (self);
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
  else if (key == GDK_KEY_j || key == GDK_KEY_k)
    fz_rx_queue_move (FZ_RX_QUEUE (self->queue), key == GDK_KEY_j ? 1 : -1);
  else
    return FALSE;
  return TRUE;
}

/* --- the page --- */

static void
refresh (FzPage *page)
{
  FzPageDispense *self = FZ_PAGE_DISPENSE (page);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    fz_rx_queue_move (FZ_RX_QUEUE (self->queue), 0);
}

static void
fz_page_dispense_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
}

static void
fz_page_dispense_finalize (GObject *object)
{
  FzPageDispense *self = FZ_PAGE_DISPENSE (object);

  g_clear_weak_pointer (&self->reason);
  g_clear_pointer (&self->rx, fz_fields_unref);
  fz_session_unref (self->session);
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

static void
build_middle (FzPageDispense *self, GtkWidget *page)
{
  GtkWidget *column = fz_put_wide (page, fz_column (12)), *line;

  self->problem = fz_put (column, fz_column (0));
  self->middle = fz_column (12);
  fz_put_wide (column, fz_scrolled (self->middle));
  self->card = fz_put (column, fz_card_new ());
  line = fz_put (self->card, fz_line (10));
  gtk_widget_add_css_class (line, "fz-acts");
  self->acts = fz_put (line, fz_line (8));
  fz_put_space (line);
  self->withdraw = fz_put (line, fz_button_new (FZ_BUTTON_DANGER_SOFT, NULL, _ ("撤回 X")));
  self->hand_out = fz_put (line, fz_button_new (FZ_BUTTON_PRIMARY, "dispense", _ ("发药 D")));
  gtk_widget_set_tooltip_text (self->withdraw, _ ("写明理由后签名，处方作废（X）"));
  gtk_widget_set_tooltip_text (self->hand_out, _ ("全部发出，只登记一次（D 或 1）"));
  g_signal_connect (self->withdraw, "clicked", G_CALLBACK (on_withdraw), self);
  g_signal_connect (self->hand_out, "clicked", G_CALLBACK (on_hand_out), self);
}

GtkWidget *
fz_page_dispense_new (FzSession *session)
{
  FzPageDispense *self = g_object_new (FZ_TYPE_PAGE_DISPENSE, NULL);
  GtkWidget *page = GTK_WIDGET (self), *work, *scroll;
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->queue = fz_put (page, fz_rx_queue_new (session, _ ("发药")));
  work = fz_put_wide (page, fz_line (14));
  gtk_widget_add_css_class (work, "fz-page");
  build_middle (self, work);
  self->right = fz_column (12);
  scroll = fz_put (work, fz_scrolled (self->right));
  gtk_widget_set_size_request (scroll, RIGHT_WIDTH, -1);
  gtk_widget_set_hexpand (scroll, FALSE);
  fz_rx_queue_add_part (FZ_RX_QUEUE (self->queue), FZ_LIST_DISPENSE, _ ("待发药"), _ ("没有待发药的处方"));
  g_signal_connect (self->queue, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (page, keys);
  on_selected (FZ_RX_QUEUE (self->queue), NULL, self);
  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  return page;
}
