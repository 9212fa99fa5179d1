/* db/journal_private.h: what the audit functions and the jobs of a store that cannot be written do with its journal. */
#pragma once

#include "db/journal.h"
#include "db/store_private.h"

/* The entry of a job that reads, kept until its end; the job's own transaction writes nothing. */
void fz_journal_note (FzTxn *txn, const FzAuditEntry *entry);
/* On the disk before what was read is handed out. RETRY: it is not. */
gboolean fz_journal_settle (FzTxn *txn, GError **error);
void fz_journal_free (FzJournal *self);
