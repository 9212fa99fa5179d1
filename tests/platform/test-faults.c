/* Each mishap of the wire does to a client what its name says, and a seed replays. */
#include "tests/platform/client.h"
#include "tests/platform/faults.h"
#include "tests/platform/tests.h"

#include <string.h>

typedef struct {
  const char *fault;
  gboolean stored, failed;
  guint http;
  int code;
} Wanted;

static const Wanted wanted[] = {
  { "drop", TRUE, TRUE, 0, 0 },       { "reset", FALSE, TRUE, 0, 0 },        { "503", FALSE, FALSE, 503, 0 },
  { "busy", FALSE, FALSE, 200, -1 },  { "40003", FALSE, FALSE, 200, 40003 }, { "slow", TRUE, FALSE, 200, 200 },
  { "truncate", TRUE, TRUE, 200, 0 }, { "notjson", TRUE, FALSE, 200, 0 },    { "errbody", FALSE, FALSE, 200, -1 },
  { "huge", TRUE, FALSE, 200, 200 },  { "redirect", FALSE, FALSE, 302, 0 },  { "type", TRUE, FALSE, 200, 200 },
  { "refuse", FALSE, FALSE, 200, -99 },
};

static void
test_one_fault (gconstpointer data)
{
  const Wanted *w = data;
  g_autofree char *spec = g_strdup_printf ("%s=100,first=1,slow_ms=300", w->fault);
  g_autoptr (Platform) platform = platform_start (spec, "1");
  cJSON *golden = golden_load ();
  g_autofree char *text = golden_print (golden->child);
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (Answer) hit = platform_send (platform, "uploadDrugCatalogue", text);
  gint64 taken_us = g_get_monotonic_time () - begin;
  g_autoptr (Answer) again = NULL;

  g_assert_cmpint (hit->failed, ==, w->failed);
  g_assert_cmpint (answer_code (hit), ==, w->code);
  if (!w->failed)
    g_assert_cmpuint (hit->http, ==, w->http);
  if (g_str_equal (w->fault, "slow"))
    g_assert_cmpint (taken_us, >=, 300000);
  if (g_str_equal (w->fault, "huge"))
    g_assert_cmpuint (strlen (hit->body), >, 16 * 1024 * 1024);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted"), ==, w->stored ? 1 : 0);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM call WHERE fault IS NOT NULL"), ==, 1);
  again = platform_send (platform, "uploadDrugCatalogue", text); /* the second delivery is spared */
  g_assert_cmpint (answer_code (again), ==, 200);
  g_assert_cmpint (platform_ask (platform, "SELECT max(delivery) FROM call"), ==, 1);
  cJSON_Delete (golden);
}

/* What was answered is still there after kill -9, at the same address and for the same trust, and the faults go on
 * counting. */
static void
test_restart (void)
{
  g_autoptr (Platform) platform = platform_start ("busy=100,first=1", "1");
  cJSON *golden = golden_load ();
  g_autofree char *text = golden_print (golden->child);

  for (guint i = 0; i < 3; i++) {
    g_autoptr (Answer) answer = platform_send (platform, "uploadDrugCatalogue", text);

    g_assert_cmpint (answer_code (answer), ==, i == 0 ? -1 : 200);
    platform_kill_and_restart (platform);
  }
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted"), ==, 2);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM call"), ==, 3);
  cJSON_Delete (golden);
}

static char *
play (const char *seed)
{
  const char *why = NULL;
  SimFaults *faults = sim_faults_parse ("drop=10,reset=10,busy=10", seed, &why);
  GString *trace = g_string_new (NULL);

  for (guint i = 0; i < 400; i++) {
    g_autofree char *key = g_strdup_printf ("K%u", i / 4);
    SimFault fault = sim_faults_choose (faults, "uploadDrugCatalogue", key, i % 4);

    g_string_append (trace, fault.name != NULL ? fault.name : ".");
  }
  sim_faults_free (faults);
  return g_string_free (trace, FALSE);
}

static void
test_seed_replays (void)
{
  g_autofree char *one = play ("1"), *same = play ("1"), *other = play ("2");
  guint spared = 0;

  g_assert_cmpstr (one, ==, same);
  g_assert_cmpstr (one, !=, other);
  for (const char *c = one; *c != '\0'; c++)
    spared += *c == '.';
  g_assert_cmpuint (spared, >, 240); /* 280 expected of 400 */
  g_assert_cmpuint (spared, <, 320);
}

static void
test_only_one_record (void)
{
  const char *why = NULL;
  SimFaults *faults = sim_faults_parse ("drop=100,only=K7", "1", &why);

  for (guint i = 0; i < 20; i++) {
    g_autofree char *key = g_strdup_printf ("K%u", i);

    g_assert_cmpint (sim_faults_choose (faults, "uploadReferralIndicators", key, 0).kind, ==, i == 7 ? SIM_FAULT_DROP : SIM_FAULT_NONE);
  }
  sim_faults_free (faults);
}

static void
test_own_faults (void)
{
  const char *why = NULL;
  SimFaults *faults = sim_faults_parse ("first=1,drop@K3,refuse@K5", "1", &why);

  for (guint i = 0; i < 8; i++) {
    g_autofree char *key = g_strdup_printf ("K%u", i);
    SimFaultKind kind = sim_faults_choose (faults, "uploadReferralIndicators", key, 0).kind;

    g_assert_cmpint (kind, ==, i == 3 ? SIM_FAULT_DROP : i == 5 ? SIM_FAULT_REFUSE : SIM_FAULT_NONE);
    g_assert_cmpint (sim_faults_choose (faults, "uploadReferralIndicators", key, 1).kind, ==, SIM_FAULT_NONE);
  }
  sim_faults_free (faults);
}

static void
test_bad_specifications (void)
{
  static const char *const bad[] = { "drop",   "drop=",   "drop=x",  "drop=-1", "drop=101", "drop=60,reset=60",
                                     "fire=1", "39999=1", "drop=nan", "only=", "only=K1,only=K2", "drop@", "fire@K1" };
  const char *why = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    why = NULL;
    g_assert_null (sim_faults_parse (bad[i], "1", &why));
    g_assert_nonnull (why);
  }
}

void
add_fault_tests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    g_autofree char *name = g_strconcat ("/platform/faults/", wanted[i].fault, NULL);

    g_test_add_data_func (name, &wanted[i], test_one_fault);
  }
  g_test_add_func ("/platform/faults/restart", test_restart);
  g_test_add_func ("/platform/faults/seed-replays", test_seed_replays);
  g_test_add_func ("/platform/faults/only-one-record", test_only_one_record);
  g_test_add_func ("/platform/faults/own", test_own_faults);
  g_test_add_func ("/platform/faults/bad-specifications", test_bad_specifications);
}
