/* Attachments, backup, restore and the drill. */
#include "db/attachment.h"
#include "db/backup.h"
#include "db/keyfile.h"
#include "db/outbox.h"
#include "db/setting.h"
#include "db/shares.h"
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct {
  Fixture f;
  FzKeyFile *keys;
  FzSecret *store_key;
  char **shares;
  char *file;
} Desk;

static void
set_up (Desk *d, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  FzKeyFileOptions options = { 0 };

  fixture_set_up (&d->f, NULL);
  options = (FzKeyFileOptions) { .dir = d->f.dir, .state_dir = d->f.state_dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  d->keys = fz_keyfile_create (&options, &d->store_key, &error);
  g_assert_no_error (error);
  d->f.options.key = d->store_key;
  d->f.options.identity = fz_keyfile_get_identity (d->keys);
  d->f.store = fz_store_create (&d->f.options, &error);
  g_assert_no_error (error);
  d->shares = fz_keyfile_make_shares (d->keys, d->store_key, 3, &error);
  g_assert_no_error (error);
  d->file = file_in (d->f.root, "backup.fzb");
}

static void
tear_down (Desk *d, gconstpointer unused)
{
  fixture_close (&d->f);
  fz_keyfile_free (d->keys);
  fz_secret_free (d->store_key);
  fz_shares_free (d->shares);
  g_free (d->file);
  fixture_tear_down (&d->f, NULL);
}

/* --- attachments --- */

typedef struct {
  GBytes *bytes;
  char *sha256;
  GBytes *got;
  char *media_type;
} Attached;

static gboolean
put_job (FzTxn *txn, gpointer data, GError **error)
{
  Attached *a = data;

  g_clear_pointer (&a->sha256, g_free);
  return fz_attachment_put (txn, a->bytes, "image/png", &a->sha256, error);
}

static gboolean
get_job (FzTxn *txn, gpointer data, GError **error)
{
  Attached *a = data;

  g_clear_pointer (&a->got, g_bytes_unref);
  g_clear_pointer (&a->media_type, g_free);
  a->got = fz_attachment_get (txn, a->sha256, &a->media_type, error);
  return a->got != NULL;
}

static void
attached_clear (Attached *a)
{
  g_clear_pointer (&a->bytes, g_bytes_unref);
  g_clear_pointer (&a->got, g_bytes_unref);
  g_free (a->sha256);
  g_free (a->media_type);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Attached, attached_clear)

static void
attach (Desk *d, gsize n, Attached *a)
{
  guint8 *bytes = g_malloc (n + 1);
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < n; i++)
    bytes[i] = (guint8) (i * 7 + i / 251 + n);
  g_clear_pointer (&a->bytes, g_bytes_unref);
  a->bytes = g_bytes_new_take (bytes, n);
  fz_store_run (d->f.store, FZ_TXN_LOCAL, put_job, a, &error);
  g_assert_no_error (error);
}

static char *
only_file (Desk *d)
{
  g_autofree char *folder = file_in (d->f.dir, "evidence");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name = g_dir_read_name (dir);

  g_assert_null (g_dir_read_name (dir));
  return file_in (folder, name);
}

static void
test_attach (Desk *d, gconstpointer unused)
{
  static const gsize sizes[] = { 0, 1, 65535, 65536, 65537, 131072, 200000 };

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_auto (Attached) a = { 0 };
    g_autoptr (GError) error = NULL;

    attach (d, sizes[i], &a);
    attach (d, sizes[i], &a); /* the same again is the same */
    g_assert_cmpint (read_int (d->f.store, "SELECT count(*) FROM attachment"), ==, (gint64) i + 1);
    fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, &error);
    g_assert_no_error (error);
    g_assert_true (g_bytes_equal (a.got, a.bytes));
    g_assert_cmpstr (a.media_type, ==, "image/png");
  }
}

static void
test_attach_damaged (Desk *d, gconstpointer unused)
{
  g_auto (Attached) a = { 0 };
  g_autofree char *path = NULL;
  g_autofree char *sealed = NULL;
  gsize n = 0;

  attach (d, 150000, &a);
  path = only_file (d);
  g_assert_null (strstr (path, a.sha256));
  g_assert_true (g_file_get_contents (path, &sealed, &n, NULL));
  g_assert_null (memmem (sealed, n, g_bytes_get_data (a.bytes, NULL), 32));
  for (gsize at = 0; at < n; at += 4999) {
    g_autoptr (GError) error = NULL;

    flip_bit (path, at);
    g_assert_false (fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
    g_clear_error (&error);
    /* cut at a chunk's end as well as inside one */
    g_assert_true (g_file_set_contents (path, sealed, (gssize) MIN (at, n - 1), NULL));
    g_assert_false (fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
    g_assert_true (g_file_set_contents (path, sealed, (gssize) n, NULL));
  }
  g_assert_true (g_file_set_contents (path, sealed, 24 + 65536 + 17, NULL));
  g_assert_false (fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, NULL));
  g_assert_true (g_file_set_contents (path, sealed, (gssize) n, NULL));
  g_assert_true (fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, NULL));
}

static gboolean
put_and_fail (FzTxn *txn, gpointer data, GError **error)
{
  g_assert_true (put_job (txn, data, error));
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, "no");
  return FALSE;
}

static void
test_attach_rolled_back (Desk *d, gconstpointer unused)
{
  g_auto (Attached) a = { .bytes = g_bytes_new ("abc", 3) };
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_store_run (d->f.store, FZ_TXN_LOCAL, put_and_fail, &a, NULL));
  g_assert_false (fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_assert_true (fz_store_run (d->f.store, FZ_TXN_LOCAL, put_job, &a, NULL));
  g_assert_true (fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, NULL));
  g_assert_true (g_bytes_equal (a.got, a.bytes));
}

/* --- backup --- */

typedef struct {
  FzStore *store;
  double last;
  guint calls;
} Progress;

/* Work goes on while the backup runs: what it writes is in the copy or after it, never half. */
static gboolean
work_on (double done, gpointer data)
{
  Progress *progress = data;

  g_assert_cmpfloat (done, >=, progress->last);
  progress->last = done;
  progress->calls++;
  if (done < 0.6) /* pages are copied */
    append_entries (progress->store, 3);
  return TRUE;
}

static void
back_up (Desk *d, FzBackupInfo *info)
{
  Progress progress = { d->f.store, 0.0, 0 };
  g_autoptr (GError) error = NULL;

  fz_backup_run (d->f.store, d->file, work_on, &progress, info, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (progress.last, ==, 1.0);
}

static void
test_backup (Desk *d, gconstpointer unused)
{
  g_auto (Attached) a = { 0 };
  g_autofree char *scratch = file_in (d->f.root, "scratch");
  g_autofree char *bytes = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  FzBackupInfo info = { 0 };
  FzBackupInfo read = { 0 };
  gsize n = 0;

  append_entries (d->f.store, 3000);
  attach (d, 70000, &a);
  back_up (d, &info);
  g_assert_cmpuint (info.log_size, >=, 3001 + 3); /* something was written in the middle and went along */
  g_assert_cmpuint (info.bytes, >, 1000000);
  g_assert_true (fz_backup_verify (d->file, d->shares[0], d->shares[2], scratch, &read, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (read.log_size, ==, info.log_size);
  g_assert_cmpmem (read.log_root.bytes, 32, info.log_root.bytes, 32);
  dir = g_dir_open (scratch, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  g_assert_true (g_file_get_contents (d->file, &bytes, &n, NULL));
  g_assert_null (memmem (bytes, n, "CREATE TABLE", 12));
  append_entries (d->f.store, 1); /* and the store goes on */
  g_assert_true (verify_log (d->f.store, &error));
}

static void
test_backup_damaged (Desk *d, gconstpointer unused)
{
  g_autofree char *scratch = file_in (d->f.root, "scratch");
  g_autofree char *bytes = NULL;
  g_autofree char *gone = file_in (d->f.root, "gone/backup.fzb");
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  append_entries (d->f.store, 100);
  back_up (d, NULL);
  g_assert_true (g_file_get_contents (d->file, &bytes, &n, NULL));
  for (gsize at = 0; at < n; at += n / 25) {
    g_autoptr (GError) why = NULL;

    flip_bit (d->file, at);
    g_assert_false (fz_backup_verify (d->file, d->shares[0], d->shares[1], scratch, NULL, &why));
    g_assert_nonnull (why);
    g_clear_error (&why);
    g_assert_true (g_file_set_contents (d->file, bytes, (gssize) at, NULL));
    g_assert_false (fz_backup_verify (d->file, d->shares[0], d->shares[1], scratch, NULL, &why));
    g_assert_error (why, FZ_ERROR, FZ_ERROR_CORRUPT);
    g_assert_true (g_file_set_contents (d->file, bytes, (gssize) n, NULL));
  }
  g_assert_false (fz_backup_run (d->f.store, gone, NULL, NULL, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
}

static void
backed_up (GObject *source, GAsyncResult *result, gpointer data)
{
  FzBackupInfo info = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_backup_run_finish (result, &info, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (info.log_size, ==, 1);
  g_main_loop_quit (data);
}

static void
test_backup_async (Desk *d, gconstpointer unused)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  fz_backup_run_async (d->f.store, d->file, NULL, backed_up, loop);
  g_main_loop_run (loop);
}

/* --- restore --- */

static gboolean
last_entry (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  FzFields **out = data;

  g_assert_cmpstr (fz_fields_get (entry, "action"), ==, "store.restore");
  *out = fz_fields_dup (payload, NULL);
  return TRUE;
}

typedef struct {
  guint64 number;
  FzFields *payload;
} Last;

static gboolean
last_job (FzTxn *txn, gpointer data, GError **error)
{
  Last *last = data;

  return fz_audit_foreach (txn, last->number, 10, last_entry, &last->payload, error);
}

/* A row that waits when the backup is made may be sent before the disk is lost. */
static gboolean
queue_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.facts/v1");
  g_autoptr (GBytes) payload = g_bytes_new_static ("[]", 2);
  FzOutboxRow row = { .key = "visit:V1", .stream = "V1", .method = "uploadReferralIndicators", .subject = "V1", .facts = facts, .payload = payload };
  FzAuditEntry entry = { .actor = "system", .action = "test.queue", .subject_kind = "outbox", .outcome = "done" };

  return fz_outbox_add (txn, &row, NULL, error) && fz_setting_set (txn, "spool.number", "0123", error) && fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
state_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autofree char *state = fz_outbox_dup_state (txn, "visit:V1", error), *number = NULL;

  g_assert_cmpstr (state, ==, "unknown");
  g_assert_true (fz_setting_read (txn, "spool.number", &number, error));
  g_assert_null (number);
  return TRUE;
}

static void
test_restore (Desk *d, gconstpointer unused)
{
  g_auto (Attached) a = { 0 };
  g_autofree char *dir = file_in (d->f.root, "restored");
  g_autoptr (FzSecret) key = NULL;
  g_autoptr (FzSecret) password = fz_secret_new_from ("pw", 2);
  g_autoptr (FzKeyFile) keys = NULL;
  g_autoptr (FzFields) payload = NULL;
  g_autoptr (GError) error = NULL;
  FzRestoreOptions options = { .file = d->file, .dir = dir, .state_dir = d->f.state_dir, .share_a = d->shares[1],
                               .share_b = d->shares[2], .actor = "SYS1", .reason = "disk lost" };
  FzBackupInfo backup = { 0 };
  FzRestoreInfo info = { 0 };
  Last last = { 0 };
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  g_assert_true (fz_keyfile_add_person (d->keys, "D001", password, password, d->store_key, public_key, &error));
  attach (d, 1000, &a);
  append_entries (d->f.store, 50);
  g_assert_true (fz_store_run (d->f.store, FZ_TXN_RECORD, queue_job, NULL, &error));
  back_up (d, &backup);
  append_entries (d->f.store, 7);
  fixture_close (&d->f);

  g_assert_true (fz_backup_restore (&options, &info, &key, &error));
  g_assert_no_error (error);
  g_assert_true (fz_secret_equal (key, d->store_key));
  g_assert_true (info.found_head);
  g_assert_cmpuint (info.found_head_size, ==, backup.log_size + 7);
  g_assert_cmpuint (info.gap, ==, 7);
  g_assert_false (fz_backup_restore (&options, &info, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CONFLICT);
  g_clear_error (&error);

  keys = fz_keyfile_load (dir, d->f.state_dir, &error);
  g_assert_no_error (error);
  g_assert_false (fz_keyfile_has_person (keys, "D001"));
  g_free (d->f.dir);
  d->f.dir = g_strdup (dir);
  d->f.options.dir = d->f.dir;
  fixture_reopen (&d->f);
  g_assert_false (fz_store_is_read_only (d->f.store, NULL));
  g_assert_true (verify_log (d->f.store, &error));
  g_assert_no_error (error);
  g_assert_true (fz_store_run (d->f.store, FZ_TXN_READ, get_job, &a, &error));
  g_assert_true (g_bytes_equal (a.got, a.bytes));
  last.number = backup.log_size;
  g_assert_true (fz_store_run (d->f.store, FZ_TXN_READ, last_job, &last, &error));
  payload = last.payload;
  g_assert_cmpstr (fz_fields_get (payload, "gap"), ==, "7");
  g_assert_cmpstr (fz_fields_get (payload, "head_found"), ==, "yes");
  g_assert_cmpstr (fz_fields_get (payload, "uploads_unknown"), ==, "1");
  g_assert_true (fz_store_run (d->f.store, FZ_TXN_READ, state_job, NULL, &error));
  append_entries (d->f.store, 1);
}

/* The folder merely put back beside the newer head stays refused; so does the old folder once the restored one went on. */
static void
test_folder_put_back (Desk *d, gconstpointer unused)
{
  g_autofree char *restored = file_in (d->f.root, "restored");
  g_autofree char *why = NULL;
  g_autoptr (GError) error = NULL;
  FzRestoreOptions options = { .file = d->file, .dir = restored, .state_dir = d->f.state_dir, .share_a = d->shares[0],
                               .share_b = d->shares[1] };

  back_up (d, NULL);
  fixture_close (&d->f);
  g_assert_true (fz_backup_restore (&options, NULL, NULL, &error));
  g_assert_no_error (error);
  d->f.store = fz_store_open (&d->f.options, &error);
  g_assert_no_error (error);
  g_assert_true (fz_store_is_read_only (d->f.store, &why));
}

static void
test_restore_refused (Desk *d, gconstpointer unused)
{
  g_autofree char *dir = file_in (d->f.root, "restored");
  g_autofree char *file = file_in (dir, "store.fz");
  g_autoptr (GError) error = NULL;
  FzRestoreOptions options = { .file = d->file, .dir = dir, .state_dir = d->f.state_dir, .share_a = d->shares[0],
                               .share_b = d->shares[0] };
  char **fresh;

  back_up (d, NULL);
  g_assert_false (fz_backup_restore (&options, NULL, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  fresh = fz_keyfile_make_shares (d->keys, d->store_key, 2, &error); /* after the backup: it does not know them */
  options.share_a = fresh[0];
  options.share_b = fresh[1];
  g_assert_false (fz_backup_restore (&options, NULL, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  fz_shares_free (fresh);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

#define ADD(name, test) g_test_add (name, Desk, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  ADD ("/attachment/put-get", test_attach);
  ADD ("/attachment/damaged", test_attach_damaged);
  ADD ("/attachment/rolled-back", test_attach_rolled_back);
  ADD ("/backup/whole", test_backup);
  ADD ("/backup/damaged", test_backup_damaged);
  ADD ("/backup/async", test_backup_async);
  ADD ("/restore/whole", test_restore);
  ADD ("/restore/folder-put-back", test_folder_put_back);
  ADD ("/restore/refused", test_restore_refused);
  return g_test_run ();
}
