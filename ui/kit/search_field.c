#include "ui/kit/search_field.h"

#include "ui/kit/access.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

#define LIST_HEIGHT 420
#define LEAST_WIDTH 420
#define LEAST_HEIGHT 240 /* of room below, for the list to open there */
#define ROW_HEIGHT 58
#define OFFSET 3
#define EDGE 24 /* the popover's own frame and its distance from the window's */

struct _FzSearchField {
  GtkWidget parent_instance;
  GtkWidget *entry, *popover, *stack, *list, *none;
  GtkSingleSelection *selection;
  FzSearchFunc search;
  gpointer user_data;
  guint serial, frames;
  gboolean keep_text, quiet;
};

G_DEFINE_FINAL_TYPE (FzSearchField, fz_search_field, GTK_TYPE_WIDGET)

static guint picked_signal;

gboolean
fz_search_field_is_open (FzSearchField *self)
{
  return gtk_widget_get_visible (self->popover);
}

void
fz_search_field_close (FzSearchField *self)
{
  if (self->popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (self->popover));
}

const char *
fz_search_field_get_text (FzSearchField *self)
{
  return gtk_editable_get_text (GTK_EDITABLE (self->entry));
}

void
fz_search_field_set_text (FzSearchField *self, const char *text)
{
  self->quiet = TRUE;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), text != NULL ? text : "");
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  self->quiet = FALSE;
  self->serial++;
}

static void
on_changed (GtkEditable *editable, FzSearchField *self)
{
  const char *text = gtk_editable_get_text (editable);

  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY,
                                     *text != '\0' ? "fz-close-symbolic" : NULL);
  gtk_entry_set_icon_tooltip_text (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_SECONDARY, _ ("清空"));
  if (self->quiet)
    return;
  self->serial++;
  if (*text == '\0')
    fz_search_field_close (self);
  else if (self->search != NULL)
    self->search (self, text, self->serial, self->user_data);
}

/* What was looked for is done with: Ctrl+Z in the empty field is for what was picked. */
static void
forget_text (FzSearchField *self)
{
  fz_search_field_set_text (self, "");
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->entry), FALSE);
  gtk_editable_set_enable_undo (GTK_EDITABLE (self->entry), TRUE);
}

static void
pick (FzSearchField *self, guint position)
{
  g_autoptr (FzSearchRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (row == NULL || fz_search_row_get_blocked (row))
    return;
  fz_search_field_close (self);
  if (!self->keep_text)
    forget_text (self);
  g_signal_emit (self, picked_signal, 0, row);
}

static void
on_enter (GtkEntry *entry, FzSearchField *self)
{
  guint position = gtk_single_selection_get_selected (self->selection);

  if (fz_search_field_is_open (self) && position != GTK_INVALID_LIST_POSITION)
    pick (self, position);
}

static void
on_list_activate (GtkListView *list, guint position, FzSearchField *self)
{
  pick (self, position);
}

static void
move (FzSearchField *self, int step)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint at = gtk_single_selection_get_selected (self->selection);
  guint to;

  if (n == 0)
    return;
  if (at == GTK_INVALID_LIST_POSITION)
    to = step > 0 ? 0 : n - 1;
  else
    to = (guint) CLAMP ((int) at + step, 0, (int) n - 1);
  gtk_single_selection_set_selected (self->selection, to);
  gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", to);
}

static gboolean
escape (FzSearchField *self)
{
  if (fz_search_field_is_open (self)) {
    fz_search_field_close (self);
    return TRUE;
  }
  if (*fz_search_field_get_text (self) == '\0')
    return FALSE;
  fz_search_field_set_text (self, "");
  return TRUE;
}

static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzSearchField *self)
{
  switch (keyval) {
  case GDK_KEY_Escape:
    return escape (self);
  case GDK_KEY_Down:
  case GDK_KEY_Up:
    if (!fz_search_field_is_open (self)) {
      on_changed (GTK_EDITABLE (self->entry), self);
      return *fz_search_field_get_text (self) != '\0';
    }
    move (self, keyval == GDK_KEY_Down ? 1 : -1);
    return TRUE;
  case GDK_KEY_Page_Down:
  case GDK_KEY_Page_Up:
    move (self, keyval == GDK_KEY_Page_Down ? 6 : -6);
    return fz_search_field_is_open (self);
  default:
    return FALSE;
  }
}

static void
on_focus_out (GtkEventControllerFocus *focus, FzSearchField *self)
{
  fz_search_field_close (self);
}

static void
on_clear (GtkEntry *entry, GtkEntryIconPosition position, FzSearchField *self)
{
  if (position == GTK_ENTRY_ICON_SECONDARY)
    gtk_editable_set_text (GTK_EDITABLE (entry), "");
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, FzSearchField *self)
{
  FzSearchRow *row = gtk_list_item_get_item (list_item);
  GtkWidget *child = fz_search_row_build (row);

  gtk_list_item_set_child (list_item, child);
  fz_access_label (gtk_widget_get_parent (child), fz_search_row_get_title (row));
}

static void
select_first (FzSearchField *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  for (guint i = 0; i < n; i++) {
    g_autoptr (FzSearchRow) row = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

    if (!fz_search_row_get_blocked (row)) {
      gtk_single_selection_set_selected (self->selection, i);
      return;
    }
    if (i > 20) /* far below what is seen */
      break;
  }
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
}

/* The list knows its height once its rows are made, a frame after they were given: what was left of a longer list would stand there empty. */
static gboolean
on_laid_out (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  FzSearchField *self = FZ_SEARCH_FIELD (widget);

  if (--self->frames > 0)
    return G_SOURCE_CONTINUE;
  if (fz_search_field_is_open (self)) {
    gtk_widget_queue_resize (self->list);
    gtk_popover_present (GTK_POPOVER (self->popover));
  }
  return G_SOURCE_REMOVE;
}

static void
present_again (FzSearchField *self)
{
  if (self->frames == 0)
    gtk_widget_add_tick_callback (GTK_WIDGET (self), on_laid_out, NULL, NULL);
  self->frames = 2;
}

/* Below the field, or above it where there is more room, and never beyond the window. */
static void
fit (FzSearchField *self)
{
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  graphene_rect_t at;
  int above, below;
  gboolean up;

  if (root == NULL || !gtk_widget_compute_bounds (GTK_WIDGET (self), root, &at))
    return;
  above = (int) at.origin.y - EDGE;
  below = gtk_widget_get_height (root) - (int) (at.origin.y + at.size.height) - EDGE;
  up = below < LEAST_HEIGHT && above > below;
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (gtk_widget_get_parent (self->list)), CLAMP (up ? above : below, ROW_HEIGHT, LIST_HEIGHT));
  gtk_popover_set_position (GTK_POPOVER (self->popover), up ? GTK_POS_TOP : GTK_POS_BOTTOM);
  gtk_popover_set_offset (GTK_POPOVER (self->popover), 0, up ? -OFFSET : OFFSET);
}

void
fz_search_field_answer (FzSearchField *self, guint serial, GListModel *rows)
{
  gboolean none;

  if (serial != self->serial)
    return;
  none = rows == NULL || g_list_model_get_n_items (rows) == 0;
  gtk_single_selection_set_model (self->selection, rows);
  gtk_stack_set_visible_child (GTK_STACK (self->stack), none ? self->none : gtk_widget_get_parent (self->list));
  if (!none)
    select_first (self);
  gtk_widget_set_size_request (self->popover, MAX (gtk_widget_get_width (GTK_WIDGET (self)), LEAST_WIDTH), -1);
  fit (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_popover_popup (GTK_POPOVER (self->popover));
  present_again (self);
}

void
fz_search_field_set_search (FzSearchField *self, FzSearchFunc search, gpointer user_data)
{
  self->search = search;
  self->user_data = user_data;
}

void
fz_search_field_set_keep_text (FzSearchField *self, gboolean keep)
{
  self->keep_text = keep;
}

static void
fz_search_field_dispose (GObject *object)
{
  FzSearchField *self = FZ_SEARCH_FIELD (object);

  g_clear_pointer (&self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->entry, gtk_widget_unparent);
  g_clear_object (&self->selection);
  G_OBJECT_CLASS (fz_search_field_parent_class)->dispose (object);
}

/* The popover is a child that takes no part in the layout; and no baseline, since GtkBox 4.8 counts it in one of its two sums only. */
static GtkSizeRequestMode
fz_search_field_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
fz_search_field_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural, int *a, int *b)
{
  gtk_widget_measure (FZ_SEARCH_FIELD (widget)->entry, orientation, -1, minimum, natural, NULL, NULL);
}

static void
fz_search_field_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_size_allocate (FZ_SEARCH_FIELD (widget)->entry, &(GtkAllocation){ 0, 0, width, height }, baseline);
  gtk_popover_present (GTK_POPOVER (FZ_SEARCH_FIELD (widget)->popover));
}

static gboolean
fz_search_field_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (FZ_SEARCH_FIELD (widget)->entry);
}

static gboolean
fz_search_field_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (FZ_SEARCH_FIELD (widget)->entry, direction);
}

static void
fz_search_field_class_init (FzSearchFieldClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_search_field_dispose;
  widget_class->get_request_mode = fz_search_field_get_request_mode;
  widget_class->measure = fz_search_field_measure;
  widget_class->size_allocate = fz_search_field_size_allocate;
  widget_class->grab_focus = fz_search_field_grab_focus;
  widget_class->focus = fz_search_field_focus;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  picked_signal = g_signal_new ("picked", FZ_TYPE_SEARCH_FIELD, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                FZ_TYPE_SEARCH_ROW);
}

static GtkWidget *
results_new (FzSearchField *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();

  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), TRUE);
  gtk_widget_add_css_class (self->list, "fz-results");
  /* The text keeps the focus; the list only shows which row Enter would take. */
  gtk_widget_set_can_focus (self->list, FALSE);
  fz_access_label (self->list, _ ("搜索结果"));
  fz_access_controls (self->entry, self->list);
  g_signal_connect (self->list, "activate", G_CALLBACK (on_list_activate), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), LIST_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->list);
  return scroll;
}

static void
build_popover (FzSearchField *self)
{
  self->none = fz_access_live_label_new (_ ("没有找到"), FALSE);
  gtk_widget_add_css_class (self->none, "fz-caption");
  gtk_widget_add_css_class (self->none, "fz-result");
  self->stack = gtk_stack_new ();
  gtk_stack_set_vhomogeneous (GTK_STACK (self->stack), FALSE);
  gtk_stack_add_child (GTK_STACK (self->stack), results_new (self));
  gtk_stack_add_child (GTK_STACK (self->stack), self->none);
  self->popover = gtk_popover_new ();
  gtk_popover_set_autohide (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
  gtk_popover_set_position (GTK_POPOVER (self->popover), GTK_POS_BOTTOM);
  gtk_popover_set_offset (GTK_POPOVER (self->popover), 0, OFFSET);
  gtk_popover_set_child (GTK_POPOVER (self->popover), self->stack);
  gtk_widget_set_parent (self->popover, GTK_WIDGET (self));
  fz_access_label (self->popover, _ ("搜索结果"));
}

static void
fz_search_field_init (FzSearchField *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  self->entry = gtk_entry_new ();
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_PRIMARY, "fz-search-symbolic");
  gtk_entry_set_icon_activatable (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_PRIMARY, FALSE);
  gtk_widget_set_parent (self->entry, GTK_WIDGET (self));
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-search");
  fz_access_set_inner (GTK_WIDGET (self), self->entry);
  g_signal_connect (self->entry, "changed", G_CALLBACK (on_changed), self);
  g_signal_connect (self->entry, "activate", G_CALLBACK (on_enter), self);
  g_signal_connect (self->entry, "icon-press", G_CALLBACK (on_clear), self);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  g_signal_connect (focus, "leave", G_CALLBACK (on_focus_out), self);
  gtk_widget_add_controller (self->entry, keys);
  gtk_widget_add_controller (self->entry, focus);
  build_popover (self);
}

GtkWidget *
fz_search_field_new (const char *name, const char *placeholder, FzSearchFunc search, gpointer user_data)
{
  FzSearchField *self = g_object_new (FZ_TYPE_SEARCH_FIELD, NULL);

  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), placeholder);
  gtk_widget_set_tooltip_text (self->entry, placeholder);
  fz_access_label (GTK_WIDGET (self), name);
  fz_search_field_set_search (self, search, user_data);
  return GTK_WIDGET (self);
}
