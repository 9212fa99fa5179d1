/* app/replay.h: what the checks find again of a signed document, held against what it says they found (发现的复核). */
#pragma once

#include "app/desk_private.h"
#include "core/document.h"

/* Rows document, rule, field, then, now (severities; - where there is none; `words` when only the words differ) for every finding of the body that
 * is not among `now`, and the other way round. Returns their number. */
guint fz_replay_findings (const FzDocument *document, GPtrArray *now, GPtrArray *rows);
