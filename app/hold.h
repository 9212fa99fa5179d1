/* app/hold.h: what keeps things from being removed although their term is over (保全): an open entry of a register that names the visit (complaint,
 * adverse event, rectification …), a hold somebody set (register `legal-hold`), an opening in need that waits for its review, leave for an
 * inspection that is asked for or in force. Anything unclear holds. */
#pragma once

#include "app/desk_private.h"
#include "core/date.h"

typedef struct _FzHolds FzHolds;

/* In a job: as they stand now. */
FzHolds *fz_holds_read (FzDesk *desk, FzTxn *txn, GError **error);
void fz_holds_free (FzHolds *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FzHolds, fz_holds_free)
/* What holds this visit, in words (transfer none); NULL: nothing. `since`: the day its term began. */
const char *fz_holds_find (const FzHolds *self, const char *visit, FzDate since);
