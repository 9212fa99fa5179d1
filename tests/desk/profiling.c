/* Nobody counts medicines alone (防统方): leave by a second person, what it covers, how often; and what is refused without. */
#include "app/grant.h"
#include "db/grants.h"
#include "tests/desk/world.h"

#include <string.h>

/* --- the parts --- */

/* "kind=profiling purpose=P01 …"; `_` stands for a blank inside a value. */
static FzFields *
facts_of (const char *text)
{
  FzFields *facts = fz_fields_new ("fuzhen.grant_ask/v1");
  g_auto (GStrv) pairs = g_strsplit (text, " ", -1);

  for (guint i = 0; pairs[i] != NULL && *pairs[i] != '\0'; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    g_strdelimit (pair[1], "_", ' ');
    fz_fields_set (facts, pair[0], pair[1]);
  }
  return facts;
}

#define USUAL "kind=profiling purpose=P01 words=月度用药分析 times=2 until_on=2026-03-10 scope.report=test scope.by=drug scope.from=2026-02-01 scope.to=2026-02-28"
#define SCOPE "report=test by=drug from=2026-02-01 to=2026-02-28"

static FzSheet *
prepare (World *w, const char *text, GError **error)
{
  g_autoptr (FzFields) facts = facts_of (text);

  return fz_desk_prepare_grant (w->session, facts, error);
}

/* The id of a signed request. */
static char *
ask (World *w, const char *number, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = prepare (w, text, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, strlen ("GNT-000001"));
}

static void
decide (World *w, const char *number, const char *id, const char *verdict)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, number);
  sheet = fz_desk_prepare_grant_decision (w->session, id, verdict, "已核对", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

typedef struct {
  FzSession *session;
  const char *kind;
  const FzFields *scope;
  char *id;
} Use;

static gboolean
use_job (FzTxn *txn, gpointer data, GError **error)
{
  Use *use = data;

  return fz_grant_use (use->session, txn, use->kind, use->scope, &use->id, error);
}

/* One use in a job of its own. */
static gboolean
use (World *w, const char *kind, const char *scope_text, GError **error)
{
  g_autoptr (FzFields) scope = facts_of (scope_text);
  Use what = { w->session, kind, scope, NULL };
  gboolean good = fz_store_run (w->desk->store, FZ_TXN_RECORD, use_job, &what, error);

  g_free (what.id);
  return good;
}

static FzFields *
find_grant (World *w, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_grants (w->session, NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "grant.id"), id) == 0)
      return fz_fields_ref (rows->pdata[i]);
  return NULL;
}

static void
assert_state (World *w, const char *id, const char *state)
{
  g_autoptr (FzFields) grant = find_grant (w, id);

  g_assert_nonnull (grant);
  g_assert_cmpstr (fz_fields_get (grant, "grant.state"), ==, state);
}

/* --- a grant --- */

static void
two_persons (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) row = NULL;
  g_autofree char *id = NULL;
  guint64 from;

  world_sign_in (w, "A3001");
  g_assert_false (use (w, "profiling", SCOPE, &error));
  expect_error (TRUE, &error, FZ_ERROR_REFUSED, "授权");
  id = ask (w, "A3001", USUAL);
  g_assert_cmpstr (id, ==, "GNT-000001");
  expect_error (!use (w, "profiling", SCOPE, &error), &error, FZ_ERROR_REFUSED, "另一人批准");
  expect_error (fz_desk_prepare_grant_decision (w->session, id, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  decide (w, "S4001", id, "approved");
  expect_error (!use (w, "profiling", SCOPE, &error), &error, FZ_ERROR_REFUSED, "授权"); /* who granted it does not hold it */
  world_sign_in (w, "A3001");
  from = world_audit_size (w);
  expect_error (!use (w, "profiling", "report=test by=doctor from=2026-02-01 to=2026-02-28", &error), &error, FZ_ERROR_REFUSED, "范围");
  expect_error (!use (w, "profiling", "report=test by=drug from=2026-02-01 to=2026-03-01", &error), &error, FZ_ERROR_REFUSED, "范围");
  expect_error (!use (w, "export", SCOPE, &error), &error, FZ_ERROR_REFUSED, "授权");
  g_assert_cmpuint (world_audit_count (w, from, "profiling.use", "done"), ==, 0);
  g_assert_true (use (w, "profiling", SCOPE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "profiling.use", "done"), ==, 1);
  row = find_grant (w, id);
  g_assert_cmpstr (fz_fields_get (row, "grant.left"), ==, "1");
  g_assert_cmpstr (fz_fields_get (row, "use.00.staff"), ==, "A3001");
  g_assert_cmpstr (fz_fields_get (row, "use.00.scope.by"), ==, "drug");
  g_assert_true (use (w, "profiling", SCOPE, &error));
  expect_error (!use (w, "profiling", SCOPE, &error), &error, FZ_ERROR_REFUSED, "授权");
  assert_state (w, id, "used");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM signature s JOIN document d ON d.number = s.document WHERE d.kind LIKE 'fuzhen.grant/%'"), ==, 2);
}

/* The same natural person in another account is the same person. */
static void
own_by_identity (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = ask (w, "A3001", USUAL), *person = g_strdup (fz_fields_get (w->session->person, "person"));
  FzFields *same;

  world_sign_in (w, "S4001");
  same = fz_fields_dup (w->session->person, NULL);
  fz_fields_set (same, "person", person);
  fz_fields_unref (w->session->person);
  w->session->person = fz_fields_freeze (same);
  expect_error (fz_desk_prepare_grant_decision (w->session, id, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "两个账号");
}

static void
runs_out (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = ask (w, "P2001", USUAL), *late = NULL, *first = NULL;

  decide (w, "A3001", id, "approved");
  world_sign_in (w, "P2001");
  world_pass (w, 8 * 24 * 3600);
  g_assert_true (use (w, "profiling", SCOPE, &error)); /* of its last day */
  g_assert_no_error (error);
  world_pass (w, 24 * 3600);
  expect_error (!use (w, "profiling", SCOPE, &error), &error, FZ_ERROR_REFUSED, "授权");
  assert_state (w, id, "expired");
  /* What is asked for too long, too often, for nothing or for a purpose of another kind never gets as far as a PIN. */
  expect_error (prepare (w, "kind=profiling purpose=P01 words=x times=1 until_on=2026-09-01 scope.report=test", &error) == NULL, &error,
                FZ_ERROR_INVALID, "有效期");
  expect_error (prepare (w, "kind=profiling purpose=P01 words=x times=900 until_on=2026-03-20 scope.report=test", &error) == NULL, &error,
                FZ_ERROR_INVALID, "次数");
  expect_error (prepare (w, "kind=profiling purpose=E01 words=x times=1 until_on=2026-03-20 scope.report=test", &error) == NULL, &error,
                FZ_ERROR_INVALID, "用途");
  expect_error (prepare (w, "kind=profiling purpose=P01 times=1 until_on=2026-03-20 scope.report=test", &error) == NULL, &error, FZ_ERROR_INVALID,
                "理由");
  expect_error (prepare (w, "kind=rights purpose=R01 words=x times=1 until_on=2026-03-20 scope.person=D1001", &error) == NULL, &error,
                FZ_ERROR_REFUSED, "角色");
  /* Undecided when its last day is over: too late. */
  late = ask (w, "P2001", "kind=profiling purpose=P01 words=x times=1 until_on=2026-03-13 scope.report=test");
  world_pass (w, 3 * 24 * 3600);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_grant_decision (w->session, late, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "截止日期");
  assert_state (w, late, "expired");
}

/* A routine report of each month rests on one grant a year; a half month is none of its months. */
static void
each_month (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = ask (w, "A3001",
                             "kind=profiling purpose=P02 words=月报 times=12 until_on=2026-12-31 scope.report=test scope.from=2026-01-01 "
                             "scope.to=2026-12-31 scope.each=month");

  decide (w, "S4001", id, "approved");
  world_sign_in (w, "A3001");
  g_assert_true (use (w, "profiling", "report=test from=2026-01-01 to=2026-01-31", &error));
  g_assert_true (use (w, "profiling", "report=test from=2026-02-01 to=2026-02-28", &error));
  g_assert_no_error (error);
  expect_error (!use (w, "profiling", "report=test from=2026-01-01 to=2026-02-28", &error), &error, FZ_ERROR_REFUSED, "授权");
}

static void
taken_back (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) theirs = NULL;
  g_autoptr (FzFields) waiting = NULL;
  g_autofree char *declined = ask (w, "P2001", USUAL), *withdrawn = NULL, *revoked = NULL;

  theirs = fz_desk_list_deadlines (w->session, &error);
  g_assert_null (theirs); /* a pharmacist has none */
  g_clear_error (&error);
  world_sign_in (w, "P2002");
  g_assert_null (find_grant (w, declined)); /* what others ask for is not theirs to see */
  world_sign_in (w, "S4001");
  waiting = find_grant (w, declined);
  g_assert_true (fz_fields_is_yes (waiting, "grant.may_decide"));
  g_assert_cmpstr (fz_fields_get (waiting, "grant.line.00"), ==, "报表：test");
  {
    g_autoptr (GPtrArray) due = fz_desk_list_deadlines (w->session, &error);
    guint found = 0;

    g_assert_no_error (error);
    for (guint i = 0; i < due->len; i++)
      found += g_strcmp0 (fz_fields_get (due->pdata[i], "kind"), "grant") == 0 && g_strcmp0 (fz_fields_get (due->pdata[i], "on"), "2026-03-04") == 0;
    g_assert_cmpuint (found, ==, 1);
  }
  expect_error (fz_desk_prepare_grant_decision (w->session, declined, "declined", " ", &error) == NULL, &error, FZ_ERROR_INVALID, "理由");
  decide (w, "S4001", declined, "declined");
  withdrawn = ask (w, "P2001", USUAL);
  decide (w, "P2001", withdrawn, "withdrawn");
  revoked = ask (w, "P2001", USUAL);
  decide (w, "A3001", revoked, "approved");
  decide (w, "S4001", revoked, "revoked");
  world_sign_in (w, "P2001");
  expect_error (!use (w, "profiling", SCOPE, &error), &error, FZ_ERROR_REFUSED, "授权");
  assert_state (w, declined, "declined");
  assert_state (w, withdrawn, "withdrawn");
  assert_state (w, revoked, "revoked");
}

/* --- the store is the last gate --- */

static gboolean
use_anyway (FzTxn *txn, gpointer data, GError **error)
{
  Use *what = data;
  gint64 position = 0;

  return fz_grants_add_use (txn, what->id, "A3001", what->scope, &position, error);
}

/* Even code that forgot to ask whether it may uses no more than what was granted. */
static void
store_refuses (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) scope = facts_of (SCOPE);
  g_autofree char *id = ask (w, "A3001", USUAL);
  Use what = { w->session, "profiling", scope, id };

  g_assert_false (fz_store_run (w->desk->store, FZ_TXN_LOCAL, use_anyway, &what, &error));
  g_assert_nonnull (strstr (error->message, "beyond what was granted"));
  g_clear_error (&error);
  decide (w, "S4001", id, "approved");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, use_anyway, &what, &error));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, use_anyway, &what, &error));
  g_assert_no_error (error);
  g_assert_false (fz_store_run (w->desk->store, FZ_TXN_LOCAL, use_anyway, &what, &error));
  g_clear_error (&error);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM access_grant_use"), ==, 2);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/grant/two-persons", two_persons);
  world_add_test ("/desk/grant/own-by-identity", own_by_identity);
  world_add_test ("/desk/grant/runs-out", runs_out);
  world_add_test ("/desk/grant/each-month", each_month);
  world_add_test ("/desk/grant/taken-back", taken_back);
  world_add_test ("/desk/grant/store-refuses", store_refuses);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
