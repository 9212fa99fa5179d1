/* The exchange with the front, against the gateway: what comes counts once, what goes arrives once and in order, whatever the wire does; what is
 * wrong is kept with its reason and holds up nothing else. */
#include "app/front_config.h"
#include "app/front_in.h"
#include "app/front_thread.h"
#include "tests/front/fixture.h"

#include <cjson/cJSON.h>
#include <string.h>

#define DAY_VISITS 4

static char *
stage (World *w, const char *visit)
{
  return world_visit_stage (w, visit);
}

static void
expect_stage (World *w, const char *visit, const char *expected)
{
  g_autofree char *word = stage (w, visit);

  g_assert_cmpstr (word, ==, expected);
}

static void
expect_held (World *w, const char *event, const char *words)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM front_in WHERE event = '%s' AND state = 'held' AND words LIKE '%%%s%%'", event, words);

  if (world_ask (w, sql) != 1)
    g_error ("%s is not held with “%s”", event, words);
}

/* A request, taken, prescribed, reviewed, and what the patient says of it afterwards. */
static void
play_day (Front *front, World *w, guint seconds)
{
  for (guint i = 0; i < DAY_VISITS; i++) {
    g_autofree char *event = g_strdup_printf ("E-%u", i), *visit = g_strdup_printf ("F%u", i);

    front_request (front, w, 0, event, visit, NULL);
  }
  gateway_post (front->gateway, "E-cancel", "cancel", "F3", "{\"reason\":\"已到线下就诊\"}");
  front_settle (front, w, seconds);
  expect_stage (w, "F0", "waiting");
  expect_stage (w, "F3", "withdrawn");
}

static void
say_afterwards (Front *front)
{
  gateway_post (front->gateway, "E-rate", "evaluation", "F0",
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"satisfaction\":\"5\",\"score\":9,\"content\":\"医生很耐心。\",\"person\":\"患者本人\"}");
  gateway_post (front->gateway, "E-complain", "complaint", NULL,
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"service\",\"complainant\":\"匿名\",\"content\":\"等候太久。\"}");
  gateway_post (front->gateway, "E-refund", "refund", "F3",
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"applicant\":\"患者本人\",\"amount_fen\":1500,\"cause\":\"not_taken\"}");
}

static void
talk (Front *front)
{
  g_autoptr (GBytes) picture = fz_data_load ("demo/evidence-1.jpg", NULL);
  g_autofree char *sha256 = gateway_put_file (front->gateway, g_bytes_get_data (picture, NULL), g_bytes_get_size (picture));
  g_autofree char *image = g_strdup_printf ("{\"message\":\"M-2\",\"at\":\"2026-03-02T09:01:00+08:00\",\"kind\":\"image\",\"sha256\":\"%s\"}", sha256);

  gateway_post (front->gateway, "E-chat", "chat", "F1", "{\"message\":\"M-1\",\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"text\",\"text\":\"血压130/80\"}");
  gateway_post (front->gateway, "E-picture", "chat", "F1", image);
  gateway_post (front->gateway, "E-paid", "payment", "F1",
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"state\":\"paid\",\"amount_fen\":1500,\"transaction\":\"T1\"}");
}

static char *
prescribe (World *w, const char *visit)
{
  FzSheet *sheet;
  g_autoptr (GError) error = NULL;

  world_take (w, visit);
  world_type (w, 0, visit);
  sheet = fz_desk_prepare_sheet (w->session, visit, FZ_SHEET_VERDICT | FZ_SHEET_RECORD | FZ_SHEET_PRESCRIPTION, &error);
  g_assert_no_error (error);
  return world_sign (w, sheet);
}

static void
check_nothing_lost (Front *front, World *w)
{
  GwCount count = gateway_count (front->gateway);

  g_test_message ("%u calls, %u faults, %u repeats seen by the front", count.calls, count.faults, count.repeats);
  g_assert_cmpuint (count.unsigned_calls, ==, 0);
  g_assert_cmpuint (count.inversions + count.misfits, ==, 0);
  g_assert_cmpint (count.arrived, ==, world_ask (w, "SELECT COUNT(*) FROM front_out WHERE state = 'delivered'"));
  g_assert_cmpint (count.posted, ==, world_ask (w, "SELECT COUNT(*) FROM front_in WHERE state = 'applied'"));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM visit"), ==, DAY_VISITS);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 3);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.payment/v1' AND visit = 'F1'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM talk"), ==, 2);
}

static void
a_day (World *w, const GwFaults *faults, guint seconds)
{
  g_auto (Front) front = { 0 };
  g_autofree char *rx = NULL, *heard = NULL, *withdrawn = NULL;

  front_open (&front);
  gateway_set_faults (front.gateway, faults);
  front_set_up (&front, w);
  play_day (&front, w, seconds);
  gateway_set_faults (front.gateway, &(GwFaults) { 0 }); /* a doctor who cannot be told whose it is does not take it: tested by itself */
  rx = prescribe (w, "F0");
  gateway_set_faults (front.gateway, faults);
  world_review (w, "P2001", rx, "approved");
  say_afterwards (&front);
  talk (&front);
  front_settle (&front, w, seconds);
  check_nothing_lost (&front, w);
  heard = gateway_heard (front.gateway, "F0");
  withdrawn = gateway_heard (front.gateway, "F3");
  g_assert_cmpstr (heard, ==, "visit.accepted prescription.ready");
  g_assert_cmpstr (withdrawn, ==, "visit.ended refund.state");
}

static void
test_plain (World *w)
{
  a_day (w, &(GwFaults) { 0 }, 20);
}

static void
test_faults (World *w)
{
  const char *given = g_getenv ("FUZHEN_SEED");
  guint64 seed = given != NULL ? g_ascii_strtoull (given, NULL, 10) : g_random_int ();
  GwFaults faults = { .seed = seed, .percent = 60, .most = 6 };

  g_test_message ("faults by seed %" G_GUINT64_FORMAT, seed);
  a_day (w, &faults, 60);
}

/* --- killed between the commit and the acknowledgement --- */

static void
test_kill_before_ack (World *w)
{
  g_auto (Front) front = { 0 };
  g_autofree char *next = NULL;
  g_autoptr (GBytes) page = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = FALSE;
  guint fresh = 0;
  static const char text[] = "{\"format\":\"fuzhen.front/v1\",\"events\":[{\"id\":\"E-rate\",\"at\":\"2026-03-02T01:00:00Z\",\"kind\":\"complaint\","
                             "\"visit\":null,\"body\":{\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"service\",\"complainant\":\"匿名\","
                             "\"content\":\"等候太久。\"}}],\"next\":\"c1\",\"more\":false}";

  front_open (&front);
  front_set_up (&front, w);
  page = g_bytes_new_static (text, sizeof text - 1);
  g_assert_true (fz_front_keep_page (w->desk, "", page, &next, &more, &fresh, &error));
  g_assert_cmpuint (fresh, ==, 1);
  world_close (w);
  world_reopen (w); /* as after kill -9: nothing was said of it yet */
  world_sign_in (w, "D1001");
  w->desk->clock = NULL;
  fz_store_set_clock (w->desk->store, NULL, NULL);
  gateway_post (front.gateway, "E-rate", "complaint", NULL,
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"service\",\"complainant\":\"匿名\",\"content\":\"等候太久。\"}");
  gateway_set_faults (front.gateway, &(GwFaults) { .seed = 7, .percent = 100, .most = 1 });
  front_settle (&front, w, 20);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_in"), ==, 1);
}

/* --- what is wrong --- */

static void
forget_name (FzFields *facts)
{
  fz_fields_set (facts, "patient.name", NULL);
}

static void
other_hash (FzFields *facts)
{
  fz_fields_set (facts, "evidence.00.sha256", "0000000000000000000000000000000000000000000000000000000000000000");
}

static void
test_bad_events (World *w)
{
  g_auto (Front) front = { 0 };

  front_open (&front);
  front_set_up (&front, w);
  front_request (&front, w, 0, "E-noname", "F1", forget_name);
  front_request (&front, w, 0, "E-nofile", "F2", other_hash);
  front_request (&front, w, 0, "E-good", "F3", NULL);
  gateway_post (front.gateway, "E-other", "visit_request", "F4", "{\"format\":\"fuzhen.visit/v1\",\"visit\":\"F5\"}");
  gateway_post (front.gateway, "E-kind", "gossip", "F3", "{}");
  gateway_post (front.gateway, "E-nobody", "cancel", "F9", "{}");
  gateway_post (front.gateway, "E-key", "cancel", "F3", "{\"reson\":\"错字\"}");
  gateway_post (front.gateway, "E-score", "evaluation", "F3",
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"satisfaction\":\"5\",\"score\":11,\"content\":\"好\",\"person\":\"本人\"}");
  gateway_post (front.gateway, "E-choice", "evaluation", "F3",
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"satisfaction\":\"9\",\"score\":1,\"content\":\"好\",\"person\":\"本人\"}");
  gateway_post (front.gateway, "E-future", "complaint", NULL,
                "{\"at\":\"2999-03-02T09:00:00+08:00\",\"kind\":\"service\",\"complainant\":\"匿名\",\"content\":\"x\"}");
  front_settle (&front, w, 20);
  g_assert_cmpint (front_held (w), ==, 9);
  expect_stage (w, "F3", "waiting");
  expect_held (w, "E-noname", "姓名");
  expect_held (w, "E-nofile", "取不到");
  expect_held (w, "E-other", "");
  expect_held (w, "E-kind", "不认识");
  expect_held (w, "E-nobody", "还没有收到");
  expect_held (w, "E-score", "0 至 10");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM visit"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 0);
}

/* What was missing comes, and the request is whole. */
static void
drop_evidence (FzFields *facts)
{
  other_hash (facts);
  fz_fields_set (facts, "consent.text_version", NULL);
  fz_fields_set (facts, "consent.text_sha256", NULL);
  fz_fields_set (facts, "consent.signer", NULL);
  fz_fields_set (facts, "consent.relation", NULL);
  fz_fields_set (facts, "consent.at", NULL);
  fz_fields_set (facts, "consent.method", NULL);
  fz_fields_set (facts, "evidence.00.file", NULL);
  fz_fields_set (facts, "evidence.00.sha256", NULL);
  fz_fields_set (facts, "evidence.00.kind", NULL);
}

static void
test_completed (World *w)
{
  g_auto (Front) front = { 0 };
  g_autoptr (GBytes) picture = fz_data_load ("demo/evidence-1.jpg", NULL);
  g_autofree char *sha256 = NULL, *evidence = NULL;

  front_open (&front);
  front_set_up (&front, w);
  sha256 = gateway_put_file (front.gateway, g_bytes_get_data (picture, NULL), g_bytes_get_size (picture));
  front_request (&front, w, 0, "E-1", "F1", drop_evidence);
  front_settle (&front, w, 20);
  g_assert_cmpint (front_held (w), ==, 1);
  evidence = g_strdup_printf ("{\"evidence\":[{\"file\":\"e1.jpg\",\"sha256\":\"%s\",\"kind\":\"outpatient_record\"}]}", sha256);
  gateway_post (front.gateway, "E-2", "evidence", "F1", evidence);
  front_settle (&front, w, 20);
  g_assert_cmpint (front_held (w), ==, 0);
  expect_stage (w, "F1", "waiting");
}

static void
expect_visit (World *w, const char *visit, const char *key, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = fz_desk_read_visit (w->session, visit, &error);

  g_assert_no_error (error);
  if (g_strcmp0 (fz_fields_get (facts, key), value) != 0)
    g_error ("%s of %s is %s", key, visit, fz_fields_get (facts, key));
}

static char *
evidence_of (Front *front, const char *data, const char *name)
{
  g_autoptr (GBytes) picture = fz_data_load (data, NULL);
  g_autofree char *sha256 = gateway_put_file (front->gateway, g_bytes_get_data (picture, NULL), g_bytes_get_size (picture));

  return g_strdup_printf ("{\"evidence\":[{\"file\":\"%s\",\"sha256\":\"%s\",\"kind\":\"report\"}]}", name, sha256);
}

#define GUARDIAN "{\"guardian\":{\"name\":\"%s\",\"relation\":\"guardian\",\"id_number\":\"%s\",\"mobile\":\"13800000001\",\"present\":true}}"

/* What comes after the request was taken in joins the visit by a document, waiting or being seen; the same once more changes nothing; a name that is there,
 * a picture that is none and whatever comes after the record was signed waits for a person. */
static void
test_supplements (World *w)
{
  g_auto (Front) front = { 0 };
  g_autofree char *second = NULL, *third = NULL, *same_name = NULL, *bad_sha256 = NULL, *bad = NULL, *rx = NULL, *bad_guardian = NULL;
  g_autofree char *guardian = g_strdup_printf (GUARDIAN, "周守护", "11010519491231002X");
  g_autoptr (GPtrArray) differences = NULL;
  g_autoptr (GError) error = NULL;
  guint n = 0;

  front_open (&front);
  front_set_up (&front, w);
  second = evidence_of (&front, "demo/evidence-2.jpg", "e2.jpg");
  third = evidence_of (&front, "demo/evidence-3.jpg", "e3.jpg");
  same_name = evidence_of (&front, "demo/evidence-3.jpg", "e1.jpg");
  bad_sha256 = gateway_put_file (front.gateway, "no picture", 10);
  bad = g_strdup_printf ("{\"evidence\":[{\"file\":\"e9.jpg\",\"sha256\":\"%s\",\"kind\":\"report\"}]}", bad_sha256);
  bad_guardian = g_strdup_printf (GUARDIAN, "周守护", "110105194912310021");
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_settle (&front, w, 20);
  gateway_post (front.gateway, "E-2", "evidence", "F1", second);
  gateway_post (front.gateway, "E-2b", "evidence", "F1", second);
  gateway_post (front.gateway, "E-name", "evidence", "F1", same_name);
  gateway_post (front.gateway, "E-bad", "evidence", "F1", bad);
  gateway_post (front.gateway, "E-number", "guardian", "F1", bad_guardian);
  front_settle (&front, w, 20);
  world_take (w, "F1");
  gateway_post (front.gateway, "E-3", "evidence", "F1", third);
  gateway_post (front.gateway, "E-guardian", "guardian", "F1", guardian);
  front_settle (&front, w, 20);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.supplement/v1'"), ==, 3);
  expect_visit (w, "F1", "evidence.00.file", "e1.jpg");
  expect_visit (w, "F1", "evidence.01.file", "e2.jpg");
  expect_visit (w, "F1", "evidence.02.file", "e3.jpg");
  expect_visit (w, "F1", "guardian.relation", "guardian");
  g_assert_cmpint (front_held (w), ==, 3);
  expect_held (w, "E-name", "重名");
  expect_held (w, "E-bad", "");
  expect_held (w, "E-number", "监护人证件号码");
  rx = prescribe (w, "F1");
  gateway_post (front.gateway, "E-late", "guardian", "F1", guardian);
  front_settle (&front, w, 20);
  expect_held (w, "E-late", "病历已经签名");
  world_sign_in (w, "S4003");
  g_assert_true (fz_desk_rebuild_check (w->session, &n, &differences, NULL, NULL, NULL, &error));
  g_assert_cmpuint (differences->len, ==, 0);
}

/* --- money --- */

#define PAID "{\"at\":\"2026-03-02T09:00:00+08:00\",\"state\":\"%s\",\"amount_fen\":1500,\"method\":\"wechat\"}"

static gboolean
has_finding (World *w, const char *visit, FzSeverity severity)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) findings = fz_desk_check_taking (w->session, visit, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < findings->len; i++)
    if (g_strcmp0 (((FzFinding *) findings->pdata[i])->rule, "UNPAID") == 0)
      return ((FzFinding *) findings->pdata[i])->severity == severity;
  return FALSE;
}

/* What is not paid is said; by the hospital's rule it is not taken. What came otherwise is not asked, since nothing is known of it. */
static void
test_payment (World *w)
{
  g_auto (Front) front = { 0 };
  g_autofree char *paid = g_strdup_printf (PAID, "paid"), *refunded = g_strdup_printf (PAID, "refunded");
  g_autoptr (GError) error = NULL;

  front_open (&front);
  front_set_up (&front, w);
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_request (&front, w, 0, "E-2", "F2", NULL);
  front_settle (&front, w, 20);
  world_arrive (w, 0, "V1");
  expect_visit (w, "V1", "payment.state", NULL);
  expect_visit (w, "F1", "payment.state", "unpaid");
  g_assert_true (has_finding (w, "F1", FZ_SEVERITY_NOTE));
  world_sign_in (w, "A3001");
  g_assert_true (fz_desk_set_payment_rule (w->session, TRUE, &error));
  world_sign_in (w, "D1001");
  g_assert_true (has_finding (w, "F1", FZ_SEVERITY_STOP));
  expect_error (!world_try_take (w, "F1", &error), &error, FZ_ERROR_REFUSED, "付费");
  world_take (w, "V1");
  gateway_post (front.gateway, "E-paid", "payment", "F1", paid);
  gateway_post (front.gateway, "E-paid2", "payment", "F2", paid);
  gateway_post (front.gateway, "E-back", "payment", "F2", refunded);
  front_settle (&front, w, 20);
  expect_visit (w, "F1", "payment.state", "paid");
  expect_visit (w, "F2", "payment.label", "已退费");
  g_assert_true (has_finding (w, "F2", FZ_SEVERITY_STOP));
  world_take (w, "F1");
  gateway_post (front.gateway, "E-after", "payment", "F1", refunded); /* money moves at any time */
  front_settle (&front, w, 20);
  expect_visit (w, "F1", "payment.state", "refunded");
  world_take (w, "F1"); /* back at one's own visit: not asked again */
}

/* --- the front's own businesses --- */

#define CONSULTATION "{\"at\":\"2026-03-02T08:05:00+08:00\",\"doctor\":\"D1004\",\"mode\":\"text\",\"attribute\":\"pharmacy\",\"content\":\"漏服一次怎么办\"," \
                     "\"answered\":%s,\"price_fen\":1500,%s}"
#define APPOINTMENT "{\"at\":\"2026-03-01T19:30:00+08:00\",\"doctor\":\"D1004\",\"from_at\":\"2026-03-02T09:00:00+08:00\",\"until_at\":\"2026-03-0%s:00+08:00\",\"price_fen\":0}"

static void
post_consultation (Front *front, const char *event, const char *visit, const char *answered, const char *course)
{
  g_autofree char *body = g_strdup_printf (CONSULTATION, answered, course);

  gateway_post (front->gateway, event, "consultation", visit, body);
}

static void
post_appointment (Front *front, const char *event, const char *visit, const char *until)
{
  g_autofree char *body = g_strdup_printf (APPOINTMENT, until);

  gateway_post (front->gateway, event, "appointment", visit, body);
}

static void
end_appointment (Front *front, const char *event, const char *visit, const char *which, const char *state)
{
  g_autofree char *body = g_strdup_printf ("{\"appointment\":\"%s\",\"state\":%s}", which, state);

  gateway_post (front->gateway, event, "appointment.end", visit, body);
}

static void
expect_entries (World *w, const char *where, gint64 n)
{
  g_autofree char *sql = g_strconcat ("SELECT COUNT(*) FROM entry WHERE ", where, NULL);

  g_assert_cmpint (world_ask (w, sql), ==, n);
}

/* Consultations and appointments become entries, signed by the desk for the front; what is over is due to the platform. What contradicts itself is kept for a
 * person, what is too early waits for the request. */
static void
test_businesses (World *w)
{
  g_auto (Front) front = { 0 };

  front_open (&front);
  front_set_up (&front, w);
  post_appointment (&front, "E-early", "F1", "2T09:30");
  front_settle (&front, w, 20);
  expect_held (w, "E-early", "还没有收到");
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_settle (&front, w, 20);
  expect_entries (w, "register = 'appointment' AND state = 'booked'", 1);
  post_consultation (&front, "E-ask", "F1", "true", "\"began_at\":\"2026-03-02T08:10:00+08:00\",\"ended_at\":\"2026-03-02T08:20:00+08:00\",\"channel\":\"wechat\"");
  post_consultation (&front, "E-late", "F1", "false", "\"refused_at\":\"2026-03-02T08:30:00+08:00\",\"refused_by\":\"timeout\"");
  post_appointment (&front, "E-second", "F1", "2T09:30");
  end_appointment (&front, "E-kept", "F1", "E-early", "\"kept\"");
  end_appointment (&front, "E-off", "F1", "E-second", "\"cancelled\",\"reason\":\"患者改期\"");
  post_consultation (&front, "B-began", "F1", "true", "\"ended_at\":\"2026-03-02T08:20:00+08:00\"");
  post_consultation (&front, "B-order", "F1", "true", "\"began_at\":\"2026-03-02T08:00:00+08:00\",\"ended_at\":\"2026-03-02T08:20:00+08:00\"");
  post_consultation (&front, "B-who", "F1", "false", "\"refused_at\":\"2026-03-02T08:30:00+08:00\"");
  post_appointment (&front, "B-days", "F1", "3T09:30");
  end_appointment (&front, "B-twice", "F1", "E-early", "\"kept\"");
  end_appointment (&front, "B-none", "F1", "E-nowhere", "\"kept\"");
  end_appointment (&front, "B-why", "F1", "E-second", "\"cancelled\"");
  front_settle (&front, w, 20);
  g_assert_cmpint (front_held (w), ==, 7);
  expect_held (w, "B-began", "began_at");
  expect_held (w, "B-order", "前后颠倒");
  expect_held (w, "B-who", "refused_by");
  expect_held (w, "B-days", "同一天");
  expect_held (w, "B-twice", "不能这样处理");
  expect_held (w, "B-none", "E-nowhere");
  expect_held (w, "B-why", "原因");
  expect_entries (w, "register = 'consultation'", 2);
  expect_entries (w, "register = 'appointment' AND state = 'ended' AND ended = 1", 2);
  expect_entries (w, "register = 'appointment' AND facts LIKE '%患者改期%'", 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE (key LIKE 'consultation:%' OR key LIKE 'appointment:%') AND state = 'queued'"), ==, 4);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.entry/v1' AND CAST(body AS TEXT) LIKE '%author.name 医院前端（工作站收件）%'"), ==, 6);
  g_assert_cmpint (gateway_count (front.gateway).acked, ==, gateway_count (front.gateway).posted);
}

/* The same id twice: word for word it is one event, otherwise a person looks. */
static void
test_same_id (World *w)
{
  g_auto (Front) front = { 0 };
  static const char first[] = "{\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"service\",\"complainant\":\"匿名\",\"content\":\"甲\"}";

  front_open (&front);
  front_set_up (&front, w);
  gateway_post (front.gateway, "E-1", "complaint", NULL, first);
  gateway_post (front.gateway, "E-1", "complaint", NULL, first);
  gateway_post (front.gateway, "E-1", "complaint", NULL, "{\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"service\",\"complainant\":\"匿名\",\"content\":\"乙\"}");
  front_settle (&front, w, 20);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry"), ==, 1);
  g_assert_cmpint (front_held (w), ==, 1);
}

/* --- pages that are not as agreed --- */

static void
test_bad_pages (World *w)
{
  static const char *const pages[] = {
    "", "[]", "{}", "null", "{\"format\":\"fuzhen.front/v2\",\"events\":[],\"next\":\"c1\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[],\"next\":\"c1\",\"more\":true}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[],\"next\":\"\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[],\"next\":\"c1\",\"next\":\"c2\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[{}],\"next\":\"c1\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[{\"id\":\"a b\",\"at\":\"x\",\"kind\":\"k\",\"visit\":null,\"body\":{}}],\"next\":\"c1\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[{\"id\":\"a\",\"at\":\"x\",\"kind\":\"k\",\"visit\":null,\"body\":[]}],\"next\":\"c1\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[{\"id\":\"a~b\",\"at\":\"x\",\"kind\":\"k\",\"visit\":null,\"body\":{}}],\"next\":\"c1\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[],\"next\":\"c1\",\"more\":false,\"extra\":1}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[],\"next\":\"c\\u0000\",\"more\":false}",
    "{\"format\":\"fuzhen.front/v1\",\"events\":[],\"next\":\"c1\",\"more\":false} ]",
  };
  g_auto (Front) front = { 0 };

  front_open (&front);
  front_set_up (&front, w);
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++) {
    gateway_say_page (front.gateway, pages[i]);
    if (front_round (w) != FZ_FRONT_WRONG)
      g_error ("page %u was taken: %s", i, pages[i]);
  }
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_in"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM setting WHERE name = 'front.cursor'"), ==, 0);
  gateway_say_page (front.gateway, NULL);
  g_assert_cmpint (front_round (w), ==, FZ_FRONT_GOOD);
}

#define MOST_KEPT 40

static gboolean
is_word_of (const cJSON *value, gsize most)
{
  const char *text = cJSON_GetStringValue (value);

  return text != NULL && *text != '\0' && strlen (text) <= most &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-=+/") == strlen (text);
}

static gboolean
has_just (const cJSON *object, const char *names)
{
  g_auto (GStrv) each = g_strsplit (names, " ", -1);
  gboolean good = cJSON_IsObject (object) && cJSON_GetArraySize (object) == (int) g_strv_length (each);

  for (guint i = 0; good && each[i] != NULL; i++)
    good = cJSON_GetObjectItemCaseSensitive (object, each[i]) != NULL;
  return good;
}

/* Another reader's opinion of a page, by front.md. */
static gboolean
is_a_page (const char *text, gsize n)
{
  cJSON *root = g_utf8_validate (text, (gssize) n, NULL) ? cJSON_ParseWithLengthOpts (text, n + 1, NULL, TRUE) : NULL;
  const cJSON *events = cJSON_GetObjectItemCaseSensitive (root, "events"), *event;
  gboolean good = has_just (root, "format events next more") && cJSON_IsArray (events) && cJSON_IsBool (cJSON_GetObjectItemCaseSensitive (root, "more")) &&
                  g_strcmp0 (cJSON_GetStringValue (cJSON_GetObjectItemCaseSensitive (root, "format")), "fuzhen.front/v1") == 0 &&
                  is_word_of (cJSON_GetObjectItemCaseSensitive (root, "next"), 200);

  cJSON_ArrayForEach (event, events)
  {
    const cJSON *visit = cJSON_GetObjectItemCaseSensitive (event, "visit");

    good = good && has_just (event, visit != NULL ? "id at kind visit body" : "id at kind body") && is_word_of (cJSON_GetObjectItemCaseSensitive (event, "id"), 120) &&
           is_word_of (cJSON_GetObjectItemCaseSensitive (event, "kind"), 60) && cJSON_IsString (cJSON_GetObjectItemCaseSensitive (event, "at")) &&
           (visit == NULL || cJSON_IsNull (visit) || is_word_of (visit, 40)) && cJSON_IsObject (cJSON_GetObjectItemCaseSensitive (event, "body"));
  }
  cJSON_Delete (root);
  return good;
}

/* Pages and requests with bytes changed, cut and doubled: never a crash, never half a page, never one that another reader would not take. */
static void
test_fuzz (World *w)
{
  g_auto (Front) front = { 0 };
  g_autoptr (GRand) chance = g_rand_new_with_seed ((guint32) g_test_rand_int ());
  g_autofree char *good = NULL;
  guint n = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 20000 : 3000, kept = 0;
  gsize length;

  front_open (&front);
  front_set_up (&front, w);
  good = g_strdup ("{\"format\":\"fuzhen.front/v1\",\"events\":[{\"id\":\"E1\",\"at\":\"2026-03-02T01:00:00Z\",\"kind\":\"visit_request\",\"visit\":\"F1\","
                   "\"body\":{\"format\":\"fuzhen.visit/v1\",\"visit\":\"F1\",\"price_fen\":1500,\"allergies\":[\"青霉素\"],\"patient\":{\"name\":\"甲\","
                   "\"cannot_express\":true},\"prior\":[{\"code\":\"I10\"}],\"evidence\":[]}}],\"next\":\"c1\",\"more\":false}");
  length = strlen (good);
  for (guint i = 0; i < n; i++) {
    g_autofree char *text = g_strdup (good), *next = NULL;
    gsize m = g_rand_boolean (chance) ? length : (gsize) g_rand_int_range (chance, 0, (gint32) length);
    g_autoptr (GBytes) bytes = NULL;
    g_autoptr (GError) error = NULL;
    gboolean more = FALSE, did = TRUE;
    guint fresh = 0, steps = 0;
    gint64 next_us = 0;

    /* What is taken costs a commit: a few of these are enough. */
    for (int k = kept < MOST_KEPT ? g_rand_int_range (chance, 0, 4) : g_rand_int_range (chance, 6, 20); k > 0; k--)
      text[g_rand_int_range (chance, 0, (gint32) length)] = (char) g_rand_int_range (chance, 1, 256);
    bytes = g_bytes_new (text, m);
    if (!fz_front_keep_page (w->desk, "", bytes, &next, &more, &fresh, &error))
      g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    else if (text[m] = '\0', !is_a_page (text, m))
      g_error ("taken for a page: %s", text);
    else
      kept++;
    while (did && steps++ < 10) {
      g_autoptr (GError) why = NULL;

      fz_front_apply_next (w->desk, NULL, NULL, &did, &next_us, &why);
      g_assert_no_error (why);
    }
  }
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM visit"), ==, 0);
}

/* --- big files --- */

static char *big_sha256;

static void
big_file (FzFields *facts)
{
  fz_fields_set (facts, "evidence.00.sha256", big_sha256);
}

static void
test_too_big (World *w)
{
  g_auto (Front) front = { 0 };
  gsize n = 20 * 1024 * 1024 + 1;
  g_autofree char *bytes = g_malloc0 (n);

  front_open (&front);
  front_set_up (&front, w);
  big_sha256 = gateway_put_file (front.gateway, bytes, n);
  front_request (&front, w, 0, "E-1", "F1", big_file);
  front_settle (&front, w, 20);
  expect_held (w, "E-1", "超过 20 MB");
  g_clear_pointer (&big_sha256, g_free);
}

/* --- whose visit --- */

static void
test_taken_elsewhere (World *w)
{
  g_auto (Front) front = { 0 };
  g_autofree char *holder = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  front_open (&front);
  front_set_up (&front, w);
  for (guint i = 1; i <= 3; i++) {
    g_autofree char *event = g_strdup_printf ("E-%u", i), *visit = g_strdup_printf ("F%u", i);

    front_request (&front, w, 0, event, visit, NULL);
  }
  front_settle (&front, w, 20);
  gateway_take_by (front.gateway, "F1", "desk-2");
  before = world_audit_size (w);
  expect_error (!world_try_take (w, "F1", &error), &error, FZ_ERROR_CONFLICT, "另一台工作站");
  expect_stage (w, "F1", "refused");
  g_assert_cmpuint (world_audit_count (w, before, "presence.sign", NULL), ==, 0);
  gateway_take_by (front.gateway, "F2", "desk-2");
  gateway_post (front.gateway, "E-taken", "taken", "F2", "{}");
  front_settle (&front, w, 20);
  expect_stage (w, "F2", "refused");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE subject IN ('F1', 'F2', 'F3')"), ==, 0);
  gateway_set_faults (front.gateway, &(GwFaults) { .seed = 1, .percent = 100, .most = 1 });
  if (!world_try_take (w, "F3", &error)) /* lost, or answered oddly: not taken, and again */
    g_clear_error (&error);
  gateway_set_faults (front.gateway, &(GwFaults) { 0 });
  if (world_ask (w, "SELECT COUNT(*) FROM visit WHERE id = 'F3' AND stage = 'waiting'") == 1)
    world_take (w, "F3");
  holder = gateway_holder (front.gateway, "F3");
  g_assert_cmpstr (holder, ==, FRONT_KEY);
  front_settle (&front, w, 20);
}

static void
test_nobody_there (World *w)
{
  g_auto (Front) front = { 0 };
  g_autoptr (GError) error = NULL;

  front_open (&front);
  front_set_up (&front, w);
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_settle (&front, w, 20);
  front_hang_up (&front);
  g_assert_cmpint (front_round (w), ==, FZ_FRONT_LATER);
  expect_error (!world_try_take (w, "F1", &error), &error, FZ_ERROR_OFFLINE, "稍后再试");
  expect_stage (w, "F1", "waiting");
}

/* --- refused by the front --- */

static void
test_refused (World *w)
{
  g_auto (Front) front = { 0 };

  front_open (&front);
  front_set_up (&front, w);
  gateway_refuse (front.gateway, "visit.accepted", "patient is gone");
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_settle (&front, w, 20);
  world_take (w, "F1");
  front_settle (&front, w, 20);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_out WHERE state = 'refused' AND words = 'patient is gone'"), ==, 1);
}

/* --- what people decide of it --- */

static const FzFields *
row_of (GPtrArray *rows, const char *way)
{
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "way"), way) == 0)
      return rows->pdata[i];
  g_error ("nothing waits that went %s", way);
}

static gint64
number_of (GPtrArray *rows, const char *way)
{
  gint64 number = 0;

  fz_fields_get_int (row_of (rows, way), "number", &number);
  return number;
}

/* One of each way is listed with its reason; again, once what was wrong is mended; or settled, with words. */
static void
test_decided (World *w)
{
  g_auto (Front) front = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL, left = NULL;
  guint64 before;

  front_open (&front);
  front_set_up (&front, w);
  gateway_refuse (front.gateway, "visit.accepted", "patient is gone");
  front_request (&front, w, 0, "E-1", "F1", NULL);
  gateway_post (front.gateway, "E-nobody", "cancel", "F9", "{}");
  front_settle (&front, w, 20);
  world_take (w, "F1");
  front_settle (&front, w, 20);
  world_sign_in (w, "A3001");
  rows = fz_desk_list_front (w->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (fz_fields_get (row_of (rows, "out"), "words"), ==, "patient is gone");
  g_assert_cmpstr (fz_fields_get (row_of (rows, "in"), "visit"), ==, "F9");
  g_assert_true (fz_fields_has (row_of (rows, "in"), "came_at"));
  expect_error (!fz_desk_decide_front (w->session, "in", number_of (rows, "in"), FALSE, "", &error), &error, FZ_ERROR_INVALID, "理由");
  before = world_audit_size (w);
  g_assert_true (fz_desk_decide_front (w->session, "in", number_of (rows, "in"), FALSE, "患者说没有申请过。", &error));
  g_assert_cmpuint (world_audit_count (w, before, "front.decide", "done"), ==, 1);
  expect_error (!fz_desk_decide_front (w->session, "in", number_of (rows, "in"), TRUE, NULL, &error), &error, FZ_ERROR_CONFLICT, NULL);
  gateway_refuse (front.gateway, "visit.accepted", NULL);
  g_assert_true (fz_desk_decide_front (w->session, "out", number_of (rows, "out"), TRUE, NULL, &error));
  front_settle (&front, w, 20);
  left = fz_desk_list_front (w->session, &error);
  g_assert_cmpuint (left->len, ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_out WHERE kind = 'visit.accepted' AND state = 'delivered'"), ==, 1);
}

/* The row of the deadlines that speaks of this visit; NULL: none. */
static char *
deadline_of (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "front") == 0 && g_strcmp0 (fz_fields_get (rows->pdata[i], "name"), visit) == 0)
      return g_strdup (fz_fields_get (rows->pdata[i], "what"));
  return NULL;
}

/* The marks of the one visit a doctor has in work, joined. */
static char *
marks_of_mine (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list (w->session, FZ_LIST_MINE, NULL, &error);
  g_autoptr (GString) marks = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  for (guint i = 0; i < fz_fields_count (rows->pdata[0], "mark"); i++)
    g_string_append_printf (marks, "%s ", fz_fields_get_at (rows->pdata[0], "mark", i, NULL));
  return g_string_free (g_steal_pointer (&marks), FALSE);
}

/* A withdrawal that comes when the doctor has begun: nothing is ended by it. The doctor sees it in the queue and in the visit, medical affairs among the
 * deadlines; the doctor asks and writes down what the patient wants, affairs settles it, and it is gone from all three. */
static void
test_late_withdrawal (World *w)
{
  g_auto (Front) front = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *marks = NULL, *what = NULL, *still = NULL, *gone = NULL, *heard = NULL;

  front_open (&front);
  front_set_up (&front, w);
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_settle (&front, w, 20);
  world_take (w, "F1");
  gateway_post (front.gateway, "E-cancel", "cancel", "F1", "{\"reason\":\"已到线下就诊\"}");
  front_settle (&front, w, 20);
  expect_held (w, "E-cancel", "接诊开始以后申请撤销");
  expect_stage (w, "F1", "taken");
  expect_visit (w, "F1", "held.00.kind", "cancel");
  marks = marks_of_mine (w);
  g_assert_nonnull (strstr (marks, "cancel"));
  world_sign_in (w, "A3001");
  what = deadline_of (w, "F1");
  g_assert_cmpstr (what, ==, "cancel");
  world_sign_in (w, "D1001");
  g_assert_true (fz_desk_withdraw_visit (w->session, "F1", "与患者通话确认：已到线下就诊，不再需要。", &error));
  g_assert_no_error (error);
  front_settle (&front, w, 20);
  expect_stage (w, "F1", "withdrawn");
  world_sign_in (w, "A3001");
  still = deadline_of (w, "F1"); /* until somebody says so */
  g_assert_cmpstr (still, ==, "cancel");
  rows = fz_desk_list_front (w->session, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_true (fz_desk_decide_front (w->session, "in", number_of (rows, "in"), TRUE, NULL, &error)); /* it can be done now: it is */
  front_settle (&front, w, 20);
  gone = deadline_of (w, "F1");
  g_assert_null (gone);
  g_assert_cmpint (front_held (w), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_in WHERE event = 'E-cancel' AND state = 'applied'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document WHERE kind = 'fuzhen.withdrawal/v1'"), ==, 1);
  heard = gateway_heard (front.gateway, "F1");
  g_assert_cmpstr (heard, ==, "visit.accepted visit.ended");
}

/* --- what became of what patients asked --- */

static void
move_entry (World *w, const char *reg, const char *id, const char *move, const char *const *values)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.values/v1");
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  for (guint i = 0; values[i] != NULL; i += 2)
    fz_fields_set (facts, values[i], values[i + 1]);
  sheet = fz_desk_prepare_entry (w->session, reg, id, move, facts, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static void
expect_told (Front *front, World *w, const char *entry, const char *state, const char *words)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM front_out WHERE state = 'delivered' AND CAST(payload AS TEXT) LIKE '%%\"entry\":\"%s\"%%' "
                                          "AND CAST(payload AS TEXT) LIKE '%%\"state\":\"%s\"%%%s%%'", entry, state, words);

  if (world_ask (w, sql) != 1)
    g_error ("%s %s was not told with %s", entry, state, words);
}

/* A refund and a complaint, of a visit and of none: each standing is told once, and the reply with its words; what is written down without the front,
 * and a correction that changes no standing, tell nothing. */
static void
test_told (World *w)
{
  g_auto (Front) front = { 0 };
  g_autofree char *rx = NULL, *heard = NULL;
  GwCount count;

  front_open (&front);
  front_set_up (&front, w);
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_settle (&front, w, 20);
  rx = prescribe (w, "F1");
  world_review (w, "P2001", rx, "returned");
  gateway_post (front.gateway, "E-refund", "refund", "F1", "{\"at\":\"2026-03-02T09:00:00+08:00\",\"applicant\":\"患者本人\",\"amount_fen\":1500,\"cause\":\"other\"}");
  gateway_post (front.gateway, "E-complain", "complaint", NULL,
                "{\"at\":\"2026-03-02T09:00:00+08:00\",\"kind\":\"service\",\"complainant\":\"匿名\",\"content\":\"等候太久。\"}");
  front_settle (&front, w, 20);
  expect_told (&front, w, "TF-000001", "applied", "待审核");
  expect_told (&front, w, "TS-000001", "open", "待调查");
  world_sign_in (w, "A3001");
  move_entry (w, "refund", "TF-000001", "amend", (const char *const[]){ "field.contact", "13800000000", NULL });
  move_entry (w, "refund", "TF-000001", "agree", (const char *const[]){ "field.standard", "未发药全额退", "field.agreed", "1200", NULL });
  move_entry (w, "complaint", "TS-000001", "investigate", (const char *const[]){ "field.handler", "A3001", "field.finding", "当日候诊较多。", NULL });
  move_entry (w, "complaint", "TS-000001", "answer", (const char *const[]){ "field.reply", "已增加出诊医师。", "field.replied_on", "2026-03-02", NULL });
  move_entry (w, "complaint", NULL, "register",
              (const char *const[]){ "field.received_on", "2026-03-02", "field.channel", "phone", "field.kind", "fee", "field.complainant", "家属", "field.content", "x", NULL });
  move_entry (w, "complaint", "TS-000002", "investigate", (const char *const[]){ "field.handler", "A3001", "field.finding", "y", NULL });
  front_settle (&front, w, 20);
  expect_told (&front, w, "TF-000001", "agreed", "\"amount_fen\":1200");
  expect_told (&front, w, "TS-000001", "answered", "已增加出诊医师。");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_out WHERE kind = 'refund.state' OR kind = 'complaint.state'"), ==, 5);
  heard = gateway_heard (front.gateway, "F1");
  g_assert_cmpstr (heard, ==, "visit.accepted prescription.ended refund.state refund.state");
  count = gateway_count (front.gateway);
  g_assert_cmpuint (count.misfits + count.inversions, ==, 0);
}

static void
await (World *w, const char *state)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  for (;;) {
    g_autoptr (FzFields) front = fz_desk_read_front (w->session, NULL);

    if (g_strcmp0 (fz_fields_get (front, "front.state"), state) == 0)
      return;
    if (g_get_monotonic_time () > end_us)
      g_error ("it never was %s, but %s", state, fz_fields_get (front, "front.state"));
    g_thread_yield ();
  }
}

/* The system administrator sets it under way; a file that is none stops nothing; when the front is gone, what waits for it is named. */
static void
test_set_under_way (World *w)
{
  g_auto (Front) front = { 0 };
  g_autofree char *bad = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) none = NULL, down = NULL, note = NULL, gone = NULL;

  front_open (&front);
  front_set_up (&front, w);
  front_request (&front, w, 0, "E-1", "F1", NULL);
  front_settle (&front, w, 20);
  bad = g_build_filename (front.dir, "bad.json", NULL);
  g_assert_true (g_file_set_contents_full (bad, "{}", -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  world_sign_in (w, "S4002");
  g_assert_true (fz_desk_connect_front (w->session, &error));
  await (w, "idle");
  expect_error (!fz_desk_set_front (w->session, bad, &error), &error, FZ_ERROR_INVALID, NULL);
  await (w, "idle");
  g_assert_true (fz_desk_set_front (w->session, NULL, &error));
  await (w, "none");
  none = fz_desk_read_front (w->session, &error);
  g_assert_false (fz_fields_is_yes (none, "set"));
  gone = fz_front_note_read (w->data);
  g_assert_null (gone);
  g_assert_true (fz_desk_set_front (w->session, front.config, &error));
  await (w, "idle");
  note = fz_front_note_read (w->data);
  g_assert_cmpstr (fz_fields_get (note, "config"), ==, front.config);
  front_hang_up (&front);
  g_assert_true (fz_desk_connect_front (w->session, &error));
  await (w, "waiting");
  down = fz_desk_read_front (w->session, &error);
  g_assert_true (fz_fields_has (down, "front.down_since") && fz_fields_has (down, "front.heard_at"));
  g_assert_cmpstr (fz_fields_get (down, "front.visits_waiting"), ==, "1");
  g_assert_cmpstr (fz_fields_get_at (down, "visit", 0, "id"), ==, "F1");
  fz_front_stop (w->desk);
}

/* --- the thread --- */

static void
until (World *w, const char *sql, gint64 expected)
{
  gint64 end_us = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (world_ask (w, sql) != expected) {
    if (g_get_monotonic_time () > end_us)
      g_error ("never became %" G_GINT64_FORMAT ": %s", expected, sql);
    g_thread_yield ();
  }
}

static void
live (World *w, const GwFaults *faults)
{
  g_auto (Front) front = { 0 };
  g_autoptr (GError) error = NULL;
  GwCount count;

  front_open (&front);
  gateway_set_faults (front.gateway, faults);
  front_set_up (&front, w);
  g_assert_true (fz_front_start (w->desk, &error));
  front_request (&front, w, 0, "E-1", "F1", NULL);
  until (w, "SELECT COUNT(*) FROM visit WHERE stage = 'waiting'", 1);
  /* It sits idle now, and is told. */
  do
    count = gateway_count (front.gateway);
  while (faults->no_socket ? count.polls == 0 : count.sockets == 0);
  front_request (&front, w, 0, "E-2", "F2", NULL);
  until (w, "SELECT COUNT(*) FROM visit WHERE stage = 'waiting'", 2);
  world_take (w, "F2"); /* and what is signed goes at once */
  until (w, "SELECT COUNT(*) FROM front_out WHERE state = 'delivered'", 1);
  fz_front_stop (w->desk);
}

static void
test_socket (World *w)
{
  live (w, &(GwFaults) { 0 });
}

static void
test_poll (World *w)
{
  live (w, &(GwFaults) { .no_socket = TRUE });
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/front/day", test_plain);
  world_add_test ("/front/faults", test_faults);
  world_add_test ("/front/kill-before-ack", test_kill_before_ack);
  world_add_test ("/front/bad-events", test_bad_events);
  world_add_test ("/front/completed", test_completed);
  world_add_test ("/front/supplements", test_supplements);
  world_add_test ("/front/payment", test_payment);
  world_add_test ("/front/businesses", test_businesses);
  world_add_test ("/front/same-id", test_same_id);
  world_add_test ("/front/bad-pages", test_bad_pages);
  world_add_test ("/front/fuzz", test_fuzz);
  world_add_test ("/front/too-big", test_too_big);
  world_add_test ("/front/taken-elsewhere", test_taken_elsewhere);
  world_add_test ("/front/nobody-there", test_nobody_there);
  world_add_test ("/front/refused", test_refused);
  world_add_test ("/front/decided", test_decided);
  world_add_test ("/front/late-withdrawal", test_late_withdrawal);
  world_add_test ("/front/told", test_told);
  world_add_test ("/front/set-under-way", test_set_under_way);
  world_add_test ("/front/socket", test_socket);
  world_add_test ("/front/long-poll", test_poll);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
