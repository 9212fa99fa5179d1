#include "app/review_policy.h"

#include "app/knowledge.h"
#include "core/date.h"

#include <glib/gi18n-lib.h>

#define TABLE "review-policy"
#define MINUTE_US (60 * FZ_US_PER_SECOND)

static const char *const names[FZ_N_REVIEW_NUMBERS] = {
  [FZ_REVIEW_CLAIM_MINUTES] = "claim_minutes",
  [FZ_REVIEW_SECOND_LOOK_SECONDS] = "second_look_seconds",
  [FZ_REVIEW_CHILD_UNTIL_YEARS] = "child_until_years",
  [FZ_REVIEW_OLD_FROM_YEARS] = "old_from_years",
  [FZ_REVIEW_CHILD_AHEAD_MINUTES] = "child_ahead_minutes",
  [FZ_REVIEW_EXPIRING_WITHIN_MINUTES] = "expiring_within_minutes",
};

static gint64
number_in (const FzCodes *policy, FzReviewNumber which)
{
  int row = fz_codes_find_code (policy, names[which]);
  const char *text = row >= 0 ? fz_codes_get (policy, (guint) row, "value") : "";
  gint64 value = 0;

  return g_ascii_string_to_signed (text, 10, 1, 100000, &value, NULL) ? value : 0;
}

gboolean
fz_review_policy_check (const FzCodes *policy, GError **error)
{
  for (FzReviewNumber i = 0; i < FZ_N_REVIEW_NUMBERS; i++)
    if (number_in (policy, i) == 0) {
      g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, _ ("审方参数表缺少“%s”，或它不是 1 至 100000 的整数。"), names[i]);
      return FALSE;
    }
  return TRUE;
}

gint64
fz_review_number (FzDesk *desk, FzReviewNumber which)
{
  return number_in (fz_knowledge_codes (desk->knowledge, TABLE), which);
}

/* --- risk --- */

/* More than seven days is the rule for chronic disease, and its reason is asked of nearly every prescription: a mark for it would be
 * a mark for nothing. */
static gboolean
has_weighty_reason (FzDesk *desk, const FzFields *rx)
{
  for (guint i = 0; i < fz_fields_count (rx, "override"); i++)
    if (!fz_review_norm_is_routine (desk->knowledge->norm, fz_fields_get_at (rx, "override", i, "rule")))
      return TRUE;
  return FALSE;
}

static gboolean
is_child (FzDesk *desk, const FzFields *rx)
{
  gint64 age = 0;

  return fz_fields_get_int (rx, "patient.age_years", &age) && age <= fz_review_number (desk, FZ_REVIEW_CHILD_UNTIL_YEARS);
}

const char *
fz_review_risk (FzDesk *desk, const FzFields *rx)
{
  gint64 age = 0;

  if (has_weighty_reason (desk, rx))
    return "reason";
  if (is_child (desk, rx))
    return "age";
  return fz_fields_get_int (rx, "patient.age_years", &age) && age >= fz_review_number (desk, FZ_REVIEW_OLD_FROM_YEARS) ? "age" : "plain";
}

gboolean
fz_review_is_high_risk (FzDesk *desk, const FzFields *rx)
{
  for (guint i = 0; i < fz_fields_count (rx, "override"); i++)
    if (fz_review_norm_wants_confirmation (desk->knowledge->norm, fz_fields_get_at (rx, "override", i, "rule")))
      return TRUE;
  return is_child (desk, rx);
}

/* --- turn --- */

gint64
fz_review_turn_us (FzDesk *desk, const FzFields *rx)
{
  gint64 signed_us = 0, until_us = 0, turn;

  fz_fields_get_time (rx, "rx.signed_at", &signed_us);
  turn = signed_us;
  if (is_child (desk, rx))
    turn -= fz_review_number (desk, FZ_REVIEW_CHILD_AHEAD_MINUTES) * MINUTE_US;
  if (fz_fields_get_time (rx, "rx.valid_until", &until_us))
    turn = MIN (turn, until_us - fz_review_number (desk, FZ_REVIEW_EXPIRING_WITHIN_MINUTES) * MINUTE_US);
  return turn;
}
