/* ui/access_desk.h: opening a case that is somebody else's, in need, and its review by another person (紧急查阅). */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* A button over the list of openings: a doctor and a pharmacist open and read there, affairs and the audit administrator review. */
GtkWidget *fz_access_button_new (FzSession *session);
/* The same where there is no room for words. */
GtkWidget *fz_access_icon_button_new (FzSession *session);
