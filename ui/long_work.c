#include "ui/long_work.h"

#include "ui/kit/kit.h"
#include "ui/layout.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define LOOK_MS 120
#define PARTS 1000
#define UNSEEN "fz-unseen"
#define HERE "fz-here"
#define TIMES "fz-times"
#define NOTED "noted"

struct _FzLongWork {
  GtkBox parent_instance;
  FzSession *session;
  GtkWidget *place;    /* holds the progress, then what came of it */
  GtkWidget *progress; /* while it runs */
  GCancellable *stop;
  gboolean lasting;
  FzWork work;
  gpointer data;
  GDestroyNotify free_data;
  char *what, *said;
  guint look;
  GMutex mutex; /* over what the work writes */
  guint64 done, total;
  gboolean parts; /* they are no count of things */
  FzStatus found; /* with the mark, what a good end is shown as */
  const char *mark, *leaves, *unseen;
  gboolean only_here;
  GtkWidget *window; /* weak: in which its page was that went */
  guint times;       /* somebody had come to that window by then */
};

G_DEFINE_FINAL_TYPE (FzLongWork, fz_long_work, GTK_TYPE_BOX)

static guint ended_signal;

gboolean
fz_long_work_is_running (FzLongWork *self)
{
  return self->stop != NULL;
}

static void
report (FzLongWork *self, guint64 done, guint64 total, gboolean parts)
{
  g_mutex_lock (&self->mutex);
  self->done = done;
  self->total = total;
  self->parts = parts;
  g_mutex_unlock (&self->mutex);
}

void
fz_long_work_report (FzLongWork *self, guint64 done, guint64 total)
{
  report (self, done, total, FALSE);
}

void
fz_long_work_report_part (double part, gpointer work)
{
  report (work, (guint64) (part * PARTS), PARTS, TRUE);
}

void
fz_long_work_find (FzLongWork *self, FzStatus status, const char *mark)
{
  g_mutex_lock (&self->mutex);
  self->found = status;
  self->mark = mark;
  g_mutex_unlock (&self->mutex);
}

void
fz_long_work_leaves (FzLongWork *self, const char *words)
{
  g_mutex_lock (&self->mutex);
  self->leaves = words;
  g_mutex_unlock (&self->mutex);
}

static void
set_only_here (FzLongWork *self, gboolean only_here)
{
  g_mutex_lock (&self->mutex);
  self->only_here = only_here;
  g_mutex_unlock (&self->mutex);
}

void
fz_long_work_only_here (FzLongWork *self)
{
  set_only_here (self, TRUE);
}

static gboolean
on_look (gpointer data)
{
  FzLongWork *self = data;
  g_autofree char *detail = NULL;
  gboolean parts;
  guint64 done, total;

  g_mutex_lock (&self->mutex);
  done = self->done;
  total = self->total;
  parts = self->parts;
  g_mutex_unlock (&self->mutex);
  if (total > 0 && !parts)
    detail = g_strdup_printf ("%" G_GUINT64_FORMAT " / %" G_GUINT64_FORMAT, done, total);
  fz_progress_set (FZ_PROGRESS (self->progress), total > 0 ? (double) done / (double) total : -1, detail);
  return G_SOURCE_CONTINUE;
}

static void
show_result (FzLongWork *self, const char *said, const GError *error)
{
  GtkWidget *card;
  gboolean stopped = error != NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  card = fz_finding_card_new (error == NULL ? self->found : stopped ? FZ_STATUS_INFO : FZ_STATUS_STOP, self->what,
                              error == NULL ? said : stopped ? self->leaves != NULL ? self->leaves : _ ("已停止，没有做完。") : error->message, NULL);
  fz_finding_card_set_mark (card, error == NULL ? self->mark : stopped ? _ ("已停止") : _ ("未完成"));
  fz_empty (self->place);
  fz_put (self->place, card);
}

/* --- whose page went --- */

typedef struct {
  char *number; /* of who began it */
  FzStatus status;
  char *words;
  char *what;
  gboolean only; /* they stand nowhere else */
} Word;

static void
word_free (gpointer data)
{
  Word *word = data;

  g_free (word->number);
  if (word->only)
    fz_secret_wipe (word->words, strlen (word->words));
  g_free (word->words);
  g_free (word->what);
  g_free (word);
}

static Word *
add_word (FzLongWork *self, GtkWidget *window, FzStatus status, const char *words, gboolean only)
{
  GPtrArray *unseen = g_object_get_data (G_OBJECT (window), UNSEEN);
  Word *word = g_new0 (Word, 1);

  if (unseen == NULL) {
    unseen = g_ptr_array_new_with_free_func (word_free);
    g_object_set_data_full (G_OBJECT (window), UNSEEN, unseen, (GDestroyNotify) g_ptr_array_unref);
  }
  word->number = g_strdup (fz_fields_get (fz_session_get_person (self->session), "number"));
  word->status = status;
  word->words = g_strdup (words);
  word->what = g_strdup (self->what);
  word->only = only;
  g_ptr_array_add (unseen, word);
  return word;
}

static void
on_noted (FzDialog *dialog, const char *response, Word *word)
{
  GtkRoot *window = gtk_widget_get_root (GTK_WIDGET (dialog));

  if (!g_str_equal (response, NOTED))
    return;
  g_ptr_array_remove (g_object_get_data (G_OBJECT (window), UNSEEN), word);
  fz_dialog_close (dialog);
}

static GtkWidget *
words_new (const Word *word)
{
  GtkWidget *label;

  if (!word->only)
    return fz_finding_card_new (word->status, word->what, word->words, NULL);
  label = fz_wrapped (word->words, NULL);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  return label;
}

/* Left by Escape or behind the lock, it is shown again when its person is back. */
static void
show_word (GtkWidget *window, Word *word)
{
  FzDialog *dialog = fz_dialog_new (word->what, word->only ? _ ("以下内容本程序不保存，关闭后查不到。请先记下。") : NULL);

  fz_dialog_set_body (dialog, words_new (word), FALSE);
  fz_dialog_add_button (dialog, NOTED, word->only ? _ ("已记下") : _ ("知道了"), FZ_BUTTON_PRIMARY);
  g_signal_connect (dialog, "response", G_CALLBACK (on_noted), word);
  fz_dialog_present (dialog, window);
}

/* It may have ended in a later session of theirs: its own one is closed. */
static gboolean
is_here (FzLongWork *self, GtkWidget *window)
{
  FzSession *here = g_object_get_data (G_OBJECT (window), HERE);

  if (here == NULL)
    here = self->session;
  return !fz_session_is_locked (here) &&
         g_strcmp0 (fz_fields_get (fz_session_get_person (here), "number"), fz_fields_get (fz_session_get_person (self->session), "number")) == 0;
}

static guint
times_of (GtkWidget *window)
{
  return GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (window), TIMES));
}

static void
keep_only (FzLongWork *self, GtkWidget *window, const char *said)
{
  Word *word = add_word (self, window, self->found, said, TRUE);

  if (is_here (self, window))
    show_word (window, word);
}

static char *
unseen_words (FzLongWork *self, const char *said, const GError *error, gboolean stopped)
{
  if (error == NULL)
    return g_strdup_printf (_ ("您不在时“%s”结束了：%s。%s"), self->what, self->mark, self->unseen != NULL ? self->unseen : said);
  if (stopped)
    return g_strdup_printf (_ ("您离开时中断的“%s”：%s"), self->what, self->leaves != NULL ? self->leaves : _ ("已停止，没有做完。"));
  return g_strdup_printf (_ ("您不在时“%s”没有做成：%s"), self->what, error->message);
}

/* Who left the page but not the desk is told at once, of what was to go on or was done all the same, and what went well may pass by. Who was away has to
 * say that they read it. */
static void
keep_word (FzLongWork *self, const char *said, const GError *error)
{
  gboolean stopped = g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  FzStatus status = error == NULL ? self->found : stopped ? FZ_STATUS_INFO : FZ_STATUS_STOP;
  g_autofree char *words = unseen_words (self, said, error, stopped);
  gboolean here = is_here (self, self->window), back = times_of (self->window) != self->times;
  Word *word;

  if (here && !back && error != NULL && !self->lasting)
    return;
  if (here && !back && status <= FZ_STATUS_OK) {
    fz_toast_show (self->window, status, words);
    return;
  }
  word = add_word (self, self->window, status, words, FALSE);
  if (here)
    show_word (self->window, word);
}

void
fz_long_work_tell_unseen (GtkWidget *window, FzSession *session)
{
  const char *number = fz_fields_get (fz_session_get_person (session), "number");
  GPtrArray *unseen = g_object_get_data (G_OBJECT (window), UNSEEN);

  g_object_set_data_full (G_OBJECT (window), HERE, fz_session_ref (session), (GDestroyNotify) fz_session_unref);
  g_object_set_data (G_OBJECT (window), TIMES, GUINT_TO_POINTER (times_of (window) + 1));
  for (guint i = 0; unseen != NULL && i < unseen->len; i++) {
    Word *word = unseen->pdata[i];

    if (g_strcmp0 (word->number, number) == 0)
      show_word (window, word);
  }
}

/* --- running --- */

/* The work looks at the stop itself. What it answers is done: a stop that came too late does not undo it, and must not be told so. */
static gpointer
run (FzSession *session, gpointer data, GError **error)
{
  FzLongWork *self = data;

  return self->work (session, self, self->stop, self->data, error);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  FzLongWork *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *said = fz_call_finish (result, &error);
  GtkWidget *root = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))), *window = root != NULL ? root : self->window;

  g_clear_handle_id (&self->look, g_source_remove);
  g_clear_object (&self->stop);
  if (self->free_data != NULL)
    self->free_data (self->data);
  self->data = NULL;
  self->progress = NULL;
  if (self->only_here && error == NULL && window != NULL)
    keep_only (self, window, said);
  if (root != NULL) {
    show_result (self, said, error);
    if (!self->only_here)
      self->said = g_steal_pointer (&said);
    g_signal_emit (self, ended_signal, 0, error == NULL);
  } else if (!self->only_here && window != NULL && self->session != NULL)
    keep_word (self, said, error);
  if (self->only_here && said != NULL)
    fz_secret_wipe (said, strlen (said));
  g_object_unref (self);
}

gboolean
fz_long_work_run (FzLongWork *self, const char *what, gboolean can_stop, FzWork work, gpointer data, GDestroyNotify free_data)
{
  if (self->stop != NULL) {
    if (free_data != NULL)
      free_data (data);
    return FALSE;
  }
  self->stop = g_cancellable_new ();
  self->work = work;
  self->data = data;
  self->free_data = free_data;
  g_clear_pointer (&self->said, g_free);
  g_free (self->what);
  self->what = g_strdup (what);
  fz_long_work_report (self, 0, 0);
  fz_long_work_find (self, FZ_STATUS_OK, _ ("完成"));
  fz_long_work_leaves (self, NULL);
  set_only_here (self, FALSE);
  fz_empty (self->place);
  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  self->progress = fz_put (self->place, fz_progress_new (what, can_stop));
  fz_progress_start (FZ_PROGRESS (self->progress), what);
  fz_progress_set (FZ_PROGRESS (self->progress), -1, NULL);
  g_signal_connect_object (self->progress, "cancel", G_CALLBACK (g_cancellable_cancel), self->stop, G_CONNECT_SWAPPED);
  self->look = g_timeout_add (LOOK_MS, on_look, self);
  fz_call_async (self->session, run, g_object_ref (self), NULL, g_free, on_ended, self);
  return TRUE;
}

const char *
fz_long_work_get_said (FzLongWork *self)
{
  return self->said;
}

void
fz_long_work_set_lasting (FzLongWork *self, const char *unseen)
{
  self->lasting = TRUE;
  self->unseen = unseen;
}

/* The page goes: nobody is left to want a result that is only shown, but how it ended is said. */
static void
fz_long_work_unroot (GtkWidget *widget)
{
  FzLongWork *self = FZ_LONG_WORK (widget);

  if (self->stop != NULL) {
    g_set_weak_pointer (&self->window, GTK_WIDGET (gtk_widget_get_root (widget)));
    self->times = times_of (self->window);
  }
  if (self->stop != NULL && !self->lasting)
    g_cancellable_cancel (self->stop);
  GTK_WIDGET_CLASS (fz_long_work_parent_class)->unroot (widget);
}

static void
fz_long_work_finalize (GObject *object)
{
  FzLongWork *self = FZ_LONG_WORK (object);

  g_clear_weak_pointer (&self->window);
  g_mutex_clear (&self->mutex);
  g_free (self->what);
  g_free (self->said);
  fz_session_unref (self->session);
  G_OBJECT_CLASS (fz_long_work_parent_class)->finalize (object);
}

static void
fz_long_work_class_init (FzLongWorkClass *class)
{
  GTK_WIDGET_CLASS (class)->unroot = fz_long_work_unroot;
  G_OBJECT_CLASS (class)->finalize = fz_long_work_finalize;
  ended_signal = g_signal_new ("ended", FZ_TYPE_LONG_WORK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
fz_long_work_init (FzLongWork *self)
{
  g_mutex_init (&self->mutex);
}

GtkWidget *
fz_long_work_new (FzSession *session)
{
  FzLongWork *self = g_object_new (FZ_TYPE_LONG_WORK, "orientation", GTK_ORIENTATION_VERTICAL, NULL);

  self->session = fz_session_ref (session);
  self->place = fz_put (GTK_WIDGET (self), fz_column (0));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  return GTK_WIDGET (self);
}
