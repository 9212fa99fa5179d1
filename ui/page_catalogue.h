/* ui/page_catalogue.h: the place 药品目录 (pharmacists, medical affairs): the hospital's medicines with what is known of each, and their changes by
 * two persons. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

GtkWidget *fz_page_catalogue_new (FzSession *session);
