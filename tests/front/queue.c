/* What the front hears of documents: queued with them, in order, nothing for visits that did not come from there. */
#include "app/front.h"
#include "core/json.h"
#include "db/audit.h"
#include "db/front.h"
#include "db/setting.h"
#include "tests/desk/world.h"

#include <string.h>

typedef struct {
  const char *visit;
  const char *kind, *key;
  const FzFields *facts;
  FzFields *state;
  GPtrArray *due;
  gint64 next_us;
  guint times;
} Job;

static gboolean
audit (FzTxn *txn, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .role = "desk", .action = "front.receive", .subject_kind = "store", .outcome = "done" };

  return fz_audit_append (txn, &entry, NULL, error);
}

/* A front is set up, and this visit's request came from it. */
static gboolean
set_up (FzTxn *txn, gpointer data, GError **error)
{
  const Job *job = data;
  gboolean fresh = FALSE;

  return fz_setting_set (txn, FZ_FRONT_SETTING, "/nowhere/front.json", error) &&
         fz_front_in_add (txn, job->visit, "visit_request", job->visit, "{}", "another", &fresh, error) && fresh &&
         fz_front_in_done (txn, 1, "applied", NULL, error) && audit (txn, error);
}

static gboolean
read_due (FzTxn *txn, gpointer data, GError **error)
{
  Job *job = data;

  job->due = fz_front_out_due (txn, 100, &job->next_us, error);
  return job->due != NULL;
}

static void
run (World *w, FzTxnMode mode, FzJob call, Job *job)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, mode, call, job, &error);
  g_assert_no_error (error);
}

static GPtrArray *
due_now (World *w)
{
  Job job = { 0 };

  run (w, FZ_TXN_READ, read_due, &job);
  return job.due;
}

static FzJson *
payload_of (const FzFrontRow *row)
{
  gsize n = 0;
  const void *bytes = g_bytes_get_data (row->payload, &n);
  g_autoptr (GError) error = NULL;
  FzJson *json = fz_json_parse (bytes, n, 1 << 20, &error);

  g_assert_no_error (error);
  return json;
}

static void
expect_row (const GPtrArray *rows, guint i, const char *kind, gint64 turn)
{
  const FzFrontRow *row = rows->pdata[i];
  g_autoptr (FzJson) json = payload_of (row);
  gint64 found = 0;

  g_assert_cmpstr (row->kind, ==, kind);
  g_assert_cmpstr (fz_json_get_string (json, "kind", NULL), ==, kind);
  g_assert_cmpstr (fz_json_get_string (json, "key", NULL), ==, row->key);
  g_assert_true (fz_json_get_int (json, "turn", &found, NULL));
  g_assert_cmpint (found, ==, turn);
}

/* Taken, prescribed, approved, dispensed, and nothing of the visit beside it that came in a folder. */
static void
test_day (World *w)
{
  Job job = { .visit = "V-FRONT" };
  g_autofree char *rx = NULL, *other = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (FzJson) ready = NULL;
  const FzJson *line;

  world_sign_in (w, "D1001");
  rx = world_prescribe (w, 0, "V-FRONT"); /* taking it asks the front: exchange.c */
  run (w, FZ_TXN_RECORD, set_up, &job);
  other = world_prescribe (w, 1, "V-FOLDER");
  world_review (w, "P2001", other, "approved");
  world_review (w, "P2001", rx, "approved");
  world_dispense (w, rx);
  rows = due_now (w);
  g_assert_cmpuint (rows->len, ==, 2);
  expect_row (rows, 0, "prescription.ready", 1);
  expect_row (rows, 1, "prescription.ended", 2);
  ready = payload_of (rows->pdata[0]);
  line = fz_json_get_item (fz_json_get_array (fz_json_find (ready, "body"), "lines", NULL), 0);
  g_assert_nonnull (strstr (fz_json_get_string (line, "usage", NULL), "每次 "));
  g_assert_cmpstr (fz_json_get_string (fz_json_find (ready, "body"), "prescription", NULL), ==, rx);
}

static gboolean
put (FzTxn *txn, gpointer data, GError **error)
{
  Job *job = data;
  FzDesk *desk = NULL;

  return fz_front_put (desk, txn, job->kind, job->visit, job->key, job->facts, error) && audit (txn, error);
}

static void
expect_put (World *w, Job *job, FzErrorCode code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_store_run (w->desk->store, FZ_TXN_RECORD, put, job, &error));
  g_assert_error (error, FZ_ERROR, (int) code);
}

static FzFields *
chat (const char *message)
{
  FzFields *facts = fz_fields_new ("fuzhen.test/v1");

  fz_fields_set (facts, "message", message);
  fz_fields_set (facts, "at", "2026-03-02T01:00:00Z");
  fz_fields_set (facts, "kind", "text");
  fz_fields_set (facts, "text", "请按时测血压。");
  fz_fields_set (facts, "by", "李医师");
  return facts;
}

static void
test_refused (World *w)
{
  g_autoptr (FzFields) facts = chat ("M1"), stray = chat ("M2");
  Job job = { .visit = "V-FRONT", .kind = "chat", .key = "chat:M1", .facts = facts };

  world_sign_in (w, "D1001");
  expect_put (w, &job, FZ_ERROR_UNSUPPORTED); /* no front */
  run (w, FZ_TXN_RECORD, set_up, &job);
  run (w, FZ_TXN_RECORD, put, &job);
  expect_put (w, &job, FZ_ERROR_CONFLICT);
  job.visit = "V-OTHER";
  job.key = "chat:M2";
  expect_put (w, &job, FZ_ERROR_UNSUPPORTED);
  job.visit = "V-FRONT";
  job.kind = "gossip";
  expect_put (w, &job, FZ_ERROR_INTERNAL);
  job.kind = "chat";
  fz_fields_set (stray, "text", NULL);
  fz_fields_set (stray, "mood", "gut");
  job.facts = stray;
  expect_put (w, &job, FZ_ERROR_INTERNAL);
  fz_fields_set (stray, "mood", NULL);
  fz_fields_set (stray, "by", NULL);
  expect_put (w, &job, FZ_ERROR_INTERNAL);
}

static gboolean
wait_first (FzTxn *txn, gpointer data, GError **error)
{
  Job *job = data;
  const FzFrontRow *first = job->due->pdata[0];

  return fz_front_out_settle (txn, first->id, "queued", "busy", "later", fz_txn_now_us (txn) + 60 * G_USEC_PER_SEC, error) && audit (txn, error);
}

/* One that has to wait holds back those of its visit behind it, and no other's. */
static void
test_order (World *w)
{
  g_autoptr (FzFields) facts = chat ("M1");
  Job job = { .visit = "V-FRONT", .kind = "chat", .key = "chat:M1", .facts = facts };

  world_sign_in (w, "D1001");
  run (w, FZ_TXN_RECORD, set_up, &job);
  run (w, FZ_TXN_RECORD, put, &job);
  job.key = "chat:M2";
  run (w, FZ_TXN_RECORD, put, &job);
  run (w, FZ_TXN_READ, read_due, &job);
  g_assert_cmpuint (job.due->len, ==, 2);
  run (w, FZ_TXN_RECORD, wait_first, &job);
  g_ptr_array_unref (job.due);
  run (w, FZ_TXN_READ, read_due, &job);
  g_assert_cmpuint (job.due->len, ==, 0);
  g_assert_cmpint (job.next_us, >, fz_desk_now_us (w->desk));
  g_ptr_array_unref (job.due);
  world_pass (w, 61);
  run (w, FZ_TXN_READ, read_due, &job);
  g_assert_cmpuint (job.due->len, ==, 2);
  expect_row (job.due, 0, "chat", 1);
  g_ptr_array_unref (job.due);
}

static gboolean
add_twice (FzTxn *txn, gpointer data, GError **error)
{
  gboolean fresh[4] = { 0 };

  if (!fz_front_in_add (txn, "E1", "cancel", "V1", "{\"a\":1}", "differs", &fresh[0], error) ||
      !fz_front_in_add (txn, "E1", "cancel", "V1", "{\"a\":1}", "differs", &fresh[1], error) ||
      !fz_front_in_add (txn, "E1", "cancel", "V1", "{\"a\":2}", "differs", &fresh[2], error) ||
      !fz_front_in_add (txn, "E1", "cancel", "V1", "{\"a\":2}", "differs", &fresh[3], error))
    return FALSE;
  g_assert_true (fresh[0] && !fresh[1] && fresh[2] && !fresh[3]);
  return audit (txn, error);
}

static void
test_twice (World *w)
{
  Job job = { 0 };

  world_sign_in (w, "D1001");
  run (w, FZ_TXN_RECORD, add_twice, &job);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_in"), ==, 2);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM front_in WHERE state = 'held'"), ==, 1);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/front/queue/day", test_day);
  world_add_test ("/front/queue/refused", test_refused);
  world_add_test ("/front/queue/order", test_order);
  world_add_test ("/front/queue/twice", test_twice);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
