/* Modes, statements, triggers, authorizer, lock, wrong key, damage. */
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- modes --- */

static void
test_record_without_audit (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (run_sql (f->store, FZ_TXN_RECORD, "INSERT INTO setting VALUES ('a.b', '1')", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 0);
  g_clear_error (&error);
  g_assert_true (run_sql (f->store, FZ_TXN_LOCAL, "INSERT INTO setting VALUES ('a.b', '1')", &error));
  g_assert_no_error (error);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 1);
}

static void
test_read_changes_nothing (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (run_sql (f->store, FZ_TXN_READ, "INSERT INTO setting VALUES ('a.b', '1')", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
}

static gboolean
change_with_bad_entry (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = data };

  return fz_txn_run (txn, error, "INSERT INTO setting VALUES ('a.b', '1')", "") &&
         fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
change_and_ignore_bad_entry (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done" };

  change_with_bad_entry (txn, data, NULL);
  return fz_audit_append (txn, &entry, NULL, error);
}

static void
test_no_audit_no_action (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char perhaps[] = "perhaps"; /* no outcome of the table's CHECK */
  char done[] = "done";

  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, change_with_bad_entry, perhaps, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, change_and_ignore_bad_entry, perhaps, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
  g_clear_error (&error);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 0);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit"), ==, 1);
  g_assert_true (fz_store_run (f->store, FZ_TXN_RECORD, change_with_bad_entry, done, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 1);
  g_assert_true (verify_log (f->store, &error));
  g_assert_no_error (error);
}

/* The audit table itself refuses: a trigger put there behind the program's back stands for a failing disk. */
static void
test_audit_insert_fails (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  char done[] = "done";

  fixture_close (f);
  tamper (f, "CREATE TRIGGER broken BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'broken'); END;");
  fixture_reopen (f);
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, change_with_bad_entry, done, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 0);
}

/* --- seat belts --- */

static void
test_guards (Fixture *f, gconstpointer unused)
{
  static const char *const refused[] = {
    "INSERT OR REPLACE INTO audit SELECT * FROM audit",
    "INSERT INTO audit VALUES (1, 1, 'a', 'b', 'c', NULL, 'done', x'00', x'')",
    "UPDATE audit SET actor = 'x'",
    "DELETE FROM audit",
    "DELETE FROM audit_payload",
    "UPDATE checkpoint SET note = x'00'",
    "SELECT seed FROM desk_key",
    "DELETE FROM desk_key",
    "DROP TABLE audit",
    "DROP TRIGGER audit_no_update",
    "ALTER TABLE audit ADD COLUMN x TEXT",
    "CREATE TABLE x (a TEXT)",
    "CREATE TEMP TABLE x (a TEXT)",
    "CREATE TEMP TRIGGER x AFTER INSERT ON setting BEGIN DELETE FROM audit; END",
    "ATTACH 'x.db' AS x",
    "PRAGMA writable_schema = ON",
    "PRAGMA journal_mode = DELETE",
    "COMMIT",
    "SAVEPOINT a",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", refused[i]);
    g_assert_false (run_sql (f->store, FZ_TXN_LOCAL, refused[i], &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  }
  /* SQLite itself: DEFENSIVE, and a job is inside a transaction. */
  g_assert_false (run_sql (f->store, FZ_TXN_LOCAL, "UPDATE sqlite_master SET sql = ''", NULL));
  g_assert_false (run_sql (f->store, FZ_TXN_LOCAL, "VACUUM", NULL));
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit"), ==, 1);
}

/* The triggers hold where the authorizer is not asked. */
static void
test_triggers (Fixture *f, gconstpointer unused)
{
  static const char *const refused[] = {
    "UPDATE audit SET actor = 'x'",
    "DELETE FROM audit WHERE number = 0",
    "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE number = 0",
    "INSERT INTO audit SELECT number + 7, entry_at, actor, action, subject_kind, subject, outcome, leaf, nodes FROM audit",
    "UPDATE audit_payload SET payload = x'00'",
    "DELETE FROM audit_payload",
    "INSERT OR REPLACE INTO audit_payload SELECT * FROM audit_payload WHERE number = 0",
    "UPDATE checkpoint SET note = x'00'",
    "DELETE FROM checkpoint",
    "INSERT OR REPLACE INTO checkpoint SELECT * FROM checkpoint",
    "INSERT INTO checkpoint SELECT 1000, signed_at, note FROM checkpoint",
    "UPDATE desk_key SET seed = zeroblob(32)",
    "DELETE FROM desk_key",
    "INSERT OR REPLACE INTO desk_key SELECT * FROM desk_key WHERE serial = 1",
    "INSERT INTO attachment VALUES (5, 'x', 'y', zeroblob(32), 0, 'z', 0)",
  };

  append_entries (f->store, 3);
  fixture_close (f);
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autofree char *message = NULL;

    g_test_message ("%s", refused[i]);
    message = tamper_fails (f, refused[i]);
    g_assert_true (strstr (message, "append-only") || strstr (message, "demands") || strstr (message, "belongs"));
  }
  fixture_reopen (f);
}

/* --- statements --- */

static gboolean
bind_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("ab", 2);
  g_autoptr (GBytes) got = NULL;
  FzStmt *stmt = fz_txn_query (txn, error, "SELECT $2, $1, $3, $4, $5, $6, $1", "tinnbB", "one", (gint64) 2, FALSE, (gint64) 9,
                               TRUE, (gint64) 4, (const void *) "xyz", (gsize) 3, bytes);

  g_assert_no_error (*error);
  g_assert_true (fz_stmt_next (stmt, error));
  g_assert_cmpint (fz_stmt_int (stmt, 0), ==, 2);
  g_assert_cmpstr (fz_stmt_text (stmt, 1), ==, "one");
  g_assert_true (fz_stmt_is_null (stmt, 2));
  g_assert_cmpint (fz_stmt_int (stmt, 3), ==, 4);
  g_assert_cmpstr (fz_stmt_text (stmt, 4), ==, "xyz");
  got = fz_stmt_dup_bytes (stmt, 5);
  g_assert_true (g_bytes_equal (got, bytes));
  g_assert_cmpstr (fz_stmt_text (stmt, 6), ==, "one");
  g_assert_false (fz_stmt_next (stmt, error));
  g_assert_no_error (*error);
  g_assert_false (fz_stmt_next (stmt, error)); /* and it does not start over */
  return TRUE;
}

static gboolean
nested_job (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "WITH n (i) AS (VALUES (1), (2), (3)) SELECT i FROM n ORDER BY i";
  FzStmt *outer = fz_txn_query (txn, error, sql, "");
  gint64 sum = 0;

  while (fz_stmt_next (outer, error)) {
    FzStmt *inner = fz_txn_query (txn, error, sql, "");

    while (fz_stmt_next (inner, error))
      sum += fz_stmt_int (outer, 0) * fz_stmt_int (inner, 0);
  }
  g_assert_cmpint (sum, ==, 36);
  return TRUE;
}

static void
test_statements (Fixture *f, gconstpointer unused)
{
  static const char *const refused[] = {
    "SELECT ?", "SELECT ?1", "SELECT :a", "SELECT @a", "SELECT $2", "SELECT $1, $3", "SELECT $01", "SELECT $1::text",
    "SELECT $one", "SELECT 1; SELECT 2", "", "SELECT $1", /* the last lacks a value */
  };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_test_message ("%s", refused[i]);
    g_assert_false (run_sql (f->store, FZ_TXN_READ, refused[i], &error));
    g_assert_error (error, FZ_ERROR, FZ_ERROR_INTERNAL);
    g_clear_error (&error);
  }
  g_assert_true (fz_store_run (f->store, FZ_TXN_READ, bind_job, NULL, &error));
  g_assert_true (fz_store_run (f->store, FZ_TXN_READ, nested_job, NULL, &error));
  g_assert_no_error (error);
}

/* --- threads --- */

typedef struct {
  GThread *main;
  GMainLoop *loop;
  gboolean destroyed;
  gboolean answered;
} Async;

static gboolean
async_job (FzTxn *txn, gpointer data, GError **error)
{
  Async *async = data;

  g_assert_true (g_thread_self () != async->main);
  return fz_txn_run (txn, error, "INSERT INTO setting VALUES ('a.b', '1')", "");
}

static void
async_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Async *async = user_data;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_thread_self () == async->main);
  g_assert_false (async->destroyed);
  g_assert_true (fz_store_run_finish (NULL, result, &error));
  g_assert_no_error (error);
  async->answered = TRUE;
}

static void
async_destroy (gpointer data)
{
  Async *async = data;

  g_assert_true (g_thread_self () == async->main);
  g_assert_true (async->answered);
  async->destroyed = TRUE;
  g_main_loop_quit (async->loop);
}

static void
async_cancelled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_store_run_finish (NULL, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_main_loop_quit (user_data);
}

static void
test_async (Fixture *f, gconstpointer unused)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  Async async = { g_thread_self (), loop, FALSE, FALSE };

  fz_store_run_async (f->store, FZ_TXN_LOCAL, async_job, &async, async_destroy, NULL, async_answer, &async);
  g_main_loop_run (loop);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 1);
  g_cancellable_cancel (cancelled);
  fz_store_run_async (f->store, FZ_TXN_LOCAL, async_job, &async, NULL, cancelled, async_cancelled, loop);
  g_main_loop_run (loop);
}

typedef struct {
  guint called;
  gboolean good;
} After;

static void
after_called (FzStore *store, gpointer data)
{
  ((After *) data)->called++;
}

static gboolean
after_job (FzTxn *txn, gpointer data, GError **error)
{
  After *after = data;

  fz_txn_after_commit (txn, after_called, after, NULL);
  if (!after->good)
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, "no");
  return after->good;
}

static void
test_after_commit (Fixture *f, gconstpointer unused)
{
  After after = { 0, FALSE };

  g_assert_false (fz_store_run (f->store, FZ_TXN_LOCAL, after_job, &after, NULL));
  g_assert_cmpuint (after.called, ==, 0);
  after.good = TRUE;
  g_assert_true (fz_store_run (f->store, FZ_TXN_LOCAL, after_job, &after, NULL));
  g_assert_cmpuint (after.called, ==, 1);
}

/* --- lock, key, damage --- */

static void
test_second_process (Fixture *f, gconstpointer unused)
{
  g_autofree char *message = fixture_fail_open (f, FZ_ERROR_LOCKED);
  g_autofree char *mine = g_strdup_printf ("%ld", (long) getpid ());
  pid_t child;
  int status = 0;

  g_assert_nonnull (strstr (message, mine));
  g_assert_true (g_regex_match_simple ("[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}", message, 0, 0)); /* since when */
  child = fork ();
  if (child == 0)
    _exit (fz_store_open (&f->options, NULL) == NULL ? 7 : 8);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (WEXITSTATUS (status), ==, 7);
  fixture_reopen (f);
}

typedef struct {
  int start[2], tried[2], leave[2];
} Race;

static void
race_open (Race *self)
{
  g_assert_cmpint (pipe (self->start), ==, 0);
  g_assert_cmpint (pipe (self->tried), ==, 0);
  g_assert_cmpint (pipe (self->leave), ==, 0);
}

static void
race_close (Race *self)
{
  close (self->start[0]);
  close (self->tried[0]);
  close (self->tried[1]);
  close (self->leave[0]);
}

/* Off with the other one's start; whoever gets the store writes one entry and holds it until all have tried. 0: got it, 7: told that it is taken. */
static int
run_racer (Fixture *f, Race *race)
{
  g_autoptr (GError) error = NULL;
  FzStore *store;
  char byte = 0;
  int code;

  close (race->start[1]);
  close (race->leave[1]);
  if (read (race->start[0], &byte, 1) != 0)
    return 9;
  store = fz_store_open (&f->options, &error);
  code = store != NULL ? 0 : g_error_matches (error, FZ_ERROR, FZ_ERROR_LOCKED) ? 7 : 8;
  if (store != NULL)
    append_entries (store, 1);
  if (write (race->tried[1], &byte, 1) != 1 || read (race->leave[0], &byte, 1) != 0)
    return 9;
  g_clear_pointer (&store, fz_store_close);
  return code;
}

/* T21: several processes at the same door, again and again: one is let in each time, and every entry that was acknowledged is there. */
static void
test_race (Fixture *f, gconstpointer unused)
{
  enum { RACERS = 3 };
  guint rounds = g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 3400 : 25;
  gint64 before = read_int (f->store, "SELECT count(*) FROM audit");

  fixture_close (f);
  for (guint round = 0; round < rounds; round++) {
    Race race;
    pid_t racers[RACERS];
    guint won = 0, told = 0;
    char bytes[RACERS];

    race_open (&race);
    for (guint i = 0; i < RACERS; i++) {
      racers[i] = fork ();
      if (racers[i] == 0)
        _exit (run_racer (f, &race));
    }
    close (race.start[1]);
    for (guint n = 0; n < RACERS; n++)
      g_assert_cmpint (read (race.tried[0], &bytes[n], 1), ==, 1);
    close (race.leave[1]);
    for (guint i = 0; i < RACERS; i++) {
      int status = 0;

      g_assert_cmpint (waitpid (racers[i], &status, 0), ==, racers[i]);
      won += WIFEXITED (status) && WEXITSTATUS (status) == 0;
      told += WIFEXITED (status) && WEXITSTATUS (status) == 7;
    }
    race_close (&race);
    g_assert_cmpuint (won, ==, 1);
    g_assert_cmpuint (told, ==, RACERS - 1);
  }
  fixture_reopen (f);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit"), ==, before + rounds);
  g_assert_true (verify_log (f->store, NULL));
}

static void
test_create_twice (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fixture_close (f);
  g_assert_null (fz_store_create (&f->options, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CONFLICT);
  fixture_reopen (f);
}

static void
test_no_store (Fixture *f, gconstpointer unused)
{
  g_autofree char *message = fixture_fail_open (f, FZ_ERROR_NOT_FOUND);

  g_assert_nonnull (strstr (message, f->dir));
}

static void
test_wrong_key (Fixture *f, gconstpointer unused)
{
  g_autoptr (FzSecret) right = fz_secret_copy (f->key);
  g_autofree char *message = NULL;

  fixture_close (f);
  fz_secret_get_writable (f->key)[0] ^= 1;
  message = fixture_fail_open (f, FZ_ERROR_SIGNATURE);
  fz_secret_free (f->key);
  f->key = g_steal_pointer (&right);
  f->options.key = f->key;
  fixture_reopen (f);
}

static void
test_flipped_bit (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = file_in (f->dir, "store.fz");
  g_autofree char *whole = NULL;
  gsize n = 0;

  append_entries (f->store, 50);
  fixture_close (f);
  g_assert_true (g_file_get_contents (path, &whole, &n, NULL));
  for (gsize page = 0; page < n / 4096; page++) {
    g_autofree char *message = NULL;
    g_autofree char *place = g_strdup_printf (" %" G_GSIZE_FORMAT " ", page + 1);

    flip_bit (path, page * 4096 + 100 + page);
    message = fixture_fail_open (f, FZ_ERROR_CORRUPT);
    g_assert_nonnull (strstr (message, path));
    g_assert_nonnull (strstr (message, place));
    g_assert_true (g_file_set_contents (path, whole, (gssize) n, NULL));
  }
  fixture_reopen (f);
}

static void
test_cut_file (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = file_in (f->dir, "store.fz");
  g_autofree char *message = NULL;

  fixture_close (f);
  g_assert_cmpint (truncate (path, 8192), ==, 0);
  message = fixture_fail_open (f, FZ_ERROR_CORRUPT);
  g_free (message);
  g_assert_cmpint (truncate (path, 0), ==, 0);
  message = fixture_fail_open (f, FZ_ERROR_CORRUPT);
}

static void
test_nothing_plain (Fixture *f, gconstpointer unused)
{
  static const char *const names[] = { "store.fz", "store.fz-wal" };
  g_autoptr (GError) error = NULL;

  g_assert_true (run_sql (f->store, FZ_TXN_LOCAL, "INSERT INTO setting VALUES ('a.b', 'PLANTED-MARKER')", &error));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = file_in (f->dir, names[i]);
    g_autofree char *bytes = NULL;
    gsize n = 0;

    g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
    g_assert_cmpuint (n, >, 0);
    g_assert_null (memmem (bytes, n, "PLANTED-MARKER", 14));
    g_assert_null (memmem (bytes, n, "CREATE TABLE", 12));
  }
}

static void
test_private_files (Fixture *f, gconstpointer unused)
{
  const char *const folders[] = { f->dir, f->state_dir };
  guint seen = 0;

  append_entries (f->store, 3);
  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++) {
    g_autoptr (GDir) dir = g_dir_open (folders[i], 0, NULL);
    const char *name;

    while ((name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *path = file_in (folders[i], name);
      GStatBuf info;

      g_test_message ("%s", name);
      g_assert_cmpint (g_stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
      seen++;
    }
  }
  g_assert_cmpuint (seen, >=, 6);
}

#define ADD(name, set_up, test) g_test_add ("/store/" name, Fixture, NULL, set_up, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("record-without-audit", fixture_set_up_store, test_record_without_audit);
  ADD ("read-changes-nothing", fixture_set_up_store, test_read_changes_nothing);
  ADD ("no-audit-no-action", fixture_set_up_store, test_no_audit_no_action);
  ADD ("audit-insert-fails", fixture_set_up_store, test_audit_insert_fails);
  ADD ("guards", fixture_set_up_store, test_guards);
  ADD ("triggers", fixture_set_up_store, test_triggers);
  ADD ("statements", fixture_set_up_store, test_statements);
  ADD ("async", fixture_set_up_store, test_async);
  ADD ("after-commit", fixture_set_up_store, test_after_commit);
  ADD ("second-process", fixture_set_up_store, test_second_process);
  ADD ("race", fixture_set_up_store, test_race);
  ADD ("create-twice", fixture_set_up_store, test_create_twice);
  ADD ("no-store", fixture_set_up, test_no_store);
  ADD ("wrong-key", fixture_set_up_store, test_wrong_key);
  ADD ("flipped-bit", fixture_set_up_store, test_flipped_bit);
  ADD ("cut-file", fixture_set_up_store, test_cut_file);
  ADD ("nothing-plain", fixture_set_up_store, test_nothing_plain);
  ADD ("private-files", fixture_set_up_store, test_private_files);
  return g_test_run ();
}
