/* By whose word the clock is believed, and what is signed by one that is not. */
#include "tests/desk/world.h"

#include "app/time_trust.h"
#include "core/date.h"

#include <string.h>

#define SHEET (FZ_SHEET_VERDICT | FZ_SHEET_RECORD)
#define HOUR 3600
#define DAY (24 * HOUR)

/* The machine: the wall clock is the world's; this goes on by itself whatever is done to that one. */
static struct {
  gboolean synchronised;
  gint64 boot_us;
  const char *boot;
} machine;

static gboolean
is_synchronised (gpointer data)
{
  return machine.synchronised;
}

static gint64
boot_us (gpointer data)
{
  return machine.boot_us;
}

static char *
boot (gpointer data)
{
  return g_strdup (machine.boot);
}

static const FzTimeSource source = { is_synchronised, boot_us, boot, NULL };

/* `s` seconds go by for everything. */
static void
pass (World *w, gint64 s)
{
  world_pass (w, s);
  machine.boot_us += s * FZ_US_PER_SECOND;
}

static void
begin (World *w)
{
  machine.synchronised = FALSE;
  machine.boot_us = FZ_US_PER_SECOND;
  machine.boot = "one";
  w->desk->time_source = &source;
}

static const char *
word (World *w)
{
  gint64 off_us;

  return fz_time_trust (w->desk, &off_us);
}

static FzSheet *
prepare (World *w, const char *visit)
{
  g_autoptr (GError) error = NULL;
  FzSheet *sheet;

  fz_session_touch (w->session, visit);
  sheet = fz_desk_prepare_sheet (w->session, visit, SHEET, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < fz_sheet_get_n_statements (sheet); i++)
    fz_sheet_state (sheet, i, TRUE);
  return sheet;
}

static gboolean
sign (World *w, FzSheet *sheet, GError **error)
{
  g_autoptr (FzSecret) pin = fz_demo_pin (w->number);
  g_autoptr (GPtrArray) ids = NULL;

  return fz_desk_sign_sheet (w->session, sheet, pin, &ids, error);
}

static void
type (World *w, guint i, const char *visit)
{
  world_arrive (w, i, visit);
  world_take (w, visit);
  world_type (w, i, visit);
}

static gint64
saying (World *w, const char *sql_like)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM document WHERE CAST(body AS TEXT) LIKE '%%%s%%'", sql_like);

  return world_ask (w, sql);
}

static gint64
entries_with (World *w, const char *trust)
{
  g_autofree char *sql = g_strdup_printf ("SELECT COUNT(*) FROM audit WHERE CAST(leaf AS TEXT) LIKE '%%time_trust %s%%'", trust);

  return world_ask (w, sql);
}

static void
test_words (World *w)
{
  world_sign_in (w, "D1001");
  g_assert_cmpstr (word (w), ==, NULL); /* a scripted clock is no machine's */
  begin (w);
  g_assert_cmpstr (word (w), ==, "none");
  fz_time_trust_heard (w->desk, fz_desk_now_us (w->desk));
  g_assert_cmpstr (word (w), ==, "platform");
  pass (w, 23 * HOUR);
  g_assert_cmpstr (word (w), ==, "platform");
  pass (w, 2 * HOUR); /* heard too long ago */
  g_assert_cmpstr (word (w), ==, "none");
  fz_time_trust_heard (w->desk, fz_desk_now_us (w->desk));
  machine.boot = "two"; /* in another run of the machine */
  g_assert_cmpstr (word (w), ==, "none");
  machine.boot = NULL;
  fz_time_trust_heard (w->desk, fz_desk_now_us (w->desk));
  g_assert_cmpstr (word (w), ==, "none");
  machine.synchronised = TRUE;
  g_assert_cmpstr (word (w), ==, "kernel");
}

/* On the list of whoever can see to it. */
static guint
clock_tasks (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  guint n = 0;

  world_sign_in (w, "S4002");
  rows = fz_desk_list_deadlines (w->session, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < rows->len; i++)
    n += g_strcmp0 (fz_fields_get (rows->pdata[i], "kind"), "clock") == 0;
  world_sign_in (w, "D1001");
  return n;
}

/* Signed all the same, and the document and the log say by what time. */
static void
test_unconfirmed (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) first = NULL, second = NULL;
  g_autoptr (FzFields) status = NULL;

  world_sign_in (w, "D1001");
  type (w, 0, "V1");
  type (w, 1, "V2");
  g_assert_cmpint (entries_with (w, ""), ==, 0);
  begin (w);
  status = fz_desk_status (w->session);
  g_assert_cmpstr (fz_fields_get (status, "time.state"), ==, "unconfirmed");
  g_assert_nonnull (strstr (fz_fields_get (status, "time.words"), "时间服务器"));
  g_assert_cmpuint (clock_tasks (w), ==, 1);
  first = prepare (w, "V1");
  g_assert_true (sign (w, first, &error));
  g_assert_no_error (error);
  g_assert_cmpint (saying (w, "院内签名（签名时间未经核对）"), ==, 2);
  g_assert_cmpint (entries_with (w, "none"), >, 0);
  fz_time_trust_heard (w->desk, fz_desk_now_us (w->desk));
  g_assert_cmpuint (clock_tasks (w), ==, 0);
  second = prepare (w, "V2");
  g_assert_true (sign (w, second, &error));
  g_assert_cmpint (saying (w, "院内签名（签名时间未经核对）"), ==, 2);
  g_assert_cmpint (entries_with (w, "platform"), >, 0);
}

/* Jumps of the wall clock, ahead and back, a day, ten years, beyond 2038: no signature, and none once it is right again is lost. */
static void
test_jumps (World *w)
{
  static const gint64 jumps[] = { 6 * 60, DAY, 15 * 365 * (gint64) DAY, 13 * 365 * (gint64) DAY };
  gint64 documents;

  world_sign_in (w, "D1001");
  type (w, 0, "V1");
  begin (w);
  fz_time_trust_heard (w->desk, fz_desk_now_us (w->desk));
  documents = world_ask (w, "SELECT COUNT(*) FROM document");
  for (guint i = 0; i < G_N_ELEMENTS (jumps); i++)
    for (int way = 1; way >= -1; way -= 2) {
      g_autoptr (GError) error = NULL;
      g_autoptr (FzSheet) sheet = NULL;
      g_autoptr (FzFields) status = NULL;

      world_pass (w, way * jumps[i]);
      status = fz_desk_status (w->session);
      g_assert_cmpstr (fz_fields_get (status, "time.state"), ==, "off");
      g_assert_nonnull (strstr (fz_fields_get (status, "time.words"), way > 0 ? "快" : "慢"));
      expect_error (!fz_time_trust_check (w->desk, &error), &error, FZ_ERROR_REFUSED, way > 0 ? "快" : "慢");
      if (jumps[i] <= DAY) { /* further away, no rules are in force that a sheet could be made by */
        sheet = prepare (w, "V1");
        expect_error (!sign (w, sheet, &error), &error, FZ_ERROR_REFUSED, way > 0 ? "快" : "慢");
      }
      world_pass (w, -way * jumps[i]);
      g_assert_cmpstr (word (w), ==, "platform");
    }
  g_assert_cmpint (world_ask (w, "SELECT COUNT(*) FROM document"), ==, documents);
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (FzSheet) sheet = NULL;

    world_pass (w, 4 * 60); /* within what is allowed */
    sheet = prepare (w, "V1");
    g_assert_true (sign (w, sheet, &error));
    g_assert_no_error (error);
  }
}

/* With nothing heard the log itself is what is known: never before its last entry. */
static void
test_before_the_log (World *w)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FzSheet) sheet = NULL;

  world_sign_in (w, "D1001");
  type (w, 0, "V1");
  begin (w);
  world_pass (w, -10);
  sheet = prepare (w, "V1");
  expect_error (!sign (w, sheet, &error), &error, FZ_ERROR_REFUSED, "早于上一条");
}

/* A file that is not what it should be is as if nothing had been heard. */
static void
test_damaged (World *w)
{
  static const char *const spoilt[] = { "", "x", "fuzhen.time_heard/v1\nboot one\n", "fuzhen.time_heard/v1\nboot one\nboot_us x\ndate_us 1\n",
                                        "fuzhen.other/v1\nboot one\nboot_us 1\ndate_us 1\n", "fuzhen.time_heard/v1\nboot one\nboot_us 9000000000000\ndate_us 1\n" };
  g_autofree char *path = g_build_filename (w->state, "time-heard", NULL);

  world_sign_in (w, "D1001");
  begin (w);
  for (guint i = 0; i < G_N_ELEMENTS (spoilt); i++) {
    g_assert_true (g_file_set_contents (path, spoilt[i], -1, NULL));
    g_assert_cmpstr (word (w), ==, "none");
    fz_time_trust_heard (w->desk, fz_desk_now_us (w->desk));
    g_assert_cmpstr (word (w), ==, "platform");
  }
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  world_make_template ();
  world_add_test ("/desk/time/words", test_words);
  world_add_test ("/desk/time/unconfirmed", test_unconfirmed);
  world_add_test ("/desk/time/jumps", test_jumps);
  world_add_test ("/desk/time/before-the-log", test_before_the_log);
  world_add_test ("/desk/time/damaged", test_damaged);
  result = g_test_run ();
  world_remove_template ();
  return result;
}
