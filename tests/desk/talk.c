/* The conversation of a visit (图文沟通): once and unaltered, whoever may, to its end and after it; and what the log proves of it. */
#include "app/front.h"
#include "app/talk.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/front.h"
#include "db/rows.h"
#include "db/setting.h"
#include "db/store_private.h"
#include "tests/desk/world.h"

#include <string.h>

#define NUMBER "13912345678"

static FzFields *
facts_of (const char *text)
{
  FzFields *facts = fz_fields_new ("fuzhen.test/v1");
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL && *pairs[i] != '\0'; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    fz_fields_set (facts, pair[0], pair[1]);
  }
  return facts;
}

/* --- the front's side --- */

typedef struct {
  World *w;
  FzFields *facts;
  const char *id, *state, *reason;
  GBytes *picture;
  gboolean fresh;
} Front;

static gboolean
receive_job (FzTxn *txn, gpointer data, GError **error)
{
  Front *front = data;
  g_autofree char *sha256 = NULL;

  if (front->picture != NULL) {
    if (!fz_attachment_put (txn, front->picture, "image/jpeg", &sha256, error))
      return FALSE;
    fz_fields_set (front->facts, "sha256", sha256);
  }
  return fz_talk_receive (front->w->desk, txn, front->facts, &front->fresh, error);
}

/* `more`: key=value pairs beside id, visit, kind and the time of now. */
static gboolean
say (World *w, const char *id, const char *visit, const char *kind, const char *more, gboolean *out_fresh, GError **error)
{
  g_autoptr (FzFields) facts = facts_of (more);
  Front front = { .w = w, .facts = facts };
  gboolean good;

  fz_fields_set (facts, "id", id);
  fz_fields_set (facts, "visit", visit);
  fz_fields_set (facts, "kind", kind);
  if (!fz_fields_has (facts, "at"))
    fz_fields_set_time (facts, "at", fz_desk_now_us (w->desk));
  if (g_strcmp0 (kind, "image") == 0 && !fz_fields_has (facts, "sha256"))
    front.picture = fz_data_load ("demo/evidence-1.jpg", NULL);
  good = fz_store_run (w->desk->store, FZ_TXN_RECORD, receive_job, &front, error);
  g_clear_pointer (&front.picture, g_bytes_unref);
  if (out_fresh != NULL)
    *out_fresh = front.fresh;
  return good;
}

static void
hear (World *w, const char *id, const char *visit, const char *text)
{
  g_autofree char *more = g_strconcat ("text=", text, NULL);
  g_autoptr (GError) error = NULL;

  say (w, id, visit, "text", more, NULL, &error);
  g_assert_no_error (error);
}

static gint64
count (World *w, const char *where)
{
  g_autofree char *sql = g_strconcat ("SELECT COUNT(*) FROM talk WHERE ", where, NULL);

  return world_ask (w, sql);
}

static GPtrArray *
list (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *rows = fz_desk_list_talk (w->session, visit, 0, &error);

  g_assert_no_error (error);
  return rows;
}

static const char *
of (GPtrArray *rows, guint i, const char *key)
{
  g_assert_cmpuint (i, <, rows->len);
  return fz_fields_get (rows->pdata[i], key);
}

/* V1 came in; D1001 sits there. */
static void
begin (World *w)
{
  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
}

/* --- tests --- */

static void
once_under_one_id (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  gboolean fresh = FALSE;
  guint64 from;

  begin (w);
  world_arrive (w, 1, "V2");
  world_take (w, "V1");
  from = world_audit_size (w);
  g_assert_true (say (w, "m1", "V1", "text", "at=2026-03-02T00:58:00Z|text=医生您好，药快吃完了", &fresh, &error));
  g_assert_true (fresh);
  g_assert_true (say (w, "m1", "V1", "text", "at=2026-03-02T00:58:00Z|text=医生您好，药快吃完了", &fresh, &error));
  g_assert_false (fresh);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "talk.receive", "done"), ==, 1);
  expect_error (!say (w, "m1", "V1", "text", "at=2026-03-02T00:58:00Z|text=医生您好，药吃完了", &fresh, &error), &error, FZ_ERROR_CONFLICT, "m1");
  expect_error (!say (w, "m1", "V2", "text", "at=2026-03-02T00:58:00Z|text=医生您好，药快吃完了", NULL, &error), &error, FZ_ERROR_CONFLICT, NULL);
  g_assert_true (say (w, "m2", "V1", "image", "", &fresh, &error));
  rows = list (w, "V1");
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (of (rows, 0, "text"), ==, "医生您好，药快吃完了");
  g_assert_cmpstr (of (rows, 0, "side"), ==, "patient");
  g_assert_cmpstr (of (rows, 0, "state"), ==, "new");
  g_assert_cmpstr (of (rows, 1, "media"), ==, "image/jpeg");
  g_assert_cmpint (count (w, "TRUE"), ==, 2);
}

static void
bad_ones_are_named (World *w)
{
  static const char *const bad[][4] = {
    { "", "V1", "text", "text=x" }, { "a b", "V1", "text", "text=x" }, { "m1", "V1", "text", "" }, { "m1", "V1", "text", "text=\xe2\x80\xae \xe2\x80\x8b" },
    { "m1", "V1", "sticker", "text=x" }, { "m1", "V1", "note", "text=x" }, { "m1", "V1", "text", "text=x|at=2026-03-03T09:00:00Z" },
    { "m1", "V1", "image", "sha256=abc" }, { "m1", "V1", "video", "file=a.mp4" },
    { "m1", "V1", "video", "file=a.mp4|custodian=院内存储|sha256=0000000000000000000000000000000000000000000000000000000000000000"
                           "|started_at=2026-03-02T00:50:00Z|ended_at=2026-03-02T00:50:00Z" },
  };
  g_autofree char *long_text = g_strnfill (FZ_TALK_MAX_CHARS + 1, 'a'), *more = g_strconcat ("text=", long_text, NULL);
  g_autoptr (GError) error = NULL;
  guint64 from;

  begin (w);
  from = world_audit_size (w);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    expect_error (!say (w, bad[i][0], bad[i][1], bad[i][2], bad[i][3], NULL, &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!say (w, "m1", "V1", "text", more, NULL, &error), &error, FZ_ERROR_INVALID, "过长");
  expect_error (!say (w, "m1", "V9", "text", "text=x", NULL, &error), &error, FZ_ERROR_NOT_FOUND, NULL);
  expect_error (!say (w, "m1", "V1", "image", "sha256=0000000000000000000000000000000000000000000000000000000000000000", NULL, &error), &error,
                FZ_ERROR_NOT_FOUND, NULL);
  g_assert_cmpint (count (w, "TRUE"), ==, 0);
  g_assert_cmpuint (world_audit_size (w), ==, from);
}

/* T17: what turns, hides or piles up text is left out, and said by the hash of what came. */
static void
tricks_are_left_out (World *w)
{
  static const char trick[] = "text=剂量\xe2\x80\xae 10\xe2\x80\xac mg\xe2\x80\x8b\a\r\n\n\n\n下一行e\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81\xcc\x81";
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *came = fz_sha256_hex (trick + 5, strlen (trick) - 5);

  begin (w);
  g_assert_true (say (w, "m1", "V1", "text", trick, NULL, &error));
  g_assert_true (say (w, "m2", "V1", "text", "text=家人\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9  ", NULL, &error));
  rows = list (w, "V1");
  g_assert_true (g_str_has_prefix (of (rows, 0, "text"), "剂量 10 mg\n\n下一行\xc3\xa9"));
  g_assert_cmpint ((int) g_utf8_strlen (of (rows, 0, "text"), -1), <=, 19);
  g_assert_nonnull (of (rows, 0, "original_sha256"));
  g_assert_cmpuint (strlen (came), ==, 64);
  g_assert_cmpstr (of (rows, 1, "text"), ==, "家人\xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9");
  g_assert_null (of (rows, 1, "original_sha256"));
}

/* Whose visit it is decides; the entries are the log's, and administrators do not read them. */
static void
only_who_treats_the_patient (World *w)
{
  static const char *const others[] = { "D1002", "P2001", "A3001", "S4001", "S4002", "S4003" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL, entries = NULL;
  g_autoptr (FzFields) state = NULL;

  begin (w);
  world_take (w, "V1");
  hear (w, "m1", "V1", "回电话 " NUMBER);
  rows = list (w, "V1");
  g_assert_cmpuint (rows->len, ==, 1);
  state = fz_desk_talk_state (w->session, "V1", &error);
  g_assert_cmpstr (fz_fields_get (state, "new"), ==, "1");
  g_assert_true (fz_fields_is_yes (state, "open") && fz_fields_is_yes (state, "mine"));
  for (guint i = 0; i < G_N_ELEMENTS (others); i++) {
    guint64 from;

    world_sign_in (w, others[i]);
    from = world_audit_size (w);
    expect_error (fz_desk_list_talk (w->session, "V1", 0, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
    expect_error (!fz_desk_send_talk (w->session, "V1", "您好", &error), &error, FZ_ERROR_REFUSED, NULL);
    expect_error (!fz_desk_see_talk (w->session, "V1", 9, &error), &error, FZ_ERROR_REFUSED, NULL);
    expect_error (fz_desk_read_talk_picture (w->session, "V1", "m1", 64, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
    g_assert_cmpuint (world_audit_count (w, from, NULL, "denied"), ==, 4);
  }
  entries = fz_desk_list (w->session, FZ_LIST_AUDIT, NULL, &error); /* the audit administrator's */
  g_assert_no_error (error);
  for (guint i = 0; i < entries->len; i++) {
    g_autoptr (GBytes) text = fz_fields_print (entries->pdata[i], &error);

    g_assert_no_error (error);
    g_assert_null (g_strstr_len (g_bytes_get_data (text, NULL), (gssize) g_bytes_get_size (text), NUMBER));
  }
}

/* Visits of this doctor with something unread, and with those that wait. */
static void
expect_unread (World *w, const char *unread, const char *calls)
{
  g_autoptr (FzFields) status = fz_desk_status (w->session);

  g_assert_cmpstr (fz_fields_get (status, "talk.unread"), ==, unread);
  g_assert_cmpstr (fz_fields_get (status, "visit.calls"), ==, calls);
}

static void
seen_once (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint64 from;

  begin (w);
  world_take (w, "V1");
  hear (w, "m1", "V1", "第一条");
  hear (w, "m2", "V1", "第二条");
  hear (w, "m3", "V1", "第三条");
  world_arrive (w, 1, "V2"); /* waits: nobody's yet */
  hear (w, "m4", "V2", "还要等多久");
  expect_unread (w, "1", "2");
  from = world_audit_size (w);
  g_assert_true (fz_desk_see_talk (w->session, "V1", 2, &error));
  g_assert_cmpint (count (w, "state = 'new' AND visit = 'V1'"), ==, 1);
  expect_unread (w, "1", "2");
  g_assert_true (fz_desk_see_talk (w->session, "V1", 2, &error));
  g_assert_cmpuint (world_audit_count (w, from, "talk.see", "done"), ==, 1);
  rows = list (w, "V1");
  g_assert_cmpstr (of (rows, 1, "state"), ==, "seen");
  g_assert_cmpstr (of (rows, 2, "state"), ==, "new");
  g_assert_true (fz_desk_see_talk (w->session, "V1", 9, &error));
  expect_unread (w, "0", "1");
  world_take (w, "V2");
  expect_unread (w, "1", "1");
  world_sign_in (w, "D1002");
  expect_unread (w, "0", "0");
}

/* What was said by telephone, and where a recording is kept: the doctor's words, nothing is sent. */
static void
notes_and_recordings (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (FzFields) video = facts_of ("kind=video|file=V1-0302.mp4|custodian=信息科视频存储|started_at=2026-03-02T00:50:00Z|ended_at=2026-03-02T00:58:00Z|"
                                         "sha256=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
                       no_hash = fz_fields_dup (video, NULL);

  begin (w);
  world_take (w, "V1");
  g_assert_true (fz_desk_note_talk (w->session, "V1", "T1", "电话告知：血压记录请明日再传一次", &error));
  g_assert_no_error (error);
  expect_error (!fz_desk_note_talk (w->session, "V1", "T7", "x", &error), &error, FZ_ERROR_INVALID, "方式");
  expect_error (!fz_desk_note_talk (w->session, "V1", "T1", " ", &error), &error, FZ_ERROR_INVALID, NULL);
  g_assert_true (fz_desk_keep_recording (w->session, "V1", video, &error));
  g_assert_no_error (error);
  fz_fields_set (no_hash, "sha256", NULL);
  expect_error (!fz_desk_keep_recording (w->session, "V1", no_hash, &error), &error, FZ_ERROR_INVALID, "SHA-256");
  expect_error (!fz_desk_send_talk (w->session, "V1", "您好", &error), &error, FZ_ERROR_UNSUPPORTED, "电话"); /* no front is set up */
  rows = list (w, "V1");
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (of (rows, 0, "way_label"), ==, "电话");
  g_assert_cmpstr (of (rows, 0, "state"), ==, "kept");
  g_assert_cmpstr (of (rows, 0, "by_name"), ==, fz_fields_get (fz_session_get_person (w->session), "name"));
  g_assert_cmpstr (of (rows, 1, "custodian"), ==, "信息科视频存储");
}

/* --- sent --- */

static gboolean
set_up_front (FzTxn *txn, gpointer data, GError **error)
{
  gboolean fresh = FALSE;

  return fz_setting_set (txn, FZ_FRONT_SETTING, "/nowhere/front.json", error) &&
         fz_front_in_add (txn, "E-V1", "visit_request", "V1", "{}", "another", &fresh, error) &&
         fz_front_in_done (txn, 1, "applied", NULL, error);
}

static gboolean
mark_job (FzTxn *txn, gpointer data, GError **error)
{
  Front *front = data;

  return fz_talk_mark (front->w->desk, txn, front->id, front->state, front->reason, error);
}

static gboolean
mark (World *w, const char *id, const char *state, const char *reason, GError **error)
{
  Front front = { .w = w, .id = id, .state = state, .reason = reason };

  return fz_store_run (w->desk->store, FZ_TXN_RECORD, mark_job, &front, error);
}

static void
assert_state (World *w, guint i, const char *state)
{
  g_autoptr (GPtrArray) rows = list (w, "V1");

  g_assert_cmpstr (of (rows, i, "state"), ==, state);
}

typedef struct {
  const char *id, *state, *words;
} Settle;

static gboolean
settle_job (FzTxn *txn, gpointer data, GError **error)
{
  Settle *settle = data;
  FzStmt *stmt = fz_txn_query (txn, error, "SELECT o.id FROM front_out o JOIN talk t ON t.front = o.key WHERE t.id = $1", "t", settle->id);
  gint64 id = 0;

  return fz_row_number (stmt, &id, error) && fz_front_out_settle (txn, id, settle->state, "E9", settle->words, 0, error);
}

static void
settle (World *w, const char *id, const char *state, const char *words)
{
  Settle data = { id, state, words };
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, FZ_TXN_LOCAL, settle_job, &data, &error);
  g_assert_no_error (error);
}

#define PLACE "GPSLatitude 39.1234"

/* As a telephone takes it: with its place. */
static void
write_photograph (const char *path, GBytes *jpeg)
{
  static const guint8 head[] = { 0xff, 0xd8, 0xff, 0xe1, 0, 2 + sizeof PLACE - 1 };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  g_byte_array_append (bytes, head, sizeof head);
  g_byte_array_append (bytes, (const guint8 *) PLACE, sizeof PLACE - 1);
  g_byte_array_append (bytes, (const guint8 *) g_bytes_get_data (jpeg, NULL) + 2, (guint) g_bytes_get_size (jpeg) - 2);
  g_assert_true (g_file_set_contents (path, (const char *) bytes->data, bytes->len, NULL));
}

typedef struct {
  const char *sha256;
  GBytes *bytes;
} Sent;

static gboolean
read_sent (FzTxn *txn, gpointer data, GError **error)
{
  Sent *sent = data;

  sent->bytes = fz_attachment_get (txn, sent->sha256, NULL, error);
  return sent->bytes != NULL;
}

static GBytes *
picture_of (World *w, const char *sha256)
{
  Sent sent = { sha256, NULL };
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, FZ_TXN_READ, read_sent, &sent, &error);
  g_assert_no_error (error);
  return sent.bytes;
}

static void
sent_and_heard_of (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *first = NULL, *second = NULL, *path = g_build_filename (w->root, "reply.jpg", NULL);
  g_autoptr (GBytes) jpeg = fz_data_load ("demo/evidence-1.jpg", NULL), sent = NULL;

  begin (w);
  write_photograph (path, jpeg);
  expect_error (!fz_desk_send_talk (w->session, "V1", "还没有接诊", &error), &error, FZ_ERROR_REFUSED, NULL); /* not taken */
  world_take (w, "V1");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, set_up_front, w, &error)); /* from now on: taking asks the front itself */
  fz_desk_send_talk (w->session, "V1", "  近一周血压多少？\n早晚各量一次 ", &error);
  g_assert_no_error (error);
  expect_error (!fz_desk_send_talk (w->session, "V1", " \n ", &error), &error, FZ_ERROR_INVALID, NULL);
  g_assert_true (fz_desk_send_talk_picture (w->session, "V1", path, &error));
  g_assert_no_error (error);
  rows = list (w, "V1");
  sent = picture_of (w, of (rows, 1, "sha256"));
  g_assert_null (memmem (g_bytes_get_data (sent, NULL), g_bytes_get_size (sent), PLACE, strlen (PLACE)));
  g_assert_cmpuint (rows->len, ==, 2);
  g_assert_cmpstr (of (rows, 0, "text"), ==, "近一周血压多少？\n早晚各量一次");
  first = g_strdup (of (rows, 0, "id"));
  second = g_strdup (of (rows, 1, "id"));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_out WHERE kind = 'chat' AND visit = 'V1'"), ==, 2);
  assert_state (w, 0, "queued");
  settle (w, first, "delivered", NULL); /* the front has it; the patient's device is heard of later */
  assert_state (w, 0, "sent");
  g_assert_true (mark (w, first, "delivered", NULL, &error));
  g_assert_true (mark (w, first, "sent", NULL, &error)); /* late */
  assert_state (w, 0, "delivered");
  g_assert_true (mark (w, first, "seen", NULL, &error));
  assert_state (w, 0, "seen");
  expect_error (!mark (w, "m9", "seen", NULL, &error), &error, FZ_ERROR_NOT_FOUND, "m9");
  expect_error (!mark (w, second, "failed", NULL, &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_desk_send_talk_again (w->session, "V1", first, &error), &error, FZ_ERROR_CONFLICT, NULL);
  settle (w, second, "refused", "图片超过患者端的大小");
  assert_state (w, 1, "failed");
  g_assert_true (fz_desk_send_talk_again (w->session, "V1", second, &error));
  assert_state (w, 1, "queued");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(DISTINCT key) FROM front_out WHERE kind = 'chat'"), ==, 3);
  hear (w, "m1", "V1", "一百三十五");
  g_assert_true (fz_desk_see_talk (w->session, "V1", 9, &error)); /* the patient is told */
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_out WHERE kind = 'chat.mark' AND key = 'm1:seen'"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, 0, "talk.send", "done"), ==, 2);
}

static void
the_end_ends_it (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  begin (w);
  world_take (w, "V1");
  hear (w, "m1", "V1", "还没结束");
  g_free (world_sign (w, fz_desk_prepare_termination (w->session, "V1", "T04", "请到门诊就诊", &error)));
  g_assert_no_error (error);
  hear (w, "m2", "V1", "医生还在吗");
  rows = list (w, "V1");
  g_assert_null (of (rows, 0, "after_end"));
  g_assert_cmpstr (of (rows, 1, "after_end"), ==, "yes");
  expect_error (!fz_desk_send_talk (w->session, "V1", "在", &error), &error, FZ_ERROR_REFUSED, "结束");
  expect_error (!fz_desk_note_talk (w->session, "V1", "T1", "已回电", &error), &error, FZ_ERROR_REFUSED, "结束");
  g_assert_true (fz_desk_see_talk (w->session, "V1", 2, &error)); /* reading it is no answer */
}

/* Medical affairs, for this complaint, while it is in hand. */
static void
for_a_complaint (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) values = facts_of ("field.received_on=2026-03-02|field.channel=phone|field.kind=service|field.visit=V1|field.complainant=患者本人|"
                                          "field.contact=13900000000|field.content=等候时间长");
  FzPicture *picture;
  g_autoptr (GPtrArray) rows = NULL;

  begin (w);
  world_arrive (w, 1, "V2");
  world_take (w, "V1");
  hear (w, "m1", "V1", "等了一上午");
  g_assert_true (say (w, "m2", "V1", "image", "", NULL, &error));
  world_sign_in (w, "A3001");
  expect_error (fz_desk_read_complaint_picture (w->session, "V1", "TS-000001", "m2", 64, &error) == NULL, &error, FZ_ERROR_REFUSED, "办理中");
  expect_error (fz_desk_list_complaint_talk (w->session, "V1", "TS-000001", "调查", &error) == NULL, &error, FZ_ERROR_REFUSED, "办理中");
  g_free (world_sign (w, fz_desk_prepare_entry (w->session, "complaint", NULL, "register", values, NULL, NULL, &error)));
  g_assert_no_error (error);
  rows = fz_desk_list_complaint_talk (w->session, "V1", "TS-000001", "核对等候与答复的时间", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  picture = fz_desk_read_complaint_picture (w->session, "V1", "TS-000001", "m2", 64, &error);
  g_assert_no_error (error);
  g_assert_nonnull (picture->rgba);
  fz_picture_free (picture);
  expect_error (fz_desk_read_complaint_picture (w->session, "V1", "TS-000001", "m1", 64, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, NULL);
  expect_error (fz_desk_list_complaint_talk (w->session, "V1", "TS-000001", "", &error) == NULL, &error, FZ_ERROR_INVALID, "用途");
  expect_error (fz_desk_list_complaint_talk (w->session, "V2", "TS-000001", "调查", &error) == NULL, &error, FZ_ERROR_REFUSED, "办理中");
  g_assert_cmpuint (world_audit_count (w, 0, "talk.complaint", "done"), ==, 2);
  world_sign_in (w, "D1001");
  expect_error (fz_desk_list_complaint_talk (w->session, "V1", "TS-000001", "调查", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
}

static FzFields *
reported (World *w, const char *key)
{
  g_autofree char *sql = g_strdup_printf ("SELECT id FROM outbox WHERE key = '%s'", key);
  g_autoptr (GError) error = NULL;
  FzFields *row;

  world_sign_in (w, "A3001");
  row = fz_desk_read_outbox (w->session, world_ask (w, sql), &error);
  g_assert_no_error (error);
  return row;
}

/* The hospital's video system: an address made of numbers, opened only in one's own open visit, and told to the platform only when set. */
static void
video_by_address (World *w)
{
  static const char *const bad[] = { "http://v.example/{visit}", "https://v.example/", "https://{visit}.example/", "https://u:p@v.example/{visit}",
                                     "https://v.example/{visit}/{name}", "https:///{visit}", "https://v.example/{visit} x", "https://v.example/{visit", "javascript:{visit}" };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) none = NULL, state = NULL, video = NULL, told = NULL, status = NULL;
  guint64 from;

  begin (w);
  world_take (w, "V1");
  none = fz_desk_talk_state (w->session, "V1", &error);
  g_assert_false (fz_fields_is_yes (none, "video"));
  expect_error (fz_desk_open_video (w->session, "V1", &error) == NULL, &error, FZ_ERROR_UNSUPPORTED, "系统管理员");
  world_sign_in (w, "S4002");
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    expect_error (!fz_desk_set_video (w->session, bad[i], NULL, &error), &error, FZ_ERROR_INVALID, "https://");
  expect_error (!fz_desk_set_video (w->session, NULL, "https://v.example/{visit}?{staff}", &error), &error, FZ_ERROR_INVALID, "过程数据");
  g_assert_true (fz_desk_set_video (w->session, "https://v.example/room/{visit}?doctor={staff}", "https://v.example/kept/{visit}", &error));
  status = fz_desk_status (w->session);
  g_assert_cmpstr (fz_fields_get (status, "video.process_url"), ==, "https://v.example/kept/{visit}");
  world_sign_in (w, "D1002");
  expect_error (fz_desk_open_video (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  world_sign_in (w, "D1001");
  world_take (w, "V1");
  state = fz_desk_talk_state (w->session, "V1", &error);
  g_assert_true (fz_fields_is_yes (state, "video"));
  from = world_audit_size (w);
  video = fz_desk_open_video (w->session, "V1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (video, "url"), ==, "https://v.example/room/V1?doctor=D1001");
  g_assert_cmpuint (world_audit_count (w, from, "talk.video", "done"), ==, 1);
  g_free (world_sign (w, fz_desk_prepare_termination (w->session, "V1", "T04", "请到门诊就诊", &error)));
  g_assert_no_error (error);
  expect_error (fz_desk_open_video (w->session, "V1", &error) == NULL, &error, FZ_ERROR_REFUSED, "结束");
  told = reported (w, "visit:V1");
  g_assert_cmpstr (fz_fields_get (told, "facts.visit.process_url"), ==, "https://v.example/kept/V1");
}

static void
a_doctors_own_phrases (World *w)
{
  static const char *const mine[] = { "您好，我是接诊医师。", "请补充近一周的血压记录。", NULL }, *const empty[] = { "您好", " ", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL, after = NULL, others = NULL;

  begin (w);
  before = fz_desk_list_phrases (w->session, &error);
  g_assert_no_error (error);
  g_assert_true (fz_desk_keep_phrases (w->session, mine, &error));
  expect_error (!fz_desk_keep_phrases (w->session, empty, &error), &error, FZ_ERROR_INVALID, "常用语");
  after = fz_desk_list_phrases (w->session, &error);
  g_assert_cmpuint (after->len, ==, 2);
  g_assert_cmpstr (after->pdata[1], ==, mine[1]);
  world_sign_in (w, "D1002");
  others = fz_desk_list_phrases (w->session, &error);
  g_assert_cmpuint (others->len, ==, before->len);
}

/* --- unaltered --- */

static gboolean
verify (World *w, GError **error)
{
  guint64 size = 0;
  g_autofree char *root_hex = NULL;

  world_sign_in (w, "S4003");
  return fz_desk_audit_verify (w->session, &size, &root_hex, NULL, NULL, NULL, error);
}

static gboolean
tamper (FzTxn *txn, gpointer back, GError **error)
{
  static const char change[] = "DROP TRIGGER audit_payload_no_update; "
                               "UPDATE audit_payload SET payload = CAST(replace(CAST(payload AS TEXT), '一片', '两片') AS BLOB) "
                               "WHERE number = (SELECT entry FROM talk WHERE id = 'm1');";
  static const char restore[] = "UPDATE audit_payload SET payload = CAST(replace(CAST(payload AS TEXT), '两片', '一片') AS BLOB) "
                                "WHERE number = (SELECT entry FROM talk WHERE id = 'm1');"
                                "CREATE TRIGGER audit_payload_no_update BEFORE UPDATE ON audit_payload "
                                "BEGIN SELECT RAISE(ABORT, 'audit_payload is append-only'); END;";

  return fz_connection_exec (fz_txn_get_store (txn)->connection, FZ_MASK_MIGRATE, back != NULL ? restore : change, error);
}

static void
the_log_proves_it (World *w)
{
  g_autoptr (GError) error = NULL;

  begin (w);
  hear (w, "m1", "V1", "每天吃一片");
  g_assert_true (verify (w, &error));
  g_assert_no_error (error);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, tamper, NULL, &error));
  expect_error (!verify (w, &error), &error, FZ_ERROR_CORRUPT, "详情被改动");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, tamper, w, &error));
  g_assert_no_error (error);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/talk/once", once_under_one_id);
  world_add_test ("/talk/bad", bad_ones_are_named);
  world_add_test ("/talk/tricks", tricks_are_left_out);
  world_add_test ("/talk/rights", only_who_treats_the_patient);
  world_add_test ("/talk/seen", seen_once);
  world_add_test ("/talk/notes", notes_and_recordings);
  world_add_test ("/talk/sent", sent_and_heard_of);
  world_add_test ("/talk/end", the_end_ends_it);
  world_add_test ("/talk/complaint", for_a_complaint);
  world_add_test ("/talk/video", video_by_address);
  world_add_test ("/talk/phrases", a_doctors_own_phrases);
  world_add_test ("/talk/proof", the_log_proves_it);
  status = g_test_run ();
  world_remove_template ();
  return status;
}
