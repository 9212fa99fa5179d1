/* What a durable commit of the store costs against the disk itself: raw overwrites, plain rows and audited rows take turns. */
#include "tests/bench/raw_disk.h"
#include "tests/store/fixture.h"

#define ROUNDS 1500
#define WARM_UP 50

typedef struct {
  gint64 n;
  gboolean audited, checkpoint;
} Act;

/* One row of the size of a saved draft; `n` makes it a new one. */
static gboolean
write_row (FzTxn *txn, gpointer data, GError **error)
{
  static const char sql[] = "INSERT INTO setting (name, value) VALUES ($1, $2)";
  const Act *act = data;
  g_autofree char *name = g_strdup_printf ("bench.%" G_GINT64_FORMAT, act->n);
  g_autofree char *value = g_strdup_printf ("%0400" G_GINT64_FORMAT, act->n);
  g_autoptr (FzFields) payload = NULL;
  FzAuditEntry entry = { .actor = "D1001", .role = "doctor", .session = "0123456789abcdef", .action = "prescription.sign",
                         .subject_kind = "document", .subject = name, .outcome = "done" };

  if (!fz_txn_run (txn, error, sql, "tt", name, value))
    return FALSE;
  if (!act->audited)
    return TRUE;
  payload = fz_fields_new ("fuzhen.bench/v1");
  fz_fields_set (payload, "document", name);
  entry.payload = payload;
  return fz_audit_append (txn, &entry, NULL, error) && (!act->checkpoint || fz_audit_checkpoint (txn, error));
}

static void
store_commit (FzStore *store, Act *act, Samples *to)
{
  g_autoptr (GError) error = NULL;
  gint64 from = now_ns ();
  gboolean good = fz_store_run (store, act->audited ? FZ_TXN_RECORD : FZ_TXN_LOCAL, write_row, act, &error);

  samples_add (to, from);
  must (good, "commit", error);
}

static gboolean
do_nothing (FzTxn *txn, gpointer data, GError **error)
{
  return TRUE;
}

static void
hand_over (FzStore *store, Samples *to)
{
  g_autoptr (GError) error = NULL;
  gint64 from = now_ns ();

  must (fz_store_run (store, FZ_TXN_READ, do_nothing, NULL, &error), "empty job", error);
  samples_add (to, from);
}

int
main (void)
{
  enum { RAW, PLAIN, AUDITED, SIGNED, EMPTY, HEADS, N };
  Fixture fixture = { 0 };
  RawDisk raw = { 0 };
  Samples samples[N];
  gint64 n = 0;

  fixture_set_up_store_at (&fixture, bench_folder ("commit"));
  raw_disk_open (&raw, fixture.dir);
  for (guint i = 0; i < N; i++)
    samples_init (&samples[i]);
  for (guint round = 0; round < ROUNDS + WARM_UP; round++) {
    Act plain = { n++, FALSE, FALSE }, audited = { n++, TRUE, FALSE }, checkpoint = { n++, TRUE, TRUE };

    if (round == WARM_UP)
      for (guint i = 0; i < N; i++)
        g_array_set_size (samples[i].us, 0);
    raw_disk_commit (&raw, 1, &samples[RAW]);
    store_commit (fixture.store, &plain, &samples[PLAIN]);
    hand_over (fixture.store, &samples[EMPTY]);
    store_commit (fixture.store, &audited, &samples[AUDITED]);
    store_commit (fixture.store, &checkpoint, &samples[SIGNED]);
    hand_over (fixture.store, &samples[HEADS]);
  }
  report ("raw 4 KiB overwrite + fdatasync", &samples[RAW], NULL, NULL);
  report ("empty job on the database thread", &samples[EMPTY], NULL, NULL);
  report_ratio ("one row, durable", &samples[PLAIN], &samples[RAW], "raw write", FALSE, NULL);
  report_ratio ("the same row with its audit entry", &samples[AUDITED], &samples[RAW], "raw write", FALSE, NULL);
  report_ratio ("audit append against none", &samples[AUDITED], &samples[PLAIN], "the row alone", TRUE, "+15 %");
  report_ratio ("the row, its audit entry and a signed checkpoint", &samples[SIGNED], &samples[PLAIN], "the row alone", FALSE, NULL);
  report ("both head files, after the answer", &samples[HEADS], NULL, NULL);
  for (guint i = 0; i < N; i++)
    samples_clear (&samples[i]);
  raw_disk_close (&raw);
  fixture_tear_down (&fixture, NULL);
  return 0;
}
