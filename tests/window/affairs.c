/* Medical affairs in the real window: every decision of the ledger with its words, the report, people, the rules by two persons. */
#include "tests/window/affairs.h"

#include "tests/window/screen.h"
#include "tests/window/sitting.h"

/* The day that many days from today at Beijing, as it stands in the numbers of the demonstration. (transfer full) */
char *
affairs_day (int days)
{
  g_autoptr (GTimeZone) beijing = g_time_zone_new_offset (8 * 3600);
  g_autoptr (GDateTime) now = g_date_time_new_now (beijing), day = g_date_time_add_days (now, days);

  return g_date_time_format (day, "%Y%m%d");
}

gboolean
affairs_is_full (void)
{
  return g_strcmp0 (g_getenv ("FUZHEN_TEST_SCALE"), "full") == 0;
}

void
affairs_picture (const char *name)
{
  if (affairs_is_full ())
    screen_picture (name);
}

/* Two visits' answers are lost on the way, one is refused: the platform on a bad day. */
int
main (int argc, char **argv)
{
  g_autofree char *day = affairs_day (-1), *today = affairs_day (0);
  g_autofree char *faults = g_strdup_printf ("first=1,drop@D%s-001,drop@D%s-002,refuse@L%s-0", day, day, today);

  sitting_init (&argc, &argv);
  sitting_meet ("4", faults); /* the fourth one's medicine is still in the house */
  sitting_add ("/window/affairs/ledger", affairs_ledger, NULL);
  sitting_add ("/window/affairs/report", affairs_report, NULL);
  sitting_add ("/window/affairs/people", affairs_people, NULL);
  if (affairs_is_full ()) /* five persons' turns and four signatures */
    sitting_add ("/window/affairs/rules", affairs_rules, NULL);
  return sitting_run ();
}
