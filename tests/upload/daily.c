/* Entries of registers on the wire: an adverse event when it is closed, an evaluation after its visit, and the sign-in of each day, which is empty
 * only when a person confirmed that there was nothing. */
#include "app/due_entry.h"
#include "db/outbox.h"
#include "tests/upload/live.h"

#include <string.h>

#define EVENTS "SELECT COUNT(*) FROM accepted WHERE method = 'pushMedicalDispute' AND json <> '[]'"
#define EMPTY "SELECT COUNT(*) FROM call WHERE method = 'pushMedicalDispute' AND plaintext = '[]'"

static FzSheet *
prepare (World *w, const char *name, const char *id, const char *move, const char *text, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.values/v1");
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);
    g_autofree char *key = g_strconcat ("field.", pair[0], NULL);

    fz_fields_set (facts, key, pair[1]);
  }
  return fz_desk_prepare_entry (w->session, name, id, move, facts, NULL, NULL, error);
}

static char *
step (World *w, const char *name, const char *id, const char *move, const char *text)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet = prepare (w, name, id, move, text, &error);
  g_autofree char *document = NULL;

  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

static char *
day (World *w, int ahead)
{
  return fz_date_format (fz_date_add_days (fz_date_in_beijing (fz_session_now_us (w->session)), ahead));
}

static char *
span (World *w, int from, int until)
{
  g_autofree char *a = day (w, from), *b = day (w, until);

  return g_strdup_printf ("from_day=%s|until_day=%s", a, b);
}

static void
confirm (World *w, int from, int until)
{
  g_autofree char *text = span (w, from, until);

  g_free (step (w, "daily-none", NULL, "confirm", text));
}

static void
expect_no_confirming (World *w, int from, int until, FzErrorCode code, const char *words)
{
  g_autofree char *text = span (w, from, until);
  g_autoptr (GError) error = NULL;

  expect_error (prepare (w, "daily-none", NULL, "confirm", text, &error) == NULL, &error, code, words);
}

static void
expect_state (World *w, const char *key, const char *state)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE key = '%s' AND state = '%s' AND id = (SELECT MAX(id) FROM outbox WHERE key = '%s')", key, state, key);

  if (world_ask (w, sql) != 1)
    g_error ("%s is not %s", key, state);
}

/* What the deadlines say of that day; "done": they do not speak of it. */
static void
expect_day (World *w, int ahead, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);
  g_autofree char *on = day (w, ahead);
  const char *found = "done";

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "daily") == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "on"), on) == 0)
      found = fz_fields_get (rows->pdata[i], "what");
  g_assert_cmpstr (found, ==, what);
}

static void
clear (World *w, Platform *platform)
{
  world_sign_in (w, "A3001");
  drop_other_drugs (w);
  go_live (w, platform);
  world_sign_in (w, "A3001");
}

static char *
report_event (World *w, const char *visit)
{
  g_autofree char *on = day (w, 0);
  g_autofree char *text = g_strdup_printf ("happened_on=%s|kind=drug_reaction|level=3|content=双踝水肿|handled=嘱复查%s%s", on, visit != NULL ? "|visit=" : "", visit != NULL ? visit : "");

  return step (w, "adverse-event", NULL, "report", text);
}

static void
close_event (World *w, const char *id)
{
  g_free (step (w, "adverse-event", id, "analyse", "cause=常见不良反应|external=no"));
  g_free (step (w, "adverse-event", id, "close", "measure=加强用药前告知|happened_at=08:05|report_department=药学部"));
}

/* Nobody confirmed: nothing is sent. One did: one empty call, once. */
static void
nothing_today (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");

  clear (w, platform);
  expect_day (w, 0, "open");
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, EMPTY), ==, 0);
  expect_no_confirming (w, -1, 0, FZ_ERROR_REFUSED, "补签");
  expect_no_confirming (w, 1, 0, FZ_ERROR_REFUSED, "不早于");
  expect_no_confirming (w, 0, 11, FZ_ERROR_REFUSED, "10");
  confirm (w, 0, 0);
  expect_day (w, 0, "waiting");
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, EMPTY), ==, 1);
  expect_day (w, 0, "done");
  expect_no_confirming (w, 0, 0, FZ_ERROR_CONFLICT, "不用再确认");
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, EMPTY), ==, 1);
}

/* The engine's own question: which row may go now. */
static gboolean
ask_next (FzTxn *txn, gpointer data, GError **error)
{
  FzOutboxDue due = { 0 };
  gint64 wait_us = 0;

  if (fz_outbox_next (txn, &due, &wait_us, error)) {
    *(char **) data = g_strdup (due.key);
    fz_outbox_due_clear (&due);
  }
  return *error == NULL;
}

static char *
next_key (World *w)
{
  g_autoptr (GError) error = NULL;
  char *key = NULL;

  fz_store_run (w->desk->store, FZ_TXN_READ, ask_next, &key, &error);
  g_assert_no_error (error);
  return key;
}

static gboolean
is_late (World *w)
{
  g_autoptr (FzFields) status = fz_desk_status (w->session);

  return fz_fields_is_yes (status, "daily.late");
}

/* Days of rest are confirmed ahead; each goes on its own day and not before its hour, and a day left out shows. On the scripted clock. */
static void
days_of_rest (World *w)
{
  g_autofree char *before = NULL, *at = NULL, *tomorrow = NULL, *key = NULL;

  world_sign_in (w, "A3001");
  drop_other_drugs (w);
  confirm (w, 1, 2);
  tomorrow = day (w, 1);
  key = g_strconcat ("none:", tomorrow, NULL);
  expect_state (w, key, "queued");
  expect_day (w, 0, "open");
  g_assert_false (is_late (w));
  world_pass (w, 13 * 3600); /* after 21:00 */
  world_sign_in (w, "A3001");
  g_assert_true (is_late (w));
  world_pass (w, 21 * 3600); /* 19:00 of the next day */
  world_sign_in (w, "A3001");
  expect_day (w, -1, "open"); /* nobody saw to it in time, and it is said */
  expect_day (w, 0, "waiting");
  before = next_key (w);
  g_assert_cmpstr (before, ==, NULL);
  world_pass (w, 3600 + MINUTE);
  at = next_key (w);
  g_assert_cmpstr (at, ==, key);
}

/* An event takes the confirmation back, cannot be confirmed away, and is the sign-in itself once it is told. */
static void
an_event (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *id = NULL, *key = NULL, *none = NULL, *today = NULL, *again = NULL;

  g_free (world_prescribe (w, 0, "V1"));
  clear (w, platform);
  today = day (w, 0);
  none = g_strconcat ("none:", today, NULL);
  confirm (w, 0, 0);
  id = report_event (w, "V1");
  key = g_strconcat ("event:", id, NULL);
  expect_state (w, none, "settled_not_sent");
  expect_day (w, 0, "events");
  expect_no_confirming (w, 0, 0, FZ_ERROR_REFUSED, id);
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, EMPTY), ==, 0);
  close_event (w, id);
  expect_state (w, key, "queued");
  g_free (drain (w));
  expect_state (w, key, "accepted");
  g_assert_cmpint (platform_ask (platform, EVENTS), ==, 1);
  g_assert_cmpint (platform_ask (platform, EVENTS " AND json_extract(json, '$.eventReason') = '常见不良反应' AND json_extract(json, '$.reportDept') = '药学部'"
                                                  " AND json_extract(json, '$.eventDate') LIKE '% 08:05:00' AND json_extract(json, '$.patientName') <> ''"), ==, 1);
  expect_day (w, 0, "done");
  /* Opened again and closed with other words: the platform corrects nothing, so a person is told. */
  g_free (step (w, "adverse-event", id, "reopen", "cause=剂量偏大"));
  g_free (step (w, "adverse-event", id, "analyse", "external=no"));
  g_free (step (w, "adverse-event", id, "close", "measure=调整剂量"));
  again = g_strconcat ("amended:", key, NULL);
  expect_state (w, again, "blocked");
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, EVENTS), ==, 1);
}

/* Without a visit nobody knows whose it was: a person decides, nothing is made up; then the day may be confirmed. */
static void
nobody_s_event (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *id = NULL, *key = NULL, *sql = NULL;
  g_autoptr (GError) error = NULL;

  clear (w, platform);
  id = report_event (w, NULL);
  close_event (w, id);
  key = g_strconcat ("event:", id, NULL);
  expect_state (w, key, "blocked");
  sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE key = '%s' AND problems LIKE '%%患者姓名%%'", key);
  g_assert_cmpint (world_ask (w, sql), ==, 1);
  expect_no_confirming (w, 0, 0, FZ_ERROR_REFUSED, id);
  g_free (sql);
  sql = g_strdup_printf ("SELECT MAX(id) FROM outbox WHERE key = '%s'", key);
  g_assert_true (fz_desk_settle_upload (w->session, world_ask (w, sql), FALSE, "机房停电，未涉及患者，平台答复不报。", &error));
  confirm (w, 0, 0);
  g_free (drain (w));
  g_assert_cmpint (platform_ask (platform, EMPTY), ==, 1);
}

/* The platform refuses an evaluation whose visit it does not know: it waits for it. */
static void
an_evaluation (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *id = NULL, *key = NULL, *on = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;

  world_review (w, "P2001", rx, "approved");
  clear (w, platform);
  on = day (w, 0);
  text = g_strdup_printf ("visit=V1|satisfaction=5|score=10|content=医生很耐心|person=患者本人|rated_on=%s|rated_at=00:01", on);
  id = step (w, "evaluation", NULL, "record", text);
  key = g_strconcat ("evaluation:", id, NULL);
  g_free (drain (w));
  expect_state (w, key, "queued");
  world_sign_in (w, "D1001");
  world_take (w, "V1");
  g_free (world_sign (w, fz_desk_prepare_finish (w->session, "V1", &error)));
  g_assert_no_error (error);
  g_free (drain (w));
  expect_state (w, key, "accepted");
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE method = 'uploadBusinessInfoAfter' AND json_extract(json, '$.satisfaction') = 5 "
                                           "AND json_extract(json, '$.evaluation') = '医生很耐心' AND json_extract(json, '$.doctorName') = '林若溪'"), ==, 1);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/daily/nothing-today", nothing_today);
  world_add_test ("/daily/days-of-rest", days_of_rest);
  world_add_test ("/daily/event", an_event);
  world_add_test ("/daily/nobody-s-event", nobody_s_event);
  world_add_test ("/daily/evaluation", an_evaluation);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
