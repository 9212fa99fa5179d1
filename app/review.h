/* app/review.h: a prescription opened for its papers. */
#pragma once

#include "app/desk_private.h"
#include "core/document.h"

/* The signed note of a prescription and, if asked, its facts with signature.NN; audited as an export. */
GBytes *fz_review_note (FzSession *session, const char *id, FzFields **out_facts, GError **error);
/* signature.NN.{key,role,name,valid} as the lines verify now against these people's keys. */
void fz_review_put_signatures (const FzDocument *document, GPtrArray *staff, FzFields *facts);
/* What the rules and checks say now of a signed prescription, as for signing it: gravest first; audited as a reading. */
GPtrArray *fz_review_findings (FzSession *session, const char *id, GError **error);
