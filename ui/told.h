/* ui/told.h: what is late so long that it went to the office of who sits here (逾期报告本人), and the policies they have still to read: said once by the window and
 * the desktop, and listed behind the bell. */
#pragma once

#include "app/desk.h"

#include <gtk/gtk.h>

/* New ones among these rows of fz_desk_list_told() are said: in the window, and by the desktop when another program is in front. */
void fz_told_say (GtkWidget *shell, GPtrArray *rows);
/* All of them, and the way to the page of deadlines for who has it; with `notices` (what else the bell counts) also the way there. */
void fz_told_show (GtkWidget *shell, FzSession *session, GPtrArray *rows, guint notices);
