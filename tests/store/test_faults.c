/* Every call to the disk or for memory fails once. A whole life of a store is played, each time with another call failing;
 * whatever comes back, an error says so, the store opens afterwards, its log verifies, and what was acknowledged is in it. */
#include "db/attachment.h"
#include "db/backup.h"
#include "db/keyfile.h"
#include "db/shares.h"
#include "tests/store/doors.h"
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/* --- the life --- */

typedef struct {
  Fixture f;
  Door door;
  FzKeyFile *keys;
  FzSecret *store_key;
  char **shares;
  char *backup;
  char *restored;
  gboolean created;
  gboolean backed_up;
  gboolean restored_whole;
  gint64 acknowledged; /* rows */
} Life;

static gboolean
act_job (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "INSERT INTO setting (name, value) SELECT 'n' || count(*), 'x' FROM setting";
  g_autoptr (GBytes) bytes = g_bytes_new_static ("evidence", 8);
  g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.audit.test/v1");
  g_autofree char *sha256 = NULL;
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done", .payload = payload };

  fz_fields_set (payload, "detail", "x");
  return fz_txn_run (txn, error, sql, "") && fz_attachment_put (txn, bytes, "text/plain", &sha256, error) &&
         fz_audit_append (txn, &entry, NULL, error) && fz_audit_checkpoint (txn, error);
}

static gboolean
act (Life *life, GError **error)
{
  for (guint i = 0; i < 3; i++) {
    if (!fz_store_run (life->f.store, FZ_TXN_RECORD, act_job, NULL, error))
      return FALSE;
    life->acknowledged++;
  }
  return TRUE;
}

static gboolean
make (Life *life, GError **error)
{
  FzKeyFileOptions options = { .dir = life->f.dir, .state_dir = life->f.state_dir, .costs = fz_key_costs_demo (), .demo = TRUE };
  g_autoptr (FzSecret) password = fz_secret_new_from ("pw", 2);
  guint8 public_key[FZ_ED25519_PUBLIC_BYTES];

  life->keys = fz_keyfile_create (&options, &life->store_key, error);
  if (life->keys == NULL || !fz_keyfile_add_person (life->keys, "D001", password, password, life->store_key, public_key, error))
    return FALSE;
  life->shares = fz_keyfile_make_shares (life->keys, life->store_key, 2, error);
  if (life->shares == NULL)
    return FALSE;
  life->f.options.key = life->store_key;
  life->f.options.identity = fz_keyfile_get_identity (life->keys);
  life->f.store = fz_store_create (&life->f.options, error);
  return life->f.store != NULL;
}

static gboolean
restore (Life *life, GError **error)
{
  g_autofree char *state_dir = file_in (life->f.root, "other-state");
  FzRestoreOptions options = { .file = life->backup, .dir = life->restored, .state_dir = state_dir,
                               .share_a = life->shares[0], .share_b = life->shares[1] };

  life->restored_whole = fz_backup_restore (&options, NULL, NULL, error);
  return life->restored_whole;
}

static gboolean
drill (Life *life, GError **error)
{
  g_autofree char *scratch = file_in (life->f.root, "scratch");

  return fz_backup_verify (life->backup, life->shares[0], life->shares[1], scratch, NULL, error);
}

static gboolean
play (Life *life, GError **error)
{
  if (!make (life, error) || !act (life, error))
    return FALSE;
  life->backed_up = fz_backup_run (life->f.store, life->backup, NULL, NULL, NULL, error);
  if (!life->backed_up || !act (life, error))
    return FALSE;
  fixture_close (&life->f);
  life->f.store = fz_store_open (&life->f.options, error);
  if (life->f.store != NULL && life->door == DOOR_MEMORY)
    g_assert_false (fz_store_is_read_only (life->f.store, NULL)); /* nothing was found that contradicts the store */
  return life->f.store != NULL && act (life, error) && verify_log (life->f.store, error) && drill (life, error) &&
         restore (life, error);
}

/* --- afterwards, on a good disk --- */

static void
check_store (Life *life)
{
  g_autofree char *path = file_in (life->f.dir, "store.fz");
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  fixture_close (&life->f);
  if (life->store_key == NULL || life->f.options.identity == NULL)
    return;
  if (!g_file_test (path, G_FILE_TEST_EXISTS)) {
    g_assert_cmpint (life->acknowledged, ==, 0);
    life->f.store = fz_store_create (&life->f.options, &error);
  } else {
    life->f.store = fz_store_open (&life->f.options, &error);
  }
  g_assert_no_error (error);
  fz_store_is_read_only (life->f.store, &why);
  g_assert_cmpstr (why, ==, NULL);
  g_assert_true (verify_log (life->f.store, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read_int (life->f.store, "SELECT count(*) FROM setting"), >=, life->acknowledged);
  g_assert_cmpint (read_int (life->f.store, "SELECT count(*) FROM setting"), <=, life->acknowledged + 1);
  g_assert_cmpint (read_int (life->f.store, "SELECT count(*) FROM audit"), ==,
                   read_int (life->f.store, "SELECT count(*) + 1 FROM setting"));
}

static void
check_backup (Life *life)
{
  g_autofree char *scratch = file_in (life->f.root, "scratch");
  g_autoptr (GError) error = NULL;

  if (life->backed_up)
    g_assert_true (fz_backup_verify (life->backup, life->shares[0], life->shares[1], scratch, NULL, &error));
  g_assert_no_error (error);
}

static void
check_restored (Life *life)
{
  g_autofree char *state_dir = file_in (life->f.root, "other-state");
  FzStoreOptions options = life->f.options;
  g_autoptr (GError) error = NULL;
  g_autoptr (FzStore) store = NULL;

  if (!life->backed_up || (!life->restored_whole && !restore (life, &error) && error->code == FZ_ERROR_CONFLICT))
    return; /* it got its name, and only the last fsync of the folder failed */
  g_assert_no_error (error);
  options.dir = life->restored;
  options.state_dir = state_dir;
  store = fz_store_open (&options, &error);
  g_assert_no_error (error);
  g_assert_false (fz_store_is_read_only (store, NULL));
}

static void
life_clear (Life *life)
{
  fixture_close (&life->f);
  g_clear_pointer (&life->keys, fz_keyfile_free);
  g_clear_pointer (&life->store_key, fz_secret_free);
  g_clear_pointer (&life->shares, fz_shares_free);
  g_free (life->backup);
  g_free (life->restored);
  fixture_tear_down (&life->f, NULL);
}

/* Returns how many calls came by the door. */
static gint
live_once (Door door, gint at, gboolean sticky)
{
  Life life = { .door = door };
  g_autoptr (GError) error = NULL;
  gboolean good;
  gint calls;

  fixture_set_up (&life.f, NULL);
  life.backup = file_in (life.f.root, "backup.fzb");
  life.restored = file_in (life.f.root, "restored");
  doors_arm (door, at, sticky);
  good = play (&life, &error);
  calls = doors_disarm ();
  if (!good) {
    g_assert_true (error != NULL && error->domain == FZ_ERROR && strlen (error->message) > 0);
    g_assert_cmpint (error->code, !=, FZ_ERROR_SIGNATURE); /* the key was right all the time */
  }
  check_store (&life);
  check_backup (&life);
  check_restored (&life);
  life_clear (&life);
  return calls;
}

/* --- a store of the first version is brought up to date --- */

static void
make_old (Fixture *f, const char *kept)
{
  static const char drop[] = "SELECT group_concat ('DROP TABLE ' || name, '; ') FROM sqlite_master WHERE type = 'table' AND name NOT IN "
                             "('setting', 'audit', 'audit_payload', 'checkpoint', 'desk_key', 'attachment') AND name NOT LIKE 'sqlite%'";
  g_autofree char *tables = read_text (f->store, drop);
  g_autofree char *sql = g_strconcat (tables, "; PRAGMA user_version = 1;", NULL);

  append_entries (f->store, 5);
  fixture_close (f);
  tamper (f, sql);
  copy_folder (f->root, kept);
}

/* Returns how many calls came by the door. */
static gint
update_once (Fixture *f, const char *kept, Door door, gint at, gboolean sticky)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;
  gint calls;

  remove_folder (f->dir);
  remove_folder (f->state_dir);
  copy_folder (kept, f->root);
  doors_arm (door, at, sticky);
  f->store = fz_store_open (&f->options, &error);
  calls = doors_disarm ();
  if (f->store == NULL) {
    g_assert_true (error != NULL && error->domain == FZ_ERROR && strlen (error->message) > 0);
    g_assert_cmpint (error->code, !=, FZ_ERROR_SIGNATURE); /* the key was right all the time */
  }
  fixture_reopen (f);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit WHERE action = 'store.migrate'"), ==, 1);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit"), ==, 7);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM visit"), ==, 0);
  g_assert_true (verify_log (f->store, &why));
  g_assert_no_error (why);
  fixture_close (f);
  return calls;
}

static void
test_update (gconstpointer data)
{
  Door door = (Door) GPOINTER_TO_INT (data);
  Fixture f = { 0 };
  g_autofree char *kept = NULL;
  gint all;
  gint step;
  guint runs = 0;

  fixture_set_up_store (&f, NULL);
  kept = g_strconcat (f.root, "-kept", NULL);
  make_old (&f, kept);
  all = update_once (&f, kept, door, G_MAXINT, FALSE);
  step = doors_step (all, 24, 2000);
  for (gint at = g_test_rand_int_range (0, step); at < all; at += step)
    update_once (&f, kept, door, at, runs++ % 2 == 1);
  g_test_message ("%u updates, %d calls in steps of %d", runs, all, step);
  g_assert_cmpuint (runs, >, 8);
  remove_folder (kept);
  fixture_tear_down (&f, NULL);
}

static void
test_faults (gconstpointer data)
{
  Door door = (Door) GPOINTER_TO_INT (data);
  gint all = live_once (door, G_MAXINT, FALSE);
  gint step = doors_step (all, 40, 3000);
  gint offset = g_test_rand_int_range (0, step);
  guint lives = 0;

  for (gint at = offset; at < all; at += step)
    live_once (door, at, lives++ % 2 == 1);
  g_test_message ("%u lives, from call %d of %d in steps of %d", lives, offset, all, step);
  g_assert_cmpuint (lives, >, 20);
}

/* --- a backup whose giving up fails as well --- */

static gboolean
starve (double done, gpointer data)
{
  doors_arm (DOOR_MEMORY, 0, TRUE);
  return TRUE;
}

static void
test_starved_backup (void)
{
  Life life = { 0 };
  g_autoptr (GError) error = NULL;

  fixture_set_up (&life.f, NULL);
  life.backup = file_in (life.f.root, "backup.fzb");
  g_assert_true (make (&life, &error));
  run_sql (life.f.store, FZ_TXN_LOCAL,
           "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400) "
           "INSERT INTO setting SELECT 'n' || i, hex(zeroblob(4000)) FROM n",
           &error);
  g_assert_no_error (error);
  g_assert_false (fz_backup_run (life.f.store, life.backup, starve, NULL, NULL, &error));
  doors_disarm ();
  g_assert_error (error, FZ_ERROR, FZ_ERROR_RETRY);
  g_clear_error (&error);
  g_assert_true (fz_backup_run (life.f.store, life.backup, NULL, NULL, NULL, &error)); /* nobody is in the way for ever */
  g_assert_no_error (error);
  g_assert_true (drill (&life, &error));
  life_clear (&life);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8"); /* so that a failure prints what the person would read */
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  doors_install ();
  g_test_add_data_func ("/faults/sqlite", GINT_TO_POINTER (DOOR_SQLITE), test_faults);
  g_test_add_data_func ("/faults/memory", GINT_TO_POINTER (DOOR_MEMORY), test_faults);
  g_test_add_data_func ("/faults/ours", GINT_TO_POINTER (DOOR_OURS), test_faults);
  g_test_add_func ("/faults/starved-backup", test_starved_backup);
  g_test_add_data_func ("/faults/update/sqlite", GINT_TO_POINTER (DOOR_SQLITE), test_update);
  g_test_add_data_func ("/faults/update/memory", GINT_TO_POINTER (DOOR_MEMORY), test_update);
  g_test_add_data_func ("/faults/update/ours", GINT_TO_POINTER (DOOR_OURS), test_update);
  return g_test_run ();
}
