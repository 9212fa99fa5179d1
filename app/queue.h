/* app/queue.h: leaving the queue without a doctor: the patient withdraws, or nobody took the visit in time (撤销、超时). */
#pragma once

#include "app/desk_private.h"

/* Refuses, by the desk's key, the visits that waited longer than the hospital's limit (setting queue.limit_minutes; none set: never).
 * The wait begins when the request came in or was handed back, not when the patient says they asked: a late bundle is not refused on
 * arrival. */
gboolean fz_queue_tick (FzDesk *desk, GError **error);
/* Minutes; 0: no limit. -1 on error. */
gint64 fz_queue_limit (FzTxn *txn, GError **error);
/* `end.by` of a request that another desk has taken: it left this queue, and nobody was refused. Neither patient nor platform hear of it from here. */
#define FZ_BY_ELSEWHERE "elsewhere"
/* Inside a RECORD job, for a visit that waits. */
gboolean fz_queue_taken_elsewhere (FzDesk *desk, FzTxn *txn, const FzFields *visit, GError **error);
/* The patient took the request back by the front: inside a RECORD job. */
gboolean fz_queue_withdraw (FzDesk *desk, FzTxn *txn, const FzFields *visit, const char *words, GError **error);
