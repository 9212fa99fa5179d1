/* ui/kit/progress.h: long work: what is done, how far, how long still, and a way to stop it. */
#pragma once

#include <gtk/gtk.h>

#define FZ_TYPE_PROGRESS (fz_progress_get_type ())
G_DECLARE_FINAL_TYPE (FzProgress, fz_progress, FZ, PROGRESS, GtkWidget)

/* signal "cancel": the button was pressed; it stays insensitive afterwards until fz_progress_start. */
GtkWidget *fz_progress_new (const char *what, gboolean can_cancel);
/* Begins anew and takes the time for the rest's estimate. */
void fz_progress_start (FzProgress *self, const char *what);
/* 0 to 1; negative when it is not known how much there is. `detail` ("312 / 4,000 条") may be NULL. The remaining time is shown after the
 * first 2 seconds. */
void fz_progress_set (FzProgress *self, double fraction, const char *detail);
/* "还需约 3 分钟": the words for a remaining time. (transfer full) */
char *fz_progress_remaining_words (gint64 seconds);
