/* ui/video_settings.h: a card with the two addresses of the hospital's video system, on the page of who runs the system. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

GtkWidget *fz_video_settings_new (FzSession *session);
