/* db/grants.h: leave given by a second person as it stands, and every use of it (授权与使用). */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* Inserts or replaces the derived row; `facts` as fz_grant_fold() gives them, `until_us` the end of its last day. */
gboolean fz_grants_put (FzTxn *txn, const FzFields *facts, gint64 until_us, GError **error);
/* NOT_FOUND. */
FzFields *fz_grants_get (FzTxn *txn, const char *id, GError **error);
/* Newest first. */
GPtrArray *fz_grants_list (FzTxn *txn, guint limit, GError **error);
/* What waits for a decision, oldest first. */
GPtrArray *fz_grants_waiting (FzTxn *txn, guint limit, GError **error);
/* What this natural person was granted of a kind and what is not over at `now_us`, the one that ends first before the others. */
GPtrArray *fz_grants_of_person (FzTxn *txn, const char *person, const char *kind, gint64 now_us, GError **error);

/* -1 on error. */
gint64 fz_grants_count_uses (FzTxn *txn, const char *id, GError **error);
/* One use more, now. The store refuses one that was not granted: INTERNAL, and nothing is kept. */
gboolean fz_grants_add_use (FzTxn *txn, const char *id, const char *staff, const FzFields *scope, gint64 *out_position, GError **error);
/* Rows position, staff, used_at and the scope below `scope.`, oldest first. */
GPtrArray *fz_grants_uses (FzTxn *txn, const char *id, guint limit, GError **error);
