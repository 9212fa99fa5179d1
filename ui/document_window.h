/* ui/document_window.h: a signed document from a file (签名文书), opened from the file manager or by `fuzhen open`: what it says, who signed, whether that holds,
 * and what cannot be known from files alone. No store is opened and nobody signs in. */
#pragma once

#include <gtk/gtk.h>

/* After the file was judged for the first time; `error` NULL: it could be, and the window says how. */
typedef void (*FzDocumentJudged) (const GError *error, gpointer data);

/* `path` is read and judged off the main thread (a slow medium), and again with each list or key that is chosen; until then the window says so, and one that can't
 * be read says why. `judged` (may be NULL) comes at most once, and never after the window went. */
GtkWindow *fz_document_window_new (GtkApplication *application, const char *path, FzDocumentJudged judged, gpointer data);
