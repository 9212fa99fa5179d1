/* ui/page_front.h: the hospital's own front (患者端): how it stands, and for medical affairs what came and could not be done. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

GtkWidget *fz_page_front_new (FzSession *session);
