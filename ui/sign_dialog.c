#include "ui/sign_dialog.h"

#include "core/error.h"
#include "ui/kit/access.h"
#include "ui/kit/form_row.h"
#include "ui/secret_entry.h"
#include "ui/theme.h"
#include "ui/token_pin.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define WIDTH 760
#define EDGES 46 /* of the body and the sheet, both sides */
#define URGENT_SECONDS 10
#define SHAKE_US (360 * G_TIME_SPAN_MILLISECOND)
#define SHAKE_PIXELS 9

struct _FzSignDialog {
  FzDialog parent_instance;
  GtkWidget *sheets, *statements, *law, *pin, *row, *clock;
  GtkWidget *body, *token_pin, *token_row; /* token_pin NULL: nothing signs besides the signer's own key */
  FzSignFunc callback;
  gpointer user_data;
  gint64 deadline_us;
  guint timer, shake;
  gint64 shake_from_us;
  gboolean over; /* the last callback was made */
};

static guint stated_signal;

G_DEFINE_FINAL_TYPE (FzSignDialog, fz_sign_dialog, FZ_TYPE_DIALOG)

guint
fz_sign_dialog_get_seconds (FzSignDialog *self)
{
  gint64 left_us = self->deadline_us - g_get_monotonic_time ();

  return left_us > 0 ? (guint) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : 0;
}

static void
stop_timer (FzSignDialog *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

/* Makes the last callback once and takes the dialog away. */
static void
finish (FzSignDialog *self, FzSignOutcome outcome)
{
  if (self->over)
    return;
  g_object_ref (self); /* closing drops the stage's reference */
  self->over = TRUE;
  stop_timer (self);
  fz_secret_entry_wipe (FZ_SECRET_ENTRY (self->pin));
  if (self->token_pin != NULL)
    fz_secret_entry_wipe (FZ_SECRET_ENTRY (self->token_pin));
  fz_dialog_close (FZ_DIALOG (self));
  self->callback (self, outcome, NULL, self->user_data);
  g_object_unref (self);
}

void
fz_sign_dialog_done (FzSignDialog *self)
{
  self->over = TRUE;
  stop_timer (self);
  fz_dialog_close (FZ_DIALOG (self));
}

static void
show_clock (FzSignDialog *self)
{
  guint seconds = fz_sign_dialog_get_seconds (self);
  g_autofree char *text = g_strdup_printf ("0:%02u", seconds % 60);

  if (seconds == 60)
    gtk_label_set_text (GTK_LABEL (self->clock), "1:00");
  else
    gtk_label_set_text (GTK_LABEL (self->clock), text);
  if (seconds <= URGENT_SECONDS)
    gtk_widget_add_css_class (self->clock, "warn");
}

static gboolean
on_tick (gpointer data)
{
  FzSignDialog *self = data;

  if (fz_sign_dialog_get_seconds (self) == 0) {
    self->timer = 0;
    finish (self, FZ_SIGN_TIMED_OUT);
    return G_SOURCE_REMOVE;
  }
  show_clock (self);
  return G_SOURCE_CONTINUE;
}

/* The first box that is not ticked; NULL: none. */
static GtkWidget *
find_unstated (FzSignDialog *self)
{
  for (GtkWidget *box = gtk_widget_get_first_child (self->statements); box != NULL; box = gtk_widget_get_next_sibling (box))
    if (!gtk_check_button_get_active (GTK_CHECK_BUTTON (box)))
      return box;
  return NULL;
}

static void
show_ready (FzSignDialog *self)
{
  fz_dialog_set_sensitive (FZ_DIALOG (self), "sign", fz_pins_typed (self->pin, self->token_pin) && find_unstated (self) == NULL);
}

static void
hand_over (FzSignDialog *self)
{
  GtkWidget *unstated = find_unstated (self);

  if (self->over || !fz_pins_entered (self->pin, self->token_pin))
    return;
  if (unstated != NULL) {
    fz_form_row_set_finding (self->row, FZ_STATUS_WARN, _ ("请先逐项确认以上内容，再输入 PIN。"));
    gtk_widget_grab_focus (unstated);
    return;
  }
  fz_dialog_set_error (FZ_DIALOG (self), NULL);
  fz_form_row_set_finding (self->row, FZ_STATUS_NEUTRAL, NULL);
  if (self->token_row != NULL)
    fz_form_row_set_finding (self->token_row, FZ_STATUS_NEUTRAL, NULL);
  self->callback (self, FZ_SIGN_PIN, fz_secret_entry_take (FZ_SECRET_ENTRY (self->pin)), self->user_data);
}

static void
on_response (FzSignDialog *self, const char *response)
{
  if (g_str_equal (response, "sign"))
    hand_over (self);
  else if (g_str_equal (response, FZ_RESPONSE_CANCEL))
    finish (self, FZ_SIGN_CANCELLED);
}

static void
on_pin_changed (FzSignDialog *self)
{
  guint length = fz_secret_entry_get_length (FZ_SECRET_ENTRY (self->pin));

  show_ready (self);
  if (length > 0)
    fz_form_row_set_finding (self->row, FZ_STATUS_NEUTRAL, NULL);
}

static gboolean
on_shake (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  FzSignDialog *self = FZ_SIGN_DIALOG (data);
  double done = (double) (gdk_frame_clock_get_frame_time (clock) - self->shake_from_us) / SHAKE_US;
  int off = done >= 1 ? 0 : (int) lround (SHAKE_PIXELS * sin (done * 6 * G_PI) * (1 - done));

  gtk_widget_set_margin_start (self->row, SHAKE_PIXELS + off);
  gtk_widget_set_margin_end (self->row, SHAKE_PIXELS - off);
  if (done < 1)
    return G_SOURCE_CONTINUE;
  self->shake = 0;
  return G_SOURCE_REMOVE;
}

static void
shake (FzSignDialog *self)
{
  gboolean animate = TRUE;
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->row);

  g_object_get (gtk_settings_get_default (), "gtk-enable-animations", &animate, NULL);
  if (!animate || clock == NULL || self->shake != 0)
    return;
  self->shake_from_us = gdk_frame_clock_get_frame_time (clock);
  self->shake = gtk_widget_add_tick_callback (self->row, on_shake, self, NULL);
}

void
fz_sign_dialog_refuse (FzSignDialog *self, const GError *error)
{
  fz_secret_entry_wipe (FZ_SECRET_ENTRY (self->pin));
  if (self->token_pin != NULL)
    fz_secret_entry_wipe (FZ_SECRET_ENTRY (self->token_pin));
  if (fz_pins_refused (FZ_DIALOG (self), self->row, self->token_row, error))
    shake (self);
  gtk_widget_set_sensitive (self->pin, !g_error_matches (error, FZ_ERROR, FZ_ERROR_LOCKED));
  if (!gtk_widget_get_sensitive (self->pin))
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  else
    gtk_widget_grab_focus (self->pin); /* both are typed anew, from the top */
}

void
fz_sign_dialog_add_document (FzSignDialog *self, const char *title, const char *text)
{
  GtkWidget *heading = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_HEADING, "label", title, "xalign", 0.0, NULL);
  GtkWidget *sheet = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *words = gtk_label_new (text);

  gtk_widget_add_css_class (heading, "fz-strong");
  gtk_widget_add_css_class (sheet, "fz-sheet");
  gtk_label_set_wrap (GTK_LABEL (words), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (words), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (words), 0);
  gtk_widget_add_css_class (words, "fz-sheet-text");
  gtk_box_append (GTK_BOX (sheet), words);
  gtk_box_append (GTK_BOX (self->sheets), heading);
  gtk_box_append (GTK_BOX (self->sheets), sheet);
}

static void
on_stated (GtkCheckButton *box, FzSignDialog *self)
{
  fz_form_row_set_finding (self->row, FZ_STATUS_NEUTRAL, NULL);
  show_ready (self);
  g_signal_emit (self, stated_signal, 0, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (box), "fz-index")),
                 gtk_check_button_get_active (box));
}

void
fz_sign_dialog_add_statement (FzSignDialog *self, guint i, const char *words)
{
  GtkWidget *box = gtk_check_button_new_with_label (words);

  g_object_set_data (G_OBJECT (box), "fz-index", GUINT_TO_POINTER (i));
  fz_access_label (box, words);
  g_signal_connect (box, "toggled", G_CALLBACK (on_stated), self);
  gtk_box_append (GTK_BOX (self->statements), box);
  gtk_widget_set_visible (self->statements, TRUE);
}

void
fz_sign_dialog_present_for (FzSignDialog *self, GtkWidget *over, FzSignFunc callback, gpointer user_data)
{
  g_return_if_fail (callback != NULL);
  self->callback = callback;
  self->user_data = user_data;
  self->deadline_us = g_get_monotonic_time () + FZ_SIGN_SECONDS * G_USEC_PER_SEC;
  self->timer = g_timeout_add (250, on_tick, self);
  show_clock (self);
  fz_dialog_present (FZ_DIALOG (self), over);
  gtk_widget_grab_focus (find_unstated (self) != NULL ? find_unstated (self) : self->pin);
}

static void
fz_sign_dialog_dispose (GObject *object)
{
  stop_timer (FZ_SIGN_DIALOG (object));
  G_OBJECT_CLASS (fz_sign_dialog_parent_class)->dispose (object);
}

static void
fz_sign_dialog_class_init (FzSignDialogClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_sign_dialog_dispose;
  stated_signal = g_signal_new ("stated", FZ_TYPE_SIGN_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
                                G_TYPE_BOOLEAN);
}

static void
fz_sign_dialog_init (FzSignDialog *self)
{
}

/* What scrolls is asked for its height before its width is known, and would then answer for the narrowest; this dialog's is known. */
static GtkSizeRequestMode
sheets_mode (GtkWidget *holder)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure_sheets (GtkWidget *holder, GtkOrientation orientation, int for_size, int *least, int *natural, int *least_baseline,
                int *natural_baseline)
{
  int width = (int) (WIDTH * fz_theme_get_text_scale ()) - EDGES;

  gtk_widget_measure (gtk_widget_get_first_child (holder), orientation,
                      orientation == GTK_ORIENTATION_VERTICAL && for_size < 0 ? width : for_size, least, natural, NULL, NULL);
}

static void
place_sheets (GtkWidget *holder, int width, int height, int baseline)
{
  gtk_widget_size_allocate (gtk_widget_get_first_child (holder), &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static GtkWidget *
sheets_new (FzSignDialog *self)
{
  GtkWidget *holder = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->sheets = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_box_append (GTK_BOX (holder), self->sheets);
  gtk_widget_set_layout_manager (holder, gtk_custom_layout_new (sheets_mode, measure_sheets, place_sheets));
  return holder;
}

void
fz_sign_dialog_set_token (FzSignDialog *self, const char *token)
{
  GtkWidget *row;

  g_return_if_fail (self->token_pin == NULL);
  row = self->token_row = fz_token_row_new (token);
  self->token_pin = fz_form_row_get_control (row);
  gtk_widget_set_margin_start (row, SHAKE_PIXELS);
  gtk_widget_set_margin_end (row, SHAKE_PIXELS);
  gtk_box_append (GTK_BOX (self->body), row);
  g_signal_connect_object (self->token_pin, "activate", G_CALLBACK (hand_over), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->token_pin, "changed", G_CALLBACK (show_ready), self, G_CONNECT_SWAPPED);
}

FzSecret *
fz_sign_dialog_take_token_pin (FzSignDialog *self)
{
  return self->token_pin != NULL ? fz_secret_entry_take (FZ_SECRET_ENTRY (self->token_pin)) : NULL;
}

static GtkWidget *
body_new (FzSignDialog *self, const char *law)
{
  GtkWidget *body = self->body = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *scroll = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), sheets_new (self));
  gtk_widget_set_focusable (scroll, TRUE); /* by Tab, then Page Down: read to the end without a mouse */
  fz_access_label (scroll, _ ("将要签署的全文"));
  gtk_widget_set_vexpand (scroll, TRUE);
  self->law = fz_access_live_label_new (law, FALSE);
  gtk_widget_add_css_class (self->law, "fz-sign-law");
  self->pin = fz_secret_entry_new (FZ_SECRET_PIN, _ ("签名 PIN 码"), _ ("6 至 12 位数字"));
  self->row = fz_form_row_new (_ ("签名 PIN 码"), self->pin, TRUE);
  gtk_widget_set_margin_start (self->row, SHAKE_PIXELS);
  gtk_widget_set_margin_end (self->row, SHAKE_PIXELS);
  gtk_box_append (GTK_BOX (body), scroll);
  self->statements = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->statements, "fz-statements");
  gtk_widget_set_visible (self->statements, FALSE);
  gtk_box_append (GTK_BOX (body), self->statements);
  gtk_box_append (GTK_BOX (body), self->law);
  gtk_box_append (GTK_BOX (body), self->row);
  return body;
}

static GtkWidget *
clock_new (FzSignDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 7);
  GtkWidget *words = gtk_label_new (_ ("后本次签名授权失效"));

  self->clock = gtk_label_new ("1:00");
  gtk_widget_add_css_class (self->clock, "fz-count-down");
  gtk_widget_add_css_class (words, "fz-caption");
  gtk_box_append (GTK_BOX (box), fz_icon_new ("clock", 17));
  gtk_box_append (GTK_BOX (box), self->clock);
  gtk_box_append (GTK_BOX (box), words);
  return box;
}

FzSignDialog *
fz_sign_dialog_new (const char *title, const char *signer, const char *law)
{
  FzSignDialog *self = g_object_new (FZ_TYPE_SIGN_DIALOG, NULL);
  FzDialog *dialog = FZ_DIALOG (self);

  fz_dialog_set_title (dialog, title, signer);
  fz_dialog_set_width (dialog, WIDTH);
  fz_dialog_set_body (dialog, body_new (self, law), TRUE);
  fz_dialog_set_note (dialog, clock_new (self));
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "sign", _ ("确认签名"), FZ_BUTTON_PRIMARY);
  fz_dialog_set_sensitive (dialog, "sign", FALSE);
  g_signal_connect_swapped (self, "response", G_CALLBACK (on_response), self);
  g_signal_connect_object (self->pin, "activate", G_CALLBACK (hand_over), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->pin, "changed", G_CALLBACK (on_pin_changed), self, G_CONNECT_SWAPPED);
  return self;
}
