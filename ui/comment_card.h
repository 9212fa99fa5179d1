/* ui/comment_card.h: what was said on one prescription or record so far, what the checks found when it was signed, and what its reviewer decided. */
#pragma once

#include "app/desk.h"
#include "ui/kit/status.h"

#include <gtk/gtk.h>

/* What stands there is a record, not a prescription (rows too). */
gboolean fz_comment_is_of_record (const FzFields *item);
/* `item` of fz_desk_read_comment, `codes` the list `comment` or `record_defect`. NULL while nothing was said. */
GtkWidget *fz_comment_said_new (const FzFields *item, GPtrArray *codes, gint64 now_us);
/* Beside the sheet: findings of then with the reasons given, and the reviewer's decisions. */
GtkWidget *fz_comment_found_new (const FzFields *item);
/* A record as its reader may see it, or how to find one on paper; and what the rules of quality see in it. */
GtkWidget *fz_comment_record_new (const FzFields *item, gint64 now_us);
GtkWidget *fz_comment_noticed_new (const FzFields *item);
/* The pill of a row: where it stands, or what came of it. (word translated) */
const char *fz_comment_row_state (const FzFields *row, FzStatus *out);
