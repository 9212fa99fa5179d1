#include "app/claim.h"

#include "app/review_policy.h"
#include "core/date.h"
#include "db/directory.h"

#include <glib/gi18n-lib.h>

#define PROFILE "review-claims"
#define MINUTE_US (60 * FZ_US_PER_SECOND)
#define REMEMBERED_US (24 * 60 * MINUTE_US) /* who looked first */
#define MOST 90

typedef struct {
  const char *rx, *number, *name, *first, *first_name;
  gint64 until_us, first_us;
} Claim;

FzFields *
fz_claims_read (FzTxn *txn, GError **error)
{
  return fz_profile_get (txn, PROFILE, error);
}

static Claim
claim_at (const FzFields *claims, guint i)
{
  Claim claim = { .rx = fz_fields_get_at (claims, "claim", i, "rx"),
                  .number = fz_fields_get_at (claims, "claim", i, "number"),
                  .name = fz_fields_get_at (claims, "claim", i, "name"),
                  .first = fz_fields_get_at (claims, "claim", i, "first"),
                  .first_name = fz_fields_get_at (claims, "claim", i, "first_name") };

  fz_fields_get_time_at (claims, "claim", i, "until", &claim.until_us);
  fz_fields_get_time_at (claims, "claim", i, "first_at", &claim.first_us);
  return claim;
}

static void
add_claim (FzFields *claims, const Claim *claim)
{
  guint n = fz_fields_count (claims, "claim");
  g_autofree char *until = fz_time_format (claim->until_us), *first_at = fz_time_format (claim->first_us);

  fz_fields_set_at (claims, "claim", n, "rx", claim->rx);
  fz_fields_set_at (claims, "claim", n, "number", claim->number);
  fz_fields_set_at (claims, "claim", n, "name", claim->name);
  fz_fields_set_at (claims, "claim", n, "until", until);
  fz_fields_set_at (claims, "claim", n, "first", claim->first);
  fz_fields_set_at (claims, "claim", n, "first_name", claim->first_name);
  fz_fields_set_at (claims, "claim", n, "first_at", first_at);
}

static gboolean
find (const FzFields *claims, const char *rx, Claim *out)
{
  for (guint i = 0; claims != NULL && i < fz_fields_count (claims, "claim"); i++) {
    *out = claim_at (claims, i);
    if (g_strcmp0 (out->rx, rx) == 0)
      return TRUE;
  }
  *out = (Claim){ 0 };
  return FALSE;
}

void
fz_claim_describe (const FzFields *claims, const FzSession *session, const char *rx, gint64 now_us, FzFields *facts)
{
  Claim claim;

  if (!find (claims, rx, &claim))
    return;
  fz_fields_set (facts, "rx.first_look_by", claim.first_name);
  fz_fields_set (facts, "rx.first_look_number", claim.first);
  fz_fields_set_time (facts, "rx.first_look_at", claim.first_us);
  if (claim.until_us <= now_us)
    return;
  fz_fields_set (facts, "rx.claimed_by", claim.name);
  fz_fields_set_time (facts, "rx.claimed_until", claim.until_us);
  fz_fields_set_bool (facts, "rx.claimed_mine", g_strcmp0 (claim.number, session->number) == 0);
}

/* Everything but `rx`; what this session holds comes free, what ended long ago goes, and the oldest when there are too many. */
static FzFields *
others (const FzFields *claims, const FzSession *session, const char *rx, gint64 now_us)
{
  FzFields *kept = fz_fields_new ("fuzhen.review_claims/v1");
  guint n = claims != NULL ? fz_fields_count (claims, "claim") : 0;

  for (guint i = n > MOST ? n - MOST : 0; i < n; i++) {
    Claim claim = claim_at (claims, i);

    if (g_strcmp0 (claim.rx, rx) == 0 || claim.until_us < now_us - REMEMBERED_US)
      continue;
    if (g_strcmp0 (claim.number, session->number) == 0)
      claim.until_us = MIN (claim.until_us, now_us);
    add_claim (kept, &claim);
  }
  return kept;
}

static gboolean
keep (FzSession *session, FzTxn *txn, const FzFields *claims, const char *action, const char *rx, GError **error)
{
  return fz_profile_put (txn, PROFILE, claims, error) &&
         fz_session_audit (session, txn, action, "prescription", rx, "done", NULL, NULL, error);
}

gboolean
fz_claim_take (FzSession *session, FzTxn *txn, const char *rx, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) claims = fz_claims_read (txn, &why), after = NULL;
  gint64 now_us = fz_txn_now_us (txn), span_us = fz_review_number (session->desk, FZ_REVIEW_CLAIM_MINUTES) * MINUTE_US;
  const char *name = fz_fields_get (session->person, "name");
  Claim claim;
  gboolean mine;

  if (fz_store_is_read_only (session->desk->store, NULL))
    return TRUE; /* nobody decides on it here: there is nothing to hold */
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  find (claims, rx, &claim);
  mine = g_strcmp0 (claim.number, session->number) == 0;
  /* Held by another; or by this one for a good while yet: reading again writes nothing. */
  if (claim.until_us > now_us && (!mine || claim.until_us - now_us > span_us / 2))
    return TRUE;
  after = others (claims, session, rx, now_us);
  claim = (Claim){ rx, session->number, name, claim.first != NULL ? claim.first : session->number,
                   claim.first != NULL ? claim.first_name : name, now_us + span_us, claim.first != NULL ? claim.first_us : now_us };
  add_claim (after, &claim);
  return keep (session, txn, after, "review.claim", rx, error);
}

/* --- coming free --- */

typedef struct {
  FzSession *session;
  const char *rx; /* NULL: all of this session's */
} Release;

static gboolean
release_job (FzTxn *txn, gpointer data, GError **error)
{
  const Release *release = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (FzFields) claims = fz_claims_read (txn, &why), after = fz_fields_new ("fuzhen.review_claims/v1");
  gint64 now_us = fz_txn_now_us (txn);
  g_autofree char *freed = NULL;

  if (fz_store_is_read_only (release->session->desk->store, NULL))
    return TRUE;
  for (guint i = 0; claims != NULL && i < fz_fields_count (claims, "claim"); i++) {
    Claim claim = claim_at (claims, i);

    if (g_strcmp0 (claim.number, release->session->number) == 0 && claim.until_us > now_us &&
        (release->rx == NULL || g_strcmp0 (claim.rx, release->rx) == 0)) {
      g_free (freed);
      freed = g_strdup (claim.rx);
      claim.until_us = now_us;
    }
    add_claim (after, &claim);
  }
  if (why != NULL) {
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  return freed == NULL || keep (release->session, txn, after, "review.release", freed, error);
}

void
fz_claim_let_go (FzSession *session)
{
  Release release = { session, NULL };
  g_autoptr (GError) error = NULL;

  if (session->role == FZ_ROLE_PHARMACIST && session->desk->store != NULL && session->desk->current == session)
    fz_store_run (session->desk->store, FZ_TXN_RECORD, release_job, &release, &error);
}

gboolean
fz_desk_release_review (FzSession *session, const char *rx, GError **error)
{
  Release release = { session, rx };

  return fz_session_may (session, "prescription.review", "prescription", rx, error) &&
         fz_store_run (session->desk->store, FZ_TXN_RECORD, release_job, &release, error);
}
