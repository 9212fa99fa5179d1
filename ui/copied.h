/* ui/copied.h: what was copied out of this window does not stay in the clipboard (剪贴板): after some seconds, and when the work is put away. */
#pragma once

#include <gtk/gtk.h>

/* Watches clipboard and selection while the window lives. */
void fz_copied_watch (GtkWindow *window);
/* Now. What another program has put there since is left alone. */
void fz_copied_forget (GtkWindow *window);
