/* app/review_policy.h: who comes first and who is looked at twice (审方次序与风险). The numbers are data: codes/review-policy.csv. */
#pragma once

#include "app/desk_private.h"

typedef enum {
  FZ_REVIEW_CLAIM_MINUTES,
  FZ_REVIEW_SECOND_LOOK_SECONDS,
  FZ_REVIEW_CHILD_UNTIL_YEARS,
  FZ_REVIEW_OLD_FROM_YEARS,
  FZ_REVIEW_CHILD_AHEAD_MINUTES,
  FZ_REVIEW_EXPIRING_WITHIN_MINUTES,
  FZ_N_REVIEW_NUMBERS
} FzReviewNumber;

/* All numbers are there and positive; INVALID names the one that is not. Called when the knowledge is loaded. */
gboolean fz_review_policy_check (const FzCodes *policy, GError **error);
gint64 fz_review_number (FzDesk *desk, FzReviewNumber which);

/* reason (the doctor gave a reason that is no routine), age (a child or very old), plain. */
const char *fz_review_risk (FzDesk *desk, const FzFields *rx);
/* The high risk that asks two looks: a dose the doctor had to confirm, or a child. */
gboolean fz_review_is_high_risk (FzDesk *desk, const FzFields *rx);
/* The time a prescription stands at in the queue: when it was signed; a child's stands earlier, and what soon expires stands where its
 * validity ends less the lead. Oldest first by this time, so that nobody is overtaken for ever. */
gint64 fz_review_turn_us (FzDesk *desk, const FzFields *rx);
