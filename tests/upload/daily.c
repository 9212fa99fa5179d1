/* Entries of registers on the wire: an adverse event when it is closed, an evaluation after its visit, and the sign-in of each day, which is empty
 * only when a person confirmed that there was nothing. */
#include "app/due_entry.h"
#include "app/upload.h"
#include "db/outbox.h"
#include "tests/desk/figures.h"
#include "tests/upload/live.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

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

/* It was tried at its time, and the platform was away. */
static gboolean
try_in_vain (FzTxn *txn, gpointer data, GError **error)
{
  gint64 id = *(gint64 *) data;

  return fz_outbox_mark_sending (txn, id, error) && fz_outbox_settle (txn, id, "queued", NULL, "连不上", fz_txn_now_us (txn) + MINUTE * FZ_US_PER_SECOND, FALSE, error);
}

/* The empty call names no day: the platform counts it for the day on which it comes. What could not go on its own day, the machine being off or the platform away, goes on no
 * other one; it does not hold up the next; and a clock that is set back over midnight sends nothing for a day that nobody confirmed. */
static void
on_its_own_day (World *w)
{
  g_autofree char *first = NULL, *second = NULL, *none = NULL, *at = NULL, *back = NULL, *early = NULL, *again = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;
  gint64 id;

  world_sign_in (w, "A3001");
  drop_other_drugs (w);
  confirm (w, 1, 2);
  first = day (w, 1);
  second = day (w, 2);
  none = g_strconcat ("none:", first, NULL);
  at = g_strconcat ("none:", second, NULL);
  world_pass (w, 48 * 3600); /* 08:00 of the second day: the first went by */
  world_sign_in (w, "A3001");
  early = next_key (w);
  g_assert_cmpstr (early, ==, NULL);
  before = world_audit_size (w);
  world_tick (w);
  g_assert_cmpuint (world_audit_count (w, before, "upload.settle", "failed"), ==, 1);
  expect_state (w, none, "settled_not_sent");
  expect_day (w, -1, "open");
  expect_day (w, 0, "waiting");
  world_tick (w);
  g_assert_cmpuint (world_audit_count (w, before, "upload.settle", "failed"), ==, 1); /* once */
  world_pass (w, 12 * 3600 + MINUTE);
  again = next_key (w);
  g_assert_cmpstr (again, ==, at);
  id = world_ask (w, "SELECT MAX(id) FROM outbox WHERE key LIKE 'none:%' AND state = 'queued'");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, try_in_vain, &id, &error));
  g_assert_no_error (error);
  world_pass (w, -24 * 3600);
  back = next_key (w);
  g_assert_cmpstr (back, ==, NULL);
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
  figures_check (w, "upload daily", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
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
  /* Another person in charge is no correction of what was reported; other words are. */
  world_sign_in (w, "A3001");
  g_free (step (w, "evaluation", id, "amend", "owner=D1001"));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key LIKE 'amended:%'"), ==, 0);
  g_free (step (w, "evaluation", id, "amend", "content=医生有耐心"));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key LIKE 'amended:%'"), ==, 1);
}

/* --- businesses of their own that registers hold --- */

static gint64
accepted (Platform *platform, const char *method, const char *where)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM accepted WHERE method = '%s' AND %s", method, where);

  return platform_ask (platform, sql);
}

/* The patient is the visit's, the doctor and the department are the consulted one's; nothing is taken from the visit that the consultation did not have. */
static void
a_consultation_and_an_appointment (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *consult = NULL, *kept = NULL, *cancelled = NULL, *key = NULL, *third = NULL, *fourth = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "D1004");
  world_arrive (w, 0, "V1");
  consult = step (w, "consultation", NULL, "record", "visit=V1|doctor=D1004|mode=phone|attribute=pharmacy|content=降压药漏服一次怎么办|applied_on=2026-03-02|applied_at=08:05|"
                                                     "answered=yes|began_on=2026-03-02|began_at=08:10|price=1500|channel=wechat");
  expect_error (prepare (w, "consultation", NULL, "record", "visit=V1|doctor=D9999|mode=text|attribute=report|content=看化验单|applied_on=2026-03-02|applied_at=08:05|answered=no|price=0", &error) == NULL,
                &error, FZ_ERROR_INVALID, "D9999"); /* nobody of that number: who answered is not made up */
  kept = step (w, "appointment", NULL, "book", "visit=V1|doctor=D1004|made_on=2026-03-01|made_at=19:30|work_on=2026-03-02|from_at=09:00|until_at=09:30|price=0|queue_number=3");
  cancelled = step (w, "appointment", NULL, "book", "visit=V1|doctor=D1001|made_on=2026-03-01|made_at=19:31|work_on=2026-03-03|from_at=09:00|until_at=09:30|price=0");
  key = g_strconcat ("consultation:", consult, NULL);
  third = g_strconcat ("appointment:", kept, NULL);
  fourth = g_strconcat ("appointment:", cancelled, NULL);
  expect_state (w, key, "queued");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key LIKE 'appointment:%'"), ==, 0); /* not over yet */
  g_free (step (w, "appointment", kept, "keep", "channel=alipay"));
  g_free (step (w, "appointment", cancelled, "cancel", "cancel_reason=患者改期"));
  expect_state (w, third, "queued");
  clear (w, platform);
  g_free (drain (w));
  world_sign_in (w, "A3001");
  expect_state (w, key, "accepted");
  expect_state (w, third, "accepted");
  expect_state (w, fourth, "accepted");
  g_assert_cmpint (accepted (platform, "uploadConsultIndicators", "json_extract(json, '$.consultationType') = '2' AND json_extract(json, '$.onsultationAttribute') = '3' "
                                                                  "AND json_extract(json, '$.doctorName') = '贺中岳' AND json_extract(json, '$.consultationPrice') = 15 "
                                                                  "AND json_extract(json, '$.applyDate') = '2026-03-02 08:05:00' AND json_extract(json, '$.endDate') IS NULL"), ==, 1);
  g_assert_cmpint (accepted (platform, "uploadAppointRecord", "json_extract(json, '$.workDate') = '2026-03-02 09:00-09:30' AND json_extract(json, '$.orderNo') = 3 "
                                                              "AND json_extract(json, '$.visitNo') = 'V1' AND json_extract(json, '$.cancelReason') IS NULL"), ==, 1);
  g_assert_cmpint (accepted (platform, "uploadAppointRecord", "json_extract(json, '$.cancelReason') = '患者改期'"), ==, 1);
  expect_traced (w);
  figures_check (w, "upload", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
}

static char *
hold_remote (World *w)
{
  char *id = step (w, "remote-consultation", NULL, "ask", "requester=示范县医院心内科|requesting_doctor=甲医生|patient_number=ZY202600123|present=yes|doctor=D1004|purpose=难治性高血压|asked_on=2026-03-02");

  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry WHERE register = 'portal-duty'"), ==, 0);
  g_free (step (w, "remote-consultation", id, "hold", "held_on=2026-03-02|began_at=08:00|ended_at=08:30|opinion=考虑继发性高血压|prescribed=no"));
  return id;
}

/* We do not have the fields of Tianjin's message of it: it is kept, and a duty of the portal. */
static void
a_remote_consultation (World *w)
{
  g_autofree char *id = NULL, *sql = NULL;

  world_sign_in (w, "D1004");
  id = hold_remote (w);
  sql = g_strdup_printf ("SELECT COUNT(*) FROM entry WHERE register = 'portal-duty' AND facts LIKE '%%remote_consultation%%' AND facts LIKE '%%%s%%'", id);
  g_assert_cmpint (world_ask (w, sql), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key NOT LIKE 'drug:%'"), ==, 0);
}

static void
file_business (World *w, const char *business)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;

  fz_fields_set (changes, "business", business);
  fz_fields_set (changes, "filed", "yes");
  fz_desk_amend_institution (w->session, changes, &error);
  g_assert_no_error (error);
}

static char *
serve (World *w, const char *kind)
{
  g_autofree char *asked = g_strdup_printf ("kind=%s|side=executing|doctor=D1004|partner=示范县医院影像科|partner_doctor=乙医生|patient_number=CT2026003|agreed=yes|item=胸部CT|"
                                            "purpose=肺部结节|asked_on=2026-03-01", kind);
  char *id = step (w, "remote-service", NULL, "ask", asked);

  g_free (step (w, "remote-service", id, "finish", "done_on=2026-03-02|began_at=08:00|ended_at=08:20|result=磨玻璃结节，建议随访"));
  return id;
}

static char *
nurse (World *w)
{
  char *id = step (w, "nursing-visit", NULL, "ask", "subject=压疮换药|patient_number=ZY202600123|applied_on=2026-03-01");

  g_free (step (w, "nursing-visit", id, "assess", "assessor=丙护士长|assessed_on=2026-03-01|assessment=家中清洁，可以上门|agreed=yes|nurse=丁护士|nurse_licence=201912000001|planned_on=2026-03-02"));
  g_free (step (w, "nursing-visit", id, "finish", "done_on=2026-03-02|began_at=08:00|ended_at=08:30|record=换药一次|materials=泡沫敷料1片|waste=敷料0.1千克，带回本院暂存处"));
  return id;
}

static gint64
duties_of (World *w, const char *id, const char *words)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM entry WHERE register = 'portal-duty' AND facts LIKE '%%field.origin %s%%' AND facts LIKE '%%%s%%'", id, words);

  return world_ask (w, sql);
}

/* The same of the other services whose fields we do not have: the duty names the interface's method. What is put right later is told as well. */
static void
remote_services_and_nursing (World *w)
{
  g_autofree char *service = NULL, *visit = NULL;

  world_sign_in (w, "A3001");
  service = serve (w, "remote_imaging");
  visit = nurse (w);
  g_assert_cmpint (duties_of (w, service, "pushRemoteRadiology"), ==, 1);
  g_assert_cmpint (duties_of (w, visit, "uploadMedicalWasteDisposal"), ==, 1);
  g_assert_cmpint (duties_of (w, service, "（完成）"), ==, 1);
  g_free (step (w, "remote-service", service, "amend", "report_number=BG-7"));
  g_assert_cmpint (duties_of (w, service, "（更正）"), ==, 1); /* the one that is open took it in */
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry WHERE register = 'portal-duty'"), ==, 2);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key NOT LIKE 'drug:%'"), ==, 0);
}

/* Elsewhere messages of their own, and only of what was filed: imaging and nursing are, the ECG is a task that says so. */
static void
generic_services_as_filed (World *w)
{
  g_autofree char *imaging = NULL, *ecg = NULL, *visit = NULL, *sent = NULL, *task = NULL, *nursing = NULL;

  world_sign_in (w, "A3001");
  world_move (w, "chongqing");
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  file_business (w, "remote_imaging");
  file_business (w, "nursing");
  imaging = serve (w, "remote_imaging");
  ecg = serve (w, "remote_ecg");
  visit = nurse (w);
  sent = g_strconcat ("service:", imaging, NULL);
  task = g_strconcat ("service:", ecg, NULL);
  nursing = g_strconcat ("nursing:", visit, NULL);
  expect_state (w, sent, "queued");
  expect_state (w, task, "blocked");
  expect_state (w, nursing, "queued");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRemoteService' AND state = 'blocked' AND problems LIKE '%“远程心电”%'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRemoteService' AND CAST(payload AS TEXT) LIKE '%\"businessType\":\"11\"%' "
                                 "AND CAST(payload AS TEXT) LIKE '%\"side\":\"executing\"%' AND CAST(payload AS TEXT) LIKE '%\"partner\":\"示范县医院影像科\"%' "
                                 "AND CAST(payload AS TEXT) LIKE '%\"doctorName\":\"贺中岳\"%' AND CAST(payload AS TEXT) LIKE '%\"endDate\":\"2026-03-02 08:20:00\"%'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadNursingVisit' AND CAST(payload AS TEXT) LIKE '%\"assessment\":\"家中清洁，可以上门\"%' "
                                 "AND CAST(payload AS TEXT) LIKE '%\"materials\":\"泡沫敷料1片\"%' AND CAST(payload AS TEXT) LIKE '%\"waste\":\"敷料0.1千克，带回本院暂存处\"%' "
                                 "AND CAST(payload AS TEXT) LIKE '%\"nurseName\":\"丁护士\"%'"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry WHERE register = 'portal-duty' AND facts LIKE '%remote_service%'"), ==, 0);
  expect_traced (w);
}

/* Where no interface is public the generic format has a message for it, and nobody files it by hand. */
static void
a_generic_remote_consultation (World *w)
{
  g_autofree char *id = NULL, *key = NULL;

  world_sign_in (w, "D1004");
  world_move (w, "chongqing");
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "D1004");
  id = hold_remote (w);
  key = g_strconcat ("remote:", id, NULL);
  expect_state (w, key, "queued");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM entry WHERE register = 'portal-duty'"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRemoteConsultation' AND CAST(payload AS TEXT) LIKE '%\"opinion\":\"考虑继发性高血压\"%' "
                                 "AND CAST(payload AS TEXT) LIKE '%\"startDate\":\"2026-03-02 08:00:00\"%' AND CAST(payload AS TEXT) LIKE '%\"doctorName\":\"贺中岳\"%' "
                                 "AND CAST(payload AS TEXT) LIKE '%\"prescribed\":\"0\"%'"), ==, 1);
  expect_traced (w);
}

/* --- messages that the hospital added itself (报文补充定义) --- */

#define FIXTURE "assets/schema/samples/platform-messages-1.json" /* its names are made up, and it says so */

static char *
some_file (World *w, const char *name, const char *text)
{
  char *path = g_build_filename (w->root, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

/* A file beside the world's, the fixture with one thing changed; `from` NULL: as it is. (transfer full) */
static char *
definition (World *w, const char *name, const char *from, const char *to)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), FIXTURE, NULL), *json = NULL;
  g_autoptr (GString) text = NULL;

  g_assert_true (g_file_get_contents (path, &json, NULL, NULL));
  text = g_string_new (json);
  g_assert_true (from == NULL || g_string_replace (text, from, to, 1) == 1);
  return some_file (w, name, text->str);
}

static FzSheet *
prepare_proposal (World *w, const char *path, int ahead, GError **error)
{
  g_autoptr (FzFields) values = fz_fields_new ("fuzhen.values/v1");
  g_autofree char *since = day (w, ahead);
  const char *files[] = { path, NULL };

  fz_fields_set (values, "field.since", since);
  return fz_desk_prepare_entry (w->session, "platform-messages", NULL, "propose", values, NULL, files, error);
}

/* By the pharmacist, for affairs to adopt. (transfer full) */
static char *
propose (World *w, const char *path, int ahead)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL;
  FzSheet *sheet;

  world_sign_in (w, "P2001");
  sheet = prepare_proposal (w, path, ahead, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  world_sign_in (w, "A3001");
  return g_strndup (document, (gsize) (g_strrstr (document, "-entry-") - document));
}

static char *
adopt (World *w, const char *path, int ahead)
{
  char *id = propose (w, path, ahead);

  g_free (step (w, "platform-messages", id, "adopt", "finding=与测试用文本逐栏核对一致"));
  return id;
}

static char *
meet_with (World *w, const char *others)
{
  g_autofree char *held = g_strconcat ("held_on=2026-03-02|began_at=08:00|ended_at=08:30|opinion=考虑继发性高血压|prescribed=no", others != NULL ? "|others=" : NULL, others, NULL);
  char *id = step (w, "remote-consultation", NULL, "ask", "requester=示范县医院心内科|requesting_doctor=甲医生|patient_number=ZY202600123|present=yes|doctor=D1004|purpose=难治性高血压|asked_on=2026-03-02");

  g_free (step (w, "remote-consultation", id, "hold", held));
  return id;
}

static char *
meet (World *w)
{
  return meet_with (w, NULL);
}

static void
expect_row (World *w, const char *prefix, const char *id, const char *state)
{
  g_autofree char *key = g_strconcat (prefix, ":", id, NULL);

  expect_state (w, key, state);
}

static gint64
rows_of (World *w, const char *id)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE subject = '%s'", id);

  return world_ask (w, sql);
}

static gint64
row_id (World *w, const char *id)
{
  g_autofree char *sql = g_strdup_printf ("SELECT MAX(id) FROM outbox WHERE subject = '%s'", id);

  return world_ask (w, sql);
}

/* Each is refused where it is wrong, and says what to write. Nothing is kept of it. */
static void
bad_definitions (World *w)
{
  static const struct {
    const char *from, *to, *line, *words;
  } bad[] = {
    { "\"place\": \"tianjin\"", "\"place\": \"fujian\"", "place", "tianjin" },
    { "platform_messages/v1", "platform/v1", "bad.json:2", "fuzhen.platform_messages/v1" },
    { "\"environment\": \"both\"", "\"environment\": \"all\"", "bad.json:4", "production" },
    { "\"version\": \"fixture 1\"", "\"version\": \"\"", "bad.json:6", "不能为空" },
    { "\"date\": \"2026-01-01\"", "\"date\": \"2026\"", "bad.json:7", "日期" },
    { "{\"method\": \"fixtureMeeting\"", "{\"method\": \"uploadReferralIndicators\"", "bad.json:27", "不能用补充定义替换" },
    { "\"meeting.id\": \"会诊编号\"", "\"patient.name\": \"另一个意思\"", "bad.json:13", "不能另作解释" },
    { "\"fixture_side\": {", "\"sex\": {", "bad.json:10", "换一个名称" },
    { "\"from\": \"meeting.opinion\"", "\"from\": \"meeting.opinions\"", "bad.json:37", "facts" },
    { "\"from\": \"meeting.opinion\"", "\"from\": \"patient.name\"", "bad.json:19", "没有字段用到" },
    { "\"meeting.opinion\": \"opinion\", ", "", "bad.json:52", "fixtureOpinion" },
    { "\"meeting.opinion\": \"opinion\"", "\"meeting.opinion\": \"opinions\"", "bad.json:53", "没有栏目 opinions" },
    { "\"meeting.opinion\": \"opinion\"", "\"meeting.opinion\": \"opinions\"", "bad.json:53", "held_on 会诊日期" }, /* nobody could know the words */
    { "\"state\": \"held\"", "\"state\": \"done\"", "bad.json:51", "held 已会诊" },
    { "\"required\": \"optional\", \"from\": \"meeting.others\"",
      "\"required\": \"optional\", \"from\": \"meeting.others\", \"constant\": {\"value\": \"无\", \"when\": [{\"fact\": \"imaging.side\", \"has\": false}], \"because\": \"虚构\"}",
      "bad.json:52", "imaging.side" },
    { "\"held_on began_at\"", "\"began_at held_on\"", "bad.json:53", "不是日期" },
    { "\"meeting.requester\": \"requester\"", "\"meeting.requester\": \"@now\"", "bad.json:52", "@signed_at" },
    { "others#1", "others", "bad.json:53", "栏目#第几项" },
    { "others#1", "others#0", "bad.json:53", "从1到9" },
    { "\"doctor.name + others#1\", \"meeting.consultant.NN.hospital\": \"organ.name + others#2\"",
      "\"doctor.name + opinions#1\", \"meeting.consultant.NN.hospital\": \"organ.name + opinions#2\"", "bad.json:53", "没有栏目 opinions" },
    { "\"doctor.name + others#1\", \"meeting.consultant.NN.hospital\": \"organ.name + others#2\"",
      "\"doctor.name + requester#1\", \"meeting.consultant.NN.hospital\": \"organ.name + requester#2\"", "bad.json:53", "不是多行文字" },
    { "organ.name + others#2", "imaging.kind + others#2", "bad.json:53", "“+”前面" },
    { "organ.name + others#2", "organ.name + purpose#2", "bad.json:53", "同一栏" },
    { "\"meeting.others\": \"others\"", "\"meeting.others\": \"others#1\"", "bad.json:52", "栏目#第几项" },
    { ", \"meeting.consultant.NN.hospital\": \"organ.name + others#2\"", "", "bad.json:52", "fixtureHospital" },
    { "\"map\": \"fixture_side\"", "\"map\": \"sides\"", "bad.json:45", "字典" },
    { "\"state\": \"held\"", "\"state\": \"done\"", "bad.json:51", "没有状态 done" },
    { "\"register\": \"remote-consultation\"", "\"register\": \"evaluation\"", "bad.json:51", "已由本程序的报文上报" },
    { "\"register\": \"remote-consultation\"", "\"register\": \"barbers\"", "bad.json:51", "没有台账" },
    { "\"key\": \"imaging\"", "\"key\": \"meeting\"", "bad.json:54", "前缀重复" },
    { "\"key\": \"imaging\"", "\"key\": \"visit\"", "bad.json:54", "前缀重复" },
    { "\"doctor\": \"doctor\"", "\"doctor\": \"requester\"", "bad.json:51", "不是人员工号" },
    { "\"is\": \"remote_imaging\"", "\"is\": \"haircut\"", "bad.json:54", "haircut" },
    { "\"portal\": \"ends\"", "\"portal\": \"maybe\"", "bad.json:51", "stays" },
    { "\"trigger\": \"at_once\"", "\"trigger\": \"pull\"", "bad.json:27", "next_day" },
    { "\"business\": \"remote_consultation\"", "\"business\": \"revisit\"", "bad.json:58", "已有自己的接口" },
    { "\"fixture 1\",", "\"fixture 1\"", "bad.json", "7" },
  };
  g_autofree char *blank = g_strnfill (1024 * 1024 + 1, ' '), *large = some_file (w, "large.json", blank), *pipe = g_build_filename (w->root, "pipe.json", NULL);
  g_autoptr (GError) why = NULL;

  world_sign_in (w, "P2001");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *path = definition (w, "bad.json", bad[i].from, bad[i].to);
    g_autoptr (GError) error = NULL;

    g_assert_null (prepare_proposal (w, path, 0, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    if (strstr (error->message, bad[i].line) == NULL || strstr (error->message, bad[i].words) == NULL)
      g_error ("%s -> %s: %s", bad[i].from, bad[i].to, error->message);
  }
  expect_error (prepare_proposal (w, large, 0, &why) == NULL, &why, FZ_ERROR_INVALID, "超过1 MB");
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  expect_error (prepare_proposal (w, pipe, 0, &why) == NULL, &why, FZ_ERROR_INVALID, "普通文件"); /* and waits for nobody */
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM attachment"), ==, 0);
}

static void
expect_from (const GPtrArray *trace, const char *field, const char *from)
{
  for (guint i = 0; i < trace->len; i++)
    if (g_strcmp0 (fz_fields_get (trace->pdata[i], "field"), field) == 0) {
      g_assert_cmpstr (fz_fields_get (trace->pdata[i], "from"), ==, from);
      return;
    }
  g_error ("no %s", field);
}

/* Two persons, from its day on, and only what is completed since; the entry of another kind and the portal that still wants its own are left as they are. */
static void
added_messages (World *w)
{
  g_autofree char *path = definition (w, "ours.json", NULL, NULL), *theirs = definition (w, "theirs.json", "\"required\": \"optional\"", "\"required\": \"always\"");
  g_autoptr (Platform) platform = platform_start_with (path), strict = platform_start_with (theirs);
  g_autofree char *before = NULL, *planned = NULL, *since = NULL, *several = NULL, *crowded = NULL, *ecg = NULL, *imaging = NULL, *mine = NULL, *id = NULL, *refused = NULL, *late = NULL, *after = NULL, *yesterday = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) trace = NULL;
  g_autoptr (FzFields) row = NULL, entry = NULL, wrong = NULL;
  g_autoptr (GString) crowd = g_string_new (NULL);

  world_sign_in (w, "A3001");
  drop_other_drugs (w);
  before = meet (w);
  g_assert_cmpint (duties_of (w, before, "uploadMeetClinicIndicators"), ==, 1);
  expect_error (prepare_proposal (w, NULL, 0, &error) == NULL, &error, FZ_ERROR_INVALID, "附上一份");
  expect_error (prepare_proposal (w, path, -1, &error) == NULL, &error, FZ_ERROR_INVALID, "早于今天");
  expect_error (prepare (w, "platform-messages", NULL, "propose", "sha256=00", &error) == NULL, &error, FZ_ERROR_INVALID, "留空");
  id = adopt (w, path, 1);
  entry = fz_desk_read_entry (w->session, id, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_fields_get (entry, "field.methods"), "fixtureImaging 虚构的影像：台账“远程医疗服务”（远程影像）“已完成”（门户仍须填报）"));
  expect_error (prepare (w, "platform-messages", id, "adopt", "finding=x", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  planned = meet (w); /* its day has not come */
  g_assert_cmpint (duties_of (w, planned, "remote_consultation"), ==, 1);
  g_assert_cmpint (rows_of (w, planned), ==, 0);

  world_pass (w, 86400);
  world_sign_in (w, "A3001");
  world_tick (w);
  since = meet (w);
  ecg = serve (w, "remote_ecg");
  imaging = serve (w, "remote_imaging");
  expect_row (w, "meeting", since, "queued");
  g_assert_cmpint (duties_of (w, since, "remote_consultation"), ==, 0);
  expect_row (w, "imaging", imaging, "queued");
  g_assert_cmpint (duties_of (w, imaging, "remote_service"), ==, 1);
  g_assert_cmpint (rows_of (w, ecg), ==, 0);
  g_assert_cmpint (duties_of (w, ecg, "remote_service"), ==, 1);
  /* What was completed before stays with the portal, whatever is corrected in it or collected again. */
  g_free (step (w, "remote-consultation", before, "amend", "opinion=原发性醛固酮增多症待排"));
  g_assert_cmpint (duties_of (w, before, "remote_consultation"), ==, 1);
  yesterday = day (w, -1);
  g_ptr_array_unref (fz_desk_collect_uploads (w->session, yesterday, NULL, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (rows_of (w, before) + rows_of (w, planned), ==, 0);

  /* A list is the consultant and one of each line of the others; a line of which nothing goes waits for who wrote it. */
  several = meet_with (w, "，，副主任医师");
  expect_row (w, "meeting", several, "blocked");
  wrong = fz_desk_read_outbox (w->session, row_id (w, several), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_fields_get (wrong, "problems"), "会诊医师清单第 2 行"));
  for (guint i = 0; i < 100; i++)
    g_string_append_printf (crowd, "甲%u，乙\n", i);
  crowded = g_strconcat ("others=", crowd->str, NULL);
  g_free (step (w, "remote-consultation", several, "amend", crowded));
  expect_row (w, "meeting", several, "blocked"); /* one more than a list holds */
  g_clear_pointer (&wrong, fz_fields_unref);
  wrong = fz_desk_read_outbox (w->session, row_id (w, several), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_fields_get (wrong, "problems"), "台账里有101条"));
  g_free (step (w, "remote-consultation", several, "amend", "others=王丙，示范县医院，心内科\n\n李丁, 示范市医院"));
  expect_row (w, "meeting", several, "queued");

  drop_other_drugs (w); /* what was collected again */
  go_live (w, platform);
  world_sign_in (w, "A3001");
  g_free (drain (w));
  expect_row (w, "meeting", since, "accepted");
  expect_row (w, "meeting", several, "accepted");
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE method = 'fixtureMeeting' AND json LIKE '%\"fixtureConsultants\":[{\"fixtureName\":\"贺中岳\",%},"
                                           "{\"fixtureName\":\"王丙\",\"fixtureHospital\":\"示范县医院\"},{\"fixtureName\":\"李丁\",\"fixtureHospital\":\"示范市医院\"}]%'"), ==, 1);
  expect_row (w, "imaging", imaging, "accepted");
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE method = 'fixtureMeeting' AND json LIKE '%\"fixtureOpinion\":\"考虑继发性高血压\"%' AND "
                                           "json LIKE '%\"fixtureFrom\":\"2026-03-02 08:00:00\"%' AND json LIKE '%\"doctorName\":\"贺中岳\"%'"), ==, 2);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE method = 'fixtureImaging' AND json LIKE '%\"fixtureKind\":\"11\"%' AND json LIKE '%\"fixtureSide\":\"B\"%'"), ==, 1);
  expect_traced (w);
  trace = fz_desk_trace_upload (w->session, row_id (w, several), &error);
  g_assert_no_error (error);
  expect_from (trace, "fixtureConsultants[0].fixtureName", "staff");
  expect_from (trace, "fixtureConsultants[2].fixtureName", "register");
  g_clear_pointer (&trace, g_ptr_array_unref);
  trace = fz_desk_trace_upload (w->session, row_id (w, since), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < trace->len; i++) {
    g_autofree char *said = g_strdup_printf ("%s fixture 1 %s", id, fz_fields_get (entry, "field.sha256"));

    g_assert_cmpstr (fz_fields_get (trace->pdata[i], "definition"), ==, said);
  }

  /* The platform's own text asks for more than ours said: refused, with the field by our name. */
  mine = g_build_filename (strict->dir, "config.json", NULL);
  fz_upload_configure (w->desk, mine, &error);
  g_assert_no_error (error);
  refused = meet (w);
  g_free (drain (w));
  expect_row (w, "meeting", refused, "refused");
  row = fz_desk_read_outbox (w->session, row_id (w, refused), &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_fields_get (row, "words"), "fixtureOthers"));
  g_assert_nonnull (strstr (fz_fields_get (row, "named"), "其他会诊医师"));

  /* Stopped: what waits is not sent by it, what is completed since is filed by hand, and what was sent can still be read. */
  late = meet (w);
  expect_row (w, "meeting", late, "queued");
  g_free (step (w, "platform-messages", id, "stop", "reason=平台更换接口"));
  g_free (drain (w));
  expect_row (w, "meeting", late, "blocked");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'blocked' AND problems LIKE '%已停用%'"), ==, 1);
  expect_error (!fz_desk_retry_upload (w->session, row_id (w, late), &error), &error, FZ_ERROR_CONFLICT, "已停用");
  after = meet (w);
  g_assert_cmpint (rows_of (w, after), ==, 0);
  g_assert_cmpint (duties_of (w, after, "remote_consultation"), ==, 1);
  g_clear_pointer (&trace, g_ptr_array_unref);
  trace = fz_desk_trace_upload (w->session, row_id (w, since), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (trace->len, >, 10);
}

static gint64
tasks_of (World *w, const char *prefix, const char *id, const char *words)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE key = 'amended:%s:%s' AND state = 'blocked' AND problems LIKE '%%%s%%'", prefix, id, words);

  return world_ask (w, sql);
}

/* Corrected into another kind: what waits does not go, what went a person tells. What went by one definition is corrected as such under the next. */
static void
corrected (World *w)
{
  g_autofree char *path = definition (w, "ours.json", NULL, NULL), *other = definition (w, "next.json", "fixture 1", "fixture 2");
  g_autoptr (Platform) platform = platform_start_with (path);
  g_autofree char *meeting = NULL, *waits = NULL, *sent = NULL;

  world_sign_in (w, "A3001");
  drop_other_drugs (w);
  g_free (adopt (w, path, 0));
  meeting = meet (w);
  sent = serve (w, "remote_imaging");
  waits = serve (w, "remote_imaging");
  g_free (step (w, "remote-service", waits, "amend", "kind=remote_ecg"));
  expect_row (w, "imaging", waits, "settled_not_sent");
  g_assert_cmpint (rows_of (w, waits), ==, 1);
  g_free (step (w, "remote-service", waits, "amend", "kind=remote_imaging"));
  expect_row (w, "imaging", waits, "queued");
  g_free (step (w, "remote-service", waits, "amend", "kind=remote_ecg"));
  go_live (w, platform);
  world_sign_in (w, "A3001");
  g_free (drain (w));
  expect_row (w, "imaging", waits, "settled_not_sent");
  expect_row (w, "imaging", sent, "accepted");
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE method = 'fixtureImaging'"), ==, 1);
  g_free (step (w, "remote-service", sent, "amend", "kind=remote_ecg"));
  g_free (step (w, "remote-service", sent, "amend", "report_number=BG-7"));
  g_assert_cmpint (tasks_of (w, "imaging", sent, "没有发生"), ==, 1);
  g_assert_cmpint (rows_of (w, sent), ==, 2);
  expect_traced (w);

  expect_row (w, "meeting", meeting, "accepted");
  g_free (adopt (w, other, 0)); /* of a later day than the meeting */
  g_free (step (w, "remote-consultation", meeting, "amend", "opinion=原发性醛固酮增多症待排"));
  g_assert_cmpint (tasks_of (w, "meeting", meeting, "又作了更正"), ==, 1);
  g_assert_cmpint (duties_of (w, meeting, "remote_consultation"), ==, 0);
}

/* One for the platform of tests does not speak to the real one, from the moment at which that is connected. */
static void
connected_elsewhere (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *path = definition (w, "test.json", "\"environment\": \"both\"", "\"environment\": \"test\""), *config = g_build_filename (platform->dir, "config.json", NULL);
  g_autofree char *id = NULL;
  g_autoptr (FzFields) before = NULL, after = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  id = adopt (w, path, 0);
  before = fz_desk_status (w->session);
  g_assert_cmpstr (fz_fields_get (before, "platform.added"), ==, id);
  w->desk->demo = FALSE; /* which speaks to the simulator whatever the file is for */
  fz_upload_configure (w->desk, config, &error);
  g_assert_no_error (error);
  after = fz_desk_status (w->session);
  g_assert_null (fz_fields_get (after, "platform.added"));
  g_assert_nonnull (strstr (fz_fields_get (after, "platform.added_problem"), "environment"));
}

static void
remove_attachments (World *w)
{
  g_autofree char *folder = g_build_filename (w->data, "evidence", NULL);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
}

static void
expect_preflight (World *w, const char *item, const char *state, const char *words, const char *without)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_read_preflight (w->session, NULL, NULL, NULL, &error);
  const FzFields *found = NULL;

  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "item"), item) == 0)
      found = rows->pdata[i];
  g_assert_nonnull (found);
  g_assert_cmpstr (fz_fields_get (found, "state"), ==, state);
  g_assert_nonnull (strstr (fz_fields_get (found, "words"), words));
  g_assert_true (without == NULL || strstr (fz_fields_get (found, "words"), without) == NULL);
}

/* A definition whose file is gone adds nothing and says so: nothing is sent by guess, the portal's duty stands. A newer one, or one for the other day, is another matter. */
static void
a_damaged_definition (World *w)
{
  g_autofree char *path = definition (w, "ours.json", NULL, NULL), *other = definition (w, "next.json", "fixture 1", "fixture 2");
  g_autofree char *id = NULL, *meeting = NULL, *second = NULL, *declined = NULL, *key = NULL;
  g_autoptr (FzFields) status = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  file_business (w, "remote_consultation");
  file_business (w, "nursing");
  expect_preflight (w, "filing", "stop", "远程会诊、互联网护理。本程序没有这些业务的报文", NULL); /* and how to add them */
  id = adopt (w, path, 0);
  expect_preflight (w, "filing", "warn", "由本程序上报：远程会诊。登记在台账后由人到门户填报，或由院内其他系统上报：互联网护理。", NULL);
  expect_preflight (w, "messages", "ok", id, NULL);
  second = adopt (w, other, 0); /* the later of the two holds */
  meeting = meet (w);
  key = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE subject = '%s' AND state = 'queued' AND facts LIKE '%%definition.id %s%%' AND facts LIKE '%%fixture 2%%'", meeting, second);
  g_assert_cmpint (world_ask (w, key), ==, 1);
  declined = propose (w, path, 0);
  expect_error (prepare (w, "platform-messages", declined, "adopt", "finding=x|since=2026-03-02", &error) == NULL, &error, FZ_ERROR_INVALID, "撤回后重新提出");
  world_close (w);
  remove_attachments (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  status = fz_desk_status (w->session);
  g_assert_null (fz_fields_get (status, "platform.added"));
  g_assert_nonnull (strstr (fz_fields_get (status, "platform.added_problem"), second));
  expect_preflight (w, "messages", "stop", second, NULL);
  expect_preflight (w, "filing", "stop", "远程会诊、互联网护理", "由本程序上报");
  expect_error (prepare (w, "platform-messages", declined, "adopt", "finding=x", &error) == NULL, &error, FZ_ERROR_CORRUPT, declined);
  g_free (meeting);
  meeting = meet (w);
  g_assert_cmpint (rows_of (w, meeting), ==, 0);
  g_assert_cmpint (duties_of (w, meeting, "remote_consultation"), ==, 1);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/daily/nothing-today", nothing_today);
  world_add_test ("/daily/days-of-rest", days_of_rest);
  world_add_test ("/daily/on-its-own-day", on_its_own_day);
  world_add_test ("/daily/event", an_event);
  world_add_test ("/daily/nobody-s-event", nobody_s_event);
  world_add_test ("/daily/evaluation", an_evaluation);
  world_add_test ("/daily/consultation", a_consultation_and_an_appointment);
  world_add_test ("/daily/remote-consultation", a_remote_consultation);
  world_add_test ("/daily/generic-remote-consultation", a_generic_remote_consultation);
  world_add_test ("/daily/remote-services-and-nursing", remote_services_and_nursing);
  world_add_test ("/daily/generic-services-as-filed", generic_services_as_filed);
  world_add_test ("/daily/bad-definitions", bad_definitions);
  world_add_test ("/daily/added-messages", added_messages);
  world_add_test ("/daily/corrected", corrected);
  world_add_test ("/daily/connected-elsewhere", connected_elsewhere);
  world_add_test ("/daily/damaged-definition", a_damaged_definition);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
