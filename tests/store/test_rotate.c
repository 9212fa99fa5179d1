/* The store key is replaced: everybody finds in with what they have, the old key opens nothing, and wherever it is cut short the next
 * opening has all of it under the one key or the other. */
#include "db/attachment.h"
#include "db/keyfile_private.h"
#include "db/rotate.h"
#include "db/shares.h"
#include "tests/store/doors.h"
#include "tests/store/keys.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROWS 40

typedef struct {
  Fixture f;
  FzKeyFile *keys;
  FzSecret *store_key, *password, *pin;
  char **shares;
  char *kept; /* the folders as they are before */
  gint64 entries;
} Place;

static FzKeyFile *
load (Place *p)
{
  g_autoptr (GError) error = NULL;
  FzKeyFile *keys = fz_keyfile_load (p->f.dir, p->f.state_dir, &error);

  g_assert_no_error (error);
  return keys;
}

/* Signs in as the person would: the store key, and the PIN still opens the signing key. */
static FzSecret *
unlock (Place *p, const FzKeyFile *keys, const char *staff)
{
  g_autoptr (FzSecret) person = NULL, seed = NULL;
  g_autoptr (GError) error = NULL;
  FzSecret *store_key = NULL;

  g_assert_true (fz_keyfile_unlock_person (keys, staff, p->password, &person, &store_key, &error));
  g_assert_no_error (error);
  seed = fz_keyfile_open_signing_key (keys, staff, person, p->pin, &error);
  g_assert_no_error (error);
  return store_key;
}

static void
open_store (Place *p, const FzSecret *key)
{
  g_autoptr (GError) error = NULL;

  p->f.options.key = key;
  p->f.options.identity = fz_keyfile_get_identity (p->keys);
  p->f.options.key_version = fz_keyfile_get_key_version (p->keys);
  p->f.store = fz_store_open (&p->f.options, &error);
  g_assert_no_error (error);
  g_assert_false (fz_store_is_read_only (p->f.store, NULL));
}

static gboolean
put_evidence (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("evidence", 8);
  g_autofree char *sha256 = NULL;

  return fz_attachment_put (txn, bytes, "text/plain", &sha256, error);
}

static gboolean
read_evidence (FzTxn *txn, gpointer data, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex ("evidence", 8);
  g_autoptr (GBytes) bytes = fz_attachment_get (txn, sha256, NULL, error);

  return bytes != NULL && g_bytes_get_size (bytes) == 8;
}

static void
set_up (Place *p, guint rows)
{
  FzKeyFileOptions options = { 0 };
  g_autoptr (GError) error = NULL;
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  fixture_set_up (&p->f, NULL);
  options = (FzKeyFileOptions) { .dir = p->f.dir, .state_dir = p->f.state_dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  p->password = secret_text ("correct horse");
  p->pin = secret_text ("246813");
  p->keys = fz_keyfile_create (&options, &p->store_key, &error);
  g_assert_no_error (error);
  g_assert_true (fz_keyfile_add_person (p->keys, "D001", p->password, p->pin, p->store_key, public_key, NULL));
  g_assert_true (fz_keyfile_add_person (p->keys, "P001", p->password, p->pin, p->store_key, public_key, NULL));
  p->shares = fz_keyfile_make_shares (p->keys, p->store_key, 3, &error);
  p->f.options.key = p->store_key;
  p->f.options.identity = fz_keyfile_get_identity (p->keys);
  p->f.options.key_version = 1;
  p->f.store = fz_store_create (&p->f.options, &error);
  g_assert_no_error (error);
  append_entries (p->f.store, rows);
  g_assert_true (fz_store_run (p->f.store, FZ_TXN_LOCAL, put_evidence, NULL, &error));
  p->entries = read_int (p->f.store, "SELECT count(*) FROM audit");
}

static void
tear_down (Place *p)
{
  fixture_close (&p->f);
  fz_keyfile_free (p->keys);
  fz_secret_free (p->store_key);
  fz_secret_free (p->password);
  fz_secret_free (p->pin);
  fz_shares_free (p->shares);
  if (p->kept != NULL)
    remove_folder (p->kept);
  g_free (p->kept);
  fixture_tear_down (&p->f, NULL);
}

static gboolean
rotate (Place *p, const FzSecret *next, GCancellable *cancellable, GError **error)
{
  FzAuditEntry entry = { .actor = "S001", .role = "security", .action = "keys.rotate_store", .subject_kind = "store", .outcome = "done" };
  FzRotation rotation = { .keys = p->keys, .next = next, .entry = &entry, .cancellable = cancellable };

  return fz_store_rotate (p->f.store, &rotation, error);
}

static FzSecret *
next_key (void)
{
  return fz_secret_random (FZ_STORE_KEY_BYTES);
}

/* Everything that was there, once more under the key the key file gives. */
static gint64
check_all (Place *p)
{
  g_autoptr (FzKeyFile) keys = load (p);
  g_autoptr (FzSecret) mine = unlock (p, keys, "D001"), theirs = unlock (p, keys, "P001"), shared = NULL;
  g_autoptr (GError) error = NULL;
  gint64 rotations;

  shared = fz_keyfile_open_with_shares (keys, p->shares[0], p->shares[2], &error);
  g_assert_no_error (error);
  g_assert_true (fz_secret_equal (mine, theirs) && fz_secret_equal (mine, shared));
  fz_keyfile_free (p->keys);
  p->keys = g_steal_pointer (&keys);
  fixture_close (&p->f);
  open_store (p, mine);
  rotations = read_int (p->f.store, "SELECT count(*) FROM audit WHERE action = 'keys.rotate_store'");
  g_assert_cmpint (rotations, ==, (gint64) fz_keyfile_get_key_version (p->keys) - 1); /* the entry is there when the rotation is */
  g_assert_cmpint (read_int (p->f.store, "SELECT count(*) FROM audit"), ==, p->entries + rotations);
  g_assert_true (verify_log (p->f.store, &error));
  g_assert_no_error (error);
  g_assert_true (fz_store_run (p->f.store, FZ_TXN_READ, read_evidence, NULL, &error));
  g_assert_true (fz_secret_equal (fz_store_get_word_key (p->f.store), p->store_key));
  append_entries (p->f.store, 1);
  fixture_close (&p->f);
  return rotations;
}

static void
expect_one_file (Place *p)
{
  g_autoptr (GDir) dir = g_dir_open (p->f.dir, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_null (strstr (name, ".key-"));
}

static void
test_whole (void)
{
  Place p = { 0 };
  g_autoptr (FzSecret) next = next_key (), after = next_key ();
  g_autoptr (GError) error = NULL;

  set_up (&p, ROWS);
  g_assert_true (rotate (&p, next, NULL, &error));
  g_assert_no_error (error);
  append_entries (p.f.store, 2); /* the same program goes on */
  g_assert_true (rotate (&p, after, NULL, &error));
  g_assert_no_error (error);
  fixture_close (&p.f);
  p.entries += 2;
  p.f.options.key = p.store_key;
  g_free (fixture_fail_open (&p.f, FZ_ERROR_SIGNATURE)); /* neither the first key … */
  p.f.options.key = next;
  p.f.options.key_version = 2;
  g_free (fixture_fail_open (&p.f, FZ_ERROR_SIGNATURE)); /* … nor the second with its own version */
  g_assert_cmpint (check_all (&p), ==, 2);
  expect_one_file (&p);
  tear_down (&p);
}

/* What was sealed before is still opened by the shares of then, with the key file that travels in the backup. */
static void
test_backups (void)
{
  Place p = { 0 };
  g_autoptr (FzSecret) next = next_key ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL, *scratch = NULL;

  set_up (&p, ROWS);
  before = file_in (p.f.root, "before.fzb");
  after = file_in (p.f.root, "after.fzb");
  scratch = file_in (p.f.root, "scratch");
  g_assert_true (fz_backup_run (p.f.store, before, NULL, NULL, NULL, &error) && rotate (&p, next, NULL, &error) &&
                 fz_backup_run (p.f.store, after, NULL, NULL, NULL, &error));
  g_assert_true (fz_backup_verify (before, p.shares[0], p.shares[1], scratch, NULL, &error));
  g_assert_true (fz_backup_verify (after, p.shares[1], p.shares[2], scratch, NULL, &error));
  g_assert_no_error (error);
  tear_down (&p);
}

static void
test_cancelled (void)
{
  Place p = { 0 };
  g_autoptr (FzSecret) next = next_key ();
  g_autoptr (GCancellable) stop = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  set_up (&p, ROWS);
  g_cancellable_cancel (stop);
  g_assert_false (rotate (&p, next, stop, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  append_entries (p.f.store, 1);
  p.entries++;
  fixture_close (&p.f);
  expect_one_file (&p);
  g_assert_cmpint (check_all (&p), ==, 0);
  tear_down (&p);
}

/* Somebody who can write the file but has no key puts a box of their own there: they would be given the next key. */
static void
test_planted (void)
{
  Place p = { 0 };
  g_autoptr (FzSecret) next = next_key (), theirs = next_key (), other = next_key ();
  g_autoptr (GError) error = NULL;
  FzKeySlot *slot;

  set_up (&p, 3);
  slot = fz_keyfile_find (p.keys, "P001");
  fz_key_box_make (p.keys, &slot->box, "P001", theirs, other);
  g_assert_false (rotate (&p, next, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_assert_nonnull (strstr (error->message, "P001"));
  g_clear_error (&error);
  fz_key_box_make (p.keys, &slot->box, "P001", theirs, p.store_key);
  fz_key_box_make (p.keys, &p.keys->recovery_box, NULL, theirs, other);
  g_assert_false (rotate (&p, next, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_assert_cmpuint (fz_keyfile_read_version (p.keys), ==, 1);
  fixture_close (&p.f);
  tear_down (&p);
}

/* A slot of before there were boxes is left behind and says so; its owner's next sign-in before that would have mended it. */
static void
test_boxless (void)
{
  Place p = { 0 };
  g_autoptr (FzSecret) next = next_key (), person = NULL, key = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) left = NULL;

  set_up (&p, 3);
  fz_keyfile_find (p.keys, "D001")->box.there = FALSE;
  fz_keyfile_find (p.keys, "P001")->box.there = FALSE;
  g_assert_true (fz_keyfile_unlock_person (p.keys, "D001", p.password, &person, &key, &error));
  g_assert_true (fz_keyfile_give_box (p.keys, "D001", person, key, &error));
  left = fz_keyfile_list_boxless (p.keys);
  g_assert_cmpuint (left->len, ==, 1);
  g_assert_cmpstr (left->pdata[0], ==, "P001");
  g_assert_true (rotate (&p, next, NULL, &error));
  g_clear_pointer (&person, fz_secret_free);
  g_clear_pointer (&key, fz_secret_free);
  fz_keyfile_free (p.keys);
  p.keys = load (&p);
  g_assert_true (fz_keyfile_unlock_person (p.keys, "D001", p.password, &person, &key, &error));
  g_assert_true (fz_secret_equal (key, next));
  g_clear_pointer (&person, fz_secret_free);
  g_clear_pointer (&key, fz_secret_free);
  g_assert_false (fz_keyfile_unlock_person (p.keys, "P001", p.password, &person, &key, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  tear_down (&p);
}

/* Shares of before there were boxes: the next key could not reach them, so nothing begins. */
static void
test_old_shares (void)
{
  Place p = { 0 };
  g_autoptr (FzSecret) next = next_key ();
  g_autoptr (GError) error = NULL;

  set_up (&p, 3);
  p.keys->recovery_box.there = FALSE;
  g_assert_false (rotate (&p, next, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  fz_shares_free (p.shares);
  g_clear_error (&error);
  p.shares = fz_keyfile_make_shares (p.keys, p.store_key, 3, &error);
  g_assert_true (rotate (&p, next, NULL, &error));
  fixture_close (&p.f);
  g_assert_cmpint (check_all (&p), ==, 1);
  tear_down (&p);
}

/* --- cut short --- */

static void
start_again (Place *p)
{
  fixture_close (&p->f);
  remove_folder (p->f.dir);
  remove_folder (p->f.state_dir);
  copy_folder (p->kept, p->f.root);
  fz_keyfile_free (p->keys);
  p->keys = load (p);
}

/* Returns how many calls came by the door. */
static gint
fail_once (Place *p, Door door, gint at, gboolean sticky, guint *out_done)
{
  g_autoptr (FzSecret) next = next_key ();
  g_autoptr (GError) error = NULL;
  gboolean good;
  gint calls;

  start_again (p);
  open_store (p, p->store_key);
  doors_arm (door, at, sticky);
  good = rotate (p, next, NULL, &error);
  calls = doors_disarm ();
  if (!good) {
    g_assert_true (error != NULL && error->domain == FZ_ERROR && strlen (error->message) > 0);
    g_assert_cmpint (error->code, !=, FZ_ERROR_SIGNATURE);
  }
  fixture_close (&p->f);
  if (check_all (p) == 1)
    (*out_done)++;
  else
    g_assert_false (good);
  expect_one_file (p);
  return calls;
}

/* As by kill -9 at that call, in a child. */
static void
kill_once (Place *p, Door door, gint at, guint *out_done)
{
  int status = 0;
  pid_t child;

  start_again (p);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0) {
    g_autoptr (FzSecret) next = next_key ();

    open_store (p, p->store_key);
    doors_arm_end (door, at);
    rotate (p, next, NULL, NULL);
    _exit (1);
  }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  if (check_all (p) == 1)
    (*out_done)++;
  expect_one_file (p);
}

static void
test_cut (gconstpointer data)
{
  Door door = (Door) GPOINTER_TO_INT (data);
  Place p = { 0 };
  guint runs = 0, done = 0, killed = 0;
  gint all, step;

  set_up (&p, ROWS);
  fixture_close (&p.f);
  p.kept = g_strconcat (p.f.root, "-kept", NULL);
  copy_folder (p.f.root, p.kept);
  all = fail_once (&p, door, G_MAXINT, FALSE, &done);
  g_assert_cmpuint (done, ==, 1);
  step = doors_step (all, 24, 3000);
  for (gint at = g_test_rand_int_range (0, step); at < all; at += step)
    fail_once (&p, door, at, runs++ % 2 == 1, &done);
  for (gint at = g_test_rand_int_range (0, step); door != DOOR_MEMORY && at < all; at += step, runs++)
    kill_once (&p, door, at, &killed);
  g_test_message ("%u rotations cut short, %d calls in steps of %d; %u and %u were done all the same", runs, all, step, done, killed);
  g_assert_cmpuint (runs, >, 8);
  tear_down (&p);
}

/* trust.md 2.4: re-wrap in 60 s for 100,000 rows. */
static void
test_speed (void)
{
  gboolean full = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
  guint rows = full ? 100000 : 2000;
  g_autoptr (FzSecret) next = next_key ();
  g_autoptr (GError) error = NULL;
  Place p = { 0 };
  gint64 from;
  double took;

  set_up (&p, rows);
  from = g_get_monotonic_time ();
  g_assert_true (rotate (&p, next, NULL, &error));
  took = (double) (g_get_monotonic_time () - from) / G_USEC_PER_SEC;
  g_test_minimized_result (took, "%u rows under a new key in %.2f s", rows, took);
  g_assert_cmpfloat (took, <, 60);
  tear_down (&p);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  doors_install ();
  g_test_add_func ("/rotate/whole", test_whole);
  g_test_add_func ("/rotate/backups", test_backups);
  g_test_add_func ("/rotate/cancelled", test_cancelled);
  g_test_add_func ("/rotate/planted", test_planted);
  g_test_add_func ("/rotate/boxless", test_boxless);
  g_test_add_func ("/rotate/old-shares", test_old_shares);
  g_test_add_data_func ("/rotate/cut/sqlite", GINT_TO_POINTER (DOOR_SQLITE), test_cut);
  g_test_add_data_func ("/rotate/cut/memory", GINT_TO_POINTER (DOOR_MEMORY), test_cut);
  g_test_add_data_func ("/rotate/cut/ours", GINT_TO_POINTER (DOOR_OURS), test_cut);
  g_test_add_func ("/rotate/speed", test_speed);
  return g_test_run ();
}
