/* When a desk locks and when a session ends, minute by minute of a clock of our own. */
#include "core/sitting.h"

#define MINUTE_US G_GINT64_CONSTANT (60000000)
#define CAME_US (1000 * MINUTE_US)

/* Nobody touches anything: open until exactly the time that is set, for each that can be set. */
static void
quiet (void)
{
  for (gint64 minutes = FZ_SITTING_LEAST_MINUTES; minutes <= FZ_SITTING_MOST_MINUTES; minutes++) {
    g_assert_cmpint (fz_sitting_at (CAME_US + minutes * MINUTE_US - 1, CAME_US, CAME_US, minutes * MINUTE_US), ==, FZ_SITTING_OPEN);
    g_assert_cmpint (fz_sitting_at (CAME_US + minutes * MINUTE_US, CAME_US, CAME_US, minutes * MINUTE_US), ==, FZ_SITTING_QUIET);
    g_assert_cmpint (fz_sitting_at (CAME_US + 60 * MINUTE_US, CAME_US, CAME_US + 60 * MINUTE_US - 1, minutes * MINUTE_US), ==, FZ_SITTING_OPEN);
  }
}

/* What was touched before the person came does not count against them. */
static void
touched_before (void)
{
  g_assert_cmpint (fz_sitting_at (CAME_US + MINUTE_US, CAME_US, CAME_US - 100 * MINUTE_US, 5 * MINUTE_US), ==, FZ_SITTING_OPEN);
}

/* Ten hours end it, however busy somebody was. */
static void
ten_hours (void)
{
  const gint64 end_us = CAME_US + 600 * MINUTE_US;

  for (gint64 now_us = CAME_US; now_us < end_us; now_us += MINUTE_US)
    g_assert_cmpint (fz_sitting_at (now_us, CAME_US, now_us, 5 * MINUTE_US), ==, FZ_SITTING_OPEN);
  g_assert_cmpint (fz_sitting_at (end_us - 1, CAME_US, end_us - 1, 5 * MINUTE_US), ==, FZ_SITTING_OPEN);
  g_assert_cmpint (fz_sitting_at (end_us, CAME_US, end_us, 5 * MINUTE_US), ==, FZ_SITTING_OVER);
  g_assert_cmpint (fz_sitting_at (end_us, CAME_US, CAME_US, G_MAXINT64), ==, FZ_SITTING_OVER);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sitting/quiet", quiet);
  g_test_add_func ("/sitting/touched-before", touched_before);
  g_test_add_func ("/sitting/ten-hours", ten_hours);
  return g_test_run ();
}
