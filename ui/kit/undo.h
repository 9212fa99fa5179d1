/* ui/kit/undo.h: taking back what was removed or replaced and is signed nowhere: a toast with a button, and Ctrl+Z where no text wants the key for itself. */
#pragma once

#include <gtk/gtk.h>

/* Takes back when `now`; else only answers whether it could. FALSE: nothing is done, since what stands there is another by now, or, where it could be and was
 * refused, for the reason it said itself: that stays offered. */
typedef gboolean (*FzUndo) (gpointer data, gboolean now);

/* Says `words`, what was done, and offers to take it back: the last one first, as long as `scope` (a part of a page, a dialog) stands and `undo` does not
 * answer FALSE. What was taken back is said, too. `data` is freed when the offer ends. */
void fz_undo_offer (GtkWidget *scope, const char *words, FzUndo undo, gpointer data, GDestroyNotify free_data);
/* Something changed in `scope`: what was offered last there and can't be taken back any more is offered no longer. */
void fz_undo_review (GtkWidget *scope);
/* Takes back the last one that is offered for what is in front. FALSE: there is none. */
gboolean fz_undo_last (GtkWidget *stage);
