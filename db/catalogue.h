/* db/catalogue.h: changes of the drug catalogue as they stand, the rows they bring, and files nobody has signed for yet (目录变更). */
#pragma once

#include "core/fields.h"
#include "db/store.h"

/* --- rows of a change --- */

/* Keeping the same bytes again does nothing. `out_sha256` may be NULL. */
gboolean fz_catalogue_rows_keep (FzTxn *txn, GBytes *body, char **out_sha256, GError **error);
/* NOT_FOUND; CORRUPT when the bytes are not what their hash says. */
GBytes *fz_catalogue_rows_get (FzTxn *txn, const char *sha256, GError **error);

/* --- read, checked, not signed for --- */

gboolean fz_catalogue_stage (FzTxn *txn, const char *id, const FzFields *facts, GBytes *body, GError **error);
/* NOT_FOUND when there is none any more. `out_facts`, `out_body` may be NULL. */
gboolean fz_catalogue_staged_get (FzTxn *txn, const char *id, FzFields **out_facts, GBytes **out_body, GError **error);
/* Facts, newest first. */
GPtrArray *fz_catalogue_staged_list (FzTxn *txn, GError **error);
gboolean fz_catalogue_staged_drop (FzTxn *txn, const char *id, GError **error);

/* --- changes --- */

/* Inserts or replaces the derived row; `facts` as fz_catalogue_change_fold() gives them. */
gboolean fz_catalogue_change_put (FzTxn *txn, const FzFields *facts, GError **error);
/* NOT_FOUND. */
FzFields *fz_catalogue_change_get (FzTxn *txn, const char *id, GError **error);
/* Newest first, those before (`before_us`, `before_id`); `waiting`: only what another person has to decide. */
GPtrArray *fz_catalogue_change_list (FzTxn *txn, gboolean waiting, gint64 before_us, const char *before_id, guint limit, GError **error);
/* Removals that stand or stood until two persons brought the medicine back; by id. */
GPtrArray *fz_catalogue_removals (FzTxn *txn, GError **error);

/* What a change says of a medicine. */
gboolean fz_catalogue_line_put (FzTxn *txn, const char *code, const char *change, const char *act, const char *text, GError **error);
/* Changes of one medicine, newest first: facts of the change and line.{act,text}. */
GPtrArray *fz_catalogue_history (FzTxn *txn, const char *code, guint limit, GError **error);
/* Lines of one change by code, after `after`: rows code, act, text. */
GPtrArray *fz_catalogue_lines (FzTxn *txn, const char *change, const char *after, guint limit, GError **error);
