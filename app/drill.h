/* app/drill.h: the restore drill (恢复演练): a backup is restored for real, into a folder that is removed afterwards, and what came out is
 * checked whole. With two shares, as on the day it is needed: a drill with a key that happens to be at hand would prove less. */
#pragma once

#include "app/desk_private.h"

/* `file` NULL: the newest of the daily backups; NOT_FOUND when there is none. The report: file, made_at, audit_size, audit_root, visits,
 * behind_s (the backup's age), took_ms, differences, difference.NN. The right is the backup's; the outcome stands in the audit (store.drill), also a failed
 * one. INVALID, SIGNATURE: the shares; CORRUPT: the backup. SLOW. */
FzFields *fz_drill_run (FzSession *session, const char *file, const char *share_a, const char *share_b, GError **error);
