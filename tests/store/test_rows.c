/* Values that cannot be kept, and rows that are no longer what was kept: each is told with its code, none is taken for another. */
#include "db/attachment.h"
#include "db/directory.h"
#include "db/documents.h"
#include "db/outbox.h"
#include "db/setting.h"
#include "db/stmt.h"
#include "db/visits.h"
#include "tests/store/fixture.h"

#include <string.h>

/* --- what cannot be kept --- */

static FzFields *
facts_of (const char *id)
{
  FzFields *facts = fz_fields_new ("fuzhen.test/v1");

  fz_fields_set (facts, "id", id);
  fz_fields_set (facts, "number", id);
  fz_fields_set (facts, "visit", "V1");
  return facts;
}

/* A key no canonical text can hold. */
static FzFields *
unprintable (void)
{
  FzFields *facts = facts_of ("D009");

  fz_fields_set (facts, "No Key", "x");
  return facts;
}

typedef gboolean (*Put) (FzTxn *txn, const FzFields *facts, GError **error);

static gboolean
put_profile (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_profile_put (txn, "institution", facts, error);
}

static gboolean
put_drug (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_drugs_put (txn, "FZ1", facts, TRUE, error);
}

static gboolean
put_diagnosis (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_diagnoses_put (txn, "I10", facts, error);
}

static gboolean
put_staff_facts (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_staff_set_facts (txn, "D001", facts, error);
}

static gboolean
put_visit (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_visits_put (txn, "V1", FZ_STAGE_WAITING, NULL, 1, 0, facts, error);
}

static gboolean
put_rx (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_rx_put (txn, "RX1", "V1", FZ_RX_SIGNED, 1, 0, 2, facts, error);
}

static gboolean
put_draft (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_drafts_put (txn, "V1", "D001", facts, error);
}

static gboolean
put_outbox (FzTxn *txn, const FzFields *facts, GError **error)
{
  FzOutboxRow row = { .key = "k", .stream = "s", .method = "m", .subject = "V1", .facts = facts, .problems = "p" };

  return fz_outbox_add (txn, &row, NULL, error);
}

static gboolean
renew_outbox (FzTxn *txn, const FzFields *facts, GError **error)
{
  return fz_outbox_renew (txn, 1, facts, NULL, "p", error);
}

static gboolean
put_audit (FzTxn *txn, const FzFields *facts, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done", .payload = facts };

  return fz_audit_append (txn, &entry, NULL, error);
}

static const Put every_put[] = { fz_staff_add, put_staff_facts, put_profile, put_drug, put_diagnosis, put_visit, put_rx, put_draft,
                            put_outbox, renew_outbox, put_audit };

typedef struct {
  Put put;
  const FzFields *facts;
} PutCall;

static gboolean
put_job (FzTxn *txn, gpointer data, GError **error)
{
  const PutCall *call = data;

  return call->put (txn, call->facts, error);
}

static void
test_unprintable (Fixture *f, gconstpointer unused)
{
  g_autoptr (FzFields) facts = unprintable ();

  for (gsize i = 0; i < G_N_ELEMENTS (every_put); i++) {
    PutCall call = { every_put[i], facts };
    g_autoptr (GError) error = NULL;

    g_assert_false (fz_store_run (f->store, FZ_TXN_LOCAL, put_job, &call, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_nonnull (strstr (error->message, "No Key"));
  }
  g_assert_cmpint (read_int (f->store, "SELECT (SELECT count(*) FROM staff) + (SELECT count(*) FROM profile) + (SELECT count(*) FROM "
                                       "drug) + (SELECT count(*) FROM visit) + (SELECT count(*) FROM draft) + (SELECT count(*) FROM outbox)"),
                   ==, 0);
}

/* An entry that does not say who, what, upon what and how it ended takes its act along. */
static gboolean
half_entry (FzTxn *txn, gpointer data, GError **error)
{
  const FzAuditEntry *entry = data;

  return fz_setting_set (txn, "a.b", "1", error) && fz_audit_append (txn, entry, NULL, error);
}

static void
test_half_entries (Fixture *f, gconstpointer unused)
{
  FzAuditEntry entries[] = {
    { .action = "case.read", .subject_kind = "visit", .outcome = "done" },
    { .actor = "D001", .subject_kind = "visit", .outcome = "done" },
    { .actor = "D001", .action = "case.read", .outcome = "done" },
    { .actor = "D001", .action = "case.read", .subject_kind = "visit" },
    { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "perhaps" },
    { .actor = "D\001", .action = "case.read", .subject_kind = "visit", .outcome = "done" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, half_entry, &entries[i], &error));
    g_assert_nonnull (error);
  }
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 0);
  g_assert_true (verify_log (f->store, NULL));
}

/* --- rows that changed under us --- */

typedef gpointer (*Get) (FzTxn *txn, GError **error);

static gpointer
get_staff (FzTxn *txn, GError **error)
{
  return fz_staff_get (txn, "D001", error);
}

static gpointer
list_staff (FzTxn *txn, GError **error)
{
  return fz_staff_list (txn, error);
}

static gpointer
get_profile (FzTxn *txn, GError **error)
{
  return fz_profile_get (txn, "institution", error);
}

static gpointer
list_drugs (FzTxn *txn, GError **error)
{
  return fz_drugs_list (txn, "", 9, error);
}

static gpointer
list_visits (FzTxn *txn, GError **error)
{
  return fz_visits_list (txn, FZ_VISITS_APPLIED, (FzCursor) { 0, "" }, 9, error);
}

static gpointer
get_document (FzTxn *txn, GError **error)
{
  return fz_documents_get (txn, "RX1", error);
}

static gpointer
list_documents (FzTxn *txn, GError **error)
{
  return fz_documents_of_visit (txn, "V1", error);
}

static gpointer
get_outbox (FzTxn *txn, GError **error)
{
  return fz_outbox_get (txn, 1, error);
}

static gpointer
get_evidence (FzTxn *txn, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex ("evidence", 8);

  return fz_attachment_get (txn, sha256, NULL, error);
}

#define FREE "PRAGMA ignore_check_constraints = ON; DROP TRIGGER document_no_update; DROP TRIGGER signature_no_delete;"       \
             "DROP TRIGGER attachment_no_update; DROP TRIGGER document_no_delete;"

static const struct {
  const char *edit;
  Get get;
} spoilt[] = {
  { "UPDATE staff SET facts = 'nonsense'", get_staff },
  { "UPDATE staff SET facts = ''", list_staff },
  { "UPDATE profile SET body = substr(body, 1, length(body) - 1)", get_profile },
  { "UPDATE drug SET body = body || 'x'", list_drugs },
  { "UPDATE visit SET facts = 'fuzhen.case/v1'", list_visits },
  { "UPDATE document SET role = 'nobody'", get_document },
  { "UPDATE document SET role = 'nobody'", list_documents },
  { "UPDATE document SET body = zeroblob(9)", get_document },
  { "UPDATE document SET body = CAST(replace(CAST(body AS TEXT), 'V1', 'V2') AS BLOB)", get_document },
  { "UPDATE document SET body = CAST(replace(CAST(body AS TEXT), 'V1', 'V2') AS BLOB)", list_documents },
  { "UPDATE document SET body_sha256 = 'x'", list_documents },
  { "DELETE FROM signature", get_document },
  { "UPDATE outbox SET facts = 'nonsense'", get_outbox },
  { "UPDATE attachment SET size_bytes = size_bytes + 1", get_evidence },
  { "UPDATE attachment SET size_bytes = size_bytes - 1", get_evidence },
  { "UPDATE attachment SET size_bytes = 0", get_evidence },
  { "UPDATE attachment SET file_key = zeroblob(32)", get_evidence },
  { "UPDATE attachment SET file_name = printf('%064d', 1)", get_evidence },
};

static gboolean
fill_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) facts = facts_of ("D001");
  g_autoptr (FzFields) body = facts_of ("RX1");
  g_autoptr (FzDocument) document = fz_document_new (body, "— test AAAA\n", FZ_ROLE_DOCTOR, "person", 5, error);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("evidence", 8);
  g_autofree char *sha256 = NULL;

  fz_fields_set (facts, "person", "x");
  fz_fields_set (facts, "name", "张三");
  fz_fields_set (facts, "id_number", "11010519491231002X");
  fz_fields_set (facts, "role", "doctor");
  return document != NULL && fz_staff_add (txn, facts, error) && put_profile (txn, facts, error) && put_drug (txn, facts, error) &&
         put_visit (txn, facts, error) && put_outbox (txn, facts, error) && fz_documents_add (txn, document, error) &&
         fz_attachment_put (txn, bytes, "image/png", &sha256, error);
}

static gboolean
get_job (FzTxn *txn, gpointer data, GError **error)
{
  Get get = *(Get *) data;

  return get (txn, error) != NULL;
}

static void
test_spoilt (Fixture *f, gconstpointer unused)
{
  g_autofree char *kept = file_in (f->root, "kept");
  g_autoptr (GError) error = NULL;

  fz_store_run (f->store, FZ_TXN_LOCAL, fill_job, NULL, &error);
  g_assert_no_error (error);
  fixture_close (f);
  copy_folder (f->dir, kept);
  for (gsize i = 0; i < G_N_ELEMENTS (spoilt); i++) {
    g_autofree char *sql = g_strconcat (FREE, spoilt[i].edit, NULL);
    Get get = spoilt[i].get;
    g_autoptr (GError) why = NULL;

    remove_folder (f->dir);
    copy_folder (kept, f->dir);
    tamper (f, sql);
    fixture_reopen (f);
    if (fz_store_run (f->store, FZ_TXN_READ, get_job, &get, &why))
      g_error ("%s: read as if nothing had happened", spoilt[i].edit);
    if (!g_error_matches (why, FZ_ERROR, FZ_ERROR_CORRUPT))
      g_error ("%s: %s", spoilt[i].edit, why->message);
    fixture_close (f);
  }
}

/* An evidence file that is cut, lengthened, or has its chunks in another order. */
static void
test_spoilt_evidence (Fixture *f, gconstpointer unused)
{
  g_autofree char *folder = file_in (f->dir, "evidence");
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autofree char *path = NULL;
  g_autofree char *bytes = NULL;
  Get get = get_evidence;
  gsize n = 0;

  fz_store_run (f->store, FZ_TXN_LOCAL, fill_job, NULL, &error);
  g_assert_no_error (error);
  dir = g_dir_open (folder, 0, NULL);
  path = file_in (folder, g_dir_read_name (dir));
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  for (gsize cut = 0; cut < n; cut++) {
    g_autoptr (GError) why = NULL;

    g_assert_true (g_file_set_contents (path, bytes, (gssize) cut, NULL));
    g_assert_false (fz_store_run (f->store, FZ_TXN_READ, get_job, &get, &why));
    g_assert_error (why, FZ_ERROR, FZ_ERROR_CORRUPT);
  }
}

static gboolean
too_much_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autofree char *sha256 = NULL;

  return fz_attachment_put (txn, data, "image/png", &sha256, error);
}

static void
test_too_much (Fixture *f, gconstpointer unused)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (FZ_ATTACHMENT_MAX_BYTES + 1), FZ_ATTACHMENT_MAX_BYTES + 1);
  g_autoptr (GBytes) none = g_bytes_new_static ("", 0);
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_store_run (f->store, FZ_TXN_LOCAL, too_much_job, bytes, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, too_much_job, none, &error)); /* a READ job keeps nothing */
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
}

/* --- statements that are not what they should be --- */

static gboolean
bad_statement_job (FzTxn *txn, gpointer data, GError **error)
{
  gint64 changed = 0;

  g_assert_false (fz_txn_run (txn, error, "INSERT INTO setting VALUES ($1, $2)", "tq", "a.b", "c"));
  g_assert_error (*error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (error);
  g_assert_false (fz_txn_run (txn, error, "INSERT INTO setting VALUES ($1, $2)", NULL));
  g_assert_error (*error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (error);
  g_assert_false (fz_txn_run_counted (txn, &changed, error, "SELECT 1; SELECT 2", ""));
  g_assert_error (*error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (error);
  g_assert_false (fz_txn_run (txn, error, "INSERT INTO setting VALUES ($1, ?2)", "tt", "a", "b"));
  g_assert_error (*error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (error);
  fz_stmt_end (NULL);
  fz_stmt_free (NULL);
  return fz_txn_run (txn, error, "INSERT INTO setting VALUES ($1, $2) RETURNING name; ", "tt", "a.b", "c");
}

static gboolean
silent_job (FzTxn *txn, gpointer data, GError **error)
{
  return FALSE;
}

static void
test_statements (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (f->store, FZ_TXN_LOCAL, bad_statement_job, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 1);
  g_assert_false (fz_store_run (f->store, FZ_TXN_LOCAL, silent_job, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
}

/* --- what SQLite's codes mean --- */

static void
test_codes (void)
{
  static const struct {
    int rc;
    FzErrorCode code;
  } known[] = {
    { SQLITE_CONSTRAINT_UNIQUE, FZ_ERROR_CONFLICT },   { SQLITE_CONSTRAINT_PRIMARYKEY, FZ_ERROR_CONFLICT },
    { SQLITE_CONSTRAINT_ROWID, FZ_ERROR_CONFLICT },    { SQLITE_CONSTRAINT_TRIGGER, FZ_ERROR_REFUSED },
    { SQLITE_CONSTRAINT_CHECK, FZ_ERROR_INTERNAL },    { SQLITE_IOERR_READ, FZ_ERROR_CORRUPT },
    { SQLITE_IOERR_SHORT_READ, FZ_ERROR_CORRUPT },     { SQLITE_IOERR_DATA, FZ_ERROR_CORRUPT },
    { SQLITE_IOERR_AUTH, FZ_ERROR_CORRUPT },           { SQLITE_IOERR_CORRUPTFS, FZ_ERROR_CORRUPT },
    { SQLITE_IOERR_WRITE, FZ_ERROR_RETRY },            { SQLITE_CORRUPT, FZ_ERROR_CORRUPT },
    { SQLITE_NOTADB, FZ_ERROR_CORRUPT },               { SQLITE_FULL, FZ_ERROR_RETRY },
    { SQLITE_NOMEM, FZ_ERROR_RETRY },                  { SQLITE_CANTOPEN, FZ_ERROR_RETRY },
    { SQLITE_BUSY, FZ_ERROR_LOCKED },                  { SQLITE_LOCKED, FZ_ERROR_LOCKED },
    { SQLITE_AUTH, FZ_ERROR_REFUSED },                 { SQLITE_READONLY, FZ_ERROR_REFUSED },
    { SQLITE_MISUSE, FZ_ERROR_INTERNAL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (known); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (fz_sql_set_error (NULL, known[i].rc, &error));
    g_assert_error (error, FZ_ERROR, (int) known[i].code);
    g_assert_nonnull (strstr (error->message, "。"));
  }
}

#define ADD(name, test) g_test_add ("/rows/" name, Fixture, NULL, fixture_set_up_store, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  ADD ("unprintable", test_unprintable);
  ADD ("half-entries", test_half_entries);
  ADD ("spoilt", test_spoilt);
  ADD ("spoilt-evidence", test_spoilt_evidence);
  ADD ("too-much", test_too_much);
  ADD ("statements", test_statements);
  g_test_add_func ("/rows/codes", test_codes);
  return g_test_run ();
}
