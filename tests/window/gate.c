#include "tests/window/gate.h"

#include "app/desk.h"

#include <gtk/gtk.h>

void __real_g_task_run_in_thread (GTask *task, GTaskThreadFunc function);
void __wrap_g_task_run_in_thread (GTask *task, GTaskThreadFunc function);
void __real_gtk_native_dialog_show (GtkNativeDialog *dialog);
void __wrap_gtk_native_dialog_show (GtkNativeDialog *dialog);
GFile *__real_gtk_file_chooser_get_file (GtkFileChooser *chooser);
GFile *__wrap_gtk_file_chooser_get_file (GtkFileChooser *chooser);

typedef struct {
  GTask *task;
  GTaskThreadFunc function;
} Waiting;

static GMutex mutex; /* pictures are handed on from another thread */
static GQueue waiting = G_QUEUE_INIT;
static gboolean closed;

static GtkNativeDialog *chooser;
static gboolean expected;
static const char *chosen;

/* --- work --- */

void
__wrap_g_task_run_in_thread (GTask *task, GTaskThreadFunc function)
{
  gboolean held;

  g_mutex_lock (&mutex);
  held = closed;
  if (held) {
    Waiting *one = g_new (Waiting, 1);

    *one = (Waiting){ g_object_ref (task), function };
    g_queue_push_tail (&waiting, one);
  }
  g_mutex_unlock (&mutex);
  if (!held)
    __real_g_task_run_in_thread (task, function);
}

void
gate_close (void)
{
  g_mutex_lock (&mutex);
  closed = TRUE;
  g_mutex_unlock (&mutex);
}

guint
gate_count (void)
{
  guint n;

  g_mutex_lock (&mutex);
  n = waiting.length;
  g_mutex_unlock (&mutex);
  return n;
}

void
gate_open (void)
{
  Waiting *one;

  g_mutex_lock (&mutex);
  closed = FALSE;
  while ((one = g_queue_pop_head (&waiting)) != NULL) {
    __real_g_task_run_in_thread (one->task, one->function);
    g_object_unref (one->task);
    g_free (one);
  }
  g_mutex_unlock (&mutex);
  while (fz_calls_running () > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* --- files --- */

void
__wrap_gtk_native_dialog_show (GtkNativeDialog *dialog)
{
  if (!expected) {
    __real_gtk_native_dialog_show (dialog);
    return;
  }
  expected = FALSE;
  g_set_weak_pointer (&chooser, dialog);
}

GFile *
__wrap_gtk_file_chooser_get_file (GtkFileChooser *dialog)
{
  return chosen != NULL ? g_file_new_for_path (chosen) : __real_gtk_file_chooser_get_file (dialog);
}

void
gate_expect_chooser (void)
{
  expected = TRUE;
}

gboolean
gate_choose (const char *path)
{
  GtkNativeDialog *asked = chooser;

  expected = FALSE;
  if (asked == NULL)
    return FALSE;
  g_clear_weak_pointer (&chooser);
  chosen = path;
  g_signal_emit_by_name (asked, "response", GTK_RESPONSE_ACCEPT);
  chosen = NULL;
  return TRUE;
}
