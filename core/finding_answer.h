/* core/finding_answer.h: which of a draft's reasons (override.NN) answers a finding (对提示说明的理由). */
#pragma once

#include "core/fields.h"
#include "core/finding.h"

/* Two findings of one rule may stand at one line: it meets two other medicines. Each is answered by itself: the two names that this one is about,
 * in one word; NULL when rule and field say enough. A draft keeps it as override.NN.pair. (transfer full) */
char *fz_finding_dup_pair (const FzFinding *self);
/* The position of its answer in the draft's overrides, -1: none. One without `pair` answers whatever has its rule and field. */
int fz_finding_find_answer (const FzFinding *self, const FzFields *draft);
