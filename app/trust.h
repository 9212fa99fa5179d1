/* app/trust.h: parts of the audit and rebuild that the demo and the tests also use. */
#pragma once

#include "app/desk_private.h"
#include "app/recover.h"

gboolean fz_audit_head_of (FzDesk *desk, guint64 *out_size, char **out_root_hex, GError **error);
/* `watch` may be NULL. CANCELLED. */
gboolean fz_rebuild_compare (FzDesk *desk, FzRecoverWatch *watch, guint *out_visits, GPtrArray **out_differences, GError **error);
/* The institution's signed key list, in any job. (transfer full) */
char *fz_keys_signed_list (FzDesk *desk, FzTxn *txn, GError **error);
/* The day's seal and expired prescriptions. */
gboolean fz_trust_tick (FzDesk *desk, GError **error);
/* One backup a day below <data>/backups/, the newest seven kept; nothing when today's is there. Blocks. */
gboolean fz_trust_daily_backup (FzDesk *desk, GError **error);
