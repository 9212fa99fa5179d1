/* app/front_thread.h: the thread that talks to the hospital's front while somebody is signed in (医院前端的连接). The functions may be called from any
 * thread and only leave word there; what each says of the store, app/front_client.h does. */
#pragma once

#include "app/desk_private.h"
#include "app/front_client.h"

typedef struct _FzFrontThread FzFrontThread;

/* Begins to exchange, for ever; nothing when it runs already. UNSUPPORTED: no front is set up. */
gboolean fz_front_start (FzDesk *desk, GError **error);
/* Ends the thread and waits for it. */
void fz_front_stop (FzDesk *desk);
/* Something was queued, or a person wants it now. */
void fz_front_kick (FzDesk *desk);
/* Facts front.state: none, idle, sending, waiting (will ask again), alarm (a person must look); words, heard_at (when it last answered as it should), down_since
 * where there are such. */
void fz_front_thread_put (FzDesk *desk, FzFields *out);

/* One round on the calling thread, in a context of its own. */
gboolean fz_front_exchange_once (FzDesk *desk, FzFrontRound *out, GError **error);
/* Before a doctor takes a visit that came by the front: is it ours to take? At once TRUE for any other. CONFLICT: another desk has it, and it has left
 * this queue. OFFLINE, REJECTED: nobody could be asked, so it is not taken. Blocks some seconds at most. */
gboolean fz_front_claim (FzDesk *desk, const char *visit, GError **error);
