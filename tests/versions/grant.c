/* One grant, folded: who may ask, who may decide, what may follow what, and which use a scope covers. Every cell of states, verdicts and roles. */
#include "core/date.h"
#include "core/grant.h"

#include <string.h>

#define ASKED_US G_GINT64_CONSTANT (1772413200000000) /* 2026-03-02 09:00 at Beijing */

static FzFields *
add_at (const FzFields *before, FzFields *take_body, FzRole role, const char *person, gint64 at_us, GError **error)
{
  g_autoptr (FzFields) body = take_body;
  g_autoptr (FzDocument) document = NULL;

  fz_fields_set (body, "visit", "@GNT-000001");
  document = fz_document_new (body, "— test/key AAAA\n", role, person, at_us, error);
  g_assert_nonnull (document);
  return fz_grant_fold (before, document, error);
}

static FzFields *
add (const FzFields *before, FzFields *take_body, FzRole role, const char *person, GError **error)
{
  return add_at (before, take_body, role, person, ASKED_US, error);
}

static FzFields *
ask_body (const char *kind)
{
  FzFields *body = fz_fields_new (FZ_GRANT_KIND);

  fz_fields_set (body, "id", "GNT-000001-ask-00");
  fz_fields_set (body, "proposal", "GNT-000001");
  fz_fields_set (body, "kind", kind);
  fz_fields_set (body, "purpose", "P01");
  fz_fields_set (body, "purpose_label", "药物临床应用监测与评价");
  fz_fields_set (body, "words", "月度分析");
  fz_fields_set (body, "times", "2");
  fz_fields_set (body, "until_on", "2026-03-05");
  fz_fields_set (body, "scope.report", "drug-use");
  fz_fields_set (body, "asker.name", "甲");
  return body;
}

static FzFields *
decision_body (const FzFields *grant, const char *verdict)
{
  FzFields *body = fz_fields_new (FZ_GRANT_DECISION_KIND);

  fz_fields_set (body, "id", "GNT-000001-decision-00");
  fz_fields_set (body, "proposal", fz_fields_get (grant, "grant.id"));
  fz_fields_set (body, "note_sha256", fz_fields_get (grant, "grant.note_sha256"));
  fz_fields_set (body, "verdict", verdict);
  fz_fields_set (body, "decider.name", "乙");
  return body;
}

/* Letters: D doctor, P pharmacist, A affairs, S security, Y system, U audit. */
static const struct {
  const char *word, *ask, *decide;
} kinds[] = {
  { "profiling", "PA", "AS" }, { "export", "DPA", "AS" }, { "rights", "S", "AS" }, { "purge", "YA", "AS" }, { "inspection", "A", "AS" },
};

static gboolean
has_role (const char *letters, FzRole role)
{
  static const char of[FZ_N_ROLES] = { [FZ_ROLE_DOCTOR] = 'D', [FZ_ROLE_PHARMACIST] = 'P', [FZ_ROLE_AFFAIRS] = 'A', [FZ_ROLE_SECURITY] = 'S',
                                       [FZ_ROLE_SYSTEM] = 'Y', [FZ_ROLE_AUDIT] = 'U' };

  return of[role] != '\0' && strchr (letters, of[role]) != NULL;
}

static FzRole
first_role (const char *letters)
{
  for (FzRole role = FZ_ROLE_DOCTOR; role < FZ_N_ROLES; role++)
    if (has_role (letters, role))
      return role;
  g_assert_not_reached ();
}

static void
who_asks (void)
{
  g_assert_cmpuint (G_N_ELEMENTS (kinds), ==, FZ_N_GRANT_KINDS);
  for (guint k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (FzRole role = FZ_ROLE_NONE; role < FZ_N_ROLES; role++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (FzFields) facts = add (NULL, ask_body (kinds[k].word), role, "person-1", &error);

      if (has_role (kinds[k].ask, role)) {
        g_assert_no_error (error);
        g_assert_cmpstr (fz_fields_get (facts, "grant.state"), ==, "asked");
        g_assert_true (fz_fields_is_yes (facts, "grant.open"));
        g_assert_cmpstr (fz_fields_get (facts, "scope.report"), ==, "drug-use");
      } else {
        g_assert_null (facts);
        g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
      }
    }
}

static FzFields *
opened (guint kind, gboolean granted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) asked = add (NULL, ask_body (kinds[kind].word), first_role (kinds[kind].ask), "person-1", &error);

  g_assert_no_error (error);
  if (!granted)
    return g_steal_pointer (&asked);
  {
    FzFields *facts = add (asked, decision_body (asked, "approved"), FZ_ROLE_SECURITY, "person-2", &error);

    g_assert_no_error (error);
    return facts;
  }
}

static const char *const verdicts[] = { "approved", "declined", "withdrawn", "revoked" };

/* What each verdict makes of an asked and of a granted one, by who asked and by another; NULL: refused. */
static const struct {
  gboolean granted, mine;
  const char *state[G_N_ELEMENTS (verdicts)];
} cells[] = {
  { FALSE, FALSE, { "granted", "declined", NULL, NULL } },
  { FALSE, TRUE, { NULL, NULL, "withdrawn", NULL } },
  { TRUE, FALSE, { NULL, NULL, NULL, "revoked" } },
  { TRUE, TRUE, { NULL, NULL, "withdrawn", NULL } },
};

static void
check_cell (guint kind, guint c, guint v, FzRole role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) before = opened (kind, cells[c].granted);
  g_autoptr (FzFields) after = add (before, decision_body (before, verdicts[v]), role, cells[c].mine ? "person-1" : "person-2", &error);

  if (cells[c].state[v] == NULL || (!cells[c].mine && !has_role (kinds[kind].decide, role))) {
    g_assert_null (after);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (after, "grant.state"), ==, cells[c].state[v]);
  g_assert_false (fz_fields_is_yes (after, "grant.open"));
  g_assert_cmpstr (fz_fields_get (after, cells[c].granted ? "grant.ended_by" : "grant.decided_by"), ==, "乙");
}

static void
every_cell (void)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (guint c = 0; c < G_N_ELEMENTS (cells); c++)
      for (guint v = 0; v < G_N_ELEMENTS (verdicts); v++)
        for (FzRole role = FZ_ROLE_DOCTOR; role < FZ_N_ROLES; role++)
          check_cell (kind, c, v, role);
}

static void
over_is_over (void)
{
  static const char *const ends[] = { "declined", "withdrawn" };

  for (guint e = 0; e < G_N_ELEMENTS (ends); e++)
    for (guint v = 0; v < G_N_ELEMENTS (verdicts); v++) {
      g_autoptr (GError) error = NULL;
      g_autoptr (FzFields) before = opened (0, FALSE);
      g_autoptr (FzFields) ended = add (before, decision_body (before, ends[e]), FZ_ROLE_AFFAIRS, e == 0 ? "person-2" : "person-1", &error);
      g_autoptr (FzFields) again = NULL;

      g_assert_no_error (error);
      again = add (ended, decision_body (ended, verdicts[v]), FZ_ROLE_AFFAIRS, "person-3", &error);
      g_assert_null (again);
      g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
    }
}

static void
bad_request (const char *key, const char *value, FzErrorCode code)
{
  g_autoptr (GError) error = NULL;
  FzFields *body = ask_body ("profiling");
  g_autoptr (FzFields) facts = NULL;

  fz_fields_set (body, key, value);
  facts = add (NULL, body, FZ_ROLE_AFFAIRS, "person-1", &error);
  g_assert_null (facts);
  g_assert_error (error, FZ_ERROR, (int) code);
}

static void
odd_requests (void)
{
  static const char *const keys[] = { "proposal", "purpose", "purpose_label", "words", "times", "until_on", "asker.name" };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) before = opened (0, FALSE), after = NULL, late = NULL;
  FzFields *other = decision_body (before, "approved");

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    bad_request (keys[i], NULL, FZ_ERROR_INVALID);
  bad_request ("kind", "anything", FZ_ERROR_INVALID);
  bad_request ("times", "0", FZ_ERROR_INVALID);
  bad_request ("until_on", "2026-03-01", FZ_ERROR_INVALID);
  bad_request ("until_on", "2026-02-30", FZ_ERROR_INVALID);
  bad_request ("scope.other", "x", FZ_ERROR_INVALID);
  bad_request ("scope.from", "2026-03-01", FZ_ERROR_INVALID);
  bad_request ("scope.each", "month", FZ_ERROR_INVALID);
  /* A decision over other bytes is a decision over nothing. */
  fz_fields_set (other, "note_sha256", "0000000000000000000000000000000000000000000000000000000000000000");
  after = add (before, other, FZ_ROLE_SECURITY, "person-2", &error);
  g_assert_null (after);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  late = add_at (before, decision_body (before, "approved"), FZ_ROLE_SECURITY, "person-2", ASKED_US + 4 * FZ_US_PER_DAY, &error);
  g_assert_null (late);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
}

/* Used up and run out follow from uses and clock. */
static void
stands (void)
{
  g_autoptr (FzFields) asked = opened (0, FALSE), granted = opened (0, TRUE);
  gint64 end = fz_grant_until_us (granted);

  g_assert_cmpint (end, ==, G_GINT64_CONSTANT (1772726400000000)); /* 2026-03-06 00:00 at Beijing */
  g_assert_cmpint (fz_grant_state_at (asked, 0, end - 1), ==, FZ_GRANT_ASKED);
  g_assert_cmpint (fz_grant_state_at (asked, 0, end), ==, FZ_GRANT_EXPIRED);
  g_assert_cmpint (fz_grant_state_at (granted, 1, end - 1), ==, FZ_GRANT_GRANTED);
  g_assert_cmpint (fz_grant_state_at (granted, 1, end), ==, FZ_GRANT_EXPIRED);
  g_assert_cmpint (fz_grant_state_at (granted, 2, ASKED_US), ==, FZ_GRANT_USED);
}

/* --- scope --- */

/* "report=x from=2026-03-01 to=2026-03-31" */
static FzFields *
scope_of (const char *text)
{
  FzFields *scope = fz_fields_new ("fuzhen.grant_scope/v1");
  g_auto (GStrv) pairs = g_strsplit (text, " ", -1);

  for (guint i = 0; pairs[i] != NULL && *pairs[i] != '\0'; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    fz_fields_set (scope, pair[0], pair[1]);
  }
  return scope;
}

static const struct {
  const char *granted, *wanted;
  gboolean covers;
} scopes[] = {
  { "", "", TRUE },
  { "report=a", "report=a", TRUE },
  { "report=a", "report=b", FALSE },
  { "report=a", "", FALSE },
  { "", "report=a", FALSE },
  { "report=a by=drug", "report=a by=doctor", FALSE },
  { "report=a by=drug", "report=a by=drug drug=FZ0001", FALSE },
  { "report=a from=2026-03-01 to=2026-03-31", "report=a from=2026-03-01 to=2026-03-31", TRUE },
  { "subject=a from=2026-03-01 to=2026-03-31", "subject=a from=2026-03-05 to=2026-03-05", TRUE },
  { "subject=a from=2026-03-01 to=2026-03-31", "subject=a from=2026-03-05 to=2026-04-05", FALSE },
  { "report=a from=2026-03-01 to=2026-03-31", "report=a from=2026-03-05 to=2026-03-05", FALSE },
  { "report=a from=2026-03-01 to=2026-03-31", "report=a from=2026-02-28 to=2026-03-05", FALSE },
  { "report=a from=2026-03-01 to=2026-03-31", "report=a from=2026-03-05 to=2026-04-01", FALSE },
  { "report=a from=2026-03-01 to=2026-03-31", "report=a", FALSE },
  { "report=a", "report=a from=2026-03-01 to=2026-03-31", FALSE },
  { "report=a from=2026-01-01 to=2026-12-31 each=month", "report=a from=2026-02-01 to=2026-02-28", TRUE },
  { "report=a from=2026-01-01 to=2026-12-31 each=month", "report=a from=2026-02-01 to=2026-02-27", FALSE },
  { "report=a from=2026-01-01 to=2026-12-31 each=month", "report=a from=2026-02-01 to=2026-03-31", FALSE },
  { "report=a from=2026-01-01 to=2026-12-31 each=month", "report=a from=2027-01-01 to=2027-01-31", FALSE },
  { "report=a from=2026-01-01 to=2026-12-31 each=month", "report=a from=2026-01-01 to=2026-12-31 each=month", FALSE },
};

static void
covers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scopes); i++) {
    g_autoptr (FzFields) granted = scope_of (scopes[i].granted), wanted = scope_of (scopes[i].wanted);

    if (fz_grant_scope_covers (granted, wanted) != scopes[i].covers)
      g_error ("“%s” for “%s”: %s", scopes[i].granted, scopes[i].wanted, scopes[i].covers ? "should do" : "should not do");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/grant/who-asks", who_asks);
  g_test_add_func ("/grant/every-cell", every_cell);
  g_test_add_func ("/grant/over-is-over", over_is_over);
  g_test_add_func ("/grant/odd-requests", odd_requests);
  g_test_add_func ("/grant/stands", stands);
  g_test_add_func ("/grant/covers", covers);
  return g_test_run ();
}
