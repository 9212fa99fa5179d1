/* Files beside the store that are not what they should be: backups by someone who holds the key, heads, the lock, things in the way. */
#include "db/backup.h"
#include "db/backup_file.h"
#include "db/durable.h"
#include "db/keyfile.h"
#include "db/room.h"
#include "db/shares.h"
#include "db/store_private.h"
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct {
  Fixture f;
  FzKeyFile *keys;
  FzSecret *store_key;
  char **shares;
  char *file;  /* a good backup */
  char *other; /* where a test writes its own */
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
  d->shares = fz_keyfile_make_shares (d->keys, d->store_key, 2, &error);
  g_assert_no_error (error);
  d->f.options.key = d->store_key;
  d->f.options.identity = fz_keyfile_get_identity (d->keys);
  d->f.store = fz_store_create (&d->f.options, &error);
  g_assert_no_error (error);
  append_entries (d->f.store, 3);
  d->file = file_in (d->f.root, "good.fzb");
  d->other = file_in (d->f.root, "other.fzb");
  fz_backup_run (d->f.store, d->file, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
tear_down (Desk *d, gconstpointer unused)
{
  fixture_close (&d->f);
  fz_keyfile_free (d->keys);
  fz_secret_free (d->store_key);
  fz_shares_free (d->shares);
  g_free (d->file);
  g_free (d->other);
  fixture_tear_down (&d->f, NULL);
}

/* --- backups written by hand --- */

static char *
section_of (Desk *d, const char *name, gsize *out_n)
{
  g_autoptr (FzBackupReader) reader = fz_backup_reader_open (d->file, NULL);
  g_autoptr (GBytes) bytes = fz_backup_reader_load (reader, name, 64 * 1024 * 1024, NULL);
  gsize n = 0;
  const char *data = g_bytes_get_data (bytes, &n);

  if (out_n != NULL)
    *out_n = n;
  return g_memdup2 (data, n);
}

/* The good backup again, sealed anew with the right key: `about` as given (NULL: the good one), a section left out, one more. */
static void
write_backup (Desk *d, const char *about, const char *without, const char *more)
{
  static const char *const names[] = { "about", "keys.fz", "store.fz" };
  g_autoptr (GError) error = NULL;
  g_autoptr (FzBackupWriter) writer = fz_backup_writer_new (d->other, d->store_key, &error);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    gsize n = 0;
    g_autofree char *bytes = section_of (d, names[i], &n);
    gboolean ours = i == 0 && about != NULL;

    if (g_strcmp0 (without, names[i]) != 0)
      fz_backup_writer_add_bytes (writer, names[i], ours ? about : bytes, ours ? strlen (about) : n, &error);
    g_assert_no_error (error);
  }
  if (more != NULL)
    g_assert_true (fz_backup_writer_add_bytes (writer, more, "x", 1, &error));
  g_assert_nonnull (fz_backup_writer_seal (writer, &error));
  g_assert_true (fz_backup_writer_finish (writer, &error));
}

static GError *
verify (Desk *d, const char *file)
{
  g_autofree char *scratch = file_in (d->f.root, "scratch");
  GError *error = NULL;

  fz_backup_verify (file, d->shares[0], d->shares[1], scratch, NULL, &error);
  return error;
}

static GError *
restore (Desk *d, const char *file, const char *dir)
{
  g_autofree char *state_dir = file_in (d->f.root, "other-state");
  FzRestoreOptions options = { .file = file, .dir = dir, .state_dir = state_dir, .share_a = d->shares[0], .share_b = d->shares[1] };
  GError *error = NULL;

  fz_backup_restore (&options, NULL, NULL, &error);
  return error;
}

static char *
replaced (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, 2);

  g_assert_nonnull (parts[1]);
  return g_strjoinv (to, parts);
}

static void
test_about (Desk *d, gconstpointer unused)
{
  static const struct {
    const char *from;
    const char *to;
  } edits[] = {
    { "fuzhen.backup.about/v1", "fuzhen.backup.about/v2" }, { "log_root ", "log_other " }, { "log_root ", "log_root 00" },
    { "log_size ", "log_size -" },                           { "log_size ", "log_sizes " }, { "made_at ", "made_by " },
    { "log_size ", "log_size 1" },
  };
  gsize n = 0;
  g_autofree char *bytes = section_of (d, "about", &n);
  g_autofree char *about = g_strndup (bytes, n);

  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autofree char *edited = replaced (about, edits[i].from, edits[i].to);
    g_autofree char *dir = file_in (d->f.root, "restored");
    g_autofree char *store = file_in (dir, "store.fz");
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;

    write_backup (d, edited, NULL, NULL);
    error = verify (d, d->other);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
    again = restore (d, d->other, dir);
    g_assert_error (again, FZ_ERROR, FZ_ERROR_CORRUPT);
    g_assert_false (g_file_test (store, G_FILE_TEST_EXISTS)); /* it never gets its name */
  }
  write_backup (d, about, NULL, NULL); /* the same by hand is good */
  g_assert_no_error (verify (d, d->other));
}

static void
test_sections (Desk *d, gconstpointer unused)
{
  static const char *const strange[] = { "evidence/../../x", "evidence/abc", "evidence/", "other", "store.fz/x", "",
                                         "evidence/zz112233445566778899aabbccddeeff00112233445566778899aabbccddeeff" };
  static const char *const missing[] = { "about", "keys.fz", "store.fz" };

  for (gsize i = 0; i < G_N_ELEMENTS (strange); i++) {
    g_autoptr (GError) error = NULL;

    write_backup (d, NULL, NULL, strange[i]);
    error = verify (d, d->other);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  }
  for (gsize i = 0; i < G_N_ELEMENTS (missing); i++) {
    g_autoptr (GError) error = NULL;

    write_backup (d, NULL, missing[i], NULL);
    error = verify (d, d->other);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  }
}

/* Texts that begin and end as a backup does. */
static void
test_frames (Desk *d, gconstpointer unused)
{
  static const char *const middles[] = { "about x\nabc", "about 3", "about 99\nabc", "about -1\nabc", "about\nabc", "about 3 3\nabc",
                                         "about 2\nabc", " 3\nabc" };
  g_autofree char *last = g_strdup_printf ("end %064d\n", 0);
  g_autofree char *long_line = g_strnfill (400, 'a');

  for (gsize i = 0; i <= G_N_ELEMENTS (middles) + 1; i++) {
    const char *middle = i < G_N_ELEMENTS (middles) ? middles[i] : i == G_N_ELEMENTS (middles) ? long_line : "";
    g_autofree char *text = g_strconcat ("fuzhen.backup/v1\n", middle, last, NULL);
    g_autoptr (GError) error = NULL;

    g_assert_true (g_file_set_contents (d->other, text, -1, NULL));
    error = verify (d, d->other);
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  }
  {
    static const char *const shorts[] = { "", "fuzhen.backup/v1\n", "end", "fuzhen.backup/v2\n" };

    for (gsize i = 0; i < G_N_ELEMENTS (shorts); i++) {
      g_autofree char *text = g_strconcat (shorts[i], i == 3 ? last : "", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (d->other, text, -1, NULL));
      error = verify (d, d->other);
      g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
    }
  }
}

/* Another hospital's shares, another hospital's backup. */
static void
test_foreign (Desk *d, gconstpointer unused)
{
  Desk other = { 0 };
  g_autofree char *dir = file_in (d->f.root, "restored");
  g_autoptr (GError) error = NULL;
  char **old;

  set_up (&other, NULL);
  error = restore (d, other.file, dir);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "1"));
  g_clear_error (&error);
  tear_down (&other, NULL);
  /* shares printed after the backup was made open a later one, not this */
  old = g_steal_pointer (&d->shares);
  d->shares = fz_keyfile_make_shares (d->keys, d->store_key, 2, &error);
  error = verify (d, d->file);
  g_assert_error (error, FZ_ERROR, FZ_ERROR_SIGNATURE);
  fz_shares_free (old);
}

/* --- two at a time, and a disk that fails half way --- */

static void
make_large (Desk *d)
{
  g_autoptr (GError) error = NULL;

  run_sql (d->f.store, FZ_TXN_LOCAL,
           "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "
           "INSERT INTO setting SELECT 'n' || i, hex(zeroblob(4000)) FROM n",
           &error);
  g_assert_no_error (error);
}

typedef struct {
  Desk *desk;
  guint calls;
  int code; /* of the second backup */
} Both;

static gboolean
begin_another (double done, gpointer data)
{
  Both *both = data;
  g_autoptr (GError) error = NULL;

  if (both->calls++ > 0)
    return TRUE;
  both->code = fz_backup_run (both->desk->f.store, both->desk->other, NULL, NULL, NULL, &error) ? -1 : error->code;
  return TRUE;
}

static void
test_two_backups (Desk *d, gconstpointer unused)
{
  Both both = { .desk = d };
  g_autoptr (GError) error = NULL;

  make_large (d);
  g_assert_true (fz_backup_run (d->f.store, d->file, begin_another, &both, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (both.code, ==, FZ_ERROR_LOCKED);
  g_assert_cmpuint (both.calls, >, 2);
  g_assert_no_error (verify (d, d->file));
  g_assert_true (fz_backup_run (d->f.store, d->other, NULL, NULL, NULL, &error)); /* the first one is done */
}

/* A job on a disk whose fsync failed gives the connection up. */
static gboolean
lose_trust (FzTxn *txn, gpointer data, GError **error)
{
  txn->store->connection->untrusted = TRUE;
  g_set_error (error, FZ_ERROR, FZ_ERROR_RETRY, "as after a failed fsync");
  return FALSE;
}

static gboolean
lose_connection (double done, gpointer data)
{
  Both *both = data;

  if (both->calls++ == 0)
    g_assert_false (fz_store_run (both->desk->f.store, FZ_TXN_READ, lose_trust, NULL, NULL));
  return TRUE;
}

static void
test_interrupted (Desk *d, gconstpointer unused)
{
  Both both = { .desk = d };
  g_autoptr (GError) error = NULL;

  make_large (d);
  g_assert_false (fz_backup_run (d->f.store, d->other, lose_connection, &both, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_clear_error (&error);
  g_assert_false (g_file_test (d->other, G_FILE_TEST_EXISTS));
  g_assert_true (fz_backup_run (d->f.store, d->other, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_no_error (verify (d, d->other));
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_async_fails (Desk *d, gconstpointer unused)
{
  g_autofree char *nowhere = file_in (d->f.root, "no/such/folder/x.fzb");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  fz_backup_run_async (d->f.store, nowhere, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (fz_backup_run_finish (result, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_clear_error (&error);
  g_clear_object (&result);
  fz_backup_run_async (d->f.store, d->other, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (fz_backup_run_finish (result, NULL, &error));
}

/* A file of evidence that a row names and the folder lacks: no backup without it. */
static void
test_evidence_missing (Desk *d, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture_close (&d->f);
  tamper (&d->f, "INSERT INTO attachment VALUES (0, printf('%064d', 1), printf('%064d', 2), zeroblob(32), 3, 'image/png', 5)");
  fixture_reopen (&d->f);
  g_assert_false (fz_backup_run (d->f.store, d->other, NULL, NULL, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_assert_nonnull (strstr (error->message, "evidence/"));
  g_assert_false (g_file_test (d->other, G_FILE_TEST_EXISTS));
}

/* --- things in the way --- */

static void
in_the_way (GError *error)
{
  g_assert_nonnull (error);
  g_assert_true (error->domain == FZ_ERROR);
  g_assert_cmpint (error->code, !=, FZ_ERROR_INTERNAL);
  g_assert_nonnull (strchr (error->message, '/')); /* names the file or folder */
  g_error_free (error);
}

static void
test_backup_in_the_way (Desk *d, gconstpointer unused)
{
  g_autofree char *fresh = g_strconcat (d->other, ".new", NULL);
  g_autofree char *pages = g_strconcat (d->other, ".pages", NULL);
  g_autofree char *nowhere = file_in (d->f.root, "no/such/folder/x.fzb");
  const char *names[] = { d->other, fresh, pages };
  GError *error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    error = NULL;
    g_assert_cmpint (g_mkdir (names[i], 0700), ==, 0);
    g_assert_false (fz_backup_run (d->f.store, d->other, NULL, NULL, NULL, &error));
    in_the_way (error);
    g_assert_cmpint (g_rmdir (names[i]), ==, 0);
  }
  error = NULL;
  g_assert_cmpint (mkfifo (fresh, 0600), ==, 0);
  g_assert_false (fz_backup_run (d->f.store, d->other, NULL, NULL, NULL, &error));
  in_the_way (error);
  error = NULL;
  g_assert_false (fz_backup_run (d->f.store, nowhere, NULL, NULL, NULL, &error));
  in_the_way (error);
  g_assert_false (g_file_test (d->other, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_unlink (fresh), ==, 0);
  error = NULL;
  g_assert_true (fz_backup_run (d->f.store, d->other, NULL, NULL, NULL, &error)); /* and the store copies as before */
}

static void
test_restore_in_the_way (Desk *d, gconstpointer unused)
{
  static const char *const blocked[] = { "restored", "restored/evidence", "restored/lock", "restored/store.fz.new", "other-state",
                                         "restored/keys.fz.new" };
  g_autofree char *dir = file_in (d->f.root, "restored");
  g_autofree char *state_dir = file_in (d->f.root, "other-state");
  g_autofree char *folder = file_in (d->f.root, "folder.fzb");
  g_autofree char *pipe = file_in (d->f.root, "pipe.fzb");
  g_autofree char *none = file_in (d->f.root, "none.fzb");

  for (gsize i = 0; i < G_N_ELEMENTS (blocked); i++) {
    g_autofree char *path = file_in (d->f.root, blocked[i]);
    g_autofree char *parent = g_path_get_dirname (path);
    gboolean as_file = i == 0 || i == 1 || i == 4;

    remove_folder (state_dir);
    g_mkdir_with_parents (parent, 0700);
    g_assert_true (as_file ? g_file_set_contents (path, "x", 1, NULL) : g_mkdir (path, 0700) == 0);
    in_the_way (restore (d, d->file, dir));
    if (as_file)
      g_assert_cmpint (g_unlink (path), ==, 0);
    else
      remove_folder (path);
    remove_folder (dir);
  }
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  in_the_way (restore (d, folder, dir));
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  in_the_way (restore (d, pipe, dir)); /* nobody waits for a writer */
  in_the_way (restore (d, none, dir));
  g_assert_no_error (restore (d, d->file, dir));
}

static void
test_drill_in_the_way (Desk *d, gconstpointer unused)
{
  g_autofree char *scratch = file_in (d->f.root, "scratch");
  g_autofree char *drill = file_in (scratch, "drill.fz");

  g_assert_true (g_file_set_contents (scratch, "x", 1, NULL));
  in_the_way (verify (d, d->file));
  g_assert_cmpint (g_unlink (scratch), ==, 0);
  g_assert_cmpint (g_mkdir (scratch, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (drill, 0700), ==, 0);
  in_the_way (verify (d, d->file));
  g_assert_cmpint (g_rmdir (drill), ==, 0);
  g_assert_no_error (verify (d, d->file));
}

/* --- opening: options, folders, lock --- */

static void
test_options (Desk *d, gconstpointer unused)
{
  g_autoptr (FzSecret) short_key = fz_secret_new (16);

  for (guint i = 0; i < 5; i++) {
    FzStoreOptions options = d->f.options;
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) again = NULL;

    if (i == 0)
      options.dir = NULL;
    else if (i == 1)
      options.state_dir = NULL;
    else if (i == 2)
      options.key = NULL;
    else if (i == 3)
      options.identity = NULL;
    else
      options.key = short_key;
    g_assert_null (fz_store_open (&options, &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_null (fz_store_create (&options, &again));
    g_assert_error (again, FZ_ERROR, FZ_ERROR_INVALID);
    g_assert_null (fz_store_open_beside (&options, "x", NULL));
  }
  fz_store_close (NULL);
}

static void
test_folders (Desk *d, gconstpointer unused)
{
  g_autofree char *in_the_way = file_in (d->f.root, "plain");
  g_autofree char *below = file_in (in_the_way, "below");
  FzStoreOptions options = d->f.options;
  g_autoptr (GError) error = NULL;

  fixture_close (&d->f);
  g_assert_true (g_file_set_contents (in_the_way, "x", 1, NULL));
  options.state_dir = below;
  g_assert_null (fz_store_open (&options, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_clear_error (&error);
  options.dir = in_the_way;
  g_assert_null (fz_store_open (&options, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_clear_error (&error);
  g_assert_null (fz_store_create (&options, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_assert_cmpuint (fz_room_free_bytes ("/no/such/folder"), ==, 0);
}

static void
test_lock (Desk *d, gconstpointer unused)
{
  static const char *const holders[] = { "", "nonsense", "pid x\nsince y\n", "pid 12\nsince 2026-01-02T03:04:05Z\n" };
  g_autofree char *path = file_in (d->f.dir, "lock");
  g_autoptr (GError) error = NULL;
  int fd;

  fixture_close (&d->f);
  fd = g_open (path, O_RDWR, 0600);
  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (holders); i++) {
    g_autofree char *words = NULL;

    g_assert_cmpint (ftruncate (fd, 0), ==, 0);
    g_assert_cmpint (pwrite (fd, holders[i], strlen (holders[i]), 0), ==, (int) strlen (holders[i]));
    words = fixture_fail_open (&d->f, FZ_ERROR_LOCKED);
    g_assert_cmpint (strstr (words, "2026-01-02 11:04:05") != NULL, ==, i == 3);
  }
  close (fd);
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_free (fixture_fail_open (&d->f, FZ_ERROR_RETRY));
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_null (fz_desk_lock_take ("/no/such/folder", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  fz_desk_lock_free (NULL);
  fixture_reopen (&d->f);
}

/* --- heads signed with the right key that say something else --- */

static void
put_head (Desk *d, const char *origin, guint64 size, const FzHash *root)
{
  FzStore *store = d->f.store;
  g_autofree char *text = fz_checkpoint_text (origin, size, root, 5);
  g_autofree char *line = fz_note_sign_line (store->log_verifier, store->log_seed, text, strlen (text), NULL);
  g_autofree char *path = file_in (d->f.dir, "head");
  g_autofree char *note = g_strconcat (text, "\n", line, NULL);

  g_assert_true (g_file_set_contents (path, note, -1, NULL));
}

static void
test_heads (Desk *d, gconstpointer unused)
{
  g_autofree char *path = file_in (d->f.dir, "head");
  g_autofree char *kept = NULL;
  FzHash root = fz_frontier_root (&d->f.store->frontier);
  FzHash wrong = { { 1 } };
  guint64 size = d->f.store->frontier.size;
  const char *words[] = { "属于另一份日志", "不一致", "可能被换成了旧副本", "读不出来", NULL };

  sign_checkpoint (d->f.store);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  for (guint i = 0; i < 5; i++) {
    g_autofree char *why = NULL;
    g_autofree char *origin = g_strdup (d->f.store->origin);

    if (i == 0)
      put_head (d, "fuzhen.other", size, &root);
    else if (i == 1)
      put_head (d, origin, size, &wrong);
    else if (i == 2)
      put_head (d, origin, size + 9, &root);
    else
      g_assert_true (g_file_set_contents (path, i == 3 ? "nonsense" : "", -1, NULL));
    if (i == 4) {
      g_assert_cmpint (g_unlink (path), ==, 0);
      g_assert_cmpint (mkfifo (path, 0600), ==, 0);
    }
    /* closing would write the head anew */
    g_clear_pointer (&d->f.store->head_due, g_bytes_unref);
    fixture_close (&d->f);
    d->f.store = fz_store_open (&d->f.options, NULL);
    g_assert_nonnull (d->f.store);
    g_assert_true (fz_store_is_read_only (d->f.store, &why));
    if (i < 3)
      g_assert_nonnull (strstr (why, words[i]));
    g_assert_null (strstr (why, "。。"));
    g_assert_null (strstr (why, "。："));
    g_unlink (path);
    g_assert_true (g_file_set_contents (path, kept, -1, NULL));
    fixture_reopen (&d->f);
    g_assert_false (fz_store_is_read_only (d->f.store, NULL));
  }
}

/* --- small files --- */

static void
test_durable (Desk *d, gconstpointer unused)
{
  g_autofree char *path = file_in (d->f.root, "small");
  g_autofree char *below = file_in (path, "below");
  g_autofree char *pipe = file_in (d->f.root, "pipe");
  g_autofree char *pipe_fresh = g_strconcat (pipe, "2.new", NULL);
  g_autofree char *pipe2 = g_strconcat (pipe, "2", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char byte;
  int fd;

#define REFUSED(call, code)                                                                                            \
  g_assert_false (call);                                                                                               \
  g_assert_error (error, FZ_ERROR, code);                                                                              \
  g_clear_error (&error)
  g_assert_true (fz_durable_write (path, "abc", 3, 0600, &error));
  REFUSED (fz_durable_read (path, 2, &error) != NULL, FZ_ERROR_CORRUPT);
  REFUSED (fz_durable_read (below, 9, &error) != NULL, FZ_ERROR_RETRY);
  REFUSED (fz_durable_read (d->f.root, 9, &error) != NULL, FZ_ERROR_CORRUPT);
  REFUSED (fz_durable_write (below, "abc", 3, 0600, &error), FZ_ERROR_RETRY);
  REFUSED (fz_durable_write ("/dev/full/x", "abc", 3, 0600, &error), FZ_ERROR_RETRY);
  REFUSED (fz_durable_folder (below, &error), FZ_ERROR_RETRY);
  REFUSED (fz_durable_sync_folder (path, &error), FZ_ERROR_RETRY);
  REFUSED (fz_durable_touch (d->f.root, &error), FZ_ERROR_RETRY);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (mkfifo (pipe_fresh, 0600), ==, 0);
  REFUSED (fz_durable_read (pipe, 9, &error) != NULL, FZ_ERROR_CORRUPT);
  REFUSED (fz_durable_touch (pipe, &error), FZ_ERROR_RETRY);
  REFUSED (fz_durable_write (pipe2, "abc", 3, 0600, &error), FZ_ERROR_RETRY);
  REFUSED (fz_durable_rename_new (path, pipe, &error), FZ_ERROR_CONFLICT); /* never over what is there */
  REFUSED (fz_durable_rename_new (below, pipe2, &error), FZ_ERROR_RETRY);
  g_assert_true (fz_durable_rename_new (path, pipe2, &error) && fz_durable_rename_new (pipe2, path, &error));
#undef REFUSED
  bytes = fz_durable_read (path, 3, &error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "abc", 3);
  fd = g_open (path, O_RDONLY, 0);
  g_assert_cmpint (fz_durable_read_all (fd, &byte, 1, 3), ==, ENODATA);
  close (fd);
  fd = g_open ("/dev/full", O_WRONLY, 0);
  g_assert_cmpint (fz_durable_write_all (fd, "abc", 3), ==, ENOSPC);
  close (fd);
}

#define ADD(name, test) g_test_add ("/files/" name, Desk, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  ADD ("about", test_about);
  ADD ("sections", test_sections);
  ADD ("frames", test_frames);
  ADD ("foreign", test_foreign);
  ADD ("two-backups", test_two_backups);
  ADD ("interrupted", test_interrupted);
  ADD ("async-fails", test_async_fails);
  ADD ("evidence-missing", test_evidence_missing);
  ADD ("backup-in-the-way", test_backup_in_the_way);
  ADD ("restore-in-the-way", test_restore_in_the_way);
  ADD ("drill-in-the-way", test_drill_in_the_way);
  ADD ("options", test_options);
  ADD ("folders", test_folders);
  ADD ("lock", test_lock);
  ADD ("heads", test_heads);
  ADD ("durable", test_durable);
  return g_test_run ();
}
