/* app/log_slice.h: some entries of the audit log with one proof that they are in it (日志切片), as fuzhen-verify takes them: `fuzhen.log_slice/v1` and,
 * beside it, the bundle of the entries. */
#pragma once

#include "app/desk_private.h"

#define FZ_LOG_SLICE_MAX 5000 /* entries of one: it is made in one job */

/* In a job: `numbers` rise; `checkpoint`, a signed note, covers `size` entries; since: the size of an older log that the proof is to speak of too, 0:
 * none. Gives both (transfer full) or neither. INVALID, CORRUPT. */
gboolean fz_log_slice_make (FzTxn *txn, const guint64 *numbers, guint n, guint64 since, guint64 size, const char *checkpoint, GBytes **out_bundle,
                            char **out_proof, GError **error);

/* What places a kept document in the log: the entry of its making, and one of each person who signed below (document.countersign), under a checkpoint
 * signed now. In jobs of its own. CORRUPT: the log knows nothing of it. */
gboolean fz_log_slice_of_document (FzDesk *desk, const char *id, GBytes **out_bundle, char **out_proof, GError **error);
