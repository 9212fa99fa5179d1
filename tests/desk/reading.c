/* A store that can only be read: people look, print and hand out what is there, nothing of it changes by a byte, every writing act says why it
 * cannot be, and every look stands in the journal, from where it goes into the log once the store is sound again. */
#include "tests/desk/world.h"

#include "app/enrol.h"
#include "app/evidence.h"
#include "db/audit.h"
#include "db/journal.h"
#include "db/store_private.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define SCOPE "kind=inspection|purpose=I01|words=例行检查|times=2|until_on=2026-03-20|scope.report=inspection|scope.from=2026-03-02|scope.to=2026-03-02|scope.format=full"

/* --- the parts --- */

static char *
in (const World *w, const char *name)
{
  return g_build_filename (w->root, name, NULL);
}

static FzFields *
facts_of (const char *kind, const char *text)
{
  FzFields *facts = fz_fields_new (kind);
  g_auto (GStrv) pairs = g_strsplit (text, "|", -1);

  for (guint i = 0; pairs[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (pairs[i], "=", 2);

    fz_fields_set (facts, pair[0], pair[1]);
  }
  return facts;
}

static gint
by_text (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Every file of the folder with the hash of its bytes. The lock and the count of wrong passwords are not of the store. */
static char *
bytes_of (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *path = g_build_filename (folder, name, NULL), *bytes = NULL, *hash = NULL;
    gsize n = 0;

    if (g_str_equal (name, "lock") || g_str_equal (name, "attempts") || g_file_test (path, G_FILE_TEST_IS_DIR))
      continue;
    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    hash = fz_sha256_hex (bytes, n);
    g_ptr_array_add (lines, g_strdup_printf ("%s %s", name, hash));
  }
  g_ptr_array_sort (lines, by_text);
  g_ptr_array_add (lines, NULL);
  return g_strjoinv ("\n", (char **) lines->pdata);
}

static char *
journal_of (const World *w)
{
  g_autoptr (GDir) dir = g_dir_open (w->state, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "journal-") && strstr (name, "damaged") == NULL)
      return g_build_filename (w->state, name, NULL);
  return NULL;
}

typedef struct {
  char *rx, *old, *newest, *before;
} Old;

static void
old_clear (Old *self)
{
  g_free (self->rx);
  g_free (self->old);
  g_free (self->newest);
  g_free (self->before);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Old, old_clear)

static void
put (World *w, const char *kept)
{
  remove_tree (w->data);
  copy_tree (kept, w->data);
  world_reopen (w);
}

/* A prescription V1 that took effect; then the folder of then is put back over the one of now. */
static void
put_old_back (World *w, Old *out)
{
  out->rx = world_prescribe (w, 0, "V1");
  world_review (w, "P2001", out->rx, "approved");
  world_close (w);
  out->old = in (w, "old");
  out->newest = in (w, "newest");
  copy_tree (w->data, out->old);
  world_reopen (w);
  world_sign_in (w, "D1001");
  world_close (w);
  copy_tree (w->data, out->newest);
  put (w, out->old);
  out->before = bytes_of (w->data);
}

static void
expect_only_read (gboolean failed, GError **error)
{
  expect_error (failed, error, FZ_ERROR_CORRUPT, "只能查看");
}

static void
expect_untouched (World *w, const Old *old)
{
  g_autofree char *now = NULL;

  world_close (w);
  now = bytes_of (w->data);
  g_assert_cmpstr (now, ==, old->before);
}

/* --- what can be done, and what cannot --- */

static void
doctor_reads (World *w, const Old *old)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) visit = NULL, rx = NULL, draft = NULL, ask = fz_fields_new ("fuzhen.record_ask/v1"), made = NULL;
  g_autoptr (GPtrArray) list = NULL, talk = NULL;
  g_autofree char *records = in (w, "records");
  g_autoptr (FzPrintout) printout = NULL;
  g_autofree char *note = in (w, "rx.fzd"), *slip = in (w, "rx.pdf"), *name = NULL, *why = NULL;

  world_sign_in (w, "D1001");
  g_assert_true (fz_session_is_read_only (w->session, &why));
  g_assert_nonnull (strstr (why, "只能查看"));
  list = fz_desk_list (w->session, FZ_LIST_MINE, NULL, &error);
  g_assert_no_error (error);
  talk = fz_desk_list_talk (w->session, "V1", 0, &error);
  g_assert_no_error (error);
  draft = fz_desk_get_draft (w->session, "V1", &error); /* without it the page of an open visit would not come up */
  g_assert_no_error (error);
  fz_fields_set (ask, "visit", "V1");
  made = fz_desk_export_records (w->session, ask, records, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);
  g_assert_nonnull (fz_fields_get (visit, "record.opinion"));
  rx = fz_desk_read_prescription (w->session, old->rx, &error);
  g_assert_no_error (error);
  name = fz_desk_reveal (w->session, "V1", "patient.id_number", "U2", "核对身份", &error);
  g_assert_no_error (error);
  g_assert_true (fz_desk_export_prescription (w->session, old->rx, note, &error));
  g_assert_true (fz_desk_export_slip (w->session, old->rx, "a5", slip, &error));
  printout = fz_desk_printout_new (w->session, "a5", &error);
  g_assert_true (fz_desk_printout_add (w->session, printout, old->rx, &error));
  g_assert_cmpuint (fz_printout_get_number (printout, 0), ==, 2); /* the first stands in the journal */
  g_assert_true (fz_desk_tick (w->session, &error));
  g_assert_true (fz_desk_write_handouts (w->session, NULL, &error));
  g_assert_no_error (error);
}

static void
doctor_writes_nothing (World *w, const Old *old)
{
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001"), fresh = secret ("918273"), word = secret ("Fuzhen-2026-x");
  g_autoptr (FzFields) draft = fz_fields_new ("fuzhen.draft/v1"), request = world_request (w, 1, "V2");
  g_autoptr (GError) error = NULL;

  expect_only_read (!world_try_arrive (w, request, &error), &error);
  expect_only_read (!fz_desk_take_visit (w->session, "V1", pin, &error), &error);
  expect_only_read (!fz_desk_save_draft (w->session, "V1", draft, &error), &error);
  expect_only_read (fz_desk_prepare_addendum (w->session, "V1", "补充", &error) == NULL, &error);
  expect_only_read (fz_desk_prepare_void (w->session, old->rx, "重复", &error) == NULL, &error);
  expect_only_read (!fz_desk_change_pin (w->session, pin, fresh, &error), &error);
  expect_only_read (!fz_desk_change_password (w->session, word, word, pin, &error), &error);
  expect_only_read (!fz_desk_star_drug (w->session, "x", draft, TRUE, &error), &error);
  /* What is nobody's right is still refused as that, and entered. */
  expect_error (fz_desk_prepare_review (w->session, old->rx, "approved", NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "权限");
}

static void
auditor_verifies (World *w, gboolean sound)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *root = NULL, *proof = NULL, *folder = in (w, "log");
  g_autoptr (GBytes) entry = NULL;
  g_auto (FzLogHead) head = { 0 };
  guint64 size = 0;

  world_sign_in (w, "S4003");
  g_assert_true (fz_desk_audit_verify (w->session, &size, &root, NULL, NULL, NULL, &error) == sound);
  if (!sound) {
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
    return;
  }
  g_assert_no_error (error);
  g_assert_true (fz_evidence_prove (w->session, 3, &entry, &proof, &error));
  g_assert_true (fz_evidence_export (w->session, folder, NULL, NULL, NULL, &head, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (head.size, ==, size);
}

static void
test_old_copy (World *w)
{
  g_auto (Old) old = { 0 };
  g_autofree char *journal = NULL;
  guint64 from, taken;

  put_old_back (w, &old);
  doctor_reads (w, &old);
  doctor_writes_nothing (w, &old);
  auditor_verifies (w, TRUE);
  expect_untouched (w, &old);
  journal = journal_of (w);
  g_assert_nonnull (journal);
  {
    g_autofree char *bytes = NULL;
    gsize n = 0;

    g_assert_true (g_file_get_contents (journal, &bytes, &n, NULL));
    g_assert_null (g_strstr_len (bytes, (gssize) n, "case.read")); /* sealed */
  }
  /* The newest is put back: what was looked at goes into its log under who looked, and the journal goes. */
  put (w, old.newest);
  world_sign_in (w, "S4003");
  from = 0;
  taken = world_audit_size (w);
  g_assert_cmpuint (world_audit_count (w, taken - 30, "store.journal", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "prescription.export", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "patient.reveal", "done"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "prescription.review", "denied"), ==, 1);
  g_assert_cmpuint (world_audit_count (w, from, "audit.export", "done"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT times FROM slip_print"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM reading WHERE staff = 'D1001'"), >, 0);
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
}

static void
test_taken_once (World *w)
{
  g_auto (Old) old = { 0 };
  g_autofree char *journal = NULL, *kept = in (w, "journal");
  guint n;

  put_old_back (w, &old);
  doctor_reads (w, &old);
  world_close (w);
  journal = journal_of (w);
  g_assert_cmpint (link (journal, kept), ==, 0);
  put (w, old.newest);
  world_sign_in (w, "D1001");
  n = world_audit_count (w, 0, "patient.reveal", "done");
  world_close (w);
  /* As a cut between the commit and the removal leaves it. */
  g_assert_cmpint (link (kept, journal), ==, 0);
  world_reopen (w);
  world_sign_in (w, "D1001");
  g_assert_cmpuint (world_audit_count (w, 0, "patient.reveal", "done"), ==, n);
  g_assert_cmpuint (n, ==, 1);
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
}

/* --- other ways to be contradicted --- */

/* A page among the last ones, so that what opens the store is whole. */
static void
flip_page (World *w)
{
  g_autofree char *path = g_build_filename (w->data, "store.fz", NULL), *bytes = NULL;
  gsize n = 0;

  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  bytes[n - 2 * 4096 + 100] ^= 1;
  g_assert_true (g_file_set_contents_full (path, bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static void
test_flipped_page (World *w)
{
  g_auto (Old) old = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) status = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autofree char *newest = in (w, "newest");

  g_free (world_prescribe (w, 0, "V1"));
  world_close (w);
  copy_tree (w->data, newest);
  flip_page (w);
  old.before = bytes_of (w->data);
  world_reopen (w);
  world_sign_in (w, "D1001");
  status = fz_desk_status (w->session);
  g_assert_cmpstr (fz_fields_get (status, "store.state"), ==, "read_only");
  g_assert_nonnull (strstr (fz_fields_get (status, "store.words"), "页")); /* which */
  expect_only_read (!fz_desk_take_visit (w->session, "V1", pin, &error), &error);
  expect_untouched (w, &old);
  put (w, newest);
  world_sign_in (w, "D1001");
}

static void
test_forged_head (World *w)
{
  g_auto (Old) old = { 0 };
  g_autofree char *head = g_build_filename (w->data, "head", NULL), *text = NULL, *kept = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) visit = NULL;
  gsize n = 0;

  g_free (world_prescribe (w, 0, "V1"));
  world_close (w);
  g_assert_true (g_file_get_contents (head, &text, &n, NULL));
  kept = g_memdup2 (text, n);
  text[n - 10] = text[n - 10] == 'A' ? 'B' : 'A';
  g_assert_true (g_file_set_contents_full (head, text, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  old.before = bytes_of (w->data);
  world_reopen (w);
  world_sign_in (w, "D1001");
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);
  auditor_verifies (w, TRUE);
  expect_untouched (w, &old);
  g_assert_true (g_file_set_contents_full (head, kept, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  world_reopen (w);
  world_sign_in (w, "D1001");
}

/* Where a process may mount nothing, there is no such disk to be had. */
static gboolean
may_mount (void)
{
  g_autofree char *folder = g_dir_make_tmp ("fuzhen-reading-XXXXXX", NULL);
  gboolean may = folder != NULL && mount (folder, folder, NULL, MS_BIND, NULL) == 0 && umount (folder) == 0;

  if (folder != NULL)
    g_rmdir (folder);
  return may;
}

/* The folder on a disk that takes nothing: a copy on a write-protected medium, or a disk the system took back after a fault. */
static void
test_read_only_disk (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) visit = NULL;
  g_autoptr (FzSecret) pin = fz_demo_pin ("D1001");
  g_autofree char *why = NULL;

  g_free (world_prescribe (w, 0, "V1"));
  world_close (w);
  g_assert_cmpint (mount (w->data, w->data, NULL, MS_BIND, NULL), ==, 0);
  g_assert_cmpint (mount (NULL, w->data, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  world_reopen (w);
  world_sign_in (w, "D1001");
  g_assert_true (fz_session_is_read_only (w->session, &why));
  g_assert_nonnull (strstr (why, "磁盘是只读的"));
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);
  expect_only_read (!fz_desk_take_visit (w->session, "V1", pin, &error), &error);
  auditor_verifies (w, TRUE);
  world_close (w);
  g_assert_cmpint (umount (w->data), ==, 0);
  world_reopen (w);
  world_sign_in (w, "S4003");
  g_assert_cmpuint (world_audit_count (w, 0, "store.journal", "done"), ==, 1);
}

/* --- who must not --- */

/* Left, or under a password that was taken back: the copy is older than that, and its slot opens with what was right then. */
static void
test_who_left (World *w)
{
  g_autofree char *old = in (w, "old"), *newest = in (w, "newest");
  g_autoptr (GError) error = NULL;
  FzEnrolCode *code;

  world_close (w);
  copy_tree (w->data, old);
  world_reopen (w);
  world_sign_in (w, "S4001");
  code = fz_enrol_issue (w->desk, w->session, "D1001", &error);
  g_assert_no_error (error);
  fz_enrol_code_free (code);
  world_close (w);
  copy_tree (w->data, newest);
  put (w, old);
  expect_error (world_try_sign_in (w, "D1001", NULL, NULL, &error) == NULL, &error, FZ_ERROR_CORRUPT, "最后一次留存的不同");
  world_sign_in (w, "D1002"); /* whose slot is the one of then and now */
  world_close (w);
  put (w, newest);
  world_sign_in (w, "S4003");
  g_assert_cmpuint (world_audit_count (w, 0, "session.sign_in", "denied"), ==, 1);
}

/* No entry, no reading. */
static void
test_no_journal (World *w)
{
  g_auto (Old) old = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *journal = NULL, *before = NULL;
  struct stat info;

  put_old_back (w, &old);
  world_sign_in (w, "D1001");
  journal = journal_of (w);
  g_assert_cmpint (stat (journal, &info), ==, 0);
  before = in (w, "journal-kept");
  g_assert_cmpint (g_rename (journal, before), ==, 0);
  g_assert_cmpint (g_mkdir (journal, 0700), ==, 0); /* nobody can write there, root neither */
  expect_error (fz_desk_read_visit (w->session, "V1", &error) == NULL, &error, FZ_ERROR_RETRY, "没有记录的查阅不提供");
  expect_error (fz_desk_list (w->session, FZ_LIST_MINE, NULL, &error) == NULL, &error, FZ_ERROR_RETRY, NULL);
  world_close (w);
  world_reopen (w);
  g_assert_null (world_try_sign_in (w, "D1001", NULL, NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  world_close (w);
  g_assert_cmpint (g_rmdir (journal), ==, 0);
  g_assert_cmpint (g_rename (before, journal), ==, 0);
  put (w, old.newest);
  world_sign_in (w, "D1001");
}

/* An entry taken out, changed or moved: noticed, kept for who examines it, and told in the log. */
static void
test_journal_tampered (World *w)
{
  g_auto (Old) old = { 0 };
  g_autofree char *journal = NULL, *bytes = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint aside = 0;
  gsize n = 0;

  put_old_back (w, &old);
  doctor_reads (w, &old);
  world_close (w);
  journal = journal_of (w);
  g_assert_true (g_file_get_contents (journal, &bytes, &n, NULL));
  bytes[n / 2] ^= 1;
  g_assert_true (g_file_set_contents_full (journal, bytes, (gssize) n, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  put (w, old.newest);
  world_sign_in (w, "S4003");
  g_assert_cmpuint (world_audit_count (w, 0, "store.journal", "failed"), ==, 1);
  dir = g_dir_open (w->state, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    aside += strstr (name, ".damaged-") != NULL ? 1 : 0;
  g_assert_cmpuint (aside, ==, 1);
}

/* A cut in the middle of writing one: it was never answered for, and the next one stands whole. */
static void
test_torn_record (World *w)
{
  g_auto (Old) old = { 0 };
  g_autofree char *journal = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) visit = NULL;
  struct stat info;

  put_old_back (w, &old);
  doctor_reads (w, &old);
  world_close (w);
  journal = journal_of (w);
  g_assert_cmpint (stat (journal, &info), ==, 0);
  g_assert_cmpint (truncate (journal, info.st_size - 7), ==, 0);
  world_reopen (w);
  world_sign_in (w, "D1001");
  visit = fz_desk_read_visit (w->session, "V1", &error);
  g_assert_no_error (error);
  world_close (w);
  put (w, old.newest);
  world_sign_in (w, "S4003");
  g_assert_cmpuint (world_audit_count (w, 0, "store.journal", "failed"), ==, 0);
  g_assert_cmpuint (world_audit_count (w, 0, "patient.reveal", "done"), ==, 1);
}

/* --- by leave that was given before --- */

static void
test_inspection (World *w)
{
  g_auto (Old) old = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzFields) ask = facts_of ("fuzhen.ask/v1", "from=2026-03-02|to=2026-03-02|level=full|recipient=卫生监督所|purpose=检查"), out = NULL, grant = NULL;
  g_autoptr (FzFields) facts = facts_of ("fuzhen.grant_ask/v1", SCOPE);
  g_autofree char *document = NULL, *id = NULL, *folder = in (w, "package"), *again = in (w, "again"), *third = in (w, "third");

  world_sign_in (w, "A3001");
  document = world_sign (w, fz_desk_prepare_grant (w->session, facts, &error));
  g_assert_no_error (error);
  id = g_strndup (document, strlen ("GNT-000001"));
  world_sign_in (w, "S4001");
  g_free (world_sign (w, fz_desk_prepare_grant_decision (w->session, id, "approved", "已核对", &error)));
  g_assert_no_error (error);
  put_old_back (w, &old);
  world_sign_in (w, "A3001");
  out = fz_desk_export_inspection (w->session, ask, folder, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fz_fields_get (out, "number"), "-R"));
  grant = fz_desk_export_inspection (w->session, ask, again, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  /* Twice was given; the journal counts them. */
  expect_error (fz_desk_export_inspection (w->session, ask, third, NULL, NULL, NULL, &error) == NULL, &error, FZ_ERROR_REFUSED, "授权");
  expect_untouched (w, &old);
  put (w, old.newest);
  world_sign_in (w, "S4001");
  g_assert_cmpint (world_ask (w, "SELECT count(*) FROM access_grant_use"), ==, 2);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a store opened read-only warns */
  world_make_template ();
  world_add_test ("/desk-reading/old-copy", test_old_copy);
  world_add_test ("/desk-reading/taken-once", test_taken_once);
  world_add_test ("/desk-reading/flipped-page", test_flipped_page);
  world_add_test ("/desk-reading/forged-head", test_forged_head);
  if (may_mount ())
    world_add_test ("/desk-reading/read-only-disk", test_read_only_disk);
  world_add_test ("/desk-reading/who-left", test_who_left);
  world_add_test ("/desk-reading/no-journal", test_no_journal);
  world_add_test ("/desk-reading/journal-tampered", test_journal_tampered);
  world_add_test ("/desk-reading/torn-record", test_torn_record);
  world_add_test ("/desk-reading/inspection", test_inspection);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
