/* ui/theme_portal.h: what the desktop wants of colours (org.freedesktop.appearance). */
#pragma once

#include "ui/theme.h"

typedef void (*FzThemePortalFunc) (FzTheme from_desktop, gpointer user_data);

/* Answers the last known wish (light until the portal has spoken) and calls back on every later one. Only the first call
 * starts the watch; with no session bus nothing ever calls back. */
FzTheme fz_theme_portal_watch (FzThemePortalFunc changed, gpointer user_data);
