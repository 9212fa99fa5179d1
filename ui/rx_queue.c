#include "ui/rx_queue.h"

#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/page.h"
#include "ui/rx_pick.h"
#include "ui/rx_row.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define WIDTH 284

typedef struct {
  FzList list;
  char *word, *empty;
  FzFactList *rows;
} Part;

struct _FzRxQueue {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *head, *count, *segments, *search, *list, *place;
  GtkWidget *pick, *pick_toggle; /* NULL: one at a time */
  GPtrArray *parts;
  Part *shown;
  char *selected;
  gboolean filling, failed;
};

G_DEFINE_FINAL_TYPE (FzRxQueue, fz_rx_queue, GTK_TYPE_BOX)

static guint selected_signal, print_signal;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_object_unref (part->rows);
  g_free (part->word);
  g_free (part->empty);
  g_free (part);
}

static GtkWidget *
row_new (gpointer item, gpointer data)
{
  FzRxQueue *self = data;
  const FzFields *rx = fz_fact_row_get (item);
  gboolean several = self->pick != NULL && fz_rx_pick_is_on (FZ_RX_PICK (self->pick));
  GtkWidget *check = several ? fz_rx_pick_check_new (FZ_RX_PICK (self->pick), fz_fields_get (rx, "rx.id"), fz_fields_get (rx, "patient.name")) : NULL;

  return fz_rx_row_new (self->shown->list, rx, fz_session_now_us (self->session), check);
}

/* --- selecting --- */

static void
select_id (FzRxQueue *self, const char *id)
{
  char *former = self->selected;

  self->selected = g_strdup (id);
  g_signal_emit (self, selected_signal, 0, self->selected);
  g_free (former); /* `id` may have been it */
}

static void
on_row_selected (GtkListBox *list, GtkListBoxRow *row, FzRxQueue *self)
{
  const char *id = row != NULL ? g_object_get_data (G_OBJECT (row), "fz-id") : NULL;

  if (!self->filling && g_strcmp0 (id, self->selected) != 0)
    select_id (self, id);
}

static void
on_edge (GtkScrolledWindow *scroll, GtkPositionType edge, FzRxQueue *self)
{
  GListModel *rows = G_LIST_MODEL (self->shown->rows);
  guint n = g_list_model_get_n_items (rows);

  if (edge == GTK_POS_BOTTOM && n > 0) /* looking at the last row makes the list read on */
    g_object_unref (g_list_model_get_item (rows, n - 1));
}

static void
show_state (FzRxQueue *self, const GError *error)
{
  gboolean none = g_list_model_get_n_items (G_LIST_MODEL (self->shown->rows)) == 0;

  gtk_list_box_set_placeholder (GTK_LIST_BOX (self->list),
                                error != NULL ? fz_page_error_new (error)
                                : none        ? fz_empty_state_new ("check", self->shown->empty, NULL, NULL)
                                              : NULL);
}

static void
show_count (FzRxQueue *self)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->shown->rows));
  g_autofree char *word = g_strdup_printf (fz_fact_list_has_more (self->shown->rows) ? "%s %u+" : "%s %u", self->shown->word, n);

  fz_count_set (self->count, n);
  if (self->parts->len > 1) {
    g_autofree char *id = g_strdup_printf ("%d", (int) self->shown->list);

    fz_segments_set_word (FZ_SEGMENTS (self->segments), id, word);
  }
}

void
fz_rx_queue_reload (FzRxQueue *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  int place = row != NULL ? gtk_list_box_row_get_index (row) : 0;
  g_autoptr (GError) error = NULL;
  guint at, n;

  self->filling = TRUE;
  fz_fact_list_reload (self->shown->rows, &error);
  self->failed = error != NULL;
  show_state (self, error);
  n = g_list_model_get_n_items (G_LIST_MODEL (self->shown->rows));
  at = fz_fact_list_find (self->shown->rows, "rx.id", self->selected);
  if (at == G_MAXUINT)
    at = (guint) MIN (place, MAX ((int) n - 1, 0));
  row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), (int) at);
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), row);
  self->filling = FALSE;
  show_count (self);
  if (row == NULL || g_strcmp0 (g_object_get_data (G_OBJECT (row), "fz-id"), self->selected) != 0)
    select_id (self, row != NULL ? g_object_get_data (G_OBJECT (row), "fz-id") : NULL);
}

gboolean
fz_rx_queue_has_failed (FzRxQueue *self)
{
  return self->failed;
}

static void
show_part (FzRxQueue *self, Part *part)
{
  self->filling = TRUE;
  self->shown = part;
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (part->rows), row_new, self, NULL);
  self->filling = FALSE;
  fz_rx_queue_reload (self);
}

/* --- choosing several --- */

static void
draw_rows_anew (FzRxQueue *self)
{
  GtkRoot *root = gtk_widget_get_root (self->list);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  gboolean had_focus = focus != NULL && gtk_widget_is_ancestor (focus, self->list);

  self->filling = TRUE;
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (self->shown->rows), row_new, self, NULL);
  self->filling = FALSE;
  fz_rx_queue_reload (self);
  if (had_focus) /* its row is another widget now */
    fz_rx_queue_move (self, 0);
}

static void
on_turned (FzRxQueue *self)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->pick_toggle), fz_rx_pick_is_on (FZ_RX_PICK (self->pick)));
  draw_rows_anew (self);
}

static void
on_pick_toggle (FzRxQueue *self)
{
  fz_rx_pick_turn (FZ_RX_PICK (self->pick), gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->pick_toggle)));
}

void
fz_rx_queue_pick_all (FzRxQueue *self)
{
  GListModel *rows = G_LIST_MODEL (self->shown->rows);

  if (self->pick == NULL)
    return;
  fz_rx_pick_turn (FZ_RX_PICK (self->pick), TRUE);
  for (guint i = 0; i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (FzFactRow) row = g_list_model_get_item (rows, i);

    fz_rx_pick_set (FZ_RX_PICK (self->pick), fz_fields_get (fz_fact_row_get (row), "rx.id"), TRUE);
  }
  draw_rows_anew (self);
}

static void
toggle_row (FzRxQueue *self, GtkListBoxRow *row)
{
  const char *id = row != NULL ? g_object_get_data (G_OBJECT (row), "fz-id") : NULL;

  if (id == NULL)
    return;
  fz_rx_pick_turn (FZ_RX_PICK (self->pick), TRUE);
  fz_rx_pick_set (FZ_RX_PICK (self->pick), id, !fz_rx_pick_has (FZ_RX_PICK (self->pick), id));
  draw_rows_anew (self);
}

static void
on_pressed (GtkGestureClick *click, int n, double x, double y, FzRxQueue *self)
{
  GdkModifierType mods = gtk_event_controller_get_current_event_state (GTK_EVENT_CONTROLLER (click));

  if ((mods & GDK_CONTROL_MASK) == 0)
    return;
  gtk_gesture_set_state (GTK_GESTURE (click), GTK_EVENT_SEQUENCE_CLAIMED);
  toggle_row (self, gtk_list_box_get_row_at_y (GTK_LIST_BOX (self->list), (int) y));
}

static gboolean
on_list_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, FzRxQueue *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));

  if ((mods & GDK_CONTROL_MASK) != 0 && (keyval == GDK_KEY_a || keyval == GDK_KEY_A)) { /* the list has a use of its own for it */
    fz_rx_queue_pick_all (self);
    return TRUE;
  }
  if (keyval == GDK_KEY_Escape && fz_rx_pick_is_on (FZ_RX_PICK (self->pick))) {
    fz_rx_pick_turn (FZ_RX_PICK (self->pick), FALSE);
    return TRUE;
  }
  if (keyval != GDK_KEY_space || row == NULL || !fz_rx_pick_is_on (FZ_RX_PICK (self->pick)))
    return FALSE;
  toggle_row (self, row);
  return TRUE;
}

static void
on_print (FzRxQueue *self)
{
  g_signal_emit (self, print_signal, 0);
}

char **
fz_rx_queue_dup_picked (FzRxQueue *self)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GListModel *rows = G_LIST_MODEL (self->shown->rows);

  for (guint i = 0; self->pick != NULL && i < g_list_model_get_n_items (rows); i++) {
    g_autoptr (FzFactRow) row = g_list_model_get_item (rows, i);
    const char *id = fz_fields_get (fz_fact_row_get (row), "rx.id");

    if (fz_rx_pick_has (FZ_RX_PICK (self->pick), id))
      g_ptr_array_add (ids, g_strdup (id));
  }
  if (ids->len == 0)
    return NULL;
  g_ptr_array_add (ids, NULL);
  return (char **) g_ptr_array_steal (ids, NULL);
}

void
fz_rx_queue_add_picking (FzRxQueue *self)
{
  GtkEventController *keys = gtk_event_controller_key_new (), *click = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());

  self->pick_toggle = fz_icon_toggle_new ("print", _ ("批量打印（Ctrl+单击，Ctrl+A 全选）"));
  gtk_box_insert_child_after (GTK_BOX (self->head), self->pick_toggle, gtk_widget_get_prev_sibling (self->count));
  self->pick = fz_put (GTK_WIDGET (self), fz_rx_pick_new ());
  g_signal_connect_swapped (self->pick_toggle, "toggled", G_CALLBACK (on_pick_toggle), self);
  g_signal_connect_swapped (self->pick, "turned", G_CALLBACK (on_turned), self);
  g_signal_connect_swapped (self->pick, "all", G_CALLBACK (fz_rx_queue_pick_all), self);
  g_signal_connect_swapped (self->pick, "print", G_CALLBACK (on_print), self);
  gtk_event_controller_set_propagation_phase (click, GTK_PHASE_CAPTURE);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (self->list, click);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_list_key), self);
  gtk_widget_add_controller (self->list, keys);
}

static void
on_part (FzSegments *segments, const char *id, FzRxQueue *self)
{
  for (guint i = 0; i < self->parts->len; i++) {
    Part *part = self->parts->pdata[i];

    if (g_ascii_strtoll (id, NULL, 10) == (gint64) part->list)
      show_part (self, part);
  }
}

void
fz_rx_queue_add_part (FzRxQueue *self, FzList list, const char *word, const char *empty)
{
  Part *part = g_new0 (Part, 1);
  g_autofree char *id = g_strdup_printf ("%d", (int) list);

  part->list = list;
  part->word = g_strdup (word);
  part->empty = g_strdup (empty);
  part->rows = fz_fact_list_new (self->session, list, NULL);
  g_ptr_array_add (self->parts, part);
  fz_segments_add (FZ_SEGMENTS (self->segments), id, word);
  gtk_widget_set_visible (self->segments, self->parts->len > 1);
  if (self->shown == NULL) {
    self->shown = part;
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (part->rows), row_new, self, NULL);
  }
}

static void
on_search (GtkEditable *entry, FzRxQueue *self)
{
  g_autofree char *words = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");

  fz_fields_set (filter, "words", words);
  for (guint i = 0; i < self->parts->len; i++)
    fz_fact_list_set_filter (((Part *) self->parts->pdata[i])->rows, filter);
  fz_rx_queue_reload (self);
}

void
fz_rx_queue_add_search (FzRxQueue *self, const char *hint)
{
  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", hint, NULL);
  fz_access_label (self->search, hint);
  fz_access_controls (self->search, self->list);
  gtk_box_insert_child_after (GTK_BOX (self), self->search, self->segments);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search), self);
}

/* --- found from the window --- */

#define MOST_FOUND 6

static FzSearchRow *
found_row_new (const Part *part, const FzFields *rx)
{
  g_autofree char *id = g_strdup_printf ("%d/%s", (int) part->list, fz_fields_get (rx, "rx.id"));
  g_autofree char *about = fz_words_patient (rx), *drugs = fz_words_list (rx, "rx.item", "generic", _ ("、"));
  FzSearchRow *row = fz_search_row_new (id, fz_fields_get (rx, "patient.name"), drugs != NULL ? drugs : about);

  fz_search_row_set_aside (row, part->word, fz_fields_get (rx, "rx.id"));
  return row;
}

void
fz_rx_queue_find (FzRxQueue *self, const char *text, GListStore *rows)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");

  fz_fields_set (filter, "words", text);
  fz_fields_set_int (filter, "limit", MOST_FOUND);
  for (guint i = 0; i < self->parts->len; i++) {
    const Part *part = self->parts->pdata[i];
    g_autoptr (GPtrArray) found = fz_desk_list (self->session, part->list, filter, NULL);

    for (guint k = 0; found != NULL && k < found->len; k++) {
      g_autoptr (FzSearchRow) row = found_row_new (part, found->pdata[k]);

      g_list_store_append (rows, row);
    }
  }
}

void
fz_rx_queue_open (FzRxQueue *self, const char *found)
{
  const char *id = strchr (found, '/');
  g_autofree char *part = id != NULL ? g_strndup (found, (gsize) (id - found)) : NULL;

  if (part == NULL)
    return;
  if (self->search != NULL)
    gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  g_free (self->selected);
  self->selected = g_strdup (id + 1);
  fz_segments_set_active (FZ_SEGMENTS (self->segments), part);
  on_part (FZ_SEGMENTS (self->segments), part, self);
  select_id (self, self->selected);
}

void
fz_rx_queue_focus_search (FzRxQueue *self)
{
  if (self->search != NULL)
    gtk_widget_grab_focus (self->search);
}

const char *
fz_rx_queue_get_selected (FzRxQueue *self)
{
  return self->selected;
}

FzList
fz_rx_queue_get_part (FzRxQueue *self)
{
  return self->shown->list;
}

GListModel *
fz_rx_queue_get_rows (FzRxQueue *self)
{
  return G_LIST_MODEL (self->shown->rows);
}

void
fz_rx_queue_move (FzRxQueue *self, int by)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (GTK_LIST_BOX (self->list));
  int at = row != NULL ? gtk_list_box_row_get_index (row) + by : 0;
  GtkListBoxRow *other = at >= 0 ? gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), at) : NULL;

  if (other == NULL)
    return;
  gtk_list_box_select_row (GTK_LIST_BOX (self->list), other);
  gtk_widget_grab_focus (GTK_WIDGET (other));
}

/* --- building --- */

static void
fz_rx_queue_dispose (GObject *object)
{
  FzRxQueue *self = FZ_RX_QUEUE (object);

  if (self->list != NULL) {
    self->filling = TRUE;
    gtk_list_box_bind_model (GTK_LIST_BOX (self->list), NULL, NULL, NULL, NULL);
    self->list = NULL;
  }
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_clear_pointer (&self->session, fz_session_unref);
  g_clear_pointer (&self->selected, g_free);
  G_OBJECT_CLASS (fz_rx_queue_parent_class)->dispose (object);
}

static void
fz_rx_queue_class_init (FzRxQueueClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_rx_queue_dispose;
  selected_signal = g_signal_new ("selected", FZ_TYPE_RX_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  print_signal = g_signal_new ("print", FZ_TYPE_RX_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_rx_queue_init (FzRxQueue *self)
{
  self->parts = g_ptr_array_new_with_free_func (part_free);
}

GtkWidget *
fz_rx_queue_new (FzSession *session, const char *title)
{
  FzRxQueue *self = g_object_new (FZ_TYPE_RX_QUEUE, "orientation", GTK_ORIENTATION_VERTICAL, "spacing", 10, NULL);
  GtkWidget *box = GTK_WIDGET (self), *head = fz_put (box, fz_line (8)), *heading, *scroll;

  self->session = fz_session_ref (session);
  self->head = head;
  gtk_widget_add_css_class (box, "fz-queue");
  gtk_widget_set_size_request (box, WIDTH, -1);
  gtk_widget_set_hexpand (box, FALSE);
  heading = fz_put (head, fz_text (title, "fz-heading"));
  fz_put_space (head);
  self->count = fz_put (head, fz_count_new (0, _ ("张处方")));
  self->segments = fz_put (box, fz_segments_new (title));
  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "fz-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  fz_access_labelled_by (self->segments, heading);
  fz_access_labelled_by (self->list, heading);
  fz_access_controls (self->segments, self->list);
  scroll = fz_put_wide (box, fz_scrolled (self->list));
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_part), self);
  g_signal_connect (self->list, "row-selected", G_CALLBACK (on_row_selected), self);
  g_signal_connect (scroll, "edge-reached", G_CALLBACK (on_edge), self);
  return box;
}
