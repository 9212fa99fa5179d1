#include "ui/kit/table.h"

#include "ui/kit/access.h"
#include "ui/kit/table_row.h"
#include "ui/theme.h"

#include <glib/gi18n-lib.h>

struct _FzTable {
  GtkWidget parent_instance;
  FzColumn *columns;
  gsize n_columns;
  gpointer user_data;
  GtkWidget *sideways, *box, *head, *stack, *list, *empty;
  GtkSingleSelection *selection;
  GtkSliceListModel *few; /* as much of the model as rows are made for */
  guint growing, waited;  /* a tick of the frame clock; frames that went by */
  guint chosen; /* the place selected last */
  gsize sorted;
  gboolean descending;
};

G_DEFINE_FINAL_TYPE (FzTable, fz_table, GTK_TYPE_WIDGET)

static guint activated_signal, selected_signal, sort_signal;

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *list_item, FzTable *self)
{
  GtkWidget *row = fz_table_row_new (self->columns, self->n_columns);

  for (gsize i = 0; i < self->n_columns; i++)
    fz_table_row_append (FZ_TABLE_ROW (row), fz_table_cell_new (&self->columns[i]));
  gtk_list_item_set_child (list_item, row);
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *list_item, FzTable *self)
{
  GtkWidget *row = gtk_list_item_get_child (list_item);
  GtkWidget *holder = gtk_widget_get_parent (row);
  gpointer item = gtk_list_item_get_item (list_item);
  GtkWidget *cell = gtk_widget_get_first_child (row);
  g_autoptr (GString) spoken = g_string_new (NULL);

  for (gsize i = 0; i < self->n_columns; i++, cell = gtk_widget_get_next_sibling (cell)) {
    g_autofree char *text = fz_table_cell_fill (&self->columns[i], cell, item, self->user_data);

    if (*text != '\0')
      g_string_append_printf (spoken, "%s%s", spoken->len > 0 ? _ ("，") : "", text);
  }
  /* The focus is on the list's own row, which 4.8 gives no other way to name. */
  if (holder != NULL)
    fz_access_label (holder, spoken->str);
}

static void
on_activate (GtkListView *list, guint position, FzTable *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (item != NULL)
    g_signal_emit (self, activated_signal, 0, item);
}

static void
on_selected (GtkSingleSelection *selection, GParamSpec *spec, FzTable *self)
{
  self->chosen = gtk_single_selection_get_selected (selection);
  g_signal_emit (self, selected_signal, 0, gtk_single_selection_get_selected_item (selection));
}

static void
show_right_page (FzTable *self)
{
  gboolean none = g_list_model_get_n_items (G_LIST_MODEL (self->selection)) == 0;

  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), none && self->empty != NULL ? "empty" : "rows");
}

/* GTK makes two hundred rows of a list at once, of which twenty are seen: the page stands with the first ones, and the rest comes with the frames after. */
#define FIRST_ROWS 28
#define MORE_ROWS 20
#define ENOUGH_ROWS 240
#define WAITED_FRAMES 2

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer none)
{
  FzTable *self = FZ_TABLE (widget);
  guint size = gtk_slice_list_model_get_size (self->few);

  if (self->waited++ < WAITED_FRAMES)
    return G_SOURCE_CONTINUE;
  size = size < ENOUGH_ROWS ? size + MORE_ROWS : G_MAXUINT;
  gtk_slice_list_model_set_size (self->few, size);
  if (g_list_model_get_n_items (G_LIST_MODEL (self->few)) == size)
    return G_SOURCE_CONTINUE;
  self->growing = 0;
  return G_SOURCE_REMOVE;
}

static void
grow (FzTable *self)
{
  if (self->few == NULL || self->growing != 0 || g_list_model_get_n_items (G_LIST_MODEL (self->few)) < gtk_slice_list_model_get_size (self->few))
    return;
  self->waited = 0;
  self->growing = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_frame, NULL, NULL);
}

static void
on_items (GListModel *model, guint position, guint removed, guint added, FzTable *self)
{
  guint chosen = self->chosen;

  /* Rows that are others now in their old places: what was selected there stays selected. */
  if (removed == added && chosen >= position && chosen - position < added && gtk_single_selection_get_selected (self->selection) == GTK_INVALID_LIST_POSITION)
    gtk_single_selection_set_selected (self->selection, chosen);
  show_right_page (self);
  grow (self);
}

static void
on_sort (GtkButton *button, FzTable *self)
{
  gsize column = GPOINTER_TO_SIZE (g_object_get_data (G_OBJECT (button), "fz-column"));

  self->descending = self->sorted == column && !self->descending;
  self->sorted = column;
  for (gsize i = 0; i < self->n_columns; i++) {
    GtkWidget *image = g_object_get_data (G_OBJECT (fz_table_row_get_cell (FZ_TABLE_ROW (self->head), i)), "fz-arrow");

    if (image == NULL)
      continue;
    gtk_widget_set_opacity (image, i == column ? 1 : 0);
    fz_icon_set (GTK_IMAGE (image), self->descending ? "chevron-down" : "chevron-up");
  }
  g_signal_emit (self, sort_signal, 0, self->columns[column].sort_key, self->descending);
}

static GtkWidget *
head_cell (FzTable *self, gsize i)
{
  const FzColumn *column = &self->columns[i];
  GtkWidget *title = gtk_label_new (column->title);
  GtkWidget *button, *box, *arrow;

  gtk_label_set_xalign (GTK_LABEL (title), column->numeric ? 1.0f : 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (title), PANGO_ELLIPSIZE_END);
  gtk_widget_set_tooltip_text (title, column->title);
  if (column->sort_key == NULL)
    return title;
  button = gtk_button_new ();
  box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 3);
  arrow = fz_icon_new ("chevron-up", 12);
  gtk_widget_set_opacity (arrow, 0);
  gtk_box_append (GTK_BOX (box), title);
  if (column->numeric)
    gtk_box_prepend (GTK_BOX (box), arrow); /* the title's end stands over the digits' */
  else
    gtk_box_append (GTK_BOX (box), arrow);
  gtk_widget_set_halign (box, column->numeric ? GTK_ALIGN_END : GTK_ALIGN_START);
  gtk_button_set_child (GTK_BUTTON (button), box);
  g_object_set_data (G_OBJECT (button), "fz-column", GSIZE_TO_POINTER (i));
  g_object_set_data (G_OBJECT (button), "fz-arrow", arrow);
  fz_access_label (button, column->title);
  g_signal_connect (button, "clicked", G_CALLBACK (on_sort), self);
  return button;
}

static void
build_head (FzTable *self)
{
  self->head = fz_table_row_new (self->columns, self->n_columns);
  for (gsize i = 0; i < self->n_columns; i++)
    fz_table_row_append (FZ_TABLE_ROW (self->head), head_cell (self, i));
  gtk_widget_add_css_class (self->head, "fz-table-head");
  gtk_box_append (GTK_BOX (self->box), self->head);
}

static void
build_rows (FzTable *self, const char *name)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroll = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), self);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), self);
  self->list = gtk_list_view_new (GTK_SELECTION_MODEL (g_object_ref (self->selection)), factory);
  gtk_widget_add_css_class (self->list, "fz-rows");
  fz_access_label (self->list, name);
  g_signal_connect (self->list, "activate", G_CALLBACK (on_activate), self);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->list);
  gtk_widget_set_vexpand (scroll, TRUE);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), scroll, "rows");
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->stack);
}

static void
fz_table_dispose (GObject *object)
{
  FzTable *self = FZ_TABLE (object);

  if (self->selection != NULL)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  g_clear_pointer (&self->sideways, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->few);
  G_OBJECT_CLASS (fz_table_parent_class)->dispose (object);
}

static void
fz_table_finalize (GObject *object)
{
  FzTable *self = FZ_TABLE (object);

  for (gsize i = 0; i < self->n_columns; i++) {
    g_free ((gpointer) (gsize) self->columns[i].title);
    g_free ((gpointer) (gsize) self->columns[i].sort_key);
  }
  g_free (self->columns);
  G_OBJECT_CLASS (fz_table_parent_class)->finalize (object);
}

/* Who presses a key may go to the end at once. */
static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzTable *self)
{
  if (self->growing != 0)
    gtk_slice_list_model_set_size (self->few, G_MAXUINT);
  return FALSE;
}

static gboolean
fz_table_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (FZ_TABLE (widget)->list);
}

/* GTK's list takes a Tab a row, which of a long one nobody comes to the end of: rows are for the arrows, Tab leaves them. */
static gboolean
fz_table_focus (GtkWidget *widget, GtkDirectionType direction)
{
  FzTable *self = FZ_TABLE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL && gtk_widget_is_ancestor (focus, self->list)) {
    if (direction == GTK_DIR_TAB_FORWARD)
      return FALSE;
    if (direction == GTK_DIR_TAB_BACKWARD)
      return gtk_widget_child_focus (self->head, direction);
  }
  return fz_access_walk (widget, direction);
}

static void
fz_table_class_init (FzTableClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_table_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_table_finalize;
  widget_class->grab_focus = fz_table_grab_focus;
  widget_class->focus = fz_table_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  activated_signal = g_signal_new ("activated", FZ_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  selected_signal = g_signal_new ("selected", FZ_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_OBJECT);
  sort_signal = g_signal_new ("sort", FZ_TYPE_TABLE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
                              G_TYPE_BOOLEAN);
}

static void
fz_table_init (FzTable *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  self->sorted = G_MAXSIZE;
  self->chosen = GTK_INVALID_LIST_POSITION;
  self->selection = gtk_single_selection_new (NULL);
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self);
  g_signal_connect (self->selection, "items-changed", G_CALLBACK (on_items), self);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  /* Head and rows move sideways together where the columns are wider than the page (200 % text). */
  self->sideways = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->sideways), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->sideways), self->box);
  gtk_widget_set_parent (self->sideways, GTK_WIDGET (self));
}

GtkWidget *
fz_table_new (const char *name, const FzColumn *columns, gsize n_columns, GListModel *model, gpointer user_data)
{
  FzTable *self;

  g_return_val_if_fail (name != NULL && columns != NULL && n_columns > 0, NULL);
  self = g_object_new (FZ_TYPE_TABLE, NULL);
  self->columns = g_memdup2 (columns, n_columns * sizeof *columns);
  self->n_columns = n_columns;
  self->user_data = user_data;
  for (gsize i = 0; i < n_columns; i++) {
    self->columns[i].title = g_strdup (columns[i].title != NULL ? columns[i].title : "");
    self->columns[i].sort_key = g_strdup (columns[i].sort_key);
  }
  build_head (self);
  build_rows (self, name);
  fz_table_set_model (self, model);
  return GTK_WIDGET (self);
}

void
fz_table_set_model (FzTable *self, GListModel *model)
{
  g_clear_object (&self->few);
  self->few = gtk_slice_list_model_new (model != NULL ? g_object_ref (model) : NULL, 0, FIRST_ROWS);
  gtk_single_selection_set_model (self->selection, G_LIST_MODEL (self->few));
  show_right_page (self);
  grow (self);
}

GListModel *
fz_table_get_model (FzTable *self)
{
  return self->few != NULL ? gtk_slice_list_model_get_model (self->few) : NULL;
}

gpointer
fz_table_get_selected (FzTable *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

void
fz_table_select (FzTable *self, guint position)
{
  if (position != GTK_INVALID_LIST_POSITION && position >= gtk_slice_list_model_get_size (self->few))
    gtk_slice_list_model_set_size (self->few, G_MAXUINT);
  gtk_single_selection_set_selected (self->selection, position);
  if (position != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (self->list, "list.scroll-to-item", "u", position);
}

void
fz_table_set_empty (FzTable *self, GtkWidget *empty)
{
  if (self->empty != NULL)
    gtk_stack_remove (GTK_STACK (self->stack), self->empty);
  self->empty = empty;
  if (empty != NULL)
    gtk_stack_add_named (GTK_STACK (self->stack), empty, "empty");
  show_right_page (self);
}

void
fz_table_set_first (FzTable *self, gboolean first)
{
  if (first)
    gtk_widget_add_css_class (self->head, "fz-first");
  else
    gtk_widget_remove_css_class (self->head, "fz-first");
}

void
fz_table_set_single_click (FzTable *self, gboolean single_click)
{
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (self->list), single_click);
}
