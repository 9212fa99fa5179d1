/* tests/machine/bodies.h: the least body of each kind of document, and a case brought to a stage. Persons are single letters. */
#pragma once

#include "core/document.h"

#define NOTE_SHA256 "1f3870be274f6c49b3e31a0c6728957f1f3870be274f6c49b3e31a0c6728957f"
#define DAY_US (G_GINT64_CONSTANT (86400) * 1000000)
#define START_US (G_GINT64_CONSTANT (1772409600) * 1000000) /* 2026-03-02 00:00 UTC */

/* A document of a prescription that is there. */
gboolean speaks_of_rx (FzDocKind kind);
/* A body that nothing but the table can refuse: yes, agreed, eligible, approved; a prescription valid for a day from START_US, of two lines
 * (two packs and one); everything of it in part 1, by courier, complete, delivered. */
FzFields *body_new (FzDocKind kind, const char *visit, const char *rx);
/* Applies, and says whether it was taken; `code` of the refusal when it was not (may be NULL). */
gboolean apply (FzCase *state, const FzFields *body, FzRole role, const char *person, gint64 at_us, FzErrorCode *code);
/* A case in that stage, taken by A, with everything that a prescription needs. NONE to TERMINATED. */
FzCase *case_in (FzStage stage);
/* A recorded case with prescription R by A in that stage; the reviewer is B. */
FzCase *case_with_rx (FzRxStage stage);
/* Everything a case says of itself, as one text: equal texts are equal cases. */
char *case_text (const FzCase *state);
