/* tests/powerloss/powerloss_test.c: what was acknowledged outlives a power cut. */
#include <string.h>

#include "tests/powerloss/lab_run.h"
#include "tests/powerloss/lab_vfs.h"
#include "tests/powerloss/ledger.h"

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
run (const Setting *setting, guint cuts)
{
  guint32 seed = lab_seed ();
  g_autoptr (LabDisk) disk = lab_disk_new (seed);
  register_vfs (disk);
  g_autoptr (Ledger) ledger = ledger_new (setting->vfs, setting->journal_mode, setting->synchronous);
  lab_disk_keep_image (disk);
  gint64 start = g_get_monotonic_time ();
  LabResult result = lab_run (disk, &ledger_workload, ledger, seed + 1, cuts);
  double seconds = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;

  g_test_message ("%s: %u cuts, %" G_GUINT64_FORMAT " acknowledged, %u first pages torn, %u problems, %.0f cuts/s",
                  setting->path, result.cuts, result.acknowledged, result.torn_starts, result.problems,
                  result.cuts / seconds);
  unregister_vfs ();
  return result;
}

static void
test_loses_nothing (gconstpointer data)
{
  const Setting *setting = data;
  g_auto (LabResult) result = run (setting, is_full () ? setting->cuts_full : setting->cuts);

  g_assert_cmpstr (result.first_problem, ==, NULL);
  g_assert_cmpuint (result.acknowledged, >, result.cuts);
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

int
main (int argc, char **argv)
{
  static const Setting careless[] = { { "/powerloss/notices/wal-normal", LAB, "WAL", "NORMAL", 300, 300 },
                                      { "/powerloss/notices/wal-normal-sealed", SEALED, "WAL", "NORMAL", 300, 300 },
                                      { "/powerloss/notices/journal-full", LAB, "DELETE", "FULL", 300, 300 } };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    g_test_add_data_func (settings[i].path, &settings[i], test_loses_nothing);
  for (gsize i = 0; i < G_N_ELEMENTS (careless); i++)
    g_test_add_data_func (careless[i].path, &careless[i], test_notices_loss);
  return g_test_run ();
}
