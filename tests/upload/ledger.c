/* What the documents made due, sent to the simulator, and the two books compared: ours in the store, theirs in a SQLite file of their own. */
#include "app/affairs.h"
#include "app/due.h"
#include "app/upload.h"
#include "db/audit.h"
#include "db/directory.h"
#include "db/outbox.h"
#include "db/setting.h"
#include "tests/desk/figures.h"
#include "tests/upload/live.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static void
play_some (World *w, guint visits)
{
  for (guint i = 0; i < visits; i++) {
    g_autofree char *visit = g_strdup_printf ("U%u", i), *rx = NULL;

    if (i == 4) {
      world_sign_in (w, fz_demo_world_doctor (w->world, i));
      world_arrive (w, i, visit);
      g_free (world_sign (w, fz_desk_prepare_refusal (w->session, visit, "J03", "请到实体医院就诊。", NULL)));
      continue;
    }
    rx = world_prescribe (w, i, visit);
    world_review (w, "P2001", rx, i == 3 ? "refused" : "approved");
    world_sign_in (w, fz_demo_world_doctor (w->world, i));
    world_take (w, visit);
    g_free (world_sign (w, fz_desk_prepare_finish (w->session, visit, NULL)));
    world_pass (w, 60);
  }
}

/* The shipped table with other pauses: short ones, so that a test with mishaps takes no minutes; long ones, so that a drain ends with the
 * first failure. */
static void
set_pauses (World *w, const char *pauses)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/platform/tianjin-1.0.json", NULL), *text = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "\"backoff_base_ms\": 1000, \"backoff_max_ms\": 300000",
                                      pauses, 1), ==, 1);
  fz_message_table_unref (w->desk->knowledge->messages);
  w->desk->knowledge->messages = fz_message_table_parse ((const guint8 *) changed->str, changed->len, &error);
  g_assert_no_error (error);
}

static void
hurry (World *w)
{
  set_pauses (w, "\"backoff_base_ms\": 100, \"backoff_max_ms\": 200");
}

typedef struct {
  const char *state;
  GPtrArray *rows; /* "method json" */
} Ledger;

static gboolean
read_ledger (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "SELECT method, payload FROM outbox WHERE state = $1 ORDER BY id";
  Ledger *ledger = data;
  FzStmt *stmt = fz_txn_query (txn, error, sql, "t", ledger->state);

  while (stmt != NULL && fz_stmt_next (stmt, error)) {
    g_autoptr (GBytes) payload = fz_stmt_dup_bytes (stmt, 1);
    gsize n = g_bytes_get_size (payload);

    g_ptr_array_add (ledger->rows, g_strdup_printf ("%s %.*s", fz_stmt_text (stmt, 0), (int) n - 2,
                                                    (const char *) g_bytes_get_data (payload, NULL) + 1));
  }
  return stmt != NULL;
}

static GPtrArray *
rows_in (World *w, const char *state)
{
  Ledger ledger = { state, g_ptr_array_new_with_free_func (g_free) };

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_ledger, &ledger, NULL));
  return ledger.rows;
}

/* How often the platform has taken exactly this record. */
static gint64
times_there (Platform *platform, const char *row)
{
  g_auto (GStrv) parts = g_strsplit (row, " ", 2);
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM accepted WHERE method = '%s' AND json = '%s'", parts[0], parts[1]);

  return platform_ask (platform, sql);
}

/* In the platform's own log: what a record names was taken before it. */
static void
check_order (Platform *platform)
{
  static const char *const late[] = {
    "SELECT COUNT(*) FROM accepted a WHERE a.method = 'uploadElectMedicalRecord' AND NOT EXISTS "
    "(SELECT 1 FROM accepted v WHERE v.method = 'uploadReferralIndicators' AND v.id < a.id "
    "AND json_extract(v.json, '$.bussID') = json_extract(a.json, '$.furtherConsultNo'))",
    "SELECT COUNT(*) FROM accepted a WHERE a.method = 'uploadRecipeIndicators' AND NOT EXISTS "
    "(SELECT 1 FROM accepted v WHERE v.method = 'uploadReferralIndicators' AND v.id < a.id "
    "AND json_extract(v.json, '$.bussID') = json_extract(a.json, '$.bussID'))",
    "SELECT COUNT(*) FROM accepted a, json_each(a.json, '$.orderList') o WHERE a.method = 'uploadRecipeIndicators' AND NOT EXISTS "
    "(SELECT 1 FROM accepted d WHERE d.method = 'uploadDrugCatalogue' AND d.id < a.id "
    "AND json_extract(d.json, '$.hospDrcode') = json_extract(o.value, '$.drcode'))",
  };

  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted a, json_each(a.json, '$.orderList')"), >=, 4);
  for (guint i = 0; i < G_N_ELEMENTS (late); i++)
    g_assert_cmpint (platform_ask (platform, late[i]), ==, 0);
}

static void
without_mishaps (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (GPtrArray) accepted = NULL;
  g_autofree char *trouble = NULL;
  gint64 rows;

  play_some (w, 6);
  go_live (w, platform);
  rows = world_ask (w, "SELECT COUNT(*) FROM outbox");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state <> 'queued'"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadReferralIndicators'"), ==, 6);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadElectMedicalRecord'"), ==, 5);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE method = 'uploadRecipeIndicators'"), ==, 4);
  trouble = drain (w);
  g_assert_null (trouble);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'accepted'"), ==, rows);
  accepted = rows_in (w, "accepted");
  for (guint i = 0; i < accepted->len; i++)
    g_assert_cmpint (times_there (platform, accepted->pdata[i]), ==, 1);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted"), ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, rows);
  check_order (platform);
}

/* What a platform for tests took is not reported: a store that reached one environment is not connected to the other, and a file that was changed behind
 * its back sends nothing. */
static void
environments_apart (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *production = g_build_filename (platform->dir, "config.json", NULL), *test = g_build_filename (platform->dir, "test.json", NULL);
  g_autofree char *text = NULL, *trouble = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) changed = NULL;
  guint accepted = 0, refused = 0, unknown = 0;

  play_some (w, 1);
  drop_other_drugs (w);
  w->desk->demo = FALSE; /* whose environment would be its own */
  go_live (w, platform);
  g_assert_true (g_file_get_contents (production, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "{", "{\"environment\":\"test\",", 1), ==, 1);
  g_assert_true (g_file_set_contents_full (test, changed->str, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  g_assert_true (fz_upload_configure (w->desk, test, &error)); /* nothing was sent yet */
  g_assert_true (g_file_set_contents_full (test, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  expect_error (!fz_upload_drain_desk (w->desk, NULL, &accepted, &refused, &unknown, &trouble, &error), &error, FZ_ERROR_REFUSED, "environment");
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, 0);
  g_assert_true (g_file_set_contents_full (test, changed->str, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  trouble = drain (w);
  g_assert_null (trouble);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'accepted' AND environment = 'test'"), ==, world_ask (w, "SELECT COUNT(*) FROM outbox"));
  expect_error (!fz_upload_configure (w->desk, production, &error), &error, FZ_ERROR_REFUSED, "测试平台");
  g_assert_true (fz_upload_configure (w->desk, test, &error));
  g_assert_no_error (error);
}

static gboolean
forget_environment (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .action = "test.forget", .subject_kind = "store", .outcome = "done" };

  return fz_setting_set (txn, "platform.environment", NULL, error) && fz_txn_run (txn, error, "UPDATE outbox SET environment = NULL", "") &&
         fz_audit_append (txn, &entry, NULL, error);
}

static gint64
named (World *w, const char *environment)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE environment = '%s'", environment);

  return world_ask (w, sql);
}

/* A store from before the environment was noted: what it sent is of the environment that its configuration names, said once and for all at the first
 * connection; another one, or one whose old configuration nobody can read any more, is refused. */
static void
environment_of_an_old_store (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *production = g_build_filename (platform->dir, "config.json", NULL), *test = g_build_filename (platform->dir, "test.json", NULL);
  g_autofree char *text = NULL, *trouble = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) changed = NULL;
  gint64 rows;

  play_some (w, 1);
  drop_other_drugs (w);
  w->desk->demo = FALSE;
  go_live (w, platform);
  trouble = drain (w);
  g_assert_null (trouble);
  rows = named (w, "production");
  g_assert_cmpint (rows, >, 3);
  g_assert_true (g_file_get_contents (production, &text, NULL, NULL));
  changed = g_string_new (text);
  g_string_replace (changed, "{", "{\"environment\":\"test\",", 1);
  g_assert_true (g_file_set_contents_full (test, changed->str, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, forget_environment, NULL, &error));
  expect_error (!fz_upload_configure (w->desk, test, &error), &error, FZ_ERROR_REFUSED, "正式平台");
  g_assert_cmpint (named (w, "production"), ==, rows);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, forget_environment, NULL, &error));
  g_free (g_steal_pointer (&trouble));
  trouble = drain (w); /* nothing is due: connecting says it */
  g_assert_cmpint (named (w, "production"), ==, rows);
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, forget_environment, NULL, &error));
  g_assert_cmpint (g_unlink (production), ==, 0);
  expect_error (!fz_upload_configure (w->desk, test, &error), &error, FZ_ERROR_REFUSED, "config.json");
  g_assert_cmpint (named (w, "test"), ==, 0);
}

/* The platform met it: an unknown outcome is of a call that was made. */
static gboolean
was_called (Platform *platform, const char *payload)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM call WHERE plaintext = '%s'", payload);

  return platform_ask (platform, sql) > 0;
}

typedef struct {
  gint64 id;
  FzFields *row;
} Kept;

static gboolean
read_kept (FzTxn *txn, gpointer data, GError **error)
{
  Kept *kept = data;

  kept->row = fz_outbox_get (txn, kept->id, error);
  return kept->row != NULL;
}

/* As it went over the wire; a person is shown it with numbers masked. */
static char *
sent_bytes (World *w, gint64 id)
{
  Kept kept = { id, NULL };
  g_autoptr (FzFields) row = NULL;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_kept, &kept, NULL));
  row = kept.row;
  return g_strdup (fz_fields_get (row, "payload"));
}

/* Unknown ones go to a person; the test is one who can look into the platform's book. */
static void
settle_unknown (World *w, Platform *platform)
{
  g_autoptr (GPtrArray) rows = list_state (w, "unknown");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < rows->len; i++) {
    gint64 id = 0;
    g_autoptr (FzFields) row = NULL;
    g_autofree char *text = NULL, *key = NULL, *sent = NULL;
    gboolean there;

    g_assert_true (fz_fields_get_int (rows->pdata[i], "id", &id));
    row = fz_desk_read_outbox (w->session, id, &error);
    g_assert_no_error (error);
    sent = sent_bytes (w, id);
    text = g_strndup (sent + 1, strlen (sent) - 2);
    key = g_strdup_printf ("%s %s", fz_fields_get (row, "method"), text);
    there = times_there (platform, key) > 0;
    g_assert_true (was_called (platform, sent));
    expect_error (!fz_desk_settle_upload (w->session, id, there, "", &error), &error, FZ_ERROR_INVALID, NULL);
    g_assert_true (fz_desk_settle_upload (w->session, id, there, "平台工作人员电话答复", &error));
  }
}

/* The platform's own trouble was answered as a refusal: a person sends those anew. */
static void
retry_refused (World *w)
{
  g_autoptr (GPtrArray) rows = list_state (w, "refused");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < rows->len; i++) {
    gint64 id = 0;

    g_assert_true (fz_fields_get_int (rows->pdata[i], "id", &id));
    fz_desk_retry_upload (w->session, id, &error);
    g_assert_no_error (error);
  }
}

static void
with_mishaps (World *w)
{
  static const char faults[] = "drop=8,reset=8,busy=6,503=4,slow=4,truncate=6,notjson=5,errbody=4,type=3,slow_ms=300,first=2";
  const char *given = g_getenv ("FUZHEN_SEED");
  g_autofree char *number = given != NULL ? g_strdup (given) : g_strdup_printf ("%u", g_random_int () >> 1);
  g_autoptr (Platform) platform = platform_start (faults, number);
  gint64 rows, done = 0;

  g_test_message ("FUZHEN_SEED=%s %s", number, faults);
  play_some (w, 6);
  drop_other_drugs (w);
  go_live (w, platform);
  hurry (w);
  rows = world_ask (w, "SELECT COUNT(*) FROM outbox");
  for (guint round = 0; round < 20 && done < rows; round++) {
    g_autoptr (GPtrArray) accepted = NULL, refused = NULL;

    g_free (drain (w));
    accepted = rows_in (w, "accepted");
    refused = rows_in (w, "refused");
    for (guint i = 0; i < accepted->len; i++)
      g_assert_cmpint (times_there (platform, accepted->pdata[i]), ==, 1);
    for (guint i = 0; i < refused->len; i++)
      g_assert_cmpint (times_there (platform, refused->pdata[i]), ==, 0);
    g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state IN ('sending', 'alarm', 'blocked')"), ==, 0);
    world_sign_in (w, "A3001");
    settle_unknown (w, platform);
    retry_refused (w);
    done = world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state IN ('accepted', 'settled_sent')");
  }
  g_assert_cmpint (done, ==, rows);
  /* However often something was sent, it stands there once. */
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM (SELECT 1 FROM accepted GROUP BY method, key HAVING COUNT(*) > 1)"), ==, 0);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted"), ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), >, rows);
  check_order (platform);
  figures_check (w, "upload quality", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
}

/* A value that is missing blocks the row and is named; mended and retried, it goes. */
typedef struct {
  FzFields *institution;
  const char *value;
} Mend;

static gboolean
set_unit (FzTxn *txn, gpointer data, GError **error)
{
  Mend *mend = data;
  FzAuditEntry entry = { .actor = "system", .action = "profile.change", .subject_kind = "store", .outcome = "done" };
  g_autoptr (FzFields) kept = fz_profile_get (txn, "institution", error), body = kept != NULL ? fz_fields_dup (kept, NULL) : NULL;

  if (body == NULL)
    return FALSE;
  fz_fields_set (body, "organ.unit_id", mend->value);
  return fz_profile_put (txn, "institution", body, error) && fz_audit_append (txn, &entry, NULL, error);
}

static void
change_unit (World *w, const char *value)
{
  Mend mend = { NULL, value };
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, set_unit, &mend, &error));
  g_assert_true (fz_desk_reload (w->desk, &error));
  g_assert_no_error (error);
}

static void
blocked_until_mended (World *w)
{
  g_autoptr (FzFields) filter = fz_fields_new ("fuzhen.filter/v1");
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id = 0;

  world_sign_in (w, "D1001");
  change_unit (w, NULL);
  world_arrive (w, 0, "V1");
  g_free (world_sign (w, fz_desk_prepare_refusal (w->session, "V1", "J03", "请到实体医院就诊。", NULL)));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key = 'visit:V1' AND state = 'blocked' AND payload IS NULL"), ==, 1);
  fz_fields_set (filter, "state", "blocked");
  world_sign_in (w, "A3001");
  rows = fz_desk_list (w->session, FZ_LIST_OUTBOX, filter, &error);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpuint (strlen (fz_fields_get (rows->pdata[0], "problems")), >, 6);
  g_assert_true (fz_fields_get_int (rows->pdata[0], "id", &id));
  g_assert_true (fz_desk_retry_upload (w->session, id, &error)); /* still missing: still blocked */
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'blocked'"), ==, 1);
  change_unit (w, "DEMO-UNIT-0001");
  g_assert_true (fz_desk_retry_upload (w->session, id, &error));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE key = 'visit:V1' AND state = 'queued'"), ==, 1);
  expect_error (!fz_desk_retry_upload (w->session, id, &error), &error, FZ_ERROR_CONFLICT, NULL);
}

/* Voided before it was sent, and what says so can't be built: that one waits for a person, and the others go, whatever waits with it. */
static void
one_that_cannot_be_built (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *trouble = NULL, *where = g_strdup_printf ("key = 'prescription:%s' AND state", rx), *blocked = NULL, *sent = NULL, *which = NULL;
  g_autoptr (GError) error = NULL;
  gint64 others;

  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "D1001");
  g_free (world_sign (w, fz_desk_prepare_void (w->session, rx, "患者要求", &error)));
  g_assert_no_error (error);
  world_take (w, "V1");
  g_free (world_sign (w, fz_desk_prepare_finish (w->session, "V1", &error)));
  g_assert_no_error (error);
  drop_other_drugs (w);
  go_live (w, platform);
  others = world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'queued'") - 1;
  change_unit (w, NULL);
  trouble = drain (w);
  g_assert_cmpstr (trouble, ==, NULL);
  blocked = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE %s = 'blocked' AND payload IS NULL AND problems <> ''", where);
  g_assert_cmpint (world_ask (w, blocked), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'accepted'"), ==, others);
  change_unit (w, "DEMO-UNIT-0001");
  world_sign_in (w, "A3001");
  which = g_strdup_printf ("SELECT id FROM outbox WHERE key = 'prescription:%s'", rx);
  g_assert_true (fz_desk_retry_upload (w->session, world_ask (w, which), &error));
  g_assert_no_error (error);
  g_free (drain (w));
  sent = g_strdup_printf ("SELECT COUNT(*) FROM outbox WHERE %s = 'accepted'", where);
  g_assert_cmpint (world_ask (w, sent), ==, 1);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM accepted WHERE method = 'uploadRecipeIndicators' AND json_extract(json, '$.recipeStatus') = '0'"), ==, 1);
}

static gboolean
let_pauses_pass (FzTxn *txn, gpointer data, GError **error)
{
  return fz_txn_run (txn, error, "UPDATE outbox SET next_at = 0", "");
}

/* A platform that is away: each try is one entry, and the row waits as it was. */
static void
away_for_a_while (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  const guint tries = 3;
  guint64 from;
  gint64 rows;

  play_some (w, 1);
  drop_other_drugs (w);
  go_live (w, platform);
  set_pauses (w, "\"backoff_base_ms\": 300000, \"backoff_max_ms\": 300000");
  platform_kill (platform);
  rows = world_ask (w, "SELECT COUNT(*) FROM outbox");
  from = world_audit_size (w);
  for (guint i = 0; i < tries; i++) {
    g_autofree char *trouble = drain (w);

    g_assert_nonnull (trouble);
    g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, let_pauses_pass, NULL, NULL));
  }
  g_assert_cmpuint (world_audit_count (w, from, "upload.begin", "done"), ==, tries);
  g_assert_cmpuint (world_audit_size (w), ==, from + tries);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'queued' AND attempts = 0"), ==, rows);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE words IS NOT NULL"), >=, 1);
  platform_kill_and_restart (platform);
  g_free (drain (w));
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state = 'accepted'"), ==, rows);
  g_assert_cmpint (platform_ask (platform, "SELECT COUNT(*) FROM call"), ==, rows);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/upload/without-mishaps", without_mishaps);
  world_add_test ("/upload/with-mishaps", with_mishaps);
  world_add_test ("/upload/environments", environments_apart);
  world_add_test ("/upload/environment-of-an-old-store", environment_of_an_old_store);
  world_add_test ("/upload/blocked", blocked_until_mended);
  world_add_test ("/upload/one-that-cannot-be-built", one_that_cannot_be_built);
  world_add_test ("/upload/away", away_for_a_while);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
