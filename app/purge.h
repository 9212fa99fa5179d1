/* app/purge.h: removing what was kept long enough (到期清除): asked for by one person over a list, given by another, carried out in batches that each
 * leave a signed tombstone. What people do with it stands in app/desk.h, what it is in core/purge.h, what may go in app/purge_plan.h.
 *
 * A batch is one transaction: tombstone document, its rows, the rows that go, the log's entry. A cut before it leaves everything, a cut after it
 * nothing but a sealed file whose key is gone, which the next opening unlinks. A purge that was cut off is taken up where its documents end. */
#pragma once

#include "app/desk_private.h"

/* In a job: what became of this grant's purge (facts of core/purge.h); NULL without error: not begun. */
FzFields *fz_purge_of_grant (FzTxn *txn, const char *grant, GError **error);
/* In a job: when this picture of this visit was lawfully removed, and who approved it, in words; NULL without error: it was not. (transfer full) */
char *fz_purge_words (FzTxn *txn, const char *visit, const char *sha256, GError **error);
/* The same of what was said with this entry of the log. (transfer full) */
char *fz_purge_entry_words (FzTxn *txn, const char *visit, const char *entry, GError **error);
/* Folds every purge again, compares it with its grant, its list and the tombstones, and adds a line for each contradiction. */
gboolean fz_purges_compare (FzDesk *desk, GPtrArray *differences, GError **error);
/* In a job: adds a line for each picture of this visit that is neither there nor lawfully removed. */
gboolean fz_purge_compare_visit (FzTxn *txn, const char *visit, const FzFields *facts, GPtrArray *differences, GError **error);
/* Unlinks what a cut left. When a store is opened. */
gboolean fz_purge_tidy (FzDesk *desk, GError **error);
