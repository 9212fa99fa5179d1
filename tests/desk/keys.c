/* Keys as the security administrator handles them: revoked, renewed, replaced; and that nobody else's key comes of it. */
#include "app/certify.h"
#include "app/document_file.h"
#include "app/enrol.h"
#include "app/accounts.h"
#include "app/evidence.h"
#include "app/founding.h"
#include "app/log_compare.h"
#include "app/out_file.h"
#include "app/recover.h"
#include "app/setup.h"
#include "db/certificates.h"
#include "db/desk_lock.h"
#include "db/documents.h"
#include "db/shares.h"
#include "tests/desk/world.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

static FzFields *
key_list (World *w)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzNote) note = NULL;
  GBytes *body;

  world_sign_in (w, "S4001");
  text = fz_desk_export_keys (w->session, FALSE, &error);
  g_assert_no_error (error);
  note = fz_note_parse ((const guint8 *) text, strlen (text), &error);
  g_assert_no_error (error);
  body = fz_note_get_text (note);
  return fz_fields_parse (g_bytes_get_data (body, NULL), g_bytes_get_size (body), &error);
}

/* The entry of a key in the list, NULL: not there. (transfer full) */
static FzFields *
entry_of (FzFields *list, const char *vkey)
{
  for (guint i = 0; i < fz_fields_count (list, "key.00"); i++)
    if (g_strcmp0 (fz_fields_get_at (list, "key.00", i, "vkey"), vkey) == 0) {
      g_autofree char *prefix = g_strdup_printf ("key.00.%02u", i);

      return fz_fields_dup_below (list, prefix, "fuzhen.key/v1");
    }
  return NULL;
}

static FzFields *
staff_row (World *w, const char *number)
{
  g_autoptr (GPtrArray) rows = fz_desk_list (w->session, FZ_LIST_STAFF, NULL, NULL);

  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "number"), number) == 0)
      return fz_fields_ref (rows->pdata[i]);
  return NULL;
}

static guint
tasks (World *w, const char *what)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, NULL);
  guint n = 0;

  for (guint i = 0; i < rows->len; i++)
    n += g_strcmp0 (fz_fields_get (rows->pdata[i], "what"), what) == 0;
  return n;
}

static FzSecret *
pin_of (World *w)
{
  return fz_demo_pin (w->number);
}

static void
a_revoked_key (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *vkey = NULL;
  g_autoptr (FzSecret) pin = NULL, wrong = secret ("000001");
  g_autoptr (FzFields) row = NULL, list = NULL, entry = NULL, seen = NULL;
  g_autoptr (GError) error = NULL;
  guint64 place;

  world_review (w, "P2001", rx, "approved");
  world_sign_in (w, "S4001");
  pin = pin_of (w);
  row = staff_row (w, "D1001");
  vkey = g_strdup (fz_fields_get (row, "vkey"));
  g_assert_true (fz_fields_has (row, "certificate.until"));
  expect_error (!fz_desk_revoke_key (w->session, "D1001", 0, "", pin, &error), &error, FZ_ERROR_INVALID, NULL);
  expect_error (!fz_desk_revoke_key (w->session, "D1001", fz_session_now_us (w->session) + FZ_US_PER_SECOND * 60, "x", pin, &error), &error,
                FZ_ERROR_INVALID, NULL);
  expect_error (!fz_desk_revoke_key (w->session, "D1001", 0, "U 盘遗失", wrong, &error), &error, FZ_ERROR_SIGNATURE, NULL);
  place = world_audit_size (w);
  g_assert_true (fz_desk_revoke_key (w->session, "D1001", 0, "U 盘遗失", pin, &error));
  g_assert_no_error (error);
  expect_error (!fz_desk_revoke_key (w->session, "D1001", 0, "again", pin, &error), &error, FZ_ERROR_CONFLICT, NULL);
  g_assert_cmpuint (tasks (w, "key_notice"), ==, 1);
  g_assert_true (fz_desk_tell_revocation (w->session, "D1001", "电话告知平台与药房", &error));
  g_assert_cmpuint (tasks (w, "key_notice"), ==, 0);
  expect_error (!fz_desk_tell_revocation (w->session, "D1001", "again", &error), &error, FZ_ERROR_NOT_FOUND, NULL);
  list = key_list (w);
  entry = entry_of (list, vkey);
  g_assert_nonnull (entry);
  {
    gint64 at = 0;

    g_assert_true (fz_fields_get_int (entry, "revoked_at_size", &at));
    g_assert_cmpint (at, ==, (gint64) place);
    g_assert_cmpint (at, <, (gint64) world_audit_size (w));
  }
  expect_error (world_try_sign_in (w, "D1001", NULL, NULL, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
  /* What was signed before is still good, and still seen to be. */
  world_sign_in (w, "P2001");
  seen = fz_desk_read_prescription (w->session, rx, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get_at (seen, "signature", 0, "valid"), ==, "yes");
}

/* From a time that is past: everything from the first entry of then on is too late. */
static void
revoked_from_before (World *w)
{
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (FzFields) row = NULL, list = NULL, entry = NULL;
  g_autoptr (GError) error = NULL;
  gint64 from_us, at = -1;
  guint64 place;

  world_sign_in (w, "D1001");
  world_pass (w, 60);
  from_us = fz_desk_now_us (w->desk);
  world_pass (w, 60);
  world_sign_in (w, "S4001");
  place = (guint64) world_ask (w, "SELECT max(number) FROM audit WHERE action = 'session.sign_in'");
  pin = pin_of (w);
  row = staff_row (w, "P2002");
  g_assert_true (fz_desk_revoke_key (w->session, "P2002", from_us, "口令外泄", pin, &error));
  g_assert_no_error (error);
  list = key_list (w);
  entry = entry_of (list, fz_fields_get (row, "vkey"));
  g_assert_true (fz_fields_get_int (entry, "revoked_at_size", &at));
  g_assert_cmpint (at, ==, (gint64) place);
}

static void
export_rx (World *w, const char *rx, const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_desk_export_prescription (w->session, rx, path, &error));
  g_assert_no_error (error);
}

/* What fuzhen-verify says of both, placed by the files that are given too. (transfer full) */
static char *
verdicts (const char *folder, const char *log, const char *more)
{
  const char *argv[] = { g_getenv ("FUZHEN_VERIFY"), "--lang", "en", "--keys", "keys.fzd", "1.fzd", "2.fzd", log, more, NULL };
  g_autoptr (GError) error = NULL;
  char *out = NULL;

  g_assert_true (g_spawn_sync (folder, (char **) argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, NULL, &error));
  g_assert_no_error (error);
  return out;
}

/* A pharmacist's line stands under the doctor's document and has an entry of its own: by its place each is judged alone. */
static void
a_revoked_second_key (World *w)
{
  g_autofree char *first = world_prescribe (w, 0, "V1"), *second = world_prescribe (w, 1, "V2"), *folder = g_build_filename (w->root, "out", NULL);
  g_autofree char *log = g_build_filename (folder, "log", NULL), *keys = g_build_filename (folder, "keys.fzd", NULL), *list = NULL, *said = NULL;
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (FzLogHead) head = { 0 };
  gint64 from_us;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  world_review (w, "P2001", first, "approved");
  world_pass (w, 60);
  from_us = fz_desk_now_us (w->desk);
  world_pass (w, 60);
  world_review (w, "P2001", second, "approved");
  g_assert_cmpuint (world_audit_count (w, 0, "document.countersign", "done"), ==, 2);
  export_rx (w, first, folder, "1.fzd");
  export_rx (w, second, folder, "2.fzd");
  world_sign_in (w, "S4001");
  pin = pin_of (w);
  g_assert_true (fz_desk_revoke_key (w->session, "P2001", from_us, "口令外泄", pin, &error));
  g_assert_no_error (error);
  list = fz_desk_export_keys (w->session, FALSE, &error);
  g_assert_true (list != NULL && g_file_set_contents (keys, list, -1, &error));
  world_sign_in (w, "S4003");
  g_assert_true (fz_evidence_export (w->session, log, NULL, NULL, NULL, &head, &error));
  g_assert_no_error (error);
  said = verdicts (folder, "log", NULL);
  g_assert_nonnull (strstr (said, "1.fzd: VALID-REVOKED-LATER effective"));
  g_assert_nonnull (strstr (said, "2.fzd: INVALID-REVOKED-BEFORE not-effective"));
  g_assert_nonnull (strstr (said, "log: VALID"));
  g_clear_pointer (&said, g_free);
  /* The proof that was written beside each says as much as the whole log; without either nothing is decided. */
  said = verdicts (folder, "1.fzd.proof", "2.fzd.proof");
  g_assert_nonnull (strstr (said, "1.fzd: VALID-REVOKED-LATER effective"));
  g_assert_nonnull (strstr (said, "2.fzd: INVALID-REVOKED-BEFORE not-effective"));
  g_assert_nonnull (strstr (said, "1.fzd.proof: VALID\n"));
  g_assert_nonnull (strstr (said, "2.fzd.proof: VALID\n"));
  g_clear_pointer (&said, g_free);
  said = verdicts (folder, NULL, NULL);
  g_assert_nonnull (strstr (said, "1.fzd: INDETERMINATE"));
}

/* What is beside a document speaks of that one: an export over another leaves nothing of it. */
static void
exported_over (World *w)
{
  static const char *const endings[] = { ".ca.pem", ".tsr", ".2.tsr", ".proof", ".entry" };
  g_autofree char *first = world_prescribe (w, 0, "V1"), *second = world_prescribe (w, 1, "V2"), *folder = g_build_filename (w->root, "out", NULL);
  g_autofree char *path = g_build_filename (folder, "1.fzd", NULL), *mine = g_build_filename (folder, "1.fzd.tsr.txt", NULL);

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  export_rx (w, first, folder, "1.fzd");
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *beside = g_strconcat (path, endings[i], NULL);

    g_assert_true (g_file_set_contents (beside, "of another", -1, NULL));
  }
  g_assert_true (g_file_set_contents (mine, "mine", -1, NULL));
  export_rx (w, second, folder, "1.fzd");
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++) {
    g_autofree char *beside = g_strconcat (path, endings[i], NULL), *text = NULL;

    if (g_file_get_contents (beside, &text, NULL, NULL)) {
      g_assert_cmpint (i, >=, 3);
      g_assert_nonnull (strstr (text, i == 3 ? "entries 1\n" : second));
    } else
      g_assert_cmpint (i, <, 3);
  }
  g_assert_true (g_file_test (mine, G_FILE_TEST_EXISTS));
}

typedef struct {
  World *w;
  const char *rx;
  const FzVerifier *who;
  FzSecret *seed;
} Behind;

/* A good signature by somebody of the house, put there with the store's key and without a word in the log. */
static gboolean
sign_behind (FzTxn *txn, gpointer data, GError **error)
{
  Behind *behind = data;
  g_autoptr (FzDocument) document = fz_documents_get (txn, behind->rx, error);
  gsize n = 0;
  const void *text = document != NULL ? g_bytes_get_data (document->text, &n) : NULL;
  g_autofree char *line = text != NULL ? fz_note_sign_line (behind->who, behind->seed, text, n, error) : NULL;

  return line != NULL && fz_documents_countersign (txn, behind->rx, line, error) &&
         fz_session_audit (behind->w->session, txn, "keys.list", "store", NULL, "done", NULL, NULL, error);
}

static void
signed_behind_the_log (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1");
  g_autoptr (FzSecret) password = fz_demo_password ("P2002"), pin = fz_demo_pin ("P2002"), person = NULL, store = NULL;
  g_autoptr (FzFields) row = NULL;
  g_autoptr (FzVerifier) who = NULL;
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  Behind behind = { w, rx, NULL, NULL };

  world_sign_in (w, "S4001");
  row = staff_row (w, "P2002");
  who = fz_verifier_parse (fz_fields_get (row, "vkey"), &error);
  g_assert_true (fz_keyfile_unlock_person (w->desk->keys, "P2002", password, &person, &store, &error));
  behind.seed = fz_keyfile_open_signing_key (w->desk->keys, "P2002", person, pin, &error);
  g_assert_no_error (error);
  behind.who = who;
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, sign_behind, &behind, &error));
  g_assert_no_error (error);
  fz_secret_free (behind.seed);
  g_assert_true (fz_log_compare (w->desk, NULL, differences, &error));
  g_assert_cmpuint (differences->len, ==, 1);
  g_assert_nonnull (strstr (differences->pdata[0], "的副签没有审计记录"));
  world_close (w); /* what follows every test would find it again */
}

static gboolean
revoke_behind (FzTxn *txn, gpointer data, GError **error)
{
  World *w = data;
  g_autofree char *vkey = fz_verifier_dup_vkey (w->session->verifier);

  return fz_revocation_add (txn, vkey, w->number, 0, 1, "test", "S4001", error) &&
         fz_session_audit (w->session, txn, "keys.revoke", "staff", w->number, "done", NULL, NULL, error);
}

/* Signed in, the sheet on the screen, and the key is revoked: the next call signs nothing. */
static void
revoked_under_the_hand (World *w)
{
  g_autoptr (FzSheet) sheet = NULL;
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (GError) error = NULL;
  gint64 documents;

  world_sign_in (w, "D1001");
  world_arrive (w, 0, "V1");
  world_take (w, "V1");
  world_type (w, 0, "V1");
  sheet = fz_desk_prepare_sheet (w->session, "V1", FZ_SHEET_VERDICT, &error);
  g_assert_no_error (error);
  pin = pin_of (w);
  documents = world_ask (w, "SELECT count(*) FROM document");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_RECORD, revoke_behind, w, &error));
  expect_error (!fz_desk_sign_sheet (w->session, sheet, pin, NULL, &error), &error, FZ_ERROR_REFUSED, "吊销");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM document"), ==, documents);
}

static gboolean
check_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_certify_check (data, txn, NULL, error);
}

static void
a_certificate_ends (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSecret) pin = NULL;

  world_sign_in (w, "D1001");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, check_job, w->session, &error));
  world_pass (w, (gint64) (fz_key_policy (w->desk, "certificate.days") - 20) * 86400);
  world_sign_in (w, "S4001");
  g_assert_cmpuint (tasks (w, "certificate_until"), >=, 10); /* everybody's, in the last month */
  world_pass (w, 21 * 86400);
  world_sign_in (w, "D1001");
  expect_error (!fz_store_run (w->desk->store, FZ_TXN_READ, check_job, w->session, &error), &error, FZ_ERROR_REFUSED, "到期");
  world_sign_in (w, "S4001");
  pin = pin_of (w);
  g_assert_true (fz_desk_renew_certificate (w->session, "D1001", pin, &error));
  g_assert_no_error (error);
  world_sign_in (w, "D1001");
  g_assert_true (fz_store_run (w->desk->store, FZ_TXN_READ, check_job, w->session, &error));
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM certificate WHERE staff = 'D1001'"), ==, 2);
}

static void
a_new_store_key (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *again = NULL, *before = fz_desk_person_word (w->desk, "110101199003070011"), *after = NULL;
  g_autoptr (FzSecret) pin = NULL, old = fz_secret_copy (w->desk->store_key);
  g_autoptr (GPtrArray) left = NULL;
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "S4001");
  pin = pin_of (w);
  expect_error (!fz_desk_rotate_store_key (w->session, NULL, pin, NULL, NULL, NULL, NULL, &error), &error, FZ_ERROR_INVALID, NULL);
  g_assert_true (fz_desk_rotate_store_key (w->session, "一名人员因故离职", pin, NULL, NULL, NULL, &left, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (left->len, ==, 0);
  g_assert_false (fz_secret_equal (old, w->desk->store_key));
  world_review (w, "P2001", rx, "approved"); /* the same run goes on */
  world_close (w);
  world_reopen (w);
  again = world_prescribe (w, 1, "V2");
  after = fz_desk_person_word (w->desk, "110101199003070011");
  g_assert_cmpstr (before, ==, after); /* four eyes are told apart by it */
  g_assert_cmpuint (world_audit_count (w, 0, "keys.rotate_store", "done"), ==, 1);
}

static void
new_desk_keys (World *w)
{
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *note = NULL, *text = NULL;
  g_autoptr (FzSecret) pin = NULL;
  g_autoptr (FzFields) list = NULL;
  g_autoptr (FzNote) signed_list = NULL, succession = NULL;
  g_autoptr (GError) error = NULL;
  guint institutions = 0, logs = 0, ended = 0;

  world_sign_in (w, "S4001");
  pin = pin_of (w);
  expect_error (!fz_desk_rotate_desk_key (w->session, "else", "x", pin, NULL, &error), &error, FZ_ERROR_INVALID, NULL);
  g_assert_true (fz_desk_rotate_desk_key (w->session, "log", "每年更换", pin, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (fz_desk_rotate_desk_key (w->session, "institution", "每年更换", pin, &note, &error));
  g_assert_no_error (error);
  succession = fz_note_parse ((const guint8 *) note, strlen (note), &error);
  g_assert_no_error (error);
  world_close (w); /* the last checkpoint is by the new log key */
  world_reopen (w);
  world_review (w, "P2001", rx, "approved");
  list = key_list (w);
  for (guint i = 0; i < fz_fields_count (list, "key.00"); i++) {
    const char *role = fz_fields_get_at (list, "key.00", i, "role");
    gboolean mine = g_str_equal (role, "log") || g_str_equal (role, "institution");

    logs += g_str_equal (role, "log");
    institutions += g_str_equal (role, "institution");
    ended += mine && fz_fields_get_at (list, "key.00", i, "until") != NULL;
  }
  g_assert_cmpuint (logs, ==, 2);
  g_assert_cmpuint (institutions, ==, 2);
  g_assert_cmpuint (ended, ==, 2);
  text = fz_desk_export_keys (w->session, FALSE, &error);
  signed_list = fz_note_parse ((const guint8 *) text, strlen (text), &error);
  g_assert_cmpuint (fz_note_get_n_lines (signed_list), ==, 2); /* for those who know only the former key */
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM key_succession"), ==, 2);
}

/* An administrator has the whole database, the key file and all of its passwords but the person's: no signature of theirs. And after a
 * reset what was copied before serves nobody here. */
static void
an_administrator_signs_for_nobody (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "keys.fz", NULL), *bytes = NULL, *vkey = NULL;
  g_autoptr (FzSecret) admin_password = fz_demo_password ("S4001"), admin_pin = fz_demo_pin ("S4001"), pin = fz_demo_pin ("D1001");
  g_autoptr (FzSecret) admin_key = NULL, store_key = NULL, person_key = NULL, stolen = NULL;
  g_autoptr (FzFields) row = NULL, list = NULL, entry = NULL;
  g_autoptr (FzEnrolCode) code = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  world_sign_in (w, "S4001");
  row = staff_row (w, "D1001");
  vkey = g_strdup (fz_fields_get (row, "vkey"));
  g_assert_true (fz_keyfile_unlock_person (w->desk->keys, "S4001", admin_password, &admin_key, &store_key, &error));
  g_assert_null (fz_keyfile_open_signing_key (w->desk->keys, "D1001", admin_key, admin_pin, NULL));
  g_assert_null (fz_keyfile_open_signing_key (w->desk->keys, "D1001", admin_key, pin, NULL)); /* not even with the doctor's PIN */
  g_assert_null (fz_keyfile_open_signing_key (w->desk->keys, "D1001", store_key, pin, NULL));
  g_assert_false (fz_keyfile_unlock_person (w->desk->keys, "D1001", admin_password, &person_key, &stolen, NULL));
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  code = fz_desk_reset_staff (w->session, "D1001", &error);
  g_assert_no_error (error);
  g_assert_false (fz_keyfile_has_person (w->desk->keys, "D1001"));
  expect_error (world_try_sign_in (w, "D1001", NULL, NULL, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
  list = key_list (w);
  entry = entry_of (list, vkey);
  g_assert_true (fz_fields_has (entry, "until")); /* the list closes it: what it signs from now on is INVALID */
  /* Whoever kept a copy of the file, and has device secret, password and PIN as well, has that old key: nothing here takes it any more. */
  world_close (w);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  world_reopen (w);
  g_clear_error (&error);
  expect_error (world_try_sign_in (w, "D1001", NULL, NULL, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
}

static void
shares_by_two (World *w)
{
  g_autoptr (FzSecret) pin = NULL, password = fz_demo_password ("S4002"), second = fz_demo_pin ("S4002"), wrong = secret ("000001"), opened = NULL;
  g_autoptr (FzSecret) doctor_password = fz_demo_password ("D1001"), doctor_pin = fz_demo_pin ("D1001");
  g_autoptr (GError) error = NULL;
  char **first, **shares;

  world_sign_in (w, "S4001");
  pin = pin_of (w);
  expect_error (fz_desk_new_shares (w->session, pin, "D1001", doctor_password, doctor_pin, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_new_shares (w->session, pin, "S4001", password, second, &error) == NULL, &error, FZ_ERROR_REFUSED, NULL);
  expect_error (fz_desk_new_shares (w->session, pin, "S4002", wrong, second, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
  expect_error (fz_desk_new_shares (w->session, pin, "S4002", password, wrong, &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
  g_assert_cmpuint (world_audit_count (w, 0, "keys.shares", "done"), ==, 0);
  first = fz_desk_new_shares (w->session, pin, "S4002", password, second, &error);
  g_assert_no_error (error);
  shares = fz_desk_new_shares (w->session, pin, "S4002", password, second, &error);
  g_assert_no_error (error);
  opened = fz_keyfile_open_with_shares (w->desk->keys, shares[0], shares[2], &error);
  g_assert_no_error (error);
  g_assert_true (fz_secret_equal (opened, w->desk->store_key));
  expect_error (fz_keyfile_open_with_shares (w->desk->keys, first[0], first[1], &error) == NULL, &error, FZ_ERROR_SIGNATURE, NULL);
  fz_shares_free (first);
  fz_shares_free (shares);
}

/* --- the restore drill --- */

/* The drill's report, signed; its facts. */
static FzFields *
drill (World *w, const char *file, const FzSecret *a, const FzSecret *b)
{
  g_autoptr (GError) error = NULL;
  FzFields *report = NULL;
  FzSheet *sheet;
  g_autofree char *id = NULL;

  world_sign_in (w, "S4002");
  sheet = fz_desk_prepare_drill (w->session, file, a, b, &report, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_sheet_get_text (sheet, 0), "恢复演练报告"));
  id = world_sign (w, sheet);
  g_assert_true (g_str_has_prefix (id, "HFYL-"));
  return report;
}

/* The day of the last good drill, from which the calendar reckons the next; NULL: none was held. */
static char *
last_drill (World *w)
{
  g_autoptr (GPtrArray) rows = fz_desk_list_deadlines (w->session, NULL);

  for (guint i = 0; i < rows->len; i++)
    if (g_strcmp0 (fz_fields_get (rows->pdata[i], "what"), "restore_drill") == 0)
      return g_strdup (fz_fields_get (rows->pdata[i], "subject"));
  g_assert_not_reached ();
}

static gint64
figure (const FzFields *report, const char *key)
{
  gint64 n = -1;

  g_assert_true (fz_fields_get_int (report, key, &n));
  return n;
}

/* A store in an empty folder from the backup: what was signed later is not there, and it says how much. */
static void
restored_elsewhere (World *w, const char *file, char *const *shares, gint64 documents, gint64 entries)
{
  g_autofree char *data = g_build_filename (w->root, "elsewhere", "data", NULL), *state = g_build_filename (w->root, "elsewhere", "state", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) codes = NULL;
  g_autoptr (FzDesk) desk = NULL;
  FzRestoreInfo info = { 0 };
  World other = { 0 };

  desk = fz_recover (file, data, state, shares[1], shares[2], NULL, &info, &codes, &error);
  g_assert_no_error (error);
  other.desk = desk;
  g_assert_cmpint (world_ask (&other, "SELECT COUNT(*) FROM document"), ==, documents);
  g_assert_cmpint (world_ask (&other, "SELECT COUNT(*) FROM visit WHERE id = 'LATE'"), ==, 0);
  g_assert_cmpuint (info.backup.log_size, <, (guint64) entries);
}

static char *
content_of (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  char *bytes = NULL;

  g_assert_true (g_file_get_contents (path, &bytes, NULL, NULL));
  return bytes;
}

static guint
count_in (const char *folder, const char *part)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint n = 0;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    n += strstr (name, part) != NULL;
  return n;
}

static char *
hex_of (const guint8 *identity)
{
  GString *hex = g_string_new (NULL);

  for (guint i = 0; i < FZ_STORE_IDENTITY_BYTES; i++)
    g_string_append_printf (hex, "%02x", identity[i]);
  return g_string_free (hex, FALSE);
}

typedef struct {
  GCancellable *stop;
  double at, last; /* where it is stopped; the last that was told */
  const char *paper; /* somebody puts this there meanwhile; NULL: nobody */
} Stop;

static void
stop_at (double done, gpointer data)
{
  Stop *stop = data;

  g_assert_cmpfloat (done, >=, stop->last);
  stop->last = done;
  if (done < stop->at)
    return;
  if (stop->paper != NULL)
    g_assert_true (g_file_set_contents (stop->paper, "of somebody", -1, NULL));
  g_cancellable_cancel (stop->stop);
}

/* A hospital's store that is stopped before the first code, or after one, leaves nothing in the folder or outside it; what lay there and is not ours stays. */
static void
founding_stopped (World *w)
{
  static const double at[] = { 0, 0.3 };
  g_autofree char *sample = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets/schema/samples/hospital-2.json", NULL), *json = NULL, *folder = g_build_filename (w->root, "new", NULL);
  g_autofree char *found = g_build_filename (folder, "lost+found", NULL), *paper = g_build_filename (folder, "store.fz.doc", NULL), *state = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzHospital) hospital = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (sample, &json, &n, NULL));
  hospital = fz_hospital_parse (json, n, g_get_real_time (), &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir_with_parents (state, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (at); i++) {
    g_autoptr (GCancellable) stop = g_cancellable_new ();
    Stop stops = { stop, at[i], 0, i > 0 ? paper : NULL };
    guint outside = count_in (state, "");

    g_assert_null (fz_founding_make (folder, hospital, stop, stop_at, &stops, &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    g_clear_error (&error);
    g_assert_cmpuint (count_in (state, ""), ==, outside);
    g_assert_cmpfloat (stops.last, <, 0.5);
    if (i == 0) {
      g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
      g_assert_cmpint (g_mkdir_with_parents (found, 0700), ==, 0);
    } else
      g_assert_cmpuint (count_in (folder, ""), ==, 2);
  }
  g_assert_true (g_file_test (found, G_FILE_TEST_IS_DIR) && g_file_test (paper, G_FILE_TEST_IS_REGULAR));
}

/* One try with files that may grow to `limit`, as on a disk that is full: TRUE when the store was made. What was not leaves nothing. */
static gboolean
found_within (const FzSetup *setup, const FzFields *hospital, guint64 limit)
{
  struct rlimit all, some;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) shares = NULL;
  FzDesk *desk;

  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &all), ==, 0);
  some = all;
  some.rlim_cur = limit;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &some), ==, 0);
  desk = fz_setup_create (setup, hospital, &shares, &error);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &all), ==, 0);
  if (desk == NULL) {
    g_test_message ("%" G_GUINT64_FORMAT ": %s", limit, error->message);
    g_assert_false (g_file_test (setup->data_dir, G_FILE_TEST_EXISTS));
    g_assert_false (g_file_test (setup->state_dir, G_FILE_TEST_EXISTS) && count_in (setup->state_dir, "") > 0);
    return FALSE;
  }
  fz_desk_close (desk);
  return TRUE;
}

/* Whatever step fails, a store that could not be made leaves nothing of itself, and nothing less of what lay there. */
static void
founding_fails (World *w)
{
  static const char *const there[] = { "store.fz", "store.fz.new", "head", "front" };
  g_autofree char *folder = g_build_filename (w->root, "full", NULL), *state = g_build_filename (w->root, "full-state", NULL);
  g_autoptr (FzFields) hospital = fz_fields_new ("fuzhen.hospital/v1");
  FzSetup setup = { .data_dir = folder, .state_dir = state, .demo = TRUE };
  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK); /* a head that can't be written is warned of */
  guint n_failed = 0;

  fz_fields_set (hospital, "organ.name", "满盘互联网医院");
  fz_fields_set (hospital, "organ.code", "12119900MB9Y00016F");
  signal (SIGXFSZ, SIG_IGN);
  for (guint64 limit = 0; !found_within (&setup, hospital, limit); limit = MAX (8, 4 * limit))
    n_failed++;
  g_assert_cmpuint (n_failed, >=, 6); /* the device's secret, the key file, the store at several sizes */
  fz_out_folder_remove (folder);
  fz_out_folder_remove (state);
  for (guint i = 0; i < G_N_ELEMENTS (there); i++) {
    g_autofree char *in_the_way = g_build_filename (folder, there[i], "kept", NULL);
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (g_mkdir_with_parents (in_the_way, 0700), ==, 0);
    g_assert_null (fz_setup_create (&setup, hospital, NULL, &error));
    g_test_message ("%s: %s", there[i], error->message);
    g_assert_true (g_file_test (in_the_way, G_FILE_TEST_IS_DIR));
    g_assert_cmpuint (count_in (folder, ""), ==, 1);
    g_assert_cmpuint (count_in (state, ""), ==, 0);
    fz_out_folder_remove (folder);
  }
  g_log_set_always_fatal (fatal);
}

/* Wherever it is stopped, nothing is left of it; and it can be done again. */
static void
restore_stopped (World *w, const char *folder, const char *file, const FzSecret *a, const FzSecret *b, double at)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  Stop stops = { stop, at, 0, NULL };
  g_autofree char *before = content_of (folder, "store.fz"), *after = NULL, *state = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (fz_desk_restore (folder, file, a, b, NULL, stop, stop_at, &stops, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  after = content_of (folder, "store.fz");
  g_assert_cmpstr (after, ==, before);
  g_assert_cmpuint (count_in (state, ".before-restore"), ==, 0);
  g_assert_cmpuint (count_in (w->root, "broken.restoring-"), ==, 0);
  g_assert_cmpuint (count_in (w->root, "broken.damaged-"), ==, 0);
}

/* What cannot be put back is told, and the folder stays for the next try. */
static void
stuck_copy (const char *folder, const char *cut, const char *device)
{
  g_autofree char *was = g_strconcat (device, ".was", NULL), *inside = g_build_filename (device, "x", NULL), *copy = g_strconcat (device, ".before-restore-20260302-090000", NULL), *words = NULL;
  GLogLevelFlags fatal;

  copy_tree (folder, cut);
  g_assert_cmpint (g_rename (device, was), ==, 0);
  g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (copy, "as it was", -1, NULL));
  fatal = g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL); /* it is said on the terminal too */
  words = fz_desk_clear_cut_restore (folder);
  g_log_set_always_fatal (fatal);
  g_assert_nonnull (strstr (words, "不要删除"));
  g_assert_true (g_file_test (cut, G_FILE_TEST_IS_DIR) && g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_true (g_rmdir (inside) == 0 && g_rmdir (device) == 0 && g_rename (was, device) == 0);
  g_free (words);
  words = fz_desk_clear_cut_restore (folder);
  g_assert_nonnull (strstr (words, "没有做完"));
  g_assert_false (g_file_test (cut, G_FILE_TEST_EXISTS) || g_file_test (copy, G_FILE_TEST_EXISTS));
}

/* The device's secret is written before the restored key file. */
static void
cut_without_keys (const char *folder, const char *cut, const char *device)
{
  g_autofree char *copy = g_strconcat (device, ".before-restore-20260302-090000", NULL), *now = NULL, *words = NULL;

  g_assert_cmpint (g_mkdir (cut, 0700), ==, 0);
  g_assert_true (g_file_set_contents (copy, "as before", -1, NULL) && g_file_set_contents (device, "of the restored", -1, NULL));
  words = fz_desk_clear_cut_restore (folder);
  g_assert_nonnull (strstr (words, "没有做完"));
  g_assert_true (g_file_get_contents (device, &now, NULL, NULL));
  g_assert_cmpstr (now, ==, "as before");
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS) || g_file_test (cut, G_FILE_TEST_EXISTS));
}

/* A power cut in the middle: what stands half restored is cleared away at the next start and what the device keeps is as it was; one between the two last names
 * is finished. Neither while somebody has the folder. */
static void
restore_cut (World *w, const char *folder)
{
  g_autofree char *cut = g_strconcat (folder, ".restoring-20260302-090000", NULL), *aside = g_strconcat (folder, ".damaged-20260302-090000", NULL);
  g_autofree char *odd = g_strconcat (folder, ".restoring-mine", NULL), *keys = g_build_filename (folder, "keys.fz", NULL), *lost = g_strconcat (keys, ".lost", NULL), *hex = hex_of (fz_keyfile_get_identity (w->desk->keys));
  g_autofree char *device = g_strdup_printf ("%s/fuzhen/device-%s", g_get_user_state_dir (), hex), *copy = g_strconcat (device, ".before-restore-20260302-090000", NULL), *now = NULL, *words = NULL;
  g_autofree char *slots = g_strdup_printf ("%s/fuzhen/slots-%s", g_get_user_state_dir (), hex);
  FzDeskLock *held;

  copy_tree (folder, cut);
  g_assert_cmpint (g_mkdir (odd, 0700), ==, 0);
  g_assert_true (g_file_set_contents (copy, "as it was", -1, NULL) && g_file_set_contents (slots, "of the restored", -1, NULL));
  held = fz_desk_lock_take (folder, NULL);
  g_assert_null (fz_desk_clear_cut_restore (folder));
  g_assert_true (g_file_test (cut, G_FILE_TEST_IS_DIR));
  fz_desk_lock_free (held);
  words = fz_desk_clear_cut_restore (folder);
  g_assert_nonnull (strstr (words, "没有做完"));
  g_assert_true (!g_file_test (cut, G_FILE_TEST_EXISTS) && !g_file_test (copy, G_FILE_TEST_EXISTS) && g_file_test (odd, G_FILE_TEST_IS_DIR));
  g_assert_true (g_file_get_contents (device, &now, NULL, NULL));
  g_assert_cmpstr (now, ==, "as it was");
  g_assert_null (fz_desk_clear_cut_restore (folder));
  g_free (words);
  g_clear_pointer (&now, g_free);
  stuck_copy (folder, cut, device);
  copy_tree (folder, cut); /* as when the clearing was cut off: the copies are used up, and the folder is still there with its keys */
  words = fz_desk_clear_cut_restore (folder);
  g_assert_nonnull (strstr (words, "没有做完"));
  g_assert_true (g_file_get_contents (device, &now, NULL, NULL));
  g_assert_cmpstr (now, ==, "as it was");
  g_assert_true (!g_file_test (cut, G_FILE_TEST_EXISTS) && g_unlink (slots) == 0); /* what has no copy is never deleted */
  g_free (words);
  cut_without_keys (folder, cut, device);
  g_assert_cmpint (g_rename (keys, lost), ==, 0);
  cut_without_keys (folder, cut, device);
  g_assert_cmpint (g_rename (lost, keys), ==, 0);
  copy_tree (folder, cut);
  g_assert_cmpint (g_rename (folder, aside), ==, 0);
  words = fz_desk_clear_cut_restore (folder);
  g_assert_nonnull (strstr (words, "最后一步"));
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR) && g_file_test (aside, G_FILE_TEST_IS_DIR) && !g_file_test (cut, G_FILE_TEST_EXISTS));
}

/* Where nothing is yet, behind a link as well: stopped, there is nothing still; what a cut one left beside it goes with the next that is finished. */
static void
restored_into_nothing (World *w, const char *file, const FzSecret *a, const FzSecret *b)
{
  g_autofree char *disk = g_build_filename (w->root, "disk", NULL), *folder = g_build_filename (w->root, "linked", NULL), *cut = g_strconcat (disk, ".restoring-20260302-090000", NULL),
                  *store = g_build_filename (disk, "store.fz", NULL), *away = g_strconcat (disk, "-away", NULL), *words = NULL, *hex = hex_of (fz_keyfile_get_identity (w->desk->keys)),
                  *copy = g_strdup_printf ("%s/fuzhen/device-%s.before-restore-20260302-090000", g_get_user_state_dir (), hex);
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  Stop stops = { stop, 0.93, 0, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) report = NULL;
  g_autoptr (FzFounding) founding = NULL;

  g_assert_cmpint (g_mkdir (disk, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (cut, 0700), ==, 0);
  g_assert_cmpint (symlink ("disk", folder), ==, 0);
  g_assert_true (fz_desk_has_cut_restore (folder)); /* through the link */
  words = fz_desk_clear_cut_restore (folder);
  g_assert_nonnull (strstr (words, cut));
  g_assert_true (g_file_test (cut, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (g_rename (disk, away), ==, 0);
  expect_error (fz_desk_restore (folder, file, a, b, NULL, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "disk");
  g_assert_cmpint (g_rename (away, disk), ==, 0);
  g_assert_null (fz_desk_restore (folder, file, a, b, NULL, stop, stop_at, &stops, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpuint (count_in (disk, ""), ==, 0);
  g_assert_cmpuint (count_in (w->root, "disk.restoring-"), ==, 1);
  g_assert_true (g_file_set_contents (copy, "of the cut one", -1, NULL));
  founding = fz_desk_restore (folder, file, a, b, &report, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_false (g_file_test (copy, G_FILE_TEST_EXISTS));
  g_assert_false (fz_fields_has (report, "aside"));
  g_assert_true (g_file_test (store, G_FILE_TEST_EXISTS) && g_file_test (folder, G_FILE_TEST_IS_SYMLINK));
  g_assert_cmpuint (count_in (w->root, "disk.restoring-"), ==, 0);
}

/* As the window does it, from a backup in the folder itself: what cannot be opened any more is kept beside; shares that do not fit, and a disk that is full
 * half way, leave everything as it was, outside the folder as well. */
static void
restored_in_place (World *w, const char *file, char *const *shares)
{
  g_autofree char *folder = g_build_filename (w->root, "broken", NULL), *slash = g_strconcat (folder, "/", NULL), *left = g_build_filename (folder, "store.fz", NULL),
                  *inside = g_build_filename (folder, "day.fzb", NULL), *state = g_build_filename (g_get_user_state_dir (), "fuzhen", NULL), *bytes = NULL, *whole = NULL, *kept = NULL;
  g_autofree char *device = NULL, *device_name = NULL, *stale = NULL, *before = NULL, *after = NULL;
  g_autoptr (FzSecret) a = secret (shares[0]), b = secret (shares[1]), wrong = secret ("x");
  struct rlimit usual, small;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) report = NULL, again = NULL;
  g_autoptr (FzFounding) founding = NULL;
  gint64 gap = -1;
  gsize n = 0;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (left, "damaged", -1, NULL));
  g_assert_true (g_file_get_contents (file, &whole, &n, NULL) && g_file_set_contents (inside, whole, (gssize) n, NULL));
  expect_error (fz_desk_restore (folder, inside, a, wrong, NULL, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  bytes = content_of (folder, "store.fz"); /* untouched */
  expect_error (fz_desk_restore (folder, "/nowhere", a, b, NULL, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "nowhere");
  restore_stopped (w, folder, inside, a, b, 0);    /* while the file is looked at */
  restore_stopped (w, folder, inside, a, b, 0.5);
  restore_stopped (w, folder, inside, a, b, 0.93); /* all is there but its name */
  device = hex_of (fz_keyfile_get_identity (w->desk->keys));
  device_name = g_strconcat ("device-", device, NULL);
  stale = g_strconcat (state, "/", device_name, ".before-restore-20200101-000000", NULL);
  g_assert_true (g_file_set_contents (stale, "of a restore that is over", -1, NULL));
  founding = fz_desk_restore (slash, inside, a, b, &report, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count_in (state, ".before-restore"), ==, 0);
  g_assert_cmpuint (founding->codes->len, ==, (guint) world_ask (w, "SELECT COUNT(*) FROM staff WHERE left_at IS NULL"));
  g_assert_true (fz_fields_get_int (report, "gap", &gap) && fz_fields_has (report, "made_at"));
  kept = content_of (fz_fields_get (report, "aside"), "store.fz");
  g_assert_cmpstr (kept, ==, "damaged");
  before = content_of (state, device_name);
  g_assert_true (g_file_set_contents (stale, "of a restore that is over", -1, NULL)); /* as a power cut after the last one leaves it */
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &usual), ==, 0);
  small = (struct rlimit) { .rlim_cur = n / 2, .rlim_max = usual.rlim_max };
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  expect_error (fz_desk_restore (folder, file, a, b, &again, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_RETRY, NULL);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &usual), ==, 0);
  after = content_of (state, device_name);
  g_assert_cmpint (memcmp (before, after, 32), ==, 0);
  g_assert_cmpint (g_unlink (stale), ==, 0);
  g_assert_cmpuint (count_in (state, ".before-restore"), ==, 0);
  g_assert_cmpuint (count_in (w->root, "broken.restoring-"), ==, 0);
  g_assert_cmpuint (count_in (w->root, "broken.damaged-"), ==, 1);
  restore_cut (w, folder);
  restored_into_nothing (w, file, a, b);
}

/* The log says that it was begun, and that it failed. */
static void
backup_stopped (World *w, const char *file, double at)
{
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  Stop stops = { stop, at, 0, NULL };
  g_autoptr (GError) error = NULL;
  gint64 failed = world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'store.backup' AND outcome = 'failed'");

  g_assert_false (fz_desk_backup (w->session, file, stop, stop_at, &stops, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'store.backup' AND outcome = 'failed'"), ==, failed + 1);
}

/* Restored whole and compared: what came after the backup is counted; rows that the store in use has lost are noticed; a damaged backup is a report too. */
static void
drilled (World *w)
{
  g_autofree char *file = g_build_filename (w->root, "day.fzb", NULL);
  g_autofree char *spoilt = g_build_filename (w->root, "spoilt.fzb", NULL), *bytes = NULL;
  g_autoptr (FzSecret) pin = NULL, password = fz_demo_password ("S4002"), second = fz_demo_pin ("S4002"), a = NULL, b = NULL, wrong = secret ("x");
  g_autoptr (FzFields) fresh = NULL, behind = NULL, damaged = NULL;
  g_autoptr (GError) error = NULL;
  gint64 documents, signed_then, entries;
  gsize n = 0;
  g_autofree char *held_on = NULL;
  g_autoptr (GCancellable) drilling = g_cancellable_new ();
  Stop stops = { drilling, 0.3, 0, NULL };
  char **shares;

  g_free (world_prescribe (w, 0, "EARLY"));
  world_sign_in (w, "S4001");
  pin = pin_of (w);
  shares = fz_desk_new_shares (w->session, pin, "S4002", password, second, &error);
  g_assert_no_error (error);
  a = secret (shares[0]);
  b = secret (shares[1]);
  world_sign_in (w, "S4002");
  backup_stopped (w, file, 0.6);
  g_assert_cmpuint (count_in (w->root, "day.fzb"), ==, 0); /* nor its copy or its beginning */
  g_assert_true (g_file_set_contents (file, "the former one", -1, NULL));
  backup_stopped (w, file, 0.1); /* while pages are copied, packed, and read back */
  backup_stopped (w, file, 0.7);
  backup_stopped (w, file, 0.9);
  bytes = content_of (w->root, "day.fzb");
  g_assert_cmpstr (bytes, ==, "the former one");
  g_clear_pointer (&bytes, g_free);
  g_assert_cmpuint (count_in (w->root, "day.fzb"), ==, 1);
  g_assert_true (fz_desk_backup (w->session, file, NULL, NULL, NULL, &error));
  documents = world_ask (w, "SELECT COUNT(*) FROM document");
  g_assert_null (fz_desk_prepare_drill (w->session, file, a, b, NULL, drilling, stop_at, &stops, &error)); /* no report of a drill that was not held */
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  expect_error (fz_desk_prepare_drill (w->session, file, a, wrong, NULL, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_INVALID, NULL);
  expect_error (fz_desk_prepare_drill (w->session, "/nowhere", a, b, NULL, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_NOT_FOUND, "nowhere");
  g_assert_null (last_drill (w));
  fresh = drill (w, file, a, b);
  held_on = last_drill (w);
  g_assert_cmpstr (held_on, ==, TESTED_DAY);
  g_assert_cmpstr (fz_fields_get (fresh, "outcome"), ==, "good");
  g_assert_cmpint (figure (fresh, "documents"), ==, documents);
  g_assert_cmpint (figure (fresh, "documents_since"), ==, 0);
  g_assert_cmpint (figure (fresh, "visits"), ==, 1);
  g_free (world_prescribe (w, 1, "LATE"));
  signed_then = world_ask (w, "SELECT COUNT(*) FROM document");
  behind = drill (w, file, a, b);
  g_assert_cmpstr (fz_fields_get (behind, "outcome"), ==, "good");
  g_assert_cmpint (figure (behind, "documents_since"), ==, signed_then - documents);
  entries = figure (behind, "entries_since");
  g_assert_cmpint (entries, >, 0);
  restored_in_place (w, file, shares);
  restored_elsewhere (w, file, shares, documents, (gint64) world_audit_size (w));
  /* A damaged backup does not come back: that is what the report says. */
  g_assert_true (g_file_get_contents (file, &bytes, &n, NULL));
  bytes[n / 2] ^= 1;
  g_assert_true (g_file_set_contents (spoilt, bytes, (gssize) n, NULL));
  damaged = drill (w, spoilt, a, b);
  g_assert_cmpstr (fz_fields_get (damaged, "outcome"), ==, "failed");
  g_assert_true (fz_fields_has (damaged, "problem") && !fz_fields_has (damaged, "documents"));
  g_assert_cmpuint (world_audit_count (w, 0, "store.drill", "failed"), ==, 3);
  fz_shares_free (shares);
}

/* --- before the first patient: each item follows what stands in the store --- */

static void
expect_opening (World *w, const char *items, const char *state)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) wanted = g_strsplit (items, " ", 0);
  g_autoptr (GPtrArray) rows = NULL;

  world_sign_in (w, "S4002");
  rows = fz_desk_read_opening (w->session, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 13);
  for (guint i = 0; wanted[i] != NULL; i++) {
    const FzFields *found = NULL;

    for (guint k = 0; k < rows->len; k++)
      if (g_strcmp0 (fz_fields_get (rows->pdata[k], "item"), wanted[i]) == 0)
        found = rows->pdata[k];
    if (found == NULL || g_strcmp0 (fz_fields_get (found, "state"), state) != 0)
      g_error ("%s is %s, not %s: %s", wanted[i], found != NULL ? fz_fields_get (found, "state") : "not there", state,
               found != NULL ? fz_fields_get (found, "words") : "");
  }
}

static void
amend (World *w, const char *key, const char *value, const char *second, const char *word)
{
  g_autoptr (FzFields) changes = fz_fields_new ("fuzhen.changes/v1");
  g_autoptr (GError) error = NULL;

  world_sign_in (w, "A3001");
  fz_fields_set (changes, key, value);
  if (second != NULL)
    fz_fields_set (changes, second, word);
  fz_desk_amend_institution (w->session, changes, &error);
  g_assert_no_error (error);
}

static void
enter_licence (World *w)
{
  static const char *const values[][2] = { { "subject", "示范医院互联网医院" }, { "kind", "second_name" }, { "licence_no", "X1" }, { "authority", "区卫生健康委" },
                                           { "changed_on", "2026-01-05" }, { "change", "增设" }, { "validation_until", "2027-01-05" } };
  g_autoptr (FzFields) entry = fz_fields_new ("fuzhen.entry_values/v1");
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++) {
    g_autofree char *key = g_strconcat ("field.", values[i][0], NULL);

    fz_fields_set (entry, key, values[i][1]);
  }
  world_sign_in (w, "A3001");
  g_free (world_sign (w, fz_desk_prepare_entry (w->session, "licence", NULL, "register", entry, NULL, NULL, &error)));
  g_assert_no_error (error);
}

/* One who proposes, another who approves. */
static void
change_catalogue (World *w)
{
  g_autoptr (FzFields) edit = fz_fields_new ("fuzhen.catalogue_edit/v1");
  g_autoptr (GError) error = NULL;
  g_autofree char *document = NULL, *id = NULL;

  fz_fields_set_at (edit, "row", 0, "code", "FZ0001");
  fz_fields_set_at (edit, "row", 0, "price_fen", "1234");
  world_sign_in (w, "P2001");
  document = world_sign (w, fz_desk_prepare_catalogue_change (w->session, edit, "药事会决定", &error));
  g_assert_no_error (error);
  id = g_strndup (document, strlen ("CAT-000001"));
  expect_opening (w, "catalogue", "part"); /* proposed is not approved */
  world_sign_in (w, "P2002");
  g_free (world_sign (w, fz_desk_prepare_catalogue_decision (w->session, id, "approved", NULL, &error)));
  g_assert_no_error (error);
}

static void
set_platform (World *w)
{
  static const char text[] = "{\"profile\":\"tianjin\",\"url\":\"https://127.0.0.1:9/openapi/api\",\"app_key\":\"k\",\"app_secret\":\"0123456789abcdeffedcba9876543211\",\"unit_id\":\"U\"}";
  g_autofree char *path = g_build_filename (w->root, "platform.json", NULL);
  g_autoptr (GError) error = NULL;
  guint64 from = world_audit_size (w);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0600), ==, 0);
  world_sign_in (w, "S4002");
  fz_desk_set_platform (w->session, path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_count (w, from, "platform.configure", "done"), ==, 1);
}

static void
opening (World *w)
{
  g_autofree char *file = g_build_filename (w->root, "opening.fzb", NULL);
  g_autoptr (FzSecret) pin = NULL, password = fz_demo_password ("S4002"), second = fz_demo_pin ("S4002"), a = NULL, b = NULL;
  g_autoptr (GError) error = NULL;
  char **shares;

  expect_opening (w, "people rules consent calendar", "done");
  expect_opening (w, "licence departments filing platform drill", "open");
  expect_opening (w, "catalogue shares", "part");
  expect_opening (w, "front", "free");
  amend (w, "licence_until", "2099-12-31", NULL, NULL);
  expect_opening (w, "licence", "part"); /* dated, and not entered in its register */
  enter_licence (w);
  amend (w, "department", "03.04", "approved", "yes");
  amend (w, "business", "revisit", "filed", "yes");
  change_catalogue (w);
  expect_opening (w, "licence departments filing catalogue", "done");
  set_platform (w);
  expect_opening (w, "platform", "done");
  world_sign_in (w, "S4001");
  pin = pin_of (w);
  g_assert_true (fz_desk_end_staff (w->session, "S4003", &error));
  expect_opening (w, "people", "part"); /* nobody keeps watch over the log */
  world_sign_in (w, "S4001");
  shares = fz_desk_new_shares (w->session, pin, "S4002", password, second, &error);
  g_assert_no_error (error);
  a = secret (shares[0]);
  b = secret (shares[1]);
  fz_shares_free (shares);
  world_sign_in (w, "S4002");
  g_assert_true (fz_desk_backup (w->session, file, NULL, NULL, NULL, &error));
  expect_opening (w, "drill", "open");
  fz_fields_unref (drill (w, file, a, b));
  expect_opening (w, "shares drill", "done");
}

/* --- by who received it --- */

static FzDocumentFile *
look_at (const char *folder, const char *name, const char *keys, const char *institution)
{
  g_autofree char *path = g_build_filename (folder, name, NULL), *list = keys != NULL ? g_build_filename (folder, keys, NULL) : NULL;
  g_autoptr (GError) error = NULL;
  FzDocumentFile *file = fz_document_file_open (path, list, institution, &error);

  g_assert_no_error (error);
  return file;
}

static FzFileLineState
line_state (const FzDocumentFile *file, guint i)
{
  return ((const FzFileLine *) file->lines->pdata[i])->state;
}

static void
expect_no_file (const char *folder, const char *name, const char *institution, FzErrorCode code, const char *words)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GError) error = NULL;

  expect_error (fz_document_file_open (path, NULL, institution, &error) == NULL, &error, code, words);
}

static char *
put_file (const char *folder, const char *name, const char *bytes, gssize n)
{
  char *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, bytes, n, NULL));
  return path;
}

/* The same document with one byte of what it says, or of its last signature, changed. */
static void
put_changed (const char *folder, const char *from, const char *name, gboolean in_signature)
{
  g_autofree char *path = g_build_filename (folder, from, NULL), *bytes = NULL, *kept = NULL;
  gsize n = 0;
  char *at;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  at = in_signature ? bytes + n - 20 : strstr (bytes, "patient.age_text ") + strlen ("patient.age_text ");
  *at = *at == '5' ? '6' : '5';
  kept = put_file (folder, name, bytes, (gssize) n);
}

static void
expect_verdict (const char *folder, const char *name, const char *keys, const char *institution, FzFileVerdict verdict, FzFileLineState last)
{
  g_autoptr (FzDocumentFile) file = look_at (folder, name, keys, institution);

  if (file->verdict != verdict)
    g_error ("%s: %d, %s", name, file->verdict, file->reason);
  g_assert_cmpint (line_state (file, file->lines->len - 1), ==, last);
}

static FzFilePlace
place_of (const char *folder, const char *name, const char *keys)
{
  g_autoptr (FzDocumentFile) file = look_at (folder, name, keys, NULL);

  return file->place;
}

static char *
text_of_pdf (const char *path)
{
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, NULL, "pdftotext", "-raw", path, "-", NULL);
  char *text = NULL;

  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, &text, NULL, NULL));
  return text;
}

/* The words of its PDF. Looking and printing leave no trace in any store, for none is open. (transfer full) */
static char *
words_on_paper (World *w, const char *folder, const char *name, const char *keys, const char *institution)
{
  g_autoptr (FzDocumentFile) file = look_at (folder, name, keys, institution);
  g_autoptr (GError) error = NULL;
  g_autoptr (FzPrintout) printout = fz_document_file_printout (file, &error);
  g_autofree char *path = g_build_filename (folder, "paper.pdf", NULL);
  guint64 size = world_audit_size (w);

  g_assert_no_error (error);
  g_assert_false (fz_printout_is_audited (printout));
  g_assert_true ((fz_desk_print_pdf) (NULL, printout, path, &error)); /* past the watch, which asks a session for its entry */
  g_assert_no_error (error);
  g_assert_cmpuint (world_audit_size (w), ==, size);
  return text_of_pdf (path);
}

/* Says so before what the document says, and across the page: last in the PDF, each letter turned and a line of its own; "": nothing is there. */
static void
expect_paper (World *w, const char *folder, const char *name, const char *keys, const char *institution, const char *words, const char *across)
{
  g_autofree char *text = words_on_paper (w, folder, name, keys, institution), *last = NULL;
  const char *said = strstr (text, words), *content = strstr (text, "文书内容"), *foot = g_strrstr (text, "页\n");
  g_auto (GStrv) letters = NULL;

  if (said == NULL || content == NULL || foot == NULL || said > content)
    g_error ("%s: not “%s” first in %s", name, words, text);
  letters = g_strsplit_set (foot + strlen ("页\n"), "\n\f", -1);
  last = g_strjoinv ("", letters);
  g_assert_cmpstr (last, ==, across);
}

static char *
institution_key (World *w)
{
  g_autoptr (FzFields) list = key_list (w);

  for (guint i = 0; i < fz_fields_count (list, "key.00"); i++)
    if (g_strcmp0 (fz_fields_get_at (list, "key.00", i, "role"), "institution") == 0)
      return g_strdup (fz_fields_get_at (list, "key.00", i, "vkey"));
  g_assert_not_reached ();
}

/* All keys of the list a line each, without persons and roles. */
static void
put_plain (World *w, const char *folder, const char *name)
{
  g_autoptr (FzFields) list = key_list (w);
  g_autoptr (GString) lines = g_string_new (NULL);
  g_autofree char *path = NULL;

  for (guint i = 0; i < fz_fields_count (list, "key.00"); i++)
    g_string_append_printf (lines, "%s\n", fz_fields_get_at (list, "key.00", i, "vkey"));
  path = put_file (folder, name, lines->str, -1);
}

static void
received (World *w)
{
  static const char other[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  g_autofree char *rx = world_prescribe (w, 0, "V1"), *later = world_prescribe (w, 1, "V2"), *folder = g_build_filename (w->root, "out", NULL), *below = g_build_filename (folder, "documents", NULL);
  g_autofree char *list = NULL, *other_entry = NULL, *own_entry = NULL, *paper = NULL, *forged = NULL, *institution = institution_key (w), *kept = NULL, *alone = NULL, *proof = NULL, *entry = NULL, *large = NULL, *many = g_strnfill (1000001, 'x');
  g_autoptr (FzDocumentFile) file = NULL, raw = NULL, damaged = NULL;
  g_autoptr (GError) error = NULL;
  char *at;

  g_assert_cmpint (g_mkdir_with_parents (below, 0700), ==, 0);
  list = fz_desk_export_keys (w->session, FALSE, &error);
  g_assert_no_error (error);
  kept = put_file (folder, "keys.fzd", list, -1);
  world_review (w, "P2001", rx, "approved");
  export_rx (w, rx, below, "1.fzd");
  export_rx (w, later, below, "2.fzd");
  file = look_at (below, "1.fzd", NULL, NULL);
  g_assert_cmpint (file->verdict, ==, FZ_FILE_VALID);
  g_assert_cmpint (file->word, ==, FZ_FILE_EFFECTIVE);
  g_assert_true (file->rendered && file->place == FZ_FILE_PLACE_PROVED && !file->anchored && g_str_has_suffix (file->keys, "/out/keys.fzd"));
  g_assert_nonnull (strstr (file->title, "互联网诊疗处方"));
  g_assert_nonnull (strstr (file->text, rx));
  g_assert_cmpuint (file->lines->len, ==, 2);
  g_assert_cmpstr (((const FzFileLine *) file->lines->pdata[1])->role, ==, "pharmacist");
  g_assert_cmpint (line_state (file, 0), ==, FZ_FILE_LINE_FITS);
  paper = words_on_paper (w, below, "1.fzd", NULL, NULL);
  g_assert_nonnull (strstr (paper, "互联网诊疗处方"));
  g_assert_nonnull (strstr (paper, "与内容相符"));
  g_assert_nonnull (strstr (paper, "名册本身还没有核对"));
  expect_paper (w, below, "1.fzd", NULL, NULL, "名册核对以前不能凭以调配", ""); /* whoever forges it brings a list too */
  expect_paper (w, below, "1.fzd", NULL, institution, "已生效。", "");
  expect_paper (w, below, "2.fzd", NULL, institution, "处方没有生效，不能凭以调配", "没有生效"); /* not reviewed */
  expect_paper (w, below, "1.fzd", "1.fzd", NULL, "是否生效不能判断", "不能判断"); /* no list at all */
  put_plain (w, below, "plain.txt");
  expect_verdict (below, "1.fzd", "plain.txt", NULL, FZ_FILE_VALID, FZ_FILE_LINE_FITS);
  expect_paper (w, below, "1.fzd", "plain.txt", NULL, "是否生效不能判断", "不能判断"); /* it doesn't say who is a pharmacist */
  fz_document_file_free (g_steal_pointer (&file));
  file = look_at (below, "1.fzd", NULL, institution); /* the list is that institution's */
  g_assert_true (file->anchored && file->verdict == FZ_FILE_VALID);
  expect_verdict (below, "1.fzd", NULL, other, FZ_FILE_INDETERMINATE, FZ_FILE_LINE_UNKNOWN); /* another's list, so nobody's keys */
  expect_verdict (below, "1.fzd", "1.fzd", NULL, FZ_FILE_INDETERMINATE, FZ_FILE_LINE_UNKNOWN); /* no list at all */
  /* Changed by a byte, in what it says or in the pharmacist's line. */
  put_changed (below, "1.fzd", "text.fzd", FALSE);
  put_changed (below, "1.fzd", "line.fzd", TRUE);
  expect_verdict (below, "text.fzd", NULL, institution, FZ_FILE_INVALID, FZ_FILE_LINE_WRONG);
  expect_verdict (below, "line.fzd", NULL, institution, FZ_FILE_INVALID, FZ_FILE_LINE_WRONG);
  expect_paper (w, below, "text.fzd", NULL, institution, "请勿采信", "无效");
  /* A list in which a name was changed names nobody. */
  at = strstr (list, ".name ") + strlen (".name ");
  at[2] ^= 1;
  forged = put_file (below, "forged.fzd", list, -1);
  expect_verdict (below, "1.fzd", "forged.fzd", NULL, FZ_FILE_INDETERMINATE, FZ_FILE_LINE_UNKNOWN);
  damaged = look_at (below, "1.fzd", "forged.fzd", NULL);
  g_assert_null (((const FzFileLine *) damaged->lines->pdata[0])->name);
  raw = look_at (below, "text.fzd", NULL, NULL);
  g_assert_true (!raw->rendered && g_str_has_prefix (raw->text, "fuzhen.prescription/v1\n")); /* its words are not those that were signed */
  /* Another document's place in the log beside it: damaged evidence is not passed over, and whole evidence is of the other. */
  g_assert_cmpint (place_of (below, "1.fzd", "1.fzd"), ==, FZ_FILE_PLACE_UNPROVED); /* by no list */
  alone = g_build_filename (below, "2.fzd.proof", NULL);
  proof = g_build_filename (below, "1.fzd.proof", NULL);
  g_assert_cmpint (g_rename (alone, proof), ==, 0);
  expect_verdict (below, "1.fzd", NULL, institution, FZ_FILE_INVALID, FZ_FILE_LINE_FITS);
  other_entry = g_build_filename (below, "2.fzd.entry", NULL);
  own_entry = g_build_filename (below, "1.fzd.entry", NULL);
  g_assert_cmpint (g_rename (other_entry, own_entry), ==, 0);
  expect_verdict (below, "1.fzd", NULL, institution, FZ_FILE_VALID, FZ_FILE_LINE_FITS);
  g_assert_cmpint (place_of (below, "1.fzd", NULL), ==, FZ_FILE_PLACE_ANOTHER);
  g_unlink (proof);
  g_assert_cmpint (place_of (below, "1.fzd", NULL), ==, FZ_FILE_PLACE_NONE);
  large = put_file (below, "large.fzd", many, -1);
  entry = put_file (below, "odd.fzd", "fuzhen.prescription/v1\nid x\n", -1);
  expect_no_file (below, "none.fzd", NULL, FZ_ERROR_NOT_FOUND, "没有文件");
  expect_no_file (below, "large.fzd", NULL, FZ_ERROR_INVALID, "1000000");
  expect_no_file (below, "odd.fzd", NULL, FZ_ERROR_INVALID, "不是完整的签名文书");
  expect_no_file (folder, "documents", NULL, FZ_ERROR_INVALID, "不是普通文件");
  expect_no_file (below, "1.fzd", "no key", FZ_ERROR_INVALID, "机构公钥是一行");
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/keys/revoked", a_revoked_key);
  world_add_test ("/desk/keys/revoked-from-before", revoked_from_before);
  world_add_test ("/desk/keys/revoked-second", a_revoked_second_key);
  world_add_test ("/desk/keys/exported-over", exported_over);
  world_add_test ("/desk/keys/signed-behind-the-log", signed_behind_the_log);
  world_add_test ("/desk/keys/revoked-under-the-hand", revoked_under_the_hand);
  world_add_test ("/desk/keys/certificate", a_certificate_ends);
  world_add_test ("/desk/keys/store-key", a_new_store_key);
  world_add_test ("/desk/keys/desk-keys", new_desk_keys);
  world_add_test ("/desk/keys/administrator", an_administrator_signs_for_nobody);
  world_add_test ("/desk/keys/shares", shares_by_two);
  world_add_test ("/desk/keys/founding-stopped", founding_stopped);
  world_add_test ("/desk/keys/founding-fails", founding_fails);
  world_add_test ("/desk/keys/drill", drilled);
  world_add_test ("/desk/keys/opening", opening);
  world_add_test ("/desk/keys/received", received);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
