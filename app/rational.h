/* app/rational.h: what the drug checks said of a prescription as one text (合理用药判断结果): signed with it, and the platform's `rationalDrug`. */
#pragma once

#include "app/desk_private.h"

/* By which engine and edition, each finding of the drug checks with its rule, gravest first, and the reason `body` gives for it
 * (`override.NN`); that nothing was found. Never longer than the platform takes: what has no room is counted. (transfer full) */
char *fz_rational_words (FzDesk *desk, GPtrArray *findings, const FzFields *body);
