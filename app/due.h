/* app/due.h: which documents the platform must hear of, and from which facts (应报). Tianjin 2025 art. 24, 26: the visit when it
 * ended, the record when it was archived, the prescription when it was approved, the catalogue at each change. */
#pragma once

#include "app/desk_private.h"
#include "core/fold.h"

/* Adds the outbox rows a new document makes due. */
gboolean fz_due_add (FzDesk *desk, FzTxn *txn, const FzFold *fold, const FzDocument *document, GError **error);
gboolean fz_due_add_drug (FzDesk *desk, FzTxn *txn, const FzDrug *drug, GError **error);
/* The facts and payload of an existing row built anew from today's data; payload NULL when problems stand. */
gboolean fz_due_renew (FzDesk *desk, FzTxn *txn, gint64 id, GError **error);
