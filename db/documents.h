/* db/documents.h: what was signed, kept for ever (文书). */
#pragma once

#include "core/document.h"
#include "db/store.h"

/* Inserts document and its signature lines; sets `number`. CONFLICT: the id is taken. */
gboolean fz_documents_add (FzTxn *txn, FzDocument *document, GError **error);
/* Further lines under a kept document (the pharmacist's), each with its LF. */
gboolean fz_documents_countersign (FzTxn *txn, const char *id, const char *lines, GError **error);
/* NOT_FOUND. (transfer full) */
FzDocument *fz_documents_get (FzTxn *txn, const char *id, GError **error);
/* All of one visit in order; empty when there are none. (transfer full) */
GPtrArray *fz_documents_of_visit (FzTxn *txn, const char *visit, GError **error);
/* Ids of visits that have documents, after `after` in text order. */
GPtrArray *fz_documents_visits (FzTxn *txn, const char *after, guint limit, GError **error);
/* Subjects of the institution's own documents of one kind (their `visit` begins with @), after `after` in text order. */
GPtrArray *fz_documents_subjects (FzTxn *txn, const char *kind, const char *after, guint limit, GError **error);
/* Documents of every kind in the order they were kept, after number `after`. (transfer full) */
GPtrArray *fz_documents_after (FzTxn *txn, guint64 after, guint limit, GError **error);
/* The number before the first one signed at `us` or later; found by halving, since nothing is signed by a clock that was set back. */
gboolean fz_documents_before (FzTxn *txn, gint64 us, guint64 *out_number, GError **error);
/* The newest document's number; 0 for none. */
gboolean fz_documents_newest (FzTxn *txn, guint64 *out_number, GError **error);
gboolean fz_documents_newest_of_visit (FzTxn *txn, const char *visit, guint64 *out_number, GError **error);
