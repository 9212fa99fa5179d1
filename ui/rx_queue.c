#include "ui/rx_queue.h"

#include "ui/fact_list.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define WIDTH 284
#define LATE_S (15 * 60)

typedef struct {
  FzList list;
  char *word, *empty;
  FzFactList *rows;
} Part;

struct _FzRxQueue {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *count, *segments, *search, *list, *place;
  GPtrArray *parts;
  Part *shown;
  char *selected;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (FzRxQueue, fz_rx_queue, GTK_TYPE_BOX)

static guint selected_signal;

static void
part_free (gpointer data)
{
  Part *part = data;

  g_object_unref (part->rows);
  g_free (part->word);
  g_free (part->empty);
  g_free (part);
}

/* --- a row --- */

/* How far it is on its way out of the pharmacy. */
static void
put_supply (GtkWidget *line, const FzFields *rx)
{
  static const struct {
    const char *word, *label;
    FzStatus status;
  } words[] = { { "prepared", N_ ("待核对"), FZ_STATUS_WARN }, { "checked", N_ ("待发出"), FZ_STATUS_INFO }, { "part", N_ ("部分已发"), FZ_STATUS_WARN },
                { "sent", N_ ("在途"), FZ_STATUS_INFO },       { "done", N_ ("已完成"), FZ_STATUS_OK } };
  const char *word = fz_fields_get (rx, "rx.supply");

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].word, word) == 0)
      fz_put (line, fz_pill_new (words[i].status, _ (words[i].label)));
}

static void
put_marks (GtkWidget *line, const FzFields *rx)
{
  const char *risk = fz_fields_get (rx, "rx.risk");

  if (fz_fields_has (rx, "rx.claimed_by") && !fz_fields_is_yes (rx, "rx.claimed_mine")) {
    g_autofree char *busy = g_strdup_printf (_ ("%s 审核中"), fz_fields_get (rx, "rx.claimed_by"));

    fz_put (line, fz_pill_new (FZ_STATUS_INFO, busy));
  }
  if (g_strcmp0 (risk, "reason") == 0)
    fz_put (line, fz_pill_new (FZ_STATUS_WARN, _ ("有说明理由")));
  else if (g_strcmp0 (risk, "age") == 0)
    fz_put (line, fz_pill_new (FZ_STATUS_WARN, _ ("特殊年龄")));
  put_supply (line, rx);
  for (guint i = 0; i < fz_fields_count (rx, "mark"); i++) {
    FzStatus status = FZ_STATUS_NEUTRAL;
    const char *word = fz_words_mark (fz_fields_get_at (rx, "mark", i, NULL), &status);

    if (word != NULL)
      fz_put (line, fz_pill_new (status, word));
  }
}

static char *
drugs_of (const FzFields *rx)
{
  return fz_words_list (rx, "rx.item", "generic", "、");
}

static GtkWidget *
waiting_new (FzRxQueue *self, const FzFields *rx)
{
  gint64 wait = 0;
  g_autofree char *text = NULL;
  GtkWidget *label;
  FzStatus status;
  const char *stage = fz_words_rx_stage (fz_fields_get (rx, "rx.stage"), &status);

  if (self->shown->list == FZ_LIST_REVIEWED)
    return fz_pill_new (status, stage);
  if (self->shown->list == FZ_LIST_SENT || self->shown->list == FZ_LIST_DISPENSED) {
    g_autofree char *at = fz_words_time (rx, self->shown->list == FZ_LIST_SENT ? "rx.sent_at" : "rx.dispensed_at", fz_session_now_us (self->session));

    return fz_text (at, "fz-caption");
  }
  fz_fields_get_int (rx, "wait_s", &wait);
  if (self->shown->list == FZ_LIST_DISPENSE) {
    g_autofree char *until = fz_words_time (rx, "rx.valid_until", fz_session_now_us (self->session));

    text = g_strdup_printf (_ ("%s 前有效"), until);
    wait = 0;
  } else {
    g_autofree char *span = fz_words_duration (wait);

    text = wait < 60 ? g_strdup (span) : g_strdup_printf (_ ("已等 %s"), span);
  }
  label = fz_text (text, "fz-caption");
  if (wait >= LATE_S) {
    gtk_widget_remove_css_class (label, "fz-caption");
    gtk_widget_add_css_class (label, "fz-small");
    gtk_widget_add_css_class (label, "fz-text-warn");
  }
  return label;
}

static GtkWidget *
row_new (gpointer item, gpointer data)
{
  FzRxQueue *self = data;
  const FzFields *rx = fz_fact_row_get (item);
  GtkWidget *row = gtk_list_box_row_new (), *box = fz_column (3), *first = fz_put (box, fz_wrap_new (8, 0)), *wait, *marks;
  g_autofree char *about = fz_words_sex_age (rx);
  g_autofree char *drugs = drugs_of (rx), *spoken = NULL;
  const char *name = fz_fields_get (rx, "patient.name");

  fz_wrap_add (first, fz_text (name, "fz-strong"));
  fz_wrap_add (first, fz_text (about, "fz-caption"));
  wait = fz_wrap_add (first, waiting_new (self, rx));
  gtk_widget_set_hexpand (wait, TRUE);
  gtk_widget_set_halign (wait, GTK_ALIGN_END);
  fz_put (box, fz_wrapped (drugs, "fz-soft"));
  marks = fz_put (box, fz_line (6));
  put_marks (marks, rx);
  gtk_widget_set_visible (marks, gtk_widget_get_first_child (marks) != NULL);
  spoken = g_strdup_printf ("%s，%s，%s", name, about, drugs != NULL ? drugs : "");
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), box);
  fz_access_label (row, spoken);
  g_object_set_data_full (G_OBJECT (row), "fz-id", g_strdup (fz_fields_get (rx, "rx.id")), g_free);
  return row;
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
                                error != NULL ? fz_error_state_new_from (error, NULL)
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

static void
show_part (FzRxQueue *self, Part *part)
{
  self->filling = TRUE;
  self->shown = part;
  gtk_list_box_bind_model (GTK_LIST_BOX (self->list), G_LIST_MODEL (part->rows), row_new, self, NULL);
  self->filling = FALSE;
  fz_rx_queue_reload (self);
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
  gtk_box_insert_child_after (GTK_BOX (self), self->search, self->segments);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search), self);
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
  GtkWidget *box = GTK_WIDGET (self), *head = fz_put (box, fz_line (8)), *scroll;

  self->session = fz_session_ref (session);
  gtk_widget_add_css_class (box, "fz-queue");
  gtk_widget_set_size_request (box, WIDTH, -1);
  gtk_widget_set_hexpand (box, FALSE);
  fz_put (head, fz_text (title, "fz-heading"));
  fz_put_space (head);
  self->count = fz_put (head, fz_count_new (0, _ ("张处方")));
  self->segments = fz_put (box, fz_segments_new (title));
  self->list = gtk_list_box_new ();
  gtk_widget_add_css_class (self->list, "fz-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_BROWSE);
  fz_access_label (self->list, title);
  scroll = fz_put_wide (box, fz_scrolled (self->list));
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_part), self);
  g_signal_connect (self->list, "row-selected", G_CALLBACK (on_row_selected), self);
  g_signal_connect (scroll, "edge-reached", G_CALLBACK (on_edge), self);
  return box;
}
