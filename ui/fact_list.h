/* ui/fact_list.h: rows of fz_desk_list for a table or a list box: read a page at a time, the next one when the end comes into sight. */
#pragma once

#include "app/desk.h"

/* One row. Frozen. */
#define FZ_TYPE_FACT_ROW (fz_fact_row_get_type ())
G_DECLARE_FINAL_TYPE (FzFactRow, fz_fact_row, FZ, FACT_ROW, GObject)

/* For lists that fz_desk_list does not give; `facts` is frozen and shared. */
FzFactRow *fz_fact_row_new (const FzFields *facts);
const FzFields *fz_fact_row_get (FzFactRow *self);
/* The value of a key of the row; "" when it has none. */
const char *fz_fact_row_text (FzFactRow *self, const char *key);

/* Both are lists of the same facts: nothing happened, and the focus may stay where it is. `before` NULL: nothing was read yet. */
gboolean fz_facts_are_same (GPtrArray *before, GPtrArray *now);

/* A GListModel of FzFactRow. Of a long list a few thousand rows are in memory: the others are read again when they are asked for. */
#define FZ_TYPE_FACT_LIST (fz_fact_list_get_type ())
G_DECLARE_FINAL_TYPE (FzFactList, fz_fact_list, FZ, FACT_LIST, GObject)

/* `filter` may be NULL (keys: see fz_desk_list); copied. Empty until the first fz_fact_list_reload. */
FzFactList *fz_fact_list_new (FzSession *session, FzList list, const FzFields *filter);
/* Another filter, for the next reload. */
void fz_fact_list_set_filter (FzFactList *self, const FzFields *filter);
/* Rows that are kept are all for which this answers TRUE; NULL keeps all. For what the desk cannot filter by. */
typedef gboolean (*FzFactFilter) (const FzFields *row, gpointer user_data);
void fz_fact_list_set_wanted (FzFactList *self, FzFactFilter wanted, gpointer user_data);
/* Reads the first page anew, and as many more as had been read; of a long list what came at the top and what stands on the screen. A table keeps
 * its place and what of its rows is as it was; of many rows that are others it hears over the next frames. FALSE leaves the rows as they were. */
gboolean fz_fact_list_reload (FzFactList *self, GError **error);
/* TRUE when the desk has more rows than are read. */
gboolean fz_fact_list_has_more (FzFactList *self);
/* Position of the row with this value, or GTK's "none" (G_MAXUINT), among those in memory. */
guint fz_fact_list_find (FzFactList *self, const char *key, const char *value);
