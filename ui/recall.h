/* ui/recall.h: what a recall asks of its officer: finding whom it concerns with another person's leave, and the telephone of one who has to be told. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Called when something was done; `entry` is its number. */
typedef void (*FzRecallDone) (const char *entry, gpointer owner);

/* Adds what this entry of a register asks for, if it is a recall or a notice of one. TRUE: what it added is the next thing to do. */
gboolean fz_recall_put (GtkWidget *detail, FzSession *session, const FzFields *entry, FzRecallDone done, GtkWidget *owner);
