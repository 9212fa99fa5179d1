/* db/registers.h: entries of registers as they stand (台账条目): rows derived from their documents, read by every list. */
#pragma once

#include "core/fields.h"
#include "db/store.h"
#include "db/visits.h"

/* Inserts or replaces the derived row; `facts` as fz_entry_fold() gives them. */
gboolean fz_entries_put (FzTxn *txn, const FzFields *facts, GError **error);
/* NOT_FOUND. */
FzFields *fz_entries_get (FzTxn *txn, const char *id, GError **error);
/* By opening, after the cursor; `open_only`: those with something still to do. */
GPtrArray *fz_entries_list (FzTxn *txn, const char *reg, gboolean open_only, FzCursor after, guint limit, GError **error);
/* The newest first, before the cursor; {G_MAXINT64, ""}: from the newest on. */
GPtrArray *fz_entries_list_back (FzTxn *txn, const char *reg, gboolean open_only, FzCursor before, guint limit, GError **error);
/* All of them in the first order, however many. The first FALSE ends it, with its *error. */
typedef gboolean (*FzEntryEach) (FzTxn *txn, const FzFields *entry, gpointer data, GError **error);
gboolean fz_entries_each (FzTxn *txn, const char *reg, gboolean open_only, FzEntryEach each, gpointer data, GError **error);
GPtrArray *fz_entries_all (FzTxn *txn, const char *reg, gboolean open_only, GError **error);
/* Of one register; -1 on error. */
gint64 fz_entries_count (FzTxn *txn, const char *reg, gboolean open_only, GError **error);
