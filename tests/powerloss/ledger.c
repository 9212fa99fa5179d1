/* tests/powerloss/ledger.c: rows of one act and its audit row in one transaction.
 *
 * What act number n writes follows from n alone, so the store as it must be can be told from the number of acts: the log
 * chains a hash over every row, and the check computes it anew from the rows it reads. */
#include "tests/powerloss/ledger.h"

#include <sodium.h>
#include <sqlite3.h>
#include <string.h>

#include "db/seal_vfs.h"

#define PATH "/lab/store.fz"
#define HASH_BYTES crypto_hash_sha256_BYTES

struct _Ledger {
  char *vfs, *journal_mode, *synchronous;
  sqlite3 *db;
  sqlite3_stmt *insert_row, *count, *insert_audit;
  gint64 acknowledged;
  gboolean attempted; /* one act more may be there */
};

static const char schema[] = "CREATE TABLE prescription (id INTEGER PRIMARY KEY, act INTEGER NOT NULL, text TEXT NOT NULL);"
                             "CREATE INDEX prescription_act ON prescription (act);"
                             "CREATE TABLE audit (number INTEGER PRIMARY KEY, hash BLOB NOT NULL);"
                             "CREATE TABLE tally (acts INTEGER NOT NULL);"
                             "INSERT INTO tally VALUES (0);";

static int
rows_of (gint64 act)
{
  return act % 17 == 0 ? 30 : (int) (act * 7 % 4) + 1;
}

static void
text_of (gint64 act, int row, char out[512])
{
  g_snprintf (out, 512, "%" G_GINT64_FORMAT "/%d %.*d", act, row, (int) (act * 31 + row * 57) % 400, row);
}

static void
chain (guint8 hash[HASH_BYTES], gint64 act, const char *text)
{
  crypto_hash_sha256_state state;

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, hash, HASH_BYTES);
  crypto_hash_sha256_update (&state, (const guint8 *) &act, sizeof act);
  crypto_hash_sha256_update (&state, (const guint8 *) text, strlen (text));
  crypto_hash_sha256_final (&state, hash);
}

static gboolean
exec (Ledger *self, const char *sql)
{
  return sqlite3_exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static gboolean
set_pragmas (Ledger *self, int autocheckpoint)
{
  /* A cache of next to nothing spills pages of an act before its commit and writes them again. */
  gboolean is_wal = g_str_equal (self->journal_mode, "WAL");
  g_autofree char *sql = g_strdup_printf ("PRAGMA locking_mode=%s; PRAGMA journal_mode=%s; PRAGMA synchronous=%s; "
                                          "PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON; PRAGMA cache_size=%d; PRAGMA cache_spill=1; "
                                          "PRAGMA wal_autocheckpoint=%d",
                                          is_wal ? "EXCLUSIVE" : "NORMAL", self->journal_mode, self->synchronous,
                                          autocheckpoint % 2 ? 1 : 200, autocheckpoint);
  return exec (self, sql);
}

static gboolean
connect_store (Ledger *self, int autocheckpoint)
{
  int reserve = FZ_SEAL_RESERVED_BYTES;
  int keep = 1;

  if (sqlite3_open_v2 (PATH, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXRESCODE, self->vfs)
      != SQLITE_OK)
    return FALSE;
  sqlite3_file_control (self->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve);
  sqlite3_file_control (self->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep);
  return set_pragmas (self, autocheckpoint);
}

static gboolean
prepare (Ledger *self)
{
  static const char insert_row[] = "INSERT INTO prescription (act, text) VALUES ($1, $2)";
  static const char count[] = "UPDATE tally SET acts = acts + 1 RETURNING acts";
  static const char insert_audit[] = "INSERT INTO audit (number, hash) VALUES ($1, $2)";

  return sqlite3_prepare_v2 (self->db, insert_row, -1, &self->insert_row, NULL) == SQLITE_OK
         && sqlite3_prepare_v2 (self->db, count, -1, &self->count, NULL) == SQLITE_OK
         && sqlite3_prepare_v2 (self->db, insert_audit, -1, &self->insert_audit, NULL) == SQLITE_OK;
}

static gboolean
ledger_open (gpointer data, GRand *dice)
{
  static const int autocheckpoints[] = { 1, 4, 15, 60, 1000 };
  Ledger *self = data;

  return connect_store (self, autocheckpoints[g_rand_int_range (dice, 0, (gint32) G_N_ELEMENTS (autocheckpoints))])
         && prepare (self);
}

static void
ledger_close (gpointer data)
{
  Ledger *self = data;

  g_clear_pointer (&self->insert_row, sqlite3_finalize);
  g_clear_pointer (&self->count, sqlite3_finalize);
  g_clear_pointer (&self->insert_audit, sqlite3_finalize);
  g_assert_cmpint (sqlite3_close (self->db), ==, SQLITE_OK);
  self->db = NULL;
}

static gboolean
step (sqlite3_stmt *stmt, int expected)
{
  int rc = sqlite3_step (stmt);

  return rc == expected && (expected == SQLITE_ROW || sqlite3_reset (stmt) == SQLITE_OK);
}

static gboolean
last_hash (Ledger *self, guint8 hash[HASH_BYTES])
{
  static const char sql[] = "SELECT hash FROM audit ORDER BY number DESC LIMIT 1";
  sqlite3_stmt *stmt = NULL;
  int rc = sqlite3_prepare_v2 (self->db, sql, -1, &stmt, NULL);

  memset (hash, 0, HASH_BYTES);
  if (rc == SQLITE_OK && (rc = sqlite3_step (stmt)) == SQLITE_ROW && sqlite3_column_bytes (stmt, 0) == HASH_BYTES)
    memcpy (hash, sqlite3_column_blob (stmt, 0), HASH_BYTES);
  sqlite3_finalize (stmt);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

static gboolean
write_act (Ledger *self, gint64 act)
{
  guint8 hash[HASH_BYTES];
  char text[512];

  if (!exec (self, "BEGIN IMMEDIATE") || !last_hash (self, hash))
    return FALSE;
  for (int row = 0; row < rows_of (act); row++) {
    text_of (act, row, text);
    chain (hash, act, text);
    sqlite3_bind_int64 (self->insert_row, 1, act);
    sqlite3_bind_text (self->insert_row, 2, text, -1, SQLITE_STATIC);
    if (!step (self->insert_row, SQLITE_DONE))
      return FALSE;
  }
  sqlite3_bind_int64 (self->insert_audit, 1, act);
  sqlite3_bind_blob (self->insert_audit, 2, hash, HASH_BYTES, SQLITE_STATIC);
  return step (self->insert_audit, SQLITE_DONE) && step (self->count, SQLITE_ROW)
         && sqlite3_reset (self->count) == SQLITE_OK && exec (self, "COMMIT");
}

/* One act in ten is a checkpoint of a random kind, as when the window is idle. */
static gboolean
ledger_act (gpointer data, GRand *dice)
{
  Ledger *self = data;
  int kind = g_rand_int_range (dice, 0, 30);

  if (kind < 3 && g_str_equal (self->journal_mode, "WAL")) {
    static const int kinds[] = { SQLITE_CHECKPOINT_PASSIVE, SQLITE_CHECKPOINT_RESTART, SQLITE_CHECKPOINT_TRUNCATE };
    return sqlite3_wal_checkpoint_v2 (self->db, NULL, kinds[kind], NULL, NULL) == SQLITE_OK;
  }
  self->attempted = TRUE;
  if (!write_act (self, self->acknowledged + 1))
    return FALSE;
  self->acknowledged++;
  self->attempted = FALSE;
  return TRUE;
}

static char *
check_integrity (Ledger *self)
{
  sqlite3_stmt *stmt = NULL;
  char *problem = NULL;

  if (sqlite3_prepare_v2 (self->db, "PRAGMA integrity_check(1)", -1, &stmt, NULL) != SQLITE_OK
      || sqlite3_step (stmt) != SQLITE_ROW)
    problem = g_strdup_printf ("integrity_check: %s", sqlite3_errmsg (self->db));
  else if (g_strcmp0 ((const char *) sqlite3_column_text (stmt, 0), "ok") != 0)
    problem = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  return problem;
}

/* Reads one act's rows after its audit row; TRUE when they are the ones it wrote and the chain holds. */
static gboolean
check_act (sqlite3_stmt *rows, gint64 act, const guint8 *stored, guint8 hash[HASH_BYTES])
{
  char text[512];

  for (int row = 0; row < rows_of (act); row++) {
    text_of (act, row, text);
    if (sqlite3_step (rows) != SQLITE_ROW || sqlite3_column_int64 (rows, 0) != act
        || g_strcmp0 ((const char *) sqlite3_column_text (rows, 1), text) != 0)
      return FALSE;
    chain (hash, act, text);
  }
  return stored != NULL && memcmp (stored, hash, HASH_BYTES) == 0;
}

/* The acts found, whole and in order from 1; -1: something is there in part. */
static gint64
count_acts (Ledger *self)
{
  static const char rows_sql[] = "SELECT act, text FROM prescription ORDER BY id";
  static const char audit_sql[] = "SELECT number, hash, (SELECT acts FROM tally) FROM audit ORDER BY number";
  sqlite3_stmt *rows = NULL, *audit = NULL;
  guint8 hash[HASH_BYTES] = { 0 };
  gint64 found = 0, tally = 0;

  sqlite3_prepare_v2 (self->db, rows_sql, -1, &rows, NULL);
  sqlite3_prepare_v2 (self->db, audit_sql, -1, &audit, NULL);
  gboolean sound = rows != NULL && audit != NULL;
  while (sound && sqlite3_step (audit) == SQLITE_ROW) {
    sound = sqlite3_column_int64 (audit, 0) == ++found && check_act (rows, found, sqlite3_column_blob (audit, 1), hash);
    tally = sqlite3_column_int64 (audit, 2);
  }
  sound = sound && sqlite3_step (rows) == SQLITE_DONE && sqlite3_errcode (self->db) == SQLITE_DONE && tally == found;
  sqlite3_finalize (rows);
  sqlite3_finalize (audit);
  return sound ? found : -1;
}

static char *
ledger_check (gpointer data)
{
  Ledger *self = data;
  char *problem = check_integrity (self);
  gint64 found = problem == NULL ? count_acts (self) : -1;

  if (problem != NULL)
    return problem;
  if (found < 0)
    return g_strdup ("an act is there in part, or its hash does not fit");
  if (found < self->acknowledged)
    return g_strdup_printf ("lost: %" G_GINT64_FORMAT " acts of %" G_GINT64_FORMAT " acknowledged", found, self->acknowledged);
  if (found > self->acknowledged + (self->attempted ? 1 : 0))
    return g_strdup_printf ("%" G_GINT64_FORMAT " acts, but %" G_GINT64_FORMAT " were begun", found, self->acknowledged);
  self->acknowledged = found;
  self->attempted = FALSE;
  return NULL;
}

static void
ledger_reset (gpointer data)
{
  Ledger *self = data;

  self->acknowledged = 0;
  self->attempted = FALSE;
}

const LabWorkload ledger_workload = { ledger_open, ledger_check, ledger_act, ledger_close, ledger_reset, 15 };

Ledger *
ledger_new (const char *vfs, const char *journal_mode, const char *synchronous)
{
  Ledger *self = g_new0 (Ledger, 1);

  self->vfs = g_strdup (vfs);
  self->journal_mode = g_strdup (journal_mode);
  self->synchronous = g_strdup (synchronous);
  if (!connect_store (self, 1000) || !exec (self, schema))
    g_error ("cannot create the store to be cut: %s", sqlite3_errmsg (self->db));
  ledger_close (self);
  return self;
}

void
ledger_free (Ledger *self)
{
  g_free (self->vfs);
  g_free (self->journal_mode);
  g_free (self->synchronous);
  g_free (self);
}
