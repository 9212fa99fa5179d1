/* Many days before the scripted one (演示多日，--days 与 --year): how many visits each of them has by season, weekday and holiday, what becomes of them, and what is
 * registered meanwhile. Each day is played by the same calls as the scripted one; nothing is written past them. */
#include "app/demo_play.h"

#include "app/trust.h"
#include "core/csv.h"

#include <string.h>

#define VOLUMES "demo/volumes.csv"
#define ENTRIES "demo/year.csv"
#define OFFICE "demo/office.csv"
#define FIRST_TURN 1000 /* cases take turns anew, beyond those that stand for one visit of the scripted day */
#define HOUR_US (G_GINT64_CONSTANT (3600) * FZ_US_PER_SECOND)
#define OPENS 8
#define CLOSES 20
#define EVENING 21

struct _FzDemoYear {
  guint n_days;
  guint *visits; /* of each day */
  FzCsv *volumes, *entries, *office;
  GHashTable *ids; /* series and its number -> entry */
};

static FzCsv *
load (const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = fz_data_load (name, error);

  return bytes != NULL ? fz_csv_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), name, error) : NULL;
}

/* The percentage of a row; the file has every one that is asked for. */
static gint64
percent_of (const FzCsv *volumes, const char *kind, int at)
{
  g_autofree char *number = g_strdup_printf ("%d", at);

  for (guint row = 0; row < fz_csv_get_n_rows (volumes); row++)
    if (g_str_equal (fz_csv_get (volumes, row, "kind"), kind) && g_str_equal (fz_csv_get (volumes, row, "at"), number))
      return g_ascii_strtoll (fz_csv_get (volumes, row, "percent"), NULL, 10);
  g_error ("%s: no %s %d", VOLUMES, kind, at);
}

/* A holiday in the week has few, a weekend that is worked as many as a Monday; a year nobody published is as its weekdays are. */
static gint64
weekday_percent (FzDemoPlay *play, const FzCsv *volumes, FzDate day)
{
  int weekday = fz_date_weekday (day);
  gboolean works = weekday <= 5;

  fz_calendar_is_workday (play->desk->calendar, day, &works, NULL);
  if (works != (weekday <= 5))
    return works ? percent_of (volumes, "weekday", 1) : percent_of (volumes, "holiday", 0);
  return percent_of (volumes, "weekday", weekday);
}

/* One of the rows of that kind by chance, its percentage among theirs. */
static guint
draw_of (FzDemoPlay *play, const FzCsv *volumes, const char *kind)
{
  gint64 all = 0, drawn;

  for (guint row = 0; row < fz_csv_get_n_rows (volumes); row++)
    if (g_str_equal (fz_csv_get (volumes, row, "kind"), kind))
      all += g_ascii_strtoll (fz_csv_get (volumes, row, "percent"), NULL, 10);
  drawn = fz_demo_world_draw (play->world, (guint) all);
  for (guint row = 0; row < fz_csv_get_n_rows (volumes); row++)
    if (g_str_equal (fz_csv_get (volumes, row, "kind"), kind) && (drawn -= g_ascii_strtoll (fz_csv_get (volumes, row, "percent"), NULL, 10)) < 0)
      return (guint) g_ascii_strtoll (fz_csv_get (volumes, row, "at"), NULL, 10);
  g_error ("%s: no %s", VOLUMES, kind);
}

/* What the percentages give, a fifth more or less by chance; the rest of a visit by chance too. */
static guint
draw_visits (FzDemoPlay *play, const FzCsv *volumes, FzDate day)
{
  gint64 thousandths = percent_of (volumes, "base", 0) * percent_of (volumes, "month", day.month) / 100 * weekday_percent (play, volumes, day) / 100 * 10;

  thousandths = thousandths * (800 + fz_demo_world_draw (play->world, 401)) / 1000;
  return (guint) (thousandths / 1000) + (fz_demo_world_draw (play->world, 1000) < (guint) (thousandths % 1000));
}

static FzDate
day_of (const FzDemoPlay *play, const FzDemoYear *self, guint i)
{
  return fz_date_add_days (play->demo->date, (gint64) i - self->n_days);
}

FzDemoYear *
fz_demo_year_new (FzDemoPlay *play, GError **error)
{
  g_autoptr (FzDemoYear) self = g_new0 (FzDemoYear, 1);

  self->n_days = play->demo->days - 1;
  self->visits = g_new0 (guint, self->n_days + 1);
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->volumes = load (VOLUMES, error);
  self->entries = self->volumes != NULL ? load (ENTRIES, error) : NULL;
  self->office = self->entries != NULL ? load (OFFICE, error) : NULL;
  for (guint i = 0; self->office != NULL && i < self->n_days; i++) {
    self->visits[i] = draw_visits (play, self->volumes, day_of (play, self, i));
    play->total += self->visits[i];
  }
  return self->office != NULL ? g_steal_pointer (&self) : NULL;
}

void
fz_demo_year_free (FzDemoYear *self)
{
  g_clear_pointer (&self->volumes, fz_csv_unref);
  g_clear_pointer (&self->entries, fz_csv_unref);
  g_clear_pointer (&self->office, fz_csv_unref);
  g_hash_table_unref (self->ids);
  g_free (self->visits);
  g_free (self);
}

/* --- one day --- */

static void
pass_to (FzDemoPlay *play, gint64 us)
{
  gint64 now_us = fz_desk_now_us (play->desk);

  if (us > now_us)
    fz_demo_play_pass (play, (us - now_us) / FZ_US_PER_SECOND);
}

/* A row of demo/year.csv comes up on day `start`, and again every so many days; its later steps `after` days on. */
static gboolean
is_due (const FzCsv *entries, guint row, guint day, guint *out_turn)
{
  gint64 every = g_ascii_strtoll (fz_csv_get (entries, row, "every"), NULL, 10), since = (gint64) day - g_ascii_strtoll (fz_csv_get (entries, row, "start"), NULL, 10) -
                 g_ascii_strtoll (fz_csv_get (entries, row, "after"), NULL, 10);

  *out_turn = since >= 0 && every > 0 ? (guint) (since / every) : 0;
  return since >= 0 && every > 0 && since % every == 0;
}

static gboolean
play_entries (FzDemoPlay *play, FzDemoYear *self, guint day, const char *visit, GError **error)
{
  for (guint row = 0; row < fz_csv_get_n_rows (self->entries); row++) {
    g_autofree char *key = NULL;
    guint turn = 0;

    if (!is_due (self->entries, row, day, &turn) || (visit == NULL && strstr (fz_csv_get (self->entries, row, "facts"), "{visit}") != NULL))
      continue;
    key = g_strdup_printf ("%s %u", fz_csv_get (self->entries, row, "entry"), turn);
    if (g_ascii_strtoll (fz_csv_get (self->entries, row, "after"), NULL, 10) > 0 && !g_hash_table_contains (self->ids, key))
      continue; /* it was not begun: that day had no visit */
    if (!fz_demo_play_entry (play, self->entries, row, key, visit, self->ids, error)) {
      g_prefix_error (error, "%s: ", key);
      return FALSE;
    }
  }
  return TRUE;
}

static int
by_time (gconstpointer a, gconstpointer b)
{
  gint64 x = *(const gint64 *) a, y = *(const gint64 *) b;

  return (x > y) - (x < y);
}

/* When the visits of a day are asked for, in order. (transfer full) */
static GArray *
draw_times (FzDemoPlay *play, const FzDemoYear *self, guint n)
{
  GArray *times = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint k = 0; k < n; k++) {
    gint64 at_us = draw_of (play, self->volumes, "hour") * HOUR_US + fz_demo_world_draw (play->world, 3600) * FZ_US_PER_SECOND;

    g_array_append_val (times, at_us);
  }
  g_array_sort (times, by_time);
  return times;
}

/* Within the minutes of a row: no less than those of a third of it. */
static gint64
draw_seconds (FzDemoPlay *play, const FzDemoYear *self, const char *kind)
{
  guint most = draw_of (play, self->volumes, kind) * 60;

  return most / 3 + fz_demo_world_draw (play->world, most - most / 3);
}

/* One visit, and what becomes of it by chance. */
static gboolean
play_visit (FzDemoPlay *play, const FzDemoYear *self, gint64 asked_us, guint turn, const char *visit, GError **error)
{
  gboolean good;

  play->kind = (int) draw_of (play, self->volumes, "outcome");
  play->way = (int) draw_of (play, self->volumes, "way");
  play->wait_s = draw_seconds (play, self, "wait");
  play->review_s = draw_seconds (play, self, "review");
  pass_to (play, asked_us + play->wait_s * FZ_US_PER_SECOND);
  good = fz_demo_play_visit (play, turn, visit, error);
  play->kind = play->way = -1;
  play->wait_s = 300;
  play->review_s = 30;
  return good;
}

static gboolean
play_visits (FzDemoPlay *play, const FzDemoYear *self, guint i, guint *turn, char **out_last, GError **error)
{
  g_autofree char *day = fz_date_format (day_of (play, self, i));
  gint64 day_us = fz_date_beijing_start_us (day_of (play, self, i));
  g_autoptr (GArray) times = draw_times (play, self, self->visits[i]);

  for (guint k = 0; k < self->visits[i]; k++) {
    g_autofree char *visit = g_strdup_printf ("D%.4s%.2s%.2s-%03u", day, day + 5, day + 8, k + 1);

    if (g_cancellable_set_error_if_cancelled (play->demo->stop, error))
      return FALSE;
    if (!play_visit (play, self, day_us + g_array_index (times, gint64, k), (*turn)++, visit, error)) {
      g_prefix_error (error, "%s: ", visit);
      return FALSE;
    }
    play->played++;
    g_free (*out_last);
    *out_last = g_steal_pointer (&visit);
  }
  return TRUE;
}

static gboolean
play_day (FzDemoPlay *play, FzDemoYear *self, guint i, guint *turn, GError **error)
{
  gint64 day_us = fz_date_beijing_start_us (day_of (play, self, i));
  g_autofree char *last = NULL;

  pass_to (play, day_us + OPENS * HOUR_US - HOUR_US / 2);
  if (!fz_demo_play_seat (play, "A3001", error) || !fz_desk_put_duty (play->session, i % 2 == 0 ? "P2001" : "P2002", day_us + OPENS * HOUR_US, day_us + CLOSES * HOUR_US, error) ||
      !play_visits (play, self, i, turn, &last, error) || !play_entries (play, self, i, last, error))
    return FALSE;
  if (!fz_demo_play_arrivals (play, error))
    return FALSE;
  pass_to (play, day_us + EVENING * HOUR_US);
  return fz_trust_tick (play->desk, error) && fz_demo_play_evening (play, self->office, error);
}

gboolean
fz_demo_year_play (FzDemoPlay *play, FzDemoYear *self, GError **error)
{
  guint turn = FIRST_TURN;

  for (guint i = 0; i < self->n_days; i++)
    if (!play_day (play, self, i, &turn, error))
      return FALSE;
  return TRUE;
}
