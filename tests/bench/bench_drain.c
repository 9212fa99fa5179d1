/* Uploading what has piled up, beside an open window: records a second against a bare libsoup loop that posts as many of the same bytes to the same simulator
 * over the same TLS, processor time and memory, and how long a frame of the ledger's page takes meanwhile. */
#include "app/upload.h"
#include "db/audit.h"
#include "db/outbox.h"
#include "tests/bench/figures.h"
#include "tests/upload/live.h"
#include "ui/kit/kit.h"
#include "ui/page.h"
#include "ui/page_ledger.h"

#include <gtk/gtk.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define REFRESH_US G_USEC_PER_SEC

/* At its everyday size what the catalogue alone makes due: some six hundred. */
static guint
piled_up (void)
{
  const char *scale = g_getenv ("FUZHEN_TEST_SCALE");

  return scale != NULL && g_str_equal (scale, "full") ? 10000 : 0;
}

/* --- what waits: the catalogue's rows again and again, each in a stream of its own, as visits are --- */

typedef struct {
  guint n;
  char *payload; /* one of them */
} Pile;

static gboolean
read_one (FzTxn *txn, const FzFields *of, Pile *pile, GError **error)
{
  gint64 id = 0;
  g_autoptr (FzFields) row = fz_fields_get_int (of, "id", &id) ? fz_outbox_get (txn, id, error) : NULL;

  pile->payload = row != NULL ? g_strdup (fz_fields_get (row, "payload")) : NULL;
  return pile->payload != NULL;
}

static gboolean
pile_up (FzTxn *txn, gpointer data, GError **error)
{
  Pile *pile = data;
  g_autoptr (GPtrArray) rows = fz_outbox_list (txn, "queued", 0, 500, error);
  FzAuditEntry entry = { .actor = "system", .action = "test.pile", .subject_kind = "outbox", .outcome = "done" };

  if (rows == NULL || !read_one (txn, rows->pdata[0], pile, error))
    return FALSE;
  for (guint i = 0; i + rows->len < pile->n; i++) {
    gint64 id = 0;
    g_autoptr (FzFields) row = fz_fields_get_int (rows->pdata[i % rows->len], "id", &id) ? fz_outbox_get (txn, id, error) : NULL;
    g_autoptr (FzFields) facts = row != NULL ? fz_fields_dup_below (row, "facts", "fuzhen.facts/v1") : NULL;
    const char *text = row != NULL ? fz_fields_get (row, "payload") : NULL;
    g_autoptr (GBytes) payload = text != NULL ? g_bytes_new (text, strlen (text)) : NULL;
    g_autofree char *key = g_strdup_printf ("drug:BENCH@%u", i);
    FzOutboxRow more = { .key = key, .stream = key, .method = "uploadDrugCatalogue", .subject = key, .facts = facts, .payload = payload };

    if (payload == NULL || !fz_outbox_add (txn, &more, NULL, error))
      return FALSE;
  }
  return fz_audit_append (txn, &entry, NULL, error);
}

/* --- the bare loop --- */

static double
post_bare (Platform *platform, const char *payload, guint n)
{
  g_autoptr (GPtrArray) envelopes = g_ptr_array_new_with_free_func ((GDestroyNotify) envelope_free);
  gint64 from;

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (envelopes, envelope_new ("uploadDrugCatalogue", payload));
  from = now_ns ();
  for (guint i = 0; i < n; i++) {
    const Envelope *envelope = envelopes->pdata[i];
    g_autofree char *url = g_strconcat (platform->url, envelope->path, NULL);
    g_autoptr (SoupMessage) message = soup_message_new ("POST", url);
    g_autoptr (GBytes) body = g_bytes_new_static (envelope->body, strlen (envelope->body)), answer = NULL;
    g_autoptr (GError) error = NULL;
    GHashTableIter each;
    gpointer name, value;

    soup_message_add_flags (message, SOUP_MESSAGE_IDEMPOTENT); /* or each post has a connection of its own */
    soup_message_set_request_body_from_bytes (message, envelope->content_type, body);
    g_hash_table_iter_init (&each, envelope->headers);
    while (g_hash_table_iter_next (&each, &name, &value))
      soup_message_headers_replace (soup_message_get_request_headers (message), name, value);
    answer = soup_session_send_and_read (platform->session, message, NULL, &error);
    must (answer != NULL && strstr (g_bytes_get_data (answer, NULL), "\"msgCode\":200") != NULL, "a bare post", error);
  }
  return (double) (now_ns () - from) / 1e9;
}

/* --- the window meanwhile --- */

typedef struct {
  World *world;
  GtkWidget *page;
  Samples frames;
  gint64 frame_ns, refreshed_us;
  gboolean draining;
} Watch;

static gboolean
on_frame (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  Watch *self = data;
  gint64 now_us = g_get_monotonic_time ();

  if (self->frame_ns != 0)
    samples_add (&self->frames, self->frame_ns);
  self->frame_ns = now_ns ();
  if (now_us - self->refreshed_us > REFRESH_US) {
    self->refreshed_us = now_us;
    fz_page_refresh (self->page);
  }
  return G_SOURCE_CONTINUE;
}

static gint64
count_queued (World *w)
{
  return world_ask (w, "SELECT COUNT(*) FROM outbox WHERE state <> 'accepted'");
}

static void
watch_for (Watch *self, gint64 at_most_us)
{
  gint64 until_us = g_get_monotonic_time () + at_most_us, look_us = 0;

  while (g_get_monotonic_time () < until_us) {
    g_main_context_iteration (NULL, TRUE);
    if (self->draining && g_get_monotonic_time () - look_us > G_USEC_PER_SEC / 5) {
      look_us = g_get_monotonic_time ();
      if (count_queued (self->world) == 0)
        return;
    }
  }
}

static double
processor_s (void)
{
  struct rusage used;

  getrusage (RUSAGE_SELF, &used);
  return (double) used.ru_utime.tv_sec + (double) used.ru_stime.tv_sec + (double) (used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6;
}

static double
peak_mib (void)
{
  struct rusage used;

  getrusage (RUSAGE_SELF, &used);
  return (double) used.ru_maxrss / 1024;
}

static void
report_words (const char *name, const char *value, const char *against, const char *goal)
{
  g_print ("figure\t%s\t%s\t\t%s\t%s\n", name, value, against, goal);
}

static void
report_drain (guint n, double bare_s, double ours_s, double processor, double mib)
{
  g_autofree char *bare = g_strdup_printf ("%.0f a second", n / bare_s), *ours = g_strdup_printf ("%.0f a second", n / ours_s);
  g_autofree char *ratio = g_strdup_printf ("%.2fx the bare loop", bare_s / ours_s);
  g_autofree char *cpu = g_strdup_printf ("%.0f us a record", 1e6 * processor / n), *share = g_strdup_printf ("%.0f %% of one processor", 100 * processor / ours_s);
  g_autofree char *memory = g_strdup_printf ("%.1f MiB more", mib), *of = g_strdup_printf ("%u records", n);

  report_words ("records posted one by one by a bare libsoup loop", bare, of, "");
  report_words ("the same records drained by the engine, each written before and after", ours, ratio, "");
  report_words ("processor time meanwhile, window and store included", cpu, share, "");
  report_words ("memory at its highest meanwhile", memory, "the window at rest", "");
}

static void
run (World *w)
{
  g_autoptr (Platform) platform = platform_start (NULL, "1");
  Pile pile = { piled_up (), NULL };
  Watch watch = { .world = w };
  g_auto (Samples) at_rest = { 0 };
  GtkWidget *window;
  g_autoptr (GError) error = NULL;
  double bare_s, ours_s, processor, mib;
  gint64 n, from;

  world_sign_in (w, "A3001");
  must (fz_store_run (w->desk->store, FZ_TXN_RECORD, pile_up, &pile, &error), "pile up", error);
  go_live (w, platform);
  window = gtk_window_new ();
  watch.page = fz_page_ledger_new (w->session);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_window_set_child (GTK_WINDOW (window), watch.page);
  gtk_window_present (GTK_WINDOW (window));
  gtk_widget_add_tick_callback (window, on_frame, &watch, NULL);
  samples_init (&watch.frames);
  watch_for (&watch, 1500000);
  g_array_set_size (watch.frames.us, 0); /* the first ones build the page */
  watch_for (&watch, 1500000);
  at_rest = watch.frames;
  samples_init (&watch.frames);

  n = count_queued (w);
  bare_s = post_bare (platform, pile.payload, (guint) n);
  watch.frame_ns = 0;
  processor = processor_s ();
  mib = peak_mib ();
  watch.draining = TRUE;
  from = now_ns ();
  must (fz_desk_upload_start (w->session, &error), "start", error);
  watch_for (&watch, 600 * G_USEC_PER_SEC);
  ours_s = (double) (now_ns () - from) / 1e9;
  must (count_queued (w) == 0, "all are accepted", NULL);
  report_drain ((guint) n, bare_s, ours_s, processor_s () - processor, peak_mib () - mib);
  report ("a frame of the ledger's page to the next, at rest", &at_rest, "", "");
  report ("the same while they drain", &watch.frames, "", "no frame over 50 ms");
  {
    g_autofree char *longest = g_strdup_printf ("%.1f ms", samples_quantile (&watch.frames, 1) / 1000), *rest = g_strdup_printf ("%.1f ms at rest", samples_quantile (&at_rest, 1) / 1000);

    report_words ("the longest of them", longest, rest, "50 ms");
  }
  fz_desk_upload_stop (w->session);
  gtk_window_destroy (GTK_WINDOW (window));
  samples_clear (&watch.frames);
  g_free (pile.payload);
}

int
main (int argc, char **argv)
{
  char *quiet[] = { argv[0], (char *) "-q", NULL };
  char **words = quiet;
  int n = 2, code;

  gtk_test_init (&n, &words, NULL);
  world_make_template ();
  world_add_test ("/drain", run);
  code = g_test_run ();
  world_remove_template ();
  return code;
}
