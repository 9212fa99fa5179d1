/* Every call of the store, each failing once at every allocation and every disk access inside it.
 *
 * A call is played in a transaction that is rolled back, once on a good machine for its answer, then with one request after
 * another refused. It may fail, with an error that has a sentence; or it may bear the failure, and then its answer and every row of
 * the store have to be the good machine's: a missing value that is taken for "none" shows here. At last it is played for good,
 * with failures in its commit: afterwards the store holds either all of it or nothing. */
#include "db/audit.h"
#include "db/store_private.h"
#include "tests/store/calls.h"
#include "tests/store/doors.h"
#include "tests/store/fixture.h"

#include <glib/gstdio.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

/* --- every row of every table, a line each table --- */

static void
add_value (GChecksum *sum, sqlite3_stmt *raw, int column)
{
  const void *bytes = sqlite3_column_blob (raw, column);

  if (g_strcmp0 (sqlite3_column_name (raw, column), "file_key") == 0) /* the one value nobody scripts */
    return;
  g_checksum_update (sum, (const guchar *) "|", 1);
  if (bytes != NULL)
    g_checksum_update (sum, bytes, sqlite3_column_bytes (raw, column));
}

static void
add_table (sqlite3 *db, const char *table, GString *out)
{
  g_autofree char *sql = g_strdup_printf ("SELECT * FROM %s", table);
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);
  sqlite3_stmt *raw = NULL;
  guint rows = 0;

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &raw, NULL), ==, SQLITE_OK);
  for (; sqlite3_step (raw) == SQLITE_ROW; rows++)
    for (int i = 0; i < sqlite3_column_count (raw); i++)
      add_value (sum, raw, i);
  g_assert_cmpint (sqlite3_finalize (raw), ==, SQLITE_OK);
  g_string_append_printf (out, "%s %u %.16s\n", table, rows, g_checksum_get_string (sum));
}

static char *
list_rows (FzTxn *txn)
{
  sqlite3 *db = txn->store->connection->db;
  FzMask before = fz_txn_swap_mask (txn, FZ_MASK_SETUP);
  GString *out = g_string_new (NULL);
  sqlite3_stmt *raw = NULL;

  sqlite3_prepare_v2 (db, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name", -1, &raw, NULL);
  while (sqlite3_step (raw) == SQLITE_ROW)
    add_table (db, (const char *) sqlite3_column_text (raw, 0), out);
  g_assert_cmpint (sqlite3_finalize (raw), ==, SQLITE_OK);
  fz_txn_swap_mask (txn, before);
  return g_string_free (out, FALSE);
}

/* --- playing one --- */

typedef struct {
  const Call *call;
  gboolean rehearsal;
  gboolean done;
  GString *answer;
  char *rows; /* after it */
} Play;

static void
play_clear (Play *play)
{
  g_string_free (play->answer, TRUE);
  g_free (play->rows);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Play, play_clear)

static gboolean
play_job (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done" };
  g_autoptr (GError) why = NULL;
  Play *play = data;

  if (!play->call->act (txn, play->answer, &why) || !fz_audit_append (txn, &entry, NULL, &why)) {
    if (why == NULL)
      g_error ("%s failed without a word at call %d", play->call->name, doors_calls ());
    g_propagate_error (error, g_steal_pointer (&why));
    return FALSE;
  }
  g_assert_no_error (why);
  if (!play->rehearsal)
    return TRUE;
  doors_disarm ();
  play->done = TRUE;
  play->rows = list_rows (txn);
  g_set_error (error, FZ_ERROR, FZ_ERROR_INTERNAL, "only a rehearsal");
  return FALSE;
}

static gboolean
rows_job (FzTxn *txn, gpointer data, GError **error)
{
  *(char **) data = list_rows (txn);
  return TRUE;
}

static char *
rows_of (FzStore *store)
{
  g_autoptr (GError) error = NULL;
  char *rows = NULL;

  fz_store_run (store, FZ_TXN_READ, rows_job, &rows, &error);
  g_assert_no_error (error);
  return rows;
}

/* No statement is compiled, no page is in memory. */
static gboolean
cool_job (FzTxn *txn, gpointer data, GError **error)
{
  FzConnection *connection = txn->store->connection;

  for (guint mask = 0; mask < FZ_N_MASKS; mask++)
    g_hash_table_remove_all (connection->statements[mask]);
  sqlite3_db_release_memory (connection->db);
  return TRUE;
}

static void
check_error (const Call *call, const GError *error)
{
  g_assert_nonnull (error);
  if (error->domain != FZ_ERROR || *error->message == '\0')
    g_error ("%s: no sentence of ours: %s", call->name, error->message);
}

/* Returns the calls that came by the door. */
static gint
rehearse (FzStore *store, const Call *call, Door door, gint at, gboolean sticky, const Play *good, Play *play)
{
  g_autoptr (GError) error = NULL;
  gint seen;

  fz_store_run (store, FZ_TXN_READ, cool_job, NULL, &error);
  g_assert_no_error (error);
  doors_arm (door, at, sticky);
  g_assert_false (fz_store_run (store, FZ_TXN_RECORD, play_job, play, &error));
  seen = doors_disarm ();
  check_error (call, error);
  if (!play->done) {
    if (seen <= at)
      g_error ("%s failed by itself: %s", call->name, error->message);
  } else if (good != NULL) {
    if (strcmp (good->answer->str, play->answer->str) != 0)
      g_error ("%s, door %d call %d: answered\n%s\ninstead of\n%s", call->name, door, at, play->answer->str, good->answer->str);
    if (strcmp (good->rows, play->rows) != 0)
      g_error ("%s, door %d call %d: rows\n%s\ninstead of\n%s", call->name, door, at, play->rows, good->rows);
  }
  return seen;
}

static guint
sweep (FzStore *store, const Call *call, Door door, const Play *good)
{
  g_auto (Play) first = { .call = call, .rehearsal = TRUE, .answer = g_string_new (NULL) };
  gint all = rehearse (store, call, door, G_MAXINT, FALSE, good, &first);
  gint step = doors_step (all, 24, G_MAXINT);
  guint runs = 0;

  for (gint at = g_test_rand_int_range (0, step); at < all; at += step) {
    g_auto (Play) play = { .call = call, .rehearsal = TRUE, .answer = g_string_new (NULL) };

    rehearse (store, call, door, at, runs++ % 2 == 1, good, &play);
  }
  return runs;
}

/* For good: whatever is refused while it commits, all of it is there or nothing. */
static void
perform (FzStore *store, const Call *call, const Play *good)
{
  for (gint at = 0;; at++) {
    g_auto (Play) play = { .call = call, .answer = g_string_new (NULL) };
    g_autofree char *before = rows_of (store);
    g_autoptr (GError) error = NULL;
    g_autofree char *after = NULL;
    gboolean done;

    doors_arm (at % 2 == 0 ? DOOR_SQLITE : DOOR_OURS, at / 2, FALSE);
    done = fz_store_run (store, FZ_TXN_RECORD, play_job, &play, &error);
    doors_disarm ();
    after = rows_of (store);
    if (!done)
      check_error (call, error);
    g_assert_cmpstr (after, ==, done ? good->rows : before);
    if (done)
      return;
  }
}

static gint64
standing_clock (gpointer data)
{
  return G_GINT64_CONSTANT (1750000000000000);
}

static void
known_bytes (void *out, gsize n, gpointer data)
{
  memset (out, 0x42, n);
}

static guint
try_call (FzStore *store, const Call *call)
{
  g_auto (Play) good = { .call = call, .rehearsal = TRUE, .answer = g_string_new (NULL) };
  guint runs = 0;

  rehearse (store, call, DOOR_NONE, G_MAXINT, FALSE, NULL, &good);
  for (gint door = DOOR_SQLITE; door <= DOOR_OURS; door++)
    runs += sweep (store, call, (Door) door, &good);
  perform (store, call, &good);
  return runs;
}

static void
test_calls (void)
{
  const Call *const every[] = { calls_ground, calls_work, calls_platform, calls_log };
  Fixture f = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint runs = 0;

  fixture_set_up (&f, NULL);
  f.options.clock = standing_clock;
  f.options.random = known_bytes;
  f.store = fz_store_create (&f.options, &error);
  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (every); i++)
    for (const Call *call = every[i]; call->name != NULL; call++)
      runs += try_call (f.store, call);
  g_test_message ("%u failures", runs);
  g_assert_cmpuint (runs, >, 500);
  g_assert_true (verify_log (f.store, &error));
  g_assert_no_error (error);
  sign_checkpoint (f.store); /* as closing does */
  before = rows_of (f.store);
  fixture_reopen (&f);
  after = rows_of (f.store);
  g_assert_cmpstr (before, ==, after);
  fixture_tear_down (&f, NULL);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK);
  doors_install ();
  g_test_add_func ("/calls", test_calls);
  return g_test_run ();
}
