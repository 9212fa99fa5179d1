/* app/front_desk.h: what everybody sees of the exchange with the hospital's front (医院前端的往来). */
#pragma once

#include "app/desk_private.h"

/* Facts front.{state,words,heard_at,down_since,out.queued,out.refused,out.visits,in.new,in.held,held (both ways),last_event_at,oldest_queued_at,visits_waiting}. */
gboolean fz_front_put_status (FzDesk *desk, FzTxn *txn, FzFields *out, GError **error);
