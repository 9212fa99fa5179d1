/* ui/preferences.h: what a person set on this computer and wants to find again: colours, size of text, of the window. No patient data. */
#pragma once

#include "ui/theme.h"

/* Applies theme and text size, and the window's size when there is one; from then on changes are kept in
 * $XDG_CONFIG_HOME/fuzhen/window.ini. A file that cannot be read or written is no reason to stop: the defaults stand. */
void fz_preferences_follow (GtkWindow *window);
/* After how much quiet the window locks: `most`, or less where the person wants it sooner (`lock-minutes`, a decimal). Never more. */
guint fz_preferences_get_lock_seconds (guint most);
