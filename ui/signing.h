/* ui/signing.h: from a prepared sheet to a durable signature: shows the complete text, asks the PIN, signs off the main thread, and
 * tells. A wrong PIN is said in the dialog and can be tried again. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* `ids` names the new documents (transfer none); NULL when it was cancelled or its minute ran out. Called once, and only while `over` lives. */
typedef void (*FzSignedFunc) (GtkWidget *over, GPtrArray *ids, gpointer user_data);

/* `sheet` (transfer full); `title` 审核通过; `law` the sentence that says what signing means. `over` is any widget of the window and is held
 * meanwhile. */
void fz_signing_start (GtkWidget *over, FzSession *session, FzSheet *sheet, const char *title, const char *law, FzSignedFunc done,
                       gpointer user_data);
