/* ui/portal_duty.h: what an entry of the register portal-duty shows beside its fields (门户填报): what is missing before it is exported, what has to be
 * uploaded beside it, and the export itself. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* TRUE when it is one that can be exported: it puts its button and its section into `detail`. `done` comes with the entry's id once the folder stands;
 * `owner` is a widget and is held while it runs. */
typedef void (*FzPortalExported) (const char *entry, gpointer owner);
gboolean fz_portal_duty_put (GtkWidget *detail, FzSession *session, const FzFields *entry, FzPortalExported done, GtkWidget *owner);
