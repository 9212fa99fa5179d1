/* ui/access_case.h: one visit to be read and nothing else, as an opening in need shows it. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

void fz_access_case_show (GtkWidget *over, FzSession *session, const char *visit);
