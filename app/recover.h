/* app/recover.h: a store from its backup and two recovery shares (恢复). No password opens it afterwards: everyone gets a one-time code. */
#pragma once

#include "app/enrol.h"
#include "db/backup.h"

/* `dir` and `state_dir` NULL: the XDG ones. The desk comes back open; `out_codes`: FzEnrolCode of everyone who has not left. As
 * fz_backup_restore() fails. SLOW. */
FzDesk *fz_recover (const char *file, const char *dir, const char *state_dir, const char *share_a, const char *share_b,
                    FzRestoreInfo *out_info, GPtrArray **out_codes, GError **error);
