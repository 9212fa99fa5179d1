/* ui/document_window.h: a signed document from a file (签名文书), opened from the file manager or by `fuzhen open`: what it says, who signed, whether that holds,
 * and what cannot be known from files alone. No store is opened and nobody signs in. */
#pragma once

#include "app/document_file.h"

#include <gtk/gtk.h>

/* `file` (transfer full): `path` as it was opened; NULL: it can't be read, and the window says `error`. */
GtkWindow *fz_document_window_new (GtkApplication *application, const char *path, FzDocumentFile *file, const GError *error);
