/* ui/reveal.h: shows one masked item of a patient as it is kept, after asking what for (查看脱敏信息). It is masked again as soon as the page is made anew. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

GtkWidget *fz_reveal_button_new (FzSession *session, const char *visit);
/* One more item that may be asked for: its field of fz_desk_reveal(), its word, and the label that shows it masked and then whole. */
void fz_reveal_add (GtkWidget *button, const char *field, const char *word, GtkLabel *shown);
