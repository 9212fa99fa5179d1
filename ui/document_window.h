/* ui/document_window.h: a signed document from a file (签名文书), opened from the file manager or by `fuzhen open`: what it says, who signed, whether that holds,
 * and what cannot be known from files alone. No store is opened and nobody signs in. */
#pragma once

#include <gtk/gtk.h>

/* What cannot be read is said in the window. */
GtkWindow *fz_document_window_new (GtkApplication *application, const char *path);
