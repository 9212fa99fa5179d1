/* Entries of registers on the wire: an adverse event when it is closed, an evaluation after its visit, and the sign-in of each day, which is empty
 * only when a person confirmed that there was nothing. */
#include "app/due_entry.h"
#include "db/outbox.h"
#include "tests/desk/figures.h"
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
  result = g_test_run ();
  world_remove_template ();
  return result;
}
