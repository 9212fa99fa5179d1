#include "tests/platform/store.h"

#include <sqlite3.h>

struct _SimStore {
  sqlite3 *db;
};

static const char schema[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=10000;"
                             "CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, at TEXT NOT NULL, method TEXT, "
                             "nonce TEXT, record_key TEXT,"
                             " delivery INTEGER NOT NULL, fault TEXT, http INTEGER, code INTEGER, msg_code INTEGER, "
                             "msg TEXT, plaintext TEXT) STRICT;"
                             "CREATE TABLE IF NOT EXISTS accepted (id INTEGER PRIMARY KEY, call_id INTEGER NOT NULL "
                             "REFERENCES call, method TEXT NOT NULL,"
                             " key TEXT NOT NULL, json TEXT NOT NULL, at TEXT NOT NULL, bussid TEXT) STRICT;"
                             "CREATE INDEX IF NOT EXISTS call_nonce ON call (nonce);"
                             "CREATE INDEX IF NOT EXISTS call_record ON call (method, record_key);"
                             "CREATE INDEX IF NOT EXISTS accepted_key ON accepted (method, key);"
                             "CREATE INDEX IF NOT EXISTS accepted_bussid ON accepted (method, bussid);";

void
sim_call_clear (SimCall *call)
{
  g_clear_pointer (&call->method, g_free);
  g_clear_pointer (&call->nonce, g_free);
  g_clear_pointer (&call->key, g_free);
  g_clear_pointer (&call->plaintext, g_free);
  g_clear_pointer (&call->msg, g_free);
}

SimStore *
sim_store_open (const char *path)
{
  SimStore *self = g_new0 (SimStore, 1);

  if (sqlite3_open (path, &self->db) == SQLITE_OK && sqlite3_exec (self->db, schema, NULL, NULL, NULL) == SQLITE_OK)
    return self;
  g_printerr ("fuzhen-platform-sim: %s: %s\n", path, sqlite3_errmsg (self->db));
  sim_store_close (self);
  return NULL;
}

void
sim_store_close (SimStore *self)
{
  if (self == NULL)
    return;
  sqlite3_close (self->db);
  g_free (self);
}

/* A simulator that cannot write must not answer: it stops. */
static void
expect (SimStore *self, gboolean good)
{
  if (!good)
    g_error ("the simulator's database: %s", sqlite3_errmsg (self->db));
}

static sqlite3_stmt *
prepare (SimStore *self, const char *sql, const char *const *texts)
{
  sqlite3_stmt *statement = NULL;

  expect (self, sqlite3_prepare_v2 (self->db, sql, -1, &statement, NULL) == SQLITE_OK);
  for (int i = 0; texts != NULL && i < sqlite3_bind_parameter_count (statement); i++)
    expect (self, sqlite3_bind_text (statement, i + 1, texts[i], -1, SQLITE_TRANSIENT) == SQLITE_OK);
  return statement;
}

static void
run (SimStore *self, sqlite3_stmt *statement)
{
  expect (self, sqlite3_step (statement) == SQLITE_DONE);
  sqlite3_finalize (statement);
}

static gint64
ask (SimStore *self, const char *sql, const char *first, const char *second)
{
  const char *const texts[] = { first, second };
  sqlite3_stmt *statement = prepare (self, sql, texts);
  gint64 answer = 0;
  int step = sqlite3_step (statement);

  expect (self, step == SQLITE_ROW || step == SQLITE_DONE);
  if (step == SQLITE_ROW)
    answer = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return answer;
}

void
sim_store_begin (SimStore *self)
{
  run (self, prepare (self, "BEGIN IMMEDIATE", NULL));
}

void
sim_store_commit (SimStore *self)
{
  run (self, prepare (self, "COMMIT", NULL));
}

static char *
beijing_now (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (8 * 3600);
  g_autoptr (GDateTime) now = g_date_time_new_now (zone);

  return g_date_time_format (now, "%Y-%m-%d %H:%M:%S.%f");
}

void
sim_store_add_call (SimStore *self, SimCall *call)
{
  g_autofree char *at = beijing_now ();
  const char *const texts[] = { at };

  run (self, prepare (self, "INSERT INTO call (at, delivery) VALUES (?, 0)", texts));
  call->id = sqlite3_last_insert_rowid (self->db);
}

void
sim_store_finish_call (SimStore *self, const SimCall *call)
{
  static const char sql[] =
      "UPDATE call SET method = ?1, nonce = ?2, record_key = ?3, fault = ?4, msg = ?5, plaintext = ?6,"
      " delivery = ?7, http = ?8, code = ?9, msg_code = ?10 WHERE id = ?11";
  const char *const texts[] = { call->method, call->nonce, call->key, call->fault, call->msg, call->plaintext,
                                NULL,         NULL,        NULL,      NULL,        NULL };
  sqlite3_stmt *statement = prepare (self, sql, texts);

  sqlite3_bind_int64 (statement, 7, call->delivery);
  sqlite3_bind_int (statement, 8, call->http);
  sqlite3_bind_int (statement, 9, call->code);
  sqlite3_bind_int (statement, 10, call->msg_code);
  sqlite3_bind_int64 (statement, 11, call->id);
  run (self, statement);
}

void
sim_store_accept (SimStore *self, const SimCall *call, const char *key, const char *bussid, const char *json, gsize n)
{
  static const char sql[] = "INSERT INTO accepted (method, key, bussid, at, json, call_id) VALUES (?, ?, ?, ?, ?, ?)";
  g_autofree char *at = beijing_now ();
  g_autofree char *text = g_strndup (json, n);
  const char *const texts[] = { call->method, key, bussid, at, text, NULL };
  sqlite3_stmt *statement = prepare (self, sql, texts);

  sqlite3_bind_int64 (statement, 6, call->id);
  run (self, statement);
}

gboolean
sim_store_has_nonce (SimStore *self, const char *nonce)
{
  return ask (self, "SELECT EXISTS (SELECT 1 FROM call WHERE nonce = ?)", nonce, NULL) != 0;
}

guint
sim_store_count_deliveries (SimStore *self, const char *method, const char *key)
{
  return (guint) ask (self, "SELECT count(*) FROM call WHERE method = ? AND record_key = ?", method, key);
}

gboolean
sim_store_has_key (SimStore *self, const char *method, const char *key)
{
  return ask (self, "SELECT EXISTS (SELECT 1 FROM accepted WHERE method = ? AND key = ?)", method, key) != 0;
}

gboolean
sim_store_has_bussid (SimStore *self, const char *method, const char *bussid)
{
  return ask (self, "SELECT EXISTS (SELECT 1 FROM accepted WHERE method = ? AND bussid = ?)", method, bussid) != 0;
}

gboolean
sim_store_has_drug (SimStore *self, const char *drcode)
{
  return ask (self,
              "SELECT json_extract(json, '$.useFlag') = '1' FROM accepted WHERE method = 'uploadDrugCatalogue' AND key "
              "= ?"
              " ORDER BY id DESC LIMIT 1",
              drcode, NULL)
         != 0;
}
