/* ui/kit/pill.h: a word with the shape and colour of its status. */
#pragma once

#include "ui/kit/status.h"

GtkWidget *fz_pill_new (FzStatus status, const char *word);
/* The same without the shape, for tags that are no standing (职工医保, 集采). */
GtkWidget *fz_tag_new (FzStatus status, const char *word);
void fz_pill_set (GtkWidget *pill, FzStatus status, const char *word);
const char *fz_pill_get_word (GtkWidget *pill);
/* A small round number; hidden at 0, "99+" above 99. `what` is spoken with it ("条未读"). */
GtkWidget *fz_count_new (guint count, const char *what);
void fz_count_set (GtkWidget *count_pill, guint count);
