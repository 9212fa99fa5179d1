/* One seed: what happens when, until nothing is left to be sent. */
#include "tests/simulate/sim.h"

#include "tests/powerloss/lab_vfs.h"

#include <string.h>

#define FAULTY_EVENTS 160
#define MOST_EVENTS 12000
#define LAB "simulate-lab"

typedef struct {
  gint64 t_us;
  guint64 order;
  Tag tag;
  Act act;
  guint which;
} Entry;

gboolean
sim_chance (Sim *sim, guint percent)
{
  return (guint) g_rand_int_range (sim->dice, 0, 100) < percent;
}

gint64
sim_between (Sim *sim, gint64 low, gint64 high)
{
  return low + (gint64) (g_rand_double (sim->dice) * (double) (high - low));
}

gboolean
sim_has (Sim *sim, Fault fault)
{
  return !sim->calm && (sim->faults & (1u << fault)) != 0;
}

gint64
sim_clock_us (gpointer sim)
{
  return ((Sim *) sim)->t_us + ((Sim *) sim)->skew_us;
}

void
sim_tell (Sim *sim, const char *format, ...)
{
  g_autofree char *words = NULL;
  va_list list;

  if (!sim->tells)
    return;
  va_start (list, format);
  words = g_strdup_vprintf (format, list);
  va_end (list);
  g_print ("# %10.3f %s\n", (double) (sim->t_us - SIM_START_US) / SECOND, words);
}

void
sim_wrong (Sim *sim, const char *format, ...)
{
  g_autofree char *words = NULL;
  va_list list;

  va_start (list, format);
  words = g_strdup_vprintf (format, list);
  va_end (list);
  sim_tell (sim, "WRONG: %s", words);
  if (sim->wrong == NULL)
    sim->wrong = g_steal_pointer (&words);
}

void
sim_plan (Sim *sim, gint64 delay_us, Tag tag, Act act, guint which)
{
  Entry entry = { sim->t_us + MAX (delay_us, 0), sim->order++, tag, act, which };

  g_array_append_val (sim->agenda, entry);
}

void
sim_unplan (Sim *sim, Tag tag)
{
  for (guint i = sim->agenda->len; i-- > 0;)
    if (g_array_index (sim->agenda, Entry, i).tag == tag)
      g_array_remove_index_fast (sim->agenda, i);
}

static guint
find_next (Sim *sim)
{
  guint next = 0;

  for (guint i = 1; i < sim->agenda->len; i++) {
    const Entry *a = &g_array_index (sim->agenda, Entry, i), *b = &g_array_index (sim->agenda, Entry, next);

    if (a->t_us < b->t_us || (a->t_us == b->t_us && a->order < b->order))
      next = i;
  }
  return next;
}

void
sim_step (Sim *sim)
{
  guint at = find_next (sim);
  Entry entry = g_array_index (sim->agenda, Entry, at);

  g_array_remove_index_fast (sim->agenda, at);
  sim->t_us = entry.t_us;
  sim->events++;
  entry.act (sim, entry.which);
  client_die_and_come_back (sim);
}

/* --- what befalls the whole: each plans its next time --- */

static void
partition (Sim *sim, guint which)
{
  sim->partition = sim_has (sim, FAULT_PARTITION) && !sim->partition;
  sim_tell (sim, "partition %d", sim->partition);
  if (!sim->calm)
    sim_plan (sim, sim->partition ? sim_between (sim, SECOND, 900 * SECOND) : sim_between (sim, SECOND, 600 * SECOND), TAG_WORLD, partition, 0);
}

static void
certificate (Sim *sim, guint which)
{
  sim->strange_certificate = sim_has (sim, FAULT_CERTIFICATE) && sim_chance (sim, 60);
  sim->strange_key = sim_has (sim, FAULT_KEY) && sim_chance (sim, 60);
  sim_tell (sim, "certificate %d key %d", sim->strange_certificate, sim->strange_key);
  if (!sim->calm)
    sim_plan (sim, sim_between (sim, 60 * SECOND, 1800 * SECOND), TAG_WORLD, certificate, 0);
}

static void
clock_jump (Sim *sim, guint which)
{
  static const gint64 most_s[] = { 2, 600, 86400, 400 * 86400 };
  gint64 most = most_s[g_rand_int_range (sim->dice, 0, G_N_ELEMENTS (most_s))] * SECOND;

  if (!sim_has (sim, FAULT_CLOCK))
    return;
  sim->skew_us = sim_chance (sim, 30) ? 0 : sim_between (sim, -most, most);
  sim_tell (sim, "clock is %.0f s off", (double) sim->skew_us / SECOND);
  sim_plan (sim, sim_between (sim, SECOND, 1200 * SECOND), TAG_WORLD, clock_jump, 0);
}

static void
kill_now (Sim *sim, guint which)
{
  if (!sim_has (sim, FAULT_KILL))
    return;
  sim_tell (sim, "kill");
  sim->dying = TRUE;
  sim_plan (sim, sim_between (sim, SECOND, 1500 * SECOND), TAG_WORLD, kill_now, 0);
}

static void
power (Sim *sim, guint which)
{
  if (!sim_has (sim, FAULT_POWER))
    return;
  sim_tell (sim, "the power will go");
  lab_disk_arm (sim->disk, (guint) g_rand_int_range (sim->dice, 1, 60));
  sim_plan (sim, sim_between (sim, SECOND, 1500 * SECOND), TAG_WORLD, power, 0);
}

static void
full (Sim *sim, guint which)
{
  lab_disk_set_full (sim->disk, sim_has (sim, FAULT_FULL) && !lab_disk_is_full (sim->disk));
  sim_tell (sim, "disk full %d", lab_disk_is_full (sim->disk));
  if (!sim->calm)
    sim_plan (sim, sim_between (sim, SECOND, 400 * SECOND), TAG_WORLD, full, 0);
}

static void
restart (Sim *sim, guint which)
{
  if (!sim_has (sim, FAULT_RESTART))
    return;
  client_restart_engine (sim);
  sim_plan (sim, sim_between (sim, SECOND, 900 * SECOND), TAG_WORLD, restart, 0);
}

/* The faults stop; what they left behind stays. */
static void
calm_down (Sim *sim)
{
  sim->calm = TRUE;
  sim_tell (sim, "calm");
  sim->partition = sim->strange_certificate = sim->strange_key = FALSE;
  sim->skew_us = 0;
  lab_disk_arm (sim->disk, 0);
  lab_disk_set_full (sim->disk, FALSE);
}

static void
plan_all (Sim *sim)
{
  static const struct {
    Act act;
    gint64 by_s;
  } all[] = { { hospital_tick, 20 }, { person_look, 200 }, { partition, 300 }, { certificate, 900 }, { clock_jump, 300 },
              { kill_now, 400 }, { power, 400 }, { full, 300 }, { restart, 300 } };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    sim_plan (sim, sim_between (sim, 0, all[i].by_s * SECOND), TAG_WORLD, all[i].act, 0);
}

static void
play (Sim *sim)
{
  client_start (sim);
  client_die_and_come_back (sim);
  plan_all (sim);
  while (sim->wrong == NULL && sim->events < FAULTY_EVENTS)
    sim_step (sim);
  if (sim->wrong == NULL)
    calm_down (sim);
  while (sim->wrong == NULL && !judge_is_drained (sim) && sim->events < MOST_EVENTS)
    sim_step (sim);
  if (sim->wrong == NULL)
    judge_end (sim);
  client_end (sim);
}

static void
row_free (gpointer data)
{
  Row *row = data;

  g_free (row->key);
  g_free (row->stream);
  for (guint i = 0; i < G_N_ELEMENTS (row->needs); i++)
    g_free (row->needs[i]);
  g_free (row);
}

/* Heads and lock are on a real disk: they begin anew with the image. */
static void
lay_image (Sim *sim, GBytes *image)
{
  g_autofree char *path = file_in (sim->fixture->dir, "store.fz"), *kept = file_in (sim->fixture->root, "kept");
  g_autofree char *dir = file_in (kept, "data"), *state = file_in (kept, "state");

  remove_folder (sim->fixture->dir);
  remove_folder (sim->fixture->state_dir);
  copy_folder (dir, sim->fixture->dir);
  copy_folder (state, sim->fixture->state_dir);
  lab_disk_put_file (sim->disk, path, image);
}

char *
sim_run (guint32 seed, gboolean tells, Fixture *fixture, GBytes *image, FzMessageTable *table, guint64 *io_calls, guint64 *io_lives)
{
  Sim sim = { .seed = seed, .tells = tells, .t_us = SIM_START_US, .fixture = fixture, .table = table };

  sim.dice = g_rand_new_with_seed (seed);
  sim.faults = g_rand_int (sim.dice);
  sim.agenda = g_array_new (FALSE, FALSE, sizeof (Entry));
  sim.parcels = g_array_new (FALSE, TRUE, sizeof (guint) * 4);
  sim.rows = g_ptr_array_new_with_free_func (row_free);
  sim.disk = lab_disk_new (g_rand_int (sim.dice));
  lab_vfs_register (LAB, sim.disk);
  fixture->options.base_vfs = LAB;
  fixture->options.clock = sim_clock_us;
  fixture->options.clock_data = &sim;
  lay_image (&sim, image);
  play (&sim);
  lab_vfs_unregister (LAB);
  lab_disk_free (sim.disk);
  g_ptr_array_unref (sim.rows);
  g_array_unref (sim.parcels);
  g_array_unref (sim.agenda);
  g_rand_free (sim.dice);
  *io_calls += sim.calls;
  *io_lives += sim.lives;
  return sim.wrong;
}
