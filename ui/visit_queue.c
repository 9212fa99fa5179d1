#include "ui/visit_queue.h"

#include "ui/access_desk.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/monitors.h"
#include "ui/page.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define SHORT_COMPLAINT 14 /* characters that are never cut off */
#define MOST_EARLIER 50
#define LOOK_BACK "earlier:"

enum { WAITING, MINE, DONE, N_LISTS };

static const char *const list_ids[N_LISTS] = { "waiting", "mine", "done" };
static const char *const list_words[N_LISTS] = { N_ ("候诊"), N_ ("接诊中"), N_ ("已完成") };

struct _FzVisitQueue {
  GtkWidget parent_instance;
  FzSession *session;
  GtkWidget *root, *segments, *list, *state, *stack, *next, *monitors, *unread, *search;
  GPtrArray *rows[N_LISTS];
  GPtrArray *earlier; /* what was looked for, empty until it is found; NULL: nothing is, and the list is of today */
  guint asked;        /* the newest search; an answer to another one is too late */
  gboolean looking;   /* its answer has not come */
  GError *unfound;    /* why there is none; NULL: there is */
  char *shown;  /* the visit in the middle */
  gboolean quiet;
  GError *trouble; /* why a list could not be read; NULL: all could */
};

G_DEFINE_FINAL_TYPE (FzVisitQueue, fz_visit_queue, GTK_TYPE_WIDGET)

static guint chosen_signal, entered_signal, next_signal, hand_signal, import_signal, unread_signal;

static const char *
id_of (gpointer row)
{
  return fz_fields_get (row, "visit.id");
}

static guint
active (FzVisitQueue *self)
{
  const char *id = fz_segments_get_active (FZ_SEGMENTS (self->segments));

  for (guint i = 0; i < N_LISTS; i++)
    if (g_strcmp0 (list_ids[i], id) == 0)
      return i;
  return WAITING;
}

static GPtrArray *
rows_shown (FzVisitQueue *self)
{
  guint list = active (self);

  return list == DONE && self->earlier != NULL ? self->earlier : self->rows[list];
}

/* --- one row --- */

static gint64
count_unread (const FzFields *row)
{
  gint64 n = 0;

  fz_fields_get_int (row, "talk.new", &n);
  return n;
}

static GtkWidget *
marks_new (const FzFields *row)
{
  GtkWidget *line = fz_wrap_new (4, 4);

  if (count_unread (row) > 0) {
    g_autofree char *unread = g_strdup_printf (_ ("未读 %d"), (int) count_unread (row));

    fz_wrap_add (line, fz_pill_new (FZ_STATUS_INFO, unread));
  }
  for (guint i = 0; i < fz_fields_count (row, "mark"); i++) {
    FzStatus status = FZ_STATUS_NEUTRAL;
    const char *word = fz_words_mark (fz_fields_get_at (row, "mark", i, NULL), &status);

    if (word != NULL)
      fz_wrap_add (line, fz_tag_new (status, word));
  }
  return line;
}

static char *
aside_text (FzVisitQueue *self, guint list, const FzFields *row)
{
  gint64 wait = 0;

  if (list == DONE)
    return fz_words_time (row, "visit.ended_at", fz_session_now_us (self->session));
  if (list == MINE)
    return fz_words_time (row, "visit.taken_at", fz_session_now_us (self->session));
  fz_fields_get_int (row, "wait_s", &wait);
  return fz_words_duration (wait);
}

static GtkWidget *
row_new (FzVisitQueue *self, guint list, const FzFields *row)
{
  GtkWidget *box = fz_column (3);
  GtkWidget *first = fz_line (6);
  const char *name = fz_fields_get (row, "patient.name"), *complaint = fz_fields_get (row, "visit.complaint");
  g_autofree char *about = fz_words_sex_age (row);
  g_autofree char *aside = aside_text (self, list, row);
  g_autofree char *spoken = g_strdup_printf ("%s %s %s %s", name, about, complaint != NULL ? complaint : "", aside);
  GtkWidget *what = fz_text (complaint, "fz-soft"), *who;
  GtkWidget *item = gtk_list_box_row_new ();

  fz_put (first, fz_text (name, "fz-strong"));
  who = fz_put_wide (first, fz_text (about, "fz-caption"));
  gtk_label_set_ellipsize (GTK_LABEL (who), PANGO_ELLIPSIZE_END); /* 5 years 6 months takes more room than 5岁6个月 */
  gtk_widget_set_tooltip_text (who, about);
  if (list == DONE) {
    FzStatus status = FZ_STATUS_NEUTRAL;
    const char *word = fz_words_visit_stage (fz_fields_get (row, "visit.stage"), &status);

    fz_put (first, fz_pill_new (status, word));
  }
  fz_put (first, fz_text (aside, "fz-caption"));
  gtk_label_set_ellipsize (GTK_LABEL (what), PANGO_ELLIPSIZE_END);
  if (complaint != NULL && g_utf8_strlen (complaint, -1) > SHORT_COMPLAINT)
    gtk_widget_set_tooltip_text (what, complaint);
  fz_put (box, first);
  fz_put (box, what);
  if (fz_fields_count (row, "mark") > 0 || count_unread (row) > 0)
    fz_put (box, marks_new (row));
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (item), box);
  fz_access_label (item, spoken);
  g_object_set_data_full (G_OBJECT (item), "fz-visit", g_strdup (id_of ((gpointer) row)), g_free);
  return item;
}

/* --- the list shown --- */

static GtkWidget *
empty_new (FzVisitQueue *self, guint list)
{
  if (self->trouble != NULL)
    return fz_page_error_new (self->trouble); /* nobody knows whether there is none */
  if (list == DONE && self->looking)
    return fz_loading_state_new (_ ("正在查找…"));
  if (list == DONE && self->unfound != NULL)
    return fz_error_state_new_from (self->unfound, NULL);
  if (list == DONE && self->earlier != NULL)
    return fz_empty_state_new ("search", _ ("没有找到"), _ ("只找您本人接诊、今天以前结束的就诊，按患者姓名或就诊号。"), NULL);
  if (list == WAITING)
    return fz_empty_state_new ("queue", _ ("没有候诊患者"), _ ("患者在互联网医院提交复诊申请后出现在这里；也可以导入复诊包或手工录入。"), NULL);
  if (list == MINE)
    return fz_empty_state_new ("visit", _ ("没有接诊中的患者"), _ ("按 Ctrl+N 接诊下一位。"), NULL);
  return fz_empty_state_new ("check", _ ("今天还没有完成的接诊"), _ ("结束的接诊列在这里；以前的按姓名或就诊号在上面查找。"), NULL);
}

static GtkWidget *
most_new (void)
{
  GtkWidget *row = gtk_list_box_row_new ();
  g_autofree char *words = g_strdup_printf (_ ("只列出最近 %u 次，请写全姓名或就诊号。"), MOST_EARLIER);

  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), fz_wrapped (words, "fz-caption"));
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  fz_access_label (row, words);
  return row;
}

static void
select_shown (FzVisitQueue *self)
{
  self->quiet = TRUE;
  gtk_list_box_unselect_all (GTK_LIST_BOX (self->list));
  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (g_strcmp0 (g_object_get_data (G_OBJECT (row), "fz-visit"), self->shown) == 0)
      gtk_list_box_select_row (GTK_LIST_BOX (self->list), GTK_LIST_BOX_ROW (row));
  self->quiet = FALSE;
}

static void
show_list (FzVisitQueue *self)
{
  guint list = active (self);
  GPtrArray *rows = rows_shown (self);
  GtkWidget *child, *former = gtk_stack_get_child_by_name (GTK_STACK (self->stack), "state");

  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  for (guint i = 0; i < rows->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), row_new (self, list, rows->pdata[i]));
  if (rows == self->earlier && rows->len == MOST_EARLIER)
    gtk_list_box_append (GTK_LIST_BOX (self->list), most_new ());
  if (former != NULL)
    gtk_stack_remove (GTK_STACK (self->stack), former);
  gtk_stack_add_named (GTK_STACK (self->stack), empty_new (self, list), "state");
  gtk_widget_set_visible (self->search, list == DONE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), rows->len > 0 ? "list" : "state");
  select_shown (self);
}

static void
show_unread (FzVisitQueue *self)
{
  const FzFields *first;
  guint n = fz_visit_queue_count_unread (self, NULL, &first);
  g_autofree char *word = g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u 位患者有未读消息", "%u 位患者有未读消息", n), n);

  fz_button_set_label (self->unread, word);
  gtk_widget_set_visible (self->unread, n > 0);
}

static void
show_counts (FzVisitQueue *self)
{
  for (guint i = 0; i < N_LISTS; i++) {
    g_autofree char *word = self->rows[i]->len > 0 ? g_strdup_printf ("%s %u", _ (list_words[i]), self->rows[i]->len)
                                                : g_strdup (_ (list_words[i]));

    fz_segments_set_word (FZ_SEGMENTS (self->segments), list_ids[i], word);
  }
  gtk_widget_set_sensitive (self->next, self->rows[WAITING]->len > 0);
  show_unread (self);
}

/* Built anew only when something a person can see is different: the focus and the scroll stay. */
static char *
rows_word (GPtrArray *rows)
{
  g_autoptr (GString) word = g_string_new (NULL);

  for (guint i = 0; i < rows->len; i++) {
    gint64 wait = 0;
    g_autofree char *marks = fz_words_list (rows->pdata[i], "mark", NULL, " ");

    fz_fields_get_int (rows->pdata[i], "wait_s", &wait);
    g_string_append_printf (word, "%s %s %d %d %s\n", id_of (rows->pdata[i]), fz_fields_get (rows->pdata[i], "visit.stage"), (int) (wait / 60),
                            (int) count_unread (rows->pdata[i]), marks != NULL ? marks : "");
  }
  return g_string_free (g_steal_pointer (&word), FALSE);
}

void
fz_visit_queue_refresh (FzVisitQueue *self)
{
  static const FzList lists[N_LISTS] = { FZ_LIST_WAITING, FZ_LIST_MINE, FZ_LIST_DONE };
  g_autofree char *before = rows_word (rows_shown (self)), *after = NULL;
  gboolean failed = self->trouble != NULL;

  g_clear_error (&self->trouble);
  for (guint i = 0; i < N_LISTS; i++) {
    g_autoptr (GError) error = NULL;
    GPtrArray *rows = fz_desk_list (self->session, lists[i], NULL, &error);

    if (rows == NULL) { /* what was read before stays; the window says what is wrong with the store */
      if (self->trouble == NULL)
        self->trouble = g_steal_pointer (&error);
      continue;
    }
    g_ptr_array_unref (self->rows[i]);
    self->rows[i] = rows;
  }
  fz_monitors_button_refresh (self->monitors);
  after = rows_word (rows_shown (self));
  show_counts (self);
  if (failed != (self->trouble != NULL) || !g_str_equal (before, after))
    show_list (self);
}

const FzFields *
fz_visit_queue_get_first (FzVisitQueue *self)
{
  return self->rows[WAITING]->len > 0 ? self->rows[WAITING]->pdata[0] : NULL;
}

static gboolean
holds (const FzFields *row, const char *text)
{
  static const char *const keys[] = { "patient.name", "visit.complaint", "visit.id" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++) {
    const char *value = fz_fields_get (row, keys[i]);
    g_autofree char *folded = value != NULL ? g_utf8_casefold (value, -1) : NULL;

    if (folded != NULL && strstr (folded, text) != NULL)
      return TRUE;
  }
  return FALSE;
}

static FzSearchRow *
search_row_new (guint list, const FzFields *visit)
{
  g_autofree char *about = fz_words_patient (visit);
  const char *complaint = fz_fields_get (visit, "visit.complaint");
  FzSearchRow *row = fz_search_row_new (fz_fields_get (visit, "visit.id"), fz_fields_get (visit, "patient.name"),
                                        complaint != NULL ? complaint : about);

  fz_search_row_set_aside (row, _ (list_words[list]), about);
  return row;
}

void
fz_visit_queue_search (FzVisitQueue *self, const char *text, GListStore *rows)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  for (guint list = 0; list < N_LISTS; list++)
    for (guint i = 0; i < self->rows[list]->len; i++)
      if (holds (self->rows[list]->pdata[i], folded)) {
        g_autoptr (FzSearchRow) row = search_row_new (list, self->rows[list]->pdata[i]);

        g_list_store_append (rows, row);
      }
}

void
fz_visit_queue_offer_look_back (FzVisitQueue *self, const char *text, GListStore *rows)
{
  g_autofree char *id = g_strconcat (LOOK_BACK, text, NULL), *title = g_strdup_printf (_ ("以前接诊的“%s”"), text);
  g_autoptr (FzSearchRow) row = g_utf8_strlen (text, -1) > 1 ? fz_search_row_new (id, title, _ ("在本人已结束的就诊里查找")) : NULL;

  if (row == NULL)
    return;
  fz_search_row_set_elsewhere (row, TRUE);
  g_list_store_append (rows, row);
}

/* --- earlier visits --- */

typedef struct {
  FzVisitQueue *queue;
  char *words;
  guint asked;
} Search;

static void
search_free (gpointer data)
{
  Search *search = data;

  g_object_unref (search->queue);
  g_free (search->words);
  g_free (search);
}

static gpointer
look (FzSession *session, gpointer data, GError **error)
{
  const Search *search = data;
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");

  fz_fields_set (filter, "words", search->words);
  fz_fields_set_int (filter, "limit", MOST_EARLIER);
  return fz_desk_list (session, FZ_LIST_EARLIER, filter, error);
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Search *search = user_data;
  FzVisitQueue *self = search->queue;
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = fz_call_finish (result, &error);

  if (search->asked != self->asked || self->root == NULL)
    g_clear_pointer (&rows, g_ptr_array_unref);
  else {
    self->looking = FALSE;
    self->unfound = g_steal_pointer (&error);
    if (rows != NULL) {
      g_ptr_array_unref (self->earlier);
      self->earlier = rows;
    }
    show_list (self);
  }
  search_free (search);
}

static void
on_search (GtkSearchEntry *entry, FzVisitQueue *self)
{
  g_autofree char *words = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (entry))));
  Search *search;

  self->asked++;
  self->looking = *words != '\0';
  g_clear_error (&self->unfound);
  g_clear_pointer (&self->earlier, g_ptr_array_unref);
  if (self->looking)
    self->earlier = g_ptr_array_new ();
  show_list (self);
  if (!self->looking)
    return;
  search = g_new0 (Search, 1);
  search->queue = g_object_ref (self);
  search->words = g_steal_pointer (&words);
  search->asked = self->asked;
  fz_call_async (self->session, look, search, NULL, (GDestroyNotify) g_ptr_array_unref, on_found, search);
}

gboolean
fz_visit_queue_look_back (FzVisitQueue *self, const char *id)
{
  if (!g_str_has_prefix (id, LOOK_BACK))
    return FALSE;
  fz_segments_set_active (FZ_SEGMENTS (self->segments), list_ids[DONE]);
  show_list (self);
  gtk_editable_set_text (GTK_EDITABLE (self->search), id + strlen (LOOK_BACK));
  return TRUE;
}

static GtkWidget *
search_new (FzVisitQueue *self)
{
  const char *hint = _ ("以前接诊的患者：姓名或就诊号");

  self->search = gtk_search_entry_new ();
  g_object_set (self->search, "placeholder-text", hint, NULL);
  fz_access_label (self->search, hint);
  fz_access_controls (self->search, self->list);
  gtk_widget_set_visible (self->search, FALSE);
  g_signal_connect (self->search, "search-changed", G_CALLBACK (on_search), self);
  return self->search;
}

guint
fz_visit_queue_count_returned (FzVisitQueue *self, const FzFields **out_first)
{
  guint n = 0;

  *out_first = NULL;
  for (guint i = 0; i < self->rows[MINE]->len; i++)
    for (guint k = 0; k < fz_fields_count (self->rows[MINE]->pdata[i], "mark"); k++)
      if (g_strcmp0 (fz_fields_get_at (self->rows[MINE]->pdata[i], "mark", k, NULL), "returned") == 0 && n++ == 0)
        *out_first = self->rows[MINE]->pdata[i];
  return n;
}

guint
fz_visit_queue_count_unread (FzVisitQueue *self, const char *after, const FzFields **out_next)
{
  gboolean passed = after == NULL, found = FALSE;
  guint n = 0;

  *out_next = NULL;
  for (guint i = 0; i < self->rows[MINE]->len; i++) {
    FzFields *row = self->rows[MINE]->pdata[i];

    if (count_unread (row) > 0 && (n++ == 0 || (passed && !found))) {
      *out_next = row;
      found = passed;
    }
    passed = passed || g_strcmp0 (id_of (row), after) == 0;
  }
  return n;
}

const FzFields *
fz_visit_queue_find (FzVisitQueue *self, const char *visit)
{
  for (guint list = 0; list < N_LISTS; list++)
    for (guint i = 0; i < self->rows[list]->len; i++)
      if (g_strcmp0 (id_of (self->rows[list]->pdata[i]), visit) == 0)
        return self->rows[list]->pdata[i];
  return NULL;
}

void
fz_visit_queue_show (FzVisitQueue *self, const char *visit)
{
  g_free (self->shown);
  self->shown = g_strdup (visit);
  for (guint list = 0; visit != NULL && list < N_LISTS; list++)
    for (guint i = 0; i < self->rows[list]->len; i++)
      if (g_strcmp0 (id_of (self->rows[list]->pdata[i]), visit) == 0 && active (self) != list) {
        fz_segments_set_active (FZ_SEGMENTS (self->segments), list_ids[list]);
        show_list (self);
        return;
      }
  select_shown (self);
}

/* --- building --- */

static void
on_segment (FzSegments *segments, const char *id, FzVisitQueue *self)
{
  show_list (self);
}

static void
on_row (GtkListBox *list, GtkListBoxRow *row, FzVisitQueue *self)
{
  if (!self->quiet && row != NULL && g_object_get_data (G_OBJECT (row), "fz-visit") != NULL)
    g_signal_emit (self, chosen_signal, 0, g_object_get_data (G_OBJECT (row), "fz-visit"));
}

/* After it is chosen: by Enter or a click. The arrow keys only choose. */
static void
on_entered (GtkListBox *list, GtkListBoxRow *row, FzVisitQueue *self)
{
  if (g_object_get_data (G_OBJECT (row), "fz-visit") != NULL)
    g_signal_emit (self, entered_signal, 0);
}

static void
on_next (FzVisitQueue *self)
{
  g_signal_emit (self, next_signal, 0);
}

static void
on_by_hand (FzVisitQueue *self)
{
  g_signal_emit (self, hand_signal, 0);
}

static void
on_unread (FzVisitQueue *self)
{
  g_signal_emit (self, unread_signal, 0);
}

static void
on_import (FzVisitQueue *self)
{
  g_signal_emit (self, import_signal, 0);
}

static GtkWidget *
foot_new (FzVisitQueue *self)
{
  GtkWidget *foot = fz_column (8);
  GtkWidget *others = fz_wrap_new (8, 8);
  GtkWidget *hand = fz_button_new (FZ_BUTTON_PLAIN, "edit", _ ("手工录入"));
  GtkWidget *import = fz_button_new (FZ_BUTTON_PLAIN, "download", _ ("导入复诊包"));
  GtkWidget *access = fz_access_button_new (self->session);

  self->next = fz_button_new (FZ_BUTTON_SOFT, "play", _ ("接诊下一位"));
  gtk_widget_set_tooltip_text (self->next, "Ctrl+N");
  gtk_widget_add_css_class (self->next, "fz-large");
  gtk_widget_add_css_class (hand, "fz-compact");
  gtk_widget_add_css_class (import, "fz-compact");
  g_signal_connect_swapped (self->next, "clicked", G_CALLBACK (on_next), self);
  g_signal_connect_swapped (hand, "clicked", G_CALLBACK (on_by_hand), self);
  g_signal_connect_swapped (import, "clicked", G_CALLBACK (on_import), self);
  gtk_widget_set_hexpand (fz_wrap_add (others, hand), TRUE);
  gtk_widget_set_hexpand (fz_wrap_add (others, import), TRUE);
  gtk_widget_add_css_class (access, "fz-compact");
  gtk_widget_set_hexpand (fz_wrap_add (others, access), TRUE);
  self->monitors = fz_put (foot, fz_monitors_button_new (self->session));
  fz_put (foot, self->next);
  fz_put (foot, others);
  return foot;
}

static void
build (FzVisitQueue *self)
{
  self->root = fz_column (10);
  self->segments = fz_segments_new (_ ("就诊列表"));
  self->list = gtk_list_box_new ();
  self->stack = gtk_stack_new ();
  fz_segments_add (FZ_SEGMENTS (self->segments), "waiting", _ ("候诊"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "mine", _ ("接诊中"));
  fz_segments_add (FZ_SEGMENTS (self->segments), "done", _ ("已完成"));
  gtk_widget_add_css_class (self->list, "fz-list");
  fz_access_label (self->list, _ ("就诊列表"));
  fz_access_controls (self->segments, self->list);
  g_signal_connect (self->segments, "changed", G_CALLBACK (on_segment), self);
  g_signal_connect (self->list, "row-selected", G_CALLBACK (on_row), self);
  g_signal_connect (self->list, "row-activated", G_CALLBACK (on_entered), self);
  gtk_stack_add_named (GTK_STACK (self->stack), fz_scrolled (self->list), "list");
  self->unread = fz_button_new (FZ_BUTTON_SOFT, "chat", "");
  gtk_widget_set_tooltip_text (self->unread, "Ctrl+Shift+M");
  gtk_widget_add_css_class (self->unread, "fz-compact");
  gtk_widget_set_visible (self->unread, FALSE);
  g_signal_connect_swapped (self->unread, "clicked", G_CALLBACK (on_unread), self);
  fz_put (self->root, self->segments);
  fz_put (self->root, search_new (self));
  fz_put (self->root, self->unread);
  fz_put_wide (self->root, self->stack);
  fz_put (self->root, foot_new (self));
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

static void
fz_visit_queue_dispose (GObject *object)
{
  g_clear_pointer (&FZ_VISIT_QUEUE (object)->root, gtk_widget_unparent);
  G_OBJECT_CLASS (fz_visit_queue_parent_class)->dispose (object);
}

static void
fz_visit_queue_finalize (GObject *object)
{
  FzVisitQueue *self = FZ_VISIT_QUEUE (object);

  for (guint i = 0; i < N_LISTS; i++)
    g_ptr_array_unref (self->rows[i]);
  g_clear_pointer (&self->earlier, g_ptr_array_unref);
  g_clear_error (&self->unfound);
  g_clear_error (&self->trouble);
  fz_session_unref (self->session);
  g_free (self->shown);
  G_OBJECT_CLASS (fz_visit_queue_parent_class)->finalize (object);
}

static void
fz_visit_queue_class_init (FzVisitQueueClass *class)
{
  G_OBJECT_CLASS (class)->dispose = fz_visit_queue_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_visit_queue_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (class), GTK_TYPE_BIN_LAYOUT);
  chosen_signal = g_signal_new ("chosen", FZ_TYPE_VISIT_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  entered_signal = g_signal_new ("entered", FZ_TYPE_VISIT_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  next_signal = g_signal_new ("next", FZ_TYPE_VISIT_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  hand_signal = g_signal_new ("by-hand", FZ_TYPE_VISIT_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  unread_signal = g_signal_new ("unread", FZ_TYPE_VISIT_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  import_signal = g_signal_new ("import", FZ_TYPE_VISIT_QUEUE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_visit_queue_init (FzVisitQueue *self)
{
  for (guint i = 0; i < N_LISTS; i++)
    self->rows[i] = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  gtk_widget_add_css_class (GTK_WIDGET (self), "fz-queue");
}

GtkWidget *
fz_visit_queue_new (FzSession *session)
{
  FzVisitQueue *self = g_object_new (FZ_TYPE_VISIT_QUEUE, NULL);

  self->session = fz_session_ref (session);
  build (self);
  show_list (self);
  fz_visit_queue_refresh (self);
  return GTK_WIDGET (self);
}
