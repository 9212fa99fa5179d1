/* app/front_desk.h: what people see of the exchange with the hospital's front, and what they decide (医院前端的往来). */
#pragma once

#include "app/desk_private.h"

/* What went wrong and needs a person, oldest first: way (in: what came; out: what the patient was to be told), number, kind, visit, words, code, at. */
GPtrArray *fz_front_list (FzSession *session, GError **error);
/* One of them is tried again, or settled with a reason. CONFLICT: it was dealt with. */
gboolean fz_front_decide (FzSession *session, const char *way, gint64 number, gboolean again, const char *words, GError **error);
/* Facts front.{state,words,out.queued,out.refused,in.new,in.held,oldest_queued_at}. */
gboolean fz_front_put_status (FzDesk *desk, FzTxn *txn, FzFields *out, GError **error);
