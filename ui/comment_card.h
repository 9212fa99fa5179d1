/* ui/comment_card.h: what was said on one prescription so far, what the checks found when it was signed, and what its reviewer decided. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

#include <gtk/gtk.h>

/* `item` of fz_desk_read_comment, `codes` the list `comment`. NULL while nothing was said. */
GtkWidget *fz_comment_said_new (const FzFields *item, GPtrArray *codes, gint64 now_us);
/* Beside the sheet: findings of then with the reasons given, and the reviewer's decisions. */
GtkWidget *fz_comment_found_new (const FzFields *item);
/* The pill of a row: where it stands, or what came of it. (word translated) */
const char *fz_comment_row_state (const FzFields *row, FzStatus *out);
