/* The demonstration's business hours and who is on duty to review (营业时间、审方值班): the hospital's day, and from the live part on one day more. */
#include "app/demo_play.h"

#include "app/demo_people.h"
#include "core/date.h"

#define HOUR_US (G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND)
#define OPENS 8
#define CLOSES 20
#define LICENCE_DAYS 1500

/* The licence of the register (assets/demo/agreements.csv), and the departments its doctors are of, as its physical hospital has them. */
static gboolean
play_licence (FzDemoPlay *play, GError **error)
{
  g_autoptr (GPtrArray) people = fz_demo_people (error);
  g_autoptr (FzFields) licence = fz_fields_new ("fuzhen.changes/v1");
  g_autofree char *until = fz_date_format (fz_date_add_days (play->demo->date, LICENCE_DAYS));

  fz_fields_set (licence, "licence_until", until);
  if (people == NULL || !fz_desk_amend_institution (play->session, licence, error))
    return FALSE;
  for (guint i = 0; i < people->len; i++) {
    g_autoptr (FzFields) department = fz_fields_new ("fuzhen.changes/v1");

    if (g_strcmp0 (fz_fields_get (people->pdata[i], "role"), "doctor") != 0)
      continue;
    fz_fields_set (department, "department", fz_fields_get (people->pdata[i], "department"));
    fz_fields_set (department, "approved", "yes");
    fz_fields_set (department, "physical", "yes");
    if (!fz_desk_amend_institution (play->session, department, error))
      return FALSE;
  }
  return TRUE;
}

/* What the demonstration does. */
static gboolean
play_filing (FzDemoPlay *play, GError **error)
{
  static const char *const businesses[] = { "revisit", "prescription", "consult_text", "appointment" };

  for (guint i = 0; i < G_N_ELEMENTS (businesses); i++) {
    g_autoptr (FzFields) filed = fz_fields_new ("fuzhen.changes/v1");

    fz_fields_set (filed, "business", businesses[i]);
    fz_fields_set (filed, "filed", "yes");
    if (!fz_desk_amend_institution (play->session, filed, error))
      return FALSE;
  }
  return TRUE;
}

/* Who is told of what is late; a president has no account here. */
static gboolean
play_offices (FzDemoPlay *play, GError **error)
{
  static const char *const holders[][2] = { { "medical", "A3001" }, { "vice", "A3001" }, { "pharmacy", "P2001" }, { "committee", "P2001" } };

  for (guint i = 0; i < G_N_ELEMENTS (holders); i++) {
    g_autoptr (FzFields) office = fz_fields_new ("fuzhen.changes/v1");

    fz_fields_set (office, "office", holders[i][0]);
    fz_fields_set (office, "holder", holders[i][1]);
    if (!fz_desk_amend_institution (play->session, office, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
fz_demo_play_hours (FzDemoPlay *play, GError **error)
{
  g_autoptr (FzFields) hours = fz_fields_new ("fuzhen.changes/v1");
  g_autofree char *from = g_strdup_printf ("%02d:00", OPENS), *until = g_strdup_printf ("%02d:00", CLOSES);
  gint64 day_us = fz_date_beijing_start_us (play->demo->date);

  fz_fields_set (hours, "business_from", from);
  fz_fields_set (hours, "business_until", until);
  return fz_demo_play_seat (play, "A3001", error) && fz_desk_amend_institution (play->session, hours, error) && play_licence (play, error) && play_filing (play, error) && play_offices (play, error) &&
         fz_desk_put_duty (play->session, "P2001", day_us + OPENS * HOUR_US, day_us + CLOSES * HOUR_US, error);
}

gboolean
fz_demo_play_duty_now (FzDemoPlay *play, GError **error)
{
  gint64 now_us = fz_desk_now_us (play->desk);

  return fz_demo_play_seat (play, "A3001", error) && fz_desk_put_duty (play->session, "P2002", now_us, now_us + 24 * HOUR_US, error);
}
