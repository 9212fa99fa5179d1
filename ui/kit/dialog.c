#include "ui/kit/dialog.h"

#include "ui/kit/access.h"
#include "ui/kit/form_row.h"
#include "ui/kit/search_field.h"
#include "ui/kit/section.h"
#include "ui/kit/stage.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define WIDTH 520
#define WIDEST 984 /* of the smallest window, when text is large */
#define EDGE 20
#define LONG_TEXT 300 /* characters */
#define LONG_CHARS 70
#define SHORT_CHARS 44

typedef struct {
  GtkWidget *card, *head, *slot, *foot, *buttons, *note, *error;
  GHashTable *by_response;
  GtkWidget *by_enter, *wrong;
  gboolean chosen; /* by_enter was said, and does not follow the buttons that are in sight */
  GtkWidget *paused; /* the button that had the focus when it became insensitive */
  FzDialogGuard guard;
  gpointer guard_data;
  char *kept; /* what stood in the fields when it was shown, or last kept */
} FzDialogPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (FzDialog, fz_dialog, GTK_TYPE_WIDGET)

static guint response_signal;

#define PRIV(self) ((FzDialogPrivate *) fz_dialog_get_instance_private (self))

void
fz_dialog_close (FzDialog *self)
{
  GtkWidget *stage = fz_stage_of (GTK_WIDGET (self));
  G_GNUC_UNUSED g_autoptr (GObject) held = g_object_ref (G_OBJECT (self)); /* the window still points at its default button */
  FzDialog *top;

  if (stage == NULL)
    return;
  fz_stage_remove (stage, self);
  top = fz_stage_top_dialog (stage);
  gtk_window_set_default_widget (GTK_WINDOW (gtk_widget_get_root (stage)), top != NULL ? PRIV (top)->by_enter : NULL);
}

void
fz_dialog_respond (FzDialog *self, const char *response)
{
  g_autofree char *id = g_strdup (response);

  g_object_ref (self); /* a handler may close it */
  g_signal_emit (self, response_signal, 0, id);
  if (g_str_equal (id, FZ_RESPONSE_CANCEL))
    fz_dialog_close (self);
  g_object_unref (self);
}

void
fz_dialog_cancel (FzDialog *self)
{
  fz_dialog_respond (self, FZ_RESPONSE_CANCEL);
}

void
fz_dialog_set_guard (FzDialog *self, FzDialogGuard guard, gpointer user_data)
{
  PRIV (self)->guard = guard;
  PRIV (self)->guard_data = user_data;
}

/* What is typed in the fields below, a text after the other; of a search or a secret nothing is lost. */
static void
gather_typed (GtkWidget *widget, GString *typed)
{
  g_autofree char *text = NULL;

  if (GTK_IS_SEARCH_ENTRY (widget) || FZ_IS_SEARCH_FIELD (widget) || GTK_IS_POPOVER (widget))
    return;
  if (GTK_IS_TEXT_VIEW (widget) && gtk_text_view_get_editable (GTK_TEXT_VIEW (widget)))
    g_object_get (gtk_text_view_get_buffer (GTK_TEXT_VIEW (widget)), "text", &text, NULL);
  else if (GTK_IS_TEXT (widget) && gtk_text_get_visibility (GTK_TEXT (widget)) && gtk_editable_get_editable (GTK_EDITABLE (widget)))
    text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (widget)));
  if (text != NULL && *text != '\0')
    g_string_append_printf (typed, "%s\n", text);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    gather_typed (child, typed);
}

static char *
dup_typed (FzDialogPrivate *priv)
{
  GString *typed = g_string_new (NULL);

  gather_typed (priv->slot, typed);
  return g_string_free (typed, FALSE);
}

void
fz_dialog_set_kept (FzDialog *self)
{
  g_free (PRIV (self)->kept);
  PRIV (self)->kept = dup_typed (PRIV (self));
}

static gboolean
would_lose (FzDialogPrivate *priv)
{
  g_autofree char *typed = NULL;

  if (priv->guard != NULL)
    return priv->guard (priv->guard_data);
  typed = dup_typed (priv);
  return *typed != '\0' && g_strcmp0 (typed, priv->kept) != 0;
}

static void
on_given_up (gboolean confirmed, gpointer self)
{
  if (confirmed)
    fz_dialog_cancel (self);
}

void
fz_dialog_leave (FzDialog *self)
{
  if (would_lose (PRIV (self)))
    fz_confirm (GTK_WIDGET (self), _ ("放弃已填写的内容？"), _ ("关闭后，已填写的内容不会保留。"), _ ("放弃"), TRUE, on_given_up, self);
  else
    fz_dialog_cancel (self);
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzDialog *self)
{
  if (keyval == GDK_KEY_Escape) {
    fz_dialog_leave (self);
    return TRUE;
  }
  if ((keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter) && PRIV (self)->by_enter != NULL) {
    if (gtk_widget_get_sensitive (PRIV (self)->by_enter))
      g_signal_emit_by_name (PRIV (self)->by_enter, "clicked");
    return TRUE;
  }
  return FALSE;
}

static void
on_button (GtkButton *button, FzDialog *self)
{
  const char *response = g_object_get_data (G_OBJECT (button), "fz-response");

  if (g_str_equal (response, FZ_RESPONSE_CANCEL))
    fz_dialog_leave (self);
  else
    fz_dialog_respond (self, response);
}

static void
on_close (GtkButton *button, FzDialog *self)
{
  fz_dialog_leave (self);
}

static void
set_by_enter (FzDialog *self, GtkWidget *button)
{
  GtkWidget *stage = fz_stage_of (GTK_WIDGET (self));

  PRIV (self)->by_enter = button;
  if (stage != NULL && fz_stage_top_dialog (stage) == self)
    gtk_window_set_default_widget (GTK_WINDOW (gtk_widget_get_root (stage)), button);
}

/* The main one in sight. What destroys is pressed on purpose. */
static void
pick_by_enter (FzDialog *self)
{
  GtkWidget *button = gtk_widget_get_first_child (PRIV (self)->buttons);

  if (PRIV (self)->chosen)
    return;
  while (button != NULL && !(gtk_widget_get_visible (button) && gtk_widget_has_css_class (button, "fz-primary")))
    button = gtk_widget_get_next_sibling (button);
  set_by_enter (self, button);
}

GtkWidget *
fz_dialog_add_button (FzDialog *self, const char *response, const char *label, FzButtonKind kind)
{
  FzDialogPrivate *priv = PRIV (self);
  GtkWidget *button = fz_button_new (kind, NULL, label);

  g_object_set_data_full (G_OBJECT (button), "fz-response", g_strdup (response), g_free);
  gtk_widget_add_css_class (button, "fz-large");
  gtk_widget_set_size_request (button, 92, -1);
  g_signal_connect (button, "clicked", G_CALLBACK (on_button), self);
  g_hash_table_insert (priv->by_response, g_strdup (response), button);
  gtk_box_append (GTK_BOX (priv->buttons), button);
  gtk_widget_set_visible (priv->foot, TRUE);
  g_signal_connect_object (button, "notify::visible", G_CALLBACK (pick_by_enter), self, G_CONNECT_SWAPPED);
  pick_by_enter (self);
  return button;
}

void
fz_dialog_set_default (FzDialog *self, const char *response)
{
  PRIV (self)->chosen = TRUE;
  set_by_enter (self, g_hash_table_lookup (PRIV (self)->by_response, response));
}

void
fz_dialog_set_sensitive (FzDialog *self, const char *response, gboolean sensitive)
{
  FzDialogPrivate *priv = PRIV (self);
  GtkWidget *button = g_hash_table_lookup (priv->by_response, response);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  g_return_if_fail (button != NULL);
  if (!sensitive && focus == button)
    priv->paused = button;
  gtk_widget_set_sensitive (button, sensitive);
  if (!sensitive || priv->paused != button)
    return;
  priv->paused = NULL;
  focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)))
    gtk_widget_grab_focus (button);
}

void
fz_dialog_set_width (FzDialog *self, int width)
{
  int scaled = MIN ((int) (width * fz_theme_get_text_scale ()), WIDEST);

  gtk_widget_set_size_request (PRIV (self)->card, MAX (width, scaled), -1);
}

void
fz_dialog_set_note (FzDialog *self, GtkWidget *note)
{
  gtk_box_append (GTK_BOX (PRIV (self)->note), note);
}

static void
mark_wrong (FzDialogPrivate *priv, GtkWidget *control)
{
  GtkWidget *row = priv->wrong != NULL ? gtk_widget_get_parent (priv->wrong) : NULL;

  if (priv->wrong != NULL) {
    gtk_widget_remove_css_class (priv->wrong, "fz-bad");
    fz_access_invalid (priv->wrong, FALSE);
    fz_access_described_by (priv->wrong, NULL);
  }
  if (row != NULL && gtk_widget_has_css_class (row, "fz-form-row"))
    fz_form_row_describe (row);
  g_set_weak_pointer (&priv->wrong, control);
  if (control == NULL)
    return;
  gtk_widget_add_css_class (control, "fz-bad");
  fz_access_invalid (control, TRUE);
  fz_access_described_by (control, priv->error);
  gtk_widget_grab_focus (control);
}

void
fz_dialog_set_error_of (FzDialog *self, GtkWidget *control, const char *message)
{
  FzDialogPrivate *priv = PRIV (self);

  gtk_label_set_text (GTK_LABEL (priv->error), message != NULL ? message : "");
  gtk_widget_set_visible (gtk_widget_get_parent (priv->error), message != NULL);
  fz_access_described_by (GTK_WIDGET (self), message != NULL ? priv->error : NULL);
  mark_wrong (priv, message != NULL ? control : NULL);
}

void
fz_dialog_set_error (FzDialog *self, const char *message)
{
  fz_dialog_set_error_of (self, message != NULL ? fz_form_find_missing (PRIV (self)->slot) : NULL, message);
}

/* What GTK 4.8 scrolls is asked how high it is at no width, where every hint stands in narrow lines: the dialog would keep room for them. */
static void
measure_body (GtkWidget *holder, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  GtkWidget *body = gtk_widget_get_first_child (holder), *dialog = gtk_widget_get_ancestor (holder, FZ_TYPE_DIALOG);
  int width = -1, least = 0;

  if (orientation == GTK_ORIENTATION_VERTICAL && for_size < 0 && dialog != NULL) {
    gtk_widget_get_size_request (PRIV (FZ_DIALOG (dialog))->card, &width, NULL);
    gtk_widget_measure (body, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
    for_size = MAX (width, least);
  }
  gtk_widget_measure (body, orientation, for_size, minimum, natural, NULL, NULL);
}

static GtkSizeRequestMode
get_body_mode (GtkWidget *holder)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
place_body (GtkWidget *holder, int width, int height, int baseline)
{
  gtk_widget_size_allocate (gtk_widget_get_first_child (holder), &(GtkAllocation){ 0, 0, width, height }, baseline);
}

static GtkWidget *
holder_new (GtkWidget *body)
{
  GtkWidget *holder = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_widget_set_layout_manager (holder, gtk_custom_layout_new (get_body_mode, measure_body, place_body));
  gtk_box_append (GTK_BOX (holder), body);
  return holder;
}

/* Enter in an entry reaches the window's default: our own button. In a search it takes what is found. */
static void
let_entries_answer (GtkWidget *widget)
{
  if (FZ_IS_SEARCH_FIELD (widget))
    return;
  if (GTK_IS_ENTRY (widget))
    gtk_entry_set_activates_default (GTK_ENTRY (widget), TRUE);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    let_entries_answer (child);
}

void
fz_dialog_set_body (FzDialog *self, GtkWidget *body, gboolean scrolls_itself)
{
  FzDialogPrivate *priv = PRIV (self);
  GtkWidget *inside = body;

  if (!scrolls_itself) {
    inside = gtk_scrolled_window_new ();
    /* With large text a form that has no room is moved sideways instead of leaving the window. */
    gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (inside), fz_theme_get_text_scale () > 1 ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (inside), TRUE);
    gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (inside), TRUE);
    gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (inside), holder_new (body));
  }
  gtk_widget_set_vexpand (inside, TRUE);
  gtk_widget_add_css_class (body, "fz-dialog-body");
  let_entries_answer (body);
  gtk_box_append (GTK_BOX (priv->slot), inside);
}

void
fz_dialog_present (FzDialog *self, GtkWidget *over)
{
  FzDialogPrivate *priv = PRIV (self);
  GtkWidget *stage = fz_stage_of (over);

  g_return_if_fail (stage != NULL);
  fz_stage_push (stage, self);
  fz_dialog_set_kept (self);
  let_entries_answer (priv->slot);
  gtk_window_set_default_widget (GTK_WINDOW (gtk_widget_get_root (stage)), priv->by_enter);
  if (!gtk_widget_child_focus (priv->slot, GTK_DIR_TAB_FORWARD) && priv->by_enter != NULL)
    gtk_widget_grab_focus (priv->by_enter);
  else if (!gtk_widget_get_focus_child (priv->slot))
    gtk_widget_child_focus (priv->buttons, GTK_DIR_TAB_FORWARD);
}

static void
fz_dialog_dispose (GObject *object)
{
  FzDialogPrivate *priv = PRIV (FZ_DIALOG (object));

  g_clear_weak_pointer (&priv->wrong);
  g_clear_pointer (&priv->kept, g_free);
  g_clear_pointer (&priv->card, gtk_widget_unparent);
  g_clear_pointer (&priv->by_response, g_hash_table_unref);
  G_OBJECT_CLASS (fz_dialog_parent_class)->dispose (object);
}

static void
measure_dialog (GtkWidget *dialog, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  gtk_widget_measure (PRIV (FZ_DIALOG (dialog))->card, orientation, for_size, minimum, natural, NULL, NULL);
}

static GtkSizeRequestMode
get_dialog_mode (GtkWidget *dialog)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* As wide as it was told, or as its widest part must be; a long sentence makes lines, and not a dialog as wide as the window. */
static void
place_card (GtkWidget *dialog, int width, int height, int baseline)
{
  GtkWidget *card = PRIV (FZ_DIALOG (dialog))->card;
  int wide, high, least;

  gtk_widget_measure (card, GTK_ORIENTATION_HORIZONTAL, -1, &wide, NULL, NULL, NULL);
  wide = MIN (wide, width);
  gtk_widget_measure (card, GTK_ORIENTATION_VERTICAL, wide, &least, &high, NULL, NULL);
  high = MAX (least, MIN (high, height));
  gtk_widget_size_allocate (card, &(GtkAllocation){ (width - wide) / 2, (height - high) / 2, wide, high }, baseline);
}

static void
fz_dialog_class_init (FzDialogClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_dialog_dispose;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_DIALOG);
  response_signal = g_signal_new ("response", FZ_TYPE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_STRING);
}

static GtkWidget *
error_line (FzDialogPrivate *priv)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 7);

  priv->error = fz_access_live_label_new (NULL, TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (priv->error), 40); /* wraps rather than widening the dialog */
  gtk_widget_set_hexpand (priv->error, TRUE);
  gtk_widget_add_css_class (line, "fz-banner");
  gtk_widget_add_css_class (line, "stop");
  gtk_box_append (GTK_BOX (line), fz_icon_new ("stop", 0));
  gtk_box_append (GTK_BOX (line), priv->error);
  gtk_widget_set_visible (line, FALSE);
  return line;
}

static GtkWidget *
foot_line (FzDialogPrivate *priv)
{
  priv->foot = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  priv->note = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  priv->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  gtk_widget_add_css_class (priv->foot, "fz-dialog-foot");
  gtk_widget_set_hexpand (priv->note, TRUE);
  gtk_box_append (GTK_BOX (priv->foot), priv->note);
  gtk_box_append (GTK_BOX (priv->foot), priv->buttons);
  gtk_widget_set_visible (priv->foot, FALSE);
  return priv->foot;
}

static void
fz_dialog_init (FzDialog *self)
{
  FzDialogPrivate *priv = PRIV (self);
  GtkEventController *keys = gtk_event_controller_key_new ();

  priv->by_response = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  priv->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  priv->slot = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-scrim");
  gtk_widget_add_css_class (priv->card, "fz-dialog");
  gtk_widget_set_overflow (priv->card, GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_layout_manager (GTK_WIDGET (self), gtk_custom_layout_new (get_dialog_mode, measure_dialog, place_card));
  gtk_widget_set_margin_top (priv->card, EDGE);
  gtk_widget_set_margin_bottom (priv->card, EDGE);
  gtk_widget_set_parent (priv->card, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (priv->card), priv->slot);
  gtk_box_append (GTK_BOX (priv->card), error_line (priv));
  gtk_box_append (GTK_BOX (priv->card), foot_line (priv));
  fz_dialog_set_width (self, WIDTH);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

void
fz_dialog_set_title (FzDialog *self, const char *title, const char *subtitle)
{
  FzDialogPrivate *priv = PRIV (self);
  GtkWidget *close = fz_icon_button_new ("close", _ ("关闭"));

  if (priv->head != NULL)
    gtk_box_remove (GTK_BOX (priv->card), priv->head);
  priv->head = fz_section_new (title, subtitle);
  gtk_widget_remove_css_class (priv->head, "fz-section-head");
  gtk_widget_add_css_class (priv->head, "fz-dialog-head");
  g_signal_connect (close, "clicked", G_CALLBACK (on_close), self);
  fz_section_add_end (priv->head, close);
  gtk_widget_set_valign (close, GTK_ALIGN_START);
  gtk_box_prepend (GTK_BOX (priv->card), priv->head);
  fz_access_labelled_by (GTK_WIDGET (self), fz_section_get_heading (priv->head));
}

FzDialog *
fz_dialog_new (const char *title, const char *subtitle)
{
  FzDialog *self = g_object_new (FZ_TYPE_DIALOG, NULL);

  fz_dialog_set_title (self, title, subtitle);
  return self;
}

typedef struct {
  FzConfirmFunc callback;
  gpointer user_data;
} Confirm;

static void
on_confirm (FzDialog *dialog, const char *response, Confirm *confirm)
{
  gboolean yes = g_str_equal (response, "confirm");

  if (yes)
    fz_dialog_close (dialog);
  confirm->callback (yes, confirm->user_data);
}

FzDialog *
fz_confirm (GtkWidget *over, const char *title, const char *text, const char *confirm_label, gboolean destructive,
            FzConfirmFunc callback, gpointer user_data)
{
  FzDialog *dialog = fz_dialog_new (title, NULL);
  GtkWidget *label = fz_access_live_label_new (text, FALSE);
  Confirm *confirm = g_new0 (Confirm, 1);
  gboolean is_long = g_utf8_strlen (text, -1) > LONG_TEXT;

  confirm->callback = callback;
  confirm->user_data = user_data;
  gtk_widget_add_css_class (label, "fz-soft");
  /* A whole text to be read (the informed consent) gets a page's width, and no more however wide the screen is. */
  gtk_label_set_max_width_chars (GTK_LABEL (label), is_long ? LONG_CHARS : SHORT_CHARS);
  fz_dialog_set_width (dialog, is_long ? 640 : 420);
  fz_dialog_set_body (dialog, label, FALSE);
  fz_dialog_add_button (dialog, FZ_RESPONSE_CANCEL, _ ("取消"), FZ_BUTTON_PLAIN);
  fz_dialog_add_button (dialog, "confirm", confirm_label, destructive ? FZ_BUTTON_DANGER : FZ_BUTTON_PRIMARY);
  fz_dialog_set_default (dialog, destructive ? FZ_RESPONSE_CANCEL : "confirm");
  g_signal_connect_data (dialog, "response", G_CALLBACK (on_confirm), confirm, (GClosureNotify) (void (*) (void)) g_free, 0);
  fz_dialog_present (dialog, over);
  if (!is_long) /* a long one is scrolled by keys first */
    gtk_widget_grab_focus (PRIV (dialog)->by_enter);
  return dialog;
}
