/* What the store keeps of rules: append-only bytes found by their hash. */
#include "core/document.h"
#include "db/audit.h"
#include "db/connection.h"
#include "db/documents.h"
#include "db/knowledge_file.h"
#include "db/rules.h"
#include "db/store_private.h"
#include "tests/versions/upgrade.h"

#include <string.h>

static gboolean
audited (FzTxn *txn, GError **error)
{
  FzAuditEntry entry = { .actor = "system", .action = "test.rules", .subject_kind = "store", .outcome = "done" };

  return fz_audit_append (txn, &entry, NULL, error);
}

static char *
manifest_of (const char *body)
{
  g_autofree char *sha256 = fz_sha256_hex (body, strlen (body));

  return g_strdup_printf ("fuzhen.rulebook/v2\nupper %s\n", sha256);
}

static gboolean
keep (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, strlen (data));
  g_autofree char *manifest = manifest_of (data);

  /* Twice: the same bytes are one row. */
  return fz_rule_layers_keep (txn, "upper", bytes, error) && fz_rule_layers_keep (txn, "upper", bytes, error) &&
         fz_knowledge_file_keep (txn, "drugs/limits.csv", bytes, error) && fz_knowledge_file_keep (txn, "drugs/limits.csv", bytes, error) &&
         fz_rulebooks_keep (txn, manifest, error) && fz_rulebooks_keep (txn, manifest, error) && audited (txn, error);
}

static gboolean
read_back (FzTxn *txn, gpointer data, GError **error)
{
  g_autofree char *sha256 = fz_sha256_hex (data, strlen (data)), *manifest = manifest_of (data);
  g_autofree char *book = fz_sha256_hex (manifest, strlen (manifest));
  g_autoptr (GBytes) bytes = fz_rule_layers_get (txn, sha256, error);
  g_autofree char *kept = bytes != NULL ? fz_rulebooks_get (txn, book, error) : NULL;
  g_autoptr (GBytes) file = kept != NULL ? fz_knowledge_file_get (txn, sha256, error) : NULL;
  gboolean has = FALSE;

  if (file == NULL || !fz_rulebooks_has (txn, book, &has, error))
    return FALSE;
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, strlen (data));
  g_assert_true (g_bytes_equal (file, bytes));
  g_assert_cmpstr (kept, ==, manifest);
  g_assert_true (has);
  return TRUE;
}

static void
run (Fixture *f, FzTxnMode mode, FzJob job, const char *data)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (f->store, mode, job, (gpointer) data, &error);
  g_assert_no_error (error);
}

static void
run_bad (Fixture *f, FzTxnMode mode, FzJob job, const char *data, FzErrorCode code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fz_store_run (f->store, mode, job, (gpointer) data, &error));
  g_assert_error (error, FZ_ERROR, (int) code);
  if (words != NULL && strstr (error->message, words) == NULL)
    g_error ("%s does not say %s", error->message, words);
}

/* --- kept for ever --- */

static gboolean
execute (FzTxn *txn, gpointer data, GError **error)
{
  return fz_txn_run (txn, error, data, "") && audited (txn, error);
}

static void
test_append_only (Fixture *f, gconstpointer unused)
{
  static const char *const forgeries[] = {
    "UPDATE rule_layer SET name = 'other'",
    "DELETE FROM rule_layer",
    "UPDATE knowledge_file SET name = 'other'",
    "DELETE FROM knowledge_file",
    "INSERT OR REPLACE INTO knowledge_file (number, sha256, name, body, kept_at) SELECT number, sha256, 'other', body, 1 FROM knowledge_file",
    "INSERT INTO knowledge_file (number, sha256, name, body, kept_at) SELECT number + 2, replace(sha256, '0', '1'), 'other', body, 1 FROM knowledge_file",
    "UPDATE rulebook SET manifest = 'other'",
    "DELETE FROM rulebook",
    "INSERT OR REPLACE INTO rule_layer (number, sha256, name, body, kept_at) SELECT number, sha256, 'other', body, 1 FROM rule_layer",
    "INSERT OR REPLACE INTO rule_layer (number, sha256, name, body, kept_at) SELECT number + 1, sha256, 'other', body, 1 FROM rule_layer",
    "INSERT OR REPLACE INTO rulebook (number, sha256, manifest, kept_at) SELECT number, sha256, 'other', 1 FROM rulebook",
    "INSERT INTO rulebook (number, sha256, manifest, kept_at) SELECT number + 2, sha256, 'other', 1 FROM rulebook",
  };

  run (f, FZ_TXN_RECORD, keep, "{\"one\": 1}");
  run (f, FZ_TXN_RECORD, keep, "{\"one\": 1}");
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM rule_layer"), ==, 1);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM rulebook"), ==, 1);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM knowledge_file"), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (forgeries); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, execute, (gpointer) forgeries[i], &error));
    g_assert_nonnull (error);
  }
  run (f, FZ_TXN_READ, read_back, "{\"one\": 1}");
  run_bad (f, FZ_TXN_READ, read_back, "{\"two\": 2}", FZ_ERROR_NOT_FOUND, "没有保存");
}

static gboolean
exec_migration (FzTxn *txn, gpointer data, GError **error)
{
  return fz_connection_exec (fz_txn_get_store (txn)->connection, FZ_MASK_MIGRATE, data, error);
}

/* Whoever gets past every guard still cannot make other bytes answer to the hash. */
static void
test_altered (Fixture *f, gconstpointer unused)
{
  run (f, FZ_TXN_RECORD, keep, "{\"one\": 1}");
  run (f, FZ_TXN_LOCAL, exec_migration, "DROP TRIGGER rule_layer_no_update; UPDATE rule_layer SET body = CAST('{\"one\": 2}' AS BLOB);");
  run_bad (f, FZ_TXN_READ, read_back, "{\"one\": 1}", FZ_ERROR_CORRUPT, "摘要不符");
  run (f, FZ_TXN_LOCAL, exec_migration,
       "UPDATE rule_layer SET body = CAST('{\"one\": 1}' AS BLOB); DROP TRIGGER rulebook_no_update; UPDATE rulebook SET manifest = manifest || 'x 0';");
  run_bad (f, FZ_TXN_READ, read_back, "{\"one\": 1}", FZ_ERROR_CORRUPT, "摘要不符");
}

static void
test_altered_knowledge (Fixture *f, gconstpointer unused)
{
  run (f, FZ_TXN_RECORD, keep, "{\"one\": 1}");
  run (f, FZ_TXN_LOCAL, exec_migration,
       "DROP TRIGGER knowledge_file_no_update; UPDATE knowledge_file SET body = CAST('{\"one\": 2}' AS BLOB);");
  run_bad (f, FZ_TXN_READ, read_back, "{\"one\": 1}", FZ_ERROR_CORRUPT, "药品知识与其摘要不符");
}

/* --- versions and documents --- */

static gboolean
put_versions (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (FzFields) facts = fz_fields_new ("fuzhen.rules_version/v1");
  FzVersion versions[] = { { 1, (char *) "RULES-0001", FZ_VERSION_APPROVED, { 2026, 3, 2 }, facts, NULL, NULL },
                                { 2, (char *) "RULES-0002", FZ_VERSION_APPROVED, { 2026, 4, 1 }, facts, NULL, NULL },
                                { 3, (char *) "RULES-0003", FZ_VERSION_PENDING, { 2026, 3, 5 }, facts, NULL, NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (versions); i++) {
    fz_fields_set (facts, "rules.id", versions[i].id);
    if (!fz_rules_versions_put (txn, &versions[i], error))
      return FALSE;
  }
  return audited (txn, error);
}

static gboolean
check_versions (FzTxn *txn, gpointer data, GError **error)
{
  static const char *const days[][2] = { { "2026-03-01", NULL }, { "2026-03-02", "RULES-0001" }, { "2026-03-31", "RULES-0001" },
                                         { "2026-04-01", "RULES-0002" } };

  for (guint i = 0; i < G_N_ELEMENTS (days); i++) {
    g_autoptr (GError) why = NULL;
    g_autoptr (FzFields) version = fz_rules_versions_in_force (txn, days[i][0], &why);

    g_assert_no_error (why);
    g_assert_cmpstr (version != NULL ? fz_fields_get (version, "rules.id") : NULL, ==, days[i][1]);
  }
  return TRUE;
}

static gboolean
add_documents (FzTxn *txn, gpointer data, GError **error)
{
  for (gint64 i = 1; i <= 50; i++) {
    g_autoptr (FzFields) body = fz_fields_new ("fuzhen.test/v1");
    g_autoptr (FzDocument) document = NULL;
    g_autofree char *id = g_strdup_printf ("D%" G_GINT64_FORMAT, i);

    fz_fields_set (body, "id", id);
    fz_fields_set (body, "visit", i % 10 == 0 ? FZ_RULES_SUBJECT : "V1");
    document = fz_document_new (body, "— k AAAA\n", FZ_ROLE_DESK, "desk", i * 1000, error);
    if (document == NULL || !fz_documents_add (txn, document, error))
      return FALSE;
  }
  return audited (txn, error);
}

static gboolean
check_documents (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) page = fz_documents_after (txn, 45, 3, error), last = fz_documents_after (txn, 48, 10, error);
  g_autoptr (GPtrArray) visits = fz_documents_visits (txn, "", 10, error);

  g_assert_cmpuint (page->len, ==, 3);
  g_assert_cmpuint (((FzDocument *) page->pdata[0])->number, ==, 46);
  g_assert_cmpuint (last->len, ==, 2);
  g_assert_cmpuint (visits->len, ==, 1); /* the institution's own documents are no visit */
  for (gint64 us = 0; us <= 51000; us += 500) {
    guint64 number = 99, expected = us == 0 ? 0 : (guint64) MIN (50, (us - 1) / 1000);

    if (!fz_documents_before (txn, us, &number, error))
      return FALSE;
    g_assert_cmpuint (number, ==, expected);
  }
  return TRUE;
}

static void
test_versions (Fixture *f, gconstpointer unused)
{
  run (f, FZ_TXN_RECORD, put_versions, NULL);
  run (f, FZ_TXN_READ, check_versions, NULL);
  run (f, FZ_TXN_RECORD, add_documents, NULL);
  run (f, FZ_TXN_READ, check_documents, NULL);
}

#define ADD(name, test) g_test_add (name, Fixture, NULL, fixture_set_up_store, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/rules-kept/append-only", test_append_only);
  ADD ("/rules-kept/altered", test_altered);
  ADD ("/rules-kept/altered-knowledge", test_altered_knowledge);
  ADD ("/rules-kept/from-every-schema", test_upgrade_full);
  ADD ("/rules-kept/versions", test_versions);
  return g_test_run ();
}
