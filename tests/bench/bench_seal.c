/* What the sealed pages cost: the same rows written and read by stock SQLite, through the sealing VFS, and by the system's SQLCipher (AES-256
 * and HMAC, raw key) where it is installed. All three: pages of 4 KiB, WAL, synchronous=FULL, one connection. */
#include "db/seal_vfs.h"
#include "tests/bench/figures.h"
#include "tests/store/fixture.h"

#include <dlfcn.h>
#include <sqlite3.h>
#include <string.h>

#define COMMITS 400
#define WARM_UP 20
#define BULK 20000
#define SCANS 5

/* The few calls needed, so that two libraries with the same names can be loaded beside each other. */
typedef struct {
  const char *name, *vfs, *file;
  const char *key; /* a pragma; NULL: none */
  int (*open) (const char *, sqlite3 **, int, const char *);
  int (*control) (sqlite3 *, const char *, int, void *);
  int (*exec) (sqlite3 *, const char *, int (*) (void *, int, char **, char **), void *, char **);
  int (*prepare) (sqlite3 *, const char *, int, sqlite3_stmt **, const char **);
  int (*bind) (sqlite3_stmt *, int, const char *, int, void (*) (void *));
  int (*step) (sqlite3_stmt *);
  int (*reset) (sqlite3_stmt *);
  int (*finalize) (sqlite3_stmt *);
  int (*close) (sqlite3 *);
  sqlite3 *db;
  Samples commit, bulk, scan;
} Engine;

static void
stock (Engine *self)
{
  self->open = sqlite3_open_v2;
  self->control = sqlite3_file_control;
  self->exec = sqlite3_exec;
  self->prepare = sqlite3_prepare_v2;
  self->bind = sqlite3_bind_text;
  self->step = sqlite3_step;
  self->reset = sqlite3_reset;
  self->finalize = sqlite3_finalize;
  self->close = sqlite3_close;
}

/* FALSE when the library is not there. */
static gboolean
sqlcipher (Engine *self)
{
  const struct {
    const char *name;
    gpointer *to;
  } calls[] = { { "sqlite3_open_v2", (gpointer *) &self->open },   { "sqlite3_file_control", (gpointer *) &self->control },
                { "sqlite3_exec", (gpointer *) &self->exec },      { "sqlite3_prepare_v2", (gpointer *) &self->prepare },
                { "sqlite3_bind_text", (gpointer *) &self->bind }, { "sqlite3_step", (gpointer *) &self->step },
                { "sqlite3_reset", (gpointer *) &self->reset },    { "sqlite3_finalize", (gpointer *) &self->finalize },
                { "sqlite3_close", (gpointer *) &self->close } };
  gpointer library = dlopen ("libsqlcipher.so.0", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);

  for (guint i = 0; library != NULL && i < G_N_ELEMENTS (calls); i++)
    if ((*calls[i].to = dlsym (library, calls[i].name)) == NULL)
      return FALSE;
  return library != NULL;
}

static void
run (Engine *self, const char *sql)
{
  must (self->exec (self->db, sql, NULL, NULL, NULL) == SQLITE_OK, sql, NULL);
}

static void
open_file (Engine *self)
{
  int reserve = FZ_SEAL_RESERVED_BYTES;

  must (self->open (self->file, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, self->vfs) == SQLITE_OK, self->name, NULL);
  if (self->key != NULL)
    run (self, self->key);
  if (self->vfs != NULL)
    must (self->control (self->db, "main", SQLITE_FCNTL_RESERVE_BYTES, &reserve) == SQLITE_OK, "reserve", NULL);
  run (self, self->key != NULL ? "PRAGMA cipher_page_size = 4096" : "PRAGMA page_size = 4096");
  run (self, "PRAGMA locking_mode = EXCLUSIVE");
  run (self, "PRAGMA secure_delete = ON");
  run (self, "PRAGMA journal_mode = WAL");
  run (self, "PRAGMA synchronous = FULL");
}

static sqlite3_stmt *
prepare (Engine *self, const char *sql)
{
  sqlite3_stmt *stmt = NULL;

  must (self->prepare (self->db, sql, -1, &stmt, NULL) == SQLITE_OK, sql, NULL);
  return stmt;
}

static void
insert (Engine *self, sqlite3_stmt *stmt, guint n)
{
  g_autofree char *text = g_strdup_printf ("%0400u", n);

  must (self->bind (stmt, 1, text, -1, SQLITE_TRANSIENT) == SQLITE_OK && self->step (stmt) == SQLITE_DONE && self->reset (stmt) == SQLITE_OK, "insert",
        NULL);
}

static void
commit_one (Engine *self, sqlite3_stmt *stmt, guint n)
{
  gint64 from = now_ns ();

  insert (self, stmt, n);
  if (n >= WARM_UP)
    samples_add (&self->commit, from);
}

static void
fill (Engine *self)
{
  sqlite3_stmt *stmt = prepare (self, "INSERT INTO row (words) VALUES ($1)");
  gint64 from = now_ns ();

  run (self, "BEGIN");
  for (guint i = 0; i < BULK; i++)
    insert (self, stmt, i);
  run (self, "COMMIT");
  samples_add (&self->bulk, from);
  self->finalize (stmt);
}

/* Everything read from the file anew: a connection of its own, with a small cache. */
static void
scan (Engine *self)
{
  sqlite3_stmt *stmt;
  gint64 from;
  guint rows = 0;

  self->close (self->db);
  open_file (self);
  run (self, "PRAGMA cache_size = 16");
  from = now_ns ();
  stmt = prepare (self, "SELECT length (words) FROM row");
  while (self->step (stmt) == SQLITE_ROW)
    rows++;
  self->finalize (stmt);
  samples_add (&self->scan, from);
  must (rows >= BULK, "every row is read", NULL);
}

static void
measure (Engine *engines, guint n)
{
  sqlite3_stmt *insert_one[3] = { NULL };

  for (guint i = 0; i < n; i++) {
    samples_init (&engines[i].commit);
    samples_init (&engines[i].bulk);
    samples_init (&engines[i].scan);
    open_file (&engines[i]);
    run (&engines[i], "CREATE TABLE row (id INTEGER PRIMARY KEY, words TEXT NOT NULL)");
    insert_one[i] = prepare (&engines[i], "INSERT INTO row (words) VALUES ($1)");
  }
  for (guint round = 0; round < COMMITS + WARM_UP; round++)
    for (guint i = 0; i < n; i++)
      commit_one (&engines[i], insert_one[i], round);
  for (guint i = 0; i < n; i++)
    engines[i].finalize (insert_one[i]);
  for (guint round = 0; round < SCANS; round++)
    for (guint i = 0; i < n; i++)
      fill (&engines[i]);
  for (guint round = 0; round < SCANS; round++)
    for (guint i = 0; i < n; i++)
      scan (&engines[i]);
}

static void
say (const Engine *engine, const Engine *plain)
{
  const struct {
    const char *what;
    const Samples *own, *base;
  } figures[] = { { "one row, durable", &engine->commit, &plain->commit },
                  { "20,000 rows in a transaction", &engine->bulk, &plain->bulk },
                  { "all rows read from a file just opened", &engine->scan, &plain->scan } };

  for (guint i = 0; i < G_N_ELEMENTS (figures); i++) {
    g_autofree char *name = g_strdup_printf ("%s: %s", engine->name, figures[i].what);

    if (engine == plain)
      report (name, figures[i].own, NULL, NULL);
    else
      report_ratio (name, figures[i].own, figures[i].base, plain->name, FALSE, NULL);
  }
}

int
main (void)
{
  g_autofree char *root = bench_folder ("seal"), *plain = file_in (root, "plain.db"), *sealed = file_in (root, "store.fz");
  g_autofree char *cipher = file_in (root, "cipher.db");
  g_autoptr (FzSecret) key = fz_secret_random (32);
  g_autoptr (GError) error = NULL;
  const guint8 identity[FZ_SEAL_IDENTITY_BYTES] = { 1 };
  Engine engines[] = { { .name = "stock SQLite", .file = plain },
                       { .name = "sealed pages", .file = sealed, .vfs = "bench-seal" },
                       { .name = "SQLCipher", .file = cipher, .key = "PRAGMA key = \"x'2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99'\"" } };
  guint n = G_N_ELEMENTS (engines);

  stock (&engines[0]);
  stock (&engines[1]);
  if (!sqlcipher (&engines[2]))
    n--;
  must (fz_seal_vfs_register ("bench-seal", NULL, key, identity, 1, &error), "sealing", error);
  measure (engines, n);
  for (guint i = 0; i < n; i++) {
    say (&engines[i], &engines[0]);
    engines[i].close (engines[i].db);
  }
  for (guint i = 0; i < n; i++) {
    samples_clear (&engines[i].commit);
    samples_clear (&engines[i].bulk);
    samples_clear (&engines[i].scan);
  }
  fz_seal_vfs_unregister ("bench-seal");
  remove_folder (root);
  return 0;
}
