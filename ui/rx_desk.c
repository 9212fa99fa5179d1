#include "ui/rx_desk.h"

#include "ui/dialog_print.h"
#include "ui/kit/kit.h"
#include "ui/fact_list.h"
#include "ui/layout.h"
#include "ui/marking.h"
#include "ui/rx_export.h"
#include "ui/rx_sheet.h"
#include "ui/sign_flow.h"

#include <glib/gi18n-lib.h>

#define RIGHT_WIDTH 320

typedef struct {
  FzList list;
  char *title, *text;
} Empty;

struct _FzRxDesk {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *queue, *above, *problem, *middle, *right, *beside, *card, *export, *acts;
  GArray *empties; /* of Empty */
  char *icon;
  FzFields *rx;
  FzStatus status; /* of the signature that is being made */
  char *said;
  FzDialog *below; /* weak */
  gboolean failed; /* the queue could not be read */
};

G_DEFINE_FINAL_TYPE (FzRxDesk, fz_rx_desk, GTK_TYPE_BOX)

static guint shown_signal, signed_signal;

/* --- the prescription in the middle --- */

void
fz_rx_desk_say (FzRxDesk *self, const GError *error)
{
  fz_empty (self->problem);
  gtk_widget_set_visible (self->problem, error != NULL);
  if (error != NULL)
    fz_put (self->problem, fz_finding_card_new (FZ_STATUS_STOP, _ ("没有完成"), error->message, NULL));
}

static void show (FzRxDesk *self, const char *id);

static void
open_again (gpointer owner)
{
  FzRxDesk *self = owner;

  show (self, fz_rx_queue_get_selected (FZ_RX_QUEUE (self->queue)));
}

/* Whose it is, of a row that stands in the queue. */
static const char *
visit_of (FzRxDesk *self, const char *id)
{
  GListModel *rows = fz_rx_queue_get_rows (FZ_RX_QUEUE (self->queue));

  for (guint i = 0; id != NULL && i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (FzFactRow) item = g_list_model_get_item (rows, i);
    const FzFields *row = fz_fact_row_get (item);

    if (g_strcmp0 (fz_fields_get (row, "rx.id"), id) == 0)
      return fz_fields_get (row, "rx.visit");
  }
  return NULL;
}

static void
show_nothing (FzRxDesk *self, const GError *error)
{
  FzList list = fz_rx_queue_get_part (FZ_RX_QUEUE (self->queue));
  GtkWidget *card = fz_put_wide (self->middle, fz_card_new ());

  if (error != NULL)
    fz_put_wide (card, fz_marking_gate_new (self->session, visit_of (self, fz_rx_queue_get_selected (FZ_RX_QUEUE (self->queue))), error,
                                            open_again, self));
  if (error == NULL && self->failed)
    fz_put_wide (card, fz_empty_state_new (self->icon, _ ("没有读到处方"), _ ("左侧写明了原因。"), NULL));
  for (guint i = 0; error == NULL && !self->failed && i < self->empties->len; i++) {
    const Empty *empty = &g_array_index (self->empties, Empty, i);

    if (empty->list == list)
      fz_put_wide (card, fz_empty_state_new (self->icon, empty->title, empty->text, NULL));
  }
}

static void
show (FzRxDesk *self, const char *id)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->rx, fz_fields_unref);
  fz_empty (self->middle);
  fz_empty (self->right);
  fz_empty (self->export);
  fz_rx_desk_say (self, NULL);
  if (id != NULL)
    self->rx = fz_desk_read_prescription (self->session, id, &error);
  gtk_widget_set_visible (self->beside, self->rx != NULL); /* what is said when there is none has the whole width */
  if (self->rx != NULL) {
    fz_put (self->middle, fz_rx_sheet_new (self->rx, fz_session_now_us (self->session)));
    fz_put (self->export, fz_rx_export_new (self->session, fz_fields_get (self->rx, "rx.id")));
  } else
    show_nothing (self, error);
  gtk_widget_set_visible (self->card, self->rx != NULL);
  g_signal_emit (self, shown_signal, 0);
}

static void
on_selected (FzRxQueue *queue, const char *id, FzRxDesk *self)
{
  show (self, id);
}

/* --- signing --- */

static void
on_signed (GPtrArray *ids, gpointer data)
{
  FzRxDesk *self = data;

  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (self->below != NULL)
    fz_dialog_close (self->below);
  fz_toast_show (GTK_WIDGET (self), self->status, self->said);
  g_signal_emit (self, signed_signal, 0);
  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  fz_rx_queue_move (FZ_RX_QUEUE (self->queue), 0);
}

void
fz_rx_desk_sign (FzRxDesk *self, FzSheet *sheet, const char *title, FzStatus status, const char *said)
{
  self->status = status;
  g_free (self->said);
  self->said = g_strdup (said);
  fz_sign_flow_start (GTK_WIDGET (self), self->session, sheet, title, on_signed, g_object_ref (self), g_object_unref);
}

void
fz_rx_desk_keep_below (FzRxDesk *self, FzDialog *dialog)
{
  g_set_weak_pointer (&self->below, dialog);
}

/* --- the queue --- */

void
fz_rx_desk_refresh (FzRxDesk *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  fz_rx_queue_reload (FZ_RX_QUEUE (self->queue));
  if (self->failed != fz_rx_queue_has_failed (FZ_RX_QUEUE (self->queue))) {
    self->failed = !self->failed;
    show (self, fz_rx_queue_get_selected (FZ_RX_QUEUE (self->queue)));
  }
  if (root != NULL && (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self))))
    fz_rx_queue_move (FZ_RX_QUEUE (self->queue), 0);
}

/* The ones that were chosen in the queue, else the one in the middle. */
static void
print (FzRxDesk *self)
{
  g_auto (GStrv) picked = fz_rx_queue_dup_picked (FZ_RX_QUEUE (self->queue));

  if (picked != NULL)
    fz_dialog_print (GTK_WIDGET (self), self->session, (const char *const *) picked);
  else if (self->rx != NULL)
    fz_dialog_print_one (GTK_WIDGET (self), self->session, fz_fields_get (self->rx, "rx.id"));
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzRxDesk *self)
{
  guint key = gdk_keyval_to_lower (keyval);
  GdkModifierType held = mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK | GDK_SHIFT_MASK);

  if (held == GDK_CONTROL_MASK && (key == GDK_KEY_p || key == GDK_KEY_a)) {
    if (key == GDK_KEY_p)
      print (self);
    else
      fz_rx_queue_pick_all (FZ_RX_QUEUE (self->queue));
    return TRUE;
  }
  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0 || (key != GDK_KEY_j && key != GDK_KEY_k))
    return FALSE;
  fz_rx_queue_move (FZ_RX_QUEUE (self->queue), key == GDK_KEY_j ? 1 : -1);
  return TRUE;
}

void
fz_rx_desk_add_part (FzRxDesk *self, FzList list, const char *word, const char *empty, const char *title, const char *text)
{
  Empty what = { list, g_strdup (title), g_strdup (text) };

  g_array_append_val (self->empties, what);
  fz_rx_queue_add_part (FZ_RX_QUEUE (self->queue), list, word, empty);
  if (self->empties->len == 1) /* what stands there until the queue is read */
    show (self, NULL);
}

FzRxQueue *
fz_rx_desk_get_queue (FzRxDesk *self)
{
  return FZ_RX_QUEUE (self->queue);
}

const FzFields *
fz_rx_desk_get_rx (FzRxDesk *self)
{
  return self->rx;
}

gboolean
fz_rx_desk_is_at (FzRxDesk *self, const char *stage)
{
  return self->rx != NULL && g_strcmp0 (fz_fields_get (self->rx, "rx.stage"), stage) == 0;
}

/* --- building --- */

GtkWidget *
fz_rx_desk_add_act (FzRxDesk *self, FzButtonKind kind, const char *icon, const char *label, const char *tooltip)
{
  GtkWidget *button = fz_button_new (kind, icon, label);

  gtk_widget_set_tooltip_text (button, tooltip);
  return fz_put (self->acts, button);
}

void
fz_rx_desk_put_above (FzRxDesk *self, GtkWidget *widget)
{
  fz_put (self->above, widget);
}

void
fz_rx_desk_put_below (FzRxDesk *self, GtkWidget *widget)
{
  fz_put (self->middle, widget);
}

void
fz_rx_desk_put_right (FzRxDesk *self, GtkWidget *widget)
{
  fz_put (self->right, widget);
}

static void
build_middle (FzRxDesk *self, GtkWidget *page)
{
  GtkWidget *column = fz_put_wide (page, fz_column (12)), *line;

  self->above = fz_put (column, fz_column (12));
  self->problem = fz_put (column, fz_column (0));
  self->middle = fz_column (12);
  fz_put_wide (column, fz_scrolled (self->middle));
  self->card = fz_put (column, fz_card_new ());
  line = fz_put (self->card, fz_wrap_new (10, 8));
  gtk_widget_add_css_class (line, "fz-acts");
  self->export = fz_wrap_add (line, fz_line (8));
  self->acts = fz_wrap_add (line, fz_line (10));
  gtk_widget_set_hexpand (self->export, FALSE);
  gtk_widget_set_hexpand (self->acts, TRUE);
  gtk_widget_set_halign (self->acts, GTK_ALIGN_END);
}

static void
fz_rx_desk_finalize (GObject *object)
{
  FzRxDesk *self = FZ_RX_DESK (object);

  g_clear_weak_pointer (&self->below);
  g_clear_pointer (&self->rx, fz_fields_unref);
  g_array_unref (self->empties);
  fz_session_unref (self->session);
  g_free (self->icon);
  g_free (self->said);
  G_OBJECT_CLASS (fz_rx_desk_parent_class)->finalize (object);
}

static void
fz_rx_desk_class_init (FzRxDeskClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fz_rx_desk_finalize;
  shown_signal = g_signal_new ("shown", FZ_TYPE_RX_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signed_signal = g_signal_new ("signed", FZ_TYPE_RX_DESK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
empty_clear (gpointer data)
{
  Empty *empty = data;

  g_free (empty->title);
  g_free (empty->text);
}

static void
fz_rx_desk_init (FzRxDesk *self)
{
  self->empties = g_array_new (FALSE, FALSE, sizeof (Empty));
  g_array_set_clear_func (self->empties, empty_clear);
}

GtkWidget *
fz_rx_desk_new (FzSession *session, const char *title, const char *icon)
{
  FzRxDesk *self = g_object_new (FZ_TYPE_RX_DESK, NULL);
  GtkWidget *box = GTK_WIDGET (self), *work;
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->session = fz_session_ref (session);
  self->icon = g_strdup (icon);
  self->queue = fz_put (box, fz_rx_queue_new (session, title));
  work = fz_put_wide (box, fz_line (14));
  gtk_widget_add_css_class (work, "fz-page");
  build_middle (self, work);
  self->right = fz_column (12);
  self->beside = fz_put (work, fz_scrolled (self->right));
  gtk_widget_set_size_request (self->beside, RIGHT_WIDTH, -1);
  gtk_widget_set_hexpand (self->beside, FALSE);
  g_signal_connect (self->queue, "selected", G_CALLBACK (on_selected), self);
  g_signal_connect_swapped (self->queue, "print", G_CALLBACK (print), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (box, keys);
  return box;
}
