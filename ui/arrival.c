#include "ui/arrival.h"

#include "app/desk.h"

#define STATE "fz-arrival"
#define FRAMES 3 /* an answer that came shows its rows by then */

typedef struct {
  GtkWidget *was;       /* weak: had the keys when the page was left */
  const GtkWidget *put; /* has them since; to compare only */
  guint tick, frames;
  gboolean waits;
} Arrival;

static void
arrival_free (gpointer data)
{
  Arrival *self = data;

  g_clear_weak_pointer (&self->was);
  g_free (self);
}

/* Who presses a key has begun. */
static gboolean
on_key (GtkEventControllerKey *keys, guint keyval, guint keycode, GdkModifierType mods, Arrival *self)
{
  self->waits = FALSE;
  return FALSE;
}

static Arrival *
arrival_of (GtkWidget *page)
{
  Arrival *self = g_object_get_data (G_OBJECT (page), STATE);
  GtkEventController *keys;

  if (self != NULL)
    return self;
  self = g_new0 (Arrival, 1);
  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key), self);
  gtk_widget_add_controller (page, keys);
  g_object_set_data_full (G_OBJECT (page), STATE, self, arrival_free);
  return self;
}

/* --- the list --- */

static gboolean
into_rows (GtkListBox *list)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (list);

  if (row != NULL && gtk_widget_get_mapped (GTK_WIDGET (row)))
    return gtk_widget_grab_focus (GTK_WIDGET (row));
  for (int i = 0; (row = gtk_list_box_get_row_at_index (list, i)) != NULL; i++)
    if (gtk_widget_get_mapped (GTK_WIDGET (row)) && gtk_widget_grab_focus (GTK_WIDGET (row)))
      return TRUE;
  return FALSE;
}

/* The first list in sight below the widget that has rows. */
static gboolean
into_list (GtkWidget *widget)
{
  if (!gtk_widget_get_mapped (widget))
    return FALSE;
  if (GTK_IS_LIST_BOX (widget))
    return !gtk_widget_has_css_class (widget, "fz-talk") && into_rows (GTK_LIST_BOX (widget)); /* what was said is read, not chosen from */
  if (GTK_IS_LIST_VIEW (widget))
    return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (widget)))) > 0 && gtk_widget_grab_focus (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (into_list (child))
      return TRUE;
  return FALSE;
}

/* --- arriving --- */

static GtkWidget *
focus_in (GtkWidget *page)
{
  GtkRoot *root = gtk_widget_get_root (page);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  return focus != NULL && gtk_widget_is_ancestor (focus, page) ? focus : NULL;
}

void
fz_arrival_remember (GtkWidget *page)
{
  g_set_weak_pointer (&arrival_of (page)->was, focus_in (page));
}

static gboolean
on_frame (GtkWidget *page, GdkFrameClock *clock, gpointer data)
{
  Arrival *self = data;
  GtkRoot *root = gtk_widget_get_root (page);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (self->waits && gtk_widget_get_mapped (page) && (focus == NULL || focus == self->put)) {
    self->frames = fz_calls_running () > 0 ? 0 : self->frames + 1;
    if (!into_list (page) && self->frames < FRAMES)
      return G_SOURCE_CONTINUE;
  }
  self->waits = FALSE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

void
fz_arrival_focus (GtkWidget *page, gboolean back)
{
  Arrival *self = arrival_of (page);

  if (back && self->was != NULL && gtk_widget_get_mapped (self->was) && gtk_widget_grab_focus (self->was))
    return;
  if (into_list (page))
    return;
  if (focus_in (page) == NULL)
    gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD);
  self->put = focus_in (page);
  self->waits = TRUE;
  self->frames = 0;
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (page, on_frame, self, NULL);
}
