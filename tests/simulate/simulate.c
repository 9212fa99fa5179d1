/* Seeds, one after the other. `--seed N` replays one and tells what happens; FUZHEN_SEED moves where they begin, FUZHEN_SEEDS says how many. */
#include "tests/simulate/sim.h"

#include <stdlib.h>

#define SEEDS_AT_CI 30
#define SEEDS_AT_FULL 10000

static gint64 only = -1;

static gint64
fixed_clock (gpointer data)
{
  return SIM_START_US;
}

static FzMessageTable *
shipped_table (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets", "platform", "tianjin-1.0.json", NULL);
  g_autoptr (GError) error = NULL;
  FzMessageTable *table = fz_message_table_load (path, &error);

  g_assert_no_error (error);
  return table;
}

/* One store, made once; every seed begins with a copy. Its file is on the lab's disk, an empty one holds its place. */
static GBytes *
make_image (Fixture *fixture)
{
  g_autofree char *file = file_in (fixture->dir, "store.fz"), *kept = file_in (fixture->root, "kept");
  g_autofree char *data = file_in (kept, "data"), *state = file_in (kept, "state"), *bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize n = 0;

  fixture->options.clock = fixed_clock;
  fixture->store = fz_store_create (&fixture->options, &error);
  g_assert_no_error (error);
  fixture_close (fixture);
  g_assert_true (g_file_get_contents (file, &bytes, &n, NULL));
  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  copy_folder (fixture->dir, data);
  copy_folder (fixture->state_dir, state);
  return g_bytes_new_take (g_steal_pointer (&bytes), n);
}

static guint
how_many (void)
{
  const char *given = g_getenv ("FUZHEN_SEEDS");

  if (given != NULL)
    return (guint) g_ascii_strtoull (given, NULL, 10);
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0 ? SEEDS_AT_FULL : SEEDS_AT_CI;
}

static guint32
first_seed (void)
{
  const char *given = g_getenv ("FUZHEN_SEED");

  return given != NULL ? (guint32) g_ascii_strtoull (given, NULL, 0) : g_random_int ();
}

static void
every_seed_keeps_the_promises (void)
{
  Fixture fixture = { 0 };
  g_autoptr (FzMessageTable) table = shipped_table ();
  guint32 from = only >= 0 ? (guint32) only : first_seed ();
  guint n = only >= 0 ? 1 : how_many ();
  guint64 calls = 0, lives = 0;
  gint64 begun = g_get_monotonic_time ();

  fixture_set_up (&fixture, NULL);
  g_autoptr (GBytes) image = make_image (&fixture);
  g_test_message ("seeds %u to %u", from, from + n - 1);
  for (guint i = 0; i < n; i++) {
    g_autofree char *wrong = sim_run (from + i, only >= 0, &fixture, image, table, &calls, &lives);

    if (wrong != NULL)
      g_error ("seed %u: %s\n  again: %s --seed %u", from + i, wrong, g_get_prgname (), from + i);
  }
  g_test_message ("%u seeds: %" G_GUINT64_FORMAT " calls, %" G_GUINT64_FORMAT " lives of the program, %.1f s", n, calls, lives,
                  (double) (g_get_monotonic_time () - begun) / SECOND);
  g_assert_cmpuint (calls, >, n);
  fixture_tear_down (&fixture, NULL);
}

/* The store says so when it cannot seal its log on closing, which is all it can do without power. */
static GLogWriterOutput
drop_warnings (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  return level & G_LOG_LEVEL_WARNING ? G_LOG_WRITER_HANDLED : g_log_writer_default (level, fields, n_fields, data);
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--seed")) {
    only = (gint64) g_ascii_strtoull (argv[2], NULL, 10);
    argc = 1;
  }
  g_test_init (&argc, &argv, NULL);
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL);
  g_log_set_writer_func (drop_warnings, NULL, NULL);
  g_test_add_func ("/simulate/seeds", every_seed_keeps_the_promises);
  return g_test_run ();
}
