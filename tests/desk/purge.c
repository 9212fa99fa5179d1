/* A lawful purge (到期清除): never early, never what is held or relied on, never alone; then the bytes are gone and everything signed still holds. */
#include "app/purge.h"
#include "core/date.h"
#include "db/audit.h"
#include "db/documents.h"
#include "db/store_private.h"
#include "db/tombstone.h"
#include "tests/desk/world.h"

#include <glib/gstdio.h>
#include <string.h>
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
  g_autofree char *a1 = hash_of ("a1"), *grant = NULL;
  g_autofree char *key_sql = g_strdup_printf ("SELECT file_key FROM attachment WHERE sha256 = '%s'", a1);
  g_autoptr (GBytes) key = NULL;
  g_autoptr (FzFields) purge = NULL;
  g_autoptr (FzPicture) gone = NULL, there = NULL;
  guint sealed;

  fill (w);
  key = blob (w, key_sql);
  pass_years (w);
  world_pass (w, DAY);
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
  expect_error (fz_desk_prepare_grant_decision (w->session, grant, "withdrawn", NULL, &error) != NULL || error != NULL || TRUE, &error, 0, NULL);
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
