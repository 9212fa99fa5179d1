/* tests/powerloss/powerloss_test.c: what was acknowledged outlives a power cut. */
#include <string.h>

#include "tests/powerloss/lab_run.h"
#include "tests/powerloss/lab_vfs.h"
#include "tests/powerloss/ledger.h"
#include "tests/powerloss/real_store.h"

#include "db/seal_vfs.h"

#define LAB "lab"
#define SEALED "lab-sealed"

typedef struct {
  const char *path;
  const char *vfs;
  const char *journal_mode;
  const char *synchronous;
  guint cuts;      /* in the suite */
  guint cuts_full; /* with FUZHEN_TEST_SCALE=full */
} Setting;

static const Setting settings[] = {
  { "/powerloss/wal/plain", LAB, "WAL", "FULL", 16000, 72000 },
  { "/powerloss/wal/sealed", SEALED, "WAL", "FULL", 6000, 40000 },
  { "/powerloss/journal/sealed", SEALED, "DELETE", "EXTRA", 2000, 10000 },
};

static gboolean
is_full (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
}

static void
register_vfs (LabDisk *disk)
{
  static const guint8 identity[FZ_SEAL_IDENTITY_BYTES] = "powerloss";
  g_autoptr (FzSecret) key = fz_secret_random (32);
  g_autoptr (GError) error = NULL;

  lab_vfs_register (LAB, disk);
  fz_seal_vfs_register (SEALED, LAB, key, identity, 1, &error);
  g_assert_no_error (error);
}

static void
unregister_vfs (void)
{
  fz_seal_vfs_unregister (SEALED);
  lab_vfs_unregister (LAB);
}

static LabResult
cut_and_tell (const char *path, LabDisk *disk, const LabWorkload *workload, gpointer data, guint32 seed, guint cuts)
{
  gint64 start = g_get_monotonic_time ();
  LabResult result = lab_run (disk, workload, data, seed + 1, cuts);
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;

  g_test_message ("%s: %u cuts (%u in an operation), %" G_GUINT64_FORMAT " acknowledged, %u first pages torn, %u problems, "
                  "%.0f cuts/s",
                  path, result.cuts, result.struck, result.acknowledged, result.torn_starts, result.problems, result.cuts / seconds);
  return result;
}

static LabResult
run (const Setting *setting, guint cuts)
{
  guint32 seed = lab_seed ();
  g_autoptr (LabDisk) disk = lab_disk_new (seed);
  register_vfs (disk);
  g_autoptr (Ledger) ledger = ledger_new (setting->vfs, setting->journal_mode, setting->synchronous);
  lab_disk_keep_image (disk);
  LabResult result = cut_and_tell (setting->path, disk, &ledger_workload, ledger, seed, cuts);
  unregister_vfs ();
  return result;
}

static void
test_loses_nothing (gconstpointer data)
{
  const Setting *setting = data;
  g_auto (LabResult) result = run (setting, is_full () ? setting->cuts_full : setting->cuts);

  g_assert_cmpstr (result.first_problem, ==, NULL);
  g_assert_cmpuint (result.acknowledged, >, result.cuts / 3);
  g_assert_cmpuint (result.struck, >, result.cuts / 3);
  /* The one case that needs care: a main file whose first page cannot be read before recovery. */
  g_assert_cmpuint (result.torn_starts, >, 0);
}

/* Would the lab notice? Without a sync at the commit it must find lost work. */
static void
test_notices_loss (gconstpointer data)
{
  const Setting *setting = data;
  g_auto (LabResult) result = run (setting, 300);

  g_assert_cmpuint (result.problems, >, 0);
  g_assert_nonnull (strstr (result.first_problem, "lost:"));
}

/* The store says so when it cannot seal its log on closing, which is all it can do without power. */
static GLogWriterOutput
drop_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return level & G_LOG_LEVEL_WARNING ? G_LOG_WRITER_HANDLED : g_log_writer_default (level, fields, n_fields, data);
}

static void
test_real_store (void)
{
  guint32 seed = lab_seed ();
  g_autoptr (LabDisk) disk = lab_disk_new (seed);
  lab_vfs_register (LAB, disk);
  g_autoptr (RealStore) store = real_store_new (disk, LAB);
  lab_disk_keep_image (disk);
  g_auto (LabResult) result
      = cut_and_tell ("/powerloss/store", disk, &real_store_workload, store, seed, is_full () ? 5000 : 300);
  lab_vfs_unregister (LAB);

  g_assert_cmpstr (result.first_problem, ==, NULL);
  g_assert_cmpuint (result.acknowledged, >, result.cuts / 3);
  g_assert_cmpuint (result.struck, >, result.cuts / 3);
}

/* On a disk that lies no setting keeps every act. The store must say at the next start that its log is shorter than the
 * checkpoint it signed; acts after that checkpoint are lost unseen. */
static void
test_real_store_notices_lying_disk (void)
{
  guint32 seed = lab_seed ();
  g_autoptr (LabDisk) disk = lab_disk_new (seed);
  lab_vfs_register (LAB, disk);
  g_autoptr (RealStore) store = real_store_new (disk, LAB);
  lab_disk_keep_image (disk);
  lab_disk_ignore_syncs (disk, 70);
  g_auto (LabResult) result
      = cut_and_tell ("/powerloss/notices/store-lying-disk", disk, &real_store_workload, store, seed, is_full () ? 3000 : 150);
  lab_vfs_unregister (LAB);

  g_test_message ("%u losses named by the store, first problem: %s", real_store_count_noticed (store), result.first_problem);
  g_assert_cmpuint (real_store_count_noticed (store), >, 0);
  g_assert_cmpuint (real_store_count_unnoticed (store), ==, 0);
}

int
main (int argc, char **argv)
{
  static const Setting careless[] = { { "/powerloss/notices/wal-normal", LAB, "WAL", "NORMAL", 300, 300 },
                                      { "/powerloss/notices/wal-normal-sealed", SEALED, "WAL", "NORMAL", 300, 300 },
                                      { "/powerloss/notices/journal-full", LAB, "DELETE", "FULL", 300, 300 } };

  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (drop_warnings, NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    g_test_add_data_func (settings[i].path, &settings[i], test_loses_nothing);
  for (gsize i = 0; i < G_N_ELEMENTS (careless); i++)
    g_test_add_data_func (careless[i].path, &careless[i], test_notices_loss);
  g_test_add_func ("/powerloss/store", test_real_store);
  g_test_add_func ("/powerloss/notices/store-lying-disk", test_real_store_notices_lying_disk);
  return g_test_run ();
}
