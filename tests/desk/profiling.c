/* Nobody counts medicines alone (防统方): leave by a second person, what it covers, how often; and what is refused without. */
#include "app/grant.h"
#include "core/date.h"
#include "db/documents.h"
#include "db/grants.h"
#include "db/profile.h"
#include "db/visits.h"
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
  g_autofree char *id = ask (w, "P2001", USUAL), *late = NULL;

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
  g_assert_no_error (error);
  for (guint i = 0; i < theirs->len; i++) /* nobody waits for a pharmacist's leave */
    g_assert_cmpstr (fz_fields_get (theirs->pdata[i], "kind"), !=, "grant");
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

/* --- what a rep would like to know: prescriptions planted by medicine and doctor --- */

#define N_DRUGS 4
#define N_DOCTORS 3

static const char *const planted_drugs[N_DRUGS][2] = {
  { "FZ0001", "甲药合成片" }, { "FZ0002", "乙药合成片" }, { "FZ0003", "丙药合成片" }, { "FZ0004", "丁药合成片" }
};
static const char *const planted_doctors[N_DOCTORS][2] = { { "D1001", "林若溪" }, { "D1002", "合成甲" }, { "D1003", "合成乙" } };
static const guint planted[N_DRUGS][N_DOCTORS] = { { 30, 7, 2 }, { 12, 25, 9 }, { 1, 3, 40 }, { 18, 18, 18 } };

typedef struct {
  guint n; /* so far */
} Plant;

static FzFields *
planted_rx (const char *id, guint drug, guint doctor, gint64 signed_us)
{
  FzFields *rx = fz_fields_new ("fuzhen.rx_facts/v1");

  fz_fields_set (rx, "rx.id", id);
  fz_fields_set (rx, "rx.visit", "V0");
  fz_fields_set (rx, "rx.stage", "dispensed");
  fz_fields_set (rx, "rx.verdict", "approved");
  fz_fields_set_time (rx, "rx.signed_at", signed_us);
  fz_fields_set_time (rx, "rx.reviewed_at", signed_us + FZ_US_PER_SECOND);
  fz_fields_set_time (rx, "rx.dispensed_at", signed_us + 2 * FZ_US_PER_SECOND);
  fz_fields_set_time (rx, "rx.valid_until", signed_us + 3 * FZ_US_PER_DAY);
  fz_fields_set (rx, "rx.doctor_number", planted_doctors[doctor][0]);
  fz_fields_set (rx, "rx.doctor_name", planted_doctors[doctor][1]);
  fz_fields_set (rx, "rx.department_name", doctor == 0 ? "心血管内科" : "内分泌科");
  fz_fields_set (rx, "patient.name", "合成人");
  fz_fields_set_int (rx, "rx.n_items", 1);
  fz_fields_set_at (rx, "rx.item", 0, "drug", planted_drugs[drug][0]);
  fz_fields_set_at (rx, "rx.item", 0, "generic", planted_drugs[drug][1]);
  fz_fields_set_at (rx, "rx.item", 0, "strength", "5mg");
  fz_fields_set_at (rx, "rx.item", 0, "unit", "盒");
  fz_fields_set_int_at (rx, "rx.item", 0, "quantity", 2);
  return fz_fields_freeze (rx);
}

static gboolean
plant_one (FzTxn *txn, Plant *plant, guint drug, guint doctor, GError **error)
{
  gint64 signed_us = world_first_us () - 20 * FZ_US_PER_DAY + (gint64) plant->n * 60 * FZ_US_PER_SECOND;
  g_autofree char *id = g_strdup_printf ("CF-PLANTED-%04u", plant->n++);
  g_autoptr (FzFields) rx = planted_rx (id, drug, doctor, signed_us), body = fz_fields_new ("fuzhen.prescription/v1");
  g_autoptr (FzDocument) document = NULL;

  fz_fields_set (body, "id", id);
  fz_fields_set (body, "visit", "V0");
  document = fz_document_new (body, "— test/key AAAA\n", FZ_ROLE_DOCTOR, "planted", signed_us, error);
  return document != NULL && fz_documents_add (txn, document, error) &&
         fz_rx_put (txn, id, "V0", FZ_RX_DISPENSED, signed_us, signed_us + FZ_US_PER_SECOND, signed_us + 3 * FZ_US_PER_DAY, rx, error);
}

static gboolean
plant_all (FzTxn *txn, gpointer data, GError **error)
{
  for (guint drug = 0; drug < N_DRUGS; drug++)
    for (guint doctor = 0; doctor < N_DOCTORS; doctor++)
      for (guint i = 0; i < planted[drug][doctor]; i++)
        if (!plant_one (txn, data, drug, doctor, error))
          return FALSE;
  return TRUE;
}

static void
plant (World *w)
{
  g_autoptr (GError) error = NULL;
  Plant what = { 0 };

  g_free (world_prescribe (w, 0, "V0"));
  fz_store_run (w->desk->store, FZ_TXN_LOCAL, plant_all, &what, &error);
  g_assert_no_error (error);
}

/* Planted documents are signed by nobody: this store is not judged at the end. */
static void
uproot (World *w)
{
  g_clear_pointer (&w->session, fz_session_unref);
  world_close (w);
}

/* --- the rep's friend: everything a role is given, scored --- */

/* Pieces of text that came together, as a row or a report does. */
typedef struct {
  gint64 found[N_DRUGS][N_DOCTORS];
} Score;

typedef struct {
  GString *text;
} Dump;

static void
dump_pair (const char *key, const char *value, gpointer data)
{
  g_string_append_printf (((Dump *) data)->text, "%s=%s\n", key, value);
}

/* One row: a medicine and a doctor in it are one prescription known. */
static void
score_row (Score *score, const FzFields *row, int asked_drug)
{
  Dump dump = { g_string_new (NULL) };

  fz_fields_foreach (row, dump_pair, &dump);
  for (guint drug = 0; drug < N_DRUGS; drug++)
    for (guint doctor = 0; doctor < N_DOCTORS; doctor++)
      if ((asked_drug == (int) drug || strstr (dump.text->str, planted_drugs[drug][0]) != NULL || strstr (dump.text->str, planted_drugs[drug][1]) != NULL) &&
          (strstr (dump.text->str, planted_doctors[doctor][0]) != NULL || strstr (dump.text->str, planted_doctors[doctor][1]) != NULL) &&
          (strstr (dump.text->str, "CF-PLANTED") != NULL))
        score->found[drug][doctor]++;
  g_string_free (dump.text, TRUE);
}

/* All pages of one list, with words to look for (NULL: none). */
static void
score_list (World *w, FzList list, const char *words, int asked_drug, Score *score)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  gboolean more = TRUE;

  fz_fields_set (filter, "words", words);
  fz_fields_set_time (filter, "from", G_GINT64_CONSTANT (1000000));
  fz_fields_set_int (filter, "limit", 50);
  while (more) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GPtrArray) rows = fz_desk_list (w->session, list, filter, &error);

    for (guint i = 0; rows != NULL && i < rows->len; i++)
      score_row (score, rows->pdata[i], asked_drug);
    more = rows != NULL && rows->len == 50;
    if (more)
      fz_fields_set (filter, "after", fz_fields_get (rows->pdata[49], "cursor"));
    if (list == FZ_LIST_CATALOGUE || list == FZ_LIST_STAFF)
      break;
  }
}

static void
score_reports (World *w, Score *score)
{
  static const char *const names[] = { "daily", "comment", "drug-use", "drug-department", "drug-doctor", "antibacterial" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint day = 0; day < 30; day += 5) {
      gint64 from = world_first_us () - (gint64) (30 - day) * FZ_US_PER_DAY;
      g_autoptr (GError) error = NULL;
      g_autoptr (FzFields) report = fz_desk_report (w->session, &(FzReportWanted) { .name = names[i], .from_us = from, .to_us = from + 30 * FZ_US_PER_DAY }, &error);

      if (report != NULL)
        score_row (score, report, -1);
    }
}

static void
score_singles (World *w, Score *score)
{
  for (guint i = 1; i < 40; i++) {
    g_autoptr (FzFields) row = fz_desk_read_outbox (w->session, i, NULL);

    if (row != NULL)
      score_row (score, row, -1);
  }
  for (guint i = 0; i < 30; i++) {
    g_autofree char *id = g_strdup_printf ("CF-PLANTED-%04u", i * 6);
    g_autoptr (FzFields) rx = fz_desk_read_prescription (w->session, id, NULL);

    if (rx != NULL)
      score_row (score, rx, -1);
  }
}

static void
score_rest (World *w, Score *score)
{
  g_autoptr (FzFields) overview = fz_desk_overview (w->session, NULL), status = fz_desk_status (w->session);
  g_autoptr (GPtrArray) deadlines = fz_desk_list_deadlines (w->session, NULL), grants = fz_desk_list_grants (w->session, NULL, NULL);

  if (overview != NULL)
    score_row (score, overview, -1);
  score_row (score, status, -1);
  for (guint i = 0; deadlines != NULL && i < deadlines->len; i++)
    score_row (score, deadlines->pdata[i], -1);
  for (guint i = 0; grants != NULL && i < grants->len; i++)
    score_row (score, grants->pdata[i], -1);
}

/* The part of what was planted that is known by pair; both per medicine and doctor, so a total of all says nothing here. */
static double
recovered (const Score *score)
{
  gint64 found = 0, all = 0;

  for (guint drug = 0; drug < N_DRUGS; drug++)
    for (guint doctor = 0; doctor < N_DOCTORS; doctor++) {
      all += planted[drug][doctor];
      found += MIN (score->found[drug][doctor], (gint64) planted[drug][doctor]);
    }
  return (double) found / (double) all;
}

static void
scored (World *w, const char *number, Score *score)
{
  world_sign_in (w, number);
  for (FzList list = FZ_LIST_WAITING; list <= FZ_LIST_CATALOGUE; list++) {
    score_list (w, list, NULL, -1, score);
    for (guint drug = 0; drug < N_DRUGS; drug++)
      score_list (w, list, planted_drugs[drug][1], (int) drug, score);
  }
  score_reports (w, score);
  score_singles (w, score);
  score_rest (w, score);
}

static void
nobody_recovers (World *w)
{
  static const char *const numbers[] = { "D1004", "P2001", "P2002", "A3001", "S4001", "S4002", "S4003" };

  plant (w);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++) {
    Score score = { 0 };

    scored (w, numbers[i], &score);
    if (recovered (&score) > 0)
      g_error ("%s gets %.0f %% of the prescriptions by medicine and doctor", numbers[i], 100 * recovered (&score));
  }
  uproot (w);
}

/* The scorer itself must find what is there to find: the rows as the store has them give everything. */
static gboolean
score_kept (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) rows = fz_rx_list (txn, FZ_RX_BY_TIME, (FzCursor) { 0, "" }, 1000, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    score_row (data, rows->pdata[i], -1);
  return rows != NULL;
}

static void
scorer_finds (World *w)
{
  Score score = { 0 };

  plant (w);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, score_kept, &score, NULL));
  g_assert_cmpfloat (recovered (&score), ==, 1.0);
  uproot (w);
}

/* --- with leave --- */

static gint64
cell_number (const FzFields *report, guint table, const char *first, const char *second, guint column)
{
  for (guint r = 0; r < 100; r++) {
    g_autofree char *row = g_strdup_printf ("table.%02u.row.%02u.cell", table, r);
    const char *a = fz_fields_get_at (report, row, 0, NULL), *b = fz_fields_get_at (report, row, 1, NULL);
    const char *value = fz_fields_get_at (report, row, column, NULL);

    if (a != NULL && strstr (a, first) != NULL && (second == NULL || g_strcmp0 (b, second) == 0))
      return value != NULL && g_ascii_isdigit (*value) ? g_ascii_strtoll (value, NULL, 10) : -1;
  }
  return -2;
}

static void
with_leave (World *w)
{
  gint64 from_us = world_first_us () - 7 * 3600 * FZ_US_PER_SECOND - 29 * FZ_US_PER_DAY, to_us = from_us + 28 * FZ_US_PER_DAY; /* 2026-02-01 to 02-28 */
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) report = NULL, again = NULL;
  g_autofree char *id = NULL;

  plant (w);
  world_sign_in (w, "A3001");
  expect_error (fz_desk_report (w->session, &(FzReportWanted) { .name = "drug-doctor", .from_us = from_us, .to_us = to_us }, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  g_assert_cmpuint (world_audit_count (w, 0, "profiling.use", "denied"), ==, 1);
  id = ask (w, "A3001", "kind=profiling purpose=P01 words=月度用药分析 times=1 until_on=2026-03-10 scope.report=drug-doctor scope.from=2026-02-01 scope.to=2026-02-28");
  decide (w, "S4001", id, "approved");
  world_sign_in (w, "A3001");
  expect_error (fz_desk_report (w->session, &(FzReportWanted) { .name = "drug-use", .from_us = from_us, .to_us = to_us }, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  expect_error (fz_desk_report (w->session, &(FzReportWanted) { .name = "drug-doctor", .from_us = from_us + FZ_US_PER_DAY, .to_us = to_us }, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  report = fz_desk_report (w->session, &(FzReportWanted) { .name = "drug-doctor", .from_us = from_us, .to_us = to_us }, &error);
  g_assert_no_error (error);
  g_assert_cmpint (cell_number (report, 0, "甲药", NULL, 1), ==, 39);
  g_assert_cmpint (cell_number (report, 0, "甲药", NULL, 2), ==, 78);
  for (guint drug = 0; drug < N_DRUGS; drug++)
    for (guint doctor = 0; doctor < N_DOCTORS; doctor++) {
      gint64 shown = cell_number (report, 1, planted_drugs[drug][1], planted_doctors[doctor][1], 2);

      g_assert_true (shown == -1 || shown == (gint64) planted[drug][doctor]);
      g_assert_true (shown == -1 || shown >= 5);
    }
  g_assert_cmpint (cell_number (report, 1, "丙药", planted_doctors[0][1], 2), ==, -1); /* 1 */
  g_assert_cmpint (cell_number (report, 1, "丁药", planted_doctors[2][1], 2), ==, 18);
  again = fz_desk_report (w->session, &(FzReportWanted) { .name = "drug-doctor", .from_us = from_us, .to_us = to_us }, &error);
  expect_error (again == NULL, &error, FZ_ERROR_REFUSED, "授权"); /* it was once */
  uproot (w);
}

/* The gate looks for itself: without a use of a grant for these very days it opens for no code. */
typedef struct {
  const char *grant;
} Gate;

static gboolean
open_gate (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzProfile) profile = fz_profile_open (txn, ((Gate *) data)->grant, "2026-02-01", "2026-02-28", error);

  return profile != NULL;
}

static void
gate_is_shut (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = ask (w, "A3001", USUAL);
  Gate gate = { id }, none = { "GNT-999999" };

  expect_error (!fz_store_run (w->desk->store, FZ_TXN_READ, open_gate, &none, &error), &error, FZ_ERROR_REFUSED, NULL);
  decide (w, "S4001", id, "approved");
  expect_error (!fz_store_run (w->desk->store, FZ_TXN_READ, open_gate, &gate, &error), &error, FZ_ERROR_REFUSED, NULL); /* not used yet */
  world_sign_in (w, "A3001");
  g_assert_true (use (w, "profiling", SCOPE, &error));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, open_gate, &gate, &error));
  decide (w, "S4001", id, "revoked");
  expect_error (!fz_store_run (w->desk->store, FZ_TXN_READ, open_gate, &gate, &error), &error, FZ_ERROR_REFUSED, NULL);
}

/* --- who looks at too much --- */

static guint
open_alarms (World *w, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) filter = facts_of ("open=yes");
  g_autoptr (GPtrArray) rows = NULL;
  guint n = 0;

  world_sign_in (w, "S4001");
  rows = fz_desk_list_alarms (w->session, filter, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    n += what == NULL || g_strcmp0 (fz_fields_get (rows->pdata[i], "alarm.what"), what) == 0;
  return n;
}

typedef struct {
  FzSession *session;
  guint n;
} Page;

/* As reading one prescription after another leaves it. */
static gboolean
page_through (FzTxn *txn, gpointer data, GError **error)
{
  Page *page = data;

  for (guint i = 0; i < page->n; i++) {
    g_autofree char *id = g_strdup_printf ("CF20260301-1%04u", i + 1);

    if (!fz_session_audit (page->session, txn, "prescription.read", "prescription", id, "done", NULL, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
paging_is_seen (World *w)
{
  g_autoptr (GError) error = NULL;
  Page page = { NULL, 599 };
  guint due = 0;

  world_sign_in (w, "P2001");
  page.session = w->session;
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, page_through, &page, &error));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, page_through, &page, &error)); /* the same again is nothing new */
  g_assert_cmpuint (open_alarms (w, NULL), ==, 0);
  world_sign_in (w, "P2001");
  page = (Page){ w->session, 600 };
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, page_through, &page, &error));
  g_assert_cmpuint (open_alarms (w, "case"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, 0, "profiling.alarm", "done"), ==, 1);
  {
    g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);

    for (guint i = 0; i < rows->len; i++)
      due += g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "alarm") == 0;
  }
  g_assert_cmpuint (due, ==, 1);
  expect_error (!fz_desk_settle_alarm (w->session, 1, " ", &error), &error, FZ_ERROR_INVALID, "核实");
  g_assert_true (fz_desk_settle_alarm (w->session, 1, "当日集中补审，已与药学部核对。", &error));
  expect_error (!fz_desk_settle_alarm (w->session, 1, "再说一次", &error), &error, FZ_ERROR_NOT_FOUND, "1");
  g_assert_cmpuint (open_alarms (w, NULL), ==, 0);
  /* The next day begins at nothing. */
  world_pass (w, 24 * 3600);
  world_sign_in (w, "P2001");
  page = (Page){ w->session, 10 };
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, page_through, &page, &error));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM reading"), ==, 10);
}

static void
guess (World *w, const char *id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) rx = fz_desk_read_prescription (w->session, id, &error);

  g_assert_null (rx);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
}

/* An honest day raises nothing; who counts on behind its last prescription does at once, and who guesses does before long. */
static void
counting_on (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *next = NULL;
  char *tail;

  world_review (w, "P2001", rx, "approved");
  world_dispense (w, rx);
  world_pass (w, 24 * 3600);
  g_assert_true (fz_desk_tick (w->session, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (open_alarms (w, NULL), ==, 0);
  tail = rx + strlen (rx) - 4;
  next = g_strdup_printf ("%.*s%04u", (int) (tail - rx), rx, (guint) g_ascii_strtoull (tail, NULL, 10) + 1);
  world_sign_in (w, "P2001");
  guess (w, next);
  g_assert_cmpuint (open_alarms (w, "canary"), ==, 1);
  world_sign_in (w, "P2002");
  for (guint i = 0; i < 9; i++) {
    g_autofree char *id = g_strdup_printf ("CF20250101-1%04u", i);

    guess (w, id);
  }
  g_assert_cmpuint (open_alarms (w, "missing"), ==, 0);
  world_sign_in (w, "P2002");
  guess (w, "CF20250101-10099");
  g_assert_cmpuint (open_alarms (w, "missing"), ==, 1);
}

/* Samples aimed at medicines tell how many prescriptions each has: so many a day. */
static void
aims_are_few (World *w)
{
  static const char *const values[] = { "甲", "乙", "丙", "丁", "戊", "己" };
  g_autofree char *rx = world_prescribe (w, 0, "V1");

  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "A3001");
  for (guint i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (FzFields) facts = facts_of ("kind=targeted from=2026-03-01 to=2026-03-02 target.kind=drug purpose=x size=30");
    g_autoptr (FzSheet) sheet = NULL;

    fz_fields_set (facts, "target.value", values[i]);
    sheet = fz_desk_prepare_comment_plan (w->session, facts, &error);
    expect_error (sheet == NULL, &error, FZ_ERROR_REFUSED, i < 5 ? "没有审核通过的处方" : "今天已经用完");
  }
  g_assert_cmpuint (world_audit_count (w, 0, "profiling.aim", "done"), ==, 5);
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
  world_add_test ("/desk/profiling/scorer-finds", scorer_finds);
  world_add_test ("/desk/profiling/nobody-recovers", nobody_recovers);
  world_add_test ("/desk/profiling/with-leave", with_leave);
  world_add_test ("/desk/profiling/gate-is-shut", gate_is_shut);
  world_add_test ("/desk/profiling/paging-is-seen", paging_is_seen);
  world_add_test ("/desk/profiling/counting-on", counting_on);
  world_add_test ("/desk/profiling/aims-are-few", aims_are_few);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
