/* tests/powerloss/lab_run.c: cut after cut over one workload. */
#include "tests/powerloss/lab_run.h"

#define CUTS_PER_IMAGE 10
#define ACTS_PER_LIFE 12

typedef struct {
  LabDisk *disk;
  const LabWorkload *workload;
  gpointer self;
  GRand *dice;
  LabResult result;
} Run;

guint32
lab_seed (void)
{
  const char *given = g_getenv ("FUZHEN_SEED");
  guint32 seed = given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 0) : g_random_int ();

  g_test_message ("FUZHEN_SEED=%u", seed);
  return seed;
}

static void
add_problem (Run *run, char *problem)
{
  if (run->result.first_problem == NULL)
    run->result.first_problem = g_strdup_printf ("cut %u: %s", run->result.cuts, problem);
  run->result.problems++;
  g_free (problem);
}

static gboolean
chance (Run *run, int percent)
{
  return g_rand_int_range (run->dice, 0, 100) < percent;
}

/* Opens and checks. A failure counts unless the power went meanwhile. */
static gboolean
come_back (Run *run)
{
  if (!run->workload->open (run->self, run->dice)) {
    if (!lab_disk_is_dead (run->disk))
      add_problem (run, g_strdup ("the store does not open"));
    return FALSE;
  }
  char *problem = run->workload->check (run->self);
  if (problem == NULL)
    return TRUE;
  if (lab_disk_is_dead (run->disk))
    g_free (problem);
  else
    add_problem (run, problem);
  return FALSE;
}

static void
work (Run *run)
{
  int acts = g_rand_int_range (run->dice, 1, ACTS_PER_LIFE + 1);

  for (int i = 0; i < acts && !lab_disk_is_dead (run->disk); i++) {
    if (run->workload->act (run->self, run->dice))
      run->result.acknowledged++;
    else if (!lab_disk_is_dead (run->disk))
      add_problem (run, g_strdup ("a transaction failed with the power on"));
  }
}

/* One life of the program, from power on to power off. */
static gboolean
live (Run *run)
{
  guint before = run->result.problems;
  /* A quarter of the cuts come while the last one is still being mended. */
  gboolean early = chance (run, 25);

  if (early)
    lab_disk_arm (run->disk, (guint) g_rand_int_range (run->dice, 1, 20));
  if (come_back (run)) {
    if (!early)
      lab_disk_arm (run->disk, (guint) g_rand_int_range (run->dice, 1, chance (run, 30) ? 20 : 250));
    work (run);
  }
  /* Mostly the program goes with the power; now and then it was just closing. */
  gboolean closing = chance (run, run->workload->closing_percent);
  run->result.struck += lab_disk_is_dead (run->disk);
  if (!closing)
    lab_disk_cut (run->disk);
  gboolean alive = !lab_disk_is_dead (run->disk);
  run->workload->close (run->self);
  run->result.struck += alive && lab_disk_is_dead (run->disk);
  lab_disk_cut (run->disk);
  return run->result.problems == before;
}

LabResult
lab_run (LabDisk *disk, const LabWorkload *workload, gpointer self, guint32 seed, guint cuts)
{
  g_autoptr (GRand) dice = g_rand_new_with_seed (seed);
  Run run = { disk, workload, self, dice, { 0 } };
  guint torn_before = lab_disk_count_torn_starts (disk);
  gboolean sound = FALSE;

  for (; run.result.cuts < cuts; run.result.cuts++) {
    if (!sound || run.result.cuts % CUTS_PER_IMAGE == 0) {
      lab_disk_restore_image (disk);
      workload->reset (self);
    }
    sound = live (&run);
    lab_disk_power_cycle (disk);
  }
  if (sound) {
    come_back (&run);
    workload->close (self);
  }
  run.result.torn_starts = lab_disk_count_torn_starts (disk) - torn_before;
  return run.result;
}

void
lab_result_clear (LabResult *self)
{
  g_free (self->first_problem);
}
