/* app/reading.h: a store that can only be read (只读库): contradicted by its heads, damaged, or on a disk that takes nothing. People sign in, look, print and
 * hand out what is there; whatever would write is refused with the reason. Readings are entered in the journal of db/journal.h before anything is
 * shown, and from there into the log once the store is sound again. */
#pragma once

#include "app/desk_private.h"
#include "db/store.h"

/* TRUE when the act reads. Default deny: an act that is not in the table writes. */
gboolean fz_reading_is (const char *act);
/* CORRUPT with the store's reason when it can only be read; TRUE otherwise. */
gboolean fz_reading_check_writes (FzDesk *desk, GError **error);
/* After the store was opened and judged: begins its journal, or takes one that is there into the log. RETRY: it cannot be kept, and so nobody
 * reads here. */
gboolean fz_reading_begin (FzDesk *desk, GError **error);
