/* app/draft_check.h: findings on a draft that stands in a file (草稿检查): no store, no person, no visit behind it. What a draft cannot carry
 * (licence, identity, consent, evidence) is not asked; what it can carry and leaves out is "cannot be judged". */
#pragma once

#include "app/desk_private.h"

typedef struct {
  char *id;
  FzFields *facts;
  gint64 at_us;    /* issued_at */
  gint64 dispense_us; /* 0: not yet */
} FzDraftCase;

void fz_draft_case_free (FzDraftCase *self);
/* One JSON object, or several with one a line: GPtrArray of FzDraftCase. INVALID names line and path; UNSUPPORTED: a region whose rules
 * are not here. */
GPtrArray *fz_draft_cases_parse (const FzKnowledge *knowledge, const char *text, gsize n, GError **error);
/* Gravest first. `at_us`: the day whose rules count. */
GPtrArray *fz_draft_case_check (FzDesk *desk, const FzDraftCase *draft, gint64 at_us, GError **error);
/* A desk that is only its shipped knowledge: rules, codes, starter catalogue. */
FzDesk *fz_desk_of_knowledge (GError **error);
