#include "ui/page_dispense.h"

#include "ui/dialog_dispense.h"
#include "ui/dialog_reason.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/rx_context.h"
#include "ui/rx_desk.h"
#include "ui/rx_trace.h"

#include <glib/gi18n-lib.h>

struct _FzPageDispense {
  GtkBox parent_instance;
  FzSession *session;
  FzRxDesk *desk;
  GtkWidget *prepare, *pass_on, *reject, *hand_out, *settle, *withdraw;
};

#define FZ_TYPE_PAGE_DISPENSE (fz_page_dispense_get_type ())
G_DECLARE_FINAL_TYPE (FzPageDispense, fz_page_dispense, FZ, PAGE_DISPENSE, GtkBox)

static void fz_page_dispense_page_init (FzPageInterface *iface);
G_DEFINE_FINAL_TYPE_WITH_CODE (FzPageDispense, fz_page_dispense, GTK_TYPE_BOX,
                               G_IMPLEMENT_INTERFACE (FZ_TYPE_PAGE, fz_page_dispense_page_init))

static const FzFields *
shown (FzPageDispense *self)
{
  return fz_rx_desk_get_rx (self->desk);
}

static gboolean
is_effective (FzPageDispense *self)
{
  return fz_rx_desk_is_at (self->desk, "effective");
}

/* The last part in that state; G_MAXUINT: none. */
static guint
part_in (FzPageDispense *self, const char *state)
{
  const FzFields *rx = shown (self);
  guint n = rx != NULL ? fz_fields_count (rx, "rx.part") : 0;

  for (guint i = n; i > 0; i--)
    if (g_strcmp0 (fz_fields_get_at (rx, "rx.part", i - 1, "state"), state) == 0)
      return i - 1;
  return G_MAXUINT;
}

static guint
open_part (FzPageDispense *self)
{
  guint part = part_in (self, "prepared");

  return part != G_MAXUINT ? part : part_in (self, "checked");
}

static gboolean
can_prepare (FzPageDispense *self)
{
  return is_effective (self) && open_part (self) == G_MAXUINT;
}

static gboolean
can_check (FzPageDispense *self)
{
  return is_effective (self) && part_in (self, "prepared") != G_MAXUINT;
}

static gboolean
can_hand_out (FzPageDispense *self)
{
  return is_effective (self) && open_part (self) != G_MAXUINT;
}

static gboolean
can_pass_on (FzPageDispense *self)
{
  const FzFields *rx = shown (self);
  const char *word = rx != NULL ? fz_fields_get (rx, "rx.supply") : NULL;

  return is_effective (self) && (word == NULL || g_str_equal (word, "none"));
}

static gboolean
can_settle (FzPageDispense *self)
{
  return part_in (self, "sent") != G_MAXUINT;
}

static void
on_shown (FzPageDispense *self)
{
  const FzFields *rx = shown (self);
  GtkWidget *owed = rx != NULL ? fz_rx_owed_new (rx) : NULL;

  if (owed != NULL)
    fz_rx_desk_put_right (self->desk, owed);
  if (rx != NULL) {
    fz_rx_desk_put_right (self->desk, fz_rx_trace_new (rx, fz_session_now_us (self->session)));
    fz_rx_desk_put_right (self->desk, fz_rx_patient_new (rx));
  }
  gtk_widget_set_visible (self->prepare, can_prepare (self));
  gtk_widget_set_visible (self->pass_on, can_pass_on (self));
  gtk_widget_set_visible (self->reject, can_check (self));
  gtk_widget_set_visible (self->hand_out, can_hand_out (self));
  gtk_widget_set_visible (self->settle, can_settle (self));
  gtk_widget_set_visible (self->withdraw, is_effective (self));
}

/* --- acting --- */

static const char *
rx_id (FzPageDispense *self)
{
  return fz_fields_get (shown (self), "rx.id");
}

/* What a dialog gave became a sheet, or the dialog says why not and keeps what was typed. */
static gboolean
sign_below (FzPageDispense *self, FzDialog *dialog, FzSheet *sheet, const char *title, const char *said)
{
  if (sheet == NULL)
    return FALSE;
  fz_rx_desk_keep_below (self->desk, dialog);
  fz_rx_desk_sign (self->desk, sheet, title, FZ_STATUS_OK, said);
  return TRUE;
}

static gboolean
on_prepared (FzDialog *dialog, const FzFields *facts, gpointer data, GError **error)
{
  FzPageDispense *self = data;

  return sign_below (self, dialog, fz_desk_prepare_preparation (self->session, rx_id (self), facts, error), _ ("调配"), _ ("调配已登记，请另一位药师核对"));
}

static void
prepare (FzPageDispense *self)
{
  if (can_prepare (self))
    fz_dialog_prepare (GTK_WIDGET (self), self->session, shown (self), on_prepared, g_object_ref (self), g_object_unref);
}

static gboolean
on_handed (FzDialog *dialog, const FzFields *facts, gpointer data, GError **error)
{
  FzPageDispense *self = data;

  return sign_below (self, dialog, fz_desk_prepare_dispense (self->session, rx_id (self), facts, error), _ ("发药"), _ ("发药已登记"));
}

static void
hand_out (FzPageDispense *self)
{
  if (can_hand_out (self))
    fz_dialog_hand_out (GTK_WIDGET (self), self->session, shown (self), open_part (self), on_handed, g_object_ref (self), g_object_unref);
}

static void
pass_on (FzPageDispense *self)
{
  if (can_pass_on (self))
    fz_dialog_pass_on (GTK_WIDGET (self), self->session, shown (self), on_handed, g_object_ref (self), g_object_unref);
}

static gboolean
on_settled (FzDialog *dialog, const FzFields *facts, gpointer data, GError **error)
{
  FzPageDispense *self = data;

  return sign_below (self, dialog, fz_desk_prepare_delivery (self->session, rx_id (self), facts, error), _ ("配送结果"), _ ("结果已登记"));
}

static void
settle (FzPageDispense *self)
{
  if (can_settle (self))
    fz_dialog_outcome (GTK_WIDGET (self), self->session, shown (self), part_in (self, "sent"), on_settled, g_object_ref (self), g_object_unref);
}

static gboolean
on_rejected (FzDialog *dialog, const char *code, const char *words, gpointer data, GError **error)
{
  FzPageDispense *self = data;

  return sign_below (self, dialog, fz_desk_prepare_preparation_check (self->session, rx_id (self), "rejected", words, error), _ ("核对不符"),
                     _ ("已退回重新调配"));
}

static void
reject (FzPageDispense *self)
{
  FzReasonAsk ask = { .title = _ ("核对不符"),
                      .subtitle = _ ("这批药品不发出，退回重新调配；哪里不符随处方留存。"),
                      .words_caption = _ ("哪里不符"),
                      .words_hint = _ ("例如：规格应为 5mg，取成 10mg"),
                      .confirm = _ ("退回重调"),
                      .danger = TRUE };

  if (can_check (self))
    fz_dialog_reason (GTK_WIDGET (self), &ask, on_rejected, g_object_ref (self), g_object_unref);
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

/* What a prescription waits for, whatever that is. */
static void
next_step (FzPageDispense *self)
{
  if (can_prepare (self))
    prepare (self);
  else if (can_hand_out (self))
    hand_out (self);
  else
    settle (self);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzPageDispense *self)
{
  guint key = gdk_keyval_to_lower (keyval);

  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  if (key == GDK_KEY_p)
    prepare (self);
  else if (key == GDK_KEY_d)
    hand_out (self);
  else if (key == GDK_KEY_o)
    pass_on (self);
  else if (key == GDK_KEY_r)
    reject (self);
  else if (key == GDK_KEY_s)
    settle (self);
  else if (key == GDK_KEY_x)
    withdraw (self);
  else if (key == GDK_KEY_slash)
    fz_rx_queue_focus_search (fz_rx_desk_get_queue (self->desk));
  else if (key == GDK_KEY_1)
    next_step (self);
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
find_rx (FzPage *page, const char *text, GListStore *rows)
{
  fz_rx_queue_find (fz_rx_desk_get_queue (FZ_PAGE_DISPENSE (page)->desk), text, rows);
}

static void
open_rx (FzPage *page, const char *id)
{
  fz_rx_queue_open (fz_rx_desk_get_queue (FZ_PAGE_DISPENSE (page)->desk), id);
}

static void
fz_page_dispense_page_init (FzPageInterface *iface)
{
  iface->refresh = refresh;
  iface->search = find_rx;
  iface->open = open_rx;
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

static GtkWidget *
act_new (FzPageDispense *self, FzButtonKind kind, const char *icon, const char *label, const char *keys, GCallback clicked)
{
  GtkWidget *button = fz_rx_desk_add_act (self->desk, kind, icon, label, keys);

  g_signal_connect_swapped (button, "clicked", clicked, self);
  return button;
}

GtkWidget *
fz_page_dispense_new (FzSession *session)
{
  FzPageDispense *self = g_object_new (FZ_TYPE_PAGE_DISPENSE, NULL);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->desk = FZ_RX_DESK (fz_put_wide (GTK_WIDGET (self), fz_rx_desk_new (session, _ ("发药"), "dispense")));
  self->withdraw = act_new (self, FZ_BUTTON_DANGER_SOFT, NULL, _ ("撤回 X"), _ ("写明理由后签名，处方作废（X）"), G_CALLBACK (withdraw));
  self->pass_on = act_new (self, FZ_BUTTON_PLAIN, "store", _ ("院外药店 O"), _ ("全部流转到签有供药协议的药店（O）"), G_CALLBACK (pass_on));
  self->reject = act_new (self, FZ_BUTTON_PLAIN, NULL, _ ("核对不符 R"), _ ("写明哪里不符，退回重新调配（R）"), G_CALLBACK (reject));
  self->prepare = act_new (self, FZ_BUTTON_PRIMARY, "dispense", _ ("调配 P"), _ ("登记取药方式和本次数量（P 或 1）"), G_CALLBACK (prepare));
  self->hand_out = act_new (self, FZ_BUTTON_PRIMARY, "dispense", _ ("核对发药 D"), _ ("由调配以外的药师核对后发出（D 或 1）"), G_CALLBACK (hand_out));
  self->settle = act_new (self, FZ_BUTTON_PRIMARY, "truck", _ ("登记结果 S"), _ ("配送送达或退回、药店交付（S 或 1）"), G_CALLBACK (settle));
  g_signal_connect_swapped (self->desk, "shown", G_CALLBACK (on_shown), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  fz_rx_desk_add_part (self->desk, FZ_LIST_DISPENSE, _ ("待发药"), _ ("没有待发药的处方"), _ ("没有待发药的处方"),
                       _ ("审核通过、仍在有效期内的处方会出现在左侧，先到期的排在最前。"));
  fz_rx_desk_add_part (self->desk, FZ_LIST_SENT, _ ("在途"), _ ("没有在途的药品"), _ ("没有在途的药品"),
                       _ ("交配送或流转到药店、还没有登记结果的处方会出现在左侧，最早发出的排在最前。"));
  fz_rx_desk_add_part (self->desk, FZ_LIST_DISPENSED, _ ("已发"), _ ("今天还没有发齐的处方"), _ ("没有选中处方"), _ ("今天发出的处方在左侧，选一张查看。"));
  fz_rx_queue_add_search (fz_rx_desk_get_queue (self->desk), _ ("找姓名、处方号（/）"));
  fz_rx_queue_add_picking (fz_rx_desk_get_queue (self->desk));
  fz_rx_desk_refresh (self->desk);
  return GTK_WIDGET (self);
}
