/* ui/kit/avatar.h: a person's mark: the first letter of the name on a colour that stays theirs. */
#pragma once

#include <gtk/gtk.h>

GtkWidget *fz_avatar_new (const char *name, int pixels);
void fz_avatar_set_name (GtkWidget *avatar, const char *name);
