/* tests/powerloss/ledger.h: the product's shape of work in small: rows of one act and its audit row in one transaction. */
#pragma once

#include "tests/powerloss/lab_run.h"

typedef struct _Ledger Ledger;

extern const LabWorkload ledger_workload;

/* Creates the store in `vfs`, without cuts. `journal_mode` and `synchronous` as in the pragmas. */
Ledger *ledger_new (const char *vfs, const char *journal_mode, const char *synchronous);
void ledger_free (Ledger *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ledger, ledger_free)
