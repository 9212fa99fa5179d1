/* ui/policy_read.h: from a policy in force to one's own word that it was read (制度学习确认). */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* Adds the way to confirm this entry of the register of policies and to ask about it, if it is in force and who sits here treats or reviews: the form begins with its
 * name and version. `owner` (a page) lives as long. TRUE: it was added. */
gboolean fz_policy_read_put (GtkWidget *detail, FzSession *session, const FzFields *entry, GtkWidget *owner);
