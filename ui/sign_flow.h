/* ui/sign_flow.h: from a prepared sheet to signed documents: shows it complete, asks the PIN, signs off the main thread, tells what went
 * wrong where it happened. Every page that signs goes through here. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Once, and only when everything of the sheet is durable. `ids` names the new documents (may be NULL). */
typedef void (*FzSigned) (GPtrArray *ids, gpointer user_data);

/* Takes the sheet. `title` 签署处方. Cancelling and the end of the minute are said by the dialog and a toast; nothing is called then.
 * `free_data` (may be NULL) is called in the end in every case. */
void fz_sign_flow_start (GtkWidget *over, FzSession *session, FzSheet *sheet, const char *title, FzSigned done, gpointer user_data,
                         GDestroyNotify free_data);
/* "林若溪 · 主治医师" of the signed-in person. (transfer full) */
char *fz_sign_flow_signer (FzSession *session);
