/* app/queue.h: leaving the queue without a doctor: the patient withdraws, or nobody took the visit in time (撤销、超时). */
#pragma once

#include "app/desk_private.h"

/* Refuses, by the desk's key, the visits that waited longer than the hospital's limit (setting queue.limit_minutes; none set: never).
 * The wait begins when the request came in or was handed back, not when the patient says they asked: a late bundle is not refused on
 * arrival. */
gboolean fz_queue_tick (FzDesk *desk, GError **error);
/* Minutes; 0: no limit. -1 on error. */
gint64 fz_queue_limit (FzTxn *txn, GError **error);
