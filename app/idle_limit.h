/* app/idle_limit.h: how long a desk may be quiet before its screen locks (闲置锁屏): 1 to 15 minutes by the security administrator, 5 until somebody set it; it
 * counts from the next sign-in on. Tianjin 2025 art. 14; 等保 ID-4. */
#pragma once

#include "app/desk_private.h"

gboolean fz_idle_limit_read (FzTxn *txn, gint64 *out_minutes, GError **error);
