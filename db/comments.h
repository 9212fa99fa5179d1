/* db/comments.h: samples of prescriptions under comment as they stand (处方点评): rows derived from their documents, read by every list. */
#pragma once

#include "core/comment.h"
#include "db/store.h"
#include "db/visits.h"

/* Inserts or replaces the derived rows of a sample; of its prescriptions only `prescription`, all when that is NULL. */
gboolean fz_comments_put (FzTxn *txn, const FzCommentFold *fold, const char *prescription, GError **error);
/* NOT_FOUND. */
FzFields *fz_comment_plans_get (FzTxn *txn, const char *id, GError **error);
/* Newest first. */
GPtrArray *fz_comment_plans_list (FzTxn *txn, guint limit, GError **error);
/* Samples of that month (YYYY-MM) in order; the next one's number follows from it. */
GPtrArray *fz_comment_plans_of_month (FzTxn *txn, const char *month, GError **error);
/* By position, after it. */
GPtrArray *fz_comments_list (FzTxn *txn, const char *plan, gint64 after, guint limit, GError **error);
/* NOT_FOUND. */
FzFields *fz_comments_get (FzTxn *txn, const char *plan, const char *prescription, GError **error);
/* What was said on the prescriptions of a natural person, oldest sample first. */
GPtrArray *fz_comments_of_doctor (FzTxn *txn, const char *person, guint limit, GError **error);
/* The natural persons whose prescriptions were commented on. GPtrArray of char *. */
GPtrArray *fz_comments_doctors (FzTxn *txn, GError **error);
