/* ui/catalogue_detail.h: one medicine, and one change of the catalogue, told in a column (药品目录的明细). */
#pragma once

#include "ui/kit/status.h"

#include "app/desk.h"

/* The word and colour of a row of FZ_LIST_CATALOGUE, of a change, and of what is staged. */
const char *fz_catalogue_state (const FzFields *drug, FzStatus *out);
const char *fz_catalogue_change_state (const FzFields *change, FzStatus *out);
/* "新增 1、修改 3", or the medicine of a removal. (transfer full) */
char *fz_catalogue_change_title (const FzFields *change);
/* What fz_desk_read_catalogue() gives. */
void fz_catalogue_put_drug (GtkWidget *box, const FzFields *drug, gint64 now_us);
/* A row of fz_desk_list_catalogue_changes() or fz_desk_list_staged(), with its lines (may be NULL). */
void fz_catalogue_put_change (GtkWidget *box, const FzFields *change, GPtrArray *lines, gint64 now_us);
