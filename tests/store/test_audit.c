/* The audit log: what is written, what verification catches, and the heads beside and outside the store. */
#include "db/store_private.h"
#include "tests/store/fixture.h"

#include "db/desk_key.h"
#include "db/setting.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>

typedef struct {
  guint64 size;
  FzHash root;
  char *checkpoint;
  FzVerifier *verifier;
  char *origin;
  GBytes *leaf;
  GArray *proof;
} Seen;

static void
seen_clear (Seen *self)
{
  g_free (self->checkpoint);
  g_free (self->origin);
  g_clear_pointer (&self->verifier, fz_verifier_unref);
  g_clear_pointer (&self->leaf, g_bytes_unref);
  g_clear_pointer (&self->proof, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Seen, seen_clear)

static gboolean
look (FzTxn *txn, gpointer data, GError **error)
{
  Seen *seen = data;

  seen->verifier = fz_audit_dup_verifier (txn, error);
  seen->origin = fz_audit_dup_origin (txn, error);
  if (!fz_audit_head (txn, &seen->size, &seen->root, &seen->checkpoint, error))
    return FALSE;
  if (seen->size < 6)
    return TRUE;
  seen->leaf = fz_audit_dup_leaf (txn, 5, error);
  seen->proof = fz_audit_prove (txn, 5, seen->size, error);
  return seen->leaf != NULL && seen->proof != NULL;
}

static void
look_at (FzStore *store, Seen *seen)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (store, FZ_TXN_READ, look, seen, &error);
  g_assert_no_error (error);
}

static void
test_tree (Fixture *f, gconstpointer unused)
{
  g_auto (Seen) seen = { 0 };
  g_autoptr (FzNote) note = NULL;
  g_autoptr (FzCheckpoint) checkpoint = NULL;
  g_autoptr (FzFields) leaf = NULL;
  g_autoptr (GError) error = NULL;
  FzHash hash;
  gsize n = 0;
  const guint8 *text;

  append_entries (f->store, 20);
  sign_checkpoint (f->store);
  look_at (f->store, &seen);
  g_assert_cmpuint (seen.size, ==, 21);
  g_assert_cmpstr (seen.origin, ==, "fuzhen.h1.desk1");
  note = fz_note_parse ((const guint8 *) seen.checkpoint, strlen (seen.checkpoint), &error);
  g_assert_no_error (error);
  g_assert_true (fz_note_check (note, seen.verifier, &error));
  text = g_bytes_get_data (fz_note_get_text (note), &n);
  checkpoint = fz_checkpoint_parse (text, n, &error);
  g_assert_cmpuint (checkpoint->size, ==, 21);
  g_assert_cmpstr (checkpoint->origin, ==, "fuzhen.h1.desk1");
  g_assert_cmpmem (checkpoint->root.bytes, 32, seen.root.bytes, 32);
  g_assert_cmpint (checkpoint->at_us, >, 0);
  text = g_bytes_get_data (seen.leaf, &n);
  hash = fz_merkle_leaf (text, n);
  g_assert_true (fz_merkle_check_inclusion (5, 21, &hash, &seen.root, (const FzHash *) (void *) seen.proof->data, seen.proof->len));
  leaf = fz_fields_parse (text, n, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (fz_fields_get_kind (leaf), ==, "fuzhen.audit/v1");
  g_assert_cmpstr (fz_fields_get (leaf, "actor"), ==, "D001");
  g_assert_cmpstr (fz_fields_get (leaf, "desk"), ==, "desk1");
  g_assert_cmpstr (fz_fields_get (leaf, "number"), ==, "5");
  g_assert_cmpuint (strlen (fz_fields_get (leaf, "payload_sha256")), ==, 64);
  g_assert_true (fz_fields_has (leaf, "boot"));
  g_assert_false (fz_fields_has (leaf, "reason"));
}

static gboolean
visit_entry (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  guint64 *next = data;
  gint64 step = -1;

  g_assert_cmpuint (number, ==, *next);
  g_assert_true (fz_fields_get_int (payload, "step", &step));
  g_assert_cmpint (step, ==, (gint64) number - 1);
  (*next)++;
  return TRUE;
}

static gboolean
visit_job (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_foreach (txn, 3, 4, visit_entry, data, error);
}

static void
test_foreach (Fixture *f, gconstpointer unused)
{
  guint64 next = 3;

  append_entries (f->store, 20);
  g_assert_true (fz_store_run (f->store, FZ_TXN_READ, visit_job, &next, NULL));
  g_assert_cmpuint (next, ==, 7);
}

/* A rolled-back job leaves neither entry nor hole. */
static gboolean
append_and_fail (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done" };

  g_assert_true (fz_audit_append (txn, &entry, NULL, error));
  g_assert_true (fz_audit_checkpoint (txn, error));
  g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, "no");
  return FALSE;
}

static void
test_roll_back (Fixture *f, gconstpointer unused)
{
  g_autofree char *head = file_in (f->dir, "head");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  append_entries (f->store, 3);
  sign_checkpoint (f->store);
  g_assert_true (g_file_get_contents (head, &before, NULL, NULL));
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, append_and_fail, NULL, NULL));
  g_assert_true (g_file_get_contents (head, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  append_entries (f->store, 3);
  g_assert_true (verify_log (f->store, &error));
  g_assert_no_error (error);
  fixture_reopen (f);
  g_assert_true (verify_log (f->store, &error));
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit"), ==, 7);
}

/* A checkpoint asked for after the job stands before the next one begins, and no checkpoint follows a job that failed. */
static gboolean
append_and_seal_after (FzTxn *txn, gpointer fails, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done" };

  g_assert_true (fz_audit_append (txn, &entry, NULL, error));
  fz_audit_checkpoint_after (txn);
  if (fails != NULL)
    g_set_error (error, FZ_ERROR, FZ_ERROR_REFUSED, "no");
  return fails == NULL;
}

static guint64
sealed_size (FzStore *store)
{
  return (guint64) read_int (store, "SELECT max(size) FROM checkpoint");
}

static void
test_sealed_after (Fixture *f, gconstpointer unused)
{
  g_autofree char *head = file_in (f->dir, "head");
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  guint64 size = sealed_size (f->store);

  append_entries (f->store, 3);
  g_assert_cmpuint (sealed_size (f->store), ==, size);
  g_assert_true (fz_store_run (f->store, FZ_TXN_RECORD, append_and_seal_after, NULL, NULL));
  g_assert_cmpuint (sealed_size (f->store), ==, size + 4);
  g_assert_true (g_file_get_contents (head, &before, NULL, NULL));
  g_assert_false (fz_store_run (f->store, FZ_TXN_RECORD, append_and_seal_after, f, NULL));
  append_entries (f->store, 1);
  g_assert_cmpuint (sealed_size (f->store), ==, size + 4);
  g_assert_true (g_file_get_contents (head, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
  g_assert_true (verify_log (f->store, NULL));
}

#define FREE "DROP TRIGGER audit_no_update; DROP TRIGGER audit_no_delete; DROP TRIGGER audit_in_order;"                     \
             "DROP TRIGGER audit_payload_no_update; DROP TRIGGER audit_payload_no_delete; DROP TRIGGER audit_payload_in_order;" \
             "DROP TRIGGER checkpoint_no_update; DROP TRIGGER checkpoint_no_delete; DROP TRIGGER checkpoint_in_order;"

/* Each edit by someone who holds the file and the key. Entries 0..40, checkpoints at 1, 21 and 41. */
static void
test_tampering (Fixture *f, gconstpointer data)
{
  const char *sql = data;
  g_autofree char *all = g_strconcat (FREE, sql, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  append_entries (f->store, 20);
  sign_checkpoint (f->store);
  append_entries (f->store, 20);
  sign_checkpoint (f->store);
  g_assert_true (verify_log (f->store, &error));
  g_assert_no_error (error);
  fixture_close (f);
  tamper (f, all);
  f->store = fz_store_open (&f->options, &error);
  if (f->store == NULL) { /* caught at the door */
    g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
    return;
  }
  if (fz_store_is_read_only (f->store, &why))
    g_test_message ("read-only: %s", why);
  g_assert_false (verify_log (f->store, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_test_message ("%s", error->message);
}

static const char *const edits[] = {
  "UPDATE audit SET leaf = CAST(replace(CAST(leaf AS TEXT), 'D001', 'D002') AS BLOB) WHERE number = 7",
  "UPDATE audit SET actor = 'D002' WHERE number = 7",
  "UPDATE audit SET subject = 'V2' WHERE number = 7",
  "UPDATE audit SET outcome = 'denied' WHERE number = 40",
  "UPDATE audit SET entry_at = entry_at + 86400000000 WHERE number = 7",
  "UPDATE audit SET nodes = zeroblob(length(nodes)) WHERE number = 7",
  "UPDATE audit SET nodes = zeroblob(length(nodes)) WHERE number = 15",
  "UPDATE audit_payload SET payload = CAST('fuzhen.audit.test/v1' || char(10) || 'step 99' || char(10) AS BLOB) WHERE number = 7",
  "UPDATE audit_payload SET salt = zeroblob(32) WHERE number = 7",
  "DELETE FROM audit_payload WHERE number = 7",
  "DELETE FROM audit WHERE number = 7; DELETE FROM audit_payload WHERE number = 7",
  "DELETE FROM audit WHERE number = 40; DELETE FROM audit_payload WHERE number = 40",
  "DELETE FROM audit WHERE number > 20; DELETE FROM audit_payload WHERE number > 20",
  "DELETE FROM audit WHERE number > 20; DELETE FROM audit_payload WHERE number > 20; DELETE FROM checkpoint WHERE size > 21; "
  "DELETE FROM checkpoint WHERE size = 1; UPDATE checkpoint SET size = 20",
  "UPDATE audit SET number = 100 WHERE number = 7; UPDATE audit SET number = 7 WHERE number = 8; "
  "UPDATE audit SET number = 8 WHERE number = 100",
  "UPDATE checkpoint SET size = 20 WHERE size = 21",
  "UPDATE checkpoint SET note = (SELECT note FROM checkpoint WHERE size = 41) WHERE size = 21",
  "UPDATE checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'time 2', 'time 3') AS BLOB) WHERE size = 21",
  "INSERT INTO audit_payload SELECT 0 - 1, salt, payload FROM audit_payload WHERE number = 3; "
  "DELETE FROM audit_payload WHERE number = 3",
  "UPDATE desk_key SET public_key = zeroblob(32) WHERE 0; DELETE FROM audit WHERE number = 0",
  "UPDATE audit SET action = 'case.write' WHERE number = 7",
  "UPDATE audit SET subject_kind = 'store' WHERE number = 7",
  "UPDATE audit SET nodes = zeroblob(0) WHERE number = 7",
  "UPDATE audit SET leaf = CAST('nonsense' AS BLOB) WHERE number = 7",
  "UPDATE audit SET leaf = CAST(replace(CAST(leaf AS TEXT), 'fuzhen.audit/v1', 'fuzhen.audit/v2') AS BLOB) WHERE number = 7",
  "UPDATE audit SET leaf = CAST(replace(CAST(leaf AS TEXT), 'number 7', 'number 9') AS BLOB) WHERE number = 7",
  "UPDATE audit SET leaf = CAST(replace(CAST(leaf AS TEXT), 'number 7' || char(10), '') AS BLOB) WHERE number = 7",
  "UPDATE audit SET leaf = CAST(replace(CAST(leaf AS TEXT), 'payload_sha256', 'payload_sha257') AS BLOB) WHERE number = 7",
  "UPDATE checkpoint SET note = CAST('nonsense' AS BLOB) WHERE size = 21",
  "UPDATE checkpoint SET note = CAST('nonsense' AS BLOB) WHERE size = 41",
  "DROP TRIGGER desk_key_no_update; UPDATE desk_key SET public_key = zeroblob(32) WHERE serial = 1",
  "DROP TRIGGER desk_key_no_update; UPDATE desk_key SET name = 'a b' WHERE serial = 2",
  "DROP TRIGGER desk_key_no_delete; DELETE FROM desk_key WHERE serial = 2",
  "DROP TRIGGER desk_key_no_delete; DELETE FROM desk_key",
  "DROP TRIGGER desk_key_no_update; UPDATE desk_key SET name = 'fuzhen.other' WHERE serial = 1",
  "PRAGMA application_id = 7",
};

/* The log on the disk is whole, and is not the one this program has been building on. */
static void
test_other_root (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  FzFrontier kept;

  append_entries (f->store, 5);
  kept = f->store->frontier; /* nothing runs while nobody asks */
  f->store->frontier.peak[0].bytes[0] ^= 1;
  g_assert_false (verify_log (f->store, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  f->store->frontier = kept;
  g_clear_error (&error);
  g_assert_true (verify_log (f->store, &error));
}

typedef struct {
  guint64 number;
  guint64 size;
} Proof;

static gboolean
prove_job (FzTxn *txn, gpointer data, GError **error)
{
  const Proof *asked = data;
  g_autoptr (GArray) proof = fz_audit_prove (txn, asked->number, asked->size, error);

  return proof != NULL;
}

static gboolean
head_job (FzTxn *txn, gpointer data, GError **error)
{
  FzHash root;

  return fz_audit_head (txn, NULL, &root, NULL, error);
}

static gboolean
log_in_a_read (FzTxn *txn, gpointer data, GError **error)
{
  FzAuditEntry entry = { .actor = "D001", .action = "case.read", .subject_kind = "visit", .outcome = "done" };

  return fz_audit_append (txn, &entry, NULL, error);
}

static gboolean
seal_in_a_read (FzTxn *txn, gpointer data, GError **error)
{
  return fz_audit_checkpoint (txn, error);
}

static void
test_asked_wrongly (Fixture *f, gconstpointer unused)
{
  Proof beyond = { 3, 4000 };
  Proof outside = { 9, 6 };
  g_autoptr (GError) error = NULL;

  append_entries (f->store, 5);
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, prove_job, &beyond, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, prove_job, &outside, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_true (fz_store_run (f->store, FZ_TXN_READ, head_job, NULL, &error));
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, log_in_a_read, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, seal_in_a_read, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_true (verify_log (f->store, &error));
}

static void
assert_read_only (Fixture *f, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  f->store = fz_store_open (&f->options, &error);
  g_assert_no_error (error);
  g_assert_true (fz_store_is_read_only (f->store, &why));
  g_test_message ("%s", why);
  g_assert_nonnull (strstr (why, word));
  g_assert_false (run_sql (f->store, FZ_TXN_LOCAL, "INSERT INTO setting VALUES ('a.b', '1')", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (run_sql (f->store, FZ_TXN_RECORD, "INSERT INTO setting VALUES ('a.b', '1')", &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM audit"), >, 0);
}

static char *
outside_head (Fixture *f)
{
  char hex[2 * FZ_STORE_IDENTITY_BYTES + 1];
  g_autofree char *name = NULL;

  sodium_bin2hex (hex, sizeof hex, f->identity, sizeof f->identity);
  name = g_strconcat ("head-", hex, NULL);
  return file_in (f->state_dir, name);
}

static void
test_old_copy (Fixture *f, gconstpointer unused)
{
  g_autofree char *copy = file_in (f->root, "copy");

  append_entries (f->store, 5);
  fixture_close (f);
  copy_folder (f->dir, copy);
  fixture_reopen (f);
  append_entries (f->store, 5);
  fixture_close (f);
  remove_folder (f->dir);
  copy_folder (copy, f->dir);
  assert_read_only (f, "旧副本");
}

/* Only the main file is put back, the head beside it stays. */
static void
test_old_file (Fixture *f, gconstpointer unused)
{
  g_autofree char *path = file_in (f->dir, "store.fz");
  g_autofree char *wal = file_in (f->dir, "store.fz-wal");
  g_autofree char *outside = outside_head (f);
  g_autofree char *bytes = NULL;
  gsize n = 0;

  append_entries (f->store, 5);
  fixture_close (f);
  g_assert_true (g_file_get_contents (path, &bytes, &n, NULL));
  fixture_reopen (f);
  append_entries (f->store, 5);
  fixture_close (f);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) n, NULL));
  g_unlink (wal);
  g_unlink (outside);
  assert_read_only (f, "旧副本");
}

static void
test_head_missing (Fixture *f, gconstpointer unused)
{
  g_autofree char *outside = outside_head (f);

  fixture_close (f);
  g_assert_cmpint (g_unlink (outside), ==, 0);
  assert_read_only (f, outside);
}

static void
test_head_forged (Fixture *f, gconstpointer unused)
{
  g_autofree char *head = file_in (f->dir, "head");

  fixture_close (f);
  flip_bit (head, 40);
  assert_read_only (f, head);
}

/* A crash between commit and head file: the heads are older, and that is fine. */
static void
test_heads_behind (Fixture *f, gconstpointer unused)
{
  g_autofree char *head = file_in (f->dir, "head");
  g_autofree char *outside = outside_head (f);
  g_autofree char *inside_text = NULL;
  g_autofree char *outside_text = NULL;

  g_assert_true (g_file_get_contents (head, &inside_text, NULL, NULL));
  g_assert_true (g_file_get_contents (outside, &outside_text, NULL, NULL));
  append_entries (f->store, 9);
  fixture_close (f);
  g_assert_true (g_file_set_contents (head, inside_text, -1, NULL));
  g_assert_true (g_file_set_contents (outside, outside_text, -1, NULL));
  fixture_reopen (f);
  g_assert_false (fz_store_is_read_only (f->store, NULL));
  append_entries (f->store, 1);
}

/* --- a scripted store is the same store every time --- */

static gint64
scripted_clock (gpointer data)
{
  gint64 *now = data;

  return *now += 1000000;
}

static void
scripted_random (void *out, gsize n, gpointer data)
{
  guint8 seed[randombytes_SEEDBYTES] = { 0 };
  guint64 *count = data;

  (*count)++;
  memcpy (seed, count, sizeof *count);
  randombytes_buf_deterministic (out, n, seed);
}

static void
scripted_root (FzHash *out)
{
  Fixture f = { 0 };
  g_auto (Seen) seen = { 0 };
  gint64 now = 1770000000000000;
  guint64 count = 0;
  g_autoptr (GError) error = NULL;

  fixture_set_up (&f, NULL);
  f.options.clock = scripted_clock;
  f.options.clock_data = &now;
  f.options.random = scripted_random;
  f.options.random_data = &count;
  f.store = fz_store_create (&f.options, &error);
  g_assert_no_error (error);
  append_entries (f.store, 10);
  look_at (f.store, &seen);
  *out = seen.root;
  fixture_tear_down (&f, NULL);
}

static void
test_scripted (void)
{
  FzHash first;
  FzHash second;

  scripted_root (&first);
  scripted_root (&second);
  g_assert_cmpmem (first.bytes, 32, second.bytes, 32);
}

static gboolean
desk_job (FzTxn *txn, gpointer data, GError **error)
{
  static const char body[] = "fuzhen.intake/v1\nname x\n";
  g_autoptr (FzVerifier) verifier = fz_desk_key_dup_verifier (txn, error);
  g_autofree char *line = fz_desk_key_sign_line (txn, body, strlen (body), error);
  g_autoptr (GBytes) text = g_bytes_new_static (body, strlen (body));
  g_autoptr (GBytes) joined = fz_note_join (text, (const char *const[]) { line, NULL });
  gsize n = 0;
  const guint8 *bytes = g_bytes_get_data (joined, &n);
  g_autoptr (FzNote) note = fz_note_parse (bytes, n, error);

  g_assert_cmpstr (fz_verifier_get_name (verifier), ==, "fuzhen.h1.desk1/desk");
  return note != NULL && fz_note_check (note, verifier, error);
}

static void
test_desk_key (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  fz_store_run (f->store, FZ_TXN_READ, desk_job, NULL, &error);
  g_assert_no_error (error);
}

/* --- what is not there, and what cannot be read --- */

static gboolean
stop_at_once (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  (*(guint *) data)++;
  return FALSE; /* without an error: seen enough */
}

static gboolean
refuse_entry (guint64 number, const FzFields *entry, const FzFields *payload, gpointer data, GError **error)
{
  g_set_error (error, FZ_ERROR, FZ_ERROR_INVALID, "not this one");
  return FALSE;
}

static gboolean
missing_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GError) why = NULL;
  guint seen = 0;

  g_assert_null (fz_audit_dup_leaf (txn, 999, &why));
  g_assert_error (why, FZ_ERROR, FZ_ERROR_NOT_FOUND);
  g_clear_error (&why);
  g_assert_null (fz_audit_prove (txn, 0, 999, &why));
  g_assert_error (why, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&why);
  g_assert_null (fz_audit_prove (txn, 7, 7, &why));
  g_assert_error (why, FZ_ERROR, FZ_ERROR_INVALID);
  g_clear_error (&why);
  g_assert_true (fz_audit_foreach (txn, 0, 5, stop_at_once, &seen, &why));
  g_assert_cmpuint (seen, ==, 1);
  g_assert_false (fz_audit_foreach (txn, 0, 5, refuse_entry, NULL, &why));
  g_assert_error (why, FZ_ERROR, FZ_ERROR_INVALID);
  return TRUE;
}

static void
test_missing (Fixture *f, gconstpointer unused)
{
  append_entries (f->store, 9);
  g_assert_true (fz_store_run (f->store, FZ_TXN_READ, missing_job, NULL, NULL));
}

static gboolean
unreadable_job (FzTxn *txn, gpointer data, GError **error)
{
  guint64 next = 2;

  return fz_audit_foreach (txn, 2, 5, visit_entry, &next, error);
}

static gboolean
unprovable_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GArray) proof = fz_audit_prove (txn, 0, 8, error);

  return proof != NULL;
}

static void
test_unreadable (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  append_entries (f->store, 9);
  fixture_close (f);
  tamper (f, FREE "UPDATE audit SET leaf = x'00' WHERE number = 4; UPDATE audit SET nodes = x'' WHERE number = 3;"
                  "INSERT INTO audit_payload SELECT 20, salt, payload FROM audit_payload WHERE number = 2;");
  fixture_reopen (f); /* the peaks the door looks at are elsewhere: only reading finds it */
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, unreadable_job, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
  g_clear_error (&error);
  g_assert_false (fz_store_run (f->store, FZ_TXN_READ, unprovable_job, NULL, &error));
  g_assert_error (error, FZ_ERROR, FZ_ERROR_CORRUPT);
}

static gboolean
setting_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autofree char *none = NULL, *two = NULL;

  g_assert_true (fz_setting_read (txn, "a.b", &none, error));
  g_assert_null (none);
  g_assert_true (fz_setting_set (txn, "a.b", "1", error));
  g_assert_true (fz_setting_set (txn, "a.b", "2", error));
  g_assert_true (fz_setting_read (txn, "a.b", &two, error));
  g_assert_cmpstr (two, ==, "2");
  return fz_setting_set (txn, "a.b", NULL, error);
}

static void
test_setting (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (fz_store_run (f->store, FZ_TXN_LOCAL, setting_job, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read_int (f->store, "SELECT count(*) FROM setting"), ==, 0);
}

/* Entries say how far the clock could be trusted, once somebody said so. */
static gboolean
trust_job (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GBytes) leaf = fz_audit_dup_leaf (txn, 1, error);

  return leaf != NULL && memmem (g_bytes_get_data (leaf, NULL), g_bytes_get_size (leaf), "time_trust kernel\n", 18) != NULL;
}

static void
test_time_trust (Fixture *f, gconstpointer unused)
{
  fz_store_set_time_trust (f->store, "kernel");
  append_entries (f->store, 1);
  g_assert_true (fz_store_run (f->store, FZ_TXN_READ, trust_job, NULL, NULL));
}

#define ADD(name, test) g_test_add ("/audit/" name, Fixture, NULL, fixture_set_up_store, test, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_CRITICAL | G_LOG_FATAL_MASK); /* a store opened read-only warns */
  ADD ("tree", test_tree);
  ADD ("foreach", test_foreach);
  ADD ("roll-back", test_roll_back);
  for (gsize i = 0; i < G_N_ELEMENTS (edits); i++) {
    g_autofree char *name = g_strdup_printf ("/audit/tampering/%02" G_GSIZE_FORMAT, i);

    g_test_add (name, Fixture, edits[i], fixture_set_up_store, test_tampering, fixture_tear_down);
  }
  ADD ("old-copy", test_old_copy);
  ADD ("old-file", test_old_file);
  ADD ("head-missing", test_head_missing);
  ADD ("head-forged", test_head_forged);
  ADD ("heads-behind", test_heads_behind);
  ADD ("sealed-after", test_sealed_after);
  ADD ("other-root", test_other_root);
  ADD ("asked-wrongly", test_asked_wrongly);
  g_test_add_func ("/audit/scripted", test_scripted);
  ADD ("desk-key", test_desk_key);
  ADD ("missing", test_missing);
  ADD ("unreadable", test_unreadable);
  ADD ("setting", test_setting);
  ADD ("time-trust", test_time_trust);
  return g_test_run ();
}
