/* Real payloads over the real wire to the simulator, a program that shares no file with the product: what it has in its own SQLite
 * file afterwards is what was meant, once, in order, whatever the wire did. */
#include "app/platform/sync_thread.h"
#include "core/json.h"
#include "tests/platform/client.h"
#include "tests/platform_client/rows.h"
#include "tests/platform_client/sample.h"

#include <glib/gstdio.h>
#include <string.h>

#define SECOND G_USEC_PER_SEC

static FzPlatformConfig *
config_of (Platform *platform)
{
  g_autofree char *path = g_build_filename (platform->dir, "config.json", NULL);
  g_autoptr (GError) error = NULL;
  FzPlatformConfig *config = fz_platform_config_load (path, TRUE, &error);

  g_assert_no_error (error);
  return config;
}

/* The shipped table with short pauses, so that a test with mishaps takes no minutes. */
static FzMessageTable *
quick_table (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("FUZHEN_SOURCE_ROOT"), "assets", "platform", "tianjin-1.0.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GString) changed = NULL;
  g_autoptr (GError) error = NULL;
  FzMessageTable *table;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, "\"backoff_base_ms\": 1000, \"backoff_max_ms\": 300000",
                                      "\"backoff_base_ms\": 100, \"backoff_max_ms\": 200", 1), ==, 1);
  table = fz_message_table_parse ((const guint8 *) changed->str, changed->len, &error);
  g_assert_no_error (error);
  return table;
}

static void
add_message (Rows *rows, FzMessageTable *table, const char *method, const char *stream, const FzFields *facts)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) payload = fz_message_build (table, method, facts, NULL, &error);

  g_assert_no_error (error);
  rows_add (rows, method, stream, payload);
}

static FzUploadSummary
drain (Platform *platform, FzMessageTable *table, Rows *rows, gint64 patience_us)
{
  g_autoptr (FzPlatformConfig) config = config_of (platform);
  g_autoptr (GError) error = NULL;
  FzUploadSummary summary;

  g_assert_true (fz_upload_drain (config, table, &rows_source, rows, patience_us, NULL, &summary, &error));
  g_assert_no_error (error);
  return summary;
}

/* How often the simulator has taken exactly these bytes. */
static gint64
times_accepted (Platform *platform, const Row *row)
{
  gsize n;
  const char *text = g_bytes_get_data (row->payload, &n);
  g_autofree char *record = g_strndup (text + 1, n - 2);
  g_autofree char *sql = g_strdup_printf ("SELECT count(*) FROM accepted WHERE method = '%s' AND json = '%s'", row->method, record);

  return platform_ask (platform, sql);
}

static void
add_whole_visit (Rows *rows, FzMessageTable *table)
{
  static const char *const order[] = {"uploadDrugCatalogue", "uploadReferralIndicators", "uploadElectMedicalRecord", "uploadRecipeIndicators",
                                      "uploadRecipeVerificationIndicators", "uploadConsultIndicators", "uploadBusinessInfoAfter",
                                      "pushMedicalDispute", "uploadAppointRecord"};
  g_autoptr (FzFields) facts = sample_facts ();

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    add_message (rows, table, order[i], "visit", facts);
}

static void
a_whole_visit_is_taken (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (Rows) rows = rows_new ();
  FzUploadSummary summary;

  add_whole_visit (rows, table);
  summary = drain (platform, table, rows, 0);
  for (guint i = 0; i < rows->rows->len; i++)
    {
      g_test_message ("%s %s %s", rows_at (rows, i)->method, rows_at (rows, i)->code, rows_at (rows, i)->text);
      g_assert_cmpint (rows_at (rows, i)->state, ==, ROW_ACCEPTED);
      g_assert_cmpint (times_accepted (platform, rows_at (rows, i)), ==, 1);
    }
  g_assert_cmpuint (summary.accepted, ==, 9);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted"), ==, 9);
  g_assert_cmpint (platform_ask (platform, "SELECT count(DISTINCT nonce) FROM call"), ==, 9);
}

static void
an_empty_day_is_signed_in (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (GBytes) none = fz_message_build_none (table, "pushMedicalDispute", NULL);
  g_autoptr (Rows) rows = rows_new ();

  rows_add (rows, "pushMedicalDispute", "day", none);
  g_assert_cmpuint (drain (platform, table, rows, 0).accepted, ==, 1);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM call WHERE plaintext = '[]' AND msg_code = 200"), ==, 1);
}

static void
a_prescription_before_its_visit_is_refused_and_not_repeated (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (FzFields) facts = sample_facts ();
  g_autoptr (Rows) rows = rows_new ();

  add_message (rows, table, "uploadRecipeIndicators", "visit", facts);
  g_assert_cmpuint (drain (platform, table, rows, 0).refused, ==, 1);
  g_assert_cmpuint (drain (platform, table, rows, 0).refused, ==, 0);
  g_assert_nonnull (strstr (rows_at (rows, 0)->text, "VISIT-0001"));
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM call"), ==, 1);
}

static void
a_platform_that_is_away_gets_everything_later (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autoptr (FzMessageTable) table = quick_table ();
  g_autoptr (Rows) rows = rows_new ();
  FzUploadSummary summary;

  add_whole_visit (rows, table);
  g_subprocess_force_exit (platform->process);
  g_assert_true (g_subprocess_wait (platform->process, NULL, NULL));
  summary = drain (platform, table, rows, 0);
  g_assert_true (summary.gave_up);
  g_assert_cmpuint (rows_count (rows, ROW_PENDING), ==, 9);
  platform_kill_and_restart (platform);
  summary = drain (platform, table, rows, 10 * SECOND);
  g_assert_cmpuint (summary.accepted, ==, 9);
}

static void
a_wrong_key_raises_the_alarm (void)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  g_autofree char *path = g_build_filename (platform->dir, "config.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (Rows) rows = rows_new ();
  g_autoptr (GString) changed = NULL;
  FzUploadSummary summary;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  changed = g_string_new (text);
  g_assert_cmpuint (g_string_replace (changed, TEST_APP_KEY, "another-key", 1), ==, 1);
  g_assert_true (g_file_set_contents_full (path, changed->str, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  add_whole_visit (rows, table);
  summary = drain (platform, table, rows, 0);
  g_assert_nonnull (summary.alarm);
  g_test_message ("%s", summary.alarm);
  g_assert_cmpuint (rows_count (rows, ROW_PENDING), ==, 9);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted"), ==, 0);
  fz_upload_summary_clear (&summary);
}

/* --- the thread, over a bad wire --- */

/* The rows belong to the sync thread; this is how it says that all are settled. */
typedef struct {
  Rows *rows;
  GMutex mutex;
  GCond cond;
  gboolean settled;
} Watch;

static gboolean
watch_claim (gpointer data, gint64 now_us, FzUploadRow **out_row, gint64 *out_next_us, GError **error)
{
  return rows_source.claim (((Watch *) data)->rows, now_us, out_row, out_next_us, error);
}

static gboolean
watch_begin (gpointer data, FzUploadRow *row, GError **error)
{
  return rows_source.begin (((Watch *) data)->rows, row, error);
}

static gboolean
watch_settle (gpointer data, const FzUploadRow *row, const FzOutcome *outcome, gint64 again_at_us, GError **error)
{
  Watch *self = data;
  gboolean good = rows_source.settle (self->rows, row, outcome, again_at_us, error);

  g_mutex_lock (&self->mutex);
  self->settled = rows_count (self->rows, ROW_PENDING) + rows_count (self->rows, ROW_SENDING) == 0;
  if (self->settled)
    g_cond_signal (&self->cond);
  g_mutex_unlock (&self->mutex);
  return good;
}

static void
whatever_the_wire_does_nothing_is_stored_twice (void)
{
  static const FzUploadSource source = {.claim = watch_claim, .begin = watch_begin, .settle = watch_settle};
  g_autoptr (Platform) platform = platform_start ("drop=8,reset=8,busy=12,truncate=6,notjson=6,huge=2,type=4,errbody=4,first=3", "7");
  g_autoptr (FzPlatformConfig) config = config_of (platform);
  g_autoptr (FzMessageTable) table = quick_table ();
  g_autoptr (FzFields) facts = sample_facts ();
  g_autoptr (Rows) rows = rows_new ();
  g_autoptr (GError) error = NULL;
  Watch watch = {.rows = rows};
  FzSyncThread *thread;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *code = g_strdup_printf ("DRUG-%02u", i), *stream = g_strdup_printf ("s%u", i % 4);

      fz_fields_set (facts, "drug.code", code);
      add_message (rows, table, "uploadDrugCatalogue", stream, facts);
    }
  g_mutex_init (&watch.mutex);
  g_cond_init (&watch.cond);
  thread = fz_sync_thread_start (config, table, &source, &watch, &error);
  g_assert_no_error (error);
  fz_sync_thread_kick (thread);
  g_mutex_lock (&watch.mutex);
  while (!watch.settled)
    g_cond_wait (&watch.cond, &watch.mutex);
  g_mutex_unlock (&watch.mutex);
  fz_sync_thread_stop (thread, SECOND);
  g_test_message ("accepted %u, refused %u, unknown %u", rows_count (rows, ROW_ACCEPTED), rows_count (rows, ROW_REFUSED),
                  rows_count (rows, ROW_UNKNOWN));
  for (guint i = 0; i < rows->rows->len; i++)
    {
      const Row *row = rows_at (rows, i);
      gint64 times = times_accepted (platform, row);

      g_assert_cmpint (times, <=, 1);
      g_assert_false (row->state == ROW_ACCEPTED && times == 0);
      g_assert_false (row->state == ROW_REFUSED && times == 1);
    }
  /* The mishaps were there, and the wire was used more than once for some rows. */
  g_assert_cmpuint (rows_count (rows, ROW_UNKNOWN), >, 0);
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM call"), >, 40);
  /* Streams kept their order: among the taken ones of a stream the drug's number only grows. */
  g_assert_cmpint (platform_ask (platform, "SELECT count(*) FROM accepted a JOIN accepted b ON a.id < b.id AND a.key > b.key "
                                           "AND substr(a.key, 6) % 4 = substr(b.key, 6) % 4"), ==, 0);
  g_mutex_clear (&watch.mutex);
  g_cond_clear (&watch.cond);
}

/* Cut while the platform is silent: what had been sent is unknown, and the thread ends within the grace. */
static void
stopping_cuts_a_silent_platform (void)
{
  g_autoptr (Platform) platform = platform_start ("slow=100,slow_ms=60000", "1");
  g_autoptr (FzMessageTable) table = sample_table ();
  g_autoptr (FzPlatformConfig) config = config_of (platform);
  g_autoptr (Rows) rows = rows_new ();
  g_autoptr (GError) error = NULL;
  gint64 begun = g_get_monotonic_time ();
  FzSyncThread *thread;

  add_whole_visit (rows, table);
  thread = fz_sync_thread_start (config, table, &rows_source, rows, &error);
  g_assert_no_error (error);
  fz_sync_thread_stop (thread, SECOND / 2);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 20 * SECOND);
  g_assert_cmpuint (rows_count (rows, ROW_SENDING), ==, 0);
  g_assert_cmpuint (rows_count (rows, ROW_UNKNOWN) + rows_count (rows, ROW_PENDING), ==, 9);
  g_assert_cmpint (rows->state, ==, FZ_UPLOAD_STOPPED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/platform-client/simulator/whole-visit", a_whole_visit_is_taken);
  g_test_add_func ("/platform-client/simulator/empty-day", an_empty_day_is_signed_in);
  g_test_add_func ("/platform-client/simulator/refused", a_prescription_before_its_visit_is_refused_and_not_repeated);
  g_test_add_func ("/platform-client/simulator/away", a_platform_that_is_away_gets_everything_later);
  g_test_add_func ("/platform-client/simulator/wrong-key", a_wrong_key_raises_the_alarm);
  g_test_add_func ("/platform-client/simulator/bad-wire", whatever_the_wire_does_nothing_is_stored_twice);
  g_test_add_func ("/platform-client/simulator/stop", stopping_cuts_a_silent_platform);
  return g_test_run ();
}
