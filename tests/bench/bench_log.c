/* What it costs to check the audit log: fuzhen-verify over the exported log against hashing the same bytes once, the program's own check,
 * and one proof. 20,000 entries; FUZHEN_TEST_SCALE=full: a million. */
#include "app/demo_people.h"
#include "app/evidence.h"
#include "db/audit.h"
#include "db/documents.h"
#include "tests/bench/day.h"
#include "tests/bench/figures.h"

#include <glib/gstdio.h>
#include <sodium.h>
#include <string.h>
#include <sys/resource.h>

#define A_JOB 500
#define PROOFS 50
#define ROUNDS 3

static guint
entries_wanted (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? 1000000 : 20000;
}

static gboolean
append (FzTxn *txn, gpointer data, GError **error)
{
  guint *n = data;

  for (guint i = 0; i < A_JOB; i++, (*n)++) {
    g_autofree char *subject = g_strdup_printf ("RX-%08u", *n);
    g_autoptr (FzFields) payload = fz_fields_new ("fuzhen.bench/v1");
    FzAuditEntry entry = { .actor = "D1001", .role = "doctor", .session = "0123456789abcdef", .action = "prescription.read",
                           .subject_kind = "prescription", .subject = subject, .outcome = "done", .payload = payload };

    fz_fields_set (payload, "document", subject);
    if (!fz_audit_append (txn, &entry, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
fill (FzStore *store, guint wanted)
{
  g_autoptr (GError) error = NULL;
  g_auto (Samples) samples = { 0 };

  samples_init (&samples);
  for (guint n = 0; n < wanted;) {
    gint64 from = now_ns ();

    must (fz_store_run (store, FZ_TXN_RECORD, append, &n, &error), "append", error);
    samples_add_us (&samples, (double) (now_ns () - from) / 1000 / A_JOB);
  }
  report ("one entry of 500 in a transaction, with its payload", &samples, NULL, NULL);
}

/* --- the plain hash rate: every file of the export read, and hashed once --- */

static guint64
hash_below (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint64 bytes = 0;

  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir)) {
    g_autofree char *path = g_build_filename (folder, name, NULL), *content = NULL;
    guint8 hash[crypto_hash_sha256_BYTES];
    gsize n = 0;

    if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
      bytes += hash_below (path);
      continue;
    }
    must (g_file_get_contents (path, &content, &n, NULL), path, NULL);
    crypto_hash_sha256 (hash, (const guint8 *) content, n);
    bytes += n;
  }
  return bytes;
}

/* The processor time of children that ended, in nanoseconds: what a busy machine cannot stretch. */
static gint64
children_ns (void)
{
  struct rusage used;

  must (getrusage (RUSAGE_CHILDREN, &used) == 0, "getrusage", NULL);
  return ((gint64) used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1000000000 + ((gint64) used.ru_utime.tv_usec + used.ru_stime.tv_usec) * 1000;
}

static void
run_verify (const char *keys, const char *folder)
{
  const char *const arguments[] = { g_getenv ("FUZHEN_VERIFY"), "--keys", keys, folder, NULL };
  g_autoptr (GError) error = NULL;
  int status = 0;

  must (arguments[0] != NULL, "FUZHEN_VERIFY names the verifier", NULL);
  must (g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error),
        "fuzhen-verify", error);
  must (g_spawn_check_wait_status (status, &error), "fuzhen-verify finds the log valid", error);
}

/* How many entries the verifier judged in a second, by the clock and by the processor time of all its threads. */
static void
report_rate (const FzLogHead *head, const Samples *judged, const Samples *plain, const Samples *processor)
{
  g_autofree char *name = g_strdup_printf ("the same judged by fuzhen-verify: %.0f entries a second", (double) head->size * 1e6 / samples_quantile (judged, 0.5));
  g_autofree char *cost = g_strdup_printf ("its processor time, all threads together: %.0f entries a second", (double) head->size * 1e6 / samples_quantile (processor, 0.5));

  report_ratio (name, judged, plain, "hashing once", FALSE, "500,000 entries a second");
  report_ratio (cost, processor, plain, "hashing once", FALSE, NULL);
}

static void
outside (FzSession *session, const char *root, guint64 *out_size)
{
  g_autoptr (GError) error = NULL;
  g_auto (FzLogHead) head = { 0 };
  g_autofree char *folder = g_build_filename (root, "log", NULL), *keys = g_build_filename (root, "keys.txt", NULL);
  g_autofree char *list = fz_desk_export_keys (session, TRUE, &error), *name = NULL;
  g_auto (Samples) plain = { 0 }, judged = { 0 }, processor = { 0 };
  guint64 bytes = 0;

  must (list != NULL && g_file_set_contents (keys, list, -1, &error), "keys", error);
  must (fz_evidence_export (session, folder, NULL, NULL, NULL, &head, &error), "export", error);
  samples_init (&plain);
  samples_init (&judged);
  samples_init (&processor);
  for (guint i = 0; i < ROUNDS; i++) {
    gint64 from = now_ns (), spent;

    bytes = hash_below (folder);
    samples_add (&plain, from);
    from = now_ns ();
    spent = children_ns ();
    run_verify (keys, folder);
    samples_add (&judged, from);
    samples_add_us (&processor, (double) (children_ns () - spent) / 1000);
  }
  name = g_strdup_printf ("%" G_GUINT64_FORMAT " entries exported, %" G_GUINT64_FORMAT " bytes: read and hashed once", head.size, bytes);
  report (name, &plain, NULL, NULL);
  report_rate (&head, &judged, &plain, &processor);
  *out_size = head.size;
}

static void
inside (FzSession *session)
{
  g_autoptr (GError) error = NULL;
  g_auto (Samples) samples = { 0 };
  g_autofree char *root = NULL;
  guint64 size = 0;
  gint64 from = now_ns ();

  samples_init (&samples);
  must (fz_desk_audit_verify (session, &size, &root, NULL, NULL, NULL, &error), "audit verify", error);
  samples_add (&samples, from);
  report ("the store's own check: leaves, nodes, payloads, checkpoints", &samples, NULL, NULL);
}

static void
proofs (FzSession *session, guint64 size)
{
  g_auto (Samples) samples = { 0 };
  g_autofree char *name = NULL;
  gsize longest = 0;

  samples_init (&samples);
  for (guint i = 0; i < PROOFS; i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) entry = NULL;
    g_autofree char *proof = NULL;
    gint64 from = now_ns ();

    must (fz_evidence_prove (session, size / PROOFS * i, &entry, &proof, &error), "proof", error);
    samples_add (&samples, from);
    longest = MAX (longest, strlen (proof));
  }
  name = g_strdup_printf ("one proof, with its own entry and checkpoint; at most %" G_GSIZE_FORMAT " bytes", longest);
  report (name, &samples, NULL, "10 ms, 20 hashes");
}

static gboolean
find_prescription (FzTxn *txn, gpointer data, GError **error)
{
  g_autoptr (GPtrArray) all = fz_documents_after (txn, 0, 500, error);
  char **id = data;

  for (guint i = 0; all != NULL && *id == NULL && i < all->len; i++) {
    FzDocument *document = all->pdata[i];

    if (g_str_has_prefix (fz_fields_get_kind (document->body), "fuzhen.prescription/"))
      *id = g_strdup (document->id);
  }
  return all != NULL;
}

/* A prescription of the log's first day with the proof of its place, found among all that came later. */
static void
exports (Day *day)
{
  g_auto (Samples) samples = { 0 };
  g_autofree char *id = NULL, *path = g_build_filename (day->root, "rx.fzd", NULL), *proof = NULL, *entry = NULL, *name = NULL;
  g_autofree char *proof_path = g_strconcat (path, ".proof", NULL), *entry_path = g_strconcat (path, ".entry", NULL);
  g_autoptr (GError) error = NULL;
  FzSession *pharmacist = fz_demo_sign_in (day->desk, "P2001", &error);
  gsize n = 0, n_entry = 0;

  must (pharmacist != NULL && fz_store_run (day->desk->store, FZ_TXN_READ, find_prescription, &id, &error) && id != NULL, "prescription", error);
  samples_init (&samples);
  for (guint i = 0; i < PROOFS; i++) {
    gint64 from = now_ns ();

    must (fz_desk_export_prescription (pharmacist, id, path, &error), "export", error);
    samples_add (&samples, from);
  }
  must (g_file_get_contents (proof_path, &proof, &n, &error) && g_file_get_contents (entry_path, &entry, &n_entry, &error), "proof", error);
  name = g_strdup_printf ("a prescription exported, its proof (%" G_GSIZE_FORMAT " bytes) and entries (%" G_GSIZE_FORMAT ") beside it, three files synced", n,
                          n_entry);
  report (name, &samples, NULL, NULL);
  fz_session_sign_out (pharmacist);
  fz_session_unref (pharmacist);
}

int
main (void)
{
  g_auto (Day) day = { 0 };
  g_autoptr (GError) error = NULL;
  FzSession *administrator;
  guint64 size = 0;

  day_open (&day);
  fill (day.desk->store, entries_wanted ());
  administrator = fz_demo_sign_in (day.desk, "S4003", &error);
  must (administrator != NULL, "sign-in", error);
  outside (administrator, day.root, &size);
  proofs (administrator, size);
  inside (administrator);
  exports (&day);
  fz_session_sign_out (administrator);
  fz_session_unref (administrator);
  return 0;
}
