/* Edits of a store by somebody who holds its files and its key and knows SQLite: each is noticed by the program itself, and the first bad entry,
 * document or row is named. What is beyond it (everything rewritten with the log's own key, both heads too) needs a head kept outside. */
#include "tests/attack/forger.h"

#include "db/seal_vfs.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* `place` holds: last, the newest entry; paid, the newest entry with details; doc, its document's entry; seal, the newest checkpoint but one. */
static const char places[] =
  "CREATE TEMP TABLE place AS SELECT (SELECT max(number) FROM audit) AS last, (SELECT max(number) FROM audit_payload) AS paid,"
  "(SELECT max(number) FROM document) AS doc, (SELECT number FROM document WHERE kind LIKE 'fuzhen.prescription/%' ORDER BY number LIMIT 1) AS rx,"
  "(SELECT max(size) FROM checkpoint WHERE size < (SELECT max(size) FROM checkpoint)) AS seal";

#define ENTRY(n) "SELECT '审计日志第 ' || (" n ") || ' 条' FROM place"
#define DOCUMENT(n) "SELECT '第 ' || (" n ") || ' 号文书' FROM place"
#define AT(n) "(SELECT " n " FROM place)"
#define SHA(body) "body = " body ", body_sha256 = sha256(" body ")"
#define MORE "CAST(replace(CAST(body AS TEXT), '.days ', '.days 9') AS BLOB)"

static const struct {
  const char *name;
  const char *expected; /* a statement that gives the words that must be said; asked before the edit */
  const char *sql;
} recipes[] = {
  /* --- the log --- */
  { "entry-text", ENTRY ("7"), "UPDATE audit SET leaf = CAST(replace(CAST(leaf AS TEXT), 'actor ', 'actor x') AS BLOB) WHERE number = 7" },
  { "entry-actor", ENTRY ("last - 9"), "UPDATE audit SET actor = 'D9999' WHERE number = " AT ("last - 9") },
  { "entry-action", ENTRY ("last - 9"), "UPDATE audit SET action = 'case.write' WHERE number = " AT ("last - 9") },
  { "entry-subject", ENTRY ("last - 9"), "UPDATE audit SET subject = 'V9' WHERE number = " AT ("last - 9") },
  { "entry-outcome", ENTRY ("last - 9"), "UPDATE audit SET outcome = 'failed' WHERE number = " AT ("last - 9") },
  { "entry-time", ENTRY ("last - 9"), "UPDATE audit SET entry_at = entry_at - 86400000000 WHERE number = " AT ("last - 9") },
  { "entry-of-another-kind", ENTRY ("7"), "UPDATE audit SET leaf = CAST('nonsense' AS BLOB) WHERE number = 7" },
  { "entry-renumbered", ENTRY ("7"), "UPDATE audit SET leaf = CAST(replace(CAST(leaf AS TEXT), 'number 7', 'number 8') AS BLOB) WHERE number = 7" },
  { "entry-removed", ENTRY ("7"), "DELETE FROM audit WHERE number = 7; DELETE FROM audit_payload WHERE number = 7" },
  { "entry-removed-and-closed-up", ENTRY ("7"),
    "DELETE FROM audit WHERE number = 7; DELETE FROM audit_payload WHERE number = 7; UPDATE audit SET number = -number WHERE number > 7;"
    "UPDATE audit SET number = -number - 1 WHERE number < 0" },
  { "entries-swapped", ENTRY ("7"),
    "UPDATE audit SET number = -7 WHERE number = 7; UPDATE audit SET number = 7 WHERE number = 8; UPDATE audit SET number = 8 WHERE number = -7" },
  { "entry-duplicated", "SELECT '审计日志' FROM place",
    "INSERT INTO audit SELECT last + 1, entry_at, actor, action, subject_kind, subject, outcome, leaf, nodes FROM audit, place WHERE number = 7" },
  { "entry-slipped-in", ENTRY ("8"),
    "UPDATE audit SET number = -number WHERE number > 7; UPDATE audit SET number = 1 - number WHERE number < 0;"
    "INSERT INTO audit SELECT 8, entry_at, actor, action, subject_kind, subject, outcome, leaf, nodes FROM audit WHERE number = 7" },
  { "tail-cut", "SELECT '末尾' FROM place", "DELETE FROM audit_payload WHERE number > " AT ("last - 5") "; DELETE FROM audit WHERE number > " AT ("last - 5") },
  { "tail-cut-with-its-seals", "SELECT '旧副本或丢失了末尾' FROM place",
    "DELETE FROM audit_payload WHERE number >= " AT ("seal") "; DELETE FROM audit WHERE number >= " AT ("seal") ";"
    "DELETE FROM checkpoint WHERE size > " AT ("seal") },
  { "nodes-emptied", ENTRY ("7"), "UPDATE audit SET nodes = zeroblob(length(nodes)) WHERE number = 7" },
  { "nodes-dropped", ENTRY ("7"), "UPDATE audit SET nodes = zeroblob(0) WHERE number = 7" },
  { "details-changed", ENTRY ("paid"), "UPDATE audit_payload SET payload = CAST('fuzhen.audit_document/v1' || char(10) AS BLOB) WHERE number = " AT ("paid") },
  { "details-salted-anew", ENTRY ("paid"), "UPDATE audit_payload SET salt = zeroblob(32) WHERE number = " AT ("paid") },
  { "details-removed", ENTRY ("paid"), "DELETE FROM audit_payload WHERE number = " AT ("paid") },
  { "details-moved", ENTRY ("paid"), "UPDATE audit_payload SET number = " AT ("last + 1") " WHERE number = " AT ("paid") },
  { "seals-stripped", "SELECT '没有检查点' FROM place", "DELETE FROM checkpoint" },
  { "newest-seal-stripped", "SELECT '检查点' FROM place", "DELETE FROM checkpoint WHERE size = (SELECT max(size) FROM checkpoint)" },
  { "seal-moved", "SELECT '检查点' FROM place", "UPDATE checkpoint SET size = size - 1 WHERE size = " AT ("seal") },
  { "seal-of-another-size", ENTRY ("seal - 1"),
    "UPDATE checkpoint SET note = (SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1) WHERE size = " AT ("seal") },
  { "seal-later", ENTRY ("seal - 1"), "UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'time 2', 'time 3') AS BLOB) WHERE size = " AT ("seal") },
  { "log-key-replaced", "SELECT '密钥' FROM place", "UPDATE desk_key SET public_key = zeroblob(32) WHERE purpose = 'log'" },
  { "log-key-removed", "SELECT '密钥' FROM place", "DELETE FROM desk_key WHERE purpose = 'log'" },
  /* --- what was signed --- */
  { "document-text", DOCUMENT ("rx"), "UPDATE document SET body = " MORE " WHERE number = " AT ("rx") },
  { "document-text-and-hash", DOCUMENT ("rx"), "UPDATE document SET " SHA (MORE) " WHERE number = " AT ("rx") },
  { "document-removed", "SELECT '记载的文书' FROM place",
    "DELETE FROM signature WHERE document = " AT ("doc") "; DELETE FROM document WHERE number = " AT ("doc") },
  { "visit-removed-whole", "SELECT '记载的文书 ' || (SELECT id FROM document WHERE visit = 'V3' ORDER BY number LIMIT 1)",
    "DELETE FROM signature WHERE document IN (SELECT number FROM document WHERE visit = 'V3'); DELETE FROM document WHERE visit = 'V3';"
    "DELETE FROM visit WHERE id = 'V3'; UPDATE document SET number = number - (SELECT count(*) FROM place) + 1" },
  { "document-added", DOCUMENT ("doc + 1"),
    "INSERT INTO document SELECT doc + 1, id || '-x', kind, visit, body, body_sha256, note_sha256, role, person, signed_at FROM document, place WHERE number = doc;"
    "INSERT INTO signature SELECT doc + 1, position, line FROM signature, place WHERE document = doc" },
  { "documents-swapped", "SELECT '文书' FROM place",
    "UPDATE document SET number = -number WHERE number IN (" AT ("rx") ", " AT ("rx + 1") ");"
    "UPDATE document SET number = " AT ("2 * rx + 1") " + number WHERE number < 0" },
  { "document-of-another-visit", DOCUMENT ("rx"), "UPDATE document SET visit = 'V2' WHERE number = " AT ("rx") },
  { "signer-replaced", DOCUMENT ("rx"), "UPDATE document SET person = 'somebody', role = 'pharmacist' WHERE number = " AT ("rx") },
  { "countersignature-removed", "SELECT '第 ' || rx || ' 号文书' FROM place", "DELETE FROM signature WHERE document = " AT ("rx") " AND position = 1" },
  { "signature-of-another-text", DOCUMENT ("rx"),
    "UPDATE signature SET line = (SELECT line FROM signature WHERE document = " AT ("rx - 1") " AND position = 0) WHERE position = 0 AND document = " AT ("rx") },
  { "signature-damaged", DOCUMENT ("rx"),
    "UPDATE signature SET line = substr(line, 1, length(line) - 6) || 'AAAA=' || char(10) WHERE position = 0 AND document = " AT ("rx") },
  { "key-of-another-person", "SELECT '签名不成立' FROM place",
    "UPDATE staff SET vkey = (SELECT vkey FROM staff WHERE role = 'pharmacist' LIMIT 1) WHERE role = 'doctor'" },
  /* --- what is derived from it --- */
  { "visit-stage", "SELECT '就诊 V1' FROM place",
    "UPDATE visit SET facts = replace(facts, 'visit.stage recorded', 'visit.stage finished') WHERE id = 'V1'" },
  { "visit-diagnosis", "SELECT '就诊 V1' FROM place", "UPDATE visit SET facts = replace(facts, 'diagnosis.00.code ', 'diagnosis.00.code X') WHERE id = 'V1'" },
  { "visit-gone", "SELECT 'V3' FROM place", "DELETE FROM visit WHERE id = 'V3'" },
  { "prescription-stage", "SELECT '处方 ' || id FROM prescription WHERE visit = 'V2'",
    "UPDATE prescription SET stage = 'effective', facts = replace(facts, 'rx.stage signed', 'rx.stage effective') WHERE visit = 'V2'" },
  { "prescription-dose", "SELECT '处方 ' || id FROM prescription WHERE visit = 'V2'",
    "UPDATE prescription SET facts = replace(facts, '.days ', '.days 9') WHERE visit = 'V2'" },
  { "prescription-gone", "SELECT 'V2' FROM place", "DELETE FROM prescription WHERE visit = 'V2'" },
  { "prescription-added", "SELECT 'V2' FROM place",
    "INSERT INTO prescription (id, visit, document, stage, signed_at, reviewed_at, valid_until_at, facts)"
    "SELECT id || '-x', visit, document, stage, signed_at, reviewed_at, valid_until_at, facts FROM prescription WHERE visit = 'V2'" },
  /* --- the file itself --- */
  { "another-application", "SELECT '' FROM place", "PRAGMA application_id = 7" },
};

static char *
ask (Burglar *self, const char *sql)
{
  sqlite3_stmt *stmt = NULL;
  char *text;

  g_assert_cmpint (sqlite3_prepare_v2 (self->db, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  text = g_strdup ((const char *) sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  return text;
}

static void
break_in (World *w, const FzSecret *store_key, guint i, guint *missed)
{
  Burglar burglar = { 0 };
  g_autofree char *expected = NULL, *found = NULL;

  burglar_enter (&burglar, w, store_key);
  burglar_do (&burglar, places);
  expected = ask (&burglar, recipes[i].expected);
  burglar_do (&burglar, recipes[i].sql);
  burglar_leave (&burglar);
  found = burglary_found (w, store_key);
  if (found == NULL || strstr (found, expected) == NULL) {
    g_printerr ("# %s: “%s” expected, found: %s\n", recipes[i].name, expected, found != NULL ? found : "nothing");
    (*missed)++;
  } else {
    g_test_message ("%s: %s", recipes[i].name, found);
  }
}

/* V1 written, reviewed and dispensed, V2 waiting for its review, V3 for a doctor. */
static FzSecret *
play (World *w)
{
  g_autofree char *first = world_prescribe (w, 0, "V1"), *second = NULL;
  FzSecret *key;

  world_review (w, "P2001", first, "approved");
  world_dispense (w, first);
  second = world_prescribe (w, 0, "V2");
  world_arrive (w, 1, "V3");
  key = fz_secret_copy (w->desk->store_key);
  fz_session_sign_out (w->session);
  g_clear_pointer (&w->session, fz_session_unref);
  fz_desk_close_store (w->desk);
  return key;
}

static void
every_recipe (World *w)
{
  g_autoptr (FzSecret) key = play (w);
  g_auto (Loot) sound = { 0 };
  g_autofree char *found = NULL;
  guint missed = 0;

  loot_take (&sound, w);
  found = burglary_found (w, key);
  g_assert_cmpstr (found, ==, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++) {
    loot_put_back (&sound);
    break_in (w, key, i, &missed);
  }
  loot_put_back (&sound);
  g_assert_cmpuint (missed, ==, 0);
}

static char *
forge (World *w, const FzSecret *key, gboolean newer_key, const Loot *sound, gboolean with_heads)
{
  Burglar burglar = { 0 };
  g_autofree char *newest = NULL;

  loot_put_back (sound);
  burglar_enter (&burglar, w, key);
  newest = forge_log (&burglar, newer_key);
  burglar_leave (&burglar);
  for (guint i = 2; with_heads && i < 5; i += 2) /* beside the store and in the device's folder */
    g_assert_true (g_file_set_contents (sound->paths[i], newest, -1, NULL));
  return burglary_found (w, key);
}

/* With both heads rewritten too nothing on this machine knows better: what was kept elsewhere does (attack-outside). */
static void
rewritten_whole (World *w)
{
  g_autoptr (FzSecret) key = play (w);
  g_auto (Loot) sound = { 0 };
  g_autofree char *same_key = NULL, *newer_key = NULL, *with_heads = NULL;

  loot_take (&sound, w);
  same_key = forge (w, key, FALSE, &sound, FALSE);
  g_assert_nonnull (strstr (same_key, "与这里的记录不一致"));
  newer_key = forge (w, key, TRUE, &sound, FALSE);
  g_assert_nonnull (strstr (newer_key, "日志头文件"));
  with_heads = forge (w, key, FALSE, &sound, TRUE);
  g_assert_cmpstr (with_heads, ==, NULL);
  loot_put_back (&sound);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a store opened read-only warns */
  if (g_access ("/dev/shm", W_OK) == 0)
    g_setenv ("TMPDIR", "/dev/shm", TRUE); /* the store is put back before each */
  world_make_template ();
  world_add_test ("/attack/recipes", every_recipe);
  world_add_test ("/attack/rewritten", rewritten_whole);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
