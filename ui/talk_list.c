#include "ui/talk_list.h"

#include "core/date.h"
#include "ui/kit/kit.h"
#include "ui/layout.h"
#include "ui/talk_bubble.h"
#include "ui/talk_large.h"
#include "ui/words.h"

#include <glib/gi18n-lib.h>

#define LOOK_SECONDS 3
#define PAGE 100
#define THUMBNAIL_EDGE 300
#define NEAR_END 24 /* pixels */

struct _FzTalkList {
  GtkWidget parent_instance;
  FzVisitModel *model;
  FzFields *state;
  GPtrArray *rows, *older; /* older: pages that were asked for, in order */
  GHashTable *pictures;    /* id -> GdkTexture */
  FzTalkHands hands;
  GtkWidget *root, *stack, *scroll, *list, *more, *news;
  char *shown; /* what the list shows, in words */
  guint timer;
  gboolean at_end;
};

G_DEFINE_FINAL_TYPE (FzTalkList, fz_talk_list, GTK_TYPE_WIDGET)

static guint read_signal;

static FzSession *
session_of (FzTalkList *self)
{
  return fz_visit_model_get_session (self->model);
}

const FzFields *
fz_talk_list_get_state (FzTalkList *self)
{
  return self->state;
}

/* --- pictures --- */

typedef struct {
  FzTalkList *list;
  GtkPicture *picture;
  char *visit, *id;
} Thumbnail;

static void
thumbnail_free (Thumbnail *self)
{
  g_object_unref (self->list);
  g_object_unref (self->picture);
  g_free (self->visit);
  g_free (self->id);
  g_free (self);
}

static gpointer
read_picture (FzSession *session, gpointer data, GError **error)
{
  Thumbnail *want = data;

  return fz_desk_read_talk_picture (session, want->visit, want->id, THUMBNAIL_EDGE, error);
}

static void
picture_free (gpointer picture)
{
  fz_picture_free (picture);
}

static void
on_picture (GObject *source, GAsyncResult *result, gpointer data)
{
  Thumbnail *want = data;
  g_autoptr (GError) error = NULL;
  FzPicture *picture = fz_call_finish (result, &error);

  if (picture != NULL && picture->rgba != NULL) {
    GdkTexture *texture = gdk_memory_texture_new (picture->width, picture->height, GDK_MEMORY_R8G8B8A8, picture->rgba, (gsize) picture->stride);

    gtk_picture_set_paintable (want->picture, GDK_PAINTABLE (texture));
    if (want->list->pictures != NULL)
      g_hash_table_replace (want->list->pictures, g_strdup (want->id), texture);
    else
      g_object_unref (texture);
  } else
    gtk_widget_set_tooltip_text (GTK_WIDGET (want->picture), error != NULL ? error->message : picture->gone);
  fz_picture_free (picture);
  thumbnail_free (want);
}

static void
fill_thumbnail (GtkPicture *picture, const FzFields *message, gpointer data)
{
  FzTalkList *self = data;
  const char *id = fz_fields_get (message, "id");
  GdkTexture *known = g_hash_table_lookup (self->pictures, id);
  Thumbnail *want;

  if (known != NULL) {
    gtk_picture_set_paintable (picture, GDK_PAINTABLE (known));
    return;
  }
  want = g_new0 (Thumbnail, 1);
  want->list = g_object_ref (self);
  want->picture = g_object_ref (picture);
  want->visit = g_strdup (fz_visit_model_get_id (self->model));
  want->id = g_strdup (id);
  fz_call_async (session_of (self), read_picture, want, NULL, picture_free, on_picture, want);
}

static void
show_large (const FzFields *message, gpointer data)
{
  FzTalkList *self = data;

  fz_talk_large (GTK_WIDGET (self), session_of (self), fz_visit_model_get_id (self->model), NULL, message);
}

/* --- what can be done with a message --- */

static void
send_again (const FzFields *message, gpointer data)
{
  FzTalkList *self = data;
  g_autoptr (GError) error = NULL;

  if (!fz_desk_send_talk_again (session_of (self), fz_visit_model_get_id (self->model), fz_fields_get (message, "id"), &error))
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
  fz_talk_list_refresh (self);
}

/* As the patient's words with their time; the doctor goes on from there. */
static void
put_into_record (const FzFields *message, gpointer data)
{
  FzTalkList *self = data;
  const char *before = fz_visit_model_get (self->model, "record.present_history");
  g_autofree char *words = fz_talk_bubble_words (message), *at = NULL, *text = NULL, *line = NULL;
  gint64 at_us = 0;

  fz_fields_get_time (message, "at", &at_us);
  at = fz_beijing_time_format (at_us);
  line = g_strdup_printf (g_strcmp0 (fz_fields_get (message, "side"), "patient") == 0 ? FZ_IN_CHINESE ("患者%s述：%s") : FZ_IN_CHINESE ("%s沟通记录：%s"), at, words);
  text = before != NULL ? g_strdup_printf ("%s\n%s", before, line) : g_steal_pointer (&line);
  fz_visit_model_put_text (self->model, "record.present_history", text, _ ("已写入现病史，请核对后再签名。"));
}

/* --- the list --- */

static char *
words_of_all (FzTalkList *self)
{
  g_autoptr (GString) words = g_string_new (fz_visit_model_can_write (self->model) ? "w\n" : "r\n");

  for (guint i = 0; i < self->rows->len; i++)
    g_string_append_printf (words, "%s %s %s\n", fz_fields_get (self->rows->pdata[i], "id"), fz_fields_get (self->rows->pdata[i], "state_label"),
                            fz_fields_get (self->rows->pdata[i], "reason"));
  g_string_append_printf (words, "%u", self->older->len);
  return g_string_free (g_steal_pointer (&words), FALSE);
}

static void
append_all (FzTalkList *self, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    gtk_list_box_append (GTK_LIST_BOX (self->list), fz_talk_bubble_new (rows->pdata[i], fz_session_now_us (session_of (self)), &self->hands));
}

static int
focused_row (FzTalkList *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));
  GtkWidget *row = focus != NULL ? gtk_widget_get_ancestor (focus, GTK_TYPE_LIST_BOX_ROW) : NULL;

  return row != NULL && gtk_widget_is_ancestor (row, self->list) ? gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) : -1;
}

static void
show_rows (FzTalkList *self)
{
  int focused = gtk_widget_get_root (GTK_WIDGET (self)) != NULL ? focused_row (self) : -1;
  GtkWidget *child;

  self->hands.record = fz_visit_model_can_write (self->model) && !fz_visit_model_has_record (self->model) ? put_into_record : NULL;
  self->hands.again = fz_visit_model_is_open (self->model) ? send_again : NULL;
  while ((child = gtk_widget_get_first_child (self->list)) != NULL)
    gtk_list_box_remove (GTK_LIST_BOX (self->list), child);
  append_all (self, self->older);
  append_all (self, self->rows);
  gtk_widget_set_visible (self->more, self->rows->len == PAGE);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), self->rows->len > 0 ? "list" : "empty");
  if (focused >= 0 && gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), focused) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (self->list), focused)));
}

/* --- reading --- */

static void
show_error (FzTalkList *self, const GError *error)
{
  GtkWidget *retry = fz_button_new (FZ_BUTTON_PLAIN, "refresh", _ ("重试")), *former = gtk_stack_get_child_by_name (GTK_STACK (self->stack), "error");

  g_signal_connect_swapped (retry, "clicked", G_CALLBACK (fz_talk_list_refresh), self);
  if (former != NULL)
    gtk_stack_remove (GTK_STACK (self->stack), former);
  gtk_stack_add_named (GTK_STACK (self->stack), fz_error_state_new_from (error, retry), "error");
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "error");
}

static guint64
newest (GPtrArray *rows)
{
  gint64 number = 0;

  if (rows->len > 0)
    fz_fields_get_int (rows->pdata[rows->len - 1], "number", &number);
  return (guint64) number;
}

static guint
count_fresh (GPtrArray *rows, guint64 after)
{
  guint n = 0;

  for (guint i = 0; i < rows->len; i++) {
    gint64 number = 0;

    fz_fields_get_int (rows->pdata[i], "number", &number);
    n += (guint64) number > after && g_strcmp0 (fz_fields_get (rows->pdata[i], "side"), "patient") == 0;
  }
  return n;
}

/* A label that appears is spoken; nothing else moves. */
static void
tell_news (FzTalkList *self, guint n)
{
  g_autofree char *words = g_strdup_printf (_ ("患者发来 %u 条新消息"), n);
  GtkWidget *label = fz_access_live_label_new (words, FALSE);

  fz_empty (self->news);
  gtk_widget_add_css_class (label, "fz-text-info");
  gtk_widget_add_css_class (label, "fz-small");
  fz_put (self->news, label);
}

static gboolean
is_seen (FzTalkList *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  return gtk_widget_get_mapped (GTK_WIDGET (self)) && GTK_IS_WINDOW (root) && gtk_window_is_active (GTK_WINDOW (root)) && self->state != NULL &&
         fz_fields_is_yes (self->state, "mine");
}

static gboolean
read_all (FzTalkList *self, GError **error)
{
  const char *visit = fz_visit_model_get_id (self->model);
  GPtrArray *rows = fz_desk_list_talk (session_of (self), visit, 0, error);

  if (rows == NULL)
    return FALSE;
  g_ptr_array_unref (self->rows);
  self->rows = rows;
  g_clear_pointer (&self->state, fz_fields_unref);
  self->state = fz_desk_talk_state (session_of (self), visit, error);
  return self->state != NULL;
}

void
fz_talk_list_refresh (FzTalkList *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *words = NULL;
  guint64 before = self->shown != NULL ? newest (self->rows) : G_MAXUINT64;
  gint64 unseen = 0;

  if (!read_all (self, &error)) {
    show_error (self, error);
    g_clear_pointer (&self->shown, g_free);
    return;
  }
  fz_fields_get_int (self->state, "new", &unseen);
  if (unseen > 0 && is_seen (self) && (!fz_desk_see_talk (session_of (self), fz_visit_model_get_id (self->model), newest (self->rows), &error) ||
                                       !read_all (self, &error)))
    g_info ("conversation: %s", error->message);
  words = words_of_all (self);
  if (g_strcmp0 (words, self->shown) != 0) {
    guint fresh = count_fresh (self->rows, before);

    g_free (self->shown);
    self->shown = g_steal_pointer (&words);
    show_rows (self);
    if (fresh > 0)
      tell_news (self, fresh);
  }
  g_signal_emit (self, read_signal, 0);
}

static void
on_more (FzTalkList *self)
{
  GPtrArray *first = self->older->len > 0 ? self->older : self->rows;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) page = NULL;
  gint64 number = 0;

  fz_fields_get_int (first->pdata[0], "number", &number);
  page = fz_desk_list_talk (session_of (self), fz_visit_model_get_id (self->model), (guint64) number, &error);
  if (page == NULL) {
    fz_toast_show (GTK_WIDGET (self), FZ_STATUS_STOP, error->message);
    return;
  }
  gtk_widget_set_sensitive (self->more, page->len == PAGE);
  g_ptr_array_extend (page, self->older, (GCopyFunc) (void (*) (void)) fz_fields_ref, NULL);
  g_ptr_array_unref (self->older);
  self->older = g_steal_pointer (&page);
  self->at_end = FALSE;
  show_rows (self);
}

/* --- scrolling and looking --- */

static void
on_grown (GtkAdjustment *adjustment, FzTalkList *self)
{
  if (self->at_end)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment));
}

static void
on_scrolled (GtkAdjustment *adjustment, FzTalkList *self)
{
  double end = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment);

  self->at_end = gtk_adjustment_get_value (adjustment) >= end - NEAR_END;
  if (self->at_end)
    fz_empty (self->news);
}

static gboolean
on_look (gpointer data)
{
  fz_talk_list_refresh (data);
  return G_SOURCE_CONTINUE;
}

static void
on_map (FzTalkList *self)
{
  fz_talk_list_refresh (self);
  if (self->timer == 0)
    self->timer = g_timeout_add_seconds (LOOK_SECONDS, on_look, self);
}

static void
on_unmap (FzTalkList *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
}

/* --- building --- */

static void
build (FzTalkList *self)
{
  GtkWidget *column = fz_column (6);
  GtkAdjustment *adjustment;

  self->root = fz_column (4);
  self->stack = fz_access_stack_new ();
  self->list = gtk_list_box_new ();
  self->more = fz_button_new (FZ_BUTTON_FLAT, "chevron-up", _ ("更早的消息"));
  self->news = fz_line (0);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "fz-talk");
  gtk_widget_add_css_class (self->more, "fz-compact");
  gtk_widget_set_visible (self->more, FALSE);
  fz_access_label (self->list, _ ("沟通记录"));
  g_signal_connect_swapped (self->more, "clicked", G_CALLBACK (on_more), self);
  fz_put (column, self->more);
  fz_put (column, self->list);
  self->scroll = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroll), column);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroll));
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_grown), self, 0);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), self, 0);
  gtk_stack_add_named (GTK_STACK (self->stack), fz_empty_state_new ("chat", _ ("还没有消息"), _ ("患者发来的文字和图片、您的答复和登记的电话沟通都在这里。"), NULL),
                       "empty");
  gtk_stack_add_named (GTK_STACK (self->stack), self->scroll, "list");
  fz_put_wide (self->root, self->stack);
  fz_put (self->root, self->news);
  gtk_widget_set_parent (self->root, GTK_WIDGET (self));
}

static void
fz_talk_list_dispose (GObject *object)
{
  FzTalkList *self = FZ_TALK_LIST (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->root, gtk_widget_unparent);
  g_clear_pointer (&self->pictures, g_hash_table_unref);
  G_OBJECT_CLASS (fz_talk_list_parent_class)->dispose (object);
}

static void
fz_talk_list_finalize (GObject *object)
{
  FzTalkList *self = FZ_TALK_LIST (object);

  g_clear_pointer (&self->state, fz_fields_unref);
  g_ptr_array_unref (self->rows);
  g_ptr_array_unref (self->older);
  g_free (self->shown);
  g_object_unref (self->model);
  G_OBJECT_CLASS (fz_talk_list_parent_class)->finalize (object);
}

static void
fz_talk_list_class_init (FzTalkListClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fz_talk_list_dispose;
  G_OBJECT_CLASS (class)->finalize = fz_talk_list_finalize;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  read_signal = g_signal_new ("read", FZ_TYPE_TALK_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
fz_talk_list_init (FzTalkList *self)
{
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->older = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_fields_unref);
  self->pictures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->hands = (FzTalkHands) { .large = show_large, .thumbnail = fill_thumbnail, .data = self };
  self->at_end = TRUE;
  g_signal_connect (self, "map", G_CALLBACK (on_map), NULL);
  g_signal_connect (self, "unmap", G_CALLBACK (on_unmap), NULL);
}

GtkWidget *
fz_talk_list_new (FzVisitModel *model)
{
  FzTalkList *self = g_object_new (FZ_TYPE_TALK_LIST, NULL);

  self->model = g_object_ref (model);
  build (self);
  return GTK_WIDGET (self);
}
