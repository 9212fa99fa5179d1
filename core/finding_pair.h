/* core/finding_pair.h: two lists of findings held against each other (发现的比对): each answers one of the other list at most. */
#pragma once

#include "core/finding.h"

/* Called once for what differs: both are given when rule and field agree and only severity or words differ, else the missing one is NULL. */
typedef void (*FzFindingPair) (const FzFinding *then, const FzFinding *now, gpointer data);

/* First what `then` has, in its order, then what is only in `now`. Returns how many calls were made. */
guint fz_findings_pair (GPtrArray *then, GPtrArray *now, FzFindingPair differs, gpointer data);
