/* ui/draft_list.h: taking one position out of a numbered list of facts and putting it back, with what points at it. */
#pragma once

#include "core/fields.h"

/* `facts` without position i of `list`; later positions move up. Reasons given (`override.NN.field`) for the position go, those for later ones
 * follow. (transfer full) */
FzFields *fz_draft_list_without (const FzFields *facts, const char *list, guint i);
/* The same with positions i and j exchanged, and what points at them. (transfer full) */
FzFields *fz_draft_list_swapped (const FzFields *facts, const char *list, guint i, guint j);
