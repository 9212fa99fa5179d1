#include "ui/kit/drop_down.h"

#include "ui/kit/access.h"
#include "ui/kit/choices.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define TYPED_FOR_US (900 * G_TIME_SPAN_MILLISECOND)
#define LIST_HEIGHT 340

struct _FzDropDown {
  GtkWidget parent_instance;
  GtkWidget *button, *word, *popover, *list;
  GPtrArray *choices, *held; /* held: viewports around it, while the list is open */
  char *placeholder;
  int chosen;
  gboolean numbered, enter_moves_on;
  GString *typed; /* letters of one quick run */
  gint64 typed_at_us;
};

G_DEFINE_FINAL_TYPE (FzDropDown, fz_drop_down, GTK_TYPE_WIDGET)

static guint changed_signal;

static void
show_chosen (FzDropDown *self)
{
  const FzChoice *choice = fz_choices_at (self->choices, self->chosen);

  gtk_label_set_text (GTK_LABEL (self->word), choice != NULL ? choice->shown : self->placeholder);
  gtk_widget_set_tooltip_text (self->word, choice != NULL ? choice->shown : NULL); /* where it is shortened */
  if (choice != NULL)
    gtk_widget_remove_css_class (self->word, "fz-unset");
  else
    gtk_widget_add_css_class (self->word, "fz-unset");
  fz_access_description (self->button, choice != NULL ? choice->full : _ ("未选择"));
}

/* GtkViewport 4.8 moves to a row of the list as if it stood in the page, and the field goes out of sight under its own list. */
static void
hold_still (FzDropDown *self)
{
  for (GtkWidget *at = gtk_widget_get_ancestor (GTK_WIDGET (self), GTK_TYPE_VIEWPORT); at != NULL; at = gtk_widget_get_ancestor (gtk_widget_get_parent (at), GTK_TYPE_VIEWPORT))
    if (gtk_viewport_get_scroll_to_focus (GTK_VIEWPORT (at))) {
      gtk_viewport_set_scroll_to_focus (GTK_VIEWPORT (at), FALSE);
      g_ptr_array_add (self->held, g_object_ref (at));
    }
}

static void
let_go (FzDropDown *self)
{
  for (guint i = 0; i < self->held->len; i++)
    gtk_viewport_set_scroll_to_focus (self->held->pdata[i], TRUE);
  g_ptr_array_set_size (self->held, 0);
}

static GtkListBoxRow *
row_at (FzDropDown *self, int i)
{
  return gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), i);
}

static void
go_to (FzDropDown *self, int i)
{
  GtkListBoxRow *row = row_at (self, i);

  if (row == NULL)
    return;
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  gtk_widget_grab_focus (GTK_WIDGET (row));
}

static void
take (FzDropDown *self, int i)
{
  gboolean other = i != self->chosen;

  if (fz_choices_at (self->choices, i) == NULL)
    return;
  self->chosen = i;
  show_chosen (self);
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  if (other)
    g_signal_emit (self, changed_signal, 0);
}

static gboolean
type_ahead (FzDropDown *self, guint keyval, GdkModifierType mods)
{
  gunichar letter = gdk_keyval_to_unicode (keyval);
  gint64 now_us = g_get_monotonic_time ();
  int found;

  if ((mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)) != 0 || letter == 0 || !g_unichar_isgraph (letter))
    return FALSE;
  if (now_us - self->typed_at_us > TYPED_FOR_US)
    g_string_truncate (self->typed, 0);
  self->typed_at_us = now_us;
  g_string_append_unichar (self->typed, letter);
  found = fz_choices_find (self->choices, self->typed->str);
  if (found < 0)
    return FALSE;
  fz_drop_down_open (self);
  go_to (self, found);
  return TRUE;
}

static gboolean
on_list_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzDropDown *self)
{
  guint digit = gdk_keyval_to_unicode (keyval);

  if (self->numbered && digit >= '1' && digit <= '9' && (mods & (GDK_CONTROL_MASK | GDK_ALT_MASK)) == 0) {
    take (self, (int) (digit - '1'));
    return TRUE;
  }
  return type_ahead (self, keyval, mods);
}

static gboolean
on_button_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzDropDown *self)
{
  switch (keyval) {
  case GDK_KEY_Down:
  case GDK_KEY_KP_Down:
  case GDK_KEY_Up:
  case GDK_KEY_KP_Up:
    fz_drop_down_open (self);
    return TRUE;
  case GDK_KEY_Return:
  case GDK_KEY_KP_Enter:
    if (!self->enter_moves_on)
      return FALSE;
    gtk_widget_child_focus (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))), GTK_DIR_TAB_FORWARD);
    return TRUE;
  default:
    return on_list_key (keys, keyval, keycode, mods, self);
  }
}

static void
on_row_activated (GtkListBox *list, GtkListBoxRow *row, FzDropDown *self)
{
  take (self, gtk_list_box_row_get_index (row));
}

static void
on_closed (GtkPopover *popover, FzDropDown *self)
{
  let_go (self);
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->button), FALSE);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
  gtk_widget_grab_focus (self->button);
}

static void
on_toggled (GtkToggleButton *button, FzDropDown *self)
{
  if (gtk_toggle_button_get_active (button))
    fz_drop_down_open (self);
  else
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

void
fz_drop_down_open (FzDropDown *self)
{
  if (self->choices->len == 0 || fz_drop_down_is_open (self))
    return;
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->button), TRUE);
  gtk_widget_set_size_request (self->popover, gtk_widget_get_width (GTK_WIDGET (self)), -1);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, TRUE, -1);
  hold_still (self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  go_to (self, MAX (self->chosen, 0));
}

void
fz_drop_down_close (FzDropDown *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
}

gboolean
fz_drop_down_is_open (FzDropDown *self)
{
  return gtk_widget_get_visible (self->popover);
}

void
fz_drop_down_add (FzDropDown *self, const char *code, const char *shown, const char *full)
{
  g_return_if_fail (FZ_IS_DROP_DOWN (self) && code != NULL && shown != NULL);
  fz_choices_add (self->choices, code, shown, full);
  gtk_list_box_append (GTK_LIST_BOX (self->list), fz_choice_row_new (self->choices, self->choices->len - 1, self->numbered));
}

static void
empty_list (FzDropDown *self)
{
  GtkListBoxRow *row;

  while ((row = row_at (self, 0)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), GTK_WIDGET (row));
}

void
fz_drop_down_clear (FzDropDown *self)
{
  empty_list (self);
  g_ptr_array_set_size (self->choices, 0);
  self->chosen = -1;
  show_chosen (self);
}

void
fz_drop_down_set_numbered (FzDropDown *self, gboolean numbered)
{
  self->numbered = numbered;
  empty_list (self);
  for (guint i = 0; i < self->choices->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), fz_choice_row_new (self->choices, i, self->numbered));
}

void
fz_drop_down_set_enter_moves_on (FzDropDown *self, gboolean moves_on)
{
  self->enter_moves_on = moves_on;
}

const char *
fz_drop_down_get_code (FzDropDown *self)
{
  const FzChoice *choice = fz_choices_at (self->choices, self->chosen);

  return choice != NULL ? choice->code : NULL;
}

const char *
fz_drop_down_get_shown (FzDropDown *self)
{
  const FzChoice *choice = fz_choices_at (self->choices, self->chosen);

  return choice != NULL ? choice->shown : NULL;
}

gboolean
fz_drop_down_set_code (FzDropDown *self, const char *code)
{
  self->chosen = -1;
  for (int i = 0; code != NULL && i < (int) self->choices->len; i++)
    if (g_str_equal (fz_choices_at (self->choices, i)->code, code))
      self->chosen = i;
  show_chosen (self);
  return code == NULL || self->chosen >= 0;
}

static void
fz_drop_down_dispose (GObject *object)
{
  FzDropDown *self = FZ_DROP_DOWN (object);

  let_go (self);
  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_drop_down_parent_class)->dispose (object);
}

static void
fz_drop_down_finalize (GObject *object)
{
  FzDropDown *self = FZ_DROP_DOWN (object);

  g_ptr_array_unref (self->choices);
  g_ptr_array_unref (self->held);
  g_free (self->placeholder);
  g_string_free (self->typed, TRUE);
  G_OBJECT_CLASS (fz_drop_down_parent_class)->finalize (object);
}

/* The popover is a child that takes no part in the layout; and no baseline, since GtkBox 4.8 counts it in one of its two sums only. */
static GtkSizeRequestMode
fz_drop_down_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
fz_drop_down_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  gtk_widget_measure (FZ_DROP_DOWN (widget)->button, orientation, -1, minimum, natural, NULL, NULL);
}

static void
fz_drop_down_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  FzDropDown *self = FZ_DROP_DOWN (widget);

  gtk_widget_size_allocate (self->button, &(GtkAllocation){ 0, 0, width, height }, baseline);
  gtk_popover_present (GTK_POPOVER (self->popover));
}

static gboolean
fz_drop_down_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (FZ_DROP_DOWN (widget)->button);
}

static gboolean
fz_drop_down_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (FZ_DROP_DOWN (widget)->button, direction);
}

static void
fz_drop_down_class_init (FzDropDownClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_drop_down_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_drop_down_finalize;
  widget_class->get_request_mode = fz_drop_down_get_request_mode;
  widget_class->measure = fz_drop_down_measure;
  widget_class->size_allocate = fz_drop_down_size_allocate;
  widget_class->grab_focus = fz_drop_down_grab_focus;
  widget_class->focus = fz_drop_down_focus;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  changed_signal = g_signal_new ("changed", FZ_TYPE_DROP_DOWN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
build_button (FzDropDown *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->word = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->word), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->word), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->word, TRUE);
  gtk_box_append (GTK_BOX (box), self->word);
  gtk_box_append (GTK_BOX (box), fz_icon_new ("chevron-down", 0));
  self->button = g_object_new (GTK_TYPE_TOGGLE_BUTTON, "accessible-role", GTK_ACCESSIBLE_ROLE_COMBO_BOX, "child", box, NULL);
  gtk_widget_set_parent (self->button, GTK_WIDGET (self));
  fz_access_set_inner (GTK_WIDGET (self), self->button);
  fz_access_label (GTK_WIDGET (self), _ ("选择"));
  g_signal_connect (self->button, "toggled", G_CALLBACK (on_toggled), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_button_key), self);
  gtk_widget_add_controller (self->button, keys);
}

static void
build_list (FzDropDown *self)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkEventController *keys = gtk_event_controller_key_new ();

  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  gtk_list_box_set_activate_on_single_click (GTK_LIST_BOX (self->list), TRUE);
  fz_access_label (self->list, _ ("可选项"));
  fz_access_controls (self->button, self->list);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_propagate_natural_width (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), LIST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->list);
  self->popover = gtk_popover_new ();
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_widget_set_halign (self->popover, GTK_ALIGN_START);
  gtk_popover_set_offset (GTK_POPOVER (self->popover), 0, 3);
  gtk_popover_set_child (GTK_POPOVER (self->popover), scroll);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  fz_access_label (self->popover, _ ("可选项"));
  g_signal_connect (self->popover, "closed", G_CALLBACK (on_closed), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_row_activated), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_list_key), self);
  gtk_widget_add_controller (self->list, keys);
}

static void
fz_drop_down_init (FzDropDown *self)
{
  self->choices = fz_choices_new ();
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->typed = g_string_new (NULL);
  self->chosen = -1;
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-drop");
  build_button (self);
  build_list (self);
}

GtkWidget *
fz_drop_down_new (const char *placeholder)
{
  FzDropDown *self = g_object_new (FZ_TYPE_DROP_DOWN, NULL);

  self->placeholder = g_strdup (placeholder != NULL ? placeholder : _ ("请选择"));
  show_chosen (self);
  return GTK_WIDGET (self);
}
