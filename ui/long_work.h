/* ui/long_work.h: work that takes a while, off the main thread: a line with progress and, where the work can be stopped, a way to stop it;
 * afterwards what came of it stands in the same place until the next run. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

#include <gtk/gtk.h>

#define FZ_TYPE_LONG_WORK (fz_long_work_get_type ())
G_DECLARE_FINAL_TYPE (FzLongWork, fz_long_work, FZ, LONG_WORK, GtkBox)

/* Runs off the main thread. Answers what to say (transfer full) or NULL with *error. `stop` is cancelled by the button and when the page goes; the work
 * looks at it while it can still leave nothing behind. What it answers is done and is told as done, however late somebody wanted it stopped. */
typedef char *(*FzWork) (FzSession *session, FzLongWork *self, GCancellable *stop, gpointer data, GError **error);

/* signal "ended" (gboolean good): on the main thread, after the result is shown. */
GtkWidget *fz_long_work_new (FzSession *session);
/* What the last run said at its good end; NULL: none, it ended otherwise, or stands nowhere else. For who shows it elsewhere. */
const char *fz_long_work_get_said (FzLongWork *self);
/* One at a time: FALSE when one is running. `data` is freed by `free_data` afterwards. */
gboolean fz_long_work_run (FzLongWork *self, const char *what, gboolean can_stop, FzWork work, gpointer data, GDestroyNotify free_data);
/* What its work does stays (a file, an entry in the log): it goes on when its page goes, as behind the lock. `unseen` (static; NULL: what the work says) is
 * what who comes back later is told of a good end. */
void fz_long_work_set_lasting (FzLongWork *self, const char *unseen);
/* This person came to the window: tells them, each time until they say that they know it, how what they had begun ended while they were signed out or the
 * window was locked, and what stands nowhere else. `window`: where it ran; what nobody has read goes with it. */
void fz_long_work_tell_unseen (GtkWidget *window, FzSession *session);
gboolean fz_long_work_is_running (FzLongWork *self);
/* From any thread, by the work. */
void fz_long_work_report (FzLongWork *self, guint64 done, guint64 total);
/* The same for work that is no count of things: 0..1. */
void fz_long_work_report_part (double part, gpointer work);
/* From any thread, by work of which a stop leaves something: a sentence that says what. Static. */
void fz_long_work_leaves (FzLongWork *self, const char *words);
/* From any thread, by the work that ends well and says what is kept nowhere else (a password): shown in a dialog as well, wherever its person is by then, and
 * again each time they come back to this window, until they say that they have noted it. */
void fz_long_work_only_here (FzLongWork *self);
/* From any thread, by the work that ends well and found something: what its result is shown as instead of a plain "done". `mark` is static. */
void fz_long_work_find (FzLongWork *self, FzStatus status, const char *mark);
