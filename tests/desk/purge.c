/* A lawful purge (到期清除): never early, never what is held or relied on, never alone; then the bytes are gone and everything signed still holds. */
#include "app/intake.h"
#include "app/intake_bundle.h"
#include "app/purge.h"
#include "app/talk.h"
#include "core/date.h"
#include "db/attachment.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/store_private.h"
#include "db/tombstone.h"
#include "tests/desk/steps.h"
#include "tests/desk/figures.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define DAY (24 * 60 * MINUTE)
#define MARKER "ZHIQING-BIAOJI-20260302-" /* planted in details of an act */

static char *verifier;

/* --- the parts --- */

static FzFields *
facts_of (const char *kind, const char *text)
{
  FzFields *facts = fz_fields_new (kind);
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL && *pairs[i] != '\0'; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    fz_fields_set (facts, pair[0], pair[1]);
  }
  return facts;
}

/* The same photograph with a comment of its own: other bytes, other hash. */
static GBytes *
picture (const char *mark)
{
  g_autoptr (GBytes) jpeg = fz_data_load ("demo/evidence-1.jpg", NULL);
  gsize n = 0, length = strlen (mark);
  const guint8 *bytes = g_bytes_get_data (jpeg, &n);
  GByteArray *out = g_byte_array_new ();
  const guint8 comment[] = { 0xff, 0xfe, 0, (guint8) (length + 2) };

  g_byte_array_append (out, bytes, 2);
  g_byte_array_append (out, comment, sizeof comment);
  g_byte_array_append (out, (const guint8 *) mark, (guint) length);
  g_byte_array_append (out, bytes + 2, (guint) (n - 2));
  return g_byte_array_free_to_bytes (out);
}

static char *
hash_of (const char *mark)
{
  g_autoptr (GBytes) bytes = picture (mark);

  return fz_sha256_hex (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* A request with these pictures. */
static void
arrive (World *w, guint i, const char *visit, const char *const *marks)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) fz_bundle_file_free);
  g_autoptr (FzFields) facts = world_request (w, i, visit);
  g_autoptr (GError) error = NULL;

  for (guint k = 0; marks[k] != NULL; k++) {
    FzBundleFile *file = g_new0 (FzBundleFile, 1);
    g_autofree char *sha256 = hash_of (marks[k]);

    file->name = g_strdup_printf ("%s.jpg", marks[k]);
    file->bytes = picture (marks[k]);
    g_ptr_array_add (files, file);
    fz_fields_set_at (facts, "evidence", k, "file", file->name);
    fz_fields_set_at (facts, "evidence", k, "sha256", sha256);
    fz_fields_set_at (facts, "evidence", k, "kind", "outpatient_record");
  }
  fz_intake_facts (w->desk, NULL, facts, files, &error);
  g_assert_no_error (error);
}

#define PICTURES(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void
leave_again (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;

  fz_desk_withdraw_visit (w->session, visit, "患者改到门诊就诊", &error);
  g_assert_no_error (error);
}

static char *
register_move (World *w, const char *reg, const char *entry, const char *move, const char *values)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) facts = facts_of ("fuzhen.values/v1", values);
  g_autofree char *document = NULL;
  FzSheet *sheet = fz_desk_prepare_entry (w->session, reg, entry, move, facts, NULL, NULL, &error);

  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, strlen ("TS-000001"));
}

/* Certificates run two years. */
static void
renew (World *w, const char *number)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin (w->number);

  fz_desk_renew_certificate (w->session, number, pin, &error);
  g_assert_no_error (error);
}

static void
pass_years (World *w)
{
  world_pass (w, (3 * 365 + 1) * DAY); /* 2029-03-02: one leap day */
  world_sign_in (w, "S4001");
  renew (w, "S4001");
  renew (w, "A3001");
}

static FzFields *
plan (World *w, const char *class, const char *to, GError **error)
{
  g_autoptr (FzFields) ask = fz_fields_new ("fuzhen.purge_ask/v1");

  fz_fields_set (ask, "class", class);
  fz_fields_set (ask, "to", to);
  return fz_desk_plan_purge (w->session, ask, NULL, NULL, NULL, error);
}

static FzSheet *
prepare (World *w, const FzFields *plan, GError **error)
{
  g_autoptr (FzFields) ask = fz_fields_new ("fuzhen.purge_ask/v1");
  FzDate today = fz_date_in_beijing (fz_session_now_us (w->session));
  g_autofree char *until = fz_date_format (fz_date_add_days (today, 7));

  fz_fields_set (ask, "list_sha256", fz_fields_get (plan, "list_sha256"));
  fz_fields_set (ask, "purpose", "G01");
  fz_fields_set (ask, "words", "保存期限届满");
  fz_fields_set (ask, "until_on", until);
  return fz_desk_prepare_purge (w->session, ask, error);
}

/* Counted and asked for by medical affairs. The grant's id. */
static char *
ask (World *w, const char *class, const char *to, gint64 n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) counted = plan (w, class, to, &error);
  g_autofree char *document = NULL;
  gint64 found = 0;
  FzSheet *sheet;

  g_assert_no_error (error);
  g_assert_true (fz_fields_get_int (counted, "n", &found));
  g_assert_cmpint (found, ==, n);
  sheet = prepare (w, counted, &error);
  g_assert_no_error (error);
  document = world_sign (w, sheet);
  return g_strndup (document, strlen ("GNT-000001"));
}

static void
approve (World *w, const char *by, const char *grant)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  world_sign_in (w, by);
  sheet = fz_desk_prepare_grant_decision (w->session, grant, "approved", "已核对清单", &error);
  g_assert_no_error (error);
  g_free (world_sign (w, sheet));
}

static FzFields *
run (World *w, const char *grant, GError **error)
{
  return fz_desk_run_purge (w->session, grant, NULL, NULL, NULL, error);
}

static char *
text_of (World *w, const char *by, const char *class, const char *to, gint64 n)
{
  char *grant;

  world_sign_in (w, "A3001");
  grant = ask (w, class, to, n);
  approve (w, by, grant);
  world_sign_in (w, "A3001");
  return grant;
}

/* --- what is on the disk, behind the seal --- */

typedef struct {
  const guint8 *bytes;
  gsize n;
  guint hits;
} Needle;

static gboolean
read_pages (FzTxn *txn, gpointer data, GError **error)
{
  Needle *needle = data;
  sqlite3_file *file = NULL;
  sqlite3_int64 size = 0;
  guint8 page[FZ_STORE_PAGE_BYTES];

  g_assert_cmpint (sqlite3_file_control (txn->store->connection->db, "main", SQLITE_FCNTL_FILE_POINTER, &file), ==, SQLITE_OK);
  g_assert_cmpint (file->pMethods->xFileSize (file, &size), ==, SQLITE_OK);
  g_assert_cmpint (size, >, 0);
  for (sqlite3_int64 at = 0; at < size; at += sizeof page) {
    g_assert_cmpint (file->pMethods->xRead (file, page, sizeof page, at), ==, SQLITE_OK);
    for (const guint8 *c = page; (c = memmem (c, (gsize) (page + sizeof page - c), needle->bytes, needle->n)) != NULL; c++)
      needle->hits++;
  }
  return TRUE;
}

static guint
count_in_pages (World *w, const void *bytes, gsize n)
{
  Needle needle = { bytes, n, 0 };

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_pages, &needle, NULL));
  return needle.hits;
}

static gsize
size_of_log (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "store.fz-wal", NULL);
  GStatBuf info;

  return g_stat (path, &info) == 0 ? (gsize) info.st_size : 0;
}

/* What stood in the log is in the main file, and can be looked for there. */
static void
settle (World *w)
{
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
}

static guint
count_sealed (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "evidence", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint n = 0;

  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

typedef struct {
  const char *sql;
  GBytes *bytes;
} Blob;

static gboolean
read_blob (FzTxn *txn, gpointer data, GError **error)
{
  Blob *blob = data;
  sqlite3_stmt *raw = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (txn->store->connection->db, blob->sql, -1, &raw, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (raw), ==, SQLITE_ROW);
  blob->bytes = g_bytes_new (sqlite3_column_blob (raw, 0), (gsize) sqlite3_column_bytes (raw, 0));
  sqlite3_finalize (raw);
  return TRUE;
}

static GBytes *
blob (World *w, const char *sql)
{
  Blob what = { sql, NULL };

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, read_blob, &what, NULL));
  return what.bytes;
}

/* What the store says of a picture: gone by whom, or there. */
typedef struct {
  const char *visit, *sha256;
  char *words;
} Asked;

static gboolean
ask_words (FzTxn *txn, gpointer data, GError **error)
{
  Asked *asked = data;

  asked->words = fz_purge_words (txn, asked->visit, asked->sha256, error);
  return TRUE;
}

static char *
words_of (World *w, const char *visit, const char *mark)
{
  g_autofree char *sha256 = hash_of (mark);
  Asked asked = { visit, sha256, NULL };

  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, ask_words, &asked, NULL));
  return asked.words;
}

/* --- tests --- */

/* Two that go, one relied on, one held by a complaint, one shared with a request of today. */
static void
fill (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *entry = NULL, *value = NULL;

  world_sign_in (w, "A3001");
  arrive (w, 0, "VA-0001", PICTURES ("a1", "a2"));
  leave_again (w, "VA-0001");
  arrive (w, 1, "VB-0002", PICTURES ("b1"));
  leave_again (w, "VB-0002");
  arrive (w, 2, "VC-0003", PICTURES ("c1"));
  leave_again (w, "VC-0003");
  entry = register_move (w, "complaint", NULL, "register",
                         "field.received_on=2026-03-02|field.channel=phone|field.kind=fee|field.complainant=甲合成|field.content=就诊 VB-0002 收费");
  value = fz_desk_reveal (w->session, "VA-0001", "patient.mobile", "U1", MARKER, &error);
  g_assert_no_error (error);
  g_free (world_prescribe (w, 0, "VD-0004")); /* every picture is named as the ground */
  world_pass (w, 60);
}

static void
test_early (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) counted = NULL;

  fill (w);
  world_sign_in (w, "A3001");
  expect_error (plan (w, "image", "2026-03-02", &error) == NULL, &error, FZ_ERROR_INVALID, "尚未期满");
  expect_error (plan (w, "record", "2000-01-01", &error) == NULL, &error, FZ_ERROR_INVALID, "本程序不清除");
  expect_error (plan (w, "image", "yesterday", &error) == NULL, &error, FZ_ERROR_INVALID, "哪一天");
  pass_years (w); /* the last day on which they must be there */
  world_sign_in (w, "A3001");
  expect_error (plan (w, "image", "2026-03-02", &error) == NULL, &error, FZ_ERROR_INVALID, "尚未期满");
  counted = plan (w, "image", "2026-03-01", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (counted, "n"), ==, "0");
  expect_error (prepare (w, counted, &error) == NULL, &error, FZ_ERROR_INVALID, "不必申请");
  world_pass (w, DAY);
  g_clear_pointer (&counted, fz_fields_unref);
  counted = plan (w, "image", "2026-03-02", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (counted, "n"), ==, "3"); /* a1, a2, c1 */
  g_assert_cmpstr (fz_fields_get (counted, "held"), ==, "1");
  g_assert_nonnull (strstr (fz_fields_get (counted, "hold.00"), "VB-0002"));
  g_assert_cmpstr (fz_fields_get (counted, "years"), ==, "3");
}

static void
test_two_persons (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *grant = NULL;
  g_autoptr (FzFields) generic = facts_of ("fuzhen.grant_ask/v1", "kind=purge|purpose=G01|words=清|times=1|until_on=2029-03-05|scope.subject=全部");
  guint sealed;

  fill (w);
  pass_years (w);
  world_pass (w, DAY);
  world_sign_in (w, "S4001");
  expect_error (plan (w, "image", "2026-03-02", &error) == NULL, &error, FZ_ERROR_REFUSED, "没有进行此项操作的权限");
  world_sign_in (w, "A3001");
  expect_error (fz_desk_prepare_grant (w->session, generic, &error) == NULL, &error, FZ_ERROR_INVALID, "清点");
  sealed = count_sealed (w);
  grant = ask (w, "image", "2026-03-02", 3);
  expect_error (run (w, grant, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人批准");
  expect_error (fz_desk_prepare_grant_decision (w->session, grant, "approved", NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "另一人");
  approve (w, "S4001", grant);
  expect_error (run (w, grant, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL); /* who approves does not carry it out */
  g_assert_cmpuint (count_sealed (w), ==, sealed + 1); /* the list itself, and nothing has gone */
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM tombstone"), ==, 0);
}

/* Whoever holds the marker finds nothing any more; whoever holds a proof finds everything. */
static void
test_gone (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *a1 = hash_of ("a1"), *grant = NULL, *old = NULL, *fresh = NULL;
  g_autofree char *key_sql = g_strdup_printf ("SELECT file_key FROM attachment WHERE sha256 = '%s'", a1);
  g_autoptr (GBytes) key = NULL;
  g_autoptr (FzFields) purge = NULL;
  guint sealed;

  fill (w);
  key = blob (w, key_sql);
  pass_years (w);
  world_pass (w, DAY);
  settle (w);
  g_assert_cmpuint (count_in_pages (w, g_bytes_get_data (key, NULL), 32), >, 0);
  sealed = count_sealed (w);
  grant = text_of (w, "S4001", "image", "2026-03-02", 3);
  purge = run (w, grant, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (size_of_log (w), ==, 0);
  g_assert_cmpuint (count_in_pages (w, g_bytes_get_data (key, NULL), 32), ==, 0);
  g_assert_cmpstr (fz_fields_get (purge, "purge.removed"), ==, "3");
  g_assert_cmpstr (fz_fields_get (purge, "purge.running"), ==, "no");
  g_assert_cmpuint (count_sealed (w), ==, sealed + 1 - 3);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM sealed_waste"), ==, 0);
  world_sign_in (w, "D1001");
  g_clear_pointer (&purge, fz_fields_unref);
  world_pass (w, 60);
  arrive (w, 3, "VE-0005", PICTURES ("a1")); /* the same bytes again: there for the new request, gone for the old one */
  g_assert_cmpuint (count_sealed (w), ==, sealed + 1 - 3 + 1);
  old = words_of (w, "VA-0001", "a1");
  fresh = words_of (w, "VE-0005", "a1");
  g_assert_nonnull (strstr (old, "保存期满，已按规定清除"));
  g_assert_nonnull (strstr (old, "S4001"));
  g_assert_null (fresh);
  figures_check (w, "retention staff licence self-inspection", fz_date_beijing_start_us ((FzDate) { 2026, 1, 1 }), fz_session_now_us (w->session) + 1);
}

static void
test_details (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *grant = NULL;
  g_autoptr (FzFields) purge = NULL;
  guint64 entries;

  fill (w);
  pass_years (w);
  world_pass (w, DAY);
  settle (w);
  g_assert_cmpuint (count_in_pages (w, MARKER, strlen (MARKER)), >, 0);
  grant = text_of (w, "S4001", "detail", "2026-03-02", 1);
  entries = world_audit_size (w);
  purge = run (w, grant, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_in_pages (w, MARKER, strlen (MARKER)), ==, 0);
  g_assert_cmpuint (size_of_log (w), ==, 0);
  g_assert_cmpuint (world_audit_size (w), >, entries);
  g_assert_cmpuint (world_audit_count (w, 0, "patient.reveal", "done"), ==, 1); /* who looked, when and at what stays */
  g_assert_cmpuint (world_audit_count (w, entries, "purge.receive", "done"), ==, 1);
}

/* Whoever is busy with a case, sets a hold, or brings the same picture again between approval and removal, keeps it. */
static void
test_meanwhile (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *grant = NULL, *hold = NULL, *second = NULL;
  g_autoptr (FzFields) purge = NULL, again = NULL, third = NULL;

  fill (w);
  pass_years (w);
  world_pass (w, DAY);
  grant = text_of (w, "S4001", "image", "2026-03-02", 3);
  hold = register_move (w, "legal-hold", NULL, "hold", "field.kind=lawsuit|field.visit=VA-0001|field.content=（2029）津01民初1号|field.review_by=2029-06-30");
  arrive (w, 3, "VE-0005", PICTURES ("c1"));
  purge = run (w, grant, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (purge, "purge.removed"), ==, "0");
  g_assert_cmpstr (fz_fields_get (purge, "purge.kept"), ==, "3");
  again = plan (w, "image", "2026-03-02", &error);
  g_assert_cmpstr (fz_fields_get (again, "n"), ==, "0");
  g_free (register_move (w, "legal-hold", hold, "lift", "field.lifted_on=2029-03-03|field.finding=撤诉"));
  third = plan (w, "image", "2026-03-02", &error);
  g_assert_cmpstr (fz_fields_get (third, "n"), ==, "2");
  /* A hold without a visit and without days holds everything. */
  g_free (register_move (w, "legal-hold", NULL, "hold", "field.kind=inspection|field.content=津卫监〔2029〕2号|field.review_by=2029-06-30"));
  g_clear_pointer (&third, fz_fields_unref);
  third = plan (w, "image", "2026-03-02", &error);
  g_assert_cmpstr (fz_fields_get (third, "n"), ==, "0");
  second = fz_date_format (fz_date_in_beijing (fz_session_now_us (w->session)));
  g_assert_cmpstr (second, ==, "2029-03-03");
}

/* --- cut short --- */

static void
stop_now (guint64 done, guint64 total, gpointer data)
{
  g_cancellable_cancel (data);
}

static gboolean
note_waste (FzTxn *txn, gpointer name, GError **error)
{
  return fz_txn_run (txn, error, "INSERT INTO sealed_waste (file_name) VALUES ($1)", "t", name) &&
         fz_txn_run (txn, error, "INSERT INTO sealed_waste (file_name) SELECT file_name FROM attachment LIMIT 1", "");
}

/* As a cut leaves it between the transaction and the unlinking: a sealed file without a key, named; and one whose bytes came again since. */
static void
leave_waste (World *w)
{
  g_autofree char *name = g_strnfill (64, 'e'), *path = g_build_filename (w->data, "evidence", name, NULL);

  g_assert_true (g_file_set_contents (path, "noise", -1, NULL));
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_LOCAL, note_waste, name, NULL));
}

/* Thirteen visits with five pictures each, due, asked for and approved: two batches. The grant's id. */
static char *
fill_two_batches (World *w)
{
  world_sign_in (w, "A3001");
  for (guint i = 0; i < 13; i++) {
    g_autofree char *visit = g_strdup_printf ("VX-%04u", i), *marks[6] = { NULL };

    for (guint k = 0; k < 5; k++)
      marks[k] = g_strdup_printf ("x%u-%u", i, k);
    arrive (w, i % 4, visit, (const char *const *) marks);
    leave_again (w, visit);
    for (guint k = 1; k < 5; k++)
      g_free (g_steal_pointer (&marks[k]));
  }
  pass_years (w);
  world_pass (w, DAY);
  return text_of (w, "S4001", "image", "2026-03-02", 65);
}

/* More than one batch: stopped after the first, taken up by another process, finished; the count is right and nothing is told twice. */
static void
test_cut_short (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autofree char *grant = NULL;
  g_autoptr (FzFields) purge = NULL;

  grant = fill_two_batches (w);
  g_assert_null (fz_desk_run_purge (w->session, grant, stop, stop_now, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM tombstone"), ==, 60);
  world_check (w);
  leave_waste (w);
  world_close (w);
  world_reopen (w);
  world_sign_in (w, "A3001");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM attachment"), ==, 65 - 60 + 1);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM sealed_waste"), ==, 0);
  g_assert_cmpuint (count_sealed (w), ==, 65 - 60 + 1);
  purge = run (w, grant, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (purge, "purge.batches"), ==, "2");
  g_assert_cmpstr (fz_fields_get (purge, "purge.removed"), ==, "65");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM tombstone"), ==, 65);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM attachment"), ==, 1);
}

/* --- kill -9 --- */

/* What the child does: `alone ROOT NOW GRANT STEP` carries the purge out over a copy and ends before its STEP-th call that changes a file (0: lives,
 * and prints how many there were). */
static int
run_alone (char **argv)
{
  g_autofree char *data = g_build_filename (argv[2], "data", NULL), *state = g_build_filename (argv[2], "state", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) purge = NULL;
  World w = { 0 };

  world_open (&w, data, state, g_ascii_strtoll (argv[3], NULL, 10), 11);
  world_sign_in (&w, "A3001");
  steps_arm ((guint) g_ascii_strtoull (argv[5], NULL, 10));
  purge = run (&w, argv[4], &error);
  g_assert_no_error (error);
  g_print ("%u", steps_counted ());
  world_free (&w);
  return 0;
}

/* Over a fresh copy in `root`. The steps it made, 0: it was killed. */
static guint
run_child (World *w, const char *root, gint64 now_us, const char *grant, guint step)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL), *now = g_strdup_printf ("%" G_GINT64_FORMAT, now_us);
  g_autofree char *at = g_strdup_printf ("%u", step), *out = NULL;
  const char *argv[] = { self, "alone", root, now, grant, at, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  remove_tree (root);
  g_assert_cmpint (g_mkdir (root, 0700), ==, 0);
  copy_tree (w->root, root);
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, NULL, &status, &error));
  g_assert_true (step > 0 ? WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL : status == 0);
  return step > 0 ? 0 : (guint) g_ascii_strtoull (out, NULL, 10);
}

/* Every picture is there with its row and its file, or gone with its tombstone; then the rest is carried out. */
static void
check_killed (const char *root, gint64 now_us, const char *grant, guint step, guint steps)
{
  g_autofree char *data = g_build_filename (root, "data", NULL), *state = g_build_filename (root, "state", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) purge = NULL;
  gint64 there, gone;
  World w = { 0 };

  world_open (&w, data, state, now_us + MINUTE * G_USEC_PER_SEC, 12);
  world_sign_in (&w, "A3001");
  g_assert_false (fz_store_is_read_only (w.desk->store, NULL));
  there = world_ask (&w, "SELECT COUNT(*) FROM attachment") - 1; /* the list itself */
  gone = world_ask (&w, "SELECT COUNT(*) FROM tombstone");
  g_test_message ("killed before step %u of %u: %d pictures there, %d gone", step, steps, (int) there, (int) gone);
  g_assert_cmpint (there + gone, ==, 65);
  g_assert_true (gone == 0 || gone == 60 || gone == 65);
  g_assert_cmpint (world_ask (&w, "SELECT COUNT(*) FROM sealed_waste"), ==, 0);
  g_assert_cmpuint (count_sealed (&w), ==, (guint) there + 1);
  world_check (&w);
  world_sign_in (&w, "A3001");
  purge = run (&w, grant, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (purge, "purge.removed"), ==, "65");
  g_assert_cmpint (world_ask (&w, "SELECT COUNT(*) FROM tombstone"), ==, 65);
  world_free (&w);
}

/* At steps drawn by the seed, early ones too: most of them rewrite the file at the end. In full at every one. */
static void
test_killed (World *w)
{
  g_autofree char *top = g_dir_make_tmp ("fuzhen-purge-XXXXXX", NULL), *root = g_build_filename (top, "copy", NULL), *grant = fill_two_batches (w);
  gboolean full = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
  gint64 now_us = fz_desk_now_us (w->desk);
  guint steps;

  world_close (w);
  steps = run_child (w, root, now_us, grant, 0);
  g_assert_cmpuint (steps, >, 20);
  for (guint i = 1; i <= (full ? steps : 3); i++) {
    guint step = full ? i : (guint) g_test_rand_int_range (1, (gint32) (i * i * steps / 9) + 1);

    run_child (w, root, now_us, grant, step);
    check_killed (root, now_us, grant, step, steps);
  }
  remove_tree (top);
}

/* --- what a burglar does --- */

static gboolean
exec_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_connection_exec (txn->store->connection, FZ_MASK_SETUP, data, error);
}

static gboolean
tamper (World *w, const char *sql)
{
  return fz_store_run (w->desk->store, FZ_TXN_LOCAL, exec_job, (gpointer) sql, NULL);
}

static char *
verify (World *w)
{
  g_autoptr (GError) error = NULL;
  guint64 size = 0;
  g_autofree char *root = NULL;

  world_sign_in (w, "S4003");
  if (fz_desk_audit_verify (w->session, &size, &root, NULL, NULL, NULL, &error))
    return NULL;
  return g_strdup (error->message);
}

static char *
differences (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) found = NULL;
  guint visits = 0;

  world_sign_in (w, "S4003");
  g_assert_true (fz_desk_rebuild_check (w->session, &visits, &found, NULL, NULL, NULL, &error));
  g_ptr_array_add (found, NULL);
  return g_strjoinv ("\n", (char **) found->pdata);
}

/* Only over a copy: at the end of a test the store must be whole. */
static void
test_burglar (World *w)
{
  g_autofree char *root = g_dir_make_tmp ("fuzhen-purge-XXXXXX", NULL), *data = g_build_filename (root, "data", NULL), *state = g_build_filename (root, "state", NULL);
  g_autofree char *said = NULL, *listed = NULL, *counted = NULL;
  gint64 now_us;
  World copy = { 0 };

  fill (w);
  now_us = fz_desk_now_us (w->desk);
  world_close (w);
  copy_tree (w->root, root);
  world_open (&copy, data, state, now_us, 7);
  world_sign_in (&copy, "A3001");
  /* The statement is refused, and so is a tombstone without a signed document. */
  g_assert_false (tamper (&copy, "DELETE FROM attachment"));
  g_assert_false (tamper (&copy, "DELETE FROM audit_payload"));
  g_assert_false (tamper (&copy, "INSERT INTO tombstone SELECT 'image', sha256, 'VA-0001', 1 FROM attachment"));
  /* With the guards torn down it goes through, and is found. */
  g_assert_true (tamper (&copy, "DROP TRIGGER audit_payload_no_delete; DROP TRIGGER attachment_no_delete; DROP TRIGGER tombstone_in_order;"
                                "DELETE FROM audit_payload WHERE number = (SELECT number FROM audit WHERE action = 'patient.reveal');"
                                "DELETE FROM attachment WHERE number = 0;"));
  said = verify (&copy);
  g_assert_nonnull (said);
  g_assert_nonnull (strstr (said, "没有清除记录"));
  listed = differences (&copy);
  g_assert_nonnull (strstr (listed, "VA-0001"));
  g_assert_nonnull (strstr (listed, "没有清除记录"));
  g_assert_true (tamper (&copy, "INSERT INTO tombstone SELECT 'image', body_sha256, 'VA-0001', 1 FROM document WHERE number = 1"));
  counted = differences (&copy);
  g_assert_nonnull (strstr (counted, "签名的清除记录有 0 项"));
  world_free (&copy);
  remove_tree (root);
}

/* --- the inspector --- */

static char *
package_of (World *w, const char *folder)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) leave = facts_of ("fuzhen.grant_ask/v1", "kind=inspection|purpose=I01|words=例行检查|times=1|until_on=2029-03-20|scope.report=inspection|"
                                                                "scope.from=2026-03-02|scope.to=2026-03-02|scope.format=full");
  g_autoptr (FzFields) what = facts_of ("fuzhen.inspection_ask/v1", "level=full|from=2026-03-02|to=2026-03-02|recipient=卫生监督所 王合成|purpose=津卫监检〔2029〕1号"), made = NULL;
  g_autofree char *document = NULL, *grant = NULL, *out = NULL, *errors = NULL;
  const char *argv[] = { verifier, "--lang", "zh", ".", NULL };
  int status = 0;
  FzSheet *sheet = fz_desk_prepare_grant (w->session, leave, &error);

  g_assert_no_error (error);
  document = world_sign (w, sheet);
  grant = g_strndup (document, strlen ("GNT-000001"));
  approve (w, "S4001", grant);
  world_sign_in (w, "A3001");
  made = fz_desk_export_inspection (w->session, what, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_sync (folder, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, &out, &errors, &status, &error));
  g_assert_cmpint (status, ==, 0);
  return g_steal_pointer (&out);
}

/* The package says what is no longer there, carries the documents that say so, and the auditor's program finds nothing wrong. */
static void
test_package (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_build_filename (w->root, "package", NULL), *grant = NULL, *detail = NULL, *said = NULL, *table = NULL, *path = NULL, *index = NULL,
                  *index_path = NULL, *documents = NULL, *listed = NULL;
  g_autoptr (FzFields) purge = NULL, second = NULL;

  fill (w);
  pass_years (w);
  world_pass (w, DAY);
  grant = text_of (w, "S4001", "image", "2026-03-02", 3);
  purge = run (w, grant, &error);
  g_assert_no_error (error);
  detail = text_of (w, "S4001", "detail", "2026-03-02", 1);
  second = run (w, detail, &error);
  g_assert_no_error (error);
  said = package_of (w, folder);
  path = g_build_filename (folder, "evidence-cleared.csv", NULL);
  g_assert_true (g_file_get_contents (path, &table, NULL, NULL));
  g_assert_nonnull (strstr (table, "VA-0001"));
  g_assert_nonnull (strstr (table, "已按规定清除"));
  g_assert_null (strstr (table, "VB-0002"));
  index_path = g_build_filename (folder, "index.txt", NULL);
  g_assert_true (g_file_get_contents (index_path, &index, NULL, NULL));
  g_assert_nonnull (strstr (index, "有 3 份资料保存期满"));
  documents = g_build_filename (folder, "documents.csv", NULL);
  g_assert_true (g_file_get_contents (documents, &listed, NULL, NULL));
  g_assert_nonnull (strstr (listed, "到期清除记录"));
  g_assert_nonnull (strstr (listed, "授权决定"));
}

/* --- what was said --- */

#define SAID "FUYAO-HOU-XINHUANG-SHOUDOU-20260302"

typedef struct {
  World *w;
  const char *id, *visit, *mark;
} Said;

static gboolean
say_job (FzTxn *txn, gpointer data, GError **error)
{
  Said *said = data;
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.talk/v1");
  g_autoptr (GBytes) bytes = said->mark != NULL ? picture (said->mark) : NULL;
  g_autofree char *sha256 = NULL;

  if (bytes != NULL && !fz_attachment_put (txn, bytes, "image/jpeg", &sha256, error))
    return FALSE;
  fz_fields_set (facts, "id", said->id);
  fz_fields_set (facts, "visit", said->visit);
  fz_fields_set (facts, "kind", bytes != NULL ? "image" : "text");
  fz_fields_set (facts, "text", bytes != NULL ? NULL : SAID);
  fz_fields_set (facts, "sha256", sha256);
  fz_fields_set_time (facts, "at", fz_txn_now_us (txn));
  return fz_talk_receive (said->w->desk, txn, facts, NULL, error);
}

static void
say (World *w, const char *id, const char *visit, const char *mark)
{
  Said said = { w, id, visit, mark };
  g_autoptr (GError) error = NULL;

  fz_store_run (w->desk->store, FZ_TXN_RECORD, say_job, &said, &error);
  g_assert_no_error (error);
}

static void
assert_list (World *w, const char *visit, const char *gone)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = fz_desk_list_complaint_talk (w->session, visit, "TS-000001", "核对", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (rows->pdata[0], "text"), ==, gone == NULL ? SAID : NULL);
  g_assert_cmpint (fz_fields_get (rows->pdata[0], "gone") != NULL, ==, gone != NULL);
}

static void
note_part (double done, gpointer data)
{
  GArray *parts = data;

  g_array_append_val (parts, done);
}

static void
stop_part (double done, gpointer stop)
{
  g_cancellable_cancel (stop);
}

/* How far it is only grows, up to the whole; stopped, it answers nothing and no entry says that it was done. */
static void
rebuilt_in_parts (World *w)
{
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GPtrArray) differences = NULL, none = NULL;
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  double last = 0;
  guint visits = 0;
  gint64 noted;

  g_assert_true (fz_desk_rebuild_check (w->session, &visits, &differences, NULL, note_part, parts, &error));
  g_assert_cmpuint (parts->len, >=, 7);
  for (guint i = 0; i < parts->len; i++) {
    g_assert_cmpfloat (g_array_index (parts, double, i), >=, last);
    last = g_array_index (parts, double, i);
  }
  g_assert_true (last > 0.999 && last < 1.001);
  noted = world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'rebuild'");
  g_assert_false (fz_desk_rebuild_check (w->session, &visits, &none, stop, stop_part, stop, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (none);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'rebuild'"), ==, noted);
}

/* Words go with their tombstone, the entry and its hash stay; what a complaint names stays, and a message after the end begins the term anew. */
static void
test_said (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) purge = NULL, pictures = NULL;
  g_autofree char *grant = NULL, *entry = NULL, *words = NULL, *second = NULL;
  g_autoptr (GPtrArray) differences = NULL;
  guint visits = 0;

  world_sign_in (w, "A3001");
  arrive (w, 0, "VA-0001", PICTURES ("a1"));
  say (w, "m1", "VA-0001", NULL);
  say (w, "m2", "VA-0001", "said");
  leave_again (w, "VA-0001");
  arrive (w, 1, "VB-0002", PICTURES ("b1"));
  say (w, "m3", "VB-0002", NULL);
  leave_again (w, "VB-0002");
  entry = register_move (w, "complaint", NULL, "register",
                         "field.received_on=2026-03-02|field.channel=phone|field.kind=fee|field.complainant=甲合成|field.content=收费|field.visit=VB-0002");
  arrive (w, 2, "VC-0003", PICTURES ("c1"));
  say (w, "m4", "VC-0003", NULL);
  leave_again (w, "VC-0003");
  world_pass (w, 2 * DAY);
  world_sign_in (w, "A3001");
  say (w, "m5", "VC-0003", NULL);
  pass_years (w);
  settle (w);
  g_assert_cmpuint (count_in_pages (w, SAID, strlen (SAID)), >, 0);
  grant = text_of (w, "S4001", "talk", "2026-03-02", 2); /* m1 and m2; m3 is held, VC-0003 went on until the 4th */
  purge = run (w, grant, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get (purge, "purge.removed"), ==, "2");
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM talk t JOIN audit_payload p ON p.number = t.entry WHERE t.visit = 'VA-0001'"), ==, 0);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM talk WHERE visit = 'VA-0001'"), ==, 2);
  assert_list (w, "VB-0002", NULL);
  second = text_of (w, "S4001", "image", "2026-03-02", 2); /* a1, and the picture of m2 */
  pictures = run (w, second, &error);
  g_assert_no_error (error);
  words = words_of (w, "VA-0001", "said");
  g_assert_nonnull (words);
  world_sign_in (w, "S4003");
  rebuilt_in_parts (w);
  g_assert_true (fz_desk_rebuild_check (w->session, &visits, &differences, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (differences->len, ==, 0);
}

int
main (int argc, char **argv)
{
  int status;

  if (argc == 6 && g_str_equal (argv[1], "alone"))
    return run_alone (argv);
  g_test_init (&argc, &argv, NULL);
  verifier = g_strdup (g_getenv ("FUZHEN_VERIFY"));
  world_make_template ();
  world_add_test ("/purge/early", test_early);
  world_add_test ("/purge/said", test_said);
  world_add_test ("/purge/two-persons", test_two_persons);
  world_add_test ("/purge/gone", test_gone);
  world_add_test ("/purge/details", test_details);
  world_add_test ("/purge/meanwhile", test_meanwhile);
  world_add_test ("/purge/cut-short", test_cut_short);
  world_add_test ("/purge/killed", test_killed);
  world_add_test ("/purge/burglar", test_burglar);
  world_add_test ("/purge/package", test_package);
  status = g_test_run ();
  world_remove_template ();
  g_free (verifier);
  return status;
}
