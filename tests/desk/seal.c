/* How long something may have happened that no checkpoint vouches for: a quarter of an hour while the program runs; and every day is sealed, also
 * one on which nothing happened or the program did not run. */
#include "tests/desk/world.h"

#define TICK_S 47 /* the window asks every half minute, later when it is busy */

/* Of the oldest entry without a checkpoint; 0: there is none. */
static gint64
unwitnessed_us (World *w)
{
  gint64 oldest_us = world_ask (w, "SELECT COALESCE(MIN(entry_at), 0) FROM audit WHERE number >= (SELECT MAX(size) FROM checkpoint)");

  return oldest_us > 0 ? fz_desk_now_us (w->desk) - oldest_us : 0;
}

/* Somebody reads all morning and signs nothing. */
static void
a_quarter_of_an_hour (World *w)
{
  gint64 longest_us = 0, checkpoints;

  world_sign_in (w, "D1001");
  world_tick (w);
  checkpoints = world_ask (w, "SELECT COUNT(*) FROM checkpoint");
  for (guint i = 0; i < 120; i++) {
    g_autoptr (GPtrArray) rows = fz_desk_list (w->session, FZ_LIST_WAITING, NULL, NULL);

    g_assert_nonnull (rows);
    world_pass (w, TICK_S);
    longest_us = MAX (longest_us, unwitnessed_us (w));
    world_tick (w);
  }
  g_assert_cmpint (longest_us, >, 5 * MINUTE * FZ_US_PER_SECOND); /* else nothing was waited for */
  g_assert_cmpint (longest_us, <=, 15 * MINUTE * FZ_US_PER_SECOND);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM checkpoint") - checkpoints, <=, 12); /* nor one a minute */
}

static guint
seals (World *w, const char *of)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM audit WHERE action = 'day.seal' AND subject LIKE '%s'", of);

  return (guint) world_ask (w, sql);
}

static gint64
entries (World *w)
{
  return world_ask (w, "SELECT COUNT(*) FROM audit");
}

static void
an_idle_day (World *w)
{
  gint64 before;

  world_sign_in (w, "D1001");
  world_tick (w);
  g_assert_cmpuint (seals (w, "2026-03-01"), ==, 1);
  world_tick (w);
  g_assert_cmpuint (seals (w, "%"), ==, 1); /* once a day */
  world_pass (w, 24 * 3600);
  world_tick (w);
  g_assert_cmpuint (seals (w, "2026-03-02"), ==, 1);
  world_pass (w, 24 * 3600);
  before = entries (w);
  world_tick (w); /* of a day on which nothing else happened at all */
  g_assert_cmpuint (seals (w, "2026-03-03"), ==, 1);
  g_assert_cmpint (world_ask (w, "SELECT MAX(size) FROM checkpoint"), >, before);
  world_close (w); /* three days without the program: the next seal says so */
  world_pass (w, 3 * 24 * 3600);
  world_reopen (w);
  world_sign_in (w, "D1001");
  world_tick (w);
  g_assert_cmpuint (seals (w, "2026-03-06"), ==, 1);
  g_assert_cmpuint (seals (w, "%"), ==, 4);
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM audit WHERE action = 'day.seal' AND CAST(leaf AS TEXT) LIKE '%reason sealed up to 2026-03-03 before%'"), ==, 1);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/seal/quarter", a_quarter_of_an_hour);
  world_add_test ("/desk/seal/idle-day", an_idle_day);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
