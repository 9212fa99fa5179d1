/* A store of every schema there was, with rows in every table it had, opened by today's program: each row is there with
 * its values, what a script changed is what is stated here, the log verifies, and a second start has nothing left to
 * do.
 *
 * The rows are made from the tables' own words: a closed list gives a row a word, a reference takes what stands in the
 * other table, a length is kept. What a table demands beyond that is a hint below; a table whose rows cannot be made,
 * and a column that comes without a statement of what it says, fail. */
#include "tests/versions/upgrade.h"

#include "db/connection.h"
#include "db/desk_key.h"
#include "db/migrate.h"
#include "db/seal_vfs.h"

#include <glib/gstdio.h>
#include <string.h>

#define VFS "upgrade"

/* --- what cannot be read from a table's words --- */

/* Their rows are a real store's: the log's entries are hashed, the checkpoints signed, and so is who follows a key. Of
 * the rest of these tables: `more`. */
static const struct {
  const char *table;
  gboolean more;
} real[] = {
    {"setting", TRUE},   {"audit", FALSE},     {"audit_payload", FALSE},  {"checkpoint", FALSE},
    {"desk_key", FALSE}, {"validation", TRUE}, {"key_succession", FALSE},
};

/* SQL of a value, $1 the row from 0, where a trigger or another column decides what it may be. */
static const struct {
  const char *table, *column, *sql;
} hints[] = {
    {"setting", "name", "CASE $1 WHEN 0 THEN 'platform.environment' ELSE 'window.' || $1 END"},
    {"setting", "value", "CASE $1 WHEN 0 THEN 'test' ELSE 'left ' || $1 END"},
    {"document", "kind", "CASE $1 WHEN 2 THEN 'fuzhen.purge/v1' ELSE 'fuzhen.intake/v1' END"},
    {"prescription", "facts",
     "'fuzhen.prescription/v1' || char(10) || CASE $1 WHEN 0 THEN '' ELSE 'patient.id_kind 01' || char(10) END || 'patient.id_number 12000019000101' || $1 || char(10) || "
     "'patient.name 某'"},
    {"signature", "position", "0"},
    {"outbox", "attempts", "$1 % 2"},
    {"access_grant_use", "access_grant", "(SELECT id FROM access_grant WHERE state = 'granted')"},
    {"access_grant_use", "position", "$1 + 1"},
    {"access_grant_use", "used_at", "1"},
    {"tombstone", "document", "(SELECT number FROM document WHERE kind = 'fuzhen.purge/v1')"},
    {"talk", "picture", "CASE $1 % 5 WHEN 1 THEN 'picture' END"},
};

/* What a script says of the rows that were there in a column that is new to them: true of each row. */
static const struct {
  const char *table, *column, *sql;
} stated[] = {
    {"prescription", "sent_at", "sent_at IS NULL"},
    {"prescription", "turn_at", "turn_at = signed_at"},
    {"outbox", "environment",
     "environment IS CASE WHEN attempts > 0 OR state IN ('accepted', 'unknown', 'settled_sent') THEN 'test' END"},
};

/* Tables to which the upgrade itself adds: which rows were there before. */
#define UPGRADE "(SELECT number FROM audit WHERE action = 'store.migrate')"
static const struct {
  const char *table, *old;
} grown[] = {
    {"audit", "number < " UPGRADE},
    {"audit_payload", "number < " UPGRADE},
    {"checkpoint", "size <= " UPGRADE},
    {"patient_rx", "prescription NOT IN (SELECT id FROM prescription)"},
};

/* Tables that a script fills from others: how many rows lack there. */
static const struct {
  const char *table, *lacking;
} filled[] = {
    {"patient_rx", "SELECT count(*) FROM prescription p WHERE NOT EXISTS (SELECT 1 FROM patient_rx o WHERE o.prescription = p.id AND o.signed_at = p.signed_at "
                   "AND o.patient IN ('01 12000019000101' || (p.rowid - 1), '- 120000190001010'))"},
};

/* --- SQL, every guard off --- */

static FzConnection *
open_file (const char *path, gboolean create)
{
  g_autoptr (GError) error = NULL;
  FzConnection *connection = fz_connection_open (path, VFS, create, &error);

  g_assert_no_error (error);
  sqlite3_set_authorizer (connection->db, NULL, NULL);
  return connection;
}

static void
execute (FzConnection *on, const char *sql)
{
  if (sqlite3_exec (on->db, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (on->db));
}

/* The first column of every row. (transfer full) */
static GPtrArray *
read_all (FzConnection *on, const char *sql)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *stmt = NULL;
  int rc;

  if (sqlite3_prepare_v2 (on->db, sql, -1, &stmt, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (on->db));
  while ((rc = sqlite3_step (stmt)) == SQLITE_ROW)
    g_ptr_array_add (rows, g_strdup ((const char *) sqlite3_column_text (stmt, 0)));
  g_assert_cmpint (rc, ==, SQLITE_DONE);
  sqlite3_finalize (stmt);
  return rows;
}

/* `text` with the name where @ stands. (transfer full) */
static char *
about (const char *text, const char *name)
{
  g_autoptr (GString) whole = g_string_new (text);

  g_string_replace (whole, "@", name, 0);
  return g_string_free (g_steal_pointer (&whole), FALSE);
}

static GPtrArray *
ask (FzConnection *on, const char *text, const char *table)
{
  g_autofree char *sql = about (text, table);

  return read_all (on, sql);
}

static gint64
read_one (FzConnection *on, const char *sql)
{
  g_autoptr (GPtrArray) rows = read_all (on, sql);

  return rows->len == 1 ? g_ascii_strtoll (rows->pdata[0], NULL, 10) : -1;
}

static GPtrArray *
tables_of (FzConnection *on)
{
  return read_all (
      on,
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY rowid");
}

static GPtrArray *
columns_of (FzConnection *on, const char *table)
{
  return ask (on, "SELECT name FROM pragma_table_info('@') ORDER BY cid", table);
}

static gboolean
has (const GPtrArray *words, const char *word)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) words, word, g_str_equal, NULL);
}

/* --- rows from the words of a table --- */

/* Every match of what follows the column's name. */
static void
take_words (const char *text, const char *column, const char *pattern, GPtrArray *words)
{
  g_autofree char *whole = about (pattern, column);
  g_autoptr (GRegex) regex = g_regex_new (whole, G_REGEX_DOTALL | G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_nonnull (regex);
  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match); g_match_info_next (match, NULL)) {
    g_autofree char *list = g_match_info_fetch (match, 1);
    g_auto (GStrv) items = g_strsplit (list, ", ", -1);

    for (guint i = 0; items[i] != NULL; i++)
      if (!has (words, items[i]))
        g_ptr_array_add (words, g_strdup (items[i]));
  }
}

/* The closed list of a column as SQL literals; empty: it has none. */
static GPtrArray *
list_of (const char *ddl, const char *column)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);

  take_words (ddl, column, "\\b@ = ('[^']*')", words);
  take_words (ddl, column, "CHECK \\(@ IN \\(([^)]*)\\)", words);
  return words;
}

static char *
first_word (const char *text, const char *column, const char *pattern)
{
  g_autofree char *whole = about (pattern, column);
  g_autoptr (GRegex) regex = g_regex_new (whole, G_REGEX_DOTALL | G_REGEX_CASELESS, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  g_assert_nonnull (regex);
  return g_regex_match (regex, text, 0, &match) ? g_match_info_fetch (match, 1) : NULL;
}

typedef struct {
  FzConnection *on;
  const char *table;
  char *ddl, *triggers;
  guint n;
} Maker;

static const char *
hint_for (const Maker *maker, const char *column)
{
  for (guint i = 0; i < G_N_ELEMENTS (hints); i++)
    if (g_str_equal (hints[i].table, maker->table) && g_str_equal (hints[i].column, column))
      return hints[i].sql;
  return NULL;
}

static char *
reference_of (const Maker *maker, const char *column)
{
  g_autofree char *sql = g_strdup_printf ("SELECT printf('(SELECT %%s FROM %%s ORDER BY 1 LIMIT 1 OFFSET $1 %%%% "
                                          "(SELECT count(*) FROM %%s))', \"to\", \"table\", \"table\") "
                                          "FROM pragma_foreign_key_list('%s') WHERE \"from\" = '%s'",
                                          maker->table, column);
  g_autoptr (GPtrArray) rows = read_all (maker->on, sql);

  return rows->len > 0 ? g_strdup (rows->pdata[0]) : NULL;
}

/* Words that a script might mangle: both quotes, a line's end, Chinese; bytes that are no text. */
static char *
plain_value (const char *type, const char *column, guint at, const char *length)
{
  if (length != NULL && g_str_equal (length, "10"))
    return g_strdup ("printf('2026-03-%02d', $1 + 1)");
  if (length != NULL)
    return g_strdup_printf ("CAST(printf('%%0%sd', %u + $1) AS %s)", length, 1000 * at, type);
  if (g_str_equal (type, "INTEGER"))
    return g_strdup_printf ("%u + $1", 1000 * at + 1);
  if (g_str_equal (type, "BLOB"))
    return g_strdup_printf ("CAST(x'00FF0A27' || '%s' || $1 AS BLOB)", column);
  return g_strdup_printf ("'复诊 ''\"' || char(10) || '%s ' || $1", column);
}

static char *
value_of (const Maker *maker, const char *column, guint at, guint row)
{
  g_autofree char *kind = g_strdup_printf (
      "SELECT type || CASE WHEN \"notnull\" OR pk THEN '' ELSE '?' END FROM pragma_table_info('%s') WHERE name = '%s'",
      maker->table, column);
  g_autoptr (GPtrArray) is = read_all (maker->on, kind), list = list_of (maker->ddl, column);
  g_autofree char *type = g_strdup (is->pdata[0]),
                  *next = first_word (maker->triggers, column, "WHEN NEW\\.@ IS NOT (\\(SELECT [^;]*?\\))\\s+BEGIN");
  g_autofree char *length = first_word (maker->ddl, column, "length\\(@\\) = (\\d+)"),
                  *reference = reference_of (maker, column);
  char *optional = strchr (type, '?');

  if (hint_for (maker, column) != NULL)
    return g_strdup (hint_for (maker, column));
  if (next != NULL)
    return g_steal_pointer (&next);
  if (optional != NULL && row + 1 == maker->n)
    return g_strdup ("NULL");
  if (optional != NULL)
    *optional = '\0';
  if (list->len > 0)
    return g_strdup (list->pdata[row % list->len]);
  return reference != NULL ? g_steal_pointer (&reference) : plain_value (type, column, at, length);
}

static void
make_row (const Maker *maker, const GPtrArray *columns, guint row)
{
  g_autoptr (GString) sql = g_string_new (NULL), values = g_string_new (NULL);
  g_autofree char *number = g_strdup_printf ("%u", row);

  for (guint i = 0; i < columns->len; i++) {
    g_autofree char *value = value_of (maker, columns->pdata[i], i, row);

    g_string_append_printf (values, "%s%s", i > 0 ? ", " : "", value);
  }
  g_string_replace (values, "$1", number, 0);
  g_string_printf (sql, "INSERT INTO %s VALUES (%s)", maker->table, values->str);
  execute (maker->on, sql->str);
}

/* As many rows as the longest closed list has words, and one in which all is empty that may be. */
static void
make_rows (FzConnection *on, const char *table)
{
  g_autoptr (GPtrArray) columns = columns_of (on, table),
                        ddl = ask (on, "SELECT sql FROM sqlite_master WHERE name = '@'", table);
  g_autoptr (GPtrArray) triggers = ask (
      on, "SELECT coalesce(group_concat(sql, ';'), '') FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '@'",
      table);
  Maker maker = {on, table, ddl->pdata[0], triggers->pdata[0], 2};

  for (guint i = 0; i < columns->len; i++) {
    g_autoptr (GPtrArray) list = list_of (maker.ddl, columns->pdata[i]);

    maker.n = MAX (maker.n, list->len);
  }
  maker.n++;
  for (guint row = 0; row < maker.n; row++)
    make_row (&maker, columns, row);
}

/* --- a store of a schema --- */

/* Every row of a table as SQL literals of these columns, in the order of its first columns. */
static GPtrArray *
literals (FzConnection *on, const char *table, const GPtrArray *columns, const char *where)
{
  g_autoptr (GString) sql = g_string_new ("SELECT ");

  for (guint i = 0; i < columns->len; i++)
    g_string_append_printf (sql, "%squote(%s)", i > 0 ? " || ', ' || " : "", (const char *) columns->pdata[i]);
  g_string_append_printf (sql, " FROM %s WHERE %s ORDER BY %s", table, where, (const char *) columns->pdata[0]);
  for (guint i = 1; i < columns->len; i++)
    g_string_append_printf (sql, ", %s", (const char *) columns->pdata[i]);
  return read_all (on, sql->str);
}

/* Without the triggers, which let a payload come with its entry only: these rows passed them in their own store. */
static void
copy_rows (FzConnection *from, FzConnection *to, const char *table)
{
  g_autoptr (GPtrArray) columns = columns_of (to, table), rows = literals (from, table, columns, "TRUE");

  g_assert_cmpint (sqlite3_db_config (to->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL), ==, SQLITE_OK);
  for (guint i = 0; i < rows->len; i++) {
    g_autofree char *insert = g_strdup_printf ("INSERT INTO %s VALUES (%s)", table, (const char *) rows->pdata[i]);

    execute (to, insert);
  }
  g_assert_cmpint (sqlite3_db_config (to->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 1, NULL), ==, SQLITE_OK);
}

static void
fill_table (FzConnection *from, FzConnection *to, const char *table)
{
  gboolean more = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (real); i++)
    if (g_str_equal (real[i].table, table)) {
      copy_rows (from, to, table);
      more = real[i].more;
    }
  if (more)
    make_rows (to, table);
}

static void
fill (FzConnection *from, FzConnection *to)
{
  g_autoptr (GPtrArray) tables = tables_of (to);

  execute (to, "PRAGMA foreign_keys = ON; BEGIN;");
  for (guint i = 0; i < tables->len; i++)
    fill_table (from, to, tables->pdata[i]);
  execute (to, "COMMIT;");
}

/* --- what is there --- */

typedef struct {
  GPtrArray *tables;  /* names */
  GPtrArray *columns; /* of each table: names */
  GPtrArray *rows;    /* of each table: literals */
} Content;

static const char *
old_rows (const char *table, gboolean upgraded)
{
  for (guint i = 0; upgraded && i < G_N_ELEMENTS (grown); i++)
    if (g_str_equal (grown[i].table, table))
      return grown[i].old;
  return "TRUE";
}

static Content
content_of (FzConnection *on)
{
  Content content = {tables_of (on), g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref),
                     g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref)};

  for (guint i = 0; i < content.tables->len; i++) {
    g_ptr_array_add (content.columns, columns_of (on, content.tables->pdata[i]));
    g_ptr_array_add (content.rows, literals (on, content.tables->pdata[i], content.columns->pdata[i], "TRUE"));
    if (((GPtrArray *) content.rows->pdata[i])->len == 0)
      g_error ("%s has no rows: nothing would show that they are carried over",
               (const char *) content.tables->pdata[i]);
  }
  return content;
}

static void
content_clear (Content *content)
{
  g_ptr_array_unref (content->tables);
  g_ptr_array_unref (content->columns);
  g_ptr_array_unref (content->rows);
}

static void
check_same (FzConnection *on, const Content *had, gboolean upgraded)
{
  for (guint i = 0; i < had->tables->len; i++) {
    const char *table = had->tables->pdata[i];
    const GPtrArray *rows = had->rows->pdata[i];
    g_autoptr (GPtrArray) now = literals (on, table, had->columns->pdata[i], old_rows (table, upgraded));

    for (guint k = 0; k < MIN (rows->len, now->len); k++)
      if (!g_str_equal (rows->pdata[k], now->pdata[k]))
        g_error ("%s: %s became %s", table, (const char *) rows->pdata[k], (const char *) now->pdata[k]);
    if (rows->len != now->len)
      g_error ("%s had %u rows and has %u", table, rows->len, now->len);
  }
}

static void
check_stated (FzConnection *on, const char *table, const char *column)
{
  for (guint i = 0; i < G_N_ELEMENTS (stated); i++)
    if (g_str_equal (stated[i].table, table) && g_str_equal (stated[i].column, column)) {
      g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM %s WHERE NOT (%s)", table, stated[i].sql);

      g_assert_cmpint (read_one (on, sql), ==, 0);
      return;
    }
  g_error ("%s.%s came with an upgrade and nothing states what it says of the rows that were there", table, column);
}

static gboolean
check_filled (FzConnection *on, const char *table)
{
  for (guint i = 0; i < G_N_ELEMENTS (filled); i++)
    if (g_str_equal (filled[i].table, table)) {
      g_assert_cmpint (read_one (on, filled[i].lacking), ==, 0);
      return TRUE;
    }
  return FALSE;
}

/* A new column says what is stated of it; a new table has no rows but those that a script fills it with. */
static void
check_new (FzConnection *on, const Content *had)
{
  g_autoptr (GPtrArray) tables = tables_of (on);

  for (guint i = 0; i < tables->len; i++) {
    const char *table = tables->pdata[i];
    g_autoptr (GPtrArray) columns = columns_of (on, table);
    gboolean full = check_filled (on, table);
    guint at;

    if (!g_ptr_array_find_with_equal_func (had->tables, table, g_str_equal, &at)) {
      g_autoptr (GPtrArray) rows = literals (on, table, columns, "TRUE");

      g_assert_true (full || rows->len == 0);
      continue;
    }
    for (guint k = 0; k < columns->len; k++)
      if (!has (had->columns->pdata[at], columns->pdata[k]))
        check_stated (on, table, columns->pdata[k]);
  }
}

static void
check_sound (FzConnection *on, const GPtrArray *schema)
{
  g_autoptr (GPtrArray) own =
      read_all (on, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1");
  g_autoptr (GPtrArray) sound = read_all (on, "PRAGMA integrity_check"),
                        loose = read_all (on, "PRAGMA foreign_key_check");

  g_assert_cmpuint (loose->len, ==, 0);
  g_assert_cmpuint (sound->len, ==, 1);
  g_assert_cmpstr (sound->pdata[0], ==, "ok");
  g_assert_cmpuint (own->len, ==, schema->len);
  for (guint i = 0; i < own->len; i++)
    g_assert_cmpstr (own->pdata[i], ==, schema->pdata[i]);
}

/* --- each schema --- */

/* Another folder with the files of a store but its database, which is of schema `at`. */
static void
make_store (Fixture *f, Fixture *old, guint at, Content *out_had)
{
  g_autofree char *name = g_strdup_printf ("schema-%u", at), *path = NULL, *whole = file_in (f->dir, "store.fz");
  g_autoptr (FzConnection) from = open_file (whole, FALSE), to = NULL;
  g_autoptr (GError) error = NULL;

  *old = *f;
  old->root = file_in (f->root, name);
  old->dir = file_in (old->root, "data");
  old->state_dir = file_in (old->root, "state");
  old->options.dir = old->dir;
  old->options.state_dir = old->state_dir;
  copy_folder (f->dir, old->dir);
  copy_folder (f->state_dir, old->state_dir);
  path = file_in (old->dir, "store.fz");
  g_assert_cmpint (g_unlink (path), ==, 0);
  to = open_file (path, TRUE);
  g_assert_true (fz_migrate_run (to, fz_schema_scripts, at, NULL, &error));
  g_assert_no_error (error);
  fill (from, to);
  *out_had = content_of (to);
}

static void
come_from (Fixture *f, guint at, const GPtrArray *schema)
{
  g_autofree char *path = NULL, *before = NULL;
  FzConnection *connection;
  g_autoptr (GError) error = NULL;
  Content had;
  Fixture old;

  make_store (f, &old, at, &had);
  path = file_in (old.dir, "store.fz");
  before = g_strdup_printf ("%s.before-%u", path, fz_schema_n_scripts);
  for (guint start = 0; start < 2; start++) {
    old.store = NULL;
    fixture_reopen (&old);
    g_assert_false (fz_store_is_read_only (old.store, NULL));
    g_assert_true (verify_log (old.store, &error));
    g_assert_no_error (error);
    append_entries (old.store, 1); /* and it can be written */
    fixture_close (&old);
  }
  connection = open_file (path, FALSE);
  g_assert_cmpint (read_one (connection, "PRAGMA user_version"), ==, fz_schema_n_scripts);
  g_assert_cmpint (read_one (connection, "SELECT count(*) FROM audit WHERE action = 'store.migrate'"), ==, 1);
  check_same (connection, &had, TRUE);
  check_new (connection, &had);
  check_sound (connection, schema);
  fz_connection_free (connection);
  connection = open_file (before, FALSE);
  g_assert_cmpint (read_one (connection, "PRAGMA user_version"), ==, at);
  check_same (connection, &had, FALSE);
  fz_connection_free (connection);
  content_clear (&had);
  g_free (old.root);
  g_free (old.dir);
  g_free (old.state_dir);
}

static gboolean
succeed (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) why = fz_fields_new ("fuzhen.test/v1");
  FzAuditEntry entry = {.actor = "system", .action = "test.succeed", .subject_kind = "store", .outcome = "done"};

  return fz_desk_key_succeed (txn, "desk", why, NULL, error) && fz_audit_append (txn, &entry, NULL, error);
}

void
test_upgrade_full (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = file_in (f->dir, "store.fz");
  g_autoptr (GPtrArray) schema = NULL;
  g_autoptr (GError) error = NULL;
  FzConnection *whole;

  append_entries (f->store, 3);
  fz_store_run (f->store, FZ_TXN_RECORD, succeed, NULL, &error);
  g_assert_no_error (error);
  sign_checkpoint (f->store);
  fixture_close (f);
  g_assert_true (fz_seal_vfs_register (VFS, NULL, f->key, f->identity, 1, &error));
  whole = open_file (path, FALSE);
  schema = read_all (whole, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_master ORDER BY 1");
  fz_connection_free (whole);
  for (guint at = 1; at < fz_schema_n_scripts; at++)
    come_from (f, at, schema);
  fz_seal_vfs_unregister (VFS);
}
