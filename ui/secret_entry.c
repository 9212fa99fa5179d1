#include "ui/secret_entry.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MOST_BYTES 128

struct _FzSecretEntry {
  GtkWidget parent_instance;
  FzSecretKind kind;
  FzSecret *bytes; /* MOST_BYTES of locked memory, the first n_bytes in use */
  gsize n_bytes;
  guint length;
  GtkWidget *box, *dots, *caps;
  char *placeholder;
  GCancellable *pasting;
};

G_DEFINE_FINAL_TYPE (FzSecretEntry, fz_secret_entry, GTK_TYPE_WIDGET)

static guint changed_signal, activate_signal;

static guint
most_characters (FzSecretKind kind)
{
  switch (kind) {
  case FZ_SECRET_PIN:
    return 12;
  case FZ_SECRET_CODE:
    return 6;
  case FZ_SECRET_PASSWORD:
  default:
    return MOST_BYTES;
  }
}

static void
show (FzSecretEntry *self)
{
  g_autoptr (GString) dots = g_string_new (NULL);
  g_autofree char *spoken = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "已输入 %u 位", "已输入 %u 位", self->length), self->length);

  for (guint i = 0; i < MIN (self->length, 24); i++)
    g_string_append (dots, "•");
  if (self->length == 0)
    g_string_assign (dots, self->placeholder);
  gtk_label_set_text (GTK_LABEL (self->dots), dots->str);
  if (self->length == 0) {
    gtk_widget_add_css_class (self->dots, "fz-placeholder");
    gtk_widget_remove_css_class (self->dots, "fz-dots");
  } else {
    gtk_widget_add_css_class (self->dots, "fz-dots");
    gtk_widget_remove_css_class (self->dots, "fz-placeholder");
  }
  fz_access_description (GTK_WIDGET (self), spoken);
}

static void
changed (FzSecretEntry *self)
{
  show (self);
  g_signal_emit (self, changed_signal, 0);
}

static gboolean
add (FzSecretEntry *self, gunichar letter)
{
  gboolean digits_only = self->kind != FZ_SECRET_PASSWORD;
  char utf8[6];
  int n;

  if (digits_only ? letter < '0' || letter > '9' : letter < 0x20 || !g_unichar_isprint (letter))
    return FALSE;
  n = g_unichar_to_utf8 (letter, utf8);
  if (self->length < most_characters (self->kind) && self->n_bytes + (gsize) n <= MOST_BYTES) {
    memcpy (fz_secret_get_writable (self->bytes) + self->n_bytes, utf8, (gsize) n);
    self->n_bytes += (gsize) n;
    self->length++;
  }
  fz_secret_wipe (utf8, sizeof utf8);
  return TRUE;
}

static void
remove_last (FzSecretEntry *self)
{
  guint8 *bytes = fz_secret_get_writable (self->bytes);
  gsize n = self->n_bytes;

  if (n == 0)
    return;
  do
    n--;
  while (n > 0 && (bytes[n] & 0xc0) == 0x80);
  fz_secret_wipe (bytes + n, self->n_bytes - n);
  self->n_bytes = n;
  self->length--;
}

void
fz_secret_entry_wipe (FzSecretEntry *self)
{
  fz_secret_wipe (fz_secret_get_writable (self->bytes), MOST_BYTES);
  self->n_bytes = 0;
  self->length = 0;
  changed (self);
}

void
fz_secret_entry_fill (FzSecretEntry *self, const FzSecret *secret)
{
  const char *bytes = (const char *) fz_secret_get (secret), *end = bytes + fz_secret_size (secret);

  fz_secret_entry_wipe (self);
  for (const char *at = bytes; at < end; at = g_utf8_next_char (at))
    add (self, g_utf8_get_char_validated (at, end - at));
  changed (self);
}

static void
on_clipboard (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
  FzSecretEntry *self = user_data;

  if (text == NULL) /* nothing there, or the entry left the screen meanwhile and must not be touched */
    return;
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    add (self, g_utf8_get_char (at));
  fz_secret_wipe (text, strlen (text));
  g_free (text);
  gdk_clipboard_set_content (GDK_CLIPBOARD (source), NULL);
  changed (self);
}

static void
paste (FzSecretEntry *self)
{
  g_clear_object (&self->pasting);
  self->pasting = g_cancellable_new ();
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)), self->pasting, on_clipboard, self);
}

static gboolean
on_edit_key (FzSecretEntry *self, guint keyval)
{
  switch (keyval) {
  case GDK_KEY_BackSpace:
    remove_last (self);
    changed (self);
    return TRUE;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    g_signal_emit (self, activate_signal, 0);
    return TRUE;
  default:
    return FALSE;
  }
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzSecretEntry *self)
{
  gunichar letter = gdk_keyval_to_unicode (keyval);

  if ((mods & GDK_CONTROL_MASK) != 0 && (keyval == GDK_KEY_v || keyval == GDK_KEY_V)) {
    if (self->kind == FZ_SECRET_PASSWORD)
      paste (self);
    return TRUE;
  }
  if ((mods & GDK_CONTROL_MASK) != 0 && keyval == GDK_KEY_u) {
    fz_secret_entry_wipe (self);
    return TRUE;
  }
  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SUPER_MASK)) != 0)
    return FALSE;
  if (on_edit_key (self, keyval))
    return TRUE;
  if (letter == 0 || !add (self, letter))
    return FALSE;
  changed (self);
  return TRUE;
}

static void
on_modifiers (FzSecretEntry *self)
{
  GdkSeat *seat = gdk_display_get_default_seat (gtk_widget_get_display (GTK_WIDGET (self)));
  GdkDevice *keyboard = seat != NULL ? gdk_seat_get_keyboard (seat) : NULL;

  gtk_widget_set_visible (self->caps, self->kind == FZ_SECRET_PASSWORD && keyboard != NULL
                                          && gtk_widget_has_focus (GTK_WIDGET (self)) && gdk_device_get_caps_lock_state (keyboard));
}

static void
on_pressed (GtkGestureClick *click, int n, double x, double y, FzSecretEntry *self)
{
  gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void
fz_secret_entry_unmap (GtkWidget *widget)
{
  FzSecretEntry *self = FZ_SECRET_ENTRY (widget);

  g_cancellable_cancel (self->pasting);
  fz_secret_entry_wipe (self);
  GTK_WIDGET_CLASS (fz_secret_entry_parent_class)->unmap (widget);
}

static void
fz_secret_entry_dispose (GObject *object)
{
  FzSecretEntry *self = FZ_SECRET_ENTRY (object);

  g_cancellable_cancel (self->pasting);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_secret_entry_parent_class)->dispose (object);
}

static void
fz_secret_entry_finalize (GObject *object)
{
  FzSecretEntry *self = FZ_SECRET_ENTRY (object);

  fz_secret_free (self->bytes);
  g_clear_object (&self->pasting);
  g_free (self->placeholder);
  G_OBJECT_CLASS (fz_secret_entry_parent_class)->finalize (object);
}

static void
fz_secret_entry_class_init (FzSecretEntryClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_secret_entry_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_secret_entry_finalize;
  widget_class->unmap = fz_secret_entry_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TEXT_BOX);
  changed_signal = g_signal_new ("changed", FZ_TYPE_SECRET_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  activate_signal = g_signal_new ("activate", FZ_TYPE_SECRET_ENTRY, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
add_controllers (FzSecretEntry *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect_swapped (keys, "key-released", G_CALLBACK (on_modifiers), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (on_modifiers), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (on_modifiers), self);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

static void
fz_secret_entry_init (FzSecretEntry *self)
{
  self->bytes = fz_secret_new (MOST_BYTES);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 9);
  self->caps = gtk_label_new (_ ("大写锁定已开"));
  /* How many are in is said by the description; the dots themselves are no text to read. */
  self->dots = g_object_new (GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, "xalign", 0.0, "hexpand",
                             TRUE, "ellipsize", PANGO_ELLIPSIZE_START, NULL);
  gtk_widget_add_css_class (self->caps, "fz-text-warn");
  gtk_widget_add_css_class (self->caps, "fz-small");
  gtk_widget_set_visible (self->caps, FALSE);
  gtk_box_append (GTK_BOX (self->box), fz_icon_new ("lock", 17));
  gtk_box_append (GTK_BOX (self->box), self->dots);
  gtk_box_append (GTK_BOX (self->box), self->caps);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-field");
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-secret");
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), "text");
  add_controllers (self);
}

GtkWidget *
fz_secret_entry_new (FzSecretKind kind, const char *asked, const char *placeholder)
{
  FzSecretEntry *self;

  g_return_val_if_fail (asked != NULL, NULL);
  self = g_object_new (FZ_TYPE_SECRET_ENTRY, NULL);
  self->kind = kind;
  self->placeholder = g_strdup (placeholder != NULL ? placeholder : "");
  fz_access_label (GTK_WIDGET (self), asked);
  show (self);
  return GTK_WIDGET (self);
}

guint
fz_secret_entry_get_length (FzSecretEntry *self)
{
  g_return_val_if_fail (FZ_IS_SECRET_ENTRY (self), 0);
  return self->length;
}

FzSecret *
fz_secret_entry_take (FzSecretEntry *self)
{
  FzSecret *taken;

  g_return_val_if_fail (FZ_IS_SECRET_ENTRY (self), NULL);
  if (self->n_bytes == 0)
    return NULL;
  taken = fz_secret_new_from (fz_secret_get (self->bytes), self->n_bytes);
  fz_secret_entry_wipe (self);
  return taken;
}
