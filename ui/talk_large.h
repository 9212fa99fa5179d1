/* ui/talk_large.h: a picture of the conversation over the whole window. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Reads it off the main thread (audited) and shows it, or why it cannot be shown. `complaint`: for whom handles this complaint; NULL: the doctor. */
void fz_talk_large (GtkWidget *over, FzSession *session, const char *visit, const char *complaint, const FzFields *message);
