/* app/review.h: a prescription opened for its papers. */
#pragma once

#include "app/desk_private.h"

/* The signed note of a prescription and, if asked, its facts with signature.NN; audited as an export. */
GBytes *fz_review_note (FzSession *session, const char *id, FzFields **out_facts, GError **error);
